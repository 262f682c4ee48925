#include "runtime/values/codes.h"

#include <algorithm>

namespace merit {

namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string coding_text(std::string_view system, std::string_view code) {
  std::string text;
  text.reserve(system.size() + code.size() + 1);
  text += system;
  text += '|';
  text += code;
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string codes_text(std::vector<std::string> codings) {
  std::sort(codings.begin(), codings.end());
  codings.erase(std::unique(codings.begin(), codings.end()), codings.end());
  std::string text;
  for (const std::string& coding : codings) {
    if (!text.empty()) text += coding_separator;
    text += coding;
  }
  return text;
}

std::string codes_of_cell(std::string_view cell) {
  std::vector<std::string> codings;
  while (true) {
    const std::size_t end = cell.find(';');
    const std::string_view part = trimmed(cell.substr(0, end));
    const std::size_t bar = part.rfind('|');
    if (bar == std::string_view::npos || bar + 1 == part.size()) return {};
    codings.push_back(coding_text(trimmed(part.substr(0, bar)), trimmed(part.substr(bar + 1))));
    if (end == std::string_view::npos) break;
    cell.remove_prefix(end + 1);
  }
  return codes_text(std::move(codings));
}

std::string cell_of_codes(std::string_view set) {
  std::string text(set);
  std::replace(text.begin(), text.end(), coding_separator, ';');
  return text;
}

}  // namespace merit
