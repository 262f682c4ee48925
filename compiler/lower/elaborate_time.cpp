// Dates, periods and lengths of time.
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

}  // namespace

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
    if (value.type().kind != ir::TypeKind::date) {
      error("T121", span, "`" + text(span) + "` is a range, which is no value by itself.",
            "A range of numbers or amounts stands after `in` (`x in 0 to 10`) or in `clamp(x, 0 to 10)`; one "
            "of dates is a period.");
      return {};
    }
    optional = optional || value.type().optional;
    args.push_back(std::move(value.node));
  }
  Typed result;
  if (broken) return result;
  if (args.size() == 2 && args[0]->op == ir::Op::constant && args[1]->op == ir::Op::constant &&
      args[1]->value.date() < args[0]->value.date()) {
    error("T121", span, "The period `" + text(span) + "` ends before it begins.",
          "Write the earlier date first.");
    return result;
  }
  result.node = make(ir::Op::make_period, simple(ir::TypeKind::period, optional), span, std::move(args));
  result.node->mode = static_cast<uint8_t>(mode_of(range.ends));
  return result;
}

Typed Elaborator::Impl::period_relation(const ast::Binary& binary, Span span) {
  Typed left = plain(*binary.left, "M101", "cannot be compared");
  Typed right = plain(*binary.right, "M101", "cannot be compared");
  if (!left || !right) return {};
  const auto in_time = [](const Typed& value) {
    return value.type().kind == ir::TypeKind::date || value.type().kind == ir::TypeKind::period;
  };
  const bool overlaps = binary.op == ast::BinaryOp::overlaps;
  const std::string word = overlaps ? "overlaps" : binary.op == ast::BinaryOp::before ? "before" : "after";
  for (const auto& [value, side] : {std::pair(&left, &binary.left), std::pair(&right, &binary.right)}) {
    if (in_time(*value)) continue;
    error("T108", (*side)->span,
          "`" + text((*side)->span) + "` is " + kind_text(value->type()) + ", and `" + word +
              "` is for dates and periods.",
          overlaps ? "" : "Numbers and amounts are compared with `<` and `>`.");
    return {};
  }
  if (overlaps && left.type().kind == ir::TypeKind::date && right.type().kind == ir::TypeKind::date) {
    error("T108", span, "Two dates do not overlap: they are the same or they are not.", "Write `is`.");
    return {};
  }
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
    if (date->type().kind == ir::TypeKind::date) continue;
    error("T108", (*side)->span,
          "`" + text((*side)->span) + "` is " + kind_text(date->type()) + ", and `within` is for dates.",
          date->type().kind == ir::TypeKind::period
              ? "Say which end of the period is meant: `.start` or `.end`."
              : "");
    return {};
  }
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
    return lifted(ir::Op::add_duration, simple(ir::TypeKind::date), span, std::move(base), std::move(length))
        .node;
  };
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(value.node));
  args.push_back(within.side == ast::WithinSide::after ? clone(*anchor.node) : moved(false));
  args.push_back(within.side == ast::WithinSide::before ? clone(*anchor.node) : moved(true));
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
