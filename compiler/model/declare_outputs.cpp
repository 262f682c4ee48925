// What a program says of itself: ensures, reports, and tests (their conditions; the cells follow in
// finish.cpp).
#include "compiler/model/declarer.h"
#include "compiler/model/names.h"

namespace merit::model {

void Declarer::ensures() {
  std::unordered_map<std::string, Span> titles;
  for (const auto& [node, declaration] : all<ast::Ensure>()) {
    if (!node->condition) continue;
    uint32_t entity = 0;
    if (node->entity) {
      entity = entity_named(*node->entity);
      if (entity == ir::none) continue;
    }
    const auto [first, fresh] = titles.try_emplace(node->title, node->title_span);
    if (!fresh)
      declared_twice(node->title, node->title_span, "an `ensure`", Taken{first->second, "an `ensure`"});
    const std::string name = "ensure." + std::to_string(model_.program.ensures.size() + 1);
    ir::Ensure ensure;
    ensure.title = node->title;
    ensure.entity = entity;
    ensure.span = node->title_span;
    ensure.filter = add_condition(entity, name + ".where", node->row_condition.get());
    ColumnSource source;
    source.is_condition = true;
    source.row_condition = node->row_condition.get();
    source.applies = ensure.filter;
    source.outside_reason = "not checked here";
    ensure.condition = add_hidden(entity, name, *node->condition, std::move(source));
    model_.program.columns[ensure.condition].type.kind = ir::TypeKind::boolean;
    model_.program.ensures.push_back(std::move(ensure));
  }
}

/// The column that a plain name means on an entity's own row (`score`, `hospital.score`, `payment.step`, a
/// payment); none for anything else, which becomes a column of its own.
uint32_t Declarer::plain_column(uint32_t entity, const ast::Expr& path) const {
  std::string names;
  const ast::Expr* at = &path;
  while (const auto* member = std::get_if<ast::Member>(&at->node)) {
    names = "." + member->member.text + names;
    at = member->object.get();
  }
  const auto* first = std::get_if<ast::NameRef>(&at->node);
  if (first == nullptr) return ir::none;
  if (first->name == model_.program.entities[entity].name && !names.empty() &&
      !model_.members[entity].contains(first->name)) {
    return column_at(model_, entity, names.substr(1));
  }
  return column_at(model_, entity, first->name + names);
}

void Declarer::reports() {
  std::unordered_map<std::string, Span> names;
  for (const auto& [node, declaration] : all<ast::Report>()) {
    if (node->name.text.empty()) continue;
    uint32_t entity = 0;
    if (node->entity) {
      entity = entity_named(*node->entity);
      if (entity == ir::none) continue;
    } else if (const auto plural = model_.plurals.find(node->name.text); plural != model_.plurals.end()) {
      entity = plural->second;
    }
    const auto [first, fresh] = names.try_emplace(node->name.text, node->name.span);
    if (!fresh) {
      declared_twice(node->name.text, node->name.span, "a report", Taken{first->second, "a report"});
      continue;
    }
    ir::Report report;
    report.name = node->name.text;
    report.entity = entity;
    report.doc = declaration->doc.text;
    report.span = node->name.span;
    const std::string prefix = "report." + report.name;
    report.filter = add_condition(entity, prefix + ".where", node->condition.get());
    for (const ast::ReportColumn& written : node->columns) {
      if (!written.value) continue;
      ir::ReportColumn column;
      column.title = written.title.value_or(text_of(written.value->span));
      column.column = plain_column(entity, *written.value);
      if (column.column == ir::none) {
        ColumnSource source;
        source.row_condition = node->condition.get();
        source.applies = report.filter;
        source.outside_reason = "not in " + report.name;
        column.column = add_hidden(entity, prefix + "." + std::to_string(report.columns.size() + 1),
                                   *written.value, std::move(source));
      }
      report.columns.push_back(std::move(column));
    }
    model_.program.reports.push_back(std::move(report));
  }
}

void Declarer::tests() {
  std::unordered_map<std::string, Span> titles;
  for (const auto& [node, declaration] : all<ast::Test>()) {
    const auto [first, fresh] = titles.try_emplace(node->title, node->title_span);
    if (!fresh) declared_twice(node->title, node->title_span, "a test", Taken{first->second, "a test"});
    if (node->expected.empty() && node->conditions.empty()) {
      diagnostics_.error("G507", node->title_span, "This test expects nothing, so it tests nothing.",
                         "Say what must come out: `expect ENTITY:` with rows, or `expect CONDITION`.");
    }
    const std::string name = "test." + std::to_string(model_.program.tests.size() + 1);
    ir::Test test;
    test.title = node->title;
    test.span = node->title_span;
    for (const ast::ExprPtr& condition : node->conditions) {
      if (!condition) continue;
      test.conditions.push_back(
          add_condition(0, name + "." + std::to_string(test.conditions.size() + 1), condition.get()));
      model_.column_sources[test.conditions.back()].is_expectation = true;
    }
    model_.program.tests.push_back(std::move(test));
    model_.tests.push_back(node);
  }
}

}  // namespace merit::model
