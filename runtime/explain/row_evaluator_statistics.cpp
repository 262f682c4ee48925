// What is computed of the values of many rows together: percentiles, spreads, weighted averages, ranks.
#include <algorithm>
#include <map>
#include <stdexcept>

#include "runtime/explain/row_evaluator.h"
#include "runtime/ir/ops.h"
#include "runtime/values/statistics.h"

namespace merit {

using ir::AggregateMode;
using ir::Expr;
using ir::FaultKind;

namespace {

/// The operands of one member: its value, then a weight, a share, or its own row and the tie keys.
using Operands = std::vector<Value>;

/// Where the first of two members stands before (-1), with (0) or after (1) the second; without
/// the own row.
int order_of(const Expr& node, const Operands& a, const Operands& b) {
  for (size_t key = 0; key < a.size(); ++key) {
    if (key == 1) continue;
    const size_t flag = key == 0 ? 0 : key - 1;
    if (a[key].is_missing() != b[key].is_missing()) return a[key].is_missing() ? 1 : -1;
    if (a[key].is_missing()) continue;
    const auto order = compare_values(a[key], b[key]);
    if (order != 0) return (order < 0) != node.descending[flag] ? -1 : 1;
  }
  return 0;
}

Number weighted_mean(const std::vector<Operands>& members) {
  Number sum = 0;
  Number weights = 0;
  for (const Operands& member : members) {
    sum += member[0].number_or_amount() * member[1].number();
    weights += member[1].number();
  }
  return sum / weights;
}

/// The mean of the squares of the distances from the mean.
Number variance(const std::vector<Operands>& members, AggregateMode mode) {
  const bool weighted = ir::is_weighted(mode);
  const auto count = Number(static_cast<int64_t>(members.size()));
  Number mean = 0;
  if (weighted) {
    mean = weighted_mean(members);
  } else {
    for (const Operands& member : members) mean += member[0].number_or_amount();
    mean /= count;
  }
  Number squares = 0;
  Number weights = 0;
  for (const Operands& member : members) {
    const Number distance = member[0].number_or_amount() - mean;
    const Number weight = weighted ? member[1].number() : Number(1);
    squares += weight * distance * distance;
    weights += weight;
  }
  const bool sample =
      mode == AggregateMode::variance_sample || mode == AggregateMode::standard_deviation_sample;
  return squares / (sample ? count - Number(1) : weights);
}

}  // namespace

Value RowEvaluator::of_known(const Expr& node, Scope& scope) {
  Value::FaultPointer fault;
  std::optional<Value> best;
  Value::TextPointer reason;
  for (const auto& arg : node.args) {
    Value value = evaluate(*arg, scope);
    if (value.is_fault()) {
      fault = fault ? ir::first_of(fault, value.fault_pointer()) : value.fault_pointer();
    } else if (value.is_missing()) {
      if (!reason) reason = value.missing_reason();
    } else {
      const bool better = !best || (node.op == ir::Op::minimum_of_known ? compare_values(value, *best) < 0
                                                                        : compare_values(value, *best) > 0);
      if (better) best = std::move(value);
    }
  }
  if (fault) return Value::of_fault(fault);
  if (!best) return Value::of_missing(reason);
  const bool numeric = best->kind() == ValueKind::number || best->kind() == ValueKind::money;
  return numeric ? number(node, scope, best->number_or_amount()) : *best;
}

Value RowEvaluator::covered(const Expr& node, const Scope& scope,
                            const std::vector<Operands>& members) const {
  std::map<int32_t, int64_t> changes;  // how many periods more there are from this day on
  for (const Operands& member : members) {
    const Period period = member[0].period();
    if (period.is_open())
      return fault(node, scope, FaultKind::outside_domain, "The days of an open period cannot be counted.");
    ++changes[period.start.days];
    --changes[period.end.days + 1];
  }
  int64_t days = 0;
  int64_t open = 0;
  int32_t since = 0;
  for (const auto& [day, change] : changes) {
    if (open > 0) days += day - since;
    open += change;
    since = day;
  }
  return Value::of_number(days);
}

Value RowEvaluator::statistic(const Expr& node, Scope& scope, const Collection& collection) {
  const auto mode = static_cast<AggregateMode>(node.mode);
  Value::FaultPointer fault;
  uint64_t faulted = 0;
  std::optional<Value> missing;
  std::vector<Operands> members;
  std::vector<uint32_t> rows;
  for (const Member& member : collection.members) {
    Value::FaultPointer row_fault = member.fault;
    Operands operands;
    std::optional<Value> unknown;
    if (!member.fault) scope.rows[node.variable] = member.row;
    for (size_t i = 1; !member.fault && i < node.args.size(); ++i) {
      operands.push_back(evaluate(*node.args[i], scope));
      const Value& operand = operands.back();
      if (operand.is_fault())
        row_fault = row_fault ? ir::first_of(row_fault, operand.fault_pointer()) : operand.fault_pointer();
      if (operand.is_missing() && i <= 2) {  // a tie key may be missing
        if (!unknown || !unknown->missing_reason()) unknown = operand;
      }
    }
    if (row_fault) {
      fault = fault ? ir::first_of(fault, row_fault) : row_fault;
      ++faulted;
      continue;
    }
    if (!missing) missing = std::move(unknown);
    members.push_back(std::move(operands));
    rows.push_back(member.row);
  }
  if (fault) return Value::of_fault(ir::aggregate_fault(fault, faulted));
  if (missing) return *missing;
  if (mode == AggregateMode::days_covered) return covered(node, scope, members);
  if (members.empty()) return Value::of_missing();

  if (ir::is_rank(mode)) {
    const auto own = std::find(rows.begin(), rows.end(), members.front()[1].row());
    if (own == rows.end()) return Value::of_missing();
    const Operands& mine = members[static_cast<size_t>(own - rows.begin())];
    int64_t before = 0;
    int64_t equal = 0;
    for (size_t i = 0; i < members.size(); ++i) {
      const int order = order_of(node, members[i], mine);
      if (order < 0 || (order == 0 && mode == AggregateMode::rank_by && rows[i] < *own)) ++before;
      if (order == 0) ++equal;
    }
    if (mode == AggregateMode::rank_average) return Value::of_number(Number(2 * before + equal + 1, 2));
    return Value::of_number(Number(before + 1));
  }

  try {
    if (ir::is_weighted(mode)) {
      Number weights = 0;
      for (const Operands& member : members) weights += member[1].number();
      if (weights.is_zero()) return this->fault(node, scope, FaultKind::division_by_zero);
    }
    if (mode == AggregateMode::weighted_average) return number(node, scope, weighted_mean(members));
    if (ir::is_spread(mode)) {
      const bool sample =
          mode == AggregateMode::variance_sample || mode == AggregateMode::standard_deviation_sample;
      if (sample && members.size() < 2) return Value::of_missing("one value has no spread");
      const Number spread = variance(members, mode);
      return number(node, scope, ir::is_deviation(mode) ? sqrt(spread) : spread);
    }
    std::vector<Number> sorted;
    for (const Operands& member : members) sorted.push_back(member[0].number_or_amount());
    std::sort(sorted.begin(), sorted.end());
    if (mode == AggregateMode::median) return number(node, scope, median(sorted));
    const auto method = static_cast<PercentileMethod>(
        static_cast<int>(mode) - static_cast<int>(AggregateMode::percentile_nearest_rank));
    return number(node, scope, percentile(sorted, members.front()[1].number(), method));
  } catch (const std::domain_error& error) {
    return this->fault(node, scope, FaultKind::outside_domain, error.what());
  } catch (const std::length_error&) {
    return this->fault(node, scope, FaultKind::too_many_digits);
  }
}

}  // namespace merit
