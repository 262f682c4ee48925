// Expressions, all lanes of a frame at once.

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "runtime/engine/core.h"

namespace merit::engine {

using ir::Expr;
using ir::FaultKind;
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
  case Op::all_rows:
  case Op::reverse:
  case Op::reverse_each:
  case Op::targets:
  case Op::filter: throw std::logic_error("a collection where a value was expected");
  default: return lifted(node, frame);
  }
}

Lanes Core::lifted(const Expr& node, const Frame& frame) {
  std::vector<Lanes> operands;
  operands.reserve(node.args.size());
  for (const auto& arg : node.args) operands.push_back(evaluate(*arg, frame));
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
  case Op::after: out = time_operation(operation); break;
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
  const Expr& owner = *node.args.front();
  const Vector& column = known(node.index);
  if (owner.op == Op::row) return at_rows(column, frame.rows[owner.variable], frame.size);
  return at_links(column, evaluate(owner, frame));
}

Lanes Core::hidden_value(const NodePlan& plan, const Expr& node, const Frame& frame) {
  const Vector& column = hidden_[plan.hidden].vector;
  Lanes links;
  Lanes out;
  if (plan.hidden_link == nullptr) {
    out = view_one(column, 0, frame.size);
  } else {
    links = evaluate(*plan.hidden_link, frame);
    out = at_links(column, links);
  }
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

// ------------------------------------------------------------------------------------------------------------
// truth and choice

Lanes Core::evaluate_where(const Expr& node, const Frame& frame, const std::vector<uint8_t>& mask,
                           uint32_t marked) {
  if (marked == frame.size) return evaluate(node, frame);
  if (marked * 4 >= frame.size || node.op == Op::constant || node.op == Op::missing_value) {
    Frame part = frame;
    part.needed = mask.data();
    return evaluate(node, part);
  }
  std::vector<uint32_t> lanes;
  lanes.reserve(marked);
  std::vector<uint32_t> back(frame.size, 0);
  for (uint32_t i = 0; i < frame.size; ++i) {
    if (mask[i] == 0) continue;
    back[i] = static_cast<uint32_t>(lanes.size());
    lanes.push_back(i);
  }
  const Lanes found = evaluate(node, frame.pick(lanes));
  return gather(found, back.data(), frame.size);
}

namespace {

/// The lanes that have to be looked at.
std::vector<uint8_t> first_mask(const Frame& frame, uint32_t& marked) {
  std::vector<uint8_t> mask(frame.size, 1);
  marked = frame.size;
  if (frame.needed == nullptr) return mask;
  marked = 0;
  for (uint32_t i = 0; i < frame.size; ++i) {
    mask[i] = frame.needed[i];
    marked += mask[i];
  }
  return mask;
}

}  // namespace

Lanes Core::connective(const Expr& node, const Frame& frame) {
  const uint8_t decides = node.op == Op::logical_or ? 1 : 0;
  Lanes out = make_lanes(ValueKind::boolean, Form::boolean, frame.size);
  uint8_t* result = out.own->u8.data();
  std::fill(result, result + frame.size, static_cast<uint8_t>(1 - decides));
  uint32_t marked = 0;
  std::vector<uint8_t> open = first_mask(frame, marked);
  for (const auto& arg : node.args) {
    if (marked == 0) break;
    const Lanes one = evaluate_where(*arg, frame, open, marked);
    if (one.uniform && one.all_known()) {
      if (one.u8[0] != decides) continue;
      for (uint32_t i = 0; i < frame.size; ++i) result[i] = open[i] != 0 ? decides : result[i];
      break;
    }
    const Lanes all = expand(one);
    for (const FaultAt& at : all.faults) {
      const uint32_t lane = at.row - all.fault_base;
      if (open[lane] == 0) continue;
      out.own->faults.push_back({lane, at.fault});
      open[lane] = 0;
    }
    if (all.missing != nullptr) {
      for (uint32_t i = 0; i < frame.size; ++i) {
        if (open[i] == 0 || all.missing[i] == 0) continue;
        if (out.own->missing.empty()) out.own->missing.resize(frame.size, 0);
        out.own->missing[i] = all.missing[i];
        open[i] = 0;
      }
    }
    marked = 0;
    for (uint32_t i = 0; i < frame.size; ++i) {
      const bool decided = open[i] != 0 && all.u8[i] == decides;
      result[i] = decided ? decides : result[i];
      open[i] = static_cast<uint8_t>(open[i] & (all.u8[i] != decides));
      marked += open[i];
    }
  }
  std::sort(out.own->faults.begin(), out.own->faults.end(),
            [](const FaultAt& a, const FaultAt& b) { return a.row < b.row; });
  out.refresh();
  return out;
}

namespace {

template <typename T>
void blend_cells(T* out, const T* cells, bool uniform, const uint16_t* choice, uint16_t mine, uint32_t size) {
  if (uniform) {
    const T one = *cells;
    for (uint32_t i = 0; i < size; ++i) out[i] = choice[i] == mine ? one : out[i];
  } else {
    for (uint32_t i = 0; i < size; ++i) out[i] = choice[i] == mine ? cells[i] : out[i];
  }
}

/// What lanes choose from.
struct Pieces {
  std::vector<Lanes> lanes;
  std::vector<bool> states_only;  // a condition that is not known: its value means nothing
};

Lanes blend(ValueKind kind, Pieces&& pieces, const std::vector<uint16_t>& choice, uint32_t size) {
  std::vector<Lanes> values;
  std::vector<uint16_t> numbers;
  for (size_t i = 0; i < pieces.lanes.size(); ++i) {
    const Lanes& piece = pieces.lanes[i];
    const bool nothing = piece.uniform && (piece.missing != nullptr || !piece.faults.empty());
    if (pieces.states_only[i] || nothing) continue;
    values.push_back(piece);
    numbers.push_back(static_cast<uint16_t>(i));
  }
  if (is_number(kind)) unify(values);
  Lanes out = make_lanes(kind, values.empty() ? form_of(kind) : values.front().form, size);
  Vector& own = *out.own;
  own.scale = values.empty() ? 0 : values.front().scale;
  bool reduced = true;
  for (size_t i = 0; i < values.size(); ++i) {
    const Lanes& piece = values[i];
    reduced = reduced && piece.reduced;
    const auto take = [&](auto& to, const auto* from) {
      blend_cells(to.data(), from, piece.uniform, choice.data(), numbers[i], size);
    };
    switch (out.form) {
    case Form::decimal: take(own.i64, piece.i64); break;
    case Form::rational:
      take(own.i64, piece.i64);
      take(own.den, piece.den);
      break;
    case Form::big: take(own.big, piece.big); break;
    case Form::boolean: take(own.u8, piece.u8); break;
    case Form::text:
    case Form::index: take(own.u32, piece.u32); break;
    case Form::date: take(own.first, piece.first); break;
    case Form::period:
    case Form::duration:
      take(own.first, piece.first);
      take(own.second, piece.second);
      break;
    }
  }
  for (size_t i = 0; i < pieces.lanes.size(); ++i) {
    const Lanes& piece = pieces.lanes[i];
    if (piece.missing != nullptr) {
      own.missing.resize(size, 0);
      blend_cells(own.missing.data(), piece.missing, piece.uniform, choice.data(), static_cast<uint16_t>(i),
                  size);
    }
    if (piece.faults.empty()) continue;
    if (piece.uniform) {
      for (uint32_t lane = 0; lane < size; ++lane)
        if (choice[lane] == i) own.faults.push_back({lane, piece.faults.front().fault});
    } else {
      for (const FaultAt& at : piece.faults)
        if (choice[at.row - piece.fault_base] == i)
          own.faults.push_back({at.row - piece.fault_base, at.fault});
    }
  }
  std::sort(own.faults.begin(), own.faults.end(),
            [](const FaultAt& a, const FaultAt& b) { return a.row < b.row; });
  own.reduced = reduced;
  out.refresh();
  return out;
}

}  // namespace

Lanes Core::choose(const Expr& node, const Frame& frame) {
  constexpr uint16_t nobody = 0xffff;
  std::vector<uint16_t> choice(frame.size, nobody);
  Pieces pieces;
  uint32_t open_count = 0;
  std::vector<uint8_t> open = first_mask(frame, open_count);
  const auto piece = [&](Lanes lanes, bool states_only) {
    pieces.lanes.push_back(std::move(lanes));
    pieces.states_only.push_back(states_only);
    return static_cast<uint16_t>(pieces.lanes.size() - 1);
  };
  const auto take_rest = [&](const Expr& value) {
    if (open_count == 0) return;
    const uint16_t mine = piece(evaluate_where(value, frame, open, open_count), false);
    for (uint32_t i = 0; i < frame.size; ++i) choice[i] = open[i] != 0 ? mine : choice[i];
    open_count = 0;
  };
  const ValueKind kind = value_kind(node.type);

  if (node.op == Op::if_missing) {
    Lanes first = evaluate(*node.args[0], frame);
    if (first.missing == nullptr) return first;
    const uint16_t mine = piece(first, false);
    open_count = 0;
    for (uint32_t i = 0; i < frame.size; ++i) {
      const bool faulted = !first.faults.empty() && first.fault_at(i) != nullptr;
      const bool missing = first.missing_at(i) != 0 && !faulted;
      if (!missing) choice[i] = mine;
      open[i] = static_cast<uint8_t>(open[i] & (missing ? 1 : 0));
      open_count += open[i];
    }
    take_rest(*node.args[1]);
    return blend(kind, std::move(pieces), choice, frame.size);
  }

  const size_t pairs = node.args.size() / 2;
  for (size_t pair = 0; pair < pairs && open_count != 0; ++pair) {
    const Lanes condition = evaluate_where(*node.args[2 * pair], frame, open, open_count);
    if (condition.uniform && condition.all_known()) {
      if (condition.u8[0] == 0) continue;
      take_rest(*node.args[2 * pair + 1]);
      break;
    }
    const Lanes all = expand(condition);
    if (!all.all_known()) {
      const std::vector<uint8_t> known = known_cells(all);
      const uint16_t mine = piece(all, true);
      for (uint32_t i = 0; i < frame.size; ++i) {
        if (open[i] == 0 || known[i] != 0) continue;
        choice[i] = mine;
        open[i] = 0;
      }
    }
    std::vector<uint8_t> chosen(frame.size);
    uint32_t chosen_count = 0;
    open_count = 0;
    for (uint32_t i = 0; i < frame.size; ++i) {
      chosen[i] = static_cast<uint8_t>(open[i] & all.u8[i]);
      open[i] = static_cast<uint8_t>(open[i] & (1 - all.u8[i]));
      chosen_count += chosen[i];
      open_count += open[i];
    }
    if (chosen_count == 0) continue;
    const uint16_t mine = piece(evaluate_where(*node.args[2 * pair + 1], frame, chosen, chosen_count), false);
    for (uint32_t i = 0; i < frame.size; ++i) choice[i] = chosen[i] != 0 ? mine : choice[i];
  }
  if (open_count != 0 && node.args.size() % 2 == 1) take_rest(*node.args.back());
  Lanes out = blend(kind, std::move(pieces), choice, frame.size);
  if (open_count == 0) return out;
  std::vector<Raised> raised;
  for (uint32_t i = 0; i < frame.size; ++i) {
    if (open[i] != 0) raised.push_back({i, FaultKind::no_case, {}});
  }
  return raise(std::move(out), node, frame, std::move(raised));
}

// ------------------------------------------------------------------------------------------------------------
// lookup

namespace {

/// One word for a cell, equal for equal cells of one chunk; nothing for forms that no word holds.
std::optional<uint64_t> word_of(const Lanes& lanes, uint32_t cell) {
  switch (lanes.form) {
  case Form::decimal: return static_cast<uint64_t>(lanes.i64[cell]);
  case Form::boolean: return lanes.u8[cell];
  case Form::text:
  case Form::index: return lanes.u32[cell];
  case Form::date: return static_cast<uint64_t>(int64_t{lanes.first[cell]});
  default: return std::nullopt;
  }
}

}  // namespace

std::optional<uint32_t> Core::find(uint32_t entity, const std::vector<Value>& key) {
  if (program_.entities[entity].kind != ir::EntityKind::groups) return data_->find(entity, key);
  const Groups& groups = groups_.at(entity);
  const auto code = data::key_code(key.front(), pool_);
  const uint32_t number = code ? groups.table->find(&*code) : data::KeyTable::absent;
  if (number == data::KeyTable::absent) return std::nullopt;
  return groups.order[number];
}

Lanes Core::lookup(const Expr& node, const Frame& frame) {
  std::vector<Lanes> keys;
  for (const auto& arg : node.args) keys.push_back(evaluate(*arg, frame));
  Lifted states = lift(keys, frame.size);
  const std::vector<uint8_t> known = known_cells(states, frame.size);
  Lanes out = make_lanes(ValueKind::row, Form::index, frame.size, states.uniform);
  const ir::Entity& entity = program_.entities[node.index];
  std::vector<uint32_t> sizes;  // of the parts of pairs
  if (entity.kind == ir::EntityKind::pairs) {
    for (const uint32_t key : entity.keys) sizes.push_back(part_rows(program_.columns[key]));
  }
  // Few keys differ within a chunk: each is looked up once.
  data::KeyTable seen(keys.size());
  std::vector<std::optional<uint32_t>> rows;
  std::vector<uint64_t> words(keys.size());
  for (uint32_t i = 0; i < out.cells(); ++i) {
    if (known[i] == 0) continue;
    if (!states.uniform && frame.needed != nullptr && frame.needed[i] == 0) continue;
    if (entity.kind == ir::EntityKind::pairs) {
      uint32_t row = 0;
      for (size_t part = 0; part < keys.size(); ++part)
        row = row * sizes[part] + keys[part].u32[keys[part].cell(i)];
      out.own->u32[i] = row;
      continue;
    }
    const auto look = [&] {
      std::vector<Value> key;
      key.reserve(keys.size());
      for (const Lanes& part : keys) key.push_back(value_at(part, i, pool_));
      return find(node.index, key);
    };
    bool worded = true;
    for (size_t part = 0; part < keys.size(); ++part) {
      const auto word = word_of(keys[part], keys[part].cell(i));
      worded = worded && word.has_value();
      words[part] = word.value_or(0);
    }
    std::optional<uint32_t> row;
    if (worded) {
      const uint32_t number = seen.add(words.data());
      if (number == rows.size()) rows.push_back(look());
      row = rows[number];
    } else {
      row = look();
    }
    if (row) {
      out.own->u32[i] = *row;
    } else {
      states.missing.resize(out.cells(), 0);
      states.missing[i] = 1;
    }
  }
  attach(out, std::move(states));
  return out;
}

}  // namespace merit::engine
