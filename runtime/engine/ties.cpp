// Where keys decided because a stated order did not: counted by row, reported by place.

#include <algorithm>
#include <set>

#include "runtime/engine/core.h"

namespace merit::engine {

using ir::AggregateMode;
using ir::Expr;
using ir::Op;

namespace {

bool is_first(const Expr& node) {
  return node.op == Op::aggregate && node.mode == static_cast<uint8_t>(AggregateMode::first);
}

/// `(highest of scored by points).points`: whichever of the equal rows it is, the value is the same.
bool reads_order_key(const Expr& field) {
  if (field.op != Op::field || !is_first(*field.args.front())) return false;
  const Expr& first = *field.args.front();
  return std::any_of(first.args.begin() + 1, first.args.end(), [&](const ir::ExprPtr& key) {
    return key->op == Op::field && key->index == field.index && key->args.front()->op == Op::row &&
           key->args.front()->variable == first.variable;
  });
}

using Place = std::pair<uint32_t, uint32_t>;  // file, begin

Place place_of(const Span& span) {
  return {span.file, span.begin};
}

}  // namespace

void Ties::note(const Expr& node, const Frame& frame, const std::vector<uint8_t>& tied,
                std::span<const FaultAt> faults) {
  const std::lock_guard lock(mutex_);
  Seen& seen = seen_[&node];
  uint32_t before = ir::none;
  for (uint32_t lane = 0; lane < frame.size; ++lane) {
    if (frame.needed != nullptr && frame.needed[lane] == 0) continue;
    const uint32_t row = frame.own_row(lane);
    if (row != before) {
      if (seen.rows.size() <= row) seen.rows.resize(row + 1);
      seen.rows[row] = true;
      before = row;
    }
    if (tied.empty() || tied[lane] == 0) continue;
    const auto fault = std::lower_bound(faults.begin(), faults.end(), lane,
                                        [](const FaultAt& at, uint32_t wanted) { return at.row < wanted; });
    if (fault != faults.end() && fault->row == lane) continue;
    if (seen.tied.size() <= row) seen.tied.resize(row + 1);
    seen.tied[row] = true;
    seen.any = true;
  }
}

std::vector<TieCount> Ties::counts(const ir::Program& program, const Plan& plan) {
  const std::lock_guard lock(mutex_);
  if (std::none_of(seen_.begin(), seen_.end(), [](const auto& one) { return one.second.any; })) return {};

  struct Found {
    const Expr* node = nullptr;
    std::map<uint32_t, Seen> seen;  // by entity
    std::set<uint32_t> columns;
  };

  std::map<Place, Found> found;
  std::vector<Place> harmless;
  const auto visit = [&](const auto& self, const Expr& node, uint32_t entity, uint32_t column) -> void {
    if (reads_order_key(node)) harmless.push_back(place_of(node.args.front()->span));
    if (const auto at = seen_.find(&node); at != seen_.end()) {
      Found& place = found[place_of(node.span)];
      place.node = &node;
      if (column != ir::none) place.columns.insert(column);
      Seen& all = place.seen[entity];
      const auto unite = [](std::vector<bool>& into, const std::vector<bool>& from) {
        if (into.size() < from.size()) into.resize(from.size());
        for (size_t row = 0; row < from.size(); ++row) {
          if (from[row]) into[row] = true;
        }
      };
      unite(all.rows, at->second.rows);
      unite(all.tied, at->second.tied);
      all.any = all.any || at->second.any;
    }
    for (const ir::ExprPtr& arg : node.args) {
      if (arg) self(self, *arg, entity, column);
    }
  };
  for (uint32_t i = 0; i < program.columns.size(); ++i) {
    const ir::Column& column = program.columns[i];
    if (column.body) visit(visit, *column.body, column.entity, i);
  }
  for (const ir::Entity& entity : program.entities) {
    if (entity.group_members) visit(visit, *entity.group_members, ir::none, ir::none);
    if (entity.group_value) visit(visit, *entity.group_value, ir::none, ir::none);
  }
  for (const HiddenColumn& hidden : plan.hidden()) visit(visit, *hidden.body, hidden.entity, hidden.source);

  std::vector<TieCount> counts;
  for (const auto& [place, one] : found) {
    if (std::find(harmless.begin(), harmless.end(), place) != harmless.end()) continue;
    TieCount count;
    count.span = one.node->span;
    count.kind = one.node->op == Op::apportion ? TieCount::Kind::share
                 : is_first(*one.node)         ? TieCount::Kind::pick
                                               : TieCount::Kind::place;
    count.columns.assign(one.columns.begin(), one.columns.end());
    count.entity = one.seen.size() == 1 ? one.seen.begin()->first : ir::none;
    for (const auto& [entity, seen] : one.seen) {
      count.tied += static_cast<uint64_t>(std::count(seen.tied.begin(), seen.tied.end(), true));
      count.rows += static_cast<uint64_t>(std::count(seen.rows.begin(), seen.rows.end(), true));
    }
    if (count.tied > 0) counts.push_back(count);
  }
  return counts;
}

}  // namespace merit::engine
