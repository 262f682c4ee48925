#include "runtime/outcome/manifest.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "runtime/ir/ops.h"
#include "runtime/outcome/findings.h"
#include "runtime/outcome/version.h"

namespace merit {

namespace {

using Json = nlohmann::ordered_json;

Json place_json(const ir::Program& program, const Span& span) {
  if (span.file == 0) return nullptr;
  const SourceFile& file = (*program.files)[span.file];
  return fmt::format("{}:{}", file.name, line_column(file.text, span.begin).line);
}

Json program_json(const ir::Program& program) {
  Json modules = Json::array();
  for (const ir::Module& module : program.modules) {
    Json item = {
        {"name", module.name}, {"file", (*program.files)[module.file].name}, {"sha256", module.sha256}};
    if (!module.amends.empty()) item["amends"] = module.amends;
    modules.push_back(std::move(item));
  }
  return {{"name", program.name},
          {"title", program.title},
          {"authority", program.authority},
          {"effective", program.effective ? Json(program.effective->text()) : Json(nullptr)},
          {"currency", program.currency},
          {"modules", std::move(modules)}};
}

Json payments_json(const ir::Program& program, const RunSummary& summary) {
  Json payments = Json::array();
  for (const PaymentOutcome& payment : summary.payments) {
    payments.push_back({{"name", program.payments[payment.payment].name},
                        {"paid", payment.paid},
                        {"not_paid", payment.not_paid},
                        {"blocked_by_faults", payment.blocked},
                        {"total", payment.total.exact_text()}});
  }
  return payments;
}

Json ensures_json(const ir::Program& program, const RunSummary& summary) {
  Json ensures = Json::array();
  for (const EnsureOutcome& ensure : summary.ensures) {
    Json item = {{"title", program.ensures[ensure.ensure].title},
                 {"holds", ensure.holds()},
                 {"checked", ensure.checked},
                 {"failed", ensure.failed},
                 {"faulted", ensure.faulted}};
    if (!ensure.rows.empty()) item["first_rows"] = ensure.rows;
    ensures.push_back(std::move(item));
  }
  return ensures;
}

Json faults_json(const ir::Program& program, const RunSummary& summary) {
  Json faults = Json::array();
  for (const FaultOutcome& fault : summary.faults) {
    faults.push_back({{"code", fault.first->code},
                      {"message", fault.first->message},
                      {"at", fault.first->place},
                      {"place", place_json(program, fault.span)},
                      {"first_row", fault.row},
                      {"payments_blocked", fault.payments_blocked},
                      {"cells", fault.cells}});
  }
  return faults;
}

Json ties_json(const ir::Program& program, const RunSummary& summary) {
  Json ties = Json::array();
  for (const TieCount& tie : summary.ties) {
    Json item = {{"text", ir::one_line(program, tie.span)}, {"place", place_json(program, tie.span)}};
    if (tie.entity != ir::none) item["entity"] = program.entities[tie.entity].name;
    item["tied"] = tie.tied;
    item["rows"] = tie.rows;
    item["payments"] = payments_on(program, tie);
    ties.push_back(std::move(item));
  }
  return ties;
}

Json measures_json(const ir::Program& program, const RunSummary& summary) {
  Json measures = Json::array();
  for (const MeasureResult& result : summary.measures) {
    const ir::Measure& measure = program.measures[result.measure];
    for (uint32_t group = 0; group < result.groups.size(); ++group) {
      const MeasureCounts& counts = result.groups[group].all;
      Json item = {{"name", measure_name(measure, group)}};
      const auto& populations = measure.groups[group].populations;
      for (size_t i = 0; i < populations.size(); ++i)
        item[std::string(ir::name_of(populations[i].kind))] = counts.populations[i];
      item["score"] = counts.score.is_known() ? Json(counts.score.number().exact_text()) : Json(nullptr);
      measures.push_back(std::move(item));
    }
  }
  return measures;
}

}  // namespace

std::string manifest_json(const ir::Program& program, const Manifest& manifest, const RunSummary& summary) {
  Json data = Json::array();
  for (const Manifest::DataFile& file : manifest.data) {
    data.push_back(
        {{"file", file.name}, {"sha256", file.sha256}, {"bytes", file.bytes}, {"rows", file.rows}});
  }
  Json value_sets = Json::array();
  for (const Manifest::ValueSet& set : manifest.value_sets) {
    value_sets.push_back({{"url", set.url},
                          {"version", set.version},
                          {"codes", set.codes},
                          {"file", set.file},
                          {"sha256", set.sha256}});
  }
  Json entities = Json::array();
  for (const Manifest::EntityRows& entity : manifest.entities) {
    entities.push_back({{"entity", entity.name}, {"rows", entity.rows}, {"set_aside", entity.set_aside}});
  }
  Json parameters = Json::array();
  for (const Manifest::Parameter& parameter : manifest.parameters) {
    parameters.push_back({{"name", parameter.name}, {"value", parameter.value}, {"given", parameter.given}});
  }
  Json results = Json::array();
  for (const Manifest::ResultFile& file : manifest.results) {
    results.push_back({{"file", file.name}, {"rows", file.rows}, {"sha256", file.sha256}});
  }
  Json json = {{"merit", version()},
               {"program", program_json(program)},
               {"data", std::move(data)},
               {"rows", std::move(entities)},
               {"parameters", std::move(parameters)},
               {"results", std::move(results)},
               {"payments", payments_json(program, summary)},
               {"ensures", ensures_json(program, summary)},
               {"faults", faults_json(program, summary)}};
  if (!value_sets.empty()) json["value_sets"] = std::move(value_sets);
  if (!summary.measures.empty()) json["measures"] = measures_json(program, summary);
  if (!summary.ties.empty()) json["ties"] = ties_json(program, summary);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace merit
