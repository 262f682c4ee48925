#pragma once
// What Merit says to people: about a program (from the compiler) and about data (from the runtime).
//
// Every message has a code in one registry (registry.h), a place, and, where there is one, what to write
// instead. Messages are collected, put in order of place and rendered in one of three forms (render.h).

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace merit {

/// A file that messages can point into: a module's text, or the name of a data file (text empty).
struct SourceFile {
  std::string name;  ///< as the user would write it: relative to the program's or the data folder
  std::string text;  ///< the whole text, UTF-8; empty for data files
};

/// All files of one compilation. Index 0 is reserved for "no file".
class SourceFiles {
 public:
  SourceFiles();
  uint32_t add(std::string name, std::string text);

  const SourceFile& operator[](uint32_t file) const { return *files_[file]; }

  uint32_t size() const { return static_cast<uint32_t>(files_.size()); }

 private:
  std::vector<std::unique_ptr<SourceFile>> files_;  // stable addresses: views into text outlive growth
};

/// A place in a file: the half-open byte range [begin, end). file 0 is nowhere.
struct Span {
  uint32_t file = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

/// One-based line and column (columns count Unicode code points) of a byte offset.
struct LineColumn {
  uint32_t line = 1;
  uint32_t column = 1;
};

LineColumn line_column(std::string_view text, uint32_t offset);

enum class Severity : uint8_t { error, warning };

/// A further place that helps to understand a message ("the first one is here").
struct Note {
  Span span;
  std::string text;
};

/// A place in a data file; line and column are one-based, 0 when unknown.
struct DataPlace {
  std::string file;
  uint64_t line = 0;
  std::string column;    ///< the header's text, or empty
  bool element = false;  ///< `column` is an element of a resource: "Patient.birthDate"
};

struct Diagnostic {
  std::string code;  ///< "T104": an entry of the registry
  Severity severity = Severity::error;
  Span span;        ///< in a program; file 0 when the message is about data
  DataPlace place;  ///< in data; file empty when the message is about a program
  std::string message;
  std::string help;  ///< what to write or do instead; may be empty
  std::vector<Note> notes;
};

/// Collects the messages of one compilation or one load.
class Diagnostics {
 public:
  Diagnostic& add(Diagnostic diagnostic);
  /// `code` must stand in the registry, which gives the severity; `message` is the whole sentence.
  Diagnostic& error(std::string_view code, Span span, std::string message, std::string help = {});
  Diagnostic& data_error(std::string_view code, DataPlace place, std::string message, std::string help = {});

  bool has_errors() const { return errors_ > 0; }

  size_t error_count() const { return errors_; }

  const std::vector<Diagnostic>& all() const { return items_; }

  /// In order of file and place, exact repetitions removed.
  void sort();
  void remove_if(const std::function<bool(const Diagnostic&)>& unwanted);

 private:
  void count_errors();

  std::vector<Diagnostic> items_;
  size_t errors_ = 0;
};

}  // namespace merit
