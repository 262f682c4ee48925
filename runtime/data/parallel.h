#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace merit::data {

/// body(i) for every i below count, on so many threads at most. The first exception is thrown again when all
/// have ended.
template <typename Body>
void parallel_for(size_t count, unsigned threads, Body&& body) {
  if (count <= 1 || threads <= 1) {
    for (size_t i = 0; i < count; ++i) body(i);
    return;
  }
  std::atomic<size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto work = [&] {
    for (size_t i = next++; i < count; i = next++) {
      try {
        body(i);
      } catch (...) {
        const std::lock_guard lock(failure_mutex);
        if (!failure) failure = std::current_exception();
      }
    }
  };
  std::vector<std::jthread> helpers;
  const size_t helper_count = std::min<size_t>(threads, count) - 1;
  helpers.reserve(helper_count);
  for (size_t i = 0; i < helper_count; ++i) helpers.emplace_back(work);
  work();
  helpers.clear();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace merit::data
