// Hospital measures against their published test cases: each case in every population, observation and group.

#include <catch2/catch.hpp>

#include "tests/measures/run.h"

using merit::testing::check_cases;

TEST_CASE("CMS104, antithrombotic medicine at discharge: 82 of 82") {
  check_cases("examples/ecqm/cms104.merit", "CMS104", 82);
}

TEST_CASE("CMS108, prevention of venous thromboembolism: 140 of 140") {
  check_cases("examples/ecqm/cms108.merit", "CMS108", 140);
}

TEST_CASE("CMS506, safe use of opioids: 51 of 51") {
  check_cases("examples/ecqm/cms506.merit", "CMS506", 51);
}

TEST_CASE("CMS816, severe hypoglycemia: 28 of 28") {
  check_cases("examples/ecqm/cms816.merit", "CMS816", 28);
}

TEST_CASE("CMS844, hospital-wide mortality: 10 of 10") {
  check_cases("examples/ecqm/cms844.merit", "CMS844", 10);
}

TEST_CASE("CMS871, severe hyperglycemia: 26 of 26") {
  check_cases("examples/ecqm/cms871.merit", "CMS871", 26);
}

TEST_CASE("measures in one program say the same as alone") {
  check_cases("examples/ecqm/together.merit", "CMS104", 82);
  check_cases("examples/ecqm/together.merit", "CMS871", 26);
  check_cases("examples/ecqm/together.merit", "CMS2", 36);
}

TEST_CASE("CMS986, malnutrition care: 146 of 146") {
  check_cases("examples/ecqm/cms986.merit", "CMS986", 146);
}
