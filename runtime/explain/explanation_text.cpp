// Explanations as text for people and as JSON for machines.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "runtime/explain/explanation.h"

namespace merit {

namespace {

const char* kind_name(Explanation::Kind kind) {
  switch (kind) {
  case Explanation::Kind::definition: return "definition";
  case Explanation::Kind::fact: return "fact";
  case Explanation::Kind::cell: return "cell";
  case Explanation::Kind::aggregate: return "aggregate";
  case Explanation::Kind::member: return "member";
  case Explanation::Kind::chosen: return "chosen";
  case Explanation::Kind::refused: return "refused";
  case Explanation::Kind::repeated: return "repeated";
  case Explanation::Kind::more: return "more";
  case Explanation::Kind::measure: return "measure";
  case Explanation::Kind::population: return "population";
  case Explanation::Kind::line: return "line";
  case Explanation::Kind::row: return "row";
  }
  return "";
}

/// What stands in data may hold bytes that a terminal obeys.
std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return text;
}

/// One line without its branch.
std::string line_text(const Explanation& given, bool color) {
  Explanation line;
  line.kind = given.kind;
  line.label = on_one_line(given.label);
  line.value = on_one_line(given.value);
  line.exact = given.exact;
  line.title = on_one_line(given.title);
  line.text = on_one_line(given.text);
  line.place = on_one_line(given.place);
  const auto dim = [color](const std::string& text) { return color ? "\x1b[2m" + text + "\x1b[0m" : text; };
  const auto bold = [color](const std::string& text) { return color ? "\x1b[1m" + text + "\x1b[0m" : text; };
  std::string out;
  switch (line.kind) {
  case Explanation::Kind::chosen:
    out = line.label == "otherwise" ? "otherwise" : "because " + line.label;
    break;
  case Explanation::Kind::refused:
    out = fmt::format("not because {}: {}", line.label, line.value == "no" ? "it does not hold" : line.value);
    break;
  case Explanation::Kind::more: return dim(line.label);
  case Explanation::Kind::measure:
  case Explanation::Kind::population:
  case Explanation::Kind::row:
    out = line.label + (line.value.empty() ? "" : ": " + bold(line.value));
    if (line.kind == Explanation::Kind::row && !line.text.empty())
      out += dim("   " + std::exchange(line.text, {}));
    break;
  case Explanation::Kind::line: out = bold(line.value) + ": " + line.label; break;
  default: {
    out = line.label;
    if (!line.value.empty())
      out += (line.value.starts_with("missing") || line.value.starts_with("fault") ? " is " : " = ") +
             bold(line.value);
    if (!line.exact.empty()) out += " (exactly " + line.exact + ")";
  }
  }
  if (!line.text.empty()) out += dim("   = " + line.text);
  if (!line.title.empty()) out += dim("   " + line.title);
  if (line.kind == Explanation::Kind::repeated) out += dim("   (see above)");
  if (!line.place.empty()) out += dim("   [" + line.place + "]");
  return out;
}

void draw(const Explanation& line, const std::string& indent, bool color, std::string& out) {
  for (size_t part = 0; part < line.parts.size(); ++part) {
    const bool last = part + 1 == line.parts.size();
    out += indent + (last ? "└─ " : "├─ ") + line_text(line.parts[part], color) + "\n";
    draw(line.parts[part], indent + (last ? "   " : "│  "), color, out);
  }
}

}  // namespace

std::string explanation_text(const Explanation& explanation, bool color) {
  std::string out = line_text(explanation, color) + "\n";
  draw(explanation, "", color, out);
  return out;
}

nlohmann::json explanation_json(const Explanation& explanation) {
  nlohmann::json json = {{"kind", kind_name(explanation.kind)}, {"label", explanation.label}};
  const auto add = [&json](const char* name, const std::string& text) {
    if (!text.empty()) json[name] = text;
  };
  add("value", explanation.value);
  add("exact", explanation.exact);
  add("title", explanation.title);
  add("text", explanation.text);
  add("place", explanation.place);
  if (!explanation.parts.empty()) {
    auto& parts = json["parts"] = nlohmann::json::array();
    for (const Explanation& part : explanation.parts) parts.push_back(explanation_json(part));
  }
  return json;
}

}  // namespace merit
