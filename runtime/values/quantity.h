#pragma once
// Quantities: a number with its unit, as it was measured. A quantity becomes a number by naming the unit that
// the number is wanted in (ucum.h).

#include <optional>
#include <string>
#include <string_view>

#include "runtime/values/number.h"

namespace merit {

struct Quantity {
  Number number;
  std::string unit = "1";  ///< a UCUM code, or a unit as it was written; never empty, no blanks at its ends

  /// "7.2 mg/dL": one spelling for one quantity, read back by parse().
  std::string text() const;
  /// "7.2 mg/dL", "7.2mg/dL", "12" (of unit 1), "8.1 %". Nothing when it does not begin with a number; a
  /// number with a comparator in front ("<5 mg/dL") is none either.
  static std::optional<Quantity> parse(std::string_view text);

  friend bool operator==(const Quantity&, const Quantity&) = default;
};

}  // namespace merit
