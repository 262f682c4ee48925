#include "runtime/outcome/out_folder.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

namespace merit {

namespace fs = std::filesystem;

namespace {

/// What a run that was killed left beside `folder`: its name ends in the number of a process that is gone.
void remove_leftovers(const fs::path& parent, const std::string& prefix) {
  std::vector<fs::path> leftovers;
  std::error_code ignored;
  for (fs::directory_iterator entry(parent, ignored), end; !ignored && entry != end;
       entry.increment(ignored)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(prefix) || !entry->is_directory(ignored)) continue;
    const std::string digits = name.substr(prefix.size());
    pid_t process = 0;
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), process);
    if (error != std::errc() || rest != digits.data() + digits.size() || process <= 0) continue;
    if (::kill(process, 0) != 0 && errno == ESRCH) leftovers.push_back(entry->path());
  }
  for (const fs::path& leftover : leftovers) fs::remove_all(leftover, ignored);
}

/// The files that an earlier run wrote, by its manifest; none where there is no manifest of ours.
std::vector<std::string> earlier_files(const fs::path& manifest) {
  std::ifstream file(manifest, std::ios::binary);
  if (!file) return {};
  const nlohmann::json json = nlohmann::json::parse(file, nullptr, false);
  if (!json.is_object() || !json.contains("merit") || !json.contains("results")) return {};
  std::vector<std::string> names;
  for (const nlohmann::json& result : json["results"]) {
    if (!result.is_object() || !result.contains("file") || !result["file"].is_string()) continue;
    const auto name = result["file"].get<std::string>();
    const bool plain = name != "." && name != ".." && name.find('/') == std::string::npos && !name.empty();
    if (plain) names.push_back(name);
  }
  return names;
}

}  // namespace

OutFolder::OutFolder(fs::path folder) : folder_(std::move(folder)) {
  if (!folder_.has_filename()) folder_ = folder_.parent_path();  // "results/" is "results"
  if (fs::exists(folder_) && !fs::is_directory(folder_)) {
    throw fs::filesystem_error("a file of this name is in the way", folder_,
                               std::make_error_code(std::errc::not_a_directory));
  }
  const fs::path parent = folder_.has_parent_path() ? folder_.parent_path() : fs::path(".");
  fs::create_directories(parent);
  const std::string prefix = "." + folder_.filename().string() + ".partial-";
  remove_leftovers(parent, prefix);
  partial_ = parent / (prefix + std::to_string(::getpid()));
  fs::remove_all(partial_);
  fs::create_directory(partial_);
}

OutFolder::~OutFolder() {
  std::error_code ignored;  // what cannot be tidied up is at least no result
  if (!partial_.empty()) fs::remove_all(partial_, ignored);
}

void OutFolder::write(const std::string& name, std::string_view content) {
  const fs::path path = partial_ / name;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file) {
    throw fs::filesystem_error("cannot write", folder_ / name,
                               std::error_code(errno == 0 ? EIO : errno, std::generic_category()));
  }
  names_.push_back(name);
}

void OutFolder::commit() {
  if (!fs::exists(folder_)) {
    fs::rename(partial_, folder_);
  } else {
    if (!names_.empty()) {
      const std::vector<std::string> earlier = earlier_files(folder_ / names_.back());
      fs::remove(folder_ / names_.back());
      for (const std::string& name : earlier) {
        const bool again = std::find(names_.begin(), names_.end(), name) != names_.end();
        if (!again && fs::is_regular_file(fs::symlink_status(folder_ / name))) fs::remove(folder_ / name);
      }
    }
    for (const std::string& name : names_) fs::rename(partial_ / name, folder_ / name);
    fs::remove_all(partial_);
  }
  partial_.clear();
}

}  // namespace merit
