#pragma once
// Rows of tables: `| a | b |` to cells.

#include <string_view>
#include <vector>

#include "compiler/syntax/ast.h"

namespace merit {

/// The cells of a row that begins and ends with `|`; `begin` is its place in the file. A cell in quotes may
/// hold `|`; its escapes are resolved.
std::vector<ast::Cellule> split_row(std::string_view row, uint32_t file, uint32_t begin);

}  // namespace merit
