// Tables in the text: the types of their columns, their keys and cells.
#include <algorithm>

#include "compiler/model/declarer.h"
#include "compiler/model/names.h"
#include "compiler/model/table_state.h"
#include "runtime/values/currency.h"

namespace merit::model {

namespace {

enum class Look : uint8_t { nothing, number, money, date, yes_no, text };

Look look_of(const ast::Cellule& cell, const Currency& currency) {
  if (cell.quoted) return Look::text;
  const std::string& text = cell.text;
  if (text.empty()) return Look::nothing;
  if (text == "yes" || text == "no" || text == "true" || text == "false") return Look::yes_no;
  // A code such as 010001 is no number: its zeros mean something.
  const bool code = text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
  if (code) return Look::text;
  if (Number::parse(text)) return Look::number;
  if (Date::parse(text)) return Look::date;
  if (parse_money(text, currency, MoneySource::program)) return Look::money;
  return Look::text;
}

}  // namespace

/// The type of a column whose header names none: by the header's own name, else by what all its cells look
/// like.
ir::Type Declarer::column_type(const TableState& table, size_t column, const ast::Name& name) const {
  ir::Type type;
  bool empty = false;
  Look look = Look::nothing;
  const Currency* currency = find_currency(model_.program.currency);
  for (const auto* row : table.rows) {
    const Look cell = look_of((*row)[column], currency == nullptr ? default_currency() : *currency);
    if (cell == Look::nothing) {
      empty = true;
    } else if (look == Look::nothing) {
      look = cell;
    } else if (look != cell) {
      look = Look::text;
    }
  }
  type.optional = empty;
  if (name.text == "better") {
    type.kind = ir::TypeKind::enumeration;
    type.target = 0;
  } else if (const auto entity = model_.entities.find(name.text);
             entity != model_.entities.end() && entity->second != table.entity) {
    type.kind = ir::TypeKind::link;
    type.target = entity->second;
  } else if (const auto enumeration = model_.enums.find(name.text); enumeration != model_.enums.end()) {
    type.kind = ir::TypeKind::enumeration;
    type.target = enumeration->second;
  } else {
    switch (look) {
    case Look::number: type.kind = ir::TypeKind::number; break;
    case Look::money: type.kind = ir::TypeKind::money; break;
    case Look::date: type.kind = ir::TypeKind::date; break;
    case Look::yes_no: type.kind = ir::TypeKind::boolean; break;
    case Look::nothing:
    case Look::text: type.kind = ir::TypeKind::text; break;
    }
  }
  return type;
}

void Declarer::table_header(TableState& table) {
  const ast::TableText& text = table.node->text;
  table.columns.assign(text.header.size(), ir::none);
  table.ranges.resize(text.header.size());
  table.scales.assign(text.header.size(), ScaleKind::none);
  table.scaled.resize(text.header.size());
  for (const std::vector<ast::Cellule>& row : text.rows) {
    if (check_width(text, row, diagnostics_)) table.rows.push_back(&row);
  }
  if (text.header.empty()) {
    if (!table.node->file || text.span.file != 0) {
      diagnostics_.error("G101", table.node->name.span,
                         "The table `" + table.node->name.text + "` has no header.",
                         "Its first row names the columns: `| key id | label |`.");
    }
    return;
  }
  for (size_t i = 0; i < text.header.size(); ++i) {
    const HeaderCell cell = header_cell(text.header[i]);
    model_.refused.insert(cell.name.text);  // until it stands
    if (!is_snake_case(cell.name.text)) {
      const std::string name = to_snake_case(cell.name.text);
      diagnostics_.error(
          "G102", text.header[i].span, "\"" + cell.name.text + "\" cannot be the name of a column.",
          name.empty() ? "A name is made of small letters, digits and `_`." : "Write `" + name + "`.");
      continue;
    }
    ir::Type type;
    table.scales[i] = cell.scale;
    if (cell.type) {
      const auto named = named_type(model_, *cell.type, diagnostics_);
      if (!named) continue;
      type = *named;
      if (type.kind == ir::TypeKind::collection) {
        diagnostics_.error("G004", cell.type->span,
                           "A cell holds one value, and `" + cell.type->name.text + "` are many.");
        continue;
      }
    } else {
      type = column_type(table, i, cell.name);
    }
    if (cell.key) range_header(table, i, cell.type ? std::optional(type) : std::nullopt);
    if (is_ranged(table, i)) type = ir::Type{ir::TypeKind::text, false, ir::none, {}};
    if (cell.scale != ScaleKind::none && !scale_type(table, i, cell, type)) continue;
    if (cell.key && !type.optional && !key_type_allowed(type, cell.name.span)) continue;
    if (cell.key && type.optional && cell.type) key_type_allowed(type, cell.name.span);
    if (cell.key) type.optional = false;  // an empty key cell is an error of its own
    const uint32_t column =
        add_column(table.entity, cell.name.text, type, ir::ColumnKind::constant, cell.name.span);
    if (!add_member(table.entity, cell.name.text, Member{Member::Kind::column, column, ir::none},
                    cell.name.span, "a column")) {
      continue;
    }
    model_.refused.erase(cell.name.text);
    table.columns[i] = column;
    if (cell.key) {
      model_.program.columns[column].key = true;
      model_.program.entities[table.entity].keys.push_back(column);
      table.keys.push_back(i);
    }
  }
  if (table.keys.empty()) {
    const bool marked = std::any_of(text.header.begin(), text.header.end(),
                                    [](const ast::Cellule& cell) { return header_cell(cell).key; });
    if (!marked) {
      diagnostics_.error("G101", table.node->name.span,
                         "The table `" + table.node->name.text + "` has no key.",
                         "Write `key` before the header that names its rows: `| key id | label |`.");
    }
  }
}

/// A key of a table in the text is a name, so that rules can say `measure is cauti`; any other text is
/// quoted.
std::optional<Value> Declarer::key_cell(const TableState& table, const ast::Cellule& cell,
                                        const ir::Type& type) {
  if (type.kind == ir::TypeKind::text && !cell.quoted && !table.node->file && !cell.text.empty() &&
      !is_snake_case("_" + cell.text)) {
    const std::string name = to_snake_case(cell.text);
    diagnostics_.error("G108", cell.span, "`" + cell.text + "` cannot be the name of a row.",
                       (name.empty() ? std::string() : "Write `" + name + "`, or, ") +
                           (name.empty() ? "I" : "i") + "f it must be so, put it in quotation marks: \"" +
                           cell.text + "\".");
  }
  return cell_value(model_, cell.text, cell.quoted, type, cell.span, diagnostics_);
}

/// Reads the keys of a table, those of the tables that its keys point to first.
void Declarer::table_keys(uint32_t entity, std::unordered_map<uint32_t, TableState>& tables) {
  const auto found = tables.find(entity);
  if (found == tables.end() || found->second.keys_read) return;
  TableState& table = found->second;
  table.keys_read = true;
  for (const size_t position : table.keys) {
    const ir::Type& type = model_.program.columns[table.columns[position]].type;
    if (type.kind == ir::TypeKind::link) table_keys(type.target, tables);
  }
  std::unordered_map<std::string, Span> seen;
  std::unordered_map<std::string, uint32_t>& names = model_.row_names[entity];
  std::vector<const std::vector<ast::Cellule>*> unique;
  for (const auto* row : table.rows) {
    std::string key;
    std::string identity;  // 1_000 and 1000 are one key
    std::vector<Value> values;
    for (const size_t position : table.keys) {
      const ast::Cellule& cell = (*row)[position];
      auto value = is_ranged(table, position)
                       ? range_cell(table, position, cell)
                       : key_cell(table, cell, model_.program.columns[table.columns[position]].type);
      const bool counts = !is_ranged(table, position) && value &&
                          (value->kind() == ValueKind::number || value->kind() == ValueKind::money);
      identity += (counts ? value->number_or_amount().exact_text() : cell.text) + "\x1f";
      values.push_back(value.value_or(Value()));
      if (!key.empty()) key += ", ";
      key += cell.text;
    }
    const auto [place, fresh] = seen.try_emplace(identity, row_span(*row));
    if (!fresh) {
      for (const size_t position : table.keys) {
        if (is_ranged(table, position)) table.ranges[position]->cells.pop_back();
      }
      diagnostics_
          .error("G105", row_span(*row),
                 "The table `" + table.node->name.text + "` has two rows `" + key + "`.",
                 "Take one out, or correct its key.")
          .notes.push_back(Note{place->second, "The first one is here."});
      continue;
    }
    if (table.keys.size() == 1) names.emplace(key, static_cast<uint32_t>(unique.size()));
    for (size_t i = 0; i < table.keys.size(); ++i) {
      model_.program.columns[table.columns[table.keys[i]]].values.push_back(std::move(values[i]));
    }
    unique.push_back(row);
  }
  if (!table.keys.empty()) table.rows = std::move(unique);
  model_.program.entities[entity].rows = static_cast<uint32_t>(table.rows.size());
  check_table_ranges(table);
}

void Declarer::table_cells(TableState& table) {
  const Currency* found = find_currency(model_.program.currency);
  const Currency& currency = found == nullptr ? default_currency() : *found;
  const Number coin = Number::from_decimal(1, currency.minor_decimals);
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i] == ir::none) continue;
    ir::Column& column = model_.program.columns[table.columns[i]];
    if (column.key) continue;
    if (table.scales[i] != ScaleKind::none) {
      scale_cells(table, i);
      continue;
    }
    column.values.reserve(table.rows.size());
    bool whole_coins = column.type.kind == ir::TypeKind::money;
    for (const auto* row : table.rows) {
      const ast::Cellule& cell = (*row)[i];
      // The row of a declared measure that the table itself does not have: all its cells stand at the
      // measure's name (measure_rows).
      const ast::Cellule* key = table.keys.empty() ? nullptr : &(*row)[table.keys.front()];
      const bool made = key != nullptr && key->span.file == cell.span.file &&
                        key->span.begin == cell.span.begin && key->span.end == cell.span.end;
      if (made && cell.text.empty() && !cell.quoted && !column.type.optional) {
        diagnostics_
            .error("G106", cell.span,
                   "The table `" + table.node->name.text + "` has no row for `" + key->text +
                       "`, and its column `" + column.name + "` must have a value in every row.",
                   "Add the row, or let the column's type end in `?`.")
            .notes.push_back(Note{table.node->text.header[i].span, "The column is here."});
        column.values.emplace_back();
        continue;
      }
      auto value = cell_value(model_, cell.text, cell.quoted, column.type, cell.span, diagnostics_);
      if (whole_coins && value && value->kind() == ValueKind::money) {
        whole_coins = (value->money() / coin).is_integer();
      }
      column.values.push_back(value.value_or(Value()));
    }
    // Amounts in whole coins are rounded amounts, as literals are.
    if (whole_coins) column.type.step = coin;
  }
}

void Declarer::tables() {
  std::unordered_map<uint32_t, TableState> tables;
  std::vector<uint32_t> order;
  for (const auto& [node, declaration] : all<ast::Table>()) {
    const uint32_t entity = entity_of_[node];
    if (entity == ir::none) continue;
    TableState& table = tables[entity];
    table.node = node;
    table.entity = entity;
    table_header(table);
    order.push_back(entity);
  }
  for (const uint32_t entity : order) table_keys(entity, tables);
  for (const uint32_t entity : order) table_cells(tables[entity]);
}

}  // namespace merit::model
