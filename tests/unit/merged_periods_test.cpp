#include "runtime/data/merged_periods.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <tuple>
#include <vector>

using merit::Date;
using merit::DateTimePeriod;
using merit::Duration;
using merit::MergedPeriods;
using merit::PartRow;
using merit::Period;
using merit::Value;

namespace {

using Span = std::tuple<uint32_t, int64_t, int32_t, int32_t>;  // owner, number, first and last day

/// By the days themselves: a span goes on as long as no more than `gap` days without a period lie between.
std::vector<Span> by_days(const std::map<uint32_t, std::set<int32_t>>& days, int32_t gap) {
  std::vector<Span> spans;
  for (const auto& [owner, of_owner] : days) {
    int64_t number = 0;
    for (const int32_t day : of_owner) {
      if (number > 0 && day <= std::get<3>(spans.back()) + gap + 1) {
        std::get<3>(spans.back()) = day;
      } else {
        spans.emplace_back(owner, ++number, day, day);
      }
    }
  }
  return spans;
}

}  // namespace

TEST_CASE("spans of dates are those of the days in them") {
  std::mt19937_64 random(34);
  for (int round = 0; round < 300; ++round) {
    const auto gap = static_cast<int32_t>(random() % 4);
    const bool datetimes = random() % 2 == 0;
    MergedPeriods merged;
    std::map<uint32_t, std::set<int32_t>> days;
    for (uint32_t row = 0; row < 40; ++row) {
      const auto owner = static_cast<uint32_t>(random() % 3);
      const auto start = static_cast<int32_t>(random() % 120);
      const auto length = static_cast<int32_t>(random() % 6);
      const Period period{Date{start}, Date{start + length}};
      merged.add(row, Value::of_row(owner),
                 datetimes ? Value::of_datetime_period(DateTimePeriod::of(period))
                           : Value::of_period(period));
      for (int32_t day = start; day <= start + length; ++day) days[owner].insert(day);
    }
    std::vector<Span> spans;
    for (const PartRow& row : merged.finish(Duration{0, gap, 0})) {
      const Period period = datetimes ? row.span.datetime_period().dates() : row.span.period();
      spans.emplace_back(row.owner, row.number, period.start.days, period.end.days);
      CHECK(row.span.kind() == (datetimes ? merit::ValueKind::datetime_period : merit::ValueKind::period));
    }
    REQUIRE(spans == by_days(days, gap));
  }
}

TEST_CASE("what is missing belongs to no span, what is open ends none") {
  MergedPeriods merged;
  merged.add(0, Value::of_row(1), Value::of_missing());
  merged.add(1, Value::of_missing(), Value::of_period({Date{1}, Date{2}}));
  merged.add(2, Value::of_row(1), Value::of_period({Date{10}, Date::highest()}));
  merged.add(3, Value::of_row(1), Value::of_period({Date{500}, Date{600}}));
  merged.add(4, Value::of_row(0), Value::of_period({Date::lowest(), Date::last()}));
  merged.add(5, Value::of_row(0), Value::of_period({Date{700}, Date{800}}));
  const std::vector<PartRow> rows = merged.finish({});
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].span == Value::of_period({Date::lowest(), Date::last()}));
  CHECK(rows[0].member == 4);
  CHECK(rows[1].span == Value::of_period({Date{10}, Date::highest()}));
  CHECK(rows[1].member == 2);
}

TEST_CASE("instants go by the clock") {
  const auto period = [](const char* text) {
    return Value::of_datetime_period(*DateTimePeriod::parse(text));
  };
  MergedPeriods merged;
  merged.add(0, Value::of_row(0), period("2026-03-01T10:00Z to 2026-03-01T12:00Z"));
  merged.add(1, Value::of_row(0), period("2026-03-01T14:30+01:00 to 2026-03-01T15:00Z"));
  merged.add(2, Value::of_row(0), period("2026-03-01T16:30:00.001Z to 2026-03-01T17:00Z"));
  const std::vector<PartRow> rows = merged.finish(Duration{0, 0, 90 * 60});
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].span == period("2026-03-01T10:00Z to 2026-03-01T15:00Z"));
  CHECK(rows[1].number == 2);
}

TEST_CASE("what could not be computed comes last of its owner") {
  MergedPeriods merged;
  merit::Fault fault;
  fault.code = "F001";
  merged.add(0, Value::of_row(0), Value::of_fault(fault));
  merged.add(1, Value::of_fault(fault), Value::of_period({Date{1}, Date{2}}));
  merged.add(2, Value::of_row(0), Value::of_period({Date{1}, Date{2}}));
  const std::vector<PartRow> rows = merged.finish({});
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].member == 2);
  CHECK(rows[1].fault);
  CHECK(rows[1].owner == 0);
  CHECK(rows[1].number == 2);
  CHECK(rows[2].fault);
  CHECK(rows[2].owner == merit::ir::none);
}
