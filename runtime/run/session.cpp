#include "runtime/run/session.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/data/value_text.h"
#include "runtime/engine/engine.h"
#include "runtime/explain/row_evaluator.h"
#include "runtime/ir/needs.h"
#include "runtime/ir/sha256.h"
#include "runtime/outcome/out_folder.h"
#include "runtime/outcome/report.h"

namespace merit {

Session::Session(std::shared_ptr<const ir::Program> program) : program_(std::move(program)) {}

bool Session::load(const RunOptions& options, Diagnostics& diagnostics) {
  auto pool = std::make_shared<TextPool>();
  RowEvaluator tables(std::make_shared<const Dataset>(*program_, pool));
  std::optional<Overrides> overrides = read_parameters(*program_, options.parameters, tables, diagnostics);
  if (!overrides) return false;
  overrides_ = std::move(*overrides);

  measure_reports_ = options.measure_reports;
  std::vector<uint32_t> asked = options.columns ? *options.columns : result_columns(*program_);
  for (const uint32_t column : measure_report_columns(*program_, measure_reports_)) asked.push_back(column);
  const std::unordered_set<uint32_t> needed = needed_columns(*program_, asked);
  std::optional<Terminology> terminology =
      load_terminology(*program_, options.value_sets, needed_value_sets(*program_, needed), diagnostics);
  if (!terminology) return false;
  terminology_ = std::move(*terminology);
  LoadOptions load;
  load.directory = options.data;
  load.bad_data = options.bad_data;
  load.threads = options.threads;
  load.needed_columns = &needed;
  const std::unordered_set<std::string> systems = terminology_.sets->systems();
  load.code_systems = &systems;
  // Which rows a source reads may hang on a parameter.
  RowEvaluator chosen(std::make_shared<const Dataset>(*program_, pool), overrides_);
  loaded_ = load_data(*program_, load, chosen, pool, diagnostics);
  if (!loaded_.dataset) return false;
  loaded_.dataset->set_value_sets(terminology_.sets);

  if (options.by_rows) {
    evaluation_ = std::make_unique<RowEvaluator>(loaded_.dataset, overrides_);
  } else {
    EngineOptions engine;
    engine.threads = options.threads;
    engine.overrides = overrides_;
    std::unique_ptr<Engine> made = make_engine(loaded_.dataset, std::move(engine));
    engine_ = made.get();
    evaluation_ = std::move(made);
  }
  summary_ = nullptr;
  return true;
}

const RunSummary& Session::summary() {
  if (!summary_) {
    // All at once, so that threads are not kept waiting for one column after the other.
    if (engine_ != nullptr) engine_->compute(result_columns(*program_));
    summary_ = std::make_unique<RunSummary>(summarize(*program_, *evaluation_));
  }
  return *summary_;
}

Manifest Session::manifest() {
  Manifest manifest;
  for (const LoadedFile& file : loaded_.files)
    manifest.data.push_back({file.name, file.sha256, file.bytes, file.rows});
  std::sort(manifest.data.begin(), manifest.data.end(),
            [](const Manifest::DataFile& a, const Manifest::DataFile& b) { return a.name < b.name; });
  for (const UsedValueSet& set : terminology_.used)
    manifest.value_sets.push_back({set.url, set.version, set.codes, set.file, set.sha256});
  for (uint32_t entity = 0; entity < program_->entities.size(); ++entity) {
    if (program_->entities[entity].kind != ir::EntityKind::data) continue;
    const uint64_t set_aside = entity < loaded_.set_aside.size() ? loaded_.set_aside[entity] : 0;
    manifest.entities.push_back({program_->entities[entity].name, loaded_.dataset->rows(entity), set_aside});
  }
  for (const uint32_t column : program_->parameters) {
    const bool given = std::any_of(overrides_.begin(), overrides_.end(),
                                   [&](const auto& item) { return item.first == column; });
    const ir::Column& parameter = program_->columns[column];
    const Value value = evaluation_->value(column, 0);
    std::string text;
    if (value.kind() == ValueKind::number || value.kind() == ValueKind::money) {
      text = value.number_or_amount().exact_text();
    } else {
      text = value_text(*evaluation_, *program_, parameter.type, value, TextStyle::people);
    }
    manifest.parameters.push_back({parameter.name, std::move(text), given});
  }
  return manifest;
}

namespace {

std::string csv_cell(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string set_aside_csv(const ir::Program& program, const std::vector<BadRow>& problems) {
  std::string csv = "entity,key,file,line,column,code,problem\r\n";
  for (const BadRow& row : problems) {
    const std::string entity = row.entity == ir::none ? "" : program.entities[row.entity].name;
    csv += fmt::format("{},{},{},{},{},{},{}\r\n", entity, csv_cell(row.key), csv_cell(row.place.file),
                       row.place.line == 0 ? "" : std::to_string(row.place.line), csv_cell(row.place.column),
                       row.code, csv_cell(row.message));
  }
  return csv;
}

}  // namespace

void Session::write(const std::filesystem::path& folder, OutputFormat format) {
  Manifest whole = manifest();
  OutFolder out(folder);
  const auto add = [&](const std::string& name, const std::string& content, uint64_t rows) {
    out.write(name, content);
    whole.results.push_back({name, sha256(content), rows});
  };
  for (const ir::Report& report : program_->reports) {
    const ReportTable table(*program_, report, *evaluation_);
    const bool json = format == OutputFormat::json;
    const bool taken = report.name == "manifest" || report.name == "set_aside";  // by files of our own
    add(report.name + (taken ? "_report" : "") + (json ? ".json" : ".csv"),
        json ? report_json(table) : report_csv(table), table.rows());
  }
  measure_files(*program_, *evaluation_, summary().measures, loaded_.dataset, overrides_,
                {format == OutputFormat::json, measure_reports_},
                [&](const MeasureFile& file) { add(file.name, file.content, file.rows); });
  if (!loaded_.problems.empty()) {
    add("set_aside.csv", set_aside_csv(*program_, loaded_.problems), loaded_.problems.size());
  }
  out.write("manifest.json", manifest_json(*program_, whole, summary()));
  out.commit();
}

}  // namespace merit
