#pragma once
// The intermediate form as JSON: stable order, one version number, spans and stable names on every node
// (docs/ir.md).

#include <string>
#include <string_view>

#include "runtime/ir/ir.h"

namespace merit::ir {

std::string to_json(const Program& program);

/// Reads and verifies. On any damage (not JSON, a newer version, a missing or mistyped member, an index out
/// of range, a type that does not fit) returns nothing and says in `diagnostics` (I codes) what is wrong and
/// at which JSON path.
std::optional<Program> from_json(std::string_view json, std::string_view name, Diagnostics& diagnostics);

/// The rules that every program keeps, whoever made it: indices in range, operand counts and types, variables
/// bound, no cycle of columns, keys present. Returns the first violation as a sentence with the node's name;
/// empty when sound.
std::string verify(const Program& program);

}  // namespace merit::ir
