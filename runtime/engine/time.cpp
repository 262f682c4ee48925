#include <limits>
#include <stdexcept>

#include "runtime/engine/operations.h"

namespace merit::engine {

using ir::FaultKind;
using ir::Op;
using ir::RangeMode;

namespace {

Date date_at(const Lanes& lanes, uint32_t lane) {
  return Date{lanes.first[lanes.cell(lane)]};
}

/// A date counts as the period of that day.
Period period_at(const Lanes& lanes, uint32_t lane) {
  const uint32_t cell = lanes.cell(lane);
  return {Date{lanes.first[cell]},
          Date{lanes.kind == ValueKind::date ? lanes.first[cell] : lanes.second[cell]}};
}

Duration duration_at(const Lanes& lanes, uint32_t lane) {
  const uint32_t cell = lanes.cell(lane);
  return {lanes.first[cell], lanes.second[cell], lanes.i64[cell]};
}

Period make_period(const Operation& operation, uint32_t i) {
  const auto& in = operation.operands;
  switch (static_cast<RangeMode>(operation.node.mode)) {
  case RangeMode::closed: return {date_at(in[0], i), date_at(in[1], i)};
  case RangeMode::below_high: return {date_at(in[0], i), add_days(date_at(in[1], i), -1)};
  case RangeMode::over_low: return {add_days(date_at(in[0], i), 1), date_at(in[1], i)};
  case RangeMode::from_low: return {date_at(in[0], i), Date::highest()};
  case RangeMode::under_high: break;
  }
  return {Date::lowest(), add_days(date_at(in[0], i), -1)};
}

DateTime time_at(const Lanes& lanes, uint32_t lane) {
  return DateTime::from_packed(lanes.i64[lanes.cell(lane)]);
}

DateTimePeriod make_datetime_period(const Operation& operation, uint32_t i) {
  const auto& in = operation.operands;
  switch (static_cast<RangeMode>(operation.node.mode)) {
  case RangeMode::closed: return {time_at(in[0], i), time_at(in[1], i)};
  case RangeMode::below_high: return {time_at(in[0], i), just_before(time_at(in[1], i))};
  case RangeMode::over_low: return {just_after(time_at(in[0], i)), time_at(in[1], i)};
  case RangeMode::from_low: return {time_at(in[0], i), DateTime::highest()};
  case RangeMode::under_high: break;
  }
  return {DateTime::lowest(), just_before(time_at(in[0], i))};
}

int64_t count(const Operation& operation, uint32_t i) {
  const auto& in = operation.operands;
  switch (operation.node.op) {
  case Op::days_between: return days_between(date_at(in[0], i), date_at(in[1], i));
  case Op::whole_months_between: return whole_months(date_at(in[0], i), date_at(in[1], i));
  case Op::whole_years_between: return whole_years(date_at(in[0], i), date_at(in[1], i));
  case Op::whole_days_between: return whole_days(time_at(in[0], i), time_at(in[1], i));
  case Op::whole_hours_between: return whole_hours(time_at(in[0], i), time_at(in[1], i));
  case Op::whole_minutes_between: return whole_minutes(time_at(in[0], i), time_at(in[1], i));
  default: break;
  }
  const Date date = date_at(in[0], i);
  if (date.is_open()) throw std::domain_error("an open end has no year, month or day");
  if (operation.node.op == Op::date_year) return date.year();
  return operation.node.op == Op::date_month ? date.month() : date.day();
}

/// Of periods of dates or of datetimes.
template <typename P>
bool holds(Op op, const P& a, const P& b) {
  switch (op) {
  case Op::in_period: return b.contains(a);
  case Op::overlaps: return a.overlaps(b);
  case Op::before: return a.before(b);
  default: return a.after(b);
  }
}

bool of_datetimes(const Lanes& lanes) {
  return lanes.kind == ValueKind::datetime || lanes.kind == ValueKind::datetime_period;
}

}  // namespace

Lanes time_operation(const Operation& operation) {
  const auto& in = operation.operands;
  const uint32_t cells = operation.cells();
  const std::vector<uint8_t> wanted = operation.wanted();
  const auto make = [&](ValueKind kind) {
    return make_lanes(kind, form_of(kind), operation.size, operation.uniform());
  };
  const auto each = [&](auto&& compute) {
    for (uint32_t i = 0; i < cells; ++i) {
      if (wanted[i] == 0) continue;
      try {
        compute(i);
      } catch (const std::domain_error& error) {
        operation.raised.push_back({i, FaultKind::outside_domain, error.what()});
      }
    }
  };
  switch (operation.node.op) {
  case Op::add_duration: {
    Lanes out = make(in[0].kind);
    const bool datetimes = of_datetimes(in[0]);
    each([&](uint32_t i) {
      const Duration length = duration_at(in[1], i);
      if (datetimes)
        out.own->i64[i] = add(time_at(in[0], i), length).packed();
      else
        out.own->first[i] = add(date_at(in[0], i), length).days;
    });
    return out;
  }
  case Op::scale_duration: {
    Lanes out = make(ValueKind::duration);
    each([&](uint32_t i) {
      const Duration length = times(number_at(in[0], in[0].cell(i)), duration_at(in[1], i));
      out.own->first[i] = length.months;
      out.own->second[i] = length.days;
      out.own->i64[i] = length.seconds;
    });
    return out;
  }
  case Op::negate_duration: {
    Lanes out = make(ValueKind::duration);
    each([&](uint32_t i) {
      out.own->first[i] = -in[0].first[i];
      out.own->second[i] = -in[0].second[i];
      out.own->i64[i] = -in[0].i64[i];
    });
    return out;
  }
  case Op::make_period: {
    const bool datetimes = of_datetimes(in[0]);
    Lanes out = make(datetimes ? ValueKind::datetime_period : ValueKind::period);
    if (datetimes) {
      each([&](uint32_t i) {
        const DateTimePeriod period = make_datetime_period(operation, i);
        if (period.is_empty()) {
          operation.raised.push_back({i, FaultKind::period_order, {}});
          return;
        }
        out.own->i64[i] = period.start.packed();
        out.own->den[i] = period.end.packed();
      });
      return out;
    }
    each([&](uint32_t i) {
      const Period period = make_period(operation, i);
      if (period.is_empty()) {
        operation.raised.push_back({i, FaultKind::period_order, {}});
        return;
      }
      out.own->first[i] = period.start.days;
      out.own->second[i] = period.end.days;
    });
    return out;
  }
  case Op::period_start:
  case Op::period_end: {
    const bool start = operation.node.op == Op::period_start;
    if (of_datetimes(in[0])) {
      Lanes out = make(ValueKind::datetime);
      const int64_t* from = start ? in[0].i64 : in[0].den;
      for (uint32_t i = 0; i < cells; ++i) out.own->i64[i] = from[i];
      return out;
    }
    Lanes out = make(ValueKind::date);
    const int32_t* from = start ? in[0].first : in[0].second;
    for (uint32_t i = 0; i < cells; ++i) out.own->first[i] = from[i];
    return out;
  }
  case Op::in_period:
  case Op::overlaps:
  case Op::before:
  case Op::after: {
    // A faulted or missing cell holds some number or other: no comparison can fail on it.
    Lanes out = make(ValueKind::boolean);
    const Op op = operation.node.op;
    uint8_t* result = out.own->u8.data();
    if (of_datetimes(in[0])) {
      for (uint32_t i = 0; i < cells; ++i)
        result[i] = holds(op, period_of(in[0], in[0].cell(i)), period_of(in[1], in[1].cell(i))) ? 1 : 0;
    } else {
      for (uint32_t i = 0; i < cells; ++i)
        result[i] = holds(op, period_at(in[0], i), period_at(in[1], i)) ? 1 : 0;
    }
    return out;
  }
  case Op::common_part: {
    // What is empty here the walk makes missing.
    Lanes out = make(in[0].kind);
    if (of_datetimes(in[0])) {
      for (uint32_t i = 0; i < cells; ++i) {
        const auto common = period_of(in[0], in[0].cell(i)).common_part(period_of(in[1], in[1].cell(i)));
        out.own->i64[i] = (common ? common->start : DateTime::highest()).packed();
        out.own->den[i] = (common ? common->end : DateTime::lowest()).packed();
      }
    } else {
      for (uint32_t i = 0; i < cells; ++i) {
        const auto common = period_at(in[0], i).common_part(period_at(in[1], i));
        out.own->first[i] = (common ? common->start : Date::highest()).days;
        out.own->second[i] = (common ? common->end : Date::lowest()).days;
      }
    }
    return out;
  }
  case Op::date_of: {
    const bool period = in[0].kind == ValueKind::datetime_period;
    Lanes out = make(period ? ValueKind::period : ValueKind::date);
    for (uint32_t i = 0; i < cells; ++i) {
      out.own->first[i] = DateTime::from_packed(in[0].i64[i]).date().days;
      if (period) out.own->second[i] = DateTime::from_packed(in[0].den[i]).date().days;
    }
    return out;
  }
  case Op::period_has_start:
  case Op::period_has_end: {
    const bool start = operation.node.op == Op::period_has_start;
    const Date open = start ? Date::lowest() : Date::highest();
    const DateTime open_time = DateTime::of_day(open);
    Lanes out = make(ValueKind::boolean);
    for (uint32_t i = 0; i < cells; ++i) {
      out.own->u8[i] = of_datetimes(in[0]) ? (start ? in[0].i64 : in[0].den)[i] != open_time.packed()
                                           : (start ? in[0].first : in[0].second)[i] != open.days;
    }
    return out;
  }
  case Op::to_datetime: {
    const bool period = in[0].kind == ValueKind::period;
    Lanes out = make(period ? ValueKind::datetime_period : ValueKind::datetime);
    for (uint32_t i = 0; i < cells; ++i) {
      out.own->i64[i] = DateTime::of_day(Date{in[0].first[i]}).packed();
      if (period) out.own->den[i] = DateTime::of_day(Date{in[0].second[i]}).packed();
    }
    return out;
  }
  case Op::period_length: {
    // An open period leaves the least 64-bit number, which the walk makes missing.
    Lanes out = make(ValueKind::number);
    each([&](uint32_t i) {
      out.own->i64[i] = period_at(in[0], i).length_days().value_or(std::numeric_limits<int64_t>::min());
    });
    return out;
  }
  default: {
    Lanes out = make(ValueKind::number);
    each([&](uint32_t i) { out.own->i64[i] = count(operation, i); });
    return out;
  }
  }
}

}  // namespace merit::engine
