// Entities of parts: their rows, and the columns that the rows themselves give.

#include <algorithm>

#include "runtime/engine/core.h"

namespace merit::engine {

const std::vector<PartRow>& Core::parts(uint32_t entity) {
  if (const auto found = parts_.find(entity); found != parts_.end()) return found->second;
  std::vector<PartRow> made = rows_of_parts(
      program_, program_.entities[entity], [&](uint32_t of) { return rows(of); },
      [&](uint32_t column, uint32_t row) { return value(column, row); });
  return parts_.emplace(entity, std::move(made)).first->second;
}

void Core::add_part_faults(uint32_t entity, Vector& vector) {
  const std::vector<PartRow>& made = parts(entity);
  std::erase_if(vector.faults, [&](const FaultAt& at) { return made[at.row].fault != nullptr; });
  for (uint32_t row = 0; row < made.size(); ++row) {
    if (!made[row].fault) continue;
    vector.faults.push_back({row, made[row].fault});
    if (!vector.missing.empty()) vector.missing[row] = 0;
  }
  std::sort(vector.faults.begin(), vector.faults.end(),
            [](const FaultAt& a, const FaultAt& b) { return a.row < b.row; });
}

Vector Core::part_column(uint32_t column) {
  const ir::Column& shape = program_.columns[column];
  const ir::Entity& entity = program_.entities[shape.entity];
  std::vector<Value> values;
  for (const PartRow& row : parts(shape.entity)) values.push_back(part_value(program_, entity, column, row));
  return vector_of(value_kind(shape.type), values, pool_);
}

}  // namespace merit::engine
