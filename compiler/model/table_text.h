#pragma once
// What the cells of a table say before their types are known: headers, keys, and whether a row is whole.

#include <optional>
#include <string>
#include <vector>

#include "compiler/syntax/ast.h"

namespace merit::model {

/// A header cell: `[key] NAME [: TYPE[?]]`.
struct HeaderCell {
  bool key = false;
  ast::Name name;
  std::optional<ast::TypeName> type;
};

HeaderCell header_cell(const ast::Cellule& cell);

/// Reports a row that has more or fewer cells than its header (G104). Is it whole?
bool check_width(const ast::TableText& table, const std::vector<ast::Cellule>& row, Diagnostics& diagnostics);

/// From the first cell to the last.
Span row_span(const std::vector<ast::Cellule>& row);

}  // namespace merit::model
