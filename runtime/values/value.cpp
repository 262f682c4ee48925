#include "runtime/values/value.h"

#include <stdexcept>

namespace merit {

namespace {

// Ten thousand years.
constexpr int64_t longest_seconds = int64_t{3'652'425} * 86'400;

}  // namespace

Duration times(const Number& count, const Duration& length) {
  const auto part = [&](int32_t unit) {
    const Number product = count * Number(unit);
    // Ten thousand years of days.
    if (!product.is_integer() || product > Number(3'652'425) || product < Number(-3'652'425))
      throw std::domain_error("a length of time beyond the calendar");
    return static_cast<int32_t>(product.num());
  };
  const Number seconds = count * Number(length.seconds);
  if (!seconds.is_integer() || seconds.abs() > Number(longest_seconds))
    throw std::domain_error("a length of time beyond the calendar");
  return {part(length.months), part(length.days), seconds.num()};
}

bool operator==(const Value& a, const Value& b) noexcept {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
  case ValueKind::missing: return std::get<Missing>(a.storage_) == std::get<Missing>(b.storage_);
  case ValueKind::fault: return a.fault_pointer() == b.fault_pointer() || a.fault() == b.fault();
  case ValueKind::boolean: return a.boolean() == b.boolean();
  case ValueKind::number: return a.number() == b.number();
  case ValueKind::money: return a.money() == b.money();
  case ValueKind::text: return a.text_pointer() == b.text_pointer() || a.text() == b.text();
  case ValueKind::date: return a.date() == b.date();
  case ValueKind::duration: return a.duration() == b.duration();
  case ValueKind::period: return a.period() == b.period();
  case ValueKind::datetime: return a.datetime() == b.datetime();
  case ValueKind::datetime_period: return a.datetime_period() == b.datetime_period();
  case ValueKind::codes: return a.codes() == b.codes();
  case ValueKind::quantity: return a.quantity() == b.quantity();
  case ValueKind::enumeration: return a.enumeration() == b.enumeration();
  case ValueKind::row: return a.row() == b.row();
  }
  return false;
}

std::strong_ordering compare_values(const Value& a, const Value& b) {
  switch (a.kind()) {
  case ValueKind::number:
  case ValueKind::money: return a.number_or_amount() <=> b.number_or_amount();
  case ValueKind::text: return a.text().compare(b.text()) <=> 0;
  case ValueKind::date: return a.date() <=> b.date();
  case ValueKind::boolean: return a.boolean() <=> b.boolean();
  case ValueKind::enumeration: return a.enumeration() <=> b.enumeration();
  case ValueKind::row: return a.row() <=> b.row();
  case ValueKind::period: {
    const auto by_start = a.period().start <=> b.period().start;
    return by_start != 0 ? by_start : a.period().end <=> b.period().end;
  }
  case ValueKind::duration: {
    const auto by_months = a.duration().months <=> b.duration().months;
    if (by_months != 0) return by_months;
    const auto by_days = a.duration().days <=> b.duration().days;
    return by_days != 0 ? by_days : a.duration().seconds <=> b.duration().seconds;
  }
  case ValueKind::datetime: return a.datetime() <=> b.datetime();
  case ValueKind::datetime_period: {
    const auto by_start = a.datetime_period().start <=> b.datetime_period().start;
    return by_start != 0 ? by_start : a.datetime_period().end <=> b.datetime_period().end;
  }
  case ValueKind::codes: return a.codes().compare(b.codes()) <=> 0;
  case ValueKind::quantity: {
    const auto by_unit = a.quantity().unit.compare(b.quantity().unit) <=> 0;
    return by_unit != 0 ? by_unit : a.quantity().number <=> b.quantity().number;
  }
  case ValueKind::missing:
  case ValueKind::fault: break;
  }
  throw std::logic_error("compare_values: no known value");
}

std::string_view kind_in_words(ValueKind kind) noexcept {
  switch (kind) {
  case ValueKind::missing: return "a missing value";
  case ValueKind::fault: return "a fault";
  case ValueKind::boolean: return "true or false";
  case ValueKind::number: return "a number";
  case ValueKind::money: return "an amount of money";
  case ValueKind::text: return "a text";
  case ValueKind::date: return "a date";
  case ValueKind::duration: return "a duration";
  case ValueKind::period: return "a period";
  case ValueKind::datetime: return "a time";
  case ValueKind::datetime_period: return "a period of datetimes";
  case ValueKind::codes: return "codes";
  case ValueKind::quantity: return "a quantity";
  case ValueKind::enumeration: return "one of a list of names";
  case ValueKind::row: return "a row";
  }
  return "a value";
}

}  // namespace merit
