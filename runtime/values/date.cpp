#include "runtime/values/date.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace merit {

namespace {

struct YearMonthDay {
  int year;
  int month;
  int day;
};

// Days are counted in eras of 400 years that start on March 1, so that the leap day ends its year. After
// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
constexpr int days_per_era = 146'097;
constexpr int days_from_year_zero = 719'468;  // 0000-03-01 to 1970-01-01

constexpr std::int32_t days_of(int year, int month, int day) {
  const int shifted = month <= 2 ? year - 1 : year;
  const int era = shifted / 400;
  const int year_of_era = shifted - era * 400;
  const int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * days_per_era + day_of_era - days_from_year_zero;
}

static_assert(days_of(1, 1, 1) == Date::first().days && days_of(9999, 12, 31) == Date::last().days);

constexpr YearMonthDay ymd_of(std::int32_t days) {
  const int shifted = days + days_from_year_zero;
  const int era = shifted / days_per_era;
  const int day_of_era = shifted - era * days_per_era;
  const int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int shifted_month = (5 * day_of_year + 2) / 153;
  const int month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

[[noreturn]] void refuse_outside() {
  throw std::domain_error(
      "This date would lie outside the calendar, which goes from 0001-01-01 to 9999-12-31.");
}

void refuse_open(Date from, Date to) {
  if (from.is_open() || to.is_open()) {
    throw std::domain_error("Time cannot be counted from or to the open end of a period.");
  }
}

void refuse_hours(Duration duration) {
  if (duration.seconds != 0) {
    throw std::domain_error("A date has no time of day: hours, minutes and seconds cannot be added to it.");
  }
}

/// Digits at a place of a text as a number; -1 when something else stands there.
int digits_at(std::string_view text, std::size_t start, std::size_t count) {
  int value = 0;
  for (std::size_t i = start; i < start + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

void write_digits(std::string& text, std::size_t start, std::size_t count, int value) {
  for (std::size_t i = start + count; i > start; --i) {
    text[i - 1] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

std::string counted(std::int64_t count, const char* unit) {
  return std::to_string(count) + ' ' + unit + (count == 1 || count == -1 ? "" : "s");
}

}  // namespace

int days_in_month(int year, int month) noexcept {
  constexpr std::array<int, 12> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : lengths[static_cast<std::size_t>(month - 1)];
}

std::optional<Date> Date::from_ymd(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12) return std::nullopt;
  if (day < 1 || day > days_in_month(year, month)) return std::nullopt;
  return Date{days_of(year, month, day)};
}

std::optional<Date> Date::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  return from_ymd(digits_at(text, 0, 4), digits_at(text, 5, 2), digits_at(text, 8, 2));
}

int Date::year() const noexcept {
  return ymd_of(days).year;
}

int Date::month() const noexcept {
  return ymd_of(days).month;
}

int Date::day() const noexcept {
  return ymd_of(days).day;
}

std::string Date::text() const {
  if (*this == lowest()) return "the beginning of time";
  if (*this == highest()) return "the end of time";
  const YearMonthDay parts = ymd_of(days);
  std::string text = "0000-00-00";
  write_digits(text, 0, 4, parts.year);
  write_digits(text, 5, 2, parts.month);
  write_digits(text, 8, 2, parts.day);
  return text;
}

Date add_days(Date date, std::int64_t days) {
  if (date.is_open()) return date;
  std::int64_t moved = 0;
  if (__builtin_add_overflow(std::int64_t{date.days}, days, &moved) || moved < Date::first().days ||
      moved > Date::last().days) {
    refuse_outside();
  }
  return Date{static_cast<std::int32_t>(moved)};
}

Date add_months(Date date, std::int64_t months) {
  if (date.is_open()) return date;
  constexpr std::int64_t all_months = 9999 * 12;
  if (months > all_months || months < -all_months) refuse_outside();
  const YearMonthDay parts = ymd_of(date.days);
  const auto month_number =
      static_cast<int>(parts.year * 12 + parts.month - 1 + months);  // 0 is January of year 0
  if (month_number < 12 || month_number >= 10'000 * 12) refuse_outside();
  const int year = month_number / 12;
  const int month = month_number % 12 + 1;
  return Date{days_of(year, month, std::min(parts.day, days_in_month(year, month)))};
}

Date add_years(Date date, std::int64_t years) {
  if (date.is_open()) return date;
  if (years > 9999 || years < -9999) refuse_outside();
  return add_months(date, years * 12);
}

Date add(Date date, Duration duration) {
  refuse_hours(duration);
  return add_days(add_months(date, duration.months), duration.days);
}

Date subtract(Date date, Duration duration) {
  refuse_hours(duration);
  return add_days(add_months(date, -std::int64_t{duration.months}), -std::int64_t{duration.days});
}

std::int64_t days_between(Date from, Date to) {
  refuse_open(from, to);
  return std::int64_t{to.days} - from.days;
}

std::int64_t whole_months(Date from, Date to) {
  refuse_open(from, to);
  const YearMonthDay first = ymd_of(from.days);
  const YearMonthDay last = ymd_of(to.days);
  const int months = (last.year - first.year) * 12 + last.month - first.month;
  if (months > 0 && last.day < first.day) return months - 1;
  if (months < 0 && last.day > first.day) return months + 1;
  return months;
}

std::int64_t whole_years(Date from, Date to) {
  return whole_months(from, to) / 12;
}

std::string Duration::text() const {
  std::string text;
  const auto append = [&text](std::int64_t count, const char* unit) {
    if (count == 0) return;
    if (!text.empty()) text += ' ';
    text += counted(count, unit);
  };
  append(months / 12, "year");
  append(months % 12, "month");
  append(days, "day");
  append(seconds / 3600, "hour");
  append(seconds / 60 % 60, "minute");
  append(seconds % 60, "second");
  return text.empty() ? "0 days" : text;
}

std::optional<std::int64_t> Period::length_days() const noexcept {
  if (is_open()) return std::nullopt;
  return is_empty() ? 0 : std::int64_t{end.days} - start.days + 1;
}

std::optional<Period> Period::common_part(const Period& other) const noexcept {
  if (!overlaps(other)) return std::nullopt;
  return Period{std::max(start, other.start), std::min(end, other.end)};
}

std::int64_t days_covered(std::vector<Period> periods) {
  for (const Period& period : periods) {
    if (period.is_open()) throw std::domain_error("The days of an open period cannot be counted.");
  }
  std::sort(periods.begin(), periods.end(),
            [](const Period& a, const Period& b) { return a.start < b.start; });
  std::int64_t days = 0;
  std::int64_t counted_to = std::numeric_limits<std::int64_t>::min();  // the last day that is counted
  for (const Period& period : periods) {
    const std::int64_t from = std::max<std::int64_t>(period.start.days, counted_to + 1);
    if (period.end.days < from) continue;
    days += period.end.days - from + 1;
    counted_to = period.end.days;
  }
  return days;
}

std::optional<Period> Period::parse(std::string_view text) {
  constexpr std::size_t date_size = 10;
  const std::optional<Date> first = Date::parse(text.substr(0, date_size));
  if (!first) return std::nullopt;
  const std::string_view rest = text.substr(date_size);
  if (rest == " or later") return Period{*first, Date::highest()};
  if (rest == " or earlier") return Period{Date::lowest(), *first};
  for (const std::string_view between : {" to ", "/"}) {
    if (!rest.starts_with(between)) continue;
    const std::optional<Date> second = Date::parse(rest.substr(between.size()));
    if (!second || *second < *first) return std::nullopt;
    return Period{*first, *second};
  }
  return std::nullopt;
}

std::string Period::text() const {
  if (start == Date::lowest() && end == Date::highest()) return "any date";
  if (end == Date::highest()) return start.text() + " or later";
  if (start == Date::lowest()) return end.text() + " or earlier";
  return start.text() + " to " + end.text();
}

}  // namespace merit
