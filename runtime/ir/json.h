#pragma once
// The intermediate form as JSON: stable order, one version number, spans and stable names on every node
// (docs/ir.md).

#include <optional>
#include <string>
#include <string_view>

#include "runtime/ir/ir.h"

namespace merit::ir {

/// How deep expressions may be nested: what every walk over them, here and in the evaluators, can bear.
inline constexpr uint32_t max_depth = 1'000;

/// The program as text, the same for the same program; its nodes are numbered (number_nodes). One line for
/// each column and each other declaration. Bytes of a module's text that are not UTF-8 are written as U+FFFD.
std::string to_json(const Program& program);

/// Reads and verifies. On any damage (not JSON, a newer version, a missing, unknown or mistyped member, an
/// index out of range, a type that does not fit) returns nothing and says in `diagnostics` (I codes) what is
/// wrong and where in the file; `name` is what the messages call the file.
std::optional<Program> from_json(std::string_view json, std::string_view name, Diagnostics& diagnostics);

/// The rules that every program keeps, whoever made it: indices in range, operand counts and types, variables
/// bound, no cycle of columns, keys present. Returns the first violation as a sentence with the node's name;
/// empty when sound.
std::string verify(const Program& program);

}  // namespace merit::ir
