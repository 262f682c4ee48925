// Ambulatory measures against their published test cases: each case in every population of every group. The
// texts of the two that the National Committee for Quality Assurance owns stand beside this test
// (ncqa/NOTICE) and are not installed.

#include <catch2/catch.hpp>

#include "tests/measures/run.h"

using merit::testing::check_cases;

TEST_CASE("CMS2, screening for depression and follow-up: 36 of 36") {
  check_cases("examples/ecqm/cms2.merit", "CMS2", 36);
}

TEST_CASE("CMS68, documentation of current medications: 19 of 19") {
  check_cases("examples/ecqm/cms68.merit", "CMS68", 19);
}

TEST_CASE("CMS69, body mass index screening and follow-up: 62 of 63, one case being in dispute") {
  // c1df0273: expected is an exception for an index that the case's author calls low. It is 24.9, which is
  // normal: the numerator.
  check_cases("examples/ecqm/cms69.merit", "CMS69", 63, {"c1df0273"});
}

TEST_CASE("CMS122, glycemic status: 55 of 55") {
  check_cases("tests/measures/ncqa/cms122.merit", "CMS122", 55);
}

TEST_CASE("CMS165, controlling high blood pressure: 68 of 68") {
  check_cases("tests/measures/ncqa/cms165.merit", "CMS165", 68);
}

TEST_CASE("CMS347, statin therapy in four groups: 188 of 188") {
  check_cases("examples/ecqm/cms347.merit", "CMS347", 188);
}
