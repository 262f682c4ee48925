// The largest value of a range that meets a condition, and shares that add up.

#include <algorithm>

#include "runtime/data/solving_text.h"
#include "runtime/engine/core.h"

namespace merit::engine {

using ir::Expr;
using ir::FaultKind;
using ir::Op;

namespace {

Lanes lanes_of(ValueKind kind, const std::vector<Value>& values, TextPool& pool) {
  Lanes out;
  out.kind = kind;
  out.size = static_cast<uint32_t>(values.size());
  out.own = std::make_shared<Vector>(vector_of(kind, values, pool));
  out.refresh();
  return out;
}

Value amount(const Expr& node, Number number) {
  return node.type.kind == ir::TypeKind::money ? Value::of_money(std::move(number))
                                               : Value::of_number(std::move(number));
}

Value state_at(const Lanes& lanes, uint32_t lane, const TextPool& pool) {
  if (const Value::FaultPointer* fault = lanes.fault_at(lane)) return Value::of_fault(*fault);
  return value_at(lanes, lane, pool);
}

/// What operands that are not all known make of the result; nothing when they are.
std::optional<Value> stop_of(std::span<const Value> operands) {
  Value::FaultPointer fault;
  bool missing = false;
  Value::TextPointer reason;
  for (const Value& operand : operands) {
    if (operand.is_fault()) {
      fault = fault ? ir::first_of(fault, operand.fault_pointer()) : operand.fault_pointer();
    } else if (operand.is_missing()) {
      missing = true;
      if (!reason) reason = operand.missing_reason();
    }
  }
  if (fault) return Value::of_fault(fault);
  if (missing) return Value::of_missing(reason);
  return std::nullopt;
}

}  // namespace

// ------------------------------------------------------------------------------------------------------------
// largest, smallest

Lanes Core::solve(const Expr& node, const Frame& frame) {
  std::vector<Lanes> range;
  for (size_t i = 0; i < 3; ++i) range.push_back(evaluate(*node.args[i], frame));
  std::vector<Value> found(frame.size);
  for (uint32_t lane = 0; lane < frame.size; ++lane) {
    if (frame.needed != nullptr && frame.needed[lane] == 0) continue;
    std::vector<Value> ends;
    for (const Lanes& part : range) ends.push_back(state_at(part, lane, pool_));
    const std::optional<Value> stop = stop_of(ends);
    found[lane] = stop ? *stop : solve_lane(node, frame.pick({lane}), ends);
  }
  return lanes_of(value_kind(node.type), found, pool_);
}

Value Core::solve_lane(const Expr& node, Frame frame, const std::vector<Value>& range) {
  const auto fault = [&](FaultKind kind, std::string text) {
    return Value::of_fault(
        ir::make_fault(program_, frame.column, node, frame.own_row(0), kind, std::move(text)));
  };
  const char* refusal = "";
  const auto grid = Grid::make(range[0].number_or_amount(), range[1].number_or_amount(),
                               range[2].number_or_amount(), refusal);
  if (!grid) return fault(FaultKind::not_monotone, refusal);
  const std::shared_ptr<const Trials> outer = frame.trials;
  const auto with = [&](const Expr& operand, int64_t position) {
    auto trials = std::make_shared<Trials>(outer ? *outer : Trials());
    trials->insert_or_assign(node.variable, amount(node, grid->at(position)));
    frame.trials = std::move(trials);
    return state_at(evaluate(operand, frame), 0, pool_);
  };
  Value stop;
  const GridAnswer answer =
      search_grid(*grid, node.op == Op::smallest, [&](int64_t position) -> std::optional<bool> {
        stop = with(*node.args[3], position);
        if (!stop.is_known()) return std::nullopt;
        return stop.boolean();
      });
  switch (answer.kind) {
  case GridAnswer::Kind::stopped: return stop;
  case GridAnswer::Kind::found: break;
  case GridAnswer::Kind::nowhere:
  case GridAnswer::Kind::not_monotone: {
    std::string text = solving_text(*this, program_, node, *grid, answer,
                                    [&](const Expr& operand) { return with(operand, answer.position); });
    return fault(answer.kind == GridAnswer::Kind::nowhere ? FaultKind::no_solution : FaultKind::not_monotone,
                 std::move(text));
  }
  }
  return amount(node, grid->at(answer.position));
}

// ------------------------------------------------------------------------------------------------------------
// apportion

/// So that the keys of rows can be said while several threads compute.
void Core::ensure_keys(uint32_t entity) {
  const ir::Entity& shape = program_.entities[entity];
  if (shape.kind != ir::EntityKind::groups && shape.kind != ir::EntityKind::pairs) return;
  for (const uint32_t key : shape.keys) {
    ensure(key);
    if (program_.columns[key].type.kind == ir::TypeKind::link) ensure_keys(program_.columns[key].type.target);
  }
}

Core::Sharing Core::make_sharing(const Expr& body, uint32_t column, uint32_t owners) {
  Sharing sharing;
  for (uint32_t first = 0; first < owners; first += chunk_rows) {
    Frame frame;
    frame.column = column;
    frame.size = std::min(chunk_rows, owners - first);
    frame.rows = {Rows::fixed(0), owners == 1 ? Rows::fixed(0) : Rows::range(first)};
    share_chunk(body, frame, first, sharing);
  }
  return sharing;
}

void Core::share_chunk(const Expr& node, const Frame& frame, uint32_t first_owner, Sharing& sharing) {
  std::vector<Lanes> operands{evaluate(*node.args[2], frame), evaluate(*node.args[3], frame)};
  const Members members = collect(*node.args.front(), frame);
  Invariants invariants;
  add_invariants(node, frame, invariants);

  // Weight and tie keys of each member.
  const auto size = static_cast<uint32_t>(members.row.size());
  const uint32_t slices = (size + chunk_rows - 1) / chunk_rows;
  std::vector<Number> weights(size);
  std::vector<std::vector<Lanes>> values(slices);
  std::vector<std::vector<std::pair<uint32_t, Value::FaultPointer>>> faulted(slices);
  threads_.parallel_for(slices, [&](uint32_t slice) {
    const uint32_t begin = slice * chunk_rows;
    const uint32_t end = std::min(size, begin + chunk_rows);
    Members part;
    part.lane.assign(members.lane.begin() + begin, members.lane.begin() + end);
    part.row.assign(members.row.begin() + begin, members.row.begin() + end);
    const Frame inner = inner_frame(frame, part, node.variable, invariants);
    for (size_t i = 4; i < node.args.size(); ++i) values[slice].push_back(evaluate(*node.args[i], inner));
    for (uint32_t i = begin; i < end; ++i) {
      Value::FaultPointer fault;
      for (const Lanes& lanes : values[slice]) {
        if (const Value::FaultPointer* one = lanes.fault_at(i - begin))
          fault = fault ? ir::first_of(fault, *one) : *one;
      }
      const Lanes& weight = values[slice].front();
      if (fault)
        faulted[slice].emplace_back(i, fault);
      else if (weight.missing_at(i - begin) == 0)
        weights[i] = number_at(weight, weight.cell(i - begin));
    }
  });
  std::map<uint32_t, std::pair<Value::FaultPointer, uint64_t>> faults;  // by lane, with how many
  const auto note = [&](uint32_t lane, const Value::FaultPointer& fault, uint64_t times) {
    auto& [first, count] = faults[lane];
    first = first ? ir::first_of(first, fault) : fault;
    count += times;
  };
  for (const MemberFault& at : members.faults) note(at.lane, at.fault, at.times);
  for (const auto& slice : faulted) {
    for (const auto& [member, fault] : slice) note(members.lane[member], fault, 1);
  }
  for (const auto& [lane, all] : faults)
    sharing.faults[first_owner + lane] = ir::aggregate_fault(all.first, all.second);
  for (const FaultAt& at : members.whole) sharing.faults[first_owner + at.row] = at.fault;

  const auto keys_of = [&](uint32_t member) {
    std::vector<Value> keys;
    const std::vector<Lanes>& slice = values[member / chunk_rows];
    for (size_t key = 1; key < slice.size(); ++key)
      keys.push_back(value_at(slice[key], member % chunk_rows, pool_));
    return keys;
  };
  std::vector<uint8_t> ties(frame.size, 0);
  uint32_t next = 0;
  for (uint32_t lane = 0; lane < frame.size; ++lane) {
    const uint32_t begin = next;
    while (next < size && members.lane[next] == lane) ++next;
    const uint32_t owner = first_owner + lane;
    const bool needed = frame.needed == nullptr || frame.needed[lane] != 0;
    const std::vector<Value> known{state_at(operands[0], lane, pool_), state_at(operands[1], lane, pool_)};
    const std::optional<Value> stop = stop_of(known);
    if (needed && stop) {
      sharing.operands[owner] = *stop;
    } else if (needed && !sharing.faults.contains(owner)) {
      const Value& total = known[0];
      const Value& step = known[1];
      Shares shares = share_out(
          total.number_or_amount(), step.number_or_amount(),
          std::span<const Number>(weights).subspan(begin, next - begin), [&](uint32_t a, uint32_t b) {
            return before_by_keys(keys_of(begin + a), keys_of(begin + b), node.descending);
          });
      ties[lane] = shares.tied ? 1 : 0;
      if (shares.kind == Shares::Kind::shared) {
        sharing.rows.insert(sharing.rows.end(), members.row.begin() + begin, members.row.begin() + next);
        std::move(shares.parts.begin(), shares.parts.end(), std::back_inserter(sharing.parts));
      } else {
        const uint32_t member = begin + shares.member;
        const bool weight = shares.kind == Shares::Kind::negative_weight;
        sharing.faults[owner] =
            ir::make_fault(program_, frame.column, node, frame.own_row(lane), FaultKind::no_shares,
                           sharing_text(*this, program_, node, shares, total, step,
                                        amount(*node.args[4], weight ? weights[member] : Number(0)),
                                        weight ? members.row[member] : 0));
      }
    }
    sharing.offsets.push_back(sharing.rows.size());
  }
  ties_.note(node, frame, ties, {});
}

Lanes Core::share_in(const Sharing& sharing, const Expr& node, const Lanes* owners, const Frame& frame) {
  const Lanes own = evaluate(*node.args[1], frame);
  std::vector<Value> found(frame.size);
  for (uint32_t lane = 0; lane < frame.size; ++lane) {
    if (frame.needed != nullptr && frame.needed[lane] == 0) continue;
    if (owners != nullptr && (owners->missing_at(lane) != 0 || owners->fault_at(lane) != nullptr)) continue;
    const uint32_t owner = owners == nullptr ? 0 : owners->u32[owners->cell(lane)];
    const Value asking = state_at(own, lane, pool_);
    if (const auto operand = sharing.operands.find(owner); operand != sharing.operands.end()) {
      found[lane] = *stop_of(std::vector<Value>{asking, operand->second});
      continue;
    }
    if (!asking.is_known()) {
      found[lane] = asking;
      continue;
    }
    if (const auto fault = sharing.faults.find(owner); fault != sharing.faults.end()) {
      found[lane] = Value::of_fault(fault->second);
      continue;
    }
    const auto begin = sharing.rows.begin() + static_cast<std::ptrdiff_t>(sharing.offsets[owner]);
    const auto end = sharing.rows.begin() + static_cast<std::ptrdiff_t>(sharing.offsets[owner + 1]);
    const auto row = std::lower_bound(begin, end, asking.row());
    found[lane] = row == end || *row != asking.row()
                      ? Value::of_missing("not among those who share")
                      : amount(node, sharing.parts[static_cast<size_t>(row - sharing.rows.begin())]);
  }
  return lanes_of(value_kind(node.type), found, pool_);
}

/// Where each lane shares with others that no link tells: each is computed by itself.
Lanes Core::apportion(const Expr& node, const Frame& frame) {
  Sharing sharing;
  share_chunk(node, frame, 0, sharing);
  Lanes lanes = make_lanes(ValueKind::row, Form::index, frame.size);
  for (uint32_t lane = 0; lane < frame.size; ++lane) lanes.own->u32[lane] = lane;
  return share_in(sharing, node, &lanes, frame);
}

}  // namespace merit::engine
