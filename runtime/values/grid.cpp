#include "runtime/values/grid.h"

#include <vector>

namespace merit {

namespace {

constexpr std::int64_t most_steps = 1'000'000'000'000;
constexpr std::int64_t sampled_parts = 17;

}  // namespace

std::optional<Grid> Grid::make(const Number& low, const Number& high, const Number& step,
                               const char*& refusal) {
  if (step.sign() <= 0) {
    refusal = "the step has to be above zero";
    return std::nullopt;
  }
  if (high < low) {
    refusal = "the range ends below its beginning";
    return std::nullopt;
  }
  const auto last = ((high - low) / step).floor().to_int64();
  if (!last || *last > most_steps) {
    refusal = "there are more than a million million steps from one end to the other";
    return std::nullopt;
  }
  return Grid{low, step, *last};
}

GridAnswer search_grid(const Grid& grid, bool smallest,
                       const std::function<std::optional<bool>(std::int64_t position)>& holds) {
  // Distances from the end where it has to hold.
  const auto position = [&](std::int64_t distance) { return smallest ? grid.last - distance : distance; };
  std::vector<std::int64_t> sampled;
  for (std::int64_t part = 0; part <= sampled_parts; ++part) {
    // Not the product first: it would not fit for the longest grids, but quotient and rest do.
    const std::int64_t distance =
        grid.last / sampled_parts * part + grid.last % sampled_parts * part / sampled_parts;
    if (sampled.empty() || sampled.back() != distance) sampled.push_back(distance);
  }
  GridAnswer answer;
  std::int64_t within = 0;  // the last where it holds
  std::optional<std::int64_t> beyond;
  for (const std::int64_t distance : sampled) {
    const std::optional<bool> one = holds(position(distance));
    if (!one) return {GridAnswer::Kind::stopped};
    if (distance == 0 && !*one) return {GridAnswer::Kind::nowhere, position(0)};
    if (*one && beyond) {
      return {GridAnswer::Kind::not_monotone, 0, position(within), position(*beyond), position(distance)};
    }
    if (*one) within = distance;
    if (!*one && !beyond) beyond = distance;
  }
  while (beyond && *beyond - within > 1) {
    const std::int64_t middle = within + (*beyond - within) / 2;
    const std::optional<bool> one = holds(position(middle));
    if (!one) return {GridAnswer::Kind::stopped};
    if (*one)
      within = middle;
    else
      beyond = middle;
  }
  answer.position = position(within);
  return answer;
}

}  // namespace merit
