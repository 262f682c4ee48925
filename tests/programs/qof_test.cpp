// The Quality and Outcomes Framework: the points there were to be had in five years against NHS Digital's
// lists, and twenty invented practices whose payments were computed by separate means in exact fractions.
//
// The rules are examples/qof. No practice's results are published with its counts and thresholds
// (physician-aco-plan-RULES.md), so no payment of the National Health Service is replayed.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/example.h"
#include "tests/support/places.h"

namespace {

namespace fs = std::filesystem;
using merit::testing::read_report;
using merit::testing::Row;

const merit::testing::Example example("qof");

/// Runs a program of the folder; its reports are in the folder returned.
fs::path run(const std::string& program, const fs::path& data) {
  return example.run(program, data, program);
}

/// What a program pays the invented practices, in the order of their codes.
std::vector<std::string> paid(const std::string& program) {
  std::vector<std::string> payments;
  for (const Row& row : read_report(run(program, example("data")) / "practices.csv"))
    payments.push_back(row.at("Payment"));
  return payments;
}

}  // namespace

TEST_CASE("the points of five years, 5 of 5") {
  const auto data = merit::testing::published("qof/indicators");
  if (!data) return;
  const fs::path out = run("check_totals.merit", *data);
  const auto agreement = read_report(out / "agreement.csv");
  REQUIRE(agreement.size() == 1);
  CHECK(agreement.front().at("years") == "5");
  CHECK(agreement.front().at("years_agreeing") == "5");
  std::vector<std::string> points;
  std::vector<std::string> indicators;
  for (const Row& row : read_report(out / "framework_years.csv")) {
    points.push_back(row.at("Points"));
    indicators.push_back(row.at("Indicators"));
  }
  CHECK(points == std::vector<std::string>{"559", "567", "635", "635", "635"});
  CHECK(indicators == std::vector<std::string>{"68", "68", "72", "76", "76"});
}

TEST_CASE("on the published list alone there are no practices, and nobody is paid") {
  const auto data = merit::testing::published("qof/indicators");
  if (!data) return;
  CHECK(read_report(run("qof_2021_22.merit", *data) / "practices.csv").empty());
}

TEST_CASE("twenty invented practices are paid to the penny") {
  CHECK(paid("qof_2021_22.merit") ==
        std::vector<std::string>{"12230.04", "20432.65", "26612.7",  "7487.51",  "20063.68",
                                 "18569.72", "9352.05",  "16384.6",  "11645.47", "20916.92",
                                 "34878.87", "39240.99", "28768.4",  "11156",    "8859.86",
                                 "11471.57", "7311.18",  "14890.43", "12183.75", "14873.25"});
}

TEST_CASE("with income protection, suspended indicators are paid as the year before, to the penny") {
  CHECK(paid("qof_2021_22_protected.merit") ==
        std::vector<std::string>{"18421.3",  "20305.04", "28839.83", "12448.45", "21086.01",
                                 "24401.67", "10984.62", "19040.41", "12971.57", "28565.67",
                                 "34944.5",  "39918.83", "17068.71", "14676.8",  "11050.52",
                                 "10596.33", "7339.89",  "16003.44", "21590.56", "14873.25"});
  const auto rows =
      read_report(run("qof_2021_22_protected.merit", example("data")) / "income_protection.csv");
  REQUIRE(rows.size() == 1);
  CHECK(rows.front().at("Results of suspended indicators") == "60");
  CHECK(rows.front().at("Paid as the year before") == "57");  // one practice had no year before
}

TEST_CASE("2024/25 differs by its constants, to the penny") {
  CHECK(paid("qof_2024_25.merit") ==
        std::vector<std::string>{"12256.57", "20476.98", "26670.45", "7503.76",  "20107.21",
                                 "18610.01", "9372.34",  "16420.15", "11670.74", "20962.31",
                                 "34954.55", "39326.13", "28830.82", "11180.2",  "8879.09",
                                 "11496.45", "7327.04",  "14922.73", "12210.18", "14905.52"});
}
