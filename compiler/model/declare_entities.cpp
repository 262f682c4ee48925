// Entities of data, pairs and groups: their fields, keys, links, and the collections that links make on the
// other side.
#include <algorithm>

#include "compiler/model/declarer.h"
#include "compiler/model/names.h"

namespace merit::model {

bool Declarer::key_type_allowed(const ir::Type& type, Span span) {
  if (type.optional) {
    diagnostics_.error("G003", span, "A key must have a value in every row.", "Take away the `?`.");
    return false;
  }
  switch (type.kind) {
  case ir::TypeKind::text:
  case ir::TypeKind::integer:
  case ir::TypeKind::number:
  case ir::TypeKind::date:
  case ir::TypeKind::boolean:
  case ir::TypeKind::link:
  case ir::TypeKind::enumeration: return true;
  case ir::TypeKind::money:
  case ir::TypeKind::duration:
  case ir::TypeKind::period:
  case ir::TypeKind::datetime:
  case ir::TypeKind::datetime_period:
  case ir::TypeKind::codes:
  case ir::TypeKind::quantity:
  case ir::TypeKind::collection: break;
  }
  diagnostics_.error("G003", span,
                     "A key cannot be of the type `" + ir::type_text(model_.program, type) + "`.",
                     "A key is a text, a number, a date, a yes or no, a value of an enum, or a link.");
  return false;
}

void Declarer::entity_fields() {
  for (const auto& [node, declaration] : all<ast::Entity>()) {
    const uint32_t entity = entity_of_[node];
    if (entity == ir::none) continue;
    for (const ast::Field& field : node->fields) {
      if (field.name.text.empty()) continue;
      auto type = named_type(model_, field.type, diagnostics_);
      if (type && type->kind == ir::TypeKind::collection) {
        diagnostics_.error(
            "G004", field.type.span, "A field holds one value, and `" + field.type.name.text + "` are many.",
            "Write `" + model_.program.entities[type->target].name + "` for a link to one row.");
        type.reset();
      }
      if (!type) {
        model_.refused.insert(field.name.text);
        continue;
      }
      if (field.key) key_type_allowed(*type, field.type.span);
      const uint32_t column =
          add_column(entity, field.name.text, *type, ir::ColumnKind::stored, field.name.span);
      model_.program.columns[column].doc = field.doc.text;
      if (field.key) {
        model_.program.columns[column].key = true;
        model_.program.entities[entity].keys.push_back(column);
      }
      add_member(entity, field.name.text, Member{Member::Kind::column, column, ir::none}, field.name.span,
                 "a field");
    }
    const ir::Entity& made = model_.program.entities[entity];
    const bool marked = std::any_of(node->fields.begin(), node->fields.end(),
                                    [](const ast::Field& field) { return field.key; });
    if (made.kind == ir::EntityKind::data && !marked) {
      diagnostics_.error("G002", node->name.span, "The entity `" + node->name.text + "` has no key.",
                         "Write `key` before the field, or fields, that tell its rows apart.");
    }
  }
}

void Declarer::pairs() {
  for (const auto& [node, declaration] : all<ast::Entity>()) {
    const uint32_t entity = entity_of_[node];
    if (entity == ir::none || !node->form) continue;
    const auto* form = std::get_if<ast::PairsForm>(&*node->form);
    if (form == nullptr) continue;
    for (const ast::Name& part : form->parts) {
      ir::Type type;
      if (const auto found = model_.enums.find(part.text); found != model_.enums.end()) {
        type.kind = ir::TypeKind::enumeration;
        type.target = found->second;
      } else {
        type.kind = ir::TypeKind::link;
        type.target = entity_named(part);
        if (type.target == ir::none) continue;
        if (type.target == entity) {
          diagnostics_.error("G201", part.span, "`" + part.text + "` cannot be a part of itself.");
          continue;
        }
      }
      const uint32_t column = add_column(entity, part.text, type, ir::ColumnKind::computed, part.span);
      model_.program.columns[column].key = true;
      model_.program.entities[entity].keys.push_back(column);
      add_member(entity, part.text, Member{Member::Kind::column, column, ir::none}, part.span,
                 "a part of it");
    }
    if (form->parts.size() < 2) {
      diagnostics_.error("G201", node->name.span, "`" + node->name.text + "` needs two parts or more.",
                         "Write `for each A, B`.");
    }
  }
}

/// The entity whose rows a collection at the level of the program holds; none when that is not plain to see.
uint32_t Declarer::collection_entity(const ast::Expr& collection, int depth) {
  std::string name;
  if (const auto* every = std::get_if<ast::All>(&collection.node)) {
    name = every->entity_plural.text;
  } else if (const auto* reference = std::get_if<ast::NameRef>(&collection.node)) {
    name = reference->name;
  } else if (const auto* filter = std::get_if<ast::Filter>(&collection.node)) {
    return filter->base ? collection_entity(*filter->base, depth) : ir::none;
  }
  if (const auto plural = model_.plurals.find(name); plural != model_.plurals.end()) return plural->second;
  if (depth > 64) return ir::none;  // a cycle, which is reported where the values are
  for (const auto& [block, declaration] : all<ast::ForEach>()) {
    if (block->entity) continue;
    for (const ast::Definition& definition : block->definitions) {
      if (definition.name.text == name && definition.body)
        return collection_entity(*definition.body, depth + 1);
    }
  }
  return ir::none;
}

namespace {

/// `dual_quintile`, `measure.domain`: the key of the groups is named after the last of the path.
std::string group_key_name(const ast::Expr& value) {
  if (const auto* name = std::get_if<ast::NameRef>(&value.node)) return name->name;
  if (const auto* member = std::get_if<ast::Member>(&value.node)) return member->member.text;
  return "value";
}

}  // namespace

void Declarer::groups() {
  for (const auto& [node, declaration] : all<ast::Entity>()) {
    const uint32_t entity = entity_of_[node];
    if (entity == ir::none || !node->form) continue;
    const auto* form = std::get_if<ast::DistinctForm>(&*node->form);
    if (form == nullptr || !form->value || !form->collection) continue;
    const uint32_t members = collection_entity(*form->collection, 0);
    if (members == ir::none || members == entity) {
      if (!std::holds_alternative<ast::Broken>(form->collection->node)) {
        diagnostics_.error(
            "G203", form->collection->span, "It is not clear of what `" + node->name.text + "` are groups.",
            "Write the plural of an entity here, such as `for each distinct region of hospitals`.");
      }
      continue;
    }
    Group group{form->value.get(), form->collection.get(), members, ir::none, ir::none};
    const std::string key = group_key_name(*form->value);
    ir::Type key_type;
    if (const auto known = model_.members[members].find(key);
        std::holds_alternative<ast::NameRef>(form->value->node) && known != model_.members[members].end() &&
        known->second.kind == Member::Kind::column) {
      key_type = model_.program.columns[known->second.index].type;
      key_type.optional = false;
    }
    group.key = add_column(entity, key, key_type, ir::ColumnKind::computed, form->value->span);
    model_.program.columns[group.key].key = true;
    model_.program.entities[entity].keys.push_back(group.key);
    add_member(entity, key, Member{Member::Kind::column, group.key, ir::none}, form->value->span, "its key");

    ir::Type link;
    link.kind = ir::TypeKind::link;
    link.optional = true;
    link.target = entity;
    group.link = add_column(members, node->name.text, link, ir::ColumnKind::computed, node->name.span);
    add_member(members, node->name.text, Member{Member::Kind::column, group.link, ir::none}, node->name.span,
               "the link to its group");
    model_.program.entities[entity].group_link = group.link;
    model_.groups[entity] = group;
  }
}

void Declarer::reverse_names() {
  const ir::Program& program = model_.program;
  for (uint32_t child = 1; child < program.entities.size(); ++child) {
    std::unordered_map<uint32_t, std::vector<uint32_t>> links;  // by target
    std::vector<uint32_t> targets;                              // in order of declaration
    for (const uint32_t column : program.entities[child].columns) {
      const ir::Type& type = program.columns[column].type;
      if (type.kind != ir::TypeKind::link || type.target == ir::none) continue;
      std::vector<uint32_t>& columns = links[type.target];
      if (columns.empty()) targets.push_back(type.target);
      columns.push_back(column);
    }
    for (const uint32_t target : targets) {
      const std::vector<uint32_t>& columns = links[target];
      const std::string& plural = program.entities[child].plural;
      const Member member{columns.size() == 1 ? Member::Kind::reverse : Member::Kind::ambiguous,
                          columns.front(), child};
      const Span span = program.columns[columns.front()].span;
      const auto [place, fresh] =
          taken_members_[target].try_emplace(plural, Taken{span, "the `" + plural + "` that point to this `" +
                                                                     program.entities[target].name + "`"});
      if (fresh) {
        model_.members[target].emplace(plural, member);
        continue;
      }
      diagnostics_
          .error("G006", place->second.span,
                 "`" + plural + "` of a `" + program.entities[target].name +
                     "` has two meanings: " + place->second.what + ", and the rows of `" +
                     program.entities[child].name + "` that point to it.",
                 "Rename this, or give `" + program.entities[child].name + "` another plural: `entity " +
                     program.entities[child].name + " (plural):`.")
          .notes.push_back(Note{span, "This link makes the other one."});
    }
  }
}

}  // namespace merit::model
