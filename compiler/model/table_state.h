#pragma once
// A table in the text while its columns are declared. Only for declare_tables.cpp and declare_ranges.cpp.

#include <optional>
#include <vector>

#include "compiler/model/declarer.h"
#include "compiler/model/key_ranges.h"
#include "compiler/model/table_text.h"

namespace merit::model {

struct Declarer::TableState {
  /// A key that holds ranges.
  struct Ranges {
    ir::TypeKind kind = ir::TypeKind::number;
    std::vector<RangeCell> cells;  // one a row of `rows`
    bool broken = false;           // a cell was refused
  };

  const ast::Table* node = nullptr;
  uint32_t entity = ir::none;
  std::vector<uint32_t> columns;                       // by position; none: the header cell was refused
  std::vector<size_t> keys;                            // positions
  std::vector<std::optional<Ranges>> ranges;           // by position
  std::vector<ScaleKind> scales;                       // by position
  std::vector<ir::Type> scaled;                        // by position: the type of the values of a scale
  std::vector<const std::vector<ast::Cellule>*> rows;  // the whole ones
  std::vector<uint32_t> band_before;  // by row: the row whose range lies below, none: the first
  bool keys_read = false;
  bool ranges_sound = false;  // no gap, no overlap
};

}  // namespace merit::model
