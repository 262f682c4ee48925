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

int64_t count(const Operation& operation, uint32_t i) {
  const auto& in = operation.operands;
  const Date date = date_at(in[0], i);
  switch (operation.node.op) {
  case Op::days_between: return days_between(date, date_at(in[1], i));
  case Op::whole_months_between: return whole_months(date, date_at(in[1], i));
  case Op::whole_years_between: return whole_years(date, date_at(in[1], i));
  default: break;
  }
  if (date.is_open()) throw std::domain_error("an open end has no year, month or day");
  if (operation.node.op == Op::date_year) return date.year();
  return operation.node.op == Op::date_month ? date.month() : date.day();
}

bool holds(const Operation& operation, uint32_t i) {
  const auto& in = operation.operands;
  const Period a = period_at(in[0], i);
  const Period b = period_at(in[1], i);
  switch (operation.node.op) {
  case Op::in_period: return b.contains(a);
  case Op::overlaps: return a.overlaps(b);
  case Op::before: return a.before(b);
  default: return a.after(b);
  }
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
    Lanes out = make(ValueKind::date);
    each([&](uint32_t i) {
      const uint32_t cell = in[1].cell(i);
      out.own->first[i] = add(date_at(in[0], i), {in[1].first[cell], in[1].second[cell]}).days;
    });
    return out;
  }
  case Op::scale_duration: {
    Lanes out = make(ValueKind::duration);
    each([&](uint32_t i) {
      const uint32_t cell = in[1].cell(i);
      const Duration length = times(number_at(in[0], in[0].cell(i)), {in[1].first[cell], in[1].second[cell]});
      out.own->first[i] = length.months;
      out.own->second[i] = length.days;
    });
    return out;
  }
  case Op::negate_duration: {
    Lanes out = make(ValueKind::duration);
    each([&](uint32_t i) {
      out.own->first[i] = -in[0].first[i];
      out.own->second[i] = -in[0].second[i];
    });
    return out;
  }
  case Op::make_period: {
    Lanes out = make(ValueKind::period);
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
    Lanes out = make(ValueKind::date);
    const int32_t* from = operation.node.op == Op::period_start ? in[0].first : in[0].second;
    for (uint32_t i = 0; i < cells; ++i) out.own->first[i] = from[i];
    return out;
  }
  case Op::in_period:
  case Op::overlaps:
  case Op::before:
  case Op::after: {
    Lanes out = make(ValueKind::boolean);
    each([&](uint32_t i) { out.own->u8[i] = holds(operation, i) ? 1 : 0; });
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
