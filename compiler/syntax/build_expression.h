#pragma once
// Parsed expressions to the tree, with what the grammar cannot refuse. Only for the inside of this folder.

#include <functional>

#include "MeritParser.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/token_stream.h"

namespace merit {

class ExpressionBuilder {
 public:
  using Parser = grammar::MeritParser;
  /// Reads the expression in a hole of a text.
  using HoleReader = std::function<ast::ExprPtr(Span hole)>;

  ExpressionBuilder(std::string_view text, uint32_t file, Diagnostics& diagnostics, HoleReader read_hole)
      : text_(text), file_(file), diagnostics_(diagnostics), read_hole_(std::move(read_hole)) {}

  ast::ExprPtr open(const Parser::OpenContext* context);
  ast::ExprPtr open_within(const Parser::OpenContext* value, const Parser::QuantifiedContext* within);
  ast::ExprPtr expression(const Parser::ExpressionContext* context);
  ast::ExprPtr right_side(const Parser::RightSideContext* context);
  ast::ExprPtr condition(const Parser::ConditionLineContext* context);
  /// What a bare name means where it stands for itself.
  ast::ExprPtr named(const ast::Name& name) const;

  ast::ExprPtr broken(Span span) const;
  ast::Name name(const antlr4::Token* token) const;
  Span span(const antlr4::Token* token) const;
  Span span(const antlr4::ParserRuleContext* context) const;
  /// `30 days`.
  ast::ExprPtr length_of_time(const antlr4::Token* token) const;
  /// What stands between the quotes of a text.
  std::string text_of(const antlr4::Token* token) const;

 private:
  template <typename Node>
  ast::ExprPtr make(Span span, Node node) const;
  ast::ExprPtr simple(const Parser::ExpressionContext* context);
  ast::ExprPtr bracket(const Parser::ExpressionContext* context);
  ast::ExprPtr call(const Parser::ExpressionContext* context);
  ast::ExprPtr aggregate(const Parser::ExpressionContext* context);
  ast::ExprPtr measure_over(const Parser::ExpressionContext* context);
  ast::ExprPtr binary(const Parser::ExpressionContext* context);
  ast::ExprPtr range(const Parser::ExpressionContext* context);
  ast::ExprPtr prefix_range(const Parser::ExpressionContext* context);
  ast::ExprPtr by_day(const Parser::ExpressionContext* context);
  ast::ExprPtr within(const Parser::ExpressionContext* context);
  ast::ExprPtr cell(const Parser::ExpressionContext* context);
  ast::ExprPtr interpolated(Span text);
  ast::ExprPtr quantified(const Parser::QuantifiedContext* context);
  ast::ExprPtr filtered(ast::ExprPtr value, const antlr4::Token* alias, ast::ExprPtr condition, Span whole);
  void refuse_chain(const ast::Expr& left, Span op);
  void check_cases(const std::vector<ast::CaseRow>& rows);

  std::string_view text_;
  uint32_t file_;
  Diagnostics& diagnostics_;
  HoleReader read_hole_;
};

}  // namespace merit
