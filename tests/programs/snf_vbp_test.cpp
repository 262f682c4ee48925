// Skilled Nursing Facility Value-Based Purchasing, fiscal year 2025, against what CMS published: each
// agreement as its exact count, each difference by name.
//
// The rules are examples/snf_vbp; the rates, scores, ranks and multipliers are the government's file
// (hospital-RULES.md names the source).

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "tests/support/example.h"
#include "tests/support/places.h"

namespace {

namespace fs = std::filesystem;
using merit::testing::only_row;
using merit::testing::read_report;
using merit::testing::Row;

const merit::testing::Example example("snf_vbp");

}  // namespace

TEST_CASE("FY 2025: every score and multiplier of 10 533, 10 532 ranks") {
  const auto data = merit::testing::published("snf-vbp/2025");
  if (!data) return;
  const fs::path out = example.run("check_2025.merit", *data, "2025");
  const Row counts = only_row(out / "agreement.csv");
  CHECK(counts.at("facilities_published") == "10533");
  CHECK(counts.at("achievements_agreeing") == "10533");
  CHECK(counts.at("improvements_agreeing") == "10533");  // 510 of them: none, for want of a baseline
  CHECK(counts.at("scores_agreeing") == "10533");
  CHECK(counts.at("multipliers_agreeing") == "10533");
  CHECK(counts.at("places_agreeing") == "10532");
  CHECK(counts.at("untied_places_differing") == "0");
  // What other roundings would give: one rounding to nine decimals in place of two; halves away from zero in
  // the printed score, of which one is an exact half (675891: 43.703125 stands as 43.70312).
  CHECK(counts.at("rounded_once_agreeing") == "10161");
  CHECK(counts.at("halves_up_agreeing") == "10532");

  // 145792 and 325067 both have exactly 65/7 points, the one by achievement and the other by improvement:
  // equal, and one place for both. CMS computed in binary fractions, where the two ways differ in the last
  // bit, and placed 145792 one behind.
  const auto differing = read_report(out / "differing.csv");
  REQUIRE(differing.size() == 1);
  CHECK(differing.front().at("CCN") == "145792");
  CHECK(differing.front().at("Rank") == "6657");
  CHECK(differing.front().at("Rank published") == "6658");
  CHECK(differing.front().at("Score") == "9.285714285714");
}

TEST_CASE("FY 2025: 3 435 facilities share rank 7 099, and 448 are first") {
  const auto data = merit::testing::published("snf-vbp/2025");
  if (!data) return;
  size_t last = 0;
  size_t first = 0;
  size_t gaining = 0;
  for (const Row& row : read_report(example.run("check_2025.merit", *data, "ranks") / "facilities.csv")) {
    last += row.at("Rank") == "7099" ? 1 : 0;
    first += row.at("Rank") == "1" ? 1 : 0;
    gaining += std::stod(row.at("Multiplier")) > 1 ? 1 : 0;
  }
  CHECK(last == 3435);
  CHECK(first == 448);
  CHECK(gaining == 2862);
}

TEST_CASE("the scale given is Medicare's; solved, it pays these facilities back 60% of what they gave") {
  const fs::path data = example("data");
  CHECK(read_report(example.run("check_2025.merit", data, "small") / "agreement.csv")
            .front()
            .at("multipliers_agreeing") == "12");
  const fs::path out = example.run("snf_vbp_2025_solved.merit", data, "solved");
  const auto scales = read_report(out / "scales.csv");
  REQUIRE(scales.size() == 1);
  CHECK(scales.front().at("Solved").substr(0, 12) == scales.front().at("Found by trial").substr(0, 12));
  double held_back = 0;
  double net = 0;
  for (const Row& row : read_report(out / "payments.csv")) {
    held_back += std::stod(row.at("Held back"));
    net += std::stod(row.at("Net change"));
  }
  CHECK(held_back + net == Approx(0.6 * held_back).margin(0.06));
}
