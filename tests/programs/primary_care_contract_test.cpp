// The commercial primary-care contract: what it pays, computed a second time from the same files in whole
// cents, for every member, practice and quarter of both years.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/example.h"
#include "tests/support/places.h"

namespace {

namespace fs = std::filesystem;
using merit::testing::cents;
using merit::testing::read_report;
using merit::testing::Row;

const merit::testing::Example example("primary_care_contract");
using Key = std::pair<std::string, std::string>;

const std::vector<std::string> quarters = {"q1", "q2", "q3", "q4"};

struct Measure {
  int64_t first;         ///< in tenths of a percent
  int64_t second;        ///< in tenths of a percent
  int64_t change;        ///< in tenths of a percent
  int64_t first_points;  ///< for the first target
  int64_t all_points;
  bool lower_is_better;
};

const std::map<std::string, Measure> measures = {
    {"bcs", {770, 840, 100, 2, 5, false}},  {"col", {720, 810, 100, 2, 5, false}},
    {"eed", {810, 880, 100, 2, 5, false}},  {"gsd", {880, 940, 100, 5, 10, false}},
    {"cbp", {830, 880, 150, 5, 10, false}}, {"pcr", {100, 80, -30, 5, 10, true}},
    {"spc", {880, 920, 50, 2, 5, false}},   {"mad", {880, 910, 50, 5, 10, false}},
    {"mah", {910, 930, 50, 5, 10, false}},  {"mac", {900, 930, 50, 5, 10, false}},
    {"supd", {900, 930, 50, 5, 10, false}}, {"ked", {610, 740, 100, 5, 10, false}}};

/// What is different between the years.
struct Terms {
  std::string year;
  std::string before;                                       ///< the year before
  std::map<std::string, std::pair<int64_t, int64_t>> gaps;  ///< dollars: standard, priority
  int64_t bonus;                                            ///< dollars
  int64_t withhold;                                         ///< percent
  bool priority_alone;                                      ///< whether the bonus is for priority members
};

const Terms terms_2025 = {"2025",
                          "2024",
                          {{"annual_visit", {25, 50}},
                           {"bcs", {10, 30}},
                           {"col", {10, 30}},
                           {"omw", {50, 150}},
                           {"eed", {10, 30}},
                           {"cbp", {10, 30}},
                           {"mrp", {25, 75}},
                           {"spc", {20, 60}},
                           {"supd", {20, 60}},
                           {"ked", {15, 45}}},
                          50,
                          20,
                          false};
const Terms terms_2026 = {"2026",
                          "2025",
                          {{"annual_visit", {0, 100}},
                           {"bcs", {10, 250}},
                           {"col", {10, 150}},
                           {"omw", {100, 250}},
                           {"eed", {10, 250}},
                           {"cbp", {0, 150}},
                           {"supd", {20, 250}},
                           {"ked", {10, 150}},
                           {"gsd", {0, 150}},
                           {"mad", {0, 150}},
                           {"mah", {0, 150}},
                           {"mac", {0, 150}}},
                          100,
                          15,
                          true};

/// Dollars for a member's year. The score is a fraction: its numerator and its denominator.
int64_t member_year(int64_t numerator, int64_t denominator) {
  const std::vector<std::pair<int64_t, int64_t>> steps = {{100, 300}, {95, 250}, {90, 200}, {85, 150},
                                                          {80, 125},  {75, 100}, {70, 80},  {65, 65},
                                                          {60, 50},   {55, 40},  {50, 30},  {45, 20}};
  for (const auto& [from, dollars] : steps) {
    if (numerator >= from * denominator) return dollars;
  }
  return 0;
}

/// Cents paid for each member and each practice's performance.
struct Settlement {
  std::map<std::string, int64_t> members;
  std::map<std::string, int64_t> performance;
  std::map<std::string, int64_t> practices;  ///< both
};

struct Files {
  std::vector<Row> practices, members, gaps, rosters, results, rates, paid_members, paid_performance;

  explicit Files(const Terms& terms) {
    const auto read = [](const std::string& name) { return read_report(example("data") / (name + ".csv")); };
    practices = read("practices");
    members = read("members");
    gaps = read("gaps_" + terms.year);
    rosters = read("roster_" + terms.year);
    results = read("results_" + terms.year);
    rates = read("rates_" + terms.before);
    paid_members = read("paid_for_members_" + terms.year);
    paid_performance = read("paid_for_performance_" + terms.year);
  }
};

int64_t paid(const std::vector<Row>& ledger, const std::string& column, const std::string& who,
             const std::string& before) {
  int64_t sum = 0;
  for (const Row& row : ledger) {
    if (row.at(column) == who && row.at("Quarter") < before) sum += cents(row.at("Amount"));
  }
  return sum;
}

int64_t for_member(const Terms& terms, const Files& files, const Row& member, const std::string& quarter) {
  static const std::map<std::string, std::string> ends = {
      {"q1", "-03-31"}, {"q2", "-06-30"}, {"q3", "-09-30"}, {"q4", "-12-31"}};
  const bool priority = member.at("Priority") == "Y";
  int64_t dollars = 0;
  int64_t all = 0;
  int64_t closed = 0;
  for (const Row& gap : files.gaps) {
    if (gap.at("Member ID") != member.at("Member ID")) continue;
    ++all;
    // Days written alike compare as texts.
    if (gap.at("Closed on").empty() || gap.at("Closed on") > terms.year + ends.at(quarter)) continue;
    ++closed;
    const auto& [standard, higher] = terms.gaps.at(gap.at("Gap"));
    dollars += priority ? higher : standard;
  }
  const bool complete = all == closed && (terms.priority_alone ? priority && all > 0 : all >= 2);
  if (complete) dollars += terms.bonus;
  return 100 * dollars - paid(files.paid_members, "Member ID", member.at("Member ID"), quarter);
}

bool reached(const Measure& measure, int64_t met, int64_t eligible, int64_t target) {
  return measure.lower_is_better ? 1000 * met <= target * eligible : 1000 * met >= target * eligible;
}

int64_t for_performance(const Terms& terms, const Files& files, const Row& practice,
                        const std::string& quarter) {
  const std::string& tin = practice.at("Tax ID");
  const auto here = [&](const Row& row) { return row.at("Tax ID") == tin; };
  int64_t points = 0;
  int64_t possible = 0;
  int64_t counted = 0;
  int64_t readmissions = 0;
  for (const Row& result : files.results) {
    if (!here(result) || result.at("Quarter") != quarter) continue;
    const Measure& measure = measures.at(result.at("Measure"));
    const int64_t eligible = std::stoll(result.at("Eligible"));
    const int64_t met = std::stoll(result.at("Met"));
    if (eligible < 20) continue;
    int64_t earned = 0;
    if (reached(measure, met, eligible, measure.first)) earned = measure.first_points;
    if (reached(measure, met, eligible, measure.second)) earned = measure.all_points;
    for (const Row& rate : files.rates) {
      if (!here(rate) || rate.at("Measure") != result.at("Measure")) continue;
      const int64_t last = std::llround(std::stod(rate.at("Rate")) * 10);
      if (reached(measure, met, eligible, last + measure.change)) earned = measure.all_points;
    }
    points += earned;
    possible += measure.all_points;
    ++counted;
    if (result.at("Measure") == "pcr") readmissions = earned;
  }
  const auto roster = std::find_if(files.rosters.begin(), files.rosters.end(),
                                   [&](const Row& row) { return here(row) && row.at("Quarter") == quarter; });
  REQUIRE(roster != files.rosters.end());
  const int64_t size = std::stoll(roster->at("Members"));
  const int64_t extra = 5 * std::stoll(roster->at("Visited to date")) >= 4 * size ? 5 : 0;
  const bool gate = counted >= 5 && size >= 50 && practice.at("Certified record") == "Y" &&
                    practice.at("New patients") == "Y";
  const int64_t dollars = gate ? member_year(100 * points + extra * possible, possible) : 0;
  const bool released = quarter == "q4" && readmissions > 0;
  // Dollars a year by months, in twelfths of a dollar; by percent in twelve-hundredths, which are twelfths of
  // a cent.
  const int64_t twelfths =
      dollars * std::stoll(roster->at("Member months to date")) * (100 - (released ? 0 : terms.withhold));
  const int64_t due = twelfths - 12 * paid(files.paid_performance, "Tax ID", tin, quarter);
  return (std::abs(due) + 6) / 12 * (due < 0 ? -1 : 1);
}

Settlement settle(const Terms& terms, const Files& files, const std::string& quarter) {
  Settlement settlement;
  for (const Row& practice : files.practices) {
    const int64_t amount = for_performance(terms, files, practice, quarter);
    settlement.performance[practice.at("Tax ID")] = amount;
    settlement.practices[practice.at("Tax ID")] += amount;
  }
  for (const Row& member : files.members) {
    const int64_t amount = for_member(terms, files, member, quarter);
    settlement.members[member.at("Member ID")] = amount;
    settlement.practices[member.at("Tax ID")] += amount;
  }
  return settlement;
}

/// The same from the contract.
Settlement run(const std::string& contract, const std::string& quarter) {
  const fs::path out = merit::testing::scratch_folder("primary_care_" + contract + "_" + quarter) / "out";
  const auto result =
      merit::testing::merit_run({"run", example(contract).string(), "--data", example("data").string(),
                                 "--set", "settled=" + quarter, "--out", out.string()});
  INFO(result.output);
  REQUIRE(result.status == 0);
  Settlement settlement;
  for (const Row& row : read_report(out / "members.csv"))
    settlement.members[row.at("Member")] = cents(row.at("Due"));
  for (const Row& row : read_report(out / "settlement.csv")) {
    settlement.performance[row.at("Tax number")] = cents(row.at("For performance"));
    settlement.practices[row.at("Tax number")] = cents(row.at("Settlement"));
  }
  return settlement;
}

int64_t total(const std::map<std::string, int64_t>& amounts) {
  int64_t sum = 0;
  for (const auto& [who, amount] : amounts) sum += amount;
  return sum;
}

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

/// Checks a contract whose one line was spoiled, and finds the message at that line of the Markdown file.
void spoil(const std::string& contract, const std::string& line, const std::string& spoiled,
           const std::string& message) {
  const fs::path folder = merit::testing::scratch_folder("primary_care_spoiled");
  for (const auto& entry : fs::directory_iterator(example(""))) {
    if (entry.is_regular_file()) write(folder / entry.path().filename(), text_of(entry.path()));
  }
  std::string text = text_of(folder / contract);
  const size_t at = text.find(line);
  REQUIRE(at != std::string::npos);
  const auto number = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  write(folder / contract, text.replace(at, line.size(), spoiled));
  const auto result = merit::testing::merit_run({"check", (folder / contract).string()});
  INFO(result.output);
  CHECK(result.status == 3);
  CHECK(result.output.find(message) != std::string::npos);
  CHECK(result.output.find(contract + ":" + std::to_string(number) + ":") != std::string::npos);
}

}  // namespace

TEST_CASE(
    "every member and practice is paid what a second computation gives, in every quarter of both years") {
  for (const auto& [contract, terms] :
       {std::pair{"contract.merit.md", &terms_2025}, std::pair{"contract_2026.merit.md", &terms_2026}}) {
    const Files files(*terms);
    for (const std::string& quarter : quarters) {
      INFO(contract << " " << quarter);
      const Settlement ours = run(contract, quarter);
      const Settlement second = settle(*terms, files, quarter);
      CHECK(ours.members == second.members);
      CHECK(ours.performance == second.performance);
      CHECK(ours.practices == second.practices);
      CHECK(ours.members.size() == 76);
      CHECK(total(ours.practices) == total(ours.members) + total(ours.performance));
    }
  }
}

TEST_CASE("the third quarter pays what the ledger of the fourth says was paid") {
  for (const auto& [contract, terms] :
       {std::pair{"contract.merit.md", &terms_2025}, std::pair{"contract_2026.merit.md", &terms_2026}}) {
    INFO(contract);
    const Files files(*terms);
    const Settlement third = run(contract, "q3");
    for (const auto& [member, amount] : third.members) {
      CHECK(amount == paid(files.paid_members, "Member ID", member, "q4") -
                          paid(files.paid_members, "Member ID", member, "q3"));
    }
    for (const auto& [practice, amount] : third.performance) {
      CHECK(amount == paid(files.paid_performance, "Tax ID", practice, "q4") -
                          paid(files.paid_performance, "Tax ID", practice, "q3"));
    }
  }
}

TEST_CASE("a year's settlements are what is due for the year; a claim withdrawn is paid back") {
  const Files files(terms_2025);
  const Settlement last = run("contract.merit.md", "q4");
  CHECK(total(last.members) == 187'000);
  CHECK(total(last.performance) == 6'156'234);
  Files without_ledger = files;
  without_ledger.paid_members.clear();
  without_ledger.paid_performance.clear();
  const Settlement year = settle(terms_2025, without_ledger, "q4");
  for (const auto& [member, amount] : last.members)
    CHECK(amount + paid(files.paid_members, "Member ID", member, "q4") == year.members.at(member));
  for (const auto& [practice, amount] : last.performance)
    CHECK(amount + paid(files.paid_performance, "Tax ID", practice, "q4") == year.performance.at(practice));

  const auto third = run("contract.merit.md", "q3").members;
  CHECK(std::count_if(third.begin(), third.end(), [](const auto& one) { return one.second < 0; }) == 2);
}

TEST_CASE("the agreed examples hold, in the amended contract too") {
  for (const char* contract : {"contract.merit.md", "contract_2026.merit.md"}) {
    const auto result = merit::testing::merit_run({"test", example(contract).string()});
    INFO(result.output);
    CHECK(result.status == 0);
    CHECK(result.output.find("7 of 7 tests passed.") != std::string::npos);
  }
}

TEST_CASE("a mistake in a fence is shown at its line of the contract") {
  spoil("contract.merit.md", "  | 55 to below 60  | $40         |", "  | 55 to below 59  | $40         |",
        "error[G112]: The table `tier` says nothing of");
  spoil("contract.merit.md", "  bonus       = (complete_care_bonus when completely_cared_for, $0 otherwise)",
        "  bonus       = (complete_care_bonus when completely_cared, $0 otherwise)",
        "error[N001]: `completely_cared` is not known here.");
  spoil("contract_2026.merit.md", "replace withhold_rate = 15%", "replace withold_rate = 15%",
        "error[A101]: The amended program has no definition, step or parameter `withold_rate`.");
}
