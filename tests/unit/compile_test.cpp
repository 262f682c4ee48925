// Whole programs: what only shows when declarations and rules come together.

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "compiler/compile.h"

namespace {

using namespace merit;

Compilation compiled(const std::string& text) {
  return compile_text("main.merit", "module main\n" + text);
}

std::string codes(const Compilation& compilation) {
  std::string result;
  for (const Diagnostic& diagnostic : compilation.diagnostics.all()) {
    result += (result.empty() ? "" : " ") + diagnostic.code;
  }
  return result;
}

std::string codes(const std::string& text) {
  return codes(compiled(text));
}

const std::string hospital = R"(
entity hospital:
  key ccn : text
  beds    : integer
  opened  : date?
for each hospital:
  double = 2 * beds
)";

}  // namespace

TEST_CASE("a program compiles to the intermediate form") {
  const Compilation result = compiled(hospital + "report hospitals: ccn, double\n");
  INFO(codes(result));
  REQUIRE(result.program);
  CHECK(result.program->name == "main");
  CHECK(result.program->entities.size() == 2);
  CHECK(result.program->modules.at(0).sha256.size() == 64);
  CHECK(result.program->reports.at(0).columns.size() == 2);
}

TEST_CASE("the cells of a test are values of their columns") {
  const Compilation result = compiled(hospital + R"(
parameter rate = 2%
parameter window = 2024-01-01 to 2024-12-31
entity stay:
  key id   : integer
  hospital : hospital
test "t":
  given parameter rate = 3%
  given parameter window = 2023-01-01 to 2023-12-31
  given hospital:
    | ccn | beds | opened  |
    | 1   | 10   | missing |
    | 2   |      |         |
  given stay:
    | id | hospital |
    | 7  | 1        |
  expect hospital:
    | ccn | double |
    | 1   | 20     |
    | 2   | fault  |
)");
  INFO(codes(result));
  REQUIRE(result.program);
  const ir::Test& test = result.program->tests.at(0);
  REQUIRE(test.settings.size() == 2);
  CHECK(test.settings[0].value == Value::of_number(Number(3, 100)));
  CHECK(test.settings[1].value.period().start == *Date::parse("2023-01-01"));
  const auto& rows = test.given.at(0).rows;
  CHECK(rows[0][0].value == Value::of_text("1"));
  CHECK(rows[0][1].value == Value::of_number(10));
  CHECK(rows[0][2].state == ir::TestCell::State::missing);
  CHECK(rows[1][1].state == ir::TestCell::State::not_given);
  CHECK(test.given.at(1).rows[0][1].value == Value::of_text("1"));
  CHECK(test.expected.at(0).rows[1][1].state == ir::TestCell::State::fault);
}

TEST_CASE("wrong tests") {
  const auto test = [](const std::string& lines) {
    return codes(hospital + "parameter p = 1\ntest \"t\":\n" + lines);
  };
  const std::string expect = "  expect 1 < 2\n";
  CHECK(test("  given parameter q = 1\n" + expect) == "G501");
  CHECK(test("  given parameter p = 1 + 1\n" + expect) == "G502");
  CHECK(test("  given parameter p = \"a\"\n" + expect) == "G107");
  CHECK(test("  given hospitl:\n    | ccn |\n    | 1 |\n" + expect) == "G005");
  CHECK(test("  given hospital:\n    | ccn | bed |\n    | 1 | 2 |\n" + expect) == "G504");
  CHECK(test("  given hospital:\n    | beds |\n    | 1 |\n" + expect) == "G505");
  CHECK(test("  given hospital:\n    | ccn | double |\n    | 1 | 2 |\n" + expect) == "G506");
  CHECK(test("  given hospital:\n    | ccn | beds |\n    | 1 | missing |\n" + expect) == "G106");
  CHECK(test("  given hospital:\n    | ccn |\n    | 1 |\n    | 1 |\n" + expect) == "G105");
  CHECK(codes("table t:\n  | key id |\n  | a |\ntest \"t\":\n  given t:\n    | id |\n    | a |\n  expect 1 < "
              "2\n") == "G503");
}

TEST_CASE("a report shows values") {
  CHECK(codes(hospital +
              "entity stay:\n  key id : integer\n  hospital : hospital\n"
              "for each hospital:\n  long_ones = stays where id > 3\nreport hospitals: ccn, long_ones\n") ==
        "G301");
}

TEST_CASE("the hole of a header is a text") {
  const std::string rest = "entity result:\n  key ccn : text\n  key measure : measure\nsource csv "
                           "\"a.csv\":\n  result for each measure:\n"
                           "    measure = measure\n    ccn = column \"{measure.label}\"\n";
  CHECK(codes("table measure:\n  | key id | label |\n  | a | A |\n" + rest).empty());
  CHECK(codes("table measure:\n  | key id | label |\n  | a | 12 |\n" + rest) == "G406");
}

TEST_CASE("groups have the type of their value, and do not depend on themselves") {
  const Compilation result = compiled(hospital + R"(
for each hospital:
  size = ("large" when beds > 100, "small" otherwise)
entity size_group = for each distinct size of hospitals
for each size_group:
  beds = sum of hospital.beds over hospitals
report size_groups: size, beds
)");
  INFO(codes(result));
  REQUIRE(result.program);
  const ir::Entity& group = result.program->entities.at(2);
  CHECK(result.program->columns[group.keys.at(0)].type.kind == ir::TypeKind::text);
  CHECK(group.group_value);
  CHECK(group.group_members);

  CHECK(codes(hospital + "for each hospital:\n  size = beds * count of all size_groups\n"
                         "entity size_group = for each distinct size of hospitals\n") == "C102");
  CHECK(codes(hospital + "entity a = for each hospital, b\nentity b = for each hospital, a\n") == "C102");
}

TEST_CASE("a program of ten thousand lines compiles in a moment") {
  std::string text = hospital + "table measure:\n  | key id | weight |\n";
  for (int i = 0; i < 2000; ++i)
    text += "  | m_" + std::to_string(i) + " | 0." + std::to_string(i + 1) + " |\n";
  text += "for each hospital:\n  p_0 = beds + 1\n";
  for (int i = 1; i < 8000; ++i) {
    text += "  p_" + std::to_string(i) + " = p_" + std::to_string(i - 1) + " + measure(m_" +
            std::to_string(i % 2000) + ").weight\n";
  }
  const auto start = std::chrono::steady_clock::now();
  const Compilation result = compiled(text);
  const auto took = std::chrono::steady_clock::now() - start;
  INFO(codes(result));
  CHECK(result.program);
  // Far above what it takes: only what grows with the square of the lines would pass it.
  CHECK(took < std::chrono::seconds(3));
}
