#pragma once
// From what was found in resources to rows: the columns of the blocks of a plan.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/data/fhir_document.h"
#include "runtime/data/read_files.h"

namespace merit::data {

/// A line, or a resource in it, of which nothing is taken.
struct FhirProblem {
  uint32_t file = 0;   ///< number of the file
  uint64_t place = 0;  ///< line and entry, as FileData::lines has them
  FhirDamage damage;
};

/// The rows of one block from one piece of a file.
struct FhirRows {
  std::vector<uint64_t> lines;
  std::vector<FileData::Stretch> stretches;  ///< in which of the files of the piece they stand
  std::vector<uint32_t> owners;
  std::vector<uint64_t> contents;
  std::vector<Vector> reads;
  std::vector<CellProblem> problems;
};

struct FhirPiece {
  std::vector<FhirRows> blocks;  ///< as in the plan
  std::vector<FhirProblem> problems;
  /// By type of resource: the ids (numbers of texts) of those that a source passes by, and links may name.
  std::vector<std::vector<uint32_t>> passed_by;
  /// By type of resource: how many of each its sources let through.
  std::vector<std::vector<uint64_t>> let_through;
  std::vector<uint64_t> of_type;  ///< by type of resource: how many there were
  uint64_t lines = 0;
  uint64_t resources = 0;
};

/// How the texts of each block's columns are read; shared by all threads.
using FhirFormats = std::vector<std::vector<CellFormat>>;

class FhirRowReader {
 public:
  FhirRowReader(const FhirPlan& plan, const FhirFormats& formats, TextPool& pool, const CodeSystems* systems);

  /// What follows stands in this file.
  void begin_file(uint32_t number) { file_ = number; }

  uint64_t resources() const { return resources_; }

  /// One document. `text` is followed by at least SIMDJSON_PADDING readable bytes within `capacity`.
  void read(std::string_view text, size_t capacity, uint64_t line, bool several_lines);

  FhirPiece take(uint64_t lines);

 private:
  struct Block {
    std::vector<CellReader> columns;
    FhirRows rows;
    uint32_t cursor = 0;  // in the frames of the resource
  };

  struct Found {
    /// ready: the text as the column keeps it; number: `number_`
    enum class State : uint8_t { missing, known, ready, number, wrong } state = State::missing;
    CellFault fault = CellFault::none;
    std::string_view text = {};
  };

  void rows_of(const FhirEntry& entry, uint64_t place);
  void begin(uint32_t number, uint32_t frame);
  void block(uint32_t number, const FhirEntry& entry, uint32_t around, uint32_t owner, uint64_t place);
  void row(uint32_t number, const FhirEntry& entry, uint32_t frame, uint32_t owner, uint64_t place);
  const FhirFrame& outward(const FhirTake& take, uint32_t frame) const;
  bool holds(const FhirTake& take, uint32_t frame) const;
  Found value(const FhirTake& take, const FhirEntry& entry, uint32_t frame);
  Found scalar(const FhirTake& take, const FhirSlot& slot);
  Found codes(const FhirSlot& slot);
  Found quantity(const FhirTake& take, const FhirSlot& slot);
  Found period(const FhirTake& take, const FhirSlot& slot);
  Found reference(const FhirTake& take, const FhirSlot& slot);
  Found wrong_kind(const FhirItem& item, std::string_view wanted);
  Found written(std::string text);
  /// The id that a reference names; empty: it is not to one of the types.
  std::string_view resolve(std::string_view reference, const std::vector<std::string>& types);
  const FhirEntry* entry_at(std::string_view url);

  const FhirPlan& plan_;
  TextPool& pool_;
  const CodeSystems* systems_;
  std::string usual_system_;  // the latest that is spelt as the value sets do, or is none of theirs
  FhirDocument document_;
  std::vector<Block> blocks_;
  std::vector<FhirProblem> problems_;
  std::vector<std::vector<uint32_t>> passed_by_;
  std::vector<std::vector<uint64_t>> let_through_;
  std::vector<uint64_t> of_type_;
  uint64_t resources_ = 0;
  uint32_t file_ = 0;
  std::string scratch_;
  Number number_;
  std::string reason_;  // of a number that is missing
  std::vector<std::string> codings_;
  std::unordered_map<std::string_view, uint32_t> urls_;  // of the document; made when asked for
  bool urls_made_ = false;
};

}  // namespace merit::data
