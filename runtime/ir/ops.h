#pragma once
// The one table of operations: what each is called in JSON and how many operands and which further members it
// has. Reading, writing and checking all go by it.

#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/ir/ir.h"

namespace merit::ir {

/// What Expr::index means for an operation.
enum class IndexMeaning : uint8_t { none, column, entity, count, value_set };

/// Which enumeration Expr::mode holds.
enum class ModeMeaning : uint8_t { none, rounding, range, aggregate };

struct OpInfo {
  Op op;
  std::string_view name;  ///< in JSON and in messages
  uint32_t least = 0;     ///< operands at least
  uint32_t most = 0;      ///< operands at most; `none` for any number
  IndexMeaning index = IndexMeaning::none;
  ModeMeaning mode = ModeMeaning::none;
  bool variable = false;  ///< Expr::variable means something
};

/// What kinds of aggregates have in common.
constexpr bool is_percentile(AggregateMode mode) {
  return mode >= AggregateMode::percentile_nearest_rank && mode <= AggregateMode::percentile_sas_5;
}

constexpr bool is_spread(AggregateMode mode) {
  return mode >= AggregateMode::variance_sample &&
         mode <= AggregateMode::weighted_standard_deviation_population;
}

constexpr bool is_deviation(AggregateMode mode) {
  return mode >= AggregateMode::standard_deviation_sample &&
         mode <= AggregateMode::weighted_standard_deviation_population;
}

constexpr bool is_weighted(AggregateMode mode) {
  return mode == AggregateMode::weighted_average || mode == AggregateMode::weighted_variance_population ||
         mode == AggregateMode::weighted_standard_deviation_population;
}

/// What needs all values at once.
constexpr bool is_statistic(AggregateMode mode) {
  return (mode >= AggregateMode::weighted_average && mode <= AggregateMode::rank_by) ||
         mode == AggregateMode::days_covered;
}

constexpr bool is_rank(AggregateMode mode) {
  return mode >= AggregateMode::rank_best && mode <= AggregateMode::rank_by;
}

const OpInfo& info(Op op);
/// nullptr when there is no such operation.
const OpInfo* find_op(std::string_view name);

std::string_view name_of(TypeKind kind);
std::string_view name_of(RangeMode mode);
std::string_view name_of(AggregateMode mode);
std::string_view name_of(RoundingMode mode);
std::string_view name_of(ColumnKind kind);
std::string_view name_of(EntityKind kind);
std::string_view name_of(TestCell::State state);
std::string_view name_of(SourceValue::Kind kind);
std::string_view name_of(PathStep::Kind kind);
std::string_view name_of(FhirValue::Kind kind);
std::string_view name_of(Scoring scoring);
std::string_view name_of(Population population);  ///< "denominator_exclusion": also the author's word
std::string_view name_of(CompositeScoring scoring);

/// The value of an enumeration with this name; nothing when there is none.
template <typename Enum>
std::optional<Enum> enum_named(std::string_view name);

/// The name of Expr::mode of this operation; empty when it is out of range.
std::string_view mode_name(ModeMeaning meaning, uint8_t mode);
std::optional<uint8_t> mode_named(ModeMeaning meaning, std::string_view name);

}  // namespace merit::ir
