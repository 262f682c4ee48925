// How long the measures' own texts are, beside the main libraries of their published CQL. Neither count has
// blank lines and comments; value sets and the measure's data count, shared libraries do not.

#include <catch2/catch.hpp>
#include <iostream>

#include "tests/measures/cases.h"
#include "tests/support/places.h"

namespace {

struct Text {
  const char* file;
  size_t lines_of_cql;
};

// The counts of the CQL stand beside the published test cases.
constexpr Text texts[] = {
    {"examples/ecqm/cms2.merit", 190},         {"examples/ecqm/cms68.merit", 41},
    {"examples/ecqm/cms69.merit", 158},        {"tests/measures/ncqa/cms122.merit", 117},
    {"tests/measures/ncqa/cms165.merit", 121}, {"examples/ecqm/cms347.merit", 224},
    {"examples/ecqm/cms104.merit", 79},        {"examples/ecqm/cms108.merit", 391},
    {"examples/ecqm/cms506.merit", 138},       {"examples/ecqm/cms816.merit", 76},
    {"examples/ecqm/cms871.merit", 217},       {"examples/ecqm/cms986.merit", 199},
    {"examples/ecqm/cms844.merit", 200},
};

}  // namespace

TEST_CASE("each measure is at most as long as half its CQL, and all thirteen together are") {
  size_t ours = 0;
  size_t theirs = 0;
  for (const Text& text : texts) {
    const std::string program = merit::testing::unpacked_text(merit::testing::source_folder() / text.file);
    const size_t lines = merit::testing::lines_of_text(program);
    INFO(text.file << ": " << lines << " lines, CQL " << text.lines_of_cql);
    CHECK(2 * lines <= text.lines_of_cql);
    std::cout << text.file << ": " << lines << " of " << text.lines_of_cql << '\n';
    ours += lines;
    theirs += text.lines_of_cql;
  }
  std::cout << "together: " << ours << " of " << theirs << '\n';
  CHECK(theirs == 2151);
  CHECK(ours <= 1075);
}
