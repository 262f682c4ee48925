// Hospital-Acquired Condition Reduction against what CMS published: each agreement as its exact count, each
// difference by name.
//
// The rules are examples/hacrp; rates, scores, totals and decisions are the government's files
// (hospital-RULES.md names the source). The programs check_*.merit do the comparing, in Merit; this test
// reads their reports.

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "tests/support/example.h"
#include "tests/support/places.h"

namespace {

namespace fs = std::filesystem;
using merit::testing::only_row;
using merit::testing::read_report;
using merit::testing::Row;

const merit::testing::Example example("hacrp");

/// The totals published of the hospitals whose decision differs; all of them are reductions that were not
/// made.
std::map<std::string, std::string> differing_decisions(const fs::path& out) {
  std::map<std::string, std::string> found;
  for (const Row& row : read_report(out / "differing_decisions.csv")) {
    CHECK(row.at("Reduction published") == "No");
    found[row.at("Facility ID")] = row.at("Total published");
  }
  return found;
}

}  // namespace

TEST_CASE("FY 2024: every score and total of 3 129 hospitals, as printed or explained; 3 125 decisions") {
  const auto data = merit::testing::published("hacrp/2024");
  if (!data) return;
  // That every infection score is as printed is an ensure of the program: with one that fails it does not
  // run.
  const fs::path out = example.run("check_2024.merit", *data, "2024");
  const Row counts = only_row(out / "agreement.csv");
  CHECK(counts.at("results_published") == "18774");  // 6 measures of 3 129 hospitals, missing ones included
  CHECK(counts.at("scores_agreeing") == "16536");    // 2 238 of PSI 90 differ: scored from digits not printed
  CHECK(counts.at("scores_explained") == "18774");
  CHECK(counts.at("hospitals_published") == "3129");
  CHECK(counts.at("totals_agreeing") == "1844");
  CHECK(counts.at("totals_explained") == "3129");
  CHECK(counts.at("decisions_agreeing") == "3125");

  // Medicare drew its line over hospitals of which some are not in the file; ours is a little lower, and
  // these four are above it.
  CHECK(counts.at("cut").substr(0, 7) == "0.37295");
  CHECK(counts.at("largest_spared") == "0.3751");
  CHECK(counts.at("smallest_reduced") == "0.3756");
  CHECK(differing_decisions(out) ==
        std::map<std::string, std::string>{
            {"100128", "0.3736"}, {"190316", "0.3751"}, {"330259", "0.3731"}, {"450690", "0.3751"}});
}

TEST_CASE("FY 2024: one line explains every decision, 3 129 of 3 129") {
  const auto data = merit::testing::published("hacrp/2024");
  if (!data) return;
  const fs::path out = example.run("check_2024_given_cut.merit", *data, "2024_given_cut");
  CHECK(only_row(out / "agreement.csv").at("decisions_agreeing") == "3129");
  CHECK(read_report(out / "differing_decisions.csv").empty());
  size_t reduced = 0;
  for (const Row& row : read_report(out / "hospitals.csv")) reduced += row.at("Payment Reduction") == "true";
  CHECK(reduced == 728);
}

TEST_CASE("FY 2024: the constants of the file come near Medicare's, and give the same decisions") {
  const auto data = merit::testing::published("hacrp/2024");
  if (!data) return;
  const fs::path out = example.run("check_2024_computed.merit", *data, "2024_computed");
  const Row computed = only_row(out / "computed.csv");
  CHECK(std::stod(computed.at("largest_score_error")) == Approx(0.018226919547).margin(1e-12));
  CHECK(std::stod(computed.at("largest_total_error")) == Approx(0.011635657598).margin(1e-12));
  CHECK(computed.at("decisions_agreeing") == "3125");
  CHECK(differing_decisions(out).count("330259") == 1);
  std::map<std::string, Row> measures;
  for (const Row& row : read_report(out / "measures.csv")) measures[row.at("label")] = row;
  REQUIRE(measures.size() == 6);
  // Of ten percentiles of infection rates seven are Medicare's; these three are not.
  CHECK(measures["CLABSI"].at("high") == "2.202");
  CHECK(measures["CAUTI"].at("high") == "1.932");
  CHECK(measures["SSI"].at("high") == "2.162");
  CHECK(measures["CDI"].at("high") == "1.24");
  CHECK(measures["MRSA"].at("high") == "2.307");
  for (const char* infection : {"CLABSI", "CAUTI", "SSI", "CDI", "MRSA"})
    CHECK(measures[infection].at("low") == "0");
}

TEST_CASE("FY 2023, the suppressed year: 3 165 hospitals without a score, a total or a reduction") {
  const auto data = merit::testing::published("hacrp/2023");
  if (!data) return;
  const Row counts = only_row(example.run("check_2023.merit", *data, "2023") / "agreement.csv");
  CHECK(counts.at("results_published") == "18990");
  CHECK(counts.at("rates_published") == "10703");
  CHECK(counts.at("scores_agreeing") == "18990");
  CHECK(counts.at("hospitals_published") == "3165");
  CHECK(counts.at("totals_agreeing") == "3165");
  CHECK(counts.at("nobody_pays") == "3165");
}

TEST_CASE(
    "FY 2019: 2 955 of 3 281 totals as printed, the other 326 one off in the last digit; 3 280 decisions") {
  const auto data = merit::testing::published("hacrp/2019");
  if (!data) return;
  const fs::path out = example.run("check_2019.merit", *data, "2019");
  const Row counts = only_row(out / "agreement.csv");
  CHECK(counts.at("hospitals_published") == "3281");
  CHECK(counts.at("domains_agreeing") == "2988");  // 249 of them: none, for want of infection scores
  CHECK(counts.at("domains_near") == "3281");
  CHECK(counts.at("totals_agreeing") == "2955");  // 30 of them: none
  CHECK(counts.at("totals_near") == "3281");
  CHECK(counts.at("decisions_agreeing") == "3280");
  CHECK(counts.at("cut") == "0.342757");
  // 0.342836 from its printed scores: above the line of the file, not above Medicare's.
  CHECK(differing_decisions(out) == std::map<std::string, std::string>{{"050228", "0.3429"}});
}

TEST_CASE("the small data were computed by separate means, and the rules give them") {
  const fs::path data = example("data");
  const Row counts = only_row(example.run("check_2024.merit", data, "small") / "agreement.csv");
  CHECK(counts.at("scores_explained") == counts.at("results_published"));
  CHECK(counts.at("totals_explained") == "16");
  CHECK(counts.at("decisions_agreeing") == "16");
  CHECK(
      only_row(example.run("check_2019.merit", data, "small_2019") / "agreement.csv").at("totals_agreeing") ==
      "16");
  CHECK(
      only_row(example.run("check_2023.merit", data, "small_2023") / "agreement.csv").at("totals_agreeing") ==
      "16");
  example.run("check_2024_given_cut.merit", data, "small_given_cut");
  const auto payments = read_report(example.run("hacrp_2024.merit", data, "small_payments") / "payments.csv");
  REQUIRE(payments.size() == 3);
  CHECK(payments[1].at("Facility Name") == "BAYVIEW MEDICAL CENTER");
  CHECK(payments[1].at("Reduction") == "-613333.33");
}
