#pragma once
// Sharing a total out in whole steps so that the parts add up: the method of the largest remainders
// (Hamilton's; the cents left over after rounding down go to the largest remainders).

#include <cstdint>
#include <functional>
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
  bool tied = false;  ///< the order of the members decided who got the last step: `before` did not
};

/// Which of two members comes first where their remainders are the same; false where neither does.
using Before = std::function<bool(std::uint32_t a, std::uint32_t b)>;

/// Each member gets total * weight / sum of the weights, rounded down (towards minus infinity) to a multiple
/// of the step; the steps that are left over go one by one to the greatest remainders, among the same
/// remainders by `before`, then in the order of the members. A total of zero is shared by any weights.
Shares share_out(const Number& total, const Number& step, std::span<const Number> weights,
                 const Before& before);

/// Do the keys `a` come before `b`? One that is missing comes last.
bool before_by_keys(std::span<const Value> a, std::span<const Value> b, const std::vector<bool>& descending);

}  // namespace merit
