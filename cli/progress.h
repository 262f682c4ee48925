#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace merit::cli {

/// Shows what is being done, on a terminal, once it has taken a second; and wipes it away at the end.
/// Elsewhere it does nothing.
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// From now on it is this that is being done.
  void now(std::string what);

 private:
  void show();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string what_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace merit::cli
