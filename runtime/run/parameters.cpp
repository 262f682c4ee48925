#include "runtime/run/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "runtime/diagnostics/render.h"
#include "runtime/values/codes.h"
#include "runtime/values/currency.h"

namespace merit {

namespace {

std::optional<Duration> read_duration(std::string_view text) {
  int32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < -100'000 || count > 100'000) return std::nullopt;
  std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  if (!unit.starts_with(' ')) return std::nullopt;
  unit.remove_prefix(1);
  if (unit.ends_with('s')) unit.remove_suffix(1);
  if (unit == "day") return Duration{0, count};
  if (unit == "week") return Duration{0, 7 * count};
  if (unit == "month") return Duration{count, 0};
  if (unit == "year") return Duration{12 * count, 0};
  if (unit == "hour") return Duration{0, 0, int64_t{3600} * count};
  if (unit == "minute") return Duration{0, 0, int64_t{60} * count};
  if (unit == "second") return Duration{0, 0, count};
  return std::nullopt;
}

template <typename Content>
std::optional<Value> value_of(std::optional<Content> content, Value (*make)(Content)) {
  return content ? std::optional(make(*content)) : std::nullopt;
}

std::optional<Value> read_value(const ir::Program& program, const ir::Type& type, const std::string& text,
                                Evaluation& tables) {
  switch (type.kind) {
  case ir::TypeKind::boolean:
    if (text == "true" || text == "yes") return Value::of_boolean(true);
    if (text == "false" || text == "no") return Value::of_boolean(false);
    return std::nullopt;
  case ir::TypeKind::integer:
  case ir::TypeKind::number: {
    const std::optional<Number> number = Number::parse_exact(text);
    if (!number || (type.kind == ir::TypeKind::integer && !number->is_integer())) break;
    return Value::of_number(*number);
  }
  case ir::TypeKind::money: {
    const Currency* currency = find_currency(program.currency);
    const std::optional<Number> amount =
        parse_money(text, currency == nullptr ? default_currency() : *currency, MoneySource::data_cell);
    // What the program knows to be rounded may be paid as it stands.
    if (!amount || (type.step && !(*amount / *type.step).is_integer())) break;
    return Value::of_money(*amount);
  }
  case ir::TypeKind::text: return Value::of_text(text);
  case ir::TypeKind::date: return value_of<Date>(Date::parse(text), Value::of_date);
  case ir::TypeKind::duration: return value_of<Duration>(read_duration(text), Value::of_duration);
  case ir::TypeKind::period: return value_of<Period>(Period::parse(text), Value::of_period);
  case ir::TypeKind::datetime: return value_of<DateTime>(DateTime::parse(text), Value::of_datetime);
  case ir::TypeKind::datetime_period:
    return value_of<DateTimePeriod>(DateTimePeriod::parse(text), Value::of_datetime_period);
  case ir::TypeKind::codes: {
    std::string codes = codes_of_cell(text);
    return codes.empty() ? std::nullopt : std::optional(Value::of_codes(std::move(codes)));
  }
  case ir::TypeKind::quantity: return value_of<Quantity>(Quantity::parse(text), Value::of_quantity);
  case ir::TypeKind::enumeration: {
    const std::vector<std::string>& values = program.enums[type.target].values;
    const auto found = std::find(values.begin(), values.end(), text);
    if (found == values.end()) return std::nullopt;
    return Value::of_enumeration(static_cast<uint32_t>(found - values.begin()));
  }
  case ir::TypeKind::link: {
    if (program.entities[type.target].kind != ir::EntityKind::table) return std::nullopt;
    const std::optional<uint32_t> row = tables.find_row(type.target, {text});
    return row ? std::optional(Value::of_row(*row)) : std::nullopt;
  }
  case ir::TypeKind::collection: break;
  }
  if (type.kind == ir::TypeKind::number && text.ends_with('%'))
    return value_of<Number>(Number::parse(text), Value::of_number);
  return std::nullopt;
}

std::string example(const ir::Type& type) {
  switch (type.kind) {
  case ir::TypeKind::boolean: return "yes or no";
  case ir::TypeKind::integer: return "a whole number such as 12";
  case ir::TypeKind::number: return "a number such as 0.25 or 2%";
  case ir::TypeKind::money: return "an amount such as 1000 or 12.50";
  case ir::TypeKind::date: return "a day such as 2024-01-31";
  case ir::TypeKind::duration: return "a length of time such as \"30 days\"";
  case ir::TypeKind::period: return "a period such as \"2024-01-01 to 2024-12-31\"";
  case ir::TypeKind::datetime: return "a time such as 2024-01-31T14:30Z";
  case ir::TypeKind::datetime_period: return "a period such as \"2024-01-01T08:00Z to 2024-12-31\"";
  case ir::TypeKind::codes: return "codes such as \"http://loinc.org|4548-4\"";
  case ir::TypeKind::quantity: return "a quantity such as \"7.2 mg/dL\"";
  default: return "one of its names";
  }
}

}  // namespace

std::optional<Overrides> read_parameters(const ir::Program& program, const GivenParameters& given,
                                         Evaluation& tables, Diagnostics& diagnostics) {
  Overrides overrides;
  bool sound = true;
  for (const auto& [name, text] : given) {
    const auto found =
        std::find_if(program.parameters.begin(), program.parameters.end(),
                     [&, wanted = name](uint32_t column) { return program.columns[column].name == wanted; });
    if (found == program.parameters.end()) {
      std::vector<std::string> names;
      for (const uint32_t column : program.parameters) names.push_back(program.columns[column].name);
      const std::string nearest = nearest_name(name, names);
      diagnostics.error("R010", {}, fmt::format("The program has no parameter `{}`.", name),
                        nearest.empty() ? std::string() : fmt::format("Did you mean `{}`?", nearest));
      sound = false;
      continue;
    }
    const ir::Type& type = program.columns[*found].type;
    std::optional<Value> value = type.optional && text == "missing" ? std::optional(Value::of_missing())
                                                                    : read_value(program, type, text, tables);
    if (!value) {
      const std::string kind = ir::type_text(program, type);
      const bool is_mass = type.kind == ir::TypeKind::money || type.kind == ir::TypeKind::text;
      const std::string_view article = is_mass                                            ? ""
                                       : std::string_view("aeiou").find(kind.front()) < 5 ? "an "
                                                                                          : "a ";
      diagnostics.error(
          "R011", {},
          fmt::format("`{}` is no value for the parameter `{}`, which is {}{}.", text, name, article, kind),
          fmt::format("Give {}.", example(type)));
      sound = false;
      continue;
    }
    overrides.emplace_back(*found, std::move(*value));
  }
  if (!sound) return std::nullopt;
  return overrides;
}

}  // namespace merit
