// Facts: what a condition's truth or failure establishes, and what follows from it.
#include <algorithm>

#include "compiler/lower/elaborate_impl.h"

namespace merit {

bool Elaborator::Impl::established(const Fact& fact) {
  if (fact.term == no_term) return false;
  const Facts& facts = context_->established;
  if (std::find(facts.begin(), facts.end(), fact) != facts.end()) return true;
  if (fact.kind != FactKind::holds || facts.empty()) return false;
  // A named condition holds where what it is defined as holds.
  const uint32_t column = terms_.column(fact.term);
  if (column == ir::none || columns_[column].state != ColumnInfo::State::done || columns_[column].broken)
    return false;
  const ir::Expr* body = column_of(column).body.get();
  if (!body || column_of(column).type.kind != ir::TypeKind::boolean || !columns_[column].required.empty())
    return false;
  Facts parts;
  exact_facts(*body, parts);
  const TermId row = terms_.parent(fact.term);
  return !parts.empty() && std::all_of(parts.begin(), parts.end(), [&](const Fact& part) {
    return part.term != no_term && terms_.portable(part.term) &&
           established(Fact{part.kind, terms_.replace_row(part.term, 1, row)});
  });
}

size_t Elaborator::Impl::establish(const Facts& facts) {
  Facts& all = context_->established;
  const size_t mark = all.size();
  for (const Fact& fact : facts) {
    all.push_back(fact);
    // A path that is known is known at each of its steps.
    if (fact.kind != FactKind::known) continue;
    for (TermId step = terms_.parent(fact.term); step != no_term; step = terms_.parent(step)) {
      all.push_back({FactKind::known, step});
    }
  }
  return mark;
}

void Elaborator::Impl::exact_facts(const ir::Expr& condition, Facts& facts) {
  if (condition.op == ir::Op::logical_and) {
    for (const ir::ExprPtr& part : condition.args) exact_facts(*part, facts);
  } else if (condition.op == ir::Op::is_known) {
    facts.push_back({FactKind::known, terms_.of(*condition.args[0])});
  } else {
    facts.push_back({FactKind::holds, terms_.of(condition)});
  }
}

Facts Elaborator::Impl::truth(const Typed& condition) {
  Facts facts = condition.yes;
  if (general_conditions_) {
    Facts exact;
    exact_facts(*condition.node, exact);
    for (const Fact& fact : exact) {
      if (fact.term != no_term) facts.push_back(fact);
    }
  }
  return facts;
}

Facts Elaborator::Impl::failure(const Typed& condition) {
  Facts facts = condition.no;
  // `when not eligible` fails: eligible. When the failure of a general condition is asked for, its opposite
  // holds.
  if (general_conditions_ && condition.node->op == ir::Op::logical_not) {
    exact_facts(*condition.node->args[0], facts);
    std::erase_if(facts, [](const Fact& fact) { return fact.term == no_term; });
  }
  return facts;
}

}  // namespace merit
