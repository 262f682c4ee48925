#pragma once
// Programs by hand and folders of files for the tests of the data room.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"
#include "runtime/data/evaluation.h"
#include "runtime/data/load.h"
#include "runtime/ir/ir.h"

namespace merit::testing {

/// A folder that is gone when the test is over.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "merit_data_XXXXXX").string();
    path_ = mkdtemp(name.data());
  }

  ~Folder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }

  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  void write(const std::string& name, std::string_view content) const {
    std::ofstream out(path_ / name, std::ios::binary);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
  }

 private:
  std::filesystem::path path_;
};

/// A program that is put together entity by entity.
class ProgramBuilder {
 public:
  ProgramBuilder() {
    program.enums.push_back(ir::Enumeration{"direction", {"higher", "lower"}, {}});
    ir::Entity whole;
    whole.kind = ir::EntityKind::program;
    program.entities.push_back(std::move(whole));
  }

  uint32_t entity(const std::string& name) {
    ir::Entity entity;
    entity.name = name;
    entity.kind = ir::EntityKind::data;
    program.entities.push_back(std::move(entity));
    return static_cast<uint32_t>(program.entities.size() - 1);
  }

  /// A table with a text key `id`.
  uint32_t table(const std::string& name, const std::vector<std::string>& ids) {
    const uint32_t index = entity(name);
    program.entities[index].kind = ir::EntityKind::table;
    program.entities[index].rows = static_cast<uint32_t>(ids.size());
    std::vector<Value> values;
    for (const std::string& id : ids) values.push_back(Value::of_text(id));
    constant(index, "id", ir::TypeKind::text, values, true);
    return index;
  }

  uint32_t constant(uint32_t entity, const std::string& name, ir::TypeKind kind, std::vector<Value> values,
                    bool key = false) {
    const uint32_t column = field(entity, name, kind, false, key);
    program.columns[column].kind = ir::ColumnKind::constant;
    program.columns[column].values = std::move(values);
    return column;
  }

  uint32_t field(uint32_t entity, const std::string& name, ir::TypeKind kind, bool optional = false,
                 bool key = false, uint32_t target = ir::none) {
    ir::Column column;
    column.name = name;
    column.entity = entity;
    column.type.kind = kind;
    column.type.optional = optional;
    column.type.target = target;
    column.kind = ir::ColumnKind::stored;
    column.key = key;
    program.columns.push_back(std::move(column));
    const auto index = static_cast<uint32_t>(program.columns.size() - 1);
    program.entities[entity].columns.push_back(index);
    if (key) program.entities[entity].keys.push_back(index);
    return index;
  }

  uint32_t key(uint32_t entity, const std::string& name, ir::TypeKind kind = ir::TypeKind::text,
               uint32_t target = ir::none) {
    return field(entity, name, kind, false, true, target);
  }

  ir::Program program;
};

inline ir::SourceField cell(uint32_t column, const std::string& header,
                            std::vector<std::string> patterns = {}, Number scale = Number(1)) {
  ir::SourceField field;
  field.column = column;
  field.value.header = {header};
  field.value.patterns = std::move(patterns);
  field.value.scale = std::move(scale);
  return field;
}

/// Answers for tables, from the constants of the program.
class TableEvaluation : public Evaluation {
 public:
  explicit TableEvaluation(const ir::Program& program) : dataset_(program, std::make_shared<TextPool>()) {}

  uint32_t rows(uint32_t entity) override { return dataset_.rows(entity); }

  Value value(uint32_t column, uint32_t row) override {
    return dataset_.column(column).value(row, dataset_.pool());
  }

  std::string key_text(uint32_t entity, uint32_t row) override { return dataset_.key_text(entity, row); }

  std::optional<uint32_t> find_row(uint32_t entity, const std::vector<std::string>& key) override {
    std::vector<Value> values;
    for (const std::string& part : key) values.push_back(Value::of_text(part));
    return dataset_.find(entity, values);
  }

 private:
  Dataset dataset_;
};

struct Loaded {
  LoadResult result;
  Diagnostics diagnostics;

  const Dataset& data() const { return *result.dataset; }

  /// "D020 hospitals.csv:3 [Beds] message | help", one a line.
  std::string text() const {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics.all()) {
      text += diagnostic.code + " " + diagnostic.place.file;
      if (diagnostic.place.line != 0) text += ":" + std::to_string(diagnostic.place.line);
      if (!diagnostic.place.column.empty()) text += " [" + diagnostic.place.column + "]";
      text += " " + diagnostic.message;
      if (!diagnostic.help.empty()) text += " | " + diagnostic.help;
      text += "\n";
    }
    return text;
  }

  /// All cells of a column, separated by bars; missing ones empty.
  std::string column(uint32_t column) const {
    std::string text;
    const ir::Column& declared = data().program().columns[column];
    for (uint32_t row = 0; row < data().rows(declared.entity); ++row) {
      if (row > 0) text += "|";
      text += cell_text(data(), declared.type, data().column(column).value(row, data().pool()));
    }
    return text;
  }
};

inline Loaded load(const ir::Program& program, const Folder& folder, BadData bad_data = BadData::stop) {
  Loaded loaded;
  TableEvaluation tables(program);
  LoadOptions options;
  options.directory = folder.path();
  options.bad_data = bad_data;
  options.threads = 2;
  loaded.result = load_data(program, options, tables, std::make_shared<TextPool>(), loaded.diagnostics);
  return loaded;
}

}  // namespace merit::testing
