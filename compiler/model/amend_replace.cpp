// What amendments replace and add.
#include <algorithm>
#include <iterator>

#include "compiler/model/amender.h"
#include "compiler/model/names.h"
#include "compiler/model/table_text.h"
#include "compiler/model/walk.h"

namespace merit::model {

void Amender::apply(ast::Replace& replace, ast::Doc& doc) {
  ast::Target& target = replace.target;
  switch (target.kind) {
  case ast::TargetKind::definition:
    if (replace.definition) definition(target, std::move(*replace.definition), doc);
    break;
  case ast::TargetKind::rows:
    if (replace.rows) replace_rows(target, std::move(*replace.rows));
    break;
  case ast::TargetKind::ensure:
    if (const Place* place = wanted(Kind::ensure, target.title, target.span); place && replace.ensure) {
      auto& before = std::get<ast::Ensure>(place->declaration->node);
      if (!replace.ensure->entity) {
        replace.ensure->entity = std::move(before.entity);
        replace.ensure->row_condition = std::move(before.row_condition);
      }
      before = std::move(*replace.ensure);
      before.title = target.title;
    }
    break;
  case ast::TargetKind::test:
    if (const Place* place = wanted(Kind::test, target.title, target.span); place && replace.test) {
      auto& before = std::get<ast::Test>(place->declaration->node);
      before = std::move(*replace.test);
      before.title = target.title;
    }
    break;
  case ast::TargetKind::report:
    if (const Place* place = wanted(Kind::report, path_text(target.path), target.span);
        place && replace.report) {
      std::get<ast::Report>(place->declaration->node) = std::move(*replace.report);
      if (!doc.text.empty()) place->declaration->doc = std::move(doc);
    }
    break;
  case ast::TargetKind::program:
    if (const Place* place = wanted(Kind::program, "", target.span)) {
      program_lines(std::get<ast::Program>(place->declaration->node), std::move(replace.program_lines));
    }
    break;
  case ast::TargetKind::measure:
    if (const Place* place = wanted(Kind::measure, path_text(target.path), target.span)) {
      auto& lines = std::get<ast::Measure>(place->declaration->node).whole.lines;
      for (ast::MeasureLine& line : replace.measure_lines) {
        std::erase_if(lines, [&](const ast::MeasureLine& old) { return old.name.text == line.name.text; });
        lines.push_back(std::move(line));
      }
    }
    break;
  case ast::TargetKind::enumeration:
    if (const Place* place = wanted(Kind::enumeration, path_text(target.path), target.span)) {
      std::get<ast::Enum>(place->declaration->node).values = std::move(replace.values);
    }
    break;
  case ast::TargetKind::value_set:
    if (const Place* place = wanted(Kind::value_set, path_text(target.path), target.span);
        place && replace.value_set) {
      std::get<ast::ValueSet>(place->declaration->node) = std::move(*replace.value_set);
      if (!doc.text.empty()) place->declaration->doc = std::move(doc);
    }
    break;
  case ast::TargetKind::source_field:
    if (target.path.empty()) {
      if (wanted(Kind::source, target.title, target.span) == nullptr ||
          !once("The source \"" + target.title + "\"", target.span))
        break;
      for (ast::Declaration* declaration : targets_->sources_of(target.title)) {
        auto& source = std::get<ast::Source>(declaration->node);
        source.file = replace.file;
        source.file_span = replace.file_span;
      }
      break;
    }
    if (ast::SourceField* field = source_field(target).field; field != nullptr && once_field(target)) {
      field->value = std::move(replace.source);
      field->span = target.span;
    }
    break;
  case ast::TargetKind::finding_rows: replace_findings(target, std::move(replace.findings)); break;
  case ast::TargetKind::row:
  case ast::TargetKind::entity_fields:  // the grammar has no such form
    break;
  }
}

void Amender::replace_column(const ast::Target& target, ast::Table& table, ast::Definition after) {
  const std::string path = path_text(target.path);
  const std::string& name = target.path.back().text;
  std::vector<ast::Cellule>& header = table.text.header;
  const auto shown = std::find_if(header.begin(), header.end(), [&](const ast::Cellule& cell) {
    return header_cell(cell).name.text == name;
  });
  if (shown == header.end() || header_cell(*shown).key) {
    refuse_table(path, target.span);
    return;
  }
  if (after.body && mentions_as_before(*after.body)) {
    diagnostics_.error("A107", target.span,
                       "`as before` cannot stand in `" + path + "`, which is a column of a table until now.",
                       "Write what it is, or the changed values by `replace " + table.name.text + " rows:`.");
    return;
  }
  for (const auto& [what, place] : changed_) {
    if (!what.starts_with("`" + name + "` of `" + table.name.text + "(")) continue;
    changed_twice("`" + path + "`", target.span, place);
    return;
  }
  if (!once("`" + path + "`", target.span)) return;
  const auto index = shown - header.begin();
  header.erase(shown);
  for (std::vector<ast::Cellule>& row : table.text.rows) {
    if (index < static_cast<std::ptrdiff_t>(row.size())) row.erase(row.begin() + index);
  }
  auto made = std::make_unique<ast::Declaration>();
  made->span = after.span;
  ast::ForEach block;
  block.entity = target.path.front();
  block.definitions.push_back(std::move(after));
  made->node = std::move(block);
  made_.push_back(std::move(made));
}

void Amender::definition(const ast::Target& target, ast::Definition after, ast::Doc& doc) {
  const std::string path = path_text(target.path);
  if (after.doc.text.empty()) after.doc = std::move(doc);
  if (const Place* column = targets_->find(Kind::column, path)) {
    replace_column(target, std::get<ast::Table>(column->declaration->node), std::move(after));
    return;
  }
  const Place* place = wanted(Kind::value, path, target.span);
  if (place == nullptr) return;
  if (auto* parameter = std::get_if<ast::Parameter>(&place->declaration->node)) {
    auto before = std::make_unique<ast::Definition>();
    before->name = parameter->name;
    before->type = parameter->type;
    before->span = place->declaration->span;
    before->body = std::move(parameter->value);
    parameter->name.span = after.name.span;
    if (after.type) parameter->type = after.type;
    parameter->value = std::move(after.body);
    place->declaration->span = after.span;
    if (!after.doc.text.empty()) place->declaration->doc = std::move(after.doc);
    keep_before(parameter->value.get(), std::move(before));
    return;
  }
  if (place->inherited) {
    // The group had it from its measure; from now on it has its own.
    if (after.body && mentions_as_before(*after.body)) {
      diagnostics_.error("A107", target.span,
                         "`as before` cannot stand in `" + path + "`, which the group has from its measure.",
                         "Write the whole rule out here, or replace it in the measure.");
      return;
    }
    auto& measure = std::get<ast::Measure>(place->declaration->node);
    measure.groups[MeasureItem::of(place->item).body - 1].definitions.push_back(std::move(after));
    return;
  }
  ast::Definition& current = *Targets::definition(*place);
  auto before = std::make_unique<ast::Definition>(std::move(current));
  current = std::move(after);
  current.name.text = before->name.text;
  if (!current.type) current.type = before->type;
  if (current.doc.text.empty()) current.doc = before->doc;
  if (current.arguments.empty()) current.arguments = before->arguments;
  if (!current.arguments.empty() && current.body && mentions_as_before(*current.body)) {
    diagnostics_.error("A107", target.span,
                       "`as before` cannot stand in `" + path + "`, which has arguments.",
                       "Write the whole rule out here.");
    return;
  }
  keep_before(current.body.get(), std::move(before));
}

void Amender::keep_before(const ast::Expr* body, std::unique_ptr<ast::Definition> before) {
  if (body == nullptr || !mentions_as_before(*body)) return;
  merged_.before[body] = before.get();
  merged_.replaced.push_back(std::move(before));
}

void Amender::program_lines(ast::Program& program, std::vector<ast::ProgramLine> lines) {
  for (ast::ProgramLine& line : lines) {
    const auto same =
        std::find_if(program.lines.begin(), program.lines.end(),
                     [&](const ast::ProgramLine& other) { return other.name.text == line.name.text; });
    if (same == program.lines.end()) {
      program.lines.push_back(std::move(line));
    } else {
      *same = std::move(line);
    }
  }
}

void Amender::apply(ast::Add& add) {
  if (add.target.kind == ast::TargetKind::entity_fields) {
    const Place* place = wanted(Kind::entity, path_text(add.target.path), add.target.span);
    if (place == nullptr) return;
    auto* entity = std::get_if<ast::Entity>(&place->declaration->node);
    if (entity == nullptr) {
      diagnostics_.error("A109", add.target.span,
                         "`" + path_text(add.target.path) +
                             "` are findings, which have no fields of their own.",
                         "Define what they have in a `for each`; lines are added by `add findings " +
                             path_text(add.target.path) + ":`.");
      return;
    }
    for (ast::Field& field : add.fields) entity->fields.push_back(std::move(field));
  } else if (add.definition) {
    add_definition(add.target, std::move(*add.definition));
  } else if (add.target.kind == ast::TargetKind::finding_rows) {
    if (ast::Findings* findings = findings_to_change(add.target))
      std::move(add.findings.begin(), add.findings.end(), std::back_inserter(findings->rows));
  } else if (add.rows) {
    add_rows(add.target, std::move(*add.rows));
  }
}

void Amender::add_definition(const ast::Target& target, ast::Definition added) {
  const std::string path = path_text(target.path);
  const std::string owner = path.substr(0, path.size() - std::min(path.size(), added.name.text.size() + 1));
  const std::string measure_name = owner.substr(0, owner.find('.'));
  const Place* place = targets_->find(Kind::measure, measure_name);
  auto* measure = place == nullptr ? nullptr : &std::get<ast::Measure>(place->declaration->node);
  ast::MeasureBody* body = nullptr;
  if (measure != nullptr && owner == measure_name) body = &measure->whole;
  for (size_t i = 0; measure != nullptr && i < measure->groups.size(); ++i) {
    if (owner == measure_name + "." + measure->groups[i].name.text) body = &measure->groups[i];
  }
  if (body == nullptr) {
    const bool entity =
        targets_->find(Kind::entity, owner) != nullptr || targets_->find(Kind::table, owner) != nullptr;
    diagnostics_.error("A101", target.span,
                       owner.empty() ? "`" + path + "` is a value of the whole program."
                                     : "The amended program has no measure `" + owner + "`.",
                       entity          ? "Write it in a block of its own: `for each " + owner + ":`."
                       : owner.empty() ? "Write it without `add`."
                                       : help_with(Kind::measure, owner));
    return;
  }
  const Place* there = targets_->find(Kind::value, path);
  if (there != nullptr && !there->inherited) {
    diagnostics_.error("A105", target.span, "`" + path + "` is already there.",
                       "To change it write `replace " + path + " = …`.");
    return;
  }
  if (once("`" + path + "`", target.span)) body->definitions.push_back(std::move(added));
}

}  // namespace merit::model
