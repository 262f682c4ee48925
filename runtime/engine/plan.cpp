#include "runtime/engine/plan.h"

#include "runtime/ir/ops.h"

namespace merit::engine {

using ir::Expr;
using ir::Op;

namespace {

bool solves(const Expr& node) {
  return node.op == Op::largest || node.op == Op::smallest;
}

/// Whose value for one row is a part of something that is the same for many: which operand is that row.
uint32_t asking_operand(const Expr& node) {
  return node.op == Op::apportion ? 1 : 2;
}

bool is_ranking(const Expr& node) {
  return node.op == Op::apportion ||
         (node.op == Op::aggregate && ir::is_rank(static_cast<ir::AggregateMode>(node.mode)));
}

bool binds(const Expr& node) {
  return (node.op == Op::filter || node.op == Op::aggregate || node.op == Op::apportion || solves(node)) &&
         node.variable != ir::none;
}

/// Cheap enough to be done for every pair.
bool is_plain(const Expr& node) {
  switch (node.op) {
  case Op::constant:
  case Op::missing_value:
  case Op::row: return true;
  case Op::field: return node.args.front()->op == Op::row;
  default: return false;
  }
}

bool is_collection(const Expr& node) {
  return node.type.kind == ir::TypeKind::collection;
}

/// The link that every use of the variable goes through; null when some use does not.
struct LinkUse {
  const Expr* link = nullptr;
  bool other = false;
};

bool is_link_of(const Expr& node, uint32_t variable) {
  return node.op == Op::field && node.type.kind == ir::TypeKind::link && node.args.front()->op == Op::row &&
         node.args.front()->variable == variable;
}

void find_link(const Expr& node, uint32_t variable, LinkUse& use) {
  if (is_link_of(node, variable)) {
    if (use.link == nullptr)
      use.link = &node;
    else if (use.link->index != node.index)
      use.other = true;
    return;
  }
  if (node.op == Op::row && node.variable == variable) use.other = true;
  for (const auto& arg : node.args) find_link(*arg, variable, use);
}

/// A copy in which the variable's row, or what its link points to, is the row of the column itself.
ir::ExprPtr copy(const Expr& node, uint32_t variable, bool through_link) {
  auto result = std::make_unique<Expr>();
  result->op = node.op;
  result->type = node.type;
  result->span = node.span;
  result->number = node.number;
  result->place = node.place;
  result->value = node.value;
  result->text = node.text;
  result->index = node.index;
  result->variable = node.variable;
  result->mode = node.mode;
  result->descending = node.descending;
  if (through_link ? is_link_of(node, variable) : (node.op == Op::row && node.variable == variable)) {
    result->op = Op::row;
    result->variable = 1;
    return result;
  }
  // A variable bound inside may not be the one that is the column's own now.
  if (result->variable == 1 && binds(node)) return nullptr;
  for (const auto& arg : node.args) {
    auto below = copy(*arg, variable, through_link);
    if (!below) return nullptr;
    result->args.push_back(std::move(below));
  }
  return result;
}

void collect_places(const Expr& node, std::unordered_set<uint32_t>& places) {
  places.insert(node.place);
  for (const auto& arg : node.args) collect_places(*arg, places);
}

}  // namespace

Plan::Plan(const ir::Program& program) : program_(program) {
  for (uint32_t column = 0; column < program.columns.size(); ++column) {
    const ir::Column& shape = program.columns[column];
    if (shape.body) visit(*shape.body, column, shape.entity, false);
  }
  for (const ir::Entity& entity : program.entities) {
    if (entity.group_members) visit(*entity.group_members, entity.keys.front(), 0, false);
    if (entity.group_value)
      visit(*entity.group_value, entity.keys.front(), entity.group_members->type.target, false);
  }
  // Hidden columns may themselves look at hidden ones; they are appended while we go.
  for (size_t next = 0; next < hidden_.size();) {
    const HiddenColumn& hidden = hidden_[next++];
    visit(*hidden.body, hidden.source, hidden.entity, false);
  }
  free_.clear();
}

const Plan::Variables& Plan::free_variables(const Expr& node) {
  if (const auto found = free_.find(&node); found != free_.end()) return found->second;
  Variables free;
  if (node.op == Op::row || node.op == Op::bound) {
    if (node.variable != 0) free.insert(node.variable);
  } else {
    const bool binder = binds(node);
    for (size_t i = 0; i < node.args.size(); ++i) {
      for (const uint32_t variable : free_variables(*node.args[i])) {
        if (!binder || i == 0 || variable != node.variable) free.insert(variable);
      }
    }
  }
  return free_.emplace(&node, std::move(free)).first->second;
}

void Plan::find_invariants(const Expr& node, Variables& bound, std::vector<const Expr*>& found) {
  bool uses_bound = false;
  for (const uint32_t variable : free_variables(node)) uses_bound = uses_bound || bound.contains(variable);
  if (!uses_bound && !is_collection(node)) {
    if (!is_plain(node)) {
      found.push_back(&node);
      nodes_[&node].invariant = true;
    }
    return;
  }
  const bool fresh = binds(node) && bound.insert(node.variable).second;
  for (const auto& arg : node.args) find_invariants(*arg, bound, found);
  if (fresh) bound.erase(node.variable);
}

void Plan::visit(const Expr& node, uint32_t column, uint32_t entity, bool repeated) {
  if (node.op == Op::filter || node.op == Op::aggregate || node.op == Op::apportion) {
    std::vector<const Expr*> found;
    Variables bound{node.variable};
    // Row, total and step of an apportion are computed once an owner as it is.
    for (size_t i = node.op == Op::apportion ? 4 : 1; i < node.args.size(); ++i)
      find_invariants(*node.args[i], bound, found);
    nodes_[&node].invariants = std::move(found);
  }
  // Where a hidden column stands in, the node itself is computed for the odd row alone.
  const bool may_hide = node.op == Op::aggregate || node.op == Op::apportion || solves(node);
  if (may_hide && hide(node, column, entity, repeated)) return;
  for (size_t i = 0; i < node.args.size(); ++i)
    visit(*node.args[i], column, entity, repeated || (binds(node) && i > 0));
}

/// What the places of all rows hang on: everything but whose place is asked for.
Plan::Variables Plan::variables_of_ranking(const Expr& node) {
  Variables free;
  for (size_t i = 0; i < node.args.size(); ++i) {
    if (i == asking_operand(node)) continue;
    for (const uint32_t variable : free_variables(*node.args[i])) {
      if (i == 0 || variable != node.variable) free.insert(variable);
    }
  }
  return free;
}

bool Plan::hide(const Expr& node, uint32_t column, uint32_t entity, bool repeated) {
  if (is_ranking(node)) return hide_ranking(node, column, entity, repeated);
  const Variables& free = free_variables(node);
  HiddenColumn hidden;
  hidden.source = column;
  hidden.reader = entity;
  hidden.repeated = repeated;
  const Expr* link = nullptr;
  if (free.empty()) {
    // The same for every row: a value of the whole program.
    if (entity == 0 && !repeated) return false;
    hidden.entity = 0;
    hidden.body = copy(node, ir::none, false);
  } else if (free.size() == 1) {
    // The same for all rows that point to one target.
    LinkUse use;
    find_link(node, *free.begin(), use);
    if (use.other || use.link == nullptr) return false;
    link = use.link;
    hidden.entity = program_.columns[link->index].type.target;
    hidden.body = copy(node, *free.begin(), true);
  }
  if (!hidden.body) return false;
  keep(node, link, std::move(hidden));
  return true;
}

bool Plan::hide_ranking(const Expr& node, uint32_t column, uint32_t entity, bool repeated) {
  const uint32_t asking = asking_operand(node);
  const Expr& own = *node.args[asking];
  if (own.op != Op::row || own.variable == node.variable) return false;
  const Variables free = variables_of_ranking(node);
  HiddenColumn hidden;
  hidden.source = column;
  hidden.reader = entity;
  hidden.repeated = repeated;
  hidden.ranks = true;
  LinkUse use;
  uint32_t variable = ir::none;
  if (free.size() == 1) {
    variable = *free.begin();
    for (size_t i = 0; i < node.args.size(); ++i) {
      if (i != asking) find_link(*node.args[i], variable, use);
    }
    if (use.other || use.link == nullptr) return false;
    hidden.entity = program_.columns[use.link->index].type.target;
  } else if (!free.empty()) {
    return false;
  }
  auto body = std::make_unique<Expr>();
  body->op = node.op;
  body->type = node.type;
  body->span = node.span;
  body->number = node.number;
  body->place = node.place;
  body->variable = node.variable;
  body->mode = node.mode;
  body->descending = node.descending;
  for (size_t i = 0; i < node.args.size(); ++i) {
    ir::ExprPtr part;
    if (i == asking) {
      part = copy(own, ir::none, false);
      part->variable = node.variable;
    } else {
      part = copy(*node.args[i], variable, use.link != nullptr);
    }
    if (!part) return false;
    body->args.push_back(std::move(part));
  }
  hidden.body = std::move(body);
  keep(node, use.link, std::move(hidden));
  return true;
}

void Plan::keep(const Expr& node, const Expr* link, HiddenColumn hidden) {
  collect_places(node, hidden.places);
  NodePlan& plan = nodes_[&node];
  plan.hidden = static_cast<uint32_t>(hidden_.size());
  plan.hidden_link = link;
  hidden_.push_back(std::move(hidden));
}

}  // namespace merit::engine
