// Dates, periods and lengths of time.
#include <algorithm>
#include <array>

#include "compiler/lower/elaborate_impl.h"

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
  error("T128", span,
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
  for (const auto& [date, side] : {std::pair(&from, &between.from), std::pair(&to, &between.to)}) {
    if (!date->bare_missing && date->type().kind == ir::TypeKind::date) continue;
    error("T108", (*side)->span,
          "`" + text((*side)->span) + "` is " + (date->bare_missing ? "missing" : kind_text(date->type())) +
              ", and time is counted between two dates.",
          date->type().kind == ir::TypeKind::period
              ? "Say which end of the period is meant: `.start` or `.end`."
              : "");
    return {};
  }
  ir::Op op = ir::Op::days_between;
  if (between.unit == ast::SpanOf::whole_months) op = ir::Op::whole_months_between;
  if (between.unit == ast::SpanOf::whole_years) op = ir::Op::whole_years_between;
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
