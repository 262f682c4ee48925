#pragma once
// What the sub-commands of `merit` share.

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/diagnostics/diagnostic.h"
#include "runtime/diagnostics/render.h"
#include "runtime/ir/ir.h"

namespace merit::cli {

/// What the command ends with; scripts rely on it.
enum class Exit : int {
  fine = 0,
  findings =
      1,  ///< an ensure or a test fails, there is a fault in what was asked for, a file is not formatted
  usage = 2,
  program_errors = 3,
  data_errors = 4,
  file_errors = 5,
  defect = 70,
};

/// Ends the command with a message that stands in no program and no data.
struct Failure {
  Exit exit;
  std::string message;
  std::string help;
};

/// Is the stream a terminal that wants colour? Not under NO_COLOR (https://no-color.org) or TERM=dumb.
bool wants_color(int file_descriptor);
bool is_terminal(int file_descriptor);

/// Writes to the standard streams at once; a reader who has gone away (`| head`) is no failure.
void print(const std::string& text);
void print_error(const std::string& text);

/// Options that every command has that reads a program.
struct ProgramOptions {
  std::filesystem::path file;
  std::vector<std::filesystem::path> library;
};

void add_program_options(CLI::App& command, ProgramOptions& options);

struct LoadedProgram {
  std::shared_ptr<const SourceFiles> files;
  std::shared_ptr<const ir::Program> program;  ///< null when it has errors
  Diagnostics diagnostics;
};

/// Compiles a .merit or .merit.md file, reads a .mir file. Throws Failure when the file cannot be read at
/// all.
LoadedProgram load_program(const ProgramOptions& options);

/// The same for commands that need the program: prints what is wrong with it and throws Ended.
LoadedProgram need_program(const ProgramOptions& options, RenderStyle style = RenderStyle::boxed);

/// Everything was said; only the status is left.
struct Ended {
  Exit exit;
};

/// Messages on the standard error stream, in colour where that is wanted; JSON on the standard output.
void print_messages(const Diagnostics& diagnostics, const SourceFiles& files,
                    RenderStyle style = RenderStyle::boxed);

/// The whole of a file. Throws Failure.
std::string read_file(const std::filesystem::path& path);
/// Written beside and renamed; what is no regular file (a device, a pipe) is written to. Throws Failure.
void write_file(const std::filesystem::path& named, const std::string& content);

/// For an option that takes one of a few words: the word's value, or what the option takes.
template <typename Value>
CLI::Validator one_of(std::vector<std::pair<std::string, Value>> choices) {
  return CLI::Validator(
      [choices = std::move(choices)](std::string& given) {
        std::string words;
        for (size_t i = 0; i < choices.size(); ++i) {
          if (choices[i].first == given) {
            given = std::to_string(static_cast<int>(choices[i].second));
            return std::string();
          }
          if (i > 0) words += i + 1 == choices.size() ? " or " : ", ";
          words += choices[i].first;
        }
        return "it takes " + words + ", and not `" + given + "`";
      },
      "");
}

/// For an option that takes a number of rows or threads.
CLI::Validator whole_number();

// One file each. What a command ends with is written to `exit`.
void add_check(CLI::App& app, Exit& exit);
void add_run(CLI::App& app, Exit& exit);
void add_test(CLI::App& app, Exit& exit);
void add_explain(CLI::App& app, Exit& exit);
void add_fmt(CLI::App& app, Exit& exit);
void add_ir(CLI::App& app, Exit& exit);

}  // namespace merit::cli
