// How fast CSV files become columns: the published files of a program (or any folder of them), and a large
// synthetic file with twelve typed columns.
//
//   bench_csv FOLDER_WITH_HVBP_2024
//   bench_csv synthetic ROWS [THREADS]
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>

#include "runtime/data/file_text.h"
#include "runtime/data/load.h"

using namespace merit;
using ir::TypeKind;

namespace {

/// Wall time; MERIT_BENCH_CPU=1: processor time, for one thread on a machine that is busy otherwise.
double now() {
  static const bool processor = std::getenv("MERIT_BENCH_CPU") != nullptr;
  timespec time{};
  clock_gettime(processor ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double seconds(const auto& body) {
  double best = 1e9;
  for (int run = 0; run < 7; ++run) {
    const double start = now();
    body();
    best = std::min(best, now() - start);
  }
  return best;
}

/// Answers for tables out of the constants of the program.
class Tables : public Evaluation {
 public:
  explicit Tables(const ir::Program& program) : dataset_(program, std::make_shared<TextPool>()) {}

  uint32_t rows(uint32_t entity) override { return dataset_.rows(entity); }

  Value value(uint32_t column, uint32_t row) override {
    return dataset_.column(column).value(row, dataset_.pool());
  }

  std::string key_text(uint32_t entity, uint32_t row) override { return dataset_.key_text(entity, row); }

  std::optional<uint32_t> find_row(uint32_t, const std::vector<std::string>&) override {
    return std::nullopt;
  }

 private:
  Dataset dataset_;
};

uint32_t add_entity(ir::Program& program, const std::string& name, ir::EntityKind kind) {
  ir::Entity entity;
  entity.name = name;
  entity.kind = kind;
  program.entities.push_back(std::move(entity));
  return static_cast<uint32_t>(program.entities.size() - 1);
}

uint32_t add_column(ir::Program& program, uint32_t entity, const std::string& name, TypeKind kind,
                    bool key = false, uint32_t target = ir::none) {
  ir::Column column;
  column.name = name;
  column.entity = entity;
  column.type.kind = kind;
  column.type.optional = !key;
  column.type.target = target;
  column.kind = ir::ColumnKind::stored;
  column.key = key;
  program.columns.push_back(std::move(column));
  const auto index = static_cast<uint32_t>(program.columns.size() - 1);
  program.entities[entity].columns.push_back(index);
  if (key) program.entities[entity].keys.push_back(index);
  return index;
}

ir::SourceField cell(uint32_t column, std::vector<std::string> header, std::vector<uint32_t> holes = {},
                     std::vector<std::string> patterns = {}) {
  ir::SourceField field;
  field.column = column;
  field.value.header = std::move(header);
  field.value.header_holes = std::move(holes);
  field.value.patterns = std::move(patterns);
  return field;
}

double load(const ir::Program& program, const std::filesystem::path& folder, unsigned threads) {
  Tables tables(program);
  LoadOptions options;
  options.directory = folder;
  options.threads = threads;
  return seconds([&] {
    Diagnostics diagnostics;
    const LoadResult result = load_data(program, options, tables, std::make_shared<TextPool>(), diagnostics);
    if (result.dataset) return;
    for (const Diagnostic& diagnostic : diagnostics.all()) {
      fmt::print("{} {}:{} {}\n", diagnostic.code, diagnostic.place.file, diagnostic.place.line,
                 diagnostic.message);
    }
    std::exit(1);
  });
}

struct Block {
  std::string file;
  std::vector<std::string> labels;
};

/// Hospitals, and their results on the measures of four files, as the published program reads them.
void published(const std::filesystem::path& folder) {
  ir::Program program;
  add_entity(program, "", ir::EntityKind::program);
  const uint32_t hospital = add_entity(program, "hospital", ir::EntityKind::data);
  const uint32_t ccn = add_column(program, hospital, "ccn", TypeKind::text, true);
  const uint32_t name = add_column(program, hospital, "name", TypeKind::text);
  const uint32_t state = add_column(program, hospital, "state", TypeKind::text);
  const uint32_t score = add_column(program, hospital, "total", TypeKind::number);
  const uint32_t measure = add_entity(program, "measure", ir::EntityKind::table);
  const uint32_t label = add_column(program, measure, "label", TypeKind::text, true);
  const uint32_t number = add_column(program, measure, "file", TypeKind::integer);
  program.columns[label].kind = ir::ColumnKind::constant;
  program.columns[number].kind = ir::ColumnKind::constant;
  const uint32_t result = add_entity(program, "result", ir::EntityKind::data);
  const uint32_t of_hospital = add_column(program, result, "hospital", TypeKind::link, true, hospital);
  const uint32_t of_measure = add_column(program, result, "measure", TypeKind::link, true, measure);
  const uint32_t baseline = add_column(program, result, "baseline_rate", TypeKind::number);
  const uint32_t performance = add_column(program, result, "performance_rate", TypeKind::number);
  const uint32_t points = add_column(program, result, "points", TypeKind::integer);

  const std::vector<Block> blocks = {
      {"hvbp_clinical_outcomes.csv",
       {"MORT-30-AMI", "MORT-30-HF", "MORT-30-PN", "MORT-30-COPD", "MORT-30-CABG", "COMP-HIP-KNEE"}},
      {"hvbp_safety.csv", {"HAI-1", "HAI-2", "HAI-3", "HAI-4", "HAI-5", "HAI-6"}},
      {"hvbp_efficiency_and_cost_reduction.csv", {"MSPB-1"}},
      {"hvbp_person_and_community_engagement.csv",
       {"Communication With Nurses", "Communication With Doctors"}},
  };
  for (size_t file = 0; file < blocks.size(); ++file) {
    const bool dimension = file == 3;
    ir::Source source;
    source.file = blocks[file].file;
    source.missing = {"Not Available"};
    ir::SourceBlock hospitals;
    hospitals.entity = hospital;
    hospitals.fields = {cell(ccn, {"Facility ID"}), cell(name, {"Facility Name"}), cell(state, {"State"})};
    ir::SourceBlock results;
    results.entity = result;
    results.for_each = measure;
    results.filter = add_column(program, measure, fmt::format("in_{}", file), TypeKind::boolean);
    program.columns[results.filter].kind = ir::ColumnKind::constant;
    for (size_t other = 0; other < blocks.size(); ++other) {
      for (size_t i = 0; i < blocks[other].labels.size(); ++i) {
        program.columns[results.filter].values.push_back(Value::of_boolean(other == file));
      }
    }
    ir::SourceField row;
    row.column = of_measure;
    row.value.kind = ir::SourceValue::Kind::for_each_row;
    results.fields = {
        cell(of_hospital, {"Facility ID"}), row,
        cell(baseline, {"", " Baseline Rate"}, {label}, {"*(…)", "*"}),
        cell(performance, {"", " Performance Rate"}, {label}, {"*(…)", "*"}),
        cell(points, {"", dimension ? " Dimension Score" : " Measure Score"}, {label}, {"* out of 10", "*"})};
    source.blocks.push_back(std::move(hospitals));
    source.blocks.push_back(std::move(results));
    program.sources.push_back(std::move(source));
    for (const std::string& text : blocks[file].labels) {
      program.columns[label].values.push_back(Value::of_text(text));
      program.columns[number].values.push_back(Value::of_number(Number(static_cast<int64_t>(file))));
      ++program.entities[measure].rows;
    }
  }
  ir::Source totals;
  totals.file = "hvbp_tps.csv";
  totals.missing = {"Not Available"};
  ir::SourceBlock hospitals;
  hospitals.entity = hospital;
  hospitals.fields = {cell(ccn, {"Facility ID"}), cell(score, {"Total Performance Score"})};
  totals.blocks.push_back(std::move(hospitals));
  program.sources.push_back(std::move(totals));

  size_t bytes = 0;
  const double unpacking = seconds([&] {
    bytes = 0;
    for (const ir::Source& source : program.sources) {
      data::FileText text;
      if (text.open(folder / (source.file + ".gz"))) std::exit(1);
      bytes += text.text().size();
    }
  });
  fmt::print("unpacking {:.1f} MB on one thread: {:.2f} ms\n", static_cast<double>(bytes) / 1e6,
             unpacking * 1e3);
  for (const unsigned threads : {1U, 2U, 4U}) {
    const double time = load(program, folder, threads);
    fmt::print("loading on {} threads: {:.2f} ms, {:.2f} times as long\n", threads, time * 1e3,
               time / unpacking);
  }
}

void synthetic(size_t rows, unsigned threads) {
  ir::Program program;
  add_entity(program, "", ir::EntityKind::program);
  program.enums.push_back(ir::Enumeration{"kind", {"inpatient", "outpatient", "professional"}, {}});
  const uint32_t claim = add_entity(program, "claim", ir::EntityKind::data);
  add_column(program, claim, "id", TypeKind::integer, true);
  add_column(program, claim, "patient", TypeKind::text);
  add_column(program, claim, "provider", TypeKind::text);
  add_column(program, claim, "code", TypeKind::text);
  add_column(program, claim, "from_date", TypeKind::date);
  add_column(program, claim, "to_date", TypeKind::date);
  add_column(program, claim, "billed", TypeKind::money);
  add_column(program, claim, "paid", TypeKind::money);
  add_column(program, claim, "units", TypeKind::integer);
  add_column(program, claim, "weight", TypeKind::number);
  add_column(program, claim, "denied", TypeKind::boolean);
  add_column(program, claim, "kind", TypeKind::enumeration, false, 0);

  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "merit_bench_csv";
  std::filesystem::create_directories(folder);
  std::mt19937 random(7);
  const auto below = [&](uint32_t limit) { return random() % limit; };
  std::string text = "id,patient,provider,code,from_date,to_date,billed,paid,units,weight,denied,kind\n";
  for (size_t row = 0; row < rows; ++row) {
    fmt::format_to(
        std::back_inserter(text),
        "{},P{:07},{:010},{:05},2024-{:02}-{:02},2024-{:02}-{:02},{}.{:02},{}.{:02},{},{}.{:04},{},{}\n",
        row + 1, below(static_cast<uint32_t>(rows / 10 + 1)), 1000000000U + below(20000), below(9000) + 10000,
        below(12) + 1, below(28) + 1, below(12) + 1, below(28) + 1, below(9000), below(100), below(5000),
        below(100), below(20), below(3), below(10000), below(20) == 0 ? "Y" : "N",
        program.enums[0].values[below(3)]);
  }
  std::ofstream(folder / "claim.csv", std::ios::binary) << text;
  const double time = load(program, folder, threads);
  fmt::print("{} rows, {:.0f} MB, 12 typed columns, {} threads: {:.3f} s, {:.0f} MB/s\n", rows,
             static_cast<double>(text.size()) / 1e6, threads, time,
             static_cast<double>(text.size()) / 1e6 / time);
  std::filesystem::remove_all(folder);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print("usage: bench_csv FOLDER | bench_csv synthetic ROWS [THREADS]\n");
    return 2;
  }
  if (std::string_view(arguments[1]) != "synthetic") {
    published(arguments[1]);
    return 0;
  }
  const size_t rows = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1'000'000;
  synthetic(rows, count > 3 ? static_cast<unsigned>(std::strtoul(arguments[3], nullptr, 10)) : 1);
}
