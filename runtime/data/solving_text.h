#pragma once
// What is said of a search that finds nothing and of a total that cannot be shared out: the same by both
// evaluators.

#include <functional>
#include <string>

#include "runtime/data/evaluation.h"
#include "runtime/values/grid.h"
#include "runtime/values/share.h"

namespace merit {

/// The value of an operand at the end of the range where the condition has to hold.
using ValueAtEnd = std::function<Value(const ir::Expr& operand)>;

/// Of a largest or smallest whose answer is `nowhere` or `not_monotone`. Where the condition compares
/// something with a limit, the sentence names the nearest that can be reached.
std::string solving_text(Evaluation& evaluation, const ir::Program& program, const ir::Expr& node,
                         const Grid& grid, const GridAnswer& answer, const ValueAtEnd& value);

/// Of an apportion that did not come out as `shared`; `member_row` is the row of Shares::member.
std::string sharing_text(Evaluation& evaluation, const ir::Program& program, const ir::Expr& node,
                         const Shares& shares, const Value& total, const Value& step, const Value& weight,
                         std::uint32_t member_row);

}  // namespace merit
