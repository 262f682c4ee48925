#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace merit {

/// A length of time: "2 years" is 24 months, "6 weeks" is 42 days, "3 hours" is 10 800 seconds. The three are
/// kept apart: a month has no fixed length, and 24 hours are no day where only days are known.
struct Duration {
  std::int32_t months = 0;
  std::int32_t days = 0;
  std::int64_t seconds = 0;

  friend bool operator==(const Duration&, const Duration&) noexcept = default;
  /// "30 days", "2 years", "1 year 6 months", "1 month 10 days", "3 hours 30 minutes", "0 days".
  /// Of seconds alone whole hours stay hours: "48 hours".
  std::string text() const;
};

/// A day of the proleptic Gregorian calendar (ISO 8601), from 0001-01-01 to 9999-12-31, or one of the two
/// sentinels that stand for the open ends of periods: lowest() lies before every day, highest() after every
/// day.
struct Date {
  /// Days since 1970-01-01.
  std::int32_t days = 0;

  static constexpr Date lowest() noexcept { return Date{std::numeric_limits<std::int32_t>::min()}; }

  static constexpr Date highest() noexcept { return Date{std::numeric_limits<std::int32_t>::max()}; }

  /// The first and the last day that can be written.
  static constexpr Date first() noexcept { return Date{-719'162}; }

  static constexpr Date last() noexcept { return Date{2'932'896}; }

  /// Reads "YYYY-MM-DD", exactly so; nothing for any other text or a day that the calendar does not have.
  static std::optional<Date> parse(std::string_view text);
  /// Nothing for a day that the calendar does not have, or a year outside 1 to 9999.
  static std::optional<Date> from_ymd(int year, int month, int day);

  /// One of the two sentinels?
  constexpr bool is_open() const noexcept { return *this == lowest() || *this == highest(); }

  // Parts of the day; not to be asked of a sentinel.
  int year() const noexcept;
  int month() const noexcept;
  int day() const noexcept;
  /// "2024-02-29". The sentinels, which no program can write, are "the beginning of time" and "the end of
  /// time".
  std::string text() const;

  friend constexpr bool operator==(const Date&, const Date&) noexcept = default;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 reads the defaulted comparison wrongly
  friend constexpr std::strong_ordering operator<=>(const Date&, const Date&) noexcept = default;
};

/// Days in a month of a year (28 to 31).
int days_in_month(int year, int month) noexcept;

// Moving a date. An open end stays where it is. All throw std::domain_error, with a sentence for the user,
// where the result would lie outside the calendar (0001 to 9999).
Date add_days(Date date, std::int64_t days);
/// The same day of another month, or that month's last day when it is shorter (2024-01-31 + 1 month =
/// 2024-02-29).
Date add_months(Date date, std::int64_t months);
Date add_years(Date date, std::int64_t years);
/// Months first, then days. Not of hours, minutes or seconds: std::domain_error.
Date add(Date date, Duration duration);
Date subtract(Date date, Duration duration);

// Counting between two days; negative when `to` comes first. They throw std::domain_error for an open end.
/// Calendar days: from a day to the next is 1.
std::int64_t days_between(Date from, Date to);
/// Completed months, as CQL counts them: the month is complete when the day of the month is reached again
/// (from the 31st to the 30th of a short month it is not yet).
std::int64_t whole_months(Date from, Date to);
/// Completed years: age. Who was born on February 29 is a year older on March 1 of a common year.
std::int64_t whole_years(Date from, Date to);

/// The days from start to end, both included. An open side is Date::lowest() or Date::highest().
struct Period {
  Date start = Date::lowest();
  Date end = Date::highest();

  friend constexpr bool operator==(const Period&, const Period&) noexcept = default;

  constexpr bool is_open() const noexcept { return start.is_open() || end.is_open(); }

  /// A period that ends before it starts contains nothing and overlaps nothing.
  constexpr bool is_empty() const noexcept { return end < start; }

  constexpr bool contains(Date date) const noexcept { return start <= date && date <= end; }

  /// Every day of the other, which must not be empty.
  constexpr bool contains(const Period& other) const noexcept {
    return !other.is_empty() && start <= other.start && other.end <= end;
  }

  /// At least one day in common.
  constexpr bool overlaps(const Period& other) const noexcept {
    return !is_empty() && !other.is_empty() && start <= other.end && other.start <= end;
  }

  /// Ends before the other starts.
  constexpr bool before(const Period& other) const noexcept { return end < other.start; }

  constexpr bool before(Date date) const noexcept { return end < date; }

  /// Starts after the other ends.
  constexpr bool after(const Period& other) const noexcept { return start > other.end; }

  constexpr bool after(Date date) const noexcept { return start > date; }

  /// What belongs to both; nothing where they do not overlap.
  std::optional<Period> common_part(const Period& other) const noexcept;

  /// Days in it, both ends counted (0 when empty); missing when a side is open.
  std::optional<std::int64_t> length_days() const noexcept;
  /// Reads what text() writes, "any date" aside, and "2024-01-01/2024-12-31". Nothing where it would end
  /// before it starts.
  static std::optional<Period> parse(std::string_view text);
  /// "2024-01-01 to 2024-12-31", "2022-07-01 or later", "2022-06-30 or earlier", "any date".
  std::string text() const;
};

/// Distinct days in these periods, which may overlap. Throws std::domain_error for an open one.
std::int64_t days_covered(std::vector<Period> periods);

}  // namespace merit
