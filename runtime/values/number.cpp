#include "runtime/values/number.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <stdexcept>
#include <utility>

#include "runtime/values/big_rational.h"

namespace merit {

static_assert(sizeof(long) == sizeof(std::int64_t), "GMP's long must hold the small form");
static_assert(sizeof(Number) == 16);

namespace {

__extension__ typedef unsigned __int128 UInt128;  // NOLINT(modernize-use-using): as in the header

constexpr std::int64_t int64_min = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t int64_max = std::numeric_limits<std::int64_t>::max();

bool fits(Int128 value) {
  return value >= int64_min && value <= int64_max;
}

/// |value|, also of the least 64-bit integer.
std::uint64_t magnitude(std::int64_t value) {
  return value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

/// Greatest common divisor; not both zero. One step of Euclid's, which ends it for most denominators (one
/// divides the other), then the binary algorithm without branches on the data.
std::uint64_t gcd(std::uint64_t a, std::uint64_t b) {
  if (a == 1 || b == 1) return 1;
  if (a < b) std::swap(a, b);
  if (b == 0) return a;
  a %= b;
  if (a == 0) return b;
  const int shift = std::countr_zero(a | b);
  a >>= std::countr_zero(a);
  b >>= std::countr_zero(b);
  while (a != b) {
    // Both odd, so the difference is even; its trailing zeros are those of its negative too.
    const std::uint64_t difference = a - b;
    const std::uint64_t mask = a < b ? ~std::uint64_t{0} : 0;
    b += difference & mask;                                            // the lesser
    a = ((difference ^ mask) - mask) >> std::countr_zero(difference);  // the distance
  }
  return a << shift;
}

UInt128 gcd_wide(UInt128 a, UInt128 b) {
  while ((a >> 64) != 0 || (b >> 64) != 0) {
    if (b == 0) return a;
    a %= b;
    std::swap(a, b);
  }
  return gcd(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b));
}

void set_wide(mpz_t target, Int128 value) {
  const UInt128 absolute = value < 0 ? UInt128{0} - static_cast<UInt128>(value) : static_cast<UInt128>(value);
  const std::array<std::uint64_t, 2> words{static_cast<std::uint64_t>(absolute),
                                           static_cast<std::uint64_t>(absolute >> 64)};
  mpz_import(target, words.size(), -1, sizeof(std::uint64_t), 0, 0, words.data());
  if (value < 0) mpz_neg(target, target);
}

/// A number from a reduced numerator and denominator (> 0).
Number from_reduced_wide(Int128 numerator, Int128 denominator) {
  if (fits(numerator) && denominator <= int64_max) {
    return Number::from_reduced(static_cast<std::int64_t>(numerator), static_cast<std::int64_t>(denominator));
  }
  BigRational result;
  set_wide(mpq_numref(result.value), numerator);
  set_wide(mpq_denref(result.value), denominator);
  return NumberAccess::take(result.value);
}

/// a/b + sign * c/d in the small form (Knuth 4.5.1: the second divisor divides the first, so both are taken
/// on 64 bits).
Number add_small(const Number& a, const Number& b, int sign) {
  const std::uint64_t common = gcd(static_cast<std::uint64_t>(a.den()), static_cast<std::uint64_t>(b.den()));
  const auto divisor = static_cast<std::int64_t>(common);
  const std::int64_t a_rest = common == 1 ? a.den() : a.den() / divisor;
  const std::int64_t b_rest = common == 1 ? b.den() : b.den() / divisor;
  // Each product is below 2^126 in magnitude, so the sum holds.
  const Int128 sum = static_cast<Int128>(a.num()) * b_rest + static_cast<Int128>(b.num()) * sign * a_rest;
  if (common == 1) return from_reduced_wide(sum, static_cast<Int128>(a.den()) * b.den());
  const auto remainder =
      fits(sum) ? static_cast<std::int64_t>(sum) % divisor : static_cast<std::int64_t>(sum % divisor);
  const auto second = static_cast<std::int64_t>(gcd(magnitude(remainder), common));
  if (second == 1) return from_reduced_wide(sum, static_cast<Int128>(a_rest) * b.den());
  const Int128 numerator = fits(sum) ? Int128{static_cast<std::int64_t>(sum) / second} : sum / second;
  return from_reduced_wide(numerator, static_cast<Int128>(a_rest) * (b.den() / second));
}

/// (a / b) * (c / d) with reduced a/b and c/d; b and d positive and, like a and c, within 64 bits.
Number multiply_small(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
  if (a == 0 || c == 0) return Number();
  if (d != 1) {
    const std::uint64_t common = gcd(magnitude(a), static_cast<std::uint64_t>(d));
    if (common != 1) {
      a /= static_cast<std::int64_t>(common);
      d /= static_cast<std::int64_t>(common);
    }
  }
  if (b != 1) {
    const std::uint64_t common = gcd(magnitude(c), static_cast<std::uint64_t>(b));
    if (common != 1) {
      c /= static_cast<std::int64_t>(common);
      b /= static_cast<std::int64_t>(common);
    }
  }
  return from_reduced_wide(static_cast<Int128>(a) * c, static_cast<Int128>(b) * d);
}

template <typename Operation>
Number compute_big(Operation operation, const Number& a, const Number& b) {
  BigRational result;
  if (a.is_small()) {
    const BigRational left(a);
    operation(result.value, left.value, b.big()->value);
  } else if (b.is_small()) {
    const BigRational right(b);
    operation(result.value, a.big()->value, right.value);
  } else {
    operation(result.value, a.big()->value, b.big()->value);
  }
  return NumberAccess::take(result.value);
}

[[noreturn]] void refuse_division_by_zero() {
  throw std::domain_error("A number cannot be divided by zero.");
}

}  // namespace

// Between the forms.

Number NumberAccess::take(mpq_t canonical) {
  if (mpz_fits_slong_p(mpq_numref(canonical)) != 0 && mpz_fits_slong_p(mpq_denref(canonical)) != 0) {
    return Number::from_reduced(mpz_get_si(mpq_numref(canonical)), mpz_get_si(mpq_denref(canonical)));
  }
  auto* big = new BigRational;
  mpq_swap(big->value, canonical);
  Number result;
  result.num_ = std::bit_cast<std::int64_t>(big);
  result.den_ = 0;
  return result;
}

Number NumberAccess::take_integer(mpz_t integer) {
  if (mpz_fits_slong_p(integer) != 0) return Number(std::int64_t{mpz_get_si(integer)});
  BigRational result;
  mpz_swap(mpq_numref(result.value), integer);
  return take(result.value);
}

void NumberAccess::assign(mpq_t target, const Number& number) {
  if (number.is_small()) {
    mpz_set_si(mpq_numref(target), number.num());
    mpz_set_si(mpq_denref(target), number.den());
  } else {
    mpq_set(target, number.big()->value);
  }
}

Number NumberAccess::power_of_ten(std::size_t exponent) {
  BigInteger power;
  mpz_ui_pow_ui(power.value, 10, exponent);
  return take_integer(power.value);
}

BigRational::BigRational(const Number& number) : BigRational() {
  NumberAccess::assign(value, number);
}

const BigRational* Number::big() const noexcept {
  return den_ == 0 ? shared() : nullptr;
}

const BigRational* Number::shared() const noexcept {
  return std::bit_cast<const BigRational*>(num_);
}

void Number::retain() const noexcept {
  shared()->owners.fetch_add(1, std::memory_order_relaxed);
}

void Number::release() noexcept {
  if (shared()->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete shared();
}

// Making.

Number::Number(std::int64_t numerator, std::int64_t denominator) {
  *this = from_wide(numerator, denominator);
}

Number Number::from_wide(Int128 numerator, Int128 denominator) {
  if (denominator == 0) refuse_division_by_zero();
  const bool negative = (numerator < 0) != (denominator < 0);
  UInt128 above =
      numerator < 0 ? UInt128{0} - static_cast<UInt128>(numerator) : static_cast<UInt128>(numerator);
  UInt128 below =
      denominator < 0 ? UInt128{0} - static_cast<UInt128>(denominator) : static_cast<UInt128>(denominator);
  if (above == 0) return Number();
  const UInt128 common = gcd_wide(above, below);
  if (common != 1) {
    above /= common;
    below /= common;
  }
  constexpr UInt128 least = UInt128{1} << 127;
  if (below < least && (above < least || negative)) {
    const auto reduced = static_cast<Int128>(negative ? UInt128{0} - above : above);
    return from_reduced_wide(reduced, static_cast<Int128>(below));
  }
  // Only with the least 128-bit integer, which has no positive counterpart.
  BigRational result;
  const auto set = [](mpz_t target, UInt128 value) {
    set_wide(target, static_cast<Int128>(value >> 1));
    mpz_mul_2exp(target, target, 1);
    if ((value & 1) != 0) mpz_add_ui(target, target, 1);
  };
  set(mpq_numref(result.value), above);
  set(mpq_denref(result.value), below);
  if (negative) mpq_neg(result.value, result.value);
  return NumberAccess::take(result.value);
}

Number Number::from_decimal(std::int64_t mantissa, int scale) {
  if (scale == 0 || mantissa == 0) return Number(mantissa);
  if (scale < 0) return Number(mantissa) * Number(10).pow(-static_cast<std::int64_t>(scale));
  if (scale <= 18) {
    std::int64_t power = 1;
    for (int i = 0; i < scale; ++i) power *= 10;
    const auto common =
        static_cast<std::int64_t>(gcd(magnitude(mantissa), static_cast<std::uint64_t>(power)));
    return from_reduced(mantissa / common, power / common);
  }
  return Number(mantissa) / Number(10).pow(scale);
}

// Arithmetic.

Number Number::operator-() const {
  if (den_ != 0) {
    if (num_ != int64_min) return from_reduced(-num_, den_);
    return from_reduced_wide(-static_cast<Int128>(num_), den_);
  }
  BigRational result;
  mpq_neg(result.value, big()->value);
  return NumberAccess::take(result.value);
}

Number Number::add(const Number& a, const Number& b) {
  if (a.is_small() && b.is_small()) return add_small(a, b, 1);
  return compute_big(mpq_add, a, b);
}

Number Number::subtract(const Number& a, const Number& b) {
  if (a.is_small() && b.is_small()) return add_small(a, b, -1);
  return compute_big(mpq_sub, a, b);
}

Number Number::multiply(const Number& a, const Number& b) {
  if (a.is_small() && b.is_small()) return multiply_small(a.num_, a.den_, b.num_, b.den_);
  return compute_big(mpq_mul, a, b);
}

Number Number::divide(const Number& a, const Number& b) {
  if (b.is_zero()) refuse_division_by_zero();
  if (a.is_small() && b.is_small()) {
    if (b.num_ > 0) return multiply_small(a.num_, a.den_, b.den_, b.num_);
    if (b.num_ != int64_min) return multiply_small(a.num_, a.den_, -b.den_, -b.num_);
    return from_wide(static_cast<Int128>(a.num_) * b.den_, static_cast<Int128>(a.den_) * b.num_);
  }
  return compute_big(mpq_div, a, b);
}

bool Number::big_is_integer() const noexcept {
  return mpz_cmp_ui(mpq_denref(big()->value), 1) == 0;
}

int Number::big_sign() const noexcept {
  return mpq_sgn(big()->value);
}

bool Number::big_equal(const Number& a, const Number& b) noexcept {
  return a.num_ == b.num_ || mpq_equal(a.big()->value, b.big()->value) != 0;
}

std::strong_ordering Number::big_compare(const Number& a, const Number& b) noexcept {
  int order = 0;
  if (b.is_small()) {
    order = mpq_cmp_si(a.big()->value, b.num_, static_cast<unsigned long>(b.den_));
  } else if (a.is_small()) {
    order = -mpq_cmp_si(b.big()->value, a.num_, static_cast<unsigned long>(a.den_));
  } else {
    order = a.num_ == b.num_ ? 0 : mpq_cmp(a.big()->value, b.big()->value);
  }
  return order <=> 0;
}

Number Number::abs() const {
  return is_negative() ? -*this : *this;
}

Number Number::floor() const {
  if (den_ == 1) return *this;
  if (den_ != 0) return Number(num_ / den_ - (num_ < 0 ? 1 : 0));  // den_ > 1, so there is a remainder
  BigRational result;
  mpz_fdiv_q(mpq_numref(result.value), mpq_numref(big()->value), mpq_denref(big()->value));
  return NumberAccess::take(result.value);
}

Number Number::ceil() const {
  if (den_ == 1) return *this;
  if (den_ != 0) return Number(num_ / den_ + (num_ > 0 ? 1 : 0));
  BigRational result;
  mpz_cdiv_q(mpq_numref(result.value), mpq_numref(big()->value), mpq_denref(big()->value));
  return NumberAccess::take(result.value);
}

Number Number::pow(std::int64_t exponent) const {
  if (exponent == 0) return Number(1);
  if (is_zero()) {
    if (exponent < 0) throw std::domain_error("Zero has no negative power.");
    return *this;
  }
  if (den_ == 1 && (num_ == 1 || num_ == -1)) return exponent % 2 == 0 ? Number(1) : *this;
  const BigRational base(*this);
  const std::uint64_t times = magnitude(exponent);
  // log2 of the longer part is at least its bits less one; a decimal digit is 3.32 bits.
  const std::size_t bits =
      std::max(mpz_sizeinbase(mpq_numref(base.value), 2), mpz_sizeinbase(mpq_denref(base.value), 2)) - 1;
  constexpr std::size_t max_bits = max_digits * 10 / 3;
  const auto refuse = [] { throw std::length_error("This power has more than 100,000 digits."); };
  if (bits > max_bits / times) refuse();
  BigRational result;
  mpz_pow_ui(mpq_numref(result.value), mpq_numref(base.value), times);
  mpz_pow_ui(mpq_denref(result.value), mpq_denref(base.value), times);
  if (exponent < 0) mpq_inv(result.value, result.value);
  Number power = NumberAccess::take(result.value);
  if (power.digits() > max_digits) refuse();
  return power;
}

std::size_t Number::hash() const noexcept {
  const auto mix = [](std::uint64_t seed, std::uint64_t word) {
    // The finaliser of splitmix64.
    std::uint64_t z = seed * 31 + word + 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  };
  if (den_ != 0) return mix(mix(0, static_cast<std::uint64_t>(num_)), static_cast<std::uint64_t>(den_));
  std::uint64_t seed = static_cast<std::uint64_t>(big_sign());
  for (const auto* part : {mpq_numref(big()->value), mpq_denref(big()->value)}) {
    for (std::size_t i = 0; i < mpz_size(part); ++i)
      seed = mix(seed, mpz_getlimbn(part, static_cast<mp_size_t>(i)));
  }
  return seed;
}

std::size_t Number::digits() const noexcept {
  if (den_ != 0) {
    std::uint64_t longer = std::max(magnitude(num_), static_cast<std::uint64_t>(den_));
    std::size_t count = 1;
    for (; longer >= 10; longer /= 10) ++count;
    return count;
  }
  return std::max(mpz_sizeinbase(mpq_numref(big()->value), 10), mpz_sizeinbase(mpq_denref(big()->value), 10));
}

// Rounding.

namespace {

/// The whole number that a rational is rounded to.
Number round_to_integer(const Number& x, RoundingMode mode) {
  if (x.is_integer()) return x;
  const Number below = x.floor();
  const bool negative = x.is_negative();
  bool take_above = false;
  switch (mode) {
  case RoundingMode::floor: break;
  case RoundingMode::ceiling: take_above = true; break;
  case RoundingMode::down: take_above = negative; break;
  case RoundingMode::up: take_above = !negative; break;
  case RoundingMode::half_away:
  case RoundingMode::half_even: {
    const auto order = (x - below) <=> Number(1, 2);
    if (order != std::strong_ordering::equal) {
      take_above = std::is_gt(order);
    } else if (mode == RoundingMode::half_away) {
      take_above = !negative;
    } else {
      take_above = !(below / Number(2)).is_integer();
    }
    break;
  }
  }
  return take_above ? below + Number(1) : below;
}

}  // namespace

Number round_to(const Number& x, const Number& step, RoundingMode mode) {
  if (step.sign() <= 0) throw std::domain_error("A number is rounded to a step that is greater than zero.");
  if (x.is_small() && step.is_small()) {
    // x / step = (x.num * step.den) / (x.den * step.num): what nearly every rounding needs, without a gcd
    // before the end.
    const Int128 numerator = static_cast<Int128>(x.num()) * step.den();
    const Int128 denominator = static_cast<Int128>(x.den()) * step.num();
    Int128 quotient =
        fits(numerator) && fits(denominator)
            ? Int128{static_cast<std::int64_t>(numerator) / static_cast<std::int64_t>(denominator)}
            : numerator / denominator;
    const Int128 remainder = numerator - quotient * denominator;
    if (remainder == 0) return x;
    const Int128 beyond = remainder < 0 ? -remainder : remainder;
    const Int128 away = remainder < 0 ? -1 : 1;
    const Int128 short_by =
        denominator - beyond;  // compared with `beyond`, where twice that could pass 127 bits
    switch (mode) {
    case RoundingMode::half_away: quotient += beyond >= short_by ? away : 0; break;
    case RoundingMode::half_even:
      quotient += (beyond > short_by || (beyond == short_by && quotient % 2 != 0)) ? away : 0;
      break;
    case RoundingMode::up: quotient += away; break;
    case RoundingMode::down: break;
    case RoundingMode::ceiling: quotient += away > 0 ? 1 : 0; break;
    case RoundingMode::floor: quotient += away < 0 ? -1 : 0; break;
    }
    if (fits(quotient)) return Number(static_cast<std::int64_t>(quotient)) * step;
  }
  return round_to_integer(x / step, mode) * step;
}

Number round_significant(const Number& x, int digits) {
  if (digits <= 0) throw std::domain_error("A number is rounded to at least one significant digit.");
  if (x.is_zero()) return x;
  // The exponent of the first digit: a guess from the lengths, at most two off, then corrected.
  const BigRational exact(x);
  const auto length = [](const mpz_srcptr part) {
    return static_cast<std::int64_t>(mpz_sizeinbase(part, 10));
  };
  std::int64_t exponent = length(mpq_numref(exact.value)) - length(mpq_denref(exact.value));
  const Number size = x.abs();
  while (Number(10).pow(exponent) > size) --exponent;
  while (Number(10).pow(exponent + 1) <= size) ++exponent;
  return round_to(x, Number(10).pow(exponent + 1 - digits), RoundingMode::half_even);
}

}  // namespace merit
