// Collections and what is asked of them: `where`, aggregates, picks.
#include <algorithm>

#include "compiler/lower/elaborate_impl.h"
#include "compiler/lower/standard_functions.h"
#include "compiler/model/names.h"

namespace merit {

namespace {

bool is_numeric(const ir::Type& type) {
  return type.kind == ir::TypeKind::number || type.kind == ir::TypeKind::integer;
}

ir::Type simple(ir::TypeKind kind) {
  ir::Type type;
  type.kind = kind;
  return type;
}

/// Does it read the row of the definition itself?
bool mentions_own_row(const ir::Expr& node) {
  if (node.op == ir::Op::row) return node.variable == 1;
  return std::any_of(node.args.begin(), node.args.end(),
                     [](const ir::ExprPtr& argument) { return mentions_own_row(*argument); });
}

}  // namespace

Typed Elaborator::Impl::collection(const ast::Expr& expr) {
  if (const auto* name = std::get_if<ast::NameRef>(&expr.node)) {
    // `count of result` for `count of results`: the plural is what was meant.
    const auto entity = model_.entities.find(name->name);
    if (entity != model_.entities.end() && entity->second != 0) {
      const std::string many = plural(entity->second);
      const bool own =
          std::any_of(context_->scope.rows.begin(), context_->scope.rows.end(),
                      [&](const RowInSight& row) { return member_of(row.entity, many) != nullptr; });
      error("T112", expr.span, "`" + name->name + "` is one row, and this asks about many.",
            "Write `" + (own ? many : "all " + many) + "`.");
      return {};
    }
  }
  Typed value = this->expr(expr);
  if (!value || value.type().kind == ir::TypeKind::collection) return value;
  error("T112", expr.span,
        "`" + text(expr.span) + "` is " + kind_text(value.type()) + ", and this asks about many rows.",
        "Name rows: `all hospitals`, the plural of an entity that points to this one, or a definition that "
        "names some.");
  return {};
}

Typed Elaborator::Impl::all(const ast::All& all, Span span) {
  const std::string& name = all.entity_plural.text;
  const auto found = model_.plurals.find(name);
  if (found == model_.plurals.end()) {
    std::string help;
    if (const auto entity = model_.entities.find(name); entity != model_.entities.end()) {
      help = "Write `all " + plural(entity->second) + "`.";
    } else if (model_.enums.contains(name)) {
      help = "`" + name + "` is an enumeration; rows are of entities and tables.";
    } else {
      std::vector<std::string> candidates;
      for (const auto& [candidate, entity] : model_.plurals) candidates.push_back(candidate);
      std::sort(candidates.begin(), candidates.end());
      help = model::did_you_mean(name, candidates);
      for (const auto& [candidate, entity] : model_.plurals) {  // an irregular plural, made the regular way
        if (model::plural_of(entity_name(entity)) == name) help = "Did you mean `" + candidate + "`?";
      }
    }
    error("N013", all.entity_plural.span, "No entity is called `" + name + "` in the plural.", help);
    return {};
  }
  if (context_->parameter) {
    error("N012", span,
          "A parameter is fixed before anything is computed, and `" + text(span) + "` is not a parameter.",
          "Make it a definition: `" + column_of(context_->column).name + " = …`.");
    return {};
  }
  Typed result;
  ir::Type type = simple(ir::TypeKind::collection);
  type.target = found->second;
  result.node = make(ir::Op::all_rows, type, span);
  result.node->index = found->second;
  return result;
}

uint32_t Elaborator::Impl::see_row(const Typed& collection) {
  const uint32_t variable = context_->next_variable++;
  RowInSight row;
  row.entity = collection.type().target;
  ir::Type link = simple(ir::TypeKind::link);
  link.target = row.entity;
  row.node = make(ir::Op::row, link, collection.node->span);
  row.node->variable = variable;
  row.alias = collection.alias;
  context_->scope.rows.push_back(std::move(row));
  establish(terms_.replace_row(collection.rows, item_variable, terms_.row(variable)));
  return variable;
}

void Elaborator::Impl::unsee_row() {
  context_->scope.rows.pop_back();
}

Typed Elaborator::Impl::filter(const ast::Filter& filter, Span span) {
  Typed base = collection(*filter.base);
  if (!base) return base;
  if (filter.alias) base.alias = filter.alias->text;
  if (!filter.condition) return base;
  const bool ranking = std::exchange(context_->ranking, false);
  HiddenRows hidden = ranking && !filter.alias ? hide_rows(base.type().target) : HiddenRows();
  const size_t mark = context_->established.size();
  const uint32_t variable = see_row(base);
  Typed where = condition(*filter.condition, "a `where`");
  Facts facts;
  if (where) facts = terms_.replace_row(truth(where), variable, terms_.row(item_variable));
  unsee_row();
  forget(mark);
  show_rows(std::move(hidden));
  context_->ranking = ranking;
  if (!where) return {};
  Typed result;
  result.rows = std::move(base.rows);
  result.alias = base.alias;
  merge(result.rows, facts);
  const ir::Type type = base.type();
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(base.node));
  args.push_back(std::move(where.node));
  result.node = make(ir::Op::filter, type, span, std::move(args));
  result.node->variable = variable;
  return result;
}

bool Elaborator::Impl::is_nonempty(const Typed& collection) {
  return established(FactKind::nonempty, terms_.of(*collection.node));
}

/// `all hospitals where …` beside a hospital of data: every pair is looked at.
void Elaborator::Impl::warn_of_pairs(const ir::Expr& collection, Span span) {
  if (context_->column == ir::none || context_->pair_warnings > 0) return;
  const ir::Expr* base = &collection;
  bool own_row = false;
  while (base->op == ir::Op::filter) {
    own_row = own_row || mentions_own_row(*base->args[1]);
    base = base->args[0].get();
  }
  if (base->op != ir::Op::all_rows || !own_row) return;
  const uint32_t here = column_of(context_->column).entity;
  const auto is_data = [&](uint32_t entity) {
    const ir::EntityKind kind = model_.program.entities[entity].kind;
    return kind == ir::EntityKind::data || kind == ir::EntityKind::pairs;
  };
  if (!is_data(here) || !is_data(base->index)) return;
  ++context_->pair_warnings;
  const std::string inner = plural(base->index);
  error("W101", span,
        "This looks at every pair of " +
            (here == base->index ? "two " + inner : "a " + entity_name(here) + " and one of all " + inner) +
            ": 10,000 of each are a hundred million pairs.",
        "Where the rows are linked, go by the link; where they share a value, group by it (`entity … = for "
        "each distinct … of …`).");
}

Typed Elaborator::Impl::value_over(const ast::Aggregate& aggregate, const Typed& collection) {
  const ast::Expr& value = *aggregate.value;
  if (aggregate.kind == ast::AggregateKind::every) return condition(value, "what `every` row has");
  Typed result = scalar(value);
  if (!result) return result;
  const std::string word = spoken(aggregate.kind);
  if (result.bare_missing) {
    error("M103", value.span, "`missing` has no " + word + ".");
    return {};
  }
  if (result.type().optional) {
    const std::string what = text(value.span);
    const std::string rows = text(collection.node->span);
    const ir::Expr& cause = cause_of_missing(*result.node);
    const std::string path = text(cause.span);
    std::vector<std::string>& reported = context_->reported;
    if (std::find(reported.begin(), reported.end(), path) == reported.end()) {
      reported.push_back(path);
      std::string fallback = result.type().kind == ir::TypeKind::money ? "$0"
                             : is_numeric(result.type())               ? "0"
                                                                       : "…";
      const bool filtered = collection.node->op == ir::Op::filter;
      error("M103", value.span,
            "`" + path + "` may be missing for some of `" + rows + "`, and what the " + word +
                " makes of those is not said.",
            "Leave those rows out: `(" + rows + (filtered ? " and " : " where ") + path +
                " is known)`; or say what they count as: `(" + what + " if missing " + fallback + ")`.");
    }
    return {};
  }
  return result;
}

Typed Elaborator::Impl::aggregate(const ast::Aggregate& aggregate, Span span) {
  if (aggregate.kind == ast::AggregateKind::previous) return previous(aggregate, span);
  if (aggregate.kind == ast::AggregateKind::rank) return rank(aggregate, span);
  Typed rows = collection(*aggregate.collection);
  if (!rows) {
    return rows;
  }
  const uint32_t target = rows.type().target;
  warn_of_pairs(*rows.node, span);
  using ast::AggregateKind;
  switch (aggregate.kind) {
  case AggregateKind::latest:
  case AggregateKind::earliest:
  case AggregateKind::highest:
  case AggregateKind::lowest: return pick(aggregate, std::move(rows), span);
  case AggregateKind::list: return list(aggregate, std::move(rows), span);
  case AggregateKind::median:
  case AggregateKind::percentile:
  case AggregateKind::standard_deviation:
  case AggregateKind::variance: return statistic(aggregate, std::move(rows), span);
  default: break;
  }
  const StandardFunction* function = standard_aggregate(aggregate.kind, {}, aggregate.weight != nullptr);
  if (function == nullptr) {
    refuse_weight(aggregate);
    return {};
  }
  if (aggregate.weight) return statistic(aggregate, std::move(rows), span);
  Typed result;
  ir::Type type;
  const bool nonempty = is_nonempty(rows);
  const ir::Expr* base = rows.node.get();
  while (base->op == ir::Op::filter) base = base->args[0].get();
  const TermId base_term = terms_.of(*base);
  if (aggregate.kind == AggregateKind::exists && base_term != no_term)
    result.yes.push_back({FactKind::nonempty, base_term});
  if (aggregate.kind == AggregateKind::no && base_term != no_term)
    result.no.push_back({FactKind::nonempty, base_term});
  if (function->gives == Gives::whole) type.kind = ir::TypeKind::integer;
  if (function->gives == Gives::boolean) type.kind = ir::TypeKind::boolean;
  if (function->gives == Gives::row) {
    type.kind = ir::TypeKind::link;
    type.target = target;
    result.rows = rows.rows;
  }
  std::vector<ir::ExprPtr> args;
  uint32_t variable = ir::none;
  if (aggregate.value) {
    const size_t mark = context_->established.size();
    variable = see_row(rows);
    Typed value = value_over(aggregate, rows);
    unsee_row();
    forget(mark);
    if (!value) return {};
    if (aggregate.kind != AggregateKind::every) {
      if (!has_aggregate(*function, value, aggregate)) return {};
      if (function->gives != Gives::whole) type = aggregated(*function, value.type());
      if (aggregate.kind == AggregateKind::days_covered) value.node = as_date(std::move(value.node));
    }
    args.push_back(std::move(rows.node));
    args.push_back(std::move(value.node));
  } else {
    variable = context_->next_variable++;
    args.push_back(std::move(rows.node));
  }
  if (function->missing == MissingRule::of_none) type.optional = !nonempty;
  result.node = make(ir::Op::aggregate, type, span, std::move(args));
  result.node->mode = static_cast<uint8_t>(function->mode);
  result.node->variable = variable;
  return result;
}

bool Elaborator::Impl::has_aggregate(const StandardFunction& function, const Typed& value,
                                     const ast::Aggregate& aggregate) {
  const ir::TypeKind kind = value.type().kind;
  if (function.takes.has(kind)) return true;
  std::string help;
  if (kind == ir::TypeKind::boolean) {
    help = "To count the rows where it holds, write `count of (" + text(aggregate.collection->span) +
           " where " + text(aggregate.value->span) + ")`.";
  } else if (kind == ir::TypeKind::quantity) {
    help = "Name its unit: `" + text(aggregate.value->span) + " as 'mg/dL'`.";
  } else if (kind == ir::TypeKind::money) {
    help = "Its standard deviation is an amount again: `standard_deviation(…) of …`.";
  }
  error("T105", aggregate.value->span,
        "`" + text(aggregate.value->span) + "` is " + kind_text(value.type()) + ", which has no " +
            spoken(aggregate.kind) + ".",
        help);
  return false;
}

ir::Type Elaborator::Impl::aggregated(const StandardFunction& function, ir::Type value) {
  if (function.gives == Gives::unrounded) {
    value.step.reset();
    if (value.kind == ir::TypeKind::integer) value.kind = ir::TypeKind::number;
  }
  return value;
}

bool Elaborator::Impl::has_order(const Typed& key) {
  return !key.bare_missing && standard_aggregate(ast::AggregateKind::highest)->takes.has(key.type().kind);
}

void Elaborator::Impl::refuse_order(const Typed& key, Span span) {
  error("T129", span,
        "`" + text(span) + "` is " + (key.bare_missing ? "missing" : kind_text(key.type())) +
            ", and rows cannot be put in order by it.",
        "Order them by a number, an amount, a date, a text, a name or a row, which goes by its key.");
}

/// What rows in sight are put in order by. A key may be missing: such rows come last.
Elaborator::Impl::OrderKeys Elaborator::Impl::order_keys(const std::vector<ast::OrderKey>& orders) {
  OrderKeys result;
  for (const ast::OrderKey& order : orders) {
    Typed key = scalar(*order.key);
    if (key && !has_order(key)) {
      refuse_order(key, order.key->span);
      key.node = nullptr;
    }
    result.broken = result.broken || !key;
    result.descending.push_back(order.highest_first);
    result.keys.push_back(std::move(key.node));
  }
  return result;
}

Typed Elaborator::Impl::pick(const ast::Aggregate& aggregate, Typed rows, Span span) {
  const std::string word = spoken(aggregate.kind);
  ir::Type type = simple(ir::TypeKind::link);
  type.target = rows.type().target;
  type.optional = !is_nonempty(rows);
  if (aggregate.order.empty()) {
    error("T129", span, "By what a row is the " + word + " is not said.", "Write `" + word + " of … by …`.");
    return {};
  }
  const size_t mark = context_->established.size();
  const uint32_t variable = see_row(rows);
  OrderKeys order = order_keys(aggregate.order);
  if (const ir::Expr* first = order.keys.front().get();
      first != nullptr && !standard_aggregate(aggregate.kind)->takes.has(first->type.kind)) {
    const Span written = aggregate.order.front().key->span;
    error("T129", written,
          "`" + word + "` is by a date, and `" + text(written) + "` is " + kind_text(first->type) + ".",
          "Write `" + std::string(aggregate.kind == ast::AggregateKind::latest ? "highest" : "lowest") +
              " of … by …`.");
    order.broken = true;
  }
  order.descending.front() =
      aggregate.kind == ast::AggregateKind::latest || aggregate.kind == ast::AggregateKind::highest;
  unsee_row();
  forget(mark);
  if (order.broken) return {};
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(rows.node));
  for (ir::ExprPtr& key : order.keys) args.push_back(std::move(key));
  Typed result;
  result.rows = std::move(rows.rows);
  result.node = make(ir::Op::aggregate, type, span, std::move(args));
  result.node->mode = static_cast<uint8_t>(ir::AggregateMode::first);
  result.node->variable = variable;
  result.node->descending = std::move(order.descending);
  return result;
}

}  // namespace merit
