// Parameters, definitions and payments.
#include "compiler/model/declarer.h"
#include "compiler/model/names.h"

namespace merit::model {

/// The hidden column that `as before` means in this column's body, and in that one's, and so on.
void Declarer::link_before(uint32_t column, const std::string& name) {
  const auto before = merged_.before.find(model_.column_sources[column].body);
  if (before == merged_.before.end() || !before->second->body) return;
  ColumnSource source = model_.column_sources[column];
  source.declared = before->second->type ? &*before->second->type : nullptr;
  source.as_before = ir::none;
  source.paid = false;
  const std::string hidden = name + ".before";
  const uint32_t entity = model_.program.columns[column].entity;
  const uint32_t replaced = add_hidden(entity, hidden, *before->second->body, std::move(source));
  model_.program.columns[replaced].span = before->second->name.span;
  model_.column_sources[column].as_before = replaced;
  link_before(replaced, hidden);
}

void Declarer::definition(uint32_t entity, const ast::Definition& definition, const ColumnSource& around) {
  const std::string& name = definition.name.text;
  if (name.empty() || !definition.body) return;
  if (const auto* over = std::get_if<ast::MeasureOver>(&definition.body->node);
      over != nullptr && over->what == ast::MeasureOver::What::result) {
    result_bundle(entity, definition, around);
    return;
  }
  if (!definition.arguments.empty()) {
    const auto index = static_cast<uint32_t>(model_.functions.size());
    model_.functions.push_back(Function{entity, &definition, around.row_condition});
    if (entity == 0 && !take(name, definition.name.span, "a definition")) return;
    add_member(entity, name, Member{Member::Kind::function, index, ir::none}, definition.name.span,
               "a definition");
    return;
  }
  if (entity == 0 && !take(name, definition.name.span, "a definition")) return;
  ColumnSource source = around;
  source.body = definition.body.get();
  source.declared = definition.type ? &*definition.type : nullptr;
  const uint32_t column =
      add_column(entity, name, {}, ir::ColumnKind::computed, definition.name.span, source);
  model_.program.columns[column].doc = definition.doc.text;
  add_member(entity, name, Member{Member::Kind::column, column, ir::none}, definition.name.span,
             "a definition");
  link_before(column, name);
}

void Declarer::values() {
  for (const auto& [node, declaration] : all<ast::Parameter>()) {
    if (node->name.text.empty() || !node->value || !take(node->name.text, node->name.span, "a parameter"))
      continue;
    ColumnSource source;
    source.body = node->value.get();
    source.declared = node->type ? &*node->type : nullptr;
    source.is_parameter = true;
    const uint32_t column =
        add_column(0, node->name.text, {}, ir::ColumnKind::computed, node->name.span, source);
    model_.program.columns[column].doc = declaration->doc.text;
    model_.program.parameters.push_back(column);
    add_member(0, node->name.text, Member{Member::Kind::column, column, ir::none}, node->name.span,
               "a parameter");
    link_before(column, node->name.text);
  }
  for (const auto& [block, declaration] : all<ast::ForEach>()) {
    uint32_t entity = 0;
    if (block->entity) {
      entity = entity_named(*block->entity);
      if (entity == ir::none) {
        for (const ast::Definition& each : block->definitions) model_.refused.insert(each.name.text);
        continue;
      }
    }
    ColumnSource around;
    if (block->condition) {
      around.row_condition = block->condition.get();
      around.applies =
          add_condition(entity, "where." + std::to_string(++conditions_), block->condition.get());
      around.outside_reason = "only where " + text_of(block->condition->span);
    }
    for (const ast::Definition& each : block->definitions) {
      definition(entity, each, around);
    }
  }
}

void Declarer::payments() {
  std::unordered_map<std::string, Span> names;
  for (const auto& [node, declaration] : all<ast::Payment>()) {
    if (node->name.text.empty()) continue;
    const uint32_t entity = entity_named(node->entity);
    if (entity == ir::none) {
      model_.refused.insert(node->name.text);
      continue;
    }
    const auto [first, fresh] = names.try_emplace(node->name.text, node->name.span);
    if (!fresh) {
      declared_twice(node->name.text, node->name.span, "a payment", Taken{first->second, "a payment"});
      continue;
    }
    if (node->steps.empty()) {
      diagnostics_.error("G010", node->name.span, "The payment `" + node->name.text + "` has no steps.",
                         "Its lines are steps, `NAME = …`; the last one is what is paid.");
      continue;
    }
    const auto index = static_cast<uint32_t>(model_.program.payments.size());
    ir::Payment payment;
    payment.name = node->name.text;
    payment.entity = entity;
    payment.doc = declaration->doc.text;
    payment.span = node->name.span;
    if (!add_member(entity, node->name.text, Member{Member::Kind::payment, index, ir::none}, node->name.span,
                    "a payment")) {
      continue;
    }
    ColumnSource around;
    around.payment = index;
    if (node->condition) {
      around.row_condition = node->condition.get();
      around.applies = add_condition(entity, node->name.text + ".where", node->condition.get());
      around.outside_reason = "not in " + node->name.text;
      payment.applies = around.applies;
    }
    std::unordered_map<std::string, Span> steps;
    for (const ast::Definition& step : node->steps) {
      if (step.name.text.empty() || !step.body) continue;
      const auto [place, fresh_step] = steps.try_emplace(step.name.text, step.name.span);
      if (!fresh_step) {
        declared_twice(step.name.text, step.name.span, "a step",
                       Taken{place->second, "a step of this payment"});
        continue;
      }
      if (!step.arguments.empty()) {
        diagnostics_.error("G010", step.name.span, "A step of a payment has no arguments.",
                           "Define it in a `for each " + node->entity.text + "` block.");
        continue;
      }
      ColumnSource source = around;
      source.body = step.body.get();
      source.declared = step.type ? &*step.type : nullptr;
      source.paid = &step == &node->steps.back();
      const std::string name = node->name.text + "." + step.name.text;
      const uint32_t column = add_column(entity, name, {}, ir::ColumnKind::computed, step.name.span, source);
      model_.program.columns[column].doc = step.doc.text;
      payment.steps.push_back(column);
      link_before(column, name);
    }
    model_.program.payments.push_back(std::move(payment));
  }
}

}  // namespace merit::model
