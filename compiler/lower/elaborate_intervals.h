#pragma once
// Sets of values that one subject of a case may have: pieces of the number line, or some of finitely many
// values, and perhaps "missing". What is left after the cases above is such a set: when it is empty a case
// can never apply, and what is left at the end is the gap.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "runtime/values/number.h"

namespace merit {

/// A place between two neighbouring values of the line: just before or just after `at`, or one of its ends.
struct Cut {
  int infinite = 0;  ///< -1: before every value, 1: after every value
  Number at;
  bool after = false;

  static Cut lowest() { return {-1, Number(), false}; }

  static Cut highest() { return {1, Number(), false}; }

  static Cut before(Number value) { return {0, std::move(value), false}; }

  static Cut beyond(Number value) { return {0, std::move(value), true}; }

  friend bool operator==(const Cut& a, const Cut& b);
  friend bool operator<(const Cut& a, const Cut& b);
};

class ValueSet {
 public:
  /// Nothing of a line; `whole`: only whole numbers (days for dates) exist on it.
  static ValueSet line(bool whole);
  /// From one cut to another on a line.
  static ValueSet piece(bool whole, Cut from, Cut to);
  /// Nothing of `size` values.
  static ValueSet finite(size_t size);
  static ValueSet one(size_t size, size_t index);

  ValueSet& with_missing(bool missing) {
    missing_ = missing;
    return *this;
  }

  /// All that is not in it; `optional`: the subject may be missing.
  ValueSet complement(bool optional) const;

  friend ValueSet intersect(const ValueSet& a, const ValueSet& b) { return combine(a, b, true); }

  friend ValueSet unite(const ValueSet& a, const ValueSet& b) { return combine(a, b, false); }

  bool is_empty() const;

  bool missing() const { return missing_; }

  bool is_line() const { return is_line_; }

  const std::vector<bool>& values() const { return values_; }

  const std::vector<Cut>& cuts() const { return cuts_; }

  /// The first piece in words: "x is 5", "x is above 5 and below 8".
  std::string first_piece(const std::string& subject,
                          const std::function<std::string(const Number&)>& value) const;

 private:
  static ValueSet combine(const ValueSet& a, const ValueSet& b, bool both);

  bool is_line_ = false;
  bool whole_ = false;
  bool missing_ = false;
  std::vector<Cut> cuts_;  ///< line: where the set begins, ends, begins again ...
  std::vector<bool> values_;
};

}  // namespace merit
