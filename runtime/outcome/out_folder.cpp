#include "runtime/outcome/out_folder.h"

#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace merit {

namespace fs = std::filesystem;

OutFolder::OutFolder(fs::path folder) : folder_(std::move(folder)) {
  if (!folder_.has_filename()) folder_ = folder_.parent_path();  // "results/" is "results"
  if (fs::exists(folder_) && !fs::is_directory(folder_)) {
    throw fs::filesystem_error("a file of this name is in the way", folder_,
                               std::make_error_code(std::errc::not_a_directory));
  }
  const fs::path parent = folder_.has_parent_path() ? folder_.parent_path() : fs::path(".");
  fs::create_directories(parent);
  partial_ = parent / ("." + folder_.filename().string() + ".partial-" + std::to_string(::getpid()));
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
    if (!names_.empty()) fs::remove(folder_ / names_.back());
    for (const std::string& name : names_) fs::rename(partial_ / name, folder_ / name);
    fs::remove_all(partial_);
  }
  partial_.clear();
}

}  // namespace merit
