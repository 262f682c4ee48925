#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/data/dataset.h"

namespace merit {

/// Makes the data set of a test from the rows that it gives.
class TestData {
 public:
  /// `value_sets`: null for what the program itself says of them.
  TestData(const ir::Program& program, const ir::Test& test,
           std::shared_ptr<const ValueSets> value_sets = nullptr);

  std::shared_ptr<const Dataset> dataset() const { return dataset_; }

  /// What is wrong with the rows as given (two cells that contradict each other); the test fails with it.
  struct Problem {
    Span span;
    std::string message;
  };

  const std::vector<Problem>& problems() const { return problems_; }

  /// The row of an entity of data that a cell names by its key.
  std::optional<uint32_t> linked_row(uint32_t entity, const ir::TestCell& cell) const;

 private:
  struct Rows {
    std::unordered_map<std::string, uint32_t> by_key;  // in order of appearance
    std::vector<std::unordered_map<uint32_t, Value>>
        cells;                     // by column; links to data as the key of their row
    std::vector<uint32_t> sorted;  // place in the data set of each row
    bool placed = false;
  };

  void take(const ir::TestRows& rows);
  /// What stands for a row of data in the cells of another: its key, or, where that has several parts, the
  /// text that they make. Takes from `parts` what belongs to it. A row that is named exists: it is added,
  /// where `add_to` is given.
  Value row_key(uint32_t entity, std::span<const Value>& parts, std::vector<Rows>* add_to) const;
  std::optional<uint32_t> row_of_key(uint32_t entity, const Value& key) const;
  std::string key_of(uint32_t entity, const std::unordered_map<uint32_t, Value>& cells) const;
  bool links_to_data(const ir::Column& column) const;
  Value resolved(const ir::Column& column, const Value& value) const;
  void place(uint32_t entity, uint32_t depth);
  void fill(uint32_t entity);

  const ir::Program& program_;
  std::shared_ptr<Dataset> dataset_;
  std::vector<Rows> rows_;  // by entity
  std::vector<Problem> problems_;
};

}  // namespace merit
