#include "runtime/values/datetime.h"

#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>

namespace merit {

namespace {

constexpr int greatest_offset = 14 * 60;
constexpr std::int64_t milliseconds_a_minute = 60'000;
constexpr std::int64_t seconds_a_day = 86'400;
constexpr std::size_t date_size = 10;

[[noreturn]] void refuse_outside() {
  throw std::domain_error(
      "This time would lie outside the calendar, which goes from 0001-01-01 to 9999-12-31.");
}

void refuse_open(DateTime from, DateTime to) {
  if (from.is_open() || to.is_open())
    throw std::domain_error("Time cannot be counted from or to the open end of a period.");
}

/// Milliseconds between two instants.
std::int64_t between(DateTime from, DateTime to) {
  refuse_open(from, to);
  if (from.is_day() || to.is_day()) {
    throw std::domain_error("Hours and minutes cannot be counted from or to " +
                            (from.is_day() ? from : to).text() + ", of which only the day is known.");
  }
  return to.milliseconds() - from.milliseconds();
}

/// Takes characters off a text from the front.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool sign(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Two digits up to a greatest number.
  bool two_digits(int greatest, int& value) {
    if (rest_.size() < 2 || !digit(rest_[0]) || !digit(rest_[1])) return false;
    value = (rest_[0] - '0') * 10 + (rest_[1] - '0');
    rest_.remove_prefix(2);
    return value <= greatest;
  }

  /// Decimals of a second as milliseconds.
  bool decimals(int& milliseconds) {
    milliseconds = 0;
    int unit = 100;
    const std::size_t before = rest_.size();
    while (!rest_.empty() && digit(rest_.front())) {
      milliseconds += (rest_.front() - '0') * unit;
      unit /= 10;
      rest_.remove_prefix(1);
    }
    return rest_.size() < before;
  }

  bool at_end() const { return rest_.empty(); }

 private:
  static bool digit(char c) { return c >= '0' && c <= '9'; }

  std::string_view rest_;
};

void write_part(std::string& text, char sign, std::int64_t value, std::size_t digits) {
  const std::string number = std::to_string(value);
  text += sign;
  text.append(digits - number.size(), '0');
  text += number;
}

DateTime moved(DateTime time, std::int64_t milliseconds) {
  if (time.is_open()) return time;
  const auto result = DateTime::of_instant(time.milliseconds() + milliseconds, time.offset_minutes());
  if (!result) refuse_outside();
  return *result;
}

}  // namespace

std::optional<DateTime> DateTime::of_instant(std::int64_t milliseconds, int offset_minutes) noexcept {
  if (std::abs(offset_minutes) > greatest_offset) return std::nullopt;
  constexpr std::int64_t first = Date::first().days * milliseconds_a_day;
  constexpr std::int64_t last = (Date::last().days + std::int64_t{1}) * milliseconds_a_day - 1;
  const std::int64_t ahead = offset_minutes * milliseconds_a_minute;
  if (milliseconds < first - ahead || milliseconds > last - ahead) return std::nullopt;
  return DateTime(milliseconds * (std::int64_t{1} << low_bits) + instant_bit + (offset_minutes & 0x7ff));
}

std::optional<DateTime> DateTime::parse(std::string_view text) {
  const std::optional<Date> date = Date::parse(text.substr(0, date_size));
  if (!date) return std::nullopt;
  if (text.size() == date_size) return of_day(*date);
  Reader rest(text.substr(date_size));
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  int milliseconds = 0;
  if (!rest.sign('T') || !rest.two_digits(23, hours) || !rest.sign(':') || !rest.two_digits(59, minutes))
    return std::nullopt;
  if (rest.sign(':')) {
    if (!rest.two_digits(59, seconds)) return std::nullopt;
    if (rest.sign('.') && !rest.decimals(milliseconds)) return std::nullopt;
  }
  int offset = 0;
  if (!rest.at_end() && !rest.sign('Z')) {
    const bool behind = rest.sign('-');
    int offset_minutes = 0;
    if (!behind && !rest.sign('+')) return std::nullopt;
    if (!rest.two_digits(14, offset) || !rest.sign(':') || !rest.two_digits(59, offset_minutes))
      return std::nullopt;
    offset = (offset * 60 + offset_minutes) * (behind ? -1 : 1);
  }
  if (!rest.at_end()) return std::nullopt;
  const std::int64_t of_day = ((hours * 60 + minutes) * 60 + seconds) * std::int64_t{1000} + milliseconds;
  return of_instant(date->days * milliseconds_a_day + of_day - offset * milliseconds_a_minute, offset);
}

std::string DateTime::text() const {
  const Date day = date();
  if (is_open() || is_day()) return day.text();
  std::int64_t rest =
      this->milliseconds() + offset_minutes() * milliseconds_a_minute - day.days * milliseconds_a_day;
  const std::int64_t milliseconds = rest % 1000;
  rest /= 1000;
  std::string text = day.text();
  write_part(text, 'T', rest / 3600, 2);
  write_part(text, ':', rest / 60 % 60, 2);
  write_part(text, ':', rest % 60, 2);
  if (milliseconds != 0) write_part(text, '.', milliseconds, 3);
  const int offset = std::abs(offset_minutes());
  if (offset == 0) return text + 'Z';
  write_part(text, offset_minutes() < 0 ? '-' : '+', offset / 60, 2);
  write_part(text, ':', offset % 60, 2);
  return text;
}

DateTime add(DateTime from, Duration duration) {
  if (from.is_open()) return from;
  const Date calendar = add(from.date(), Duration{duration.months, duration.days, 0});
  if (from.is_day()) return DateTime::of_day(add_days(calendar, duration.seconds / seconds_a_day));
  const std::int64_t days = std::int64_t{calendar.days} - from.date().days;
  return moved(from, days * DateTime::milliseconds_a_day + duration.seconds * 1000);
}

DateTime just_before(DateTime time) {
  if (!time.is_open() && time.is_day()) return DateTime::of_day(add_days(time.date(), -1));
  return moved(time, -1);
}

DateTime just_after(DateTime time) {
  if (!time.is_open() && time.is_day()) return DateTime::of_day(add_days(time.date(), 1));
  return moved(time, 1);
}

std::int64_t whole_days(DateTime from, DateTime to) {
  refuse_open(from, to);
  if (from.is_day() || to.is_day()) return days_between(from.date(), to.date());
  return between(from, to) / DateTime::milliseconds_a_day;
}

std::int64_t whole_hours(DateTime from, DateTime to) {
  return between(from, to) / (60 * milliseconds_a_minute);
}

std::int64_t whole_minutes(DateTime from, DateTime to) {
  return between(from, to) / milliseconds_a_minute;
}

std::optional<DateTimePeriod> DateTimePeriod::common_part(const DateTimePeriod& other) const noexcept {
  if (!overlaps(other)) return std::nullopt;
  const auto inner = [](DateTime a, DateTime b, int sign) {
    const int order = sign * compare(a, b);
    if (order == 0) return a.is_day() ? b : a;
    return order > 0 ? a : b;
  };
  return DateTimePeriod{inner(start, other.start, 1), inner(end, other.end, -1)};
}

std::optional<DateTimePeriod> DateTimePeriod::parse(std::string_view text) {
  const auto with_tail = [&](std::string_view tail) {
    return text.ends_with(tail) ? DateTime::parse(text.substr(0, text.size() - tail.size())) : std::nullopt;
  };
  if (const auto start = with_tail(" or later")) return DateTimePeriod{*start, DateTime::highest()};
  if (const auto end = with_tail(" or earlier")) return DateTimePeriod{DateTime::lowest(), *end};
  for (const std::string_view between : {" to ", "/"}) {
    const std::size_t at = text.find(between);
    if (at == std::string_view::npos) continue;
    const auto start = DateTime::parse(text.substr(0, at));
    const auto end = DateTime::parse(text.substr(at + between.size()));
    if (!start || !end) return std::nullopt;
    const DateTimePeriod period{*start, *end};
    return period.is_empty() ? std::nullopt : std::optional(period);
  }
  return std::nullopt;
}

std::string DateTimePeriod::text() const {
  const bool from = start.packed() != DateTime::lowest().packed();
  const bool until = end.packed() != DateTime::highest().packed();
  if (from && until) return start.text() + " to " + end.text();
  if (from) return start.text() + " or later";
  return until ? end.text() + " or earlier" : "any time";
}

}  // namespace merit
