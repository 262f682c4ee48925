// Hospital Value-Based Purchasing against what CMS published: each agreement as its exact count, each
// difference by name.
//
// The rules are examples/hvbp; the rates, points and totals are the government's files (hospital-RULES.md
// names the source). The programs check_*.merit do the comparing, in Merit; this test reads their reports.

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "tests/support/example.h"
#include "tests/support/places.h"

namespace {

namespace fs = std::filesystem;
using merit::testing::linked_folder;
using merit::testing::only_row;
using merit::testing::read_report;
using merit::testing::Row;

const merit::testing::Example example("hvbp");

}  // namespace

TEST_CASE("FY 2024: every point, score, domain and total, 2 474 of 2 474 hospitals") {
  const auto data = merit::testing::published("hvbp/2024");
  if (!data) return;
  const Row counts = only_row(example.run(example("check_2024.merit"), *data, "2024") / "agreement.csv");
  CHECK(counts.at("measure_results") == "51954");  // 21 measures of 2 474 hospitals, missing ones included
  CHECK(counts.at("achievement_agreeing") == "51954");
  CHECK(counts.at("improvement_agreeing") == "51954");
  CHECK(counts.at("scores_agreeing") == "51954");
  CHECK(counts.at("domain_results") == "9896");
  CHECK(counts.at("domain_scores_agreeing") == "9896");
  CHECK(counts.at("weighted_scores_agreeing") == "9896");
  CHECK(counts.at("hospitals_published") == "2474");
  CHECK(counts.at("base_agreeing") == "2474");
  CHECK(counts.at("consistency_agreeing") == "2474");
  CHECK(counts.at("totals_agreeing") == "2474");
}

TEST_CASE("FY 2021: 2 665 of 2 676 totals from printed rates; the other 11 by name") {
  const auto data = merit::testing::published("hvbp/2021");
  if (!data) return;
  const fs::path out = example.run(example("check_2021.merit"), *data, "2021");
  const Row counts = only_row(out / "agreement.csv");
  CHECK(counts.at("measure_results") == "53520");
  CHECK(counts.at("achievement_agreeing") == "53520");
  CHECK(counts.at("improvement_agreeing") == "53504");
  CHECK(counts.at("scores_agreeing") == "53509");
  CHECK(counts.at("domain_scores_agreeing") == "10693");
  CHECK(counts.at("domain_results") == "10704");
  CHECK(counts.at("consistency_agreeing") == "2676");
  CHECK(counts.at("hospitals_published") == "2676");
  CHECK(counts.at("totals_agreeing") == "2665");

  // In FY 2021 CMS scored the baseline of the patient survey from more digits than the two that it printed.
  // Each of these 11 hospitals differs in the improvement points of one survey dimension by one, and some
  // baseline that rounds to the printed one gives the published points: the band is where the unrounded
  // baseline must lie.
  struct Unrounded {
    const char* ccn;
    const char* measure;
    const char* total_published;
    double lowest, highest;  // of the baseline, percent
    double performance, printed, benchmark;
    int published;
  };

  const std::array<Unrounded, 11> explained = {{
      {"030038", "Discharge Information", "29.25", 82.730875, 82.735, 84.6187, 82.73, 92.17, 1},
      {"050589", "Overall Rating Of Hospital", "19.166666666667", 68.705, 68.706, 70.4024, 68.71, 85.67, 1},
      {"100073", "Communication About Medicines", "32.25", 55.60325, 55.605, 59.4326, 55.60, 74.75, 1},
      {"100090", "Communication With Doctors", "19.5", 75.170444, 75.175, 76.4634, 75.17, 88.10, 0},
      {"180009", "Discharge Information", "33", 80.535, 80.539143, 84.0284, 80.54, 92.17, 3},
      {"310012", "Cleanliness And Quietness Of Hospital Environment", "27.25", 63.145, 63.147125, 66.4337,
       63.15, 79.58, 2},
      {"310044", "Discharge Information", "20.5", 83.015, 83.017, 84.8476, 83.02, 92.17, 2},
      {"360009", "Communication With Nurses", "23.5", 76.21225, 76.215, 78.4418, 76.21, 87.36, 1},
      {"440059", "Responsiveness Of Hospital Staff", "30.75", 61.285, 61.289333, 63.2604, 61.29, 81.00, 1},
      {"450163", "Communication With Nurses", "22.333333333333", 77.455, 77.456889, 78.4472, 77.46, 87.36, 1},
      {"450565", "Care Transition", "21.5", 48.505, 48.508714, 52.9521, 48.51, 63.32, 3},
  }};
  std::map<std::string, Row> totals;
  for (const Row& row : read_report(out / "differing_totals.csv")) totals[row.at("Facility ID")] = row;
  std::map<std::pair<std::string, std::string>, Row> results;
  for (const Row& row : read_report(out / "differing_results.csv"))
    results[{row.at("Facility ID"), row.at("Measure")}] = row;
  CHECK(totals.size() == explained.size());
  CHECK(results.size() == 16);  // five more improvement points differ and change no score
  for (const Unrounded& one : explained) {
    INFO(one.ccn);
    REQUIRE(totals.count(one.ccn) == 1);
    CHECK(totals[one.ccn].at("Total published") == one.total_published);
    REQUIRE(results.count({one.ccn, one.measure}) == 1);
    const Row& row = results[{one.ccn, one.measure}];
    CHECK(row.at("Improvement published") == std::to_string(one.published));
    CHECK(std::abs(std::stoi(row.at("Improvement")) - one.published) == 1);
    // The printed baseline is the rounding of one inside the band, and one inside the band gives the
    // published points.
    const double inside = (one.lowest + one.highest) / 2;
    CHECK(std::abs(inside - one.printed) <= 0.005);
    const double points = 10 * (one.performance - inside) / (one.benchmark - inside) - 0.5;
    CHECK(static_cast<int>(std::floor(points + 0.5)) == one.published);
  }
}

TEST_CASE("FY 2023, the suppressed year: rates without points, no totals, 2 517 of 2 517") {
  const auto data = merit::testing::published("hvbp/2023");
  if (!data) return;
  const fs::path out = example.run(example("check_2023.merit"), *data, "2023");
  const Row counts = only_row(out / "agreement.csv");
  CHECK(counts.at("measure_results") == "52857");
  CHECK(counts.at("achievement_agreeing") == "52857");
  CHECK(counts.at("improvement_agreeing") == "52857");
  CHECK(counts.at("scores_agreeing") == "52857");
  CHECK(counts.at("domain_results") == "10068");
  CHECK(counts.at("domain_scores_agreeing") == "10068");
  CHECK(counts.at("weighted_scores_agreeing") == "10068");
  CHECK(counts.at("totals_agreeing") == "2517");
  for (const Row& row : read_report(out / "hospitals.csv")) {
    REQUIRE(row.at("Total Performance Score").empty());
    REQUIRE(row.at("Safety").empty());
    REQUIRE(row.at("Person And Community Engagement").empty());
  }
}

TEST_CASE("half even would give 19 wrong points in FY 2024") {
  const auto data = merit::testing::published("hvbp/2024");
  if (!data) return;
  const auto rows =
      read_report(example.run(example("check_half_even.merit"), *data, "half_even") / "half_even.csv");
  REQUIRE(rows.size() == 1);
  CHECK(rows.front().at("wrong_achievement_points") == "12");
  CHECK(rows.front().at("wrong_improvement_points") == "7");
  CHECK(rows.front().at("wrong_totals") == "9");
}

TEST_CASE("binary doubles would give 3 wrong points in FY 2024") {
  const auto data = merit::testing::published("hvbp/2024");
  if (!data) return;
  const fs::path program =
      merit::testing::source_folder() / "tests" / "programs" / "hvbp" / "evaluations.merit";
  const auto rows = read_report(example.run(program, *data, "evaluations") / "evaluations.csv");
  CHECK(rows.size() == 43688);
  std::set<std::string> wrong;
  size_t formulas = 0;
  for (const Row& row : rows) {
    const double sign = row.at("Better") == "higher" ? 1 : -1;
    const double p = sign * std::stod(row.at("Performance"));
    const double threshold = sign * std::stod(row.at("Threshold"));
    const double benchmark = sign * std::stod(row.at("Benchmark"));
    if (p < benchmark && p >= threshold) {
      ++formulas;
      const double points = std::floor(9 * (p - threshold) / (benchmark - threshold) + 0.5 + 0.5);
      if (points != std::stod(row.at("Achievement published")))
        wrong.insert(row.at("Facility ID") + " " + row.at("Measure") + " achievement");
    }
    if (row.at("Baseline").empty()) continue;
    const double b = sign * std::stod(row.at("Baseline"));
    if (p > b && p < benchmark) {
      ++formulas;
      const double points = std::floor(10 * (p - b) / (benchmark - b) - 0.5 + 0.5);
      if (std::min(9.0, std::max(0.0, points)) != std::stod(row.at("Improvement published")))
        wrong.insert(row.at("Facility ID") + " " + row.at("Measure") + " improvement");
    }
  }
  CHECK(formulas == 25329);
  CHECK(wrong == std::set<std::string>{"140252 HAI-5 improvement", "420087 HAI-5 improvement",
                                       "440184 HAI-6 improvement"});
}

TEST_CASE("the FY 2021 histogram of payment changes follows from the totals and one slope") {
  const auto data = merit::testing::published("hvbp/2021");
  const auto histogram =
      merit::testing::published("hvbp/payment-distributions/FY2021_Percent_Change_in_Medicare_Payments.csv");
  if (!data || !histogram) return;
  const auto rows =
      read_report(example.run(example("check_2021_payments.merit"),
                              linked_folder("hvbp_data_2021", {*data, *histogram}), "payments") /
                  "payment_bands.csv");
  REQUIRE(rows.size() == 23);
  int difference = 0;
  for (const Row& row : rows) {
    INFO(row.at("Change"));
    const int more = std::stoi(row.at("Computed")) - std::stoi(row.at("Published"));
    CHECK(more >= 0);
    difference += more;
  }
  CHECK(difference == 14);  // 2 676 hospitals have totals, 2 662 are in the histogram
}

TEST_CASE("an amendment reads as the difference that it is: under 80 lines without its tables") {
  for (const char* file : {"hvbp_2021.merit", "hvbp_2023.merit"}) {
    std::ifstream in(example(file));
    int lines = 0;
    for (std::string line; std::getline(in, line);) {
      const size_t start = line.find_first_not_of(' ');
      if (start != std::string::npos && line[start] != '|') ++lines;
    }
    INFO(file);
    CHECK(lines > 0);
    CHECK(lines < 80);
  }
}
