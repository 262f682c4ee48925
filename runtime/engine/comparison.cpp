#include <algorithm>

#include "runtime/engine/operations.h"

namespace merit::engine {

using ir::Op;
using ir::RangeMode;

namespace {

template <typename T, typename F>
void compare_loop(const T* a, bool a_fixed, const T* b, bool b_fixed, uint32_t cells, uint8_t* out, F f) {
  if (a_fixed && b_fixed) {
    for (uint32_t i = 0; i < cells; ++i) out[i] = f(*a, *b) ? 1 : 0;
  } else if (a_fixed) {
    const T x = *a;
    for (uint32_t i = 0; i < cells; ++i) out[i] = f(x, b[i]) ? 1 : 0;
  } else if (b_fixed) {
    const T y = *b;
    for (uint32_t i = 0; i < cells; ++i) out[i] = f(a[i], y) ? 1 : 0;
  } else {
    for (uint32_t i = 0; i < cells; ++i) out[i] = f(a[i], b[i]) ? 1 : 0;
  }
}

template <typename T>
void compare_cells_of(Op op, const T* a, bool a_fixed, const T* b, bool b_fixed, uint32_t cells,
                      uint8_t* out) {
  switch (op) {
  case Op::equal: compare_loop(a, a_fixed, b, b_fixed, cells, out, std::equal_to<>()); break;
  case Op::not_equal: compare_loop(a, a_fixed, b, b_fixed, cells, out, std::not_equal_to<>()); break;
  case Op::less: compare_loop(a, a_fixed, b, b_fixed, cells, out, std::less<>()); break;
  case Op::less_equal: compare_loop(a, a_fixed, b, b_fixed, cells, out, std::less_equal<>()); break;
  case Op::greater: compare_loop(a, a_fixed, b, b_fixed, cells, out, std::greater<>()); break;
  default: compare_loop(a, a_fixed, b, b_fixed, cells, out, std::greater_equal<>());
  }
}

bool holds(Op op, int order) {
  switch (op) {
  case Op::equal: return order == 0;
  case Op::not_equal: return order != 0;
  case Op::less: return order < 0;
  case Op::less_equal: return order <= 0;
  case Op::greater: return order > 0;
  default: return order >= 0;
  }
}

/// Two instants as instants; where one is only a day, both by the day as written.
void compare_times(Op op, const Lanes& a, const Lanes& b, uint32_t cells, uint8_t* out) {
  const auto loop = [&](auto compared) {
    compare_loop(a.i64, a.uniform, b.i64, b.uniform, cells, out, [&](int64_t x, int64_t y) {
      return compared(merit::compare(DateTime::from_packed(x), DateTime::from_packed(y)), 0);
    });
  };
  switch (op) {
  case Op::equal: loop(std::equal_to<>()); break;
  case Op::not_equal: loop(std::not_equal_to<>()); break;
  case Op::less: loop(std::less<>()); break;
  case Op::less_equal: loop(std::less_equal<>()); break;
  case Op::greater: loop(std::greater<>()); break;
  default: loop(std::greater_equal<>());
  }
}

void compare(const Operation& operation, Op op, const Lanes& a, const Lanes& b, uint8_t* out) {
  const uint32_t cells = operation.cells();
  const bool equality = op == Op::equal || op == Op::not_equal;
  switch (a.kind) {
  case ValueKind::boolean: compare_cells_of(op, a.u8, a.uniform, b.u8, b.uniform, cells, out); return;
  case ValueKind::enumeration:
  case ValueKind::row: compare_cells_of(op, a.u32, a.uniform, b.u32, b.uniform, cells, out); return;
  case ValueKind::date: compare_cells_of(op, a.first, a.uniform, b.first, b.uniform, cells, out); return;
  case ValueKind::datetime: compare_times(op, a, b, cells, out); return;
  case ValueKind::datetime_period:
    for (uint32_t i = 0; i < cells; ++i) {
      const uint32_t x = a.cell(i);
      const uint32_t y = b.cell(i);
      const bool same = period_of(a, x).same_as(period_of(b, y));
      out[i] = same == (op == Op::equal) ? 1 : 0;
    }
    return;
  case ValueKind::codes:
  case ValueKind::text:
    if (equality) {
      compare_cells_of(op, a.u32, a.uniform, b.u32, b.uniform, cells, out);
      return;
    }
    break;
  case ValueKind::number:
  case ValueKind::money:
    if (a.form == Form::decimal && b.form == Form::decimal) {
      const int scale = std::max(a.scale, b.scale);
      const auto left = rescale(a, scale);
      const auto right = rescale(b, scale);
      if (left && right) {
        compare_cells_of(op, left->i64, left->uniform, right->i64, right->uniform, cells, out);
        return;
      }
    }
    break;
  default: break;
  }
  const std::vector<uint8_t> wanted = operation.wanted();
  for (uint32_t i = 0; i < cells; ++i) {
    if (wanted[i] != 0) out[i] = holds(op, compare_cells(a, a.cell(i), b, b.cell(i), operation.pool)) ? 1 : 0;
  }
}

}  // namespace

Lanes comparison(const Operation& operation) {
  Lanes out = make_lanes(ValueKind::boolean, Form::boolean, operation.size, operation.uniform());
  const auto& in = operation.operands;
  uint8_t* result = out.own->u8.data();
  if (operation.node.op != Op::in_range) {
    compare(operation, operation.node.op, in[0], in[1], result);
    return out;
  }
  const auto mode = static_cast<RangeMode>(operation.node.mode);
  if (mode == RangeMode::from_low) {
    compare(operation, Op::greater_equal, in[0], in[1], result);
    return out;
  }
  if (mode == RangeMode::under_high) {
    compare(operation, Op::less, in[0], in[1], result);
    return out;
  }
  std::vector<uint8_t> below(operation.cells());
  compare(operation, mode == RangeMode::over_low ? Op::greater : Op::greater_equal, in[0], in[1], result);
  compare(operation, mode == RangeMode::below_high ? Op::less : Op::less_equal, in[0], in[2], below.data());
  for (uint32_t i = 0; i < operation.cells(); ++i) result[i] &= below[i];
  return out;
}

}  // namespace merit::engine
