#pragma once
// From columns of files to rows of entities: equal keys become one row, links become rows, and what does not
// hold is set aside.

#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "runtime/data/dataset.h"
#include "runtime/data/keys.h"
#include "runtime/data/load_problems.h"
#include "runtime/data/read_files.h"

namespace merit::data {

/// What one contribution gives: rows of `file`, each to a group, which becomes one row of the entity.
struct Input {
  uint32_t file = 0;
  const Contribution* contribution = nullptr;
  std::vector<uint32_t> groups;  ///< of each record; KeyTable::absent: none, the record has no key
  std::vector<uint8_t> bad;      ///< of each record: has a cell that cannot be read; empty: none has
};

struct RecordPlace {
  uint32_t input = 0;
  uint32_t record = 0;
};

struct EntityRows {
  uint32_t entity = 0;
  std::vector<Input> inputs;
  std::unique_ptr<KeyTable> keys;
  uint32_t groups = 0;
  uint64_t without_key = 0;            ///< records that gave no row
  std::vector<uint8_t> bad;            ///< of each group
  std::unordered_set<uint32_t> twice;  ///< groups that were said to come twice
  std::vector<RecordPlace> latest;     ///< of each group: a record that gave it
  std::unordered_map<uint32_t, Vector>
      columns;  ///< by column of the program; a cell a group; links to data hold groups
};

class Merge {
 public:
  /// `dataset` has the tables. `threads` at most are used.
  Merge(const ir::Program& program, const std::vector<FileData>& files, Dataset& dataset, unsigned threads,
        const std::unordered_set<uint32_t>* needed);

  /// Finds the rows and what is wrong with them; errors of the sources themselves go to `diagnostics`.
  void run(Diagnostics& diagnostics);
  /// What links to a row that is bad is bad too. For loads that go on; one that stops names the causes alone.
  void set_aside_dependents();
  /// Puts the good rows into the data set.
  void finish();

  std::vector<Problem>& problems() { return problems_; }

  /// Optional references of resources that lead nowhere: their rows are not set aside.
  uint64_t loose_references() const { return loose_references_; }

  /// Rows set aside, one number an entity.
  std::vector<uint64_t> set_aside() const;

 private:
  void collect_inputs();
  void read_problems();
  void group(EntityRows& rows);
  void merge_columns(Diagnostics& diagnostics);
  Vector merge_column(EntityRows& rows, uint32_t column, std::vector<uint32_t>& bad,
                      std::vector<Problem>& problems);
  void scatter(EntityRows& rows, uint32_t column,
               const std::vector<std::pair<uint32_t, const Vector*>>& parts, Vector& target,
               std::vector<uint32_t>& bad, std::vector<Problem>& problems);
  std::vector<uint32_t> order_rows(EntityRows& rows);
  void add_origins(const EntityRows& rows, const std::vector<uint32_t>& new_rows, uint32_t count);

  bool wanted(uint32_t column) const { return needed_ == nullptr || needed_->contains(column); }

  const Fill* fill_of(const Input& input, uint32_t column) const;
  /// The cells that fill the column; a single one when all records have the same.
  const Vector& cells_of(const Input& input, const Fill& fill);
  const Vector& owner_cells(const Input& input, const Fill& fill);
  const Input& owner_of(const Input& input, const Fill& fill) const;
  void two_resources(const Input& input, uint32_t record, const Input& earlier, uint32_t before);
  const Vector& links(uint32_t file, uint32_t read, uint32_t column);
  const Vector& constant_cells(uint32_t file, const Fill& fill);
  Vector resolve(uint32_t target, const Vector& scalars);
  void leave_out_passed_by(uint32_t file, uint32_t target, const Vector& scalars, Vector& rows) const;
  void loosen(Vector& rows);
  KeyTable& key_table(uint32_t entity);
  std::string key_text(const Input& input, uint32_t record) const;
  Problem problem_at(const Input& input, uint32_t record, const Fill* fill) const;
  void dangling(uint32_t file, uint32_t read, uint32_t column, const Vector& scalars, const Vector& rows);
  RecordPlace find_giver(const EntityRows& rows, uint32_t column, uint32_t group, RecordPlace other) const;

  const ir::Program& program_;
  const std::vector<FileData>& files_;
  Dataset& dataset_;
  unsigned threads_;
  const std::unordered_set<uint32_t>* needed_;
  std::vector<uint32_t> order_;                        // entities, those that keys link to first
  std::vector<std::unique_ptr<EntityRows>> entities_;  // by entity; null: not data
  std::vector<std::unique_ptr<KeyTable>> table_keys_;  // by entity; of tables, made when asked for
  std::map<std::tuple<uint32_t, uint32_t, uint32_t>, std::unique_ptr<Vector>> links_;  // file, read, target
  std::map<const Fill*, std::unique_ptr<Vector>> constants_;
  std::vector<std::vector<uint8_t>> dropped_;  // by file and record; empty: no line of it is no row
  std::vector<Problem> problems_;
  uint64_t loose_references_ = 0;
};

}  // namespace merit::data
