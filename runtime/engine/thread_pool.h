#pragma once
// Threads for loops over chunks.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace merit::engine {

/// A parallel_for inside a parallel_for is allowed: who waits works. Threads start with the first loop that
/// has more than one item.
class ThreadPool {
 public:
  /// So many threads, the caller's included; 0: one for each processor.
  explicit ThreadPool(unsigned threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// Calls body(i) once for each i below count, in any order, and returns when all are done. Of several
  /// exceptions that of the least i is thrown.
  void parallel_for(uint32_t count, const std::function<void(uint32_t)>& body);

  unsigned threads() const { return threads_; }

 private:
  struct Loop;
  void start();
  void work();
  static void run(Loop& loop);

  unsigned threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::deque<std::shared_ptr<Loop>> loops_;
  std::vector<std::thread> workers_;
};

}  // namespace merit::engine
