// The Physician Group Practice Demonstration: every point and every cent, over the example and over an
// invented population of groups, against a computation of its own.
//
// No group's figures were published, so there is nothing to replay; see the README of the example.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/example.h"
#include "tests/support/places.h"

namespace {

namespace fs = std::filesystem;
using merit::testing::cents;
using merit::testing::read_report;
using merit::testing::Row;

const merit::testing::Example example("pgp_demo");

/// Runs the program of a performance year; its reports are in the folder returned.
fs::path run(int year, const fs::path& data, const std::string& name) {
  return example.run("pgp_year_" + std::to_string(year) + ".merit", data, name);
}

std::string file_of_year(const std::string& name, int year) {
  return name + std::to_string(year) + ".csv";
}

/// "65.72%" as 6572; below zero when the rate is not known.
int64_t hundredths(const std::string& rate) {
  return rate == "too few" ? -1 : std::llround(std::stod(rate) * 100);
}

/// To the cent, halves up; a few digits of the long double are left over for that.
int64_t in_cents(long double dollars) {
  return static_cast<int64_t>(std::floor(dollars * 100 + 0.5L));
}

const std::set<std::string> from_claims = {
    "HbA1c testing",          "Diabetes: lipid measurement", "Urine protein testing",
    "Eye examination",        "Left ventricular testing",    "Lipid profile",
    "Breast cancer screening"};

const std::map<std::string, std::string> health_plans_report = {
    {"HbA1c testing", "dm_hba1c_test"},
    {"HbA1c control", "dm_hba1c_control"},
    {"Diabetes: lipid measurement", "dm_lipid_test"},
    {"Diabetes: LDL cholesterol", "dm_ldl"},
    {"Urine protein testing", "dm_urine_protein"},
    {"Eye examination", "dm_eye_exam"},
    {"Beta blocker after infarction", "cad_beta_blocker"},
    {"Lipid profile", "cad_lipid_test"},
    {"Blood pressure control", "ht_control"},
    {"Breast cancer screening", "ca_breast"},
    {"Colorectal cancer screening", "ca_colorectal"}};

struct Year {
  int64_t points = 0;
  int64_t available = 0;
  int64_t target = 0;  ///< cents, as the amounts below
  int64_t earned = 0;
  int64_t withheld = 0;
  bool capped = false;
  bool carries = false;  ///< losses into the next year
};

struct Group {
  std::vector<Year> years;
  int64_t paid = 0;
  int64_t withheld = 0;
  int64_t released = 0;
};

bool target_met(int64_t rate, int64_t base, const Row* plans) {
  if (rate < 0) return false;
  const int64_t mean = plans ? hundredths(plans->at("Mean")) : 0;
  if (rate >= std::max<int64_t>(7500, mean)) return true;
  if (base >= 0 && (rate - base) * 10 >= 10000 - base) return true;
  return plans && rate >= hundredths(plans->at("70th percentile"));
}

std::map<std::string, Row> by(const std::string& column, const std::vector<Row>& rows) {
  std::map<std::string, Row> result;
  for (const Row& row : rows) result[row.at(column)] = row;
  return result;
}

/// Five years of each group, by its name.
std::map<std::string, Group> compute(const fs::path& data) {
  const long double efficiency[] = {0.70L, 0.60L, 0.50L, 0.50L, 0.50L};
  const auto base_year = by("Group", read_report(data / "base_year.csv"));
  std::vector<std::map<std::string, Row>> years;
  std::vector<std::map<std::string, Row>> plans;
  for (int year = 1; year <= 5; ++year) {
    years.push_back(by("Group", read_report(data / file_of_year("performance_year_", year))));
    plans.push_back(by("Measure", read_report(data / file_of_year("hedis_year_", year))));
  }
  std::map<std::string, Group> groups;
  for (const Row& group : read_report(data / "groups.csv")) {
    const auto number = [](const Row& row, const char* column) { return std::stold(row.at(column)); };
    const Row& base = base_year.at(group.at("Group"));
    Group result;
    long double balance = 0;
    for (size_t i = 0; i < 5; ++i) {
      const Row& row = years[i].at(group.at("Group"));
      Year year;
      for (const auto& [label, rate] : row) {
        if (base.count(label) == 0 || label == "Group" || rate == "too few") continue;
        const auto reported = health_plans_report.find(label);
        const Row* benchmark =
            reported == health_plans_report.end() ? nullptr : &plans[i].at(reported->second);
        const int64_t points = from_claims.count(label) ? 4 : 1;
        year.available += points;
        if (target_met(hundredths(rate), hundredths(base.at(label)), benchmark)) year.points += points;
      }
      const long double growth = number(row, "Comparison cost") / number(row, "Comparison risk") /
                                 number(group, "Comparison base cost") *
                                 number(group, "Comparison base risk");
      const long double target = number(row, "Person-years") * number(group, "Base cost") /
                                 number(group, "Base risk") * growth * number(row, "Risk");
      const long double saved = target - number(row, "Cost");
      const long double chance = target / 50;
      balance += saved > chance ? saved - chance : saved < -chance ? saved + chance : 0;
      const long double pool = balance > 0 ? balance * 4 / 5 : 0;
      const long double share =
          year.available == 0 ? 0 : static_cast<long double>(year.points) / year.available;
      const long double may_earn = pool * (efficiency[i] + (1 - efficiency[i]) * share);
      year.target = in_cents(target);
      year.capped = may_earn > target / 20;
      year.earned = in_cents(std::min(may_earn, target / 20));
      year.withheld = (year.earned + 2) / 4;  // a quarter, halves up
      balance = std::min(balance, 0.0L);
      year.carries = balance < 0;
      result.paid += year.earned - year.withheld;
      result.withheld += year.withheld;
      result.years.push_back(year);
    }
    result.released = in_cents(std::max(static_cast<long double>(result.withheld) / 100 + balance, 0.0L));
    groups[group.at("Name")] = result;
  }
  return groups;
}

struct Counts {
  size_t groups = 0;
  size_t group_years = 0;
  size_t earning = 0;
  size_t capped = 0;
  size_t carrying = 0;
  size_t released_in_part = 0;
};

/// Every figure of the five years the same as computed here.
Counts check(const fs::path& data, const std::string& name) {
  const fs::path out = run(5, data, name);
  const auto expected = compute(data);
  Counts counts;
  size_t differing = 0;
  for (const Row& row : read_report(out / "years.csv")) {
    const Year& year = expected.at(row.at("Group")).years.at(std::stoul(row.at("Year")) - 1);
    ++counts.group_years;
    counts.earning += year.earned > 0 ? 1 : 0;
    counts.capped += year.capped ? 1 : 0;
    counts.carrying += year.carries ? 1 : 0;
    const bool same = std::stoll(row.at("Points")) == year.points &&
                      std::stoll(row.at("Of")) == year.available && cents(row.at("Target")) == year.target &&
                      cents(row.at("Earned")) == year.earned && cents(row.at("Withheld")) == year.withheld &&
                      cents(row.at("Paid")) == year.earned - year.withheld;
    differing += same ? 0 : 1;
  }
  for (const Row& row : read_report(out / "groups.csv")) {
    const Group& group = expected.at(row.at("Group"));
    ++counts.groups;
    counts.released_in_part += group.released > 0 && group.released < group.withheld ? 1 : 0;
    const bool same = cents(row.at("Paid at once")) == group.paid &&
                      cents(row.at("Withheld")) == group.withheld &&
                      cents(row.at("Paid at the end")) == group.released;
    differing += same ? 0 : 1;
  }
  CHECK(differing == 0);
  CHECK(counts.groups == expected.size());
  return counts;
}

/// Groups with good and bad years in all orders, in the layout of the example; the labels of the measures and
/// the health plans' results are the example's.
void write_population(const fs::path& folder, size_t groups) {
  fs::create_directories(folder);
  std::mt19937_64 random(20050401);
  const auto between = [&](int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random() % static_cast<uint64_t>(high - low + 1));
  };
  const auto decimal = [](int64_t value, int64_t unit, size_t digits) {
    std::string fraction = std::to_string(value % unit);
    return std::to_string(value / unit) + "." + std::string(digits - fraction.size(), '0') + fraction;
  };
  const auto header = [](const fs::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
  };
  const auto rates = [&](size_t measures) {
    std::string text;
    for (size_t i = 0; i < measures; ++i)
      text += between(1, 40) == 1 ? ",too few" : "," + decimal(between(3000, 9900), 100, 2) + "%";
    return text;
  };
  const auto id = [](size_t group) { return "G" + std::to_string(1000 + group); };

  std::ofstream own(folder / "groups.csv");
  std::ofstream base(folder / "base_year.csv");
  own << header(example("data/groups.csv")) << "\n";
  base << header(example("data/base_year.csv")) << "\n";
  std::vector<long double> base_cost;
  for (size_t group = 0; group < groups; ++group) {
    const int64_t cost = between(500'000, 1'200'000);
    base_cost.push_back(static_cast<long double>(cost) / 100);
    own << id(group) << "," << id(group) << "," << decimal(cost, 100, 2) << ",1.000,7000.00,1.000\n";
    base << id(group) << rates(32) << "\n";
  }
  for (int year = 1; year <= 5; ++year) {
    const std::string benchmarks = file_of_year("hedis_year_", year);
    fs::copy_file(example("data") / benchmarks, folder / benchmarks, fs::copy_options::overwrite_existing);
    const std::string name = file_of_year("performance_year_", year);
    std::ofstream out(folder / name);
    const std::string columns = header(example("data") / name);
    const size_t measures = static_cast<size_t>(std::count(columns.begin(), columns.end(), ',')) - 5;
    out << columns << "\n";
    for (size_t group = 0; group < groups; ++group) {
      const int64_t person_years = between(1'000'000, 3'000'000);
      const int64_t risk = between(900, 1200);
      // From 12% dearer to 12% cheaper than in the base year.
      const auto cost = static_cast<int64_t>(static_cast<long double>(person_years) * base_cost[group] *
                                             static_cast<long double>(between(880, 1120)) / 1000);
      out << id(group) << "," << decimal(person_years, 100, 2) << "," << decimal(cost, 100, 2) << ","
          << decimal(risk, 1000, 3) << "," << decimal(700'000 * risk / 1000, 100, 2) << ","
          << decimal(risk, 1000, 3) << rates(measures) << "\n";
    }
  }
}

}  // namespace

TEST_CASE("the example: five years of four groups, to the cent") {
  const Counts counts = check(example("data"), "example");
  CHECK(counts.groups == 4);
  CHECK(counts.group_years == 20);
  CHECK(counts.earning == 9);
  CHECK(counts.capped == 1);
  CHECK(counts.carrying == 7);
  CHECK(counts.released_in_part == 1);

  std::map<std::string, size_t> ways;
  std::map<std::string, std::set<std::string>> measures;
  for (const Row& row : read_report(run(5, example("data"), "targets") / "targets.csv")) {
    for (const char* way : {"High enough", "Improved enough", "Among the best", "Met"})
      ways[way] += row.at(way) == "true" ? 1 : 0;
    measures[row.at("Year")].insert(row.at("Measure"));
  }
  CHECK(measures.at("1").size() == 10);
  CHECK(measures.at("2").size() == 27);
  CHECK(measures.at("3").size() == 32);
  CHECK(measures.at("5").size() == 32);
  CHECK(ways.at("High enough") == 181);
  CHECK(ways.at("Improved enough") == 300);
  CHECK(ways.at("Among the best") == 72);
  CHECK(ways.at("Met") == 362);  // of 532; 42, 159 and 9 by one way alone
}

TEST_CASE("a later year changes nothing of an earlier one") {
  const auto all = read_report(run(5, example("data"), "all_years") / "years.csv");
  for (int year = 1; year <= 4; ++year) {
    const auto rows = read_report(run(year, example("data"), "until_" + std::to_string(year)) / "years.csv");
    CHECK(rows.size() == static_cast<size_t>(4 * year));
    for (const Row& row : rows) CHECK(std::find(all.begin(), all.end(), row) != all.end());
  }
}

TEST_CASE("five years of three hundred invented groups: not a cent differs") {
  const fs::path folder = merit::testing::scratch_folder("pgp_demo_population") / "data";
  write_population(folder, 300);
  const Counts counts = check(folder, "large");
  CHECK(counts.groups == 300);
  CHECK(counts.group_years == 1500);
  CHECK(counts.earning > 300);
  CHECK(counts.capped > 20);
  CHECK(counts.carrying > 300);
  CHECK(counts.released_in_part > 5);
}
