// Random expressions of every type, but for what is asked of rows.
#include "tests/fuzz/random_program.h"

#include "runtime/values/codes.h"

namespace merit::testing {

using ir::AggregateMode;
using ir::ExprPtr;
using ir::none;
using ir::Op;
using ir::RangeMode;
using ir::Type;
using ir::TypeKind;

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

}  // namespace merit::testing
