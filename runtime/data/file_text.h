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

  /// This part of view() will not be read soon: its memory may go to others. It stays readable.
  void release(std::string_view part) const;

 private:
  const char* data_ = nullptr;
  size_t size_ = 0;
};

/// A file's text: the bytes themselves, or what they unpack to when they are gzip, by whatever name.
class FileText {
 public:
  /// Opens and unpacks, or says why that cannot be. A large packed file is left as it is when the caller
  /// wants it piece by piece (GzipStream): then is_packed().
  std::optional<Refusal> open(const std::filesystem::path& path, bool piecewise = false);

  bool is_packed() const { return is_packed_; }

  std::string_view bytes() const { return bytes_.view(); }

  std::string_view text() const { return text_; }

  /// As FileBytes has it; nothing for what was unpacked.
  void release(std::string_view part) const {
    if (!unpacked_ && !made_) bytes_.release(part);
  }

  /// What is read in place of the file's own text.
  void replace(std::string text) {
    made_ = std::make_unique<std::string>(std::move(text));
    text_ = *made_;
  }

 private:
  std::optional<Refusal> unpack();

  struct Free {
    void operator()(char* memory) const { std::free(memory); }
  };

  FileBytes bytes_;
  std::unique_ptr<char, Free> unpacked_;
  std::unique_ptr<std::string> made_;  // its place does not move with this object
  std::string_view text_;
  bool is_packed_ = false;
};

/// Unpacks gzip piece by piece.
class GzipStream {
 public:
  explicit GzipStream(std::string_view packed);
  ~GzipStream();
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  /// How many bytes were written to `to`; 0 at the end. Damage ends it: then damaged().
  size_t read(char* to, size_t size);

  bool damaged() const { return damaged_; }

 private:
  struct State;
  std::unique_ptr<State> state_;
  bool damaged_ = false;
};

/// What is said of a packed file that is damaged.
Refusal damaged_gzip();

/// Looks below `directory` for the file as named, then with .gz added. When there is neither, the refusal
/// lists what is there.
std::optional<std::filesystem::path> find_data_file(const std::filesystem::path& directory,
                                                    const std::string& name, Refusal& refusal);

/// The offset of the first byte that is not UTF-8; npos when all is well.
size_t find_bad_utf8(std::string_view text);

}  // namespace merit::data
