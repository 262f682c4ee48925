#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

#include "tests/measures/cases.h"

/// Running a measure's program over its published test cases.
namespace merit::testing {

/// Which of the two evaluators computes.
enum class By : uint8_t { columns, rows };

/// Compiles the program, runs it over all test cases in one go and compares: those of its measures whose
/// identifier is `identifier` ("CMS104"). Rows that cannot be used are set aside and reported, as
/// `--bad-data report` does. Throws std::runtime_error with the first message when the program, the value
/// sets or the data as a whole cannot be used, or a population has no value for a row.
CaseAgreement run_cases(const std::filesystem::path& program, const std::filesystem::path& cases,
                        const std::string& identifier, By by = By::columns);

/// The same, looked up: the program below the source folder, the cases by published_measure(). Checks that
/// all of `cases` agree but the disputed ones (by the first eight characters of the patient; the caller says
/// why each is), that these do differ, and that both evaluators say the same. Does nothing when the cases are
/// not there.
void check_cases(const std::string& program, const std::string& identifier, size_t cases,
                 const std::set<std::string>& disputed = {});

/// The same by the command, as a reader of its individual MeasureReports counts; observations left out.
CaseAgreement reported_cases(const std::filesystem::path& program, const std::filesystem::path& cases,
                             const std::string& identifier);

}  // namespace merit::testing
