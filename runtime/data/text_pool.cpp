// Interned texts. A text's shard is chosen by its hash; each shard is an open-addressed table that is read
// without a lock and grown under one. The texts themselves stand in blocks that never move, found by number
// through a table of segments that double in size.
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <mutex>
#include <stdexcept>

#include "runtime/data/hash.h"
#include "runtime/data/vector.h"

namespace merit {

namespace {

constexpr uint32_t shard_count = 64;
constexpr uint32_t first_segment_bits = 12;
constexpr uint32_t segment_count = 32 - first_segment_bits + 1;
constexpr size_t block_size = 64 * 1024;

/// Slots hold the upper half of the hash and number + 1; 0 is free.
struct Table {
  explicit Table(size_t capacity) : slots(capacity), mask(capacity - 1) {}

  std::vector<std::atomic<uint64_t>> slots;
  size_t mask;
};

struct alignas(64) Shard {
  std::atomic<Table*> table{nullptr};
  std::mutex mutex;
  std::vector<std::unique_ptr<Table>> tables;  // the present one last; readers may still be in earlier ones
  size_t used = 0;
  std::vector<std::unique_ptr<char[]>> blocks;
  char* free_begin = nullptr;
  size_t free_size = 0;

  std::string_view store(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > free_size) {
      const size_t size = std::max(block_size, text.size());
      blocks.push_back(std::make_unique_for_overwrite<char[]>(size));
      free_begin = blocks.back().get();
      free_size = size;
    }
    char* place = free_begin;
    std::memcpy(place, text.data(), text.size());
    free_begin += text.size();
    free_size -= text.size();
    return {place, text.size()};
  }
};

/// Number to segment: segment s > 0 holds the numbers from 2^(bits+s-1) to below 2^(bits+s), segment 0 those
/// below 2^bits.
uint32_t segment_of(uint32_t id) {
  const uint32_t width = static_cast<uint32_t>(std::bit_width(id));
  return width <= first_segment_bits ? 0 : width - first_segment_bits;
}

uint32_t segment_start(uint32_t segment) {
  return segment == 0 ? 0 : uint32_t{1} << (first_segment_bits + segment - 1);
}

size_t segment_size(uint32_t segment) {
  return segment == 0 ? size_t{1} << first_segment_bits : size_t{1} << (first_segment_bits + segment - 1);
}

}  // namespace

struct TextPool::Impl {
  std::array<Shard, shard_count> shards;
  std::atomic<uint32_t> next{0};
  std::array<std::atomic<std::string_view*>, segment_count> segments{};
  std::mutex segments_mutex;

  Impl() {
    for (Shard& shard : shards) grow(shard, 64);
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ~Impl() {
    for (const std::atomic<std::string_view*>& segment : segments) delete[] segment.load();
  }

  std::string_view text(uint32_t id) const {
    const uint32_t segment = segment_of(id);
    return segments[segment].load(std::memory_order_acquire)[id - segment_start(segment)];
  }

  std::optional<uint32_t> look_up(const Table& table, uint64_t hash, std::string_view wanted) const {
    for (size_t i = hash & table.mask;; i = (i + 1) & table.mask) {
      const uint64_t slot = table.slots[i].load(std::memory_order_acquire);
      if (slot == 0) return std::nullopt;
      if ((slot >> 32U) != (hash >> 32U)) continue;
      const auto id = static_cast<uint32_t>(slot) - 1;
      if (text(id) == wanted) return id;
    }
  }

  void grow(Shard& shard, size_t capacity) {
    auto table = std::make_unique<Table>(capacity);
    if (const Table* old = shard.table.load(std::memory_order_relaxed)) {
      for (const std::atomic<uint64_t>& slot : old->slots) {
        const uint64_t content = slot.load(std::memory_order_relaxed);
        if (content == 0) continue;
        const uint64_t hash = data::hash_text(text(static_cast<uint32_t>(content) - 1)) / shard_count;
        put(*table, hash, content);
      }
    }
    shard.tables.push_back(std::move(table));
    shard.table.store(shard.tables.back().get(), std::memory_order_release);
  }

  static void put(Table& table, uint64_t hash, uint64_t content) {
    size_t i = hash & table.mask;
    while (table.slots[i].load(std::memory_order_relaxed) != 0) i = (i + 1) & table.mask;
    table.slots[i].store(content, std::memory_order_release);
  }

  uint32_t append(std::string_view stored) {
    const uint32_t id = next.fetch_add(1, std::memory_order_relaxed);
    if (id == 0xffffffffU) throw std::length_error("more than four billion different texts");
    const uint32_t segment = segment_of(id);
    std::string_view* texts = segments[segment].load(std::memory_order_acquire);
    if (texts == nullptr) {
      const std::lock_guard lock(segments_mutex);
      texts = segments[segment].load(std::memory_order_acquire);
      if (texts == nullptr) {
        texts = new std::string_view[segment_size(segment)];
        segments[segment].store(texts, std::memory_order_release);
      }
    }
    texts[id - segment_start(segment)] = stored;
    return id;
  }
};

TextPool::TextPool() : impl_(std::make_unique<Impl>()) {}

TextPool::~TextPool() = default;

uint32_t TextPool::add(std::string_view text) {
  const uint64_t full = data::hash_text(text);
  Shard& shard = impl_->shards[full % shard_count];
  const uint64_t hash = full / shard_count;
  if (const auto found = impl_->look_up(*shard.table.load(std::memory_order_acquire), hash, text)) {
    return *found;
  }
  const std::lock_guard lock(shard.mutex);
  // Somebody may have added it, or grown the table, since.
  if (const auto found = impl_->look_up(*shard.tables.back(), hash, text)) return *found;
  const uint32_t id = impl_->append(shard.store(text));
  if (++shard.used * 2 > shard.tables.back()->slots.size()) {
    impl_->grow(shard, shard.tables.back()->slots.size() * 2);
  }
  Impl::put(*shard.tables.back(), hash, (hash >> 32U) << 32U | (id + 1U));
  return id;
}

std::string_view TextPool::text(uint32_t id) const {
  return impl_->text(id);
}

std::optional<uint32_t> TextPool::find(std::string_view text) const {
  const uint64_t full = data::hash_text(text);
  const Shard& shard = impl_->shards[full % shard_count];
  return impl_->look_up(*shard.table.load(std::memory_order_acquire), full / shard_count, text);
}

uint32_t TextPool::size() const {
  return impl_->next.load(std::memory_order_acquire);
}

}  // namespace merit
