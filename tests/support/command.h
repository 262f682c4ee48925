#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// Running the built command on whole programs, and reading what it wrote.
namespace merit::testing {

struct CommandResult {
  int status = 0;
  std::string output;  ///< both streams
};

/// Runs `merit` with these arguments, each passed as it is.
CommandResult merit_run(const std::vector<std::string>& arguments);

/// A fresh folder below the build, for what a test writes.
std::filesystem::path scratch_folder(const std::string& name);

/// The rows of a report as written, by header. Throws std::runtime_error when the file cannot be read.
using Row = std::map<std::string, std::string>;
std::vector<Row> read_report(const std::filesystem::path& path);

}  // namespace merit::testing
