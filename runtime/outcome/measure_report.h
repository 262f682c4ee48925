#pragma once
// Results of measures as FHIR R4 MeasureReport (http://hl7.org/fhir/R4/measurereport.html), one resource a
// line.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/outcome/measures.h"

namespace merit {

/// What a subject's criteria read, as references: "Observation/hba1c-1".
using EvaluatedResources = std::function<std::vector<std::string>(uint32_t subject)>;

struct MeasureReports {
  std::string ndjson;
  uint64_t count = 0;
};

/// The period that a measure reports on: the program's measurement_period, else the time it is in effect. A
/// report has to have one: nothing where there is none, or an end of it is open.
std::optional<Period> report_period(const ir::Measure& measure, const ir::Program& program,
                                    Evaluation& evaluation);

/// One report a subject that is in the initial population of any group. Where it cannot be told of a row
/// whether it is in a population, the report's status is `error`.
MeasureReports individual_reports(const MeasureRows& rows, const Period& period,
                                  const EvaluatedResources& evaluated);
/// One report; each population lists the reports of its subjects.
MeasureReports subject_list_report(const MeasureRows& rows, const MeasureResult& result,
                                   const Period& period);
/// One report: counts and scores.
MeasureReports summary_report(const MeasureRows& rows, const MeasureResult& result, const Period& period);

}  // namespace merit
