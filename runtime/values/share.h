#pragma once
// Sharing a total out in whole steps so that the parts add up: the method of the largest remainders
// (Hamilton's; the cents left over after rounding down go to the largest remainders).

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/values/number.h"
#include "runtime/values/value.h"

namespace merit {

struct Shares {
  enum class Kind : std::uint8_t {
    shared,
    step_not_positive,
    not_whole_steps,  ///< the total is not a multiple of the step
    negative_weight,  ///< that of member `member`
    no_weight,        ///< there is something to share, and all weights are zero
  } kind = Kind::shared;
  std::vector<Number> parts;  ///< shared: one a member, in their order
  std::uint32_t member = 0;
};

/// Each member gets total * weight / sum of the weights, rounded down (towards minus infinity) to a multiple
/// of the step; the steps that are left over go one by one to the greatest remainders, among the same
/// remainders to the first by `order`, which names every member once. A total of zero is shared by any
/// weights.
Shares share_out(const Number& total, const Number& step, std::span<const Number> weights,
                 std::span<const std::uint32_t> order);

/// The positions of rows in the order of their keys, one list of keys a row: a key that is missing comes
/// last, of two rows with the same keys the earlier position first.
std::vector<std::uint32_t> order_by_keys(std::span<const std::vector<Value>> keys,
                                         const std::vector<bool>& descending);

}  // namespace merit
