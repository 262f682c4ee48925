// What the tests of measures rest on: reading expected results, comparing, counting lines.

#include <catch2/catch.hpp>
#include <stdexcept>

#include "tests/measures/cases.h"

namespace {

using namespace merit::testing;

constexpr const char* expected_json = R"([
 {"patientId": "11111111-aaaa", "ambiguousExpected": false, "case": "one stay", "period": {"start": "2026-01-01", "end": "2026-12-31"},
  "groups": [{"id": "Group_1", "populations": [
    {"id": "InitialPopulation_1", "code": "initial-population", "count": 2},
    {"id": "Numerator_1", "code": "numerator", "count": 1},
    {"id": "MeasureObservation_1_1_1", "code": "measure-observation", "count": 9},
    {"id": "MeasureObservation_1_1_2", "code": "measure-observation", "count": 0},
    {"id": "MeasureObservation_1_2_1", "code": "measure-observation", "count": 2.5}]}]},
 {"patientId": "22222222-bbbb", "case": "none", "period": {"start": "2026-01-01", "end": "2026-12-31"},
  "groups": [{"id": "Group_1", "populations": [{"id": "InitialPopulation_1", "code": "initial-population", "count": 0}]}]}
])";

}  // namespace

TEST_CASE("expected results are read with their observations in order") {
  const auto cases = read_expected(expected_json);
  REQUIRE(cases.size() == 2);
  CHECK(cases[0].patient == "11111111-aaaa");
  CHECK(cases[0].title == "one stay");
  CHECK(cases[0].period_start == "2026-01-01");
  CHECK(cases[0].period_end == "2026-12-31");
  REQUIRE(cases[0].groups.size() == 1);
  CHECK(cases[0].groups[0] == GroupCounts{{"initial-population", "2"},
                                          {"numerator", "1"},
                                          {"denominator-observation", "0, 9"},
                                          {"numerator-observation", "2.5"}});
  CHECK_THROWS_AS(read_expected("[{}]"), std::runtime_error);
  CHECK_THROWS_AS(read_expected("["), std::runtime_error);
}

TEST_CASE("a case agrees in every population, observation and group, or it is named") {
  const auto expected = read_expected(expected_json);
  std::map<std::string, PatientCounts> ours;
  ours["11111111-aaaa"] = {GroupCounts{{"initial-population", "2"},
                                       {"numerator", "1"},
                                       {"denominator-observation", "0, 9"},
                                       {"numerator-observation", "2.5"}}};
  SECTION("a patient in nothing needs no counts of ours") {
    CHECK(agreement_text(compare_cases(expected, ours)) == "2 of 2\n");
  }
  SECTION("another count, an observation too many, a group too many") {
    ours["11111111-aaaa"][0]["numerator"] = "2";
    ours["22222222-bbbb"] = {GroupCounts{{"observation", "1"}}, GroupCounts{{"denominator", "1"}}};
    const auto agreement = compare_cases(expected, ours);
    CHECK(agreement.agreeing == 0);
    CHECK(agreement_text(agreement) == "0 of 2\n"
                                       "  11111111 group 1 numerator: ours 2, expected 1 (one stay)\n"
                                       "  22222222 group 1 observation: ours 1, expected none (none)\n"
                                       "  22222222 group 2 denominator: ours 1, expected 0 (none)\n");
  }
  SECTION("a patient that ours does not know") {
    ours.clear();
    CHECK(compare_cases(expected, ours).agreeing == 1);
  }
}

TEST_CASE("observed values stand in order of size, exactly") {
  CHECK(observations_text({}).empty());
  CHECK(observations_text({merit::Number(75), merit::Number(0), merit::Number(1, 3)}) == "0, 1/3, 75");
}

TEST_CASE("value sets become the CSV that the command reads") {
  CHECK(
      value_sets_csv(
          R"([{"url": "http://a", "version": "2025", "title": "A, B", "codes": [["s", "1"], ["s", "x,\"y\""]]}])") ==
      "url,version,system,code\nhttp://a,2025,s,1\nhttp://a,2025,s,\"x,\"\"y\"\"\"\n");
  CHECK_THROWS_AS(value_sets_csv(R"([{"url": "http://a"}])"), std::runtime_error);
}

TEST_CASE("blank lines and comments are no lines of a text") {
  CHECK(lines_of_text("") == 0);
  CHECK(lines_of_text("module a\n\n# said\n  ## more\n   \t\nx = 1\n  y") == 3);
}

TEST_CASE("individual MeasureReports are read by patient, their scores left out") {
  const auto counts = read_individual_reports(
      R"({"resourceType":"MeasureReport","subject":{"reference":"Patient/1"},"group":[{"population":[{"code":{"coding":[{"code":"numerator"}]},"count":2},{"code":{"coding":[{"code":"measure-observation"}]},"count":9}]}]})"
      "\n");
  CHECK(counts == std::map<std::string, PatientCounts>{{"1", {GroupCounts{{"numerator", "2"}}}}});
  CHECK_THROWS_AS(read_individual_reports(R"({"resourceType":"MeasureReport"})"), std::runtime_error);
  const auto cases = without_observations(read_expected(expected_json));
  CHECK(cases[0].groups[0] == GroupCounts{{"initial-population", "2"}, {"numerator", "1"}});
}
