// Types: how they are called, which fits which, what may be missing.
#include <algorithm>

#include "compiler/lower/elaborate_impl.h"

namespace merit {

Diagnostic& Elaborator::Impl::error(std::string_view code, Span span, std::string message, std::string help) {
  return diagnostics_.error(code, span, std::move(message), std::move(help));
}

/// As written, on one line.
std::string Elaborator::Impl::text(Span span) const {
  if (span.file == 0 || span.file >= model_.files->size()) return "";
  const std::string& source = (*model_.files)[span.file].text;
  if (span.begin >= source.size()) return "";
  const std::string_view written = std::string_view(source).substr(span.begin, span.end - span.begin);
  std::string line;
  for (const char c : written) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  // What is too long to be quoted ends at a blank.
  constexpr size_t longest = 60;
  if (line.size() > longest) {
    const size_t blank = line.rfind(' ', longest);
    line = line.substr(0, blank == std::string::npos ? longest : blank) + " …";
  }
  return line;
}

/// "a number", "an amount of money", "a hospital", "many results".
std::string Elaborator::Impl::kind_text(const ir::Type& type) const {
  const auto article = [](const std::string& noun) {
    const bool vowel = !noun.empty() && std::string_view("aeiou").find(noun[0]) != std::string_view::npos;
    return (vowel ? "an " : "a ") + noun;
  };
  switch (type.kind) {
  case ir::TypeKind::boolean: return "true or false";
  case ir::TypeKind::integer:
  case ir::TypeKind::number: return "a number";
  case ir::TypeKind::money: return "an amount of money";
  case ir::TypeKind::text: return "text";
  case ir::TypeKind::date: return "a date";
  case ir::TypeKind::duration: return "a length of time";
  case ir::TypeKind::period: return "a period";
  case ir::TypeKind::datetime: return "a datetime";
  case ir::TypeKind::datetime_period: return "a period of datetimes";
  case ir::TypeKind::codes: return "a set of codes";
  case ir::TypeKind::quantity: return "a quantity with a unit";
  case ir::TypeKind::enumeration: return article(model_.program.enums[type.target].name);
  case ir::TypeKind::link: return type.target == 0 ? "the program" : article(entity_name(type.target));
  case ir::TypeKind::collection: return "many " + plural(type.target);
  }
  return "";
}

ir::ExprPtr Elaborator::Impl::make(ir::Op op, ir::Type type, Span span, std::vector<ir::ExprPtr> args) {
  auto node = std::make_unique<ir::Expr>();
  node->op = op;
  node->type = std::move(type);
  if (node->type.kind == ir::TypeKind::codes) node->type.optional = false;  // missing is the empty set
  node->span = span;
  node->args = std::move(args);
  return node;
}

ir::ExprPtr Elaborator::Impl::constant(Value value, ir::Type type, Span span) {
  ir::ExprPtr node = make(ir::Op::constant, std::move(type), span);
  node->value = std::move(value);
  return node;
}

ir::ExprPtr Elaborator::Impl::clone(const ir::Expr& node) {
  auto copy = std::make_unique<ir::Expr>();
  copy->op = node.op;
  copy->type = node.type;
  copy->span = node.span;
  copy->value = node.value;
  copy->text = node.text;
  copy->index = node.index;
  copy->variable = node.variable;
  copy->mode = node.mode;
  copy->descending = node.descending;
  copy->args.reserve(node.args.size());
  for (const ir::ExprPtr& argument : node.args) copy->args.push_back(clone(*argument));
  return copy;
}

const ir::Expr& Elaborator::Impl::cause_of_missing(const ir::Expr& node) {
  switch (node.op) {
  case ir::Op::aggregate:
  case ir::Op::apportion:
  case ir::Op::lookup:
  case ir::Op::in_unit:
  case ir::Op::missing_value:
  case ir::Op::cases: return node;
  case ir::Op::if_missing: return cause_of_missing(*node.args[1]);
  case ir::Op::field:
    // The step that is missing first: `measure` of `measure.threshold` before the threshold itself.
    if (!node.args.empty() && node.args[0]->type.optional) return cause_of_missing(*node.args[0]);
    return node;
  default: break;
  }
  for (const ir::ExprPtr& argument : node.args) {
    if (argument->type.optional) return cause_of_missing(*argument);
  }
  return node;
}

bool Elaborator::Impl::refuse_missing(const Typed& value, std::string_view code, std::string_view use) {
  if (!value.type().optional || value.type().kind == ir::TypeKind::codes) return true;
  if (value.type().kind == ir::TypeKind::quantity && code == "M101") {
    without_unit(value.node->span, text(value.node->span));
    return false;
  }
  const ir::Expr& cause = cause_of_missing(*value.node);
  const std::string what = text(cause.span);
  // One path is one message in a definition, however often it is used there.
  std::vector<std::string>& reported = context_->reported;
  if (std::find(reported.begin(), reported.end(), what) != reported.end()) return false;
  reported.push_back(what);
  const std::string whole = text(value.node->span);
  std::string message = "`" + what + "`";
  std::string help;
  switch (cause.op) {
  case ir::Op::aggregate:
    if (cause.mode == static_cast<uint8_t>(ir::AggregateMode::the)) {
      message += " is missing where there is no such row";
    } else {
      message += " is missing where there are no rows";
    }
    help = "Give it a name and ask first whether it is known (`NAME is known and …`), or whether there are "
           "rows.";
    break;
  case ir::Op::lookup:
    message += " is missing where there is no row with this key";
    help = "Give it a name and ask first: `NAME is known and …`.";
    break;
  case ir::Op::cases:
    message += " may be missing";
    help = "Give it a name and ask first: `NAME is known and …`.";
    break;
  default: {
    message += " may be missing";
    help = "Ask first (`" + what + " is known and …`), or say what missing counts as";
    switch (cause.type.kind) {
    case ir::TypeKind::number:
    case ir::TypeKind::integer: help += ": `(" + what + " if missing 0)`."; break;
    case ir::TypeKind::money: help += ": `(" + what + " if missing $0)`."; break;
    case ir::TypeKind::boolean: help += ": `(" + what + " if missing false)`."; break;
    default: help += ": `(" + what + " if missing …)`."; break;
    }
    break;
  }
  }
  if (whole != what && !whole.empty()) {
    message += ", and with it `" + whole + "`, so it " + std::string(use) + ".";
  } else {
    message += ", so it " + std::string(use) + ".";
  }
  error(code, value.node->span, message, help);
  return false;
}

ir::ExprPtr Elaborator::Impl::assumed_known(ir::ExprPtr node) {
  if (!node->type.optional || node->type.kind == ir::TypeKind::codes) return node;
  switch (node->op) {
  case ir::Op::cases:
  case ir::Op::if_missing:
  case ir::Op::missing_value: {
    // Some branch may be missing, though not the one that counts: a value that is never used stands in for
    // it.
    Value unused;
    switch (node->type.kind) {
    case ir::TypeKind::boolean: unused = Value::of_boolean(false); break;
    case ir::TypeKind::integer:
    case ir::TypeKind::number: unused = Value::of_number(Number(0)); break;
    case ir::TypeKind::money: unused = Value::of_money(Number(0)); break;
    case ir::TypeKind::text: unused = Value::of_text(""); break;
    case ir::TypeKind::date: unused = Value::of_date(Date{0}); break;
    case ir::TypeKind::duration: unused = Value::of_duration(Duration{}); break;
    case ir::TypeKind::period: unused = Value::of_period(Period{}); break;
    case ir::TypeKind::datetime: unused = Value::of_datetime(DateTime()); break;
    case ir::TypeKind::datetime_period: unused = Value::of_datetime_period(DateTimePeriod{}); break;
    case ir::TypeKind::codes: break;  // never optional
    case ir::TypeKind::quantity: unused = Value::of_quantity({}); break;
    case ir::TypeKind::enumeration: unused = Value::of_enumeration(0); break;
    case ir::TypeKind::link:
    case ir::TypeKind::collection: unused = Value::of_row(0); break;
    }
    ir::Type type = node->type;
    type.optional = false;
    const Span span = node->span;
    std::vector<ir::ExprPtr> args;
    args.push_back(std::move(node));
    args.push_back(constant(std::move(unused), type, span));
    return make(ir::Op::if_missing, type, span, std::move(args));
  }
  case ir::Op::apportion:
  case ir::Op::aggregate: node->type.optional = false; return node;
  default:
    // What is known was computed from what is known.
    node->type.optional = false;
    for (ir::ExprPtr& argument : node->args) argument = assumed_known(std::move(argument));
    return node;
  }
}

std::optional<Number> Elaborator::Impl::common_step(const std::optional<Number>& a,
                                                    const std::optional<Number>& b) {
  if (!a || !b) return std::nullopt;
  if ((*a / *b).is_integer()) return b;
  if ((*b / *a).is_integer()) return a;
  return std::nullopt;
}

std::optional<ir::Type> Elaborator::Impl::common_type(const ir::Type& a, const ir::Type& b) {
  ir::Type type = a;
  type.optional = a.optional || b.optional;
  if (a.kind == b.kind) {
    if (a.target != b.target) return std::nullopt;
    if (a.kind == ir::TypeKind::money) type.step = common_step(a.step, b.step);
    return type;
  }
  const auto numeric = [](const ir::Type& t) {
    return t.kind == ir::TypeKind::number || t.kind == ir::TypeKind::integer;
  };
  if (!numeric(a) || !numeric(b)) return std::nullopt;
  type.kind = ir::TypeKind::number;
  return type;
}

/// Gives `missing because …`, wherever it stands for the whole value, the type of its surroundings.
void Elaborator::Impl::set_missing_type(ir::Expr& node, const ir::Type& type) {
  node.type = type;
  node.type.optional = type.kind != ir::TypeKind::codes;
  if (node.op != ir::Op::cases) return;
  for (size_t i = 1; i < node.args.size(); i += 2) set_missing_type(*node.args[i], type);
  if (node.args.size() % 2 == 1) set_missing_type(*node.args.back(), type);
}

Typed Elaborator::Impl::coerce(Typed value, const ir::Type& wanted, Span span, std::string_view place) {
  if (!value) return value;
  if (value.bare_missing) {
    if (!wanted.optional && wanted.kind != ir::TypeKind::codes) {
      error("M104", span,
            std::string(place) + " is of type `" + type_text(wanted) + "`, which is never missing.",
            "Write `" + type_text(wanted) + "?` as its type.");
      value.node = nullptr;
      return value;
    }
    set_missing_type(*value.node, wanted);
    value.bare_missing = false;
    return value;
  }
  const ir::Type& found = value.type();
  const bool same = found.kind == wanted.kind && found.target == wanted.target;
  const bool number = wanted.kind == ir::TypeKind::number && found.kind == ir::TypeKind::integer;
  if (!same && !number) {
    std::string help;
    if (wanted.kind == ir::TypeKind::integer && found.kind == ir::TypeKind::number) {
      error("T001", span,
            std::string(place) + " is a whole number (`integer`), and `" + text(span) + "` need not be one.",
            "Round it, `round(…)`, or write `number`.");
    } else {
      if (wanted.kind == ir::TypeKind::money &&
          (found.kind == ir::TypeKind::number || found.kind == ir::TypeKind::integer)) {
        help = "An amount is written with its currency, `$5`; a number becomes one by `… * $1`.";
      } else if (wanted.kind == ir::TypeKind::number && found.kind == ir::TypeKind::money) {
        help = "Divide by an amount: `… / $1` is a number.";
      } else if (found.kind == ir::TypeKind::quantity) {
        help = "Name the unit that the number is wanted in: `" + text(span) + " as 'mg/dL'`.";
      } else if (found.kind == ir::TypeKind::collection) {
        help = "Say what is wanted of the rows: `count of …`, `sum of … over …`.";
      }
      error("T001", span,
            std::string(place) + " is to be " + kind_text(wanted) + ", and `" + text(span) + "` is " +
                kind_text(found) + ".",
            help);
    }
    value.node = nullptr;
    return value;
  }
  if (!wanted.optional && found.optional && found.kind != ir::TypeKind::codes) {
    const ir::Expr& cause = cause_of_missing(*value.node);
    const std::string what = text(cause.span);
    std::string message =
        std::string(place) + " is of type `" + type_text(wanted) + "`, which is never missing, and ";
    if (cause.op == ir::Op::aggregate) {
      message += "`" + what + "` is missing where there are no rows.";
    } else if (cause.op == ir::Op::cases || what == text(span) || cause.op == ir::Op::missing_value) {
      message += "some of its values may be missing.";
    } else {
      message += "`" + what + "` may be missing.";
    }
    if (std::find(context_->reported.begin(), context_->reported.end(), what) == context_->reported.end()) {
      context_->reported.push_back(what);
      error("M104", span, message,
            "Write `" + type_text(wanted) +
                "?` as the type, or say what missing counts as: `(… if missing …)`.");
    }
    value.node = nullptr;
    return value;
  }
  return value;
}

}  // namespace merit
