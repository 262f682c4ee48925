#pragma once
// Which rows an entity of parts has: those that the rows of other entities, its members, give to it.

#include <cstdint>
#include <functional>
#include <vector>

#include "runtime/ir/ir.h"

namespace merit {

struct PartRow {
  uint32_t part = 0;    ///< in Entity::parts
  uint32_t member = 0;  ///< row of the member
  int64_t number = 0;   ///< from low to high; of merged periods the span's place among its owner's; without
                        ///< these the row's place in its part, from 1 on
  Value::FaultPointer
      fault;  ///< set: what the member gives could not be computed; every column is this fault
  uint32_t owner = ir::none;  ///< of merged periods; none where it could not be computed
  Value span = {};            ///< of merged periods
};

/// In order of row. `rows`: how many an entity has; `value`: of a column at a row. Throws std::length_error
/// for more than four billion rows.
std::vector<PartRow> rows_of_parts(const ir::Program& program, const ir::Entity& entity,
                                   const std::function<uint32_t(uint32_t entity)>& rows,
                                   const std::function<Value(uint32_t column, uint32_t row)>& value);

/// What a column that the rows themselves give (a link to a member, the part, the number) has in a row.
Value part_value(const ir::Program& program, const ir::Entity& entity, uint32_t column, const PartRow& row);

/// Is the column a link to members, or to the owners of merged periods?
bool is_part_link(const ir::Entity& entity, uint32_t column);

/// The row that such a link leads to, also of a row that could not be computed; none where that is not known.
uint32_t part_target(const ir::Entity& entity, uint32_t column, const PartRow& row);

}  // namespace merit
