#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "cli/command.h"

namespace merit::cli {

Progress::Progress(std::string what) : what_(std::move(what)) {
  if (is_terminal(STDERR_FILENO)) thread_ = std::thread([this] { show(); });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Progress::now(std::string what) {
  const std::lock_guard lock(mutex_);
  what_ = std::move(what);
}

void Progress::show() {
  using std::chrono::milliseconds;
  constexpr milliseconds patience(1'000);
  constexpr milliseconds beat(200);
  const auto start = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, patience, [this] { return done_; })) return;
  while (!done_) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start).count();
    print_error(fmt::format("\r\x1b[K{} ... {} s", what_, seconds));
    changed_.wait_for(lock, beat, [this] { return done_; });
  }
  print_error("\r\x1b[K");
}

}  // namespace merit::cli
