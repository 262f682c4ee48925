#include "compiler/model/amend.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "compiler/model/amend_targets.h"
#include "compiler/model/names.h"
#include "compiler/model/repeated.h"
#include "compiler/model/table_text.h"
#include "compiler/model/walk.h"
#include "runtime/values/number.h"

namespace merit::model {

namespace {

class Amender {
 public:
  Amender(Merged& merged, Diagnostics& diagnostics) : merged_(merged), diagnostics_(diagnostics) {}

  void run(ast::Module& module, Targets& targets) {
    targets_ = &targets;
    changed_.clear();
    for (const auto& declaration : module.declarations) {
      if (auto* replace = std::get_if<ast::Replace>(&declaration->node)) {
        apply(*replace, declaration->doc);
      } else if (auto* add = std::get_if<ast::Add>(&declaration->node)) {
        apply(*add);
      } else if (auto* remove = std::get_if<ast::Remove>(&declaration->node)) {
        apply(*remove);
      } else if (auto* program = std::get_if<ast::Program>(&declaration->node)) {
        if (const Place* base = targets_->find(Kind::program, "")) {
          auto& before = std::get<ast::Program>(base->declaration->node);
          before.title = std::move(program->title);
          before.title_span = program->title_span;
          if (!declaration->doc.text.empty()) base->declaration->doc = std::move(declaration->doc);
          program_lines(before, std::move(program->lines));
          gone_.insert(declaration.get());
        }
      }
    }
    std::erase_if(module.declarations, [](const auto& declaration) {
      return std::holds_alternative<ast::Replace>(declaration->node) ||
             std::holds_alternative<ast::Add>(declaration->node) ||
             std::holds_alternative<ast::Remove>(declaration->node);
    });
    for (auto& made : made_) module.declarations.push_back(std::move(made));
    made_.clear();
    sweep();
  }

 private:
  /// Takes out of the modules what was removed. Places stay valid until then.
  void sweep() {
    if (gone_.empty() && gone_items_.empty()) return;
    for (const auto& module : merged_.modules) {
      std::erase_if(module->declarations, [&](const auto& owner) { return gone_.contains(owner.get()); });
      for (const auto& owner : module->declarations) {
        if (auto* block = std::get_if<ast::ForEach>(&owner->node)) {
          drop(*owner, block->definitions);
        } else if (auto* payment = std::get_if<ast::Payment>(&owner->node)) {
          drop(*owner, payment->steps);
        } else if (auto* entity = std::get_if<ast::Entity>(&owner->node)) {
          drop(*owner, entity->fields);
        } else if (auto* measure = std::get_if<ast::Measure>(&owner->node)) {
          drop_of_measure(*owner, measure->whole, 0);
          for (size_t i = 0; i < measure->groups.size(); ++i)
            drop_of_measure(*owner, measure->groups[i], i + 1);
        }
      }
    }
    gone_.clear();
    gone_items_.clear();
  }

  template <typename Item>
  void drop(const ast::Declaration& owner, std::vector<Item>& items) {
    const auto found = gone_items_.find(&owner);
    if (found == gone_items_.end()) return;
    size_t index = 0;
    std::erase_if(items, [&](const Item& /*item*/) { return found->second.contains(index++); });
  }

  void drop_of_measure(const ast::Declaration& owner, ast::MeasureBody& body, size_t number) {
    const auto found = gone_items_.find(&owner);
    if (found == gone_items_.end()) return;
    const auto drop_items = [&](auto& items, bool part) {
      size_t index = 0;
      std::erase_if(items, [&](const auto& /*item*/) {
        return found->second.contains(MeasureItem{number, part, index++}.packed());
      });
    };
    drop_items(body.definitions, false);
    drop_items(body.parts, true);
  }

  // ------------------------------------------------------------------------------------------------ replace

  void apply(ast::Replace& replace, ast::Doc& doc) {
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

  // ----------------------------------------------------------------------------------------------- findings

  ast::Findings* findings_to_change(const ast::Target& target) {
    const std::string name = path_text(target.path);
    const Place* place = targets_->find(Kind::entity, name);
    auto* findings = place == nullptr ? nullptr : std::get_if<ast::Findings>(&place->declaration->node);
    if (findings == nullptr)
      diagnostics_.error("A101", target.span, "The amended program has no findings `" + name + "`.");
    return findings;
  }

  static std::string line_name(const std::string& outcome, const std::string& code) {
    return outcome + " \"" + code + "\"";
  }

  /// The line of this outcome and code; reports when there is none, several, or one that was changed already.
  ast::Finding* line_to_change(ast::Findings& findings, const std::string& outcome, const std::string& code,
                               Span span) {
    ast::Finding* found = nullptr;
    size_t count = 0;
    std::string there;
    for (ast::Finding& row : findings.rows) {
      there += (there.empty() ? "`" : ", `") + line_name(row.outcome.text, row.code) + "`";
      if (row.outcome.text != outcome || row.code != code) continue;
      found = &row;
      ++count;
    }
    const std::string name = line_name(outcome, code);
    if (count == 0) {
      diagnostics_.error("A102", span,
                         "The findings `" + findings.plural.text + "` have no line `" + name + "`.",
                         there.empty() ? "" : "Their lines: " + there + ".");
    } else if (count > 1) {
      diagnostics_.error("A106", span,
                         "The findings `" + findings.plural.text + "` have " + std::to_string(count) +
                             " lines `" + name + "`, and this does not say which is meant.",
                         "Give the lines of the amended program codes of their own.");
    }
    if (count != 1 || !once("The line `" + name + "` of `" + findings.plural.text + "`", span))
      return nullptr;
    return found;
  }

  void replace_findings(const ast::Target& target, std::vector<ast::Finding> rows) {
    ast::Findings* findings = findings_to_change(target);
    if (findings == nullptr) return;
    for (ast::Finding& row : rows) {
      if (ast::Finding* line = line_to_change(*findings, row.outcome.text, row.code, row.span))
        *line = std::move(row);
    }
  }

  void remove_finding(ast::Findings& findings, const ast::Target& target, const std::string& because) {
    if (target.key.size() != 2) {
      diagnostics_.error("A102", target.span,
                         "A line of the findings `" + findings.plural.text +
                             "` is named by its outcome and its code.",
                         "Write `remove " + findings.plural.text + "(OUTCOME, \"CODE\") because \"…\"`.");
      return;
    }
    const ast::Finding* line = line_to_change(findings, target.key[0].text, target.key[1].text, target.span);
    if (line == nullptr) return;
    const std::string name = line_name(line->outcome.text, line->code);
    findings.rows.erase(findings.rows.begin() + (line - findings.rows.data()));
    removed(findings.plural.text + " " + name, "", because, target.span);
  }

  // ------------------------------------------------------------------------------------------------- values

  /// A column of a table becomes a definition of its rows.
  void replace_column(const ast::Target& target, ast::Table& table, ast::Definition after) {
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
      diagnostics_.error(
          "A107", target.span,
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

  void definition(const ast::Target& target, ast::Definition after, ast::Doc& doc) {
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
                           "`as before` cannot stand in `" + path +
                               "`, which the group has from its measure.",
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

  void keep_before(const ast::Expr* body, std::unique_ptr<ast::Definition> before) {
    if (body == nullptr || !mentions_as_before(*body)) return;
    merged_.before[body] = before.get();
    merged_.replaced.push_back(std::move(before));
  }

  static void program_lines(ast::Program& program, std::vector<ast::ProgramLine> lines) {
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

  // --------------------------------------------------------------------------------------------------- rows

  struct Columns {
    std::vector<size_t> keys;   // positions of the key columns
    std::vector<bool> as_text;  // by key: its column is text, where 1_000 and 1000 differ
    std::unordered_map<std::string, size_t> by_name;
  };

  static Columns columns_of(const ast::TableText& table) {
    Columns columns;
    for (size_t i = 0; i < table.header.size(); ++i) {
      const HeaderCell cell = header_cell(table.header[i]);
      if (cell.key) {
        columns.keys.push_back(i);
        columns.as_text.push_back(cell.type && cell.type->name.text == "text");
      }
      columns.by_name.emplace(cell.name.text, i);
    }
    return columns;
  }

  /// A number as it is counted, so that 1_000 and 1000 are one key; anything else as it is written.
  static std::string spelling(const ast::Cellule& cell, bool as_text) {
    const std::optional<Number> number = cell.quoted || as_text ? std::nullopt : Number::parse(cell.text);
    return number && cell.text.find('_') != std::string::npos ? number->exact_text() : cell.text;
  }

  /// The key of a row as one text; `positions` say where its parts stand. Nothing for a row that is too
  /// short.
  static std::optional<std::string> key_of(const std::vector<ast::Cellule>& row,
                                           const std::vector<size_t>& positions, const Columns& columns) {
    std::string key;
    for (size_t i = 0; i < positions.size(); ++i) {
      if (positions[i] >= row.size()) return std::nullopt;
      if (!key.empty()) key += ", ";
      key += spelling(row[positions[i]], columns.as_text[i]);
    }
    return key;
  }

  static std::unordered_map<std::string, size_t> rows_by_key(const ast::TableText& table,
                                                             const Columns& columns) {
    std::unordered_map<std::string, size_t> result;
    for (size_t i = 0; i < table.rows.size(); ++i) {
      if (auto key = key_of(table.rows[i], columns.keys, columns)) result.emplace(std::move(*key), i);
    }
    return result;
  }

  static std::vector<std::string> keys_of(const std::unordered_map<std::string, size_t>& rows) {
    std::vector<std::string> result;
    result.reserve(rows.size());
    for (const auto& [key, index] : rows) result.push_back(key);
    std::sort(result.begin(), result.end());
    return result;
  }

  /// For each column of `shown` its position in the base table; reports what the base does not have, and a
  /// key that is not shown.
  std::optional<std::vector<size_t>> match_header(const ast::Target& target, const ast::TableText& shown,
                                                  const ast::TableText& base, const Columns& columns) {
    std::vector<size_t> positions;
    std::unordered_set<size_t> seen;
    bool sound = true;
    for (const ast::Cellule& cell : shown.header) {
      const std::string name = header_cell(cell).name.text;
      const auto found = columns.by_name.find(name);
      if (found == columns.by_name.end()) {
        std::vector<std::string> names;
        for (const ast::Cellule& header : base.header) names.push_back(header_cell(header).name.text);
        std::string help = did_you_mean(name, names);
        if (help.empty()) {
          for (const std::string& each : names) help += (help.empty() ? "Its columns: " : ", ") + each;
          help += ".";
        }
        diagnostics_.error("A103", cell.span,
                           "The table `" + path_text(target.path) + "` has no column `" + name + "`.",
                           std::move(help));
        sound = false;
      } else if (!seen.insert(found->second).second) {
        diagnostics_.error("G103", cell.span, "The column `" + name + "` stands twice in this header.");
        sound = false;
      } else {
        positions.push_back(found->second);
      }
    }
    if (!sound) return std::nullopt;
    for (const size_t key : columns.keys) {
      if (seen.contains(key)) continue;
      const std::string name = header_cell(base.header[key]).name.text;
      diagnostics_.error("A104", shown.span,
                         "The column `" + name + "` is missing here: it says which row of `" +
                             path_text(target.path) + "` is meant.",
                         "Show the key of the table, and the columns that change.");
      return std::nullopt;
    }
    return positions;
  }

  ast::Table* table_to_change(const ast::Target& target) {
    const Place* place = wanted(Kind::table, path_text(target.path), target.span);
    return place == nullptr ? nullptr : &std::get<ast::Table>(place->declaration->node);
  }

  /// Positions of the base's keys among the shown columns.
  static std::vector<size_t> shown_keys(const Columns& columns, const std::vector<size_t>& positions) {
    std::vector<size_t> result;
    for (const size_t key : columns.keys) {
      result.push_back(
          static_cast<size_t>(std::find(positions.begin(), positions.end(), key) - positions.begin()));
    }
    return result;
  }

  void replace_rows(const ast::Target& target, ast::TableText shown) {
    ast::Table* table = table_to_change(target);
    if (table == nullptr) return;
    const Columns columns = columns_of(table->text);
    const auto positions = match_header(target, shown, table->text, columns);
    if (!positions) return;
    const auto rows = rows_by_key(table->text, columns);
    const std::vector<size_t> keys = shown_keys(columns, *positions);
    for (std::vector<ast::Cellule>& row : shown.rows) {
      if (!check_width(shown, row, diagnostics_)) continue;
      const std::string key = *key_of(row, keys, columns);
      const auto found = rows.find(key);
      if (found == rows.end()) {
        no_row(*table, key, row_span(row), rows, "To add a row write `add " + table->name.text + " rows:`.");
        continue;
      }
      std::vector<ast::Cellule>& base = table->text.rows[found->second];
      for (size_t i = 0; i < row.size(); ++i) {
        const std::string name = header_cell(shown.header[i]).name.text;
        const bool is_key = std::find(keys.begin(), keys.end(), i) != keys.end();
        if (!is_key && !once(cell_name(name, table->name.text, key), row[i].span)) continue;
        if ((*positions)[i] < base.size()) base[(*positions)[i]] = std::move(row[i]);
      }
    }
  }

  void add_rows(const ast::Target& target, ast::TableText shown) {
    ast::Table* table = table_to_change(target);
    if (table == nullptr) return;
    const Columns columns = columns_of(table->text);
    const auto positions = match_header(target, shown, table->text, columns);
    if (!positions) return;
    const auto rows = rows_by_key(table->text, columns);
    const std::vector<size_t> keys = shown_keys(columns, *positions);
    for (std::vector<ast::Cellule>& row : shown.rows) {
      if (!check_width(shown, row, diagnostics_)) continue;
      const std::string key = *key_of(row, keys, columns);
      if (const auto found = rows.find(key); found != rows.end()) {
        diagnostics_
            .error("A105", row_span(row),
                   "The table `" + table->name.text + "` already has a row `" + key + "`.",
                   "To change it write `replace " + table->name.text + " rows:`.")
            .notes.push_back(Note{row_span(table->text.rows[found->second]), "It stands here."});
        continue;
      }
      const Span span = row_span(row);
      std::vector<ast::Cellule> whole(table->text.header.size(), ast::Cellule{"", span, false});
      for (size_t i = 0; i < row.size(); ++i) whole[(*positions)[i]] = std::move(row[i]);
      table->text.rows.push_back(std::move(whole));
    }
  }

  void remove_row(const ast::Target& target, const std::string& because) {
    if (const Place* place = targets_->find(Kind::entity, path_text(target.path))) {
      if (auto* findings = std::get_if<ast::Findings>(&place->declaration->node)) {
        remove_finding(*findings, target, because);
        return;
      }
    }
    ast::Table* table = table_to_change(target);
    if (table == nullptr) return;
    const Columns columns = columns_of(table->text);
    std::string key;
    if (target.key.size() != columns.keys.size()) {
      diagnostics_.error("A102", target.span,
                         "A row of `" + table->name.text + "` has " + std::to_string(columns.keys.size()) +
                             (columns.keys.size() == 1 ? " key, and " : " keys, and ") +
                             std::to_string(target.key.size()) + " stand here.");
      return;
    }
    for (size_t i = 0; i < target.key.size(); ++i)
      key += (i == 0 ? "" : ", ") + spelling(target.key[i], columns.as_text[i]);
    const auto rows = rows_by_key(table->text, columns);
    const auto found = rows.find(key);
    if (found == rows.end()) {
      no_row(*table, key, target.span, rows, "");
      return;
    }
    for (const ast::Cellule& header : table->text.header) {
      const auto change = changed_.find(cell_name(header_cell(header).name.text, table->name.text, key));
      if (change == changed_.end()) continue;
      changed_twice("The row `" + table->name.text + "(" + key + ")`", target.span, change->second);
      return;
    }
    table->text.rows.erase(table->text.rows.begin() + static_cast<std::ptrdiff_t>(found->second));
    removed(table->name.text + "(" + key + ")", key, because, target.span);
  }

  void no_row(const ast::Table& table, const std::string& key, Span span,
              const std::unordered_map<std::string, size_t>& rows, const std::string& otherwise) {
    std::string help = did_you_mean(key, keys_of(rows));
    if (help.empty()) help = otherwise;
    diagnostics_.error("A102", span, "The table `" + table.name.text + "` has no row `" + key + "`.",
                       std::move(help));
  }

  // ---------------------------------------------------------------------------------------------------- add

  void apply(ast::Add& add) {
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

  /// A population, or what it is made of, of a measure or of one of its groups.
  void add_definition(const ast::Target& target, ast::Definition added) {
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

  // ------------------------------------------------------------------------------------------------- remove

  void apply(ast::Remove& remove) {
    const ast::Target& target = remove.target;
    const std::string path = path_text(target.path);
    switch (target.kind) {
    case ast::TargetKind::row: remove_row(target, remove.because); break;
    case ast::TargetKind::ensure: whole(Kind::ensure, target.title, "ensure", remove); break;
    case ast::TargetKind::test: whole(Kind::test, target.title, "test", remove); break;
    case ast::TargetKind::report: whole(Kind::report, path, "report", remove); break;
    case ast::TargetKind::enumeration: whole(Kind::enumeration, path, "enum", remove); break;
    case ast::TargetKind::value_set: whole(Kind::value_set, path, "value set", remove); break;
    case ast::TargetKind::source_field: {
      if (target.path.empty()) {  // the whole file, whichever modules read it
        const std::vector<ast::Declaration*> sources = targets_->sources_of(target.title);
        gone_.insert(sources.begin(), sources.end());
        whole(Kind::source, target.title, "source", remove);
        break;
      }
      const FoundField found = source_field(target);
      if (found.field == nullptr || !once_field(target)) break;
      found.block->fields.erase(found.block->fields.begin() + (found.field - found.block->fields.data()));
      removed("source \"" + target.title + "\" " + path, "", remove.because, target.span);
      break;
    }
    case ast::TargetKind::definition: remove_path(target, path, remove); break;
    case ast::TargetKind::rows:
    case ast::TargetKind::program:
    case ast::TargetKind::measure:
    case ast::TargetKind::finding_rows:
    case ast::TargetKind::entity_fields:  // the grammar has no such form
      break;
    }
  }

  void whole(Kind kind, const std::string& name, const std::string& word, const ast::Remove& remove) {
    const Place* place = wanted(kind, name, remove.target.span);
    if (place == nullptr) return;
    gone_.insert(place->declaration);
    targets_->forget(kind, name);
    const bool titled = kind == Kind::ensure || kind == Kind::test || kind == Kind::source;
    removed(word + (titled ? " \"" + name + "\"" : " " + name), titled ? "" : name, remove.because,
            remove.target.span);
  }

  /// `remove PATH`: a definition, step, parameter, field; else a whole payment, table, entity or enumeration.
  void remove_path(const ast::Target& target, const std::string& path, const ast::Remove& remove) {
    for (const Kind kind : {Kind::value, Kind::field}) {
      const Place* place = targets_->find(kind, path);
      if (place == nullptr || place->inherited) continue;
      if (kind == Kind::value && !once("`" + path + "`", target.span)) return;
      if (kind == Kind::value && Targets::definition(*place) == nullptr) {
        gone_.insert(place->declaration);  // a parameter
      } else {
        gone_items_[place->declaration].insert(place->item);
      }
      targets_->forget(kind, path);
      removed(path, target.path.back().text, remove.because, target.span);
      return;
    }
    for (const auto& [kind, word] :
         {std::pair{Kind::payment, "payment"}, std::pair{Kind::table, "table"},
          std::pair{Kind::entity, "entity"}, std::pair{Kind::enumeration, "enum"},
          std::pair{Kind::value_set, "value set"}, std::pair{Kind::report, "report"},
          std::pair{Kind::measure, "measure"}}) {
      if (targets_->find(kind, path) == nullptr) continue;
      whole(kind, path, word, remove);
      return;
    }
    if (targets_->find(Kind::value, path) != nullptr) {
      diagnostics_.error("A101", target.span,
                         "`" + path + "` is not said by the group: it has it from its measure.",
                         "Remove it from the measure, or replace it in the group.");
      return;
    }
    wanted(Kind::value, path, target.span);
  }

  void removed(std::string name, const std::string& last, const std::string& because, Span span) {
    if (!last.empty()) merged_.removed[last] = static_cast<uint32_t>(merged_.removals.size());
    merged_.removals.push_back(ir::Removal{std::move(name), because, span});
  }

  // --------------------------------------------------------------------------------------------------- find

  struct FoundField {
    ast::SourceBlock* block = nullptr;
    ast::SourceField* field = nullptr;
  };

  /// The one field that `source "file" ENTITY.FIELD` names.
  FoundField source_field(const ast::Target& target) {
    const Place* place = wanted(Kind::source, target.title, target.span);
    if (place == nullptr || target.path.size() != 2) return {};
    FoundField found;
    size_t count = 0;
    const auto look = [&](const auto& self, std::vector<ast::SourceBlock>& blocks) -> void {
      for (ast::SourceBlock& block : blocks) {
        self(self, block.nested);
        if (block.entity.text != target.path[0].text) continue;
        for (ast::SourceField& field : block.fields) {
          if (field.field.text != target.path[1].text) continue;
          found = FoundField{&block, &field};
          ++count;
        }
      }
    };
    look(look, std::get<ast::Source>(place->declaration->node).blocks);
    const std::string path = path_text(target.path);
    if (count == 0) {
      diagnostics_.error("A101", target.span,
                         "The source \"" + target.title + "\" does not fill `" + path + "`.");
    } else if (count > 1) {
      diagnostics_.error("A106", target.span,
                         "The source \"" + target.title + "\" fills `" + path + "` in " +
                             std::to_string(count) + " places, and this does not say which is meant.",
                         "Write `remove source \"" + target.title +
                             "\" because \"…\"`, and a source for this file anew.");
      return {};
    }
    return found;
  }

  static std::string_view word_of(Kind kind) {
    switch (kind) {
    case Kind::value: return "definition, step or parameter";
    case Kind::field: return "field";
    case Kind::column: return "column";
    case Kind::table: return "table";
    case Kind::entity: return "entity";
    case Kind::enumeration: return "enum";
    case Kind::value_set: return "value set";
    case Kind::payment: return "payment";
    case Kind::ensure: return "ensure";
    case Kind::test: return "test";
    case Kind::report: return "report";
    case Kind::source: return "source";
    case Kind::program: return "program block";
    case Kind::measure: return "measure";
    }
    return "declaration";
  }

  /// `replace` of a table or of its column, where rows are meant.
  bool refuse_table(const std::string& name, Span span) {
    const Place* place = targets_->find(Kind::column, name);
    if (place == nullptr) place = targets_->find(Kind::table, name);
    if (place == nullptr) return false;
    const std::string table = std::get<ast::Table>(place->declaration->node).name.text;
    diagnostics_.error("A109", span,
                       "`" + name + "` is " + (name == table ? "a table" : "a column of a table") +
                           ": what changes is its rows.",
                       "Write `replace " + table + " rows:`, `add " + table + " rows:` or `remove " + table +
                           "(…) because \"…\"`.");
    return true;
  }

  /// The nearest name, else the first few that there are.
  std::string help_with(Kind kind, const std::string& name) const {
    const std::vector<std::string> names = targets_->names(kind);
    std::string help = did_you_mean(name, names);
    if (!help.empty() || names.empty()) return help;
    constexpr size_t shown = 5;
    for (size_t i = 0; i < names.size() && i < shown; ++i) help += (i > 0 ? ", `" : "`") + names[i] + "`";
    return "There is " + help + (names.size() > shown ? ", and more." : ".");
  }

  /// The place of what an amendment names, or a message that it is not there.
  /// Whether this module changes something for the first time; says so when it does not, because the order
  /// of an amendment's lines must not decide what it means.
  bool once(const std::string& what, Span span) {
    const auto [first, fresh] = changed_.emplace(what, span);
    if (!fresh) changed_twice(what, span, first->second);
    return fresh;
  }

  bool once_field(const ast::Target& target) {
    return once("`" + path_text(target.path) + "` of the source \"" + target.title + "\"", target.span);
  }

  void changed_twice(const std::string& what, Span span, Span first) {
    diagnostics_.error("A108", span, what + " is changed twice in this module.", "Keep one of the two.")
        .notes.push_back(Note{first, "The first change is here."});
  }

  static std::string cell_name(const std::string& column, const std::string& table, const std::string& key) {
    return "`" + column + "` of `" + table + "(" + key + ")`";
  }

  const Place* wanted(Kind kind, const std::string& name, Span span) {
    if (const Place* place = targets_->find(kind, name)) {
      const bool titled = kind == Kind::ensure || kind == Kind::test;
      const bool whole = titled || kind == Kind::value || kind == Kind::report || kind == Kind::enumeration ||
                         kind == Kind::value_set;
      const std::string what = (kind == Kind::value ? "" : "The " + std::string(word_of(kind)) + " ") +
                               (titled ? "\"" + name + "\"" : "`" + name + "`");
      return whole && !once(what, span) ? nullptr : place;
    }
    if (kind == Kind::value && targets_->find(Kind::field, name) != nullptr) {
      diagnostics_.error(
          "A109", span, "`" + name + "` is a field: it comes from the data and has no rule to replace.",
          "Remove it `because …` and define it in a `for each`, or change the source that fills it.");
      return nullptr;
    }
    if (kind == Kind::value && targets_->find(Kind::payment, name) != nullptr) {
      diagnostics_.error("A109", span, "`" + name + "` is a payment of several steps.",
                         "Name the step: `replace " + name + ".STEP = …`.");
      return nullptr;
    }
    if (kind == Kind::value && targets_->find(Kind::measure, name) != nullptr) {
      diagnostics_.error("A109", span, "`" + name + "` is a measure of several populations.",
                         "Name what changes: `replace " + name +
                             ".numerator = …`; its title or version by `replace "
                             "measure " +
                             name + ":`.");
      return nullptr;
    }
    if (kind == Kind::value && refuse_table(name, span)) return nullptr;
    std::string message = "The amended program has no " + std::string(word_of(kind));
    if (kind != Kind::program) {
      const bool titled = kind == Kind::ensure || kind == Kind::test || kind == Kind::source;
      message += titled ? " \"" + name + "\"" : " `" + name + "`";
    }
    Diagnostic& diagnostic = diagnostics_.error("A101", span, message + ".", help_with(kind, name));
    const size_t dot = name.rfind('.');
    const auto removal = merged_.removed.find(dot == std::string::npos ? name : name.substr(dot + 1));
    if (removal != merged_.removed.end() && merged_.removals[removal->second].name == name) {
      diagnostic.notes.push_back(Note{merged_.removals[removal->second].span, "It was removed here."});
    }
    return nullptr;
  }

  Merged& merged_;
  Diagnostics& diagnostics_;
  Targets* targets_ = nullptr;
  std::unordered_map<std::string, Span> changed_;        // what the module in hand has changed, and where
  std::vector<std::unique_ptr<ast::Declaration>> made_;  // what the module in hand declares by replacing
  std::unordered_set<const ast::Declaration*> gone_;
  std::unordered_map<const ast::Declaration*, std::unordered_set<size_t>> gone_items_;
};

/// Everything that a module reaches by `use` and `amends`, itself included, in load order.
std::vector<uint32_t> reach(const Loaded& loaded, uint32_t module) {
  std::vector<bool> seen(loaded.modules.size(), false);
  std::vector<uint32_t> open{module};
  seen[module] = true;
  while (!open.empty()) {
    const uint32_t next = open.back();
    open.pop_back();
    for (const uint32_t need : loaded.needs[next]) {
      if (!seen[need]) open.push_back(need);
      seen[need] = true;
    }
  }
  std::vector<uint32_t> result;
  for (uint32_t i = 0; i < seen.size(); ++i) {
    if (seen[i]) result.push_back(i);
  }
  return result;
}

/// `replace`, `add` and `remove` mean something only in a module that amends another.
void refuse_outside(const ast::Module& module, Diagnostics& diagnostics) {
  for (const auto& declaration : module.declarations) {
    const bool amends = std::holds_alternative<ast::Replace>(declaration->node) ||
                        std::holds_alternative<ast::Add>(declaration->node) ||
                        std::holds_alternative<ast::Remove>(declaration->node);
    if (!amends) continue;
    diagnostics.error("A001", declaration->span,
                      "This module amends no other, so there is nothing to change here.",
                      "Write `module " + module.name.text + " amends NAME` in the first line.");
  }
}

}  // namespace

Merged merge(Loaded& loaded, const SourceFiles& files, Diagnostics& diagnostics) {
  Merged merged;
  std::vector<uint32_t> amended_by(loaded.modules.size(), ir::none);
  merged.modules = std::move(loaded.modules);
  loaded.modules.resize(merged.modules.size());  // reach() counts them
  for (uint32_t i = 0; i < merged.modules.size(); ++i) {
    for (const uint32_t one : reach(loaded, i))
      merged.reached[merged.modules[i]->file].push_back(merged.modules[one]->file);
  }
  Amender amender(merged, diagnostics);
  for (uint32_t i = 0; i < merged.modules.size(); ++i) {
    ast::Module& module = *merged.modules[i];
    const uint32_t base = loaded.amends[i];
    if (!module.amends) {
      refuse_outside(module, diagnostics);
      continue;
    }
    if (base == ir::none) continue;  // not found, and said so
    if (amended_by[base] != ir::none) {
      const ast::Module& other = *merged.modules[amended_by[base]];
      diagnostics
          .error("A002", module.amends->span,
                 "`" + module.amends->text + "` is amended twice in this program: by `" + other.name.text +
                     "` and by `" + module.name.text + "`.",
                 "Let one of the two amend the other: amendments of one base form one chain.")
          .notes.push_back(Note{other.amends->span, "The other one is here."});
      continue;
    }
    amended_by[base] = i;
    std::vector<ast::Module*> reached;
    for (const uint32_t one : reach(loaded, base)) reached.push_back(merged.modules[one].get());
    drop_repeated_parameters(reached, files);
    Targets targets;
    for (ast::Module* one : reached) targets.add(*one);
    amender.run(module, targets);
  }
  std::vector<ast::Module*> all;
  for (const auto& module : merged.modules) all.push_back(module.get());
  drop_repeated_parameters(all, files);
  return merged;
}

}  // namespace merit::model
