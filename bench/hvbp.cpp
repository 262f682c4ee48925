// Hospital Value-Based Purchasing FY 2024 from process start to results, beside a process that only
// decompresses its five files.
//
//   build/release/bench_hvbp COMMAND PROGRAM FOLDER [runs]
//   build/release/bench_hvbp build/release/merit examples/hvbp/hvbp_2024.merit <published>/hvbp/2024
//
// Both are whole processes, run in turn; medians and their ratio are printed. The decompression is zlib's,
// file after file on one thread, as a program would do that only wants the bytes.

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

int decompress(const fs::path& folder) {
  uint64_t total = 0;
  std::array<char, 1 << 16> buffer{};
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".gz") continue;
    gzFile file = gzopen(entry.path().c_str(), "rb");
    for (int got = 0; (got = gzread(file, buffer.data(), buffer.size())) > 0;)
      total += static_cast<uint64_t>(got);
    gzclose(file);
  }
  return total > 0 ? 0 : 1;
}

double milliseconds(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", 1, 0);
  const auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  if (posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ) != 0)
    throw std::runtime_error("cannot start " + command.front());
  int status = 0;
  waitpid(child, &status, 0);
  const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
  posix_spawn_file_actions_destroy(&actions);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error(command.front() + " failed");
  return time.count();
}

double median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--decompress") return decompress(argv[2]);
  if (argc < 4) {
    fmt::print(stderr, "usage: bench_hvbp COMMAND PROGRAM FOLDER [runs]\n");
    return 2;
  }
  const int runs = argc > 4 ? std::atoi(argv[4]) : 15;
  const fs::path out = fs::temp_directory_path() / fmt::format("bench_hvbp.{}", getpid());
  std::vector<double> whole, bare;
  for (int run = 0; run <= runs; ++run) {
    const double bare_time = milliseconds({argv[0], "--decompress", argv[3]});
    const double whole_time =
        milliseconds({argv[1], "run", argv[2], "--data", argv[3], "--out", out.string()});
    if (run == 0) continue;  // warms the file cache
    bare.push_back(bare_time);
    whole.push_back(whole_time);
    fs::remove_all(out);
  }
  fs::remove_all(out);
  fmt::print("decompress only {:6.1f} ms\nwhole run       {:6.1f} ms\nratio           {:6.2f}   (medians of "
             "{} runs in turn)\n",
             median(bare), median(whole), median(whole) / median(bare), runs);
  return 0;
}
