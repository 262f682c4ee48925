#pragma once
// What the conditions of a case list cover: which row can never apply, and what gap is left without an
// `otherwise`.

#include <optional>
#include <string>
#include <vector>

#include "compiler/lower/elaborate_intervals.h"
#include "compiler/lower/elaborate_terms.h"

namespace merit {

/// Reads the conditions of one case list from top to bottom. A condition is understood as far as it says in
/// which set of values one or more subjects lie (`score >= 90`, `domain is safety`, `rate is missing`,
/// `eligible`, `a < b`); what is not understood is a subject by itself, true or false.
class Coverage {
 public:
  Coverage(Terms& terms, const ir::Program& program) : terms_(terms), program_(program) {}

  struct Verdict {
    bool never = false;                ///< the conditions above leave nothing of it, or it contradicts itself
    bool always = false;               ///< true whatever the values are
    std::optional<size_t> covered_by;  ///< the one row above that is enough
  };

  /// The next row's condition.
  Verdict add(const ir::Expr& condition);
  /// Does one of the rows so far always apply?
  bool is_complete() const;
  /// A value that no row covers, in words ("x is 5"); empty where that cannot be said. `text` gives the
  /// source of a node.
  std::string gap(const std::function<std::string(const ir::Expr&)>& text) const;

 private:
  struct Subject {
    TermId term = no_term;
    const ir::Expr* node = nullptr;  ///< null: a condition as a whole
    ValueSet remaining;
  };

  struct Atom {
    size_t subject = 0;
    ValueSet set;
    bool asks_missing = false;  ///< it decides about missing, too
  };

  struct Reading {
    std::vector<Atom> atoms;  ///< all of them hold when the condition does
    bool exact = true;        ///< and the condition holds when all of them do
    bool never = false;
  };

  size_t subject_of(const ir::Expr& node, TermId term);
  size_t condition_subject(TermId term);
  Reading read(const ir::Expr& condition);
  Reading read_comparison(const ir::Expr& condition);
  Reading read_range(const ir::Expr& condition);
  Reading read_known(const ir::Expr& condition);
  Reading opaque(TermId term, bool truth);
  static Reading negate(Reading reading);

  Terms& terms_;
  const ir::Program& program_;
  std::vector<Subject> subjects_;
  std::vector<Reading> rows_;
  std::vector<TermId> whole_;  ///< by row: the condition's term
};

}  // namespace merit
