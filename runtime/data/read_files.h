#pragma once
// Reads all files of a plan, in parallel over files and over pieces of large ones.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "runtime/data/code_systems.h"
#include "runtime/data/csv.h"
#include "runtime/data/dataset.h"
#include "runtime/data/file_text.h"
#include "runtime/data/load_plan.h"
#include "runtime/diagnostics/diagnostic.h"

namespace merit::data {

/// A cell that could not be read.
struct CellProblem {
  uint32_t record = 0;
  uint32_t read = 0;  ///< in FilePlan::reads
  CellFault fault = CellFault::none;
  Cell cell;
  std::string text = {};  ///< of a resource: what was found there
};

/// A line that is no row, whatever is read of it.
struct RecordProblem {
  uint32_t record = 0;
  bool stray_quote = false;  ///< else the number of cells is wrong
  size_t cells = 0;
};

struct FileData {
  const FilePlan* plan = nullptr;
  std::string name;  ///< as found
  std::string sha256;
  FileText content;
  std::vector<std::string> header;
  std::vector<uint32_t> columns;  ///< in the file, one a read; ir::none: the file lacks it, and may

  std::vector<uint64_t> object_lines;  ///< JSON: where each object begins

  uint32_t records = 0;
  std::vector<uint64_t> lines;  ///< of each record
  std::vector<Vector> reads;    ///< one a read; without cells when the file lacks the column
  std::vector<CellProblem> cell_problems;
  std::vector<RecordProblem> record_problems;

  // Of resources alone, which come from many files.
  struct Stretch {
    uint32_t first = 0;  ///< from this record on ...
    uint32_t file = 0;   ///< ... they are from this one of `names`
  };

  uint32_t owner = ir::none;       ///< the file whose records those of this one belong to
  std::vector<uint32_t> owners;    ///< of each record: the record of that file
  std::vector<uint64_t> contents;  ///< of each record: equal for equal resources; empty: nobody compares them
  std::vector<Stretch> stretches;
  std::shared_ptr<const std::vector<std::string>> names;
  /// By entity: the ids (numbers of texts) of resources that are there and give no row of it. A reference to
  /// one of them leads somewhere, only not to this entity.
  using PassedBy = std::unordered_map<uint32_t, std::unordered_set<uint32_t>>;
  std::shared_ptr<const PassedBy> passed_by;

  /// In which file a record stands, by name, and for sorting by number.
  const std::string& name_of(uint32_t record) const { return names ? (*names)[number_of(record)] : name; }

  uint32_t number_of(uint32_t record) const;
  DataPlace place(uint32_t record, uint32_t read = ir::none) const;
};

struct ReadOptions {
  std::filesystem::path directory;
  unsigned threads = 1;
  size_t piece_size = 0;                 ///< 0: by the file's size
  const CodeSystems* systems = nullptr;  ///< of resources: spellings that are to be told; null: none
  std::unordered_set<std::string> row_files = {};  ///< files of rows by name: none of them holds resources
};

/// What makes a file unusable goes to `diagnostics`; the rest into the files.
std::vector<FileData> read_files(const std::vector<FilePlan>& plans, const ReadOptions& options,
                                 TextPool& pool, Diagnostics& diagnostics);

}  // namespace merit::data
