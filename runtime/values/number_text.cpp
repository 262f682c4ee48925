// Numbers from and to text.

#include <gmp.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "runtime/values/big_rational.h"
#include "runtime/values/number.h"

namespace merit {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Digits with single `_` between them: their number, or nothing when something else stands there or there is
/// none.
std::optional<std::size_t> count_digits(std::string_view text) {
  if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) return std::nullopt;
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      ++count;
    } else if (text[i] != '_' || text[i - 1] == '_') {
      return std::nullopt;
    }
  }
  return count;
}

/// The whole number that digits (and nothing else) spell.
Number integer_of(const std::string& digits) {
  BigInteger integer;
  mpz_set_str(integer.value, digits.c_str(), 10);
  return NumberAccess::take_integer(integer.value);
}

std::string text_of(mpz_srcptr integer) {
  std::string text(mpz_sizeinbase(integer, 10) + 2, '\0');
  mpz_get_str(text.data(), 10, integer);
  text.resize(text.find('\0'));
  return text;
}

/// "-12345" with 3 decimals is "-12.345".
std::string place_point(std::string digits, std::size_t decimals) {
  if (decimals == 0) return digits;
  const std::size_t start = digits.front() == '-' ? 1 : 0;
  const std::size_t length = digits.size() - start;
  if (length <= decimals) digits.insert(start, decimals + 1 - length, '0');
  digits.insert(digits.size() - decimals, 1, '.');
  return digits;
}

std::string trim_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

/// The decimals that a fraction with this denominator needs; nothing when it never ends.
std::optional<std::size_t> decimals_needed(const Number& number) {
  std::size_t twos = 0;
  std::size_t fives = 0;
  if (number.is_small()) {
    std::int64_t rest = number.den();
    for (; rest % 2 == 0; rest /= 2) ++twos;
    for (; rest % 5 == 0; rest /= 5) ++fives;
    if (rest != 1) return std::nullopt;
  } else {
    BigInteger rest;
    BigInteger divisor;
    mpz_set_ui(divisor.value, 2);
    twos = mpz_remove(rest.value, mpq_denref(number.big()->value), divisor.value);
    mpz_set_ui(divisor.value, 5);
    fives = mpz_remove(rest.value, rest.value, divisor.value);
    if (mpz_cmp_ui(rest.value, 1) != 0) return std::nullopt;
  }
  return std::max(twos, fives);
}

/// So many digits fit in 64 bits; more go through GMP.
constexpr std::size_t small_digits = 18;

}  // namespace

std::optional<Number> Number::parse(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::size_t scale = 0;
  if (!text.empty() && text.back() == '%') {
    scale = 2;
    text.remove_suffix(1);
  }
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const bool has_point = point != std::string_view::npos;
  const std::string_view fraction = has_point ? text.substr(point + 1) : std::string_view();
  std::size_t count = 0;
  if (!whole.empty() || !has_point) {
    const auto digits = count_digits(whole);
    if (!digits) return std::nullopt;
    count += *digits;
  }
  if (has_point) {
    const auto digits = count_digits(fraction);
    if (!digits) return std::nullopt;
    count += *digits;
    scale += *digits;
  }
  if (count > max_digits) return std::nullopt;

  if (count <= small_digits && scale <= small_digits) {
    std::int64_t mantissa = 0;
    for (const char c : text) {
      if (is_digit(c)) mantissa = mantissa * 10 + (c - '0');
    }
    return from_decimal(negative ? -mantissa : mantissa, static_cast<int>(scale));
  }
  std::string digits;
  digits.reserve(count);
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), is_digit);
  const Number result = integer_of(digits) / NumberAccess::power_of_ten(scale);
  if (result.digits() > max_digits) return std::nullopt;
  return negative ? -result : result;
}

std::optional<Number> Number::parse_exact(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return parse(text);
  const auto is_whole = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), is_digit);
  };
  std::string_view above = text.substr(0, slash);
  const std::string_view below = text.substr(slash + 1);
  if (!is_whole(below)) return std::nullopt;
  if (!above.empty() && (above.front() == '-' || above.front() == '+')) above.remove_prefix(1);
  if (!is_whole(above)) return std::nullopt;
  const auto numerator = parse(text.substr(0, slash));
  const auto denominator = parse(below);
  if (!numerator || !denominator || denominator->is_zero()) return std::nullopt;
  return *numerator / *denominator;
}

std::string Number::numerator_text() const {
  return is_small() ? std::to_string(num_) : text_of(mpq_numref(big()->value));
}

std::string Number::denominator_text() const {
  return is_small() ? std::to_string(den_) : text_of(mpq_denref(big()->value));
}

std::string Number::exact_text() const {
  if (is_integer()) return numerator_text();
  const auto decimals = decimals_needed(*this);
  // parse reads no more than max_digits digits; 1/2^200000 is shorter as a fraction.
  if (!decimals || *decimals >= max_digits) return numerator_text() + "/" + denominator_text();
  return fixed_text(static_cast<int>(*decimals));
}

std::string Number::fixed_text(int decimals) const {
  if (decimals < 0) throw std::domain_error("A number is written with no fewer than zero decimals.");
  const auto places = static_cast<std::size_t>(decimals);
  if (is_integer()) {
    std::string text = numerator_text();
    if (places > 0) text.append(1, '.').append(places, '0');
    return text;
  }
  return place_point(round_to(*this * NumberAccess::power_of_ten(places), Number(1)).numerator_text(),
                     places);
}

std::string Number::decimal_text(int max_decimals) const {
  return trim_zeros(fixed_text(max_decimals));
}

}  // namespace merit
