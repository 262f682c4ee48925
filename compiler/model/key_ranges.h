#pragma once
// Keys of tables that are ranges: how their cells are read, and that together they leave no gap and no
// overlap.

#include <optional>
#include <string>
#include <vector>

#include "compiler/syntax/ast.h"
#include "runtime/ir/ir.h"
#include "runtime/values/currency.h"

namespace merit::model {

/// One cell: `10_000 to 14_999`, `3.0% to below 5.0%`, `over a to b`, `60_000 or more`, `2022-07-01 or
/// later`, `under 5%`, `2013-03-31 or earlier`, `over 95%`, or one value, which is the range of itself. Its
/// ends are also kept as written.
struct RangeCell {
  ir::KeyRange range;
  std::string low;
  std::string high;
  bool single = false;
};

/// Nothing when the text is no range of such values; `kind` is integer, number, money or date.
std::optional<RangeCell> read_range(std::string_view text, ir::TypeKind kind, const Currency& currency);

/// What the cells of a key column are ranges of, by most of them; nothing when none is a range.
std::optional<ir::TypeKind> ranges_of(const std::vector<const ast::Cellule*>& cells,
                                      const Currency& currency);

/// One end of a range as a number: its value, its amount, its day.
Number end_number(const Value& end);

/// The first and the last value that a range of whole numbers or days holds, where it is not open.
std::optional<Number> first_held(const ir::KeyRange& range, ir::TypeKind kind);
std::optional<Number> last_held(const ir::KeyRange& range, ir::TypeKind kind);

/// Does nothing fit between two numbers of this kind that follow each other?
bool is_discrete(ir::TypeKind kind);

/// A row whose ranges are compared with the others'.
struct RangeRow {
  const RangeCell* range;
  std::string text;  ///< the cell
  Span span;
};

/// Reports gaps between ranges (G112) and overlaps (G113); `rows` are those whose other keys are equal.
/// Returns them by their low ends; nothing when something was reported.
std::vector<RangeRow> check_ranges(std::vector<RangeRow> rows, ir::TypeKind kind, const std::string& table,
                                   Diagnostics& diagnostics);

/// Do the ranges, in order and without gaps, hold every value?
bool hold_everything(const std::vector<RangeRow>& sorted);

}  // namespace merit::model
