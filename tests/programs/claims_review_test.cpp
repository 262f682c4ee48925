// Claims review: what the rules of examples/claims_review pay, against amounts computed by hand over the
// small files and by a program of its own, in whole cents, over 20 000 generated claims.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bench/claims_maker.h"
#include "tests/support/example.h"
#include "tests/support/places.h"

namespace {

namespace fs = std::filesystem;
using merit::testing::cents;
using merit::testing::read_report;
using merit::testing::Row;

const merit::testing::Example example("claims_review");

fs::path run(const fs::path& data, const std::string& name) {
  return example.run("claims_review.merit", data, name);
}

/// A decimal number as so many units of its last digit: scaled("1.5", 2) is 150.
int64_t scaled(const std::string& text, size_t digits) {
  const size_t point = std::min(text.find('.'), text.size());
  std::string whole = text.substr(0, point);
  std::string part = point < text.size() ? text.substr(point + 1) : "";
  REQUIRE(part.size() <= digits);
  part.resize(digits, '0');
  return std::stoll(whole + part);
}

/// The quotient to the nearest whole number, halves away from zero.
int64_t rounded(int64_t number, int64_t by) {
  const int64_t size = (2 * std::abs(number) + by) / (2 * by);
  return number < 0 ? -size : size;
}

int day(const std::string& text) {
  using namespace std::chrono;
  const sys_days date = year{std::stoi(text.substr(0, 4))} / static_cast<int>(std::stoi(text.substr(5, 2))) /
                        std::stoi(text.substr(8, 2));
  return static_cast<int>(date.time_since_epoch().count());
}

std::map<std::string, Row> by_key(const fs::path& file, const std::string& key) {
  std::map<std::string, Row> rows;
  for (Row& row : read_report(file)) {
    const std::string id = row.at(key);
    rows.emplace(id, std::move(row));
  }
  return rows;
}

struct Decided {
  int64_t paid = 0;
  int64_t denied = 0;
  std::vector<std::string> reasons;

  std::string codes() const {
    std::string text;
    for (const std::string& reason : reasons) text += (text.empty() ? "" : ", ") + reason;
    return text;
  }
};

struct Fee {
  int64_t fee;
  int64_t most_units;
};

const std::map<std::string, Fee> fees = {{"99213", {9205, 1}}, {"99214", {12977, 1}}, {"80048", {846, 1}},
                                         {"80053", {1056, 1}}, {"82947", {393, 2}},   {"93000", {1447, 1}},
                                         {"97110", {2959, 4}}, {"72148", {19987, 1}}, {"J1100", {11, 24}}};

const std::map<std::string, int64_t> weights = {
    {"193", 13120}, {"291", 12683}, {"470", 19003}, {"871", 19826}};

const std::set<std::pair<std::string, std::string>> components = {
    {"80048", "80053"}, {"82947", "80048"}, {"82947", "80053"}};

using Day = std::tuple<std::string, std::string, std::string>;  // member, practice, day

/// Every line as the policy has it, in the order sent.
std::vector<Decided> decide_lines(const fs::path& data) {
  const auto members = by_key(data / "member.csv", "id");
  const auto practices = by_key(data / "practice.csv", "id");
  const auto claims = by_key(data / "claim.csv", "number");
  const std::vector<Row> lines = read_report(data / "claim_line.csv");
  const auto day_of = [&](const Row& line) {
    const Row& claim = claims.at(line.at("claim"));
    return Day{claim.at("member"), claim.at("practice"), line.at("served")};
  };
  std::map<Day, std::set<std::string>> done;
  for (const Row& line : lines) done[day_of(line)].insert(line.at("service"));

  std::vector<Decided> decided;
  std::map<Day, std::set<std::string>> sent;
  for (const Row& line : lines) {  // the files are in the order of claims and lines
    Decided& one = decided.emplace_back();
    const Row& claim = claims.at(line.at("claim"));
    const Row& member = members.at(claim.at("member"));
    const std::string& service = line.at("service");
    const std::string& diagnosis = claim.at("diagnosis");
    const auto deny = [&](const char* code, bool when) {
      if (when) one.reasons.emplace_back(code);
    };
    const int served = day(line.at("served"));
    deny("26", served < day(member.at("covered_from")));
    deny("27", !member.at("covered_to").empty() && served > day(member.at("covered_to")));
    deny("29", day(claim.at("received")) - served > 365);
    deny("18", !sent[day_of(line)].insert(service).second);
    deny("97", std::any_of(components.begin(), components.end(), [&](const auto& pair) {
           return pair.first == service && done[day_of(line)].count(pair.second) > 0;
         }));
    deny("50", service == "72148" && (diagnosis == "M54.50" || diagnosis == "M54.51") &&
                   claim.at("warning_sign") == "no");
    const bool denied = !one.reasons.empty();
    const int64_t units = std::stoll(line.at("units"));
    const int64_t billed = cents(line.at("billed"));
    const Fee& fee = fees.at(service);
    const int64_t units_paid = std::min(units, fee.most_units);
    deny("151", units > fee.most_units);
    deny("45", billed > fee.fee * units_paid);
    if (denied) {
      one.denied = billed;
      continue;
    }
    const int64_t allowed = std::min(rounded(billed * units_paid, units), fee.fee * units_paid);
    one.paid = rounded(allowed * scaled(practices.at(claim.at("practice")).at("quality_factor"), 4), 10'000);
  }
  return decided;
}

int64_t price(const Row& stay, const Row& hospital) {
  constexpr int64_t one = 10'000'000'000;
  const int64_t base = rounded(weights.at(stay.at("drg")) * cents(hospital.at("operating_rate")), 10'000);
  const int64_t value = rounded(base * (scaled(hospital.at("value_factor"), 10) - one), one);
  const int64_t readmission = rounded(base * (scaled(hospital.at("readmission_factor"), 4) - 10'000), 10'000);
  const int64_t adjusted = base + value + readmission + cents(stay.at("add_ons"));
  return adjusted - (hospital.at("penalized") == "yes" ? rounded(adjusted, 100) : 0);
}

std::vector<Decided> decide_stays(const fs::path& data) {
  const auto members = by_key(data / "member.csv", "id");
  const auto hospitals = by_key(data / "hospital.csv", "ccn");
  std::vector<Decided> decided;
  std::map<std::pair<std::string, std::string>, std::vector<Row>> sent;  // by member and hospital
  for (const Row& stay : read_report(data / "hospital_claim.csv")) {
    Decided& one = decided.emplace_back();
    const Row& member = members.at(stay.at("member"));
    auto& earlier = sent[{stay.at("member"), stay.at("hospital")}];
    const int admitted = day(stay.at("admitted"));
    const auto deny = [&](const char* code, bool when) {
      if (when) one.reasons.emplace_back(code);
    };
    deny("26", admitted < day(member.at("covered_from")));
    deny("27", !member.at("covered_to").empty() && admitted > day(member.at("covered_to")));
    deny("29", day(stay.at("received")) - day(stay.at("discharged")) > 365);
    deny("18", std::any_of(earlier.begin(), earlier.end(),
                           [&](const Row& other) { return other.at("admitted") == stay.at("admitted"); }));
    deny("197", stay.at("authorized") == "no");
    deny("249", std::any_of(earlier.begin(), earlier.end(), [&](const Row& other) {
           const int days = admitted - day(other.at("discharged"));
           return other.at("drg") == stay.at("drg") && days >= 0 && days <= 30;
         }));
    const bool denied = !one.reasons.empty();
    const int64_t acquired = cents(stay.at("acquired_condition_charges"));
    deny("233", acquired > 0);
    one.denied = denied ? cents(stay.at("billed")) : acquired;
    one.paid = denied ? 0 : price(stay, hospitals.at(stay.at("hospital")));
    earlier.push_back(stay);
  }
  return decided;
}

int64_t sum(const std::vector<Decided>& all, int64_t Decided::*amount) {
  int64_t total = 0;
  for (const Decided& one : all) total += one.*amount;
  return total;
}

/// Compares a report's paid column and reasons with what was decided, row by row.
void check_rows(const std::vector<Row>& report, const std::vector<Decided>& decided) {
  REQUIRE(report.size() == decided.size());
  size_t amounts = 0;
  size_t reasons = 0;
  for (size_t i = 0; i < report.size(); ++i) {
    amounts += cents(report[i].at("paid")) == decided[i].paid ? 1 : 0;
    reasons += report[i].at("reasons") == decided[i].codes() ? 1 : 0;
  }
  CHECK(amounts == report.size());
  CHECK(reasons == report.size());
}

}  // namespace

TEST_CASE("the small claims files: amounts and codes to the cent") {
  const fs::path out = run(example("data"), "small");
  const Row totals = read_report(out / "totals.csv").at(0);
  CHECK(cents(totals.at("billed")) == 17'795'140);
  CHECK(cents(totals.at("paid")) == 4'635'980);
  CHECK(cents(totals.at("reduced")) == 8'015'850);
  CHECK(cents(totals.at("denied")) == 5'143'310);

  // 1.2683 x 7,004.90 = 8,884.31; value -109.68, readmissions -217.67, add-ons 1,180.25; less 1% of 9,737.21.
  const auto stays = by_key(out / "hospital_claims.csv", "number");
  CHECK(cents(stays.at("11").at("paid")) == 963'984);
  CHECK(stays.at("12").at("reasons") == "249");
  CHECK(stays.at("14").at("reasons") == "197");
  CHECK(cents(stays.at("15").at("paid")) == 802'944);  // more than was charged: code 94

  std::map<std::string, std::string> reasons;
  std::map<std::string, int64_t> paid;
  for (const Row& line : read_report(out / "claim_lines.csv")) {
    const std::string key = line.at("Claim") + "." + line.at("Line");
    reasons[key] = line.at("reasons");
    paid[key] = cents(line.at("paid"));
  }
  CHECK(reasons.at("1.3") == "97");
  CHECK(reasons.at("2.1") == "18, 45");
  CHECK(reasons.at("4.1") == "27, 45");
  CHECK(reasons.at("5.2") == "50, 45");
  CHECK(reasons.at("7.1") == "29, 45");
  CHECK(reasons.at("8.1") == "151, 45");
  CHECK(reasons.at("9.1") == "26");
  CHECK(paid.at("1.1") == 9318);   // 92.05 x 1.0123
  CHECK(paid.at("6.2") == 11836);  // four of six units at 29.59
  CHECK(paid.at("7.2") == 1352);   // 14.47 x 0.9345
}

TEST_CASE("20 000 generated claims reconcile to the cent with a computation of their own") {
  const fs::path data = merit::testing::scratch_folder("claims_review_data");
  merit::bench::make_claims(data, 20'000, merit::bench::usual_seed);
  const std::vector<Decided> lines = decide_lines(data);
  const std::vector<Decided> stays = decide_stays(data);
  const fs::path out = run(data, "generated");
  check_rows(read_report(out / "claim_lines.csv"), lines);
  check_rows(read_report(out / "hospital_claims.csv"), stays);

  // Every rule is met by somebody.
  std::set<std::string> met;
  for (const auto* all : {&lines, &stays})
    for (const Decided& one : *all) met.insert(one.reasons.begin(), one.reasons.end());
  CHECK(met == std::set<std::string>{"26", "27", "29", "18", "97", "50", "151", "45", "197", "249", "233"});

  const Row totals = read_report(out / "totals.csv").at(0);
  const int64_t billed = cents(read_report(data / "batch.csv").at(0).at("billed"));
  const int64_t paid = sum(lines, &Decided::paid) + sum(stays, &Decided::paid);
  const int64_t denied = sum(lines, &Decided::denied) + sum(stays, &Decided::denied);
  CHECK(cents(totals.at("billed")) == billed);
  CHECK(cents(totals.at("paid")) == paid);
  CHECK(cents(totals.at("denied")) == denied);
  CHECK(cents(totals.at("reduced")) == billed - paid - denied);
}
