#pragma once

#include <filesystem>
#include <string>

#include "tests/measures/cases.h"

/// Running a measure's program over its published test cases.
namespace merit::testing {

/// Compiles the program, runs it over all test cases in one go and compares: those of its measures whose
/// identifier is `identifier` ("CMS104"). Rows that cannot be used are set aside and reported, as
/// `--bad-data report` does. Throws std::runtime_error with the first message when the program, the value
/// sets or the data as a whole cannot be used, or a population has no value for a row.
CaseAgreement run_cases(const std::filesystem::path& program, const std::filesystem::path& cases,
                        const std::string& identifier);

/// The same, looked up: the program below the source folder, the cases by published_measure(). Checks that
/// `cases` of `cases` agree, with every difference in the message; does nothing when they are not there.
void check_cases(const std::string& program, const std::string& identifier, size_t cases);

}  // namespace merit::testing
