#include "tests/support/places.h"

namespace merit::testing {

namespace {

std::vector<std::string>& missing() {
  static std::vector<std::string> names;
  return names;
}

}  // namespace

std::filesystem::path source_folder() {
  return MERIT_SOURCE_DIR;
}

std::filesystem::path merit_command() {
  return MERIT_COMMAND;
}

namespace {

std::optional<std::filesystem::path> below(const char* folder, std::string_view relative) {
  std::filesystem::path path = std::filesystem::path(folder) / relative;
  if (std::filesystem::exists(path)) return path;
  missing().emplace_back(relative);
  return std::nullopt;
}

}  // namespace

std::optional<std::filesystem::path> published(std::string_view relative) {
  return below(MERIT_PUBLISHED_DATA, relative);
}

std::optional<std::filesystem::path> published_measure(std::string_view measure) {
  return below(MERIT_MEASURE_DATA, measure);
}

const std::vector<std::string>& missing_published() {
  return missing();
}

}  // namespace merit::testing
