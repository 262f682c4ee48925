// The largest value of a range that meets a condition, and shares that add up: as they are written.

#include <algorithm>

#include "runtime/data/solving_text.h"
#include "runtime/explain/row_evaluator.h"

namespace merit {

using ir::Expr;
using ir::FaultKind;
using ir::Op;

Value RowEvaluator::solve(const Expr& node, Scope& scope) {
  std::vector<Value> range;
  Value stop;
  if (!operands(node, scope, range, stop, 0, 3)) return stop;
  const char* refusal = "";
  const auto grid = Grid::make(range[0].number_or_amount(), range[1].number_or_amount(),
                               range[2].number_or_amount(), refusal);
  if (!grid) return fault(node, scope, FaultKind::not_monotone, refusal);
  const bool money = node.type.kind == ir::TypeKind::money;
  const auto bind = [&](int64_t position) {
    const Number number = grid->at(position);
    scope.bound[node.variable] = money ? Value::of_money(number) : Value::of_number(number);
  };
  const GridAnswer answer =
      search_grid(*grid, node.op == Op::smallest, [&](int64_t position) -> std::optional<bool> {
        bind(position);
        stop = evaluate(*node.args[3], scope);
        if (!stop.is_known()) return std::nullopt;
        return stop.boolean();
      });
  if (answer.kind == GridAnswer::Kind::stopped) return stop;
  if (answer.kind != GridAnswer::Kind::found) {
    bind(answer.position);
    return fault(node, scope,
                 answer.kind == GridAnswer::Kind::nowhere ? FaultKind::no_solution : FaultKind::not_monotone,
                 solving_text(*this, program_, node, *grid, answer,
                              [&](const Expr& operand) { return evaluate(operand, scope); }));
  }
  return number(node, scope, grid->at(answer.position));
}

RowEvaluator::Apportionment RowEvaluator::apportionment(const Expr& node, Scope& scope) {
  Apportionment result;
  std::vector<Value> values;
  if (!operands(node, scope, values, result.stop, 1, 4)) return result;
  result.total = values[1];
  result.step = values[2];
  const Collection collection = members(*node.args.front(), scope);
  if (collection.fault) {
    result.stop = Value::of_fault(collection.fault);
    return result;
  }
  if (scope.rows.size() <= node.variable) scope.rows.resize(node.variable + 1);
  Value::FaultPointer fault;
  uint64_t faulted = 0;
  std::vector<std::vector<Value>> keys;
  for (const Member& member : collection.members) {
    Value::FaultPointer of_row = member.fault;
    std::vector<Value> own;
    for (size_t part = 4; !member.fault && part < node.args.size(); ++part) {
      scope.rows[node.variable] = member.row;
      own.push_back(evaluate(*node.args[part], scope));
      if (own.back().is_fault())
        of_row = of_row ? ir::first_of(of_row, own.back().fault_pointer()) : own.back().fault_pointer();
    }
    if (of_row) {
      fault = fault ? ir::first_of(fault, of_row) : of_row;
      ++faulted;
      continue;
    }
    result.rows.push_back(member.row);
    result.weights.push_back(own.front().number_or_amount());
    own.erase(own.begin());
    keys.push_back(std::move(own));
  }
  if (fault) {
    result.stop = Value::of_fault(ir::aggregate_fault(fault, faulted));
    return result;
  }
  Shares shares =
      share_out(values[1].number_or_amount(), values[2].number_or_amount(), result.weights,
                [&](uint32_t a, uint32_t b) { return before_by_keys(keys[a], keys[b], node.descending); });
  if (shares.kind != Shares::Kind::shared) {
    const bool weight = shares.kind == Shares::Kind::negative_weight;
    const bool money = node.args[4]->type.kind == ir::TypeKind::money;
    const Number number = weight ? result.weights[shares.member] : Number(0);
    result.stop = this->fault(node, scope, FaultKind::no_shares,
                              sharing_text(*this, program_, node, shares, values[1], values[2],
                                           money ? Value::of_money(number) : Value::of_number(number),
                                           weight ? result.rows[shares.member] : 0));
    return result;
  }
  result.parts = std::move(shares.parts);
  result.own = static_cast<uint32_t>(std::find(result.rows.begin(), result.rows.end(), values[0].row()) -
                                     result.rows.begin());
  result.stop = Value::of_missing("not among those who share");
  return result;
}

Value RowEvaluator::apportion(const Expr& node, Scope& scope) {
  const Apportionment shared = apportionment(node, scope);
  if (shared.own >= shared.parts.size()) return shared.stop;
  return number(node, scope, shared.parts[shared.own]);
}

}  // namespace merit
