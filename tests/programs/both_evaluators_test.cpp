// Two evaluators, one meaning: every value, missing with its reason and fault of every column of every
// example, computed by the columnar engine and by the row evaluator, must be the same.

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "runtime/data/value_text.h"
#include "runtime/run/session.h"
#include "tests/support/places.h"

namespace {

namespace fs = std::filesystem;

/// What the row evaluator takes too long over is compared on every so many rows, the first and the last among
/// them.
constexpr uint32_t rows_compared = 3000;

struct Compared {
  size_t columns = 0;
  size_t cells = 0;
  size_t missing = 0;
  size_t faults = 0;
};

std::vector<uint32_t> all_columns(const merit::ir::Program& program) {
  std::vector<uint32_t> columns;
  for (uint32_t column = 0; column < program.columns.size(); ++column) {
    if (program.columns[column].type.kind != merit::ir::TypeKind::collection) columns.push_back(column);
  }
  return columns;
}

/// Nothing when the folder does not have the files of this program.
std::optional<Compared> compare(const fs::path& file, const fs::path& data) {
  merit::CompileOptions options;
  options.library = {file.parent_path(), merit::testing::source_folder() / "examples" / "ecqm"};
  merit::Compilation compilation = merit::compile(file, options);
  if (!compilation.program) {
    FAIL_CHECK(file.filename().string()
               << " does not compile: " << compilation.diagnostics.all().front().message);
    return std::nullopt;
  }
  const auto program = std::make_shared<const merit::ir::Program>(std::move(*compilation.program));
  const std::vector<uint32_t> columns = all_columns(*program);
  merit::Session by_columns(program);
  merit::Session by_rows(program);
  merit::RunOptions run;
  run.data = data;
  run.columns = columns;
  const fs::path value_sets = data.parent_path() / "value_sets.csv";
  if (fs::exists(value_sets)) run.value_sets = {value_sets};
  merit::Diagnostics diagnostics;
  if (!by_columns.load(run, diagnostics)) {
    const auto& all = diagnostics.all();
    const bool absent = std::all_of(all.begin(), all.end(), [](const auto& one) {
      return one.code == "D001" || one.severity != merit::Severity::error;
    });
    if (!absent)
      FAIL_CHECK(file.filename().string() << " does not load: " << diagnostics.all().front().message);
    return std::nullopt;
  }
  run.by_rows = true;
  REQUIRE(by_rows.load(run, diagnostics));

  Compared result;
  for (const uint32_t column : columns) {
    const merit::ir::Column& shape = program->columns[column];
    const uint32_t rows = by_columns.evaluation().rows(shape.entity);
    REQUIRE(by_rows.evaluation().rows(shape.entity) == rows);
    ++result.columns;
    const uint32_t step = std::max(1U, rows / rows_compared);
    for (uint32_t row = 0; row < rows; row = row + step < rows || row + 1 == rows ? row + step : rows - 1) {
      const merit::Value fast = by_columns.evaluation().value(column, row);
      const merit::Value slow = by_rows.evaluation().value(column, row);
      ++result.cells;
      result.missing += slow.is_missing() ? 1 : 0;
      result.faults += slow.is_fault() ? 1 : 0;
      if (fast == slow) continue;
      const auto text = [&](const merit::Value& value) {
        return merit::value_text(by_rows.evaluation(), *program, shape.type, value, merit::TextStyle::people);
      };
      FAIL_CHECK(file.filename().string()
                 << ": " << merit::ir::qualified_name(*program, column) << " of row " << row << ": engine "
                 << text(fast) << ", row evaluator " << text(slow));
      break;
    }
  }
  return result;
}

std::vector<fs::path> programs(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool module = name.ends_with(".merit") || name.ends_with(".merit.md");
    // Sources are used by programs and mean nothing by themselves.
    if (module && name.find("_sources.") == std::string::npos) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void say(const fs::path& file, const Compared& compared) {
  std::cout << file.filename().string() << ": " << compared.columns << " columns, " << compared.cells
            << " cells, " << compared.missing << " missing, " << compared.faults << " faults\n";
}

}  // namespace

TEST_CASE("every example gives the same on both evaluators, over its own data") {
  size_t examples = 0;
  for (const auto& entry : fs::directory_iterator(merit::testing::source_folder() / "examples")) {
    // Measures that are published come without data of ours: tests/measures compares them on those there are.
    if (!entry.is_directory() || !fs::exists(entry.path() / "data")) continue;
    size_t compared_here = 0;
    for (const fs::path& program : programs(entry.path())) {
      if (const auto compared = compare(program, entry.path() / "data")) {
        say(program, *compared);
        ++compared_here;
      }
    }
    INFO(entry.path().filename().string());
    CHECK(compared_here > 0);
    ++examples;
  }
  CHECK(examples > 0);
}

TEST_CASE("examples give the same on both evaluators, over the published files") {
  struct Published {
    const char* data;
    const char* program;
  };

  for (const Published& one :
       {Published{"hvbp/2021", "hvbp/check_2021.merit"}, Published{"hvbp/2023", "hvbp/check_2023.merit"},
        Published{"hvbp/2024", "hvbp/check_2024.merit"}, Published{"mssp/2022", "mssp/check_2022.merit"},
        Published{"snf-vbp/2025", "snf_vbp/check_2025.merit"},
        Published{"hacrp/2024", "hacrp/check_2024_computed.merit"},
        Published{"star_ratings/2026", "star_ratings/check_2026.merit"},
        Published{"esrd-qip/2018", "esrd_qip/check_2018.merit"},
        Published{"mips/2017", "mips/check_2017.merit"}, Published{"hrrp/2025", "hrrp/check_2025.merit"}}) {
    const auto data = merit::testing::published(one.data);
    if (!data) continue;
    const fs::path program = merit::testing::source_folder() / "examples" / one.program;
    const auto compared = compare(program, *data);
    REQUIRE(compared);
    say(program, *compared);
    CHECK(compared->cells > 50'000);
  }
}
