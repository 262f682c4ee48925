// + - * / ^ on numbers, money, dates and lengths of time.
#include "compiler/lower/elaborate_impl.h"

namespace merit {

namespace {

bool is_numeric(const ir::Type& type) {
  return type.kind == ir::TypeKind::number || type.kind == ir::TypeKind::integer;
}

bool is_money(const ir::Type& type) {
  return type.kind == ir::TypeKind::money;
}

ir::Type number(ir::TypeKind kind = ir::TypeKind::number) {
  ir::Type type;
  type.kind = kind;
  return type;
}

ir::Type unrounded_money() {
  return number(ir::TypeKind::money);
}

}  // namespace

Typed Elaborator::Impl::lifted(ir::Op op, ir::Type type, Span span, Typed left, Typed right) {
  Typed result;
  type.optional = left.type().optional || right.type().optional;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(left.node));
  args.push_back(std::move(right.node));
  result.node = make(op, std::move(type), span, std::move(args));
  return result;
}

Typed Elaborator::Impl::negate(const ast::Unary& unary, Span span, const ir::Type*) {
  Typed value = scalar(*unary.operand);
  if (!value) return value;
  const ir::Type type = value.type();
  if (value.bare_missing || (!is_numeric(type) && !is_money(type) && type.kind != ir::TypeKind::duration)) {
    error("T105", span,
          "`" + text(unary.operand->span) + "` is " + (value.bare_missing ? "missing" : kind_text(type)) +
              ", which has no sign to change.");
    return {};
  }
  // A negative literal is a literal: tables of cases reason about it.
  if (value.node->op == ir::Op::constant && value.node->value.is_known() &&
      type.kind != ir::TypeKind::duration) {
    const Number negative = -value.node->value.number_or_amount();
    value.node->value = is_money(type) ? Value::of_money(negative) : Value::of_number(negative);
    value.node->span = span;
    return value;
  }
  Typed result;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(value.node));
  result.node = make(type.kind == ir::TypeKind::duration ? ir::Op::negate_duration : ir::Op::negate, type,
                     span, std::move(args));
  return result;
}

Typed Elaborator::Impl::arithmetic(const ast::Binary& binary, Span span) {
  Typed left = scalar(*binary.left);
  Typed right = scalar(*binary.right);
  if (!left || !right) return {};
  for (const auto& [value, side] : {std::pair(&left, &binary.left), std::pair(&right, &binary.right)}) {
    const ir::TypeKind kind = value->type().kind;
    const bool time = is_time(kind) || kind == ir::TypeKind::duration;
    if (!value->bare_missing && (is_numeric(value->type()) || is_money(value->type()) || time)) continue;
    std::string help;
    if (kind == ir::TypeKind::boolean && !value->bare_missing)
      help = "To count with it, write `(1 when " + text((*side)->span) + ", 0 otherwise)`.";
    if (kind == ir::TypeKind::link) help = "Name the field of it that is meant.";
    if (kind == ir::TypeKind::quantity) help = "Name its unit: `" + text((*side)->span) + " as 'mg/dL'`.";
    error("T105", (*side)->span,
          "`" + text((*side)->span) + "` is " + (value->bare_missing ? "missing" : kind_text(value->type())) +
              ", and arithmetic is for numbers and money.",
          help);
    return {};
  }
  switch (binary.op) {
  case ast::BinaryOp::add:
  case ast::BinaryOp::subtract: return add_or_subtract(binary, std::move(left), std::move(right), span);
  case ast::BinaryOp::multiply: return multiply(std::move(left), std::move(right), span);
  case ast::BinaryOp::divide: return divide(std::move(left), std::move(right), span);
  default: return power(std::move(left), std::move(right), span);
  }
}

Typed Elaborator::Impl::add_or_subtract(const ast::Binary& binary, Typed left, Typed right, Span span) {
  const bool add = binary.op == ast::BinaryOp::add;
  const ir::Op op = add ? ir::Op::add : ir::Op::subtract;
  const ir::Type& a = left.type();
  const ir::Type& b = right.type();
  const std::string left_text = text(binary.left->span);
  const std::string right_text = text(binary.right->span);
  if (is_numeric(a) && is_numeric(b)) {
    const bool whole = a.kind == ir::TypeKind::integer && b.kind == ir::TypeKind::integer;
    return lifted(op, number(whole ? ir::TypeKind::integer : ir::TypeKind::number), span, std::move(left),
                  std::move(right));
  }
  if (is_money(a) && is_money(b)) {
    ir::Type type = unrounded_money();
    type.step = common_step(a.step, b.step);
    return lifted(op, type, span, std::move(left), std::move(right));
  }
  if ((is_money(a) && is_numeric(b)) || (is_numeric(a) && is_money(b))) {
    const bool amount_first = is_money(a);
    const Typed& lone = amount_first ? right : left;
    const std::string& lone_text = amount_first ? right_text : left_text;
    const bool percent = lone_text.ends_with('%');  // a share, never an amount
    const bool literal = lone.node->op == ir::Op::constant && !percent;
    error("T101", span,
          "`" + (amount_first ? left_text : right_text) + "` is an amount of money and `" + lone_text +
              "` is a number; they cannot be " + (add ? "added." : "subtracted."),
          literal ? "If an amount is meant, write `$" + lone_text + "`."
                  : "If `" + lone_text + "` is a share of the amount, multiply: `" + lone_text + " * …`" +
                        (percent ? "." : "; if it is an amount, give its field the type `money`."));
    return {};
  }
  if (is_time(a.kind) && b.kind == ir::TypeKind::duration) {
    if (!refuse_hours(left, right, span)) return {};
    const ir::Type type = number(a.kind);
    if (!add) {
      Typed backwards;
      std::vector<ir::ExprPtr> args;
      const ir::Type length = right.type();
      const Span right_span = right.node->span;
      args.push_back(std::move(right.node));
      backwards.node = make(ir::Op::negate_duration, length, right_span, std::move(args));
      right = std::move(backwards);
    }
    return lifted(ir::Op::add_duration, type, span, std::move(left), std::move(right));
  }
  if (add && a.kind == ir::TypeKind::duration && is_time(b.kind)) {
    if (!refuse_hours(right, left, span)) return {};
    const ir::Type type = number(b.kind);
    return lifted(ir::Op::add_duration, type, span, std::move(right), std::move(left));
  }
  if (is_time(a.kind) && is_time(b.kind)) {
    const bool dates = a.kind == ir::TypeKind::date && b.kind == ir::TypeKind::date;
    error("T106", span,
          add ? (dates ? "Two dates cannot be added." : "Two times cannot be added.")
          : dates
              ? "The time between two dates is counted in days, months or years, and `-` does not say which."
              : "The time between two is counted in days, hours or minutes, and `-` does not say which.",
          add ? "Add a length of time to a date: `" + left_text + " + 30 days`."
              : "Write `days from " + right_text + " to " + left_text +
                    (dates ? "`, or `whole months from …`, `whole years from …`."
                           : "`, or `whole hours from …`, `whole minutes from …`."));
    return {};
  }
  if (is_time(a.kind) && is_numeric(b)) {
    error("T107", span,
          "`" + left_text + "` is " + kind_text(a) + " and `" + right_text + "` is a number: " +
              (a.kind == ir::TypeKind::date ? "days, months or years" : "days, hours or minutes") +
              " are not said.",
          "Write `" + left_text + (add ? " + " : " - ") +
              (right.node->op == ir::Op::constant ? right_text : "30") + " days`.");
    return {};
  }
  error("T105", span,
        "`" + left_text + "` is " + kind_text(a) + " and `" + right_text + "` is " + kind_text(b) +
            "; they cannot be " + (add ? "added." : "subtracted."));
  return {};
}

Typed Elaborator::Impl::multiply(Typed left, Typed right, Span span) {
  const ir::Type& a = left.type();
  const ir::Type& b = right.type();
  if (is_numeric(a) && is_numeric(b)) {
    const bool whole = a.kind == ir::TypeKind::integer && b.kind == ir::TypeKind::integer;
    return lifted(ir::Op::multiply, number(whole ? ir::TypeKind::integer : ir::TypeKind::number), span,
                  std::move(left), std::move(right));
  }
  if ((is_money(a) && is_numeric(b)) || (is_numeric(a) && is_money(b))) {
    return lifted(ir::Op::multiply, unrounded_money(), span, std::move(left), std::move(right));
  }
  const bool length_last = a.kind == ir::TypeKind::integer && b.kind == ir::TypeKind::duration;
  if (length_last || (a.kind == ir::TypeKind::duration && b.kind == ir::TypeKind::integer)) {
    ir::Type length;
    length.kind = ir::TypeKind::duration;
    if (!length_last) std::swap(left, right);
    return lifted(ir::Op::scale_duration, length, span, std::move(left), std::move(right));
  }
  if (is_money(a) && is_money(b)) {
    error("T102", span, "An amount of money times an amount of money is nothing that can be paid.",
          "One of the two has to be a number: a rate, a share, a count.");
  } else {
    error("T105", span,
          "`" + text(left.node->span) + "` is " + kind_text(a) + " and `" + text(right.node->span) + "` is " +
              kind_text(b) + "; they cannot be multiplied.");
  }
  return {};
}

Typed Elaborator::Impl::divide(Typed left, Typed right, Span span) {
  const ir::Type& a = left.type();
  const ir::Type& b = right.type();
  if (right.node->op == ir::Op::constant && (is_numeric(b) || is_money(b)) && right.node->value.is_known() &&
      right.node->value.number_or_amount().is_zero()) {
    error("T131", span, "This divides by zero.", "");
    return {};
  }
  if (is_numeric(a) && is_numeric(b))
    return lifted(ir::Op::divide, number(), span, std::move(left), std::move(right));
  if (is_money(a) && is_numeric(b))
    return lifted(ir::Op::divide, unrounded_money(), span, std::move(left), std::move(right));
  if (is_money(a) && is_money(b))
    return lifted(ir::Op::divide, number(), span, std::move(left), std::move(right));
  if (is_numeric(a) && is_money(b)) {
    error("T103", span, "`" + text(left.node->span) + "` is a number and is divided by an amount of money.",
          "An amount divided by an amount is a number, an amount divided by a number an amount.");
  } else {
    error("T105", span,
          "`" + text(left.node->span) + "` is " + kind_text(a) + " and `" + text(right.node->span) + "` is " +
              kind_text(b) + "; they cannot be divided.");
  }
  return {};
}

Typed Elaborator::Impl::power(Typed left, Typed right, Span span) {
  if (!is_numeric(left.type()) || !is_numeric(right.type())) {
    const bool amount = is_money(left.type()) || is_money(right.type());
    error("T105", span,
          "Powers are of numbers, and `" + text((is_numeric(left.type()) ? right : left).node->span) +
              "` is " + kind_text((is_numeric(left.type()) ? right : left).type()) + ".",
          amount ? "Divide by an amount first: `… / $1` is a number." : "");
    return {};
  }
  // A whole number to a literal whole power that is not negative stays whole.
  const bool whole = left.type().kind == ir::TypeKind::integer &&
                     right.type().kind == ir::TypeKind::integer && right.node->op == ir::Op::constant &&
                     right.node->value.is_known() && !right.node->value.number().is_negative();
  return lifted(ir::Op::power, number(whole ? ir::TypeKind::integer : ir::TypeKind::number), span,
                std::move(left), std::move(right));
}

}  // namespace merit
