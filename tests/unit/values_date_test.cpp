#include "runtime/values/date.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>

using merit::Date;
using merit::Duration;
using merit::Period;

namespace {

Date day(const char* text) {
  const auto date = Date::parse(text);
  REQUIRE(date);
  return *date;
}

}  // namespace

TEST_CASE("days are counted from 1970-01-01") {
  CHECK(day("1970-01-01").days == 0);
  CHECK(day("1969-12-31").days == -1);
  CHECK(day("2000-03-01").days == 11'017);
  CHECK(day("2024-02-29").days == 19'782);
  CHECK(day("0001-01-01") == Date::first());
  CHECK(day("9999-12-31") == Date::last());
}

TEST_CASE("every day of the calendar is the day after the one before it") {
  std::int32_t days = Date::first().days;
  for (int year = 1; year <= 9999; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int in_month = 1; in_month <= merit::days_in_month(year, month); ++in_month, ++days) {
        const auto date = Date::from_ymd(year, month, in_month);
        if (!date || date->days != days || date->year() != year || date->month() != month ||
            date->day() != in_month) {
          FAIL(year << '-' << month << '-' << in_month);
        }
      }
    }
  }
  CHECK(days == Date::last().days + 1);
}

TEST_CASE("dates are read and written in one form") {
  for (const char* text :
       {"0001-01-01", "1900-02-28", "2000-02-29", "2024-02-29", "2023-10-01", "9999-12-31"}) {
    CHECK(day(text).text() == text);
  }
  for (const char* text :
       {"",           "2024",       "2024-02",    "2024-2-29",   "2024-02-30",  "2023-02-29",    "1900-02-29",
        "2100-02-29", "2024-04-31", "2024-13-01", "2024-00-10",  "2024-01-00",  "2024-01-32",    "0000-01-01",
        "02/29/2024", "2024/02/29", "20240229",   "2024-02-29 ", " 2024-02-29", "2024-02-29T00", "-024-01-01",
        "+024-01-01", "2024-1--01", "2024-01-0a", "10000-01-01", "2024‐02‐29"}) {
    INFO('"' << text << '"');
    CHECK_FALSE(Date::parse(text));
  }
  CHECK_FALSE(Date::from_ymd(2023, 2, 29));
  CHECK_FALSE(Date::from_ymd(10'000, 1, 1));
}

TEST_CASE("open ends lie beyond every date") {
  CHECK(Date::lowest() < Date::first());
  CHECK(Date::last() < Date::highest());
  CHECK(Date::lowest().is_open());
  CHECK_FALSE(Date::first().is_open());
  CHECK(Date::lowest().text() == "the beginning of time");
  CHECK(Date::highest().text() == "the end of time");
  CHECK(merit::add_days(Date::highest(), 30) == Date::highest());
  CHECK(merit::add_years(Date::lowest(), 3) == Date::lowest());
  CHECK(merit::subtract(Date::highest(), Duration{1, 1}) == Date::highest());
}

TEST_CASE("months and years clip to the month's end") {
  CHECK(merit::add_months(day("2024-01-31"), 1).text() == "2024-02-29");
  CHECK(merit::add_months(day("2023-01-31"), 1).text() == "2023-02-28");
  CHECK(merit::add_months(day("2024-03-31"), -1).text() == "2024-02-29");
  CHECK(merit::add_months(day("2024-01-15"), -1).text() == "2023-12-15");
  CHECK(merit::add_months(day("2024-12-31"), 2).text() == "2025-02-28");
  CHECK(merit::add_months(day("2024-05-31"), -18).text() == "2022-11-30");
  CHECK(merit::add_years(day("2024-02-29"), 1).text() == "2025-02-28");
  CHECK(merit::add_years(day("2024-02-29"), 4).text() == "2028-02-29");
  CHECK(merit::add_years(day("2024-02-29"), -124).text() == "1900-02-28");
  CHECK(merit::add(day("2024-01-31"), Duration{1, 1}).text() == "2024-03-01");
  CHECK(merit::subtract(day("2024-03-31"), Duration{1, 1}).text() == "2024-02-28");
  CHECK(merit::add_days(day("2023-12-31"), 60).text() == "2024-02-29");
}

TEST_CASE("the calendar ends") {
  CHECK_THROWS_AS(merit::add_days(Date::last(), 1), std::domain_error);
  CHECK_THROWS_AS(merit::add_days(Date::first(), -1), std::domain_error);
  CHECK_THROWS_AS(merit::add_days(day("2024-01-01"), std::numeric_limits<std::int64_t>::max()),
                  std::domain_error);
  CHECK_THROWS_AS(merit::add_days(day("1960-01-01"), std::numeric_limits<std::int64_t>::min()),
                  std::domain_error);
  CHECK_THROWS_AS(merit::add_months(Date::last(), 1), std::domain_error);
  CHECK_THROWS_AS(merit::add_months(Date::first(), -1), std::domain_error);
  CHECK_THROWS_AS(merit::add_months(day("2024-01-01"), std::numeric_limits<std::int64_t>::min()),
                  std::domain_error);
  CHECK_THROWS_AS(merit::add_years(day("2024-01-01"), std::numeric_limits<std::int64_t>::max()),
                  std::domain_error);
  CHECK_THROWS_AS(merit::subtract(day("2024-01-01"), Duration{std::numeric_limits<std::int32_t>::min(), 0}),
                  std::domain_error);
  CHECK(merit::add_months(Date::first(), 9999 * 12 - 1).text() == "9999-12-01");
}

TEST_CASE("completed months and years") {
  const auto years = [](const char* from, const char* to) { return merit::whole_years(day(from), day(to)); };
  const auto months = [](const char* from, const char* to) {
    return merit::whole_months(day(from), day(to));
  };
  CHECK(years("1990-06-15", "2024-06-14") == 33);
  CHECK(years("1990-06-15", "2024-06-15") == 34);
  CHECK(years("2004-02-29", "2005-02-28") == 0);
  CHECK(years("2004-02-29", "2005-03-01") == 1);
  CHECK(years("2004-02-29", "2008-02-29") == 4);
  CHECK(years("2024-06-15", "1990-06-15") == -34);
  CHECK(years("2024-06-15", "1990-06-16") == -33);
  CHECK(years("2024-06-15", "2024-06-15") == 0);
  CHECK(months("2024-01-31", "2024-02-29") == 0);
  CHECK(months("2024-01-31", "2024-03-31") == 2);
  CHECK(months("2024-01-15", "2024-02-14") == 0);
  CHECK(months("2024-01-15", "2024-02-15") == 1);
  CHECK(months("2024-02-15", "2024-01-16") == 0);
  CHECK(months("2024-02-15", "2024-01-15") == -1);
  CHECK(merit::days_between(day("2024-02-28"), day("2024-03-01")) == 2);
  CHECK(merit::days_between(day("2024-03-01"), day("2024-02-28")) == -2);
  CHECK(merit::days_between(Date::first(), Date::last()) == 3'652'058);
  CHECK_THROWS_AS(merit::days_between(day("2024-03-01"), Date::highest()), std::domain_error);
  CHECK_THROWS_AS(merit::whole_years(Date::lowest(), day("2024-03-01")), std::domain_error);
}

TEST_CASE("completed months never overshoot") {
  std::mt19937 random(5);
  for (int i = 0; i < 50'000; ++i) {
    const Date from{static_cast<std::int32_t>(random() % 40'000)};
    const Date to{from.days + static_cast<std::int32_t>(random() % 40'000)};
    const auto months = merit::whole_months(from, to);
    INFO(from.text() << " to " << to.text());
    REQUIRE(merit::add_months(from, months) <= to);
    REQUIRE(merit::add_months(from, months + 1) >= to);
    REQUIRE(merit::whole_months(to, from) == -months);
  }
}

TEST_CASE("durations in words") {
  CHECK(Duration{0, 30}.text() == "30 days");
  CHECK(Duration{24, 0}.text() == "2 years");
  CHECK(Duration{18, 0}.text() == "1 year 6 months");
  CHECK(Duration{1, 10}.text() == "1 month 10 days");
  CHECK(Duration{0, 1}.text() == "1 day");
  CHECK(Duration{0, -1}.text() == "-1 day");
  CHECK(Duration{-25, 0}.text() == "-2 years -1 month");
  CHECK(Duration{}.text() == "0 days");
  CHECK(Duration{12, 0} == Duration{12, 0});
  CHECK_FALSE(Duration{1, 0} == Duration{0, 30});
}

TEST_CASE("periods include both ends") {
  const Period year{day("2024-01-01"), day("2024-12-31")};
  CHECK(year.contains(day("2024-01-01")));
  CHECK(year.contains(day("2024-12-31")));
  CHECK_FALSE(year.contains(day("2025-01-01")));
  CHECK(year.length_days() == 366);
  CHECK(year.overlaps({day("2024-12-31"), day("2025-05-01")}));
  CHECK_FALSE(year.overlaps({day("2025-01-01"), day("2025-05-01")}));
  CHECK(year.before(Period{day("2025-01-01"), day("2025-05-01")}));
  CHECK_FALSE(year.before(Period{day("2024-12-31"), day("2025-05-01")}));
  CHECK(Period{day("2025-01-01"), day("2025-05-01")}.after(year));
  CHECK(year.after(day("2023-12-31")));
  CHECK_FALSE(year.after(day("2024-01-01")));
  CHECK(year.before(day("2025-01-01")));
  CHECK(year.contains(Period{day("2024-06-01"), day("2024-12-31")}));
  CHECK_FALSE(year.contains(Period{day("2024-06-01"), Date::highest()}));
}

TEST_CASE("open periods have no length") {
  const Period later{day("2022-07-01"), Date::highest()};
  CHECK_FALSE(later.length_days());
  CHECK(later.contains(day("9999-12-31")));
  CHECK_FALSE(later.contains(day("2022-06-30")));
  CHECK(later.overlaps(Period{}));
  CHECK(Period{}.contains(later));
  CHECK_FALSE(later.before(Period{day("9999-12-31"), Date::last()}));
  const Period empty{day("2024-01-02"), day("2024-01-01")};
  CHECK(empty.length_days() == 0);
  CHECK_FALSE(empty.overlaps(Period{}));
  CHECK_FALSE(empty.contains(day("2024-01-01")));
}

TEST_CASE("periods in words") {
  CHECK(Period{day("2024-01-01"), day("2024-12-31")}.text() == "2024-01-01 to 2024-12-31");
  CHECK(Period{day("2022-07-01"), Date::highest()}.text() == "2022-07-01 or later");
  CHECK(Period{Date::lowest(), day("2022-06-30")}.text() == "2022-06-30 or earlier");
  CHECK(Period{}.text() == "any date");
}
