#pragma once
// Reads a program's facts from CSV files (RFC 4180, UTF-8, plain or gzip) and from FHIR R4 resources (JSON:
// NDJSON or Bundles, plain or gzip), as its sources say.
//
// A row of an entity comes from all blocks that name its key: what one of them leaves out another may give,
// and what two of them give must be the same. An entity without a source is read from <entity>.csv, its
// fields' names being the headers; only optional fields may have no column there. A key that comes twice
// within one block is refused, unless another block of the same source fills an entity that links to this
// one: then the file's lines are of that finer grain, and repeat their owner.
//
// Files that cannot be used as a whole (not there, not readable, damaged gzip, not UTF-8, a header missing, a
// quote never closed, a cell over 16 MiB or a line over 64 MiB) always stop the load. Within a file the unit
// of what is bad is the row of an entity: an unreadable cell, a key that is empty or comes twice, files that
// disagree, a required field that is missing, a link to nothing. BadData decides what becomes of it.
//
// Of FHIR the unit is a line or a whole file where its JSON is damaged, a resource where that is (no type,
// too large, an element twice), else the row. A reference that leads nowhere is told like the rest; a load
// that goes on keeps its row where the link may be missing. Resources that say the same twice are one row;
// such with one id and different content are bad.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "runtime/data/dataset.h"
#include "runtime/data/evaluation.h"
#include "runtime/diagnostics/diagnostic.h"
#include "runtime/ir/ir.h"

namespace merit {

enum class BadData : uint8_t {
  stop,    ///< any bad row stops the load; the first 20 problems are listed, the rest counted
  skip,    ///< bad rows, and rows that link to them, are set aside and counted
  report,  ///< as skip, and every problem is listed in LoadResult::problems
};

struct LoadOptions {
  std::filesystem::path directory;  ///< where the data files are
  BadData bad_data = BadData::stop;
  unsigned threads = 0;  ///< 0: as many as the machine has
  /// The stored columns to read; null: all. Keys are always read. A stored column not read is not in the data
  /// set.
  const std::unordered_set<uint32_t>* needed_columns = nullptr;
  /// The code systems of the program's value sets: a coding of a resource with another spelling of one of
  /// them is bad data. Null: nobody asks.
  const std::unordered_set<std::string>* code_systems = nullptr;
};

struct LoadedFile {
  std::string name;    ///< as found below the directory: "hospitals.csv.gz"
  std::string sha256;  ///< of the file as it is on disk
  uint64_t bytes = 0;  ///< on disk
  uint64_t rows = 0;   ///< lines of data, the header not counted; resources
};

/// Why a row was set aside.
struct BadRow {
  uint32_t entity = ir::none;
  std::string key;  ///< empty when the key itself could not be read
  DataPlace place;
  std::string code;
  std::string message;
};

struct LoadResult {
  std::shared_ptr<Dataset> dataset;  ///< null when the load stopped: the reasons are in the diagnostics
  std::vector<LoadedFile> files;
  std::vector<uint64_t> set_aside;  ///< rows set aside, one number an entity of the program
  std::vector<BadRow> problems;     ///< BadData::report
};

/// Reads all data entities of the program. `tables` answers for the columns of tables that sources use
/// (filters of `for each`, texts in headers). Problems go to `diagnostics` (codes D), in order of file and
/// line.
LoadResult load_data(const ir::Program& program, const LoadOptions& options, Evaluation& tables,
                     std::shared_ptr<TextPool> pool, Diagnostics& diagnostics);

}  // namespace merit
