// The End-Stage Renal Disease Quality Incentive Program, payment year 2018, against what CMS published: each
// agreement as its exact count, each difference by name or by reason.
//
// The rules are examples/esrd_qip; the rates, scores, totals and reductions are the government's file
// (hospital-RULES.md names the source), of which 2 998 facilities are at hand.

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>

#include "tests/support/example.h"
#include "tests/support/places.h"

namespace {

namespace fs = std::filesystem;
using merit::testing::only_row;
using merit::testing::read_report;
using merit::testing::Row;

const merit::testing::Example example("esrd_qip");

}  // namespace

TEST_CASE("PY 2018: every measure score, clinical score, total and reduction of 2 998 facilities") {
  const auto data = merit::testing::published("esrd-qip/2018");
  if (!data) return;
  const fs::path out = example.run("check_2018.merit", *data, "2018");
  const Row counts = only_row(out / "agreement.csv");
  CHECK(counts.at("facilities_published") == "2998");
  CHECK(counts.at("totals_published") == "2886");  // the other 112: "No Score", and none comes out
  CHECK(counts.at("totals_agreeing") == "2998");
  CHECK(counts.at("reductions_agreeing") == "2998");
  CHECK(counts.at("results_published") == "29980");  // ten measures of each, absent ones included
  CHECK(counts.at("scores_agreeing") == "29980");
  CHECK(counts.at("combinations") == "20986");
  CHECK(counts.at("combinations_given") == "259");
  CHECK(counts.at("combinations_agreeing") == "20986");
  CHECK(counts.at("by_these_agreeing") == "20937");

  std::map<std::string, int> reductions;
  for (const Row& row : read_report(out / "facilities.csv")) ++reductions[row.at("Payment Reduction")];
  CHECK(reductions ==
        std::map<std::string, int>{{"0", 2593}, {"0.005", 280}, {"0.01", 77}, {"0.015", 37}, {"0.02", 11}});
}

TEST_CASE("PY 2018: the 49 scores that the patients of another year decide, by name") {
  const auto data = merit::testing::published("esrd-qip/2018");
  if (!data) return;
  // One measure of each was scored by improvement, so it counts by the patients of the year before, and CMS
  // does not publish how many those were. The score lies between those of its parts all the same.
  std::set<std::string> access;
  std::set<std::string> adequacy;
  for (const Row& row :
       read_report(example.run("check_2018.merit", *data, "given") / "given_combinations.csv")) {
    (row.at("Score") == "Vascular Access Combined" ? access : adequacy).insert(row.at("CCN"));
    const int published = std::stoi(row.at("Published"));
    CHECK(published >= std::stoi(row.at("Lowest part")));
    CHECK(published <= std::stoi(row.at("Highest part")));
    CHECK(published != std::stoi(row.at("By the patients printed")));
  }
  CHECK(adequacy == std::set<std::string>{"112569", "162550", "232518"});
  CHECK(access == std::set<std::string>{"012559", "012565", "012658", "022503", "052401", "062581", "102304",
                                        "102715", "102763", "102858", "103502", "112571", "112819", "112844",
                                        "112886", "142664", "142681", "142690", "142698", "142703", "142749",
                                        "142764", "152553", "152615", "152617", "152624", "152664", "162553",
                                        "172507", "182616", "192560", "192564", "192695", "212557", "212618",
                                        "212646", "212680", "222533", "222584", "232500", "232521", "232572",
                                        "232590", "232694", "232703", "242522"});
}

TEST_CASE("PY 2018: 19 306 of 19 764 rates from the counts; the other 458 by reason") {
  const auto data = merit::testing::published("esrd-qip/2018");
  if (!data) return;
  const fs::path out = example.run("check_2018.merit", *data, "rates");
  const Row counts = only_row(out / "agreement.csv");
  CHECK(counts.at("rates_with_counts") == "19764");
  CHECK(counts.at("rates_from_counts") == "19306");
  std::map<std::pair<std::string, std::string>, int> reasons;
  for (const Row& row : read_report(out / "differing_rates.csv"))
    ++reasons[{row.at("Why"), row.at("Measure")}];
  const std::string rounded = "the printed denominator is rounded";
  const std::string patients = "patients of another count";
  CHECK(reasons == std::map<std::pair<std::string, std::string>, int>{
                       {{rounded, "NHSN BSI"}, 167},
                       {{rounded, "SRR"}, 47},
                       {{rounded, "STrR"}, 36},
                       {{patients, "VAT Catheter"}, 37},
                       {{patients, "VAT Fistula"}, 31},
                       {{patients, "Kt/V Adult Hemodialysis"}, 12},
                       {{patients, "Kt/V Adult Peritoneal Dialysis"}, 22},
                       {{patients, "Hypercalcemia"}, 10},
                       {{patients, "NHSN BSI"}, 4},
                       {{patients, "SRR"}, 33},
                       {{"patient-years of another count", "STrR"}, 57},
                       {{"the best tenth is not published", "Kt/V Pediatric Peritoneal Dialysis"}, 2},
                   });
}

TEST_CASE("PY 2018: an unrounded share would get 19 totals wrong, one in proportion 895") {
  const auto data = merit::testing::published("esrd-qip/2018");
  if (!data) return;
  const Row wrong =
      only_row(example.run("check_other_weights.merit", *data, "weights") / "other_weights.csv");
  CHECK(wrong.at("wrong_totals") == "0");
  CHECK(wrong.at("wrong_when_not_rounded") == "19");
  CHECK(wrong.at("wrong_when_in_proportion") == "895");
}

TEST_CASE(
    "the invented facilities: what was computed for them by separate means, every reduction to be seen") {
  const fs::path out = example.run("check_2018.merit", example("data"), "small");
  const Row counts = only_row(out / "agreement.csv");
  CHECK(counts.at("facilities_published") == "12");
  CHECK(counts.at("totals_agreeing") == "12");
  CHECK(counts.at("reductions_agreeing") == "12");
  CHECK(counts.at("scores_agreeing") == "120");
  CHECK(counts.at("rates_from_counts") == counts.at("rates_with_counts"));
  std::set<std::string> reductions;
  for (const Row& row : read_report(out / "facilities.csv")) reductions.insert(row.at("Payment Reduction"));
  CHECK(reductions == std::set<std::string>{"0", "0.005", "0.01", "0.015", "0.02"});
}
