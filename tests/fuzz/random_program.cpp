#include "tests/fuzz/random_program.h"

#include <limits>

#include "runtime/ir/ops.h"
#include "runtime/values/codes.h"

namespace merit::testing {

using ir::AggregateMode;
using ir::ColumnKind;
using ir::EntityKind;
using ir::ExprPtr;
using ir::none;
using ir::Op;
using ir::RangeMode;
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

// ------------------------------------------------------------------------------------------------------------
// expressions

ExprPtr RandomProgram::expression(const Type& type, const Place& place) {
  if (place.depth >= 5 || place.times > 40'000 || chance(static_cast<uint32_t>(12 + 8 * place.depth)))
    return leaf(type, place);
  Place next = place;
  ++next.depth;
  if (chance(12)) return choice(type, next);
  switch (type.kind) {
  case TypeKind::number:
  case TypeKind::money: return numeric(type, next);
  case TypeKind::integer: return integer(next);
  case TypeKind::boolean: return truth(next);
  case TypeKind::date: return date(next);
  case TypeKind::link: return link(type, next);
  case TypeKind::duration:
    if (chance(20)) return node(Op::scale_duration, type, integer(next), expression(type, next));
    return chance(40) ? node(Op::negate_duration, type, expression(type, next)) : leaf(type, place);
  case TypeKind::datetime: return datetime(next);
  case TypeKind::period:
  case TypeKind::datetime_period: {
    if (chance(50)) return leaf(type, place);
    const bool datetimes = type.kind == TypeKind::datetime_period;
    if (chance(30)) return node(Op::common_part, type, expression(type, next), expression(type, next));
    if (!datetimes && chance(30))
      return node(Op::date_of, type, expression(type_of(TypeKind::datetime_period), next));
    if (datetimes && chance(30))
      return node(Op::to_datetime, type, expression(type_of(TypeKind::period), next));
    const auto mode = static_cast<RangeMode>(below(5));
    const Type day = type_of(datetimes ? TypeKind::datetime : TypeKind::date);
    ExprPtr made = mode == RangeMode::from_low || mode == RangeMode::under_high
                       ? node(Op::make_period, type, expression(day, next))
                       : node(Op::make_period, type, expression(day, next), expression(day, next));
    made->mode = static_cast<uint8_t>(mode);
    return made;
  }
  case TypeKind::codes:
  case TypeKind::quantity: return leaf(type, place);
  default: return chance(30) ? fold(AggregateMode::maximum, type, next) : leaf(type, place);
  }
}

ExprPtr RandomProgram::leaf(const Type& type, const Place& place) {
  for (const auto& [variable, kind] : place.tried) {
    if (kind != type.kind || !chance(40)) continue;
    ExprPtr made = node(Op::bound, type);
    made->variable = variable;
    return made;
  }
  if (type.kind != TypeKind::link && chance(25))
    return constant(type, random_value(type, static_cast<Style>(below(6))));
  if (auto found = path(type, place)) return found;
  if (type.kind == TypeKind::link || (type.kind != TypeKind::codes && chance(20)))
    return missing(type, chance(50) ? "none " + std::to_string(below(3)) : "");
  return constant(type, random_value(type, static_cast<Style>(below(6))));
}

/// A field of a row in sight, through links as they come.
ExprPtr RandomProgram::path(const Type& type, const Place& place) {
  for (int attempt = 0; attempt < 12; ++attempt) {
    uint32_t entity = 0;
    ExprPtr at = row(0, 0);
    if (!place.bound.empty() && !chance(8)) {
      const Bound& bound = place.bound[below(static_cast<uint32_t>(place.bound.size()))];
      entity = bound.entity;
      at = row(entity, bound.variable);
    }
    for (int step = 0; step < 3; ++step) {
      if (type.kind == TypeKind::link && entity == type.target && chance(60)) return at;
      const auto& columns = builder_.program.entities[entity].columns;
      if (columns.empty()) break;
      const uint32_t column = columns[below(static_cast<uint32_t>(columns.size()))];
      const ir::Column& found = builder_.program.columns[column];
      if (found.type.kind == TypeKind::collection) break;
      if (found.type.kind == type.kind && found.type.target == type.target && chance(90))
        return builder_.field(std::move(at), column);
      if (found.type.kind != TypeKind::link) continue;
      at = builder_.field(std::move(at), column);
      entity = found.type.target;
    }
  }
  return nullptr;
}

ExprPtr RandomProgram::numeric(const Type& type, const Place& place) {
  const auto any = [&] { return expression(chance(70) ? type : number_type(), place); };
  if (type.kind == TypeKind::number && chance(6)) {
    static constexpr const char* units[] = {"mg/dL", "kg/m3", "1", "[degF]"};
    auto made = node(Op::in_unit, type, expression(type_of(TypeKind::quantity), place));
    made->text = units[below(4)];
    return made;
  }
  switch (below(29)) {
  case 0:
  case 1:
  case 2: return node(Op::add, type, any(), any());
  case 3: return node(Op::subtract, type, any(), any());
  case 4:
  case 5:
  case 6: return node(Op::multiply, type, any(), expression(number_type(), place));
  case 7:
  case 8:
  case 9: return node(Op::divide, type, any(), expression(number_type(), place));
  case 10: return node(Op::negate, type, any());
  case 11: return node(Op::absolute, type, any());
  case 12: {
    static const Number steps[] = {Number(1), Number(1, 100), Number(1, 20),
                                   Number(3), Number(1, 3),   Number(-1)};
    ExprPtr step = chance(85) ? number(steps[below(chance(95) ? 5 : 6)]) : expression(number_type(), place);
    auto made = node(Op::round, type, any(), std::move(step));
    made->mode = static_cast<uint8_t>(below(6));
    return made;
  }
  case 13: return node(chance(50) ? Op::floor : Op::ceiling, type, any());
  case 14: {
    if (chance(70))
      return node(Op::power, type, any(),
                  constant(type_of(TypeKind::integer), Value::of_number(Number(int64_t{below(4)} - 1))));
    static constexpr Op inexact[] = {Op::square_root, Op::exponential, Op::logarithm};
    return node(inexact[below(3)], type, leaf(type_of(TypeKind::integer), place));
  }
  case 15: return node(Op::minimum_of, type, any(), any());
  case 16: return node(Op::maximum_of, type, any(), any(), any());
  case 17:
  case 18: return fold(AggregateMode::sum, type, place);
  case 19: return fold(AggregateMode::average, type, place);
  case 20: return fold(chance(50) ? AggregateMode::minimum : AggregateMode::maximum, type, place);
  case 21:
  case 22: return statistic(type, place);
  case 26: return share(type, place);
  case 27: return search(type, place);
  case 23: return node(chance(50) ? Op::minimum_of_known : Op::maximum_of_known, type, any(), any());
  default: return node(Op::if_missing, type, expression(type, place), expression(type, place));
  }
}

ExprPtr RandomProgram::integer(const Place& place) {
  const Type type = type_of(TypeKind::integer);
  const Type day = type_of(TypeKind::date);
  switch (below(8)) {
  case 0: return fold(AggregateMode::count, type, place);
  case 1: return fold(AggregateMode::sum, type, place);
  case 2: {
    static constexpr Op clock[] = {Op::whole_days_between, Op::whole_hours_between,
                                   Op::whole_minutes_between};
    const Type time = type_of(TypeKind::datetime);
    if (chance(50)) return node(clock[below(3)], type, expression(time, place), expression(time, place));
    static constexpr Op between[] = {Op::days_between, Op::whole_months_between, Op::whole_years_between};
    return node(between[below(3)], type, expression(day, place), expression(day, place));
  }
  case 3: {
    static constexpr Op parts[] = {Op::date_year, Op::date_month, Op::date_day};
    return node(parts[below(3)], type, expression(day, place));
  }
  case 4: return node(Op::period_length, type, expression(type_of(TypeKind::period), place));
  case 5: return node(Op::add, type, expression(type, place), expression(type, place));
  case 6: return fold(AggregateMode::days_covered, type, place);
  default: return leaf(type, place);
  }
}

ExprPtr RandomProgram::truth(const Place& place) {
  const Type type = boolean_type();
  const auto condition = [&] { return expression(type, place); };
  switch (below(19)) {
  case 18:
    return node(chance(50) ? Op::period_has_start : Op::period_has_end, type,
                expression(type_of(chance(50) ? TypeKind::period : TypeKind::datetime_period), place));
  case 16:
  case 17: {
    auto made = node(Op::in_value_set, type, expression(type_of(TypeKind::codes), place));
    made->index = below(3);
    return made;
  }
  case 0:
  case 1: return node(Op::logical_and, type, condition(), condition(), condition());
  case 2:
  case 3: return node(Op::logical_or, type, condition(), condition());
  case 4: return node(Op::logical_not, type, condition());
  case 5: {
    auto made = node(Op::at_least, type, condition(), condition(), condition());
    made->index = below(4);
    return made;
  }
  case 6: return node(chance(50) ? Op::is_missing : Op::is_known, type, expression(random_type(), place));
  case 7: {
    static constexpr AggregateMode modes[] = {AggregateMode::exists, AggregateMode::none,
                                              AggregateMode::every};
    return fold(modes[below(3)], type, place);
  }
  case 8: {
    const uint32_t times = below(100);
    const Type compared = times < 20   ? type_of(TypeKind::date)
                          : times < 50 ? type_of(TypeKind::datetime)
                                       : number_type();
    const auto mode = static_cast<RangeMode>(below(5));
    const auto side = [&] { return expression(compared, place); };
    ExprPtr made = mode == RangeMode::from_low || mode == RangeMode::under_high
                       ? node(Op::in_range, type, side(), side())
                       : node(Op::in_range, type, side(), side(), side());
    made->mode = static_cast<uint8_t>(mode);
    return made;
  }
  case 9: {
    static constexpr Op ops[] = {Op::in_period, Op::overlaps, Op::before, Op::after};
    const bool datetimes = chance(60);
    const Type period = type_of(datetimes ? TypeKind::datetime_period : TypeKind::period);
    const Op op = ops[below(4)];
    const Type left = chance(50) ? type_of(datetimes ? TypeKind::datetime : TypeKind::date) : period;
    return node(op, type, expression(left, place), expression(period, place));
  }
  case 10: {
    Type compared = random_type();
    if (compared.kind == TypeKind::duration || compared.kind == TypeKind::quantity) compared = number_type();
    return node(chance(50) ? Op::equal : Op::not_equal, type, expression(compared, place),
                expression(compared, place));
  }
  default: {
    static constexpr Op ops[] = {Op::less,          Op::less_equal, Op::greater,
                                 Op::greater_equal, Op::equal,      Op::not_equal};
    static constexpr TypeKind kinds[] = {TypeKind::number, TypeKind::number, TypeKind::money,
                                         TypeKind::date,   TypeKind::text,   TypeKind::datetime};
    const Type compared = type_of(kinds[below(6)]);
    return node(ops[below(6)], type, expression(compared, place), expression(compared, place));
  }
  }
}

ExprPtr RandomProgram::date(const Place& place) {
  const Type type = type_of(TypeKind::date);
  const Type period = type_of(TypeKind::period);
  switch (below(7)) {
  case 6: return node(Op::date_of, type, expression(type_of(TypeKind::datetime), place));
  case 0:
    return node(Op::add_duration, type, expression(type, place),
                expression(type_of(TypeKind::duration), place));
  case 1: return node(chance(50) ? Op::period_start : Op::period_end, type, expression(period, place));
  case 2:
    return node(chance(50) ? Op::minimum_of : Op::maximum_of, type, expression(type, place),
                expression(type, place));
  case 3: return fold(chance(50) ? AggregateMode::minimum : AggregateMode::maximum, type, place);
  default: return leaf(type, place);
  }
}

ExprPtr RandomProgram::datetime(const Place& place) {
  const Type type = type_of(TypeKind::datetime);
  switch (below(7)) {
  case 0:
    return node(Op::add_duration, type, expression(type, place),
                expression(type_of(TypeKind::duration), place));
  case 1:
    return node(chance(50) ? Op::period_start : Op::period_end, type,
                expression(type_of(TypeKind::datetime_period), place));
  case 2: {
    static constexpr Op ops[] = {Op::minimum_of, Op::maximum_of, Op::minimum_of_known, Op::maximum_of_known};
    return node(ops[below(4)], type, expression(type, place), expression(type, place));
  }
  case 3: return fold(chance(50) ? AggregateMode::minimum : AggregateMode::maximum, type, place);
  case 4: return node(Op::to_datetime, type, expression(type_of(TypeKind::date), place));
  default: return leaf(type, place);
  }
}

ExprPtr RandomProgram::link(const Type& type, const Place& place) {
  const ir::Entity& entity = builder_.program.entities[type.target];
  switch (below(6)) {
  case 0: return fold(AggregateMode::the, type, place);
  case 1:
  case 2: return fold(AggregateMode::first, type, place);
  case 3: {
    // Of pairs, a part may not be missing a row to stand for: the parts' own columns are always known.
    auto made = node(Op::lookup, type);
    made->index = type.target;
    for (const uint32_t key : entity.keys) {
      const ir::Column& column = builder_.program.columns[key];
      made->args.push_back(expression(column.ranges ? column.ranges->type : column.type, place));
    }
    return made;
  }
  default: return leaf(type, place);
  }
}

ExprPtr RandomProgram::choice(const Type& type, const Place& place) {
  if (chance(20)) return node(Op::if_missing, type, expression(type, place), expression(type, place));
  auto made = node(Op::cases, type);
  const uint32_t rows = 1 + below(3);
  for (uint32_t i = 0; i < rows; ++i) {
    made->args.push_back(expression(boolean_type(), place));
    made->args.push_back(expression(type, place));
  }
  if (chance(70)) made->args.push_back(expression(type, place));
  return made;
}

// ------------------------------------------------------------------------------------------------------------
// collections

/// Rows of this entity.
ExprPtr RandomProgram::collection(uint32_t entity, const Place& place) {
  Place next = place;
  ++next.depth;
  std::vector<uint32_t> links_from;  // links of the entity's rows
  std::vector<uint32_t> links_to;    // links that point to the entity
  std::vector<uint32_t> named;       // collections of it
  for (uint32_t i = 0; i < builder_.program.columns.size(); ++i) {
    const ir::Column& column = builder_.program.columns[i];
    if (column.type.kind == TypeKind::link && column.entity == entity) links_from.push_back(i);
    if (column.type.kind == TypeKind::link && column.type.target == entity) links_to.push_back(i);
    if (column.type.kind == TypeKind::collection && column.type.target == entity) named.push_back(i);
  }
  const auto pick = [&](const std::vector<uint32_t>& from) {
    return from[below(static_cast<uint32_t>(from.size()))];
  };
  ExprPtr made;
  const uint32_t which = below(10);
  if (which < 4 && !links_from.empty()) {
    const uint32_t column = pick(links_from);
    made = builder_.reverse(expression(link_to(builder_.program.columns[column].type.target), next), column);
  } else if (which == 4 && !links_from.empty() && place.depth < 3) {
    const uint32_t column = pick(links_from);
    made = node(Op::reverse_each, collection_of(entity),
                collection(builder_.program.columns[column].type.target, next));
    made->index = column;
  } else if (which == 5 && !links_to.empty() && place.depth < 3) {
    const uint32_t column = pick(links_to);
    made =
        node(Op::targets, collection_of(entity), collection(builder_.program.columns[column].entity, next));
    made->index = column;
  } else if (which < 8 && !named.empty()) {
    const uint32_t column = pick(named);
    made = builder_.field(expression(link_to(builder_.program.columns[column].entity), next), column);
  } else {
    made = all_rows(entity);
  }
  if (chance(50)) {
    const uint32_t variable = next_variable_++;
    next.bound.push_back({variable, entity});
    next.times *= std::max<uint64_t>(1, estimate(entity));
    made = filter(std::move(made), variable, expression(boolean_type(), next));
  }
  return made;
}

ExprPtr RandomProgram::any_collection(const Place& place, uint32_t& entity) {
  entity = random_entity();
  return collection(entity, place);
}

ExprPtr RandomProgram::statistic(const Type& type, const Place& place) {
  // A root of a variance needs all its digits, and those of a product of sums are many.
  if (place.times * std::max<uint64_t>(1, item_rows_) > (large_ ? 100'000U : 20'000U))
    return leaf(type, place);
  static constexpr AggregateMode modes[] = {
      AggregateMode::median,
      AggregateMode::percentile_nearest_rank,
      AggregateMode::percentile_linear,
      AggregateMode::percentile_exclusive,
      AggregateMode::percentile_sas_1,
      AggregateMode::percentile_sas_2,
      AggregateMode::percentile_sas_5,
      AggregateMode::weighted_average,
      AggregateMode::standard_deviation_sample,
      AggregateMode::standard_deviation_population,
      AggregateMode::weighted_standard_deviation_population,
      AggregateMode::rank_best,
      AggregateMode::rank_average,
      AggregateMode::rank_by,
      AggregateMode::variance_sample,
      AggregateMode::variance_population,
      AggregateMode::weighted_variance_population,
  };
  const bool numeric = type.kind != TypeKind::money;  // an amount has no variance and is no rank
  const AggregateMode mode = modes[below(numeric ? std::size(modes) : 11)];
  uint32_t entity = 0;
  const bool rank = ir::is_rank(mode);
  // A rank needs a row of its own in sight.
  if (rank && place.bound.empty()) return leaf(type, place);
  uint32_t own = 0;
  if (rank) {
    const auto& bound = place.bound[below(static_cast<uint32_t>(place.bound.size()))];
    own = bound.variable;
    entity = bound.entity;
    if (entity == 0) return leaf(type, place);
  }
  ExprPtr from = rank ? collection(entity, place) : any_collection(place, entity);
  Place inside = place;
  const uint32_t variable = next_variable_++;
  inside.bound.push_back({variable, entity});
  inside.times *= std::max<uint64_t>(1, estimate(entity));
  ExprPtr made = aggregate(mode, type, std::move(from), variable, expression(type, inside));
  if (rank) {
    made->args.push_back(row(entity, own));
    made->descending = {chance(50)};
    for (uint32_t keys = mode == AggregateMode::rank_by ? below(3) : 0; keys > 0; --keys) {
      made->args.push_back(expression(type_of(chance(50) ? TypeKind::text : TypeKind::datetime), inside));
      made->descending.push_back(chance(50));
    }
  } else if (ir::is_percentile(mode)) {
    made->args.push_back(chance(80) ? number(Number(int64_t{below(21)}, 20))
                                    : expression(number_type(), place));
  } else if (ir::is_weighted(mode)) {
    made->args.push_back(chance(50) ? number(Number(int64_t{below(4)})) : expression(number_type(), inside));
  }
  return made;
}

/// A part of a total that is mostly a multiple of the step, by weights that are mostly not negative.
ExprPtr RandomProgram::share(const Type& type, const Place& place) {
  if (place.bound.empty() || place.times * std::max<uint64_t>(1, item_rows_) > (large_ ? 300'000U : 30'000U))
    return leaf(type, place);
  const Bound own = place.bound[below(static_cast<uint32_t>(place.bound.size()))];
  ExprPtr from = collection(own.entity, place);
  static const Number steps[] = {Number(1), Number(1, 100), Number(1, 3)};
  const Number step = steps[below(3)];
  const auto step_node = [&] {
    return constant(type, type.kind == TypeKind::money ? Value::of_money(step) : Value::of_number(step));
  };
  ExprPtr total = expression(type, place);
  if (chance(90)) total = node(Op::round, type, std::move(total), step_node());
  Place inside = place;
  const uint32_t variable = next_variable_++;
  inside.bound.push_back({variable, own.entity});
  inside.times *= std::max<uint64_t>(1, estimate(own.entity));
  ExprPtr weight = node(Op::if_missing, number_type(), expression(number_type(), inside),
                        constant(number_type(), Value::of_number(Number(1))));
  if (chance(90)) weight = node(Op::absolute, number_type(), std::move(weight));
  ExprPtr asking = chance(90) ? row(own.entity, own.variable) : leaf(link_to(own.entity), place);
  ExprPtr made = node(Op::apportion, type, std::move(from), std::move(asking), std::move(total), step_node(),
                      std::move(weight));
  made->variable = variable;
  for (uint32_t keys = below(3); keys > 0; --keys) {
    made->args.push_back(expression(chance(50) ? number_type() : type_of(TypeKind::text), inside));
    made->descending.push_back(chance(50));
  }
  return made;
}

/// The largest or smallest number that meets a condition, half the time a monotone one.
ExprPtr RandomProgram::search(const Type& type, const Place& place) {
  constexpr uint64_t trials = 30;
  if (place.times * trials > (large_ ? 300'000U : 30'000U)) return leaf(type, place);
  Place inside = place;
  const uint32_t variable = next_variable_++;
  inside.tried.emplace_back(variable, type.kind);
  inside.times *= trials;
  const auto amount = [&](const Number& value) {
    return constant(type, type.kind == TypeKind::money ? Value::of_money(value) : Value::of_number(value));
  };
  ExprPtr tried = node(Op::bound, type);
  tried->variable = variable;
  const bool largest = chance(50);
  ExprPtr condition = chance(50) ? node(largest ? Op::less_equal : Op::greater, boolean_type(),
                                        node(Op::multiply, type, std::move(tried), number(Number(3, 2))),
                                        expression(type, place))
                                 : expression(boolean_type(), inside);
  ExprPtr low = chance(90) ? amount(Number(0)) : expression(type, place);
  ExprPtr high = chance(80) ? amount(Number(int64_t{below(40)})) : expression(type, place);
  ExprPtr step = chance(95) ? amount(Number(1, int64_t{1} + below(100))) : expression(type, place);
  ExprPtr made = node(largest ? Op::largest : Op::smallest, type, std::move(low), std::move(high),
                      std::move(step), std::move(condition));
  made->variable = variable;
  return made;
}

ExprPtr RandomProgram::fold(AggregateMode mode, const Type& type, const Place& place) {
  if (place.times * std::max<uint64_t>(1, item_rows_) > (large_ ? 600'000U : 60'000U))
    return leaf(type, place);
  uint32_t entity = type.target;
  ExprPtr from = mode == AggregateMode::the || mode == AggregateMode::first ? collection(entity, place)
                                                                            : any_collection(place, entity);
  Place inside = place;
  const uint32_t variable = next_variable_++;
  inside.bound.push_back({variable, entity});
  inside.times *= std::max<uint64_t>(1, estimate(entity));
  switch (mode) {
  case AggregateMode::count:
  case AggregateMode::exists:
  case AggregateMode::none:
  case AggregateMode::the: return aggregate(mode, type, std::move(from), none);
  case AggregateMode::every:
    return aggregate(mode, type, std::move(from), variable, expression(boolean_type(), inside));
  case AggregateMode::days_covered:
    return aggregate(mode, type, std::move(from), variable, expression(type_of(TypeKind::period), inside));
  case AggregateMode::first: {
    const auto key = [&] {
      static constexpr TypeKind kinds[] = {TypeKind::number, TypeKind::date, TypeKind::text, TypeKind::money,
                                           TypeKind::datetime};
      return expression(type_of(kinds[below(5)]), inside);
    };
    const bool two = chance(40);
    ExprPtr made = two ? aggregate(mode, type, std::move(from), variable, key(), key())
                       : aggregate(mode, type, std::move(from), variable, key());
    made->descending = {chance(50)};
    if (two) made->descending.push_back(chance(50));
    return made;
  }
  default: return aggregate(mode, type, std::move(from), variable, expression(type, inside));
  }
}

}  // namespace merit::testing
