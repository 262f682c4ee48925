// What things are called: columns, nodes and types; and the numbers of the nodes.
#include <algorithm>
#include <cctype>
#include <tuple>

#include "runtime/ir/ir.h"
#include "runtime/ir/ops.h"
#include "runtime/values/currency.h"

namespace merit::ir {

namespace {

constexpr size_t longest_source = 100;

struct Numbered {
  Expr* node;
  uint32_t body;  // rank of the body: columns first, then the bodies of groups
};

void number_body(Expr& node, uint32_t body, uint32_t& next, std::vector<Numbered>& all) {
  node.number = next++;
  all.push_back({&node, body});
  for (const ExprPtr& arg : node.args) {
    if (arg) number_body(*arg, body, next, all);
  }
}

}  // namespace

void number_nodes(Program& program) {
  std::vector<Numbered> all;
  uint32_t body = 0;
  const auto number = [&](const ExprPtr& root) {
    uint32_t next = 0;
    if (root) number_body(*root, body, next, all);
    ++body;
  };
  for (const Column& column : program.columns) number(column.body);
  for (const Entity& entity : program.entities) {
    number(entity.group_members);
    number(entity.group_value);
  }
  // One definition may stand in several bodies (arguments are inlined): equal places go by body, then by
  // number.
  const auto order = [](const Numbered& item) {
    const Expr& node = *item.node;
    return std::tuple(node.span.file, node.span.begin, item.body, node.number);
  };
  std::sort(all.begin(), all.end(),
            [&](const Numbered& a, const Numbered& b) { return order(a) < order(b); });
  uint32_t place = 0;
  for (const Numbered& item : all) item.node->place = place++;
}

std::string qualified_name(const Program& program, uint32_t column) {
  const Column& found = program.columns[column];
  const bool step = !found.name.starts_with('~') && found.name.find('.') != std::string::npos;
  if (found.entity == 0 || step) return found.name;
  return program.entities[found.entity].name + "." + found.name;
}

std::string node_name(const Program& program, uint32_t column, const Expr& node) {
  return qualified_name(program, column) + "#" + std::to_string(node.number);
}

std::string type_text(const Program& program, const Type& type) {
  std::string text;
  switch (type.kind) {
  case TypeKind::enumeration: text = program.enums[type.target].name; break;
  case TypeKind::link: text = program.entities[type.target].name; break;
  case TypeKind::collection: text = program.entities[type.target].plural; break;
  case TypeKind::money:
    text = "money";
    if (type.step) {
      const Currency* currency = find_currency(program.currency);
      text += " to " + money_text(*type.step, currency == nullptr ? default_currency() : *currency);
    }
    break;
  default: text = name_of(type.kind);
  }
  if (type.optional) text += "?";
  return text;
}

std::string one_line(const Program& program, const Span& span) {
  if (!program.files || span.file == 0 || span.file >= program.files->size()) return {};
  const std::string& text = (*program.files)[span.file].text;
  if (span.end > text.size() || span.begin >= span.end) return {};
  std::string line;
  bool space = false;
  for (size_t at = span.begin; at < span.end; ++at) {
    const char c = text[at];
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      space = !line.empty();
      continue;
    }
    if (space) line += ' ';
    space = false;
    line += c;
  }
  if (line.size() > longest_source) {
    size_t cut = longest_source;
    while (cut > 0 && (static_cast<unsigned char>(line[cut]) & 0xC0U) == 0x80U)
      --cut;  // not inside a character
    line = line.substr(0, cut) + " …";
  }
  return line;
}

}  // namespace merit::ir
