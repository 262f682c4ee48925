#pragma once
// The value sets of a program with their codings: what `code in diabetes` asks.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "runtime/ir/ir.h"

namespace merit {

class ValueSets {
 public:
  /// With what the program says itself. A published set then holds nothing but itself, the coding "|url"
  /// (which stands for the whole set in data that say "none of these was done", and in tests).
  explicit ValueSets(const ir::Program& program);

  /// The codings of a published set, "system|code".
  void give(uint32_t set, const std::vector<std::string>& codings);

  /// Is one of these codings (codes_text()) in the set?
  bool holds(uint32_t set, std::string_view codes) const;
  /// Those of the codings that are in the set, each with the set that has it by itself: of a set that is made
  /// of others, which of them.
  std::vector<std::pair<std::string, uint32_t>> matches(uint32_t set, std::string_view codes) const;
  bool holds_coding(uint32_t set, std::string_view coding) const;
  /// The code systems of all the codings.
  std::unordered_set<std::string> systems() const;

 private:
  struct Hash {
    using is_transparent = void;

    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  uint32_t holder(uint32_t set, std::string_view coding) const;

  const ir::Program* program_;
  std::vector<std::unordered_set<std::string, Hash, std::equal_to<>>> codings_;  // by value set, its own
};

}  // namespace merit
