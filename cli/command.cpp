#include "cli/command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "compiler/compile.h"
#include "runtime/ir/json.h"

namespace merit::cli {

namespace fs = std::filesystem;

namespace {

bool write_all(std::FILE* stream, const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stream) == text.size() && std::fflush(stream) == 0;
}

std::string cause(int error) {
  return error == 0 ? "" : fmt::format(": {}", std::strerror(error));
}

}  // namespace

bool is_terminal(int file_descriptor) {
  return ::isatty(file_descriptor) == 1;
}

bool wants_color(int file_descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool refused = no_color != nullptr && *no_color != '\0';
  const bool dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  return is_terminal(file_descriptor) && !refused && !dumb;
}

void print(const std::string& text) {
  errno = 0;
  if (write_all(stdout, text) || errno == EPIPE) return;  // a reader who has seen enough is no failure
  throw Failure{Exit::file_errors, fmt::format("The results cannot be written{}.", cause(errno)), ""};
}

void print_error(const std::string& text) {
  write_all(stderr, text);
}

void add_program_options(CLI::App& command, ProgramOptions& options) {
  command.add_option("PROGRAM", options.file, "The program: a .merit, .merit.md or .mir file")->required();
  command
      .add_option("--library", options.library,
                  "A folder where `use` and `amends` look after the program's own (may be given again)")
      ->type_name("FOLDER")
      ->allow_extra_args(false);
}

CLI::Validator whole_number() {
  return CLI::Validator(
      [](std::string& given) {
        constexpr size_t most_digits = 9;
        const bool fits = !given.empty() && given.size() <= most_digits &&
                          given.find_first_not_of("0123456789") == std::string::npos;
        if (!fits) return "it takes a whole number such as 4, and not `" + given + "`";
        given.erase(0, std::min(given.find_first_not_of('0'), given.size() - 1));  // 010 is no octal
        return std::string();
      },
      "");
}

std::string read_file(const fs::path& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (file && !fs::is_directory(path)) content << file.rdbuf();
  if (!file || fs::is_directory(path)) {
    throw Failure{
        Exit::file_errors,
        fmt::format("{} cannot be read{}.", path.string(), cause(fs::is_directory(path) ? EISDIR : errno)),
        "Look at the name and the folder."};
  }
  return std::move(content).str();
}

void write_file(const fs::path& named, const std::string& content) {
  std::error_code ignored;
  // A device such as /dev/stdout is written to; behind a symbolic link the file itself is replaced.
  const bool in_place = fs::exists(named, ignored) && !fs::is_regular_file(named, ignored);
  const fs::path path = !in_place && fs::is_symlink(named, ignored) ? fs::weakly_canonical(named) : named;
  const fs::path partial =
      in_place ? path : fs::path(path.string() + ".partial-" + std::to_string(::getpid()));
  errno = 0;
  std::ofstream file(partial, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  std::error_code error;
  if (file && !in_place) fs::rename(partial, path, error);
  if (!file || error) {
    const int reason = error ? error.value() : errno;
    if (!in_place) fs::remove(partial, error);
    throw Failure{Exit::file_errors, fmt::format("{} cannot be written{}.", named.string(), cause(reason)),
                  ""};
  }
}

LoadedProgram load_program(const ProgramOptions& options) {
  LoadedProgram loaded;
  if (options.file.extension() == ".mir") {
    std::optional<ir::Program> program =
        ir::from_json(read_file(options.file), options.file.string(), loaded.diagnostics);
    if (program) {
      loaded.files = program->files;
      loaded.program = std::make_shared<const ir::Program>(std::move(*program));
    } else {
      loaded.files = std::make_shared<const SourceFiles>();
    }
    return loaded;
  }
  std::error_code error;
  if (!fs::exists(options.file, error) || fs::is_directory(options.file, error)) read_file(options.file);
  Compilation compilation = compile(options.file, CompileOptions{options.library});
  loaded.files = compilation.files;
  loaded.diagnostics = std::move(compilation.diagnostics);
  if (compilation.program)
    loaded.program = std::make_shared<const ir::Program>(std::move(*compilation.program));
  return loaded;
}

LoadedProgram need_program(const ProgramOptions& options, RenderStyle style) {
  LoadedProgram loaded = load_program(options);
  if (loaded.program == nullptr) {
    print_messages(loaded.diagnostics, *loaded.files, style);
    throw Ended{Exit::program_errors};
  }
  return loaded;
}

void print_messages(const Diagnostics& diagnostics, const SourceFiles& files, RenderStyle style) {
  if (style == RenderStyle::json) {
    print(render(diagnostics, files, {style, false}));
  } else if (!diagnostics.all().empty()) {
    print_error(render(diagnostics, files, {style, wants_color(STDERR_FILENO)}));
  }
}

}  // namespace merit::cli
