#pragma once
// What both evaluators answer: the value of any column at any row.

#include <optional>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"

namespace merit {

/// A place where a stated order left rows equal, so that their keys decided.
struct TieCount {
  Span span;  ///< `highest of scored by points`, `apportion …`
  enum class Kind : uint8_t { pick, share /* apportion */, place /* rank */ } kind = Kind::pick;
  uint32_t entity = 0;            ///< whose rows the counts are; none: of several
  uint64_t tied = 0;              ///< rows for which that was so
  uint64_t rows = 0;              ///< for which it was computed
  std::vector<uint32_t> columns;  ///< in whose bodies it stands
};

class Evaluation {
 public:
  virtual ~Evaluation() = default;
  /// Rows of any entity, groups and pairs included.
  virtual uint32_t rows(uint32_t entity) = 0;
  /// Any column but collections.
  virtual Value value(uint32_t column, uint32_t row) = 0;
  /// The key of any row as text; groups and pairs included.
  virtual std::string key_text(uint32_t entity, uint32_t row) = 0;
  /// The row with this key (as text, one a key column), as a person writes it on the command line.
  virtual std::optional<uint32_t> find_row(uint32_t entity, const std::vector<std::string>& key) = 0;

  /// The ties in what was computed so far, in order of place. Only the engine counts them.
  virtual std::vector<TieCount> ties() { return {}; }
};

/// Values that replace columns of the program for one evaluation (parameters in tests and what-if).
using Overrides = std::vector<std::pair<uint32_t, Value>>;

}  // namespace merit
