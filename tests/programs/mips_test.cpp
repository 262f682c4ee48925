// Merit-based Incentive Payment System, performance year 2017, against what CMS published: each agreement as
// its exact count.
//
// The rules are examples/mips; the final scores are the government's file, the benchmarks are CMS's JSON
// files as they are (physician-aco-plan-RULES.md names the sources).

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

const merit::testing::Example example("mips");

}  // namespace

TEST_CASE("2017: 22 659 of 22 659 group final scores, 17 113 of them exactly") {
  const auto data = merit::testing::published("mips/2017");
  if (!data) return;
  const fs::path out = example.run("check_2017.merit", *data, "2017");
  const Row counts = only_row(out / "agreement.csv");
  CHECK(counts.at("groups_published") == "22659");
  CHECK(counts.at("consistent_groups") == "22659");
  // The others: the published quality score has one decimal, so the final score follows from it within 0.03,
  // or 0.06 where x.9 stands for anything up to the next whole number.
  CHECK(counts.at("exact_groups") == "17113");
  // The rest were excused from sharing information (2 941), or scored as an alternative payment model (6).
  CHECK(counts.at("usual_groups") == "19712");
  CHECK(read_report(out / "differing.csv").empty());
}

TEST_CASE("CMS's own sample of its scoring engine is among the tests of the rules") {
  const auto result = merit::testing::merit_run({"test", example("mips_2017.merit").string()});
  INFO(result.output);
  CHECK(result.status == 0);
  CHECK(result.output.find("passed three measures of CMS's sample") != std::string::npos);
  CHECK(result.output.find("passed the information measures of CMS's sample") != std::string::npos);
  CHECK(result.output.find("passed forty points of activities are enough") != std::string::npos);
  CHECK(merit::testing::merit_run({"test", example("mips_2023.merit").string()}).status == 0);
}

TEST_CASE("the published benchmarks of five years, and for how many lower is better") {
  const auto data = merit::testing::published("mips/benchmarks");
  if (!data) return;

  struct Year {
    const char* year;
    size_t benchmarks;
    size_t lower_is_better;
  };

  for (const Year& one : {Year{"2017", 572, 85}, Year{"2022", 372, 83}, Year{"2023", 385, 83},
                          Year{"2024", 358, 75}, Year{"2025", 380, 80}}) {
    INFO(one.year);
    const fs::path files = merit::testing::scratch_folder(std::string("mips_benchmarks_") + one.year);
    fs::copy(example("data"), files, fs::copy_options::overwrite_existing | fs::copy_options::recursive);
    fs::copy(*data / (std::string(one.year) + ".json"), files / "benchmarks.json");
    // The small data's benchmarks, and its quality results by them.
    fs::remove(files / "benchmarks.csv");
    fs::remove(files / "quality_results.csv");
    const fs::path out = example.run("benchmarks.merit", files, std::string("benchmarks_run_") + one.year);
    const auto rows = read_report(out / "benchmark_counts.csv");
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().at("Benchmarks") == std::to_string(one.benchmarks));
    CHECK(rows.front().at("Lower is better") == std::to_string(one.lower_is_better));
    CHECK(rows.front().at("Deciles") == std::to_string(9 * one.benchmarks));
  }
}

TEST_CASE("the scaling factor over the invented groups, and every payment that follows from it") {
  const fs::path out = example.run("check_2017.merit", example("data"), "small");
  const auto factors = read_report(out / "factors.csv");
  REQUIRE(factors.size() == 1);
  CHECK(factors.front().at("Scaling factor") == "1.6253");
  CHECK(factors.front().at("Exceptional factor") == "1");
  CHECK(std::stod(factors.front().at("Lost")) == 3751200);
  // Worked out by separate means, in exact fractions.
  const std::map<std::string, double> expected{
      {"G01", 80708.44},  {"G02", 126174.22}, {"G03", 228611.41}, {"G04", -656400},   {"G05", 302289.92},
      {"G06", 174464.73}, {"G07", 370750.84}, {"G08", -399600},   {"G09", 292685.36}, {"G10", 130783.7},
      {"G11", 121215.21}, {"G12", -111600},   {"G13", 142174.94}, {"G14", 288676.36}, {"G15", 78266.94},
      {"G16", -422400},   {"G17", 48717.45},  {"G18", 114299.52}, {"G19", 33034.14},  {"G20", -601200},
      {"G21", 226982.16}, {"G22", 368484},    {"G23", 473914.54}, {"G24", -460800},   {"G25", 163252.77},
      {"G26", 82217.26},  {"G27", 132009.81}, {"G28", -1099200},  {"G29", 335441.7},  {"G30", 68712.32}};
  const auto payments = read_report(out / "payments.csv");
  CHECK(payments.size() == expected.size());
  for (const Row& row : payments) {
    INFO(row.at("Group"));
    CHECK(std::stod(row.at("Amount")) == expected.at(row.at("Group")));
  }
}

TEST_CASE(
    "a group scored from its own measures: three measures, 64 points of information, forty of activities") {
  const auto groups = read_report(example.run("mips_2017.merit", example("data"), "detail") / "groups.csv");
  REQUIRE(groups.size() == 31);
  const Row& last = groups.back();
  CHECK(last.at("Group") == "G31");
  CHECK(last.at("Quality") == "24.930833333333");
  CHECK(last.at("Information") == "64");
  CHECK(last.at("Activities") == "40");
  CHECK(last.at("Final score") == "45.9585");
}
