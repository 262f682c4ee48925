#include "runtime/ir/faults.h"

#include <tuple>

namespace merit::ir {

const char* fault_code(FaultKind kind) {
  switch (kind) {
  case FaultKind::division_by_zero: return "R101";
  case FaultKind::no_case: return "R102";
  case FaultKind::several_rows: return "R103";
  case FaultKind::outside_domain: return "R104";
  case FaultKind::too_many_digits: return "R105";
  case FaultKind::period_order: return "R106";
  case FaultKind::not_given: return "R107";
  case FaultKind::no_solution: return "R109";
  case FaultKind::not_monotone: return "R110";
  case FaultKind::no_shares: return "R111";
  case FaultKind::order_tie: return "R112";
  case FaultKind::group_unknown: break;
  }
  return "R108";
}

namespace {

const char* general_sentence(FaultKind kind) {
  switch (kind) {
  case FaultKind::division_by_zero: return "division by zero";
  case FaultKind::no_case: return "none of the cases applies";
  case FaultKind::several_rows: return "`the` found more than one row";
  case FaultKind::outside_domain: return "this has no value";
  case FaultKind::too_many_digits: return "the exact value has more than 100,000 digits; round it on the way";
  case FaultKind::period_order: return "the period would start after it ends";
  case FaultKind::not_given: return "the test does not give this";
  case FaultKind::group_unknown: return "the group of a member could not be computed";
  case FaultKind::no_solution: return "no value of the range meets the condition";
  case FaultKind::not_monotone: return "the condition fails and then holds again";
  case FaultKind::order_tie: return "two rows share their place in the order, so neither is before the other";
  case FaultKind::no_shares: return "this cannot be shared out";
  }
  return "a fault";
}

}  // namespace

Value::FaultPointer make_fault(const Program& program, uint32_t column, const Expr& node, uint32_t row,
                               FaultKind kind, std::string detail) {
  Fault fault;
  fault.place = node_name(program, column, node);
  fault.place_order = node.place;
  fault.entity = program.columns[column].entity;
  fault.row = row;
  fault.code = fault_code(kind);
  fault.message = detail.empty() ? general_sentence(kind) : std::move(detail);
  return std::make_shared<const Fault>(std::move(fault));
}

const Value::FaultPointer& first_of(const Value::FaultPointer& a, const Value::FaultPointer& b) {
  const auto left = std::tie(a->place_order, a->row);
  const auto right = std::tie(b->place_order, b->row);
  if (left != right) return left < right ? a : b;
  return a->count >= b->count ? a : b;
}

Value::FaultPointer aggregate_fault(const Value::FaultPointer& first, uint64_t rows) {
  if (first->count == rows) return first;
  Fault fault = *first;
  fault.count = rows;
  return std::make_shared<const Fault>(std::move(fault));
}

}  // namespace merit::ir
