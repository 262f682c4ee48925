#include "runtime/engine/codes.h"

#include <stdexcept>

namespace merit::engine {

Lanes Memberships::of(const Lanes& codes, uint32_t size, const ValueSets& sets, const TextPool& pool) {
  Lanes out = make_lanes(ValueKind::boolean, Form::boolean, size, codes.uniform);
  uint8_t* result = out.own->u8.data();
  for (uint32_t i = 0; i < out.cells(); ++i) {
    if (codes.missing != nullptr && codes.missing[i] != 0) continue;
    const uint32_t text = codes.u32[i];
    std::atomic<uint8_t>& known = answers_[text];
    uint8_t answer = known.load(std::memory_order_relaxed);
    if (answer == 0) {
      answer = sets.holds(set_, pool.text(text)) ? 2 : 1;
      known.store(answer, std::memory_order_relaxed);
    }
    result[i] = answer == 2 ? 1 : 0;
  }
  for (const FaultAt& at : codes.faults) {
    out.own->faults.push_back({at.row - codes.fault_base, at.fault});
    result[at.row - codes.fault_base] = 0;
  }
  out.refresh();
  return out;
}

Lanes with_empty_sets(const Lanes& codes) {
  if (codes.missing == nullptr) return codes;
  constexpr uint32_t empty = 0xffffffff;  // the number of no text
  Lanes out = copy_of(codes);
  for (uint32_t i = 0; i < out.cells(); ++i) {
    if (out.missing[i] != 0) out.own->u32[i] = empty;
  }
  out.own->missing.clear();
  out.refresh();
  return out;
}

Conversions::Conversions(const std::string& unit) : text_(unit) {
  const auto parsed = ucum::parse(unit);
  if (!parsed) throw std::logic_error(unit + " is no unit");
  unit_ = *parsed;
}

const Conversions::Answer& Conversions::answer(uint32_t text, TextPool& pool) {
  std::atomic<const Answer*>& known = answers_[text];
  if (const Answer* answer = known.load(std::memory_order_acquire)) return *answer;
  Answer made;
  if (const auto quantity = Quantity::parse(pool.text(text))) {
    ucum::Converted converted = ucum::convert(*quantity, unit_, text_);
    if (converted.number) {
      made.number = std::move(*converted.number);
    } else {
      made.missing = pool.add(converted.problem) + 2;
    }
  } else {
    made.missing = 1;  // the cell of a fault
  }
  const std::lock_guard lock(mutex_);
  if (const Answer* answer = known.load(std::memory_order_acquire)) return *answer;
  known.store(&made_.emplace_back(std::move(made)), std::memory_order_release);
  return made_.back();
}

Lanes Conversions::of(const Lanes& quantities, uint32_t size, TextPool& pool) {
  const uint32_t cells = quantities.cells();
  std::vector<Number> numbers(cells);
  std::vector<uint32_t> missing;
  std::vector<uint8_t> faulted;
  if (!quantities.faults.empty()) {
    faulted.assign(cells, 0);
    for (const FaultAt& at : quantities.faults) faulted[at.row - quantities.fault_base] = 1;
  }
  for (uint32_t i = 0; i < cells; ++i) {
    if (!faulted.empty() && faulted[i] != 0) continue;
    uint32_t reason = quantities.missing == nullptr ? 0 : quantities.missing[i];
    if (reason == 0) {
      const Answer& found = answer(quantities.u32[i], pool);
      reason = found.missing;
      if (reason == 0) numbers[i] = found.number;
    }
    if (reason == 0) continue;
    if (missing.empty()) missing.assign(cells, 0);
    missing[i] = reason;
  }
  Lanes out = pack(ValueKind::number, std::move(numbers), size, quantities.uniform);
  out.own->missing = std::move(missing);
  for (const FaultAt& at : quantities.faults)
    out.own->faults.push_back({at.row - quantities.fault_base, at.fault});
  out.refresh();
  return out;
}

}  // namespace merit::engine
