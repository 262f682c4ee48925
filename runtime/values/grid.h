#pragma once
// The search for the largest number of a grid for which a condition holds.

#include <cstdint>
#include <functional>
#include <optional>

#include "runtime/values/number.h"

namespace merit {

/// The numbers low, low + step, low + 2 step, … that are not above high.
struct Grid {
  Number low;
  Number step;
  std::int64_t last = 0;  ///< the position of the last one; the first is 0

  Number at(std::int64_t position) const { return low + step * Number(position); }

  /// Up to 10^12 steps: more is a mistake in the step. Nothing when there is no such grid; then `refusal`
  /// says why, to the user.
  static std::optional<Grid> make(const Number& low, const Number& high, const Number& step,
                                  const char*& refusal);
};

struct GridAnswer {
  enum class Kind : std::uint8_t {
    found,
    nowhere,       ///< it does not hold even at the end where it has to
    not_monotone,  ///< it holds at `first`, fails at `second` and holds again at `third`
    stopped,       ///< a trial gave no answer (a fault, or missing)
  } kind = Kind::found;
  std::int64_t position = 0;  ///< found, nowhere: of the answer, of the end
  std::int64_t first = 0, second = 0, third = 0;
};

/// The largest position from 0 to grid.last that `holds`, by halves: from 0 upward it has to hold and, once
/// it fails, to fail from there on. Whether it does is tried at both ends and at sixteen positions between,
/// always in the same order, and at every position that the halving meets. With `smallest` the mirror image:
/// from the last position downward. `holds` gives nothing to stop the search.
GridAnswer search_grid(const Grid& grid, bool smallest,
                       const std::function<std::optional<bool>(std::int64_t position)>& holds);

}  // namespace merit
