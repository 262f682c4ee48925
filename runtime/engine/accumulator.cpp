#include "runtime/engine/accumulator.h"

#include <algorithm>
#include <compare>
#include <limits>

#include "runtime/ir/ops.h"

namespace merit::engine {

using ir::AggregateMode;
using ir::FaultKind;

namespace {

bool is_sum(AggregateMode mode) {
  return mode == AggregateMode::sum || mode == AggregateMode::average;
}

bool is_best(AggregateMode mode) {
  return mode == AggregateMode::minimum || mode == AggregateMode::maximum;
}

bool fits(Int128 value) {
  return value >= std::numeric_limits<int64_t>::min() && value <= std::numeric_limits<int64_t>::max();
}

int compare(const Value& a, const Value& b) {
  const auto order = compare_values(a, b);
  return std::is_lt(order) ? -1 : std::is_gt(order) ? 1 : 0;
}

}  // namespace

Number add_in_tree(std::vector<Number> parts) {
  if (parts.empty()) return Number();
  while (parts.size() > 1) {
    size_t kept = 0;
    for (size_t i = 0; i < parts.size(); i += 2)
      parts[kept++] = i + 1 < parts.size() ? parts[i] + parts[i + 1] : parts[i];
    parts.resize(kept);
  }
  return parts.front();
}

int order_of_cells(std::span<const Lanes> keys, const std::vector<bool>& descending, uint32_t i, uint32_t j,
                   const TextPool& pool) {
  for (size_t key = 0; key < keys.size(); ++key) {
    const bool i_missing = keys[key].missing_at(i) != 0;
    const bool j_missing = keys[key].missing_at(j) != 0;
    if (i_missing != j_missing) return j_missing ? -1 : 1;
    if (i_missing) continue;
    const int order = compare_cells(keys[key], keys[key].cell(i), keys[key], keys[key].cell(j), pool);
    if (order != 0) return descending[key] ? -order : order;
  }
  return 0;
}

Accumulator::Accumulator(const ir::Expr& node, uint32_t first_lane, uint32_t lane_end, TextPool& pool)
    : node_(&node), pool_(&pool), mode_(static_cast<AggregateMode>(node.mode)), first_lane_(first_lane),
      lanes_(lane_end - first_lane), counts_(lanes_, 0) {
  if (is_sum(mode_)) sums_.assign(lanes_, 0);
  if (is_best(mode_)) best_.resize(lanes_);
  if (mode_ == AggregateMode::every) every_.assign(lanes_, 1);
  if (mode_ == AggregateMode::the || mode_ == AggregateMode::first) rows_.assign(lanes_, 0);
  if (mode_ == AggregateMode::first) keys_.resize(lanes_);
  if (ir::is_rank(mode_)) {
    ranked_.resize(lanes_);
    own_rows_.assign(lanes_, 0);
  } else if (mode_ == AggregateMode::days_covered) {
    periods_.resize(lanes_);
  } else if (ir::is_statistic(mode_)) {
    numbers_.resize(lanes_);
    if (ir::is_weighted(mode_) || ir::is_percentile(mode_)) seconds_.resize(lanes_);
  }
}

void Accumulator::add_fault(uint32_t lane, const Value::FaultPointer& fault, uint64_t times) {
  FaultCount& count = faults_[lane - first_lane_];
  count.first = count.first ? ir::first_of(count.first, fault) : fault;
  count.count += times;
}

void Accumulator::add(const std::vector<uint32_t>& lanes, const std::vector<uint32_t>& rows,
                      std::span<const Lanes> values) {
  if (ir::is_statistic(mode_)) {
    add_statistic(lanes, rows, values);
    return;
  }
  const auto size = static_cast<uint32_t>(lanes.size());
  // Faults of values; an aggregate with one has no other result, so that what such a lane sums up does not
  // matter. But a key of `first` may be missing, and counts then.
  if (mode_ == AggregateMode::first) {
    const Lifted states = lift(values, size);
    for (const FaultAt& at : states.faults) {
      for (uint32_t i = states.uniform ? 0 : at.row; i < (states.uniform ? size : at.row + 1); ++i)
        add_fault(lanes[i], at.fault);
    }
  } else if (!values.empty()) {
    const Lanes& one = values.front();
    for (const FaultAt& at : one.faults) {
      const uint32_t cell = at.row - one.fault_base;
      for (uint32_t i = one.uniform ? 0 : cell; i < (one.uniform ? size : cell + 1); ++i)
        add_fault(lanes[i], at.fault);
    }
    if (one.missing != nullptr) {
      for (uint32_t i = 0; i < size; ++i) {
        const uint32_t reason = one.missing_at(i);
        if (reason == 0 || one.fault_at(i) != nullptr) continue;
        if (missing_.empty()) missing_.assign(lanes_, 0);
        uint32_t& first = missing_[lanes[i] - first_lane_];
        if (first == 0) first = reason;
      }
    }
  }
  for (uint32_t begin = 0; begin < size;) {
    const uint32_t lane = lanes[begin];
    uint32_t end = begin + 1;
    while (end < size && lanes[end] == lane) ++end;
    const uint32_t mine = lane - first_lane_;
    const bool first = counts_[mine] == 0;
    counts_[mine] += end - begin;
    switch (mode_) {
    case AggregateMode::sum:
    case AggregateMode::average: add_sum(mine, values.front(), begin, end); break;
    case AggregateMode::minimum:
    case AggregateMode::maximum: add_best(mine, values.front(), begin, end); break;
    case AggregateMode::every:
      for (uint32_t i = begin; i < end; ++i) every_[mine] &= values.front().u8[values.front().cell(i)];
      break;
    case AggregateMode::the:
      if (first) rows_[mine] = rows[begin];
      break;
    case AggregateMode::first: add_first(mine, rows, values, begin, end); break;
    default: break;
    }
    begin = end;
  }
}

// ------------------------------------------------------------------------------------------------------------
// sums

void Accumulator::add_big(uint32_t lane, const Number& number) {
  Number& sum = big_sums_[lane];
  sum = sum + number;
}

void Accumulator::add_wide(uint32_t lane, Int128 mantissa, int scale) {
  if (scale > scale_) {
    const int64_t factor = power_of_ten(scale - scale_);
    for (uint32_t i = 0; i < lanes_; ++i) {
      Int128 scaled = 0;
      if (__builtin_mul_overflow(sums_[i], static_cast<Int128>(factor), &scaled)) {
        add_big(i, Number::from_wide(sums_[i], power_of_ten(scale_)));
        scaled = 0;
      }
      sums_[i] = scaled;
    }
    scale_ = scale;
  }
  Int128 aligned = 0;
  if (__builtin_mul_overflow(mantissa, static_cast<Int128>(power_of_ten(scale_ - scale)), &aligned)) {
    add_big(lane, Number::from_wide(mantissa, power_of_ten(scale)));
    return;
  }
  Int128 sum = 0;
  if (__builtin_add_overflow(sums_[lane], aligned, &sum)) {
    add_big(lane, Number::from_wide(sums_[lane], power_of_ten(scale_)));
    sum = aligned;
  }
  sums_[lane] = sum;
}

void Accumulator::add_fraction(uint32_t lane, int64_t num, int64_t den) {
  if (lane != fraction_lane_) {
    flush_fractions();
    fraction_lane_ = lane;
  }
  fractions_[den] += num;
}

void Accumulator::flush_fractions() {
  if (fractions_.empty()) return;
  std::vector<Number> parts;
  parts.reserve(fractions_.size());
  for (const auto& [den, num] : fractions_) parts.push_back(Number::from_wide(num, den));
  add_big(fraction_lane_, add_in_tree(std::move(parts)));
  fractions_.clear();
}

void Accumulator::add_sum(uint32_t lane, const Lanes& values, uint32_t begin, uint32_t end) {
  if (values.form == Form::decimal) {
    Int128 sum = 0;
    if (values.uniform) {
      sum = static_cast<Int128>(*values.i64) * (end - begin);
    } else {
      for (uint32_t i = begin; i < end; ++i) sum += values.i64[i];
    }
    add_wide(lane, sum, values.scale);
    return;
  }
  const bool known = values.all_known();
  for (uint32_t i = begin; i < end; ++i) {
    const uint32_t cell = values.cell(i);
    if (!known && (values.missing_at(i) != 0 || values.fault_at(i) != nullptr)) continue;
    if (values.form == Form::rational)
      add_fraction(lane, values.i64[cell], values.den[cell]);
    else
      add_big(lane, values.big[cell]);
  }
}

Number Accumulator::sum_of(uint32_t lane) const {
  Number sum = Number::from_wide(sums_[lane], power_of_ten(scale_));
  if (const auto found = big_sums_.find(lane); found != big_sums_.end()) sum = sum + found->second;
  return sum;
}

// ------------------------------------------------------------------------------------------------------------
// least, greatest, first

void Accumulator::add_best(uint32_t lane, const Lanes& values, uint32_t begin, uint32_t end) {
  const bool known = values.all_known();
  const int sign = mode_ == AggregateMode::minimum ? 1 : -1;
  uint32_t best = ir::none;
  if (known && values.form == Form::decimal) {
    best = begin;
    if (!values.uniform) {
      for (uint32_t i = begin + 1; i < end; ++i) {
        if (sign > 0 ? values.i64[i] < values.i64[best] : values.i64[i] > values.i64[best]) best = i;
      }
    }
  } else {
    for (uint32_t i = begin; i < end; ++i) {
      if (!known && (values.missing_at(i) != 0 || values.fault_at(i) != nullptr)) continue;
      if (best == ir::none ||
          sign * compare_cells(values, values.cell(i), values, values.cell(best), *pool_) < 0)
        best = i;
    }
  }
  if (best == ir::none) return;
  Value value = value_at(values, best, *pool_);
  if (!best_[lane].is_known() || sign * compare(value, best_[lane]) < 0) best_[lane] = std::move(value);
}

int Accumulator::order_of(const std::vector<Value>& keys, const std::vector<Value>& others) const {
  for (size_t key = 0; key < keys.size(); ++key) {
    if (keys[key].is_missing() != others[key].is_missing()) return others[key].is_missing() ? -1 : 1;
    if (keys[key].is_missing()) continue;
    const int order = compare(keys[key], others[key]);
    if (order != 0) return node_->descending[key] ? -order : order;
  }
  return 0;
}

void Accumulator::set_tie(uint32_t lane, bool tie) {
  if (ties_.empty() && tie) ties_.assign(lanes_, 0);
  if (!ties_.empty()) ties_[lane] = tie ? 1 : 0;
}

void Accumulator::add_first(uint32_t lane, const std::vector<uint32_t>& rows, std::span<const Lanes> keys,
                            uint32_t begin, uint32_t end) {
  const auto faulted = [&](uint32_t i) {
    return std::any_of(keys.begin(), keys.end(),
                       [&](const Lanes& key) { return key.fault_at(i) != nullptr; });
  };
  uint32_t best = ir::none;
  bool tie = false;
  for (uint32_t i = begin; i < end; ++i) {
    if (faulted(i)) continue;
    const int order = best == ir::none ? -1 : order_of_cells(keys, node_->descending, i, best, *pool_);
    if (order < 0) best = i;
    tie = order == 0 || (order > 0 && tie);
  }
  if (best == ir::none) return;
  std::vector<Value> values;
  for (const Lanes& key : keys) values.push_back(value_at(key, best, *pool_));
  const int order = keys_[lane].empty() ? -1 : order_of(values, keys_[lane]);
  if (order > 0) return;
  set_tie(lane, order == 0 || tie);
  if (order == 0) return;
  keys_[lane] = std::move(values);
  rows_[lane] = rows[best];
}

// ------------------------------------------------------------------------------------------------------------
// together

void Accumulator::merge(Accumulator& later) {
  flush_fractions();
  later.flush_fractions();
  const uint32_t shift = later.first_lane_ - first_lane_;
  for (uint32_t i = 0; i < later.lanes_; ++i) {
    const uint32_t lane = i + shift;
    const bool first = counts_[lane] == 0;
    counts_[lane] += later.counts_[i];
    if (!sums_.empty() && later.sums_[i] != 0) add_wide(lane, later.sums_[i], later.scale_);
    if (!every_.empty()) every_[lane] &= later.every_[i];
    if (!best_.empty() && later.best_[i].is_known()) {
      const int sign = mode_ == AggregateMode::minimum ? 1 : -1;
      if (!best_[lane].is_known() || sign * compare(later.best_[i], best_[lane]) < 0)
        best_[lane] = std::move(later.best_[i]);
    }
    if (mode_ == AggregateMode::the && first) rows_[lane] = later.rows_[i];
    if (mode_ == AggregateMode::first && !later.keys_[i].empty()) {
      const int order = keys_[lane].empty() ? -1 : order_of(later.keys_[i], keys_[lane]);
      if (order <= 0) set_tie(lane, order == 0 || (!later.ties_.empty() && later.ties_[i] != 0));
      if (order >= 0) continue;
      keys_[lane] = std::move(later.keys_[i]);
      rows_[lane] = later.rows_[i];
    }
  }
  if (ir::is_statistic(mode_)) merge_statistic(later, shift);
  for (const auto& [lane, sum] : later.big_sums_) add_big(lane + shift, sum);
  if (!later.missing_.empty()) {
    if (missing_.empty()) missing_.assign(lanes_, 0);
    for (uint32_t i = 0; i < later.lanes_; ++i) {
      if (missing_[i + shift] == 0) missing_[i + shift] = later.missing_[i];
    }
  }
  for (const auto& [lane, count] : later.faults_) {
    FaultCount& mine = faults_[lane + shift];
    mine.first = mine.first ? ir::first_of(mine.first, count.first) : count.first;
    mine.count += count.count;
  }
}

Lanes Accumulator::finish_sum(ValueKind kind, std::vector<uint32_t>& missing,
                              const std::vector<uint8_t>& open, std::vector<Raised>& raised) {
  flush_fractions();
  const bool average = mode_ == AggregateMode::average;
  if (average) {
    for (uint32_t i = 0; i < lanes_; ++i) {
      if (counts_[i] != 0 || missing[i] != 0) continue;
      missing[i] = 1;
    }
  }
  bool quick = big_sums_.empty() && scale_ <= 18;
  for (uint32_t i = 0; quick && i < lanes_; ++i) {
    quick = fits(sums_[i]) && (!average || fits(static_cast<Int128>(counts_[i]) * power_of_ten(scale_)));
  }
  if (quick) {
    Lanes out = make_lanes(kind, average ? Form::rational : Form::decimal, lanes_);
    out.own->scale = out.scale = average ? 0 : scale_;
    out.own->reduced = !average;
    for (uint32_t i = 0; i < lanes_; ++i) {
      out.own->i64[i] = static_cast<int64_t>(sums_[i]);
      if (average && counts_[i] != 0) out.own->den[i] = counts_[i] * power_of_ten(scale_);
    }
    return out;
  }
  std::vector<Number> numbers(lanes_);
  for (uint32_t i = 0; i < lanes_; ++i) {
    if (open[i] == 0 || missing[i] != 0) continue;
    numbers[i] = sum_of(i);
    if (average) numbers[i] = numbers[i] / Number(int64_t{counts_[i]});
    if (!numbers[i].is_small() && numbers[i].digits() > Number::max_digits) {
      numbers[i] = Number();
      raised.push_back({i, FaultKind::too_many_digits, {}});
    }
  }
  return pack(kind, std::move(numbers), lanes_, false);
}

Lanes Accumulator::finish(ValueKind kind, std::vector<FaultAt> whole, const std::vector<uint8_t>* needed,
                          std::vector<Raised>& raised) {
  std::vector<FaultAt> faults = std::move(whole);
  std::vector<uint8_t> open(lanes_, 1);
  if (needed != nullptr) open = *needed;
  for (const FaultAt& at : faults) open[at.row] = 0;
  for (const auto& [lane, count] : faults_) {
    if (open[lane] == 0) continue;
    open[lane] = 0;
    faults.push_back({lane, ir::aggregate_fault(count.first, count.count)});
  }
  std::sort(faults.begin(), faults.end(), [](const FaultAt& a, const FaultAt& b) { return a.row < b.row; });
  std::vector<uint32_t> missing = missing_;
  missing.resize(lanes_, 0);
  Lanes out;
  switch (mode_) {
  case AggregateMode::sum:
  case AggregateMode::average: out = finish_sum(kind, missing, open, raised); break;
  case AggregateMode::count:
    out = make_lanes(kind, Form::decimal, lanes_);
    for (uint32_t i = 0; i < lanes_; ++i) out.own->i64[i] = counts_[i];
    break;
  case AggregateMode::exists:
  case AggregateMode::none:
    out = make_lanes(kind, Form::boolean, lanes_);
    for (uint32_t i = 0; i < lanes_; ++i)
      out.own->u8[i] = (counts_[i] == 0) == (mode_ == AggregateMode::none) ? 1 : 0;
    break;
  case AggregateMode::every:
    out = make_lanes(kind, Form::boolean, lanes_);
    out.own->u8 = every_;
    break;
  case AggregateMode::minimum:
  case AggregateMode::maximum: {
    for (uint32_t i = 0; i < lanes_; ++i) {
      if (missing[i] == 0 && counts_[i] == 0) missing[i] = 1;
    }
    out.own = std::make_shared<Vector>(vector_of(kind, best_, *pool_));
    out.size = lanes_;
    break;
  }
  case AggregateMode::the:
  case AggregateMode::first:
    out = make_lanes(kind, Form::index, lanes_);
    for (uint32_t i = 0; i < lanes_; ++i) {
      if (counts_[i] == 0) missing[i] = 1;
      if (mode_ == AggregateMode::the && counts_[i] > 1 && open[i] != 0)
        raised.push_back({i, FaultKind::several_rows, {}});
      out.own->u32[i] = rows_[i];
    }
    break;
  default: out = finish_statistic(kind, missing, open, raised); break;
  }
  out.own->missing.clear();
  if (std::any_of(missing.begin(), missing.end(), [](uint32_t reason) { return reason != 0; }))
    out.own->missing = std::move(missing);
  out.own->faults = std::move(faults);
  out.refresh();
  return out;
}

}  // namespace merit::engine
