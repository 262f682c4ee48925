#pragma once
// The part of verify() that looks at expressions.

#include <string>
#include <vector>

#include "runtime/ir/ir.h"

namespace merit::ir {

/// A variable in sight and the entity of its row.
struct Bound {
  uint32_t variable;
  uint32_t entity;
};

/// What is wrong with the expression, as the end of a sentence that begins with `name`, its stable name;
/// empty when it is sound. Indices of entities and columns in types of columns must have been checked.
std::string verify_expression(const Program& program, const Expr& root, const std::string& name,
                              std::vector<Bound> variables);

/// Is a value of this type what a cell of that type may hold? An integer is a number; money keeps to its own
/// step or finer ones.
bool fits(const Type& value, const Type& wanted);

/// Is the constant a value of the type (missing only where the type is optional)? Links are rows of their
/// target.
bool is_of_type(const Program& program, const Value& value, const Type& type);

/// Are kind, target and step of a type sound?
bool sound_type(const Program& program, const Type& type);

}  // namespace merit::ir
