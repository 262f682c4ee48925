#pragma once
// The faults that evaluating can meet, made in one place so that both evaluators say the same.

#include <string>

#include "runtime/ir/ir.h"

namespace merit::ir {

enum class FaultKind : uint8_t {
  division_by_zero,
  no_case,         ///< none of the cases applies
  several_rows,    ///< `the C` found two rows
  outside_domain,  ///< sqrt of a negative number, ln of zero, a power without a value, a date outside the
                   ///< calendar
  too_many_digits,
  period_order,   ///< a period that starts after it ends
  not_given,      ///< a required field that a test does not give
  group_unknown,  ///< the group of a member could not be computed
  no_solution,    ///< largest, smallest: the condition does not hold even where it has to
  not_monotone,   ///< largest, smallest: the condition fails and holds again; also a range without steps
  order_tie,      ///< previous: two rows share their place in the order
  no_shares,      ///< apportion: a negative weight, no weight at all, a total that is not so many steps
};

/// The code of its message: "R101" ….
const char* fault_code(FaultKind kind);

/// The fault of `node` in the body of `column` at `row` of the column's entity. `detail` replaces the general
/// sentence where there is more to say.
Value::FaultPointer make_fault(const Program& program, uint32_t column, const Expr& node, uint32_t row,
                               FaultKind kind, std::string detail = {});

/// Which of two operand faults is reported: the first by (place, row); of the same place and row the one that
/// counts more.
const Value::FaultPointer& first_of(const Value::FaultPointer& a, const Value::FaultPointer& b);

/// What an aggregate over rows reports of which `rows` are faulted, `first` being the first of their faults.
Value::FaultPointer aggregate_fault(const Value::FaultPointer& first, uint64_t rows);

}  // namespace merit::ir
