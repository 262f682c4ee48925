// Columns of numbers: from one physical form to another, and one after the other.
#include <algorithm>
#include <iterator>

#include "runtime/data/cell_reader.h"
#include "runtime/data/quick_numbers.h"

namespace merit::data {

namespace {

template <typename T>
void append_part(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

bool is_numeric(const Vector& vector) {
  return vector.kind == ValueKind::number || vector.kind == ValueKind::money;
}

}  // namespace

int decimals_of(int64_t denominator) {
  int twos = 0;
  int fives = 0;
  while (denominator % 2 == 0) {
    denominator /= 2;
    ++twos;
  }
  while (denominator % 5 == 0) {
    denominator /= 5;
    ++fives;
  }
  const int scale = std::max(twos, fives);
  return denominator == 1 && scale <= max_scale ? scale : -1;
}

bool rescale(Vector& vector, int scale) {
  const int64_t factor = powers_of_ten[static_cast<size_t>(scale - vector.scale)];
  int64_t lowest = 0;
  int64_t highest = 0;
  for (const int64_t mantissa : vector.i64) {
    lowest = std::min(lowest, mantissa);
    highest = std::max(highest, mantissa);
  }
  int64_t product = 0;
  if (__builtin_mul_overflow(lowest, factor, &product) || __builtin_mul_overflow(highest, factor, &product)) {
    return false;
  }
  for (int64_t& mantissa : vector.i64) mantissa *= factor;
  vector.scale = scale;
  return true;
}

void to_big(Vector& vector) {
  if (vector.form == Form::big) return;
  // A reader has its values before it counts them in size.
  vector.big.reserve(vector.i64.capacity());
  for (size_t row = 0; row < vector.i64.size(); ++row) {
    vector.big.push_back(vector.form == Form::decimal
                             ? Number::from_decimal(vector.i64[row], vector.scale)
                             : Number::from_reduced(vector.i64[row], vector.den[row]));
  }
  vector.form = Form::big;
  vector.scale = 0;
  vector.i64 = {};
  vector.den = {};
}

void unify_numbers(const std::vector<Vector*>& vectors) {
  int scale = 0;
  bool decimal = true;
  for (const Vector* vector : vectors) {
    if (!is_numeric(*vector)) return;
    decimal = decimal && vector->form == Form::decimal;
    scale = std::max(scale, vector->scale);
  }
  for (size_t i = 0; i < vectors.size() && decimal; ++i) decimal = rescale(*vectors[i], scale);
  if (decimal) return;
  for (Vector* vector : vectors) to_big(*vector);
}

void settle(Vector& vector) {
  if (vector.form != Form::big) return;
  std::vector<Value> values;
  values.reserve(vector.big.size());
  for (size_t row = 0; row < vector.big.size(); ++row) {
    values.push_back(vector.is_missing(static_cast<uint32_t>(row)) ? Value::of_missing()
                     : vector.kind == ValueKind::money ? Value::of_money(std::move(vector.big[row]))
                                                       : Value::of_number(std::move(vector.big[row])));
  }
  TextPool unused;  // numbers have no texts
  std::vector<uint32_t> missing = std::move(vector.missing);
  vector = vector_of(vector.kind, values, unused);
  vector.missing = std::move(missing);
}

Vector concatenate(std::vector<Vector> parts) {
  if (parts.empty()) return {};
  std::vector<Vector*> all;
  for (Vector& part : parts) all.push_back(&part);
  unify_numbers(all);
  Vector result = std::move(parts[0]);
  for (size_t i = 1; i < parts.size(); ++i) {
    Vector& part = parts[i];
    if (!result.missing.empty() || !part.missing.empty()) {
      result.missing.resize(result.size, 0);
      part.missing.resize(part.size, 0);
      append_part(result.missing, part.missing);
    }
    append_part(result.i64, part.i64);
    append_part(result.den, part.den);
    append_part(result.big, part.big);
    append_part(result.u8, part.u8);
    append_part(result.u32, part.u32);
    append_part(result.first, part.first);
    append_part(result.second, part.second);
    result.size += part.size;
  }
  return result;
}

}  // namespace merit::data
