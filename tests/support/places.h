#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Where tests find what they read: the project's own files, the command, and the published program files.
namespace merit::testing {

/// The root of the source tree.
std::filesystem::path source_folder();

/// The built `merit` command.
std::filesystem::path merit_command();

/// A file or folder of the published data, such as "hvbp/2024", below the build setting MERIT_PUBLISHED_DATA.
/// Empty when it is not there; the test returns at once then, and the whole executable reports itself as
/// skipped (unless something else failed), naming what was not found. Published files are not ours to ship,
/// so this is no failure.
std::optional<std::filesystem::path> published(std::string_view relative);

/// The folder of a clinical measure's published test cases, such as "CMS122", below the build setting
/// MERIT_MEASURE_DATA. Empty when it is not there, as above.
std::optional<std::filesystem::path> published_measure(std::string_view measure);

/// What published() and published_measure() did not find so far.
const std::vector<std::string>& missing_published();

}  // namespace merit::testing
