#include "compiler/model/names.h"

#include "runtime/diagnostics/render.h"

namespace merit::model {

namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_vowel(char c) {
  return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

}  // namespace

bool is_snake_case(std::string_view text) {
  if (text.empty() || is_digit(text.front())) return false;
  for (const char c : text) {
    if (!is_lower(c) && !is_digit(c) && c != '_') return false;
  }
  return true;
}

std::string to_snake_case(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (is_lower(c) || is_digit(c)) {
      result += c;
    } else if (c >= 'A' && c <= 'Z') {
      result += static_cast<char>(c - 'A' + 'a');
    } else if (!result.empty() && result.back() != '_') {
      result += '_';
    }
  }
  while (!result.empty() && result.back() == '_') result.pop_back();
  if (!result.empty() && is_digit(result.front())) result.insert(result.begin(), '_');
  return result;
}

std::string singular_of(std::string_view plural) {
  for (const size_t cut : {size_t{3}, size_t{1}, size_t{2}}) {
    if (plural.size() <= cut) continue;
    std::string name = std::string(plural.substr(0, plural.size() - cut)) + (cut == 3 ? "y" : "");
    if (plural_of(name) == plural) return name;
  }
  return std::string(plural);
}

std::string plural_of(std::string_view name) {
  std::string result(name);
  const auto ends = [&](std::string_view tail) { return name.ends_with(tail); };
  if (name.size() >= 2 && name.back() == 'y' && !is_vowel(name[name.size() - 2])) {
    result.pop_back();
    return result + "ies";
  }
  if (ends("s") || ends("x") || ends("z") || ends("ch") || ends("sh")) return result + "es";
  return result + "s";
}

std::string any_of(const std::vector<std::string>& names) {
  std::string result;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) result += i + 1 == names.size() ? " or " : ", ";
    result += names[i];
  }
  return result;
}

std::string path_text(const std::vector<ast::Name>& path) {
  std::string result;
  for (const ast::Name& name : path) {
    if (!result.empty()) result += '.';
    result += name.text;
  }
  return result;
}

std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& candidates) {
  const std::string nearest = nearest_name(wanted, candidates);
  return nearest.empty() ? std::string() : "Did you mean `" + nearest + "`?";
}

}  // namespace merit::model
