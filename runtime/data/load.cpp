#include "runtime/data/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <thread>
#include <tuple>

#include "runtime/data/code_systems.h"
#include "runtime/data/fhir_files.h"
#include "runtime/data/file_text.h"
#include "runtime/data/load_merge.h"
#include "runtime/data/load_plan.h"
#include "runtime/data/read_files.h"

namespace merit {

namespace {

constexpr size_t problems_listed = 20;

std::vector<BadRow> list_of(std::vector<data::Problem>& problems) {
  std::stable_sort(problems.begin(), problems.end(), [](const data::Problem& a, const data::Problem& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  });
  std::vector<BadRow> list;
  list.reserve(problems.size());
  for (data::Problem& problem : problems) {
    list.push_back(
        BadRow{problem.entity, std::move(problem.key),
               DataPlace{std::move(problem.name), problem.line, std::move(problem.header), problem.element},
               std::move(problem.code), std::move(problem.message)});
  }
  return list;
}

/// A file that may be absent and is: what it alone fills is missing, and the user is told.
void leave_out_absent(std::vector<data::FilePlan>& plans, const std::filesystem::path& directory,
                      Diagnostics& diagnostics) {
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) return;  // said of the other files
  std::erase_if(plans, [&](const data::FilePlan& plan) {
    data::Refusal refusal;
    if (!plan.optional || data::find_data_file(directory, plan.name, refusal) || refusal.code != "D001")
      return false;
    diagnostics.data_error("D061", DataPlace{plan.name, 0, {}},
                           "This file is not in the data folder; what it alone gives is missing.",
                           "Nothing needs to be done: the program says that the file is optional.");
    return true;
  });
}

}  // namespace

LoadResult load_data(const ir::Program& program, const LoadOptions& options, Evaluation& tables,
                     std::shared_ptr<TextPool> pool, Diagnostics& diagnostics) {
  LoadResult result;
  result.set_aside.assign(program.entities.size(), 0);
  data::ReadOptions read;
  read.directory = options.directory;
  read.threads = options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());

  std::optional<data::CodeSystems> systems;
  if (options.code_systems != nullptr) systems.emplace(*options.code_systems);
  read.systems = systems ? &*systems : nullptr;

  const size_t errors_before = diagnostics.error_count();
  std::vector<data::FilePlan> plans = data::plan_load(program, options.needed_columns, tables, diagnostics);
  if (diagnostics.error_count() > errors_before) return result;
  for (const data::FilePlan& plan : plans) read.row_files.insert(plan.name);
  leave_out_absent(plans, options.directory, diagnostics);

  uint32_t blocks = 0;
  for (const data::FilePlan& plan : plans) blocks += static_cast<uint32_t>(plan.contributions.size());
  const data::FhirPlan resources = data::plan_fhir(program, options.needed_columns, blocks, diagnostics);
  if (diagnostics.error_count() > errors_before) return result;

  std::vector<data::FileData> files = data::read_files(plans, read, *pool, diagnostics);
  for (const data::FileData& file : files) {
    result.files.push_back(LoadedFile{file.name, file.sha256, file.content.bytes().size(), file.records});
  }
  data::FhirData fhir =
      data::read_fhir(resources, read, static_cast<uint32_t>(files.size()), *pool, diagnostics);
  for (data::FhirFile& file : fhir.files)
    result.files.push_back(
        LoadedFile{std::move(file.name), std::move(file.sha256), file.bytes, file.resources});
  std::move(fhir.blocks.begin(), fhir.blocks.end(), std::back_inserter(files));
  if (diagnostics.error_count() > errors_before) return result;

  auto dataset = std::make_shared<Dataset>(program, std::move(pool));
  data::Merge merge(program, files, *dataset, read.threads, options.needed_columns);
  const size_t unreadable = fhir.problems.size();
  merge.problems() = std::move(fhir.problems);
  merge.run(diagnostics);
  if (diagnostics.error_count() > errors_before) return result;
  if (options.bad_data == BadData::stop && !merge.problems().empty()) {
    data::report_problems(std::move(merge.problems()), problems_listed, diagnostics);
    return result;
  }
  if (unreadable > 0) {
    diagnostics.data_error(
        "D078", {},
        fmt::format("{} line{} or resource{} of the FHIR files could not be read and {} left out.",
                    unreadable, unreadable == 1 ? "" : "s", unreadable == 1 ? "" : "s",
                    unreadable == 1 ? "was" : "were"),
        "List them with --bad-data report.");
  }
  if (const uint64_t loose = merge.loose_references(); loose > 0) {
    diagnostics.data_error(
        "D078", {},
        fmt::format("{} reference{} of the FHIR files lead{} nowhere; the link is missing there.", loose,
                    loose == 1 ? "" : "s", loose == 1 ? "s" : ""),
        "List them with --bad-data report.");
  }
  merge.set_aside_dependents();
  result.set_aside = merge.set_aside();
  if (options.bad_data == BadData::report) result.problems = list_of(merge.problems());
  merge.finish();
  result.dataset = std::move(dataset);
  return result;
}

}  // namespace merit
