#pragma once
// Reads all files of a plan, in parallel over files and over pieces of large ones.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/data/csv.h"
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

  uint32_t records = 0;
  std::vector<uint64_t> lines;  ///< of each record
  std::vector<Vector> reads;    ///< one a read; without cells when the file lacks the column
  std::vector<CellProblem> cell_problems;
  std::vector<RecordProblem> record_problems;
};

struct ReadOptions {
  std::filesystem::path directory;
  unsigned threads = 1;
  size_t piece_size = 0;  ///< 0: by the file's size
};

/// What makes a file unusable goes to `diagnostics`; the rest into the files.
std::vector<FileData> read_files(const std::vector<FilePlan>& plans, const ReadOptions& options,
                                 TextPool& pool, Diagnostics& diagnostics);

}  // namespace merit::data
