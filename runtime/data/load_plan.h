#pragma once
// What is to be read from which file: the sources of a program, with `for each` written out and every column
// of a file that is read in one way listed once.

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "runtime/data/cell_reader.h"
#include "runtime/data/evaluation.h"
#include "runtime/diagnostics/diagnostic.h"
#include "runtime/ir/ir.h"

namespace merit::data {

/// One column of a file, read in one way.
struct ColumnRead {
  std::string header;
  CellType type;
  Span span;              ///< who asks for it
  bool optional = false;  ///< the file may lack the column
  uint32_t field = 0;     ///< the column of the program that it fills, for messages
};

/// Where the values of one field come from.
struct Fill {
  static constexpr uint32_t constant = 0xffffffffU;
  static constexpr uint32_t owner = 0xfffffffeU;  ///< the row that the record belongs to, in another file

  uint32_t column = 0;       ///< of the program
  uint32_t read = constant;  ///< in FilePlan::reads
  Value value;               ///< constant: the same for all rows
  Span span;

  bool is_read() const { return read < owner; }
};

/// The rows that one block gives for one row of its `for each` table, or for none: one for each line of the
/// file.
struct Contribution {
  uint32_t entity = 0;
  uint32_t block = 0;    ///< number of the block over all sources: contributions of one block share it
  uint32_t variant = 0;  ///< which of the block's contributions this is
  bool repeats = false;  ///< a key may come again: the file is of a finer grain
  std::vector<Fill> fills;
};

struct FilePlan {
  std::string name;
  bool optional = false;      ///< may be absent: every source of it says so
  bool json = false;          ///< its records are objects, its headers paths (json_rows.h)
  uint32_t header_first = 1;  ///< rows of the file, counted from 1, that together name the columns
  uint32_t header_last = 1;
  uint32_t data_from = 2;  ///< the first row of data
  std::vector<ColumnRead> reads = {};
  std::vector<Contribution> contributions = {};
};

/// Problems in what the sources ask of tables go to `diagnostics` (code D040).
std::vector<FilePlan> plan_load(const ir::Program& program, const std::unordered_set<uint32_t>* needed,
                                Evaluation& tables, Diagnostics& diagnostics);

/// The type that the cells of a column have in a file: for a link that of its target's key. Nothing when that
/// key has several parts, or is not given by data or a table.
const ir::Column* cell_column(const ir::Program& program, const ir::Column& column);

}  // namespace merit::data
