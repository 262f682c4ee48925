#pragma once
// The files that a run writes of its measures.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/data/evaluation.h"
#include "runtime/outcome/measures.h"

namespace merit {

/// The types of FHIR MeasureReport.
enum class MeasureReportType : uint8_t { individual, subject_list, summary };

struct MeasureFileOptions {
  bool json = false;                       ///< tables as JSON in place of CSV
  std::vector<MeasureReportType> reports;  ///< which reports of FHIR are wanted
};

struct MeasureFile {
  std::string name;
  std::string content;
  uint64_t rows = 0;
};

/// The columns that reports of FHIR need beside those of the results: the ids of resources.
std::vector<uint32_t> measure_report_columns(const ir::Program& program,
                                             const std::vector<MeasureReportType>& reports);

/// Measures of which there is no report, because nothing says which period it would be of.
std::vector<std::string> measures_without_period(const ir::Program& program, Evaluation& evaluation);

/// measure.rates; of each measure its members, the gaps; the reports of FHIR that are wanted. Each is given
/// to `add` and forgotten.
void measure_files(const ir::Program& program, Evaluation& evaluation,
                   const std::vector<MeasureResult>& results, const std::shared_ptr<const Dataset>& data,
                   const Overrides& overrides, const MeasureFileOptions& options,
                   const std::function<void(const MeasureFile&)>& add);

}  // namespace merit
