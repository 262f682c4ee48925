#include "runtime/values/statistics.h"

#include <stdexcept>

namespace merit {

namespace {

/// x(i) by its number from 1; the first and the last stand for what lies beyond them.
const Number& at(std::span<const Number> sorted, const Number& number) {
  if (number < Number(1)) return sorted.front();
  if (number > Number(static_cast<int64_t>(sorted.size()))) return sorted.back();
  return sorted[static_cast<size_t>(*number.to_int64()) - 1];
}

Number between(std::span<const Number> sorted, const Number& place) {
  const Number whole = place.floor();
  const Number& low = at(sorted, whole);
  return low + (place - whole) * (at(sorted, whole + Number(1)) - low);
}

}  // namespace

Number percentile(std::span<const Number> sorted, const Number& share, PercentileMethod method) {
  if (share < Number(0) || share > Number(1))
    throw std::domain_error("A percentile is asked for at a share from 0% to 100%.");
  const auto n = Number(static_cast<int64_t>(sorted.size()));
  const Number place = n * share;
  switch (method) {
  case PercentileMethod::nearest_rank: return at(sorted, place.ceil());
  case PercentileMethod::linear: return between(sorted, (n - Number(1)) * share + Number(1));
  case PercentileMethod::exclusive: return between(sorted, (n + Number(1)) * share);
  case PercentileMethod::sas_1: return between(sorted, place);
  case PercentileMethod::sas_2: return at(sorted, round_to(place, Number(1), RoundingMode::half_even));
  case PercentileMethod::sas_5:
    if (!place.is_integer()) return at(sorted, place.ceil());
    return (at(sorted, place) + at(sorted, place + Number(1))) / Number(2);
  }
  return sorted.front();
}

Number median(std::span<const Number> sorted) {
  const size_t half = sorted.size() / 2;
  return sorted.size() % 2 != 0 ? sorted[half] : (sorted[half - 1] + sorted[half]) / Number(2);
}

}  // namespace merit
