#pragma once

#include "cli/command.h"
#include "runtime/run/session.h"

namespace merit::cli {

/// Options of commands that read data.
struct DataOptions {
  std::filesystem::path folder;
  std::vector<std::filesystem::path> value_sets;
  BadData bad_data = BadData::stop;
  unsigned threads = 0;
  std::vector<std::string> settings;  ///< NAME=VALUE
};

void add_value_set_option(CLI::App& command, std::vector<std::filesystem::path>& paths);
void add_data_options(CLI::App& command, DataOptions& options);

/// Reads the data for `columns` (nothing: for the results). Prints what is wrong with them and throws Ended
/// or Failure.
std::unique_ptr<Session> open_session(const LoadedProgram& loaded, const DataOptions& options, bool by_rows,
                                      std::optional<std::vector<uint32_t>> columns, RenderStyle style,
                                      const std::vector<MeasureReportType>& measure_reports = {});

}  // namespace merit::cli
