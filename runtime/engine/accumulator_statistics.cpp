// Percentiles, spreads, weighted averages, ranks: what needs all values of an owner at once.

#include <algorithm>
#include <stdexcept>

#include "runtime/engine/accumulator.h"
#include "runtime/ir/ops.h"
#include "runtime/values/statistics.h"

namespace merit::engine {

using ir::AggregateMode;
using ir::FaultKind;

int order_of_ranked(const ir::Expr& node, const RankedMember& a, const RankedMember& b) {
  for (size_t key = 0; key < a.keys.size(); ++key) {
    const Value& x = a.keys[key];
    const Value& y = b.keys[key];
    if (x.is_missing() != y.is_missing()) return x.is_missing() ? 1 : -1;
    if (x.is_missing()) continue;
    const auto order = compare_values(x, y);
    if (order != 0) return (order < 0) != node.descending[key] ? -1 : 1;
  }
  return 0;
}

void Accumulator::add_statistic(const std::vector<uint32_t>& lanes, const std::vector<uint32_t>& rows,
                                std::span<const Lanes> values) {
  const auto size = static_cast<uint32_t>(lanes.size());
  const Lifted all = lift(values, size);
  for (const FaultAt& at : all.faults) {
    for (uint32_t i = all.uniform ? 0 : at.row; i < (all.uniform ? size : at.row + 1); ++i)
      add_fault(lanes[i], at.fault);
  }
  // A tie key may be missing.
  const Lifted states = values.size() > 2 ? lift(values.first(2), size) : all;
  const std::vector<uint8_t> known = known_cells(states, size);
  if (!states.missing.empty()) {
    for (uint32_t i = 0; i < size; ++i) {
      const uint32_t reason = states.missing[states.uniform ? 0 : i];
      if (reason == 0) continue;
      if (missing_.empty()) missing_.assign(lanes_, 0);
      uint32_t& first = missing_[lanes[i] - first_lane_];
      if (first == 0) first = reason;
    }
  }
  const bool rank = ir::is_rank(mode_);
  for (uint32_t i = 0; i < size; ++i) {
    const uint32_t lane = lanes[i] - first_lane_;
    ++counts_[lane];
    if (known[known.size() == 1 ? 0 : i] == 0) continue;
    if (mode_ == AggregateMode::days_covered) {
      const uint32_t cell = values[0].cell(i);
      periods_[lane].push_back({Date{values[0].first[cell]}, Date{values[0].second[cell]}});
      continue;
    }
    if (!rank) {
      numbers_[lane].push_back(number_at(values[0], values[0].cell(i)));
      if (values.size() > 1) seconds_[lane].push_back(number_at(values[1], values[1].cell(i)));
      continue;
    }
    const auto faulted = [&](const Lanes& key) { return key.fault_at(i) != nullptr; };
    if (std::any_of(values.begin(), values.end(), faulted)) continue;
    own_rows_[lane] = values[1].u32[values[1].cell(i)];
    RankedMember member{rows[i], {}};
    for (size_t key = 0; key < values.size(); ++key) {
      if (key != 1) member.keys.push_back(value_at(values[key], i, *pool_));
    }
    ranked_[lane].push_back(std::move(member));
  }
}

void Accumulator::merge_statistic(Accumulator& later, uint32_t shift) {
  const auto append = [&](auto& mine, auto& others) {
    for (uint32_t i = 0; i < others.size(); ++i) {
      auto& to = mine[i + shift];
      to.insert(to.end(), std::make_move_iterator(others[i].begin()),
                std::make_move_iterator(others[i].end()));
    }
  };
  append(numbers_, later.numbers_);
  append(seconds_, later.seconds_);
  append(ranked_, later.ranked_);
  append(periods_, later.periods_);
  for (uint32_t i = 0; i < later.own_rows_.size(); ++i) {
    if (!later.ranked_[i].empty()) own_rows_[i + shift] = later.own_rows_[i];
  }
}

Number Accumulator::spread(uint32_t lane) const {
  // The sums of the weights, of weight times value, of weight times square give it at once.
  const bool weighted = ir::is_weighted(mode_);
  const std::vector<Number>& values = numbers_[lane];
  std::vector<Number> weights;
  std::vector<Number> products;
  std::vector<Number> squares;
  for (size_t i = 0; i < values.size(); ++i) {
    const Number weight = weighted ? seconds_[lane][i] : Number(1);
    weights.push_back(weight);
    products.push_back(weight * values[i]);
    squares.push_back(products.back() * values[i]);
  }
  const Number total = add_in_tree(std::move(weights));
  const Number product = add_in_tree(std::move(products));
  const bool sample =
      mode_ == AggregateMode::variance_sample || mode_ == AggregateMode::standard_deviation_sample;
  const Number result =
      (add_in_tree(std::move(squares)) - product * product / total) / (sample ? total - Number(1) : total);
  return ir::is_deviation(mode_) ? sqrt(result) : result;
}

Number Accumulator::statistic(uint32_t lane) {
  if (mode_ == AggregateMode::days_covered) return Number(days_covered(std::move(periods_[lane])));
  std::vector<Number>& values = numbers_[lane];
  if (mode_ == AggregateMode::weighted_average) {
    std::vector<Number> products;
    for (size_t i = 0; i < values.size(); ++i) products.push_back(values[i] * seconds_[lane][i]);
    return add_in_tree(std::move(products)) / add_in_tree(seconds_[lane]);
  }
  if (ir::is_spread(mode_)) return spread(lane);
  std::sort(values.begin(), values.end());
  if (mode_ == AggregateMode::median) return median(values);
  const auto method = static_cast<PercentileMethod>(static_cast<int>(mode_) -
                                                    static_cast<int>(AggregateMode::percentile_nearest_rank));
  return percentile(values, seconds_[lane].front(), method);
}

Lanes Accumulator::finish_statistic(ValueKind kind, std::vector<uint32_t>& missing,
                                    const std::vector<uint8_t>& open, std::vector<Raised>& raised) {
  std::vector<Number> results(lanes_);
  const bool sample =
      mode_ == AggregateMode::variance_sample || mode_ == AggregateMode::standard_deviation_sample;
  for (uint32_t lane = 0; lane < lanes_; ++lane) {
    if (open[lane] == 0 || missing[lane] != 0) continue;
    if (counts_[lane] == 0) {
      if (mode_ == AggregateMode::days_covered) continue;  // no days
      missing[lane] = 1;
      continue;
    }
    if (ir::is_rank(mode_)) {
      if (const auto place = place_of(lane))
        results[lane] = *place;
      else
        missing[lane] = 1;
      continue;
    }
    if (sample && counts_[lane] == 1) {
      missing[lane] = pool_->add("one value has no spread") + 2;
      continue;
    }
    try {
      if (ir::is_weighted(mode_) && add_in_tree(seconds_[lane]).is_zero()) {
        raised.push_back({lane, FaultKind::division_by_zero, {}});
        continue;
      }
      results[lane] = statistic(lane);
    } catch (const std::domain_error& error) {
      raised.push_back({lane, FaultKind::outside_domain, error.what()});
    } catch (const std::length_error&) {
      raised.push_back({lane, FaultKind::too_many_digits, {}});
    }
    if (!results[lane].is_small() && results[lane].digits() > Number::max_digits) {
      results[lane] = Number();
      raised.push_back({lane, FaultKind::too_many_digits, {}});
    }
  }
  return pack(kind, std::move(results), lanes_, false);
}

std::optional<Number> Accumulator::place_of(uint32_t lane) {
  const std::vector<RankedMember>& members = ranked_[lane];
  const auto own = std::find_if(members.begin(), members.end(),
                                [&](const RankedMember& member) { return member.row == own_rows_[lane]; });
  if (own == members.end()) return std::nullopt;
  int64_t before = 0;
  int64_t equal = 0;
  for (const RankedMember& member : members) {
    const int order = order_of_ranked(*node_, member, *own);
    if (order < 0 || (order == 0 && mode_ == AggregateMode::rank_by && member.row < own->row)) ++before;
    if (order == 0) ++equal;
  }
  set_tie(lane, mode_ == AggregateMode::rank_by && equal > 1);
  return mode_ == AggregateMode::rank_average ? Number(2 * before + equal + 1, 2) : Number(before + 1);
}

}  // namespace merit::engine
