// Comparisons and operations on dates, times and periods, value by value.
#include <compare>
#include <optional>
#include <stdexcept>

#include "runtime/explain/row_evaluator.h"

namespace merit {

using ir::Expr;
using ir::FaultKind;
using ir::Op;
using ir::RangeMode;

namespace {

/// Values of one kind as the language compares them: times that are not both instants by day.
std::strong_ordering as_compared(const Value& a, const Value& b) {
  if (a.kind() == ValueKind::datetime) return compare(a.datetime(), b.datetime()) <=> 0;
  if (a.kind() == ValueKind::datetime_period && a.datetime_period().same_as(b.datetime_period()))
    return std::strong_ordering::equal;
  return compare_values(a, b);
}

Period period_of(const Value& value) {
  return value.kind() == ValueKind::date ? Period{value.date(), value.date()} : value.period();
}

DateTimePeriod datetime_period_of(const Value& value) {
  return value.kind() == ValueKind::datetime ? DateTimePeriod{value.datetime(), value.datetime()}
                                             : value.datetime_period();
}

template <typename P>
bool relation(Op op, const P& a, const P& b) {
  switch (op) {
  case Op::in_period: return b.contains(a);
  case Op::overlaps: return a.overlaps(b);
  case Op::before: return a.before(b);
  default: return a.after(b);
  }
}

bool holds(Op op, const Value& a, const Value& b) {
  if (a.kind() == ValueKind::date || a.kind() == ValueKind::period)
    return relation(op, period_of(a), period_of(b));
  return relation(op, datetime_period_of(a), datetime_period_of(b));
}

DateTimePeriod datetime_period(RangeMode mode, const std::vector<Value>& ends) {
  switch (mode) {
  case RangeMode::closed: return {ends[0].datetime(), ends[1].datetime()};
  case RangeMode::below_high: return {ends[0].datetime(), just_before(ends[1].datetime())};
  case RangeMode::over_low: return {just_after(ends[0].datetime()), ends[1].datetime()};
  case RangeMode::from_low: return {ends[0].datetime(), DateTime::highest()};
  case RangeMode::under_high: break;
  }
  return {DateTime::lowest(), just_before(ends[0].datetime())};
}

}  // namespace

Value RowEvaluator::comparison(const Expr& node, Scope& scope) {
  std::vector<Value> values;
  Value stop;
  if (!operands(node, scope, values, stop)) {
    // No codes at all are a set too.
    if (node.args.front()->type.kind != ir::TypeKind::codes || stop.is_fault()) return stop;
    const bool same = values[0].is_missing() && values[1].is_missing();
    return Value::of_boolean(same == (node.op == Op::equal));
  }
  if (node.op == Op::in_range) {
    const auto at_least = [&](size_t low) { return as_compared(values[0], values[low]) >= 0; };
    const auto below = [&](size_t high) { return as_compared(values[0], values[high]) < 0; };
    switch (static_cast<RangeMode>(node.mode)) {
    case RangeMode::closed: return Value::of_boolean(at_least(1) && as_compared(values[0], values[2]) <= 0);
    case RangeMode::below_high: return Value::of_boolean(at_least(1) && below(2));
    case RangeMode::over_low:
      return Value::of_boolean(as_compared(values[0], values[1]) > 0 &&
                               as_compared(values[0], values[2]) <= 0);
    case RangeMode::from_low: return Value::of_boolean(at_least(1));
    case RangeMode::under_high: return Value::of_boolean(below(1));
    }
  }
  const auto order = as_compared(values[0], values[1]);
  switch (node.op) {
  case Op::equal: return Value::of_boolean(order == 0);
  case Op::not_equal: return Value::of_boolean(order != 0);
  case Op::less: return Value::of_boolean(order < 0);
  case Op::less_equal: return Value::of_boolean(order <= 0);
  case Op::greater: return Value::of_boolean(order > 0);
  default: return Value::of_boolean(order >= 0);
  }
}

Value RowEvaluator::time(const Expr& node, Scope& scope) {
  std::vector<Value> values;
  Value stop;
  if (!operands(node, scope, values, stop)) return stop;
  try {
    switch (node.op) {
    case Op::add_duration:
      if (values[0].kind() == ValueKind::datetime)
        return Value::of_datetime(add(values[0].datetime(), values[1].duration()));
      return Value::of_date(add(values[0].date(), values[1].duration()));
    case Op::scale_duration: return Value::of_duration(times(values[0].number(), values[1].duration()));
    case Op::negate_duration: {
      const Duration length = values[0].duration();
      return Value::of_duration({-length.months, -length.days, -length.seconds});
    }
    case Op::days_between: return Value::of_number(days_between(values[0].date(), values[1].date()));
    case Op::whole_months_between: return Value::of_number(whole_months(values[0].date(), values[1].date()));
    case Op::whole_years_between: return Value::of_number(whole_years(values[0].date(), values[1].date()));
    case Op::date_year:
    case Op::date_month:
    case Op::date_day: {
      const Date date = values[0].date();
      if (date.is_open())
        return fault(node, scope, FaultKind::outside_domain, "an open end has no year, month or day");
      return Value::of_number(node.op == Op::date_year    ? date.year()
                              : node.op == Op::date_month ? date.month()
                                                          : date.day());
    }
    case Op::make_period: {
      if (values[0].kind() == ValueKind::datetime) {
        const DateTimePeriod period = datetime_period(static_cast<RangeMode>(node.mode), values);
        return period.is_empty() ? fault(node, scope, FaultKind::period_order)
                                 : Value::of_datetime_period(period);
      }
      Period period;
      switch (static_cast<RangeMode>(node.mode)) {
      case RangeMode::closed: period = {values[0].date(), values[1].date()}; break;
      case RangeMode::below_high: period = {values[0].date(), add_days(values[1].date(), -1)}; break;
      case RangeMode::over_low: period = {add_days(values[0].date(), 1), values[1].date()}; break;
      case RangeMode::from_low: period = {values[0].date(), Date::highest()}; break;
      case RangeMode::under_high: period = {Date::lowest(), add_days(values[0].date(), -1)}; break;
      }
      if (period.is_empty()) return fault(node, scope, FaultKind::period_order);
      return Value::of_period(period);
    }
    case Op::period_start:
      return values[0].kind() == ValueKind::period ? Value::of_date(values[0].period().start)
                                                   : Value::of_datetime(values[0].datetime_period().start);
    case Op::period_end:
      return values[0].kind() == ValueKind::period ? Value::of_date(values[0].period().end)
                                                   : Value::of_datetime(values[0].datetime_period().end);
    case Op::date_of:
      return values[0].kind() == ValueKind::datetime ? Value::of_date(values[0].datetime().date())
                                                     : Value::of_period(values[0].datetime_period().dates());
    case Op::period_has_start:
      return Value::of_boolean(values[0].kind() == ValueKind::period
                                   ? values[0].period().start != Date::lowest()
                                   : values[0].datetime_period().start != DateTime::lowest());
    case Op::period_has_end:
      return Value::of_boolean(values[0].kind() == ValueKind::period
                                   ? values[0].period().end != Date::highest()
                                   : values[0].datetime_period().end != DateTime::highest());
    case Op::common_part: {
      std::optional<Value> common;
      if (values[0].kind() == ValueKind::period) {
        if (const auto part = values[0].period().common_part(values[1].period()))
          common = Value::of_period(*part);
      } else if (const auto part = values[0].datetime_period().common_part(values[1].datetime_period())) {
        common = Value::of_datetime_period(*part);
      }
      return common ? *common : Value::of_missing("they have nothing in common");
    }
    case Op::whole_days_between:
      return Value::of_number(whole_days(values[0].datetime(), values[1].datetime()));
    case Op::whole_hours_between:
      return Value::of_number(whole_hours(values[0].datetime(), values[1].datetime()));
    case Op::whole_minutes_between:
      return Value::of_number(whole_minutes(values[0].datetime(), values[1].datetime()));
    case Op::to_datetime:
      return values[0].kind() == ValueKind::date
                 ? Value::of_datetime(DateTime::of_day(values[0].date()))
                 : Value::of_datetime_period(DateTimePeriod::of(values[0].period()));
    case Op::period_length: {
      const auto length = values[0].period().length_days();
      return length ? Value::of_number(*length) : Value::of_missing("an open period has no length");
    }
    default: return Value::of_boolean(holds(node.op, values[0], values[1]));
    }
  } catch (const std::domain_error& error) {
    return fault(node, scope, FaultKind::outside_domain, error.what());
  }
}

}  // namespace merit
