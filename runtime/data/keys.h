#pragma once
// Keys of rows: their order, and tables that find a row by its key.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runtime/data/vector.h"

namespace merit::data {

/// The rows in order of their keys: texts bytewise, numbers by value, links by row, then the next key. No key
/// is missing.
std::vector<uint32_t> key_order(std::span<const Vector* const> keys, uint32_t rows, const TextPool& pool);

/// The cells of a vector in another order: cell i of the result is cell order[i].
void reorder(Vector& vector, const std::vector<uint32_t>& order);

/// One 64-bit word for a cell: equal words for equal values of one kind, whatever the physical form. Texts,
/// and numbers that are not whole, are interned.
uint64_t key_code(const Vector& vector, uint32_t row, TextPool& pool);
/// The same for a value; nothing when no stored key can be equal to it (a text never seen). Adds nothing to
/// the pool.
std::optional<uint64_t> key_code(const Value& value, const TextPool& pool);

/// Finds the number of a key of `width` words.
class KeyTable {
 public:
  static constexpr uint32_t absent = 0xffffffffU;

  explicit KeyTable(size_t width, size_t expected = 0);

  size_t width() const { return width_; }

  /// How many keys there are; they are numbered from 0 in the order of their adding.
  uint32_t size() const { return static_cast<uint32_t>(codes_.size() / width_); }

  /// The number of the key, which is added when it is new.
  uint32_t add(const uint64_t* key);
  /// absent when it is not there.
  uint32_t find(const uint64_t* key) const;

 private:
  uint64_t hash(const uint64_t* key) const;
  bool equal(uint32_t number, const uint64_t* key) const;
  void grow(size_t capacity);

  size_t width_;
  std::vector<uint64_t> codes_;  // width_ words a key
  std::vector<uint32_t> slots_;  // number + 1; 0 is free
  size_t mask_ = 0;
};

}  // namespace merit::data
