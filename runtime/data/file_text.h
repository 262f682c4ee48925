#pragma once
// The bytes of a data file, and its text when it is packed.

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace merit::data {

/// Why a file cannot be used as a whole.
struct Refusal {
  std::string code;
  std::string message;
  std::string help;
  uint64_t line = 0;
};

/// A file mapped into memory for reading.
class FileBytes {
 public:
  FileBytes() = default;
  ~FileBytes();
  FileBytes(FileBytes&& other) noexcept;
  FileBytes& operator=(FileBytes&& other) noexcept;
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  /// Maps the file, or says why not.
  std::optional<Refusal> open(const std::filesystem::path& path);

  std::string_view view() const { return {data_, size_}; }

 private:
  const char* data_ = nullptr;
  size_t size_ = 0;
};

/// A file's text: the bytes themselves, or what they unpack to when they are gzip, by whatever name.
class FileText {
 public:
  /// Opens and unpacks, or says why that cannot be.
  std::optional<Refusal> open(const std::filesystem::path& path);

  std::string_view bytes() const { return bytes_.view(); }

  std::string_view text() const { return text_; }

 private:
  std::optional<Refusal> unpack();

  struct Free {
    void operator()(char* memory) const { std::free(memory); }
  };

  FileBytes bytes_;
  std::unique_ptr<char, Free> unpacked_;
  std::string_view text_;
};

/// Looks below `directory` for the file as named, then with .gz added. When there is neither, the refusal
/// lists what is there.
std::optional<std::filesystem::path> find_data_file(const std::filesystem::path& directory,
                                                    const std::string& name, Refusal& refusal);

/// The offset of the first byte that is not UTF-8; npos when all is well.
size_t find_bad_utf8(std::string_view text);

}  // namespace merit::data
