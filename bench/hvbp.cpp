// Hospital Value-Based Purchasing FY 2024 from process start to results, beside a process that only
// decompresses its five files.
//
//   build/release/bench_hvbp COMMAND PROGRAM FOLDER [runs]
//   build/release/bench_hvbp build/release/merit examples/hvbp/hvbp_2024.merit <published>/hvbp/2024
//
// Both are whole processes, run in turn; medians and their ratio are printed. The decompression is zlib's,
// file after file on one thread, as a program would do that only wants the bytes.

#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/processes.h"

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

}  // namespace

int main(int argc, char** argv) {
  using merit::bench::median;
  using merit::bench::milliseconds;
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
