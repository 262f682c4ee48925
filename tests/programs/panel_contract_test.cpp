// The contract that pays practices by clinical measures: attribution, rates, points, scores and shares,
// computed a second time from the claims and from who is in which population.

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/command.h"
#include "tests/support/example.h"
#include "tests/support/places.h"

namespace {

namespace fs = std::filesystem;
using merit::testing::cents;
using merit::testing::read_report;
using merit::testing::Row;

fs::path example(const std::string& file) {
  return merit::testing::source_folder() / "examples" / "panel_contract" / file;
}

std::vector<std::string> arguments(const std::string& command) {
  return {command,        example("panel_contract.merit").string(),
          "--data",       example("data").string(),
          "--value-sets", example("value_sets.csv").string(),
          "--library",    (merit::testing::source_folder() / "examples" / "ecqm").string()};
}

/// The folder with what the run wrote.
fs::path run() {
  fs::path out = merit::testing::scratch_folder("panel_contract") / "out";
  std::vector<std::string> words = arguments("run");
  words.insert(words.end(), {"--out", out.string()});
  const auto result = merit::testing::merit_run(words);
  INFO(result.output);
  REQUIRE(result.status == 0);
  return out;
}

struct Paid {
  std::string key;  ///< of the file with its members
  std::string group;
  int64_t minimum;
  int64_t threshold;  ///< percent
  int64_t benchmark;  ///< percent
  int64_t weight;
};

const std::vector<Paid> paid = {{"depression_screening", "", 5, 70, 95, 2},
                                {"bmi_screening", "", 5, 60, 90, 1},
                                {"documentation_of_medications", "", 10, 70, 100, 1},
                                {"statin_therapy", "vascular_disease", 5, 50, 90, 2}};

int64_t count(const Row& row, const std::string& column) {
  const auto found = row.find(column);
  return found == row.end() || found->second.empty() ? 0 : std::stoll(found->second);
}

/// By practice: its patients.
std::map<std::string, std::set<std::string>> panels() {
  struct Visits {
    int64_t count = 0;
    std::string last;
  };

  std::map<std::string, std::map<std::string, Visits>> visits;
  for (const Row& row : read_report(example("data") / "visits.csv")) {
    if (!row.at("service_date").starts_with("2026-")) continue;
    Visits& here = visits[row.at("member")][row.at("practice")];
    ++here.count;
    here.last = std::max(here.last, row.at("service_date"));
  }
  std::map<std::string, std::set<std::string>> result;
  for (const auto& [patient, practices] : visits) {
    std::string best;
    for (const auto& [practice, here] : practices) {  // the lowest number first
      const Visits& leader = practices.at(best.empty() ? practice : best);
      if (best.empty() || here.count > leader.count ||
          (here.count == leader.count && here.last > leader.last))
        best = practice;
    }
    result[best].insert(patient);
  }
  return result;
}

}  // namespace

TEST_CASE("a pool is shared by clinical measures, to the cent, as a second computation has it") {
  const fs::path out = run();
  const auto attributed = panels();
  REQUIRE(attributed.size() == 3);

  // Points in tenths and scores as sums of tenths times weight over weights, exact in integers.
  std::map<std::string, std::map<std::string, std::pair<int64_t, int64_t>>> rates;  // practice, measure
  std::map<std::string, int64_t> points_sum;
  std::map<std::string, int64_t> weight_sum;
  for (const Paid& measure : paid) {
    const auto members = read_report(out / (measure.key + ".members.csv"));
    REQUIRE(!members.empty());
    for (const auto& [practice, patients] : attributed) {
      int64_t cases = 0;
      int64_t met = 0;
      for (const Row& row : members) {
        if (!patients.contains(row.at("patient"))) continue;
        if (!measure.group.empty() && row.at("group") != measure.group) continue;
        cases += count(row, "denominator") - count(row, "denominator_exclusion") -
                 count(row, "denominator_exception");
        met += count(row, "numerator");
      }
      rates[practice][measure.key] = {met, cases};
      if (cases < measure.minimum) continue;
      int64_t tenths = 0;
      if (100 * met >= measure.benchmark * cases)
        tenths = 100;
      else if (100 * met >= measure.threshold * cases)  // half away from zero; never negative here
        tenths = (2 * 100 * (100 * met - measure.threshold * cases) +
                  cases * (measure.benchmark - measure.threshold)) /
                 (2 * cases * (measure.benchmark - measure.threshold));
      points_sum[practice] += tenths * measure.weight;
      weight_sum[practice] += measure.weight;
    }
  }

  size_t agreeing = 0;
  std::map<std::string, std::string> key_of = {{"Depression screening and plan", "depression_screening"},
                                               {"Body mass index and plan", "bmi_screening"},
                                               {"Medicines written down", "documentation_of_medications"},
                                               {"Statins for heart disease", "statin_therapy"}};
  std::map<std::string, std::string> name_of;
  for (const Row& row : read_report(out / "practices.csv")) name_of[row.at("name")] = row.at("tin");
  for (const Row& row : read_report(out / "results.csv")) {
    const auto& [met, cases] =
        rates.at(name_of.at(row.at("practice.name"))).at(key_of.at(row.at("measure.label")));
    INFO(row.at("practice.name") << ", " << row.at("measure.label"));
    CHECK(std::stoll(row.at("met")) == met);
    CHECK(std::stoll(row.at("cases")) == cases);
    agreeing += std::stoll(row.at("met")) == met && std::stoll(row.at("cases")) == cases ? 1 : 0;
  }
  CHECK(agreeing == 12);

  // Shares by the greatest remainders, over one common denominator of the weights.
  const int64_t pool = 12'000'000;
  int64_t common = 1;
  for (const auto& [practice, weight] : weight_sum) common *= weight;
  std::vector<std::string> order;
  std::vector<int64_t> weights;
  int64_t total = 0;
  for (const auto& [practice, patients] : attributed) {
    if (weight_sum[practice] == 0 || points_sum[practice] == 0) continue;
    order.push_back(practice);
    weights.push_back(points_sum[practice] * (common / weight_sum[practice]) *
                      static_cast<int64_t>(patients.size()));
    total += weights.back();
  }
  __extension__ using Wide = __int128;
  std::vector<int64_t> shares;
  std::vector<std::pair<int64_t, size_t>> remainders;
  int64_t left = pool;
  for (size_t i = 0; i < order.size(); ++i) {
    const Wide product = static_cast<Wide>(pool) * weights[i];
    shares.push_back(static_cast<int64_t>(product / total));
    remainders.emplace_back(static_cast<int64_t>(product % total), i);
    left -= shares.back();
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (int64_t i = 0; i < left; ++i) ++shares[remainders[static_cast<size_t>(i)].second];

  int64_t sum = 0;
  for (const Row& row : read_report(out / "practices.csv")) {
    INFO(row.at("name"));
    CHECK(std::stoull(row.at("patients")) == attributed.at(row.at("tin")).size());
    const auto place = std::find(order.begin(), order.end(), row.at("tin"));
    REQUIRE(place != order.end());
    CHECK(cents(row.at("quality_pool")) == shares[static_cast<size_t>(place - order.begin())]);
    sum += cents(row.at("quality_pool"));
  }
  CHECK(sum == pool);
}

TEST_CASE(
    "the explanation of a practice's dollars names the patients in the way, and theirs the missing test") {
  std::vector<std::string> words = arguments("explain");
  words.insert(words.end(), {"practice", "310000011", "quality_pool"});
  const auto dollars = merit::testing::merit_run(words);
  INFO(dollars.output);
  REQUIRE(dollars.status == 0);
  CHECK(dollars.output.find("apportion pool by weight over sharing") != std::string::npos);
  CHECK(dollars.output.find("depression_screening: 13 of 16 patients") != std::string::npos);
  CHECK(dollars.output.find("patient P07: not met") != std::string::npos);

  words = arguments("explain");
  words.insert(words.end(), {"patient", "P07", "depression_screening"});
  const auto patient = merit::testing::merit_run(words);
  INFO(patient.output);
  REQUIRE(patient.status == 0);
  CHECK(patient.output.find("not met: adult_result.answer in not_depressed") != std::string::npos);
  CHECK(patient.output.find("none of 1 observation") != std::string::npos);
  CHECK(patient.output.find("[Observation.ndjson:13, Observation.code]") != std::string::npos);
}
