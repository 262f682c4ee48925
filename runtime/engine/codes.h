#pragma once
// Codes and quantities are interned, so that what is asked of one is answered once: whether a set of codes is
// in a value set, what number a quantity is in a unit.

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>

#include "runtime/data/value_sets.h"
#include "runtime/engine/lanes.h"
#include "runtime/values/ucum.h"

namespace merit::engine {

/// Something small for each text of a pool that is asked for; pages for stretches of numbers nobody asks
/// about are not made. Reading and setting are safe from any number of threads.
template <typename T>
class ByText {
 public:
  ByText() = default;
  ByText(const ByText&) = delete;
  ByText& operator=(const ByText&) = delete;

  ~ByText() {
    for (std::atomic<Page*>& page : pages_) delete page.load(std::memory_order_relaxed);
  }

  std::atomic<T>& operator[](uint32_t text) {
    std::atomic<Page*>& place = pages_[text >> page_bits];
    Page* page = place.load(std::memory_order_acquire);
    if (page == nullptr) {
      auto made = std::make_unique<Page>();
      if (place.compare_exchange_strong(page, made.get(), std::memory_order_acq_rel)) page = made.release();
    }
    return (*page)[text & (page_size - 1)];
  }

 private:
  static constexpr uint32_t page_bits = 16;
  static constexpr uint32_t page_size = 1U << page_bits;
  using Page = std::array<std::atomic<T>, page_size>;

  std::array<std::atomic<Page*>, 1U << (32 - page_bits)> pages_{};
};

class Memberships {
 public:
  explicit Memberships(uint32_t set) : set_(set) {}

  /// Lanes of codes to lanes of yes and no; of none at all: no.
  Lanes of(const Lanes& codes, uint32_t size, const ValueSets& sets, const TextPool& pool);

 private:
  uint32_t set_;
  ByText<uint8_t> answers_;  // 0: not asked yet, 1: no, 2: yes
};

/// Codes for a comparison: the empty set, which is missing elsewhere, is a set like others.
Lanes with_empty_sets(const Lanes& codes);

class Conversions {
 public:
  /// Throws std::logic_error for what is no unit.
  explicit Conversions(const std::string& unit);

  /// Lanes of quantities to lanes of numbers.
  Lanes of(const Lanes& quantities, uint32_t size, TextPool& pool);

 private:
  struct Answer {
    Number number;
    uint32_t missing = 0;  // as in Vector
  };

  const Answer& answer(uint32_t text, TextPool& pool);

  std::string text_;
  ucum::Unit unit_;
  ByText<const Answer*> answers_;
  std::mutex mutex_;
  std::deque<Answer> made_;
};

}  // namespace merit::engine
