#include <fmt/format.h>

#include "cli/command.h"
#include "compiler/format/format.h"
#include "compiler/syntax/parse.h"

namespace merit::cli {

namespace {

struct Options {
  std::vector<std::filesystem::path> files;
  bool check = false;
};

/// The canonical text of a file; nothing when it has errors, which are printed.
std::optional<std::string> formatted(const std::filesystem::path& path, const std::string& text) {
  SourceFiles files;
  Diagnostics diagnostics;
  const uint32_t file = files.add(path.string(), text);
  const std::unique_ptr<ast::Module> module = parse_module(files, file, diagnostics);
  if (diagnostics.has_errors()) {
    diagnostics.sort();
    print_messages(diagnostics, files);
    return std::nullopt;
  }
  return format_module(*module, files);
}

Exit format(const Options& options) {
  auto exit = Exit::fine;
  for (const std::filesystem::path& path : options.files) {
    const std::string text = read_file(path);
    const std::optional<std::string> result = formatted(path, text);
    if (!result) {
      exit = Exit::program_errors;
    } else if (*result != text && options.check) {
      print(fmt::format("{} is not in the one layout.\n", path.string()));
      if (exit == Exit::fine) exit = Exit::findings;
    } else if (*result != text) {
      write_file(path, *result);
    }
  }
  return exit;
}

}  // namespace

void add_fmt(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("fmt", "Set files in the one layout: what they mean stays as it is");
  command
      ->add_option("FILE", options->files,
                   "Files to set: .merit, or .merit.md, of which only the fences change")
      ->required();
  command->add_flag("--check", options->check,
                    "Change nothing; name the files that are not in the one layout");
  command->footer("Examples:\n"
                  "  merit fmt *.merit\n"
                  "  merit fmt --check *.merit          for a check before a commit\n"
                  "\n"
                  "Ends with 0 when all is well, with 1 when --check finds a file that is not in the layout, "
                  "with 3 when\n"
                  "a file has errors; such a file is left as it is.");
  command->callback([options, &exit] { exit = format(*options); });
}

}  // namespace merit::cli
