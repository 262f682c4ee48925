#pragma once
// Programs in the intermediate form written by hand, for tests of what runs them.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/ir/ir.h"

namespace merit::testing {

inline ir::Type type_of(ir::TypeKind kind, uint32_t target = ir::none) {
  ir::Type type;
  type.kind = kind;
  type.target = target;
  return type;
}

inline ir::Type number_type() {
  return type_of(ir::TypeKind::number);
}

inline ir::Type boolean_type() {
  return type_of(ir::TypeKind::boolean);
}

inline ir::Type link_to(uint32_t entity) {
  return type_of(ir::TypeKind::link, entity);
}

inline ir::Type collection_of(uint32_t entity) {
  return type_of(ir::TypeKind::collection, entity);
}

/// A node with these operands.
template <typename... Args>
ir::ExprPtr node(ir::Op op, ir::Type type, Args... args) {
  auto result = std::make_unique<ir::Expr>();
  result->op = op;
  result->type = std::move(type);
  (result->args.push_back(std::move(args)), ...);
  return result;
}

inline ir::ExprPtr constant(ir::Type type, Value value) {
  auto result = node(ir::Op::constant, std::move(type));
  result->value = std::move(value);
  return result;
}

inline ir::ExprPtr number(Number value) {
  return constant(number_type(), Value::of_number(std::move(value)));
}

inline ir::ExprPtr missing(ir::Type type, std::string reason = {}) {
  auto result = node(ir::Op::missing_value, std::move(type));
  result->text = std::move(reason);
  return result;
}

/// The row bound to a variable: 0 the program's, 1 the column's own.
inline ir::ExprPtr row(uint32_t entity, uint32_t variable = 1) {
  auto result = node(ir::Op::row, link_to(entity));
  result->variable = variable;
  return result;
}

inline ir::ExprPtr all_rows(uint32_t entity) {
  auto result = node(ir::Op::all_rows, collection_of(entity));
  result->index = entity;
  return result;
}

inline ir::ExprPtr filter(ir::ExprPtr collection, uint32_t variable, ir::ExprPtr condition) {
  ir::Type type = collection->type;
  auto result = node(ir::Op::filter, std::move(type), std::move(collection), std::move(condition));
  result->variable = variable;
  return result;
}

/// An aggregate; the variable is bound in `values`, the expression or the order keys.
template <typename... Values>
ir::ExprPtr aggregate(ir::AggregateMode mode, ir::Type type, ir::ExprPtr collection, uint32_t variable,
                      Values... values) {
  auto result = node(ir::Op::aggregate, std::move(type), std::move(collection), std::move(values)...);
  result->mode = static_cast<uint8_t>(mode);
  result->variable = variable;
  return result;
}

class IrBuilder {
 public:
  ir::Program program;

  IrBuilder() {
    program.name = "test";
    program.enums.push_back({"direction", {"higher", "lower"}, {}});
    entity("program", ir::EntityKind::program);
  }

  uint32_t entity(const std::string& name, ir::EntityKind kind = ir::EntityKind::data) {
    ir::Entity entity;
    entity.name = name;
    entity.plural = name + "s";
    entity.kind = kind;
    program.entities.push_back(std::move(entity));
    return static_cast<uint32_t>(program.entities.size() - 1);
  }

  uint32_t column(uint32_t entity, const std::string& name, ir::Type type, ir::ColumnKind kind,
                  bool key = false) {
    ir::Column column;
    column.name = name;
    column.entity = entity;
    column.type = std::move(type);
    column.kind = kind;
    column.key = key;
    program.columns.push_back(std::move(column));
    const auto index = static_cast<uint32_t>(program.columns.size() - 1);
    program.entities[entity].columns.push_back(index);
    if (key) program.entities[entity].keys.push_back(index);
    return index;
  }

  uint32_t stored(uint32_t entity, const std::string& name, ir::Type type, bool key = false) {
    return column(entity, name, std::move(type), ir::ColumnKind::stored, key);
  }

  uint32_t constants(uint32_t entity, const std::string& name, ir::Type type, std::vector<Value> values,
                     bool key = false) {
    const uint32_t index = column(entity, name, std::move(type), ir::ColumnKind::constant, key);
    program.columns[index].values = std::move(values);
    return index;
  }

  uint32_t computed(uint32_t entity, const std::string& name, ir::ExprPtr body) {
    const uint32_t index = column(entity, name, body->type, ir::ColumnKind::computed);
    program.columns[index].body = std::move(body);
    return index;
  }

  /// `for each distinct value of members`; value's variable 1 is the member's row. The column that links the
  /// members' entity to its group is group_link.
  uint32_t groups(const std::string& name, ir::ExprPtr members, ir::ExprPtr value) {
    const uint32_t result = entity(name, ir::EntityKind::groups);
    const uint32_t member_entity = members->type.target;
    column(result, name + "_value", value->type, ir::ColumnKind::computed, true);
    const uint32_t link = column(member_entity, name, link_to(result), ir::ColumnKind::computed);
    program.entities[result].group_members = std::move(members);
    program.entities[result].group_value = std::move(value);
    program.entities[result].group_link = link;
    return result;
  }

  uint32_t pairs(const std::string& name, const std::vector<ir::Type>& parts) {
    const uint32_t result = entity(name, ir::EntityKind::pairs);
    for (size_t part = 0; part < parts.size(); ++part)
      column(result, "part" + std::to_string(part), parts[part], ir::ColumnKind::computed, true);
    return result;
  }

  ir::ExprPtr field(ir::ExprPtr link, uint32_t column) const {
    auto result = node(ir::Op::field, program.columns[column].type, std::move(link));
    result->index = column;
    return result;
  }

  /// The rows whose link points to the operand's row.
  ir::ExprPtr reverse(ir::ExprPtr link, uint32_t column) const {
    auto result = node(ir::Op::reverse, collection_of(program.columns[column].entity), std::move(link));
    result->index = column;
    return result;
  }
};

}  // namespace merit::testing
