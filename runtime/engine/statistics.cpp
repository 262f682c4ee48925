// The least and the greatest of what is known; the places of rows among others, all at once.

#include <algorithm>
#include <numeric>

#include "runtime/engine/accumulator.h"
#include "runtime/engine/core.h"
#include "runtime/ir/ops.h"

namespace merit::engine {

using ir::AggregateMode;
using ir::Expr;
using ir::Op;

Lanes Core::of_known(const Expr& node, const Frame& frame) {
  std::vector<Lanes> operands;
  for (const auto& arg : node.args) operands.push_back(evaluate(*arg, frame));
  const bool uniform =
      std::all_of(operands.begin(), operands.end(), [](const Lanes& operand) { return operand.uniform; });
  const uint32_t cells = uniform ? 1 : frame.size;
  std::vector<Value> best(cells);
  std::vector<uint32_t> missing(cells, 0);
  const bool least = node.op == Op::minimum_of_known;
  Lifted states = lift(operands, frame.size);
  for (uint32_t i = 0; i < cells; ++i) {
    if (!uniform && frame.needed != nullptr && frame.needed[i] == 0) continue;
    uint32_t reason = 1;
    for (const Lanes& operand : operands) {
      if (operand.fault_at(i) != nullptr) continue;
      if (const uint32_t why = operand.missing_at(i); why != 0) {
        if (reason == 1) reason = why;
        continue;
      }
      Value value = value_at(operand, i, pool_);
      const auto better = [&] {
        const auto order = compare_values(value, best[i]);
        return least ? order < 0 : order > 0;
      };
      if (!best[i].is_known() || better()) best[i] = std::move(value);
    }
    if (!best[i].is_known()) missing[i] = reason;
  }
  Lanes out;
  out.own = std::make_shared<Vector>(vector_of(value_kind(node.type), best, pool_));
  out.size = frame.size;
  out.uniform = uniform;
  out.own->missing.clear();
  out.refresh();
  states.missing.clear();
  if (std::any_of(missing.begin(), missing.end(), [](uint32_t reason) { return reason != 0; }))
    states.missing = std::move(missing);
  attach(out, std::move(states));
  return out;
}

// ------------------------------------------------------------------------------------------------------------
// ranks

Core::Ranking Core::make_ranking(const Expr& body, uint32_t column, uint32_t owners) {
  Ranking ranking;
  for (uint32_t first = 0; first < owners; first += chunk_rows) {
    Frame frame;
    frame.column = column;
    frame.size = std::min(chunk_rows, owners - first);
    frame.rows = {Rows::fixed(0), owners == 1 ? Rows::fixed(0) : Rows::range(first)};
    rank_chunk(body, frame, first, ranking);
  }
  return ranking;
}

void Core::rank_chunk(const Expr& body, const Frame& frame, uint32_t first_owner, Ranking& ranking) {
  const Members members = collect(*body.args.front(), frame);

  struct Faults {
    Value::FaultPointer first;
    uint64_t count = 0;
  };

  std::map<uint32_t, Faults> faults;
  const auto note = [&](uint32_t lane, const Value::FaultPointer& fault, uint64_t times) {
    Faults& all = faults[lane];
    all.first = all.first ? ir::first_of(all.first, fault) : fault;
    all.count += times;
  };
  for (const MemberFault& at : members.faults) note(at.lane, at.fault, at.times);

  const auto size = static_cast<uint32_t>(members.row.size());
  std::vector<RankedMember> ranked(size);
  if (size != 0) {
    Invariants invariants;
    add_invariants(body, frame, invariants);
    const Frame inner = inner_frame(frame, members, body.variable, invariants);
    std::vector<Lanes> values;
    for (size_t i = 1; i < body.args.size(); ++i) {
      if (i != 2) values.push_back(evaluate(*body.args[i], inner));
    }
    const Lifted states = lift(values, size);
    for (const FaultAt& at : states.faults) {
      for (uint32_t i = states.uniform ? 0 : at.row; i < (states.uniform ? size : at.row + 1); ++i)
        note(members.lane[i], at.fault, 1);
    }
    for (uint32_t i = 0; i < size; ++i) {
      ranked[i].row = members.row[i];
      const bool faulted = std::any_of(values.begin(), values.end(),
                                       [&](const Lanes& key) { return key.fault_at(i) != nullptr; });
      if (faulted) continue;
      if (const uint32_t reason = values.front().missing_at(i); reason != 0)
        ranking.missing.emplace(first_owner + members.lane[i], reason);
      for (const Lanes& key : values) ranked[i].keys.push_back(value_at(key, i, pool_));
    }
  }
  for (const auto& [lane, all] : faults)
    ranking.faults[first_owner + lane] = ir::aggregate_fault(all.first, all.count);
  for (const FaultAt& at : members.whole) ranking.faults[first_owner + at.row] = at.fault;

  const auto mode = static_cast<AggregateMode>(body.mode);
  uint32_t next = 0;
  for (uint32_t lane = 0; lane < frame.size; ++lane) {
    const uint32_t begin = next;
    while (next < size && members.lane[next] == lane) ++next;
    const uint32_t owner = first_owner + lane;
    if (!ranking.faults.contains(owner) && !ranking.missing.contains(owner)) {
      std::vector<uint32_t> order(next - begin);
      std::iota(order.begin(), order.end(), begin);
      std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
        return order_of_ranked(body, ranked[a], ranked[b]) < 0;
      });
      std::vector<int64_t> twice(order.size());
      std::vector<bool> tied(order.size());
      for (size_t at = 0; at < order.size();) {
        size_t end = at + 1;
        while (end < order.size() && order_of_ranked(body, ranked[order[at]], ranked[order[end]]) == 0) ++end;
        for (size_t i = at; i < end; ++i) {
          const size_t place = mode == AggregateMode::rank_best      ? 2 * (at + 1)
                               : mode == AggregateMode::rank_average ? at + 1 + end
                                                                     : 2 * (i + 1);
          twice[order[i] - begin] = static_cast<int64_t>(place);
          tied[order[i] - begin] = mode == AggregateMode::rank_by && end > at + 1;
        }
        at = end;
      }
      ranking.rows.insert(ranking.rows.end(), members.row.begin() + begin, members.row.begin() + next);
      ranking.twice.insert(ranking.twice.end(), twice.begin(), twice.end());
      ranking.tied.insert(ranking.tied.end(), tied.begin(), tied.end());
    }
    ranking.offsets.push_back(ranking.rows.size());
  }
}

Lanes Core::place_in(const Ranking& ranking, const Expr& node, const Lanes* owners, const Frame& frame) {
  std::vector<uint8_t> tied(frame.size, 0);
  const Lanes own = evaluate(*node.args[2], frame);
  Lanes out = make_lanes(value_kind(node.type), Form::decimal, frame.size);
  const bool halves = static_cast<AggregateMode>(node.mode) == AggregateMode::rank_average;
  out.own->scale = out.scale = halves ? 1 : 0;
  const auto miss = [&](uint32_t lane, uint32_t reason) {
    out.own->missing.resize(frame.size, 0);
    out.own->missing[lane] = reason;
  };
  for (uint32_t lane = 0; lane < frame.size; ++lane) {
    if (frame.needed != nullptr && frame.needed[lane] == 0) continue;
    if (owners != nullptr && (owners->missing_at(lane) != 0 || owners->fault_at(lane) != nullptr)) continue;
    const uint32_t owner = owners == nullptr ? 0 : owners->u32[owners->cell(lane)];
    if (const auto fault = ranking.faults.find(owner); fault != ranking.faults.end()) {
      out.own->faults.push_back({lane, fault->second});
      continue;
    }
    if (const auto reason = ranking.missing.find(owner); reason != ranking.missing.end()) {
      miss(lane, reason->second);
      continue;
    }
    const auto begin = ranking.rows.begin() + static_cast<std::ptrdiff_t>(ranking.offsets[owner]);
    const auto end = ranking.rows.begin() + static_cast<std::ptrdiff_t>(ranking.offsets[owner + 1]);
    const uint32_t row = own.u32[own.cell(lane)];
    const auto found = std::lower_bound(begin, end, row);
    if (found == end || *found != row) {
      miss(lane, 1);
      continue;
    }
    const auto at = static_cast<size_t>(found - ranking.rows.begin());
    const int64_t twice = ranking.twice[at];
    tied[lane] = ranking.tied[at] ? 1 : 0;
    out.own->i64[lane] = halves ? twice * 5 : twice / 2;
  }
  out.refresh();
  if (static_cast<AggregateMode>(node.mode) == AggregateMode::rank_by)
    ties_.note(node, frame, tied, out.own->faults);
  return out;
}

}  // namespace merit::engine
