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

std::optional<std::filesystem::path> published(std::string_view relative) {
  std::filesystem::path path = std::filesystem::path(MERIT_PUBLISHED_DATA) / relative;
  if (std::filesystem::exists(path)) return path;
  missing().emplace_back(relative);
  return std::nullopt;
}

const std::vector<std::string>& missing_published() {
  return missing();
}

}  // namespace merit::testing
