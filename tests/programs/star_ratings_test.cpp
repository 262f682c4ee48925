// Star Ratings 2026 against what CMS published: each agreement as its exact count, each difference by name.
//
// The rules are examples/star_ratings; scores, stars and ratings are the government's files
// (physician-aco-plan-RULES.md names the source). The programs do the comparing, in Merit; this test reads
// their reports.

#include <catch2/catch.hpp>
#include <fstream>
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

const merit::testing::Example example("star_ratings");

/// Contracts whose special needs plans are all for institutions. Medicare does not say which they are: each
/// of these has a rating published for which it has too few measures otherwise.
constexpr const char* for_institutions[] = {"H1119", "H2392", "H2400", "H3800", "H4054", "H4172",
                                            "H5015", "H5374", "H6765", "H6832", "H7779", "H8067",
                                            "H8093", "H9153", "H9191", "H9590", "H9942"};

fs::path with_institutions(const fs::path& published, const std::string& name) {
  fs::path folder = linked_folder("star_ratings_data_" + name, {published});
  std::ofstream file(folder / "institutional_contracts.csv");
  file << "Contract Number,Only institutions\n";
  for (const char* contract : for_institutions) file << contract << ",Yes\n";
  return folder;
}

}  // namespace

TEST_CASE("2026: 524 of 524 Part C, 613 of 613 Part D, 516 of 516 overall ratings; 16 778 of 17 014 stars") {
  const auto data = merit::testing::published("star_ratings/2026");
  if (!data) return;
  const fs::path out = example.run("check_2026.merit", with_institutions(*data, "2026"), "2026");
  const Row counts = only_row(out / "agreement.csv");
  CHECK(counts.at("part_c_published") == "524");
  CHECK(counts.at("part_c_agreeing") == "524");
  CHECK(counts.at("part_d_published") == "613");
  CHECK(counts.at("part_d_agreeing") == "613");
  CHECK(counts.at("overall_published") == "516");
  CHECK(counts.at("overall_agreeing") == "516");
  CHECK(counts.at("unrated") == "654");
  CHECK(counts.at("unrated_agreeing") == "654");
  CHECK(read_report(out / "ratings_differing.csv").empty());

  CHECK(counts.at("with_cut_points") == "17014");
  CHECK(counts.at("stars_as_cut") == "16778");
  CHECK(counts.at("stars_held") == "234");
  CHECK(counts.at("stars_open") == "2");
  CHECK(counts.at("stars_given") == "5322");  // 4 259 of surveys, 1 063 of improvement: not checked
  CHECK(counts.at("stars_wrong_data") == "26");
  std::set<std::string> struck;
  std::set<std::string> open;
  for (const Row& row : read_report(out / "stars_differing.csv")) {
    const int more = std::stoi(row.at("Published")) - std::stoi(row.at("By cut points"));
    if (row.at("Why") == "held_harmless") {
      CHECK(more == 1);  // last year's star, of a contract a quarter of whose members a disaster struck
      struck.insert(row.at("Contract"));
    } else {
      CHECK(more == -1);
      CHECK(row.at("Score") == "0.28");
      open.insert(row.at("Contract") + " " + row.at("Measure"));
    }
  }
  CHECK(struck.size() == 70);
  // One measure, listed in both parts: 28% meets the cut point of three stars, and two are published. Why is
  // not known.
  CHECK(open == std::set<std::string>{"H5299 C29: Members Choosing to Leave the Plan",
                                      "H5299 D03: Members Choosing to Leave the Plan"});

  size_t high_performing = 0;
  for (const Row& row : read_report(out / "contracts.csv"))
    high_performing += row.at("High performing") == "true" ? 1 : 0;
  CHECK(high_performing == 21);
}

TEST_CASE("2026: without knowing the contracts for institutions only, 16, 1 and 16 ratings are not given") {
  const auto data = merit::testing::published("star_ratings/2026");
  if (!data) return;
  // The program says so itself: its ensure that every rating is reproduced fails.
  const fs::path out = example.run("check_2026.merit",
                                   linked_folder("star_ratings_data_"
                                                 "alone",
                                                 {*data}),
                                   "alone", 1);
  const Row counts = only_row(out / "agreement.csv");
  CHECK(counts.at("part_c_agreeing") == "508");
  CHECK(counts.at("part_d_agreeing") == "612");
  CHECK(counts.at("overall_agreeing") == "500");
  CHECK(counts.at("unrated_agreeing") == "654");
  const std::set<std::string> known(std::begin(for_institutions), std::end(for_institutions));
  const auto differing = read_report(out / "ratings_differing.csv");
  CHECK(differing.size() == 33);
  std::set<std::string> contracts;
  for (const Row& row : differing) {
    CHECK(row.at("Ours").empty());
    contracts.insert(row.at("Contract"));
  }
  CHECK(contracts == known);
}

TEST_CASE("2026: other readings of the rules are told apart") {
  const auto data = merit::testing::published("star_ratings/2026");
  if (!data) return;
  const fs::path folder = with_institutions(*data, "other");
  const Row unrounded = only_row(example.run("check_unrounded.merit", folder, "unrounded") / "agreement.csv");
  CHECK(unrounded.at("part_c_agreeing") == "524");
  CHECK(unrounded.at("part_d_agreeing") ==
        "605");  // 101/27 is less than the limit 3.740741; rounded, it is not
  CHECK(unrounded.at("overall_agreeing") == "516");
  const Row alone =
      only_row(example.run("check_without_last_year.merit", folder, "without_last_year") / "agreement.csv");
  CHECK(alone.at("part_c_agreeing") == "507");
  CHECK(alone.at("part_d_agreeing") == "588");
  CHECK(alone.at("overall_agreeing") == "498");
}

TEST_CASE(
    "2026: the drug plans' limits of the reward follow from the public files, the health plans' do not") {
  const auto data = merit::testing::published("star_ratings/2026");
  if (!data) return;
  const auto rows = read_report(
      example.run("limits_2026.merit", with_institutions(*data, "limits"), "limits") / "limits.csv");
  REQUIRE(rows.size() == 16);
  for (const Row& row : rows) {
    INFO(row.at("Scale") << " " << row.at("Run"));
    const bool drug_plans = row.at("Scale") == "part_d_drug";
    CHECK(row.at("Agree") == (drug_plans ? "true" : "false"));
    if (drug_plans) CHECK(row.at("Contracts") == "40");
    // Contracts were withheld from the public files; what is left is near.
    CHECK(std::stod(row.at("65th computed")) == Approx(std::stod(row.at("65th"))).margin(0.04));
    CHECK(std::stod(row.at("85th computed")) == Approx(std::stod(row.at("85th"))).margin(0.08));
  }
}

TEST_CASE("the small data were computed by separate means, and the rules give them; what a rating is worth") {
  const fs::path data = example("data");
  const Row counts = only_row(example.run("check_2026.merit", data, "small") / "agreement.csv");
  CHECK(counts.at("part_c_agreeing") == "8");
  CHECK(counts.at("part_d_agreeing") == "10");
  CHECK(counts.at("overall_agreeing") == "7");
  CHECK(counts.at("unrated_agreeing") == "11");
  CHECK(counts.at("stars_open") == "0");
  const auto services = read_report(example.run("stars_bonus_2027.merit", data, "bonus") / "services.csv");
  REQUIRE(services.size() == 16);
  // 4.5 stars: 1,042.17 * 1.05 = 1,094.2785; bid 835.00; 835.00 + 70% of 259.2785, for 1 200 member months.
  CHECK(services.front().at("Contract") == "X0001");
  CHECK(services.front().at("Payment") == "1219793.94");
}
