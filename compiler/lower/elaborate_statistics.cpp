// Percentiles, spreads, weighted averages, ranks.
#include <algorithm>

#include "compiler/lower/elaborate_impl.h"
#include "compiler/lower/standard_functions.h"
#include "compiler/model/names.h"
#include "runtime/ir/ops.h"

namespace merit {

namespace {

constexpr std::string_view methods_help = "`nearest_rank` gives a value that occurs (SAS calls it definition "
                                          "3), `linear` is Excel's PERCENTILE.INC, `exclusive` "
                                          "its PERCENTILE.EXC (SAS definition 4), `sas_5` what SAS does "
                                          "unless told otherwise; `sas_1` and `sas_2` there are, too.";

bool is_numeric(const ir::Type& type) {
  return type.kind == ir::TypeKind::number || type.kind == ir::TypeKind::integer;
}

const std::string* bare_name(const ast::Expr& expr) {
  const auto* name = std::get_if<ast::NameRef>(&expr.node);
  return name != nullptr ? &name->name : nullptr;
}

}  // namespace

const StandardFunction* Elaborator::Impl::percentile(const ast::Aggregate& aggregate, Span span) {
  const std::string of = " of " + text(aggregate.value->span) + " over " + text(aggregate.collection->span);
  if (aggregate.options.size() != 2) {
    const bool share = aggregate.options.size() == 1 && bare_name(*aggregate.options[0]) == nullptr;
    const std::string which = share ? text(aggregate.options[0]->span) : "85%";
    error("T160", span,
          share
              ? "By which method this percentile is taken is not said, and the methods give different values."
              : "A percentile needs its share and its method.",
          "Write `percentile(" + which + ", linear)" + of + "`. " + std::string(methods_help));
    return nullptr;
  }
  const std::string* name = bare_name(*aggregate.options[1]);
  const StandardFunction* found =
      name == nullptr ? nullptr : standard_aggregate(ast::AggregateKind::percentile, *name);
  if (found != nullptr) return found;
  std::vector<std::string> names;
  for (const StandardFunction& function : standard_functions()) {
    if (function.name == "percentile") names.emplace_back(function.option);
  }
  std::string help = name != nullptr ? model::did_you_mean(*name, names) : std::string();
  if (!help.empty()) help += " ";
  error("T160", aggregate.options[1]->span,
        "`" + text(aggregate.options[1]->span) + "` is no method of taking a percentile.",
        help + std::string(methods_help));
  return nullptr;
}

const StandardFunction* Elaborator::Impl::spread(const ast::Aggregate& aggregate, Span span) {
  const bool deviation = aggregate.kind == ast::AggregateKind::standard_deviation;
  const std::string* option = aggregate.options.size() == 1 ? bare_name(*aggregate.options.front()) : nullptr;
  const bool sample = option != nullptr && *option == "sample";
  if (!sample && (option == nullptr || *option != "population")) {
    const std::string word(standard_aggregate(aggregate.kind, "sample")->name);
    error(
        "T161", span,
        "Whether this is the " + std::string(deviation ? "standard deviation" : "variance") +
            " of a sample or of the whole population is not said: one divides by one less than the number of "
            "values, the other by their number.",
        "Write `" + word + "(sample) of …` or `" + word + "(population) of …`.");
    return nullptr;
  }
  if (sample && aggregate.weight) {
    error("T163", aggregate.weight->span,
          "With weights, the variance of a sample has no one meaning; that of a population has.",
          "Write `" + std::string(standard_aggregate(aggregate.kind, "sample")->name) +
              "(population) of … weighted by … over …`.");
    return nullptr;
  }
  return standard_aggregate(aggregate.kind, *option, aggregate.weight != nullptr);
}

Typed Elaborator::Impl::statistic(const ast::Aggregate& aggregate, Typed rows, Span span) {
  const StandardFunction* function = nullptr;
  switch (aggregate.kind) {
  case ast::AggregateKind::percentile: function = percentile(aggregate, span); break;
  case ast::AggregateKind::standard_deviation:
  case ast::AggregateKind::variance: function = spread(aggregate, span); break;
  case ast::AggregateKind::average: function = standard_aggregate(aggregate.kind, {}, true); break;
  default: function = standard_aggregate(aggregate.kind); break;
  }
  if (function != nullptr && aggregate.weight && !function->weighted) {
    refuse_weight(aggregate);
    return {};
  }
  if (function == nullptr) return {};
  const bool nonempty = is_nonempty(rows);
  // The share is a value of the current row, not of those it is taken over.
  Typed second;
  if (aggregate.kind == ast::AggregateKind::percentile) {
    second = plain(*aggregate.options[0], "M103", "says no share");
    if (second && !is_numeric(second.type())) {
      error("T164", aggregate.options[0]->span,
            "`" + text(aggregate.options[0]->span) + "` is " + kind_text(second.type()) +
                ", and a percentile is taken at a share.",
            "Write a share from 0% to 100%: `percentile(85%, …)`.");
      return {};
    }
    if (second && second.node->op == ir::Op::constant &&
        (second.node->value.number() < Number(0) || second.node->value.number() > Number(1))) {
      const std::string share = text(aggregate.options[0]->span);
      error("T164", aggregate.options[0]->span, "A percentile is taken at a share from 0% to 100%.",
            "Write `" + share + "%` for the " + share + "th percentile.");
      return {};
    }
    if (!second) return {};
  }
  const size_t mark = context_->established.size();
  const uint32_t variable = see_row(rows);
  Typed value = value_over(aggregate, rows);
  if (aggregate.weight) second = weight_over(aggregate);
  unsee_row();
  forget(mark);
  if (!value || (aggregate.weight && !second)) return {};

  if (!has_aggregate(*function, value, aggregate)) return {};
  ir::Type type = aggregated(*function, value.type());
  type.optional = !nonempty || function->missing == MissingRule::of_one;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(rows.node));
  args.push_back(std::move(value.node));
  if (second) args.push_back(std::move(second.node));
  Typed result;
  result.node = make(ir::Op::aggregate, type, span, std::move(args));
  result.node->mode = static_cast<uint8_t>(function->mode);
  result.node->variable = variable;
  return result;
}

void Elaborator::Impl::refuse_weight(const ast::Aggregate& aggregate) {
  const bool sum = aggregate.kind == ast::AggregateKind::sum;
  const std::string value = text(aggregate.value->span);
  const std::string weight = text(aggregate.weight->span);
  error("T163", aggregate.weight->span,
        "`weighted by` goes with `average`, `variance(population)` and `standard_deviation(population)`.",
        sum ? "Write the product: `sum of " + value + " * " + weight + " over …`." : "Leave it out here.");
}

Typed Elaborator::Impl::weight_over(const ast::Aggregate& aggregate) {
  Typed weight = plain(*aggregate.weight, "M103", "is no weight");
  if (weight && !is_numeric(weight.type())) {
    error("T163", aggregate.weight->span,
          "`" + text(aggregate.weight->span) + "` is " + kind_text(weight.type()) +
              ", and a weight is a number.",
          weight.type().kind == ir::TypeKind::money
              ? "Divide it by an amount to have a number: `weighted by " + text(aggregate.weight->span) +
                    " / $1`."
              : "");
    return {};
  }
  return weight;
}

// ------------------------------------------------------------------------------------------------------------
// rank

Typed Elaborator::Impl::rank(const ast::Aggregate& aggregate, Span span) {
  const std::string value_text = text(aggregate.value->span);
  const std::string rows_text = text(aggregate.collection->span);
  const std::string start = "`rank of " + value_text + " over " + rows_text + ", ";
  if (!aggregate.highest_first) {
    error("T162", span, "Whether the highest or the lowest value comes first is not said.",
          "Write " + start + "highest first, ties share the best`, or `lowest first`.");
    return {};
  }
  if (aggregate.ties == ast::Ties::not_said) {
    const std::string so_far = start + (*aggregate.highest_first ? "highest" : "lowest") + " first, ";
    error("T162", span, "What rank equal rows get is not said, and a tie may decide money.",
          "Write " + so_far +
              "ties share the best` (1, 2, 2, 4), `ties share the average` (1, 2.5, 2.5, 4), or `ties by …` "
              "with what "
              "decides between them (1, 2, 3, 4).");
    return {};
  }
  const bool ranking = context_->ranking;
  context_->ranking = true;
  Typed rows = collection(*aggregate.collection);
  context_->ranking = ranking;
  if (!rows) return {};
  const uint32_t target = rows.type().target;
  const auto& sight = context_->scope.rows;
  const auto own_row =
      std::find_if(sight.rbegin(), sight.rend(), [&](const RowInSight& row) { return row.entity == target; });
  if (own_row == sight.rend()) {
    error("T165", span,
          "A rank is the place of the current row among others like it, and here is no " +
              entity_name(target) + " to find among `" + rows_text + "`.",
          "Define it `for each " + entity_name(target) + ":`.");
    return {};
  }
  ir::ExprPtr own = clone(*own_row->node);
  const bool sure = surely_in(*rows.node, terms_.of(*own), terms_.row(1));

  // What is ranked is said of the rows that are compared; the current row is one of them.
  HiddenRows hidden = rows.alias.empty() ? hide_rows(target) : HiddenRows();
  const size_t mark = context_->established.size();
  const uint32_t variable = see_row(rows);
  Typed value = value_over(aggregate, rows);
  OrderKeys order = order_keys(aggregate.order);
  order.descending.insert(order.descending.begin(), *aggregate.highest_first);
  unsee_row();
  forget(mark);
  show_rows(std::move(hidden));
  if (!value || order.broken) return {};
  const std::string_view ties = aggregate.ties == ast::Ties::average ? "average"
                                : aggregate.ties == ast::Ties::by    ? "by"
                                                                     : "";
  const StandardFunction& function = *standard_aggregate(ast::AggregateKind::rank, ties);
  if (!function.takes.has(value.type().kind)) {
    error("T105", aggregate.value->span,
          "`" + value_text + "` is " + kind_text(value.type()) +
              ", and ranks go by numbers, amounts and dates.");
    return {};
  }
  ir::Type type;
  type.kind = function.gives == Gives::number ? ir::TypeKind::number : ir::TypeKind::integer;
  type.optional = !sure;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(rows.node));
  args.push_back(std::move(value.node));
  args.push_back(std::move(own));
  for (ir::ExprPtr& key : order.keys) args.push_back(std::move(key));
  Typed result;
  result.node = make(ir::Op::aggregate, type, span, std::move(args));
  result.node->mode = static_cast<uint8_t>(function.mode);
  result.node->variable = variable;
  result.node->descending = std::move(order.descending);
  return result;
}

HiddenRows Elaborator::Impl::hide_rows(uint32_t entity) {
  HiddenRows hidden;
  std::vector<RowInSight>& rows = context_->scope.rows;
  for (size_t i = rows.size(); i-- > 0;) {
    if (rows[i].entity != entity) continue;
    hidden.emplace_back(i, std::move(rows[i]));
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return hidden;
}

void Elaborator::Impl::show_rows(HiddenRows hidden) {
  std::vector<RowInSight>& rows = context_->scope.rows;
  for (size_t i = hidden.size(); i-- > 0;) {
    rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(hidden[i].first), std::move(hidden[i].second));
  }
}

}  // namespace merit
