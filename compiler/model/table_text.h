#pragma once
// What the cells of a table say before their types are known: headers, keys, and whether a row is whole.

#include <optional>
#include <string>
#include <vector>

#include "compiler/syntax/ast.h"

namespace merit::model {

/// How the cells of a column are read along the range of their row.
enum class ScaleKind : uint8_t {
  none,
  linear,    ///< `3.0% to 2.7%`: from the one to the other over the range
  marginal,  ///< each band pays its own rate on the part of the key inside it
};

/// A header cell: `[key] [linear|marginal] NAME [: TYPE[?]]`; the word may also follow the name.
struct HeaderCell {
  bool key = false;
  ScaleKind scale = ScaleKind::none;
  ast::Name name;
  std::optional<ast::TypeName> type;
};

HeaderCell header_cell(const ast::Cellule& cell);

/// Reports a row that has more or fewer cells than its header (G104). Is it whole?
bool check_width(const ast::TableText& table, const std::vector<ast::Cellule>& row, Diagnostics& diagnostics);

/// From the first cell to the last.
Span row_span(const std::vector<ast::Cellule>& row);

}  // namespace merit::model
