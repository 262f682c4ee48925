// Dates, periods and lengths of time.
#include <algorithm>
#include <array>

#include "compiler/lower/elaborate_impl.h"
#include "compiler/lower/standard_functions.h"

namespace merit {

namespace {

ir::Type simple(ir::TypeKind kind, bool optional = false) {
  ir::Type type;
  type.kind = kind;
  type.optional = optional;
  return type;
}

ir::RangeMode mode_of(ast::RangeEnds ends) {
  switch (ends) {
  case ast::RangeEnds::closed: return ir::RangeMode::closed;
  case ast::RangeEnds::below_high: return ir::RangeMode::below_high;
  case ast::RangeEnds::over_low: return ir::RangeMode::over_low;
  case ast::RangeEnds::from_low: return ir::RangeMode::from_low;
  case ast::RangeEnds::under_high: return ir::RangeMode::under_high;
  }
  return ir::RangeMode::closed;
}

/// Hours, minutes or seconds, as far as the text says so.
bool has_hours(const ir::Expr& length) {
  switch (length.op) {
  case ir::Op::constant: return length.value.duration().seconds != 0;
  case ir::Op::negate_duration: return has_hours(*length.args[0]);
  case ir::Op::scale_duration: return has_hours(*length.args[1]);
  default: return false;
  }
}

}  // namespace

ir::ExprPtr Elaborator::Impl::as_datetime(ir::ExprPtr node) {
  if (is_of_datetimes(node->type.kind)) return node;
  const bool period = node->type.kind == ir::TypeKind::period;
  const ir::Type type =
      simple(period ? ir::TypeKind::datetime_period : ir::TypeKind::datetime, node->type.optional);
  const Span span = node->span;
  if (node->op == ir::Op::constant) {
    const Value value = period ? Value::of_datetime_period(DateTimePeriod::of(node->value.period()))
                               : Value::of_datetime(DateTime::of_day(node->value.date()));
    return constant(value, type, span);
  }
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(node));
  return make(ir::Op::to_datetime, type, span, std::move(args));
}

ir::ExprPtr Elaborator::Impl::as_date(ir::ExprPtr node) {
  if (!is_of_datetimes(node->type.kind)) return node;
  const bool period = node->type.kind == ir::TypeKind::datetime_period;
  const ir::Type type = simple(period ? ir::TypeKind::period : ir::TypeKind::date, node->type.optional);
  const Span span = node->span;
  if (node->op == ir::Op::constant) {
    const Value value = period ? Value::of_period(node->value.datetime_period().dates())
                               : Value::of_date(node->value.datetime().date());
    return constant(value, type, span);
  }
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(node));
  return make(ir::Op::date_of, type, span, std::move(args));
}

Typed Elaborator::Impl::date_of(const ast::Expr& operand, Span span) {
  Typed value = scalar(operand);
  if (!value) return {};
  const ir::TypeKind kind = value.type().kind;
  if (!value.bare_missing && is_of_datetimes(kind)) {
    Typed result;
    result.node = as_date(std::move(value.node));
    result.node->span = span;
    return result;
  }
  const bool dates = !value.bare_missing && (is_time(kind) || is_period(kind));
  error("T180", operand.span,
        "`" + text(operand.span) + "` is " + (value.bare_missing ? "missing" : kind_text(value.type())) +
            (kind == ir::TypeKind::period && dates ? " of dates" : "") +
            ", and `date of` gives the day of a datetime.",
        dates ? "Write it without `date of`." : "");
  return {};
}

bool Elaborator::Impl::to_day(Typed& value) {
  const ir::TypeKind kind = value.type().kind;
  if (is_time(kind) || is_period(kind)) {
    value.node = as_date(std::move(value.node));
    return true;
  }
  error("T180", value.node->span,
        "`" + text(value.node->span) + "` is " + kind_text(value.type()) +
            ", and only dates, datetimes and periods are compared by day.");
  return false;
}

Typed Elaborator::Impl::common_part(const StandardFunction& function, const ast::Call& call, Span span) {
  Typed first = scalar(*call.arguments[0]);
  Typed second = scalar(*call.arguments[1]);
  if (!first || !second) return {};
  const std::string name(function.name);
  if (!takes(function, first, *call.arguments[0], name) || !takes(function, second, *call.arguments[1], name))
    return {};
  meet_in_time(first, second);
  ir::Type type = simple(first.type().kind, true);
  return lifted(function.op, type, span, std::move(first), std::move(second));
}

void Elaborator::Impl::meet_in_time(Typed& left, Typed& right) {
  const ir::TypeKind a = left.type().kind;
  const ir::TypeKind b = right.type().kind;
  if ((!is_time(a) && !is_period(a)) || (!is_time(b) && !is_period(b))) return;
  if (is_of_datetimes(a) == is_of_datetimes(b)) return;
  Typed& days = is_of_datetimes(a) ? right : left;
  days.node = as_datetime(std::move(days.node));
}

bool Elaborator::Impl::refuse_hours(const Typed& time, const Typed& length, Span span) {
  if (time.type().kind != ir::TypeKind::date || !has_hours(*length.node)) return true;
  error("T180", span,
        "`" + text(time.node->span) + "` is a date, which has no time of day: `" + text(length.node->span) +
            "` cannot be counted from it.",
        "Count in days, or from a datetime.");
  return false;
}

Typed Elaborator::Impl::range(const ast::Range& range, Span span) {
  std::vector<ir::ExprPtr> args;
  bool optional = false;
  bool broken = false;
  for (const ast::ExprPtr* end : {&range.low, &range.high}) {
    if (!*end) continue;
    Typed value = scalar(**end);
    if (!value) {
      broken = true;
      continue;
    }
    if (!is_time(value.type().kind)) {
      error("T121", span, "`" + text(span) + "` is a range, which is no value by itself.",
            "A range of numbers or amounts stands after `in` (`x in 0 to 10`) or in `clamp(x, 0 to 10)`; one "
            "of dates or datetimes is a period.");
      return {};
    }
    optional = optional || value.type().optional;
    args.push_back(std::move(value.node));
  }
  Typed result;
  if (broken) return result;
  const bool datetimes = std::any_of(args.begin(), args.end(), [](const ir::ExprPtr& arg) {
    return arg->type.kind == ir::TypeKind::datetime;
  });
  if (datetimes) {
    for (ir::ExprPtr& arg : args) arg = as_datetime(std::move(arg));
  }
  if (args.size() == 2 && args[0]->op == ir::Op::constant && args[1]->op == ir::Op::constant &&
      (datetimes ? merit::compare(args[1]->value.datetime(), args[0]->value.datetime()) < 0
                 : args[1]->value.date() < args[0]->value.date())) {
    error("T121", span, "The period `" + text(span) + "` ends before it begins.",
          datetimes ? "Write the earlier time first." : "Write the earlier date first.");
    return result;
  }
  const ir::TypeKind kind = datetimes ? ir::TypeKind::datetime_period : ir::TypeKind::period;
  result.node = make(ir::Op::make_period, simple(kind, optional), span, std::move(args));
  result.node->mode = static_cast<uint8_t>(mode_of(range.ends));
  return result;
}

Typed Elaborator::Impl::period_relation(const ast::Binary& binary, Span span) {
  Typed left = plain(*binary.left, "M101", "cannot be compared");
  Typed right = plain(*binary.right, "M101", "cannot be compared");
  if (!left || !right) return {};
  const auto in_time = [](const Typed& value) {
    return is_time(value.type().kind) || is_period(value.type().kind);
  };
  const bool overlaps = binary.op == ast::BinaryOp::overlaps;
  const std::string word = overlaps ? "overlaps" : binary.op == ast::BinaryOp::before ? "before" : "after";
  for (const auto& [value, side] : {std::pair(&left, &binary.left), std::pair(&right, &binary.right)}) {
    if (in_time(*value)) continue;
    error("T108", (*side)->span,
          "`" + text((*side)->span) + "` is " + kind_text(value->type()) + ", and `" + word +
              "` is for dates, datetimes and periods.",
          overlaps ? "" : "Numbers and amounts are compared with `<` and `>`.");
    return {};
  }
  if (overlaps && is_time(left.type().kind) && is_time(right.type().kind)) {
    const bool dates = left.type().kind == right.type().kind && left.type().kind == ir::TypeKind::date;
    error("T108", span,
          (dates ? "Two dates" : "Two times") +
              std::string(" do not overlap: they are the same or they are not."),
          "Write `is`.");
    return {};
  }
  if (binary.by_day && (!to_day(left) || !to_day(right))) return {};
  meet_in_time(left, right);
  const ir::Op op = overlaps                             ? ir::Op::overlaps
                    : binary.op == ast::BinaryOp::before ? ir::Op::before
                                                         : ir::Op::after;
  return lifted(op, simple(ir::TypeKind::boolean), span, std::move(left), std::move(right));
}

Typed Elaborator::Impl::within(const ast::Within& within, Span span) {
  Typed value = plain(*within.value, "M101", "cannot be compared");
  Typed distance = plain(*within.distance, "M101", "cannot be compared");
  Typed anchor = plain(*within.anchor, "M101", "cannot be compared");
  if (!value || !distance || !anchor) return {};
  if (distance.type().kind != ir::TypeKind::duration) {
    error("T128", within.distance->span,
          "`" + text(within.distance->span) + "` is " + kind_text(distance.type()) +
              ", not a length of time.",
          "Write for example `within 30 days after …`.");
    return {};
  }
  for (const auto& [date, side] : {std::pair(&value, &within.value), std::pair(&anchor, &within.anchor)}) {
    if (is_time(date->type().kind)) continue;
    error("T108", (*side)->span,
          "`" + text((*side)->span) + "` is " + kind_text(date->type()) +
              ", and `within` is for dates and datetimes.",
          is_period(date->type().kind) ? "Say which end of the period is meant: `.start` or `.end`." : "");
    return {};
  }
  if (within.by_day) {
    if (has_hours(*distance.node)) {
      error("T180", within.distance->span, "`" + text(within.distance->span) + "` is no number of days.",
            "Without `by day` hours and minutes are counted by the clock.");
      return {};
    }
    to_day(value);
    to_day(anchor);
  }
  for (const Typed* time : {&value, &anchor}) {
    if (!refuse_hours(*time, distance, span)) return {};
  }
  const ir::TypeKind kind = anchor.type().kind;
  const auto moved = [&](bool forward) {
    Typed base;
    base.node = clone(*anchor.node);
    Typed length;
    length.node = clone(*distance.node);
    if (!forward) {
      std::vector<ir::ExprPtr> args;
      args.push_back(std::move(length.node));
      length.node = make(ir::Op::negate_duration, distance.type(), within.distance->span, std::move(args));
    }
    return lifted(ir::Op::add_duration, simple(kind), span, std::move(base), std::move(length)).node;
  };
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(value.node));
  args.push_back(within.side == ast::WithinSide::after ? clone(*anchor.node) : moved(false));
  args.push_back(within.side == ast::WithinSide::before ? clone(*anchor.node) : moved(true));
  const bool datetimes = std::any_of(args.begin(), args.end(), [](const ir::ExprPtr& arg) {
    return arg->type.kind == ir::TypeKind::datetime;
  });
  if (datetimes) {
    for (ir::ExprPtr& arg : args) arg = as_datetime(std::move(arg));
  }
  Typed result;
  result.node = make(ir::Op::in_range, simple(ir::TypeKind::boolean), span, std::move(args));
  result.node->mode = static_cast<uint8_t>(ir::RangeMode::closed);
  return result;
}

Typed Elaborator::Impl::span_between(const ast::SpanBetween& between, Span span) {
  Typed from = scalar(*between.from);
  Typed to = scalar(*between.to);
  if (!from || !to) return {};
  // Days of 24 hours, hours and minutes.
  const bool by_clock = between.unit == ast::SpanOf::whole_days || between.unit == ast::SpanOf::whole_hours ||
                        between.unit == ast::SpanOf::whole_minutes;
  for (const auto& [date, side] : {std::pair(&from, &between.from), std::pair(&to, &between.to)}) {
    const ir::TypeKind kind = date->type().kind;
    if (!date->bare_missing && kind == ir::TypeKind::date && by_clock) {
      const std::string unit = between.unit == ast::SpanOf::whole_days    ? "days"
                               : between.unit == ast::SpanOf::whole_hours ? "hours"
                                                                          : "minutes";
      error("T180", (*side)->span,
            "`" + text((*side)->span) + "` is a date, which has no time of day, and `whole " + unit +
                " from` goes by the clock.",
            "Between dates write `days from a to b`.");
      return {};
    }
    if (!date->bare_missing && is_time(kind)) {
      if (!by_clock) date->node = as_date(std::move(date->node));
      continue;
    }
    error("T108", (*side)->span,
          "`" + text((*side)->span) + "` is " + (date->bare_missing ? "missing" : kind_text(date->type())) +
              ", and time is counted between two dates" + (by_clock ? "times." : " or datetimes."),
          is_period(kind) ? "Say which end of the period is meant: `.start` or `.end`." : "");
    return {};
  }
  ir::Op op = ir::Op::days_between;
  switch (between.unit) {
  case ast::SpanOf::days: break;
  case ast::SpanOf::whole_days: op = ir::Op::whole_days_between; break;
  case ast::SpanOf::whole_hours: op = ir::Op::whole_hours_between; break;
  case ast::SpanOf::whole_minutes: op = ir::Op::whole_minutes_between; break;
  case ast::SpanOf::whole_months: op = ir::Op::whole_months_between; break;
  case ast::SpanOf::whole_years: op = ir::Op::whole_years_between; break;
  }
  return lifted(op, simple(ir::TypeKind::integer), span, std::move(from), std::move(to));
}

std::optional<Typed> Elaborator::Impl::member_of_time(const Typed& object, const ast::Name& name, Span span) {
  struct Part {
    ir::TypeKind of;
    std::string_view name;
    ir::Op op;
    ir::TypeKind type;
  };

  static constexpr std::array parts = {
      Part{ir::TypeKind::date, "year", ir::Op::date_year, ir::TypeKind::integer},
      Part{ir::TypeKind::date, "month", ir::Op::date_month, ir::TypeKind::integer},
      Part{ir::TypeKind::date, "day", ir::Op::date_day, ir::TypeKind::integer},
      Part{ir::TypeKind::period, "start", ir::Op::period_start, ir::TypeKind::date},
      Part{ir::TypeKind::period, "end", ir::Op::period_end, ir::TypeKind::date},
      Part{ir::TypeKind::datetime_period, "start", ir::Op::period_start, ir::TypeKind::datetime},
      Part{ir::TypeKind::datetime_period, "end", ir::Op::period_end, ir::TypeKind::datetime},
      Part{ir::TypeKind::period, "has_start", ir::Op::period_has_start, ir::TypeKind::boolean},
      Part{ir::TypeKind::period, "has_end", ir::Op::period_has_end, ir::TypeKind::boolean},
      Part{ir::TypeKind::datetime_period, "has_start", ir::Op::period_has_start, ir::TypeKind::boolean},
      Part{ir::TypeKind::datetime_period, "has_end", ir::Op::period_has_end, ir::TypeKind::boolean},
      Part{ir::TypeKind::period, "length", ir::Op::period_length, ir::TypeKind::integer},
  };
  for (const Part& part : parts) {
    if (part.of != object.type().kind || part.name != name.text) continue;
    std::vector<ir::ExprPtr> args;
    // An open period has no length; any other part is always there.
    const bool optional = object.type().optional || part.op == ir::Op::period_length;
    args.push_back(clone(*object.node));
    Typed result;
    result.node = make(part.op, simple(part.type, optional), span, std::move(args));
    return result;
  }
  return std::nullopt;
}

}  // namespace merit
