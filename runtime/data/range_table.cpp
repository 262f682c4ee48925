#include "runtime/data/range_table.h"

#include <algorithm>

namespace merit::data {

RangeTable::RangeTable(std::vector<Key> keys, uint32_t rows, TextPool& pool)
    : keys_(std::move(keys)), plain_(keys_.size(), rows) {
  for (size_t k = keys_.size(); k-- > 0;) {
    if (keys_[k].ranges == nullptr) continue;
    first_range_ = k;
    ++ranges_;
  }
  std::vector<uint64_t> codes(keys_.size(), 0);
  for (uint32_t row = 0; row < rows; ++row) {
    for (size_t k = 0; k < keys_.size(); ++k) {
      if (keys_[k].plain != nullptr) codes[k] = key_code(*keys_[k].plain, row, pool);
    }
    const uint32_t number = plain_.add(codes.data());
    if (number == rows_.size()) rows_.emplace_back();
    rows_[number].push_back(row);
  }
  const std::vector<ir::KeyRange>& ranges = keys_[first_range_].ranges->rows;
  for (std::vector<uint32_t>& group : rows_) {
    std::stable_sort(group.begin(), group.end(), [&](uint32_t a, uint32_t b) {
      const Value& low = ranges[a].low;
      const Value& other = ranges[b].low;
      if (low.is_missing() || other.is_missing()) return low.is_missing() && !other.is_missing();
      const auto order = compare_values(low, other);
      return order != 0 ? order < 0 : !ranges[a].over_low && ranges[b].over_low;
    });
  }
}

std::optional<uint32_t> RangeTable::find(const std::vector<Value>& key, const TextPool& pool) const {
  std::vector<uint64_t> codes(keys_.size(), 0);
  for (size_t k = 0; k < keys_.size(); ++k) {
    if (keys_[k].plain == nullptr) continue;
    const std::optional<uint64_t> code = key_code(key[k], pool);
    if (!code) return std::nullopt;
    codes[k] = *code;
  }
  const uint32_t number = plain_.find(codes.data());
  if (number == KeyTable::absent) return std::nullopt;
  const std::vector<uint32_t>& group = rows_[number];
  const std::vector<ir::KeyRange>& ranges = keys_[first_range_].ranges->rows;
  // Behind the last range that begins at or before the value.
  const auto end =
      std::upper_bound(group.begin(), group.end(), key[first_range_], [&](const Value& value, uint32_t row) {
        const ir::KeyRange& range = ranges[row];
        if (range.low.is_missing()) return false;
        const auto order = compare_values(value, range.low);
        return order < 0 || (order == 0 && range.over_low);
      });
  const auto fits = [&](uint32_t row) {
    for (size_t k = 0; k < keys_.size(); ++k) {
      if (keys_[k].ranges != nullptr && !holds(keys_[k].ranges->rows[row], key[k])) return false;
    }
    return true;
  };
  if (ranges_ == 1) {
    // Ranges do not overlap: only the last that begins in time can hold the value.
    if (end == group.begin() || !fits(*(end - 1))) return std::nullopt;
    return *(end - 1);
  }
  const auto found = std::find_if(group.begin(), end, fits);
  return found == end ? std::nullopt : std::optional(*found);
}

}  // namespace merit::data
