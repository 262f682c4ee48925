// Sharing an ACO's savings: every cent of every share, over the example and over an invented population of
// thousands, against a computation of its own in whole cents.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/support/example.h"
#include "tests/support/places.h"

namespace {

namespace fs = std::filesystem;
using merit::testing::cents;
using merit::testing::read_report;
using merit::testing::Row;

const merit::testing::Example example("aco_sharing");

/// Runs the program; its reports are in the folder returned.
fs::path run(const fs::path& data, const std::string& name) {
  return example.run("aco_sharing.merit", data, name);
}

std::string dollars(int64_t amount) {
  const std::string fraction = std::to_string(std::abs(amount) % 100);
  return (amount < 0 ? "-" : "") + std::to_string(std::abs(amount) / 100) +
         (fraction.size() < 2 ? ".0" : ".") + fraction;
}

/// The method of the largest remainders; the weights stand in the order that decides ties.
std::vector<int64_t> shared_out(int64_t total, const std::vector<int64_t>& weights) {
  __extension__ using Wide = __int128;
  Wide sum = 0;
  for (const int64_t weight : weights) sum += weight;
  std::vector<int64_t> parts;
  std::vector<std::pair<int64_t, size_t>> remainders;
  int64_t left = total;
  for (const int64_t weight : weights) {
    const Wide product = static_cast<Wide>(total) * weight;
    Wide part = product / sum;
    if (product - part * sum < 0) --part;  // toward minus infinity
    remainders.emplace_back(static_cast<int64_t>(product - part * sum), parts.size());
    parts.push_back(static_cast<int64_t>(part));
    left -= parts.back();
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (int64_t i = 0; i < left; ++i) ++parts[remainders[static_cast<size_t>(i)].second];
  return parts;
}

struct Expected {
  std::map<std::string, int64_t> kept;   ///< by ACO
  std::map<std::string, int64_t> share;  ///< by taxpayer number; not those who take no part
};

/// The agreement once more, in whole cents and hundredths of a member month.
Expected compute(const fs::path& data) {
  std::map<std::string, int64_t> months;
  for (const Row& row : read_report(data / "members.csv"))
    months[row.at("Attributed TIN")] += std::stoll(row.at("Months"));

  struct Participant {
    std::string tin, kind, score;
  };

  std::map<std::string, std::vector<Participant>> participants;
  for (const Row& row : read_report(data / "participants.csv"))
    participants[row.at("ACO")].push_back({row.at("TIN"), row.at("Kind"), row.at("Quality Score")});

  Expected expected;
  for (const Row& row : read_report(data / "settlements.csv")) {
    const std::string aco = row.at("ACO");
    const int64_t settled = cents(row.at("Settlement"));
    auto& own = participants[aco];
    std::sort(own.begin(), own.end(), [](const auto& a, const auto& b) { return a.tin < b.tin; });

    std::map<std::string, std::vector<std::pair<std::string, int64_t>>>
        taking;  // by kind: who, and the weight
    for (const Participant& one : own) {
      int64_t counts = 100;
      if (settled >= 0 && one.score != "too few") {
        const int64_t score = cents(one.score);
        counts = score < 6000 ? 0 : score < 7500 ? 75 : score < 9000 ? 100 : 125;
      }
      const int64_t weight = months[one.tin] * counts;
      if (weight > 0) taking[one.kind].emplace_back(one.tin, weight);
    }

    if (taking.empty()) {
      expected.kept[aco] = settled;
      continue;
    }
    // A quarter, halves of a cent away from zero.
    const int64_t quarter = (std::abs(settled) + 2) / 4;
    const int64_t kept = settled < 0 ? -quarter : quarter;
    expected.kept[aco] = kept;
    std::vector<int64_t> parts;  // hospitals stand before physician groups, as their names do
    for (const auto& [kind, who] : taking) parts.push_back(kind == "hospital" ? 40 : 60);
    const auto pools = shared_out(settled - kept, parts);
    size_t place = 0;
    for (const auto& [kind, who] : taking) {
      std::vector<int64_t> weights;
      for (const auto& one : who) weights.push_back(one.second);
      const auto shares = shared_out(pools[place++], weights);
      for (size_t i = 0; i < who.size(); ++i) expected.share[who[i].first] = shares[i];
    }
  }
  return expected;
}

struct Counts {
  size_t acos = 0;
  size_t paid = 0;
  size_t unpaid = 0;
  size_t lost_by_rounding = 0;  ///< ACOs whose shares, each rounded by itself, would not add up
};

/// Every amount the same as computed here, and every ACO's shares adding up.
Counts check(const fs::path& data, const std::string& name) {
  const fs::path out = run(data, name);
  const Expected expected = compute(data);
  Counts counts;
  std::map<std::string, int64_t> total;
  size_t differing = 0;
  for (const Row& row : read_report(out / "shares.csv")) {
    const auto found = expected.share.find(row.at("TIN"));
    if (row.at("Share").empty()) {
      ++counts.unpaid;
      differing += found == expected.share.end() ? 0 : 1;
      continue;
    }
    ++counts.paid;
    total[row.at("ACO")] += cents(row.at("Share"));
    differing += found != expected.share.end() && found->second == cents(row.at("Share")) ? 0 : 1;
  }
  CHECK(differing == 0);
  CHECK(counts.paid == expected.share.size());
  for (const Row& row : read_report(out / "acos.csv")) {
    ++counts.acos;
    const std::string aco = row.at("ACO");
    differing += cents(row.at("Kept by the ACO")) == expected.kept.at(aco) ? 0 : 1;
    differing += expected.kept.at(aco) + total[aco] == cents(row.at("Settled")) ? 0 : 1;
    counts.lost_by_rounding += cents(row.at("Lost by rounding alone")) == 0 ? 0 : 1;
  }
  CHECK(differing == 0);
  return counts;
}

/// Settlements from a cent to millions, gains and losses, ACOs with one participant and with fifty, with one
/// kind only, and where nobody met the tiers.
void write_population(const fs::path& folder, size_t acos) {
  std::mt19937_64 random(20251231);
  const auto up_to = [&](int64_t most) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(most + 1));
  };
  fs::create_directories(folder);
  std::ofstream settlements(folder / "settlements.csv");
  std::ofstream participants(folder / "participants.csv");
  std::ofstream members(folder / "members.csv");
  settlements << "ACO,Name,Settlement\n";
  participants << "TIN,ACO,Name,Kind,Quality Score\n";
  members << "Member,Attributed TIN,Months\n";
  int64_t tin = 100'000;
  int64_t member = 0;
  for (size_t aco = 0; aco < acos; ++aco) {
    const int64_t most = aco % 5 == 0 ? 100 : aco % 5 == 1 ? 10'000 : 500'000'000;
    const int64_t sign = aco % 3 == 0 ? -1 : 1;
    settlements << "A" << 1000 + aco << ",Invented " << aco << "," << dollars(sign * up_to(most)) << "\n";
    const int64_t own = aco % 7 == 0 ? 1 : 1 + up_to(49);
    for (int64_t i = 0; i < own; ++i) {
      const bool hospital = aco % 11 != 0 && up_to(3) == 0;
      const std::string score =
          up_to(9) == 0 ? "too few" : dollars(aco % 13 == 0 ? up_to(5999) : up_to(10'000));
      ++tin;
      participants << tin << ",A" << 1000 + aco << ",Practice " << tin << ","
                   << (hospital ? "hospital" : "physician_group") << "," << score << "\n";
      // A few of the same size, so that ties for a cent occur.
      const int64_t attributed = up_to(3) == 0 ? 2 : up_to(12);
      for (int64_t j = 0; j < attributed; ++j)
        members << "M" << ++member << "," << tin << "," << (attributed == 2 ? 12 : 1 + up_to(11)) << "\n";
    }
    members << "M" << ++member << ",none," << 1 + up_to(11) << "\n";
  }
}

}  // namespace

TEST_CASE("the example: four ACOs shared out to the cent") {
  const Counts counts = check(example("data"), "example");
  CHECK(counts.acos == 4);
  CHECK(counts.paid == 14);
  CHECK(counts.unpaid == 3);
  CHECK(counts.lost_by_rounding == 1);
}

TEST_CASE("four hundred invented ACOs with thousands of participants: not a cent differs") {
  const fs::path folder = merit::testing::scratch_folder("aco_sharing_population") / "data";
  write_population(folder, 400);
  const Counts counts = check(folder, "large");
  CHECK(counts.acos == 400);
  CHECK(counts.paid > 5000);
  CHECK(counts.unpaid > 500);
  // Rounded one by one, the shares of most would not add up.
  CHECK(counts.lost_by_rounding > 200);
}
