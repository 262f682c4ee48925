// Sources of FHIR: how what stands in resources fills the fields of entities.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/model/declarer.h"
#include "compiler/model/names.h"
#include "runtime/values/ucum.h"

namespace merit::model {

namespace {

using Kind = ir::FhirValue::Kind;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_element_name(std::string_view name) {
  return !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

/// Reads the steps of a path; empty and with the reason in `wrong` when it is none.
class PathReader {
 public:
  explicit PathReader(std::string_view text) : text_(text) {}

  std::vector<ir::PathStep> read(std::string& wrong) {
    std::vector<ir::PathStep> steps;
    do {
      ir::PathStep step;
      const size_t begin = at_;
      while (at_ < text_.size() && text_[at_] != '.' && text_[at_] != '(' && text_[at_] != '[') ++at_;
      step.name = text_.substr(begin, at_ - begin);
      if (!is_element_name(step.name)) {
        wrong = step.name.empty() ? "An element's name is missing in it." : "`" + step.name + "` is no name.";
        return {};
      }
      if (skip("[x]")) step.kind = ir::PathStep::Kind::choice;
      if (at_ < text_.size() && text_[at_] == '(' && !url(step, wrong)) return {};
      if (at_ < text_.size() && text_[at_] != '.') {
        wrong = fmt::format("After `{}` stands what no path has.", text_.substr(0, at_));
        return {};
      }
      steps.push_back(std::move(step));
    } while (skip("."));
    return steps;
  }

 private:
  bool skip(std::string_view sign) {
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }

  bool url(ir::PathStep& step, std::string& wrong) {
    const size_t end = text_.find("')", at_);
    const bool quoted = text_.substr(at_).starts_with("('") && end != std::string_view::npos && end > at_ + 2;
    if (!quoted || (step.name != "extension" && step.name != "modifierExtension")) {
      wrong = "An extension is named by its url in single quotes: extension('http://…').";
      return false;
    }
    step.kind = ir::PathStep::Kind::extension;
    step.url = text_.substr(at_ + 2, end - at_ - 2);
    at_ = end + 2;
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
};

const ast::Path* as_path(const ast::ExprPtr& expr) {
  return expr ? std::get_if<ast::Path>(&expr->node) : nullptr;
}

/// `a or b or c` as [a, b, c].
void alternatives(const ast::Expr& expr, std::vector<const ast::Expr*>& list) {
  const auto* binary = std::get_if<ast::Binary>(&expr.node);
  if (binary == nullptr || binary->op != ast::BinaryOp::logical_or) {
    list.push_back(&expr);
    return;
  }
  alternatives(*binary->left, list);
  alternatives(*binary->right, list);
}

bool is_condition(const ast::Expr& expr) {
  if (const auto* unary = std::get_if<ast::Unary>(&expr.node)) return unary->op != ast::UnaryOp::negate;
  if (std::holds_alternative<ast::IfMissing>(expr.node)) return true;
  const auto* binary = std::get_if<ast::Binary>(&expr.node);
  if (binary == nullptr) return false;
  switch (binary->op) {
  case ast::BinaryOp::is:
  case ast::BinaryOp::is_not:
  case ast::BinaryOp::in:
  case ast::BinaryOp::not_in:
  case ast::BinaryOp::logical_and: return true;
  case ast::BinaryOp::logical_or: return is_condition(*binary->left) || is_condition(*binary->right);
  default: return false;
  }
}

/// The text that a literal has in a resource: "final", true, 3.
std::optional<std::string> literal_text(const ast::Expr& expr) {
  const auto* literal = std::get_if<ast::Literal>(&expr.node);
  if (literal == nullptr) return std::nullopt;
  switch (literal->kind) {
  case ast::LiteralKind::text:
  case ast::LiteralKind::boolean:
  case ast::LiteralKind::number:
  case ast::LiteralKind::date: return literal->text;
  default: return std::nullopt;
  }
}

ir::FhirValue negated(ir::FhirValue value) {
  ir::FhirValue result;
  result.kind = Kind::logical_not;
  result.span = value.span;
  result.args.push_back(std::move(value));
  return result;
}

}  // namespace

/// `path "c.code"`: from which element around it, and the steps from there.
bool Declarer::fhir_path(const std::string& text, Span span, const Aliases& around, uint32_t& from,
                         std::vector<ir::PathStep>& steps) {
  std::string wrong;
  steps = PathReader(text).read(wrong);
  if (steps.empty()) {
    diagnostics_.error("G420", span, fmt::format("The path \"{}\" cannot be read. {}", text, wrong),
                       "Write the names of elements with points between them: \"code.coding.code\", "
                       "\"value[x]\" for a choice, \"extension('http://…').value[x]\".");
    return false;
  }
  from = 0;
  if (steps[0].kind != ir::PathStep::Kind::element) return true;
  for (uint32_t level = static_cast<uint32_t>(around.size()); level > 0; --level) {
    if (around[level - 1] != steps[0].name) continue;
    from = level;
    steps.erase(steps.begin());
    return true;
  }
  return true;
}

std::optional<ir::FhirValue> Declarer::fhir_comparison(const Aliases& around, const ast::Binary& binary,
                                                       Span span) {
  ir::FhirValue value;
  value.kind = Kind::is_one_of;
  value.span = span;
  const ast::Path* path = as_path(binary.left);
  std::vector<const ast::Expr*> wanted;
  alternatives(*binary.right, wanted);
  bool plain = path != nullptr;
  for (const ast::Expr* expr : wanted) {
    auto text = literal_text(*expr);
    plain = plain && text;
    if (text) value.texts.push_back(std::move(*text));
  }
  if (!plain) {
    diagnostics_.error(
        "G423", span, "In a source, what stands at a path is compared with plain values.",
        "Write path \"status\" is \"final\", or path \"status\" in (\"final\" or \"amended\"); "
        "compute anything else in a `for each`.");
    return std::nullopt;
  }
  if (!fhir_path(path->text, path->text_span, around, value.from, value.steps)) return std::nullopt;
  const bool flip = binary.op == ast::BinaryOp::is_not || binary.op == ast::BinaryOp::not_in;
  return flip ? negated(std::move(value)) : std::move(value);
}

std::optional<ir::FhirValue> Declarer::fhir_condition(const Aliases& around, const ast::Expr& expr) {
  ir::FhirValue value;
  value.span = expr.span;
  if (const auto* path = std::get_if<ast::Path>(&expr.node)) {
    value.kind = Kind::is_one_of;
    value.texts = {"true"};
    if (!fhir_path(path->text, path->text_span, around, value.from, value.steps)) return std::nullopt;
    return value;
  }
  if (const auto* unary = std::get_if<ast::Unary>(&expr.node)) {
    if (unary->op == ast::UnaryOp::logical_not) {
      auto inner = fhir_condition(around, *unary->operand);
      return inner ? std::optional(negated(std::move(*inner))) : std::nullopt;
    }
    const ast::Path* path = as_path(unary->operand);
    if (path != nullptr && unary->op != ast::UnaryOp::negate) {
      value.kind = unary->op == ast::UnaryOp::is_known ? Kind::is_known : Kind::is_missing;
      if (!fhir_path(path->text, path->text_span, around, value.from, value.steps)) return std::nullopt;
      return value;
    }
  }
  if (const auto* fallback = std::get_if<ast::IfMissing>(&expr.node);
      fallback != nullptr && as_path(fallback->value) != nullptr) {
    const auto* literal = std::get_if<ast::Literal>(&fallback->fallback->node);
    auto holds = fhir_condition(around, *fallback->value);
    if (literal != nullptr && literal->kind == ast::LiteralKind::boolean && holds) {
      if (literal->text == "false") return holds;
      ir::FhirValue missing = *holds;
      missing.kind = Kind::is_missing;
      missing.texts.clear();
      value.kind = Kind::logical_or;
      value.args.push_back(std::move(*holds));
      value.args.push_back(std::move(missing));
      return value;
    }
  }
  if (const auto* binary = std::get_if<ast::Binary>(&expr.node)) {
    if (binary->op == ast::BinaryOp::logical_and || binary->op == ast::BinaryOp::logical_or) {
      auto left = fhir_condition(around, *binary->left);
      auto right = fhir_condition(around, *binary->right);
      if (!left || !right) return std::nullopt;
      value.kind = binary->op == ast::BinaryOp::logical_and ? Kind::logical_and : Kind::logical_or;
      value.args.push_back(std::move(*left));
      value.args.push_back(std::move(*right));
      return value;
    }
    if (is_condition(expr)) return fhir_comparison(around, *binary, expr.span);
  }
  if (!std::holds_alternative<ast::Broken>(expr.node)) {
    diagnostics_.error(
        "G423", expr.span, "A source asks only what stands in the resource.",
        "Write path \"status\" is \"final\", (path \"value[x]\") is known, or several of them with "
        "`and`, `or`, `not`.");
  }
  return std::nullopt;
}

std::optional<ir::FhirValue> Declarer::fhir_value(const ir::Column& field, const Aliases& around,
                                                  const ast::Expr& expr) {
  ir::FhirValue value;
  value.span = expr.span;
  const auto misfit = [&](std::string_view what, std::string_view wanted) {
    diagnostics_.error("G423", expr.span,
                       fmt::format("{}, and `{}` is of type `{}`.", what, field.name,
                                   ir::type_text(model_.program, field.type)),
                       fmt::format("Let the field be {}.", wanted));
    return std::nullopt;
  };
  if (const auto* path = std::get_if<ast::Path>(&expr.node)) {
    if (field.type.kind == ir::TypeKind::duration) {
      return misfit("A resource says no duration that would be one", "an integer, and name the unit");
    }
    if (field.type.kind == ir::TypeKind::link &&
        model_.program.entities[field.type.target].keys.size() != 1) {
      return misfit("A reference names a row by one text", "a link to an entity with one key");
    }
    if (!fhir_path(path->text, path->text_span, around, value.from, value.steps)) return std::nullopt;
    return value;
  }
  if (const auto* wanted = std::get_if<ast::InUnit>(&expr.node);
      wanted != nullptr && as_path(wanted->value) != nullptr) {
    if (field.type.kind != ir::TypeKind::number) return misfit("This is a number", "`number?`");
    const ast::Path* path = as_path(wanted->value);
    std::string problem;
    if (!ucum::parse(wanted->unit, &problem)) {
      diagnostics_.error("G423", wanted->unit_span, "This is no unit of UCUM: " + problem + ".",
                         "Write it as https://ucum.org does: 'mg/dL', 'd', '%'.");
      return std::nullopt;
    }
    value.text = wanted->unit;
    if (!fhir_path(path->text, path->text_span, around, value.from, value.steps)) return std::nullopt;
    return value;
  }
  if (is_condition(expr)) {
    if (field.type.kind != ir::TypeKind::boolean) return misfit("This is a yes or no", "`boolean`");
    return fhir_condition(around, expr);
  }
  if (const auto* only = std::get_if<ast::Only>(&expr.node)) {
    if (field.type.kind != ir::TypeKind::link) return misfit("This names a resource", "a link");
    value.kind = Kind::only;
    value.text = only->resource;
    return value;
  }
  if (const auto* position = std::get_if<ast::PositionOf>(&expr.node)) {
    if (field.type.kind != ir::TypeKind::integer) return misfit("This is a whole number", "`integer`");
    value.kind = Kind::position;
    const auto found = std::find(around.rbegin(), around.rend(), position->element.text);
    if (found != around.rend()) {
      value.from = static_cast<uint32_t>(around.rend() - found);
      return value;
    }
    diagnostics_.error(
        "G422", position->element.span,
        fmt::format("No `for each` around this calls its elements `{}`.", position->element.text),
        around.empty() ? "Write it in a block such as `component for each \"component\" as c:`."
                       : fmt::format("Write `position of {}`.", around.back()));
    return std::nullopt;
  }
  if (const auto* count = std::get_if<ast::Aggregate>(&expr.node);
      count != nullptr && count->kind == ast::AggregateKind::count && as_path(count->collection) != nullptr) {
    if (field.type.kind != ir::TypeKind::integer) return misfit("This is a whole number", "`integer`");
    const ast::Path* path = as_path(count->collection);
    value.kind = Kind::count;
    if (!fhir_path(path->text, path->text_span, around, value.from, value.steps)) return std::nullopt;
    return value;
  }
  if (const auto* name = std::get_if<ast::NameRef>(&expr.node);
      name != nullptr && name->name == "fingerprint") {
    if (field.type.kind != ir::TypeKind::text) return misfit("The fingerprint is a text", "`text`");
    value.kind = Kind::fingerprint;
    return value;
  }
  if (const auto* binary = std::get_if<ast::Binary>(&expr.node);
      binary != nullptr && binary->op == ast::BinaryOp::logical_or) {
    std::vector<const ast::Expr*> all;
    alternatives(expr, all);
    value.kind = Kind::first_of;
    for (const ast::Expr* one : all) {
      auto alternative = fhir_value(field, around, *one);
      if (!alternative) return std::nullopt;
      value.args.push_back(std::move(*alternative));
    }
    return value;
  }
  const bool plain =
      std::holds_alternative<ast::Literal>(expr.node) || std::holds_alternative<ast::NameRef>(expr.node) ||
      std::holds_alternative<ast::Unary>(expr.node) || std::holds_alternative<ast::Range>(expr.node);
  if (!plain) {
    if (std::holds_alternative<ast::Cell>(expr.node)) {
      diagnostics_.error("G421", expr.span, "A resource has no columns.",
                         "Write where the value stands in it: path \"birthDate\".");
    } else if (!std::holds_alternative<ast::Broken>(expr.node)) {
      diagnostics_.error(
          "G403", expr.span, "A source says where a value stands; it does not compute.",
          "Write `path \"element\"`, several of them with `or` between, and compute in a `for each`.");
    }
    return std::nullopt;
  }
  auto constant = literal_value(model_, expr, field.type, diagnostics_);
  if (!constant) return std::nullopt;
  value.kind = Kind::constant;
  value.value = std::move(*constant);
  return value;
}

/// What the nesting itself fills: the link to the row around, and the place in the list.
void Declarer::fhir_nesting(const ast::SourceBlock& written, ir::FhirBlock& block, const ir::FhirBlock* owner,
                            const Aliases& around, std::unordered_map<uint32_t, Span>& here,
                            std::unordered_map<uint32_t, Span>& filled) {
  const ir::Entity& entity = model_.program.entities[block.entity];
  const auto fill = [&](uint32_t column, Kind kind) {
    ir::FhirValue value;
    value.kind = kind;
    value.span = written.span;
    if (kind == Kind::position) value.from = static_cast<uint32_t>(around.size());
    here.emplace(column, written.entity.span);
    filled.try_emplace(column, written.entity.span);
    block.fields.push_back(ir::FhirField{column, std::move(value)});
  };
  bool placed = false;
  bool owned = owner == nullptr;
  for (const uint32_t key : entity.keys) {
    if (here.contains(key)) continue;
    const ir::Type& type = model_.program.columns[key].type;
    if (!owned && type.kind == ir::TypeKind::link && type.target == owner->entity) {
      fill(key, Kind::owner);
      owned = true;
    } else if (owner != nullptr && !placed && type.kind == ir::TypeKind::integer) {
      fill(key, Kind::position);
      placed = true;
    }
  }
  if (!owned) {
    diagnostics_.error(
        "G422", written.entity.span,
        fmt::format("Nothing in the key of `{}` says to which `{}` a row belongs.", entity.name,
                    model_.program.entities[owner->entity].name),
        fmt::format(
            "Give it the fields `key {0} : {0}` and `key position : integer`; the nesting fills them.",
            model_.program.entities[owner->entity].name));
  }
}

std::optional<ir::FhirBlock> Declarer::fhir_block(const ast::SourceBlock& written, const ir::FhirBlock* owner,
                                                  const Aliases& around,
                                                  std::unordered_map<uint32_t, Span>& filled) {
  ir::FhirBlock block;
  block.span = written.span;
  block.entity = source_entity(written.entity);
  if (block.entity == ir::none) return std::nullopt;
  const std::string entity = model_.program.entities[block.entity].name;
  if (written.for_each) {
    diagnostics_.error("G422", written.for_each->span, "In a resource, `for each` goes through a list of it.",
                       fmt::format("Write `{} for each \"component\" as c:`.", entity));
    return std::nullopt;
  }
  Aliases inside = around;
  if (!written.each.empty()) {
    block.each = true;
    if (!fhir_path(written.each, written.each_span, around, block.from, block.list)) return std::nullopt;
    if (owner != nullptr && block.from != around.size()) {
      diagnostics_.error(
          "G422", written.each_span,
          fmt::format("This list does not stand in what `{}` stands for.", around.back()),
          fmt::format("Write \"{}.{}\", or put the block where its list is.", around.back(), written.each));
      return std::nullopt;
    }
    if (block.list.empty()) {
      diagnostics_.error("G420", written.each_span, "This path names no list.",
                         fmt::format("Write \"{}.LIST\".", written.each));
      return std::nullopt;
    }
    inside.push_back(written.alias ? written.alias->text : std::string());
  }
  if (written.condition) block.filter = fhir_condition(inside, *written.condition);
  std::unordered_map<uint32_t, Span> here;
  for (const ast::SourceField& field : written.fields) {
    if (field.field.text.empty() || !field.value) continue;
    const uint32_t column = source_column(block.entity, field, here, filled);
    if (column == ir::none) continue;
    auto value = fhir_value(model_.program.columns[column], inside, *field.value);
    if (value) block.fields.push_back(ir::FhirField{column, std::move(*value)});
  }
  fhir_nesting(written, block, owner, inside, here, filled);
  for (const uint32_t key : model_.program.entities[block.entity].keys) {
    const ir::Type& type = model_.program.columns[key].type;
    const bool told = owner != nullptr && type.kind == ir::TypeKind::link && type.target == owner->entity;
    if (here.contains(key) || told) continue;
    const std::string& name = model_.program.columns[key].name;
    diagnostics_.error("G402", written.entity.span,
                       fmt::format("This does not say where the key `{}` of `{}` stands.", name, entity),
                       fmt::format("Add a line `{} = path \"…\"`.", name));
  }
  for (const ast::SourceBlock& nested : written.nested) {
    if (auto inner = fhir_block(nested, &block, inside, filled)) block.blocks.push_back(std::move(*inner));
  }
  return block;
}

/// Rows of a list that stand beside the block of the resource, not in it, belong to its row all the same when
/// their key has a link to it and no line fills that.
ir::FhirBlock* Declarer::fhir_owner(const ast::SourceBlock& written, ir::FhirSource& source) const {
  const auto entity = model_.entities.find(written.entity.text);
  if (written.each.empty() || entity == model_.entities.end()) return nullptr;
  for (const uint32_t key : model_.program.entities[entity->second].keys) {
    const ir::Column& column = model_.program.columns[key];
    const bool is_filled =
        std::any_of(written.fields.begin(), written.fields.end(),
                    [&](const ast::SourceField& field) { return field.field.text == column.name; });
    if (column.type.kind != ir::TypeKind::link || is_filled) continue;
    for (ir::FhirBlock& block : source.blocks) {
      if (!block.each && block.entity == column.type.target) return &block;
    }
  }
  return nullptr;
}

void Declarer::fhir_source(const ast::Source& written, std::unordered_map<uint32_t, Span>& filled) {
  ir::FhirSource source;
  source.resource = written.file;
  source.span = written.file_span;
  const bool named = is_element_name(written.file) && written.file[0] >= 'A' && written.file[0] <= 'Z' &&
                     std::all_of(written.file.begin(), written.file.end(), is_letter);
  if (!named) {
    diagnostics_.error("G420", written.file_span, fmt::format("\"{}\" is no type of resource.", written.file),
                       "Write its name as FHIR does: source fhir \"MedicationRequest\":");
    return;
  }
  if (written.optional || !written.missing.empty() || written.rows_span.file != 0) {
    diagnostics_.error("G421", written.rows_span.file != 0 ? written.rows_span : written.file_span,
                       "`optional`, `missing`, `headers` and `data` speak of the rows of a file.",
                       "Take them out: in a resource what is not there is missing.");
  }
  if (written.condition) source.filter = fhir_condition({}, *written.condition);
  for (const ast::SourceBlock& block : written.blocks) {
    ir::FhirBlock* owner = fhir_owner(block, source);
    auto made = fhir_block(block, owner, {}, filled);
    if (made) (owner == nullptr ? source.blocks : owner->blocks).push_back(std::move(*made));
  }
  model_.program.fhir_sources.push_back(std::move(source));
}

}  // namespace merit::model
