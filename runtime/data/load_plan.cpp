#include "runtime/data/load_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "runtime/data/json_rows.h"
#include "runtime/values/currency.h"

namespace merit::data {

namespace {

constexpr uint32_t deepest_link = 64;  // keys that are links to keys that are links ...

class Planner {
 public:
  Planner(const ir::Program& program, const std::unordered_set<uint32_t>* needed, Evaluation& tables,
          Diagnostics& diagnostics)
      : program_(program), needed_(needed), tables_(tables), diagnostics_(diagnostics) {
    const Currency* found = find_currency(program.currency);
    currency_ = found != nullptr ? found : &default_currency();
  }

  std::vector<FilePlan> plan() {
    std::unordered_set<uint32_t> sourced;
    for (const ir::Source& source : program_.sources) {
      for (const ir::SourceBlock& block : source.blocks) {
        sourced.insert(block.entity);
        plan_block(source, block);
      }
    }
    const auto visit = [&](const auto& self, const ir::FhirBlock& block) -> void {
      sourced.insert(block.entity);
      for (const ir::FhirBlock& inner : block.blocks) self(self, inner);
    };
    for (const ir::FhirSource& source : program_.fhir_sources) {
      for (const ir::FhirBlock& block : source.blocks) visit(visit, block);
    }
    for (uint32_t entity = 0; entity < program_.entities.size(); ++entity) {
      if (program_.entities[entity].kind == ir::EntityKind::data && !sourced.contains(entity))
        plan_own_file(entity);
    }
    return std::move(files_);
  }

 private:
  bool wanted(uint32_t column) const {
    return needed_ == nullptr || needed_->contains(column) || program_.columns[column].key;
  }

  /// The file of a source. All sources of one file agree on where its headers and its data are.
  FilePlan& file(const ir::Source& source) {
    FilePlan& plan = file(source.file, source.optional);
    plan.json = source.json;
    plan.header_first = source.header_first;
    plan.header_last = source.header_last;
    plan.data_from = source.data_from;
    return plan;
  }

  FilePlan& file(const std::string& name, bool optional) {
    const auto [entry, added] = by_name_.emplace(name, files_.size());
    if (added) files_.push_back(FilePlan{name, optional});
    FilePlan& plan = files_[entry->second];
    plan.optional = plan.optional && optional;
    return plan;
  }

  void error(Span span, std::string message, std::string help = {}) {
    diagnostics_.error("D040", span, std::move(message), std::move(help));
  }

  /// How the cells of a field are read; false (with a message) when its link cannot be given by one cell.
  bool cell_type(const ir::Column& column, Span span, CellType& type) {
    const ir::Column* cell = cell_column(program_, column);
    if (cell == nullptr) {
      const ir::Entity& target = program_.entities[column.type.target];
      error(span,
            fmt::format(
                "`{}` is a link to a {}, whose key has several parts; one cell of a file cannot give it.",
                column.name, target.name),
            fmt::format("Give {} a key of one column, or link to what its key is made of.", target.name));
      return false;
    }
    type.kind = cell->type.kind;
    if (type.kind == ir::TypeKind::enumeration) type.enumeration = &program_.enums[cell->type.target];
    if (type.kind == ir::TypeKind::money) type.currency = currency_;
    return true;
  }

  static uint32_t add_read(FilePlan& plan, ColumnRead read) {
    for (uint32_t i = 0; i < plan.reads.size(); ++i) {
      if (plan.reads[i].header == read.header && plan.reads[i].type == read.type) {
        plan.reads[i].optional = plan.reads[i].optional && read.optional;
        return i;
      }
    }
    plan.reads.push_back(std::move(read));
    return static_cast<uint32_t>(plan.reads.size() - 1);
  }

  /// The header with its holes filled from a row of the table; nothing (with a message) when one has no text.
  std::optional<std::string> header_text(const ir::SourceValue& value, const ir::SourceBlock& block,
                                         uint32_t row) {
    std::string text;
    for (size_t i = 0; i < value.header.size(); ++i) {
      text += value.header[i];
      if (i >= value.header_holes.size()) continue;
      const uint32_t column = value.header_holes[i];
      const Value hole = tables_.value(column, row);
      if (!hole.is_known() || hole.kind() != ValueKind::text) {
        error(value.span,
              fmt::format("The header needs `{}` of the {} {}, which has none.",
                          program_.columns[column].name, program_.entities[block.for_each].name,
                          tables_.key_text(block.for_each, row)),
              "Give it a text, or leave the row out with `where`.");
        return std::nullopt;
      }
      text += hole.text();
    }
    return text;
  }

  /// The rows of the `for each` table that the filter keeps.
  std::vector<uint32_t> rows_of(const ir::SourceBlock& block) {
    std::vector<uint32_t> rows;
    const uint32_t count = tables_.rows(block.for_each);
    for (uint32_t row = 0; row < count; ++row) {
      if (block.filter != ir::none) {
        const Value keep = tables_.value(block.filter, row);
        if (!keep.is_known()) {
          error(block.span,
                fmt::format("Whether the {} {} is meant cannot be said{}.",
                            program_.entities[block.for_each].name, tables_.key_text(block.for_each, row),
                            keep.is_fault() ? ": " + keep.fault().message : ""));
          continue;
        }
        if (!keep.boolean()) continue;
      }
      rows.push_back(row);
    }
    return rows;
  }

  /// Do lines repeat the rows of this block, because another block of the source reads what belongs to them?
  bool repeats(const ir::Source& source, const ir::SourceBlock& block) const {
    return std::any_of(source.blocks.begin(), source.blocks.end(), [&](const ir::SourceBlock& other) {
      return std::any_of(other.fields.begin(), other.fields.end(), [&](const ir::SourceField& field) {
        const ir::Type& type = program_.columns[field.column].type;
        return type.kind == ir::TypeKind::link && type.target == block.entity && other.entity != block.entity;
      });
    });
  }

  void plan_block(const ir::Source& source, const ir::SourceBlock& block) {
    FilePlan& plan = file(source);
    for (const uint32_t key : program_.entities[block.entity].keys) {
      const bool filled = std::any_of(block.fields.begin(), block.fields.end(),
                                      [&](const ir::SourceField& field) { return field.column == key; });
      if (!filled) {
        error(block.span, fmt::format("The rows of {} have no `{}` here, which is a part of their key.",
                                      program_.entities[block.entity].name, program_.columns[key].name));
        return;
      }
    }
    const uint32_t number = blocks_++;
    const bool may_repeat = repeats(source, block);
    const std::vector<uint32_t> rows = block.for_each == ir::none ? std::vector<uint32_t>{0} : rows_of(block);
    for (uint32_t variant = 0; variant < rows.size(); ++variant) {
      Contribution contribution{block.entity, number, variant, may_repeat, {}};
      for (const ir::SourceField& field : block.fields) {
        if (wanted(field.column)) plan_field(source, block, field, rows[variant], plan, contribution);
      }
      plan.contributions.push_back(std::move(contribution));
    }
  }

  void plan_field(const ir::Source& source, const ir::SourceBlock& block, const ir::SourceField& field,
                  uint32_t row, FilePlan& plan, Contribution& contribution) {
    const ir::SourceValue& value = field.value;
    Fill fill{field.column, Fill::constant, {}, value.span};
    switch (value.kind) {
    case ir::SourceValue::Kind::constant: fill.value = value.value; break;
    case ir::SourceValue::Kind::for_each_row: fill.value = Value::of_row(row); break;
    case ir::SourceValue::Kind::for_each_value:
      fill.value = tables_.value(value.header_holes.front(), row);
      if (fill.value.is_fault()) {
        error(value.span,
              fmt::format("The {} {} has no value for `{}`: {}.", program_.entities[block.for_each].name,
                          tables_.key_text(block.for_each, row), program_.columns[field.column].name,
                          fill.value.fault().message));
        return;
      }
      break;
    case ir::SourceValue::Kind::cell:
    case ir::SourceValue::Kind::cell_known:
    case ir::SourceValue::Kind::cell_missing:
    case ir::SourceValue::Kind::cell_is:
    case ir::SourceValue::Kind::cell_is_not: {
      ColumnRead read;
      read.span = value.span;
      read.field = field.column;
      read.type.missing = &source.missing;
      if (value.kind == ir::SourceValue::Kind::cell) {
        if (!cell_type(program_.columns[field.column], value.span, read.type)) return;
        read.type.patterns = value.patterns;
        read.type.scale = value.scale;
      } else if (value.kind == ir::SourceValue::Kind::cell_is ||
                 value.kind == ir::SourceValue::Kind::cell_is_not) {
        read.type.kind = ir::TypeKind::boolean;
        read.type.compared_with = value.value.text();
        read.type.known_value = value.kind == ir::SourceValue::Kind::cell_is;
      } else {
        read.type.kind = ir::TypeKind::boolean;
        read.type.known_test = true;
        read.type.known_value = value.kind == ir::SourceValue::Kind::cell_known;
      }
      std::optional<std::string> header = header_text(value, block, row);
      if (!header) return;
      read.header = std::move(*header);
      if (plan.json && !parse_json_paths(read.header)) {
        error(value.span, fmt::format("\"{}\" is no path to what stands in an object.", read.header),
              "A path goes from name to name, `submission.year`, and to an element of a list by its place: "
              "`deciles[1]` the first, `deciles[-1]` the last.");
        return;
      }
      fill.read = add_read(plan, std::move(read));
      break;
    }
    }
    contribution.fills.push_back(std::move(fill));
  }

  void plan_own_file(uint32_t entity) {
    const ir::Entity& declared = program_.entities[entity];
    FilePlan& plan = file(declared.name + ".csv", false);
    Contribution contribution{entity, blocks_++, 0, false, {}};
    for (const uint32_t index : declared.columns) {
      const ir::Column& column = program_.columns[index];
      if (column.kind != ir::ColumnKind::stored || !wanted(index)) continue;
      ColumnRead read;
      read.header = column.name;
      read.span = column.span;
      read.field = index;
      read.optional = column.type.optional;
      if (!cell_type(column, column.span, read.type)) continue;
      contribution.fills.push_back(Fill{index, add_read(plan, std::move(read)), {}, column.span});
    }
    plan.contributions.push_back(std::move(contribution));
  }

  const ir::Program& program_;
  const std::unordered_set<uint32_t>* needed_;
  Evaluation& tables_;
  Diagnostics& diagnostics_;
  const Currency* currency_;
  std::vector<FilePlan> files_;
  std::unordered_map<std::string, size_t> by_name_;
  uint32_t blocks_ = 0;
};

}  // namespace

const ir::Column* cell_column(const ir::Program& program, const ir::Column& column) {
  const ir::Column* present = &column;
  for (uint32_t depth = 0; present->type.kind == ir::TypeKind::link; ++depth) {
    const ir::Entity& target = program.entities[present->type.target];
    const bool given = target.kind == ir::EntityKind::data || target.kind == ir::EntityKind::table;
    if (!given || target.keys.size() != 1 || depth == deepest_link) return nullptr;
    present = &program.columns[target.keys[0]];
  }
  return present;
}

std::vector<FilePlan> plan_load(const ir::Program& program, const std::unordered_set<uint32_t>* needed,
                                Evaluation& tables, Diagnostics& diagnostics) {
  return Planner(program, needed, tables, diagnostics).plan();
}

}  // namespace merit::data
