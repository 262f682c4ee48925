#include "runtime/data/dataset.h"

#include <algorithm>
#include <mutex>
#include <stdexcept>

#include "runtime/data/keys.h"
#include "runtime/data/range_table.h"
#include "runtime/values/codes.h"

namespace merit {

using data::KeyTable;
using data::RangeTable;

ValueKind value_kind(const ir::Type& type) {
  switch (type.kind) {
  case ir::TypeKind::boolean: return ValueKind::boolean;
  case ir::TypeKind::integer:
  case ir::TypeKind::number: return ValueKind::number;
  case ir::TypeKind::money: return ValueKind::money;
  case ir::TypeKind::text: return ValueKind::text;
  case ir::TypeKind::date: return ValueKind::date;
  case ir::TypeKind::duration: return ValueKind::duration;
  case ir::TypeKind::period: return ValueKind::period;
  case ir::TypeKind::datetime: return ValueKind::datetime;
  case ir::TypeKind::datetime_period: return ValueKind::datetime_period;
  case ir::TypeKind::codes: return ValueKind::codes;
  case ir::TypeKind::quantity: return ValueKind::quantity;
  case ir::TypeKind::enumeration: return ValueKind::enumeration;
  case ir::TypeKind::link: return ValueKind::row;
  case ir::TypeKind::collection: break;
  }
  throw std::logic_error("a collection is no column in memory");
}

ReverseIndex make_reverse_index(const Vector& link, uint32_t targets) {
  ReverseIndex index;
  index.offsets.assign(size_t{targets} + 1, 0);
  for (uint32_t row = 0; row < link.size; ++row) {
    if (!link.is_missing(row)) ++index.offsets[link.u32[row] + 1];
  }
  for (uint32_t target = 0; target < targets; ++target) index.offsets[target + 1] += index.offsets[target];
  index.members.resize(index.offsets[targets]);
  std::vector<uint32_t> next(index.offsets.begin(), index.offsets.end() - 1);
  for (uint32_t row = 0; row < link.size; ++row) {
    if (!link.is_missing(row)) index.members[next[link.u32[row]]++] = row;
  }
  return index;
}

struct Dataset::Impl {
  struct EntityFacts {
    uint32_t rows = 0;
    mutable std::once_flag keys_once;
    mutable std::unique_ptr<KeyTable> keys;  // made at the first find()
    mutable std::once_flag ranges_once;
    mutable std::unique_ptr<RangeTable> ranges;  // the same where keys hold ranges
  };

  struct ColumnFacts {
    std::optional<Vector> vector;
    mutable std::once_flag reverse_once;
    mutable ReverseIndex reverse;
    std::vector<Origin> origins;
  };

  const ir::Program* program = nullptr;
  std::shared_ptr<TextPool> pool;
  std::shared_ptr<const ValueSets> value_sets;
  std::vector<std::unique_ptr<EntityFacts>> entities;
  std::vector<std::unique_ptr<ColumnFacts>> columns;

  const Vector& column(uint32_t index) const {
    const std::optional<Vector>& vector = columns.at(index)->vector;
    if (!vector) throw std::logic_error("column " + program->columns[index].name + " was not loaded");
    return *vector;
  }

  /// Null where no key holds ranges.
  const RangeTable* ranged(uint32_t entity) const {
    const std::vector<uint32_t>& keys = program->entities[entity].keys;
    const auto holds_ranges = [&](uint32_t key) { return program->columns[key].ranges.has_value(); };
    if (std::none_of(keys.begin(), keys.end(), holds_ranges)) return nullptr;
    const EntityFacts& facts = *entities.at(entity);
    std::call_once(facts.ranges_once, [&] {
      std::vector<RangeTable::Key> columns;
      for (const uint32_t key : keys) {
        const std::optional<ir::KeyRanges>& ranges = program->columns[key].ranges;
        columns.push_back({ranges ? nullptr : &column(key), ranges ? &*ranges : nullptr});
      }
      facts.ranges = std::make_unique<RangeTable>(std::move(columns), facts.rows, *pool);
    });
    return facts.ranges.get();
  }

  const KeyTable& keys(uint32_t entity) const {
    const EntityFacts& facts = *entities.at(entity);
    std::call_once(facts.keys_once, [&] {
      const std::vector<uint32_t>& keys = program->entities[entity].keys;
      facts.keys = std::make_unique<KeyTable>(keys.size(), facts.rows);
      std::vector<uint64_t> codes(keys.size());
      for (uint32_t row = 0; row < facts.rows; ++row) {
        for (size_t k = 0; k < keys.size(); ++k) codes[k] = data::key_code(column(keys[k]), row, *pool);
        facts.keys->add(codes.data());
      }
    });
    return *facts.keys;
  }

  std::optional<uint32_t> find(uint32_t entity, const std::vector<Value>& key) const {
    if (key.size() != program->entities[entity].keys.size() || key.empty()) return std::nullopt;
    if (const RangeTable* ranges = ranged(entity)) return ranges->find(key, *pool);
    const KeyTable& table = keys(entity);
    std::vector<uint64_t> codes;
    for (const Value& value : key) {
      const std::optional<uint64_t> code = data::key_code(value, *pool);
      if (!code) return std::nullopt;
      codes.push_back(*code);
    }
    const uint32_t row = table.find(codes.data());
    return row == KeyTable::absent ? std::nullopt : std::optional(row);
  }

  /// Constants of the program and the tables. A link to a table may be given by the key of its row.
  void load_constants() {
    std::vector<uint32_t> links;
    for (uint32_t index = 0; index < program->columns.size(); ++index) {
      const ir::Column& column = program->columns[index];
      if (column.kind != ir::ColumnKind::constant) continue;
      if (column.type.kind == ir::TypeKind::link) {
        links.push_back(index);
      } else {
        columns[index]->vector = vector_of(value_kind(column.type), column.values, *pool);
      }
    }
    for (const uint32_t index : links) {
      const ir::Column& column = program->columns[index];
      std::vector<Value> rows = column.values;
      for (Value& value : rows) {
        if (!value.is_known() || value.kind() == ValueKind::row) continue;
        const std::optional<uint32_t> row = find(column.type.target, {value});
        if (!row) throw std::logic_error("column " + column.name + " links to a row that is not there");
        value = Value::of_row(*row);
      }
      columns[index]->vector = vector_of(ValueKind::row, rows, *pool);
    }
  }
};

Dataset::Dataset(const ir::Program& program, std::shared_ptr<TextPool> pool)
    : impl_(std::make_shared<Impl>()) {
  impl_->program = &program;
  impl_->pool = std::move(pool);
  impl_->value_sets = std::make_shared<const ValueSets>(program);
  for (const ir::Entity& entity : program.entities) {
    auto facts = std::make_unique<Impl::EntityFacts>();
    if (entity.kind == ir::EntityKind::program) facts->rows = 1;
    if (entity.kind == ir::EntityKind::table) facts->rows = entity.rows;
    impl_->entities.push_back(std::move(facts));
  }
  for (size_t i = 0; i < program.columns.size(); ++i) {
    impl_->columns.push_back(std::make_unique<Impl::ColumnFacts>());
  }
  impl_->load_constants();
  for (uint32_t entity = 0; entity < program.entities.size(); ++entity) {
    if (program.entities[entity].kind != ir::EntityKind::data) continue;
    std::unordered_map<uint32_t, Vector> empty;
    for (const uint32_t column : program.entities[entity].columns) {
      const ir::Column& declared = program.columns[column];
      if (declared.kind == ir::ColumnKind::stored) {
        empty.emplace(column, vector_of(value_kind(declared.type), {}, *impl_->pool));
      }
    }
    set_rows(entity, 0, std::move(empty));
  }
}

const ir::Program& Dataset::program() const {
  return *impl_->program;
}

TextPool& Dataset::pool() const {
  return *impl_->pool;
}

std::shared_ptr<TextPool> Dataset::shared_pool() const {
  return impl_->pool;
}

const ValueSets& Dataset::value_sets() const {
  return *impl_->value_sets;
}

void Dataset::set_value_sets(std::shared_ptr<const ValueSets> sets) {
  impl_->value_sets = std::move(sets);
}

uint32_t Dataset::rows(uint32_t entity) const {
  const ir::EntityKind kind = impl_->program->entities.at(entity).kind;
  if (kind == ir::EntityKind::groups || kind == ir::EntityKind::pairs || kind == ir::EntityKind::parts) {
    throw std::logic_error("rows of groups and pairs are known to the evaluators alone");
  }
  return impl_->entities[entity]->rows;
}

const Vector& Dataset::column(uint32_t column) const {
  return impl_->column(column);
}

const ReverseIndex& Dataset::reverse(uint32_t link_column) const {
  const Impl::ColumnFacts& facts = *impl_->columns.at(link_column);
  std::call_once(facts.reverse_once, [&] {
    const uint32_t target = impl_->program->columns[link_column].type.target;
    facts.reverse = make_reverse_index(impl_->column(link_column), rows(target));
  });
  return facts.reverse;
}

std::optional<uint32_t> Dataset::find(uint32_t entity, const std::vector<Value>& key) const {
  return impl_->find(entity, key);
}

std::string Dataset::key_text(uint32_t entity, uint32_t row) const {
  std::string text;
  for (const uint32_t column : impl_->program->entities.at(entity).keys) {
    if (!text.empty()) text += ", ";
    text += cell_text(*this, impl_->program->columns[column].type,
                      impl_->column(column).value(row, *impl_->pool));
  }
  return text;
}

std::string cell_text(const Dataset& dataset, const ir::Type& type, const Value& value) {
  switch (value.kind()) {
  case ValueKind::missing: break;
  case ValueKind::fault: return "#FAULT";
  case ValueKind::boolean: return value.boolean() ? "yes" : "no";
  case ValueKind::number:
  case ValueKind::money: return value.number_or_amount().exact_text();
  case ValueKind::text: return value.text();
  case ValueKind::date: return value.date().text();
  case ValueKind::duration: return value.duration().text();
  case ValueKind::period: return value.period().text();
  case ValueKind::datetime: return value.datetime().text();
  case ValueKind::datetime_period: return value.datetime_period().text();
  case ValueKind::codes: return cell_of_codes(value.codes());
  case ValueKind::quantity: return value.quantity().text();
  case ValueKind::enumeration: return dataset.program().enums.at(type.target).values.at(value.enumeration());
  case ValueKind::row: return dataset.key_text(type.target, value.row());
  }
  return {};
}

std::string element_text(const std::string& header, uint64_t place) {
  const uint64_t entry = place >> entry_shift;
  if (entry == 0) return header;
  return header + (header.empty() ? "entry " : ", entry ") + std::to_string(entry);
}

CellPlace Dataset::place(uint32_t column, uint32_t row) const {
  for (const Origin& origin : impl_->columns.at(column)->origins) {
    if (row < origin.lines->size() && (*origin.lines)[row] != 0) {
      const size_t variant = origin.variants ? (*origin.variants)[row] : 0;
      const uint64_t line = (*origin.lines)[row];
      const std::string& file = origin.files ? origin.files->at((*origin.file_of)[row]) : origin.file;
      return CellPlace{file, line_of(line), element_text(origin.headers.at(variant), line)};
    }
  }
  return {};
}

std::vector<uint32_t> Dataset::set_rows(uint32_t entity, uint32_t rows,
                                        std::unordered_map<uint32_t, Vector> columns) {
  std::vector<const Vector*> keys;
  for (const uint32_t key : impl_->program->entities.at(entity).keys) keys.push_back(&columns.at(key));
  std::vector<uint32_t> order = data::key_order(keys, rows, *impl_->pool);
  const bool sorted = std::is_sorted(order.begin(), order.end());

  auto facts = std::make_unique<Impl::EntityFacts>();
  facts->rows = rows;
  impl_->entities[entity] = std::move(facts);
  for (const uint32_t column : impl_->program->entities[entity].columns) {
    if (impl_->program->columns[column].kind != ir::ColumnKind::stored) continue;
    impl_->columns[column] = std::make_unique<Impl::ColumnFacts>();
  }
  for (auto& [column, vector] : columns) {
    if (!sorted) data::reorder(vector, order);
    auto stored = std::make_unique<Impl::ColumnFacts>();
    stored->vector = std::move(vector);
    impl_->columns.at(column) = std::move(stored);
  }
  return order;
}

void Dataset::add_origin(uint32_t column, Origin origin) {
  impl_->columns.at(column)->origins.push_back(std::move(origin));
}

}  // namespace merit
