// Expressions, all lanes of a frame at once.

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "runtime/engine/core.h"

namespace merit::engine {

using ir::Expr;
using ir::Op;

Rows Rows::of(std::vector<uint32_t> rows) {
  bool consecutive = true;
  for (size_t i = 1; i < rows.size(); ++i) consecutive = consecutive & (rows[i] == rows[i - 1] + 1);
  if (consecutive && !rows.empty()) return range(rows.front());
  return {Kind::list, 0, std::make_shared<const std::vector<uint32_t>>(std::move(rows)), nullptr};
}

Rows Rows::pick(const std::vector<uint32_t>& lanes) const {
  if (kind == Kind::unset || kind == Kind::fixed) return *this;
  std::vector<uint32_t> picked(lanes.size());
  if (kind == Kind::range) {
    for (size_t i = 0; i < lanes.size(); ++i) picked[i] = first + lanes[i];
  } else {
    for (size_t i = 0; i < lanes.size(); ++i) picked[i] = (*list)[lanes[i]];
  }
  if (kind == Kind::through)
    return {kind, 0, std::make_shared<const std::vector<uint32_t>>(std::move(picked)), outer};
  return of(std::move(picked));
}

Frame Frame::pick(const std::vector<uint32_t>& lanes) const {
  Frame result;
  result.column = column;
  result.size = static_cast<uint32_t>(lanes.size());
  for (const Rows& one : rows) result.rows.push_back(one.pick(lanes));
  result.invariants = invariants;
  result.trials = trials;
  result.each_fault = each_fault;
  if (owner != nullptr) {
    auto owners = std::make_shared<std::vector<uint32_t>>(lanes.size());
    for (size_t i = 0; i < lanes.size(); ++i) (*owners)[i] = (*owner)[lanes[i]];
    result.owner = std::move(owners);
  }
  return result;
}

Lanes Core::evaluate(const Expr& node, const Frame& frame) {
  switch (node.op) {
  case Op::constant: return uniform_of(node.value, value_kind(node.type), frame.size, pool_);
  case Op::missing_value:
    return uniform_of(node.text.empty() ? Value::of_missing() : Value::of_missing(node.text),
                      value_kind(node.type), frame.size, pool_);
  case Op::row: return row_lanes(frame.rows[node.variable], frame.size);
  case Op::field: return field(node, frame);
  case Op::bound:
    return uniform_of(frame.trials->at(node.variable), value_kind(node.type), frame.size, pool_);
  default: break;
  }
  const NodePlan& plan = plan_.of(node);
  if (plan.invariant && frame.invariants != nullptr) {
    if (const auto found = frame.invariants->find(&node); found != frame.invariants->end())
      return gather(found->second, frame.owner->data(), frame.size);
  }
  if (plan.hidden != ir::none && hidden_[plan.hidden].progress == Progress::done)
    return hidden_value(plan, node, frame);
  return plain(node, frame);
}

Lanes Core::plain(const Expr& node, const Frame& frame) {
  switch (node.op) {
  case Op::lookup: return lookup(node, frame);
  case Op::logical_and:
  case Op::logical_or: return connective(node, frame);
  case Op::cases:
  case Op::if_missing: return choose(node, frame);
  case Op::aggregate: return aggregate(node, frame);
  case Op::largest:
  case Op::smallest: return solve(node, frame);
  case Op::apportion: return apportion(node, frame);
  case Op::minimum_of_known:
  case Op::maximum_of_known: return of_known(node, frame);
  case Op::is_missing:
  case Op::is_known: {
    const Lanes operand = evaluate(*node.args.front(), frame);
    Lanes out = make_lanes(ValueKind::boolean, Form::boolean, frame.size, operand.uniform);
    for (uint32_t i = 0; i < out.cells(); ++i) {
      const bool missing = operand.missing != nullptr && operand.missing[i] != 0;
      out.own->u8[i] = missing == (node.op == Op::is_missing) ? 1 : 0;
    }
    for (const FaultAt& at : operand.faults)
      out.own->faults.push_back({at.row - operand.fault_base, at.fault});
    out.refresh();
    return out;
  }
  case Op::in_value_set: return in_value_set(node, frame);
  case Op::in_unit: return in_unit(node, frame);
  case Op::all_rows:
  case Op::reverse:
  case Op::reverse_each:
  case Op::targets:
  case Op::filter: throw std::logic_error("a collection where a value was expected");
  default: return lifted(node, frame);
  }
}

Lanes Core::in_value_set(const Expr& node, const Frame& frame) {
  Memberships* answers = nullptr;
  {
    const std::lock_guard lock(codes_mutex_);
    memberships_.resize(program_.valuesets.size());
    std::unique_ptr<Memberships>& place = memberships_[node.index];
    if (!place) place = std::make_unique<Memberships>(node.index);
    answers = place.get();
  }
  return answers->of(evaluate(*node.args.front(), frame), frame.size, data_->value_sets(), pool_);
}

Lanes Core::in_unit(const Expr& node, const Frame& frame) {
  Conversions* answers = nullptr;
  {
    const std::lock_guard lock(codes_mutex_);
    std::unique_ptr<Conversions>& place = conversions_[node.text];
    if (!place) place = std::make_unique<Conversions>(node.text);
    answers = place.get();
  }
  return answers->of(evaluate(*node.args.front(), frame), frame.size, pool_);
}

Lanes Core::lifted(const Expr& node, const Frame& frame) {
  std::vector<Lanes> operands;
  operands.reserve(node.args.size());
  for (const auto& arg : node.args) operands.push_back(evaluate(*arg, frame));
  if (node.op == Op::equal || node.op == Op::not_equal) {
    for (Lanes& operand : operands)
      if (operand.kind == ValueKind::codes) operand = with_empty_sets(operand);
  }
  Lifted states = lift(operands, frame.size);
  std::vector<Raised> raised;
  const Operation operation{node, operands, states, frame.needed, frame.size, pool_, raised};
  Lanes out;
  switch (node.op) {
  case Op::equal:
  case Op::not_equal:
  case Op::less:
  case Op::less_equal:
  case Op::greater:
  case Op::greater_equal:
  case Op::in_range: out = comparison(operation); break;
  case Op::logical_not:
  case Op::at_least: {
    out = make_lanes(ValueKind::boolean, Form::boolean, frame.size, states.uniform);
    for (uint32_t i = 0; i < out.cells(); ++i) {
      uint32_t holding = 0;
      for (const Lanes& operand : operands) holding += operand.u8[operand.cell(i)];
      out.own->u8[i] = (node.op == Op::logical_not ? holding == 0 : holding >= node.index) ? 1 : 0;
    }
    break;
  }
  case Op::add_duration:
  case Op::negate_duration:
  case Op::scale_duration:
  case Op::days_between:
  case Op::whole_months_between:
  case Op::whole_years_between:
  case Op::date_year:
  case Op::date_month:
  case Op::date_day:
  case Op::make_period:
  case Op::period_start:
  case Op::period_end:
  case Op::period_length:
  case Op::in_period:
  case Op::overlaps:
  case Op::before:
  case Op::after:
  case Op::to_datetime:
  case Op::date_of:
  case Op::period_has_start:
  case Op::period_has_end:
  case Op::common_part:
  case Op::whole_days_between:
  case Op::whole_hours_between:
  case Op::whole_minutes_between: out = time_operation(operation); break;
  default: out = arithmetic(operation);
  }
  attach(out, std::move(states));
  if (node.op == Op::period_length) {
    for (uint32_t i = 0; i < out.cells(); ++i) {
      if (out.own->i64[i] != std::numeric_limits<int64_t>::min()) continue;
      out.own->missing.resize(out.cells(), 0);
      out.own->missing[i] = pool_.add("an open period has no length") + 2;
      out.own->i64[i] = 0;
    }
    out.refresh();
  }
  if (node.op == Op::common_part) {
    for (uint32_t i = 0; i < out.cells(); ++i) {
      if (out.missing_at(i) != 0 || !is_empty_period(out, i)) continue;
      out.own->missing.resize(out.cells(), 0);
      out.own->missing[i] = pool_.add("they have nothing in common") + 2;
    }
    out.refresh();
  }
  return raised.empty() ? out : raise(std::move(out), node, frame, std::move(raised));
}

Lanes Core::raise(Lanes lanes, const Expr& node, const Frame& frame, std::vector<Raised> raised) {
  const bool one_row = frame.rows.size() <= 1 || frame.rows[1].kind == Rows::Kind::fixed;
  std::vector<FaultAt> faults;
  const auto add = [&](uint32_t lane, uint32_t row, const Raised& one) {
    faults.push_back({lane, ir::make_fault(program_, frame.column, node, row, one.kind, one.detail)});
  };
  if (lanes.uniform && !one_row) {
    lanes = expand(lanes);
    for (uint32_t lane = 0; lane < lanes.size; ++lane) {
      if (frame.needed == nullptr || frame.needed[lane] != 0) add(lane, frame.own_row(lane), raised.front());
    }
  } else {
    // What a reader never sees is not worth describing.
    for (const Raised& one : raised) add(one.lane, frame.own_row(one.lane), one);
  }
  auto& all = lanes.own->faults;
  all.insert(all.end(), faults.begin(), faults.end());
  std::sort(all.begin(), all.end(), [](const FaultAt& a, const FaultAt& b) { return a.row < b.row; });
  lanes.refresh();
  return lanes;
}

// ------------------------------------------------------------------------------------------------------------
// columns

Lanes Core::row_lanes(const Rows& rows, uint32_t size) {
  if (rows.kind == Rows::Kind::fixed) {
    Lanes out = make_lanes(ValueKind::row, Form::index, size, true);
    out.own->u32.front() = rows.first;
    return out;
  }
  Lanes out = make_lanes(ValueKind::row, Form::index, size);
  for (uint32_t i = 0; i < size; ++i) out.own->u32[i] = rows.at(i);
  return out;
}

Lanes Core::at_rows(const Vector& column, const Rows& rows, uint32_t size) {
  switch (rows.kind) {
  case Rows::Kind::fixed: return view_one(column, rows.first, size);
  case Rows::Kind::range: return view(column, rows.first, size);
  case Rows::Kind::through: {
    if (rows.outer->kind == Rows::Kind::range)
      return gather(view(column, rows.outer->first, column.size - rows.outer->first), rows.list->data(),
                    size);
    std::vector<uint32_t> index(size);
    for (uint32_t i = 0; i < size; ++i) index[i] = rows.at(i);
    return gather(view(column, 0, column.size), index.data(), size);
  }
  default: return gather(view(column, 0, column.size), rows.list->data(), size);
  }
}

Lanes Core::at_links(const Vector& column, const Lanes& links) {
  if (links.all_known()) {
    if (links.uniform) return view_one(column, links.u32[0], links.size);
    return gather(view(column, 0, column.size), links.u32, links.size);
  }
  Lifted states = lift({&links, 1}, links.size);
  const std::vector<uint8_t> known = known_cells(states, links.size);
  if (std::find(known.begin(), known.end(), 1) == known.end()) {
    Lanes out = make_lanes(column.kind, form_of(column.kind), links.size, links.uniform);
    attach(out, std::move(states));
    return out;
  }
  // The cells that point nowhere look at row 0 and lose what they see there.
  std::vector<uint32_t> index(links.cells());
  for (size_t i = 0; i < index.size(); ++i) index[i] = known[i] != 0 ? links.u32[i] : 0;
  Lanes out = gather(view(column, 0, column.size), index.data(), links.cells());
  out.size = links.size;
  out.uniform = links.uniform;
  auto& missing = out.own->missing;
  if (!states.missing.empty()) missing.resize(index.size(), 0);
  for (size_t i = 0; i < missing.size(); ++i) {
    if (known[i] == 0) missing[i] = states.missing.empty() ? 0 : states.missing[i];
  }
  auto& faults = out.own->faults;
  std::erase_if(faults, [&](const FaultAt& at) { return known[at.row] == 0; });
  faults.insert(faults.end(), states.faults.begin(), states.faults.end());
  std::sort(faults.begin(), faults.end(), [](const FaultAt& a, const FaultAt& b) { return a.row < b.row; });
  out.refresh();
  return out;
}

Lanes Core::field(const Expr& node, const Frame& frame) {
  if (!building_.empty()) {
    if (const auto found = building_.find(node.index); found != building_.end())
      return building_field(found->second, node, frame);
  }
  const Expr& owner = *node.args.front();
  const Vector& column = known(node.index);
  if (owner.op == Op::row) return at_rows(column, frame.rows[owner.variable], frame.size);
  return at_links(column, evaluate(owner, frame));
}

Lanes Core::hidden_value(const NodePlan& plan, const Expr& node, const Frame& frame) {
  const bool ranks = plan_.hidden()[plan.hidden].ranks;
  const Vector& column = hidden_[plan.hidden].vector;
  Lanes links;
  Lanes out;
  if (plan.hidden_link != nullptr) links = evaluate(*plan.hidden_link, frame);
  if (node.op == Op::apportion)
    out = share_in(hidden_[plan.hidden].sharing, node, plan.hidden_link != nullptr ? &links : nullptr, frame);
  else if (ranks)
    out = place_in(hidden_[plan.hidden].ranking, node, plan.hidden_link != nullptr ? &links : nullptr, frame);
  else if (plan.hidden_link == nullptr)
    out = view_one(column, 0, frame.size);
  else
    out = at_links(column, links);
  // Of a row without a link it is computed as written: no members is not the same as no value.
  if (plan.hidden_link != nullptr && !links.all_known()) {
    if (links.uniform) return plain(node, frame);
    const std::vector<uint8_t> known = known_cells(links);
    std::vector<uint8_t> mask(frame.size);
    uint32_t marked = 0;
    for (uint32_t i = 0; i < frame.size; ++i) {
      mask[i] = known[i] == 0 && (frame.needed == nullptr || frame.needed[i] != 0) ? 1 : 0;
      marked += mask[i];
    }
    if (marked != 0) {
      std::vector<uint32_t> lanes;
      for (uint32_t i = 0; i < frame.size; ++i)
        if (mask[i] != 0) lanes.push_back(i);
      const Lanes odd = plain(node, frame.pick(lanes));
      // Both parts one after the other, then each lane takes its own.
      std::vector<Lanes> parts{out, odd};
      Lanes both;
      both.own = std::make_shared<Vector>(concatenate(out.kind, std::move(parts)));
      both.size = both.own->size;
      both.refresh();
      std::vector<uint32_t> index(frame.size);
      uint32_t next = frame.size;
      for (uint32_t i = 0; i < frame.size; ++i) index[i] = mask[i] != 0 ? next++ : i;
      out = gather(both, index.data(), frame.size);
    }
  }
  if (out.faults.empty()) return out;
  // A fault of a node of this body names the row that asks.
  const HiddenColumn& hidden = plan_.hidden()[plan.hidden];
  const bool one_row = frame.rows.size() <= 1 || frame.rows[1].kind == Rows::Kind::fixed;
  out = copy_of(out.uniform && !one_row ? expand(out) : out);
  for (FaultAt& at : out.own->faults) {
    if (!hidden.places.contains(at.fault->place_order)) continue;
    Fault fault = *at.fault;
    fault.row = frame.own_row(at.row);
    at.fault = std::make_shared<const Fault>(std::move(fault));
  }
  out.refresh();
  return out;
}

}  // namespace merit::engine
