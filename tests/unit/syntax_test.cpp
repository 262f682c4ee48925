// Text to tree: the shape of every form, the message of every error, and that nothing crashes.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "compiler/syntax/parse.h"
#include "runtime/diagnostics/registry.h"
#include "runtime/diagnostics/render.h"
#include "syntax_dump.h"

namespace {

using namespace merit;
using testing::TreeDump;

struct Parsed {
  SourceFiles files;
  Diagnostics diagnostics;
  std::unique_ptr<ast::Module> module;
};

Parsed parse(const std::string& text, const std::string& name = "t.merit") {
  Parsed parsed;
  const uint32_t file = parsed.files.add(name, text);
  parsed.module = parse_module(parsed.files, file, parsed.diagnostics);
  return parsed;
}

/// The tree of a program without errors.
std::string tree(const std::string& text, const std::string& name = "t.merit") {
  const Parsed parsed = parse(text, name);
  INFO(render(parsed.diagnostics, parsed.files, {}));
  CHECK(parsed.diagnostics.all().empty());
  CHECK(full_context_events() == 0);
  return TreeDump::of(*parsed.module);
}

/// The tree of one expression as the right side of a definition.
std::string expression(const std::string& text) {
  const std::string whole = tree("module t\nx = " + text + "\n");
  const std::string before = "module t\nrules\n  x = ";
  REQUIRE(whole.starts_with(before));
  return whole.substr(before.size(), whole.size() - before.size() - 1);
}

/// "2:5 S006; 4:7 S023": the places and codes of all messages.
std::string errors(const std::string& text, const std::string& name = "t.merit") {
  const Parsed parsed = parse(text, name);
  std::string out;
  for (const Diagnostic& d : parsed.diagnostics.all()) {
    const LineColumn at = line_column(text, d.span.begin);
    if (!out.empty()) out += "; ";
    out += std::to_string(at.line) + ":" + std::to_string(at.column) + " " + d.code;
    CHECK(find_message(d.code) != nullptr);
    CHECK(d.message.size() > 10);
  }
  return out;
}

std::string first_message(const std::string& text) {
  const Parsed parsed = parse(text);
  REQUIRE_FALSE(parsed.diagnostics.all().empty());
  const Diagnostic& d = parsed.diagnostics.all().front();
  return d.help.empty() ? d.message : d.message + " | " + d.help;
}

/// Every program in the tree of the project.
std::vector<std::pair<std::string, std::string>> all_programs() {
  std::vector<std::pair<std::string, std::string>> programs;
  for (const char* folder : {"examples", "stdlib", "tests"}) {
    if (!std::filesystem::exists(folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (!entry.is_regular_file() || !(name.ends_with(".merit") || name.ends_with(".merit.md"))) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      std::ostringstream text;
      text << in.rdbuf();
      programs.emplace_back(entry.path().string(), text.str());
    }
  }
  std::sort(programs.begin(), programs.end());
  return programs;
}

constexpr const char* rich_program = R"merit(## The doc of the module.
module rich_2025 amends rich_2024
use clinical.hospice
# a comment
program "Rich":
  authority "42 CFR 412"
  effective 2023-10-01 to 2024-09-30
  currency USD
parameter rate : number = 2%
enum domain: a, b, c
## A person.
entity person (people):
  key id : text
  ## how many
  beds : number?  # at the end
entity peer_group = for each distinct quintile of (all hospitals where open)
entity cell = for each hospital, domain
table measure (measures):
  | key id | label   | "a|b" |
  | x      | # one   |       |
  | y      | "q\"x"  | 2     | # note
table big from "big.csv"
for each result where measure.domain is a and points is known:
  ## points
  points : number? =
    missing because "no rate" when rate is missing
    10 when all of:
      a < 1
      at least 2 of:
        b
        c
        d
    round(9 * (x - y)
          / z, 1, half even) otherwise
  amount(of_what : number, k : money?) : money = of_what * k
payment incentive for each hospital where eligible:
  withheld = rate * base
  net = round(withheld, $0.01)
slope = (sum of incentive.withheld over eligible)
      / (sum of x over all hospitals)
ensure "neutral": (sum of incentive over eligible) in -$1_000 to $1_000
ensure "each" for each hospital where open:
  all of:
    a
    b
report hospitals: ccn, total "Total", a + b
report all_of_it for each hospital where a:
  ccn,
  name "N"
test "one":
  given parameter rate = 3%
  given result:
    | hospital | rate |
    | 010001   |      |
  expect result:
    | hospital | points |
    | 010001   | 10     |
  expect slope is 2
source csv "file.csv":
  missing "Not Available", ""
  hospital:
    ccn = column "Facility ID"
    ok = not (column "Footnote") is missing
  result for each measure where domain is a:
    measure = measure
    rate = column "{measure.label} Rate" like "*(…)" or "*" / 100
replace hospital.score : number = as before + 1
replace measure rows:
  | id | label |
  | x  | z     |
add measure rows:
  | id | label |
  | w  | z     |
add entity hospital:
  extra : text
remove measure(x, "a b", -1) because "gone"
remove ensure "neutral" because "no"
remove source "file.csv" result.rate because "no"
remove report hospitals because "no"
remove hospital.score because "no"
replace program:
  currency EUR
replace ensure "each": b
replace enum domain: a, b
replace source "file.csv" result.rate = column "Rate"
replace report hospitals: ccn
replace test "one":
  expect slope is 3
)merit";

}  // namespace

TEST_CASE("operators bind as written in the language's page") {
  CHECK(expression("a + b * c") == "(+ a (* b c))");
  CHECK(expression("-a ^ 2 ^ 3") == "(neg (^ a (^ 2 3)))");
  CHECK(expression("a - b - c") == "(- (- a b) c)");
  CHECK(expression("-$1_000 to $1_000") == "(to (neg money:$1_000) money:$1_000)");
  CHECK(expression("x in a + 1 to below b * 2") == "(in x (to-below (+ a 1) (* b 2)))");
  CHECK(expression("x in 18 or more or y in under 3") == "(or (in x (or-more 18 -)) (in y (under - 3)))");
  CHECK(expression("x in over 3 to 5") == "(in x (over 3 5))");
  CHECK(expression("not a < b and c is known") == "(and (not (< a b)) (known c))");
  CHECK(expression("a is not b") == "(is-not a b)");
  CHECK(expression("a not in b or a overlaps c") == "(or (not-in a b) (overlaps a c))");
  CHECK(expression("days from a to b + 1 <= 30") == "(<= (days a (+ b 1)) 30)");
  CHECK(expression("whole years from birth to day >= 18") == "(>= (years birth day) 18)");
  CHECK(expression("x within 30 days after y and z within d.e of w") ==
        "(and (within x span:day30 after y) (within z d.e of w))");
  CHECK(expression("threshold reached by rate and a better than b") ==
        "(and (reached-by threshold rate) (better-than a b))");
  CHECK(expression("(x if missing 0) + 1") == "(+ [(if-missing x 0)] 1)");
  CHECK(expression("(1 when a, 2 when b, 0 otherwise)") == "[(cases {1 when a} {2 when b} {0 when -})]");
  CHECK(expression("round(x, 0.5, half even) + round(x, 1, up) + round(x)") ==
        "(+ (+ (call round x 0.5 <half even>) (call round x 1 <up>)) (call round x))");
  CHECK(expression("a.b(c, 2%).d") == "(call a.b c %2).d");
  CHECK(expression("missing because \"no \\\"rate\\\"\"") == "missing\"no \"rate\"\"");
  CHECK(expression("2024-01-31") == "2024-01-31");
}

TEST_CASE("aggregates are closed by their collection, and where has an open end") {
  CHECK(expression("sum of a + b over results / 2") == "(/ (sum (+ a b) over results) 2)");
  CHECK(expression("count of a.b < 2") == "(< (count a.b) 2)");
  CHECK(expression("results where a is b and c") == "(where results (and (is a b) c))");
  CHECK(expression("not exists all hospitals as h where h.x > 1") ==
        "(not (exists (where (all hospitals) as h (> h.x 1))))");
  CHECK(expression("sum of a over results where b") == "(sum a over (where results b))");
  CHECK(expression("count of transfers through to_hospital where x") ==
        "(count (where (through transfers to_hospital) x))");
  CHECK(expression("every r where a has b or c") == "(every (or b c) over (where r a))");
  CHECK(expression("latest of tests where ok by date, then lowest value then highest other") ==
        "(latest (where tests ok) desc date asc value desc other)");
  CHECK(expression("(earliest of tests by date).value + (the rows where a).b") ==
        "(+ [(earliest tests asc date)].value [(the (where rows a))].b)");
}

TEST_CASE("words of the language are names where the text says so") {
  CHECK(expression("count + latest - days * key / before") == "(- (+ count latest) (/ (* days key) before))");
  CHECK(expression("period.before before period.after") == "(before period.before period.after)");
  CHECK(expression("x.table.count.is") == "x.table.count.is");
  CHECK(
      tree("module t\nentity e:\n  key key : text\n  table : text\n  source : number\n  given : number\n") ==
      "module t\nentity e\n  key key : text\n  table : text\n  source : number\n  given : number\n");
  CHECK(tree("module t\nfor each e:\n  under = 1\n  expect = within + has\n") ==
        "module t\nrules for-each e\n  under = 1\n  expect = (+ within has)\n");
}

TEST_CASE("layout") {
  SECTION("deeper lines go on, brackets ignore line ends") {
    CHECK(tree("module t\nx = a\n  + b\ny = (a\n+\n  b\n)\n").find("BROKEN") == std::string::npos);
  }
  SECTION("a block under `=` is cases or one expression") {
    CHECK(tree("module t\nx =\n  a +\n    b\ny =\n  1 when a\n    and b\n  2 otherwise\n") ==
          "module t\nrules\n  x = (+ a b)\nrules\n  y = (cases {1 when (and a b)} {2 when -})\n");
  }
  SECTION("line ends of Windows, a byte order mark, no line end at the end") {
    CHECK(tree("\xEF\xBB\xBFmodule t\r\nfor each e:\r\n  x = \"a\"\r\n\r\n  y = 2") ==
          "module t\nrules for-each e\n  x = text:\"a\"\n  y = 2\n");
  }
  SECTION("places count characters, not bytes") {
    CHECK(errors("module t\nx = \"ä€\" 3\n") == "2:10 S035");
    CHECK(errors("module t\r\nx = 3 3\r\n") == "2:7 S035");
  }
}

TEST_CASE("every declaration") {
  const std::string dump = tree(rich_program);
  CHECK(dump.find("BROKEN") == std::string::npos);
  CHECK(dump.starts_with(
      "module rich_2025 amends rich_2024##The doc of the module.## \nuse clinical hospice\nprogram Rich\n"));
  for (const char* part :
       {"  effective 2023-10-01 to 2024-09-30\n",
        "parameter rate : number = %2\n",
        "enum domain a b c\n",
        "##A person.## entity person(people)\n  key id : text\n  ##how many## beds : number?\n",
        "entity peer_group distinct quintile of [(where (all hospitals) open)]\n",
        "entity cell x hospital x domain\n",
        "table measure(measures)\n  |key id|label|\"a|b\"|\n  |x|# one||\n  |y|\"q\"x\"|2|\n",
        "table big from big.csv",
        "(cases {missing\"no rate\" when (missing rate)} {10 when (all-of (< a 1) (at-least 2 b c d))} "
        "{(call round (/ (* 9 [(- x y)]) z) 1 <half even>) when -})",
        "amount(of_what : number)(k : money?) : money = (* of_what k)",
        "payment incentive for-each hospital where eligible\n  withheld",
        "ensure each for-each hospital where open: (all-of a b)",
        "report hospitals ccn total titled Total (+ a b)\n",
        "report all_of_it for-each hospital where a ccn name titled N\n",
        "test one\n  given rate = %3\n  given result\n  |hospital|rate|\n  |010001||\n  expect result\n",
        "  expect (is slope 2)\n",
        "source file.csv missing \"Not Available\" \"\"\n",
        "ok = (not (missing [(cell \"Footnote\")]))",
        "rate = (/ (cell \"{measure.label} Rate\" like \"*(…)\" like \"*\" (text \"\" measure.label \" "
        "Rate\")) 100)",
        "replace definition hospital score by score : number = (+ as-before 1)",
        "add fields hospital\n  extra : text",
        "remove row measure (x) (a b) (-1) because gone",
        "remove source-field \"file.csv\" result rate because no",
        "replace program by \n  currency EUR",
        "replace enum domain by  a b"}) {
    INFO(part << "\nin\n" << dump);
    CHECK(dump.find(part) != std::string::npos);
  }
}

TEST_CASE("comments are kept, documents are parted from them") {
  const Parsed parsed = parse("# one\nmodule t\n## doc\n# two\nx = 1 # three\n## lost\n");
  REQUIRE(parsed.diagnostics.all().empty());
  REQUIRE(parsed.module->comments.size() == 4);
  CHECK(parsed.module->comments[0].own_line);
  CHECK_FALSE(parsed.module->comments[2].own_line);
  CHECK(parsed.module->declarations.at(0)->doc.text == "doc");
}

TEST_CASE("literate modules") {
  const std::string contract =
      "# Contract\n\n```merit\nmodule t\nfor each e:\n  x = 1\n```\n\nWords.\n\n```python\nx ==\n```\n\n"
      "  ~~~ merit\n    y = 2\n  ~~~\n```merit\nz = 3 3\n```\n";
  const Parsed parsed = parse(contract, "contract.merit.md");
  CHECK(TreeDump::of(*parsed.module) ==
        "module t\nrules for-each e\n  x = 1\n  y = 2\nrules\n  z = BROKEN\n");
  CHECK(errors(contract, "contract.merit.md") == "19:7 S035");
  CHECK(parsed.module->fences.size() == 3);
  CHECK(errors("```merit\nmodule t\n", "a.md") == "1:1 S031");
  CHECK(errors("nothing\n", "a.md") == "1:1 S030");
}

TEST_CASE("each error once, where it is, and on with the next line") {
  struct Case {
    const char* text;
    const char* expected;
  };

  const Case cases[] = {
      {"", "1:1 S030"},
      {"# a\n\n## b\n", "1:1 S030"},
      {"x = 3\n", "1:1 S030"},
      {"module t\nmodule u\n", "2:1 S030"},
      {"module t\nx = \"caf\xE9\"\ny = 3\n", "2:9 S002"},
      {"module t\nx = 3\x01\ny = = 4\n", "2:6 S003; 3:3 S023"},
      {"module t\nfor each h:\n\tx = 1\n\ty = 2\n", "3:1 S004"},
      {"module t\nfor each h:\n    x = 1\n  y = 2\n    z = 3\n", "4:1 S005"},
      {"module t\nx = (1 + 2\ny = 3\nz = 4 +\n", "2:5 S006; 4:7 S023"},
      {"module t\nx = a)\ny = ()\n", "2:6 S007; 3:5 S023"},
      {"module t\nx = \"abc\ny = \"a\\q\"\n", "2:5 S008; 3:7 S008"},
      {"module t\nx = \xE2\x80\x9C"
       "abc\xE2\x80\x9D\ny = 'mg'\n",
       "2:5 S009; 3:5 S009"},
      {"module t\nx = [1]\ny = 5 %\n", "2:5 S010; 2:7 S010; 3:7 S010"},
      {"module t\nx = a == b and c != d && e\ny = a \xE2\x89\xA4 b\n",
       "2:7 S011; 2:18 S011; 2:23 S011; 3:7 S011"},
      {"module t\nx = a = b\ny =\n  1 when a = b\n  2 otherwise\nz = x is not missing\n",
       "2:7 S012; 4:12 S012; 6:7 S012"},
      {"module t\nx = if a then b else c\ny = a else b\n", "2:5 S013; 3:7 S013"},
      {"module t\nfor each Hospital:\n  a = SafetyScore AND c\n  b = SafetyScore\n",
       "2:10 S014; 3:7 S014; 3:19 S014"},
      {"module t\nx = 1,000\ny = 1e5\nz = .5\nw = 12ab\nv = 30days\n",
       "2:5 S015; 3:5 S015; 4:5 S015; 5:5 S015; 6:5 S015"},
      {"module t\nx = 2024-02-30\ny = 2024-13-01\nz = 2024-1-5\n", "2:5 S016; 3:5 S016; 4:5 S016"},
      {"module t\nx = \xE2\x82\xB8"
       "5\ny = $ 5\nz = $-5\n",
       "2:5 S017; 3:5 S017; 4:5 S017"},
      {"module t\nparamter x = 3\nfro each h:\n  x = 1\n", "2:1 S019; 3:1 S019"},
      {"module t\nfor each h:\n  table x:\n    | a |\n    | 1 |\n  y = 2 2\n", "3:3 S019; 6:9 S035"},
      {"module t\nfor each h\n\ntable t\n  | a |\n  | 1 |\nx = 1 1\n", "2:11 S020; 4:8 S020; 7:7 S035"},
      {"module t\nfor each h\n  x = 1 1\nentity h\n  key a : text\n  b text\ntest \"x\"\n  given h\n    | a "
       "|\n    | 1 |\n",
       "2:11 S020; 3:9 S035; 4:9 S020; 6:5 S034; 7:9 S020; 8:10 S020"},
      {"module t\nparameter p == 3\nfor each h:\n  x == 3\n", "2:13 S011; 4:5 S011"},
      {"module t\nfor each h wher a:\n  x = 1 1\n  y = 2 2\n", "2:12 S001; 3:9 S035; 4:9 S035"},
      {"module t\nfor each h:\nx =\ny = all of:\ntable t:\n| a |\n",
       "2:11 S021; 3:3 S021; 4:11 S021; 5:8 S021"},
      {"module t\nx\ny : money\nfor each h:\n  a.b = 3\n", "2:1 S022; 3:1 S022; 5:3 S022"},
      {"module t\nx = 1 + * 2\ny = a and\n", "2:7 S023; 3:7 S023"},
      {"module t\nx = a + b where c\ny = a and every c has d\nz = 1 + latest of a by b\nw = a + all of:\n  "
       "b\n",
       "2:5 S024; 3:11 S024; 4:9 S024; 5:9 S024"},
      {"module t\nx = a and b or c\ny = a and (b or c)\n", "2:13 S025"},
      {"module t\nx = a < b < c\ny = 1 to 2 to 3\n", "2:11 S026; 3:12 S026"},
      {"module t\nx =\n  1 when a\n  2\ny =\n  1 otherwise\n  2 when b\nz = 1 when a\n",
       "4:3 S027; 6:3 S027; 8:7 S027"},
      {"module t\ntable t:\n  | a | b |\ntable u:\n  | a | b |\n  | 1 |\n  | 1 | 2 | 3 |\n  |---|---|\n",
       "3:3 S028; 6:3 S028; 7:3 S028; 8:3 S028"},
      {"module t\n| a |\n| 1 |\nx = 1\n", "2:1 S028"},
      {"module t\nentity where:\n  a : text\nenum when: a\n", "2:8 S029; 4:6 S029"},
      {"module t\nx = numerator of a\ny = 2024-01-31T10:60:00Z\n", "2:5 S035; 3:5 S016"},
      {"module t\nentity h:\n  ccn\n  name text\n  ok : text\n", "3:6 S034; 4:8 S034"},
      {"module t\nremove x\nprogram:\n  currency USD\ntest \"a\":\n  foo = 3\n",
       "2:9 S034; 3:1 S034; 6:3 S034"},
      {"module t\nx = count results\ny = a b\n", "2:5 S035; 3:7 S035"},
      {"module t\nfor each h:\n  x = 1\n    y = 2\n  z = 3\n", "4:5 S036"},
      {"module t\nsource csv \"f.csv\":\n  h:\n    a = column \"x {b.}\"\n    c = column \"x {d\"\n",
       "4:22 S023; 5:19 S008"},
  };
  for (const Case& example : cases) {
    INFO(example.text);
    CHECK(errors(example.text) == example.expected);
  }
  CHECK(errors(std::string("module t\nx = 3") + '\0' + "\n") == "2:6 S003");
  CHECK(errors("\xFF\xFEm\0") == "1:1 S002");
}

TEST_CASE("messages say what to write instead") {
  CHECK(first_message("module t\nx = SafetyScore\n") ==
        "`SafetyScore` has capital letters; names are written in small letters. | Write `safety_score`, here "
        "and wherever the name stands.");
  CHECK(first_message("module t\nentitty h:\n  a : text\n") ==
        "No declaration begins with `entitty`. | Did you mean `entity`?");
  CHECK(first_message("module t\nx = a = b\n") ==
        "`=` gives a name its meaning; it does not compare. | Write `is`.");
  CHECK(first_message("module t\nx = $1,000.50\n") ==
        "Commas cannot part the thousands of a number. | Write 1_000. If two numbers are meant, put a blank "
        "after the comma.");
  CHECK(first_message("module t\nx = 2023-02-29\n") ==
        "February 2023 has 28 days. | A date is written year-month-day: 2024-01-31.");
}

TEST_CASE("what is too deep or too long is refused, not followed") {
  const std::string brackets =
      "module t\nx = " + std::string(20000, '(') + "1" + std::string(20000, ')') + "\ny = 3 3\n";
  CHECK(errors(brackets) == "2:105 S018; 3:7 S035");
  std::string minus = "module t\nx = ";
  for (int i = 0; i < 50000; ++i) minus += "- ";
  CHECK(errors(minus + "1\ny = 3 3\n") == "2:2005 S018; 3:7 S035");
  std::string sum = "module t\nx = a";
  for (int i = 0; i < 200000; ++i) sum += " + a";
  CHECK(errors(sum + "\n") == "2:4007 S018");
  std::string just_right = "module t\nx = a";
  for (int i = 0; i < 1000; ++i) just_right += " + a";
  CHECK(errors(just_right + "\n").empty());
  std::string blocks = "module t\nx = all of:\n";
  for (size_t i = 1; i < 200; ++i) blocks += std::string(i, ' ') + "any of:\n";
  CHECK(errors(blocks + std::string(200, ' ') + "a\n") == "52:51 S018");
  const std::string long_line = "module t\nx = \"" + std::string(1 << 20, 'a') + "\" 3\n";
  CHECK(errors(long_line) == "2:1048584 S035");
  CHECK(errors("module t\nenum e: a" +
               [] {
                 std::string values;
                 for (int i = 0; i < 20000; ++i) values += ", v" + std::to_string(i);
                 return values;
               }() +
               "\n")
            .empty());
}

TEST_CASE("every program of the project can be read, without full contexts") {
  for (const auto& [name, text] : all_programs()) {
    if (name.find("/bad/") != std::string::npos) continue;
    const Parsed parsed = parse(text, name);
    INFO(name << "\n" << render(parsed.diagnostics, parsed.files, {}));
    CHECK_FALSE(parsed.diagnostics.has_errors());
    CHECK(full_context_events() == 0);
  }
}

TEST_CASE("no damage to a program makes the reader fail") {
  std::vector<std::string> programs = {rich_program};
  for (const auto& [name, text] : all_programs()) {
    if (text.size() < 20000) programs.push_back(text);
  }
  static const char* const pieces[] = {"(",
                                       ")",
                                       ":",
                                       "=",
                                       "\n",
                                       "\n  ",
                                       "|",
                                       "\"",
                                       " where ",
                                       " when ",
                                       " otherwise ",
                                       "all of:\n",
                                       "\t",
                                       "#",
                                       "##",
                                       "'",
                                       "{",
                                       "}",
                                       "1,000",
                                       "for each ",
                                       " is not ",
                                       " as ",
                                       " by ",
                                       "missing because ",
                                       "\xE2\x80\x9C",
                                       "\xC3",
                                       "- - -",
                                       "not ",
                                       ",",
                                       ".",
                                       "$",
                                       "2024-02-30",
                                       "replace ",
                                       "test \"x\":\n",
                                       "source csv \"a\":\n",
                                       "column \"{",
                                       " like ",
                                       " or "};
  std::mt19937 random(20240131);
  const auto below = [&](size_t n) { return static_cast<size_t>(random() % std::max<size_t>(n, 1)); };
  for (int round = 0; round < 1500; ++round) {
    std::string text = programs[below(programs.size())];
    for (size_t change = 1 + below(6); change > 0; --change) {
      const size_t at = below(text.size());
      switch (below(5)) {
      case 0: text.erase(at, 1 + below(12)); break;
      case 1: text.insert(at, pieces[below(std::size(pieces))]); break;
      case 2: text[at] = static_cast<char>(random()); break;
      case 3: text.insert(below(text.size()), text.substr(at, below(60))); break;
      default: text.resize(at); break;
      }
      if (text.empty()) text = "x";
    }
    const Parsed parsed = parse(text, round % 7 == 0 ? "t.merit.md" : "t.merit");
    REQUIRE(parsed.module != nullptr);
    REQUIRE(full_context_events() == 0);
    uint32_t last = 0;
    for (const Diagnostic& d : parsed.diagnostics.all()) {
      REQUIRE(d.span.begin <= d.span.end);
      REQUIRE(d.span.end <= text.size());
      REQUIRE(d.span.begin >= last);
      last = d.span.begin;
    }
    REQUIRE_FALSE(TreeDump::of(*parsed.module).empty());
    REQUIRE(render(parsed.diagnostics, parsed.files, {}).empty() == parsed.diagnostics.all().empty());
  }
}
