#include "compiler/syntax/parse.h"

#include <fmt/format.h>

#include "MeritParser.h"
#include "compiler/syntax/build_declaration.h"
#include "compiler/syntax/error_strategy.h"
#include "compiler/syntax/scanner.h"
#include "compiler/syntax/token_stream.h"

namespace merit {

namespace {

using grammar::MeritParser;

uint64_t full_contexts = 0;

class FullContextCounter final : public antlr4::BaseErrorListener {
 public:
  void reportAttemptingFullContext(antlr4::Parser*, const antlr4::dfa::DFA&, size_t, size_t,
                                   const antlrcpp::BitSet&, antlr4::atn::ATNConfigSet*) override {
    ++full_contexts;
  }
};

/// A parser over scanned tokens that keeps no parse tree: the tree is built from the labels of the rules.
class Reading {
 public:
  Reading(const ScannedFile& scanned, std::string_view text, uint32_t file, Diagnostics& diagnostics)
      : tokens(scanned, text), parser(&tokens) {
    parser.setBuildParseTree(false);
    parser.removeErrorListeners();
    parser.addErrorListener(&counter_);
    parser.setErrorHandler(std::make_shared<LineErrorStrategy>(scanned, tokens, file, diagnostics));
  }

  SyntaxTokens tokens;
  MeritParser parser;

 private:
  FullContextCounter counter_;
};

ast::ExprPtr read_hole(const SourceFiles& files, Span hole, Diagnostics& diagnostics) {
  const auto nested = [](Span inner) {
    auto broken = std::make_unique<ast::Expr>();
    broken->span = inner;
    broken->node = ast::Broken{};
    return broken;
  };
  const std::string_view text = files[hole.file].text;
  const ScannedFile scanned = scan_range(files, hole, diagnostics);
  ExpressionBuilder builder(text, hole.file, diagnostics, nested);
  Reading reading(scanned, text, hole.file, diagnostics);
  try {
    const MeritParser::HoleContext* context = reading.parser.hole();
    return builder.open(context->value);
  } catch (const antlr4::RecognitionException&) {
    return builder.broken(hole);  // reported on the way
  }
}

/// The first line says what the module is called.
void report_missing_name(const ScannedFile& scanned, uint32_t file, Diagnostics& diagnostics) {
  const Lexeme& first = scanned.tokens.front();
  if (first.type == token::END) {
    const bool literate = scanned.fences.empty();
    diagnostics.error("S030", {file, 0, 0},
                      literate ? "There is no Merit in this file." : "This file is empty.",
                      literate ? "A literate module has its rules in blocks that begin with ```merit."
                               : "A file of Merit begins with `module NAME`.");
    return;
  }
  if (first.statement < scanned.blamed.size() && scanned.blamed[first.statement]) return;
  diagnostics.error("S030", {file, first.begin, first.end}, "The module has no name.",
                    "Write `module NAME` as the first line of the file.");
}

}  // namespace

std::unique_ptr<ast::Module> parse_module(const SourceFiles& files, uint32_t file, Diagnostics& diagnostics) {
  full_contexts = 0;
  auto module = std::make_unique<ast::Module>();
  module->file = file;
  const std::string_view text = files[file].text;
  const size_t errors_before = diagnostics.error_count();
  ScannedFile scanned = scan_module(files, file, diagnostics);
  Reading reading(scanned, text, file, diagnostics);
  ExpressionBuilder expressions(text, file, diagnostics,
                                [&](Span hole) { return read_hole(files, hole, diagnostics); });
  DeclarationBuilder builder(scanned, reading.tokens, file, expressions, diagnostics);

  const auto next = [&] { return static_cast<int32_t>(static_cast<ptrdiff_t>(reading.tokens.LA(1))); };
  if (next() == token::MODULE) {
    builder.module_line(reading.parser.moduleLine(), *module);
  } else if (next() != token::END || diagnostics.error_count() == errors_before) {
    report_missing_name(scanned, file, diagnostics);
  }
  while (next() != token::END) {
    const size_t before = reading.tokens.index();
    builder.item(reading.parser.item(), *module);
    if (reading.tokens.index() == before) reading.tokens.consume();  // a layout token without its statement
  }
  module->comments = std::move(scanned.comments);
  module->fences = std::move(scanned.fences);
  diagnostics.sort();
  return module;
}

uint64_t full_context_events() {
  return full_contexts;
}

}  // namespace merit
