// The standard functions on numbers and money: rounding, the lesser and the greater, limits, roots.
#include <algorithm>
#include <array>

#include "compiler/lower/elaborate_impl.h"

namespace merit {

namespace {

struct StandardFunction {
  std::string_view name;
  ir::Op op;
  std::string_view example;
};

constexpr std::array numeric_functions = {
    StandardFunction{"abs", ir::Op::absolute, "abs(x)"},
    StandardFunction{"floor", ir::Op::floor, "floor(x)"},
    StandardFunction{"ceiling", ir::Op::ceiling, "ceiling(x)"},
    StandardFunction{"sqrt", ir::Op::square_root, "sqrt(x)"},
    StandardFunction{"exp", ir::Op::exponential, "exp(x)"},
    StandardFunction{"ln", ir::Op::logarithm, "ln(x)"},
};

bool is_numeric(const ir::Type& type) {
  return type.kind == ir::TypeKind::number || type.kind == ir::TypeKind::integer;
}

bool is_known_constant(const ir::Expr& node) {
  return node.op == ir::Op::constant && node.value.is_known();
}

}  // namespace

std::optional<Typed> Elaborator::Impl::standard_function(const std::string& name, const ast::Call& call,
                                                         Span span) {
  if (!call.mode.empty() && name != "round") {
    error("T117", span, "`" + call.mode + "` says how to round, and `" + name + "` does not round.",
          "Write `round(…, " + call.mode + ")`.");
    return Typed{};
  }
  if (name == "round") return round(call, span);
  if (name == "minimum") return extreme(call, span, false, false);
  if (name == "maximum") return extreme(call, span, true, false);
  if (name == "minimum of known") return extreme(call, span, false, true);
  if (name == "maximum of known") return extreme(call, span, true, true);
  if (name == "clamp") return clamp(call, span);
  for (const StandardFunction& function : numeric_functions) {
    if (function.name == name) return numeric_function(name, call, span);
  }
  return std::nullopt;
}

Typed Elaborator::Impl::round(const ast::Call& call, Span span) {
  if (call.arguments.empty() || call.arguments.size() > 2) {
    error("T117", span, "`round` takes a value and the step it is rounded to.",
          "For example `round(x, 0.1)`, `round(amount, $0.01)`, `round(x, 1, half even)`.");
    return {};
  }
  Typed value = scalar(*call.arguments[0]);
  Typed step;
  if (call.arguments.size() == 2) step = scalar(*call.arguments[1]);
  if (!value || (call.arguments.size() == 2 && !step)) return {};
  const std::string what = text(call.arguments[0]->span);
  ir::Type type = value.type();
  if (!is_numeric(type) && type.kind != ir::TypeKind::money) {
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

Typed Elaborator::Impl::extreme(const ast::Call& call, Span span, bool greatest, bool of_known) {
  const std::string name = greatest ? "maximum" : "minimum";
  if (call.arguments.size() < 2) {
    error("T117", span, "`" + name + (of_known ? " of known" : "") + "(…)` compares two values or more.",
          "Over rows it is written `" + name + " of … over …`.");
    return {};
  }
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
    if (value.bare_missing ||
        (!is_numeric(value.type()) && kind != ir::TypeKind::money && kind != ir::TypeKind::date)) {
      error("T105", argument->span,
            "`" + text(argument->span) + "` is " +
                (value.bare_missing ? "missing" : kind_text(value.type())) + ", and `" + name +
                "` is for numbers, money and dates.");
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
  ir::Op op = greatest ? ir::Op::maximum_of : ir::Op::minimum_of;
  if (of_known) {
    op = greatest ? ir::Op::maximum_of_known : ir::Op::minimum_of_known;
    type->optional = all_optional;
  }
  result.node = make(op, *type, span, std::move(args));
  return result;
}

Typed Elaborator::Impl::clamp(const ast::Call& call, Span span) {
  const auto* limits =
      call.arguments.size() == 2 ? std::get_if<ast::Range>(&call.arguments[1]->node) : nullptr;
  if (!limits || limits->ends != ast::RangeEnds::closed) {
    error("T117", span, "`clamp` takes a value and the range it is kept in.",
          "For example `clamp(x, 0 to 10)`.");
    return {};
  }
  Typed value = scalar(*call.arguments[0]);
  Typed low = scalar(*limits->low);
  Typed high = scalar(*limits->high);
  if (!value || !low || !high) return {};
  const ir::TypeKind kind = value.type().kind;
  if (!is_numeric(value.type()) && kind != ir::TypeKind::money && kind != ir::TypeKind::date) {
    error("T105", call.arguments[0]->span,
          "`" + text(call.arguments[0]->span) + "` is " + kind_text(value.type()) +
              ", and `clamp` is for numbers, money and dates.");
    return {};
  }
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

Typed Elaborator::Impl::numeric_function(const std::string& name, const ast::Call& call, Span span) {
  const auto* function = std::find_if(numeric_functions.begin(), numeric_functions.end(),
                                      [&](const StandardFunction& f) { return f.name == name; });
  if (call.arguments.size() != 1) {
    error("T117", span, "`" + name + "` takes one value.",
          "For example `" + std::string(function->example) + "`.");
    return {};
  }
  Typed value = scalar(*call.arguments[0]);
  if (!value) return {};
  ir::Type type = value.type();
  const bool amount = type.kind == ir::TypeKind::money;
  if (!is_numeric(type) && !(amount && function->op == ir::Op::absolute)) {
    const bool rounding = function->op == ir::Op::floor || function->op == ir::Op::ceiling;
    error("T105", call.arguments[0]->span,
          "`" + text(call.arguments[0]->span) + "` is " + kind_text(type) + ", and `" + name +
              "` is for numbers.",
          amount && rounding
              ? "Round it, and say to what: `round(" + text(call.arguments[0]->span) + ", $1, down)`."
              : "");
    return {};
  }
  if (function->op == ir::Op::floor || function->op == ir::Op::ceiling) type.kind = ir::TypeKind::integer;
  if (function->op != ir::Op::absolute && type.kind == ir::TypeKind::integer &&
      function->op != ir::Op::floor && function->op != ir::Op::ceiling) {
    type.kind = ir::TypeKind::number;
  }
  Typed result;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(value.node));
  result.node = make(function->op, type, span, std::move(args));
  return result;
}

}  // namespace merit
