// Types by their names, and the cells of tables and tests as values.
#include <algorithm>
#include <limits>

#include "compiler/model/declarer.h"
#include "compiler/model/model.h"
#include "compiler/model/names.h"
#include "runtime/values/codes.h"
#include "runtime/values/currency.h"

namespace merit::model {

namespace {

std::vector<std::string> sorted_keys(const std::unordered_map<std::string, uint32_t>& map) {
  std::vector<std::string> result;
  result.reserve(map.size());
  for (const auto& [name, index] : map) result.push_back(name);
  std::sort(result.begin(), result.end());
  return result;
}

struct Builtin {
  std::string_view name;
  ir::TypeKind kind;
};

constexpr Builtin builtins[] = {
    {"text", ir::TypeKind::text},         {"number", ir::TypeKind::number},
    {"integer", ir::TypeKind::integer},   {"boolean", ir::TypeKind::boolean},
    {"money", ir::TypeKind::money},       {"date", ir::TypeKind::date},
    {"duration", ir::TypeKind::duration}, {"period", ir::TypeKind::period},
    {"datetime", ir::TypeKind::datetime}, {"period of datetimes", ir::TypeKind::datetime_period},
    {"codes", ir::TypeKind::codes},       {"quantity", ir::TypeKind::quantity},
};

std::optional<Duration> parse_duration(std::string_view text) {
  const size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::optional<Number> count = Number::parse(text.substr(0, space));
  const std::optional<int64_t> whole = count ? count->to_int64() : std::nullopt;
  if (!whole || *whole < -1'000'000 || *whole > 1'000'000) return std::nullopt;
  const auto n = static_cast<int32_t>(*whole);
  std::string_view unit = text.substr(space + 1);
  if (unit.ends_with('s')) unit.remove_suffix(1);
  if (unit == "day") return Duration{0, n};
  if (unit == "week") return Duration{0, 7 * n};
  if (unit == "month") return Duration{n, 0};
  if (unit == "year") return Duration{12 * n, 0};
  if (unit == "hour") return Duration{0, 0, int64_t{3600} * n};
  if (unit == "minute") return Duration{0, 0, int64_t{60} * n};
  if (unit == "second") return Duration{0, 0, n};
  return std::nullopt;
}

/// The coding that stands for a value set in a test: a code itself; of a published set the whole of it, which
/// is in this set and in those that are made of it; of a set made of others the first of them.
std::string coding_of_set(const ir::Program& program, uint32_t set) {
  const ir::ValueSet& shape = program.valuesets[set];
  if (!shape.codings.empty()) return shape.codings.front();
  if (!shape.members.empty()) return coding_of_set(program, shape.members.front());
  return coding_text("", shape.url);
}

/// "diabetes; http://loinc.org|4548-4": names of codes and value sets, codes in full; nothing for any other
/// text.
std::optional<Value> codes_cell(const Model& model, std::string_view text) {
  std::vector<std::string> codings;
  while (true) {
    const size_t end = text.find(';');
    std::string_view part = text.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (const auto named = model.valuesets.find(std::string(part)); named != model.valuesets.end()) {
      codings.push_back(coding_of_set(model.program, named->second));
    } else {
      std::string one = codes_of_cell(part);
      if (one.empty()) return std::nullopt;
      codings.push_back(std::move(one));
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return Value::of_codes(codes_text(std::move(codings)));
}

/// A cell of a plain type; nothing when the text does not fit.
std::optional<Value> plain_value(const Model& model, std::string_view text, ir::TypeKind kind) {
  switch (kind) {
  case ir::TypeKind::boolean:
    if (text == "yes" || text == "true") return Value::of_boolean(true);
    if (text == "no" || text == "false") return Value::of_boolean(false);
    return std::nullopt;
  case ir::TypeKind::integer:
  case ir::TypeKind::number: {
    const auto number = Number::parse(text);
    if (!number || (kind == ir::TypeKind::integer && !number->is_integer())) return std::nullopt;
    return Value::of_number(*number);
  }
  case ir::TypeKind::money: {
    const Currency* currency = find_currency(model.program.currency);
    const auto amount =
        parse_money(text, currency == nullptr ? default_currency() : *currency, MoneySource::program);
    return amount ? std::optional(Value::of_money(*amount)) : std::nullopt;
  }
  case ir::TypeKind::text: return Value::of_text(std::string(text));
  case ir::TypeKind::date: {
    const auto date = Date::parse(text);
    return date ? std::optional(Value::of_date(*date)) : std::nullopt;
  }
  case ir::TypeKind::duration: {
    const auto duration = parse_duration(text);
    return duration ? std::optional(Value::of_duration(*duration)) : std::nullopt;
  }
  case ir::TypeKind::period: {
    const auto period = Period::parse(text);
    return period ? std::optional(Value::of_period(*period)) : std::nullopt;
  }
  case ir::TypeKind::datetime: {
    const auto time = DateTime::parse(text);
    return time ? std::optional(Value::of_datetime(*time)) : std::nullopt;
  }
  case ir::TypeKind::datetime_period: {
    const auto period = DateTimePeriod::parse(text);
    return period ? std::optional(Value::of_datetime_period(*period)) : std::nullopt;
  }
  case ir::TypeKind::codes: return codes_cell(model, text);
  case ir::TypeKind::quantity: {
    auto quantity = Quantity::parse(text);
    return quantity ? std::optional(Value::of_quantity(std::move(*quantity))) : std::nullopt;
  }
  default: return std::nullopt;
  }
}

/// What a cell of a type is, and how it is written: "a number", "`0.25` or `2%`".
struct Wanted {
  std::string what;
  std::string like;
};

Wanted wanted_cell(const ir::Program& program, ir::TypeKind kind) {
  const Currency* currency = find_currency(program.currency);
  switch (kind) {
  case ir::TypeKind::boolean: return {"a yes or no", "`yes` or `no`"};
  case ir::TypeKind::integer: return {"a whole number", "`12`"};
  case ir::TypeKind::number: return {"a number", "`0.25` or `2%`"};
  case ir::TypeKind::money:
    return {"an amount of " + program.currency,
            "`" + std::string(currency == nullptr ? "$" : currency->symbol) + "1_000`"};
  case ir::TypeKind::date: return {"a date", "`2024-01-31`"};
  case ir::TypeKind::duration: return {"a length of time", "`30 days`"};
  case ir::TypeKind::codes:
    return {"a code", "`\"http://loinc.org|4548-4\"`, or name a code or value set of the program"};
  case ir::TypeKind::quantity: return {"a quantity", "`7.2 mg/dL`"};
  case ir::TypeKind::period: return {"a period", "`2024-01-01 to 2024-12-31`"};
  case ir::TypeKind::datetime: return {"a time", "`2024-01-31T14:30Z`"};
  case ir::TypeKind::datetime_period:
    return {"a period of datetimes", "`2024-01-01T08:00Z to 2024-01-02T16:30Z`"};
  default: return {"a value", "any text"};
  }
}

std::optional<Value> row_value(const Model& model, std::string_view text, bool quoted, const ir::Type& type,
                               Span span, Diagnostics& diagnostics) {
  const ir::Entity& target = model.program.entities[type.target];
  if (target.kind == ir::EntityKind::table) {
    const auto& rows = model.row_names[type.target];
    const std::string name(text);
    if (const auto found = rows.find(name); found != rows.end()) return Value::of_row(found->second);
    if (target.keys.size() > 1) {
      diagnostics.error("G109", span,
                        "A row of `" + target.name + "` is named by " + std::to_string(target.keys.size()) +
                            " keys, which do not fit in one cell.");
      return std::nullopt;
    }
    if (target.keys.empty()) return std::nullopt;  // the table is already reported
    Diagnostic& diagnostic =
        diagnostics.error("G109", span, "The table `" + target.name + "` has no row `" + name + "`.",
                          did_you_mean(name, sorted_keys(rows)));
    if (auto note = removal_note(model, name)) diagnostic.notes.push_back(std::move(*note));
    return std::nullopt;
  }
  if (target.keys.size() == 1) {
    const ir::Type& key = model.program.columns[target.keys.front()].type;
    return cell_value(model, text, quoted, key, span, diagnostics);
  }
  if (!target.keys.empty()) {
    diagnostics.error("G109", span,
                      "A row of `" + target.name + "` has " + std::to_string(target.keys.size()) +
                          " keys and cannot be named in one cell.");
  }
  return std::nullopt;
}

struct KeyPart {
  std::string name;  ///< "claim", "claim_line.number"
  ir::Type type;
};

/// What a row of data is named by: its keys, those of a row of data in its place.
void add_key_parts(const Model& model, uint32_t entity, const std::string& before, size_t depth,
                   std::vector<KeyPart>& parts) {
  if (depth > model.program.entities.size()) return;  // a key in a circle is reported elsewhere
  for (const uint32_t key : model.program.entities[entity].keys) {
    const ir::Column& column = model.program.columns[key];
    const bool to_data = column.type.kind == ir::TypeKind::link &&
                         model.program.entities[column.type.target].kind == ir::EntityKind::data;
    if (!to_data) {
      parts.push_back({before + column.name, column.type});
      continue;
    }
    const size_t first = parts.size();
    add_key_parts(model, column.type.target, before + column.name + ".", depth + 1, parts);
    if (parts.size() == first + 1) parts.back().name = before + column.name;
  }
}

/// `c1, 2` to its pieces; a comma in quotes belongs to its piece.
std::vector<ast::Cellule> key_pieces(const ast::Cellule& cell) {
  const std::string text = cell.quoted ? "\"" + cell.text + "\"" : cell.text;
  std::vector<ast::Cellule> pieces;
  for (size_t at = 0; at <= text.size();) {
    size_t end = at;
    for (bool quoted = false; end < text.size() && (quoted || text[end] != ','); ++end)
      quoted = quoted != (text[end] == '"');
    std::string piece = text.substr(at, end - at);
    piece.erase(0, std::min(piece.find_first_not_of(' '), piece.size()));
    piece.erase(piece.find_last_not_of(' ') + 1);
    ast::Cellule made;
    made.span = cell.span;
    made.quoted = piece.size() >= 2 && piece.front() == '"' && piece.back() == '"';
    made.text = made.quoted ? piece.substr(1, piece.size() - 2) : piece;
    pieces.push_back(std::move(made));
    at = end + 1;
  }
  return pieces;
}

}  // namespace

std::optional<Value> cell_value(const Model& model, std::string_view text, bool quoted, const ir::Type& type,
                                Span span, Diagnostics& diagnostics) {
  if (text.empty() && !quoted) {
    if (type.optional || type.kind == ir::TypeKind::codes) return Value::of_missing();
    diagnostics.error("G106", span, "This cell is empty, but its column must have a value in every row.",
                      "Fill it in, or let the column's type end in `?`.");
    return std::nullopt;
  }
  if (type.kind == ir::TypeKind::enumeration) {
    const auto& values = model.enum_values[type.target];
    const std::string name(text);
    if (const auto found = values.find(name); found != values.end())
      return Value::of_enumeration(found->second);
    const ir::Enumeration& enumeration = model.program.enums[type.target];
    std::string help = did_you_mean(name, enumeration.values);
    if (help.empty()) help = "Its values are " + any_of(enumeration.values) + ".";
    Diagnostic& diagnostic = diagnostics.error(
        "G109", span, "`" + name + "` is no value of the enum `" + enumeration.name + "`.", std::move(help));
    if (auto note = removal_note(model, name)) diagnostic.notes.push_back(std::move(*note));
    return std::nullopt;
  }
  if (type.kind == ir::TypeKind::link) return row_value(model, text, quoted, type, span, diagnostics);
  // A code is written with a |, and then in quotes.
  const bool may_be_quoted = type.kind == ir::TypeKind::text || type.kind == ir::TypeKind::codes;
  auto value = quoted && !may_be_quoted ? std::nullopt : plain_value(model, text, type.kind);
  if (!value) {
    const Wanted wanted = wanted_cell(model.program, type.kind);
    diagnostics.error("G107", span, "`" + std::string(text) + "` is not " + wanted.what + ".",
                      "Write it like " + wanted.like +
                          (quoted && !may_be_quoted ? ", without quotation marks."
                                                    : ", or change the type of its column."));
  }
  return value;
}

std::optional<std::vector<Value>> test_values(const Model& model, const ast::Cellule& cell,
                                              const ir::Type& type, Diagnostics& diagnostics) {
  std::vector<KeyPart> parts;
  const bool to_data =
      type.kind == ir::TypeKind::link && model.program.entities[type.target].kind == ir::EntityKind::data;
  if (to_data) add_key_parts(model, type.target, "", 0, parts);
  std::vector<Value> values;
  if (parts.size() < 2) {
    auto value = cell_value(model, cell.text, cell.quoted, type, cell.span, diagnostics);
    if (!value) return std::nullopt;
    values.push_back(std::move(*value));
    return values;
  }
  const std::vector<ast::Cellule> pieces = key_pieces(cell);
  if (pieces.size() != parts.size()) {
    std::string names;
    for (const KeyPart& part : parts) names += (names.empty() ? "" : ", ") + part.name;
    const std::string target = model.program.entities[type.target].name;
    diagnostics.error("G109", cell.span,
                      "A row of `" + target + "` is named by the " + std::to_string(parts.size()) +
                          " parts of its key, and this cell has " +
                          (pieces.size() == 1 ? "one." : std::to_string(pieces.size()) + "."),
                      "Write them with commas between: `" + names +
                          "`. What has a comma in it stands in quotes.");
    return std::nullopt;
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    auto value = cell_value(model, pieces[i].text, pieces[i].quoted, parts[i].type, cell.span, diagnostics);
    if (!value) return std::nullopt;
    values.push_back(std::move(*value));
  }
  return values;
}

bool is_reported(const Model& model, const std::string& name) {
  return model.incomplete || model.refused.contains(name);
}

std::optional<Note> removal_note(const Model& model, const std::string& name) {
  const auto found = model.removed.find(name);
  if (found == model.removed.end()) return std::nullopt;
  const ir::Removal& removal = model.program.removals[found->second];
  std::string by;
  for (const auto& module : model.modules) {
    if (module->file == removal.span.file) by = " by `" + module->name.text + "`";
  }
  return Note{removal.span, "`" + removal.name + "` was removed" + by + ", because \"" + removal.because +
                                "\". Replace or remove, `because …`, what still needs it."};
}

std::optional<ir::Type> named_type(const Model& model, const ast::TypeName& name, Diagnostics& diagnostics) {
  ir::Type type;
  type.optional = name.optional;
  if (name.name.text == "codes" && name.optional) {
    diagnostics.error("G004", name.span, "`codes` are never missing: a set of codes may be empty.",
                      "Take away the `?`; `is missing` asks whether there is none.");
    type.optional = false;
  }
  for (const Builtin& builtin : builtins) {
    if (builtin.name == name.name.text) {
      type.kind = builtin.kind;
      return type;
    }
  }
  if (const auto entity = model.entities.find(name.name.text); entity != model.entities.end()) {
    type.kind = ir::TypeKind::link;
    type.target = entity->second;
    return type;
  }
  if (const auto enumeration = model.enums.find(name.name.text); enumeration != model.enums.end()) {
    type.kind = ir::TypeKind::enumeration;
    type.target = enumeration->second;
    return type;
  }
  if (const auto plural = model.plurals.find(name.name.text); plural != model.plurals.end()) {
    type.kind = ir::TypeKind::collection;
    type.target = plural->second;
    type.optional = false;
    return type;
  }
  if (name.name.text.empty() || is_reported(model, name.name.text)) return std::nullopt;
  if (name.name.text == "code" || name.name.text == "valueset") {
    const bool code = name.name.text == "code";
    diagnostics.error("G004", name.span,
                      code ? "There is no type `code`."
                           : "Only an argument of a definition can be a `valueset`.",
                      code ? "Write `codes`: a set of codes, which may hold one, several or none."
                           : "What a row has are `codes`; name a value set with `valueset NAME \"url\"`.");
    return std::nullopt;
  }
  std::vector<std::string> names;
  for (const Builtin& builtin : builtins) names.emplace_back(builtin.name);
  for (const auto& [entity, index] : model.entities) names.push_back(entity);
  for (const auto& [enumeration, index] : model.enums) names.push_back(enumeration);
  std::sort(names.begin(), names.end());
  std::string help = did_you_mean(name.name.text, names);
  if (help.empty())
    help = "A type is text, number, integer, boolean, money, date, datetime, duration, period, period of "
           "datetimes, codes, quantity, an entity or an enum.";
  Diagnostic& diagnostic =
      diagnostics.error("G004", name.span, "There is no type `" + name.name.text + "`.", std::move(help));
  if (auto note = removal_note(model, name.name.text)) diagnostic.notes.push_back(std::move(*note));
  return std::nullopt;
}

std::optional<Value> literal_value(const Model& model, const ast::Expr& expr, const ir::Type& type,
                                   Diagnostics& diagnostics) {
  const ast::Expr* written = &expr;
  bool negative = false;
  if (const auto* unary = std::get_if<ast::Unary>(&expr.node);
      unary != nullptr && unary->op == ast::UnaryOp::negate) {
    negative = true;
    written = unary->operand.get();
  }
  std::string text;
  bool quoted = false;
  if (const auto* literal = std::get_if<ast::Literal>(&written->node)) {
    text = literal->text;
    quoted = literal->kind == ast::LiteralKind::text;
    if (literal->kind == ast::LiteralKind::percent && !text.ends_with('%')) text += '%';
    if (literal->kind == ast::LiteralKind::money && !literal->unit.empty() &&
        !text.starts_with(literal->unit)) {
      text.insert(0, literal->unit);
    }
    if (literal->kind == ast::LiteralKind::duration) text += " " + literal->unit;
  } else if (const auto* name = std::get_if<ast::NameRef>(&written->node)) {
    text = name->name;
  } else if (const auto* range = std::get_if<ast::Range>(&written->node);
             range != nullptr && range->low &&
             (type.kind == ir::TypeKind::period || type.kind == ir::TypeKind::datetime_period)) {
    const auto* low = std::get_if<ast::Literal>(&range->low->node);
    const auto* high = range->high ? std::get_if<ast::Literal>(&range->high->node) : nullptr;
    if (low != nullptr && (high != nullptr || range->ends == ast::RangeEnds::from_low)) {
      text = high == nullptr ? low->text + " or later" : low->text + " to " + high->text;
    }
  }
  if (text.empty() && !quoted) {
    diagnostics.error("G502", expr.span, "A plain value must stand here.",
                      "Write a number, an amount, a date, a text or a name.");
    return std::nullopt;
  }
  if (negative) text.insert(0, "-");
  if (quoted && type.kind == ir::TypeKind::text) return Value::of_text(std::move(text));
  return cell_value(model, text, quoted, type, expr.span, diagnostics);
}

}  // namespace merit::model
