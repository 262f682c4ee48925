#include "runtime/outcome/measure_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "runtime/data/value_text.h"
#include "runtime/ir/ops.h"
#include "runtime/ir/sha256.h"

namespace merit {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view population_system = "http://terminology.hl7.org/CodeSystem/measure-population";
constexpr std::string_view improvement_system =
    "http://terminology.hl7.org/CodeSystem/measure-improvement-notation";
constexpr int decimals = 12;
constexpr size_t longest_id = 64;

/// A name as a FHIR id or code has it: no underscores.
std::string dashed(std::string_view name) {
  std::string result(name);
  std::replace(result.begin(), result.end(), '_', '-');
  return result;
}

/// FHIR R4, datatypes: 1 to 64 of letters, digits, "-" and ".".
bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_id &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.'; });
}

/// The same measure and subject have the same id in every run.
std::string report_id(const ir::Measure& measure, const std::string& of) {
  std::string id = dashed(measure.name) + "-" + of;
  if (is_id(id)) return id;
  constexpr size_t hash_digits = 32;
  return dashed(measure.name).substr(0, longest_id - hash_digits - 1) + "-" +
         sha256(measure.name + "\n" + of).substr(0, hash_digits);
}

/// "Patient/p1"; what is no subject that R4 knows is named by its key alone.
Json subject_reference(const MeasureRows& rows, uint32_t subject) {
  constexpr std::array known = {"Patient",       "Practitioner", "PractitionerRole", "Location", "Device",
                                "RelatedPerson", "Group"};
  std::string type;
  bool capital = true;
  for (const char c : rows.program().entities[rows.subject_entity()].name) {
    if (c != '_') type += capital ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    capital = c == '_';
  }
  const std::string key = rows.evaluation().key_text(rows.subject_entity(), subject);
  if (std::find(known.begin(), known.end(), type) != known.end()) return {{"reference", type + "/" + key}};
  return {{"identifier", {{"value", key}}},
          {"display", fmt::format("{} {}", rows.program().entities[rows.subject_entity()].name, key)}};
}

Json concept_of(std::string_view system, const std::string& code) {
  return {{"coding", Json::array({{{"system", system}, {"code", code}}})}};
}

std::string canonical(const ir::Program& program, const ir::Measure& measure) {
  const std::string& name = measure.identifier;
  const bool is_uri = name.starts_with("http://") || name.starts_with("https://") || name.starts_with("urn:");
  std::string url = is_uri ? name : fmt::format("urn:merit:{}:{}", program.name, measure.name);
  if (!measure.version.empty() && url.find('|') == std::string::npos) url += "|" + measure.version;
  return url;
}

Json quantity(const Number& number) {
  const std::string text = number.decimal_text(decimals);
  constexpr size_t most_digits = 18;  // of a whole number that fits
  if (text.find('.') == std::string::npos && text.size() <= most_digits) return {{"value", std::stoll(text)}};
  return {{"value", std::stod(text)}};
}

Json head(const MeasureRows& rows, const Period& period, std::string_view type, const std::string& id) {
  const ir::Measure& measure = rows.measure();
  Json report = {{"resourceType", "MeasureReport"},
                 {"id", id},
                 {"status", "complete"},
                 {"type", type},
                 {"measure", canonical(rows.program(), measure)},
                 {"period", {{"start", period.start.text()}, {"end", period.end.text()}}}};
  return report;
}

/// The list of reports of a population, contained in the report that has it.
using ResultList = std::function<Json(uint32_t group, size_t population)>;

Json counts_json(const MeasureRows& rows, uint32_t group_index, const MeasureCounts& counts,
                 const ResultList* list) {
  const ir::MeasureGroup& group = rows.measure().groups[group_index];
  Json populations = Json::array();
  for (size_t i = 0; i < group.populations.size(); ++i) {
    Json population = {
        {"code", concept_of(population_system, dashed(ir::name_of(group.populations[i].kind)))},
        {"count", counts.populations[i]}};
    if (list != nullptr) population["subjectResults"] = (*list)(group_index, i);
    populations.push_back(std::move(population));
  }
  for (size_t i = 0; i < group.observations.size(); ++i) {
    Json population = {{"code", concept_of(population_system, "measure-observation")},
                       {"count", counts.observed[i]}};
    population["code"]["text"] =
        fmt::format("{} of what the {} observes", ir::name_of(group.observations[i].aggregate),
                    population_words(group.observations[i].of));
    populations.push_back(std::move(population));
  }
  Json result = Json::object();
  if (!populations.empty()) result["population"] = std::move(populations);
  if (counts.score.is_known()) result["measureScore"] = quantity(counts.score.number());
  return result;
}

Json group_json(const MeasureRows& rows, uint32_t index, const MeasureGroupResult& result,
                const ResultList* list) {
  const ir::Measure& measure = rows.measure();
  const ir::MeasureGroup& group = measure.groups[index];
  Json json = Json::object();
  if (!group.name.empty()) {
    json["id"] = dashed(group.name);
    json["code"] = {{"text", group.title.empty() ? group.name : group.title}};
  }
  json.update(counts_json(rows, index, result.all, list));
  Json stratifiers = Json::array();
  for (size_t by = 0; by < measure.stratifiers.size(); ++by) {
    Json strata = Json::array();
    for (const MeasureStratum& stratum : result.stratifiers[by]) {
      Json item = {{"value", {{"text", stratum.value}}}};
      item.update(counts_json(rows, index, stratum.counts, nullptr));
      strata.push_back(std::move(item));
    }
    if (strata.empty()) continue;
    stratifiers.push_back(
        {{"code", Json::array({{{"text", measure.stratifiers[by].name}}})}, {"stratum", std::move(strata)}});
  }
  if (!stratifiers.empty()) json["stratifier"] = std::move(stratifiers);
  return json;
}

void add_notation(Json& report, const ir::Measure& measure) {
  report["improvementNotation"] =
      concept_of(improvement_system, measure.lower_is_better ? "decrease" : "increase");
}

void add_line(MeasureReports& reports, const Json& report) {
  reports.ndjson += report.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  ++reports.count;
}

/// Supplemental data of a row as an Observation, which a report may hold and point to.
Json supplemental(const MeasureRows& rows, const ir::MeasureColumn& item, uint32_t row,
                  const std::string& id) {
  const Value value = rows.evaluation().value(item.column, row);
  Json observation = {
      {"resourceType", "Observation"}, {"id", id}, {"status", "final"}, {"code", {{"text", item.name}}}};
  if (value.kind() == ValueKind::boolean) {
    observation["valueBoolean"] = value.boolean();
  } else if (value.kind() == ValueKind::number) {
    observation["valueQuantity"] = quantity(value.number());
  } else if (value.is_known()) {
    observation["valueString"] = value_text(rows.evaluation(), rows.program(),
                                            rows.program().columns[item.column].type, value, TextStyle::file);
  } else {
    observation["dataAbsentReason"] =
        concept_of("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown");
  }
  return observation;
}

/// The rows of each subject that count, in order.
std::map<uint32_t, std::vector<uint32_t>> rows_by_subject(const MeasureRows& rows) {
  std::map<uint32_t, std::vector<uint32_t>> found;
  for (uint32_t row = 0; row < rows.rows(); ++row) {
    const uint32_t subject = rows.subject(row);
    if (subject != ir::none && rows.counts(row)) found[subject].push_back(row);
  }
  return found;
}

}  // namespace

std::optional<Period> report_period(const ir::Measure& measure, const ir::Program& program,
                                    Evaluation& evaluation) {
  std::optional<Period> period = program.effective;
  if (measure.period != ir::none) {
    const Value value = evaluation.value(measure.period, 0);
    if (value.kind() == ValueKind::period) period = value.period();
  }
  if (period && (period->is_open())) return std::nullopt;
  return period;
}

MeasureReports individual_reports(const MeasureRows& rows, const Period& period,
                                  const EvaluatedResources& evaluated) {
  const ir::Measure& measure = rows.measure();
  MeasureReports reports;
  for (const auto& [subject, members] : rows_by_subject(rows)) {
    const std::string key = rows.evaluation().key_text(rows.subject_entity(), subject);
    Json report = head(rows, period, "individual", report_id(measure, key));
    std::vector<Value::FaultPointer> faults;
    Json groups = Json::array();
    for (uint32_t group = 0; group < measure.groups.size(); ++group)
      groups.push_back(group_json(rows, group, group_result(rows, group, members, faults), nullptr));
    if (!faults.empty()) report["status"] = "error";
    Json contained = Json::array();
    Json references = Json::array();
    for (size_t i = 0; i < members.size(); ++i) {
      for (const ir::MeasureColumn& item : measure.supplemental) {
        std::string id = dashed(item.name) + (members.size() > 1 ? fmt::format("-{}", i + 1) : "");
        references.push_back({{"reference", "#" + id}});
        contained.push_back(supplemental(rows, item, members[i], id));
      }
    }
    for (const std::string& resource : evaluated(subject)) references.push_back({{"reference", resource}});
    if (!contained.empty()) report["contained"] = std::move(contained);
    report["subject"] = subject_reference(rows, subject);
    add_notation(report, measure);
    report["group"] = std::move(groups);
    if (!references.empty()) report["evaluatedResource"] = std::move(references);
    add_line(reports, report);
  }
  return reports;
}

MeasureReports subject_list_report(const MeasureRows& rows, const MeasureResult& result,
                                   const Period& period) {
  const ir::Measure& measure = rows.measure();
  Json contained = Json::array();
  const auto by_subject = rows_by_subject(rows);
  const ResultList list = [&](uint32_t group, size_t population) {
    const ir::MeasureGroup& shape = measure.groups[group];
    const std::string id = (shape.name.empty() ? "" : dashed(shape.name) + "-") +
                           dashed(ir::name_of(shape.populations[population].kind));
    Json entries = Json::array();
    for (const auto& [subject, members] : by_subject) {
      const bool in = std::any_of(members.begin(), members.end(), [&](uint32_t row) {
        return rows.member(group, population, row) == Membership::in;
      });
      if (!in) continue;
      const std::string key = rows.evaluation().key_text(rows.subject_entity(), subject);
      const Json who = subject_reference(rows, subject);
      entries.push_back({{"item",
                          {{"reference", "MeasureReport/" + report_id(measure, key)},
                           {"display", who.contains("reference") ? who["reference"] : who["display"]}}}});
    }
    Json resource = {{"resourceType", "List"}, {"id", id}, {"status", "current"}, {"mode", "snapshot"}};
    if (!entries.empty()) resource["entry"] = std::move(entries);
    contained.push_back(std::move(resource));
    return Json{{"reference", "#" + id}};
  };
  Json report = head(rows, period, "subject-list", report_id(measure, "subject-list"));
  if (!result.faults.empty()) report["status"] = "error";
  Json groups = Json::array();
  for (uint32_t group = 0; group < measure.groups.size(); ++group)
    groups.push_back(group_json(rows, group, result.groups[group], &list));
  if (!contained.empty()) report["contained"] = std::move(contained);
  add_notation(report, measure);
  report["group"] = std::move(groups);
  MeasureReports reports;
  add_line(reports, report);
  return reports;
}

MeasureReports summary_report(const MeasureRows& rows, const MeasureResult& result, const Period& period) {
  const ir::Measure& measure = rows.measure();
  Json report = head(rows, period, "summary", report_id(measure, "summary"));
  if (!result.faults.empty()) report["status"] = "error";
  add_notation(report, measure);
  Json groups = Json::array();
  for (uint32_t group = 0; group < measure.groups.size(); ++group)
    groups.push_back(group_json(rows, group, result.groups[group], nullptr));
  report["group"] = std::move(groups);
  MeasureReports reports;
  add_line(reports, report);
  return reports;
}

}  // namespace merit
