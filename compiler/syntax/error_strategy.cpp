#include "compiler/syntax/error_strategy.h"

#include "compiler/syntax/explain_error.h"

namespace merit {

namespace {

using grammar::MeritParser;

bool is_line_rule(size_t rule) {
  switch (rule) {
  case MeritParser::RuleModuleLine:
  case MeritParser::RuleItem:
  case MeritParser::RuleProgramLine:
  case MeritParser::RuleEnumValues:
  case MeritParser::RuleField:
  case MeritParser::RuleDefinition:
  case MeritParser::RuleMeasureLine:
  case MeritParser::RuleReportColumns:
  case MeritParser::RuleTestLine:
  case MeritParser::RuleSourceLine:
  case MeritParser::RuleSourceField:
  case MeritParser::RuleCaseRow:
  case MeritParser::RuleConditionLine: return true;
  default: return false;
  }
}

/// The rules with a block of lines in them.
bool has_lines(size_t rule) {
  switch (rule) {
  case MeritParser::RuleProgramBlock:
  case MeritParser::RuleEnumLine:
  case MeritParser::RuleEntityBlock:
  case MeritParser::RuleRows:
  case MeritParser::RuleForEachBlock:
  case MeritParser::RulePaymentBlock:
  case MeritParser::RuleMeasureBlock:
  case MeritParser::RuleMeasureLine:
  case MeritParser::RuleReportLine:
  case MeritParser::RuleTestBlock:
  case MeritParser::RuleSourceBlock:
  case MeritParser::RuleSourceLine:
  case MeritParser::RuleAddition:
  case MeritParser::RuleReplacement:
  case MeritParser::RuleRightSide:
  case MeritParser::RuleQuantified: return true;
  default: return false;
  }
}

}  // namespace

antlr4::Token* LineErrorStrategy::recoverInline(antlr4::Parser* parser) {
  throw antlr4::InputMismatchException(parser);
}

void LineErrorStrategy::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
  if (reported_) return;
  reported_ = true;
  const antlr4::Token* token = error.getOffendingToken();
  const size_t index = token == nullptr ? parser->getTokenStream()->index() : token->getTokenIndex();
  report(parser, index, parser->getExpectedTokens());
}

void LineErrorStrategy::report(antlr4::Parser* parser, size_t offending,
                               const antlr4::misc::IntervalSet& expected) {
  ErrorPlace place;
  place.offending = offending;
  place.expects = [&expected](int32_t type) { return expected.contains(static_cast<ssize_t>(type)); };
  for (const antlr4::RuleContext* context = parser->getContext(); context != nullptr;
       context = dynamic_cast<const antlr4::RuleContext*>(context->parent)) {
    place.rules.push_back(context->getRuleIndex());
  }
  size_t first = offending;
  while (first > 0 && !ends_statement(scanned_.tokens[first - 1].type)) --first;
  place.first = first;
  // Where a block is missing, the line above is at fault.
  const bool above =
      offending == first && offending > 0 && expected.contains(static_cast<ssize_t>(token::INDENT));
  const size_t at_fault = above ? offending - 1 : offending;
  const bool rows_of_it = offending == first && offending > 0 &&
                          scanned_.tokens[offending].type == token::ROW && is_blamed(offending - 1);
  const bool silent = is_blamed(at_fault) || rows_of_it;
  const uint32_t statement = scanned_.tokens[at_fault].statement;
  if (blamed_.size() <= statement) blamed_.resize(statement + 1);
  blamed_[statement] = true;
  if (silent) return;
  explain_error(place, scanned_, tokens_, file_, diagnostics_);
}

bool LineErrorStrategy::is_blamed(size_t token) const {
  const uint32_t statement = scanned_.tokens[token].statement;
  return statement < blamed_.size() && blamed_[statement];
}

void LineErrorStrategy::recover(antlr4::Parser* parser, std::exception_ptr error) {
  antlr4::ParserRuleContext* context = parser->getRuleContext();
  if (!is_line_rule(context->getRuleIndex())) std::rethrow_exception(error);
  reported_ = false;
  const size_t from = context->start->getTokenIndex();
  const size_t at = parser->getTokenStream()->index();
  const size_t end = statement_end(from);
  if (context->getRuleIndex() == MeritParser::RuleItem) read_block_of(parser, from, at);
  parser->getTokenStream()->seek(end);
}

/// The lines of a block whose header could not be read are still looked at.
void LineErrorStrategy::read_block_of(antlr4::Parser* parser, size_t from, size_t error) {
  auto* merit = static_cast<MeritParser*>(parser);
  const auto type = [&](size_t i) { return scanned_.tokens[i].type; };
  size_t block = from;
  while (!is_layout(type(block))) ++block;
  if (type(block) != token::NEWLINE || type(block + 1) != token::INDENT || error > block) return;
  parser->getTokenStream()->seek(block + 2);
  const auto lines = [&](auto read_line) {
    while (parser->getTokenStream()->LA(1) != static_cast<size_t>(token::DEDENT)) read_line();
  };
  switch (type(from)) {
  case token::FOR_EACH:
  case token::PAYMENT: lines([&] { merit->definition(); }); break;
  case token::ENTITY: lines([&] { merit->field(); }); break;
  case token::TEST: lines([&] { merit->testLine(); }); break;
  case token::SOURCE: lines([&] { merit->sourceLine(); }); break;
  default: break;
  }
}

void LineErrorStrategy::sync(antlr4::Parser* parser) {
  if (!has_lines(parser->getRuleContext()->getRuleIndex())) return;
  antlr4::TokenStream* stream = parser->getTokenStream();
  antlr4::atn::ATNState* state = parser->getATN().states[parser->getState()];
  const bool next_line = state->getStateType() == antlr4::atn::ATNState::PLUS_LOOP_BACK ||
                         state->getStateType() == antlr4::atn::ATNState::STAR_LOOP_BACK;
  if (!next_line || stream->index() == 0 || !ends_statement(scanned_.tokens[stream->index() - 1].type))
    return;
  const antlr4::misc::IntervalSet expected = parser->getATN().nextTokens(state);
  while (!expected.contains(stream->LA(1)) && scanned_.tokens[stream->index()].type != token::END &&
         scanned_.tokens[stream->index()].type != token::DEDENT) {
    report(parser, stream->index(), expected);
    stream->seek(statement_end(stream->index()));
  }
}

/// Where the statement that begins at `from` ends, with its block.
size_t LineErrorStrategy::statement_end(size_t from) const {
  size_t depth = 0;
  for (size_t i = from;; ++i) {
    switch (scanned_.tokens[i].type) {
    case token::END: return i;
    case token::INDENT: ++depth; break;
    case token::DEDENT:
      if (depth == 0) return i;
      if (--depth == 0) return i + 1;
      break;
    case token::NEWLINE:
      if (depth == 0 && scanned_.tokens[i + 1].type != token::INDENT) return i + 1;
      break;
    case token::ROW:
      if (depth == 0) return i + 1;
      break;
    default: break;
    }
  }
}

}  // namespace merit
