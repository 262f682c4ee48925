#include "runtime/values/quantity.h"

namespace merit {

std::string Quantity::text() const {
  return number.exact_text() + " " + unit;
}

std::optional<Quantity> Quantity::parse(std::string_view text) {
  // The spelling of text(), then those of people.
  std::size_t end = 0;
  while (end < text.size() && (text[end] == '-' || text[end] == '+' || text[end] == '.' || text[end] == '/' ||
                               text[end] == '_' || (text[end] >= '0' && text[end] <= '9'))) {
    ++end;
  }
  // "5/min" is five of the unit /min, and "1/3 g" a third of a gram.
  if (const std::size_t slash = text.substr(0, end).find('/');
      slash != std::string_view::npos && slash + 1 == end) {
    end = slash;
  }
  const auto number = Number::parse_exact(text.substr(0, end));
  if (!number) return std::nullopt;
  std::string_view unit = text.substr(end);
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  while (unit.ends_with(' ')) unit.remove_suffix(1);
  return Quantity{*number, unit.empty() ? std::string("1") : std::string(unit)};
}

}  // namespace merit
