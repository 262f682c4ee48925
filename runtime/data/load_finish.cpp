// The second half of a merge: columns from cells, dependents of bad rows, and rows in order of their keys.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "runtime/data/load_merge.h"
#include "runtime/data/parallel.h"
#include "runtime/data/quick_numbers.h"

namespace merit::data {

namespace {

constexpr uint32_t absent = KeyTable::absent;
constexpr size_t most_traced = 100;  // problems of one column for which the other place is looked up

void copy_cell(Vector& to, uint32_t to_row, const Vector& from, uint32_t row) {
  switch (to.form) {
  case Form::decimal: to.i64[to_row] = from.i64[row]; break;
  case Form::big: to.big[to_row] = from.big[row]; break;
  case Form::boolean: to.u8[to_row] = from.u8[row]; break;
  case Form::text:
  case Form::index: to.u32[to_row] = from.u32[row]; break;
  case Form::datetime_period: to.den[to_row] = from.den[row]; [[fallthrough]];
  case Form::datetime: to.i64[to_row] = from.i64[row]; break;
  case Form::duration: to.i64[to_row] = from.i64[row]; [[fallthrough]];
  case Form::period: to.second[to_row] = from.second[row]; [[fallthrough]];
  case Form::date: to.first[to_row] = from.first[row]; break;
  case Form::rational: break;  // readers and unify_numbers make none
  }
}

bool equal_cells(const Vector& a, uint32_t a_row, const Vector& b, uint32_t b_row) {
  switch (a.form) {
  case Form::decimal: return a.i64[a_row] == b.i64[b_row];
  case Form::big: return a.big[a_row] == b.big[b_row];
  case Form::boolean: return a.u8[a_row] == b.u8[b_row];
  case Form::text:
  case Form::index: return a.u32[a_row] == b.u32[b_row];
  case Form::date: return a.first[a_row] == b.first[b_row];
  case Form::period: return a.first[a_row] == b.first[b_row] && a.second[a_row] == b.second[b_row];
  case Form::duration:
    return a.first[a_row] == b.first[b_row] && a.second[a_row] == b.second[b_row] &&
           a.i64[a_row] == b.i64[b_row];
  case Form::datetime: return a.i64[a_row] == b.i64[b_row];
  case Form::datetime_period: return a.i64[a_row] == b.i64[b_row] && a.den[a_row] == b.den[b_row];
  case Form::rational: break;
  }
  return false;
}

void resize(Vector& vector, uint32_t size) {
  vector.size = size;
  switch (vector.form) {
  case Form::decimal: vector.i64.assign(size, 0); break;
  case Form::big: vector.big.assign(size, Number()); break;
  case Form::boolean: vector.u8.assign(size, 0); break;
  case Form::text:
  case Form::index: vector.u32.assign(size, 0); break;
  case Form::datetime_period: vector.den.assign(size, 0); [[fallthrough]];
  case Form::datetime: vector.i64.assign(size, 0); break;
  case Form::duration: vector.i64.assign(size, 0); [[fallthrough]];
  case Form::period: vector.second.assign(size, 0); [[fallthrough]];
  case Form::date: vector.first.assign(size, 0); break;
  case Form::rational: break;
  }
  vector.missing.assign(size, 1);
}

void forget_missing_if_none(Vector& vector) {
  if (std::all_of(vector.missing.begin(), vector.missing.end(), [](uint32_t state) { return state == 0; })) {
    vector.missing = {};
  }
}

}  // namespace

/// The first record that gives the group a value for the column, apart from `other`; `other` when there is
/// none.
RecordPlace Merge::find_giver(const EntityRows& rows, uint32_t column, uint32_t group,
                              RecordPlace other) const {
  for (uint32_t number = 0; number < rows.inputs.size(); ++number) {
    const Input& input = rows.inputs[number];
    const Fill* fill = fill_of(input, column);
    if (fill == nullptr) continue;
    for (auto at = std::find(input.groups.begin(), input.groups.end(), group); at != input.groups.end();
         at = std::find(at + 1, input.groups.end(), group)) {
      const auto record = static_cast<uint32_t>(at - input.groups.begin());
      if (number == other.input && record == other.record) continue;
      if (fill->is_read() && files_[input.file].reads[fill->read].is_missing(record)) continue;
      return RecordPlace{number, record};
    }
  }
  return other;
}

/// Brings the cells of all inputs that fill the column to their groups. Two that differ spoil the group.
void Merge::scatter(EntityRows& rows, uint32_t column,
                    const std::vector<std::pair<uint32_t, const Vector*>>& parts, Vector& target,
                    std::vector<uint32_t>& bad, std::vector<Problem>& problems) {
  for (const auto& [number, cells] : parts) {
    const Input& input = rows.inputs[number];
    const Fill* fill = fill_of(input, column);
    const bool constant = fill->read == Fill::constant;
    for (uint32_t record = 0; record < input.groups.size(); ++record) {
      const uint32_t group = input.groups[record];
      const uint32_t at = constant ? 0 : record;
      if (group == absent) continue;
      if (cells->is_missing(at)) {
        if (target.missing[group] == 1) target.missing[group] = cells->missing[at];  // a reason
        continue;
      }
      if (target.missing[group] != 0) {
        target.missing[group] = 0;
        copy_cell(target, group, *cells, at);
        continue;
      }
      if (equal_cells(target, group, *cells, at)) continue;
      bad.push_back(group);
      if (rows.twice.contains(group)) continue;
      Problem problem = problem_at(input, record, fill);
      problem.code = "D032";
      const ir::Type& type = program_.columns[column].type;
      const auto shown = [&](const Input& from, uint32_t from_record) {
        const Fill* from_fill = fill_of(from, column);
        if (from_fill->read == Fill::constant) return cell_text(dataset_, type, from_fill->value);
        if (from_fill->read == Fill::owner)
          return key_text(owner_of(from, *from_fill), files_[from.file].owners[from_record]);
        return cell_text(dataset_, cell_column(program_, program_.columns[column])->type,
                         files_[from.file].reads[from_fill->read].value(from_record, dataset_.pool()));
      };
      std::string other = "another value elsewhere";
      if (problems.size() < most_traced) {
        const RecordPlace before = find_giver(rows, column, group, RecordPlace{number, record});
        const Input& from = rows.inputs[before.input];
        const DataPlace place = files_[from.file].place(before.record);
        other =
            fmt::format("{} in line {} of {}", in_quotes(shown(from, before.record)), place.line, place.file);
      }
      problem.message = fmt::format("The {} {} has the {} {} here, and {}.",
                                    program_.entities[rows.entity].name, in_quotes(problem.key),
                                    program_.columns[column].name, in_quotes(shown(input, record)), other);
      problem.help = "Correct one of them, or take the field from one file alone.";
      problems.push_back(std::move(problem));
    }
  }
}

Vector Merge::merge_column(EntityRows& rows, uint32_t column, std::vector<uint32_t>& bad,
                           std::vector<Problem>& problems) {
  const ir::Column& declared = program_.columns[column];
  std::vector<std::pair<uint32_t, const Vector*>> parts;
  for (uint32_t number = 0; number < rows.inputs.size(); ++number) {
    if (const Fill* fill = fill_of(rows.inputs[number], column)) {
      parts.emplace_back(number, &cells_of(rows.inputs[number], *fill));
    }
  }
  Vector target;
  const auto is_whole = [&] {
    const Input& input = rows.inputs[0];
    return rows.inputs.size() == 1 && input.groups.size() == rows.groups &&
           fill_of(input, column)->read != Fill::constant;
  };
  if (parts.empty()) {
    target = vector_of(value_kind(declared.type), {}, dataset_.pool());
    resize(target, rows.groups);
  } else if (is_whole() && rows.without_key == 0) {
    target = *parts[0].second;
  } else {
    std::vector<Vector> copies;
    if (declared.type.kind == ir::TypeKind::number || declared.type.kind == ir::TypeKind::integer ||
        declared.type.kind == ir::TypeKind::money) {
      copies.reserve(parts.size());
      std::vector<Vector*> all;
      for (auto& part : parts) {
        all.push_back(&copies.emplace_back(*part.second));
        if (copies.back().form == Form::rational) to_big(copies.back());
        part.second = &copies.back();
      }
      unify_numbers(all);
    }
    target.kind = parts[0].second->kind;
    target.form = parts[0].second->form;
    target.scale = parts[0].second->scale;
    resize(target, rows.groups);
    scatter(rows, column, parts, target, bad, problems);
  }
  forget_missing_if_none(target);
  settle(target);

  const bool to_data = declared.type.kind == ir::TypeKind::link && entities_[declared.type.target];
  if (declared.type.kind == ir::TypeKind::link) {
    for (uint32_t group = 0; group < rows.groups; ++group) {
      if (target.is_missing(group) || target.u32[group] != absent) continue;
      bad.push_back(group);  // the link itself has its message already
      target.u32[group] = 0;
      if (to_data && entities_[declared.type.target]->groups == 0) {
        if (target.missing.empty()) target.missing.assign(rows.groups, 0);
        target.missing[group] = 1;
      }
    }
  }
  // No codes at all are a set, too.
  if (declared.type.optional || declared.type.kind == ir::TypeKind::codes || target.missing.empty())
    return target;
  std::vector<uint8_t> spoiled;
  if (!bad.empty()) spoiled.resize(rows.groups, 0);
  for (const uint32_t group : bad) spoiled[group] = 1;
  size_t traced = 0;
  for (uint32_t group = 0; group < rows.groups; ++group) {
    if (!target.is_missing(group) || rows.bad[group] != 0) continue;
    if (!spoiled.empty() && spoiled[group] != 0) continue;
    RecordPlace place = rows.latest[group];
    for (uint32_t number = 0; number < rows.inputs.size() && traced < most_traced; ++number) {
      const Input& input = rows.inputs[number];
      if (fill_of(input, column) == nullptr) continue;
      const auto at = std::find(input.groups.begin(), input.groups.end(), group);
      if (at == input.groups.end()) continue;
      place = RecordPlace{number, static_cast<uint32_t>(at - input.groups.begin())};
      break;
    }
    ++traced;
    bad.push_back(group);
    const Input& input = rows.inputs[place.input];
    Problem problem = problem_at(input, place.record, fill_of(input, column));
    problem.code = "D033";
    problem.message = fmt::format("The {} {} has no `{}`.", program_.entities[rows.entity].name,
                                  in_quotes(problem.key), declared.name);
    problem.help = "Fill it in, or make the field optional: write `?` after its type.";
    problems.push_back(std::move(problem));
  }
  return target;
}

void Merge::merge_columns(Diagnostics& diagnostics) {
  struct Task {
    EntityRows* rows = nullptr;
    uint32_t column = 0;
    Vector cells;
    std::vector<uint32_t> bad;
    std::vector<Problem> problems;
  };

  std::vector<Task> tasks;
  for (const uint32_t entity : order_) {
    EntityRows& rows = *entities_[entity];
    for (const uint32_t column : program_.entities[entity].columns) {
      const ir::Column& declared = program_.columns[column];
      if (declared.kind != ir::ColumnKind::stored) continue;
      bool planned = false;
      bool filled = false;
      for (const Input& input : rows.inputs) {
        for (const Fill& fill : input.contribution->fills) planned = planned || fill.column == column;
        if (const Fill* fill = fill_of(input, column)) {
          filled = true;
          cells_of(input, *fill);  // links are made here, by one thread
        }
      }
      if (!planned && !wanted(column) && !declared.key) continue;
      if (!filled && !declared.type.optional && declared.type.kind != ir::TypeKind::codes &&
          rows.groups > 0) {
        diagnostics.error(
            "D036", declared.span,
            fmt::format("No source gives the {} of a {}.", declared.name, program_.entities[entity].name),
            "Add it to a source, or make the field optional: write `?` after its type.");
        continue;
      }
      tasks.push_back(Task{&rows, column, {}, {}, {}});
    }
  }
  parallel_for(tasks.size(), threads_, [&](size_t t) {
    Task& task = tasks[t];
    task.cells = merge_column(*task.rows, task.column, task.bad, task.problems);
  });
  for (Task& task : tasks) {
    for (const uint32_t group : task.bad) task.rows->bad[group] = 1;
    std::move(task.problems.begin(), task.problems.end(), std::back_inserter(problems_));
    task.rows->columns.emplace(task.column, std::move(task.cells));
  }
}

void Merge::set_aside_dependents() {
  const auto any_bad = [&](uint32_t entity) {
    const std::vector<uint8_t>& bad = entities_[entity]->bad;
    return std::find(bad.begin(), bad.end(), 1) != bad.end();
  };
  if (std::none_of(order_.begin(), order_.end(), any_bad)) return;
  for (bool changed = true; changed;) {
    changed = false;
    for (const uint32_t entity : order_) {
      EntityRows& rows = *entities_[entity];
      for (const auto& [column, cells] : rows.columns) {
        const ir::Type& type = program_.columns[column].type;
        if (type.kind != ir::TypeKind::link || !entities_[type.target]) continue;
        const std::vector<uint8_t>& target_bad = entities_[type.target]->bad;
        for (uint32_t group = 0; group < rows.groups; ++group) {
          if (rows.bad[group] != 0 || cells.is_missing(group) || target_bad[cells.u32[group]] == 0) continue;
          rows.bad[group] = 1;
          changed = true;
          const RecordPlace place = rows.latest[group];
          const Input& input = rows.inputs[place.input];
          Problem problem = problem_at(input, place.record, fill_of(input, column));
          const ir::Entity& target = program_.entities[type.target];
          const RecordPlace owner = entities_[type.target]->latest[cells.u32[group]];
          problem.code = "D035";
          problem.message =
              fmt::format("The {} {} belongs to the {} {}, which cannot be used.",
                          program_.entities[entity].name, in_quotes(problem.key), target.name,
                          in_quotes(key_text(entities_[type.target]->inputs[owner.input], owner.record)));
          problem.help = fmt::format("Correct the {} first.", target.name);
          problems_.push_back(std::move(problem));
        }
      }
    }
  }
}

/// The good groups in order of their keys. Links to data in the keys become rows here.
std::vector<uint32_t> Merge::order_rows(EntityRows& rows) {
  std::vector<const Vector*> keys;
  for (const uint32_t key : program_.entities[rows.entity].keys) keys.push_back(&rows.columns.at(key));
  std::vector<uint32_t> order = key_order(keys, rows.groups, dataset_.pool());
  std::erase_if(order, [&](uint32_t group) { return rows.bad[group] != 0; });
  return order;
}

void Merge::finish() {
  std::vector<std::vector<uint32_t>> orders(entities_.size());
  std::vector<std::vector<uint32_t>> new_rows(entities_.size());
  const auto renumber = [&](Vector& cells, uint32_t target) {
    for (uint32_t group = 0; group < cells.size; ++group) {
      if (!cells.is_missing(group)) cells.u32[group] = new_rows[target][cells.u32[group]];
    }
  };
  for (const uint32_t entity : order_) {
    EntityRows& rows = *entities_[entity];
    for (const uint32_t key : program_.entities[entity].keys) {
      const ir::Type& type = program_.columns[key].type;
      const bool to_data = type.kind == ir::TypeKind::link && entities_[type.target];
      if (to_data) renumber(rows.columns.at(key), type.target);
    }
    orders[entity] = order_rows(rows);
    new_rows[entity].assign(rows.groups, 0);
    for (uint32_t row = 0; row < orders[entity].size(); ++row) new_rows[entity][orders[entity][row]] = row;
  }

  struct Task {
    uint32_t entity;
    uint32_t column;
  };

  std::vector<Task> tasks;
  for (const uint32_t entity : order_) {
    for (const auto& [column, cells] : entities_[entity]->columns) tasks.push_back(Task{entity, column});
  }
  parallel_for(tasks.size(), threads_, [&](size_t t) {
    EntityRows& rows = *entities_[tasks[t].entity];
    const ir::Column& column = program_.columns[tasks[t].column];
    Vector& cells = rows.columns.at(tasks[t].column);
    const bool to_data = column.type.kind == ir::TypeKind::link && entities_[column.type.target];
    if (to_data && !column.key) renumber(cells, column.type.target);
    const std::vector<uint32_t>& order = orders[tasks[t].entity];
    if (order.size() != rows.groups || !std::is_sorted(order.begin(), order.end())) reorder(cells, order);
    forget_missing_if_none(cells);
  });
  for (const uint32_t entity : order_) {
    EntityRows& rows = *entities_[entity];
    const auto count = static_cast<uint32_t>(orders[entity].size());
    dataset_.set_rows(entity, count, std::move(rows.columns));
    add_origins(rows, new_rows[entity], count);
  }
}

/// For every block, which line of its file gave each row.
void Merge::add_origins(const EntityRows& rows, const std::vector<uint32_t>& new_rows, uint32_t count) {
  for (size_t begin = 0; begin < rows.inputs.size();) {
    size_t end = begin;
    const Contribution& first = *rows.inputs[begin].contribution;
    auto lines = std::make_shared<std::vector<uint64_t>>(count, 0);
    std::shared_ptr<std::vector<uint32_t>> variants;
    std::shared_ptr<std::vector<uint32_t>> numbers;  // of the files
    for (; end < rows.inputs.size() && rows.inputs[end].contribution->block == first.block; ++end) {
      const Input& input = rows.inputs[end];
      const uint32_t variant = input.contribution->variant;
      if (variant > 0 && !variants) variants = std::make_shared<std::vector<uint32_t>>(count, 0);
      if (files_[input.file].names) numbers = std::make_shared<std::vector<uint32_t>>(count, 0);
      for (uint32_t record = 0; record < input.groups.size(); ++record) {
        const uint32_t group = input.groups[record];
        if (group == absent || rows.bad[group] != 0 || (*lines)[new_rows[group]] != 0) continue;
        (*lines)[new_rows[group]] = files_[input.file].lines[record];
        if (variants) (*variants)[new_rows[group]] = variant;
        if (numbers) (*numbers)[new_rows[group]] = files_[input.file].number_of(record);
      }
    }
    const FileData& file = files_[rows.inputs[begin].file];
    for (const Fill& fill : first.fills) {
      if (fill_of(rows.inputs[begin], fill.column) == nullptr) continue;
      std::vector<std::string> headers;
      for (size_t i = begin; i < end; ++i) {
        const Fill* variant_fill = fill_of(rows.inputs[i], fill.column);
        const bool read = variant_fill != nullptr && variant_fill->is_read();
        headers.push_back(!read ? "" : file.header[file.columns[variant_fill->read]]);
      }
      dataset_.add_origin(
          fill.column, Dataset::Origin{file.name, std::move(headers), lines, variants, file.names, numbers});
    }
    begin = end;
  }
}

}  // namespace merit::data
