// Rows by their key.

#include <optional>

#include "runtime/engine/core.h"

namespace merit::engine {

using ir::Expr;

namespace {

/// One word for a cell, equal for equal cells of one chunk; nothing for forms that no word holds.
std::optional<uint64_t> word_of(const Lanes& lanes, uint32_t cell) {
  switch (lanes.form) {
  case Form::decimal: return static_cast<uint64_t>(lanes.i64[cell]);
  case Form::boolean: return lanes.u8[cell];
  case Form::text:
  case Form::index: return lanes.u32[cell];
  case Form::date: return static_cast<uint64_t>(int64_t{lanes.first[cell]});
  default: return std::nullopt;
  }
}

}  // namespace

std::optional<uint32_t> Core::find(uint32_t entity, const std::vector<Value>& key) {
  if (program_.entities[entity].kind != ir::EntityKind::groups) return data_->find(entity, key);
  const Groups& groups = groups_.at(entity);
  const auto code = data::key_code(key.front(), pool_);
  const uint32_t number = code ? groups.table->find(&*code) : data::KeyTable::absent;
  if (number == data::KeyTable::absent) return std::nullopt;
  return groups.order[number];
}

Lanes Core::lookup(const Expr& node, const Frame& frame) {
  std::vector<Lanes> keys;
  for (const auto& arg : node.args) keys.push_back(evaluate(*arg, frame));
  Lifted states = lift(keys, frame.size);
  const std::vector<uint8_t> known = known_cells(states, frame.size);
  Lanes out = make_lanes(ValueKind::row, Form::index, frame.size, states.uniform);
  const ir::Entity& entity = program_.entities[node.index];
  std::vector<uint32_t> sizes;  // of the parts of pairs
  if (entity.kind == ir::EntityKind::pairs) {
    for (const uint32_t key : entity.keys) sizes.push_back(part_rows(program_.columns[key]));
  }
  // Few keys differ within a chunk: each is looked up once.
  data::KeyTable seen(keys.size());
  std::vector<std::optional<uint32_t>> rows;
  std::vector<uint64_t> words(keys.size());
  for (uint32_t i = 0; i < out.cells(); ++i) {
    if (known[i] == 0) continue;
    if (!states.uniform && frame.needed != nullptr && frame.needed[i] == 0) continue;
    if (entity.kind == ir::EntityKind::pairs) {
      uint32_t row = 0;
      for (size_t part = 0; part < keys.size(); ++part)
        row = row * sizes[part] + keys[part].u32[keys[part].cell(i)];
      out.own->u32[i] = row;
      continue;
    }
    const auto look = [&] {
      std::vector<Value> key;
      key.reserve(keys.size());
      for (const Lanes& part : keys) key.push_back(value_at(part, i, pool_));
      return find(node.index, key);
    };
    bool worded = true;
    for (size_t part = 0; part < keys.size(); ++part) {
      const auto word = word_of(keys[part], keys[part].cell(i));
      worded = worded && word.has_value();
      words[part] = word.value_or(0);
    }
    std::optional<uint32_t> row;
    if (worded) {
      const uint32_t number = seen.add(words.data());
      if (number == rows.size()) rows.push_back(look());
      row = rows[number];
    } else {
      row = look();
    }
    if (row) {
      out.own->u32[i] = *row;
    } else {
      states.missing.resize(out.cells(), 0);
      states.missing[i] = 1;
    }
  }
  attach(out, std::move(states));
  return out;
}

}  // namespace merit::engine
