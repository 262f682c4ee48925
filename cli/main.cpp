// The `merit` command.
#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "cli/command.h"
#include "runtime/diagnostics/render.h"
#include "runtime/outcome/version.h"

namespace {

using merit::cli::Exit;
using merit::cli::print_error;

constexpr const char* description =
    "Merit: a language for health-care incentive programs, from patient and provider data to money.\n"
    "\n"
    "A first look:\n"
    "  merit check program.merit                    is the program well?\n"
    "  merit test program.merit                     do its own tests hold?\n"
    "  merit run program.merit --data folder        compute, and print the reports\n"
    "  merit explain program.merit --data folder hospital 010001 payment\n"
    "                                               why is this value what it is?\n";

constexpr const char* footer =
    "merit COMMAND --help tells more, with examples.\n"
    "\n"
    "Exit codes: 0 fine; 1 the run found something (an ensure or a test fails, a fault); 2 wrong use of the\n"
    "command; 3 errors in the program; 4 errors in the data; 5 a file cannot be read or written; 70 a "
    "defect\n"
    "of Merit.";

int failed(const merit::cli::Failure& failure) {
  const bool color = merit::cli::wants_color(STDERR_FILENO);
  print_error(
      fmt::format("{}error:{} {}\n", color ? "\x1b[1;31m" : "", color ? "\x1b[0m" : "", failure.message));
  if (!failure.help.empty()) print_error(fmt::format("  help: {}\n", failure.help));
  return static_cast<int>(failure.exit);
}

/// `merit rum …`: the first word is no option and no command.
std::optional<merit::cli::Failure> unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return std::nullopt;
  const std::string word = argv[1];
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == word) return std::nullopt;
    names.push_back(command->get_name());
  }
  const std::string nearest = merit::nearest_name(word, names);
  return merit::cli::Failure{Exit::usage, fmt::format("There is no command `{}`.", word),
                             nearest.empty() ? "`merit --help` lists the commands."
                                             : fmt::format("Did you mean `merit {}`?", nearest)};
}

/// `merit run … --valueset x`: an option that the command does not have.
std::optional<merit::cli::Failure> unknown_option(const CLI::App& app, int argc, char** argv) {
  for (const CLI::App* command : app.get_subcommands()) {
    std::vector<std::string> names;
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    for (int i = 2; i < argc; ++i) {
      const std::string word = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
      if (!word.starts_with("--") || word == "--") continue;
      if (std::find(names.begin(), names.end(), word) != names.end()) continue;
      const std::string nearest = merit::nearest_name(word, names);
      return merit::cli::Failure{
          Exit::usage, fmt::format("`merit {}` has no option {}.", command->get_name(), word),
          nearest.empty() ? fmt::format("`merit {} --help` lists them.", command->get_name())
                          : fmt::format("Did you mean {}?", nearest)};
    }
  }
  return std::nullopt;
}

int run(int argc, char** argv) {
  CLI::App app{description, "merit"};
  app.footer(footer);
  app.require_subcommand(1);
  app.set_version_flag("--version", fmt::format("merit {}", merit::version()), "Print the version");
  app.set_help_flag("-h,--help", "Print this help");
  auto exit = Exit::fine;
  merit::cli::add_check(app, exit);
  merit::cli::add_run(app, exit);
  merit::cli::add_test(app, exit);
  merit::cli::add_explain(app, exit);
  merit::cli::add_fmt(app, exit);
  merit::cli::add_ir(app, exit);
  if (argc < 2) {
    print_error(app.help());
    return static_cast<int>(Exit::usage);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help and --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    if (const auto unknown = unknown_command(app, argc, argv)) return failed(*unknown);
    if (const auto unknown = unknown_option(app, argc, argv)) return failed(*unknown);
    return failed(
        {Exit::usage, error.what(), "`merit --help` and `merit COMMAND --help` say how it is used."});
  }
  return static_cast<int>(exit);
}

int guarded(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const merit::cli::Ended& ended) {
    return static_cast<int>(ended.exit);
  } catch (const merit::cli::Failure& failure) {
    return failed(failure);
  } catch (const std::filesystem::filesystem_error& error) {
    return failed({Exit::file_errors,
                   fmt::format("{} cannot be written: {}.", error.path1().string(), error.code().message()),
                   ""});
  } catch (const std::system_error& error) {
    return failed({Exit::file_errors, error.what(), ""});
  } catch (const std::bad_alloc&) {
    return failed(
        {Exit::defect, "There is not enough memory for this run.", "Fewer threads (--threads) need less."});
  } catch (const std::exception& error) {
    return failed({Exit::defect, fmt::format("This is a defect of Merit: {}.", error.what()),
                   "Please report it, with the program and what you did."});
  }
}

struct Call {
  int argc;
  char** argv;
  int status;
};

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader who has seen enough is no failure of ours
  // Definitions that need each other are followed one into the next, and a chain of them may be long (a
  // balance carried over many rows): the usual stack of 8 MB ends after some thousand. Only what is touched
  // of this one takes memory.
  constexpr size_t stack_bytes = size_t{1} << 30U;
  Call call{argc, argv, 0};
  pthread_attr_t attributes;
  pthread_t thread{};
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  const auto body = [](void* given) -> void* {
    auto* const the_call = static_cast<Call*>(given);
    the_call->status = guarded(the_call->argc, the_call->argv);
    return nullptr;
  };
  const bool started = pthread_create(&thread, &attributes, body, &call) == 0;
  pthread_attr_destroy(&attributes);
  if (!started) return guarded(argc, argv);
  pthread_join(thread, nullptr);
  return call.status;
}
