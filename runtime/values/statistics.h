#pragma once
// Percentiles and standard deviations of exact numbers. What each method is, with its source, is written here
// once; docs/language.md, the messages and both evaluators go by it.

#include <cstdint>
#include <span>

#include "runtime/values/number.h"

namespace merit {

/// Which value stands at a share p of n values in order x(1) <= ... <= x(n). Below, x(i) for i < 1 is x(1)
/// and for i > n is x(n); "between" is straight interpolation; [k] is the whole part of k and g = k - [k].
///
/// Sources: Hyndman and Fan, Sample Quantiles in Statistical Packages, The American Statistician 50 (1996),
/// whose types R's `quantile` numbers; SAS, PROC UNIVARIATE, option PCTLDEF=.
enum class PercentileMethod : uint8_t {
  nearest_rank,  ///< x(ceil(n p)): a value that occurs. SAS definition 3, R type 1; textbooks.
  linear,        ///< between x([k]) and the next, k = (n - 1) p + 1. Excel PERCENTILE.INC, numpy, R type 7.
  exclusive,     ///< the same, k = (n + 1) p. SAS definition 4, R type 6; Excel PERCENTILE.EXC, which has no
                 ///< answer beyond x(1) and x(n) where this gives them.
  sas_1,         ///< the same, k = n p. SAS definition 1, R type 4.
  sas_2,  ///< the value nearest to n p; of two equally near the one of even number. SAS definition 2, R
          ///< type 3.
  sas_5,  ///< x(ceil(n p)), but where n p is a whole number the mean of x(n p) and the next. SAS definition 5
          ///< (what SAS does unless told otherwise), R type 2.
};

/// `sorted` ascending and not empty. Throws std::domain_error when the share is not in 0 to 1.
Number percentile(std::span<const Number> sorted, const Number& share, PercentileMethod method);

/// The mean of the middle two of an even number of values. `sorted` ascending and not empty.
Number median(std::span<const Number> sorted);

}  // namespace merit
