#include "runtime/data/value_text.h"

#include "runtime/values/codes.h"
#include "runtime/values/currency.h"

namespace merit {

namespace {

constexpr int people_decimals = 6;
constexpr int file_decimals = 12;

}  // namespace

std::string value_text(Evaluation& evaluation, const ir::Program& program, const ir::Type& type,
                       const Value& value, TextStyle style) {
  const bool people = style == TextStyle::people;
  switch (value.kind()) {
  case ValueKind::missing:
    if (!people) return {};
    return value.missing_reason() ? "missing: " + *value.missing_reason() : "missing";
  case ValueKind::fault:
    if (!people) return "#FAULT";
    return "fault: " + value.fault().message;
  case ValueKind::boolean: return value.boolean() ? (people ? "yes" : "true") : (people ? "no" : "false");
  case ValueKind::number: return value.number().decimal_text(people ? people_decimals : file_decimals);
  case ValueKind::money: {
    if (!people) return value.money().decimal_text(file_decimals);
    const auto currency = find_currency(program.currency);
    return currency ? money_text(value.money(), *currency) : value.money().decimal_text(people_decimals);
  }
  case ValueKind::text: return value.text();
  case ValueKind::date: return value.date().text();
  case ValueKind::duration: return value.duration().text();
  case ValueKind::period: return value.period().text();
  case ValueKind::datetime: return value.datetime().text();
  case ValueKind::datetime_period: return value.datetime_period().text();
  case ValueKind::codes: return cell_of_codes(value.codes());
  case ValueKind::quantity: {
    const Quantity& quantity = value.quantity();
    const std::string number = quantity.number.decimal_text(people ? people_decimals : file_decimals);
    return quantity.unit == "1" ? number : number + " " + quantity.unit;
  }
  case ValueKind::enumeration: return program.enums[type.target].values[value.enumeration()];
  case ValueKind::row: return evaluation.key_text(type.target, value.row());
  }
  return {};
}

}  // namespace merit
