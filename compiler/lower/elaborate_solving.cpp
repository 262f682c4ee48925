// The largest value of a range that meets a condition, and shares that add up.
#include <algorithm>
#include <utility>

#include "compiler/lower/elaborate_impl.h"

namespace merit {

namespace {

bool is_numeric(const ir::Type& type) {
  return type.kind == ir::TypeKind::number || type.kind == ir::TypeKind::integer;
}

bool is_amount(const ir::Type& type) {
  return is_numeric(type) || type.kind == ir::TypeKind::money;
}

bool is_known_constant(const ir::Expr& node) {
  return node.op == ir::Op::constant && node.value.is_known();
}

bool is_multiple(const Number& value, const Number& step) {
  return (value / step).is_integer();
}

bool mentions(const ir::Expr& node, uint32_t variable) {
  if (node.op == ir::Op::bound) return node.variable == variable;
  return std::any_of(node.args.begin(), node.args.end(),
                     [&](const ir::ExprPtr& argument) { return mentions(*argument, variable); });
}

}  // namespace

Typed Elaborator::Impl::solve(const ast::Solve& solve, Span span) {
  const std::string& unknown = solve.unknown.text;
  const std::string word = solve.largest ? "largest" : "smallest";
  const auto* reach = std::get_if<ast::Range>(&solve.reach->node);
  if (!reach || reach->ends != ast::RangeEnds::closed) {
    error("T151", solve.reach->span, "Between which values `" + unknown + "` is looked for is not said.",
          "Write both ends: `" + word + " " + unknown + " in 0 to 3 by 0.0001 such that …`.");
    return {};
  }
  if (!solve.step) {
    error("T152", span, "In which steps `" + unknown + "` is looked for is not said.",
          "The answer is one of the values low, low + step, low + 2 step …: write `in " +
              text(solve.reach->span) + " by 0.0001 such that …`.");
    return {};
  }
  constexpr std::string_view use = "cannot bound a search";
  std::vector<ir::ExprPtr> args;
  std::optional<ir::Type> type;
  for (const ast::Expr* part : {reach->low.get(), reach->high.get(), solve.step.get()}) {
    Typed value = plain(*part, "M101", use);
    if (!value) return {};
    if (!is_amount(value.type())) {
      error("T105", part->span,
            "`" + text(part->span) + "` is " + kind_text(value.type()) + ", and `" + word +
                "` looks for a number or an amount of money.");
      return {};
    }
    type = type ? common_type(*type, value.type()) : std::optional<ir::Type>(value.type());
    if (!type) {
      error("T108", part->span,
            "The two ends of the range and the step are either all numbers or all amounts of money.",
            "An amount is written with its currency: `$0 to $100 by $0.01`.");
      return {};
    }
    args.push_back(std::move(value.node));
  }
  const ir::Expr& low = *args[0];
  const ir::Expr& step = *args[2];
  type->step.reset();
  if (is_known_constant(step)) {
    const Number size = step.value.number_or_amount();
    if (size.sign() <= 0) {
      error("T125", step.span, "The step has to be above zero.");
      return {};
    }
    if (type->kind == ir::TypeKind::money && is_known_constant(low) &&
        is_multiple(low.value.number_or_amount(), size)) {
      type->step = size;
    }
  }
  if (is_known_constant(low) && is_known_constant(*args[1]) &&
      args[1]->value.number_or_amount() < low.value.number_or_amount()) {
    error("T151", solve.reach->span, "This range ends below its beginning, so there is nothing in it.",
          "Write the lower end first.");
    return {};
  }
  const uint32_t variable = context_->next_variable++;
  Typed bound;
  bound.node = make(ir::Op::bound, *type, solve.unknown.span);
  bound.node->variable = variable;
  bound.term = terms_.row(variable);
  context_->scope.arguments.push_back({unknown, std::move(bound)});
  Typed holds = condition(*solve.condition, "what `such that` asks");
  context_->scope.arguments.pop_back();
  if (!holds) return {};
  if (!mentions(*holds.node, variable)) {
    error("T153", solve.condition->span,
          "This does not depend on `" + unknown + "`, so no value of it is the " + word + ".",
          "The condition has to use `" + unknown +
              "`: hand it to a definition with an argument, as in `(sum of "
              "amount_at(" +
              unknown + ") over all hospitals) <= pool`.");
    return {};
  }
  args.push_back(std::move(holds.node));
  Typed result;
  result.node = make(solve.largest ? ir::Op::largest : ir::Op::smallest, *type, span, std::move(args));
  result.node->variable = variable;
  return result;
}

/// Is the row `own` surely one of the collection's? `first` is what variable 1 stands for in the node.
bool Elaborator::Impl::surely_in(const ir::Expr& collection, TermId own, TermId first) {
  const auto placed = [&](TermId term) { return terms_.replace_row(term, 1, first); };
  switch (collection.op) {
  case ir::Op::all_rows: return true;
  case ir::Op::reverse: {
    const TermId owner = placed(terms_.of(*collection.args[0]));
    return owner != no_term && !collection.args[0]->type.optional &&
           owner == terms_.field(own, collection.index);
  }
  case ir::Op::filter: {
    Facts facts;
    exact_facts(*collection.args[1], facts);
    for (const Fact& fact : facts) {
      const TermId term = terms_.replace_row(placed(fact.term), collection.variable, own);
      if (term == no_term || !established(fact.kind, term)) return false;
    }
    return surely_in(*collection.args[0], own, first);
  }
  case ir::Op::field: {
    const ir::Expr* body = column_of(collection.index).body.get();
    const ColumnInfo& info = columns_[collection.index];
    if (body == nullptr || info.broken || !info.required.empty()) return false;
    const TermId owner = placed(terms_.of(*collection.args[0]));
    return owner != no_term && !collection.args[0]->type.optional && surely_in(*body, own, owner);
  }
  default: return false;
  }
}

Typed Elaborator::Impl::apportion(const ast::Apportion& apportion, Span span) {
  const bool ranking = std::exchange(context_->ranking, true);
  Typed rows = collection(*apportion.collection);
  context_->ranking = ranking;
  Typed total = scalar(*apportion.total);
  if (!rows || !total) return {};
  const uint32_t target = rows.type().target;
  const std::string many = text(rows.node->span);
  const std::string what = text(apportion.total->span);
  const auto own = std::find_if(context_->scope.rows.rbegin(), context_->scope.rows.rend(),
                                [&](const RowInSight& row) { return row.entity == target; });
  if (own == context_->scope.rows.rend()) {
    const std::string one = entity_name(target);
    error("T154", span,
          "`apportion` gives the part of one " + one + " of `" + many + "`, and there is no current " + one +
              " here.",
          "Say it of each: `for each " + one + ":` and in it `part = apportion …`.");
    return {};
  }
  if (total.bare_missing || !is_amount(total.type())) {
    error("T105", apportion.total->span,
          "`" + what + "` is " + (total.bare_missing ? "missing" : kind_text(total.type())) +
              ", and only an amount of money or a number can be shared out.");
    return {};
  }
  const bool money = total.type().kind == ir::TypeKind::money;
  const std::string coin = money ? "$0.01" : "1";
  const auto rest = [&](bool with_step) {
    return "apportion " + what + " by " + text(apportion.weight->span) + " over " + many +
           (with_step && apportion.step ? " step " + text(apportion.step->span) : " step " + coin);
  };
  if (!apportion.step) {
    error("T155", span, "To what the parts are rounded is not said, and unrounded parts cannot be paid.",
          "Write the step: `" + rest(false) + " ties …`.");
    return {};
  }
  if (apportion.ties.empty()) {
    error("T156", span,
          "Who gets the last " + std::string(money ? "cent" : "one") +
              " when two parts have the same claim to it is not said.",
          "Name what decides, first the lowest: `" + rest(true) + " ties …`, for example a key.");
    return {};
  }
  Typed step = scalar(*apportion.step);
  if (!step) return {};
  const std::string step_text = text(apportion.step->span);
  if (!is_known_constant(*step.node) || !is_amount(step.type()) ||
      (step.type().kind == ir::TypeKind::money) != money) {
    error("T114", apportion.step->span,
          "`" + what + "` is " + kind_text(total.type()) + ", and the step `" + step_text +
              "` is not a fixed one of the same kind.",
          "Write it as `step " + coin + "`.");
    return {};
  }
  const Number size = step.node->value.number_or_amount();
  if (size.sign() <= 0) {
    error("T125", apportion.step->span, "The step has to be above zero.");
    return {};
  }
  const std::optional<Number>& rounded = total.type().step;
  const bool whole =
      (rounded && is_multiple(*rounded, size)) ||
      (is_known_constant(*total.node) && is_multiple(total.node->value.number_or_amount(), size));
  if (money && !whole) {
    error("T157", apportion.total->span,
          "`" + what + "` is not rounded to " + step_text + ", so parts of whole " + step_text +
              " do not add up to it.",
          "Round it first: `round(" + what + ", " + step_text + ")`, under a name of its own.");
    return {};
  }

  // What is asked of each row of the collection.
  const TermId own_term = terms_.of(*own->node);
  const bool inside = surely_in(*rows.node, own_term, terms_.row(1));
  ir::ExprPtr own_row = clone(*own->node);
  const size_t mark = context_->established.size();
  // The row that asks has no say in what the others weigh: a bare name is each row's own.
  HiddenRows hidden = rows.alias.empty() ? hide_rows(target) : HiddenRows();
  const uint32_t variable = see_row(rows);
  Typed weight = scalar(*apportion.weight);
  OrderKeys order = order_keys(apportion.ties);
  unsee_row();
  forget(mark);
  show_rows(std::move(hidden));
  if (!weight || order.broken) return {};
  const std::string by = text(apportion.weight->span);
  if (weight.bare_missing || !is_amount(weight.type())) {
    error("T105", apportion.weight->span,
          "`" + by + "` is " + (weight.bare_missing ? "missing" : kind_text(weight.type())) +
              ", and shares go by a number or an amount of money.");
    return {};
  }
  if (weight.type().optional) {
    const std::string path = text(cause_of_missing(*weight.node).span);
    error("M103", apportion.weight->span,
          "`" + path + "` may be missing for some of `" + many + "`, and what share those get is not said.",
          "Leave those rows out: `over (" + many + " where " + path +
              " is known)`; or say what they count as: `(" + by + " if missing " +
              (weight.type().kind == ir::TypeKind::money ? "$0" : "0") + ")`.");
    return {};
  }
  Typed result;
  ir::Type type = total.type();
  if (money) type.step = size;
  type.optional = type.optional || !inside;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(rows.node));
  args.push_back(std::move(own_row));
  args.push_back(std::move(total.node));
  args.push_back(std::move(step.node));
  args.push_back(std::move(weight.node));
  for (ir::ExprPtr& key : order.keys) args.push_back(std::move(key));
  result.node = make(ir::Op::apportion, type, span, std::move(args));
  result.node->variable = variable;
  result.node->descending = std::move(order.descending);
  return result;
}

}  // namespace merit
