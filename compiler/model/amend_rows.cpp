// Amendments of the rows of tables.
#include <algorithm>

#include "compiler/model/amender.h"
#include "compiler/model/names.h"
#include "compiler/model/table_text.h"
#include "compiler/model/walk.h"
#include "runtime/values/number.h"

namespace merit::model {

Amender::Columns Amender::columns_of(const ast::TableText& table) {
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

std::string Amender::spelling(const ast::Cellule& cell, bool as_text) {
  const std::optional<Number> number = cell.quoted || as_text ? std::nullopt : Number::parse(cell.text);
  return number && cell.text.find('_') != std::string::npos ? number->exact_text() : cell.text;
}

std::optional<std::string> Amender::key_of(const std::vector<ast::Cellule>& row,
                                           const std::vector<size_t>& positions, const Columns& columns) {
  std::string key;
  for (size_t i = 0; i < positions.size(); ++i) {
    if (positions[i] >= row.size()) return std::nullopt;
    if (!key.empty()) key += ", ";
    key += spelling(row[positions[i]], columns.as_text[i]);
  }
  return key;
}

std::unordered_map<std::string, size_t> Amender::rows_by_key(const ast::TableText& table,
                                                             const Columns& columns) {
  std::unordered_map<std::string, size_t> result;
  for (size_t i = 0; i < table.rows.size(); ++i) {
    if (auto key = key_of(table.rows[i], columns.keys, columns)) result.emplace(std::move(*key), i);
  }
  return result;
}

std::vector<std::string> Amender::keys_of(const std::unordered_map<std::string, size_t>& rows) {
  std::vector<std::string> result;
  result.reserve(rows.size());
  for (const auto& [key, index] : rows) result.push_back(key);
  std::sort(result.begin(), result.end());
  return result;
}

std::optional<std::vector<size_t>> Amender::match_header(const ast::Target& target,
                                                         const ast::TableText& shown,
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

ast::Table* Amender::table_to_change(const ast::Target& target) {
  const Place* place = wanted(Kind::table, path_text(target.path), target.span);
  return place == nullptr ? nullptr : &std::get<ast::Table>(place->declaration->node);
}

std::vector<size_t> Amender::shown_keys(const Columns& columns, const std::vector<size_t>& positions) {
  std::vector<size_t> result;
  for (const size_t key : columns.keys) {
    result.push_back(
        static_cast<size_t>(std::find(positions.begin(), positions.end(), key) - positions.begin()));
  }
  return result;
}

void Amender::replace_rows(const ast::Target& target, ast::TableText shown) {
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

void Amender::add_rows(const ast::Target& target, ast::TableText shown) {
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

void Amender::remove_row(const ast::Target& target, const std::string& because) {
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

void Amender::no_row(const ast::Table& table, const std::string& key, Span span,
                     const std::unordered_map<std::string, size_t>& rows, const std::string& otherwise) {
  std::string help = did_you_mean(key, keys_of(rows));
  if (help.empty()) help = otherwise;
  diagnostics_.error("A102", span, "The table `" + table.name.text + "` has no row `" + key + "`.",
                     std::move(help));
}

}  // namespace merit::model
