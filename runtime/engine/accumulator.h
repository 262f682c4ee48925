#pragma once
// What an aggregate has seen of its members so far, for a run of owners.

#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "runtime/engine/lanes.h"
#include "runtime/engine/operations.h"

namespace merit::engine {

struct RankedMember {
  uint32_t row;
  std::vector<Value> keys;  ///< the value, then the tie keys
};

/// Where a stands before (-1), with (0) or after (1) b by the keys of a rank.
int order_of_ranked(const ir::Expr& node, const RankedMember& a, const RankedMember& b);

/// Where member i stands before (-1), with (0) or after (1) member j by order keys, missing ones last.
int order_of_cells(std::span<const Lanes> keys, const std::vector<bool>& descending, uint32_t i, uint32_t j,
                   const TextPool& pool);

/// Adds neighbours, then their sums: the numbers grow together, which is far quicker than one after the
/// other.
Number add_in_tree(std::vector<Number> parts);

/// Parts that saw the members in order are merged in order; whatever the parts, the result is the same, since
/// sums are exact.
class Accumulator {
 public:
  Accumulator() = default;
  Accumulator(const ir::Expr& node, uint32_t first_lane, uint32_t lane_end, TextPool& pool);

  /// Members by lane (ascending); for count, exists and none nothing more, for `the` and `first` their rows.
  /// `values`: the aggregated expression, or the order keys, over the members.
  void add(const std::vector<uint32_t>& lanes, const std::vector<uint32_t>& rows,
           std::span<const Lanes> values);
  void add_fault(uint32_t lane, const Value::FaultPointer& fault, uint64_t times = 1);
  /// What came after.
  void merge(Accumulator& later);
  /// One cell a lane. The whole: faults of lanes of whose members nothing is known.
  Lanes finish(ValueKind kind, std::vector<FaultAt> whole, const std::vector<uint8_t>* needed,
               std::vector<Raised>& raised);

  /// `first`: 1 for lanes where several members are equal in front; `rank_by`: where another member is equal
  /// to the own row; empty: none.
  const std::vector<uint8_t>& ties() const { return ties_; }

 private:
  struct FaultCount {
    Value::FaultPointer first;
    uint64_t count = 0;
  };

  void add_sum(uint32_t lane, const Lanes& values, uint32_t begin, uint32_t end);
  void add_wide(uint32_t lane, Int128 mantissa, int scale);
  void add_big(uint32_t lane, const Number& number);
  void add_fraction(uint32_t lane, int64_t num, int64_t den);
  void flush_fractions();
  void add_best(uint32_t lane, const Lanes& values, uint32_t begin, uint32_t end);
  void add_first(uint32_t lane, const std::vector<uint32_t>& rows, std::span<const Lanes> keys,
                 uint32_t begin, uint32_t end);
  void add_statistic(const std::vector<uint32_t>& lanes, const std::vector<uint32_t>& rows,
                     std::span<const Lanes> values);
  void merge_statistic(Accumulator& later, uint32_t shift);
  Lanes finish_statistic(ValueKind kind, std::vector<uint32_t>& missing, const std::vector<uint8_t>& open,
                         std::vector<Raised>& raised);
  Number statistic(uint32_t lane);
  Number spread(uint32_t lane) const;
  std::optional<Number> place_of(uint32_t lane);
  /// Where keys stand before (-1), with (0) or after (1) others in the order of `first`.
  int order_of(const std::vector<Value>& keys, const std::vector<Value>& others) const;
  void set_tie(uint32_t lane, bool tie);
  Number sum_of(uint32_t lane) const;
  Lanes finish_sum(ValueKind kind, std::vector<uint32_t>& missing, const std::vector<uint8_t>& open,
                   std::vector<Raised>& raised);

  const ir::Expr* node_ = nullptr;
  TextPool* pool_ = nullptr;
  ir::AggregateMode mode_ = ir::AggregateMode::count;
  uint32_t first_lane_ = 0;
  uint32_t lanes_ = 0;
  std::vector<uint32_t> counts_;
  std::vector<uint32_t> missing_;  // the first one met; empty: none
  std::map<uint32_t, FaultCount> faults_;
  // sums: mantissas of one scale, and beside them what did not fit
  std::vector<Int128> sums_;
  int scale_ = 0;
  std::map<uint32_t, Number> big_sums_;
  std::unordered_map<int64_t, Int128> fractions_;  // of fraction_lane_: denominator -> sum of numerators
  uint32_t fraction_lane_ = 0;
  std::vector<uint8_t> every_;
  std::vector<Value> best_;  // least, greatest
  std::vector<uint32_t> rows_;
  std::vector<std::vector<Value>> keys_;  // of the first
  std::vector<uint8_t> ties_;             // for the first, the own place; empty: none
  // statistics: all that was seen
  std::vector<std::vector<Number>> numbers_;
  std::vector<std::vector<Number>> seconds_;  // weights, shares
  std::vector<std::vector<Period>> periods_;  // of days_covered
  std::vector<std::vector<RankedMember>> ranked_;
  std::vector<uint32_t> own_rows_;
};

}  // namespace merit::engine
