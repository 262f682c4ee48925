#include "tests/fuzz/random_program.h"

#include <limits>

#include "runtime/values/codes.h"

namespace merit::testing {

using ir::ColumnKind;
using ir::EntityKind;
using ir::ExprPtr;
using ir::none;
using ir::Type;
using ir::TypeKind;

RandomProgram::RandomProgram(uint64_t seed, bool large) : random_(seed), large_(large) {
  make_schema();
  make_columns(large ? 10 : 14 + below(10));
  ir::number_nodes(builder_.program);
  program = std::make_shared<const ir::Program>(std::move(builder_.program));
  make_data();
}

uint32_t RandomProgram::below(uint32_t limit) {
  return static_cast<uint32_t>(random_() % limit);
}

bool RandomProgram::chance(uint32_t percent) {
  return below(100) < percent;
}

// ------------------------------------------------------------------------------------------------------------
// values

Number RandomProgram::random_number(Style style) {
  const auto sign = chance(50) ? int64_t{1} : int64_t{-1};
  switch (style) {
  case Style::small: return Number(sign * int64_t{below(6)});
  case Style::decimal:
    return Number::from_decimal(sign * int64_t{below(100'000)}, static_cast<int>(below(5)));
  case Style::fraction: return Number(sign * int64_t{below(50)}, 1 + int64_t{below(12)});
  case Style::edge: {
    const int64_t most = std::numeric_limits<int64_t>::max() - int64_t{below(3)};
    switch (below(5)) {
    case 0: return Number(sign * most);
    case 1: return Number(std::numeric_limits<int64_t>::min());
    case 2: return Number::from_decimal(sign * most, 18);
    case 3: return Number(sign, most);
    default: return Number(sign * (int64_t{1} << below(62)));
    }
  }
  case Style::huge: {
    Number number = Number(sign * int64_t{1 + below(9)}).pow(1) * Number(10).pow(20 + below(15));
    return chance(30) ? Number(1) / number : number;
  }
  case Style::mixed: break;
  }
  return random_number(static_cast<Style>(below(5)));
}

Value RandomProgram::random_value(const Type& type, Style style) {
  switch (type.kind) {
  case TypeKind::boolean: return Value::of_boolean(chance(50));
  case TypeKind::integer: return Value::of_number(Number(int64_t{below(9)} - 3));
  case TypeKind::number: return Value::of_number(random_number(style));
  case TypeKind::money: return Value::of_money(random_number(style));
  case TypeKind::text: return Value::of_text(std::string(1, static_cast<char>('a' + below(5))));
  case TypeKind::date: {
    if (chance(3)) return Value::of_date(Date::highest());
    return Value::of_date(Date{static_cast<int32_t>(below(2000)) + 18'000});
  }
  case TypeKind::duration:
    return Value::of_duration({static_cast<int32_t>(below(30)) - 10, static_cast<int32_t>(below(60)) - 20,
                               chance(30) ? int64_t{below(400'000)} - 200'000 : 0});
  case TypeKind::period: {
    if (chance(10)) return Value::of_period({Date{18'500}, Date::highest()});
    const auto start = static_cast<int32_t>(below(2000)) + 18'000;
    return Value::of_period({Date{start}, Date{start + static_cast<int32_t>(below(400))}});
  }
  case TypeKind::datetime: {
    const Value time = Value::of_datetime(random_time());
    return chance(3) ? Value::of_datetime(DateTime::highest()) : time;
  }
  case TypeKind::datetime_period: {
    DateTime start = random_time();
    DateTime end = random_time();
    if (merit::compare(end, start) < 0) std::swap(start, end);
    if (chance(10)) return Value::of_datetime_period({start, DateTime::highest()});
    return Value::of_datetime_period({start, end});
  }
  case TypeKind::codes: {
    std::vector<std::string> codings;
    for (uint32_t i = 1 + below(3); i > 0; --i)
      codings.push_back(coding_text("s", std::string(1, static_cast<char>('a' + below(8)))));
    return Value::of_codes(codes_text(std::move(codings)));
  }
  case TypeKind::quantity: {
    static constexpr const char* units[] = {"mg/dL", "g/L", "1", "%", "mmol/L", "Cel", "K", "no unit"};
    return Value::of_quantity({random_number(style), units[below(8)]});
  }
  case TypeKind::enumeration:
    return Value::of_enumeration(below(static_cast<uint32_t>(
        builder_.program.enums.empty() ? program->enums[type.target].values.size()
                                       : builder_.program.enums[type.target].values.size())));
  case TypeKind::link: return Value::of_row(0);
  case TypeKind::collection: break;
  }
  return Value();
}

/// Few moments, so that many are the same, at several offsets, and days.
DateTime RandomProgram::random_time() {
  const Date day{static_cast<int32_t>(below(chance(50) ? 3 : 2000)) + 18'000};
  if (chance(25)) return DateTime::of_day(day);
  static constexpr int offsets[] = {0, 0, 60, -300, 330, 840};
  const int64_t minutes = int64_t{below(4)} * 360 + (chance(20) ? 1 : 0);
  return *DateTime::of_instant(
      day.days * DateTime::milliseconds_a_day + minutes * 60'000 - (chance(20) ? 1 : 0), offsets[below(6)]);
}

Type RandomProgram::random_type() {
  switch (below(21)) {
  case 18: return type_of(TypeKind::codes);
  case 19: return type_of(TypeKind::quantity);
  case 0:
  case 1:
  case 2: return boolean_type();
  case 3: return type_of(TypeKind::integer);
  case 4:
  case 5: return type_of(TypeKind::money);
  case 6: return type_of(TypeKind::text);
  case 7: return type_of(TypeKind::date);
  case 8: return type_of(TypeKind::duration);
  case 9: return type_of(TypeKind::period);
  case 10: return type_of(TypeKind::enumeration, colour_);
  case 11: return link_to(random_entity());
  case 12: return type_of(TypeKind::datetime);
  case 13: return type_of(TypeKind::datetime_period);
  default: return number_type();
  }
}

uint32_t RandomProgram::random_entity() {
  return 1 + below(static_cast<uint32_t>(builder_.program.entities.size() - 1));
}

uint32_t RandomProgram::rows_of(uint32_t entity) const {
  if (entity == bands_) return band_rows_;
  return entity == kinds_ ? kind_rows_ : entity == units_ ? unit_rows_ : item_rows_;
}

uint64_t RandomProgram::estimate(uint32_t entity) const {
  switch (builder_.program.entities[entity].kind) {
  case EntityKind::program: return 1;
  case EntityKind::groups: return 10;
  case EntityKind::pairs: return uint64_t{kind_rows_} * 3;
  default: return rows_of(entity);
  }
}

// ------------------------------------------------------------------------------------------------------------
// entities and stored columns

void RandomProgram::make_schema() {
  static constexpr uint32_t small_sizes[] = {0, 1, 2, 5, 9};
  kind_rows_ = large_ ? 5 : below(5);
  unit_rows_ = large_ ? 40 + below(100) : small_sizes[below(5)];
  item_rows_ = large_ ? 2500 + below(3000) : 3 * small_sizes[below(5)];

  builder_.program.valuesets.push_back({"vowels", "", "", {"s|a", "s|e"}, {}, "", {}});
  builder_.program.valuesets.push_back({"published", "http://sets", "", {}, {}, "", {}});
  builder_.program.valuesets.push_back({"either", "", "", {"s|b"}, {0, 1}, "", {}});
  builder_.program.enums.push_back({"colour", {"red", "green", "blue"}, {}});
  colour_ = 1;
  kinds_ = builder_.entity("kind", EntityKind::table);
  units_ = builder_.entity("unit");
  items_ = builder_.entity("item");
  builder_.program.entities[kinds_].rows = kind_rows_;

  const auto constants = [&](const std::string& name, const Type& type, Style style, bool key) {
    std::vector<Value> values;
    for (uint32_t row = 0; row < kind_rows_; ++row) {
      if (key)
        values.push_back(Value::of_text("k" + std::to_string(row)));
      else
        values.push_back(chance(15) ? Value::of_missing("no " + name) : random_value(type, style));
    }
    builder_.constants(kinds_, name, type, std::move(values), key);
  };
  constants("id", type_of(TypeKind::text), Style::small, true);
  constants("weight", number_type(), Style::decimal, false);
  constants("better", type_of(TypeKind::enumeration, 0), Style::small, false);
  constants("cut", type_of(TypeKind::date), Style::small, false);

  make_bands();

  builder_.stored(units_, "id", type_of(TypeKind::text), true);
  builder_.stored(items_, "id", type_of(TypeKind::integer), true);
  builder_.stored(items_, "unit", link_to(units_));
  for (const uint32_t entity : {units_, items_}) {
    const std::string prefix = entity == units_ ? "unit_" : "item_";
    builder_.stored(entity, prefix + "kind", link_to(kinds_));
    const uint32_t count = 3 + below(5);
    for (uint32_t i = 0; i < count; ++i) {
      Type type = random_type();
      if (type.kind == TypeKind::link) type = number_type();
      builder_.stored(entity, prefix + std::to_string(i), type);
    }
  }
  const Type parameter = number_type();
  builder_.constants(0, "parameter", parameter, {random_value(parameter, Style::mixed)});
  if (chance(30))
    overrides.emplace_back(static_cast<uint32_t>(builder_.program.columns.size() - 1),
                           chance(80) ? random_value(parameter, Style::mixed) : Value::of_missing("not set"));
}

/// A table whose key is a colour and a range; ranges never overlap, and may leave gaps.
void RandomProgram::make_bands() {
  bands_ = builder_.entity("band", EntityKind::table);
  static constexpr TypeKind kinds[] = {TypeKind::integer, TypeKind::number, TypeKind::date};
  const Type type = type_of(kinds[below(3)]);
  const auto end = [&](int64_t at) {
    if (type.kind == TypeKind::date) return Value::of_date(Date{static_cast<int32_t>(19'000 + 40 * at)});
    return Value::of_number(type.kind == TypeKind::integer ? Number(at) : Number(at, 2));
  };
  std::vector<Value> colours;
  std::vector<Value> texts;
  std::vector<Value> points;
  ir::KeyRanges ranges{type, {}};
  for (uint32_t colour = 0; colour < 3; ++colour) {
    const uint32_t count = below(5);
    int64_t at = int64_t{below(8)} - 8;
    for (uint32_t i = 0; i < count; ++i) {
      const int64_t low = at;
      at += 1 + below(4);
      ir::KeyRange range{end(low), end(at), i > 0 || chance(50), chance(50)};
      if (i == 0 && chance(50)) range.low = Value();
      if (i + 1 == count && chance(50)) range.high = Value();
      if (chance(10)) continue;
      colours.push_back(Value::of_enumeration(colour));
      texts.push_back(Value::of_text("range " + std::to_string(texts.size())));
      points.push_back(chance(10) ? Value::of_missing("no points")
                                  : Value::of_number(Number(int64_t{below(20)}, 3)));
      ranges.rows.push_back(std::move(range));
    }
  }
  band_rows_ = static_cast<uint32_t>(texts.size());
  builder_.program.entities[bands_].rows = band_rows_;
  Type colour = type_of(TypeKind::enumeration, colour_);
  colour.optional = false;
  Type text = type_of(TypeKind::text);
  text.optional = false;
  ranges.type.optional = false;
  builder_.constants(bands_, "colour", colour, std::move(colours), true);
  const uint32_t key = builder_.constants(bands_, "range", text, std::move(texts), true);
  builder_.program.columns[key].ranges = std::move(ranges);
  builder_.constants(bands_, "points", type_of(TypeKind::number), std::move(points), false);
}

void RandomProgram::make_columns(uint32_t count) {
  if (chance(60)) pairs_ = builder_.pairs("pair", {link_to(kinds_), type_of(TypeKind::enumeration, colour_)});
  const uint32_t groups_at = chance(70) ? below(count) : none;
  for (uint32_t i = 0; i < count; ++i) {
    if (i == groups_at) {
      const uint32_t members = chance(50) ? items_ : units_;
      Place outside;
      ExprPtr from = chance(60) ? all_rows(members) : collection(members, outside);
      Type type = random_type();
      while (type.kind == TypeKind::link) type = random_type();
      Place place;
      place.bound = {{1, members}};
      place.times = estimate(members);
      next_variable_ = 2;
      builder_.groups("group", std::move(from), expression(type, place));
      continue;
    }
    const uint32_t entity = chance(15) ? 0 : random_entity();
    Place place;
    if (entity != 0) place.bound = {{1, entity}};
    place.times = std::max<uint64_t>(1, estimate(entity));
    next_variable_ = 2;
    const std::string name = "c" + std::to_string(i);
    if (entity != 0 && chance(20)) {
      uint32_t target = 0;
      builder_.computed(entity, name, any_collection(place, target));
    } else {
      builder_.computed(entity, name, expression(random_type(), place));
    }
  }
}

// ------------------------------------------------------------------------------------------------------------
// data

Vector RandomProgram::random_column(const ir::Column& column, uint32_t rows, Style style) {
  std::vector<Value> values;
  const bool faults = chance(8);
  const bool missing = chance(50);
  for (uint32_t row = 0; row < rows; ++row) {
    if (column.key) {
      values.push_back(column.type.kind == TypeKind::text ? Value::of_text("u" + std::to_string(1000 + row))
                                                          : Value::of_number(Number(int64_t{row})));
      continue;
    }
    if (faults && chance(large_ ? 1 : 6)) {
      Fault fault;
      fault.place = program->entities[column.entity].name + "." + column.name;
      fault.place_order = 100'000 + static_cast<uint32_t>(&column - program->columns.data());
      fault.entity = column.entity;
      fault.row = row;
      fault.code = "R107";
      fault.count = 1 + below(2);
      values.push_back(Value::of_fault(fault));
    } else if (missing && chance(15)) {
      values.push_back(chance(30) ? Value::of_missing()
                                  : Value::of_missing("gap " + std::to_string(below(3))));
    } else if (column.type.kind == TypeKind::link) {
      const uint32_t targets = rows_of(column.type.target);
      values.push_back(targets == 0 ? Value::of_missing() : Value::of_row(below(targets)));
    } else {
      values.push_back(random_value(column.type, style));
    }
  }
  Vector vector = vector_of(value_kind(column.type), values, data->pool());
  return vector;
}

void RandomProgram::make_data() {
  auto dataset = std::make_shared<Dataset>(*program, std::make_shared<TextPool>());
  data = dataset;
  for (const uint32_t entity : {units_, items_}) {
    std::unordered_map<uint32_t, Vector> columns;
    for (const uint32_t index : program->entities[entity].columns) {
      const ir::Column& column = program->columns[index];
      if (column.kind == ColumnKind::stored)
        columns.emplace(index, random_column(column, rows_of(entity), static_cast<Style>(below(6))));
    }
    dataset->set_rows(entity, rows_of(entity), std::move(columns));
  }
}

}  // namespace merit::testing
