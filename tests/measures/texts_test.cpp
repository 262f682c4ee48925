// The measures' own tests: patients of ours that stand beside each text.

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <vector>

#include "compiler/compile.h"
#include "runtime/run/tests.h"
#include "tests/support/places.h"

namespace fs = std::filesystem;

namespace {

/// Every measure's text below a folder: each has a file of tests beside it.
std::vector<fs::path> measures_in(const fs::path& folder) {
  std::vector<fs::path> texts;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("cms") && name.ends_with(".merit") && !name.ends_with("_tests.merit"))
      texts.push_back(entry.path());
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

}  // namespace

TEST_CASE("each measure has tests beside it, and they pass") {
  size_t measures = 0;
  for (const char* folder : {"examples/ecqm", "tests/measures/ncqa"}) {
    for (const fs::path& text : measures_in(merit::testing::source_folder() / folder)) {
      ++measures;
      const fs::path tests = text.parent_path() / (text.stem().string() + "_tests.merit");
      INFO(tests.filename().string());
      REQUIRE(fs::exists(tests));
      const merit::Compilation compilation = merit::compile(tests);
      REQUIRE(compilation.program);
      const auto outcomes = merit::run_tests(*compilation.program);
      CHECK_FALSE(outcomes.empty());
      for (const merit::TestOutcome& outcome : outcomes) {
        INFO(outcome.title);
        CHECK(outcome.checks > 0);
        CHECK(outcome.passed());
      }
    }
  }
  CHECK(measures == 13);
}
