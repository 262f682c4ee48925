#include "compiler/model/amend_targets.h"

#include <algorithm>

#include "compiler/model/table_text.h"

namespace merit::model {

void Targets::add(Kind kind, std::string name, ast::Declaration& declaration, size_t item, bool inherited) {
  by_kind_[static_cast<size_t>(kind)].try_emplace(std::move(name), Place{&declaration, item, inherited});
}

void Targets::add_measure(ast::Declaration& owner) {
  const auto& measure = std::get<ast::Measure>(owner.node);
  const std::string& name = measure.whole.name.text;
  add(Kind::measure, name, owner);
  const auto body = [&](const std::string& path, const ast::MeasureBody& from, size_t number,
                        bool inherited) {
    for (size_t i = 0; i < from.definitions.size(); ++i) {
      add(Kind::value, path + "." + from.definitions[i].name.text, owner,
          MeasureItem{number, false, i}.packed(), inherited);
    }
    for (size_t i = 0; i < from.parts.size() && !inherited; ++i) {
      add(Kind::value, path + "." + from.parts[i].definition.name.text, owner,
          MeasureItem{number, true, i}.packed());
    }
  };
  body(name, measure.whole, 0, false);
  for (size_t g = 0; g < measure.groups.size(); ++g) {
    const std::string path = name + "." + measure.groups[g].name.text;
    body(path, measure.groups[g], g + 1, false);
    body(path, measure.whole, g + 1, true);
  }
}

void Targets::add(ast::Module& module) {
  for (const auto& declaration : module.declarations) {
    ast::Declaration& owner = *declaration;
    if (std::holds_alternative<ast::Program>(owner.node)) {
      add(Kind::program, "", owner);
    } else if (const auto* parameter = std::get_if<ast::Parameter>(&owner.node)) {
      add(Kind::value, parameter->name.text, owner);
    } else if (const auto* enumeration = std::get_if<ast::Enum>(&owner.node)) {
      add(Kind::enumeration, enumeration->name.text, owner);
    } else if (const auto* set = std::get_if<ast::ValueSet>(&owner.node)) {
      add(Kind::value_set, set->name.text, owner);
    } else if (const auto* entity = std::get_if<ast::Entity>(&owner.node)) {
      add(Kind::entity, entity->name.text, owner);
      for (size_t i = 0; i < entity->fields.size(); ++i) {
        add(Kind::field, entity->name.text + "." + entity->fields[i].name.text, owner, i);
      }
    } else if (const auto* table = std::get_if<ast::Table>(&owner.node)) {
      add(Kind::table, table->name.text, owner);
      for (size_t i = 0; i < table->text.header.size(); ++i) {
        add(Kind::column, table->name.text + "." + header_cell(table->text.header[i]).name.text, owner, i);
      }
    } else if (const auto* block = std::get_if<ast::ForEach>(&owner.node)) {
      const std::string prefix = block->entity ? block->entity->text + "." : std::string();
      for (size_t i = 0; i < block->definitions.size(); ++i) {
        add(Kind::value, prefix + block->definitions[i].name.text, owner, i);
      }
    } else if (const auto* payment = std::get_if<ast::Payment>(&owner.node)) {
      add(Kind::payment, payment->name.text, owner);
      for (size_t i = 0; i < payment->steps.size(); ++i) {
        add(Kind::value, payment->name.text + "." + payment->steps[i].name.text, owner, i);
      }
    } else if (const auto* findings = std::get_if<ast::Findings>(&owner.node)) {
      add(Kind::entity, findings->plural.text, owner);
    } else if (std::holds_alternative<ast::Measure>(owner.node)) {
      add_measure(owner);
    } else if (const auto* ensure = std::get_if<ast::Ensure>(&owner.node)) {
      add(Kind::ensure, ensure->title, owner);
    } else if (const auto* test = std::get_if<ast::Test>(&owner.node)) {
      add(Kind::test, test->title, owner);
    } else if (const auto* report = std::get_if<ast::Report>(&owner.node)) {
      add(Kind::report, report->name.text, owner);
    } else if (const auto* source = std::get_if<ast::Source>(&owner.node)) {
      add(Kind::source, source->file, owner);
      sources_.push_back(&owner);
    }
  }
}

const Place* Targets::find(Kind kind, const std::string& name) const {
  const auto& places = by_kind_[static_cast<size_t>(kind)];
  const auto found = places.find(name);
  return found == places.end() ? nullptr : &found->second;
}

std::vector<std::string> Targets::names(Kind kind) const {
  std::vector<std::string> result;
  for (const auto& [name, place] : by_kind_[static_cast<size_t>(kind)]) result.push_back(name);
  std::sort(result.begin(), result.end());  // the same message on every machine
  return result;
}

std::vector<ast::Declaration*> Targets::sources_of(const std::string& file) const {
  std::vector<ast::Declaration*> result;
  for (ast::Declaration* declaration : sources_) {
    if (std::get<ast::Source>(declaration->node).file == file) result.push_back(declaration);
  }
  return result;
}

ast::Definition* Targets::definition(const Place& place) {
  if (auto* block = std::get_if<ast::ForEach>(&place.declaration->node))
    return &block->definitions[place.item];
  if (auto* payment = std::get_if<ast::Payment>(&place.declaration->node)) return &payment->steps[place.item];
  if (auto* measure = std::get_if<ast::Measure>(&place.declaration->node)) {
    const MeasureItem item = MeasureItem::of(place.item);
    ast::MeasureBody& body = item.body == 0 ? measure->whole : measure->groups[item.body - 1];
    return item.part ? &body.parts[item.index].definition : &body.definitions[item.index];
  }
  return nullptr;
}

}  // namespace merit::model
