// Glycemic control of invented patients (bench_make_patients) from process start to results on one thread,
// beside a process that only finds the structure of the same JSON.
//
//   build/release/bench/bench_fhir COMMAND PROGRAM FOLDER VALUE_SETS [runs]
//
// Both are whole processes, run in turn; medians and their ratio are printed. The second maps nothing and
// keeps nothing: it reads every file, and has simdjson go through every line once.

#include <fmt/format.h>
#include <simdjson.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/processes.h"

namespace {

namespace fs = std::filesystem;

int parse(const fs::path& folder) {
  uint64_t resources = 0;
  simdjson::ondemand::parser parser;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".ndjson") continue;
    const simdjson::padded_string text = simdjson::padded_string::load(entry.path().string());
    const char* end = text.data() + text.size();
    for (const char* line = text.data(); line < end;) {
      const auto* stop = static_cast<const char*>(memchr(line, '\n', static_cast<size_t>(end - line)));
      if (stop == nullptr) stop = end;
      const auto readable = static_cast<size_t>(end - line) + simdjson::SIMDJSON_PADDING;
      simdjson::ondemand::document document =
          parser.iterate(line, static_cast<size_t>(stop - line), readable);
      for (auto field : document.get_object()) {
        if (field.error() != simdjson::SUCCESS) return 1;
      }
      ++resources;
      line = stop + 1;
    }
  }
  return resources > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--parse") return parse(argv[2]);
  if (argc < 5) {
    fmt::print(stderr, "usage: bench_fhir COMMAND PROGRAM FOLDER VALUE_SETS [runs]\n");
    return 2;
  }
  const int runs = argc > 5 ? std::atoi(argv[5]) : 11;
  std::vector<double> whole;
  std::vector<double> bare;
  for (int run = 0; run <= runs; ++run) {
    const double bare_time = merit::bench::milliseconds({argv[0], "--parse", argv[3]});
    const double whole_time = merit::bench::milliseconds(
        {argv[1], "run", argv[2], "--data", argv[3], "--value-sets", argv[4], "--threads", "1"});
    if (run == 0) continue;  // warms the file cache
    bare.push_back(bare_time);
    whole.push_back(whole_time);
  }
  fmt::print(
      "parse only {:7.1f} ms\nwhole run  {:7.1f} ms\nratio      {:7.2f}   (medians of {} runs in turn)\n",
      merit::bench::median(bare), merit::bench::median(whole),
      merit::bench::median(whole) / merit::bench::median(bare), runs);
  return 0;
}
