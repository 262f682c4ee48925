#include "runtime/run/measure_files.h"

#include <algorithm>

#include "runtime/explain/criterion.h"
#include "runtime/explain/row_evaluator.h"
#include "runtime/outcome/measure_report.h"
#include "runtime/outcome/measure_tables.h"

namespace merit {

namespace {

bool wants(const std::vector<MeasureReportType>& reports, MeasureReportType type) {
  return std::find(reports.begin(), reports.end(), type) != reports.end();
}

/// A list of subjects points to the report of each.
bool wants_individual(const std::vector<MeasureReportType>& reports) {
  return wants(reports, MeasureReportType::individual) || wants(reports, MeasureReportType::subject_list);
}

}  // namespace

std::vector<std::string> measures_without_period(const ir::Program& program, Evaluation& evaluation) {
  std::vector<std::string> names;
  for (const ir::Measure& measure : program.measures) {
    if (!report_period(measure, program, evaluation)) names.push_back(measure.name);
  }
  return names;
}

void measure_files(const ir::Program& program, Evaluation& evaluation,
                   const std::vector<MeasureResult>& results, const std::shared_ptr<const Dataset>& data,
                   const Overrides& overrides, const MeasureFileOptions& options,
                   const std::function<void(const MeasureFile&)>& add) {
  if (results.empty()) return;
  const auto add_table = [&](const ResultTable& table) {
    add({table.name + (options.json ? ".json" : ".csv"),
         options.json ? result_json(table) : result_csv(table), table.rows.size()});
  };
  add_table(rates_table(program, evaluation, results));
  RowEvaluator by_rows(data, overrides);
  const CriterionLines lines = [&](uint32_t column, uint32_t row, bool met) {
    return criterion_lines(by_rows, column, row, met);
  };
  MeasureReports individual;
  MeasureReports subject_list;
  MeasureReports summary;
  const auto append = [](MeasureReports& all, const MeasureReports& more) {
    all.ndjson += more.ndjson;
    all.count += more.count;
  };
  for (const MeasureResult& result : results) {
    const MeasureRows rows(program, evaluation, result.measure);
    const ir::Measure& measure = rows.measure();
    const bool has_members = std::any_of(measure.groups.begin(), measure.groups.end(),
                                         [](const auto& group) { return !group.populations.empty(); });
    if (has_members) {
      add_table(members_table(rows));
      if (!rows.of_subjects()) add_table(member_rows_table(rows));
    }
    if (measure.scoring == ir::Scoring::proportion && has_members) add_table(gaps_table(rows, lines));
    if (options.reports.empty()) continue;
    const std::optional<Period> period = report_period(measure, program, evaluation);
    if (!period) continue;
    if (wants_individual(options.reports) && has_members)
      append(individual, individual_reports(rows, *period));
    if (wants(options.reports, MeasureReportType::subject_list) && has_members)
      append(subject_list, subject_list_report(rows, result, *period));
    if (wants(options.reports, MeasureReportType::summary))
      append(summary, summary_report(rows, result, *period));
  }
  if (wants_individual(options.reports))
    add({"measure_report.individual.ndjson", individual.ndjson, individual.count});
  if (wants(options.reports, MeasureReportType::subject_list))
    add({"measure_report.subject_list.ndjson", subject_list.ndjson, subject_list.count});
  if (wants(options.reports, MeasureReportType::summary))
    add({"measure_report.summary.ndjson", summary.ndjson, summary.count});
}

}  // namespace merit
