#include "runtime/values/share.h"

#include <algorithm>
#include <compare>
#include <numeric>

namespace merit {

Shares share_out(const Number& total, const Number& step, std::span<const Number> weights,
                 std::span<const std::uint32_t> order) {
  Shares result;
  if (step.sign() <= 0) {
    result.kind = Shares::Kind::step_not_positive;
    return result;
  }
  const Number steps = total / step;
  if (!steps.is_integer()) {
    result.kind = Shares::Kind::not_whole_steps;
    return result;
  }
  Number sum = 0;
  for (std::uint32_t member = 0; member < weights.size(); ++member) {
    if (weights[member].is_negative()) {
      result.kind = Shares::Kind::negative_weight;
      result.member = member;
      return result;
    }
    sum += weights[member];
  }
  if (weights.empty() || steps.is_zero()) {
    result.parts.assign(weights.size(), Number(0));
    return result;
  }
  if (sum.is_zero()) {
    result.kind = Shares::Kind::no_weight;
    return result;
  }
  const Number each = steps / sum;
  std::vector<Number> remainders(weights.size());
  Number left = steps;
  result.parts.resize(weights.size());
  for (std::size_t member = 0; member < weights.size(); ++member) {
    const Number exact = each * weights[member];
    const Number whole = exact.floor();
    remainders[member] = exact - whole;
    left -= whole;
    result.parts[member] = whole;
  }
  // Fewer than there are members: each remainder is below one step.
  const auto more = static_cast<std::size_t>(left.to_int64().value_or(0));
  if (more > 0) {
    std::vector<std::uint32_t> first(order.begin(), order.end());
    std::stable_sort(first.begin(), first.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return remainders[a] > remainders[b]; });
    for (std::size_t i = 0; i < more; ++i) result.parts[first[i]] += Number(1);
  }
  for (Number& part : result.parts) part *= step;
  return result;
}

std::vector<std::uint32_t> order_by_keys(std::span<const std::vector<Value>> keys,
                                         const std::vector<bool>& descending) {
  std::vector<std::uint32_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    for (std::size_t key = 0; key < descending.size(); ++key) {
      const Value& left = keys[a][key];
      const Value& right = keys[b][key];
      if (left.is_missing() || right.is_missing()) {
        if (left.is_missing() != right.is_missing()) return right.is_missing();
        continue;
      }
      const auto difference = compare_values(left, right);
      if (difference != 0) return descending[key] ? difference > 0 : difference < 0;
    }
    return false;
  });
  return order;
}

}  // namespace merit
