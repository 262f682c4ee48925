#include "compiler/model/table_text.h"

#include <utility>

namespace merit::model {

namespace {

/// The part [begin, end) of a cell's text, without blanks around it, as a name with its place.
ast::Name part(const ast::Cellule& cell, size_t begin, size_t end) {
  while (begin < end && cell.text[begin] == ' ') ++begin;
  while (end > begin && cell.text[end - 1] == ' ') --end;
  const auto at = [&](size_t offset) { return cell.span.begin + static_cast<uint32_t>(offset); };
  return ast::Name{cell.text.substr(begin, end - begin), Span{cell.span.file, at(begin), at(end)}};
}

/// Where a part of a cell begins in the cell's text.
size_t begin_of(const ast::Name& name, const ast::Cellule& cell) {
  return name.span.begin - cell.span.begin;
}

std::string count_of_cells(size_t count) {
  return std::to_string(count) + (count == 1 ? " cell" : " cells");
}

}  // namespace

HeaderCell header_cell(const ast::Cellule& cell) {
  HeaderCell result;
  const std::string& text = cell.text;
  size_t begin = 0;
  if (text.starts_with("key ")) {
    result.key = true;
    begin = 4;
  }
  const size_t colon = text.find(':');
  result.name = part(cell, begin, colon == std::string::npos ? text.size() : colon);
  for (const auto& [word, kind] : {std::pair(std::string("linear"), ScaleKind::linear),
                                   std::pair(std::string("marginal"), ScaleKind::marginal)}) {
    const size_t end = begin_of(result.name, cell) + result.name.text.size();
    if (result.name.text.starts_with(word + " ")) {
      result.scale = kind;
      result.name = part(cell, end - result.name.text.size() + word.size(), end);
    } else if (result.name.text.ends_with(" " + word)) {
      result.scale = kind;
      result.name = part(cell, end - result.name.text.size(), end - word.size());
    }
  }
  if (colon != std::string::npos) {
    ast::TypeName type;
    type.name = part(cell, colon + 1, text.size());
    type.span = type.name.span;
    if (type.name.text.ends_with('?')) {
      type.optional = true;
      type.name.text.pop_back();
      --type.name.span.end;
    }
    result.type = std::move(type);
  }
  return result;
}

bool check_width(const ast::TableText& table, const std::vector<ast::Cellule>& row,
                 Diagnostics& diagnostics) {
  if (row.size() == table.header.size()) return true;
  const bool more = row.size() > table.header.size();
  diagnostics.error("G104", row_span(row),
                    "This row has " + count_of_cells(row.size()) + "; the table's header has " +
                        std::to_string(table.header.size()) + ".",
                    more ? "Take out a cell, or add a column to the header."
                         : "Leave a cell that has nothing to say empty: `|   |`.");
  return false;
}

Span row_span(const std::vector<ast::Cellule>& row) {
  if (row.empty()) return {};
  return Span{row.front().span.file, row.front().span.begin, row.back().span.end};
}

}  // namespace merit::model
