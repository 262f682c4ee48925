#pragma once
// Hashing of short texts and of integers, for the tables of this room. Not for anything that outlives a run.

#include <cstdint>
#include <cstring>
#include <string_view>

namespace merit::data {

__extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using): __extension__ takes no `using`

inline uint64_t mix(uint64_t a, uint64_t b) noexcept {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64U);
}

inline uint64_t hash_integer(uint64_t value) noexcept {
  return mix(value ^ 0x9E3779B97F4A7C15U, 0xD6E8FEB86659FD93U);
}

inline uint64_t hash_text(std::string_view text) noexcept {
  const char* p = text.data();
  size_t left = text.size();
  uint64_t hash = 0x9E3779B97F4A7C15U ^ left;
  while (left > 8) {
    uint64_t word = 0;
    std::memcpy(&word, p, 8);
    hash = mix(hash ^ word, 0xD6E8FEB86659FD93U);
    p += 8;
    left -= 8;
  }
  uint64_t word = 0;
  if (left > 0) std::memcpy(&word, p, left);
  return mix(hash ^ word, 0xA0761D6478BD642FU);
}

}  // namespace merit::data
