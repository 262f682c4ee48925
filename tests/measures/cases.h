#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/values/number.h"

/// Published test cases of clinical measures: what is expected of each patient, and how far ours agrees.
namespace merit::testing {

/// What is counted of one group of a measure for one patient. Populations by their FHIR code, such as
/// "numerator-exclusion", with the number of patients or episodes; observations as "observation",
/// "denominator-observation" or "numerator-observation", with all values in ascending order: "0, 75".
using GroupCounts = std::map<std::string, std::string>;

/// The values observed, as they stand in GroupCounts.
std::string observations_text(std::vector<Number> values);

/// The groups of a measure in order, for one patient.
using PatientCounts = std::vector<GroupCounts>;

/// One published test case.
struct ExpectedCase {
  std::string patient;
  std::string title;  ///< its author's name for it
  std::string period_start;
  std::string period_end;
  PatientCounts groups;
};

/// The cases of `expected.json`. Throws std::runtime_error when it is not of that layout.
std::vector<ExpectedCase> read_expected(std::string_view json);

/// The counts of individual MeasureReports (FHIR, one a line), by patient; observations, which reports give
/// as scores, are left out. Throws std::runtime_error when it is not of that layout.
std::map<std::string, PatientCounts> read_individual_reports(std::string_view ndjson);

/// The same cases without what is observed in them.
std::vector<ExpectedCase> without_observations(std::vector<ExpectedCase> cases);

/// One count that is not as expected.
struct CaseDifference {
  std::string patient;
  std::string title;
  size_t group = 0;  ///< from 1
  std::string population;
  std::string ours;
  std::string expected;
};

/// How many cases agree in every population, observation and group; what does not.
struct CaseAgreement {
  size_t agreeing = 0;
  size_t cases = 0;
  std::vector<CaseDifference> differences;
};

/// Ours, by patient. A patient that ours does not have counts as one in no population.
CaseAgreement compare_cases(const std::vector<ExpectedCase>& expected,
                            const std::map<std::string, PatientCounts>& ours);

/// "55 of 55", and a line for each difference: the patient's first eight characters, what, ours, expected.
std::string agreement_text(const CaseAgreement& agreement);

/// Value sets in the layout of the published data ([{url, version, codes: [[system, code], ...]}]) as the CSV
/// that the command reads (url,version,system,code). Throws std::runtime_error when it is not of that layout.
std::string value_sets_csv(std::string_view json);

/// The lines of a program's text that say something: neither blank nor a comment.
size_t lines_of_text(std::string_view program);

/// A whole file, unpacked when it is gzip. Throws std::runtime_error when it cannot be read.
std::string unpacked_text(const std::filesystem::path& path);

}  // namespace merit::testing
