#pragma once

// A claims file of any size for examples/claims_review: invented throughout, and the same for the same seed.
//
// Of CLAIMS claims one in twenty is a hospital stay, the others are visits of one to four lines. There is a
// member for every ten claims, a practice for every 2,000 (at least 5) and a hospital for every 10,000 (at
// least 3). About one line in a hundred is sent twice, one claim in two hundred comes too late, one stay in
// ten follows another, one member in fifty loses coverage in the year; every service, diagnosis and group of
// the rules occurs. Written are the seven files that the rules read, and in batch.csv what the sender says is
// in them.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>

namespace merit::bench {

namespace fs = std::filesystem;

inline constexpr uint32_t usual_seed = 20'240'930;

/// Numbers from a seed, the same with every library: the standard's distributions are not.
class Dice {
 public:
  explicit Dice(uint32_t seed) : random_(seed) {}

  uint32_t below(uint32_t limit) { return static_cast<uint32_t>((uint64_t{random_()} * limit) >> 32U); }

  bool once_in(uint32_t times) { return below(times) == 0; }

 private:
  std::mt19937 random_;
};

/// Text that goes to a file in large pieces.
class Table {
 public:
  Table(const fs::path& file, std::string_view header) : out_(file, std::ios::binary), text_(header) {
    if (!out_) throw std::runtime_error("cannot write " + file.string());
    text_ += '\n';
  }

  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  ~Table() { out_ << text_; }

  template <typename... Parts>
  void row(fmt::format_string<Parts...> format, Parts&&... parts) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Parts>(parts)...);
    text_ += '\n';
    if (text_.size() < (1U << 20U)) return;
    out_ << text_;
    text_.clear();
  }

 private:
  std::ofstream out_;
  std::string text_;
};

inline std::string dollars(uint64_t cents) {
  return fmt::format("{}.{:02}", cents / 100, cents % 100);
}

/// The day so many days after 1 October 2023.
inline std::string day(uint32_t after) {
  using namespace std::chrono;
  const year_month_day date{sys_days{2023y / October / 1} + days{after}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

struct Service {
  std::string_view code;
  uint32_t usual_charge;  ///< for one unit, in cents
  uint32_t most_units;
};

inline constexpr std::array<Service, 9> services = {{{"99213", 11000, 1},
                                                     {"99214", 15000, 1},
                                                     {"80048", 1200, 1},
                                                     {"80053", 1500, 1},
                                                     {"82947", 600, 2},
                                                     {"93000", 2000, 1},
                                                     {"97110", 3500, 4},
                                                     {"72148", 35000, 1},
                                                     {"J1100", 15, 24}}};
inline constexpr std::array<std::string_view, 5> diagnoses = {"I10", "E11.9", "M54.50", "M54.51", "J06.9"};
inline constexpr std::array<std::string_view, 4> groups = {"193", "291", "470", "871"};
inline constexpr uint32_t year = 366;  ///< days from 1 October 2023 to 30 September 2024

struct Sizes {
  uint32_t members, practices, hospitals;
};

inline void write_parties(const fs::path& folder, const Sizes& sizes, Dice& dice) {
  Table members(folder / "member.csv", "id,covered_from,covered_to");
  for (uint32_t i = 1; i <= sizes.members; ++i) {
    const uint32_t from = dice.once_in(50) ? dice.below(200) : 0;
    members.row("M{:07},{},{}", i, day(from), dice.once_in(50) ? day(from + 60 + dice.below(200)) : "");
  }
  Table practices(folder / "practice.csv", "id,name,quality_factor");
  for (uint32_t i = 1; i <= sizes.practices; ++i)
    practices.row("P{:05},Practice {},{}.{:04}", i, i, i % 4 == 0 ? 0 : 1,
                  i % 4 == 0 ? 9100 + dice.below(900) : dice.below(825));
  Table hospitals(folder / "hospital.csv",
                  "ccn,name,operating_rate,value_factor,readmission_factor,penalized");
  for (uint32_t i = 1; i <= sizes.hospitals; ++i) {
    const uint64_t value = 9'800'000'000ULL + 40ULL * dice.below(10'000'000);
    hospitals.row("99{:04},Hospital {},{},{}.{:010},{}.{:04},{}", i, i,
                  dollars(600'000 + dice.below(300'000)), value / 10'000'000'000ULL,
                  value % 10'000'000'000ULL, i % 3 == 0 ? 1 : 0, i % 3 == 0 ? 0 : 9700 + dice.below(300),
                  i % 4 == 1 ? "yes" : "no");
  }
}

struct Stay {
  uint32_t member = 0;
  uint32_t hospital = 0;
  uint32_t group = 0;
  uint32_t admitted = 0;  ///< days after 1 October 2023
  uint32_t discharged = 0;
};

struct Written {
  uint64_t billed = 0;  ///< cents
  uint32_t visits = 0;
  uint32_t stays = 0;
  Stay last;
};

inline void write_stay(Table& stays, uint32_t number, const Sizes& sizes, Dice& dice, Written& written) {
  Stay stay{dice.below(sizes.members) + 1, dice.below(sizes.hospitals) + 1, dice.below(groups.size()),
            dice.below(year - 20), 0};
  // Some come back to the hospital of the stay before, or are that stay once more.
  if (written.stays > 0 && dice.once_in(10)) {
    stay = written.last;
    stay.admitted = dice.once_in(5) ? stay.admitted : stay.discharged + dice.below(45);
  }
  stay.discharged = stay.admitted + 1 + dice.below(12);
  const uint32_t received = stay.discharged + (dice.once_in(200) ? 366 : 5) + dice.below(60);
  const uint64_t charges = 1'500'000 + dice.below(6'000'000);
  const uint64_t acquired = dice.once_in(40) ? dice.below(200'000) + 1 : 0;
  const uint64_t add_ons = dice.once_in(3) ? dice.below(300'000) : 0;
  stays.row("{},M{:07},99{:04},{},{},{},{},{},{},{},{}", number, stay.member, stay.hospital, day(received),
            day(stay.admitted), day(stay.discharged), groups.at(stay.group), dice.once_in(100) ? "no" : "yes",
            dollars(charges), dollars(acquired), dollars(add_ons));
  written.billed += charges;
  ++written.stays;
  written.last = stay;
}

inline void write_visit(Table& claims, Table& lines, uint32_t number, const Sizes& sizes, Dice& dice,
                        Written& written) {
  const uint32_t served = dice.below(year);
  const uint32_t received = served + (dice.once_in(200) ? 366 : 3) + dice.below(60);
  const uint32_t count = 1 + dice.below(4);
  uint64_t total = 0;
  uint32_t line = 0;
  const auto add = [&](const Service& service, uint32_t units, uint64_t charge) {
    lines.row("{},{},{},{},{},{}", number, ++line, service.code, day(served), units, dollars(charge));
    total += charge;
  };
  // Different services: three sizes of step, each of which visits all nine before it repeats one.
  const uint32_t first = dice.below(services.size());
  const uint32_t step = 1U << dice.below(3);
  for (uint32_t i = 0; i < count; ++i) {
    const Service& service = services.at((first + i * step) % services.size());
    const uint32_t units = 1 + dice.below(service.most_units + (dice.once_in(20) ? 3 : 0));
    const uint64_t charge = uint64_t{units} * service.usual_charge * (50 + dice.below(100)) / 100;
    add(service, units, charge);
    if (dice.once_in(100)) add(service, units, charge);
  }
  claims.row("{},M{:07},P{:05},{},{},{},{}", number, dice.below(sizes.members) + 1,
             dice.below(sizes.practices) + 1, day(received), diagnoses.at(dice.below(diagnoses.size())),
             dice.once_in(5) ? "yes" : "no", dollars(total));
  written.billed += total;
  ++written.visits;
}

/// Writes the files into the folder, which is made. The same count and seed give the same bytes.
inline void make_claims(const fs::path& folder, uint32_t count, uint32_t seed) {
  fs::create_directories(folder);
  Dice dice(seed);
  const Sizes sizes{std::max(1U, count / 10), std::max(5U, count / 2000), std::max(3U, count / 10'000)};
  write_parties(folder, sizes, dice);
  Table claims(folder / "claim.csv", "number,member,practice,received,diagnosis,warning_sign,billed");
  Table lines(folder / "claim_line.csv", "claim,number,service,served,units,billed");
  Table stays(folder / "hospital_claim.csv",
              "number,member,hospital,received,admitted,discharged,drg,authorized,billed,"
              "acquired_condition_charges,add_ons");
  Written written;
  for (uint32_t number = 1; number <= count; ++number) {
    if (number % 20 == 0)
      write_stay(stays, number, sizes, dice, written);
    else
      write_visit(claims, lines, number, sizes, dice, written);
  }
  Table batches(folder / "batch.csv", "id,claims,hospital_claims,billed");
  batches.row("B1,{},{},{}", written.visits, written.stays, dollars(written.billed));
}

}  // namespace merit::bench
