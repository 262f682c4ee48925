#pragma once
// The facts of one run: for every entity that is data its rows (sorted by key), its stored columns, and for
// every link an index.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/data/value_sets.h"
#include "runtime/data/vector.h"
#include "runtime/ir/ir.h"

namespace merit {

/// What a cell of this type is in memory. Not for collections, which are no columns in memory.
ValueKind value_kind(const ir::Type& type);

/// One link column turned round: the rows that point to a target, in row order (compressed sparse rows).
struct ReverseIndex {
  std::vector<uint32_t> offsets;  ///< size targets + 1
  std::vector<uint32_t> members;  ///< child rows
};

ReverseIndex make_reverse_index(const Vector& link, uint32_t targets);

/// Where a stored cell came from, for explanations.
struct CellPlace {
  std::string file;
  uint64_t line = 0;   ///< one-based
  std::string column;  ///< header
};

/// A line, and within it the entry of a Bundle (from 1; 0: none), in one word.
inline constexpr uint32_t entry_shift = 40;

inline uint64_t line_of(uint64_t place) {
  return place & ((uint64_t{1} << entry_shift) - 1);
}

/// "Condition.code", "Condition.code, entry 4"
std::string element_text(const std::string& header, uint64_t place);

/// Copies share their content. Reading is safe from any number of threads; set_rows and add_origin are for
/// the time before. The program must outlive the data set.
class Dataset {
 public:
  /// An empty data set of a program: tables and enumerations have their rows, data entities none.
  Dataset(const ir::Program& program, std::shared_ptr<TextPool> pool);

  const ir::Program& program() const;
  TextPool& pool() const;
  std::shared_ptr<TextPool> shared_pool() const;

  /// The program's value sets; before set_value_sets with what the program itself says of them.
  const ValueSets& value_sets() const;
  void set_value_sets(std::shared_ptr<const ValueSets> sets);

  /// Rows of an entity of kind program (1), table or data. Groups and pairs are known to the evaluators
  /// alone.
  uint32_t rows(uint32_t entity) const;
  /// A stored or constant column. Throws std::logic_error for a column that was not loaded, or is computed.
  const Vector& column(uint32_t column) const;
  /// The reverse index of a stored or constant link column; made at first use, thread-safe.
  const ReverseIndex& reverse(uint32_t link_column) const;
  /// The row with this key (one Value a key column; links as rows); nothing when there is none.
  std::optional<uint32_t> find(uint32_t entity, const std::vector<Value>& key) const;
  /// "010001" or "010001, MORT-30-AMI" -- the key as text, for messages, reports and the command line.
  std::string key_text(uint32_t entity, uint32_t row) const;
  /// Where a stored cell came from; without a file when nobody said (rows of a test).
  CellPlace place(uint32_t column, uint32_t row) const;

  /// Sets the rows of one data entity: vectors for all its stored columns (key columns included; links
  /// already rows of their targets), in any order. Sorts by key. Two rows with one key are the caller's to
  /// refuse. Returns the permutation (new row -> given row).
  std::vector<uint32_t> set_rows(uint32_t entity, uint32_t rows,
                                 std::unordered_map<uint32_t, Vector> columns);

  /// How place() finds a cell: the line of each row in one file (0: the row is not from this file) and its
  /// header. When a block of a source gives several rows a line, each from other headers, `variants` says
  /// which of the headers is a row's.
  struct Origin {
    std::string file;
    std::vector<std::string> headers;
    std::shared_ptr<const std::vector<uint64_t>> lines;
    std::shared_ptr<const std::vector<uint32_t>> variants;  ///< null: the first header
    /// Of resources, which come from many files: their names, and the one of each row. Null: `file`.
    std::shared_ptr<const std::vector<std::string>> files = nullptr;
    std::shared_ptr<const std::vector<uint32_t>> file_of = nullptr;
  };

  void add_origin(uint32_t column, Origin origin);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// A cell in full, as data files have it: rows by their key, numbers exact, booleans yes or no, nothing for
/// missing.
std::string cell_text(const Dataset& dataset, const ir::Type& type, const Value& value);

}  // namespace merit
