#include "runtime/data/load_merge.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/data/parallel.h"
#include "runtime/diagnostics/render.h"

namespace merit::data {

namespace {

constexpr uint32_t absent = KeyTable::absent;
constexpr uint32_t most_compared = 20'000;  // keys that a misspelt one is compared with

}  // namespace

Merge::Merge(const ir::Program& program, const std::vector<FileData>& files, Dataset& dataset,
             unsigned threads, const std::unordered_set<uint32_t>* needed)
    : program_(program), files_(files), dataset_(dataset), threads_(threads), needed_(needed),
      entities_(program.entities.size()), table_keys_(program.entities.size()), dropped_(files.size()) {
  std::vector<uint8_t> visited(program.entities.size(), 0);
  const auto visit = [&](const auto& self, uint32_t entity) -> void {
    if (program_.entities[entity].kind != ir::EntityKind::data || visited[entity] != 0) return;
    visited[entity] = 1;
    for (const uint32_t key : program_.entities[entity].keys) {
      const ir::Type& type = program_.columns[key].type;
      if (type.kind == ir::TypeKind::link) self(self, type.target);
    }
    order_.push_back(entity);
  };
  for (uint32_t entity = 0; entity < program.entities.size(); ++entity) visit(visit, entity);
}

void Merge::run(Diagnostics& diagnostics) {
  collect_inputs();
  read_problems();
  for (const uint32_t entity : order_) group(*entities_[entity]);
  merge_columns(diagnostics);
}

void Merge::collect_inputs() {
  for (const uint32_t entity : order_) {
    entities_[entity] = std::make_unique<EntityRows>();
    entities_[entity]->entity = entity;
  }
  for (uint32_t file = 0; file < files_.size(); ++file) {
    for (const Contribution& contribution : files_[file].plan->contributions) {
      entities_[contribution.entity]->inputs.push_back(Input{file, &contribution, {}, {}});
    }
  }
}

/// Cells and lines that could not be read: their problems, and which records they spoil.
void Merge::read_problems() {
  for (uint32_t file = 0; file < files_.size(); ++file) {
    const FileData& data = files_[file];
    for (const RecordProblem& record : data.record_problems) {
      dropped_[file].resize(data.records, 0);
      dropped_[file][record.record] = 1;
      problems_.push_back(record_problem(files_, file, record));
    }
    for (const CellProblem& cell : data.cell_problems) {
      problems_.push_back(cell_problem(program_, files_, file, cell));
    }
  }
  for (const uint32_t entity : order_) {
    for (Input& input : entities_[entity]->inputs) {
      const FileData& data = files_[input.file];
      for (const CellProblem& cell : data.cell_problems) {
        const bool reads = std::any_of(input.contribution->fills.begin(), input.contribution->fills.end(),
                                       [&](const Fill& fill) { return fill.read == cell.read; });
        if (!reads) continue;
        input.bad.resize(data.records, 0);
        input.bad[cell.record] = 1;
      }
    }
  }
}

const Fill* Merge::fill_of(const Input& input, uint32_t column) const {
  for (const Fill& fill : input.contribution->fills) {
    if (fill.column != column) continue;
    const bool there = !fill.is_read() || files_[input.file].columns[fill.read] != ir::none;
    return there ? &fill : nullptr;
  }
  return nullptr;
}

const Vector& Merge::cells_of(const Input& input, const Fill& fill) {
  if (fill.read == Fill::constant) return constant_cells(input.file, fill);
  if (fill.read == Fill::owner) return owner_cells(input, fill);
  const ir::Type& type = program_.columns[fill.column].type;
  return type.kind == ir::TypeKind::link ? links(input.file, fill.read, fill.column)
                                         : files_[input.file].reads[fill.read];
}

const Vector& Merge::constant_cells(uint32_t file, const Fill& fill) {
  std::unique_ptr<Vector>& cells = constants_[&fill];
  if (cells) return *cells;
  const ir::Type& type = program_.columns[fill.column].type;
  const bool by_key =
      type.kind == ir::TypeKind::link && fill.value.is_known() && fill.value.kind() != ValueKind::row;
  const ValueKind kind = by_key ? fill.value.kind() : value_kind(type);
  cells = std::make_unique<Vector>(vector_of(kind, {fill.value}, dataset_.pool()));
  if (!by_key) return *cells;
  const Vector scalars = std::move(*cells);
  *cells = resolve(type.target, scalars);
  if (cells->u32[0] == absent) {
    Problem problem;
    problem.file = file;
    problem.name = files_[file].name;
    problem.code = "D034";
    problem.message = fmt::format("There is no {} with the key {}, which the source gives to every row.",
                                  program_.entities[type.target].name,
                                  in_quotes(cell_text(dataset_, type, scalars.value(0, dataset_.pool()))));
    problem.asked = fill.span;
    problems_.push_back(std::move(problem));
  }
  return *cells;
}

const Input& Merge::owner_of(const Input& input, const Fill& fill) const {
  const std::vector<Input>& inputs = entities_[program_.columns[fill.column].type.target]->inputs;
  return *std::find_if(inputs.begin(), inputs.end(),
                       [&](const Input& one) { return one.file == files_[input.file].owner; });
}

/// The groups of the records that those of the input belong to.
const Vector& Merge::owner_cells(const Input& input, const Fill& fill) {
  std::unique_ptr<Vector>& rows =
      links_[{input.file, Fill::owner, program_.columns[fill.column].type.target}];
  if (rows) return *rows;
  const std::vector<uint32_t>& groups = owner_of(input, fill).groups;
  rows = std::make_unique<Vector>();
  rows->kind = ValueKind::row;
  rows->form = Form::index;
  rows->size = files_[input.file].records;
  rows->u32.reserve(rows->size);
  for (const uint32_t owner : files_[input.file].owners) rows->u32.push_back(groups[owner]);
  return *rows;
}

const Vector& Merge::links(uint32_t file, uint32_t read, uint32_t column) {
  const uint32_t target = program_.columns[column].type.target;
  std::unique_ptr<Vector>& rows = links_[{file, read, target}];
  if (!rows) {
    const Vector& scalars = files_[file].reads[read];
    rows = std::make_unique<Vector>(resolve(target, scalars));
    leave_out_passed_by(file, target, scalars, *rows);
    dangling(file, read, column, scalars, *rows);
    if (files_[file].names && program_.columns[column].type.optional) loosen(*rows);
  }
  return *rows;
}

/// References to resources that are there and give no row of the target are no links.
void Merge::leave_out_passed_by(uint32_t file, uint32_t target, const Vector& scalars, Vector& rows) const {
  if (!files_[file].passed_by || scalars.form != Form::text) return;
  const auto found = files_[file].passed_by->find(target);
  if (found == files_[file].passed_by->end() || found->second.empty()) return;
  for (uint32_t record = 0; record < rows.size; ++record) {
    if (rows.is_missing(record) || rows.u32[record] != absent || !found->second.contains(scalars.u32[record]))
      continue;
    if (rows.missing.empty()) rows.missing.assign(rows.size, 0);
    rows.missing[record] = 1;
    rows.u32[record] = 0;
  }
}

/// References of resources that lead nowhere, which a load that goes on passes by: what they refer to is
/// often not a part of an export. The row stays, and says why it has no link.
void Merge::loosen(Vector& rows) {
  for (uint32_t record = 0; record < rows.size; ++record) {
    if (rows.is_missing(record) || rows.u32[record] != absent) continue;
    if (rows.missing.empty()) rows.missing.assign(rows.size, 0);
    rows.missing[record] = dataset_.pool().add("the reference leads nowhere") + 2;
    rows.u32[record] = 0;
    ++loose_references_;
  }
}

KeyTable& Merge::key_table(uint32_t entity) {
  if (entities_[entity]) return *entities_[entity]->keys;
  std::unique_ptr<KeyTable>& table = table_keys_[entity];
  if (!table) {
    table = std::make_unique<KeyTable>(1, dataset_.rows(entity));
    const Vector& keys = dataset_.column(program_.entities[entity].keys[0]);
    for (uint32_t row = 0; row < keys.size; ++row) {
      const uint64_t code = key_code(keys, row, dataset_.pool());
      table->add(&code);
    }
  }
  return *table;
}

/// Keys of the target, each one cell, as its groups or rows.
Vector Merge::resolve(uint32_t target, const Vector& scalars) {
  const ir::Type& key = program_.columns[program_.entities[target].keys[0]].type;
  Vector inner;
  const Vector* codes = &scalars;
  if (key.kind == ir::TypeKind::link) {
    inner = resolve(key.target, scalars);
    codes = &inner;
  }
  const KeyTable& table = key_table(target);
  Vector rows;
  rows.kind = ValueKind::row;
  rows.form = Form::index;
  rows.size = scalars.size;
  rows.missing = scalars.missing;
  rows.u32.assign(rows.size, 0);
  for (uint32_t i = 0; i < rows.size; ++i) {
    if (scalars.is_missing(i)) continue;
    const uint64_t code = key_code(*codes, i, dataset_.pool());
    rows.u32[i] = table.find(&code);
  }
  return rows;
}

void Merge::dangling(uint32_t file, uint32_t read, uint32_t column, const Vector& scalars,
                     const Vector& rows) {
  const ir::Type& type = program_.columns[column].type;
  const ir::Entity& target = program_.entities[type.target];
  const ir::Type& scalar_type = cell_column(program_, program_.columns[column])->type;
  std::vector<std::string> names;
  uint64_t compared = 0;
  for (uint32_t record = 0; record < rows.size; ++record) {
    const bool is_dropped = !dropped_[file].empty() && dropped_[file][record] != 0;
    if (rows.is_missing(record) || rows.u32[record] != absent || is_dropped) continue;
    Problem problem = problem_of(files_, file, record, read);
    problem.code = "D034";
    const std::string key = cell_text(dataset_, scalar_type, scalars.value(record, dataset_.pool()));
    problem.message = fmt::format("There is no {} with the key {}.", target.name, in_quotes(key));
    problem.entity = program_.columns[column].entity;
    const KeyTable& table = key_table(type.target);
    if (target.kind == ir::EntityKind::table && names.empty()) {
      for (uint32_t row = 0; row < dataset_.rows(type.target); ++row) {
        names.push_back(dataset_.key_text(type.target, row));
      }
    }
    if (target.kind == ir::EntityKind::data && names.empty() && table.size() <= most_compared) {
      for (const RecordPlace& place : entities_[type.target]->latest) {
        names.push_back(key_text(entities_[type.target]->inputs[place.input], place.record));
      }
    }
    const std::string nearest = ++compared <= 20 ? nearest_name(key, names) : "";
    problem.help = nearest.empty() ? fmt::format("Correct the {}, or add the {}.",
                                                 problem.element ? "reference" : "cell", target.name)
                                   : fmt::format("Did you mean {}?", in_quotes(nearest));
    problems_.push_back(std::move(problem));
  }
}

std::string Merge::key_text(const Input& input, uint32_t record) const {
  std::string text;
  for (const uint32_t key : program_.entities[input.contribution->entity].keys) {
    const Fill* fill = fill_of(input, key);
    if (fill == nullptr) continue;
    if (!text.empty()) text += ", ";
    const ir::Column& column = program_.columns[key];
    if (fill->read == Fill::constant) {
      text += cell_text(dataset_, column.type, fill->value);
      continue;
    }
    if (fill->read == Fill::owner) {
      text += key_text(owner_of(input, *fill), files_[input.file].owners[record]);
      continue;
    }
    const ir::Column* scalar = cell_column(program_, column);
    text += cell_text(dataset_, scalar->type,
                      files_[input.file].reads[fill->read].value(record, dataset_.pool()));
  }
  return text;
}

Problem Merge::problem_at(const Input& input, uint32_t record, const Fill* fill) const {
  const bool read = fill != nullptr && fill->is_read();
  Problem problem = problem_of(files_, input.file, record, read ? fill->read : ir::none);
  problem.entity = input.contribution->entity;
  problem.key = key_text(input, record);
  return problem;
}

/// Gives every record of the entity's inputs its group: equal keys, one group.
void Merge::group(EntityRows& rows) {
  const ir::Entity& entity = program_.entities[rows.entity];
  const size_t width = entity.keys.size();
  size_t expected = 0;
  for (const Input& input : rows.inputs) expected = std::max<size_t>(expected, files_[input.file].records);
  rows.keys = std::make_unique<KeyTable>(std::max<size_t>(1, width), expected);

  std::vector<uint64_t> key(std::max<size_t>(1, width));
  for (uint32_t number = 0; number < rows.inputs.size(); ++number) {
    Input& input = rows.inputs[number];
    const uint32_t records = files_[input.file].records;
    const std::vector<uint8_t>& dropped = dropped_[input.file];
    input.groups.assign(records, absent);
    std::vector<const Fill*> fills;
    std::vector<const Vector*> cells;
    for (const uint32_t column : entity.keys) {
      fills.push_back(fill_of(input, column));
      cells.push_back(&cells_of(input, *fills.back()));
    }
    for (uint32_t record = 0; record < records; ++record) {
      bool has_key = dropped.empty() || dropped[record] == 0;
      const Fill* empty = nullptr;
      for (size_t k = 0; k < width && has_key; ++k) {
        const uint32_t at = fills[k]->read == Fill::constant ? 0 : record;
        if (cells[k]->is_missing(at)) {
          empty = fills[k];
          has_key = false;
        } else if (cells[k]->form == Form::index) {
          key[k] = cells[k]->u32[at];
          has_key = key[k] != absent;
        } else {
          key[k] = key_code(*cells[k], at, dataset_.pool());
        }
      }
      const bool bad = !input.bad.empty() && input.bad[record] != 0;
      if (!has_key) {
        ++rows.without_key;
        if (empty == nullptr || bad) continue;
        Problem problem = problem_at(input, record, empty);
        problem.code = "D030";
        problem.message = fmt::format("This {} has no `{}`, which is {}its key.", entity.name,
                                      program_.columns[empty->column].name, width == 1 ? "" : "a part of ");
        problem.help = problem.element ? "Export it again with what names it, or take it out."
                                       : "Fill the cell, or take the line out.";
        problems_.push_back(std::move(problem));
        continue;
      }
      if (width == 0) key[0] = rows.groups;
      const uint32_t found = rows.keys->add(key.data());
      input.groups[record] = found;
      const RecordPlace here{number, record};
      if (found == rows.groups) {
        ++rows.groups;
        rows.bad.push_back(bad ? 1 : 0);
        rows.latest.push_back(here);
        continue;
      }
      if (bad) rows.bad[found] = 1;
      const RecordPlace before = rows.latest[found];
      const Input& earlier = rows.inputs[before.input];
      const bool same_block = earlier.contribution->block == input.contribution->block;
      const std::vector<uint64_t>& contents = files_[input.file].contents;
      if (same_block && !contents.empty() && contents[record] != contents[before.record]) {
        rows.bad[found] = 1;
        if (rows.twice.insert(found).second) two_resources(input, record, earlier, before.record);
      }
      if (same_block && !input.contribution->repeats) {
        rows.bad[found] = 1;
        rows.twice.insert(found);
        Problem problem = problem_at(input, record, width == 0 ? nullptr : fills[0]);
        problem.code = "D031";
        problem.message = fmt::format("The {} {} comes twice; it is in line {} too.", entity.name,
                                      in_quotes(problem.key), files_[earlier.file].place(before.record).line);
        problem.help = "Take one of the lines out, or give the entity a key that tells them apart.";
        problems_.push_back(std::move(problem));
      }
      rows.latest[found] = here;
    }
  }
}

/// Resources of one id with different content. Which of them counts nobody can say.
void Merge::two_resources(const Input& input, uint32_t record, const Input& earlier, uint32_t before) {
  Problem problem = problem_at(input, record, nullptr);
  const DataPlace other = files_[earlier.file].place(before);
  problem.code = "D076";
  problem.message = fmt::format("The {} {} is here and in {}:{}, and its content differs.",
                                program_.entities[input.contribution->entity].name, in_quotes(problem.key),
                                other.file, other.line);
  problem.help =
      "Export the current state alone, or give the entity the key `fingerprint` where nothing refers to it.";
  problems_.push_back(std::move(problem));
}

std::vector<uint64_t> Merge::set_aside() const {
  std::vector<uint64_t> counts(program_.entities.size(), 0);
  for (const uint32_t entity : order_) {
    const EntityRows& rows = *entities_[entity];
    counts[entity] =
        rows.without_key + static_cast<uint64_t>(std::count(rows.bad.begin(), rows.bad.end(), 1));
  }
  return counts;
}

}  // namespace merit::data
