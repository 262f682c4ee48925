#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/data_options.h"
#include "cli/progress.h"
#include "runtime/data/terminology.h"
#include "runtime/ir/needs.h"
#include "runtime/run/tests.h"

namespace merit::cli {

namespace {

struct Options {
  ProgramOptions program;
  std::vector<std::filesystem::path> value_sets;
  std::string only;
  RenderStyle style = RenderStyle::boxed;
};

Diagnostics messages_of(const TestOutcome& outcome) {
  Diagnostics messages;
  for (const TestFailure& failure : outcome.failures) {
    messages.error("R020", failure.span, failure.message, fmt::format("In the test \"{}\".", outcome.title));
  }
  return messages;
}

/// Every test with its result, and how many there are of each, for machines.
std::string report(const std::vector<TestOutcome>& outcomes, const SourceFiles& files) {
  using Json = nlohmann::ordered_json;
  Json tests = Json::array();
  size_t passed = 0;
  for (const TestOutcome& outcome : outcomes) {
    passed += outcome.passed() ? 1 : 0;
    const Diagnostics failures = messages_of(outcome);
    tests.push_back({{"title", outcome.title},
                     {"result", outcome.passed() ? "passed" : "failed"},
                     {"checks", outcome.checks},
                     {"failures", Json::parse(render(failures, files, {RenderStyle::json, false}))}});
  }
  const Json whole = {{"passed", passed}, {"failed", outcomes.size() - passed}, {"tests", std::move(tests)}};
  return whole.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Exit test(const Options& options) {
  const LoadedProgram loaded = need_program(options.program, options.style);
  std::vector<TestOutcome> outcomes;
  {
    const Progress progress("running the tests");
    std::shared_ptr<const ValueSets> sets;
    if (!options.value_sets.empty()) {
      const std::vector<uint32_t> columns = columns_of_tests(*loaded.program, options.only);
      const std::vector<bool> needed =
          needed_value_sets(*loaded.program, needed_columns(*loaded.program, columns));
      Diagnostics problems;
      const auto terminology = load_terminology(*loaded.program, options.value_sets, needed, problems);
      print_messages(problems, *loaded.files, options.style);
      if (!terminology) throw Ended{Exit::data_errors};
      sets = terminology->sets;
    }
    outcomes = run_tests(*loaded.program, options.only, sets);
  }
  Diagnostics messages;
  size_t passed = 0;
  const bool color = wants_color(STDOUT_FILENO);
  std::string lines;
  for (const TestOutcome& outcome : outcomes) {
    const bool good = outcome.passed();
    passed += good ? 1 : 0;
    lines += fmt::format("{}{}{} {}\n", color ? (good ? "\x1b[32m" : "\x1b[31m") : "",
                         good ? "passed" : "FAILED", color ? "\x1b[0m" : "", outcome.title);
    const Diagnostics failures = messages_of(outcome);
    for (const Diagnostic& failure : failures.all()) messages.add(failure);
  }
  if (options.style == RenderStyle::boxed) {
    lines += outcomes.empty() && options.only.empty()
                 ? "No test stands in this program or in what it uses.\n"
                 : fmt::format("{} of {} test{} passed.\n", passed, outcomes.size(),
                               outcomes.size() == 1 ? "" : "s");
    print(lines);
  }
  if (options.style == RenderStyle::json) {
    print(report(outcomes, *loaded.files));
  } else {
    print_messages(messages, *loaded.files, options.style);
  }
  if (outcomes.empty() && !options.only.empty()) {
    throw Failure{Exit::usage, fmt::format("No test has \"{}\" in its title.", options.only), ""};
  }
  return passed == outcomes.size() ? Exit::fine : Exit::findings;
}

}  // namespace

void add_test(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("test", "Run the tests that stand in a program; no data are needed");
  add_program_options(*command, options->program);
  add_value_set_option(*command, options->value_sets);
  command->add_option("--only", options->only, "Only the tests with this text in their title")
      ->type_name("TEXT");
  command
      ->add_option("--format", options->style,
                   "How failures are written: boxed for people, line for editors, json for machines")
      ->type_name("FORM")
      ->transform(one_of<RenderStyle>(
          {{"boxed", RenderStyle::boxed}, {"line", RenderStyle::line}, {"json", RenderStyle::json}}))
      ->default_str("boxed");
  command->footer(
      "Examples:\n"
      "  merit test hvbp_2024.merit\n"
      "  merit test hvbp_2024.merit --only \"ten points\"\n"
      "\n"
      "Ends with 0 when every test passes, with 1 when one fails, with 3 when the program has errors.");
  command->callback([options, &exit] { exit = test(*options); });
}

}  // namespace merit::cli
