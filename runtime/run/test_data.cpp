#include "runtime/run/test_data.h"

#include <fmt/format.h>

#include <numeric>

#include "runtime/data/value_text.h"
#include "runtime/ir/faults.h"

namespace merit {

namespace {

// Equal for equal values of one type, and for nothing else.
std::string identity(const Value& value) {
  switch (value.kind()) {
  case ValueKind::missing:
  case ValueKind::fault: return "?";
  case ValueKind::boolean: return value.boolean() ? "yes" : "no";
  case ValueKind::number:
  case ValueKind::money: return value.number_or_amount().exact_text();
  case ValueKind::text: return value.text();
  case ValueKind::date: return value.date().text();
  case ValueKind::duration: return value.duration().text();
  case ValueKind::period: return value.period().text();
  case ValueKind::datetime: return value.datetime().text();
  case ValueKind::datetime_period: return value.datetime_period().text();
  case ValueKind::codes: return value.codes();
  case ValueKind::quantity: return value.quantity().text();
  case ValueKind::enumeration: return std::to_string(value.enumeration());
  case ValueKind::row: return std::to_string(value.row());
  }
  return {};
}

}  // namespace

TestData::TestData(const ir::Program& program, const ir::Test& test,
                   std::shared_ptr<const ValueSets> value_sets)
    : program_(program), dataset_(std::make_shared<Dataset>(program, std::make_shared<TextPool>())),
      rows_(program.entities.size()) {
  if (value_sets) dataset_->set_value_sets(std::move(value_sets));
  for (const ir::TestRows& rows : test.given) take(rows);
  // A key may be a link, and rows are in order of their keys: what a key points to comes first.
  for (uint32_t entity = 0; entity < rows_.size(); ++entity) place(entity, 0);
  for (uint32_t entity = 0; entity < rows_.size(); ++entity) fill(entity);
}

bool TestData::links_to_data(const ir::Column& column) const {
  return column.type.kind == ir::TypeKind::link &&
         program_.entities[column.type.target].kind == ir::EntityKind::data;
}

std::string TestData::key_of(uint32_t entity, const std::unordered_map<uint32_t, Value>& cells) const {
  std::string key;
  for (const uint32_t column : program_.entities[entity].keys) {
    const auto found = cells.find(column);
    const std::string part = found == cells.end() ? "?" : identity(found->second);
    key += fmt::format("{}:{}", part.size(), part);
  }
  return key;
}

void TestData::take(const ir::TestRows& given) {
  const ir::Entity& entity = program_.entities[given.entity];
  for (const std::vector<ir::TestCell>& row : given.rows) {
    std::unordered_map<uint32_t, Value> cells;
    std::unordered_map<uint32_t, Span> places;
    for (const ir::TestCell& cell : row) {
      const ir::Column& column = program_.columns[cell.column];
      places[cell.column] = cell.span;
      if (cell.state == ir::TestCell::State::known) {
        cells[cell.column] = cell.value;
        if (links_to_data(column)) {
          std::vector<Value> all{cell.value};
          all.insert(all.end(), cell.more.begin(), cell.more.end());
          std::span<const Value> parts = all;
          cells[cell.column] = row_key(column.type.target, parts, &rows_);
        }
      } else if (cell.state == ir::TestCell::State::missing) {
        cells[cell.column] = Value::of_missing();
      }
    }
    bool keyed = true;
    for (const uint32_t key : entity.keys) {
      const auto found = cells.find(key);
      if (found != cells.end() && found->second.is_known()) continue;
      keyed = false;
      problems_.push_back({places.count(key) != 0 ? places[key] : given.span,
                           fmt::format("A row of `{}` is given without its key `{}`.", entity.name,
                                       program_.columns[key].name)});
    }
    if (!keyed) continue;
    Rows& rows = rows_[given.entity];
    const auto [at, added] =
        rows.by_key.try_emplace(key_of(given.entity, cells), static_cast<uint32_t>(rows.cells.size()));
    if (added) {
      rows.cells.push_back(std::move(cells));
      continue;
    }
    for (auto& [column, value] : cells) {
      const auto [cell, first] = rows.cells[at->second].try_emplace(column, value);
      if (first || cell->second == value) continue;
      problems_.push_back(
          {places[column], fmt::format("`{}` of one row of `{}` is given twice, with two values.",
                                       program_.columns[column].name, entity.name)});
    }
  }
}

Value TestData::row_key(uint32_t entity, std::span<const Value>& parts, std::vector<Rows>* add_to) const {
  const std::vector<uint32_t>& keys = program_.entities[entity].keys;
  std::unordered_map<uint32_t, Value> cells;
  for (const uint32_t key : keys) {
    const ir::Column& column = program_.columns[key];
    if (links_to_data(column) && column.type.target != entity) {
      cells[key] = row_key(column.type.target, parts, add_to);
    } else if (!parts.empty()) {
      cells[key] = parts.front();
      parts = parts.subspan(1);
    }
  }
  const std::string identified = key_of(entity, cells);
  Value key = keys.size() == 1 ? cells[keys.front()] : Value::of_text(identified);
  if (add_to != nullptr) {
    Rows& rows = (*add_to)[entity];
    if (rows.by_key.try_emplace(identified, static_cast<uint32_t>(rows.cells.size())).second)
      rows.cells.push_back(std::move(cells));
  }
  return key;
}

std::optional<uint32_t> TestData::row_of_key(uint32_t entity, const Value& key) const {
  const std::vector<uint32_t>& keys = program_.entities[entity].keys;
  const Rows& rows = rows_[entity];
  const auto found = rows.by_key.find(keys.size() == 1 ? key_of(entity, {{keys.front(), key}}) : key.text());
  if (found == rows.by_key.end()) return std::nullopt;
  return rows.sorted[found->second];
}

std::optional<uint32_t> TestData::linked_row(uint32_t entity, const ir::TestCell& cell) const {
  std::vector<Value> all{cell.value};
  all.insert(all.end(), cell.more.begin(), cell.more.end());
  std::span<const Value> parts = all;
  return row_of_key(entity, row_key(entity, parts, nullptr));
}

Value TestData::resolved(const ir::Column& column, const Value& value) const {
  if (!value.is_known() || !links_to_data(column)) return value;
  const std::optional<uint32_t> row = row_of_key(column.type.target, value);
  return row ? Value::of_row(*row) : Value::of_missing();
}

void TestData::place(uint32_t entity, uint32_t depth) {
  Rows& rows = rows_[entity];
  const ir::Entity& shape = program_.entities[entity];
  if (rows.placed || shape.kind != ir::EntityKind::data || depth > program_.entities.size()) return;
  rows.placed = true;
  for (const uint32_t key : shape.keys) {
    if (links_to_data(program_.columns[key])) place(program_.columns[key].type.target, depth + 1);
  }
  const auto count = static_cast<uint32_t>(rows.cells.size());
  std::unordered_map<uint32_t, Vector> columns;
  for (const uint32_t column : shape.columns) {
    const ir::Column& declared = program_.columns[column];
    if (declared.kind != ir::ColumnKind::stored) continue;
    std::vector<Value> values(count);
    if (declared.key) {
      for (uint32_t row = 0; row < count; ++row) values[row] = resolved(declared, rows.cells[row].at(column));
    }
    columns.emplace(column, vector_of(value_kind(declared.type), values, dataset_->pool()));
  }
  const std::vector<uint32_t> order = dataset_->set_rows(entity, count, std::move(columns));
  rows.sorted.assign(count, 0);
  for (uint32_t row = 0; row < count; ++row) rows.sorted[order[row]] = row;
}

void TestData::fill(uint32_t entity) {
  const Rows& rows = rows_[entity];
  const ir::Entity& shape = program_.entities[entity];
  if (shape.kind != ir::EntityKind::data) return;
  const auto count = static_cast<uint32_t>(rows.cells.size());
  std::unordered_map<uint32_t, Vector> columns;
  for (const uint32_t column : shape.columns) {
    const ir::Column& declared = program_.columns[column];
    if (declared.kind != ir::ColumnKind::stored) continue;
    std::vector<Value> values(count);
    for (uint32_t row = 0; row < count; ++row) {
      const auto found = rows.cells[row].find(column);
      Value& value = values[rows.sorted[row]];
      if (found != rows.cells[row].end()) {
        value = resolved(declared, found->second);
      } else if (!declared.type.optional && declared.type.kind != ir::TypeKind::codes) {
        Fault fault;
        fault.place = ir::qualified_name(program_, column);
        fault.entity = entity;
        fault.row = rows.sorted[row];
        fault.code = ir::fault_code(ir::FaultKind::not_given);
        fault.message = fmt::format("`{}` of {} {} is not given in this test", declared.name, shape.name,
                                    dataset_->key_text(entity, fault.row));
        value = Value::of_fault(std::move(fault));
      }
    }
    columns.emplace(column, vector_of(value_kind(declared.type), values, dataset_->pool()));
  }
  dataset_->set_rows(entity, count, std::move(columns));
}

}  // namespace merit
