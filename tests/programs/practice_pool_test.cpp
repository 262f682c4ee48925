// From FHIR and claims to dollars: the populations of four measures, the attribution, the points and every
// cent of the pool computed a second time, from the files and in other words.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/support/command.h"
#include "tests/support/places.h"

namespace {

using merit::testing::read_report;
using merit::testing::Row;
using nlohmann::json;

namespace fs = std::filesystem;

fs::path example(const std::string& file) {
  return merit::testing::source_folder() / "examples" / "practice_pool" / file;
}

std::vector<std::string> arguments(const std::string& command, const std::vector<std::string>& more) {
  std::vector<std::string> all = {command,        example("practice_pool.merit").string(),
                                  "--data",       example("data").string(),
                                  "--value-sets", example("value_sets.csv").string()};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// Days since 1970-01-01 of the day that a date or a date and time is written with (H. Hinnant,
/// days_from_civil).
int64_t day_of(const std::string& text) {
  int64_t year = std::stoll(text.substr(0, 4));
  const int64_t month = std::stoll(text.substr(5, 2));
  const int64_t day = std::stoll(text.substr(8, 2));
  year -= month <= 2 ? 1 : 0;
  const int64_t era = year / 400;
  const int64_t of_era = year - era * 400;
  const int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

const int64_t first_day = day_of("2026-01-01");
const int64_t last_day = day_of("2026-12-31");

bool in_year(const std::string& text) {
  return day_of(text) >= first_day && day_of(text) <= last_day;
}

/// Completed years; nobody here is born on a 29th of February.
int64_t age_on(const std::string& birth, const std::string& on) {
  const int64_t years = std::stoll(on.substr(0, 4)) - std::stoll(birth.substr(0, 4));
  return years - (on.substr(5, 5) < birth.substr(5, 5) ? 1 : 0);
}

std::vector<json> resources(const std::string& type) {
  std::vector<json> found;
  std::ifstream file(example("data") / (type + ".ndjson"));
  for (std::string line; std::getline(file, line);) found.push_back(json::parse(line));
  return found;
}

std::string code_of(const json& concept_of) {
  return concept_of.at("coding").at(0).at("code");
}

std::string patient_of(const json& reference) {
  const std::string text = reference.at("reference");
  return text.substr(text.find('/') + 1);
}

/// How a patient or a stay counts in a measure.
struct Counted {
  std::string patient;
  bool excluded = false;
  bool excepted = false;
  bool met = false;

  bool in_rate() const { return !excluded && !excepted; }
};

struct Stay {
  std::string id, patient, type, status;
  int64_t start = 0;
  int64_t end = 0;
};

/// Every row of the initial population of each measure, by its key.
std::map<std::string, std::map<std::string, Counted>> measures() {
  std::map<std::string, std::set<std::string>> tests;  // by patient: kinds of tests in the year
  for (const json& one : resources("Observation")) {
    const std::string status = one.at("status");
    if ((status == "final" || status == "amended" || status == "corrected") &&
        in_year(one.at("effectiveDateTime"))) {
      const std::string code = code_of(one.at("code"));
      tests[patient_of(one.at("subject"))].insert(code == "filtration-rate" ? "rate" : "albumin");
    }
  }
  std::set<std::string> diabetic;
  for (const json& one : resources("Condition")) {
    if (code_of(one.at("clinicalStatus")) == "active" &&
        code_of(one.at("verificationStatus")) == "confirmed" &&
        code_of(one.at("code")).starts_with("diabetes") && day_of(one.at("onsetDateTime")) <= last_day)
      diabetic.insert(patient_of(one.at("subject")));
  }
  std::set<std::string> vaccinated;
  std::set<std::string> refused;
  for (const json& one : resources("Immunization")) {
    const std::string patient = patient_of(one.at("patient"));
    if (one.at("status") == "completed" && in_year(one.at("occurrenceDateTime"))) vaccinated.insert(patient);
    if (one.at("status") == "not-done" && code_of(one.at("statusReason")) == "patient-refused")
      refused.insert(patient);
  }
  std::vector<Stay> encounters;
  std::set<std::string> in_hospice;
  for (const json& one : resources("Encounter")) {
    encounters.push_back({one.at("id"), patient_of(one.at("subject")), code_of(one.at("type").at(0)),
                          one.at("status"), day_of(one.at("period").at("start")),
                          day_of(one.at("period").at("end"))});
    const Stay& stay = encounters.back();
    if (stay.type == "hospice" && stay.status == "finished" && stay.start <= last_day &&
        stay.end >= first_day)
      in_hospice.insert(stay.patient);
  }

  std::map<std::string, std::map<std::string, Counted>> found;
  for (const json& one : resources("Patient")) {
    const std::string id = one.at("id");
    const std::string birth = one.at("birthDate");
    const int64_t age = age_on(birth, "2026-12-31");
    if (age >= 18 && age <= 75 && diabetic.contains(id))
      found["kidneys_checked"][id] = {id, in_hospice.contains(id), false,
                                      tests[id].contains("rate") && tests[id].contains("albumin")};
    if (age_on(birth, "2026-01-01") >= 65)
      found["flu_vaccine_given"][id] = {id, in_hospice.contains(id),
                                        refused.contains(id) && !vaccinated.contains(id),
                                        vaccinated.contains(id)};
  }
  const auto is_stay = [](const Stay& one) {
    return one.status == "finished" && one.type.starts_with("stay");
  };
  for (const Stay& stay : encounters) {
    if (!is_stay(stay) || stay.end < first_day) continue;
    const bool excluded = in_hospice.contains(stay.patient);
    const auto follows = [&](int64_t from, int64_t to, const auto& wanted) {
      return std::any_of(encounters.begin(), encounters.end(), [&](const Stay& next) {
        return next.patient == stay.patient && wanted(next) && next.start - stay.end >= from &&
               next.start - stay.end <= to;
      });
    };
    if (stay.end <= last_day - 14) {
      found["seen_after_hospital"][stay.id] = {stay.patient, excluded, false,
                                               follows(0, 14, [](const Stay& next) {
                                                 return next.type == "office" && next.status == "finished";
                                               })};
    }
    if (stay.end <= last_day - 30)
      found["back_in_hospital"][stay.id] = {stay.patient, excluded, false, follows(1, 30, is_stay)};
  }
  return found;
}

/// The practice of each member.
std::map<std::string, std::string> homes() {
  struct Seen {
    int64_t visits = 0;
    int64_t last = 0;
  };

  std::map<std::string, std::map<std::string, Seen>> seen;
  for (const Row& claim : read_report(example("data") / "claims.csv")) {
    const bool primary = claim.at("Kind") == "office" || claim.at("Kind") == "wellness";
    if (!primary || claim.at("Practice TIN").empty() || !in_year(claim.at("Service Date"))) continue;
    Seen& at = seen[claim.at("Member")][claim.at("Practice TIN")];
    ++at.visits;
    at.last = std::max(at.last, day_of(claim.at("Service Date")));
  }
  std::map<std::string, std::string> home;
  for (const auto& [member, practices] : seen) {
    // In order of number, so that of two equal ones the lower stays.
    const auto best = std::max_element(practices.begin(), practices.end(), [](const auto& a, const auto& b) {
      return std::pair(a.second.visits, a.second.last) < std::pair(b.second.visits, b.second.last);
    });
    home[member] = best->first;
  }
  return home;
}

int64_t cents(const std::string& text) {
  const size_t point = std::min(text.find('.'), text.size());
  std::string fraction = point < text.size() ? text.substr(point + 1) : "";
  fraction.resize(2, '0');
  return std::stoll(text.substr(0, point)) * 100 + std::stoll(fraction);
}

struct Terms {
  std::string name;
  long double threshold, benchmark, points;
  int64_t minimum;
};

const std::vector<Terms> terms = {{"kidneys_checked", 0.4L, 0.8L, 30, 4},
                                  {"flu_vaccine_given", 0.5L, 0.9L, 20, 4},
                                  {"seen_after_hospital", 0.3L, 0.9L, 30, 3},
                                  {"back_in_hospital", 0.4L, 0.1L, 20, 3}};

struct Result {
  int64_t cases = 0;
  int64_t met = 0;
};

struct Practice {
  int64_t members = 0;
  int64_t months = 0;
  std::map<std::string, Result> results;
  long double weight = 0;
  int64_t share = 0;
};

std::map<std::string, Practice> practices() {
  std::map<std::string, Practice> found;
  for (const Row& row : read_report(example("data") / "practices.csv")) found[row.at("TIN")];
  const auto home = homes();
  for (const Row& row : read_report(example("data") / "members.csv")) {
    const auto at = home.find(row.at("Member"));
    if (at == home.end()) continue;
    ++found.at(at->second).members;
    found.at(at->second).months += std::stoll(row.at("Months"));
  }
  for (const auto& [measure, rows] : measures()) {
    for (const auto& [key, row] : rows) {
      const auto at = home.find(row.patient);
      if (at == home.end() || !row.in_rate()) continue;
      Result& result = found.at(at->second).results[measure];
      ++result.cases;
      result.met += row.met ? 1 : 0;
    }
  }
  int64_t pool = 0;
  for (const Row& claim : read_report(example("data") / "claims.csv")) pool += cents(claim.at("Paid"));
  pool = (pool * 4 + 50) / 100;
  long double sum = 0;
  for (auto& [tin, practice] : found) {
    long double points = 0;
    long double of = 0;
    int measured = 0;
    for (const Terms& one : terms) {
      const Result& result = practice.results[one.name];
      if (result.cases < one.minimum) continue;
      const long double rate = static_cast<long double>(result.met) / static_cast<long double>(result.cases);
      points += one.points * std::clamp((rate - one.threshold) / (one.benchmark - one.threshold), 0.0L, 1.0L);
      of += one.points;
      ++measured;
    }
    if (measured >= 2) practice.weight = static_cast<long double>(practice.months) * points / of;
    sum += practice.weight;
  }
  // Largest remainders; no two of the example are near each other.
  std::vector<std::pair<long double, std::string>> remainders;
  int64_t left = pool;
  for (auto& [tin, practice] : found) {
    const long double exact = static_cast<long double>(pool) * practice.weight / sum;
    practice.share = static_cast<int64_t>(std::floor(exact));
    left -= practice.share;
    remainders.emplace_back(exact - std::floor(exact), tin);
  }
  std::sort(remainders.rbegin(), remainders.rend());
  for (int64_t i = 0; i < left; ++i) ++found.at(remainders[static_cast<size_t>(i)].second).share;
  return found;
}

fs::path results() {
  static const fs::path out = [] {
    fs::path folder = merit::testing::scratch_folder("practice_pool") / "out";
    const auto result = merit::testing::merit_run(
        arguments("run", {"--out", folder.string(), "--measure-report", "individual", "--measure-report",
                          "subject-list", "--measure-report", "summary"}));
    INFO(result.output);
    REQUIRE(result.status == 0);
    return folder;
  }();
  return out;
}

}  // namespace

TEST_CASE("who is in which population, of every patient and every stay") {
  const auto expected = measures();
  const std::map<std::string, std::string> files = {
      {"kidneys_checked", "kidneys_checked.members.csv"},
      {"flu_vaccine_given", "flu_vaccine_given.members.csv"},
      {"seen_after_hospital", "seen_after_hospital.encounters.csv"},
      {"back_in_hospital", "back_in_hospital.encounters.csv"}};
  size_t compared = 0;
  for (const auto& [measure, file] : files) {
    INFO(measure);
    const auto rows = read_report(results() / file);
    CHECK(rows.size() == expected.at(measure).size());
    for (const Row& row : rows) {
      const std::string key =
          file.find("encounters") == std::string::npos ? row.at("patient") : row.at("encounter");
      INFO(key);
      const Counted& one = expected.at(measure).at(key);
      CHECK(row.at("patient") == one.patient);
      CHECK(row.at("denominator_exclusion") == (one.excluded ? "1" : "0"));
      if (row.contains("denominator_exception"))
        CHECK(row.at("denominator_exception") == (one.excepted && !one.excluded ? "1" : "0"));
      CHECK(row.at("numerator") == (one.met && !one.excluded ? "1" : "0"));
      ++compared;
    }
  }
  CHECK(compared > 100);
}

TEST_CASE("gaps are those who could still be met") {
  const auto expected = measures();
  for (const Terms& one : terms) {
    const bool lower = one.name == "back_in_hospital";
    const auto& rows = expected.at(one.name);
    const auto open = std::count_if(rows.begin(), rows.end(), [&](const auto& row) {
      return row.second.in_rate() && row.second.met == lower;
    });
    const auto gaps = read_report(results() / (one.name + ".gaps.csv"));
    CHECK(static_cast<int64_t>(gaps.size()) == open);
    for (const Row& gap : gaps) CHECK(gap.at(lower ? "met" : "not_met").starts_with("exists "));
  }
}

TEST_CASE("attribution, rates, points and every cent of the pool") {
  const auto expected = practices();
  int64_t shared_out = 0;
  size_t paid = 0;
  for (const Row& row : read_report(results() / "practices.csv")) {
    INFO(row.at("TIN"));
    const Practice& practice = expected.at(row.at("TIN"));
    CHECK(row.at("Members") == std::to_string(practice.members));
    CHECK(row.at("Member months") == std::to_string(practice.months));
    CHECK((row.at("Share").empty() ? 0 : cents(row.at("Share"))) == practice.share);
    shared_out += practice.share;
    paid += practice.share > 0 ? 1 : 0;
  }
  CHECK(paid >= 4);
  CHECK(paid < expected.size());  // one has too few cases
  size_t scored = 0;
  for (const Row& row : read_report(results() / "results.csv")) {
    const std::map<std::string, std::string> labels = {{"Kidney tests", "kidneys_checked"},
                                                       {"Influenza vaccine", "flu_vaccine_given"},
                                                       {"Seen after hospital", "seen_after_hospital"},
                                                       {"Back in hospital", "back_in_hospital"}};
    const auto& all = expected.at(row.at("TIN")).results;
    const auto found = all.find(labels.at(row.at("Measure")));
    const Result result = found == all.end() ? Result{} : found->second;
    CHECK(row.at("Cases") == std::to_string(result.cases));
    if (result.cases > 0)
      CHECK(std::stod(row.at("Rate")) ==
            Approx(static_cast<double>(result.met) / static_cast<double>(result.cases)).margin(1e-11));
    scored += row.at("Points").empty() ? 0 : 1;
  }
  CHECK(scored > 12);
  CHECK(cents(read_report(results() / "pool.csv").at(0).at("Pool")) == shared_out);
}

TEST_CASE("ties of the attribution: the last visit, then the lower number") {
  const auto home = homes();
  CHECK_FALSE(home.contains("m075"));
  CHECK(home.at("m076") == "310003");
  CHECK(home.at("m077") == "310002");
  CHECK_FALSE(home.contains("m078"));
}

TEST_CASE("from a practice's dollar down to a patient's missing test") {
  const auto expected = measures();
  const auto home = homes();
  // A patient of the practice who has the one test and not the other.
  std::string patient;
  for (const Row& gap : read_report(results() / "kidneys_checked.gaps.csv")) {
    const auto at = home.find(gap.at("patient"));
    const bool one_test =
        gap.at("not_met") ==
        "exists final_observations where code in kidney_rate and effective in measurement_period";
    if (at != home.end() && at->second == "310002" && one_test) patient = gap.at("patient");
  }
  REQUIRE(!patient.empty());
  const auto share = merit::testing::merit_run(arguments("explain", {"practice", "310002", "share"}));
  INFO(share.output);
  CHECK(share.status == 0);
  CHECK(share.output.find("apportion pool by weight") != std::string::npos);
  CHECK(share.output.find("patient " + patient +
                          ": not met: exists final_observations where code in kidney_rate") !=
        std::string::npos);
  const auto why = merit::testing::merit_run(arguments("explain", {"patient", patient, "kidneys_checked"}));
  INFO(why.output);
  CHECK(why.output.find("patient " + patient +
                        ": kidneys_checked: in the denominator, not in the numerator") != std::string::npos);
  CHECK(why.output.find("not met: exists final_observations where code in kidney_rate") != std::string::npos);
}

TEST_CASE("reports of FHIR: what they count, and what they read") {
  const auto expected = measures();
  std::map<std::string, std::set<std::string>> ids;  // of resources, by type
  for (const char* type : {"Patient", "Condition", "Observation", "Encounter", "Immunization"}) {
    for (const json& one : resources(type)) ids[type].insert(one.at("id"));
  }
  std::ifstream file(results() / "measure_report.individual.ndjson");
  size_t reports = 0;
  size_t read = 0;
  for (std::string line; std::getline(file, line); ++reports) {
    const json report = json::parse(line);
    CHECK(ids["Patient"].contains(patient_of(report.at("subject"))));
    for (const json& resource : report.at("evaluatedResource")) {
      const std::string reference = resource.at("reference");
      const size_t slash = reference.find('/');
      CHECK(ids[reference.substr(0, slash)].contains(reference.substr(slash + 1)));
      ++read;
    }
  }
  CHECK(reports > 60);
  CHECK(read > 2 * reports);
}
