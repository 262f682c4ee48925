#pragma once
// What is computed once rather than for every lane or pair: found before anything runs.

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "runtime/ir/ir.h"

namespace merit::engine {

struct NodePlan {
  /// filter, aggregate: the greatest nodes below it that depend on outer variables alone; computed once an
  /// owner.
  std::vector<const ir::Expr*> invariants;
  bool invariant = false;  ///< it is one of them
  uint32_t hidden = ir::none;
  const ir::Expr* hidden_link = nullptr;  ///< whose row of the hidden column; null: the only one
};

/// A column made by the engine: an aggregate that would otherwise be computed for every row that looks at it.
struct HiddenColumn {
  ir::ExprPtr body;
  uint32_t entity = 0;
  uint32_t source = 0;    ///< the column whose body it comes from
  uint32_t reader = 0;    ///< the entity whose rows ask
  bool repeated = false;  ///< it stands inside a loop over members
  bool ranks =
      false;  ///< the places of all members at once: each asks for its own, which the body leaves out
  std::unordered_set<uint32_t> places;  ///< of its nodes
};

class Plan {
 public:
  explicit Plan(const ir::Program& program);

  const NodePlan& of(const ir::Expr& node) const {
    const auto found = nodes_.find(&node);
    return found == nodes_.end() ? nothing_ : found->second;
  }

  const std::deque<HiddenColumn>& hidden() const { return hidden_; }

 private:
  using Variables = std::unordered_set<uint32_t>;

  const Variables& free_variables(const ir::Expr& node);
  void visit(const ir::Expr& node, uint32_t column, uint32_t entity, bool repeated);
  void find_invariants(const ir::Expr& node, Variables& bound, std::vector<const ir::Expr*>& found);
  /// Whether it got a hidden column.
  bool hide(const ir::Expr& node, uint32_t column, uint32_t entity, bool repeated);
  bool hide_ranking(const ir::Expr& node, uint32_t column, uint32_t entity, bool repeated);
  void keep(const ir::Expr& node, const ir::Expr* link, HiddenColumn hidden);
  Variables variables_of_ranking(const ir::Expr& node);

  const ir::Program& program_;
  NodePlan nothing_;
  std::unordered_map<const ir::Expr*, NodePlan> nodes_;
  std::unordered_map<const ir::Expr*, Variables> free_;
  std::deque<HiddenColumn> hidden_;
};

}  // namespace merit::engine
