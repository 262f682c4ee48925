#pragma once
// The ordinary numbers and dates of data files, fast; and columns of decimals.

#include <array>
#include <cstdint>
#include <string_view>

#include "runtime/data/vector.h"

namespace merit::data {

/// The most decimals of a vector in decimal form.
inline constexpr int max_scale = 18;

constexpr std::array<int64_t, max_scale + 1> make_powers_of_ten() {
  std::array<int64_t, max_scale + 1> powers{};
  int64_t power = 1;
  for (int64_t& entry : powers) {
    entry = power;
    if (power < 1'000'000'000'000'000'000) power *= 10;
  }
  return powers;
}

inline constexpr auto powers_of_ten = make_powers_of_ten();

/// The least number of decimals that writes a fraction with this denominator; -1 when more than max_scale, or
/// endless.
int decimals_of(int64_t denominator);

/// Reads an optional sign, digits, and an optional point with digits after it, 18 digits in all, zeros at the
/// end of the decimals not counted: mantissa * 10^-scale. False for any other text, which may yet be a
/// number.
inline bool quick_decimal(std::string_view text, int64_t& mantissa, int& scale) {
  const char* p = text.data();
  const char* end = p + text.size();
  bool negative = false;
  if (p != end && (*p == '-' || *p == '+')) negative = *p++ == '-';
  const char* const digits = p;
  uint64_t value = 0;
  while (p != end && static_cast<unsigned char>(*p - '0') < 10)
    value = value * 10 + static_cast<uint64_t>(*p++ - '0');
  ptrdiff_t count = p - digits;
  scale = 0;
  if (p != end) {
    if (*p != '.') return false;
    const char* const decimals = ++p;
    if (decimals == end) return false;
    const char* last = end;
    while (last != decimals && last[-1] == '0') --last;
    while (p != last && static_cast<unsigned char>(*p - '0') < 10)
      value = value * 10 + static_cast<uint64_t>(*p++ - '0');
    if (p != last) return false;
    scale = static_cast<int>(p - decimals);
    count += scale;
  } else if (count == 0) {
    return false;
  }
  if (count > max_scale) return false;
  mantissa = negative ? -static_cast<int64_t>(value) : static_cast<int64_t>(value);
  return true;
}

/// Brings a vector in decimal form to more decimals; false, and nothing done, when a cell would not fit.
bool rescale(Vector& vector, int scale);

/// Any column of numbers into the big form.
void to_big(Vector& vector);

}  // namespace merit::data
