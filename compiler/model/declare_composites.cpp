// Measures one level up: composites, the rows that measures have in the table `measure`, named results.
#include <algorithm>
#include <set>

#include "compiler/model/declarer.h"
#include "compiler/model/names.h"
#include "compiler/model/table_text.h"
#include "runtime/ir/ops.h"

namespace merit::model {

using ir::Population;

namespace {

ir::Type simple(ir::TypeKind kind) {
  return {kind, false, ir::none, {}};
}

/// The name of a measure's row in the table `measure`.
std::string row_name(const ast::Measure& measure, const ast::MeasureBody* group) {
  return measure.whole.name.text + (group == nullptr ? "" : "_" + group->name.text);
}

/// Does a declaration have the name, or the plural, of the table of all measures?
bool takes_measure(const ast::Declaration& declaration) {
  const auto is = [](const std::string& name) { return name == "measure" || name == "measures"; };
  if (const auto* entity = std::get_if<ast::Entity>(&declaration.node))
    return is(entity->name.text) || (entity->plural && is(entity->plural->text));
  if (const auto* enumeration = std::get_if<ast::Enum>(&declaration.node)) return is(enumeration->name.text);
  if (const auto* parameter = std::get_if<ast::Parameter>(&declaration.node)) return is(parameter->name.text);
  const auto* values = std::get_if<ast::ForEach>(&declaration.node);
  return values != nullptr && !values->entity &&
         std::any_of(values->definitions.begin(), values->definitions.end(),
                     [&](const ast::Definition& each) { return is(each.name.text); });
}

const std::string& line_of(const ast::Measure& measure, std::string_view word) {
  static const std::string nothing;
  for (const ast::MeasureLine& line : measure.whole.lines) {
    if (line.name.text == word) return line.text;
  }
  return nothing;
}

}  // namespace

/// Every declared measure is a row of the table `measure`: those that the program writes get what the measure
/// says of itself, the others a row of their own. Where there is no such table, there is one of all measures.
void Declarer::measure_rows() {
  ast::Table* table = nullptr;
  ast::Module* last = nullptr;
  bool taken = false;
  std::vector<const ast::Measure*> measures;
  std::set<std::string> defined;  // in `for each measure`
  for (const auto& module : model_.modules) {
    for (const auto& declaration : module->declarations) {
      if (const auto* measure = std::get_if<ast::Measure>(&declaration->node)) {
        measures.push_back(measure);
        last = module.get();
      }
      if (auto* found = std::get_if<ast::Table>(&declaration->node); found && found->name.text == "measure")
        table = found;
      taken = taken || takes_measure(*declaration);
      const auto* rules = std::get_if<ast::ForEach>(&declaration->node);
      if (rules == nullptr || !rules->entity || rules->entity->text != "measure") continue;
      for (const ast::Definition& each : rules->definitions) defined.insert(each.name.text);
    }
  }
  if (measures.empty() || taken) return;
  const Span place = measures.front()->whole.name.span;
  if (table == nullptr) {
    auto made = std::make_unique<ast::Declaration>();
    ast::Table own;
    own.name = {"measure", place};
    own.text.header.push_back({"key id : text", place, false});
    own.text.span = place;
    made->span = place;
    made->node = std::move(own);
    last->declarations.push_back(std::move(made));
    table = &std::get<ast::Table>(last->declarations.back()->node);
  }
  if (table->text.header.empty()) return;  // its file could not be read, and said so
  // What every measure says of itself the table has, too.
  for (const auto& [name, header] :
       {std::pair{"title", "title : text?"}, std::pair{"identifier", "identifier : text?"},
        std::pair{"better", "better"}}) {
    const bool there =
        defined.contains(name) || std::any_of(table->text.header.begin(), table->text.header.end(),
                                              [&, wanted = name](const ast::Cellule& cell) {
                                                return header_cell(cell).name.text == wanted;
                                              });
    if (there) continue;
    for (std::vector<ast::Cellule>& row : table->text.rows) {
      if (row.size() == table->text.header.size()) row.push_back({"", row_span(row), false});
    }
    table->text.header.push_back({header, place, false});
  }
  std::vector<std::string> columns;
  size_t key = columns.size();
  size_t keys = 0;
  for (size_t i = 0; i < table->text.header.size(); ++i) {
    const HeaderCell cell = header_cell(table->text.header[i]);
    columns.push_back(cell.name.text);
    if (!cell.key) continue;
    key = i;
    ++keys;
  }
  if (keys != 1) return;
  const auto row_of = [&](const ast::Measure& measure, const ast::MeasureBody* group) {
    const std::string name = row_name(measure, group);
    const Span span = group == nullptr ? measure.whole.name.span : group->name.span;
    std::string better = line_of(measure, "better");
    if (better != "lower") better = "higher";
    auto row = std::find_if(table->text.rows.begin(), table->text.rows.end(), [&](const auto& cells) {
      return cells.size() == columns.size() && cells[key].text == name;
    });
    if (row == table->text.rows.end()) {
      std::vector<ast::Cellule> cells(columns.size(), ast::Cellule{"", span, false});
      cells[key].text = name;
      row = table->text.rows.insert(table->text.rows.end(), std::move(cells));
    }
    for (size_t i = 0; i < columns.size(); ++i) {
      ast::Cellule& cell = (*row)[i];
      if (columns[i] == "better" && !cell.text.empty() && cell.text != better) {
        diagnostics_
            .error("G605", cell.span,
                   "The table says that " + cell.text + " is better for `" + name +
                       "`, and the measure says otherwise.",
                   "Leave the cell empty: the measure itself says it.")
            .notes.push_back(Note{span, "The measure is here."});
      }
      if (!cell.text.empty() || cell.quoted) continue;
      if (columns[i] == "better") {
        cell.text = better;
      } else if (columns[i] == "title" || columns[i] == "label") {
        cell.text = line_of(measure, "title");
        if (group != nullptr && !group->title.empty()) cell.text += ": " + group->title;
        cell.quoted = !cell.text.empty();
      } else if (columns[i] == "identifier" || columns[i] == "steward" || columns[i] == "version") {
        cell.text = line_of(measure, columns[i]);
        cell.quoted = !cell.text.empty();
      }
    }
  };
  for (const ast::Measure* measure : measures) {
    if (measure->groups.empty()) row_of(*measure, nullptr);
    for (const ast::MeasureBody& group : measure->groups) row_of(*measure, &group);
  }
}

void Declarer::composites() {
  for (const auto& [node, declaration] : all<ast::Measure>()) {
    if (node->composite && !node->whole.name.text.empty()) composite(*node, *declaration);
  }
}

void Declarer::composite(const ast::Measure& node, const ast::Declaration& declaration) {
  const std::string& name = node.whole.name.text;
  const uint32_t entity = entity_named(node.entity);
  if (entity == ir::none || !take(name, node.whole.name.span, "a composite")) {
    model_.refused.insert(name);
    return;
  }
  const auto refuse = [&](Span span, std::string message, std::string help) {
    diagnostics_.error("G606", span, std::move(message), std::move(help));
    model_.refused.insert(name);
  };
  const auto index = static_cast<uint32_t>(model_.measures.size());
  const uint32_t scope = add_scope(name, entity, ir::none, index);
  ir::Measure made;
  composite_lines(made, node, scope);
  made.name = name;
  made.entity = entity;
  made.doc = declaration.doc.text;
  made.span = node.whole.name.span;
  if (node.condition || !node.groups.empty() || !node.whole.definitions.empty()) {
    const Span span = node.condition         ? node.condition->span
                      : !node.groups.empty() ? node.groups.front().name.span
                                             : node.whole.definitions.front().name.span;
    refuse(span, "A composite is made of its components, and says nothing of its own.",
           "Define a measure for it, and name that among the `components`.");
    return;
  }
  if (!made.composite) {
    refuse(node.whole.name.span, "How the composite `" + name + "` is scored is not said.",
           "Write `scoring all_or_none`, `scoring opportunity` or `scoring weighted`.");
    return;
  }
  for (const ast::MeasureComponent& written : node.components) {
    const std::string path = path_text(written.path);
    const auto found = model_.measure_paths.find(path);
    if (found == model_.measure_paths.end()) {
      if (is_reported(model_, written.path.front().text)) return;
      std::vector<std::string> names;
      for (const auto& [each, value] : model_.measure_paths) names.push_back(each);
      std::sort(names.begin(), names.end());
      refuse(written.span, "There is no measure `" + path + "`.", did_you_mean(path, names));
      return;
    }
    const MeasureValue value = found->second;
    const ir::Measure& component = model_.program.measures[value.measure];
    const bool any_rate = *made.composite == ir::CompositeScoring::weighted;
    if (component.composite || component.scoring == ir::Scoring::cohort ||
        (!any_rate && component.scoring != ir::Scoring::proportion)) {
      refuse(written.span, "`" + path + "` cannot be part of this composite.",
             any_rate ? "A component is a measure with a rate."
                      : "A component is a proportion: what counts is who meets it.");
      return;
    }
    if (component.entity != entity) {
      refuse(written.span,
             "`" + path + "` is said of each " + model_.program.entities[component.entity].name +
                 ", and the composite of each " + node.entity.text + ".",
             "Components count the same rows as their composite.");
      return;
    }
    const auto weight = Number::parse(written.weight);
    if (!weight || weight->sign() <= 0) {
      refuse(written.span, "`" + written.weight + "` is no weight.", "A weight is a number above 0.");
      return;
    }
    const auto add = [&](uint32_t group) { made.components.push_back({value.measure, group, *weight}); };
    if (value.group != ir::none) {
      add(value.group);
    } else {
      for (uint32_t i = 0; i < component.groups.size(); ++i) add(i);
    }
  }
  if (made.components.size() < 2) {
    refuse(node.whole.name.span, "The composite `" + name + "` is made of fewer than two measures.",
           "Name them: `components a, b, c`.");
    return;
  }
  add_member(entity, name, Member{Member::Kind::scope, scope, ir::none}, node.whole.name.span, "a composite");
  model_.members[0].emplace(name, Member{Member::Kind::scope, scope, ir::none});
  model_.measure_paths[name] = {index, ir::none};
  made.groups.emplace_back();
  MeasureGroup group;
  group.scope = scope;
  const Span span = made.span;
  const auto column = [&](const std::string& member, CompositePart part, ir::TypeKind kind) {
    ColumnSource source;
    source.composite_part = part;
    source.composite = index;
    const uint32_t result = add_column(entity, name + "." + member, simple(kind), ir::ColumnKind::computed,
                                       span, std::move(source));
    add_to_scope(scope, member, Member{Member::Kind::column, result, ir::none}, span, "a population");
    return result;
  };
  if (*made.composite != ir::CompositeScoring::weighted) {
    const uint32_t population =
        column("initial_population", CompositePart::initial_population, ir::TypeKind::boolean);
    group.counted = column("denominator", CompositePart::denominator, ir::TypeKind::boolean);
    made.groups[0].populations = {{Population::initial_population, ir::none, population},
                                  {Population::denominator, ir::none, group.counted}};
  }
  if (*made.composite == ir::CompositeScoring::all_or_none) {
    group.met = column("numerator", CompositePart::numerator, ir::TypeKind::boolean);
    made.groups[0].populations.push_back({Population::numerator, ir::none, group.met});
  }
  if (*made.composite == ir::CompositeScoring::opportunity) {
    made.scoring = ir::Scoring::ratio;
    group.met = group.counted;
    const uint32_t opportunities =
        column("opportunities", CompositePart::opportunities, ir::TypeKind::integer);
    const uint32_t met = column("met", CompositePart::met, ir::TypeKind::integer);
    made.groups[0].observations = {{Population::denominator, opportunities, ir::AggregateMode::sum},
                                   {Population::numerator, met, ir::AggregateMode::sum}};
  }
  model_.measures.push_back({{group}, scope});
  model_.program.measures.push_back(std::move(made));
  add_rate(scope, name, {index, ir::none}, span);
  model_.program.measures.back().groups[0].rate = model_.scopes[scope].members.at("rate").index;
}

/// `quality = result of m over patients`: a name for several values, quality.denominator, quality.rate.
void Declarer::result_bundle(uint32_t entity, const ast::Definition& definition, const ColumnSource& around) {
  const std::string& name = definition.name.text;
  const auto& over = std::get<ast::MeasureOver>(definition.body->node);
  const auto value = over.measure ? measure_named(model_, *over.measure) : std::nullopt;
  if (!value) {
    ColumnSource source = around;  // what is wrong is said where the expression is read
    source.body = definition.body.get();
    const uint32_t column =
        add_column(entity, name, {}, ir::ColumnKind::computed, definition.name.span, source);
    add_member(entity, name, Member{Member::Kind::column, column, ir::none}, definition.name.span,
               "a definition");
    return;
  }
  if (entity == 0 && !take(name, definition.name.span, "a result")) return;
  const uint32_t scope = add_scope(name, entity, ir::none, ir::none);
  if (!add_member(entity, name, Member{Member::Kind::scope, scope, ir::none}, definition.name.span,
                  "a result"))
    return;
  for (const std::string& member : values_of_result(model_, *value)) {
    ColumnSource source = around;
    source.result = &over;
    source.result_member = member;
    const uint32_t column = add_column(entity, name + "." + member, {}, ir::ColumnKind::computed,
                                       definition.name.span, std::move(source));
    model_.program.columns[column].doc = definition.doc.text;
    add_to_scope(scope, member, Member{Member::Kind::column, column, ir::none}, definition.name.span,
                 "a value of a result");
  }
}

std::vector<std::string> values_of_result(const Model& model, const MeasureValue& value) {
  const ir::Measure& measure = model.program.measures[value.measure];
  std::vector<std::string> values;
  for (size_t i = 0; i < measure.groups.size(); ++i) {
    if (value.group != ir::none && value.group != i) continue;
    for (const ir::MeasurePopulation& population : measure.groups[i].populations) {
      const std::string name(ir::name_of(population.kind));
      if (std::find(values.begin(), values.end(), name) == values.end()) values.push_back(name);
    }
  }
  if (measure.scoring != ir::Scoring::cohort) values.emplace_back("rate");
  return values;
}

}  // namespace merit::model
