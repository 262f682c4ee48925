// Rows in an order: lists, the row before, and columns that read themselves on it.

#include <algorithm>
#include <string>

#include "runtime/explain/row_evaluator.h"

namespace merit {

using ir::Expr;
using ir::FaultKind;

namespace {

/// The faults of members, as an aggregate reports them.
class Faults {
 public:
  void note(const Value::FaultPointer& fault) {
    first_ = first_ ? ir::first_of(first_, fault) : fault;
    ++count_;
  }

  explicit operator bool() const { return first_ != nullptr; }

  Value value() const { return Value::of_fault(ir::aggregate_fault(first_, count_)); }

 private:
  Value::FaultPointer first_;
  uint64_t count_ = 0;
};

}  // namespace

Value RowEvaluator::list(const Expr& node, Scope& scope, const Collection& collection) {
  Faults faults;

  struct Item {
    std::string text;
    std::vector<Value> keys;
  };

  std::vector<Item> items;
  for (const Member& member : collection.members) {
    if (member.fault) {
      faults.note(member.fault);
      continue;
    }
    scope.rows[node.variable] = member.row;
    Value value = evaluate(*node.args[1], scope);
    Value::FaultPointer fault = value.is_fault() ? value.fault_pointer() : nullptr;
    Item item;
    for (size_t key = 2; key < node.args.size(); ++key) {
      item.keys.push_back(evaluate(*node.args[key], scope));
      const Value& made = item.keys.back();
      if (made.is_fault()) fault = fault ? ir::first_of(fault, made.fault_pointer()) : made.fault_pointer();
    }
    if (fault) {
      faults.note(fault);
      continue;
    }
    item.text = value.text();
    items.push_back(std::move(item));
  }
  // Members come in order of row, which is kept between equal ones; a missing key comes last.
  std::stable_sort(items.begin(), items.end(), [&](const Item& a, const Item& b) {
    for (size_t key = 0; key < a.keys.size(); ++key) {
      if (a.keys[key].is_missing() != b.keys[key].is_missing()) return b.keys[key].is_missing();
      if (a.keys[key].is_missing()) continue;
      const auto order = compare_values(a.keys[key], b.keys[key]);
      if (order != 0) return node.descending[key] ? order > 0 : order < 0;
    }
    return false;
  });
  std::string text;
  for (const Item& item : items) text += (&item == &items.front() ? "" : ", ") + item.text;
  return faults ? faults.value() : Value::of_text(std::move(text));
}

Value RowEvaluator::previous(const Expr& node, Scope& scope, const Collection& collection) {
  Faults faults;
  std::vector<std::pair<Value, uint32_t>> keys;
  for (const Member& member : collection.members) {
    if (member.fault) {
      faults.note(member.fault);
      continue;
    }
    scope.rows[node.variable] = member.row;
    Value key = evaluate(*node.args[1], scope);
    if (key.is_fault()) {
      faults.note(key.fault_pointer());
    } else if (key.is_known()) {
      keys.emplace_back(std::move(key), member.row);
    }
  }
  if (faults) return faults.value();
  const Value own_row = evaluate(*node.args[2], scope);
  Value own = evaluate(*node.args[3], scope);
  if (!own.is_known()) return own;
  const std::pair<Value, uint32_t>* best = nullptr;
  bool tie = false;
  for (const auto& candidate : keys) {
    const auto order = compare_values(candidate.first, own);
    if (order == 0 && candidate.second != own_row.row()) return fault(node, scope, FaultKind::order_tie);
    if (order >= 0) continue;
    const int against_best = best == nullptr                                     ? 1
                             : compare_values(candidate.first, best->first) > 0  ? 1
                             : compare_values(candidate.first, best->first) == 0 ? 0
                                                                                 : -1;
    if (against_best == 0) tie = true;
    if (against_best > 0) {
      best = &candidate;
      tie = false;
    }
  }
  if (tie) return fault(node, scope, FaultKind::order_tie);
  return best == nullptr ? Value::of_missing() : Value::of_row(best->second);
}

void RowEvaluator::compute_before(const ir::OrderLoop& loop, uint32_t row) {
  const auto is_known = [&](uint32_t column, uint32_t of_row) {
    const auto memo = memo_.find(column);
    return memo != memo_.end() && memo->second[of_row].first;
  };
  std::vector<uint32_t> waiting;
  for (;;) {
    const Value before = value(loop.order_link, row);
    if (before.kind() != ValueKind::row) break;
    row = before.row();
    if (std::all_of(loop.columns.begin(), loop.columns.end(),
                    [&](uint32_t column) { return is_known(column, row); }))
      break;
    waiting.push_back(row);
  }
  for (; !waiting.empty(); waiting.pop_back()) {
    for (const uint32_t column : loop.columns) value(column, waiting.back());
  }
}

}  // namespace merit
