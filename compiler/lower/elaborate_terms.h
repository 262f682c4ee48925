#pragma once
// Terms: what facts are about. A term is an expression without variables of its own (`hospital.points`, `a.b
// < 3`), kept once and known by a small integer, so that facts are compared and moved from one row to another
// without looking at text.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/ir/ir.h"

namespace merit {

using TermId = uint32_t;
inline constexpr TermId no_term = 0xffffffffU;
/// Stands for "each row of this collection" in the facts that a collection carries about its rows.
inline constexpr uint32_t item_variable = 0xfffffff0U;

enum class FactKind : uint8_t {
  known,     ///< the term has a value
  nonempty,  ///< the collection has a row
  holds,     ///< the condition is true
};

struct Fact {
  FactKind kind = FactKind::known;
  TermId term = no_term;
  friend bool operator==(const Fact&, const Fact&) = default;
};

using Facts = std::vector<Fact>;

/// Facts that stand in both.
Facts common(const Facts& a, const Facts& b);
/// Adds those of `b` that `a` does not have.
void merge(Facts& a, const Facts& b);

class Terms {
 public:
  TermId row(uint32_t variable);
  TermId field(TermId object, uint32_t column);
  /// The term of an expression; no_term when a variable is bound inside it.
  TermId of(const ir::Expr& node);
  /// `a op b` of two terms.
  TermId pair(ir::Op op, TermId a, TermId b);

  /// `field` of what, what is asked in a unit, or no_term.
  TermId parent(TermId term) const;
  /// The column of a `field`, or ir::none.
  uint32_t column(TermId term) const;

  /// Mentions only the program, the column's own row and the rows of the collection itself.
  bool portable(TermId term) const { return entries_[term].portable; }

  /// The same term with `target` in the place of the row `variable`.
  TermId replace_row(TermId term, uint32_t variable, TermId target);
  Facts replace_row(const Facts& facts, uint32_t variable, TermId target);
  /// Without the facts that mention rows bound inside a column's body.
  Facts portable(const Facts& facts) const;

 private:
  struct Entry {
    std::u32string key;
    bool portable = true;
  };

  TermId intern(std::u32string key, bool portable);
  uint32_t constant(const ir::Expr& node);

  std::vector<Entry> entries_;
  std::unordered_map<std::u32string, TermId> ids_;
  std::unordered_map<std::string, uint32_t> constants_;
};

}  // namespace merit
