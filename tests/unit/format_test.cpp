// The canonical text: what it looks like, that it is stable, and that it is the same program.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "compiler/format/format.h"
#include "compiler/syntax/parse.h"
#include "runtime/diagnostics/render.h"
#include "syntax_dump.h"

namespace {

using namespace merit;

struct Read {
  SourceFiles files;
  Diagnostics diagnostics;
  std::unique_ptr<ast::Module> module;
};

Read read(const std::string& text, const std::string& name) {
  Read result;
  const uint32_t file = result.files.add(name, text);
  result.module = parse_module(result.files, file, result.diagnostics);
  return result;
}

std::vector<std::string> comments_of(const Read& result) {
  std::vector<std::string> out;
  for (const ast::Comment& comment : result.module->comments) {
    out.push_back(result.files[1].text.substr(comment.span.begin, comment.span.end - comment.span.begin));
  }
  return out;
}

/// Formats, and checks what must hold of every text.
std::string formatted(const std::string& text, const std::string& name = "t.merit") {
  const Read before = read(text, name);
  INFO(name << "\n" << text << render(before.diagnostics, before.files, {}));
  REQUIRE_FALSE(before.diagnostics.has_errors());
  std::string out = format_module(*before.module, before.files);
  const Read after = read(out, name);
  INFO("formatted:\n" << out << render(after.diagnostics, after.files, {}));
  REQUIRE_FALSE(after.diagnostics.has_errors());
  CHECK(testing::TreeDump::of(*after.module) == testing::TreeDump::of(*before.module));
  CHECK(comments_of(after) == comments_of(before));
  CHECK(format_module(*after.module, after.files) == out);
  return out;
}

}  // namespace

TEST_CASE("blanks between words and signs") {
  CHECK(formatted("module   t\nx=round( a+b*-c ,0.5,half   even)-count  of rs\n") ==
        "module t\nx = round(a + b * -c, 0.5, half even) - count of rs\n");
  CHECK(formatted("module t\nparameter p:number?=-2%\nf( a:number,b : money? ) :money=a . b (c)\n") ==
        "module t\nparameter p : number? = -2%\nf(a : number, b : money?) : money = a.b(c)\n");
  CHECK(formatted("module t\nenum e :a,b ,c\nensure \"x\" :( a )in - $1 to $1\nreport r :a ,b\"B\"\n") ==
        "module t\nenum e: a, b, c\nensure \"x\": (a) in -$1 to $1\nreport r: a, b \"B\"\n");
  CHECK(formatted(
            "module t\nentity person(people) :\n key id:text\nremove measure ( a , -1 ) because \"x\"\n") ==
        "module t\nentity person (people):\n  key id : text\nremove measure(a, -1) because \"x\"\n");
  CHECK(formatted("module t\nx = latest of ts by d ,then lowest v\ny = a is   not b\n") ==
        "module t\nx = latest of ts by d, then lowest v\ny = a is not b\n");
}

TEST_CASE("indentation") {
  CHECK(formatted("module t\nfor each e:\n\n\n     a = 1\n\n\n\n     b =\n         1 when c\n            and "
                  "d\n         2 otherwise\n\n\n") ==
        "module t\nfor each e:\n  a = 1\n\n  b =\n    1   when c\n       and d\n    2   otherwise\n");
  SECTION("a line that goes on keeps its distance") {
    CHECK(formatted("module t\nslope = (a)\n      / (b)\nfor each e:\n    x = (y\n    + z\n    )\n") ==
          "module t\nslope = (a)\n      / (b)\nfor each e:\n  x = (y\n    + z\n  )\n");
  }
  SECTION("line ends of Windows stay, a byte order mark goes") {
    CHECK(formatted("\xEF\xBB\xBFmodule t\r\nx=1\r\n") == "module t\r\nx = 1\r\n");
  }
  CHECK(formatted("module t") == "module t\n");
}

TEST_CASE("tables and cases") {
  CHECK(
      formatted("module t\ntable m:\n  |key id|label|\n  |mort_30|\"a|b\"|  # note\n  # between\n  |ä||\n") ==
      "module t\ntable m:\n  | key id  | label |\n  | mort_30 | \"a|b\" |  # note\n  # between\n  | ä       "
      "|       |\n");
  CHECK(
      formatted(
          "module t\nx =\n  missing because \"no\" when a is missing\n  10 when all of:\n    b\n    c\n"
          "  this_is_a_value_that_is_wider + than_sixty_characters_and_stays_out when d\n  0 otherwise\n") ==
      "module t\nx =\n  missing because \"no\"   when a is missing\n  10                     when all of:\n  "
      "  b\n    c\n"
      "  this_is_a_value_that_is_wider + than_sixty_characters_and_stays_out   when d\n  0                   "
      "   otherwise\n");
}

TEST_CASE("what the author has aligned stays aligned") {
  CHECK(formatted(
            "module t\nentity e:\n  key ccn    : text\n  name       : text\n  long_name_of_it : money\n") ==
        "module t\nentity e:\n  key ccn : text\n  name    : text\n  long_name_of_it : money\n");
  CHECK(formatted("module t\nfor each e:\n  a    : number = 1\n  bcd  : text   = x\n  e = 3\n") ==
        "module t\nfor each e:\n  a   : number = 1\n  bcd : text   = x\n  e = 3\n");
  CHECK(formatted("module t\nuse a.b     # one\nuse a       # two\nuse c # three\n") ==
        "module t\nuse a.b  # one\nuse a    # two\nuse c  # three\n");
  CHECK(formatted("module t\nvalueset abc  \"u\"\ncode     a    \"s\"   \"c\"\ncode     ab   \"st\"  "
                  "\"d\"\ncode b \"s\" \"c\"\n") == "module t\nvalueset abc \"u\"\ncode a       \"s\"  "
                                                    "\"c\"\ncode ab      \"st\" \"d\"\ncode b \"s\" \"c\"\n");
  CHECK(formatted(
            "module t\nmeasure m for each e:\n  title       \"M\"\n  better      lower\n  numerator = a\n") ==
        "module t\nmeasure m for each e:\n  title  \"M\"\n  better lower\n  numerator = a\n");
}

TEST_CASE("what a measure says of itself stays aligned") {
  CHECK(formatted("module t\nvalueset office_visit \"u\"\nvalueset b            \"v\"\n") ==
        "module t\nvalueset office_visit \"u\"\nvalueset b            \"v\"\n");
  CHECK(
      formatted(
          "module t\nmeasure m for each e:\n  title       \"A\"\n  identifier  \"B\"\n  better      lower\n\n"
          "  scoring   ratio\n  numerator = a\n") ==
      "module t\nmeasure m for each e:\n  title      \"A\"\n  identifier \"B\"\n  better     lower\n\n"
      "  scoring ratio\n  numerator = a\n");
  CHECK(formatted("module t\nmeasure m for each e:\n  title \"A\"\n  identifier \"B\"\n  group  g  \"G\" :\n "
                  "  numerator "
                  "=a\n") == "module t\nmeasure m for each e:\n  title \"A\"\n  identifier \"B\"\n  group g "
                             "\"G\":\n    numerator = a\n");
}

TEST_CASE("comments stay where they stand") {
  const std::string text =
      "# top\n\n## doc\nmodule t\n# before\nfor each e:  # header\n      # first\n      a = 1\n      ## doc "
      "of b\n      b = (c\n# inside\n        + d)\n      # end of block\n\n"
      "# outside\nx = is_it # why\n## lost\n";
  CHECK(formatted(text) == "# top\n\n## doc\nmodule t\n# before\nfor each e:  # header\n  # first\n  a = 1\n "
                           " ## doc of b\n  b = (c\n    # inside\n    + d)\n  # end of block\n\n"
                           "# outside\nx = is_it  # why\n## lost\n");
  CHECK(formatted("module t\nx = a is # strange\n   not b\n") == "module t\nx = a is  # strange\n   not b\n");
}

TEST_CASE("a literate module changes in its fences only") {
  CHECK(formatted("#  Title  \n\n```merit\nmodule   t\nfor each e:\n    a=1\n```\n|a|b|\n\n  ``` merit\n     "
                  " b=2\n  ```\ntext   \n",
                  "t.merit.md") == "#  Title  \n\n```merit\nmodule t\nfor each e:\n  a = 1\n```\n|a|b|\n\n  "
                                   "``` merit\n    b = 2\n  ```\ntext   \n");
}

namespace {

/// The programs of the project that have no errors (some are wrong on purpose).
std::vector<std::pair<std::string, std::string>> sound_programs() {
  std::vector<std::pair<std::string, std::string>> programs;
  for (const char* folder : {"examples", "stdlib", "tests", "docs"}) {
    if (!std::filesystem::exists(folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (!entry.is_regular_file() || !(name.ends_with(".merit") || name.ends_with(".merit.md"))) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      std::ostringstream text;
      text << in.rdbuf();
      if (!read(text.str(), name).diagnostics.has_errors()) programs.emplace_back(name, text.str());
    }
  }
  std::sort(programs.begin(), programs.end());
  return programs;
}

}  // namespace

TEST_CASE("every program of the project") {
  const auto programs = sound_programs();
  CHECK(programs.size() >= 5);
  for (const auto& [name, text] : programs) formatted(text, name);
}

TEST_CASE("whatever blanks, line ends and comments stand in between") {
  const auto programs = sound_programs();
  static const char* const pieces[] = {" ",    "   ",        "\n      ",     " # note\n          ",
                                       "\n\n", "\n# left\n", "\n   ## doc\n"};
  std::mt19937 random(7);
  const auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  size_t sound = 0;
  for (int round = 0; round < 3000; ++round) {
    const auto& [name, original] = programs[below(programs.size())];
    std::string text = original;
    if (text.size() > 20000) continue;
    for (size_t change = 1 + below(4); change > 0; --change) {
      const size_t blank = text.find_first_of(" \n", below(text.size()));
      if (blank != std::string::npos) text.insert(blank, pieces[below(std::size(pieces))]);
    }
    if (read(text, name).diagnostics.has_errors()) continue;
    formatted(text, name);
    ++sound;
  }
  CHECK(sound > 300);
}
