#include "runtime/run/measure_files.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "runtime/explain/criterion.h"
#include "runtime/explain/row_evaluator.h"
#include "runtime/ir/needs.h"
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

/// The column of an entity that holds the id of the resource that filled a row.
struct ResourceId {
  std::string type;
  uint32_t column = ir::none;
};

/// By entity. Not of one that resources of several types fill: which type a row's was is not kept.
std::unordered_map<uint32_t, ResourceId> resource_ids(const ir::Program& program) {
  std::unordered_map<uint32_t, ResourceId> found;
  std::set<uint32_t> several;
  for (const ir::FhirSource& source : program.fhir_sources) {
    for (const ir::FhirBlock& block : source.blocks) {
      if (block.each) continue;
      for (const ir::FhirField& field : block.fields) {
        const auto& steps = field.value.steps;
        const bool is_id = field.value.kind == ir::FhirValue::Kind::path && steps.size() == 1 &&
                           steps[0].kind == ir::PathStep::Kind::element && steps[0].name == "id";
        if (!is_id) continue;
        const auto at = found.try_emplace(block.entity, ResourceId{source.resource, field.column}).first;
        if (at->second.type != source.resource) several.insert(block.entity);
        break;
      }
    }
  }
  for (const uint32_t entity : several) found.erase(entity);
  return found;
}

/// Which rows of data the criteria of a measure read, by subject, as references to the resources that they
/// came from. The measure has an evaluator of its own: what another measure read first would be remembered,
/// and not read again.
class Evaluated {
 public:
  Evaluated(const MeasureRows& rows, const std::shared_ptr<const Dataset>& data, const Overrides& overrides)
      : evaluator_(data, overrides), ids_(resource_ids(rows.program())) {
    if (ids_.empty()) return;  // nothing came from FHIR
    evaluator_.on_read([this](uint32_t entity, uint32_t row) {
      if (reading_ != nullptr && ids_.contains(entity)) reading_->emplace(entity, row);
    });
    for (uint32_t row = 0; row < rows.rows(); ++row) {
      const uint32_t subject = rows.subject(row);
      if (subject == ir::none || !rows.counts(row)) continue;
      auto& reading = read_[subject];
      if (ids_.contains(rows.measure().entity)) reading.emplace(rows.measure().entity, row);
      if (ids_.contains(rows.subject_entity())) reading.emplace(rows.subject_entity(), subject);
      reading_ = &reading;
      for (const ir::MeasureGroup& group : rows.measure().groups) {
        for (const ir::MeasurePopulation& population : group.populations) {
          evaluator_.value(population.gated, row);
          if (population.criteria != ir::none) evaluator_.value(population.criteria, row);
        }
        for (const ir::MeasureObservation& observation : group.observations)
          evaluator_.value(observation.value, row);
      }
      reading_ = nullptr;
    }
  }

  std::vector<std::string> of(uint32_t subject) {
    std::vector<std::string> references;
    for (const auto& [entity, row] : read_[subject]) {
      const ResourceId& id = ids_.at(entity);
      const Value value = evaluator_.value(id.column, row);
      if (value.kind() == ValueKind::text) references.push_back(id.type + "/" + value.text());
    }
    return references;
  }

 private:
  RowEvaluator evaluator_;
  std::unordered_map<uint32_t, ResourceId> ids_;
  std::unordered_map<uint32_t, std::set<std::pair<uint32_t, uint32_t>>> read_;  // entity and row, by subject
  std::set<std::pair<uint32_t, uint32_t>>* reading_ = nullptr;
};

}  // namespace

std::vector<uint32_t> measure_report_columns(const ir::Program& program,
                                             const std::vector<MeasureReportType>& reports) {
  std::vector<uint32_t> columns;
  if (!wants_individual(reports)) return columns;
  // Only of entities that the program's results read at all: nothing is read for the reports alone.
  std::set<uint32_t> read;
  for (const uint32_t column : needed_columns(program, result_columns(program)))
    read.insert(program.columns[column].entity);
  for (const auto& [entity, id] : resource_ids(program)) {
    if (read.contains(entity)) columns.push_back(id.column);
  }
  return columns;
}

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
    if (wants_individual(options.reports) && has_members) {
      Evaluated evaluated(rows, data, overrides);
      append(individual,
             individual_reports(rows, *period, [&](uint32_t subject) { return evaluated.of(subject); }));
    }
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
