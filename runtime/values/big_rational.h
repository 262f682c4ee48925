#pragma once

#include <gmp.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/values/number.h"

namespace merit {

/// A GMP rational. Behind a Number, as its big form, it is canonical, immutable and does not fit in 64 bits
/// over 64 bits. Only code that works with GMP includes this header.
struct BigRational {
  BigRational() { mpq_init(value); }

  /// Any number, small ones too, as a temporary to compute with.
  explicit BigRational(const Number& number);

  ~BigRational() { mpq_clear(value); }

  BigRational(const BigRational&) = delete;
  BigRational& operator=(const BigRational&) = delete;

  mpq_t value;
  mutable std::atomic<std::uint32_t> owners{1};
};

/// A GMP integer that cleans up after itself.
struct BigInteger {
  BigInteger() { mpz_init(value); }

  ~BigInteger() { mpz_clear(value); }

  BigInteger(const BigInteger&) = delete;
  BigInteger& operator=(const BigInteger&) = delete;

  mpz_t value;
};

/// Between Number and GMP.
struct NumberAccess {
  /// The number of a canonical rational, in its small form when it fits. The rational's content is taken (it
  /// is left valid, unspecified).
  static Number take(mpq_t canonical);
  /// The number of an integer; its content is taken.
  static Number take_integer(mpz_t integer);
  /// Writes the number into an initialised rational.
  static void assign(mpq_t target, const Number& number);
  /// 10^exponent, of any size (Number::pow refuses what passes max_digits; text may need more decimals than
  /// that).
  static Number power_of_ten(std::size_t exponent);
};

}  // namespace merit
