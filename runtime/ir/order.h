#pragma once
// The one allowed self-reference: a column that reads itself on the row before, in a stated strict order.
// Which columns do so, and whether a program keeps to it.

#include <optional>
#include <string>
#include <vector>

#include "runtime/ir/ir.h"

namespace merit::ir {

/// A column that leads from a row to the one before it: `previous`, or missing.
bool is_order_link(const Program& program, uint32_t column);

/// Does the node read a column on the row before the body's own?
bool steps_back(const Program& program, const Expr& node);

/// Columns of one entity that need one another by way of the row before.
struct OrderLoop {
  std::vector<uint32_t> columns;  ///< in an order in which each needs on its own row only those before it
  uint32_t order_link = none;     ///< the column that leads to the row before
};

/// What keeps columns that need one another from being computed along an order.
struct OrderProblem {
  enum class Kind : uint8_t {
    other_rows,  ///< needed of a row that is neither the own one nor the one before
    two_orders,  ///< by way of two different orders
    no_order,    ///< on the own row alone, or through other entities
  } kind = Kind::no_order;
  uint32_t column = none;
  Span span;
};

struct OrderLoops {
  std::vector<OrderLoop> loops;
  std::optional<OrderProblem> problem;
};

/// All loops of the program. Columns without a body count as needing nothing but their entity's rows.
OrderLoops order_loops(const Program& program);

}  // namespace merit::ir
