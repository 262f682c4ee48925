// Percentiles, spreads, weighted averages, ranks.
#include <algorithm>
#include <array>

#include "compiler/lower/elaborate_impl.h"
#include "compiler/model/names.h"
#include "runtime/ir/ops.h"

namespace merit {

namespace {

using ir::AggregateMode;

struct NamedMethod {
  std::string_view name;
  AggregateMode mode;
};

// What each does, and who calls it so, says runtime/values/statistics.h.
constexpr std::array percentile_methods = {
    NamedMethod{"nearest_rank", AggregateMode::percentile_nearest_rank},
    NamedMethod{"linear", AggregateMode::percentile_linear},
    NamedMethod{"exclusive", AggregateMode::percentile_exclusive},
    NamedMethod{"sas_1", AggregateMode::percentile_sas_1},
    NamedMethod{"sas_2", AggregateMode::percentile_sas_2},
    NamedMethod{"sas_3", AggregateMode::percentile_nearest_rank},
    NamedMethod{"sas_4", AggregateMode::percentile_exclusive},
    NamedMethod{"sas_5", AggregateMode::percentile_sas_5},
};

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

std::string written(ast::AggregateKind kind) {
  return kind == ast::AggregateKind::variance ? "variance" : "standard_deviation";
}

}  // namespace

std::optional<uint8_t> Elaborator::Impl::percentile_mode(const ast::Aggregate& aggregate, Span span) {
  const std::string of = " of " + text(aggregate.value->span) + " over " + text(aggregate.collection->span);
  if (aggregate.options.size() != 2) {
    const bool share = aggregate.options.size() == 1 && bare_name(*aggregate.options[0]) == nullptr;
    const std::string which = share ? text(aggregate.options[0]->span) : "85%";
    error("T160", span,
          share
              ? "By which method this percentile is taken is not said, and the methods give different values."
              : "A percentile needs its share and its method.",
          "Write `percentile(" + which + ", linear)" + of + "`. " + std::string(methods_help));
    return std::nullopt;
  }
  const std::string* name = bare_name(*aggregate.options[1]);
  const auto* found = name == nullptr ? percentile_methods.end()
                                      : std::find_if(percentile_methods.begin(), percentile_methods.end(),
                                                     [&](const NamedMethod& m) { return m.name == *name; });
  if (found != percentile_methods.end()) return static_cast<uint8_t>(found->mode);
  std::vector<std::string> names;
  for (const NamedMethod& method : percentile_methods) names.emplace_back(method.name);
  std::string help = name != nullptr ? model::did_you_mean(*name, names) : std::string();
  if (!help.empty()) help += " ";
  error("T160", aggregate.options[1]->span,
        "`" + text(aggregate.options[1]->span) + "` is no method of taking a percentile.",
        help + std::string(methods_help));
  return std::nullopt;
}

std::optional<uint8_t> Elaborator::Impl::spread_mode(const ast::Aggregate& aggregate, Span span) {
  const bool deviation = aggregate.kind == ast::AggregateKind::standard_deviation;
  const std::string* option = aggregate.options.size() == 1 ? bare_name(*aggregate.options.front()) : nullptr;
  const bool sample = option != nullptr && *option == "sample";
  if (!sample && (option == nullptr || *option != "population")) {
    const std::string word = written(aggregate.kind);
    error(
        "T161", span,
        "Whether this is the " + std::string(deviation ? "standard deviation" : "variance") +
            " of a sample or of the whole population is not said: one divides by one less than the number of "
            "values, the other by their number.",
        "Write `" + word + "(sample) of …` or `" + word + "(population) of …`.");
    return std::nullopt;
  }
  if (sample && aggregate.weight) {
    error("T163", aggregate.weight->span,
          "With weights, the variance of a sample has no one meaning; that of a population has.",
          "Write `" + written(aggregate.kind) + "(population) of … weighted by … over …`.");
    return std::nullopt;
  }
  AggregateMode mode =
      deviation ? AggregateMode::standard_deviation_population : AggregateMode::variance_population;
  if (aggregate.weight)
    mode = deviation ? AggregateMode::weighted_standard_deviation_population
                     : AggregateMode::weighted_variance_population;
  if (sample) mode = deviation ? AggregateMode::standard_deviation_sample : AggregateMode::variance_sample;
  return static_cast<uint8_t>(mode);
}

Typed Elaborator::Impl::statistic(const ast::Aggregate& aggregate, Typed rows, Span span) {
  std::optional<uint8_t> which;
  switch (aggregate.kind) {
  case ast::AggregateKind::percentile: which = percentile_mode(aggregate, span); break;
  case ast::AggregateKind::standard_deviation:
  case ast::AggregateKind::variance: which = spread_mode(aggregate, span); break;
  case ast::AggregateKind::median: which = static_cast<uint8_t>(AggregateMode::median); break;
  default: which = static_cast<uint8_t>(AggregateMode::weighted_average); break;
  }
  if (!which) return {};
  const auto mode = static_cast<AggregateMode>(*which);
  if (aggregate.weight && !ir::is_weighted(mode)) {
    refuse_weight(aggregate);
    return {};
  }
  const bool nonempty = is_nonempty(rows);
  // The share is a value of the current row, not of those it is taken over.
  Typed second;
  if (ir::is_percentile(mode)) {
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

  ir::Type type = value.type();
  const bool money = type.kind == ir::TypeKind::money;
  const bool variance = ir::is_spread(mode) && !ir::is_deviation(mode);
  if (!is_numeric(type) && (!money || variance)) {
    error("T105", aggregate.value->span,
          "`" + text(aggregate.value->span) + "` is " + kind_text(type) + ", which has no " +
              std::string(word_of(aggregate.kind)) + ".",
          money ? "Its standard deviation is an amount again: `standard_deviation(…) of …`." : "");
    return {};
  }
  // These two give one of the values as it is.
  if (mode != AggregateMode::percentile_nearest_rank && mode != AggregateMode::percentile_sas_2) {
    type.step.reset();
    if (!money) type.kind = ir::TypeKind::number;
  }
  const bool sample =
      mode == AggregateMode::variance_sample || mode == AggregateMode::standard_deviation_sample;
  type.optional = !nonempty || sample;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(rows.node));
  args.push_back(std::move(value.node));
  if (second) args.push_back(std::move(second.node));
  Typed result;
  result.node = make(ir::Op::aggregate, type, span, std::move(args));
  result.node->mode = *which;
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
  std::vector<ir::ExprPtr> keys;
  std::vector<bool> descending{*aggregate.highest_first};
  bool broken = !value;
  for (const ast::OrderKey& order : aggregate.order) {
    Typed key = scalar(*order.key);
    if (key && !has_order(key)) {
      refuse_order(key, order.key->span);
      key.node = nullptr;
    }
    broken = broken || !key;
    descending.push_back(order.highest_first);
    keys.push_back(std::move(key.node));
  }
  unsee_row();
  forget(mark);
  show_rows(std::move(hidden));
  if (broken) return {};
  const ir::TypeKind kind = value.type().kind;
  if (!is_numeric(value.type()) && kind != ir::TypeKind::money && kind != ir::TypeKind::date) {
    error("T105", aggregate.value->span,
          "`" + value_text + "` is " + kind_text(value.type()) +
              ", and ranks go by numbers, amounts and dates.");
    return {};
  }
  AggregateMode mode = AggregateMode::rank_by;
  if (aggregate.ties == ast::Ties::best) mode = AggregateMode::rank_best;
  if (aggregate.ties == ast::Ties::average) mode = AggregateMode::rank_average;
  ir::Type type;
  type.kind = mode == AggregateMode::rank_average ? ir::TypeKind::number : ir::TypeKind::integer;
  type.optional = !sure;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(rows.node));
  args.push_back(std::move(value.node));
  args.push_back(std::move(own));
  for (ir::ExprPtr& key : keys) args.push_back(std::move(key));
  Typed result;
  result.node = make(ir::Op::aggregate, type, span, std::move(args));
  result.node->mode = static_cast<uint8_t>(mode);
  result.node->variable = variable;
  result.node->descending = std::move(descending);
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
