#pragma once
// Parsed declarations to the tree. Only for the inside of this folder.

#include "compiler/syntax/build_expression.h"

namespace merit {

class DeclarationBuilder {
 public:
  using Parser = grammar::MeritParser;

  DeclarationBuilder(const ScannedFile& scanned, const SyntaxTokens& tokens, uint32_t file,
                     ExpressionBuilder& expressions, Diagnostics& diagnostics)
      : scanned_(scanned), tokens_(tokens), file_(file), expressions_(expressions),
        diagnostics_(diagnostics) {}

  void module_line(const Parser::ModuleLineContext* context, ast::Module& module);
  /// Adds the declaration to the module; one that could not be read at all adds nothing.
  void item(const Parser::ItemContext* context, ast::Module& module);

 private:
  struct Head {
    std::optional<ast::Name> entity;
    ast::ExprPtr condition;
  };

  ast::Doc doc(const antlr4::ParserRuleContext* context) const;

  ast::Name name(const antlr4::Token* token) const { return expressions_.name(token); }

  std::vector<ast::Name> names(const std::vector<antlr4::Token*>& tokens) const;
  std::optional<ast::TypeName> type(const Parser::TypeNameContext* context) const;
  Head head(const Parser::ForEachContext* context);
  std::vector<ast::Argument> arguments(const Parser::ParametersContext* context) const;
  ast::TableText table(const Parser::RowsContext* context, bool needs_rows);
  ast::Definition definition(const Parser::DefinitionContext* context);
  std::vector<ast::Definition> definitions(const std::vector<Parser::DefinitionContext*>& contexts);
  std::vector<ast::Field> fields(const std::vector<Parser::FieldContext*>& contexts);
  std::vector<ast::ProgramLine> program_lines(const Parser::ProgramBlockContext* context);
  void check_commas(const std::vector<antlr4::Token*>& commas);

  ast::Use use(const Parser::UseContext* context);
  ast::Program program(const Parser::ProgramBlockContext* context);
  ast::Parameter parameter(const Parser::ParameterLineContext* context);
  ast::Enum enumeration(const Parser::EnumLineContext* context);
  ast::ValueSet value_set(const Parser::ValueSetContext* context);
  ast::Entity entity(const Parser::EntityBlockContext* context);
  ast::Table table_block(const Parser::TableBlockContext* context);
  std::vector<ast::MeasureLine> replaced_lines(const std::vector<Parser::MeasureLineContext*>& lines);
  ast::Measure measure(const Parser::MeasureBlockContext* context);
  void measure_line(const Parser::MeasureLineContext* line, ast::Measure& measure, ast::MeasureBody& body);
  void components(const Parser::MeasureLineContext* line, ast::Measure& measure);
  ast::Findings findings(const Parser::FindingsBlockContext* context);
  void paths_to_cells(ast::ExprPtr& expr);
  std::vector<ast::Finding> finding_rows(const std::vector<grammar::MeritParser::FindingContext*>& lines);
  ast::Payment payment(const Parser::PaymentBlockContext* context);
  ast::Ensure ensure(const Parser::EnsureLineContext* context);
  ast::Report report(const Parser::ReportLineContext* context);
  ast::Test test(const Parser::TestBlockContext* context);
  ast::Source source(const Parser::SourceBlockContext* context);
  ast::SourceBlock source_block(ast::Name entity, const Parser::SourceHeadContext* over,
                                const std::vector<Parser::SourceFieldContext*>& fields, Span place);
  void source_rows(const Parser::SourceLineContext* line, ast::Source& made);
  ast::Replace replacement(const Parser::ReplacementContext* context);
  ast::Add addition(const Parser::AdditionContext* context);
  ast::Remove removal(const Parser::RemovalContext* context);

  const ScannedFile& scanned_;
  const SyntaxTokens& tokens_;
  uint32_t file_;
  ExpressionBuilder& expressions_;
  Diagnostics& diagnostics_;
};

}  // namespace merit
