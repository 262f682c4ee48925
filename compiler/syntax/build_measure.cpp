// Measures and composites to the tree.
#include <algorithm>

#include "compiler/syntax/build_declaration.h"

namespace merit {

ast::Measure DeclarationBuilder::measure(const Parser::MeasureBlockContext* context) {
  Head over = head(context->head);
  ast::Measure made;
  made.composite = static_cast<const SyntaxToken*>(context->kind)->lexeme().type == token::COMPOSITE;
  made.entity = *over.entity;
  made.condition = std::move(over.condition);
  made.whole.name = name(context->name);
  for (const Parser::MeasureLineContext* line : context->lines) measure_line(line, made, made.whole);
  return made;
}

void DeclarationBuilder::measure_line(const Parser::MeasureLineContext* line, ast::Measure& measure,
                                      ast::MeasureBody& body) {
  if (line->exception != nullptr && line->value == nullptr) return;
  const Span place = expressions_.span(line);
  if (line->group != nullptr) {
    ast::MeasureBody group;
    group.name = name(line->group);
    if (line->text != nullptr) group.title = expressions_.text_of(line->text);
    if (&body != &measure.whole) {
      diagnostics_.error("S040", group.name.span, "A group has no groups of its own.",
                         "End the one before it first: groups stand side by side.");
    }
    for (const Parser::MeasureLineContext* inner : line->lines) measure_line(inner, measure, group);
    measure.groups.push_back(std::move(group));
    return;
  }
  if (!line->parts.empty() || line->cells != nullptr) {
    components(line, measure);
    return;
  }
  if (line->name == nullptr) return;
  if (line->value == nullptr) {
    const antlr4::Token* said = line->text != nullptr ? line->text : line->word;
    if (said == nullptr) return;
    const bool quoted = line->text != nullptr;
    body.lines.push_back(
        {name(line->name),
         quoted ? expressions_.text_of(said) : std::string(static_cast<const SyntaxToken*>(said)->view()),
         quoted,
         {file_, place.begin, expressions_.span(said).end}});
    return;
  }
  ast::Definition made;
  made.doc = doc(line);
  made.name = name(line->name);
  made.span = {file_, made.name.span.begin, made.name.span.end};
  made.arguments = arguments(line->given);
  made.type = type(line->type);
  made.body = expressions_.right_side(line->value);
  if (made.body == nullptr) made.body = expressions_.broken(made.span);
  made.span.end = std::max(made.body->span.end, made.span.end);
  if (line->part != nullptr) {
    const bool supplemental = static_cast<const SyntaxToken*>(line->part)->view() == "supplemental";
    body.parts.push_back({supplemental, std::move(made)});
  } else {
    body.definitions.push_back(std::move(made));
  }
}

/// The lines after `replace measure NAME:`, which are those that are no definitions.
std::vector<ast::MeasureLine>
DeclarationBuilder::replaced_lines(const std::vector<Parser::MeasureLineContext*>& lines) {
  ast::Measure measure;
  for (const Parser::MeasureLineContext* line : lines) measure_line(line, measure, measure.whole);
  const Span wrong = !measure.whole.definitions.empty() ? measure.whole.definitions.front().span
                     : !measure.whole.parts.empty()     ? measure.whole.parts.front().definition.span
                     : !measure.groups.empty()          ? measure.groups.front().name.span
                                                        : measure.components_span;
  if (wrong.file != 0) {
    diagnostics_.error("S040", wrong, "Here stand lines such as `version \"…\"` and `title \"…\"`.",
                       "Replace a population by its name: `replace MEASURE.numerator = …`.");
  }
  return std::move(measure.whole.lines);
}

/// components a, b.group     or a table: | measure | weight |
void DeclarationBuilder::components(const Parser::MeasureLineContext* line, ast::Measure& measure) {
  measure.components_span = expressions_.span(line->start);
  for (const Parser::DottedContext* part : line->parts) {
    ast::MeasureComponent made;
    made.path = names(part->path);
    made.span = {file_, made.path.front().span.begin, made.path.back().span.end};
    measure.components.push_back(std::move(made));
  }
  if (line->cells == nullptr) return;
  const ast::TableText rows = table(line->cells, true);
  if (rows.header.size() != 2 || rows.header[0].text != "measure" || rows.header[1].text != "weight") {
    diagnostics_.error("S040", rows.span, "The components of a composite are measures with their weights.",
                       "Write the header | measure | weight |, and a row for each component.");
    return;
  }
  for (const std::vector<ast::Cellule>& row : rows.rows) {
    ast::MeasureComponent made;
    made.span = row[0].span;
    size_t from = 0;
    while (from <= row[0].text.size()) {
      const size_t dot = std::min(row[0].text.find('.', from), row[0].text.size());
      made.path.push_back({row[0].text.substr(from, dot - from), row[0].span});
      from = dot + 1;
    }
    made.weight = row[1].text;
    measure.components.push_back(std::move(made));
  }
}

}  // namespace merit
