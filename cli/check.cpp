#include <fmt/format.h>

#include "cli/command.h"

namespace merit::cli {

namespace {

struct Options {
  ProgramOptions program;
  RenderStyle style = RenderStyle::boxed;
  bool quiet = false;
};

std::string count(size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string well(const ir::Program& program, const std::string& file) {
  size_t definitions = 0;
  for (const ir::Column& column : program.columns) {
    if (column.kind == ir::ColumnKind::computed && !column.hidden) ++definitions;
  }
  return fmt::format("{} is well: {}, {}, {}, {}.\n", file, count(program.modules.size(), "module"),
                     count(definitions, "definition"), count(program.payments.size(), "payment"),
                     count(program.tests.size(), "test"));
}

Exit check(const Options& options) {
  const LoadedProgram loaded = load_program(options.program);
  print_messages(loaded.diagnostics, *loaded.files, options.style);
  if (loaded.program == nullptr) return Exit::program_errors;
  if (!options.quiet && options.style == RenderStyle::boxed) {
    print(well(*loaded.program, options.program.file.string()));
  }
  return Exit::fine;
}

}  // namespace

void add_check(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("check", "Read a program with all its modules, and say what is wrong with it");
  add_program_options(*command, options->program);
  command
      ->add_option("--format", options->style,
                   "How messages are written: boxed for people, line for editors, json for machines")
      ->type_name("FORM")
      ->transform(one_of<RenderStyle>(
          {{"boxed", RenderStyle::boxed}, {"line", RenderStyle::line}, {"json", RenderStyle::json}}))
      ->default_str("boxed");
  command->add_flag("--quiet", options->quiet, "Say nothing when the program is well");
  command->footer(
      "Examples:\n"
      "  merit check hvbp_2024.merit\n"
      "  merit check contract.merit.md --format line      one message a line: FILE:LINE:COLUMN ...\n"
      "\n"
      "Ends with 0 when the program is well, with 3 when it has errors.");
  command->callback([options, &exit] { exit = check(*options); });
}

}  // namespace merit::cli
