#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/values/date.h"

namespace merit {

/// A point in time to the millisecond, with the offset from UTC it was written with; or, where only that is
/// known, a whole day; or one of the two sentinels that stand for the open ends of periods. One 64-bit
/// number, so that a column of them is an array of numbers.
///
/// There are two orders. Comparing, as the language does it (compare()): two instants as instants; where one
/// side is a day, both by the day as written, so that a day is the same as every instant in it. Sorting
/// (operator<=>): a total order in which a day stands at its first instant in UTC, before an instant there.
/// Offsets count in neither: 09:00+01:00 is 08:00Z.
class DateTime {
 public:
  /// The day 1970-01-01.
  constexpr DateTime() noexcept = default;

  static constexpr DateTime lowest() noexcept { return DateTime(std::numeric_limits<std::int64_t>::min()); }

  static constexpr DateTime highest() noexcept { return DateTime(std::numeric_limits<std::int64_t>::max()); }

  /// A whole day; the open ends of dates are those of datetimes.
  static constexpr DateTime of_day(Date date) noexcept {
    if (date == Date::lowest()) return lowest();
    if (date == Date::highest()) return highest();
    return DateTime((date.days * milliseconds_a_day) * (std::int64_t{1} << low_bits));
  }

  /// Milliseconds since 1970-01-01T00:00Z, and minutes that local time is ahead of UTC. Nothing where the
  /// local day lies outside the calendar (0001 to 9999) or the offset beyond 14 hours.
  static std::optional<DateTime> of_instant(std::int64_t milliseconds, int offset_minutes) noexcept;

  /// Reads "YYYY-MM-DD" (a day) or "YYYY-MM-DDThh:mm", with seconds ":ss" and decimals of them or without,
  /// with "Z" or an offset like "+02:00" or, then in UTC, without. What is finer than milliseconds is cut.
  static std::optional<DateTime> parse(std::string_view text);

  /// The number that stands for it in columns.
  constexpr std::int64_t packed() const noexcept { return bits_; }

  static constexpr DateTime from_packed(std::int64_t bits) noexcept { return DateTime(bits); }

  constexpr bool is_open() const noexcept { return *this == lowest() || *this == highest(); }

  /// Only the day is known. Not to be asked of a sentinel.
  constexpr bool is_day() const noexcept { return (bits_ & instant_bit) == 0; }

  /// Milliseconds since 1970-01-01T00:00Z; of a day those of its first instant in UTC.
  constexpr std::int64_t milliseconds() const noexcept { return bits_ >> low_bits; }

  constexpr int offset_minutes() const noexcept {
    return static_cast<int>((static_cast<std::int64_t>(static_cast<std::uint64_t>(bits_) << 53U)) >> 53);
  }

  /// The day as written; open ends stay open.
  constexpr Date date() const noexcept {
    if (bits_ == std::numeric_limits<std::int64_t>::min()) return Date::lowest();
    if (bits_ == std::numeric_limits<std::int64_t>::max()) return Date::highest();
    return Date{static_cast<std::int32_t>(day_number())};
  }

  /// "2026-03-01T14:30:00+02:00", "2026-03-01T14:30:05.123Z", "2026-03-01"; the sentinels as Date has them.
  std::string text() const;

  /// For comparing by day: Date::days, and beyond all of them for the sentinels.
  constexpr std::int64_t day_number() const noexcept {
    const std::int64_t local = milliseconds() + offset_minutes() * std::int64_t{60'000};
    return local >= 0 ? local / milliseconds_a_day : -((milliseconds_a_day - 1 - local) / milliseconds_a_day);
  }

  /// Equal numbers, equal moments; in the order of sorting.
  constexpr std::int64_t sort_key() const noexcept { return bits_ >> (low_bits - 1); }

  friend constexpr bool operator==(const DateTime& a, const DateTime& b) noexcept {
    return a.sort_key() == b.sort_key();
  }

  friend constexpr std::strong_ordering operator<=>(const DateTime& a, const DateTime& b) noexcept {
    return a.sort_key() <=> b.sort_key();
  }

  static constexpr std::int64_t milliseconds_a_day = 86'400'000;

 private:
  constexpr explicit DateTime(std::int64_t bits) noexcept : bits_(bits) {}

  friend constexpr int compare(DateTime a, DateTime b) noexcept;

  // From above: 52 bits of milliseconds, one that is set for an instant, 11 of the offset (two's complement).
  static constexpr int low_bits = 12;
  static constexpr std::int64_t instant_bit = std::int64_t{1} << (low_bits - 1);

  std::int64_t bits_ = 0;
};

/// As the language compares: -1, 0 or 1.
constexpr int compare(DateTime a, DateTime b) noexcept {
  const bool instants = (a.bits_ & b.bits_ & DateTime::instant_bit) != 0;
  const std::int64_t x = instants ? a.milliseconds() : a.day_number();
  const std::int64_t y = instants ? b.milliseconds() : b.day_number();
  return x < y ? -1 : x > y ? 1 : 0;
}

// Moving. An open end stays where it is. They throw std::domain_error, with a sentence for the user, where
// the result would lie outside the calendar.
/// Months and days by the local calendar, at the same time of day, then the seconds. A day moves by whole
/// days: of a length of time of hours, those that fill 24.
DateTime add(DateTime from, Duration duration);
/// The millisecond before, of a day the day before.
DateTime just_before(DateTime time);
DateTime just_after(DateTime time);

// Counting between two; negative when `to` comes first. They throw std::domain_error for an open end; those
// of hours and minutes also for a day, whose hours nobody knows.
/// Times 24 hours; where one is a day, calendar days.
std::int64_t whole_days(DateTime from, DateTime to);
std::int64_t whole_hours(DateTime from, DateTime to);
std::int64_t whole_minutes(DateTime from, DateTime to);

/// The time from start to end, both included: instants, or days where only those are known. An open side is
/// DateTime::lowest() or DateTime::highest(). Ends meet as compare() says.
struct DateTimePeriod {
  DateTime start = DateTime::lowest();
  DateTime end = DateTime::highest();

  /// Of days.
  static constexpr DateTimePeriod of(const Period& period) noexcept {
    return {DateTime::of_day(period.start), DateTime::of_day(period.end)};
  }

  friend constexpr bool operator==(const DateTimePeriod&, const DateTimePeriod&) noexcept = default;

  constexpr bool is_empty() const noexcept { return compare(end, start) < 0; }

  constexpr bool contains(DateTime time) const noexcept {
    return compare(start, time) <= 0 && compare(time, end) <= 0;
  }

  constexpr bool contains(const DateTimePeriod& other) const noexcept {
    return !other.is_empty() && compare(start, other.start) <= 0 && compare(other.end, end) <= 0;
  }

  constexpr bool overlaps(const DateTimePeriod& other) const noexcept {
    return !is_empty() && !other.is_empty() && compare(start, other.end) <= 0 &&
           compare(other.start, end) <= 0;
  }

  constexpr bool before(const DateTimePeriod& other) const noexcept { return compare(end, other.start) < 0; }

  constexpr bool after(const DateTimePeriod& other) const noexcept { return compare(start, other.end) > 0; }

  /// The same start and end, as compare() says.
  constexpr bool same_as(const DateTimePeriod& other) const noexcept {
    return compare(start, other.start) == 0 && compare(end, other.end) == 0;
  }

  /// What belongs to both; nothing where they do not overlap. Where a day meets an instant in it, the instant
  /// is the end.
  std::optional<DateTimePeriod> common_part(const DateTimePeriod& other) const noexcept;

  /// The days as written from the one to the other end.
  constexpr Period dates() const noexcept { return {start.date(), end.date()}; }

  /// Reads two datetimes with " to " or "/" between them, "… or later" or "… or earlier". Nothing where it
  /// would end before it starts.
  static std::optional<DateTimePeriod> parse(std::string_view text);
  /// "2026-03-01T08:00:00Z to 2026-03-02T10:30:00Z", "2026-03-01 or later", "any time".
  std::string text() const;
};

}  // namespace merit
