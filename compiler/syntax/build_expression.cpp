#include "compiler/syntax/build_expression.h"

#include <fmt/format.h>

#include <algorithm>

namespace merit {

using ast::AggregateKind;
using ast::BinaryOp;
using ast::Expr;
using ast::ExprPtr;

namespace {

const Lexeme& lexeme(const antlr4::Token* token) {
  return static_cast<const SyntaxToken*>(token)->lexeme();
}

std::string_view view(const antlr4::Token* token) {
  return static_cast<const SyntaxToken*>(token)->view();
}

int32_t type_of(const antlr4::Token* token) {
  return lexeme(token).type;
}

bool is_comparison(BinaryOp op) {
  return op >= BinaryOp::is && op <= BinaryOp::worse_than;
}

BinaryOp binary_op(int32_t type) {
  switch (type) {
  case token::PLUS: return BinaryOp::add;
  case token::MINUS: return BinaryOp::subtract;
  case token::STAR: return BinaryOp::multiply;
  case token::SLASH: return BinaryOp::divide;
  case token::CARET: return BinaryOp::power;
  case token::IS: return BinaryOp::is;
  case token::IS_NOT: return BinaryOp::is_not;
  case token::LESS: return BinaryOp::less;
  case token::LESS_EQUAL: return BinaryOp::less_equal;
  case token::GREATER: return BinaryOp::greater;
  case token::GREATER_EQUAL: return BinaryOp::greater_equal;
  case token::IN: return BinaryOp::in;
  case token::NOT_IN: return BinaryOp::not_in;
  case token::OVERLAPS: return BinaryOp::overlaps;
  case token::BEFORE: return BinaryOp::before;
  case token::AFTER: return BinaryOp::after;
  case token::REACHED_BY: return BinaryOp::reached_by;
  case token::BETTER_THAN: return BinaryOp::better_than;
  case token::WORSE_THAN: return BinaryOp::worse_than;
  case token::SAME_DAY: return BinaryOp::is;
  case token::OR: return BinaryOp::logical_or;
  default: return BinaryOp::logical_and;
  }
}

AggregateKind aggregate_kind(int32_t type) {
  switch (type) {
  case token::COUNT_OF: return AggregateKind::count;
  case token::SUM_OF: return AggregateKind::sum;
  case token::AVERAGE_OF: return AggregateKind::average;
  case token::MINIMUM_OF: return AggregateKind::minimum;
  case token::MAXIMUM_OF: return AggregateKind::maximum;
  case token::EXISTS: return AggregateKind::exists;
  case token::NO: return AggregateKind::no;
  case token::EVERY: return AggregateKind::every;
  case token::LATEST_OF: return AggregateKind::latest;
  case token::EARLIEST_OF: return AggregateKind::earliest;
  case token::HIGHEST_OF: return AggregateKind::highest;
  case token::LOWEST_OF: return AggregateKind::lowest;
  case token::MEDIAN_OF: return AggregateKind::median;
  case token::LIST_OF:
  case token::ORDERED_LIST_OF: return AggregateKind::list;
  case token::PREVIOUS_OF: return AggregateKind::previous;
  case token::RANK_OF: return AggregateKind::rank;
  case token::DAYS_COVERED_BY: return AggregateKind::days_covered;
  default: return AggregateKind::the;
  }
}

}  // namespace

template <typename Node>
ExprPtr ExpressionBuilder::make(Span span, Node node) const {
  auto made = std::make_unique<Expr>();
  made->span = span;
  made->node = std::move(node);
  return made;
}

ExprPtr ExpressionBuilder::named(const ast::Name& name) const {
  return make(name.span, ast::NameRef{name.text});
}

ExprPtr ExpressionBuilder::broken(Span span) const {
  return make(span, ast::Broken{});
}

Span ExpressionBuilder::span(const antlr4::Token* token) const {
  return {file_, lexeme(token).begin, lexeme(token).end};
}

Span ExpressionBuilder::span(const antlr4::ParserRuleContext* context) const {
  const uint32_t begin = lexeme(context->start).begin;
  const uint32_t end = context->stop == nullptr ? begin : lexeme(context->stop).end;
  return {file_, begin, std::max(begin, end)};
}

ast::Name ExpressionBuilder::name(const antlr4::Token* token) const {
  return {std::string(view(token)), span(token)};
}

std::string ExpressionBuilder::text_of(const antlr4::Token* token) const {
  std::string_view inside = view(token);
  // Curly quotes are reported and read like straight ones, whatever their length.
  if (!inside.starts_with('"')) return std::string(inside);
  inside.remove_prefix(1);
  if (inside.ends_with('"')) inside.remove_suffix(1);
  return unescape(inside);
}

ExprPtr ExpressionBuilder::open(const Parser::OpenContext* context) {
  if (context == nullptr) return nullptr;
  const Span whole = span(context);
  ExprPtr condition = expression(context->condition);
  if (context->kind == nullptr)
    return filtered(expression(context->value), context->alias, std::move(condition), whole);

  if (context->unknown != nullptr) {
    const bool largest = type_of(context->kind) == token::LARGEST;
    return make(whole, ast::Solve{largest, name(context->unknown), expression(context->reach),
                                  expression(context->stride), std::move(condition)});
  }
  ExprPtr collection = expression(context->collection);
  if (context->alias != nullptr || condition != nullptr) {
    Span inner = collection->span;
    if (condition != nullptr) inner.end = condition->span.end;
    collection = filtered(std::move(collection), context->alias, std::move(condition), inner);
  }
  if (type_of(context->kind) == token::APPORTION) {
    ast::Apportion made{expression(context->value),
                        expression(context->weight),
                        std::move(collection),
                        expression(context->stride),
                        {}};
    for (size_t i = 0; i < context->orders.size(); ++i) {
      const bool down = i > 0 && type_of(context->directions[i - 1]) == token::THEN_HIGHEST;
      made.ties.push_back({expression(context->orders[i]), down, i > 0});
    }
    return make(whole, std::move(made));
  }
  ast::Aggregate made{aggregate_kind(type_of(context->kind)), nullptr, std::move(collection), {}};
  if (made.kind == AggregateKind::every) {
    made.value = expression(context->value);
    return make(whole, std::move(made));
  }
  bool first_down = made.kind == AggregateKind::latest || made.kind == AggregateKind::highest;
  if (made.kind == AggregateKind::list) {
    made.value = expression(context->value);
    first_down = type_of(context->first) == token::BY_HIGHEST;
  }
  if (made.kind == AggregateKind::rank) {
    made.value = expression(context->value);
    if (context->first != nullptr) made.highest_first = type_of(context->first) == token::HIGHEST_FIRST;
    if (context->ties != nullptr) {
      const int32_t ties = type_of(context->ties);
      made.ties = ties == token::TIES_BEST      ? ast::Ties::best
                  : ties == token::TIES_AVERAGE ? ast::Ties::average
                                                : ast::Ties::by;
      first_down = ties == token::TIES_HIGHEST;
    }
  }
  for (size_t i = 0; i < context->orders.size(); ++i) {
    const bool written = i > 0;
    const bool down = written ? type_of(context->directions[i - 1]) == token::THEN_HIGHEST : first_down;
    made.order.push_back({expression(context->orders[i]), down, written});
  }
  return make(whole, std::move(made));
}

/// Gives the `where` after an expression to the collection that it belongs to.
ExprPtr ExpressionBuilder::filtered(ExprPtr value, const antlr4::Token* alias, ExprPtr condition,
                                    Span whole) {
  if (alias == nullptr && condition == nullptr) return value;
  ExprPtr* place = &value;
  while (!(*place)->bracketed) {
    if (auto* negation = std::get_if<ast::Unary>(&(*place)->node);
        negation != nullptr && negation->op == ast::UnaryOp::logical_not) {
      (*place)->span.end = whole.end;
      place = &negation->operand;
    } else if (auto* aggregate = std::get_if<ast::Aggregate>(&(*place)->node)) {
      (*place)->span.end = whole.end;
      place = &aggregate->collection;
    } else {
      break;
    }
  }
  const auto& node = (*place)->node;
  const bool collection = (*place)->bracketed || std::holds_alternative<ast::NameRef>(node) ||
                          std::holds_alternative<ast::Member>(node) ||
                          std::holds_alternative<ast::All>(node) || std::holds_alternative<ast::Call>(node) ||
                          std::holds_alternative<ast::Through>(node);
  if (!collection) {
    if (!std::holds_alternative<ast::Broken>(node)) {
      const std::string_view word = condition != nullptr ? "where" : "as";
      diagnostics_.error("S024", (*place)->span,
                         fmt::format("It is not clear what the `{}` after this belongs to.", word),
                         fmt::format("Put the collection and its `{}` in brackets.", word));
    }
    return value;
  }
  Span inner = (*place)->span;
  inner.end = whole.end;
  ast::Filter filter{std::move(*place), std::nullopt, std::move(condition)};
  if (alias != nullptr) filter.alias = name(alias);
  *place = make(inner, std::move(filter));
  return value;
}

ExprPtr ExpressionBuilder::expression(const Parser::ExpressionContext* context) {
  if (context == nullptr) return nullptr;
  if (context->op == nullptr) return broken(span(context));
  const Span whole = span(context);
  switch (type_of(context->op)) {
  case token::LPAREN: return context->left == nullptr ? bracket(context) : call(context);
  case token::ALL: return make(whole, ast::All{name(context->name)});
  case token::MISSING_BECAUSE: return make(whole, ast::MissingValue{text_of(context->name)});
  case token::COLUMN: return cell(context);
  case token::PATH: {
    ast::Path made{text_of(context->name), span(context->name)};
    if (made.text.find('{') != std::string::npos) made.interpolated = interpolated(made.text_span);
    return make(whole, std::move(made));
  }
  case token::ONLY: return make(whole, ast::Only{text_of(context->name), span(context->name)});
  case token::POSITION_OF: return make(whole, ast::PositionOf{name(context->name)});
  case token::DOT: return make(whole, ast::Member{expression(context->left), name(context->name)});
  case token::AS_UNIT: {
    const std::string_view written = view(context->op);
    const size_t quote = std::min(written.find('\''), written.size());
    std::string_view unit = written.substr(std::min(quote + 1, written.size()));
    if (unit.ends_with('\'')) unit.remove_suffix(1);
    Span place = span(context->op);
    place.begin += static_cast<uint32_t>(quote);
    return make(whole, ast::InUnit{expression(context->left), std::string(unit), place});
  }
  case token::THROUGH: return make(whole, ast::Through{expression(context->left), name(context->name)});
  case token::COUNT_OF:
  case token::EXISTS:
  case token::NO:
  case token::THE:
  case token::SUM_OF:
  case token::AVERAGE_OF:
  case token::MINIMUM_OF:
  case token::MAXIMUM_OF:
  case token::MEDIAN_OF:
  case token::LIST_OF:
  case token::DAYS_COVERED_BY:
  case token::STATISTIC: return aggregate(context);
  case token::RATE_OF: return measure_over(context);
  case token::MINUS:
    if (context->left != nullptr) return binary(context);
    return make(whole, ast::Unary{ast::UnaryOp::negate, expression(context->right)});
  case token::NOT: return make(whole, ast::Unary{ast::UnaryOp::logical_not, expression(context->right)});
  case token::IS_MISSING:
  case token::IS_KNOWN: {
    ExprPtr operand = expression(context->left);
    refuse_chain(*operand, span(context->op));
    const bool known = type_of(context->op) == token::IS_KNOWN;
    return make(whole,
                ast::Unary{known ? ast::UnaryOp::is_known : ast::UnaryOp::is_missing, std::move(operand)});
  }
  case token::TO:
  case token::TO_BELOW:
  case token::OR_MORE: return range(context);
  case token::OVER:
  case token::UNDER:
  case token::DAYS_FROM:
  case token::WHOLE_DAYS_FROM:
  case token::HOURS_FROM:
  case token::MINUTES_FROM:
  case token::MONTHS_FROM:
  case token::YEARS_FROM: return prefix_range(context);
  case token::DATE_OF: return make(whole, ast::Unary{ast::UnaryOp::date_of, expression(context->right)});
  case token::BY_DAY: return by_day(context);
  case token::WITHIN: return within(context);
  default: return context->left != nullptr ? binary(context) : simple(context);
  }
}

ExprPtr ExpressionBuilder::simple(const Parser::ExpressionContext* context) {
  using Kind = ast::LiteralKind;
  const Span whole = span(context);
  const std::string_view written = view(context->op);
  const auto literal = [&](Kind kind, std::string_view text, std::string_view unit = {}) {
    return make(whole, ast::Literal{kind, std::string(text), std::string(unit)});
  };
  switch (type_of(context->op)) {
  case token::NAME:
    if (written.find_first_of(" \t\r\n#") != std::string_view::npos) {  // `maximum  of known` is one name
      return make(whole,
                  ast::NameRef{written.starts_with("minimum") ? "minimum of known" : "maximum of known"});
    }
    return make(whole, ast::NameRef{std::string(written)});
  case token::NUMBER: return literal(Kind::number, written);
  case token::PERCENT: return literal(Kind::percent, written.substr(0, written.size() - 1));
  case token::DATE: return literal(written.size() > 10 ? Kind::datetime : Kind::date, written);
  case token::BOOLEAN: return literal(Kind::boolean, written);
  case token::TEXT: return literal(Kind::text, text_of(context->op));
  case token::MONEY: {
    const size_t digits = std::min(written.find_first_of("0123456789"), written.size());
    std::string_view sign = written.substr(0, digits);
    while (sign.ends_with(' ')) sign.remove_suffix(1);
    return literal(Kind::money, written.substr(digits), sign);
  }
  case token::DURATION: return length_of_time(context->op);
  case token::MISSING: return make(whole, ast::MissingValue{});
  case token::AS_BEFORE: return make(whole, ast::AsBefore{});
  case token::MODE:
    diagnostics_.error("S001", whole,
                       "`half even` is a way of rounding and stands as the third argument of `round`.",
                       "Write round(x, 1, half even).");
    return broken(whole);
  default:
    diagnostics_.error("S009", whole, "A unit stands after `as`: value as 'mg/dL'.",
                       "If a text is meant, write it in double quotes: \"...\".");
    return broken(whole);
  }
}

ExprPtr ExpressionBuilder::bracket(const Parser::ExpressionContext* context) {
  const Parser::BracketContext* inside = context->inside;
  const Span whole = span(context);
  if (inside == nullptr) return broken(whole);
  ExprPtr value = open(inside->value);
  if (inside->fallback != nullptr) {
    value = make(whole, ast::IfMissing{std::move(value), open(inside->fallback)});
  } else if (inside->condition != nullptr) {
    ast::Cases cases;
    ExprPtr condition = open(inside->condition);
    const Span first{file_, value->span.begin, condition->span.end};
    cases.rows.push_back({std::move(value), std::move(condition), first});
    for (const Parser::InlineCaseContext* row : inside->others) {
      cases.rows.push_back({open(row->value), open(row->condition), span(row)});
    }
    check_cases(cases.rows);
    value = make(whole, std::move(cases));
  }
  value->span = whole;
  value->bracketed = true;
  return value;
}

ExprPtr ExpressionBuilder::call(const Parser::ExpressionContext* context) {
  const Span whole = span(context);
  ast::Call made;
  made.callee = expression(context->left);
  const auto* function = std::get_if<ast::NameRef>(&made.callee->node);
  if (function == nullptr && !std::holds_alternative<ast::Member>(made.callee->node)) {
    if (!std::holds_alternative<ast::Broken>(made.callee->node)) {
      diagnostics_.error("S035", span(context->op), "An operator is missing before this bracket.",
                         "Only a name can be applied to something in brackets, as in round(x, 0.5).");
    }
    return broken(whole);
  }
  const bool rounds = function != nullptr && function->name == "round";
  for (size_t i = 0; i < context->arguments.size(); ++i) {
    const Parser::ExpressionContext* argument = context->arguments[i];
    const bool word = argument->op != nullptr && argument->left == nullptr &&
                      (type_of(argument->op) == token::MODE || type_of(argument->op) == token::NAME);
    if (rounds && i == 2 && word) {
      // "half  even" with any blanks between is one mode.
      made.mode = type_of(argument->op) == token::MODE ? "half even" : std::string(view(argument->op));
    } else {
      made.arguments.push_back(expression(argument));
    }
  }
  return make(whole, std::move(made));
}

ExprPtr ExpressionBuilder::aggregate(const Parser::ExpressionContext* context) {
  ast::Aggregate made{
      aggregate_kind(type_of(context->op)), expression(context->value), expression(context->right), {}};
  if (type_of(context->op) == token::STATISTIC) {
    const std::string_view word = view(context->op);
    made.kind = word == "percentile" ? AggregateKind::percentile
                : word == "variance" ? AggregateKind::variance
                                     : AggregateKind::standard_deviation;
    for (const Parser::ExpressionContext* option : context->arguments)
      made.options.push_back(expression(option));
  }
  made.weight = expression(context->weight);
  return make(span(context), std::move(made));
}

ExprPtr ExpressionBuilder::measure_over(const Parser::ExpressionContext* context) {
  using What = ast::MeasureOver::What;
  const std::string_view word = view(context->op);
  const What what = word.starts_with("rate")          ? What::rate
                    : word.starts_with("numerator")   ? What::numerator
                    : word.starts_with("denominator") ? What::denominator
                                                      : What::result;
  return make(span(context), ast::MeasureOver{what, expression(context->value), expression(context->right)});
}

void ExpressionBuilder::refuse_chain(const Expr& left, Span op) {
  if (left.bracketed) return;
  const auto* binary = std::get_if<ast::Binary>(&left.node);
  const auto* unary = std::get_if<ast::Unary>(&left.node);
  const bool chained =
      (binary != nullptr && is_comparison(binary->op)) ||
      (unary != nullptr && (unary->op == ast::UnaryOp::is_known || unary->op == ast::UnaryOp::is_missing)) ||
      std::holds_alternative<ast::Within>(left.node);
  if (!chained) return;
  diagnostics_.error("S026", op, "Comparisons cannot be chained.",
                     "Write them one by one, joined by `and`: a < b and b < c; or a range: b in a to c.");
}

ExprPtr ExpressionBuilder::binary(const Parser::ExpressionContext* context) {
  const BinaryOp op = binary_op(type_of(context->op));
  const Span op_span = span(context->op);
  ExprPtr left = expression(context->left);
  ExprPtr right = expression(context->right);
  if (is_comparison(op)) refuse_chain(*left, op_span);
  const auto* before = std::get_if<ast::Binary>(&left->node);
  const bool joins = op == BinaryOp::logical_and || op == BinaryOp::logical_or;
  if (joins && before != nullptr && !left->bracketed && before->op != op &&
      (before->op == BinaryOp::logical_and || before->op == BinaryOp::logical_or)) {
    diagnostics_
        .error("S025", op_span, "`and` and `or` are mixed here without brackets.",
               "Write (a and b) or c, or a and (b or c), as is meant.")
        .notes.push_back({before->op_span, "the other one is here"});
  }
  if (op == BinaryOp::is_not) {
    const auto* known = std::get_if<ast::NameRef>(&right->node);
    const bool missing = std::holds_alternative<ast::MissingValue>(right->node);
    if (missing || (known != nullptr && known->name == "known")) {
      const Span words{file_, op_span.begin, right->span.end};
      diagnostics_.error("S012", words, fmt::format("Write `is {}`.", missing ? "known" : "missing"));
      return broken(span(context));
    }
  }
  return make(span(context), ast::Binary{op, std::move(left), std::move(right), op_span,
                                         type_of(context->op) == token::SAME_DAY});
}

ExprPtr ExpressionBuilder::range(const Parser::ExpressionContext* context) {
  const int32_t type = type_of(context->op);
  ExprPtr low = expression(context->left);
  if (!low->bracketed && std::holds_alternative<ast::Range>(low->node)) {
    diagnostics_.error("S026", span(context->op), "A range has two ends.", "Write a to b.");
  }
  if (type == token::OR_MORE)
    return make(span(context), ast::Range{ast::RangeEnds::from_low, std::move(low), nullptr});
  const ast::RangeEnds ends = type == token::TO ? ast::RangeEnds::closed : ast::RangeEnds::below_high;
  return make(span(context), ast::Range{ends, std::move(low), expression(context->right)});
}

ExprPtr ExpressionBuilder::prefix_range(const Parser::ExpressionContext* context) {
  const Span whole = span(context);
  const int32_t type = type_of(context->op);
  ExprPtr operand = expression(context->right);
  if (type == token::UNDER)
    return make(whole, ast::Range{ast::RangeEnds::under_high, nullptr, std::move(operand)});
  auto* ends = std::get_if<ast::Range>(&operand->node);
  if (ends == nullptr || ends->ends != ast::RangeEnds::closed) {
    if (!std::holds_alternative<ast::Broken>(operand->node)) {
      diagnostics_.error("S023", whole, fmt::format("After `{}` stand two ends.", view(context->op)),
                         fmt::format("Write {} a to b.", view(context->op)));
    }
    return broken(whole);
  }
  if (type == token::OVER) {
    return make(whole, ast::Range{ast::RangeEnds::over_low, std::move(ends->low), std::move(ends->high)});
  }
  const auto unit = static_cast<ast::SpanOf>(type - token::DAYS_FROM);
  return make(whole, ast::SpanBetween{unit, std::move(ends->low), std::move(ends->high)});
}

ExprPtr ExpressionBuilder::length_of_time(const antlr4::Token* token) const {
  const std::string_view written = view(token);
  std::string_view unit = written.substr(written.find_first_of("dwmyhs"));
  if (unit.ends_with('s')) unit.remove_suffix(1);
  return make(span(token),
              ast::Literal{ast::LiteralKind::duration,
                           std::string(written.substr(0, written.find_first_not_of("0123456789_."))),
                           std::string(unit)});
}

ExprPtr ExpressionBuilder::by_day(const Parser::ExpressionContext* context) {
  ExprPtr compared = expression(context->left);
  auto* binary = std::get_if<ast::Binary>(&compared->node);
  auto* within = std::get_if<ast::Within>(&compared->node);
  const bool by_better =
      binary != nullptr && (binary->op == BinaryOp::reached_by || binary->op == BinaryOp::better_than ||
                            binary->op == BinaryOp::worse_than);
  if (!compared->bracketed && within != nullptr) {
    within->by_day = true;
  } else if (!compared->bracketed && binary != nullptr && is_comparison(binary->op) && !by_better) {
    binary->by_day = true;
  } else if (!std::holds_alternative<ast::Broken>(compared->node)) {
    diagnostics_.error("S023", span(context->op), "`by day` stands after a comparison of two times.",
                       "Write for example `a before b by day` or `x in period by day`.");
    return broken(span(context));
  }
  compared->span = span(context);
  return compared;
}

ExprPtr ExpressionBuilder::within(const Parser::ExpressionContext* context) {
  ExprPtr value = expression(context->left);
  refuse_chain(*value, span(context->op));
  const Parser::DistanceContext* reach = context->reach;
  ExprPtr distance;
  if (reach->length != nullptr) {
    distance = length_of_time(reach->length);
  } else if (reach->value != nullptr) {
    distance = expression(reach->value);
    distance->bracketed = true;
    distance->span = span(reach);
  } else {
    for (const antlr4::Token* part : reach->path) {
      Span so_far = span(reach);
      so_far.end = span(part).end;
      distance = distance == nullptr ? make(span(part), ast::NameRef{std::string(view(part))})
                                     : make(so_far, ast::Member{std::move(distance), name(part)});
    }
  }
  const int32_t side = type_of(context->side);
  const ast::WithinSide where = side == token::BEFORE  ? ast::WithinSide::before
                                : side == token::AFTER ? ast::WithinSide::after
                                                       : ast::WithinSide::either;
  return make(span(context),
              ast::Within{std::move(value), std::move(distance), where, expression(context->right)});
}

ExprPtr ExpressionBuilder::cell(const Parser::ExpressionContext* context) {
  ast::Cell made;
  made.header = text_of(context->name);
  made.header_span = span(context->name);
  for (const antlr4::Token* pattern : context->patterns) {
    made.patterns.push_back(text_of(pattern));
    made.pattern_spans.push_back(span(pattern));
  }
  if (made.header.find('{') != std::string::npos) made.interpolated = interpolated(made.header_span);
  return make(span(context), std::move(made));
}

/// The text at `text` (with its quotes) cut at its {holes}.
ExprPtr ExpressionBuilder::interpolated(Span text) {
  ast::Interpolated made;
  uint32_t from = text.begin + 1;
  const uint32_t end = text.end - 1;
  for (uint32_t at = from; at < end; ++at) {
    if (text_[at] == '\\') {
      ++at;
      continue;
    }
    if (text_[at] != '{') continue;
    const size_t close = text_.substr(0, end).find('}', at);
    if (close == std::string_view::npos) {
      diagnostics_.error("S008", {file_, at, at + 1}, "This { is never closed.",
                         "Write a } where the name in it ends.");
      return broken(text);
    }
    made.parts.push_back(unescape(text_.substr(from, at - from)));
    made.holes.push_back(read_hole_({file_, at + 1, static_cast<uint32_t>(close)}));
    at = static_cast<uint32_t>(close);
    from = at + 1;
  }
  made.parts.push_back(unescape(text_.substr(from, end - from)));
  return make(text, std::move(made));
}

void ExpressionBuilder::check_cases(const std::vector<ast::CaseRow>& rows) {
  for (size_t i = 0; i + 1 < rows.size(); ++i) {
    if (rows[i].condition != nullptr) continue;
    if (rows[i].value != nullptr && std::holds_alternative<ast::Broken>(rows[i].value->node)) continue;
    diagnostics_.error("S027", rows[i].span, "Only the last case can be `otherwise`.",
                       "Cases are tried from top to bottom; nothing reaches those after this one.");
    return;
  }
}

ExprPtr ExpressionBuilder::condition(const Parser::ConditionLineContext* context) {
  if (context == nullptr) return nullptr;
  if (context->exception != nullptr) return broken(span(context));
  if (context->block != nullptr) return quantified(context->block);
  return open_within(context->value, context->within);
}

/// `C where all of:` with its lines below.
ExprPtr ExpressionBuilder::open_within(const Parser::OpenContext* value,
                                       const Parser::QuantifiedContext* within) {
  if (within == nullptr || value == nullptr) return open(value);
  ExprPtr condition = quantified(within);
  Span whole = span(value);
  whole.end = condition->span.end;
  // `C as other where all of:`: the name and the lines are of one collection.
  if (value->kind == nullptr && value->condition == nullptr)
    return filtered(expression(value->value), value->alias, std::move(condition), whole);
  return filtered(open(value), nullptr, std::move(condition), whole);
}

ExprPtr ExpressionBuilder::quantified(const Parser::QuantifiedContext* context) {
  ast::Quantified made{ast::Quantifier::all, 0, {}};
  switch (type_of(context->kind)) {
  case token::ANY_OF: made.quantifier = ast::Quantifier::any; break;
  case token::NONE_OF: made.quantifier = ast::Quantifier::none; break;
  case token::AT_LEAST: made.quantifier = ast::Quantifier::at_least; break;
  default: break;
  }
  for (const Parser::ConditionLineContext* line : context->lines) made.lines.push_back(condition(line));
  if (made.quantifier == ast::Quantifier::at_least) {
    const std::string_view number = view(context->number);
    const bool whole = number.size() <= 6 && number.find_first_not_of("0123456789") == std::string_view::npos;
    made.at_least = whole ? static_cast<uint32_t>(std::stoul(std::string(number))) : 0;
    if (made.at_least == 0 || made.at_least > made.lines.size()) {
      diagnostics_.error(
          "S015", span(context->number),
          fmt::format("`at least` asks for a whole number from 1 to the number of the lines, which is {}.",
                      made.lines.size()));
    }
  }
  return make(span(context), std::move(made));
}

ExprPtr ExpressionBuilder::right_side(const Parser::RightSideContext* context) {
  if (context == nullptr) return nullptr;
  if (context->block != nullptr) return quantified(context->block);
  if (context->value != nullptr) return open_within(context->value, context->within);
  if (context->cases.empty()) return broken(span(context));
  const auto& rows = context->cases;
  if (rows.size() == 1 && rows[0]->exception == nullptr && rows[0]->condition == nullptr &&
      type_of(rows[0]->end) == token::NEWLINE) {
    return open(rows[0]->value);
  }
  ast::Cases made;
  bool reported = false;
  for (const Parser::CaseRowContext* row : rows) {
    Span place = span(row);
    ExprPtr value = row->value != nullptr ? open(row->value) : broken(place);
    ExprPtr condition_of_row = condition(row->condition);
    if (row->exception != nullptr) {
      if (condition_of_row == nullptr) condition_of_row = broken(place);
    } else if (row->condition == nullptr && type_of(row->end) == token::NEWLINE) {
      if (!reported) {
        diagnostics_.error("S027", value->span, "This case has neither `when` nor `otherwise`.",
                           "Every line under the `=` is VALUE when CONDITION, the last VALUE otherwise. A "
                           "line that goes on is indented deeper.");
      }
      reported = true;
      condition_of_row = broken(place);
    }
    made.rows.push_back({std::move(value), std::move(condition_of_row), place});
  }
  check_cases(made.rows);
  return make(span(context), std::move(made));
}

}  // namespace merit
