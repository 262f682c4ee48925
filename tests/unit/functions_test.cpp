// The reference of the standard functions (docs/functions.md): printed from the one table and from the
// modules of functions in the standard library, every example run.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <map>
#include <merit/compiler.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/lower/standard_functions.h"
#include "compiler/model/stdlib.h"
#include "compiler/syntax/parse.h"
#include "runtime/ir/ops.h"
#include "tests/support/places.h"

namespace {

using namespace merit;

const std::string example_rows = R"(entity hospital:
  key ccn : text
  rating  : number?

entity visit:
  key hospital : hospital
  key number   : integer
  seen_on      : date
  points       : integer
  weight       : number
  cost         : money
  code         : text
)";

const std::string given_rows = R"(  given hospital:
    | ccn | rating |
    | A   |        |
  given visit:
    | hospital | number | seen_on    | points | weight | cost    | code |
    | A        | 1      | 2026-01-05 | 10     | 1      | $100.00 | x    |
    | A        | 2      | 2026-02-10 | 20     | 1      | $50.00  | y    |
    | A        | 3      | 2026-03-15 | 20     | 2      | $25.00  | x    |
    | A        | 4      | 2026-04-20 | 40     | 4      | $25.00  | z    |
)";

/// Does the example speak of the second visit, and not of the hospital?
bool of_a_visit(const StandardFunction& function) {
  return function.form == FunctionForm::rank || function.form == FunctionForm::clause ||
         function.kind == ast::AggregateKind::previous;
}

std::string takes(const StandardFunction& function) {
  return function.takes.empty() ? "" : "Takes " + text_of(function.takes) + "; gives ";
}

std::string gives(const StandardFunction& function) {
  std::string text = takes(function);
  if (text.empty()) text = "Gives ";
  switch (function.gives) {
  case Gives::same: return text + "the same.";
  case Gives::unrounded: return text + "the same, unrounded.";
  case Gives::whole: return text + "a whole number.";
  case Gives::number: return text + "a number.";
  case Gives::boolean: return text + "true or false.";
  case Gives::row: return text + "a row.";
  case Gives::text: return text + "a text.";
  }
  return text;
}

std::string missing(const StandardFunction& function) {
  switch (function.missing) {
  case MissingRule::carried: return "Missing where a value in it is.";
  case MissingRule::left_out: return "Missing where all values are; others that are missing are left out.";
  case MissingRule::never: return "Never missing.";
  case MissingRule::of_none: return "Missing where there are no rows.";
  case MissingRule::of_one: return "Missing where there are fewer than two rows.";
  case MissingRule::not_among: return "Missing where the current row is not one of the rows.";
  case MissingRule::nothing_before: return "Missing where no row comes before.";
  case MissingRule::nothing_common:
    return "Missing where they have nothing in common, or where a value in it is.";
  }
  return "";
}

/// A definition with arguments in the library.
struct LibraryFunction {
  std::string written;
  std::string doc;
  std::vector<std::pair<std::string, std::string>> examples;  ///< expression, value
};

/// Every "`a` is `b`" of a text.
std::vector<std::pair<std::string, std::string>> examples_in(const std::string& doc) {
  std::vector<std::string> quoted;
  std::vector<std::string> between;
  std::istringstream pieces(doc);
  bool inside = false;
  for (std::string piece; std::getline(pieces, piece, '`'); inside = !inside)
    (inside ? quoted : between).push_back(piece);
  std::vector<std::pair<std::string, std::string>> found;
  for (size_t i = 0; i + 1 < quoted.size(); ++i) {
    if (between[i + 1] == " is ") found.emplace_back(quoted[i], quoted[i + 1]);
  }
  return found;
}

/// The library's modules that hold nothing but definitions with arguments, by name.
std::map<std::string, std::pair<std::string, std::vector<LibraryFunction>>> library() {
  std::map<std::string, std::pair<std::string, std::vector<LibraryFunction>>> modules;
  for (const model::LibraryModule& module : model::standard_library()) {
    SourceFiles files;
    const uint32_t file = files.add(std::string(module.file), std::string(module.text));
    Diagnostics diagnostics;
    const auto tree = parse_module(files, file, diagnostics);
    REQUIRE(diagnostics.all().empty());
    std::vector<LibraryFunction> functions;
    for (const auto& declaration : tree->declarations) {
      const auto* definitions = std::get_if<ast::ForEach>(&declaration->node);
      if (definitions == nullptr || definitions->entity || definitions->definitions.size() != 1) break;
      const ast::Definition* definition = &definitions->definitions.front();
      if (definition->arguments.empty()) break;
      const Span last = definition->type ? definition->type->span : definition->arguments.back().type.span;
      const std::string_view text =
          module.text.substr(definition->name.span.begin, last.end - definition->name.span.begin);
      functions.push_back({std::string(text) + (definition->type ? "" : ")"), definition->doc.text,
                           examples_in(definition->doc.text)});
    }
    if (functions.size() == tree->declarations.size())
      modules[tree->name.text] = {tree->doc.text, std::move(functions)};
  }
  return modules;
}

std::string page() {
  std::string text =
      "# The standard functions\n\nThis page is made from the table that the checker goes by "
      "(`compiler/lower/standard_functions.cpp`) and from the\nmodules of functions in `stdlib`. A test runs "
      "every example.\n\nWhat is aggregated may not be missing: the rows where it is are left out by a "
      "`where`, or `(x if missing 0)` says what\nthey count as. Where it is established that there are rows "
      "(`count of C >= 1`, `exists C`), what is missing of no rows\nis never missing.\n\nThe examples are "
      "about one hospital and its visits, or about its visit 2:\n\n```\n" +
      example_rows + "\n" + given_rows + "```\n";
  std::string_view chapter;
  std::string_view written;
  for (const StandardFunction& function : standard_functions()) {
    if (function.chapter != chapter) text += "\n## " + std::string(function.chapter) + "\n";
    chapter = function.chapter;
    if (function.written != written) text += "\n### `" + std::string(function.written) + "`\n";
    written = function.written;
    text += "\n" +
            (function.option.empty() || function.form == FunctionForm::rank
                 ? ""
                 : "`" + std::string(function.option) + "`: ") +
            std::string(function.text) + " " + gives(function) + " " + missing(function) + " For example `" +
            std::string(function.example) + "` is `" + std::string(function.value) + "`.\n";
  }
  text += "\n## The library\n\nThese are written in Merit; `use scoring` makes those of `scoring` known.\n";
  for (const auto& [name, module] : library()) {
    text += "\n### `" + name + "`\n\n" + module.first + "\n";
    for (const LibraryFunction& function : module.second)
      text += "\n#### `" + function.written + "`\n\n" + function.doc + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("docs/functions.md is what the table and the library say") {
  const auto path = merit::testing::source_folder() / "docs" / "functions.md";
  const std::string wanted = page();
  if (std::getenv("MERIT_RECORD") != nullptr) std::ofstream(path, std::ios::binary) << wanted;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream found;
  found << in.rdbuf();
  CHECK(found.str() == wanted);
}

TEST_CASE("every standard function has an example, and the example holds") {
  std::string of_hospital;
  std::string of_visit;
  std::string tests;
  size_t number = 0;
  for (const StandardFunction& function : standard_functions()) {
    CAPTURE(function.name, function.option);
    CHECK(!function.text.empty());
    REQUIRE(!function.example.empty());
    REQUIRE(!function.value.empty());
    const std::string column = "example_" + std::to_string(++number);
    const bool visit = of_a_visit(function);
    (visit ? of_visit : of_hospital) += "  " + column + " = " + std::string(function.example) + "\n";
    tests += "test \"" + column + "\":\n" + given_rows +
             (visit ? "  expect visit:\n    | hospital | number | " : "  expect hospital:\n    | ccn | ") +
             column + " |\n    | A | " + (visit ? "2 | " : "") + std::string(function.value) + " |\n";
  }
  const std::string program = "module functions\nprogram \"Functions\":\n  currency USD\n" + example_rows +
                              "for each hospital:\n" + of_hospital + "for each visit:\n" + of_visit + tests;
  INFO(program);
  const Program compiled = compile_program_text("functions.merit", program);
  for (const TestResult& test : compiled.run_tests()) {
    CAPTURE(test.title, test.failures);
    CHECK(test.passed);
  }
}

TEST_CASE("every function of the library has an example, and the example holds") {
  std::string program = "module functions\nprogram \"Functions\":\n  currency USD\n";
  std::string tests;
  size_t number = 0;
  for (const auto& [name, module] : library()) {
    program += "use " + name + "\n";
    for (const LibraryFunction& function : module.second) {
      CAPTURE(function.written);
      CHECK(!function.examples.empty());
      for (const auto& [expression, value] : function.examples)
        tests += "test \"" + std::to_string(++number) + "\":\n  expect " + expression + " is " + value + "\n";
    }
  }
  REQUIRE(number > 0);
  for (const TestResult& test : compile_program_text("functions.merit", program + tests).run_tests()) {
    CAPTURE(program + tests, test.title, test.failures);
    CHECK(test.passed);
  }
}

TEST_CASE("every kind of aggregate stands in the table") {
  std::set<ir::AggregateMode> modes;
  for (const StandardFunction& function : standard_functions()) {
    if (function.op == ir::Op::aggregate) modes.insert(function.mode);
  }
  for (uint8_t mode = 0; !ir::mode_name(ir::ModeMeaning::aggregate, mode).empty(); ++mode) {
    CAPTURE(ir::mode_name(ir::ModeMeaning::aggregate, mode));
    CHECK(modes.count(static_cast<ir::AggregateMode>(mode)) == 1);
  }
}
