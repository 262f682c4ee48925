#include <algorithm>
#include <functional>
#include <stdexcept>

#include "runtime/engine/operations.h"

namespace merit::engine {

using ir::Expr;
using ir::FaultKind;
using ir::Op;

std::vector<uint8_t> Operation::wanted() const {
  std::vector<uint8_t> mask = known_cells(lifted, size);
  if (needed != nullptr && !uniform()) {
    for (uint32_t i = 0; i < size; ++i) mask[i] &= needed[i];
  }
  return mask;
}

namespace {

ValueKind number_kind(const Expr& node) {
  return node.type.kind == ir::TypeKind::money ? ValueKind::money : ValueKind::number;
}

/// out[i] = f(a[i], b[i]), either side possibly one cell for all.
template <typename F>
void each_pair(const Lanes& a, const Lanes& b, uint32_t cells, int64_t* out, F f) {
  if (a.uniform && b.uniform) {
    for (uint32_t i = 0; i < cells; ++i) out[i] = f(*a.i64, *b.i64);
  } else if (a.uniform) {
    const int64_t x = *a.i64;
    for (uint32_t i = 0; i < cells; ++i) out[i] = f(x, b.i64[i]);
  } else if (b.uniform) {
    const int64_t y = *b.i64;
    for (uint32_t i = 0; i < cells; ++i) out[i] = f(a.i64[i], y);
  } else {
    for (uint32_t i = 0; i < cells; ++i) out[i] = f(a.i64[i], b.i64[i]);
  }
}

int bits_of(const Lanes& lanes) {
  return engine::bits_of(lanes.i64, lanes.cells());
}

// Overflow is excluded from the magnitudes of the whole chunk, so that the loops themselves need no check and
// vectorise. A chunk that may overflow goes on in the rational form or number by number.

std::optional<Lanes> add_decimals(const Operation& operation, bool subtract) {
  const auto& in = operation.operands;
  const int scale = std::max(in[0].scale, in[1].scale);
  const auto a = rescale(in[0], scale);
  const auto b = rescale(in[1], scale);
  if (!a || !b || std::max(bits_of(*a), bits_of(*b)) > 61) return std::nullopt;
  Lanes out = make_lanes(number_kind(operation.node), Form::decimal, operation.size, operation.uniform());
  out.own->scale = out.scale = scale;
  if (subtract)
    each_pair(*a, *b, operation.cells(), out.own->i64.data(), std::minus<>());
  else
    each_pair(*a, *b, operation.cells(), out.own->i64.data(), std::plus<>());
  return out;
}

std::optional<Lanes> multiply_decimals(const Operation& operation) {
  const auto& in = operation.operands;
  const int scale = in[0].scale + in[1].scale;
  if (scale > 18 || bits_of(in[0]) + bits_of(in[1]) > 62) return std::nullopt;
  Lanes out = make_lanes(number_kind(operation.node), Form::decimal, operation.size, operation.uniform());
  out.own->scale = out.scale = scale;
  each_pair(in[0], in[1], operation.cells(), out.own->i64.data(), std::multiplies<>());
  return out;
}

/// Times 1/divisor, when that is a decimal number.
std::optional<Lanes> divide_by_decimal(const Operation& operation) {
  const Lanes& divisor = operation.operands[1];
  if (!divisor.uniform || *divisor.i64 == 0) return std::nullopt;
  const Number inverse = Number(1) / Number::from_decimal(*divisor.i64, divisor.scale);
  if (!inverse.is_small()) return std::nullopt;
  std::vector<Lanes> operands{operation.operands[0],
                              pack(ValueKind::number, {inverse}, operation.size, true)};
  if (operands[1].form != Form::decimal) return std::nullopt;
  return multiply_decimals({operation.node, operands, operation.lifted, operation.needed, operation.size,
                            operation.pool, operation.raised});
}

/// A decimal chunk times a power of ten that makes up for the other's greater scale.
std::optional<Lanes> lift_scale(const Lanes& decimal, int by) {
  if (by <= 0) return decimal;
  if (decimal.scale + by > 18) return std::nullopt;
  return rescale(decimal, decimal.scale + by);
}

std::optional<Lanes> divide_decimals(const Operation& operation, const std::vector<uint8_t>* wanted) {
  const auto& in = operation.operands;
  const auto a = lift_scale(in[0], in[1].scale - in[0].scale);
  const auto b = lift_scale(in[1], in[0].scale - in[1].scale);
  if (!a || !b) return std::nullopt;
  const uint32_t cells = operation.cells();
  if (std::max(bits_of(*a), bits_of(*b)) > 62) return std::nullopt;
  Lanes out = make_lanes(number_kind(operation.node), Form::rational, operation.size, operation.uniform());
  out.own->reduced = out.reduced = false;
  int64_t* num = out.own->i64.data();
  int64_t* den = out.own->den.data();
  const bool fixed_a = a->uniform;
  const bool fixed_b = b->uniform;
  bool zero = false;
  for (uint32_t i = 0; i < cells; ++i) {
    const int64_t x = a->i64[fixed_a ? 0 : i];
    const int64_t y = b->i64[fixed_b ? 0 : i];
    zero = zero | (y == 0);
    num[i] = y < 0 ? -x : x;
    den[i] = y < 0 ? -y : y;
  }
  if (!zero) return out;
  for (uint32_t i = 0; i < cells; ++i) {
    if (den[i] != 0) continue;
    den[i] = 1;
    if (wanted == nullptr || (*wanted)[i] != 0)
      operation.raised.push_back({i, FaultKind::division_by_zero, {}});
  }
  return out;
}

bool fits(Int128 value) {
  return value >= std::numeric_limits<int64_t>::min() && value <= std::numeric_limits<int64_t>::max();
}

/// Add, subtract, multiply, divide with at least one operand in the rational form.
std::optional<Lanes> rational_arithmetic(const Operation& operation, const std::vector<uint8_t>& wanted) {
  const Lanes a = to_rational(operation.operands[0]);
  const Lanes b = to_rational(operation.operands[1]);
  const Op op = operation.node.op;
  Lanes out = make_lanes(number_kind(operation.node), Form::rational, operation.size, operation.uniform());
  out.own->reduced = out.reduced = false;
  for (uint32_t i = 0; i < operation.cells(); ++i) {
    if (wanted[i] == 0) continue;
    const Int128 an = a.i64[a.cell(i)];
    const Int128 ad = a.den[a.cell(i)];
    Int128 bn = b.i64[b.cell(i)];
    Int128 bd = b.den[b.cell(i)];
    Int128 num = 0;
    Int128 den = 1;
    switch (op) {
    case Op::multiply:
      num = an * bn;
      den = ad * bd;
      break;
    case Op::divide:
      if (bn == 0) {
        operation.raised.push_back({i, FaultKind::division_by_zero, {}});
        break;
      }
      if (bn < 0) {
        bn = -bn;
        bd = -bd;
      }
      num = an * bd;
      den = ad * bn;
      break;
    default:
      if (op == Op::subtract) bn = -bn;
      if (ad == bd) {
        num = an + bn;
        den = ad;
      } else if (b.den[b.cell(i)] % a.den[a.cell(i)] == 0) {  // so with averages of decimals: less to reduce
        num = an * (b.den[b.cell(i)] / a.den[a.cell(i)]) + bn;
        den = bd;
      } else {
        num = an * bd + bn * ad;
        den = ad * bd;
      }
    }
    if (!fits(num) || !fits(den)) {
      const Number reduced = Number::from_wide(num, den);
      if (!reduced.is_small()) {
        operation.raised.clear();
        return std::nullopt;
      }
      num = reduced.num();
      den = reduced.den();
    }
    out.own->i64[i] = static_cast<int64_t>(num);
    out.own->den[i] = static_cast<int64_t>(den);
  }
  return out;
}

// ------------------------------------------------------------------------------------------------------------
// rounding

bool adds_one(RoundingMode mode, bool negative, int half, bool odd) {
  switch (mode) {
  case RoundingMode::half_away: return half >= 0;
  case RoundingMode::half_even: return half > 0 || (half == 0 && odd);
  case RoundingMode::up: return true;
  case RoundingMode::down: return false;
  case RoundingMode::ceiling: return !negative;
  case RoundingMode::floor: return negative;
  }
  return false;
}

/// num / den (> 0) to a whole number.
Int128 divide_rounded(Int128 num, Int128 den, RoundingMode mode) {
  const bool negative = num < 0;
  const Int128 absolute = negative ? -num : num;
  Int128 quotient = absolute / den;
  const Int128 rest = absolute - quotient * den;
  if (rest != 0) {
    const Int128 other = den - rest;
    const int half = rest > other ? 1 : rest < other ? -1 : 0;
    if (adds_one(mode, negative, half, (quotient & 1) != 0)) ++quotient;
  }
  return negative ? -quotient : quotient;
}

/// The same for numbers below 2^51, where a product of doubles is off by one at most.
int64_t divide_rounded_quickly(int64_t num, int64_t den, double inverse, RoundingMode mode) {
  const bool negative = num < 0;
  const int64_t absolute = negative ? -num : num;
  auto quotient = static_cast<int64_t>(static_cast<double>(absolute) * inverse);
  int64_t rest = absolute - quotient * den;
  const int64_t down = rest >> 63;  // -1 when the quotient is one too great
  quotient += down;
  rest += down & den;
  const int64_t up = -static_cast<int64_t>(rest >= den);
  quotient -= up;
  rest -= up & den;
  if (mode == RoundingMode::half_away) {
    quotient += static_cast<int64_t>(2 * rest >= den);
  } else if (rest != 0) {
    const int64_t twice = 2 * rest;
    const int half = twice > den ? 1 : twice < den ? -1 : 0;
    quotient += static_cast<int64_t>(adds_one(mode, negative, half, (quotient & 1) != 0));
  }
  return negative ? -quotient : quotient;
}

}  // namespace

std::optional<Lanes> round_quickly(const Lanes& x, const Lanes& step, RoundingMode mode, ValueKind kind) {
  constexpr int exact_bits = 50;
  if (!step.uniform || step.form != Form::decimal || *step.i64 <= 0 || x.form == Form::big)
    return std::nullopt;
  const uint32_t cells = x.cells();
  const int64_t multiple = *step.i64;
  Lanes out = make_lanes(kind, Form::decimal, x.size, x.uniform);
  out.own->scale = out.scale = step.scale;
  int64_t* result = out.own->i64.data();
  if (x.form == Form::decimal) {
    // x / step = m * 10^(step scale - x scale) / multiple
    const int less = x.scale - step.scale;
    Int128 wide_divisor = multiple;
    int64_t factor = 1;
    if (less > 0)
      wide_divisor *= power_of_ten(less);
    else
      factor = power_of_ten(-less);
    if (!fits(wide_divisor)) return std::nullopt;
    const auto divisor = static_cast<int64_t>(wide_divisor);
    const int bits = engine::bits_of(x.i64, cells) + (factor == 1 ? 0 : engine::bits_of(&factor, 1));
    // The result is less than one step greater than x.
    if (bits > 61 || engine::bits_of(&multiple, 1) > 60) return std::nullopt;
    if (divisor == 1) {
      for (uint32_t i = 0; i < cells; ++i) result[i] = x.i64[i] * factor;
    } else if (bits <= exact_bits && engine::bits_of(&divisor, 1) <= exact_bits) {
      const double inverse = 1.0 / static_cast<double>(divisor);
      for (uint32_t i = 0; i < cells; ++i)
        result[i] = divide_rounded_quickly(x.i64[i] * factor, divisor, inverse, mode) * multiple;
    } else {
      for (uint32_t i = 0; i < cells; ++i)
        result[i] = static_cast<int64_t>(divide_rounded(x.i64[i] * factor, divisor, mode) * multiple);
    }
    return out;
  }
  // (num / den) / step = num * 10^(step scale) / (den * multiple)
  const int64_t factor = power_of_ten(step.scale);
  const int num_bits = engine::bits_of(x.i64, cells) + engine::bits_of(&factor, 1);
  const int den_bits = engine::bits_of(x.den, cells) + engine::bits_of(&multiple, 1);
  if (num_bits <= exact_bits && den_bits <= exact_bits) {
    for (uint32_t i = 0; i < cells; ++i) {
      const int64_t den = x.den[i] * multiple;
      result[i] =
          divide_rounded_quickly(x.i64[i] * factor, den, 1.0 / static_cast<double>(den), mode) * multiple;
    }
    return out;
  }
  if (num_bits > 125 || den_bits > 125) return std::nullopt;
  for (uint32_t i = 0; i < cells; ++i) {
    const Int128 value = divide_rounded(static_cast<Int128>(x.i64[i]) * factor,
                                        static_cast<Int128>(x.den[i]) * multiple, mode);
    if (!fits(value) || !fits(value * multiple)) return std::nullopt;
    result[i] = static_cast<int64_t>(value * multiple);
  }
  return out;
}

namespace {

std::optional<Lanes> least_of(const Operation& operation) {
  std::vector<Lanes> in = operation.operands;
  for (const Lanes& lanes : in) {
    if (lanes.form != Form::decimal) return std::nullopt;
  }
  unify(in);
  if (in.front().form != Form::decimal) return std::nullopt;
  const bool least = operation.node.op == Op::minimum_of;
  Lanes out = make_lanes(number_kind(operation.node), Form::decimal, operation.size, operation.uniform());
  out.own->scale = out.scale = in.front().scale;
  int64_t* result = out.own->i64.data();
  Lanes best = in.front();
  for (size_t i = 1; i < in.size(); ++i) {
    if (least)
      each_pair(best, in[i], operation.cells(), result, [](int64_t a, int64_t b) { return a < b ? a : b; });
    else
      each_pair(best, in[i], operation.cells(), result, [](int64_t a, int64_t b) { return a > b ? a : b; });
    best = out;
  }
  if (in.size() == 1) std::copy(best.i64, best.i64 + best.cells(), result);
  return out;
}

/// One after the other, exactly as the row evaluator does.
Lanes number_by_number(const Operation& operation, const std::vector<uint8_t>& wanted) {
  const Expr& node = operation.node;
  const auto& in = operation.operands;
  std::vector<Number> results(operation.cells());
  for (uint32_t i = 0; i < operation.cells(); ++i) {
    if (wanted[i] == 0) continue;
    const Number x = number_at(in[0], in[0].cell(i));
    const auto y = [&] { return number_at(in[1], in[1].cell(i)); };
    try {
      Number& out = results[i];
      switch (node.op) {
      case Op::negate: out = -x; break;
      case Op::add: out = x + y(); break;
      case Op::subtract: out = x - y(); break;
      case Op::multiply: out = x * y(); break;
      case Op::divide:
        if (y().is_zero()) {
          operation.raised.push_back({i, FaultKind::division_by_zero, {}});
          continue;
        }
        out = x / y();
        break;
      case Op::power: out = power(x, y()); break;
      case Op::round: out = round_to(x, y(), static_cast<RoundingMode>(node.mode)); break;
      case Op::absolute: out = x.abs(); break;
      case Op::floor: out = x.floor(); break;
      case Op::ceiling: out = x.ceil(); break;
      case Op::square_root: out = sqrt(x); break;
      case Op::exponential: out = exp(x); break;
      case Op::logarithm: out = ln(x); break;
      default: {
        out = x;
        for (const Lanes& operand : in) {
          const Number candidate = number_at(operand, operand.cell(i));
          if (node.op == Op::minimum_of ? candidate < out : candidate > out) out = candidate;
        }
      }
      }
      if (!out.is_small() && out.digits() > Number::max_digits) {
        out = Number();
        operation.raised.push_back({i, FaultKind::too_many_digits, {}});
      }
    } catch (const std::domain_error& error) {
      operation.raised.push_back({i, FaultKind::outside_domain, error.what()});
    } catch (const std::length_error&) {
      operation.raised.push_back({i, FaultKind::too_many_digits, {}});
    }
  }
  return pack(number_kind(node), std::move(results), operation.size, operation.uniform());
}

std::optional<Lanes> quick_arithmetic(const Operation& operation) {
  const auto& in = operation.operands;
  const Expr& node = operation.node;
  const bool decimal =
      std::all_of(in.begin(), in.end(), [](const Lanes& lanes) { return lanes.form == Form::decimal; });
  const bool big =
      std::any_of(in.begin(), in.end(), [](const Lanes& lanes) { return lanes.form == Form::big; });
  if (big) return std::nullopt;
  const ValueKind kind = number_kind(node);
  switch (node.op) {
  case Op::negate:
  case Op::absolute: {
    if (bits_of(in[0]) > 62) return std::nullopt;
    Lanes out = make_lanes(kind, in[0].form, operation.size, operation.uniform());
    out.own->scale = out.scale = in[0].scale;
    const bool negate = node.op == Op::negate;
    for (uint32_t i = 0; i < in[0].cells(); ++i)
      out.own->i64[i] = negate || in[0].i64[i] < 0 ? -in[0].i64[i] : in[0].i64[i];
    if (in[0].form == Form::rational) std::copy(in[0].den, in[0].den + in[0].cells(), out.own->den.begin());
    out.own->reduced = out.reduced = in[0].reduced;
    return out;
  }
  case Op::add:
  case Op::subtract:
    if (decimal)
      if (auto out = add_decimals(operation, node.op == Op::subtract)) return out;
    return rational_arithmetic(operation, operation.wanted());
  case Op::multiply:
    if (decimal)
      if (auto out = multiply_decimals(operation)) return out;
    return rational_arithmetic(operation, operation.wanted());
  case Op::divide: {
    if (decimal) {
      if (auto out = divide_by_decimal(operation)) return out;
      const bool all = operation.lifted.all_known() && operation.needed == nullptr;
      const std::vector<uint8_t> wanted = all ? std::vector<uint8_t>() : operation.wanted();
      if (auto out = divide_decimals(operation, all ? nullptr : &wanted)) return out;
    }
    return rational_arithmetic(operation, operation.wanted());
  }
  case Op::round: return round_quickly(in[0], in[1], static_cast<RoundingMode>(node.mode), kind);
  case Op::floor:
  case Op::ceiling: {
    const Lanes one = pack(ValueKind::number, {Number(1)}, operation.size, true);
    return round_quickly(in[0], one, node.op == Op::floor ? RoundingMode::floor : RoundingMode::ceiling,
                         kind);
  }
  case Op::minimum_of:
  case Op::maximum_of: return least_of(operation);
  default: return std::nullopt;
  }
}

}  // namespace

Lanes arithmetic(const Operation& operation) {
  if (operation.node.type.kind == ir::TypeKind::date) {  // the least or greatest of dates
    Lanes out = make_lanes(ValueKind::date, Form::date, operation.size, operation.uniform());
    const bool least = operation.node.op == Op::minimum_of;
    for (uint32_t i = 0; i < operation.cells(); ++i) {
      int32_t best = operation.operands[0].first[operation.operands[0].cell(i)];
      for (const Lanes& operand : operation.operands) {
        const int32_t day = operand.first[operand.cell(i)];
        best = least ? std::min(best, day) : std::max(best, day);
      }
      out.own->first[i] = best;
    }
    return out;
  }
  if (operation.node.type.kind == ir::TypeKind::datetime) {
    Lanes out = make_lanes(ValueKind::datetime, Form::datetime, operation.size, operation.uniform());
    const bool least = operation.node.op == Op::minimum_of;
    for (uint32_t i = 0; i < operation.cells(); ++i) {
      DateTime best = DateTime::from_packed(operation.operands[0].i64[operation.operands[0].cell(i)]);
      for (const Lanes& operand : operation.operands) {
        const DateTime time = DateTime::from_packed(operand.i64[operand.cell(i)]);
        if (least ? time < best : time > best) best = time;
      }
      out.own->i64[i] = best.packed();
    }
    return out;
  }
  if (auto quick = quick_arithmetic(operation)) return std::move(*quick);
  return number_by_number(operation, operation.wanted());
}

}  // namespace merit::engine
