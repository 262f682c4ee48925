#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/command.h"

/// The programs in `examples/`, run as their tests need them.
namespace merit::testing {

class Example {
 public:
  /// The folder below `examples`.
  explicit Example(std::string folder) : folder_(std::move(folder)) {}

  /// A file of the folder.
  std::filesystem::path operator()(const std::string& file) const;

  /// Runs a program of the folder, or of another that uses it, over a folder of data. `name` is the run's own
  /// among those of the folder. The test fails where it does not end with `status`. Gives the folder with its
  /// reports.
  std::filesystem::path run(const std::filesystem::path& program, const std::filesystem::path& data,
                            const std::string& name, int status = 0) const;

 private:
  std::string folder_;
};

/// The row of a report that has one; else the test fails.
Row only_row(const std::filesystem::path& report);

/// "-12.3" as -1230. Throws std::invalid_argument for what is no amount in whole cents.
std::int64_t cents(const std::string& amount);

/// A fresh folder with links to these files and to all files of these folders, for what is published in
/// several places or is to have others beside it.
std::filesystem::path linked_folder(const std::string& name, const std::vector<std::filesystem::path>& parts);

}  // namespace merit::testing
