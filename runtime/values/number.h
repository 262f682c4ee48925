#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace merit {

/// A 128-bit signed integer: wide enough for every intermediate result of the small form.
// (`using` cannot carry the __extension__ that -Wpedantic asks for.)
__extension__ typedef __int128 Int128;  // NOLINT(modernize-use-using)

/// How `round` treats what lies between two steps. "Away" and "toward" are meant as seen from zero.
enum class RoundingMode : std::uint8_t {
  half_away,  ///< to the nearest; a tie goes away from zero (the default, what regulations mean by "round")
  half_even,  ///< to the nearest; a tie goes to the even multiple of the step (IEEE 754, banker's rounding)
  up,         ///< away from zero
  down,       ///< toward zero
  ceiling,    ///< to the greater
  floor,      ///< to the lesser
};

/// A GMP rational behind a reference count; defined in big_rational.h for those who need GMP itself.
struct BigRational;

/// An exact rational number: what `number` and the amount of `money` are.
///
/// A number whose reduced numerator and denominator both fit in 64 bits (the small form) is kept inline, in
/// 16 bytes, and never allocates; a greater one is a shared, immutable GMP rational. The form follows from
/// the value alone, so equal numbers have equal forms. Nothing is ever rounded except by round_to, the *_text
/// functions that say so, and sqrt, exp, ln and power.
///
/// Copies are cheap in both forms. One Number is not to be written by two threads; copies of it may be used
/// anywhere.
class Number {
 public:
  /// Results beyond this many decimal digits are a fault of the program ("round this"): evaluators compare
  /// digits() with it after an operation; pow, exp and power, which could grow without bound in one step,
  /// throw std::length_error instead of trying.
  static constexpr std::size_t max_digits = 100'000;

  /// Zero.
  Number() noexcept = default;

  /// A whole number. Implicit, so that `x + 1` reads as it should; a double is no number.
  template <std::signed_integral Integer>
  Number(Integer integer) noexcept : num_(integer) {
    static_assert(sizeof(Integer) <= sizeof(std::int64_t));
  }

  /// numerator / denominator, reduced. Throws std::domain_error when the denominator is zero.
  Number(std::int64_t numerator, std::int64_t denominator);

  Number(const Number& other) noexcept : num_(other.num_), den_(other.den_) {
    if (den_ == 0) retain();
  }

  Number(Number&& other) noexcept : num_(other.num_), den_(other.den_) {
    other.num_ = 0;
    other.den_ = 1;
  }

  Number& operator=(const Number& other) noexcept {
    if (other.den_ == 0) other.retain();
    if (den_ == 0) release();
    num_ = other.num_;
    den_ = other.den_;
    return *this;
  }

  Number& operator=(Number&& other) noexcept {
    if (this != &other) {
      if (den_ == 0) release();
      num_ = other.num_;
      den_ = other.den_;
      other.num_ = 0;
      other.den_ = 1;
    }
    return *this;
  }

  ~Number() {
    if (den_ == 0) release();
  }

  /// Reads decimal text: an optional sign, digits (with `_` between digits, if wanted), an optional point
  /// with digits after it, an optional `%` (a hundredth). "1_250", "-.5", "0.650", "2%", "+3". Nothing for
  /// any other text: no exponent, no blank, no comma, no point without a digit after it, no more than
  /// max_digits digits.
  static std::optional<Number> parse(std::string_view text);
  /// Reads what exact_text writes: decimal text or "numerator/denominator" (an optional sign on the numerator
  /// alone).
  static std::optional<Number> parse_exact(std::string_view text);
  /// mantissa * 10^-scale: from_decimal(125, 2) is 1.25. A negative scale multiplies.
  static Number from_decimal(std::int64_t mantissa, int scale);
  /// numerator / denominator from 128-bit parts, reduced; for accumulators. Throws std::domain_error when the
  /// denominator is zero.
  static Number from_wide(Int128 numerator, Int128 denominator);

  /// A small number from parts that the caller knows to be reduced, with denominator > 0; nothing is checked.
  static Number from_reduced(std::int64_t numerator, std::int64_t denominator) noexcept {
    Number result;
    result.num_ = numerator;
    result.den_ = denominator;
    return result;
  }

  // The small form, for code that works on columns. num() and den() mean something only when is_small().
  bool is_small() const noexcept { return den_ != 0; }

  std::int64_t num() const noexcept { return num_; }

  std::int64_t den() const noexcept { return den_; }

  /// The GMP rational of a number that is not small; nullptr of one that is.
  const BigRational* big() const noexcept;

  bool is_zero() const noexcept { return num_ == 0 && den_ != 0; }

  bool is_negative() const noexcept { return sign() < 0; }

  bool is_integer() const noexcept { return den_ == 1 || (den_ == 0 && big_is_integer()); }

  /// -1, 0 or 1.
  int sign() const noexcept { return den_ != 0 ? (num_ > 0) - (num_ < 0) : big_sign(); }

  Number operator-() const;

  friend Number operator+(const Number& a, const Number& b) {
    std::int64_t sum = 0;
    if (a.den_ == 1 && b.den_ == 1 && !__builtin_add_overflow(a.num_, b.num_, &sum)) return Number(sum);
    return add(a, b);
  }

  friend Number operator-(const Number& a, const Number& b) {
    std::int64_t difference = 0;
    if (a.den_ == 1 && b.den_ == 1 && !__builtin_sub_overflow(a.num_, b.num_, &difference))
      return Number(difference);
    return subtract(a, b);
  }

  friend Number operator*(const Number& a, const Number& b) {
    std::int64_t product = 0;
    if (a.den_ == 1 && b.den_ == 1 && !__builtin_mul_overflow(a.num_, b.num_, &product))
      return Number(product);
    return multiply(a, b);
  }

  /// Throws std::domain_error when b is zero; an evaluator tests first and makes a fault of it.
  friend Number operator/(const Number& a, const Number& b) { return divide(a, b); }

  Number& operator+=(const Number& other) { return *this = *this + other; }

  Number& operator-=(const Number& other) { return *this = *this - other; }

  Number& operator*=(const Number& other) { return *this = *this * other; }

  Number& operator/=(const Number& other) { return *this = *this / other; }

  friend bool operator==(const Number& a, const Number& b) noexcept {
    if (a.den_ != 0 || b.den_ != 0) return a.num_ == b.num_ && a.den_ == b.den_;
    return big_equal(a, b);
  }

  friend std::strong_ordering operator<=>(const Number& a, const Number& b) noexcept {
    if (a.den_ != 0 && b.den_ != 0) {
      if (a.den_ == b.den_) return a.num_ <=> b.num_;
      const Int128 left = static_cast<Int128>(a.num_) * b.den_;
      const Int128 right = static_cast<Int128>(b.num_) * a.den_;
      return left < right   ? std::strong_ordering::less
             : left > right ? std::strong_ordering::greater
                            : std::strong_ordering::equal;
    }
    return big_compare(a, b);
  }

  Number abs() const;
  /// The greatest whole number not above this one.
  Number floor() const;
  /// The least whole number not below this one.
  Number ceil() const;
  /// This number to a whole power, exact; x.pow(0) is 1 for every x. Throws std::domain_error for zero to a
  /// negative power, std::length_error when the result would pass max_digits.
  Number pow(std::int64_t exponent) const;

  std::optional<std::int64_t> to_int64() const noexcept {
    if (den_ == 1) return num_;
    return std::nullopt;
  }

  std::size_t hash() const noexcept;
  /// Decimal digits of the longer of numerator and denominator. Of a big number it may be one too many,
  /// always the same for the same number.
  std::size_t digits() const noexcept;

  /// The reduced numerator, with the sign, and the denominator (> 0), in decimal.
  std::string numerator_text() const;
  std::string denominator_text() const;
  /// All of it: "0.3125", "-12" when the decimal ends, else "115/3". parse_exact reads it back.
  std::string exact_text() const;
  /// Rounded, halves away from zero, to at most this many decimals, without trailing zeros: "12.5", "0".
  /// Never "-0".
  std::string decimal_text(int max_decimals) const;
  /// Rounded, halves away from zero, to exactly this many decimals: "12.50". Never "-0.00".
  std::string fixed_text(int decimals) const;

 private:
  friend struct NumberAccess;  // big_rational.h: makes numbers from GMP values

  const BigRational* shared() const noexcept;
  void retain() const noexcept;
  void release() noexcept;
  bool big_is_integer() const noexcept;
  int big_sign() const noexcept;
  static bool big_equal(const Number& a, const Number& b) noexcept;
  static std::strong_ordering big_compare(const Number& a, const Number& b) noexcept;
  static Number add(const Number& a, const Number& b);
  static Number subtract(const Number& a, const Number& b);
  static Number multiply(const Number& a, const Number& b);
  static Number divide(const Number& a, const Number& b);

  // Small form: num_/den_ reduced, den_ > 0. Big form: den_ is 0 and num_ holds the address of the
  // BigRational.
  std::int64_t num_ = 0;
  std::int64_t den_ = 1;
};

/// x to the nearest multiple of step in the given mode, exact. Throws std::domain_error unless step > 0.
Number round_to(const Number& x, const Number& step, RoundingMode mode = RoundingMode::half_away);
/// x to so many significant decimal digits (> 0), ties to even.
Number round_significant(const Number& x, int digits);

// The inexact functions: the result is the decimal of 34 significant digits nearest to the true value (ties
// to even), the same on every machine. They throw std::domain_error, with a sentence for the user, where the
// function has no value, and std::length_error where the result would pass Number::max_digits.

/// The square root of x >= 0.
Number sqrt(const Number& x);
/// e to the power x.
Number exp(const Number& x);
/// The natural logarithm of x > 0.
Number ln(const Number& x);
/// base ^ exponent. Exact, like Number::pow, when the exponent is whole; else base must not be negative, nor
/// zero under a negative exponent.
Number power(const Number& base, const Number& exponent);

}  // namespace merit

template <>
struct std::hash<merit::Number> {
  std::size_t operator()(const merit::Number& number) const noexcept { return number.hash(); }
};
