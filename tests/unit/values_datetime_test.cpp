#include "runtime/values/datetime.h"

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>

using merit::Date;
using merit::DateTime;
using merit::DateTimePeriod;
using merit::Duration;
using merit::Period;

namespace {

DateTime time_of(const std::string& text) {
  const auto time = DateTime::parse(text);
  INFO(text);
  REQUIRE(time);
  return *time;
}

DateTimePeriod period_of(const std::string& text) {
  const auto period = DateTimePeriod::parse(text);
  INFO(text);
  REQUIRE(period);
  return *period;
}

/// Days and instants of the whole calendar, at all offsets.
DateTime any_time(std::mt19937_64& random) {
  const std::int64_t days = Date::last().days - std::int64_t{Date::first().days} - 2;
  const Date day{static_cast<std::int32_t>(
      Date::first().days + 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(days)))};
  if (random() % 4 == 0) return DateTime::of_day(day);
  const auto of_day = static_cast<std::int64_t>(random() % 86'400'000);
  const int offset = static_cast<int>(random() % 1681) - 840;
  return *DateTime::of_instant(day.days * DateTime::milliseconds_a_day + of_day, offset);
}

}  // namespace

TEST_CASE("a time is read as it is written") {
  CHECK(time_of("2024-02-29T23:59:59.999Z").text() == "2024-02-29T23:59:59.999Z");
  CHECK(time_of("2024-02-29T23:59").text() == "2024-02-29T23:59:00Z");
  CHECK(time_of("2024-02-29T23:59:07").text() == "2024-02-29T23:59:07Z");
  CHECK(time_of("2024-02-29T23:59+02:00").text() == "2024-02-29T23:59:00+02:00");
  CHECK(time_of("2024-02-29T00:00:00.0-11:30").text() == "2024-02-29T00:00:00-11:30");
  CHECK(time_of("2024-02-29T10:00-00:00").text() == "2024-02-29T10:00:00Z");
  CHECK(time_of("2024-02-29").text() == "2024-02-29");
  CHECK(time_of("2024-02-29T10:00:00.12").text() == "2024-02-29T10:00:00.120Z");
  CHECK(time_of("2024-02-29T10:00:00.0016789Z").text() == "2024-02-29T10:00:00.001Z");  // cut, not rounded
  CHECK(time_of("0001-01-01T00:00:00+14:00").text() == "0001-01-01T00:00:00+14:00");
  CHECK(time_of("9999-12-31T23:59:59.999-14:00").text() == "9999-12-31T23:59:59.999-14:00");
  for (const char* wrong : {"",
                            "2024",
                            "2024-02",
                            "2023-02-29T10:00Z",
                            "2024-02-29T",
                            "2024-02-29T10",
                            "2024-02-29T10:0",
                            "2024-02-29T24:00",
                            "2024-02-29T10:60",
                            "2024-02-29T10:00:60",
                            "2024-02-29T10:00:",
                            "2024-02-29T10:00:00.",
                            "2024-02-29T10:00:00.Z",
                            "2024-02-29 10:00",
                            "2024-02-29T10:00z",
                            "2024-02-29T10:00+2:00",
                            "2024-02-29T10:00+02",
                            "2024-02-29T10:00+15:00",
                            "2024-02-29T10:00+02:60",
                            "2024-02-29T10:00+14:01",
                            "2024-02-29T10:00Z ",
                            "2024-02-29T10:00ZZ",
                            "2024-02-29Z"}) {
    INFO(wrong);
    CHECK_FALSE(DateTime::parse(wrong));
  }
}

TEST_CASE("two instants compare as instants, whatever their offsets") {
  CHECK(compare(time_of("2024-03-01T09:00+01:00"), time_of("2024-03-01T08:00Z")) == 0);
  CHECK(compare(time_of("2024-03-01T00:30+01:00"), time_of("2024-02-29T23:45Z")) < 0);
  CHECK(compare(time_of("2024-03-01T08:00:00.001Z"), time_of("2024-03-01T08:00Z")) > 0);
  CHECK(time_of("2024-03-01T09:00+01:00") == time_of("2024-03-01T08:00Z"));
}

TEST_CASE("where one is only a day, both compare by the day as written") {
  CHECK(compare(time_of("2024-03-01"), time_of("2024-03-01T23:59Z")) == 0);
  CHECK(compare(time_of("2024-03-01T00:30+14:00"), time_of("2024-03-01")) == 0);  // in UTC the day before
  CHECK(compare(time_of("2024-03-01T23:30-12:00"), time_of("2024-03-01")) == 0);  // in UTC the day after
  CHECK(compare(time_of("2024-02-29"), time_of("2024-03-01T00:00Z")) < 0);
  CHECK(compare(time_of("2024-03-02"), time_of("2024-03-01T23:59:59.999Z")) > 0);
  // A day is no instant for sorting.
  CHECK(time_of("2024-03-01") < time_of("2024-03-01T00:00Z"));
  CHECK(time_of("2024-03-01") > time_of("2024-02-29T23:59:59.999Z"));
}

TEST_CASE("the open ends lie beyond all times") {
  for (const char* text : {"0001-01-01", "0001-01-01T00:00+14:00", "1969-12-31T23:59:59.999Z", "9999-12-31",
                           "9999-12-31T23:59:59.999-14:00"}) {
    const DateTime time = time_of(text);
    CHECK(compare(DateTime::lowest(), time) < 0);
    CHECK(compare(time, DateTime::lowest()) > 0);
    CHECK(compare(DateTime::highest(), time) > 0);
    CHECK(compare(time, DateTime::highest()) < 0);
    CHECK(DateTime::lowest() < time);
    CHECK(time < DateTime::highest());
    CHECK_FALSE(time.is_open());
  }
  CHECK(compare(DateTime::lowest(), DateTime::lowest()) == 0);
  CHECK(compare(DateTime::highest(), DateTime::highest()) == 0);
  CHECK(compare(DateTime::lowest(), DateTime::highest()) < 0);
  CHECK(DateTime::lowest().date() == Date::lowest());
  CHECK(DateTime::highest().date() == Date::highest());
  CHECK(DateTime::of_day(Date::lowest()).packed() == DateTime::lowest().packed());
  CHECK(DateTime::of_day(Date::highest()).packed() == DateTime::highest().packed());
  CHECK(add(DateTime::highest(), Duration{12, 1, 3600}) == DateTime::highest());
  CHECK_THROWS_AS(whole_hours(DateTime::lowest(), time_of("2024-01-01T10:00Z")), std::domain_error);
}

TEST_CASE("any time keeps its text, its number, its day and its offset") {
  std::mt19937_64 random(40);
  for (int i = 0; i < 20'000; ++i) {
    const DateTime time = any_time(random);
    const DateTime again = time_of(time.text());
    REQUIRE(again.packed() == time.packed());
    REQUIRE(DateTime::from_packed(time.packed()).packed() == time.packed());
    REQUIRE(time.date().text() == time.text().substr(0, 10));
    REQUIRE(time.date().days == time.day_number());
  }
}

TEST_CASE("comparing and sorting agree where no day is in it") {
  std::mt19937_64 random(41);
  std::array<DateTime, 3> times;
  for (int i = 0; i < 20'000; ++i) {
    for (DateTime& time : times) time = any_time(random);
    const auto& [a, b, c] = times;
    REQUIRE(compare(a, b) == -compare(b, a));
    if (!a.is_day() && !b.is_day()) REQUIRE((compare(a, b) < 0) == (a < b));
    if (a.is_day() || b.is_day())
      REQUIRE(compare(a, b) == (a.date() < b.date() ? -1 : a.date() > b.date() ? 1 : 0));
    if (a < b && b < c) REQUIRE(a < c);
  }
}

TEST_CASE("months and days go by the local calendar, hours by the clock") {
  CHECK(add(time_of("2024-01-31T22:30-05:00"), {1, 0, 0}).text() == "2024-02-29T22:30:00-05:00");
  CHECK(add(time_of("2023-12-31T23:30Z"), {0, 0, 1800}).text() == "2024-01-01T00:00:00Z");
  CHECK(add(time_of("2024-03-01T00:30+02:00"), {0, 0, -3600}).text() == "2024-02-29T23:30:00+02:00");
  CHECK(add(time_of("2024-02-29T12:00Z"), {12, 1, 60}).text() == "2025-03-01T12:01:00Z");
  CHECK(add(time_of("2024-02-28"), {0, 1, 0}).text() == "2024-02-29");
  CHECK(add(time_of("2024-02-28"), {0, 0, 86'399}).text() == "2024-02-28");
  CHECK(add(time_of("2024-02-28"), {0, 0, 2 * 86'400}).text() == "2024-03-01");
  CHECK(add(time_of("2024-02-28"), {0, 0, -3600}).text() == "2024-02-28");
  CHECK_THROWS_AS(add(time_of("9999-12-31T23:30Z"), {0, 0, 3600}), std::domain_error);
  CHECK_THROWS_AS(merit::add(*Date::parse("2024-01-01"), Duration{0, 0, 3600}), std::domain_error);
  CHECK(just_before(time_of("2024-03-01T00:00Z")).text() == "2024-02-29T23:59:59.999Z");
  CHECK(just_before(time_of("2024-03-01")).text() == "2024-02-29");
  CHECK(just_after(time_of("2023-12-31T23:59:59.999+01:00")).text() == "2024-01-01T00:00:00+01:00");
  CHECK(just_before(DateTime::highest()) == DateTime::highest());
}

TEST_CASE("hours and minutes are counted when they are complete") {
  const DateTime start = time_of("2024-02-28T10:30Z");
  CHECK(whole_hours(start, time_of("2024-02-28T11:29:59.999Z")) == 0);
  CHECK(whole_hours(start, time_of("2024-02-28T12:30+01:00")) == 1);
  CHECK(whole_hours(start, time_of("2024-03-01T10:29Z")) == 47);
  CHECK(whole_hours(time_of("2024-03-01T10:29Z"), start) == -47);
  CHECK(whole_minutes(start, time_of("2024-02-28T11:29:59.999Z")) == 59);
  CHECK(whole_days(start, time_of("2024-02-29T10:29Z")) == 0);
  CHECK(whole_days(start, time_of("2024-02-29T10:30Z")) == 1);
  CHECK(whole_days(start, time_of("2024-02-29")) == 1);
  CHECK_THROWS_AS(whole_hours(start, time_of("2024-02-29")), std::domain_error);
  CHECK_THROWS_AS(whole_minutes(time_of("2024-02-29"), start), std::domain_error);
}

TEST_CASE("periods of datetimes hold their ends") {
  const DateTimePeriod stay = period_of("2024-03-01T08:00Z to 2024-03-02T10:30+01:00");
  CHECK(stay.text() == "2024-03-01T08:00:00Z to 2024-03-02T10:30:00+01:00");
  CHECK(stay.contains(time_of("2024-03-01T08:00Z")));
  CHECK(stay.contains(time_of("2024-03-02T09:30Z")));
  CHECK_FALSE(stay.contains(time_of("2024-03-02T09:30:00.001Z")));
  CHECK(stay.contains(time_of("2024-03-02")));  // by day
  CHECK_FALSE(stay.contains(time_of("2024-03-03")));
  CHECK(stay.overlaps(period_of("2024-03-02T09:30Z or later")));
  CHECK_FALSE(stay.overlaps(period_of("2024-03-02T09:31Z or later")));
  CHECK(stay.overlaps(period_of("2024-03-02 or later")));
  CHECK(stay.before(period_of("2024-03-02T09:30:00.001Z or later")));
  CHECK(stay.after(period_of("2024-03-01T07:59Z or earlier")));
  CHECK(stay.same_as(period_of("2024-03-01/2024-03-02")));
  CHECK(stay.dates() == Period{*Date::parse("2024-03-01"), *Date::parse("2024-03-02")});
  CHECK(period_of("2024-03-01T08:00Z or later").contains(stay));
  CHECK_FALSE(stay.contains(period_of("2024-03-01T08:00Z or later")));
  CHECK(period_of("2024-03-02 or earlier").text() == "2024-03-02 or earlier");
  CHECK(DateTimePeriod{}.text() == "any time");
  CHECK(DateTimePeriod::of({Date::lowest(), *Date::parse("2024-03-02")}).text() == "2024-03-02 or earlier");
  CHECK_FALSE(DateTimePeriod::parse("2024-03-02 to 2024-03-01T23:00Z"));
  CHECK_FALSE(DateTimePeriod::parse("2024-03-02"));
  CHECK(DateTimePeriod::parse("2024-03-02 to 2024-03-02T00:00Z"));
}

TEST_CASE("lengths of time say their hours") {
  CHECK(Duration{0, 0, 3600}.text() == "1 hour");
  CHECK(Duration{0, 0, 48 * 3600}.text() == "48 hours");
  CHECK(Duration{1, 2, 3 * 3600 + 240 + 5}.text() == "1 month 2 days 3 hours 4 minutes 5 seconds");
}
