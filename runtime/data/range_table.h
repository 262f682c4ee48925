#pragma once
// Tables whose keys hold ranges: the row whose ranges hold a value.

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/data/keys.h"
#include "runtime/ir/ir.h"

namespace merit::data {

/// Finds the row of a table by keys of which some are ranges. No two rows hold the same (the compiler sees to
/// it); where they do, the first row by its low end is found.
class RangeTable {
 public:
  /// One key of the table: its cells, or its ranges. Both live as long as the table.
  struct Key {
    const Vector* plain = nullptr;
    const ir::KeyRanges* ranges = nullptr;
  };

  RangeTable(std::vector<Key> keys, uint32_t rows, TextPool& pool);

  /// `key`: one known value a key.
  std::optional<uint32_t> find(const std::vector<Value>& key, const TextPool& pool) const;

 private:
  std::vector<Key> keys_;
  size_t first_range_ = 0;                   // among the keys
  size_t ranges_ = 0;                        // how many keys hold ranges
  KeyTable plain_;                           // the plain keys' values, numbered
  std::vector<std::vector<uint32_t>> rows_;  // by that number; by the first range's low end
};

}  // namespace merit::data
