#include "runtime/engine/lanes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "runtime/ir/faults.h"

namespace merit::engine {

namespace {

constexpr std::array<int64_t, 19> make_powers() {
  std::array<int64_t, 19> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}

constexpr auto powers = make_powers();

template <typename T>
void pick(std::vector<T>& out, const T* in, const uint32_t* index, uint32_t size) {
  for (uint32_t i = 0; i < size; ++i) out[i] = in[index[i]];
}

}  // namespace

int64_t power_of_ten(int exponent) {
  return powers[static_cast<size_t>(exponent)];
}

bool is_number(ValueKind kind) {
  return kind == ValueKind::number || kind == ValueKind::money;
}

DateTimePeriod period_of(const Lanes& lanes, uint32_t cell) {
  const int64_t* ends = lanes.kind == ValueKind::datetime ? lanes.i64 : lanes.den;
  return {DateTime::from_packed(lanes.i64[cell]), DateTime::from_packed(ends[cell])};
}

bool is_empty_period(const Lanes& lanes, uint32_t cell) {
  if (lanes.kind == ValueKind::datetime_period) return period_of(lanes, cell).is_empty();
  return lanes.second[cell] < lanes.first[cell];
}

Form form_of(ValueKind kind) {
  switch (kind) {
  case ValueKind::boolean: return Form::boolean;
  case ValueKind::codes:
  case ValueKind::quantity:
  case ValueKind::text: return Form::text;
  case ValueKind::date: return Form::date;
  case ValueKind::duration: return Form::duration;
  case ValueKind::period: return Form::period;
  case ValueKind::datetime: return Form::datetime;
  case ValueKind::datetime_period: return Form::datetime_period;
  case ValueKind::enumeration:
  case ValueKind::row: return Form::index;
  case ValueKind::number:
  case ValueKind::money:
  case ValueKind::missing:
  case ValueKind::fault: break;
  }
  return Form::decimal;
}

const Value::FaultPointer* Lanes::fault_at(uint32_t lane) const {
  if (faults.empty()) return nullptr;
  const uint32_t row = cell(lane) + fault_base;
  const auto found = std::lower_bound(faults.begin(), faults.end(), row,
                                      [](const FaultAt& at, uint32_t wanted) { return at.row < wanted; });
  return found != faults.end() && found->row == row ? &found->fault : nullptr;
}

void Lanes::refresh() {
  kind = own->kind;
  form = own->form;
  scale = own->scale;
  reduced = own->reduced;
  i64 = own->i64.data();
  den = own->den.data();
  big = own->big.data();
  u8 = own->u8.data();
  u32 = own->u32.data();
  first = own->first.data();
  second = own->second.data();
  missing = own->missing.empty() ? nullptr : own->missing.data();
  faults = own->faults;
  fault_base = 0;
}

Lanes make_lanes(ValueKind kind, Form form, uint32_t size, bool uniform) {
  Lanes lanes;
  lanes.size = size;
  lanes.uniform = uniform;
  lanes.own = std::make_shared<Vector>();
  Vector& vector = *lanes.own;
  const uint32_t cells = uniform ? 1 : size;
  vector.kind = kind;
  vector.form = form;
  vector.size = cells;
  switch (form) {
  case Form::decimal: vector.i64.resize(cells); break;
  case Form::rational:
    vector.i64.resize(cells);
    vector.den.resize(cells, 1);
    break;
  case Form::big: vector.big.resize(cells); break;
  case Form::boolean: vector.u8.resize(cells); break;
  case Form::text:
  case Form::index: vector.u32.resize(cells); break;
  case Form::date: vector.first.resize(cells); break;
  case Form::duration: vector.i64.resize(cells); [[fallthrough]];
  case Form::period:
    vector.first.resize(cells);
    vector.second.resize(cells);
    break;
  case Form::datetime_period: vector.den.resize(cells); [[fallthrough]];
  case Form::datetime: vector.i64.resize(cells); break;
  }
  lanes.refresh();
  return lanes;
}

Lanes view(const Vector& column, uint32_t first, uint32_t size) {
  Lanes lanes;
  lanes.kind = column.kind;
  lanes.form = column.form;
  lanes.size = size;
  lanes.scale = column.scale;
  lanes.reduced = column.reduced;
  lanes.i64 = column.i64.empty() ? nullptr : column.i64.data() + first;
  lanes.den = column.den.empty() ? nullptr : column.den.data() + first;
  lanes.big = column.big.empty() ? nullptr : column.big.data() + first;
  lanes.u8 = column.u8.empty() ? nullptr : column.u8.data() + first;
  lanes.u32 = column.u32.empty() ? nullptr : column.u32.data() + first;
  lanes.first = column.first.empty() ? nullptr : column.first.data() + first;
  lanes.second = column.second.empty() ? nullptr : column.second.data() + first;
  lanes.missing = column.missing.empty() ? nullptr : column.missing.data() + first;
  lanes.fault_base = first;
  if (!column.faults.empty()) {
    const auto from = std::lower_bound(column.faults.begin(), column.faults.end(), first,
                                       [](const FaultAt& at, uint32_t row) { return at.row < row; });
    auto to = from;
    while (to != column.faults.end() && to->row - first < size) ++to;
    lanes.faults = std::span<const FaultAt>(from, to);
  }
  return lanes;
}

Lanes view_one(const Vector& column, uint32_t row, uint32_t size) {
  Lanes lanes = view(column, row, 1);
  lanes.size = size;
  lanes.uniform = true;
  if (lanes.missing != nullptr && *lanes.missing == 0) lanes.missing = nullptr;
  return lanes;
}

Lanes gather(const Lanes& source, const uint32_t* index, uint32_t size) {
  if (source.uniform) {
    Lanes lanes = source;
    lanes.size = size;
    return lanes;
  }
  Lanes lanes = make_lanes(source.kind, source.form, size);
  Vector& out = *lanes.own;
  out.scale = source.scale;
  switch (source.form) {
  case Form::decimal: pick(out.i64, source.i64, index, size); break;
  case Form::rational:
    pick(out.i64, source.i64, index, size);
    pick(out.den, source.den, index, size);
    break;
  case Form::big: pick(out.big, source.big, index, size); break;
  case Form::boolean: pick(out.u8, source.u8, index, size); break;
  case Form::text:
  case Form::index: pick(out.u32, source.u32, index, size); break;
  case Form::date: pick(out.first, source.first, index, size); break;
  case Form::duration: pick(out.i64, source.i64, index, size); [[fallthrough]];
  case Form::period:
    pick(out.first, source.first, index, size);
    pick(out.second, source.second, index, size);
    break;
  case Form::datetime_period: pick(out.den, source.den, index, size); [[fallthrough]];
  case Form::datetime: pick(out.i64, source.i64, index, size); break;
  }
  if (source.missing != nullptr) {
    out.missing.resize(size);
    pick(out.missing, source.missing, index, size);
  }
  if (!source.faults.empty()) {
    for (uint32_t lane = 0; lane < size; ++lane) {
      if (const Value::FaultPointer* fault = source.fault_at(index[lane]))
        out.faults.push_back({lane, *fault});
    }
  }
  out.reduced = source.reduced;
  lanes.refresh();
  return lanes;
}

Lanes copy_of(const Lanes& lanes) {
  Lanes source = lanes;
  source.uniform = false;
  source.size = lanes.cells();
  std::vector<uint32_t> identity(source.size);
  std::iota(identity.begin(), identity.end(), 0U);
  Lanes copy = gather(source, identity.data(), source.size);
  copy.size = lanes.size;
  copy.uniform = lanes.uniform;
  return copy;
}

Lanes expand(const Lanes& lanes) {
  if (!lanes.uniform) return lanes;
  Lanes one = lanes;
  one.uniform = false;
  one.size = 1;
  const std::vector<uint32_t> zeros(lanes.size, 0);
  return gather(one, zeros.data(), lanes.size);
}

Lanes uniform_of(const Value& value, ValueKind kind, uint32_t size, TextPool& pool) {
  Lanes lanes;
  lanes.own = std::make_shared<Vector>(vector_of(kind, {value}, pool));
  lanes.size = size;
  lanes.uniform = true;
  lanes.refresh();
  return lanes;
}

std::vector<uint8_t> known_cells(const Lanes& lanes) {
  const uint32_t cells = lanes.cells();
  std::vector<uint8_t> known(cells, 1);
  if (lanes.missing != nullptr) {
    for (uint32_t i = 0; i < cells; ++i) known[i] = lanes.missing[i] == 0 ? 1 : 0;
  }
  for (const FaultAt& at : lanes.faults) known[at.row - lanes.fault_base] = 0;
  return known;
}

// ------------------------------------------------------------------------------------------------------------
// operands

Lifted lift(std::span<const Lanes> operands, uint32_t size) {
  Lifted result;
  for (const Lanes& operand : operands) result.uniform = result.uniform && operand.uniform;
  const uint32_t cells = result.uniform ? 1 : size;
  for (const Lanes& operand : operands) {
    if (operand.missing == nullptr) continue;
    if (result.missing.empty()) result.missing.assign(cells, 0);
    for (uint32_t i = 0; i < cells; ++i) {
      const uint32_t reason = operand.missing[operand.cell(i)];
      if (result.missing[i] <= 1 && reason != 0) result.missing[i] = reason;
    }
  }
  for (const Lanes& operand : operands) {
    if (operand.faults.empty()) continue;
    std::vector<FaultAt> found;
    if (operand.uniform) {
      for (uint32_t i = 0; i < cells; ++i) found.push_back({i, operand.faults.front().fault});
    } else {
      for (const FaultAt& at : operand.faults) found.push_back({at.row - operand.fault_base, at.fault});
    }
    if (result.faults.empty()) {
      result.faults = std::move(found);
      continue;
    }
    std::vector<FaultAt> merged;
    auto left = result.faults.begin();
    auto right = found.begin();
    while (left != result.faults.end() || right != found.end()) {
      if (right == found.end() || (left != result.faults.end() && left->row < right->row)) {
        merged.push_back(*left++);
      } else if (left == result.faults.end() || right->row < left->row) {
        merged.push_back(*right++);
      } else {
        merged.push_back({left->row, ir::first_of(left->fault, right->fault)});
        ++left;
        ++right;
      }
    }
    result.faults = std::move(merged);
  }
  return result;
}

std::vector<uint8_t> known_cells(const Lifted& lifted, uint32_t size) {
  const uint32_t cells = lifted.uniform ? 1 : size;
  std::vector<uint8_t> known(cells, 1);
  if (!lifted.missing.empty()) {
    for (uint32_t i = 0; i < cells; ++i) known[i] = lifted.missing[i] == 0 ? 1 : 0;
  }
  for (const FaultAt& at : lifted.faults) known[at.row] = 0;
  return known;
}

void attach(Lanes& lanes, Lifted&& lifted) {
  if (lifted.all_known()) return;
  lanes.own->missing = std::move(lifted.missing);
  lanes.own->faults = std::move(lifted.faults);
  lanes.refresh();
}

// ------------------------------------------------------------------------------------------------------------
// numbers

Number number_at(const Lanes& lanes, uint32_t cell) {
  switch (lanes.form) {
  case Form::decimal: return Number::from_decimal(lanes.i64[cell], lanes.scale);
  case Form::rational:
    return lanes.reduced ? Number::from_reduced(lanes.i64[cell], lanes.den[cell])
                         : Number(lanes.i64[cell], lanes.den[cell]);
  default: return lanes.big[cell];
  }
}

Value value_at(const Lanes& lanes, uint32_t lane, const TextPool& pool) {
  const uint32_t cell = lanes.cell(lane);
  if (const uint32_t reason = lanes.missing_at(lane))
    return reason == 1 ? Value::of_missing() : Value::of_missing(std::string(pool.text(reason - 2)));
  switch (lanes.kind) {
  case ValueKind::number: return Value::of_number(number_at(lanes, cell));
  case ValueKind::money: return Value::of_money(number_at(lanes, cell));
  case ValueKind::boolean: return Value::of_boolean(lanes.u8[cell] != 0);
  case ValueKind::codes:
  case ValueKind::quantity:
  case ValueKind::text: return text_value(lanes.kind, pool.text(lanes.u32[cell]));
  case ValueKind::date: return Value::of_date(Date{lanes.first[cell]});
  case ValueKind::duration:
    return Value::of_duration({lanes.first[cell], lanes.second[cell], lanes.i64[cell]});
  case ValueKind::period: return Value::of_period({Date{lanes.first[cell]}, Date{lanes.second[cell]}});
  case ValueKind::datetime: return Value::of_datetime(DateTime::from_packed(lanes.i64[cell]));
  case ValueKind::datetime_period: return Value::of_datetime_period(period_of(lanes, cell));
  case ValueKind::enumeration: return Value::of_enumeration(lanes.u32[cell]);
  case ValueKind::row: return Value::of_row(lanes.u32[cell]);
  case ValueKind::missing:
  case ValueKind::fault: break;
  }
  return Value::of_missing();
}

namespace {

/// Decimals that 1/denominator has; -1 when they do not end within 18.
int decimals_of(int64_t denominator) {
  int twos = std::countr_zero(static_cast<uint64_t>(denominator));
  denominator >>= twos;
  int fives = 0;
  while (denominator % 5 == 0) {
    denominator /= 5;
    ++fives;
  }
  const int decimals = std::max(twos, fives);
  return denominator == 1 && decimals <= 18 ? decimals : -1;
}

}  // namespace

Lanes pack(ValueKind kind, std::vector<Number>&& numbers, uint32_t size, bool uniform) {
  const auto cells = static_cast<uint32_t>(numbers.size());
  bool small = true;
  bool decimal = true;
  int scale = 0;
  int64_t last = 1;
  for (const Number& number : numbers) {
    if (!number.is_small()) {
      small = false;
      break;
    }
    if (number.den() == last || !decimal) continue;
    last = number.den();
    const int decimals = decimals_of(last);
    if (decimals < 0) decimal = false;
    scale = std::max(scale, decimals);
  }
  if (!small) {
    Lanes lanes = make_lanes(kind, Form::big, size, uniform);
    lanes.own->big = std::move(numbers);
    lanes.refresh();
    return lanes;
  }
  if (decimal) {
    Lanes lanes = make_lanes(kind, Form::decimal, size, uniform);
    lanes.own->scale = scale;
    bool fits = true;
    for (uint32_t i = 0; i < cells; ++i) {
      const int64_t factor = power_of_ten(scale) / numbers[i].den();
      if (__builtin_mul_overflow(numbers[i].num(), factor, &lanes.own->i64[i])) fits = false;
    }
    lanes.refresh();
    if (fits) return lanes;
  }
  Lanes lanes = make_lanes(kind, Form::rational, size, uniform);
  for (uint32_t i = 0; i < cells; ++i) {
    lanes.own->i64[i] = numbers[i].num();
    lanes.own->den[i] = numbers[i].den();
  }
  return lanes;
}

int bits_of(const int64_t* values, uint32_t size) {
  uint64_t all = 0;
  for (uint32_t i = 0; i < size; ++i) all |= static_cast<uint64_t>(values[i] < 0 ? ~values[i] : values[i]);
  return 64 - std::countl_zero(all);
}

namespace {

/// A new chunk with the states of another.
Lanes with_states_of(const Lanes& source, Form form) {
  Lanes lanes = make_lanes(source.kind, form, source.size, source.uniform);
  if (source.missing != nullptr) lanes.own->missing.assign(source.missing, source.missing + source.cells());
  for (const FaultAt& at : source.faults) lanes.own->faults.push_back({at.row - source.fault_base, at.fault});
  lanes.refresh();
  return lanes;
}

}  // namespace

std::optional<Lanes> rescale(const Lanes& decimal, int scale) {
  if (decimal.scale == scale) return decimal;
  if (scale > 18 || scale < decimal.scale) return std::nullopt;
  const uint32_t cells = decimal.cells();
  const int64_t factor = power_of_ten(scale - decimal.scale);
  Lanes lanes = with_states_of(decimal, Form::decimal);
  lanes.own->scale = lanes.scale = scale;
  int64_t* out = lanes.own->i64.data();
  if (bits_of(decimal.i64, cells) + bits_of(&factor, 1) <= 62) {
    for (uint32_t i = 0; i < cells; ++i) out[i] = decimal.i64[i] * factor;
    return lanes;
  }
  bool overflow = false;
  for (uint32_t i = 0; i < cells; ++i)
    overflow = static_cast<bool>(overflow | __builtin_mul_overflow(decimal.i64[i], factor, &out[i]));
  if (overflow) return std::nullopt;
  return lanes;
}

Lanes to_rational(const Lanes& lanes) {
  if (lanes.form != Form::decimal) return lanes;
  Lanes result = with_states_of(lanes, Form::rational);
  std::copy(lanes.i64, lanes.i64 + lanes.cells(), result.own->i64.begin());
  std::fill(result.own->den.begin(), result.own->den.end(), power_of_ten(lanes.scale));
  result.own->reduced = result.reduced = lanes.scale == 0;
  return result;
}

Lanes to_big(const Lanes& lanes) {
  if (lanes.form == Form::big) return lanes;
  Lanes result = with_states_of(lanes, Form::big);
  for (uint32_t i = 0; i < lanes.cells(); ++i) result.own->big[i] = number_at(lanes, i);
  return result;
}

void unify(std::span<Lanes> numbers) {
  Form form = Form::decimal;
  int scale = 0;
  for (const Lanes& lanes : numbers) {
    form = std::max(form, lanes.form);
    if (lanes.form == Form::decimal) scale = std::max(scale, lanes.scale);
  }
  if (form == Form::decimal) {
    std::vector<Lanes> scaled;
    for (const Lanes& lanes : numbers) {
      auto one = rescale(lanes, scale);
      if (!one) break;
      scaled.push_back(std::move(*one));
    }
    if (scaled.size() == numbers.size()) {
      std::move(scaled.begin(), scaled.end(), numbers.begin());
      return;
    }
  }
  for (Lanes& lanes : numbers) lanes = form == Form::big ? to_big(lanes) : to_rational(lanes);
}

// ------------------------------------------------------------------------------------------------------------
// order

namespace {

template <typename T>
int order(const T& a, const T& b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

int64_t sort_key(int64_t packed) {
  return DateTime::from_packed(packed).sort_key();
}

int compare_numbers(const Lanes& a, uint32_t i, const Lanes& b, uint32_t j) {
  if (a.form == Form::big || b.form == Form::big) return order(number_at(a, i), number_at(b, j));
  if (a.form == Form::decimal && b.form == Form::decimal) {
    Int128 left = a.i64[i];
    Int128 right = b.i64[j];
    if (a.scale < b.scale) left *= power_of_ten(b.scale - a.scale);
    if (b.scale < a.scale) right *= power_of_ten(a.scale - b.scale);
    return order(left, right);
  }
  const int64_t a_den = a.form == Form::decimal ? power_of_ten(a.scale) : a.den[i];
  const int64_t b_den = b.form == Form::decimal ? power_of_ten(b.scale) : b.den[j];
  return order(static_cast<Int128>(a.i64[i]) * b_den, static_cast<Int128>(b.i64[j]) * a_den);
}

}  // namespace

int compare_cells(const Lanes& a, uint32_t i, const Lanes& b, uint32_t j, const TextPool& pool) {
  switch (a.kind) {
  case ValueKind::boolean: return order(a.u8[i], b.u8[j]);
  case ValueKind::codes:
  case ValueKind::quantity:
  case ValueKind::text:
    if (a.u32[i] == b.u32[j]) return 0;
    return order(pool.text(a.u32[i]).compare(pool.text(b.u32[j])), 0);
  case ValueKind::enumeration:
  case ValueKind::row: return order(a.u32[i], b.u32[j]);
  case ValueKind::date: return order(a.first[i], b.first[j]);
  case ValueKind::period:
  case ValueKind::duration: {
    const int by_first = order(a.first[i], b.first[j]);
    if (by_first != 0) return by_first;
    const int by_second = order(a.second[i], b.second[j]);
    return by_second != 0 || a.kind == ValueKind::period ? by_second : order(a.i64[i], b.i64[j]);
  }
  case ValueKind::datetime: return order(sort_key(a.i64[i]), sort_key(b.i64[j]));
  case ValueKind::datetime_period: {
    const int by_start = order(sort_key(a.i64[i]), sort_key(b.i64[j]));
    return by_start != 0 ? by_start : order(sort_key(a.den[i]), sort_key(b.den[j]));
  }
  case ValueKind::number:
  case ValueKind::money:
  case ValueKind::missing:
  case ValueKind::fault: break;
  }
  return compare_numbers(a, i, b, j);
}

}  // namespace merit::engine
