#pragma once
// A run: a program and its data, from files to values.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/data/load.h"
#include "runtime/data/terminology.h"
#include "runtime/outcome/manifest.h"
#include "runtime/outcome/summary.h"
#include "runtime/run/measure_files.h"
#include "runtime/run/parameters.h"

namespace merit {

class Engine;

struct RunOptions {
  std::filesystem::path data;  ///< the folder with the data files
  /// Files with value sets, and folders of them (terminology.h).
  std::vector<std::filesystem::path> value_sets;
  BadData bad_data = BadData::stop;  ///< what becomes of rows that cannot be used
  unsigned threads = 0;              ///< 0: as many as the machine has; results do not depend on it
  GivenParameters parameters;        ///< in place of the program's own values
  bool by_rows =
      false;  ///< the small row evaluator in place of the columnar engine: slow, traceable, the same values
  /// What will be asked for; only what these rest on is read. Nothing: what the reports, payments and ensures
  /// are made of.
  std::optional<std::vector<uint32_t>> columns;
  std::vector<MeasureReportType> measure_reports;  ///< the reports of FHIR that are written of measures
};

enum class OutputFormat : uint8_t { csv, json };

/// A program over one set of data. Nothing is computed before it is asked for.
class Session {
 public:
  explicit Session(std::shared_ptr<const ir::Program> program);

  /// Reads the data. False when they or the options cannot be used: `diagnostics` says why (codes D, R).
  bool load(const RunOptions& options, Diagnostics& diagnostics);

  const ir::Program& program() const { return *program_; }

  // To be asked after load().
  Evaluation& evaluation() { return *evaluation_; }

  const std::shared_ptr<Dataset>& data() const { return loaded_.dataset; }

  const LoadResult& loaded() const { return loaded_; }

  /// The parameters that were given, as values.
  const Overrides& overrides() const { return overrides_; }

  /// Payments, ensures, faults and the sizes of the reports. Computed once.
  const RunSummary& summary();
  /// What the run rests on.
  Manifest manifest();
  /// All reports, each as NAME.csv or NAME.json, what measures come to (measure_files.h), the rows set aside
  /// (set_aside.csv, when they are to be reported) and manifest.json into `folder`: all of them or none.
  /// Throws std::system_error (std::filesystem::filesystem_error among them) when it cannot be written.
  void write(const std::filesystem::path& folder, OutputFormat format);

 private:
  std::shared_ptr<const ir::Program> program_;
  LoadResult loaded_;
  Terminology terminology_;
  Overrides overrides_;
  std::vector<MeasureReportType> measure_reports_;
  std::unique_ptr<Evaluation> evaluation_;
  Engine* engine_ = nullptr;  // evaluation_, when it is the columnar engine
  std::unique_ptr<RunSummary> summary_;
};

}  // namespace merit
