#include "cli/data_options.h"

#include <fmt/format.h>

#include <algorithm>

namespace merit::cli {

void add_value_set_option(CLI::App& command, std::vector<std::filesystem::path>& paths) {
  command
      .add_option(
          "--value-sets", paths,
          "A file with value sets (FHIR JSON or CSV, plain or .gz), or a folder of them (may be given "
          "again)")
      ->type_name("PATH")
      ->allow_extra_args(false);
}

void add_data_options(CLI::App& command, DataOptions& options) {
  command.add_option("--data", options.folder, "The folder with the data files, plain or .gz")
      ->type_name("FOLDER");
  add_value_set_option(command, options.value_sets);
  command
      .add_option("--bad-data", options.bad_data,
                  "Rows that cannot be used: stop the run, skip them, or skip and report each")
      ->type_name("stop|skip|report")
      ->transform(
          one_of<BadData>({{"stop", BadData::stop}, {"skip", BadData::skip}, {"report", BadData::report}}))
      ->default_str("stop");
  command
      .add_option("--set", options.settings,
                  "Another value for a parameter of the program (may be given again)")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command
      .add_option("--threads", options.threads,
                  "Threads to use; without it, all. Results do not depend on it")
      ->type_name("N")
      ->transform(whole_number());
}

namespace {

bool needs_data(const ir::Program& program) {
  return std::any_of(program.entities.begin(), program.entities.end(),
                     [](const ir::Entity& entity) { return entity.kind == ir::EntityKind::data; });
}

GivenParameters given_parameters(const std::vector<std::string>& settings) {
  GivenParameters given;
  for (const std::string& setting : settings) {
    const size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Failure{Exit::usage, fmt::format("--set {} names no value.", setting), "Write --set NAME=VALUE."};
    }
    const std::string name = setting.substr(0, equals);
    if (std::any_of(given.begin(), given.end(), [&](const auto& other) { return other.first == name; })) {
      throw Failure{Exit::usage, fmt::format("--set gives `{}` twice.", name), "Keep one of the two."};
    }
    given.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
  }
  return given;
}

bool all_about_options(const Diagnostics& diagnostics) {
  return std::all_of(diagnostics.all().begin(), diagnostics.all().end(),
                     [](const Diagnostic& d) { return d.code == "R010" || d.code == "R011"; });
}

}  // namespace

std::unique_ptr<Session> open_session(const LoadedProgram& loaded, const DataOptions& options, bool by_rows,
                                      std::optional<std::vector<uint32_t>> columns, RenderStyle style,
                                      const std::vector<MeasureReportType>& measure_reports) {
  if (options.folder.empty() && needs_data(*loaded.program)) {
    throw Failure{Exit::usage, "The program needs data, and no folder is given.", "Add --data FOLDER."};
  }
  std::error_code error;
  if (!options.folder.empty() && !std::filesystem::is_directory(options.folder, error)) {
    const bool is_file = std::filesystem::exists(options.folder, error);
    throw Failure{Exit::file_errors,
                  is_file ? fmt::format("{} is a file, not a folder.", options.folder.string())
                          : fmt::format("There is no folder {}.", options.folder.string()),
                  "--data takes the folder with the data files."};
  }
  RunOptions run;
  run.data = options.folder;
  run.value_sets = options.value_sets;
  run.bad_data = options.bad_data;
  run.threads = options.threads;
  run.parameters = given_parameters(options.settings);
  run.by_rows = by_rows;
  run.columns = std::move(columns);
  run.measure_reports = measure_reports;
  auto session = std::make_unique<Session>(loaded.program);
  Diagnostics diagnostics;
  const bool sound = session->load(run, diagnostics);
  // As JSON they stand where the results would have stood; beside results they are lines.
  const bool beside = sound && style == RenderStyle::json;
  print_messages(diagnostics, *loaded.files, beside ? RenderStyle::line : style);
  if (!sound) throw Ended{all_about_options(diagnostics) ? Exit::usage : Exit::data_errors};
  return session;
}

}  // namespace merit::cli
