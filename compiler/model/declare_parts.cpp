// Entities whose rows are given by rows of others: number ranges, unions, findings.
#include <algorithm>

#include "compiler/model/declarer.h"
#include "compiler/model/names.h"

namespace merit::model {

namespace {

ir::Type simple(ir::TypeKind kind, uint32_t target = ir::none) {
  ir::Type type;
  type.kind = kind;
  type.target = target;
  return type;
}

ir::ExprPtr make(ir::Op op, ir::Type type, Span span) {
  auto node = std::make_unique<ir::Expr>();
  node->op = op;
  node->type = std::move(type);
  node->span = span;
  return node;
}

ir::ExprPtr constant(Value value, ir::Type type, Span span) {
  ir::ExprPtr node = make(ir::Op::constant, std::move(type), span);
  node->value = std::move(value);
  return node;
}

/// The one of `values` that the number (from 1 on) of the row says.
ir::ExprPtr by_number(uint32_t entity, uint32_t number, const ir::Type& type, std::vector<Value> values,
                      const std::vector<Span>& spans, Span span) {
  ir::ExprPtr cases = make(ir::Op::cases, type, span);
  for (size_t i = 0; i < values.size(); ++i) {
    if (i + 1 < values.size()) {
      ir::ExprPtr row = make(ir::Op::row, simple(ir::TypeKind::link, entity), spans[i]);
      row->variable = 1;
      ir::ExprPtr field = make(ir::Op::field, simple(ir::TypeKind::integer), spans[i]);
      field->index = number;
      field->args.push_back(std::move(row));
      ir::ExprPtr is = make(ir::Op::equal, simple(ir::TypeKind::boolean), spans[i]);
      is->args.push_back(std::move(field));
      is->args.push_back(constant(Value::of_number(Number(static_cast<int64_t>(i) + 1)),
                                  simple(ir::TypeKind::integer), spans[i]));
      cases->args.push_back(std::move(is));
    }
    cases->args.push_back(constant(std::move(values[i]), type, spans[i]));
  }
  return cases->args.size() == 1 ? std::move(cases->args.front()) : std::move(cases);
}

}  // namespace

uint32_t Declarer::add_key(uint32_t entity, const std::string& name, ir::Type type, Span span) {
  const uint32_t column = add_column(entity, name, std::move(type), ir::ColumnKind::computed, span);
  model_.program.columns[column].key = true;
  model_.program.entities[entity].keys.push_back(column);
  add_member(entity, name, Member{Member::Kind::column, column, ir::none}, span, "a part of its key");
  return column;
}

uint32_t Declarer::add_enum(const std::string& name, std::vector<std::string> values, Span span) {
  const auto index = static_cast<uint32_t>(model_.program.enums.size());
  std::unordered_map<std::string, uint32_t> numbers;
  for (uint32_t i = 0; i < values.size(); ++i) numbers.emplace(values[i], i);
  if (take(name, span, "an enumeration")) model_.enums.emplace(name, index);
  model_.enum_values.push_back(std::move(numbers));
  model_.program.enums.push_back({name, std::move(values), span});
  return index;
}

/// What stands around the values that a part's members give: its condition, which becomes a filter of the
/// part.
ColumnSource Declarer::part_condition(ir::Part& part, uint32_t member, const std::string& name,
                                      const ast::Expr* condition) {
  ColumnSource around;
  if (condition == nullptr) return around;
  around.row_condition = condition;
  around.applies = add_condition(member, name + ".where", condition);
  around.outside_reason = "only where " + text_of(condition->span);
  part.filters.push_back(around.applies);
  return around;
}

void Declarer::numbers() {
  for (const auto& [node, declaration] : all<ast::Entity>()) {
    const uint32_t entity = entity_of_[node];
    const auto* form = node->form ? std::get_if<ast::NumbersForm>(&*node->form) : nullptr;
    if (entity == ir::none || form == nullptr) continue;
    const uint32_t member = entity_named(form->of);
    if (member == ir::none) continue;
    const auto* range = form->range ? std::get_if<ast::Range>(&form->range->node) : nullptr;
    if (range == nullptr || range->ends != ast::RangeEnds::closed) {
      diagnostics_.error("G207", form->range ? form->range->span : node->name.span,
                         "From which number to which the " + model_.program.entities[entity].plural +
                             " of a " + form->of.text + " go is not said.",
                         "Write `" + form->number.text + " in 1 to …`.");
      continue;
    }
    ir::Part part;
    part.link = add_key(entity, form->of.text, simple(ir::TypeKind::link, member), form->of.span);
    const uint32_t number =
        add_key(entity, form->number.text, simple(ir::TypeKind::integer), form->number.span);
    const ColumnSource around = part_condition(part, member, node->name.text, form->condition.get());
    part.low = add_hidden(member, node->name.text + ".low", *range->low, around);
    part.high = add_hidden(member, node->name.text + ".high", *range->high, around);
    ir::Entity& made = model_.program.entities[entity];
    made.by_member = true;
    made.number_key = number;
    made.parts.push_back(std::move(part));
  }
}

void Declarer::unions() {
  for (const auto& [node, declaration] : all<ast::Entity>()) {
    const uint32_t entity = entity_of_[node];
    const auto* form = node->form ? std::get_if<ast::UnionForm>(&*node->form) : nullptr;
    if (entity == ir::none || form == nullptr) continue;

    struct Source {
      uint32_t member;
      const ast::Expr* condition;
      Span span;
    };

    std::vector<Source> sources;
    for (const ast::UnionPart& part : form->parts) {
      const ast::Expr* base = part.collection.get();
      const auto* filter = std::get_if<ast::Filter>(&base->node);
      if (filter) base = filter->base.get();
      std::string name;
      if (const auto* plain = std::get_if<ast::NameRef>(&base->node)) name = plain->name;
      if (const auto* every = std::get_if<ast::All>(&base->node)) name = every->entity_plural.text;
      const auto plural = model_.plurals.find(name);
      if (plural == model_.plurals.end() || plural->second == entity || (filter && filter->alias)) {
        if (!std::holds_alternative<ast::Broken>(base->node)) {
          diagnostics_.error(
              "G206", part.collection->span,
              "`" + text_of(part.collection->span) + "` does not name rows of an entity.",
              "Write the plural of an entity, and a `where` if not all of its rows are meant.");
        }
        continue;
      }
      sources.push_back({plural->second, filter ? filter->condition.get() : nullptr, part.collection->span});
    }
    if (sources.empty() || sources.size() != form->parts.size()) continue;
    std::vector<std::string> names;
    for (const Source& source : sources) {
      const std::string plural = model_.program.entities[source.member].plural;
      std::string name = plural;
      for (int again = 2; std::find(names.begin(), names.end(), name) != names.end(); ++again)
        name = plural + "_" + std::to_string(again);
      names.push_back(name);
    }
    const uint32_t enumeration = add_enum(node->name.text + "_part", names, node->name.span);
    const uint32_t part_key =
        add_key(entity, "part", simple(ir::TypeKind::enumeration, enumeration), node->name.span);
    const uint32_t number_key = add_key(entity, "number", simple(ir::TypeKind::integer), node->name.span);
    const bool alone = std::all_of(sources.begin(), sources.end(), [&](const Source& source) {
      return source.member == sources.front().member;
    });
    std::unordered_map<uint32_t, uint32_t> links;  // by member
    std::vector<ir::Part> parts;
    std::vector<ColumnSource> conditions;
    for (size_t i = 0; i < sources.size(); ++i) {
      const uint32_t member = sources[i].member;
      if (!links.contains(member)) {
        ir::Type type = simple(ir::TypeKind::link, member);
        type.optional = !alone;
        const std::string name = model_.program.entities[member].name;
        const uint32_t link = add_column(entity, name, type, ir::ColumnKind::computed, sources[i].span);
        add_member(entity, name, Member{Member::Kind::column, link, ir::none}, sources[i].span,
                   "the link to what it comes from");
        links.emplace(member, link);
      }
      ir::Part part;
      part.link = links.at(member);
      conditions.push_back(
          part_condition(part, member, node->name.text + "." + std::to_string(i + 1), sources[i].condition));
      parts.push_back(std::move(part));
    }
    ir::Entity& made = model_.program.entities[entity];
    made.part_key = part_key;
    made.number_key = number_key;
    made.parts = std::move(parts);
    union_values(entity, *form, conditions);
  }
}

std::optional<ir::Type> Declarer::written_type(uint32_t entity, const std::string& name) {
  for (const auto& [block, declaration] : all<ast::ForEach>()) {
    if (!block->entity || block->entity->text != model_.program.entities[entity].name) continue;
    for (const ast::Definition& definition : block->definitions) {
      if (definition.name.text == name && definition.type)
        return named_type(model_, *definition.type, diagnostics_);
    }
  }
  return std::nullopt;
}

void Declarer::merged() {
  for (const auto& [node, declaration] : all<ast::Entity>()) {
    const uint32_t entity = entity_of_[node];
    const auto* form = node->form ? std::get_if<ast::MergedForm>(&*node->form) : nullptr;
    if (entity == ir::none || form == nullptr) continue;
    const auto plural = model_.plurals.find(form->members.text);
    if (plural == model_.plurals.end() || plural->second == entity) {
      diagnostics_.error("G209", form->members.span,
                         "`" + form->members.text + "` does not name rows of an entity.",
                         "Write the plural of an entity whose rows have the periods.");
      continue;
    }
    const uint32_t member = plural->second;
    const std::string member_name = model_.program.entities[member].name;
    const auto field = [&](const ast::Name& name) -> uint32_t {
      const auto found = model_.members[member].find(name.text);
      const bool column = found != model_.members[member].end() && found->second.kind == Member::Kind::column;
      return column ? found->second.index : ir::none;
    };
    const uint32_t owner = field(form->owner);
    if (owner == ir::none || model_.program.columns[owner].type.kind != ir::TypeKind::link) {
      diagnostics_.error("G209", form->owner.span,
                         "A " + member_name + " has no link `" + form->owner.text + "`.",
                         "After `for each` stands the link to the row whose periods are merged.");
      continue;
    }
    const uint32_t period = field(form->period);
    const auto type = period == ir::none ? written_type(member, form->period.text)
                                         : std::optional(model_.program.columns[period].type);
    if (!type || (type->kind != ir::TypeKind::period && type->kind != ir::TypeKind::datetime_period)) {
      diagnostics_.error(
          "G209", form->period.span,
          "`" + form->period.text + "` is no period that each " + member_name + " is known to have.",
          "Name a field of the type `period` or `period of datetimes`, or a definition that says "
          "that it is one: `NAME : period = …`.");
      continue;
    }
    ir::Part part;
    part.owner = owner;
    if (form->gap) {
      const auto gap = literal_value(model_, *form->gap, simple(ir::TypeKind::duration), diagnostics_);
      if (!gap) continue;
      part.gap = gap->duration();
    }
    if (part.gap.seconds != 0 && type->kind == ir::TypeKind::period) {
      diagnostics_.error("T180", form->gap->span,
                         "`" + form->period.text + "` is a period of dates, which have no time of day.",
                         "Write the gap in days.");
      continue;
    }
    const ir::Type owner_link = simple(ir::TypeKind::link, model_.program.columns[owner].type.target);
    const uint32_t owner_key = add_key(entity, form->owner.text, owner_link, form->owner.span);
    const uint32_t number = add_key(entity, "number", simple(ir::TypeKind::integer), node->name.span);
    const uint32_t span =
        add_column(entity, "period", simple(type->kind), ir::ColumnKind::computed, form->period.span);
    add_member(entity, "period", Member{Member::Kind::column, span, ir::none}, form->period.span,
               "the span of its periods");
    part.link = add_column(entity, member_name, simple(ir::TypeKind::link, member), ir::ColumnKind::computed,
                           form->members.span);
    add_member(entity, member_name, Member{Member::Kind::column, part.link, ir::none}, form->members.span,
               "the link to the first row of the span");
    const ColumnSource around = part_condition(part, member, node->name.text, form->condition.get());
    part.period =
        period == ir::none ? add_hidden(member, node->name.text + ".period", *form->value, around) : period;
    ir::Entity& made = model_.program.entities[entity];
    made.owner_key = owner_key;
    made.number_key = number;
    made.span_column = span;
    made.parts.push_back(std::move(part));
  }
}

uint32_t Declarer::linked_by(const ast::Expr& path, uint32_t entity) const {
  uint32_t from = entity;
  std::string name;
  if (const auto* plain = std::get_if<ast::NameRef>(&path.node)) {
    name = plain->name;
  } else if (const auto* step = std::get_if<ast::Member>(&path.node); step != nullptr && step->object) {
    from = linked_by(*step->object, entity);
    name = step->member.text;
  }
  if (from == ir::none) return ir::none;
  const auto found = model_.members[from].find(name);
  if (found == model_.members[from].end() || found->second.kind != Member::Kind::column) return ir::none;
  const ir::Type& type = model_.program.columns[found->second.index].type;
  return type.kind == ir::TypeKind::link ? type.target : ir::none;
}

void Declarer::union_values(uint32_t entity, const ast::UnionForm& form,
                            const std::vector<ColumnSource>& conditions) {
  for (const ast::UnionValue& value : form.parts.front().values) {
    ColumnSource source;
    for (size_t i = 0; i < form.parts.size(); ++i) {
      const auto& values = form.parts[i].values;
      const auto same = std::find_if(values.begin(), values.end(), [&](const ast::UnionValue& other) {
        return other.name.text == value.name.text;
      });
      if (same == values.end() || !same->value) {
        diagnostics_.error("G205", form.parts[i].span,
                           "This part does not say what its `" + value.name.text + "` is, and another does.",
                           "Every part gives the same columns; write `" + value.name.text + " = …` here.");
        return;
      }
      const ir::Entity& made = model_.program.entities[entity];
      const uint32_t member = model_.program.columns[made.parts[i].link].type.target;
      source.part_values.push_back(add_hidden(member,
                                              made.name + "." + std::to_string(i + 1) + "." + value.name.text,
                                              *same->value, conditions[i]));
    }
    // A link is known as one from the start: the rows it leads to have these rows by their plural.
    const uint32_t member =
        model_.program.columns[model_.program.entities[entity].parts.front().link].type.target;
    ir::Type type;
    if (const uint32_t target = value.value ? linked_by(*value.value, member) : ir::none;
        target != ir::none) {
      type = simple(ir::TypeKind::link, target);
      type.optional = true;
    }
    const uint32_t column =
        add_column(entity, value.name.text, type, ir::ColumnKind::computed, value.name.span, source);
    add_member(entity, value.name.text, Member{Member::Kind::column, column, ir::none}, value.name.span,
               "a column of its parts");
  }
  for (const ast::UnionPart& part : form.parts) {
    for (const ast::UnionValue& value : part.values) {
      const auto& first = form.parts.front().values;
      if (std::any_of(first.begin(), first.end(),
                      [&](const ast::UnionValue& other) { return other.name.text == value.name.text; }))
        continue;
      diagnostics_.error("G205", value.name.span,
                         "The first part does not say what its `" + value.name.text + "` is.",
                         "Every part gives the same columns.");
    }
  }
}

void Declarer::findings() {
  for (const auto& [node, declaration] : all<ast::Findings>()) {
    const uint32_t entity = entity_of_[node];
    if (entity == ir::none || node->rows.empty()) continue;
    const uint32_t member = entity_named(node->entity);
    if (member == ir::none) continue;
    const uint32_t link =
        add_key(entity, node->entity.text, simple(ir::TypeKind::link, member), node->entity.span);
    const uint32_t number = add_key(entity, "number", simple(ir::TypeKind::integer), node->plural.span);
    const std::string name = model_.program.entities[entity].name;
    std::vector<ir::Part> parts;
    ir::Part around;
    around.link = link;
    const ColumnSource limits = part_condition(around, member, name, node->condition.get());
    for (size_t i = 0; i < node->rows.size(); ++i) {
      ir::Part part = around;
      ColumnSource source = limits;
      source.is_condition = true;
      const uint32_t found =
          add_hidden(member, name + "." + std::to_string(i + 1), *node->rows[i].condition, source);
      model_.program.columns[found].type.kind = ir::TypeKind::boolean;
      part.filters.push_back(found);
      parts.push_back(std::move(part));
    }
    ir::Entity& made = model_.program.entities[entity];
    made.parts = std::move(parts);
    made.by_member = true;
    made.part_key = number;
    finding_columns(entity, *node, number);
  }
}

void Declarer::finding_columns(uint32_t entity, const ast::Findings& findings, uint32_t number) {
  std::string outcome = "outcome";
  uint32_t enumeration = ir::none;
  if (findings.outcomes) {
    outcome = findings.outcomes->text;
    const auto found = model_.enums.find(outcome);
    if (found == model_.enums.end()) {
      diagnostics_.error("G208", findings.outcomes->span, "There is no enumeration `" + outcome + "`.",
                         "Declare it, the outcomes from the weakest to the strongest: `enum " + outcome +
                             ": …`.");
      return;
    }
    enumeration = found->second;
  } else {
    std::vector<std::string> values;
    for (const ast::Finding& row : findings.rows) {
      if (std::find(values.begin(), values.end(), row.outcome.text) == values.end())
        values.push_back(row.outcome.text);
    }
    enumeration =
        add_enum(model_.program.entities[entity].name + "_outcome", std::move(values), findings.plural.span);
  }
  std::vector<Value> outcomes;
  std::vector<Value> codes;
  std::vector<Span> spans;
  for (const ast::Finding& row : findings.rows) {
    const auto& values = model_.enum_values[enumeration];
    const auto value = values.find(row.outcome.text);
    if (value == values.end()) {
      std::string known;
      for (const std::string& name : model_.program.enums[enumeration].values)
        known += (known.empty() ? "" : ", ") + name;

      diagnostics_.error("G208", row.outcome.span,
                         "`" + row.outcome.text + "` is no value of `" + outcome + "`.",
                         "Its values: " + known + ".");
      return;
    }
    outcomes.push_back(Value::of_enumeration(value->second));
    codes.push_back(Value::of_text(row.code));
    spans.push_back(row.span);
  }
  const auto add = [&](const std::string& name, const ir::Type& type, std::vector<Value> values) {
    const uint32_t column = add_column(entity, name, type, ir::ColumnKind::computed, findings.plural.span);
    model_.program.columns[column].body =
        by_number(entity, number, type, std::move(values), spans, findings.plural.span);
    add_member(entity, name, Member{Member::Kind::column, column, ir::none}, findings.plural.span,
               "what each finding has");
  };
  add(outcome, simple(ir::TypeKind::enumeration, enumeration), std::move(outcomes));
  add("code", simple(ir::TypeKind::text), std::move(codes));
}

}  // namespace merit::model
