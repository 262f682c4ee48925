#include "runtime/values/share.h"

#include <algorithm>
#include <compare>
#include <numeric>

namespace merit {

Shares share_out(const Number& total, const Number& step, std::span<const Number> weights,
                 const Before& before) {
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
    std::vector<std::uint32_t> first(weights.size());
    std::iota(first.begin(), first.end(), 0U);
    const auto precedes = [&](std::uint32_t a, std::uint32_t b) {
      if (remainders[a] != remainders[b]) return remainders[a] > remainders[b];
      if (before(a, b)) return true;
      return a < b && !before(b, a);
    };
    std::nth_element(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(more), first.end(), precedes);
    for (std::size_t i = 0; i < more; ++i) result.parts[first[i]] += Number(1);
    const std::uint32_t last = first[more];  // the first of those who got none
    for (std::size_t i = 0; i < more && !result.tied; ++i) {
      const std::uint32_t got = first[i];
      result.tied = remainders[got] == remainders[last] && !before(got, last) && !before(last, got);
    }
  }
  for (Number& part : result.parts) part *= step;
  return result;
}

bool before_by_keys(std::span<const Value> a, std::span<const Value> b, const std::vector<bool>& descending) {
  for (std::size_t key = 0; key < descending.size(); ++key) {
    if (a[key].is_missing() || b[key].is_missing()) {
      if (a[key].is_missing() != b[key].is_missing()) return b[key].is_missing();
      continue;
    }
    const auto difference = compare_values(a[key], b[key]);
    if (difference != 0) return descending[key] ? difference > 0 : difference < 0;
  }
  return false;
}

}  // namespace merit
