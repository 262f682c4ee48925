#include "compiler/model/declare.h"

#include <algorithm>

#include "compiler/model/declarer.h"
#include "compiler/model/names.h"
#include "runtime/values/currency.h"

namespace merit::model {

Declarer::Declarer(std::shared_ptr<SourceFiles> files, Merged& merged, std::vector<ir::Module> records,
                   Diagnostics& diagnostics)
    : merged_(merged), diagnostics_(diagnostics) {
  model_.files = std::move(files);
  model_.modules = std::move(merged.modules);
  model_.replaced = std::move(merged.replaced);
  model_.removed = std::move(merged.removed);
  ir::Program& program = model_.program;
  program.files = model_.files;
  program.modules = std::move(records);
  program.removals = std::move(merged.removals);
  if (!model_.modules.empty()) program.name = model_.modules.back()->name.text;
}

Model Declarer::run() {
  ir::Entity whole;
  for (const Diagnostic& diagnostic : diagnostics_.all()) {
    const std::string& code = diagnostic.code;
    if (code == "C002" || code == "C003" || code == "C004" || code == "A002") model_.incomplete = true;
  }
  whole.name = "program";
  whole.plural = "program";
  whole.kind = ir::EntityKind::program;
  whole.rows = 1;
  model_.program.entities.push_back(std::move(whole));
  model_.members.emplace_back();
  model_.row_names.emplace_back();
  model_.groups.emplace_back();
  taken_members_.emplace_back();

  program_blocks();
  enums();
  measure_rows();
  value_sets();
  entity_names();
  entity_fields();
  pairs();
  tables();
  groups();
  numbers();
  unions();
  merged();
  findings();
  reverse_names();
  measures();
  composites();
  values();
  measure_periods();
  payments();
  ensures();
  reports();
  tests();
  sources();
  order_columns();
  return std::move(model_);
}

// ---------------------------------------------------------------------------------------------------- names

void Declarer::declared_twice(const std::string& name, Span span, const std::string& what,
                              const Taken& first) {
  const bool elsewhere = span.file != first.span.file;
  diagnostics_
      .error("G001", span,
             "`" + name + "` is declared twice" +
                 (what == first.what ? "." : ": here as " + what + ", before as " + first.what + "."),
             elsewhere
                 ? "Rename one of the two. To change what another module declares, amend it: `replace " +
                       name + " = …`."
                 : "Rename one of the two.")
      .notes.push_back(Note{first.span, "The first one is here."});
}

bool Declarer::take(const std::string& name, Span span, const std::string& what) {
  const auto [place, fresh] = taken_.try_emplace(name, Taken{span, what});
  if (!fresh) declared_twice(name, span, what, place->second);
  return fresh;
}

bool Declarer::add_member(uint32_t entity, const std::string& name, Member member, Span span,
                          const std::string& what) {
  const auto [place, fresh] = taken_members_[entity].try_emplace(name, Taken{span, what});
  if (!fresh) {
    declared_twice(name, span, what, place->second);
    return false;
  }
  model_.members[entity].emplace(name, member);
  return true;
}

void unknown_entity(const Model& model, const ast::Name& name, Diagnostics& diagnostics) {
  if (is_reported(model, name.text)) return;
  std::string help;
  if (const auto plural = model.plurals.find(name.text); plural != model.plurals.end()) {
    help = "Write the name of one row here: `" + model.program.entities[plural->second].name + "`.";
  } else {
    std::vector<std::string> names;
    for (const auto& [entity, index] : model.entities) names.push_back(entity);
    std::sort(names.begin(), names.end());
    help = did_you_mean(name.text, names);
    // What a newcomer forgets.
    if (help.empty() && (name.text == "patient" || name.text == "encounter"))
      help = "Declare it: `entity " + name.text +
             ":`; or `use clinical`, which brings patients and their records.";
  }
  Diagnostic& diagnostic = diagnostics.error(
      "G005", name.span, "There is no entity or table `" + name.text + "`.", std::move(help));
  if (auto note = removal_note(model, name.text)) diagnostic.notes.push_back(std::move(*note));
}

uint32_t Declarer::entity_named(const ast::Name& name) {
  if (const auto found = model_.entities.find(name.text); found != model_.entities.end())
    return found->second;
  if (!name.text.empty()) unknown_entity(model_, name, diagnostics_);
  return ir::none;
}

uint32_t Declarer::add_entity(const ast::Name& name, const std::optional<ast::Name>& plural,
                              ir::EntityKind kind, const ast::Declaration& declaration) {
  const auto index = static_cast<uint32_t>(model_.program.entities.size());
  const std::string word = kind == ir::EntityKind::table ? "a table" : "an entity";
  if (name.text.empty() || !take(name.text, name.span, word)) return ir::none;
  ir::Entity entity;
  entity.name = name.text;
  entity.plural = plural ? plural->text : plural_of(name.text);
  entity.kind = kind;
  entity.doc = declaration.doc.text;
  entity.span = name.span;
  model_.entities.emplace(entity.name, index);
  if (take(entity.plural, plural ? plural->span : name.span, "the plural of `" + name.text + "`")) {
    model_.plurals.emplace(entity.plural, index);
  }
  model_.program.entities.push_back(std::move(entity));
  model_.members.emplace_back();
  model_.row_names.emplace_back();
  model_.groups.emplace_back();
  taken_members_.emplace_back();
  return index;
}

uint32_t Declarer::add_column(uint32_t entity, std::string name, ir::Type type, ir::ColumnKind kind,
                              Span span, ColumnSource source) {
  const auto index = static_cast<uint32_t>(model_.program.columns.size());
  ir::Column column;
  column.name = std::move(name);
  column.entity = entity;
  column.type = std::move(type);
  column.kind = kind;
  column.span = span;
  model_.program.columns.push_back(std::move(column));
  model_.column_sources.push_back(std::move(source));
  model_.program.entities[entity].columns.push_back(index);
  return index;
}

uint32_t Declarer::add_hidden(uint32_t entity, std::string name, const ast::Expr& body, ColumnSource source) {
  source.body = &body;
  const uint32_t column =
      add_column(entity, "~" + std::move(name), {}, ir::ColumnKind::computed, body.span, std::move(source));
  model_.program.columns[column].hidden = true;
  return column;
}

uint32_t Declarer::add_condition(uint32_t entity, std::string name, const ast::Expr* condition) {
  if (condition == nullptr) return ir::none;
  ColumnSource source;
  source.is_condition = true;
  const uint32_t column = add_hidden(entity, std::move(name), *condition, std::move(source));
  model_.program.columns[column].type.kind = ir::TypeKind::boolean;
  return column;
}

/// The text at a place, on one line.
std::string Declarer::text_of(Span span) const {
  const std::string& text = (*model_.files)[span.file].text;
  std::string result;
  for (size_t i = span.begin; i < span.end && i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t') {
      if (!result.empty() && result.back() != ' ') result += ' ';
    } else {
      result += c;
    }
  }
  while (result.ends_with(' ')) result.pop_back();
  return result;
}

void Declarer::order_columns() {
  for (ir::Entity& entity : model_.program.entities) {
    std::stable_partition(entity.columns.begin(), entity.columns.end(),
                          [&](uint32_t column) { return model_.program.columns[column].key; });
  }
}

// ------------------------------------------------------------------------------------------- program, enums

namespace {

/// "2023-10-01 to 2024-09-30", or open on one side.
std::optional<Period> read_effective(std::string_view text) {
  const auto date = [](std::string_view part) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    return Date::parse(part);
  };
  if (const size_t to = text.find(" to "); to != std::string_view::npos) {
    const auto start = date(text.substr(0, to));
    const auto end = date(text.substr(to + 4));
    if (!start || !end || *end < *start) return std::nullopt;
    return Period{*start, *end};
  }
  for (const std::string_view tail : {" or later", " or more"}) {
    if (!text.ends_with(tail)) continue;
    const auto start = date(text.substr(0, text.size() - tail.size()));
    if (start) return Period{*start, Date::highest()};
  }
  return std::nullopt;
}

}  // namespace

void Declarer::program_blocks() {
  const ast::Program* first = nullptr;
  ir::Program& program = model_.program;
  for (const auto& [block, declaration] : all<ast::Program>()) {
    if (first != nullptr) {
      diagnostics_
          .error("C006", block->title_span, "This program has a second title.",
                 "Keep the `program` block in the main module alone.")
          .notes.push_back(Note{first->title_span, "The first one is here."});
      continue;
    }
    first = block;
    program.title = block->title;
    for (const ast::ProgramLine& line : block->lines) {
      if (line.name.text == "authority") {
        program.authority = line.text;
      } else if (line.name.text == "effective") {
        program.effective = read_effective(line.text);
        if (!program.effective) {
          diagnostics_.error("C008", line.span, "`" + line.text + "` is no period of time.",
                             "Write the first and the last day: `effective 2023-10-01 to 2024-09-30`.");
        }
      } else if (line.name.text == "currency") {
        if (find_currency(line.text) == nullptr) {
          diagnostics_.error("C009", line.span, "`" + line.text + "` is no currency that Merit knows.",
                             "It knows these: " + currency_codes() + ".");
        } else {
          program.currency = line.text;
        }
      } else {
        const std::string help = did_you_mean(line.name.text, {"authority", "effective", "currency"});
        diagnostics_.error("C007", line.name.span, "A program has no line `" + line.name.text + "`.",
                           help.empty() ? "Its lines are `authority`, `effective` and `currency`." : help);
      }
    }
  }
}

void Declarer::enums() {
  ir::Program& program = model_.program;
  program.enums.push_back(ir::Enumeration{"direction", {"higher", "lower"}, {}});
  model_.enums.emplace("direction", 0);
  model_.enum_values.push_back({{"higher", 0}, {"lower", 1}});
  taken_.emplace("direction", Taken{{}, "the enum of `higher` and `lower` that the language has"});
  for (const auto& [node, declaration] : all<ast::Enum>()) {
    if (node->name.text.empty() || !take(node->name.text, node->name.span, "an enum")) continue;
    const auto index = static_cast<uint32_t>(program.enums.size());
    ir::Enumeration enumeration;
    enumeration.name = node->name.text;
    enumeration.span = node->name.span;
    std::unordered_map<std::string, uint32_t> values;
    std::unordered_map<std::string, Span> spans;
    for (const ast::Name& value : node->values) {
      const auto [place, fresh] = spans.try_emplace(value.text, value.span);
      if (!fresh) {
        diagnostics_
            .error("G007", value.span,
                   "`" + value.text + "` stands twice in the enum `" + node->name.text + "`.",
                   "Take one out.")
            .notes.push_back(Note{place->second, "The first one is here."});
        continue;
      }
      values.emplace(value.text, static_cast<uint32_t>(enumeration.values.size()));
      enumeration.values.push_back(value.text);
    }
    model_.enums.emplace(enumeration.name, index);
    model_.enum_values.push_back(std::move(values));
    program.enums.push_back(std::move(enumeration));
  }
}

void Declarer::entity_names() {
  for (const auto& module : model_.modules) {
    for (const auto& declaration : module->declarations) {
      if (const auto* entity = std::get_if<ast::Entity>(&declaration->node)) {
        ir::EntityKind kind = ir::EntityKind::data;
        if (entity->form) {
          kind = std::holds_alternative<ast::PairsForm>(*entity->form)      ? ir::EntityKind::pairs
                 : std::holds_alternative<ast::DistinctForm>(*entity->form) ? ir::EntityKind::groups
                                                                            : ir::EntityKind::parts;
        }
        entity_of_[entity] = add_entity(entity->name, entity->plural, kind, *declaration);
      } else if (const auto* findings = std::get_if<ast::Findings>(&declaration->node)) {
        const ast::Name one = findings->singular
                                  ? *findings->singular
                                  : ast::Name{singular_of(findings->plural.text), findings->plural.span};
        entity_of_[findings] = add_entity(one, findings->plural, ir::EntityKind::parts, *declaration);
      } else if (const auto* table = std::get_if<ast::Table>(&declaration->node)) {
        entity_of_[table] = add_entity(table->name, table->plural, ir::EntityKind::table, *declaration);
      }
    }
  }
}

Model declare(std::shared_ptr<SourceFiles> files, Merged merged, std::vector<ir::Module> records,
              Diagnostics& diagnostics) {
  return Declarer(std::move(files), merged, std::move(records), diagnostics).run();
}

}  // namespace merit::model
