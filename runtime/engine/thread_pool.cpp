#include "runtime/engine/thread_pool.h"

#include <algorithm>
#include <atomic>

namespace merit::engine {

struct ThreadPool::Loop {
  Loop(uint32_t items, const std::function<void(uint32_t)>& what) : count(items), body(what) {}

  const uint32_t count;
  const std::function<void(uint32_t)>& body;
  std::atomic<uint32_t> next{0};
  std::mutex mutex;
  std::condition_variable finished;
  uint32_t done = 0;
  uint32_t failed_at = 0;
  std::exception_ptr failure;
};

ThreadPool::ThreadPool(unsigned threads)
    : threads_(threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency())) {}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::start() {
  const std::lock_guard lock(mutex_);
  while (workers_.size() + 1 < threads_) workers_.emplace_back([this] { work(); });
}

void ThreadPool::run(Loop& loop) {
  while (true) {
    const uint32_t item = loop.next.fetch_add(1, std::memory_order_relaxed);
    if (item >= loop.count) return;
    std::exception_ptr failure;
    try {
      loop.body(item);
    } catch (...) {
      failure = std::current_exception();
    }
    const std::lock_guard lock(loop.mutex);
    if (failure && (!loop.failure || item < loop.failed_at)) {
      loop.failure = failure;
      loop.failed_at = item;
    }
    if (++loop.done == loop.count) loop.finished.notify_all();
  }
}

void ThreadPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    while (!loops_.empty() && loops_.back()->next.load(std::memory_order_relaxed) >= loops_.back()->count)
      loops_.pop_back();
    if (!loops_.empty()) {
      const std::shared_ptr<Loop> loop = loops_.back();  // the innermost: others wait for it
      lock.unlock();
      run(*loop);
      lock.lock();
      continue;
    }
    if (stop_) return;
    wake_.wait(lock);
  }
}

void ThreadPool::parallel_for(uint32_t count, const std::function<void(uint32_t)>& body) {
  if (threads_ == 1 || count <= 1) {
    for (uint32_t item = 0; item < count; ++item) body(item);
    return;
  }
  if (workers_.empty()) start();
  const auto loop = std::make_shared<Loop>(count, body);
  {
    const std::lock_guard lock(mutex_);
    loops_.push_back(loop);
  }
  wake_.notify_all();
  run(*loop);
  {
    std::unique_lock lock(loop->mutex);
    loop->finished.wait(lock, [&] { return loop->done == loop->count; });
  }
  {
    const std::lock_guard lock(mutex_);
    loops_.erase(std::remove(loops_.begin(), loops_.end(), loop), loops_.end());
  }
  if (loop->failure) std::rethrow_exception(loop->failure);
}

}  // namespace merit::engine
