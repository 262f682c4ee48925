#include "runtime/data/vector.h"

#include <algorithm>

#include "runtime/data/quick_numbers.h"

namespace merit {

using data::decimals_of;
using data::powers_of_ten;

namespace {

/// Fills the decimal form; false when the numbers do not fit in it.
bool fill_decimal(Vector& vector, const std::vector<const Number*>& numbers) {
  int scale = 0;
  for (const Number* number : numbers) {
    if (number == nullptr || number->den() == 1) continue;
    const int decimals = decimals_of(number->den());
    if (decimals < 0) return false;
    scale = std::max(scale, decimals);
  }
  std::vector<int64_t> mantissas(numbers.size());
  for (size_t row = 0; row < numbers.size(); ++row) {
    if (numbers[row] == nullptr) continue;
    const int64_t factor = powers_of_ten[static_cast<size_t>(scale)] / numbers[row]->den();
    if (__builtin_mul_overflow(numbers[row]->num(), factor, &mantissas[row])) return false;
  }
  vector.form = Form::decimal;
  vector.scale = scale;
  vector.i64 = std::move(mantissas);
  return true;
}

void fill_numbers(Vector& vector, const std::vector<Value>& values) {
  std::vector<const Number*> numbers(values.size(), nullptr);
  bool small = true;
  for (size_t row = 0; row < values.size(); ++row) {
    if (!values[row].is_known()) continue;
    numbers[row] = &values[row].number_or_amount();
    small = small && numbers[row]->is_small();
  }
  if (small && fill_decimal(vector, numbers)) return;
  if (small) {
    vector.form = Form::rational;
    vector.i64.assign(values.size(), 0);
    vector.den.assign(values.size(), 1);
    for (size_t row = 0; row < values.size(); ++row) {
      if (numbers[row] == nullptr) continue;
      vector.i64[row] = numbers[row]->num();
      vector.den[row] = numbers[row]->den();
    }
    return;
  }
  vector.form = Form::big;
  vector.big.resize(values.size());
  for (size_t row = 0; row < values.size(); ++row) {
    if (numbers[row] != nullptr) vector.big[row] = *numbers[row];
  }
}

/// Fills the values of every kind but numbers and money.
void fill_others(Vector& vector, const std::vector<Value>& values, TextPool& pool) {
  const size_t size = values.size();
  const auto each = [&](auto&& store) {
    for (size_t row = 0; row < size; ++row) {
      if (values[row].is_known()) store(row, values[row]);
    }
  };
  switch (vector.kind) {
  case ValueKind::boolean:
    vector.form = Form::boolean;
    vector.u8.assign(size, 0);
    each([&](size_t row, const Value& value) { vector.u8[row] = value.boolean() ? 1 : 0; });
    break;
  case ValueKind::text:
    vector.form = Form::text;
    vector.u32.assign(size, 0);
    each([&](size_t row, const Value& value) { vector.u32[row] = pool.add(value.text()); });
    break;
  case ValueKind::codes:
    vector.form = Form::text;
    vector.u32.assign(size, 0);
    each([&](size_t row, const Value& value) { vector.u32[row] = pool.add(value.codes()); });
    break;
  case ValueKind::quantity:
    vector.form = Form::text;
    vector.u32.assign(size, 0);
    each([&](size_t row, const Value& value) { vector.u32[row] = pool.add(value.quantity().text()); });
    break;
  case ValueKind::enumeration:
    vector.form = Form::index;
    vector.u32.assign(size, 0);
    each([&](size_t row, const Value& value) { vector.u32[row] = value.enumeration(); });
    break;
  case ValueKind::row:
    vector.form = Form::index;
    vector.u32.assign(size, 0);
    each([&](size_t row, const Value& value) { vector.u32[row] = value.row(); });
    break;
  case ValueKind::date:
    vector.form = Form::date;
    vector.first.assign(size, 0);
    each([&](size_t row, const Value& value) { vector.first[row] = value.date().days; });
    break;
  case ValueKind::period:
    vector.form = Form::period;
    vector.first.assign(size, 0);
    vector.second.assign(size, 0);
    each([&](size_t row, const Value& value) {
      vector.first[row] = value.period().start.days;
      vector.second[row] = value.period().end.days;
    });
    break;
  case ValueKind::duration:
    vector.form = Form::duration;
    vector.first.assign(size, 0);
    vector.second.assign(size, 0);
    vector.i64.assign(size, 0);
    each([&](size_t row, const Value& value) {
      vector.first[row] = value.duration().months;
      vector.second[row] = value.duration().days;
      vector.i64[row] = value.duration().seconds;
    });
    break;
  case ValueKind::datetime:
    vector.form = Form::datetime;
    vector.i64.assign(size, 0);
    each([&](size_t row, const Value& value) { vector.i64[row] = value.datetime().packed(); });
    break;
  case ValueKind::datetime_period:
    vector.form = Form::datetime_period;
    vector.i64.assign(size, 0);
    vector.den.assign(size, 0);
    each([&](size_t row, const Value& value) {
      vector.i64[row] = value.datetime_period().start.packed();
      vector.den[row] = value.datetime_period().end.packed();
    });
    break;
  case ValueKind::number:
  case ValueKind::money:
  case ValueKind::missing:
  case ValueKind::fault: break;
  }
}

}  // namespace

Value text_value(ValueKind kind, std::string_view text) {
  switch (kind) {
  case ValueKind::codes: return Value::of_codes(std::string(text));
  case ValueKind::quantity: return Value::of_quantity(*Quantity::parse(text));
  default: return Value::of_text(std::string(text));
  }
}

const Fault* Vector::fault(uint32_t row) const {
  const auto found = std::lower_bound(faults.begin(), faults.end(), row,
                                      [](const FaultAt& at, uint32_t wanted) { return at.row < wanted; });
  return found != faults.end() && found->row == row ? found->fault.get() : nullptr;
}

Value Vector::value(uint32_t row, const TextPool& pool) const {
  const auto found = std::lower_bound(faults.begin(), faults.end(), row,
                                      [](const FaultAt& at, uint32_t wanted) { return at.row < wanted; });
  if (found != faults.end() && found->row == row) return Value::of_fault(found->fault);
  if (is_missing(row)) {
    return missing[row] == 1 ? Value::of_missing()
                             : Value::of_missing(std::string(pool.text(missing[row] - 2)));
  }
  const auto numeric = [&](Number number) {
    return kind == ValueKind::money ? Value::of_money(std::move(number))
                                    : Value::of_number(std::move(number));
  };
  switch (form) {
  case Form::decimal: return numeric(Number::from_decimal(i64[row], scale));
  case Form::rational:
    return numeric(reduced ? Number::from_reduced(i64[row], den[row]) : Number(i64[row], den[row]));
  case Form::big: return numeric(big[row]);
  case Form::boolean: return Value::of_boolean(u8[row] != 0);
  case Form::text: return text_value(kind, pool.text(u32[row]));
  case Form::index: return kind == ValueKind::row ? Value::of_row(u32[row]) : Value::of_enumeration(u32[row]);
  case Form::date: return Value::of_date(Date{first[row]});
  case Form::period: return Value::of_period(Period{Date{first[row]}, Date{second[row]}});
  case Form::duration: return Value::of_duration(Duration{first[row], second[row], i64[row]});
  case Form::datetime: return Value::of_datetime(DateTime::from_packed(i64[row]));
  case Form::datetime_period:
    return Value::of_datetime_period({DateTime::from_packed(i64[row]), DateTime::from_packed(den[row])});
  }
  return Value::of_missing();
}

Vector vector_of(ValueKind kind, const std::vector<Value>& values, TextPool& pool) {
  Vector vector;
  vector.kind = kind;
  vector.size = static_cast<uint32_t>(values.size());
  for (uint32_t row = 0; row < vector.size; ++row) {
    const Value& value = values[row];
    if (value.is_fault()) vector.faults.push_back(FaultAt{row, value.fault_pointer()});
    if (!value.is_missing()) continue;
    if (vector.missing.empty()) vector.missing.assign(vector.size, 0);
    vector.missing[row] = value.missing_reason() ? pool.add(*value.missing_reason()) + 2 : 1;
  }
  if (kind == ValueKind::number || kind == ValueKind::money) {
    fill_numbers(vector, values);
  } else {
    fill_others(vector, values, pool);
  }
  return vector;
}

}  // namespace merit
