#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace merit {

/// Writes the files of a run so that a reader never finds half of it: everything is written beside the folder
/// first, and put in place only by commit(). A new folder appears as a whole. In a folder that is there
/// already, the last file of an earlier run (its manifest) goes first and the new one comes last: files
/// without the manifest are no result. What that manifest lists and this run does not write goes too; other
/// files stay. What a killed run left beside the folder is removed. Without a commit() nothing is changed and
/// nothing left.
///
/// All throw std::filesystem::filesystem_error or std::system_error, with the path, when the disk does not
/// play along.
class OutFolder {
 public:
  explicit OutFolder(std::filesystem::path folder);
  ~OutFolder();
  OutFolder(const OutFolder&) = delete;
  OutFolder& operator=(const OutFolder&) = delete;

  /// `name` is a plain file name. The last file written is the one that makes the result whole.
  void write(const std::string& name, std::string_view content);
  void commit();

 private:
  std::filesystem::path folder_;
  std::filesystem::path partial_;
  std::vector<std::string> names_;
};

}  // namespace merit
