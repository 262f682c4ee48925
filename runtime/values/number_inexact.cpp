// The inexact functions. MPFR computes an interval that holds the true value; when both its ends round to the
// same 34 digits, the rounding is decided, else the precision doubles (Ziv's strategy). A value that lies
// exactly on a boundary would never be decided, so what is rational is found first and computed exactly; the
// rest is irrational (Lindemann-Weierstrass for exp and ln) and cannot lie on one.

#include <gmp.h>
// MPFR declares its GMP functions only after gmp.h.
#include <mpfr.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include "runtime/values/big_rational.h"
#include "runtime/values/number.h"

namespace merit {

namespace {

constexpr int significant_digits = 34;
constexpr mpfr_prec_t first_precision = 160;  // bits; 34 digits take 113

[[noreturn]] void refuse_size() {
  throw std::length_error("This result has more than 100,000 digits.");
}

/// MPFR keeps constants for each thread; they go with it.
struct CacheCleaner {
  ~CacheCleaner() { mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE); }
};

/// An interval with ends of one precision.
struct Interval {
  explicit Interval(mpfr_prec_t precision) {
    mpfr_init2(low, precision);
    mpfr_init2(high, precision);
  }

  Interval(const Number& number, mpfr_prec_t precision) : Interval(precision) {
    const BigRational exact(number);
    mpfr_set_q(low, exact.value, MPFR_RNDD);
    mpfr_set_q(high, exact.value, MPFR_RNDU);
  }

  ~Interval() {
    mpfr_clear(low);
    mpfr_clear(high);
  }

  Interval(const Interval&) = delete;
  Interval& operator=(const Interval&) = delete;

  template <typename Increasing>
  void apply(Increasing function) {
    function(low, low, MPFR_RNDD);
    function(high, high, MPFR_RNDU);
  }

  mpfr_t low;
  mpfr_t high;
};

/// A finite value as 34 decimal digits and the power of ten that its point stands at: 0.DIGITS * 10^exponent.
struct Decimal {
  explicit Decimal(mpfr_srcptr value) {
    const std::unique_ptr<char, void (*)(char*)> text(
        mpfr_get_str(nullptr, &exponent, 10, significant_digits, value, MPFR_RNDN), mpfr_free_str);
    digits = text.get();
  }

  friend bool operator==(const Decimal& a, const Decimal& b) {
    return a.digits == b.digits && a.exponent == b.exponent;
  }

  Number number() const {
    const Number mantissa = *Number::parse(digits);
    const std::int64_t shift = static_cast<std::int64_t>(exponent) - significant_digits;
    return mantissa * Number(10).pow(shift);
  }

  std::string digits;
  mpfr_exp_t exponent = 0;
};

/// The 34 digits that the intervals of `compute(precision, result)`, ever narrower, agree on.
template <typename Compute>
Number decide(Compute compute) {
  static thread_local const CacheCleaner cleaner;
  (void)cleaner;
  for (mpfr_prec_t precision = first_precision;; precision *= 2) {
    Interval result(precision);
    compute(precision, result);
    if (mpfr_number_p(result.low) == 0 || mpfr_number_p(result.high) == 0) continue;
    if (mpfr_zero_p(result.low) != 0 || mpfr_zero_p(result.high) != 0) continue;
    const Decimal low(result.low);
    if (low == Decimal(result.high)) return low.number();
  }
}

/// The root of a rational of which numerator and denominator are perfect powers of that degree; nothing when
/// it is irrational.
std::optional<Number> exact_root(const Number& x, unsigned long degree) {
  BigRational root(x);
  if (mpz_root(mpq_numref(root.value), mpq_numref(root.value), degree) == 0) return std::nullopt;
  if (mpz_root(mpq_denref(root.value), mpq_denref(root.value), degree) == 0) return std::nullopt;
  return NumberAccess::take(root.value);
}

/// Refuses e^x when it or its inverse has more than 100,000 digits.
void check_exponent(mpfr_srcptr x) {
  constexpr long limit = 230'258;  // 100,000 * ln 10
  if (mpfr_cmp_si(x, limit) > 0 || mpfr_cmp_si(x, -limit) < 0) refuse_size();
}

void multiply(Interval& result, const Interval& a, const Interval& b) {
  const mpfr_prec_t precision = mpfr_get_prec(result.low);
  const std::array<mpfr_srcptr, 2> as{a.low, a.high};
  const std::array<mpfr_srcptr, 2> bs{b.low, b.high};
  Interval product(precision);
  bool first = true;
  for (const mpfr_srcptr x : as) {
    for (const mpfr_srcptr y : bs) {
      mpfr_mul(product.low, x, y, MPFR_RNDD);
      mpfr_mul(product.high, x, y, MPFR_RNDU);
      if (first || mpfr_less_p(product.low, result.low) != 0) mpfr_set(result.low, product.low, MPFR_RNDD);
      if (first || mpfr_greater_p(product.high, result.high) != 0)
        mpfr_set(result.high, product.high, MPFR_RNDU);
      first = false;
    }
  }
}

}  // namespace

Number sqrt(const Number& x) {
  if (x.is_negative()) throw std::domain_error("A negative number has no square root.");
  if (x.is_zero()) return x;
  if (const auto root = exact_root(x, 2)) return round_significant(*root, significant_digits);
  return decide([&](mpfr_prec_t precision, Interval& result) {
    const Interval argument(x, precision);
    mpfr_sqrt(result.low, argument.low, MPFR_RNDD);
    mpfr_sqrt(result.high, argument.high, MPFR_RNDU);
  });
}

Number exp(const Number& x) {
  if (x.is_zero()) return Number(1);
  return decide([&](mpfr_prec_t precision, Interval& result) {
    const Interval argument(x, precision);
    check_exponent(argument.low);
    mpfr_exp(result.low, argument.low, MPFR_RNDD);
    mpfr_exp(result.high, argument.high, MPFR_RNDU);
  });
}

Number ln(const Number& x) {
  if (x.sign() <= 0) throw std::domain_error("Only a number greater than zero has a logarithm.");
  if (x == Number(1)) return Number();
  return decide([&](mpfr_prec_t precision, Interval& result) {
    const Interval argument(x, precision);
    mpfr_log(result.low, argument.low, MPFR_RNDD);
    mpfr_log(result.high, argument.high, MPFR_RNDU);
  });
}

Number power(const Number& base, const Number& exponent) {
  if (exponent.is_integer()) {
    if (const auto whole = exponent.to_int64()) return base.pow(*whole);
    if (base.is_zero() && exponent.is_negative()) return base.pow(-1);
    if (base.is_zero() || base == Number(1)) return base;
    if (base == Number(-1)) return (exponent / Number(2)).is_integer() ? Number(1) : base;
    refuse_size();
  }
  if (base.is_negative())
    throw std::domain_error("A negative number has no power with a fraction as its exponent.");
  if (base.is_zero()) {
    if (exponent.is_negative()) throw std::domain_error("Zero has no negative power.");
    return base;
  }
  if (base == Number(1)) return base;
  // base^(p/q), with p/q reduced, is rational only when numerator and denominator of base are perfect powers
  // of degree q; no number of 100,000 digits other than 1 is one of a greater degree than its bits.
  constexpr std::int64_t max_degree = static_cast<std::int64_t>(Number::max_digits) * 4;
  if (exponent.is_small() && exponent.den() <= max_degree) {
    if (const auto root = exact_root(base, static_cast<unsigned long>(exponent.den()))) {
      return round_significant(root->pow(exponent.num()), significant_digits);
    }
  }
  return decide([&](mpfr_prec_t precision, Interval& result) {
    Interval logarithm(base, precision);
    logarithm.apply(mpfr_log);
    multiply(result, logarithm, Interval(exponent, precision));
    check_exponent(result.low);
    check_exponent(result.high);
    result.apply(mpfr_exp);
  });
}

}  // namespace merit
