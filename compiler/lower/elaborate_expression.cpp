// Which pass elaborates which form; literals.
#include "compiler/lower/elaborate_impl.h"
#include "runtime/values/currency.h"

namespace merit {

namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

ir::Type simple(ir::TypeKind kind) {
  ir::Type type;
  type.kind = kind;
  return type;
}

}  // namespace

Typed Elaborator::Impl::expr(const ast::Expr& expr, const ir::Type* hint) {
  const Span span = expr.span;
  return std::visit(
      Overloaded{
          [&](const ast::Literal& node) {
            if (node.kind == ast::LiteralKind::text && hint &&
                (hint->kind == ir::TypeKind::link || hint->kind == ir::TypeKind::enumeration)) {
              return row_or_value(node.text, span, *hint);
            }
            return literal(node, span);
          },
          [&](const ast::NameRef& node) { return name(node.name, span, hint); },
          [&](const ast::Member& node) { return member(node, span, hint); },
          [&](const ast::Through& node) { return through(node, span); },
          [&](const ast::Call& node) { return call(node, span, hint); },
          [&](const ast::Unary& node) {
            switch (node.op) {
            case ast::UnaryOp::negate: return negate(node, span, hint);
            case ast::UnaryOp::logical_not: return logical_not(*node.operand, span);
            case ast::UnaryOp::is_known:
            case ast::UnaryOp::is_missing: return known_or_missing(node, span);
            case ast::UnaryOp::date_of: return date_of(*node.operand, span);
            }
            return Typed{};
          },
          [&](const ast::Binary& node) {
            using ast::BinaryOp;
            switch (node.op) {
            case BinaryOp::add:
            case BinaryOp::subtract:
            case BinaryOp::multiply:
            case BinaryOp::divide:
            case BinaryOp::power: return arithmetic(node, span);
            case BinaryOp::is:
            case BinaryOp::is_not:
            case BinaryOp::less:
            case BinaryOp::less_equal:
            case BinaryOp::greater:
            case BinaryOp::greater_equal: return compare(node, span, &expr == context_->expectation);
            case BinaryOp::in:
            case BinaryOp::not_in: return membership(node, span);
            case BinaryOp::overlaps:
            case BinaryOp::before:
            case BinaryOp::after: return period_relation(node, span);
            case BinaryOp::reached_by:
            case BinaryOp::better_than:
            case BinaryOp::worse_than: return better(node, span);
            case BinaryOp::logical_and:
            case BinaryOp::logical_or: return logic(node, span);
            }
            return Typed{};
          },
          [&](const ast::Range& node) { return range(node, span); },
          [&](const ast::Within& node) { return within(node, span); },
          [&](const ast::SpanBetween& node) { return span_between(node, span); },
          [&](const ast::IfMissing& node) { return if_missing(node, span, hint); },
          [&](const ast::MissingValue& node) {
            Typed result;
            result.node = make(ir::Op::missing_value, simple(ir::TypeKind::number), span);
            result.node->type.optional = true;
            result.node->text = node.reason.value_or("");
            result.bare_missing = true;
            if (hint) set_missing_type(*result.node, *hint);
            return result;
          },
          [&](const ast::AsBefore&) {
            if (context_->as_before == ir::none) {
              error("N015", span,
                    "`as before` means the value that an amendment replaces, and nothing is replaced here.",
                    "Use it inside `replace …`.");
              return Typed{};
            }
            ir::ExprPtr row = make(ir::Op::row, simple(ir::TypeKind::link), span);
            row->type.target = column_of(context_->as_before).entity;
            row->variable = row->type.target == 0 ? 0 : 1;
            return field(std::move(row), context_->as_before, span);
          },
          [&](const ast::All& node) { return all(node, span); },
          [&](const ast::Filter& node) { return filter(node, span); },
          [&](const ast::Aggregate& node) { return aggregate(node, span); },
          [&](const ast::Solve& node) { return solve(node, span); },
          [&](const ast::Apportion& node) { return apportion(node, span); },
          [&](const ast::MeasureOver& node) { return measure_over(node, span); },
          [&](const ast::Cases& node) { return cases(node, span, hint); },
          [&](const ast::Quantified& node) { return quantified(node, span); },
          [&](const ast::Cell&) {
            error("N016", span,
                  "`column \"…\"` reads a cell of a data file, so it stands in a `source` alone.",
                  "Read the cell into a field of an entity, and use the field here.");
            return Typed{};
          },
          [&](const ast::Path&) {
            error("N016", span,
                  "`path \"…\"` reads what stands in a resource, so it stands in a `source fhir` alone.",
                  "Read it into a field of an entity, and use the field here.");
            return Typed{};
          },
          [&](const ast::Only&) {
            error("N016", span, "`only \"…\"` names a resource, so it stands in a `source fhir` alone.",
                  "Read it into a link of an entity, and use the link here.");
            return Typed{};
          },
          [&](const ast::PositionOf&) {
            error("N016", span,
                  "`position of` counts the elements of a list in a resource, so it stands in a `source "
                  "fhir` alone.",
                  "Read it into a field of an entity, and use the field here.");
            return Typed{};
          },
          [&](const ast::Interpolated&) {
            error("N016", span, "Text with `{…}` in it is for the headers in a `source` alone.",
                  "Write the braces' content outside the text.");
            return Typed{};
          },
          [&](const ast::InUnit& node) { return in_unit(node, span); },
          [&](const ast::Broken&) { return Typed{}; },
      },
      expr.node);
}

Typed Elaborator::Impl::scalar(const ast::Expr& expr, const ir::Type* hint) {
  Typed value = this->expr(expr, hint);
  if (value && value.type().kind == ir::TypeKind::collection) {
    const std::string what = text(expr.span);
    const bool all = what.starts_with("all ");  // `the` is for what is one by its nature
    error("T111", expr.span, "`" + what + "` is many rows, and one value is needed here.",
          "Say what is wanted of them: `count of " + what + "`, `sum of … over " + what +
              (all ? "`." : "`, `the " + what + "`."));
    value.node = nullptr;
  }
  return value;
}

Typed Elaborator::Impl::plain(const ast::Expr& expr, std::string_view code, std::string_view use,
                              const ir::Type* hint, bool may_miss) {
  Typed value = scalar(expr, hint);
  if (value && value.bare_missing) {
    error(code, expr.span, "`missing` is no value, so it " + std::string(use) + ".",
          "To ask whether something is missing, write `… is missing`.");
    value.node = nullptr;
  } else if (value && !may_miss && !refuse_missing(value, code, use)) {
    value.node = nullptr;
  }
  return value;
}

Typed Elaborator::Impl::condition(const ast::Expr& expr, std::string_view what) {
  Typed value = scalar(expr);
  if (!value) return value;
  if (value.bare_missing || value.type().kind != ir::TypeKind::boolean) {
    const std::string found = value.bare_missing ? "missing" : kind_text(value.type());
    error("T122", expr.span,
          "`" + text(expr.span) + "` is " + found + ", and " + std::string(what) +
              " has to be true or false.",
          value.type().kind == ir::TypeKind::number || value.type().kind == ir::TypeKind::integer ||
                  value.type().kind == ir::TypeKind::money
              ? "Compare it with something: `" + text(expr.span) + " > …`."
              : "");
    value.node = nullptr;
  } else if (&expr == context_->expectation && value.type().optional) {
    ir::ExprPtr asked = clone(*value.node);
    value.node = assumed_known(std::move(value.node));
    value = only_if_known(std::move(asked), nullptr, std::move(value), expr.span);
  } else if (!refuse_missing(value, "M102", "cannot decide " + std::string(what))) {
    value.node = nullptr;
  }
  return value;
}

Typed Elaborator::Impl::literal(const ast::Literal& literal, Span span) {
  Typed result;
  const auto bad = [&](const std::string& message) {
    error("T124", span, message);
    return Typed{};
  };
  switch (literal.kind) {
  case ast::LiteralKind::number:
  case ast::LiteralKind::percent: {
    const bool percent = literal.kind == ast::LiteralKind::percent;
    const auto number = Number::parse(percent ? literal.text + "%" : literal.text);
    if (!number) return bad("`" + text(span) + "` is not a number.");
    const ir::TypeKind kind = number->is_integer() ? ir::TypeKind::integer : ir::TypeKind::number;
    result.node = constant(Value::of_number(*number), simple(kind), span);
    return result;
  }
  case ast::LiteralKind::money: {
    const Currency* own = find_currency(model_.program.currency);
    if (!own) own = &default_currency();
    const Currency* written = find_currency_by_symbol(literal.unit);
    if (!written || !(*written == *own)) {
      error("T119", span,
            "`" + text(span) + "` is not in the program's currency, " + std::string(own->code) + ".",
            "Write the amount with `" + std::string(own->symbol) +
                "`, or change the line `currency` of the program.");
      return {};
    }
    const auto amount = Number::parse(literal.text);
    if (!amount) return bad("`" + text(span) + "` is not an amount of money.");
    const Number coin = Number::from_decimal(1, own->minor_decimals);
    ir::Type type = simple(ir::TypeKind::money);
    if ((*amount / coin).is_integer()) type.step = coin;
    result.node = constant(Value::of_money(*amount), type, span);
    return result;
  }
  case ast::LiteralKind::date: {
    const auto date = Date::parse(literal.text);
    if (!date) return result;  // the calendar has no such day: said where the text was read
    result.node = constant(Value::of_date(*date), simple(ir::TypeKind::date), span);
    return result;
  }
  case ast::LiteralKind::datetime: {
    const auto time = DateTime::parse(literal.text);
    if (!time) return result;  // said where the text was read
    result.node = constant(Value::of_datetime(*time), simple(ir::TypeKind::datetime), span);
    return result;
  }
  case ast::LiteralKind::text:
    result.node = constant(Value::of_text(literal.text), simple(ir::TypeKind::text), span);
    return result;
  case ast::LiteralKind::boolean:
    result.node = constant(Value::of_boolean(literal.text == "true"), simple(ir::TypeKind::boolean), span);
    return result;
  case ast::LiteralKind::duration: {
    const auto number = Number::parse(literal.text);
    const auto count = number ? number->to_int64() : std::nullopt;
    if (!count || *count > 100'000)
      return bad("`" + text(span) + "` is not a whole number of " + literal.unit + "s up to 100 000.");
    Duration duration;
    const auto units = static_cast<int32_t>(*count);
    if (literal.unit == "day") duration.days = units;
    if (literal.unit == "week") duration.days = 7 * units;
    if (literal.unit == "month") duration.months = units;
    if (literal.unit == "year") duration.months = 12 * units;
    if (literal.unit == "hour") duration.seconds = int64_t{3600} * units;
    if (literal.unit == "minute") duration.seconds = int64_t{60} * units;
    if (literal.unit == "second") duration.seconds = units;
    result.node = constant(Value::of_duration(duration), simple(ir::TypeKind::duration), span);
    return result;
  }
  }
  return result;
}

}  // namespace merit
