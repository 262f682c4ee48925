#include "cli/command.h"
#include "runtime/ir/json.h"

namespace merit::cli {

namespace {

struct Options {
  ProgramOptions program;
  std::filesystem::path out;
};

Exit write_ir(const Options& options) {
  const LoadedProgram loaded = need_program(options.program);
  print_messages(loaded.diagnostics, *loaded.files);
  const std::string json = ir::to_json(*loaded.program);
  if (options.out.empty()) {
    print(json);
  } else {
    write_file(options.out, json);
  }
  return Exit::fine;
}

}  // namespace

void add_ir(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("ir", "Write a program in its intermediate form, which runs without the compiler");
  add_program_options(*command, options->program);
  command->add_option("--out", options->out, "The file to write; without it, the standard output")
      ->type_name("FILE");
  command->footer("Examples:\n"
                  "  merit ir hvbp_2024.merit --out hvbp_2024.mir\n"
                  "  merit run hvbp_2024.mir --data folder\n"
                  "\n"
                  "docs/ir.md describes the form.");
  command->callback([options, &exit] { exit = write_ir(*options); });
}

}  // namespace merit::cli
