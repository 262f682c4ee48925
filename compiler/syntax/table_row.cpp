#include "compiler/syntax/table_row.h"

#include "compiler/syntax/scanner.h"

namespace merit {

std::vector<ast::Cellule> split_row(std::string_view row, uint32_t file, uint32_t begin) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  std::vector<ast::Cellule> cells;
  for (size_t at = 1; at < row.size();) {
    size_t from = at;
    while (from < row.size() && is_blank(row[from])) ++from;
    size_t bar = from;
    if (from < row.size() && row[from] == '"') {
      ++bar;
      while (bar < row.size() && row[bar] != '"') bar += row[bar] == '\\' && bar + 1 < row.size() ? 2 : 1;
    }
    while (bar < row.size() && row[bar] != '|') ++bar;
    size_t to = std::min(bar, row.size());
    while (to > from && is_blank(row[to - 1])) --to;
    ast::Cellule cell;
    cell.quoted = to - from >= 2 && row[from] == '"' && row[to - 1] == '"';
    cell.text = cell.quoted ? unescape(row.substr(from + 1, to - from - 2))
                            : std::string(row.substr(from, to - from));
    cell.span = {file, begin + static_cast<uint32_t>(from), begin + static_cast<uint32_t>(to)};
    cells.push_back(std::move(cell));
    at = bar + 1;
  }
  return cells;
}

}  // namespace merit
