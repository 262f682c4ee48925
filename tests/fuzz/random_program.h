#pragma once
// Random programs of the intermediate form with random data: every operation, groups, pairs, nested
// collections, missing values, faults, numbers at the edges. The same seed gives the same program.

#include <cstdint>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "runtime/data/dataset.h"
#include "runtime/data/evaluation.h"
#include "tests/support/ir_builder.h"

namespace merit::testing {

class RandomProgram {
 public:
  /// Large ones have a few thousand rows and few nested collections.
  RandomProgram(uint64_t seed, bool large);

  std::shared_ptr<const ir::Program> program;
  std::shared_ptr<const Dataset> data;
  Overrides overrides;

 private:
  struct Bound {
    uint32_t variable;
    uint32_t entity;
  };

  /// Where an expression stands.
  struct Place {
    std::vector<Bound> bound;
    std::vector<std::pair<uint32_t, ir::TypeKind>> tried = {};  ///< variables of searches
    uint64_t times = 1;                                         ///< about how often it will be evaluated
    int depth = 0;
  };

  enum class Style : uint8_t { small, decimal, fraction, edge, huge, mixed };

  uint32_t below(uint32_t limit);
  bool chance(uint32_t percent);
  Number random_number(Style style);
  Value random_value(const ir::Type& type, Style style);
  DateTime random_time();
  ir::Type random_type();
  uint32_t random_entity();
  uint64_t estimate(uint32_t entity) const;

  void make_schema();
  void make_bands();
  void make_columns(uint32_t count);
  void make_data();
  Vector random_column(const ir::Column& column, uint32_t rows, Style style);
  uint32_t rows_of(uint32_t entity) const;

  ir::ExprPtr expression(const ir::Type& type, const Place& place);
  ir::ExprPtr leaf(const ir::Type& type, const Place& place);
  ir::ExprPtr path(const ir::Type& type, const Place& place);
  ir::ExprPtr numeric(const ir::Type& type, const Place& place);
  ir::ExprPtr integer(const Place& place);
  ir::ExprPtr truth(const Place& place);
  ir::ExprPtr date(const Place& place);
  ir::ExprPtr datetime(const Place& place);
  ir::ExprPtr link(const ir::Type& type, const Place& place);
  ir::ExprPtr choice(const ir::Type& type, const Place& place);
  ir::ExprPtr collection(uint32_t entity, const Place& place);
  ir::ExprPtr any_collection(const Place& place, uint32_t& entity);
  ir::ExprPtr statistic(const ir::Type& type, const Place& place);
  ir::ExprPtr share(const ir::Type& type, const Place& place);
  ir::ExprPtr search(const ir::Type& type, const Place& place);
  ir::ExprPtr fold(ir::AggregateMode mode, const ir::Type& type, const Place& place);

  IrBuilder builder_;
  std::mt19937_64 random_;
  bool large_;
  uint32_t next_variable_ = 2;
  uint32_t kinds_ = 0;
  uint32_t units_ = 0;
  uint32_t items_ = 0;
  uint32_t pairs_ = ir::none;
  uint32_t bands_ = 0;
  uint32_t kind_rows_ = 0;
  uint32_t band_rows_ = 0;
  uint32_t unit_rows_ = 0;
  uint32_t item_rows_ = 0;
  uint32_t colour_ = 0;
};

}  // namespace merit::testing
