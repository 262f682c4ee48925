#pragma once
// Units of measure as UCUM writes them (https://ucum.org, "The Unified Code for Units of Measure",
// case-sensitive codes), with exact factors.
//
// The whole grammar is read: terms with `.` and `/`, exponents, prefixes, whole-number factors, `10*`,
// brackets, annotations ({…} counts as 1). The units are those of medicine, of everyday life and of the SI;
// left out are those whose factor is no exact number (whatever needs pi: deg, Oe, …) and those on a
// logarithmic scale ([pH], B, Np): between these and others there is no conversion. Degrees Celsius,
// Fahrenheit and Réaumur are on scales of their own and stand alone, not in products.
//
// A mole is a number of things (UCUM: 6.02214076 * 10^23), not a mass: mmol/L does not become mg/dL.
// Arbitrary units ([iU], [arb'U], …) become nothing but themselves.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/values/quantity.h"

namespace merit::ucum {

/// value in base units = (value + offset) * factor
struct Unit {
  Number factor = Number(1);
  Number offset = Number(0);              ///< other than 0 only for temperatures
  std::map<std::string, int> dimensions;  ///< exponents by base unit: m, s, g, K, C, cd, rad; arbitrary units
};

/// Nothing for what is no UCUM unit; then `problem`, when it is given, says why: "`mgg` is no unit".
std::optional<Unit> parse(std::string_view text, std::string* problem = nullptr);

/// What a unit measures: "a mass by volume", "measured in [iU]".
std::string measured(const Unit& unit);

struct Converted {
  std::optional<Number> number;
  std::string problem;  ///< without a number: why, as the reason of a missing value
};

/// The number that the quantity is in another unit. Exact. A quantity may have a time in words, "30 days".
/// `wanted` has been parsed from `wanted_text`.
Converted convert(const Quantity& quantity, const Unit& wanted, std::string_view wanted_text);

}  // namespace merit::ucum
