// Hospital Readmissions Reduction Program, fiscal years 2025 and 2026, against what was published: each
// agreement as its exact count, each difference by name.
//
// The rules are examples/hrrp; the ratios are the government's file, the sample of 2026 is a third party's
// (hospital-RULES.md names the sources).

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/example.h"
#include "tests/support/places.h"

namespace {

namespace fs = std::filesystem;
using merit::testing::only_row;
using merit::testing::read_report;
using merit::testing::Row;

const merit::testing::Example example("hrrp");

}  // namespace

TEST_CASE("FY 2025: 18 510 of 18 510 excess ratios") {
  const auto data = merit::testing::published("hrrp/2025");
  if (!data) return;
  const fs::path out = example.run("check_2025.merit", *data, "2025");
  const Row counts = only_row(out / "agreement.csv");
  CHECK(counts.at("rows_published") == "18510");
  CHECK(counts.at("agreeing") == "18510");
  CHECK(counts.at("with_a_ratio") == "11927");
  // The other 351 are within what the rounding of the two rates to four decimals leaves open.
  CHECK(counts.at("exact_ratios") == "11576");
  CHECK(read_report(out / "differing.csv").empty());
  // There are no payment shares in the file, so no hospital with a ratio has a reduction made up for it.
  size_t without = 0;
  const auto hospitals = read_report(out / "hospitals.csv");
  CHECK(hospitals.size() == 3085);
  for (const Row& row : hospitals) {
    without += row.at("Factor").empty() ? 1 : 0;
  }
  CHECK(without == 3085);
}

TEST_CASE("FY 2026: 78 of 78 conditions count as published, 12 of 13 reductions") {
  const auto data = merit::testing::published("hrrp/2026-sample");
  if (!data) return;
  const fs::path out = example.run("check_2026_sample.merit", *data, "2026");
  const auto rows = read_report(out / "agreement.csv");
  REQUIRE(rows.size() == 1);
  CHECK(rows.front().at("flags_published") == "78");
  CHECK(rows.front().at("flags_agreeing") == "78");
  CHECK(rows.front().at("reductions_published") == "13");
  CHECK(rows.front().at("reductions_agreeing") == "12");

  // 010001: 0.11497% from ratios, shares and medians of four decimals; 0.12% was worked out from more of
  // them.
  const auto differing = read_report(out / "differing.csv");
  REQUIRE(differing.size() == 1);
  CHECK(differing.front().at("CCN") == "010001");
  CHECK(std::stod(differing.front().at("Reduction")) == Approx(0.0011497).margin(0.0000001));
  CHECK(differing.front().at("Percent published") == "0.12");
}

TEST_CASE("the invented hospitals: peers' medians, the modifier that saves the same, three percent at most") {
  const fs::path out = example.run("check_2025.merit", example("data"), "small");
  // Worked out by separate means, in exact fractions.
  const auto modifiers = read_report(out / "modifier.csv");
  REQUIRE(modifiers.size() == 1);
  CHECK(modifiers.front().at("Neutrality modifier") == "1.3289");
  CHECK(std::stod(modifiers.front().at("Saved without peers")) ==
        Approx(13984649.126965772).margin(0.000001));
  size_t capped = 0;
  const auto hospitals = read_report(out / "hospitals.csv");
  CHECK(hospitals.size() == 40);
  for (const Row& row : hospitals) capped += row.at("Reduction") == "0.03" ? 1 : 0;
  CHECK(capped == 4);
  const auto medians = read_report(out / "medians.csv");
  CHECK(medians.size() == 30);
  CHECK(medians.front().at("Peer group") == "1");
  CHECK(std::stod(medians.front().at("Median")) == Approx(0.9749991743452557).margin(1e-12));
  CHECK(read_report(out / "agreement.csv").front().at("agreeing") == "240");
}

TEST_CASE("the tests in the rules of both years pass") {
  for (const char* rules : {"hrrp_2025.merit", "hrrp_2026.merit"}) {
    const auto result = merit::testing::merit_run({"test", example(rules).string()});
    INFO(result.output);
    CHECK(result.status == 0);
  }
}
