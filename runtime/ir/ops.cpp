#include "runtime/ir/ops.h"

#include <array>
#include <span>

namespace merit::ir {

namespace {

using I = IndexMeaning;
using M = ModeMeaning;

constexpr uint32_t any = none;

constexpr std::array op_table = {
    OpInfo{Op::constant, "constant"},
    OpInfo{Op::missing_value, "missing"},
    OpInfo{Op::row, "row", 0, 0, I::none, M::none, true},
    OpInfo{Op::field, "field", 1, 1, I::column},
    OpInfo{Op::lookup, "lookup", 1, any, I::entity},
    OpInfo{Op::negate, "negate", 1, 1},
    OpInfo{Op::add, "add", 2, 2},
    OpInfo{Op::subtract, "subtract", 2, 2},
    OpInfo{Op::multiply, "multiply", 2, 2},
    OpInfo{Op::divide, "divide", 2, 2},
    OpInfo{Op::power, "power", 2, 2},
    OpInfo{Op::round, "round", 2, 2, I::none, M::rounding},
    OpInfo{Op::minimum_of, "minimum_of", 1, any},
    OpInfo{Op::maximum_of, "maximum_of", 1, any},
    OpInfo{Op::minimum_of_known, "minimum_of_known", 1, any},
    OpInfo{Op::maximum_of_known, "maximum_of_known", 1, any},
    OpInfo{Op::absolute, "absolute", 1, 1},
    OpInfo{Op::floor, "floor", 1, 1},
    OpInfo{Op::ceiling, "ceiling", 1, 1},
    OpInfo{Op::square_root, "square_root", 1, 1},
    OpInfo{Op::exponential, "exponential", 1, 1},
    OpInfo{Op::logarithm, "logarithm", 1, 1},
    OpInfo{Op::equal, "equal", 2, 2},
    OpInfo{Op::not_equal, "not_equal", 2, 2},
    OpInfo{Op::less, "less", 2, 2},
    OpInfo{Op::less_equal, "less_equal", 2, 2},
    OpInfo{Op::greater, "greater", 2, 2},
    OpInfo{Op::greater_equal, "greater_equal", 2, 2},
    OpInfo{Op::in_range, "in_range", 2, 3, I::none, M::range},
    OpInfo{Op::logical_not, "not", 1, 1},
    OpInfo{Op::logical_and, "and", 1, any},
    OpInfo{Op::logical_or, "or", 1, any},
    OpInfo{Op::at_least, "at_least", 1, any, I::count},
    OpInfo{Op::is_missing, "is_missing", 1, 1},
    OpInfo{Op::is_known, "is_known", 1, 1},
    OpInfo{Op::if_missing, "if_missing", 2, 2},
    OpInfo{Op::cases, "cases", 2, any},
    OpInfo{Op::add_duration, "add_duration", 2, 2},
    OpInfo{Op::negate_duration, "negate_duration", 1, 1},
    OpInfo{Op::scale_duration, "scale_duration", 2, 2},
    OpInfo{Op::days_between, "days_between", 2, 2},
    OpInfo{Op::whole_months_between, "whole_months_between", 2, 2},
    OpInfo{Op::whole_years_between, "whole_years_between", 2, 2},
    OpInfo{Op::date_year, "date_year", 1, 1},
    OpInfo{Op::date_month, "date_month", 1, 1},
    OpInfo{Op::date_day, "date_day", 1, 1},
    OpInfo{Op::make_period, "make_period", 1, 2, I::none, M::range},
    OpInfo{Op::period_start, "period_start", 1, 1},
    OpInfo{Op::period_end, "period_end", 1, 1},
    OpInfo{Op::period_length, "period_length", 1, 1},
    OpInfo{Op::in_period, "in_period", 2, 2},
    OpInfo{Op::overlaps, "overlaps", 2, 2},
    OpInfo{Op::before, "before", 2, 2},
    OpInfo{Op::after, "after", 2, 2},
    OpInfo{Op::to_datetime, "to_datetime", 1, 1},
    OpInfo{Op::date_of, "date_of", 1, 1},
    OpInfo{Op::period_has_start, "period_has_start", 1, 1},
    OpInfo{Op::period_has_end, "period_has_end", 1, 1},
    OpInfo{Op::common_part, "common_part", 2, 2},
    OpInfo{Op::whole_days_between, "whole_days_between", 2, 2},
    OpInfo{Op::whole_hours_between, "whole_hours_between", 2, 2},
    OpInfo{Op::whole_minutes_between, "whole_minutes_between", 2, 2},
    OpInfo{Op::in_value_set, "in_value_set", 1, 1, I::value_set},
    OpInfo{Op::in_unit, "in_unit", 1, 1},
    OpInfo{Op::all_rows, "all_rows", 0, 0, I::entity},
    OpInfo{Op::reverse, "reverse", 1, 1, I::column},
    OpInfo{Op::reverse_each, "reverse_each", 1, 1, I::column},
    OpInfo{Op::targets, "targets", 1, 1, I::column},
    OpInfo{Op::filter, "filter", 2, 2, I::none, M::none, true},
    OpInfo{Op::bound, "bound", 0, 0, I::none, M::none, true},
    OpInfo{Op::largest, "largest", 4, 4, I::none, M::none, true},
    OpInfo{Op::smallest, "smallest", 4, 4, I::none, M::none, true},
    OpInfo{Op::apportion, "apportion", 5, any, I::none, M::none, true},
    OpInfo{Op::aggregate, "aggregate", 1, any, I::none, M::aggregate, true},
};

constexpr bool in_order() {
  for (size_t i = 0; i < op_table.size(); ++i) {
    if (static_cast<size_t>(op_table[i].op) != i) return false;
  }
  return op_table.size() == static_cast<size_t>(Op::aggregate) + 1;
}

static_assert(in_order(), "one entry for every operation, in the order of Op");

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 15> type_names = {
    "boolean",  "integer",         "number", "money",    "text",        "date", "duration",  "period",
    "datetime", "datetime_period", "codes",  "quantity", "enumeration", "link", "collection"};
constexpr std::array<std::string_view, 5> range_names = {"closed", "below_high", "over_low", "from_low",
                                                         "under_high"};
constexpr std::array<std::string_view, 30> aggregate_names = {"count",
                                                              "sum",
                                                              "average",
                                                              "minimum",
                                                              "maximum",
                                                              "exists",
                                                              "none",
                                                              "every",
                                                              "the",
                                                              "first",
                                                              "weighted_average",
                                                              "median",
                                                              "percentile_nearest_rank",
                                                              "percentile_linear",
                                                              "percentile_exclusive",
                                                              "percentile_sas_1",
                                                              "percentile_sas_2",
                                                              "percentile_sas_5",
                                                              "variance_sample",
                                                              "variance_population",
                                                              "weighted_variance_population",
                                                              "standard_deviation_sample",
                                                              "standard_deviation_population",
                                                              "weighted_standard_deviation_population",
                                                              "rank_best",
                                                              "rank_average",
                                                              "rank_by",
                                                              "list",
                                                              "previous",
                                                              "days_covered"};
constexpr std::array<std::string_view, 6> rounding_names = {"half_away", "half_even", "up",
                                                            "down",      "ceiling",   "floor"};
constexpr std::array<std::string_view, 3> column_names = {"stored", "constant", "computed"};
constexpr std::array<std::string_view, 6> entity_names = {"program", "data",  "table",
                                                          "groups",  "pairs", "parts"};
constexpr std::array<std::string_view, 4> state_names = {"not_given", "known", "missing", "fault"};
constexpr std::array<std::string_view, 8> source_names = {"cell",           "cell_known",  "cell_missing",
                                                          "cell_is",        "cell_is_not", "for_each_row",
                                                          "for_each_value", "constant"};
constexpr std::array<std::string_view, 3> step_names = {"element", "choice", "extension"};
constexpr std::array<std::string_view, 14> fhir_names = {
    "path",     "first_of", "only",       "position",  "owner", "fingerprint", "count",
    "constant", "is_known", "is_missing", "is_one_of", "not",   "and",         "or"};

constexpr std::array<std::string_view, 4> scoring_names = {"proportion", "ratio", "continuous_variable",
                                                           "cohort"};
constexpr std::array<std::string_view, 8> population_names = {
    "initial_population", "denominator",         "denominator_exclusion", "denominator_exception",
    "numerator",          "numerator_exclusion", "measure_population",    "measure_population_exclusion"};
constexpr std::array<std::string_view, 3> composite_names = {"all_or_none", "opportunity", "weighted"};

Names names(Scoring /*tag*/) {
  return scoring_names;
}

Names names(Population /*tag*/) {
  return population_names;
}

Names names(CompositeScoring /*tag*/) {
  return composite_names;
}

Names names(AggregateMode /*tag*/) {
  return aggregate_names;
}

Names names(TypeKind /*tag*/) {
  return type_names;
}

Names names(ColumnKind /*tag*/) {
  return column_names;
}

Names names(EntityKind /*tag*/) {
  return entity_names;
}

Names names(TestCell::State /*tag*/) {
  return state_names;
}

Names names(SourceValue::Kind /*tag*/) {
  return source_names;
}

Names names(PathStep::Kind /*tag*/) {
  return step_names;
}

Names names(FhirValue::Kind /*tag*/) {
  return fhir_names;
}

std::string_view name_at(Names table, size_t index) {
  return index < table.size() ? table[index] : "";
}

std::optional<uint8_t> index_of(Names table, std::string_view name) {
  for (size_t i = 0; i < table.size(); ++i) {
    if (table[i] == name) return static_cast<uint8_t>(i);
  }
  return std::nullopt;
}

Names mode_names(ModeMeaning meaning) {
  switch (meaning) {
  case M::none: return {};
  case M::rounding: return rounding_names;
  case M::range: return range_names;
  case M::aggregate: return aggregate_names;
  }
  return {};
}

}  // namespace

const OpInfo& info(Op op) {
  return op_table.at(static_cast<size_t>(op));
}

const OpInfo* find_op(std::string_view name) {
  for (const OpInfo& entry : op_table) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

std::string_view name_of(TypeKind kind) {
  return name_at(type_names, static_cast<size_t>(kind));
}

std::string_view name_of(RangeMode mode) {
  return name_at(range_names, static_cast<size_t>(mode));
}

std::string_view name_of(AggregateMode mode) {
  return name_at(aggregate_names, static_cast<size_t>(mode));
}

std::string_view name_of(RoundingMode mode) {
  return name_at(rounding_names, static_cast<size_t>(mode));
}

std::string_view name_of(ColumnKind kind) {
  return name_at(column_names, static_cast<size_t>(kind));
}

std::string_view name_of(EntityKind kind) {
  return name_at(entity_names, static_cast<size_t>(kind));
}

std::string_view name_of(TestCell::State state) {
  return name_at(state_names, static_cast<size_t>(state));
}

std::string_view name_of(SourceValue::Kind kind) {
  return name_at(source_names, static_cast<size_t>(kind));
}

std::string_view name_of(PathStep::Kind kind) {
  return name_at(step_names, static_cast<size_t>(kind));
}

std::string_view name_of(FhirValue::Kind kind) {
  return name_at(fhir_names, static_cast<size_t>(kind));
}

std::string_view name_of(Scoring scoring) {
  return name_at(scoring_names, static_cast<size_t>(scoring));
}

std::string_view name_of(Population population) {
  return name_at(population_names, static_cast<size_t>(population));
}

std::string_view name_of(CompositeScoring scoring) {
  return name_at(composite_names, static_cast<size_t>(scoring));
}

template <typename Enum>
std::optional<Enum> enum_named(std::string_view name) {
  const std::optional<uint8_t> index = index_of(names(Enum{}), name);
  if (!index) return std::nullopt;
  return static_cast<Enum>(*index);
}

template std::optional<TypeKind> enum_named(std::string_view name);
template std::optional<ColumnKind> enum_named(std::string_view name);
template std::optional<EntityKind> enum_named(std::string_view name);
template std::optional<TestCell::State> enum_named(std::string_view name);
template std::optional<SourceValue::Kind> enum_named(std::string_view name);
template std::optional<PathStep::Kind> enum_named(std::string_view name);
template std::optional<FhirValue::Kind> enum_named(std::string_view name);
template std::optional<Scoring> enum_named(std::string_view name);
template std::optional<Population> enum_named(std::string_view name);
template std::optional<CompositeScoring> enum_named(std::string_view name);
template std::optional<AggregateMode> enum_named(std::string_view name);

std::string_view mode_name(ModeMeaning meaning, uint8_t mode) {
  return name_at(mode_names(meaning), mode);
}

std::optional<uint8_t> mode_named(ModeMeaning meaning, std::string_view name) {
  return index_of(mode_names(meaning), name);
}

}  // namespace merit::ir
