// Rows in an order: lists, the row before, and columns that read themselves on it.

#include <algorithm>
#include <compare>
#include <numeric>

#include "runtime/engine/accumulator.h"
#include "runtime/engine/core.h"

namespace merit::engine {

using ir::Expr;
using ir::Op;

namespace {

bool mentions_row(const Expr& node, uint32_t variable) {
  if (node.op == Op::row) return node.variable == variable;
  return std::any_of(node.args.begin(), node.args.end(),
                     [&](const ir::ExprPtr& arg) { return mentions_row(*arg, variable); });
}

bool mentions_column(const Expr& node, const std::vector<uint32_t>& columns) {
  if (node.op == Op::field && std::find(columns.begin(), columns.end(), node.index) != columns.end())
    return true;
  return std::any_of(node.args.begin(), node.args.end(),
                     [&](const ir::ExprPtr& arg) { return mentions_column(*arg, columns); });
}

/// What the members of one collection come to: the first of their faults with their number.
struct Faults {
  Value::FaultPointer first;
  uint64_t count = 0;

  void note(const Value::FaultPointer& fault, uint64_t times = 1) {
    first = first ? ir::first_of(first, fault) : fault;
    count += times;
  }
};

Value cell(const Lanes& lanes, uint32_t lane, const TextPool& pool) {
  if (const Value::FaultPointer* fault = lanes.fault_at(lane)) return Value::of_fault(*fault);
  return value_at(lanes, lane, pool);
}

Lanes lanes_of(ValueKind kind, const std::vector<Value>& values, TextPool& pool) {
  Lanes out;
  out.own = std::make_shared<Vector>(vector_of(kind, values, pool));
  out.size = static_cast<uint32_t>(values.size());
  out.refresh();
  return out;
}

}  // namespace

Lanes Core::list(const Expr& node, const Frame& frame) {
  const Members members = collect(*node.args.front(), frame);
  std::vector<Faults> faults(frame.size);
  for (const MemberFault& at : members.faults) faults[at.lane].note(at.fault, at.times);
  std::vector<std::string> texts(frame.size);
  if (!members.lane.empty()) {
    Invariants invariants;
    add_invariants(node, frame, invariants);
    const Frame inner = inner_frame(frame, members, node.variable, invariants);
    const Lanes values = evaluate(*node.args[1], inner);
    std::vector<Lanes> keys;
    for (size_t key = 2; key < node.args.size(); ++key) keys.push_back(evaluate(*node.args[key], inner));
    std::vector<uint32_t> order;
    for (uint32_t i = 0; i < values.size; ++i) {
      Faults own;
      if (const Value::FaultPointer* fault = values.fault_at(i)) own.note(*fault);
      for (const Lanes& key : keys) {
        if (const Value::FaultPointer* fault = key.fault_at(i)) own.note(*fault);
      }
      if (own.first)
        faults[members.lane[i]].note(own.first);
      else
        order.push_back(i);
    }
    if (!keys.empty()) {
      std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
        if (members.lane[a] != members.lane[b]) return members.lane[a] < members.lane[b];
        return order_of_cells(keys, node.descending, a, b, pool_) < 0;
      });
    }
    uint32_t last = ir::none;
    for (const uint32_t i : order) {
      const uint32_t lane = members.lane[i];
      if (lane == last) texts[lane] += ", ";
      last = lane;
      texts[lane] += pool_.text(values.u32[values.cell(i)]);
    }
  }
  std::vector<Value> results(frame.size);
  for (uint32_t lane = 0; lane < frame.size; ++lane) {
    results[lane] = faults[lane].first
                        ? Value::of_fault(ir::aggregate_fault(faults[lane].first, faults[lane].count))
                        : Value::of_text(std::move(texts[lane]));
  }
  for (const FaultAt& at : members.whole) results[at.row] = Value::of_fault(at.fault);
  return lanes_of(ValueKind::text, results, pool_);
}

Lanes Core::previous(const Expr& node, const Frame& frame) {
  // Rows of one owner share their collection: it is collected and put in order once.
  const Chain chain(*node.args.front());
  const bool all = chain.base->op == Op::all_rows;
  const bool shared = (all || chain.base->op == Op::reverse) &&
                      std::none_of(chain.filters.begin(), chain.filters.end(),
                                   [](const Expr* filter) { return mentions_row(*filter->args[1], 1); });
  std::vector<uint32_t> group(frame.size);
  std::vector<uint32_t> first_lane;  // of each group
  if (shared && !all) {
    const Lanes owners = evaluate(*chain.base->args.front(), frame);
    std::unordered_map<uint32_t, uint32_t> groups;
    for (uint32_t lane = 0; lane < frame.size; ++lane) {
      const bool known = owners.missing_at(lane) == 0 && owners.fault_at(lane) == nullptr;
      const auto next = static_cast<uint32_t>(first_lane.size());
      group[lane] = known ? groups.emplace(owners.u32[owners.cell(lane)], next).first->second : next;
      if (group[lane] == next) first_lane.push_back(lane);
    }
  } else if (all && shared) {
    first_lane.assign(frame.size == 0 ? 0 : 1, 0);
  } else {
    std::iota(group.begin(), group.end(), 0U);
    first_lane = group;
  }
  const Frame groups_frame = frame.pick(first_lane);
  const Members members = collect(*node.args.front(), groups_frame);
  const size_t count = first_lane.size();
  std::vector<Faults> faults(count);
  for (const MemberFault& at : members.faults) faults[at.lane].note(at.fault, at.times);
  std::vector<std::vector<std::pair<Value, uint32_t>>> ordered(count);
  if (!members.lane.empty()) {
    Invariants invariants;
    add_invariants(node, groups_frame, invariants);
    const Lanes keys = evaluate(*node.args[1], inner_frame(groups_frame, members, node.variable, invariants));
    for (uint32_t i = 0; i < keys.size; ++i) {
      Value key = cell(keys, i, pool_);
      if (key.is_fault()) {
        faults[members.lane[i]].note(key.fault_pointer());
      } else if (key.is_known()) {
        ordered[members.lane[i]].emplace_back(std::move(key), members.row[i]);
      }
    }
  }
  for (auto& rows : ordered) {
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      const auto order = compare_values(a.first, b.first);
      return order != 0 ? order < 0 : a.second < b.second;
    });
  }
  std::vector<const Value::FaultPointer*> whole(count, nullptr);
  for (const FaultAt& at : members.whole) whole[at.row] = &at.fault;

  const Lanes own_rows = evaluate(*node.args[2], frame);
  const Lanes own_keys = evaluate(*node.args[3], frame);
  std::vector<Value> results(frame.size);
  std::vector<Raised> raised;
  for (uint32_t lane = 0; lane < frame.size; ++lane) {
    if (frame.needed != nullptr && frame.needed[lane] == 0) continue;
    const uint32_t mine = group[lane];
    if (whole[mine] != nullptr) {
      results[lane] = Value::of_fault(*whole[mine]);
      continue;
    }
    if (faults[mine].first) {
      results[lane] = Value::of_fault(ir::aggregate_fault(faults[mine].first, faults[mine].count));
      continue;
    }
    const Value own = cell(own_keys, lane, pool_);
    if (!own.is_known()) {
      results[lane] = own;
      continue;
    }
    const auto& rows = ordered[mine];
    const auto place = std::lower_bound(rows.begin(), rows.end(), own, [](const auto& row, const Value& key) {
      return compare_values(row.first, key) < 0;
    });
    const uint32_t own_row = own_rows.u32[own_rows.cell(lane)];
    bool tie = false;
    for (auto same = place; same != rows.end() && compare_values(same->first, own) == 0; ++same)
      tie = tie || same->second != own_row;
    const auto before = place - rows.begin();
    tie = tie || (before >= 2 && compare_values(rows[before - 1].first, rows[before - 2].first) == 0);
    if (tie)
      raised.push_back({lane, ir::FaultKind::order_tie, {}});
    else if (before > 0)
      results[lane] = Value::of_row(rows[before - 1].second);
  }
  Lanes out = lanes_of(ValueKind::row, results, pool_);
  return raised.empty() ? out : raise(std::move(out), node, frame, std::move(raised));
}

// ------------------------------------------------------------------------------------------------------------
// columns that read themselves on the row before

void Core::require_outside(const Expr& node, const ir::OrderLoop& loop) {
  for (const auto& arg : node.args) require_outside(*arg, loop);
  if (node.op == Op::field &&
      std::find(loop.columns.begin(), loop.columns.end(), node.index) != loop.columns.end())
    return;
  if (node.op == Op::aggregate && mentions_column(node, loop.columns)) return;
  require_one(node);
}

void Core::compute_loop(const ir::OrderLoop& loop) {
  for (const uint32_t column : loop.columns) progress_[column] = Progress::started;
  ensure(loop.order_link);
  for (const uint32_t column : loop.columns) require_outside(*program_.columns[column].body, loop);
  const uint32_t entity = program_.columns[loop.order_link].entity;
  const uint32_t count = rows(entity);
  const std::vector<PartRow>* made =
      program_.entities[entity].kind == ir::EntityKind::parts ? &parts(entity) : nullptr;

  // How many rows come before each; a row without one before it, or that is not known to have one, comes
  // first.
  const Lanes links = view(known(loop.order_link), 0, count);
  constexpr uint32_t unset = ir::none;
  std::vector<uint32_t> level(count, unset);
  std::vector<uint32_t> path;
  uint32_t levels = 0;
  for (uint32_t row = 0; row < count; ++row) {
    uint32_t at = row;
    for (;;) {
      if (level[at] != unset) break;
      path.push_back(at);
      if (links.missing_at(at) != 0 || links.fault_at(at) != nullptr) break;
      at = links.u32[at];
    }
    uint32_t next = level[at] == unset ? 0 : level[at] + 1;
    for (; !path.empty(); path.pop_back()) level[path.back()] = next++;
    levels = std::max(levels, next);
  }
  std::vector<uint32_t> begins(size_t{levels} + 1, 0);
  for (const uint32_t one : level) ++begins[one + 1];
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  std::vector<uint32_t> in_order(count);
  std::vector<uint32_t> next = begins;
  for (uint32_t row = 0; row < count; ++row) in_order[next[level[row]]++] = row;

  for (const uint32_t column : loop.columns) {
    const auto fixed = overrides_.find(column);
    building_[column].assign(count, fixed != overrides_.end() ? fixed->second : Value());
  }
  for (uint32_t one = 0; one < levels; ++one) {
    const uint32_t begin = begins[one];
    const uint32_t size = begins[one + 1] - begin;
    threads_.parallel_for((size + chunk_rows - 1) / chunk_rows, [&](uint32_t chunk) {
      const auto from = in_order.begin() + begin + static_cast<std::ptrdiff_t>(chunk) * chunk_rows;
      std::vector<uint32_t> mine(from, from + std::min(chunk_rows, size - chunk * chunk_rows));
      Frame frame;
      frame.size = static_cast<uint32_t>(mine.size());
      frame.rows = {Rows::fixed(0), Rows::of(mine)};
      for (const uint32_t column : loop.columns) {
        if (overrides_.contains(column)) continue;
        frame.column = column;
        const Lanes lanes = evaluate(*program_.columns[column].body, frame);
        std::vector<Value>& values = building_.find(column)->second;
        for (uint32_t lane = 0; lane < frame.size; ++lane) {
          const uint32_t row = mine[lane];
          values[row] = made != nullptr && (*made)[row].fault ? Value::of_fault((*made)[row].fault)
                                                              : cell(lanes, lane, pool_);
        }
      }
    });
  }
  for (const uint32_t column : loop.columns) {
    storage_.push_back(vector_of(value_kind(program_.columns[column].type), building_.at(column), pool_));
    columns_[column] = &storage_.back();
    progress_[column] = Progress::done;
    building_.erase(column);
  }
}

Lanes Core::building_field(const std::vector<Value>& column, const Expr& node, const Frame& frame) {
  const Lanes links = evaluate(*node.args.front(), frame);
  std::vector<Value> values(frame.size);
  for (uint32_t lane = 0; lane < frame.size; ++lane) {
    Value link = cell(links, lane, pool_);
    if (link.is_known())
      values[lane] = column[link.row()];
    else
      values[lane] = std::move(link);
  }
  return lanes_of(value_kind(program_.columns[node.index].type), values, pool_);
}

}  // namespace merit::engine
