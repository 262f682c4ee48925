// The standard functions on numbers and money: rounding, the lesser and the greater, limits, roots.
#include "compiler/lower/elaborate_impl.h"
#include "compiler/lower/standard_functions.h"

namespace merit {

namespace {

bool is_numeric(const ir::Type& type) {
  return type.kind == ir::TypeKind::number || type.kind == ir::TypeKind::integer;
}

bool is_known_constant(const ir::Expr& node) {
  return node.op == ir::Op::constant && node.value.is_known();
}

ir::TypeKind given(Gives gives, ir::TypeKind taken) {
  switch (gives) {
  case Gives::whole: return ir::TypeKind::integer;
  case Gives::number: return ir::TypeKind::number;
  default: return taken;
  }
}

}  // namespace

std::optional<Typed> Elaborator::Impl::standard_function(const std::string& name, const ast::Call& call,
                                                         Span span) {
  const StandardFunction* function = standard_call(name);
  if (function == nullptr) return std::nullopt;
  if (call.arguments.size() < function->least || call.arguments.size() > function->most) {
    const bool brackets = function->form == FunctionForm::greatest;
    error("T117", span, "`" + name + (brackets ? "(…)` " : "` ") + std::string(function->arity),
          std::string(function->help));
    return Typed{};
  }
  switch (function->form) {
  case FunctionForm::rounding: return round(*function, call, span);
  case FunctionForm::greatest: return extreme(*function, call, span);
  case FunctionForm::limits: return clamp(*function, call, span);
  case FunctionForm::common: return common_part(*function, call, span);
  default: return of_one(*function, call, span);
  }
}

bool Elaborator::Impl::takes(const StandardFunction& function, const Typed& value, const ast::Expr& written,
                             const std::string& name) {
  if (!value.bare_missing && function.takes.has(value.type().kind)) return true;
  const bool roundable = value.type().kind == ir::TypeKind::money &&
                         (function.op == ir::Op::floor || function.op == ir::Op::ceiling);
  const std::string what = text(written.span);
  error("T105", written.span,
        "`" + what + "` is " + (value.bare_missing ? "missing" : kind_text(value.type())) + ", and `" + name +
            "` is for " + text_of(function.takes) + ".",
        roundable ? "Round it, and say to what: `round(" + what + ", $1, down)`." : "");
  return false;
}

Typed Elaborator::Impl::round(const StandardFunction& function, const ast::Call& call, Span span) {
  Typed value = scalar(*call.arguments[0]);
  Typed step;
  if (call.arguments.size() == 2) step = scalar(*call.arguments[1]);
  if (!value || (call.arguments.size() == 2 && !step)) return {};
  const std::string what = text(call.arguments[0]->span);
  ir::Type type = value.type();
  if (!function.takes.has(type.kind)) {
    error("T105", call.arguments[0]->span,
          "`" + what + "` is " + kind_text(type) + ", which cannot be rounded.");
    return {};
  }
  if (!step) {
    if (type.kind == ir::TypeKind::money) {
      error("T126", span, "To what `" + what + "` is rounded, the cent or another amount, is not said.",
            "Write `round(" + what + ", $0.01)`, or `$1` for whole dollars.");
      return {};
    }
    ir::Type integer;
    integer.kind = ir::TypeKind::integer;
    step.node = constant(Value::of_number(Number(1)), integer, span);
  }
  const bool money = type.kind == ir::TypeKind::money;
  const bool step_is_money = step.type().kind == ir::TypeKind::money;
  if (money != step_is_money || (!money && !is_numeric(step.type()))) {
    const Span step_span = call.arguments[1]->span;
    const std::string written = text(step_span);
    if (money) {
      error("T114", step_span,
            "`" + what + "` is an amount of money, and it is rounded to " +
                (is_numeric(step.type()) ? "a number" : kind_text(step.type())) + ", `" + written + "`.",
            "Write the step as an amount: `round(" + what + ", $" +
                (is_known_constant(*step.node) ? written : "0.01") + ")`.");
    } else {
      error("T114", step_span,
            "`" + what + "` is a number, and the step `" + written + "` is " + kind_text(step.type()) + ".",
            "Write the step as a number: `round(" + what + ", 0.01)`.");
    }
    return {};
  }
  RoundingMode mode = RoundingMode::half_away;
  if (call.mode == "half even") mode = RoundingMode::half_even;
  if (call.mode == "up") mode = RoundingMode::up;
  if (call.mode == "down") mode = RoundingMode::down;
  type.step.reset();
  if (is_known_constant(*step.node)) {
    const Number size = step.node->value.number_or_amount();
    if (size.sign() <= 0) {
      error("T125", step.node->span, "The step to round to has to be above zero.");
      return {};
    }
    if (money) {
      type.step = size;
    } else {
      type.kind = size.is_integer() ? ir::TypeKind::integer : ir::TypeKind::number;
    }
  } else if (!money) {
    type.kind = step.type().kind;
  }
  Typed result = lifted(ir::Op::round, type, span, std::move(value), std::move(step));
  result.node->mode = static_cast<uint8_t>(mode);
  return result;
}

Typed Elaborator::Impl::extreme(const StandardFunction& function, const ast::Call& call, Span span) {
  const bool of_known = function.missing == MissingRule::left_out;
  const std::string name(function.name.substr(0, function.name.find(' ')));
  std::vector<ir::ExprPtr> args;
  std::optional<ir::Type> type;
  bool broken = false;
  bool all_optional = true;
  for (const ast::ExprPtr& argument : call.arguments) {
    Typed value = scalar(*argument);
    if (!value) {
      broken = true;
      continue;
    }
    all_optional = all_optional && value.type().optional;
    const ir::TypeKind kind = value.type().kind;
    if (!takes(function, value, *argument, name)) {
      broken = true;
      continue;
    }
    const auto common = type ? common_type(*type, value.type()) : std::optional<ir::Type>(value.type());
    if (!common) {
      error("T108", argument->span,
            "`" + text(call.arguments[0]->span) + "` is " + kind_text(*type) + " and `" +
                text(argument->span) + "` is " + kind_text(value.type()) + ": there is no " + name +
                " of the two.",
            kind == ir::TypeKind::money || type->kind == ir::TypeKind::money
                ? "An amount is written with its currency: `$0`."
                : "");
      broken = true;
      continue;
    }
    type = common;
    args.push_back(std::move(value.node));
  }
  Typed result;
  if (broken) return result;
  if (of_known) type->optional = all_optional;
  result.node = make(function.op, *type, span, std::move(args));
  return result;
}

Typed Elaborator::Impl::clamp(const StandardFunction& function, const ast::Call& call, Span span) {
  const auto* limits = std::get_if<ast::Range>(&call.arguments[1]->node);
  if (!limits || limits->ends != ast::RangeEnds::closed) {
    error("T117", span, "`clamp` " + std::string(function.arity), std::string(function.help));
    return {};
  }
  Typed value = scalar(*call.arguments[0]);
  Typed low = scalar(*limits->low);
  Typed high = scalar(*limits->high);
  if (!value || !low || !high) return {};
  const ir::TypeKind kind = value.type().kind;
  if (!takes(function, value, *call.arguments[0], "clamp")) return {};
  auto type = common_type(value.type(), low.type());
  if (type) type = common_type(*type, high.type());
  if (!type) {
    error("T108", call.arguments[1]->span,
          "`" + text(call.arguments[0]->span) + "` is " + kind_text(value.type()) + ", and `" +
              text(call.arguments[1]->span) + "` does not fit it.",
          kind == ir::TypeKind::money ? "Write the limits as amounts: `$0 to $100`." : "");
    return {};
  }
  // The value first, so that of several reasons for missing its own is kept.
  Typed raised = lifted(ir::Op::maximum_of, *type, span, std::move(value), std::move(low));
  return lifted(ir::Op::minimum_of, *type, span, std::move(raised), std::move(high));
}

Typed Elaborator::Impl::of_one(const StandardFunction& function, const ast::Call& call, Span span) {
  Typed value = scalar(*call.arguments[0]);
  if (!value || !takes(function, value, *call.arguments[0], std::string(function.name))) return {};
  ir::Type type = value.type();
  type.kind = given(function.gives, type.kind);
  Typed result;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(value.node));
  result.node = make(function.op, type, span, std::move(args));
  return result;
}

}  // namespace merit
