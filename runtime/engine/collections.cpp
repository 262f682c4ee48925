// Collections: pairs of an owner's lane and a member's row, made and used a few thousand at a time.

#include <algorithm>
#include <stdexcept>

#include "runtime/engine/accumulator.h"
#include "runtime/engine/core.h"

namespace merit::engine {

using ir::AggregateMode;
using ir::Expr;
using ir::Op;

namespace {

constexpr uint64_t task_pairs = uint64_t{16} * chunk_rows;
/// Members of named collections that were not kept, made at once.
constexpr uint64_t most_members_at_once = uint64_t{1} << 22;

bool is_needed(const Frame& frame, uint32_t lane) {
  return frame.needed == nullptr || frame.needed[lane] != 0;
}

/// Every lane has its state, or a known cell.
template <typename Known>
void each_owner(const Lanes& owners, const Frame& frame, Base& base, Known known) {
  for (uint32_t lane = 0; lane < frame.size; ++lane) {
    const uint32_t* from = nullptr;
    uint64_t count = 0;
    if (is_needed(frame, lane)) {
      const Value::FaultPointer* fault = owners.fault_at(lane);
      if (fault != nullptr)
        base.whole.push_back({lane, *fault});
      else if (owners.missing_at(lane) == 0)
        std::tie(from, count) = known(lane, owners.u32[owners.cell(lane)]);
    }
    base.from.push_back(from);
    base.offsets.push_back(base.offsets.back() + count);
  }
}

}  // namespace

Chain::Chain(const Expr& collection) : base(&collection) {
  while (base->op == Op::filter) {
    filters.push_back(base);
    base = base->args.front().get();
  }
  std::reverse(filters.begin(), filters.end());
}

Base Core::base(const Expr& node, const Frame& frame) {
  switch (node.op) {
  case Op::all_rows: {
    Base base;
    const uint32_t count = rows(node.index);
    if (program_.entities[node.index].kind == ir::EntityKind::parts) {
      const std::vector<PartRow>& made = parts(node.index);
      std::vector<uint32_t> faulted;
      for (uint32_t row = 0; row < count; ++row) {
        if (made[row].fault)
          faulted.push_back(row);
        else
          base.storage.push_back(row);
      }
      base.from.assign(frame.size, base.storage.data());
      for (uint32_t lane = 0; lane < frame.size; ++lane) {
        const bool needed = is_needed(frame, lane);
        base.offsets.push_back(base.offsets.back() + (needed ? base.storage.size() : 0));
        for (const uint32_t row : faulted) {
          if (needed) base.faults.push_back({lane, row, made[row].fault});
        }
      }
      return base;
    }
    base.from.assign(frame.size, nullptr);
    for (uint32_t lane = 0; lane < frame.size; ++lane)
      base.offsets.push_back(base.offsets.back() + (is_needed(frame, lane) ? count : 0));
    return base;
  }
  case Op::reverse: return reverse_base(node, frame);
  case Op::field: return named_base(node, frame);
  case Op::reverse_each:
  case Op::targets: return set_base(node, frame);
  default: throw std::logic_error("a value where a collection was expected");
  }
}

void Core::add_anybodys(const ReverseColumn& reverse, uint32_t lane, const Frame& frame, Base& base) {
  if (reverse.faulted.empty()) return;
  if (!frame.each_fault) {
    base.faults.push_back({lane, ir::none, reverse.first_fault, reverse.faulted.size()});
    return;
  }
  for (const FaultAt& at : reverse.faulted) base.faults.push_back({lane, at.row, at.fault});
}

void Core::add_own_faults(const ReverseColumn& reverse, uint32_t lane, uint32_t owner, Base& base) {
  const auto found = reverse.own_faults.find(owner);
  if (found == reverse.own_faults.end()) return;
  for (const FaultAt& at : found->second) base.faults.push_back({lane, at.row, at.fault});
}

Base Core::reverse_base(const Expr& node, const Frame& frame) {
  const ReverseColumn& reverse = reverse_.at(node.index);
  const Lanes owners = evaluate(*node.args.front(), frame);
  Base base;
  each_owner(owners, frame, base, [&](uint32_t lane, uint32_t row) {
    add_anybodys(reverse, lane, frame, base);
    add_own_faults(reverse, lane, row, base);
    const uint32_t begin = reverse.index->offsets[row];
    return std::pair<const uint32_t*, uint64_t>(reverse.index->members.data() + begin,
                                                reverse.index->offsets[row + 1] - begin);
  });
  return base;
}

Base Core::named_base(const Expr& node, const Frame& frame) {
  const NamedCollection& collection = collections_.at(node.index);
  const Lanes owners = evaluate(*node.args.front(), frame);
  Base base;
  if (collection.stored && !frame.each_fault) {
    each_owner(owners, frame, base, [&](uint32_t lane, uint32_t row) {
      const auto fault =
          std::lower_bound(collection.faults.begin(), collection.faults.end(), row,
                           [](const MemberFault& at, uint32_t wanted) { return at.lane < wanted; });
      for (auto at = fault; at != collection.faults.end() && at->lane == row; ++at)
        base.faults.push_back({lane, at->row, at->fault, at->times});
      const auto whole = std::lower_bound(collection.whole.begin(), collection.whole.end(), row,
                                          [](const FaultAt& at, uint32_t wanted) { return at.row < wanted; });
      if (whole != collection.whole.end() && whole->row == row) base.whole.push_back({lane, whole->fault});
      const uint64_t begin = collection.offsets[row];
      return std::pair<const uint32_t*, uint64_t>(collection.members.data() + begin,
                                                  collection.offsets[row + 1] - begin);
    });
    return base;
  }
  // As if in the body of the collection: its own row is the owner's.
  Frame inside;
  inside.column = node.index;
  inside.each_fault = frame.each_fault;
  std::vector<uint32_t> lanes;
  std::vector<uint32_t> owner_rows;
  for (uint32_t lane = 0; lane < frame.size; ++lane) {
    if (!is_needed(frame, lane)) continue;
    if (const Value::FaultPointer* fault = owners.fault_at(lane)) {
      base.whole.push_back({lane, *fault});
    } else if (owners.missing_at(lane) == 0) {
      lanes.push_back(lane);
      owner_rows.push_back(owners.u32[owners.cell(lane)]);
    }
  }
  Members members;
  if (!lanes.empty()) {
    inside.size = static_cast<uint32_t>(lanes.size());
    inside.rows = {Rows::fixed(0), Rows::of(std::move(owner_rows))};
    members = collect(*program_.columns[node.index].body, inside);
  }
  std::vector<uint64_t> counts(frame.size, 0);
  for (const uint32_t lane : members.lane) ++counts[lanes[lane]];
  for (const MemberFault& at : members.faults)
    base.faults.push_back({lanes[at.lane], at.row, at.fault, at.times});
  for (const FaultAt& at : members.whole) base.whole.push_back({lanes[at.row], at.fault});
  base.storage = std::move(members.row);
  for (uint32_t lane = 0; lane < frame.size; ++lane) {
    base.from.push_back(base.storage.data() + base.offsets.back());
    base.offsets.push_back(base.offsets.back() + counts[lane]);
  }
  return base;
}

Base Core::set_base(const Expr& node, const Frame& frame) {
  const Members from = collect(*node.args.front(), frame);
  Base base;
  base.whole = from.whole;
  for (const MemberFault& at : from.faults) base.faults.push_back({at.lane, ir::none, at.fault, at.times});
  const bool reverse_each = node.op == Op::reverse_each;
  const ReverseColumn* reverse = reverse_each ? &reverse_.at(node.index) : nullptr;
  const Vector* link = reverse_each ? nullptr : &known(node.index);
  const Lanes links = link != nullptr ? view(*link, 0, link->size) : Lanes();
  size_t next = 0;
  for (uint32_t lane = 0; lane < frame.size; ++lane) {
    const auto begin = static_cast<std::ptrdiff_t>(base.storage.size());
    for (; next < from.lane.size() && from.lane[next] == lane; ++next) {
      const uint32_t row = from.row[next];
      if (reverse_each) {
        const ReverseIndex& index = *reverse->index;
        base.storage.insert(base.storage.end(), index.members.begin() + index.offsets[row],
                            index.members.begin() + index.offsets[row + 1]);
        add_anybodys(*reverse, lane, frame, base);
        add_own_faults(*reverse, lane, row, base);
      } else if (const Value::FaultPointer* fault = links.fault_at(row)) {
        base.faults.push_back({lane, ir::none, *fault});
      } else if (links.missing_at(row) == 0) {
        base.storage.push_back(links.u32[row]);
      }
    }
    std::sort(base.storage.begin() + begin, base.storage.end());
    base.storage.erase(std::unique(base.storage.begin() + begin, base.storage.end()), base.storage.end());
    base.offsets.push_back(base.storage.size());
  }
  for (uint32_t lane = 0; lane < frame.size; ++lane)
    base.from.push_back(base.storage.data() + base.offsets[lane]);
  return base;
}

// ------------------------------------------------------------------------------------------------------------
// pairs

void Core::add_invariants(const Expr& binder, const Frame& frame, Invariants& invariants) {
  for (const Expr* node : plan_.of(binder).invariants) {
    if (!invariants.contains(node)) invariants.emplace(node, evaluate(*node, frame));
  }
}

Frame Core::inner_frame(const Frame& frame, const Members& members, uint32_t variable,
                        const Invariants& invariants) const {
  Frame inner;
  inner.column = frame.column;
  inner.size = static_cast<uint32_t>(members.lane.size());
  inner.owner = std::make_shared<const std::vector<uint32_t>>(members.lane);
  inner.invariants = &invariants;
  inner.trials = frame.trials;
  for (const Rows& rows : frame.rows) {
    if (rows.kind == Rows::Kind::unset || rows.kind == Rows::Kind::fixed)
      inner.rows.push_back(rows);
    else
      inner.rows.push_back({Rows::Kind::through, 0, inner.owner, std::make_shared<const Rows>(rows)});
  }
  if (variable != ir::none) {
    if (inner.rows.size() <= variable) inner.rows.resize(variable + 1);
    inner.rows[variable] = Rows::of(members.row);
  }
  return inner;
}

void Core::filter_members(const Expr& filter, const Frame& frame, Members& members,
                          const Invariants& invariants) {
  if (members.lane.empty()) return;
  const Lanes holds = evaluate(*filter.args[1], inner_frame(frame, members, filter.variable, invariants));
  if (holds.uniform && holds.all_known()) {
    if (holds.u8[0] != 0) return;
    members.lane.clear();
    members.row.clear();
    return;
  }
  const Lanes all = expand(holds);
  for (const FaultAt& at : all.faults) {
    const uint32_t i = at.row - all.fault_base;
    members.faults.push_back({members.lane[i], members.row[i], at.fault});
  }
  const std::vector<uint8_t> known = all.all_known() ? std::vector<uint8_t>() : known_cells(all);
  size_t kept = 0;
  for (size_t i = 0; i < members.lane.size(); ++i) {
    members.lane[kept] = members.lane[i];
    members.row[kept] = members.row[i];
    kept += all.u8[i] & (known.empty() ? 1 : known[i]);
  }
  members.lane.resize(kept);
  members.row.resize(kept);
}

void Core::run_pairs(const Chain& chain, const Base& base, const Frame& frame, const Invariants& invariants,
                     const PairSink& sink) {
  const uint64_t pairs = base.pairs();
  const auto tasks = static_cast<uint32_t>(pairs == 0               ? 0
                                           : pairs < 2 * task_pairs ? 1
                                                                    : (pairs + task_pairs - 1) / task_pairs);
  sink.start(tasks);
  const auto lane_of = [&](uint64_t pair) {
    return static_cast<uint32_t>(std::upper_bound(base.offsets.begin(), base.offsets.end(), pair) -
                                 base.offsets.begin() - 1);
  };
  threads_.parallel_for(tasks, [&](uint32_t task) {
    const uint64_t begin = task * task_pairs;
    const uint64_t end = tasks == 1 ? pairs : std::min(pairs, begin + task_pairs);
    uint32_t lane = lane_of(begin);
    sink.begin(task, lane, lane_of(end - 1) + 1);
    for (uint64_t at = begin; at < end;) {
      Members members;
      const uint64_t stop = std::min<uint64_t>(end, at + chunk_rows);
      members.lane.resize(stop - at);
      members.row.resize(stop - at);
      for (uint64_t out = 0; at < stop;) {
        while (base.offsets[lane + 1] <= at) ++lane;
        const uint64_t run = std::min(stop, base.offsets[lane + 1]) - at;
        const uint64_t offset = at - base.offsets[lane];
        std::fill_n(members.lane.begin() + static_cast<std::ptrdiff_t>(out), run, lane);
        uint32_t* to = members.row.data() + out;
        if (base.from[lane] != nullptr)
          std::copy_n(base.from[lane] + offset, run, to);
        else
          for (uint64_t i = 0; i < run; ++i) to[i] = static_cast<uint32_t>(offset + i);
        at += run;
        out += run;
      }
      for (const Expr* filter : chain.filters) filter_members(*filter, frame, members, invariants);
      sink.part(task, members);
    }
  });
}

Members Core::collect(const Expr& collection, const Frame& frame) {
  const Chain chain(collection);
  const Base from = base(*chain.base, frame);
  Invariants invariants;
  for (const Expr* filter : chain.filters) add_invariants(*filter, frame, invariants);
  std::vector<Members> parts;
  run_pairs(chain, from, frame, invariants,
            {[&](uint32_t tasks) { parts.resize(tasks); }, [](uint32_t, uint32_t, uint32_t) {},
             [&](uint32_t task, Members& members) {
               Members& part = parts[task];
               part.lane.insert(part.lane.end(), members.lane.begin(), members.lane.end());
               part.row.insert(part.row.end(), members.row.begin(), members.row.end());
               part.faults.insert(part.faults.end(), members.faults.begin(), members.faults.end());
             }});
  Members result;
  if (parts.size() == 1) {
    result = std::move(parts.front());
  } else {
    for (const Members& part : parts) {
      result.lane.insert(result.lane.end(), part.lane.begin(), part.lane.end());
      result.row.insert(result.row.end(), part.row.begin(), part.row.end());
      result.faults.insert(result.faults.end(), part.faults.begin(), part.faults.end());
    }
  }
  result.faults.insert(result.faults.end(), from.faults.begin(), from.faults.end());
  std::stable_sort(result.faults.begin(), result.faults.end(),
                   [](const MemberFault& a, const MemberFault& b) { return a.lane < b.lane; });
  result.whole = from.whole;
  return result;
}

// ------------------------------------------------------------------------------------------------------------
// aggregates

Lanes Core::aggregate(const Expr& node, const Frame& frame) {
  if (node.mode == static_cast<uint8_t>(AggregateMode::list)) return list(node, frame);
  if (node.mode == static_cast<uint8_t>(AggregateMode::previous)) return previous(node, frame);
  const Chain chain(*node.args.front());
  if (chain.base->op == Op::field && !collections_.at(chain.base->index).stored) {
    // Such a collection is made in full for all lanes at once: a few lanes at a time then.
    const uint64_t most = std::max<uint64_t>(1, rows(chain.base->type.target));
    const auto at_once = static_cast<uint32_t>(std::max<uint64_t>(1, most_members_at_once / most));
    if (at_once < frame.size) {
      std::vector<Lanes> parts;
      for (uint32_t begin = 0; begin < frame.size; begin += at_once) {
        std::vector<uint32_t> lanes;
        for (uint32_t lane = begin; lane < std::min(frame.size, begin + at_once); ++lane)
          lanes.push_back(lane);
        Frame part = frame.pick(lanes);
        if (frame.needed != nullptr) part.needed = frame.needed + begin;
        parts.push_back(aggregate_lanes(node, part));
      }
      Lanes out;
      out.own = std::make_shared<Vector>(concatenate(value_kind(node.type), std::move(parts)));
      out.size = frame.size;
      out.refresh();
      return out;
    }
  }
  return aggregate_lanes(node, frame);
}

Lanes Core::aggregate_lanes(const Expr& node, const Frame& frame) {
  const Chain chain(*node.args.front());
  const Base from = base(*chain.base, frame);
  Invariants invariants;
  add_invariants(node, frame, invariants);
  for (const Expr* filter : chain.filters) add_invariants(*filter, frame, invariants);
  const auto mode = static_cast<AggregateMode>(node.mode);
  const bool has_values = mode != AggregateMode::count && mode != AggregateMode::exists &&
                          mode != AggregateMode::none && mode != AggregateMode::the;
  Accumulator all(node, 0, frame.size, pool_);
  for (const MemberFault& at : from.faults) all.add_fault(at.lane, at.fault, at.times);
  std::vector<Accumulator> parts;
  run_pairs(chain, from, frame, invariants,
            {[&](uint32_t tasks) { parts.resize(tasks == 1 ? 0 : tasks); },
             [&](uint32_t task, uint32_t first, uint32_t end) {
               if (!parts.empty()) parts[task] = Accumulator(node, first, end, pool_);
             },
             [&](uint32_t task, Members& members) {
               Accumulator& part = parts.empty() ? all : parts[task];
               for (const MemberFault& at : members.faults) part.add_fault(at.lane, at.fault, at.times);
               if (members.lane.empty()) return;
               std::vector<Lanes> values;
               if (has_values) {
                 const Frame inner = inner_frame(frame, members, node.variable, invariants);
                 for (size_t i = 1; i < node.args.size(); ++i)
                   values.push_back(evaluate(*node.args[i], inner));
               }
               part.add(members.lane, members.row, values);
             }});
  for (Accumulator& part : parts) all.merge(part);
  std::vector<uint8_t> needed;
  if (frame.needed != nullptr) needed.assign(frame.needed, frame.needed + frame.size);
  std::vector<Raised> raised;
  Lanes out =
      all.finish(value_kind(node.type), from.whole, frame.needed != nullptr ? &needed : nullptr, raised);
  if (mode == AggregateMode::first || mode == AggregateMode::rank_by)
    ties_.note(node, frame, all.ties(), out.faults);
  return raised.empty() ? out : raise(std::move(out), node, frame, std::move(raised));
}

}  // namespace merit::engine
