// Sources: how the columns of a payer's files fill the fields of entities.
#include <algorithm>
#include <fmt/format.h>

#include "compiler/model/declarer.h"
#include "compiler/model/names.h"

namespace merit::model {

namespace {

/// A pattern keeps what its one `*` stands for. Patterns are plain text otherwise.
bool check_pattern(const std::string& pattern, Span span, Diagnostics& diagnostics) {
  const auto stars = std::count(pattern.begin(), pattern.end(), '*');
  if (stars == 1) return true;
  diagnostics.error("G405", span,
                    stars == 0 ? "The pattern \"" + pattern + "\" keeps nothing of the cell."
                               : "The pattern \"" + pattern + "\" has " + std::to_string(stars) + " `*`.",
                    "Write `*` once, where the value stands, and `…` for what may be anything: \"*(…)\".");
  return false;
}

std::string field_path(const ir::Program& program, uint32_t column) {
  return program.entities[program.columns[column].entity].name + "." + program.columns[column].name;
}

}  // namespace

/// `column "…" like "…"`: the header, with what stands in its holes, and the patterns.
std::optional<ir::SourceValue> Declarer::cell_source(const ir::SourceBlock& block, const ast::Cell& cell,
                                                     Span span) {
  ir::SourceValue value;
  value.span = span;
  value.patterns = cell.patterns;
  bool sound = true;
  for (size_t i = 0; i < cell.patterns.size(); ++i) {
    const Span place = i < cell.pattern_spans.size() ? cell.pattern_spans[i] : span;
    sound = check_pattern(cell.patterns[i], place, diagnostics_) && sound;
  }
  const auto* interpolated =
      cell.interpolated ? std::get_if<ast::Interpolated>(&cell.interpolated->node) : nullptr;
  if (interpolated == nullptr) {
    value.header = {cell.header};
    return sound ? std::optional(std::move(value)) : std::nullopt;
  }
  value.header = interpolated->parts;
  if (block.for_each == ir::none) {
    diagnostics_.error(
        "G406", cell.header_span, "This header has a hole, and nothing says for which rows to fill it.",
        "Write the table: `" + model_.program.entities[block.entity].name + " for each TABLE:`.");
    return std::nullopt;
  }
  for (const ast::ExprPtr& hole : interpolated->holes) {
    if (!hole) return std::nullopt;
    uint32_t column = plain_column(block.for_each, *hole);
    if (column == ir::none) {
      const size_t number = model_.program.entities[block.for_each].columns.size();
      column = add_hidden(block.for_each, "header." + std::to_string(number), *hole, {});
    }
    value.header_holes.push_back(column);
  }
  return sound ? std::optional(std::move(value)) : std::nullopt;
}

/// `column "…" is "text"`: a yes or no.
std::optional<ir::SourceValue> Declarer::compared_source(const ir::SourceBlock& block,
                                                         const ir::Column& field, const ast::Binary& binary,
                                                         Span span) {
  auto result = cell_source(block, std::get<ast::Cell>(binary.left->node), span);
  const auto* text = std::get_if<ast::Literal>(&binary.right->node);
  if (text == nullptr || text->kind != ast::LiteralKind::text) {
    diagnostics_.error("G409", binary.right->span, "A cell of a file is compared with a text.",
                       "Write it as it stands in the file, in quotation marks: `is \"Yes\"`.");
    return std::nullopt;
  }
  if (field.type.kind != ir::TypeKind::boolean) {
    diagnostics_.error("G409", span,
                       "This is a yes or no, and `" + field.name + "` is of type `" +
                           ir::type_text(model_.program, field.type) + "`.",
                       "Let the field be `boolean`.");
    return std::nullopt;
  }
  if (!result) return std::nullopt;
  if (!result->patterns.empty()) {
    diagnostics_.error("G409", span, "A cell is compared as it stands, and this one has a `like`.",
                       "Read the text into a field, and compare that in a `for each`.");
    return std::nullopt;
  }
  result->kind =
      binary.op == ast::BinaryOp::is ? ir::SourceValue::Kind::cell_is : ir::SourceValue::Kind::cell_is_not;
  result->value = Value::of_text(text->text);
  return result;
}

std::optional<ir::SourceValue> Declarer::source_value(const ir::SourceBlock& block, const ir::Column& field,
                                                      const ast::SourceBlock& written,
                                                      const ast::Expr& value) {
  using Kind = ir::SourceValue::Kind;
  if (const auto* cell = std::get_if<ast::Cell>(&value.node)) return cell_source(block, *cell, value.span);
  if (const auto* binary = std::get_if<ast::Binary>(&value.node);
      binary != nullptr && std::holds_alternative<ast::Cell>(binary->left->node) &&
      (binary->op == ast::BinaryOp::multiply || binary->op == ast::BinaryOp::divide)) {
    auto result = cell_source(block, std::get<ast::Cell>(binary->left->node), value.span);
    if (field.type.kind != ir::TypeKind::number && field.type.kind != ir::TypeKind::integer &&
        field.type.kind != ir::TypeKind::money) {
      diagnostics_.error("G409", value.span,
                         "Only numbers and amounts can be scaled, and `" + field.name + "` is of type `" +
                             ir::type_text(model_.program, field.type) + "`.");
      return std::nullopt;
    }
    ir::Type number;
    const auto factor = literal_value(model_, *binary->right, number, diagnostics_);
    if (!result || !factor) return std::nullopt;
    if (binary->op == ast::BinaryOp::divide && factor->number().is_zero()) {
      diagnostics_.error("G409", binary->right->span, "Nothing can be divided by 0.");
      return std::nullopt;
    }
    result->scale = binary->op == ast::BinaryOp::multiply ? factor->number() : Number(1) / factor->number();
    return result;
  }
  if (const auto* binary = std::get_if<ast::Binary>(&value.node);
      binary != nullptr && std::holds_alternative<ast::Cell>(binary->left->node) &&
      (binary->op == ast::BinaryOp::is || binary->op == ast::BinaryOp::is_not)) {
    return compared_source(block, field, *binary, value.span);
  }
  // [not] (column "…") is known | missing
  const ast::Expr* inner = &value;
  bool flipped = false;
  while (const auto* unary = std::get_if<ast::Unary>(&inner->node)) {
    if (unary->op == ast::UnaryOp::logical_not) {
      flipped = !flipped;
      inner = unary->operand.get();
      continue;
    }
    const auto* cell = std::get_if<ast::Cell>(&unary->operand->node);
    if (cell == nullptr || unary->op == ast::UnaryOp::negate) break;
    auto result = cell_source(block, *cell, value.span);
    if (field.type.kind != ir::TypeKind::boolean) {
      diagnostics_.error("G409", value.span,
                         "This is a yes or no, and `" + field.name + "` is of type `" +
                             ir::type_text(model_.program, field.type) + "`.",
                         "Let the field be `boolean`.");
      return std::nullopt;
    }
    if (result)
      result->kind = (unary->op == ast::UnaryOp::is_known) != flipped ? Kind::cell_known : Kind::cell_missing;
    return result;
  }
  ir::SourceValue result;
  result.span = value.span;
  if (const auto* name = std::get_if<ast::NameRef>(&value.node);
      name != nullptr && written.for_each && name->name == written.for_each->text) {
    if (field.type.kind != ir::TypeKind::link || field.type.target != block.for_each) {
      diagnostics_.error("G409", value.span,
                         "`" + name->name + "` is a row of that table, and `" + field.name +
                             "` is of type `" + ir::type_text(model_.program, field.type) + "`.");
      return std::nullopt;
    }
    result.kind = Kind::for_each_row;
    return result;
  }
  if (const auto* member = std::get_if<ast::Member>(&value.node)) {
    const auto* row = std::get_if<ast::NameRef>(&member->object->node);
    const bool of_row = row != nullptr && written.for_each && row->name == written.for_each->text;
    const uint32_t column = of_row ? plain_column(block.for_each, value) : ir::none;
    if (column != ir::none && model_.program.columns[column].kind == ir::ColumnKind::constant) {
      const ir::Type& type = model_.program.columns[column].type;
      const bool whole = type.kind == ir::TypeKind::integer && field.type.kind == ir::TypeKind::number;
      if ((type.kind != field.type.kind && !whole) || type.target != field.type.target ||
          (type.optional && !field.type.optional)) {
        diagnostics_.error("G409", value.span,
                           "`" + text_of(value.span) + "` is of type `" +
                               ir::type_text(model_.program, type) + "`, and `" + field.name + "` of type `" +
                               ir::type_text(model_.program, field.type) + "`.");
        return std::nullopt;
      }
      result.kind = Kind::for_each_value;
      result.header_holes = {column};
      return result;
    }
  }
  const bool plain =
      std::holds_alternative<ast::Literal>(value.node) || std::holds_alternative<ast::NameRef>(value.node) ||
      std::holds_alternative<ast::Unary>(value.node) || std::holds_alternative<ast::Range>(value.node);
  if (!plain) {
    if (!std::holds_alternative<ast::Broken>(value.node)) {
      diagnostics_.error("G403", value.span, "A source says where a value stands; it does not compute.",
                         "Write `column \"Header\"`, with `like` or times a number if need be, and compute "
                         "in a `for each`.");
    }
    return std::nullopt;
  }
  auto constant = literal_value(model_, value, field.type, diagnostics_);
  if (!constant) return std::nullopt;
  result.kind = Kind::constant;
  result.value = std::move(*constant);
  return result;
}

/// The stored field that a line of a source fills; none (with a message) when there is none, or it is filled
/// already.
uint32_t Declarer::source_column(uint32_t entity, const ast::SourceField& line,
                                 std::unordered_map<uint32_t, Span>& here,
                                 std::unordered_map<uint32_t, Span>& filled) {
  const ast::Name& field = line.field;
  const auto member = model_.members[entity].find(field.text);
  const bool is_column =
      member != model_.members[entity].end() && member->second.kind == Member::Kind::column;
  if (!is_column && is_reported(model_, field.text)) return ir::none;
  if (!is_column || model_.program.columns[member->second.index].kind != ir::ColumnKind::stored) {
    std::vector<std::string> names;
    for (const uint32_t column : model_.program.entities[entity].columns) {
      if (model_.program.columns[column].kind == ir::ColumnKind::stored) {
        names.push_back(model_.program.columns[column].name);
      }
    }
    const std::string& name = model_.program.entities[entity].name;
    Diagnostic& diagnostic =
        diagnostics_.error("G401", field.span,
                           is_column ? "`" + field.text + "` of `" + name +
                                           "` is computed by a rule and cannot be read from a file."
                                     : "The entity `" + name + "` has no field `" + field.text + "`.",
                           is_column ? std::string() : did_you_mean(field.text, names));
    if (auto note = removal_note(model_, field.text)) diagnostic.notes.push_back(std::move(*note));
    return ir::none;
  }
  const uint32_t column = member->second.index;
  filled.try_emplace(column, line.span);
  const auto [first, fresh] = here.try_emplace(column, line.span);
  if (fresh) return column;
  diagnostics_.error("G408", field.span, "`" + field.text + "` is filled twice here.", "Take one out.")
      .notes.push_back(Note{first->second, "The first one is here."});
  return ir::none;
}

/// The entity whose rows a block gives; none (with a message) when its rows are not data.
uint32_t Declarer::source_entity(const ast::Name& name) {
  const uint32_t entity = entity_named(name);
  if (entity == ir::none || model_.program.entities[entity].kind == ir::EntityKind::data) return entity;
  diagnostics_.error("G401", name.span,
                     "`" + name.text + "` is made by the program and cannot be read from a file.");
  return ir::none;
}

void Declarer::source_block(ir::Source& source, const ast::SourceBlock& written,
                            std::unordered_map<uint32_t, Span>& filled) {
  ir::SourceBlock block;
  block.span = written.span;
  block.entity = source_entity(written.entity);
  if (block.entity == ir::none) return;
  // A copy: columns may be added below, and then addresses change.
  const std::string entity = model_.program.entities[block.entity].name;
  if (!written.each.empty() || !written.nested.empty()) {
    diagnostics_.error("G421", !written.each.empty() ? written.each_span : written.nested.front().span,
                       "A file of rows has no lists in it.",
                       "After `for each` stands a table here; lists are read in a `source fhir \"…\"`.");
    return;
  }
  if (written.for_each) {
    block.for_each = entity_named(*written.for_each);
    if (block.for_each == ir::none) return;
    if (model_.program.entities[block.for_each].kind != ir::EntityKind::table) {
      diagnostics_.error(
          "G404", written.for_each->span, "`" + written.for_each->text + "` is no table.",
          "After `for each` stands a table of this program, of which each row gives one row of `" + entity +
              "`.");
      return;
    }
    block.filter =
        add_condition(block.for_each, "where." + std::to_string(++conditions_), written.condition.get());
  }
  std::unordered_map<uint32_t, Span> here;
  for (const ast::SourceField& field : written.fields) {
    if (field.field.text.empty() || !field.value) continue;
    const uint32_t column = source_column(block.entity, field, here, filled);
    if (column == ir::none) continue;
    const ir::Column field_column{model_.program.columns[column].name,
                                  block.entity,
                                  model_.program.columns[column].type,
                                  ir::ColumnKind::stored,
                                  false,
                                  false,
                                  {},
                                  {},
                                  {},
                                  nullptr};
    auto value = source_value(block, field_column, written, *field.value);
    if (value) block.fields.push_back(ir::SourceField{column, std::move(*value)});
  }
  for (const uint32_t key : model_.program.entities[block.entity].keys) {
    if (here.contains(key)) continue;
    const std::string& name = model_.program.columns[key].name;
    diagnostics_.error("G402", written.entity.span,
                       fmt::format("This does not say where the key `{}` of `{}` stands.", name, entity),
                       fmt::format("Add a line `{} = column \"…\"`.", name));
  }
  source.blocks.push_back(std::move(block));
}

/// A field that must have a value and that none of its entity's sources fills would stop every run.
void Declarer::unfilled_fields(const std::unordered_map<uint32_t, Span>& filled) {
  std::vector<Span> sourced(model_.program.entities.size());
  std::vector<bool> has_source(model_.program.entities.size(), false);
  for (const ir::Source& source : model_.program.sources) {
    for (const ir::SourceBlock& block : source.blocks) {
      if (!has_source[block.entity]) sourced[block.entity] = block.span;
      has_source[block.entity] = true;
    }
  }
  const auto visit = [&](const auto& self, const ir::FhirBlock& block) -> void {
    if (!has_source[block.entity]) sourced[block.entity] = block.span;
    has_source[block.entity] = true;
    for (const ir::FhirBlock& inner : block.blocks) self(self, inner);
  };
  for (const ir::FhirSource& source : model_.program.fhir_sources) {
    for (const ir::FhirBlock& block : source.blocks) visit(visit, block);
  }
  for (uint32_t i = 0; i < model_.program.columns.size(); ++i) {
    const ir::Column& column = model_.program.columns[i];
    if (column.kind != ir::ColumnKind::stored || column.key || column.type.optional ||
        !has_source[column.entity])
      continue;
    if (filled.contains(i)) continue;
    diagnostics_
        .error("G407", column.span,
               "No source fills `" + field_path(model_.program, i) + "`, which must have a value.",
               "Add a line to a source, or let the field's type end in `?`.")
        .notes.push_back(Note{sourced[column.entity], "The entity is filled here."});
  }
}

/// Where headers and data stand in the file, on which all sources of the file agree.
void Declarer::source_rows(const ast::Source& written, ir::Source& source) {
  source.header_first = written.header_first;
  source.header_last = written.header_last;
  source.data_from = written.data_from;
  if (source.data_from <= source.header_last) {
    diagnostics_.error(
        "G410", written.rows_span, "The data of this file begin before its headers end.",
        fmt::format("The headers end in row {}; data begin in a later one.", source.header_last));
    source.data_from = source.header_last + 1;
  }
  for (const ir::Source& other : model_.program.sources) {
    if (other.file != source.file) continue;
    if (other.header_first == source.header_first && other.header_last == source.header_last &&
        other.data_from == source.data_from)
      continue;
    diagnostics_
        .error("G410", written.rows_span.file == 0 ? written.file_span : written.rows_span,
               fmt::format("The file \"{}\" is read twice, and its headers and data are said to stand in "
                           "different rows.",
                           source.file),
               "Give both sources the same `headers in` and `data from` lines.")
        .notes.push_back(Note{other.span, "It is also read here."});
    return;
  }
}

void Declarer::sources() {
  std::unordered_map<uint32_t, Span> filled;  // by column: where first
  for (const auto& [node, declaration] : all<ast::Source>()) {
    if (node->fhir) {
      fhir_source(*node, filled);
      continue;
    }
    if (node->condition) {
      diagnostics_.error("G421", node->condition->span, "A file of rows is read whole.",
                         "Choose among its rows in the rules: `... where CONDITION`.");
    }
    ir::Source source;
    source.file = node->file;
    source.optional = node->optional;
    source.json = node->json;
    source.missing = node->missing;
    source.span = node->file_span;
    source_rows(*node, source);
    for (const ast::SourceBlock& block : node->blocks) source_block(source, block, filled);
    model_.program.sources.push_back(std::move(source));
  }
  unfilled_fields(filled);
}

}  // namespace merit::model
