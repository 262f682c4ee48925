// Truth and choice: what is not reached is not computed, or at least does not count.

#include <algorithm>

#include "runtime/engine/core.h"

namespace merit::engine {

using ir::Expr;
using ir::FaultKind;
using ir::Op;

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
    case Form::duration: take(own.i64, piece.i64); [[fallthrough]];
    case Form::period:
      take(own.first, piece.first);
      take(own.second, piece.second);
      break;
    case Form::datetime_period: take(own.den, piece.den); [[fallthrough]];
    case Form::datetime: take(own.i64, piece.i64); break;
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

}  // namespace merit::engine
