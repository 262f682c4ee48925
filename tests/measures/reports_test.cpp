// The individual MeasureReports of FHIR that the command writes of the published test cases count what is
// expected.

#include <catch2/catch.hpp>

#include "tests/measures/run.h"
#include "tests/support/places.h"

namespace {

struct Published {
  const char* program;
  const char* identifier;
  size_t agreeing;
  size_t cases;
};

// The one that differs is in dispute (ambulatory_test.cpp).
constexpr Published measures[] = {
    {"examples/ecqm/cms2.merit", "CMS2", 36, 36},
    {"examples/ecqm/cms68.merit", "CMS68", 19, 19},
    {"examples/ecqm/cms69.merit", "CMS69", 62, 63},
    {"tests/measures/ncqa/cms122.merit", "CMS122", 55, 55},
    {"tests/measures/ncqa/cms165.merit", "CMS165", 68, 68},
    {"examples/ecqm/cms347.merit", "CMS347", 188, 188},
    {"examples/ecqm/cms104.merit", "CMS104", 82, 82},
    {"examples/ecqm/cms108.merit", "CMS108", 140, 140},
    {"examples/ecqm/cms506.merit", "CMS506", 51, 51},
    {"examples/ecqm/cms816.merit", "CMS816", 28, 28},
    {"examples/ecqm/cms844.merit", "CMS844", 10, 10},
    {"examples/ecqm/cms871.merit", "CMS871", 26, 26},
    {"examples/ecqm/cms986.merit", "CMS986", 146, 146},
};

}  // namespace

TEST_CASE("individual MeasureReports count what is expected: 911 of 912") {
  size_t agreeing = 0;
  size_t cases = 0;
  for (const Published& one : measures) {
    const auto folder = merit::testing::published_measure(one.identifier);
    if (!folder) return;
    const auto agreement = merit::testing::reported_cases(merit::testing::source_folder() / one.program,
                                                          *folder, one.identifier);
    INFO(one.identifier << ": " << merit::testing::agreement_text(agreement));
    CHECK(agreement.agreeing == one.agreeing);
    CHECK(agreement.cases == one.cases);
    agreeing += agreement.agreeing;
    cases += agreement.cases;
  }
  CHECK(agreeing == 911);
  CHECK(cases == 912);
}
