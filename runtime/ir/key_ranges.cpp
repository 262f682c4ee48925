#include "runtime/ir/ir.h"

namespace merit::ir {

bool holds(const KeyRange& range, const Value& value) {
  if (range.low.is_known()) {
    const auto order = compare_values(value, range.low);
    if (order < 0 || (range.over_low && order == 0)) return false;
  }
  if (range.high.is_known()) {
    const auto order = compare_values(value, range.high);
    if (order > 0 || (range.below_high && order == 0)) return false;
  }
  return true;
}

}  // namespace merit::ir
