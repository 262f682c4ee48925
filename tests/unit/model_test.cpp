// Modules, amendments and declarations: what a text declares, before any rule is elaborated.

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "compiler/model/declare.h"
#include "compiler/model/names.h"

namespace {

namespace fs = std::filesystem;
using namespace merit;

/// A folder of module files that goes when the test ends.
class Folder {
 public:
  Folder()
      : path_(fs::temp_directory_path() / ("merit_model_test_" + std::to_string(counter_++) + "_" +
                                           std::to_string(reinterpret_cast<uintptr_t>(this)))) {
    fs::create_directories(path_);
  }

  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  fs::path write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }

 private:
  static inline int counter_ = 0;
  fs::path path_;
};

struct Result {
  std::shared_ptr<SourceFiles> files = std::make_shared<SourceFiles>();
  Diagnostics diagnostics;
  model::Model model;

  std::string codes() const {
    std::string result;
    for (const Diagnostic& diagnostic : diagnostics.all())
      result += (result.empty() ? "" : " ") + diagnostic.code;
    return result;
  }

  const Diagnostic& only() const {
    INFO(codes());
    REQUIRE(diagnostics.all().size() == 1);
    return diagnostics.all().front();
  }

  uint32_t entity(const std::string& name) const { return model.entities.at(name); }

  const ir::Column& column(const std::string& entity_name, const std::string& name) const {
    for (const uint32_t column : model.program.entities[entity(entity_name)].columns) {
      if (model.program.columns[column].name == name) return model.program.columns[column];
    }
    FAIL("there is no column " << entity_name << "." << name);
    throw 0;
  }
};

Result declared(model::Loaded loaded, Result result) {
  std::vector<ir::Module> records = std::move(loaded.records);
  model::Merged merged = model::merge(loaded, *result.files, result.diagnostics);
  result.model = model::declare(result.files, std::move(merged), std::move(records), result.diagnostics);
  result.diagnostics.sort();
  return result;
}

Result declare_text(const std::string& text) {
  Result result;
  model::Loaded loaded =
      model::load_text("main.merit", "module main\n" + text, {}, *result.files, result.diagnostics);
  return declared(std::move(loaded), std::move(result));
}

Result declare_file(const fs::path& path, const std::vector<fs::path>& library = {}) {
  Result result;
  model::Loaded loaded = model::load(path, library, *result.files, result.diagnostics);
  return declared(std::move(loaded), std::move(result));
}

/// The text behind a computed column.
std::string body_text(const Result& result, const ir::Column& column) {
  const auto index = static_cast<size_t>(&column - result.model.program.columns.data());
  const Span span = result.model.column_sources[index].body->span;
  return (*result.files)[span.file].text.substr(span.begin, span.end - span.begin);
}

const std::string base = R"(module base

program "Base":
  effective 2024-01-01 to 2024-12-31
  currency USD

parameter rate = 2%

table measure:
  | key id | weight | target : number? |
  | mort   | 50%    | 12%              |
  | falls  | 30%    |                  |

entity hospital:
  key ccn : text
  beds    : integer

for each hospital:
  score : number = beds * rate

payment incentive for each hospital where score > 1:
  held = rate * $100
  net  = round(held, $0.01)

ensure "positive": (sum of score over all hospitals) > 0

test "score":
  expect hospital:
    | ccn    | score |
    | 010001 | 8     |
)";

}  // namespace

TEST_CASE("plurals are regular English") {
  CHECK(model::plural_of("hospital") == "hospitals");
  CHECK(model::plural_of("facility") == "facilities");
  CHECK(model::plural_of("stay") == "stays");
  CHECK(model::plural_of("class") == "classes");
  CHECK(model::plural_of("tax") == "taxes");
  CHECK(model::plural_of("branch") == "branches");
  CHECK(model::plural_of("peer_group") == "peer_groups");
}

TEST_CASE("names in snake_case") {
  CHECK(model::is_snake_case("a_1"));
  CHECK_FALSE(model::is_snake_case("1a"));
  CHECK_FALSE(model::is_snake_case("Ab"));
  CHECK_FALSE(model::is_snake_case(""));
  CHECK(model::to_snake_case("MORT-30 AMI") == "mort_30_ami");
  CHECK(model::to_snake_case("30 days") == "_30_days");
}

TEST_CASE("entities have keys, fields, plurals and the rows that point to them") {
  const Result result = declare_text(R"(
entity person (people):
  key id : text
  age    : integer?

entity visit:
  key person : person
  key day    : date
  cost       : money
)");
  INFO(result.codes());
  REQUIRE(result.diagnostics.all().empty());
  const uint32_t person = result.entity("person");
  CHECK(result.model.plurals.at("people") == person);
  CHECK(result.model.plurals.contains("visits"));
  CHECK(result.column("person", "age").type.optional);
  CHECK(result.column("visit", "cost").type.kind == ir::TypeKind::money);
  CHECK(result.model.program.entities[result.entity("visit")].keys.size() == 2);
  const model::Member visits = result.model.members[person].at("visits");
  CHECK(visits.kind == model::Member::Kind::reverse);
  CHECK(visits.child == result.entity("visit"));
}

TEST_CASE("two links to one entity leave its plural ambiguous") {
  const Result result = declare_text(R"(
entity hospital:
  key ccn : text

entity transfer:
  key id        : integer
  from_hospital : hospital
  to_hospital   : hospital
)");
  REQUIRE(result.diagnostics.all().empty());
  CHECK(result.model.members[result.entity("hospital")].at("transfers").kind ==
        model::Member::Kind::ambiguous);
}

TEST_CASE("wrong entities") {
  CHECK(declare_text("entity a:\n  b : text\n").only().code == "G002");
  CHECK(declare_text("entity a:\n  key b : text?\n").only().code == "G003");
  CHECK(declare_text("entity a:\n  key b : money\n").only().code == "G003");
  const Result unknown = declare_text("entity a:\n  key b : intger\n");
  CHECK(unknown.only().code == "G004");
  CHECK(unknown.only().help == "Did you mean `integer`?");
  const Result twice = declare_text("entity a:\n  key b : text\nenum a: x, y\n");
  CHECK(twice.only().code == "G001");
  REQUIRE(twice.only().notes.size() == 1);
  CHECK(declare_text("entity cat:\n  key b : text\nenum cats: x, y\n").only().code == "G001");
  CHECK(declare_text("enum a: x, y, x\n").only().code == "G007");
  CHECK(declare_text("entity a:\n  key b : text\nfor each c:\n  x = 1\n").only().code == "G005");
  CHECK(declare_text("entity a:\n  key b : text\n  cs : text\nentity c:\n  key a : a\n").only().code ==
        "G006");
}

TEST_CASE("the columns of a table have the types that their cells show") {
  const Result result = declare_text(R"(
enum domain: safety, outcome
table measure:
  | key id | label | domain | better | weight | fee    | start      | used | floor | twin : measure? |
  | a_1    | A     | safety | higher | 50%    | $12.50 | 2024-01-01 | yes  |       | b               |
  | b      | 010   | outcome| lower  | 0.25   | $3     | 2024-02-01 | no   | 3     |                 |
)");
  INFO(result.codes());
  REQUIRE(result.diagnostics.all().empty());
  const auto kind = [&](const char* name) { return result.column("measure", name).type.kind; };
  CHECK(kind("id") == ir::TypeKind::text);
  CHECK(kind("label") == ir::TypeKind::text);
  CHECK(kind("domain") == ir::TypeKind::enumeration);
  CHECK(result.column("measure", "better").type.target == 0);
  CHECK(kind("weight") == ir::TypeKind::number);
  CHECK(kind("fee") == ir::TypeKind::money);
  CHECK(result.column("measure", "fee").type.step == Number(1, 100));
  CHECK(kind("start") == ir::TypeKind::date);
  CHECK(kind("used") == ir::TypeKind::boolean);
  CHECK(result.column("measure", "floor").type.optional);
  CHECK(result.column("measure", "weight").values.at(0) == Value::of_number(Number(1, 2)));
  CHECK(result.column("measure", "twin").values.at(0) == Value::of_row(1));
  CHECK(result.column("measure", "twin").values.at(1).is_missing());
  CHECK(result.model.row_names[result.entity("measure")].at("b") == 1);
}

TEST_CASE("codes with leading zeros are texts") {
  const Result result = declare_text("table h:\n  | key ccn | n  |\n  | 010001  | 07 |\n");
  REQUIRE(result.diagnostics.all().empty());
  CHECK(result.column("h", "ccn").values.at(0) == Value::of_text("010001"));
  CHECK(result.column("h", "n").type.kind == ir::TypeKind::text);
}

TEST_CASE("wrong tables") {
  const auto code = [](const std::string& rows) { return declare_text("table t:\n" + rows).only().code; };
  CHECK(code("  | id |\n  | a  |\n") == "G101");
  CHECK(code("  | key id | High Value |\n  | a | 1 |\n") == "G102");
  CHECK(code("  | key id | n |\n  | a | 1 |\n  | a | 2 |\n") == "G105");
  CHECK(code("  | key id | n : number |\n  | a |  |\n") == "G106");
  CHECK(code("  | key id | n : number |\n  | a | many |\n") == "G107");
  CHECK(code("  | key id | n |\n  | HAI-2 | 1 |\n") == "G108");
  CHECK(code("  | key id | twin : t? |\n  | alpha | alhpa |\n") == "G109");
  CHECK(code("  | key id | linear n |\n  | a | 1 |\n") == "G114");
  CHECK(code("  | key n | m |\n  | 1 to 2 | 1 |\n  | 4 to 5 | 1 |\n") == "G112");
  CHECK(code("  | key n | m |\n  | 1 to 3 | 1 |\n  | 2 to 5 | 1 |\n") == "G113");
  CHECK(code("  | key n | m |\n  | 1 to 3 | 1 |\n  | x | 1 |\n") == "G111");
  CHECK(code("  | key id | n | n |\n  | a | 1 | 2 |\n") == "G001");
}

TEST_CASE("a large table stands in a file beside its module") {
  const Folder folder;
  const fs::path main = folder.write("main.merit", "module main\ntable zip from \"zip.csv\"\n");
  folder.write(
      "zip.csv",
      "key zip,name : text,factor : number\r\n01001,\"Springfield, MA\",1.5\r\n02002,\"a \"\"b\"\"\",2\r\n");
  const Result result = declare_file(main);
  INFO(result.codes());
  REQUIRE(result.diagnostics.all().empty());
  CHECK(result.column("zip", "zip").values.at(0) == Value::of_text("01001"));
  CHECK(result.column("zip", "name").values.at(0) == Value::of_text("Springfield, MA"));
  CHECK(result.column("zip", "name").values.at(1) == Value::of_text("a \"b\""));
  CHECK(result.column("zip", "factor").values.at(1) == Value::of_number(Number(2)));
  CHECK(result.model.program.modules.back().name == "zip.csv");

  folder.write("zip.csv", "key zip,name\n1\n");
  CHECK(declare_file(main).only().code == "G104");
  folder.write("zip.csv", "key zip,name\n1,\"open\n");
  CHECK(declare_file(main).only().code == "G110");
  CHECK(declare_file(folder.write("main.merit", "module main\ntable zip from \"../zip.csv\"\n")).codes() ==
        "C004");
}

TEST_CASE("pairs and groups") {
  const Result result = declare_text(R"(
enum domain: safety, outcome
entity hospital:
  key ccn  : text
  quintile : integer?
entity domain_score = for each hospital, domain
entity peer_group = for each distinct quintile of hospitals
)");
  INFO(result.codes());
  REQUIRE(result.diagnostics.all().empty());
  CHECK(result.model.program.entities[result.entity("domain_score")].kind == ir::EntityKind::pairs);
  CHECK(result.column("domain_score", "domain").type.kind == ir::TypeKind::enumeration);
  const uint32_t group = result.entity("peer_group");
  CHECK(result.column("peer_group", "quintile").type.kind == ir::TypeKind::integer);
  CHECK_FALSE(result.column("peer_group", "quintile").type.optional);
  CHECK(result.column("hospital", "peer_group").type.target == group);
  CHECK(result.model.members[group].at("hospitals").kind == model::Member::Kind::reverse);
  CHECK(result.model.members[result.entity("hospital")].at("domain_scores").kind ==
        model::Member::Kind::reverse);

  CHECK(declare_text("entity a:\n  key b : text\nentity p = for each a, a\n").codes() == "G001");
  CHECK(declare_text("entity a:\n  key b : text\nentity p = for each a, p\n").codes() == "G201");
  CHECK(declare_text("entity g = for each distinct a of b\n").codes() == "G203");
}

TEST_CASE("payments are steps, and the last is paid") {
  const Result result = declare_text(R"(
entity hospital:
  key ccn : text
payment p for each hospital where ccn is "1":
  a = $1
  b = a + $1
)");
  REQUIRE(result.diagnostics.all().empty());
  REQUIRE(result.model.program.payments.size() == 1);
  const ir::Payment& payment = result.model.program.payments.front();
  REQUIRE(payment.steps.size() == 2);
  CHECK(result.model.program.columns[payment.steps[1]].name == "p.b");
  CHECK(result.model.column_sources[payment.steps[1]].paid);
  CHECK_FALSE(result.model.column_sources[payment.steps[0]].paid);
  CHECK(result.model.column_sources[payment.steps[0]].outside_reason == "not in p");
  CHECK(payment.applies != ir::none);
  CHECK(declare_text("entity a:\n  key b : text\npayment p for each a:\n  x(n : number) = $1\n").codes() ==
        "G010");
}

TEST_CASE("reports use columns that there are, and make the others") {
  const Result result = declare_text(R"(
entity hospital:
  key ccn : text
  beds    : integer
payment p for each hospital:
  a = $1
  b = $2
report hospitals: ccn, hospital.beds, p, p.a, 2 * beds "Twice"
report totals: count of all hospitals
)");
  INFO(result.codes());
  REQUIRE(result.diagnostics.all().empty());
  REQUIRE(result.model.program.reports.size() == 2);
  const ir::Report& report = result.model.program.reports[0];
  CHECK(report.entity == result.entity("hospital"));
  const auto name = [&](size_t i) { return result.model.program.columns[report.columns[i].column].name; };
  CHECK(name(0) == "ccn");
  CHECK(name(1) == "beds");
  CHECK(name(2) == "p.b");
  CHECK(name(3) == "p.a");
  CHECK(name(4).front() == '~');
  CHECK(report.columns[4].title == "Twice");
  CHECK(report.columns[1].title == "hospital.beds");
  CHECK(result.model.program.reports[1].entity == 0);
}

TEST_CASE("sources fill the fields of entities") {
  const std::string entities = R"(
table measure:
  | key id | label |
  | mort   | MORT  |
entity result:
  key ccn     : text
  key measure : measure
  rate        : number?
  listed      : boolean
)";
  const auto source = [&](const std::string& lines) {
    return declare_text(entities + "source csv \"f.csv\":\n  missing \"NA\"\n  result for each measure:\n" +
                        lines);
  };
  const std::string keys = "    ccn = column \"Facility ID\"\n    measure = measure\n";
  const std::string listed = "    listed = not (column \"Listed\") is missing\n";
  const Result result =
      source(keys + listed + "    rate = column \"{label} Rate\" like \"*(…)\" or \"*\" / 100\n");
  INFO(result.codes());
  REQUIRE(result.diagnostics.all().empty());
  REQUIRE(result.model.program.sources.size() == 1);
  const ir::SourceBlock& block = result.model.program.sources[0].blocks.at(0);
  REQUIRE(block.fields.size() == 4);
  CHECK(block.fields[1].value.kind == ir::SourceValue::Kind::for_each_row);
  CHECK(block.fields[2].value.kind == ir::SourceValue::Kind::cell_known);
  const ir::SourceValue& rate = block.fields[3].value;
  CHECK(rate.header == std::vector<std::string>{"", " Rate"});
  CHECK(rate.header_holes.size() == 1);
  CHECK(rate.patterns.size() == 2);
  CHECK(rate.scale == Number(1, 100));

  CHECK(source("    ccn = column \"ID\"\n" + listed).codes() == "G402");
  CHECK(source(keys).codes() == "G407");
  CHECK(source(keys + listed + "    rats = column \"a\"\n").codes() == "G401");
  CHECK(source(keys + listed + "    rate = column \"a\" + 1\n").codes() == "G403");
  CHECK(source(keys + listed + "    rate = column \"a\" like \"x\"\n").codes() == "G405");
  CHECK(source(keys + listed + "    rate = column \"a\"\n    rate = column \"b\"\n").codes() == "G408");
  CHECK(source(keys + listed + "    rate = (column \"a\") is known\n").codes() == "G409");
  CHECK(source(keys + listed + "    rate = nothing + 1\n").codes() == "G403");
  CHECK(
      declare_text(entities + "source csv \"f.csv\":\n  result for each result:\n" + keys + listed).codes() ==
      "G404");
  CHECK(declare_text(entities +
                     "source csv \"f.csv\":\n  result:\n    ccn = column \"{label}\"\n    measure = mort\n" +
                     listed)
            .codes() == "G406");
}

TEST_CASE("the program's lines") {
  const Result result = declare_text(
      "program \"T\":\n  authority \"42 CFR\"\n  effective 2023-10-01 to 2024-09-30\n  currency EUR\n");
  REQUIRE(result.diagnostics.all().empty());
  CHECK(result.model.program.title == "T");
  CHECK(result.model.program.authority == "42 CFR");
  CHECK(result.model.program.currency == "EUR");
  CHECK(result.model.program.effective->start == *Date::parse("2023-10-01"));
  CHECK(declare_text("test \"t\":\n  given parameter p = 1\n").codes() == "G507");
  CHECK(declare_text("program \"T\":\n  efective 2023-10-01 to 2024-09-30\n").only().code == "C007");
  CHECK(declare_text("program \"T\":\n  effective 2023-10-01 to 2022-09-30\n").only().code == "C008");
  CHECK(declare_text("program \"T\":\n  currency XYZ\n").only().code == "C009");
  CHECK(declare_text("program \"T\":\n  currency USD\nprogram \"U\":\n  currency USD\n").only().code ==
        "C006");
}

TEST_CASE("modules are found in the program's folder, then in the library, each once") {
  const Folder folder;
  const Folder library;
  folder.write("parts/a.merit", "module a\nuse common\nparameter p = 1\n");
  const fs::path found = library.write("common.merit", "module common\nparameter q = 2\n");
  const fs::path main = folder.write("main.merit", "module main\nuse parts.a\nuse common\n");
  const Result result = declare_file(main, {found.parent_path()});
  INFO(result.codes());
  REQUIRE(result.diagnostics.all().empty());
  REQUIRE(result.model.program.modules.size() == 3);
  CHECK(result.model.program.modules[0].name == "common");
  CHECK(result.model.program.modules[1].name == "parts.a");
  CHECK(result.model.program.modules[2].sha256.size() == 64);
  CHECK(result.model.members[0].contains("q"));

  const Result gone =
      declare_file(folder.write("gone.merit", "module gone\nuse comon\n"), {found.parent_path()});
  CHECK(gone.only().code == "C002");
  CHECK(gone.only().help.starts_with("Did you mean `common`? Looked for comon.merit or comon.merit.md"));
  CHECK(declare_file(folder.write("gone.merit", "x").parent_path() / "absent.merit").only().code == "C001");
  folder.write("x.merit", "module x\nuse y\n");
  const Result circle = declare_file(folder.write("y.merit", "module y\nuse x\n"));
  CHECK(circle.only().code == "C003");
  CHECK(circle.only().message == "The module `y` needs itself: y needs x, which needs y.");
  folder.write("z.merit", "module other\n");
  CHECK(declare_file(folder.write("main.merit", "module main\nuse z\n")).only().code == "C005");
}

TEST_CASE("an amendment and its base are one text") {
  const Folder folder;
  folder.write("base.merit", base);
  const fs::path next = folder.write("next.merit", R"(module next amends base

replace program:
  effective 2025-01-01 to 2025-12-31

replace rate = 3%

replace measure rows:
  | target | key id |
  | 11%    | falls  |

add measure rows:
  | id    | weight |
  | stays | 20%    |

replace hospital.score = maximum(as before, 5)

replace incentive.held = rate * $200

add entity hospital:
  region : text

replace ensure "positive": (sum of score over all hospitals) >= 0

remove measure(mort) because "retired"
)");
  const Result result = declare_file(next);
  INFO(result.codes());
  REQUIRE(result.diagnostics.all().empty());
  const ir::Program& program = result.model.program;
  CHECK(program.name == "next");
  CHECK(program.title == "Base");
  CHECK(program.effective->start == *Date::parse("2025-01-01"));
  CHECK(body_text(result, program.columns[program.parameters.at(0)]) == "3%");
  const uint32_t measure = result.entity("measure");
  CHECK(program.entities[measure].rows == 2);
  CHECK(result.column("measure", "id").values.at(1) == Value::of_text("stays"));
  CHECK(result.column("measure", "target").values.at(0) == Value::of_number(Number(11, 100)));
  CHECK(result.column("measure", "weight").values.at(0) == Value::of_number(Number(3, 10)));
  const ir::Column& score = result.column("hospital", "score");
  const auto index = static_cast<size_t>(&score - program.columns.data());
  CHECK(body_text(result, score) == "maximum(as before, 5)");
  REQUIRE(result.model.column_sources[index].declared != nullptr);
  CHECK(result.model.column_sources[index].declared->name.text == "number");
  const uint32_t before = result.model.column_sources[index].as_before;
  REQUIRE(before != ir::none);
  CHECK(body_text(result, program.columns[before]) == "beds * rate");
  CHECK(program.columns[before].hidden);
  CHECK(body_text(result, result.column("hospital", "incentive.held")) == "rate * $200");
  CHECK(result.column("hospital", "region").kind == ir::ColumnKind::stored);
  REQUIRE(program.removals.size() == 1);
  CHECK(program.removals[0].name == "measure(mort)");
  CHECK(program.removals[0].because == "retired");
  CHECK(program.ensures.size() == 1);

  // A second link of the chain sees the first as its base.
  const Result third = declare_file(folder.write("third.merit", R"(module third amends next
replace hospital.score = 2 * as before
remove test "score" because "the score has changed"
)"));
  INFO(third.codes());
  REQUIRE(third.diagnostics.all().empty());
  const ir::Column& last = third.column("hospital", "score");
  const uint32_t one =
      third.model.column_sources[static_cast<size_t>(&last - third.model.program.columns.data())].as_before;
  REQUIRE(one != ir::none);
  CHECK(body_text(third, third.model.program.columns[one]) == "maximum(as before, 5)");
  CHECK(third.model.column_sources[one].as_before != ir::none);
  CHECK(third.model.program.tests.empty());
}

TEST_CASE("amendments of what is not there are refused") {
  const Folder folder;
  folder.write("base.merit", base);
  const auto amended = [&](const std::string& text) {
    return declare_file(folder.write("next.merit", "module next amends base\n" + text));
  };
  const Result wrong = amended("replace hospital.scor = 1\n");
  CHECK(wrong.only().code == "A101");
  CHECK(wrong.only().help == "Did you mean `hospital.score`?");
  CHECK(amended("remove test \"scores\" because \"x\"\n").only().code == "A101");
  CHECK(amended("replace measure rows:\n  | key id | weight |\n  | mord | 1 |\n").only().code == "A102");
  CHECK(amended("replace measure rows:\n  | key id | wait |\n  | mort | 1 |\n").only().code == "A103");
  CHECK(amended("replace measure rows:\n  | key id | id |\n  | mort | mort |\n").only().code == "G103");
  CHECK(amended("replace measure rows:\n  | weight |\n  | 1 |\n").only().code == "A104");
  CHECK(amended("add measure rows:\n  | key id | weight |\n  | mort | 1 |\n").only().code == "A105");
  CHECK(amended("replace hospital.beds = 1\n").only().code == "A109");
  CHECK(amended("replace measure = 1\n").only().code == "A109");
  CHECK(amended("replace measure.id = 1\n").only().code == "A109");
  CHECK(amended("remove measure(mort, falls) because \"x\"\n").only().code == "A102");
  CHECK(amended("replace incentive = $1\n").only().code == "A109");
  CHECK(amended("parameter rate = 1\n").only().code == "G001");
  CHECK(amended("for each hospital:\n  score = 1\n").only().code == "G001");
  CHECK(amended("replace ensure \"positives\": 1 > 0\n").only().code == "A101");
  CHECK(declare_text("replace a = 1\n").only().code == "A001");
  folder.write("one.merit", "module one amends base\n");
  CHECK(declare_file(folder.write("two.merit", "module two amends base\nuse one\n")).codes() == "A002");
}

TEST_CASE("what still needs a removed thing is told who removed it") {
  const Folder folder;
  folder.write("base.merit", R"(module base
table measure:
  | key id | weight |
  | mort   | 1      |
  | falls  | 2      |
table pair:
  | key id | measure |
  | a      | falls   |
)");
  const Result result = declare_file(
      folder.write("next.merit", "module next amends base\nremove measure(falls) because \"retired\"\n"));
  CHECK(result.only().code == "G109");
  REQUIRE(result.only().notes.size() == 1);
  CHECK(result.only().notes[0].text.starts_with(
      "`measure(falls)` was removed by `next`, because \"retired\"."));
}

TEST_CASE("what follows from a refused declaration is not reported again") {
  CHECK(declare_text("use nowhere\nentity a:\n  key b : nothing\nfor each c:\n  x = 1\n").codes() == "C002");
  CHECK(declare_text(
            "entity a:\n  key k : text\n  b : nothing\nsource csv \"a.csv\":\n  a:\n    k = column \"k\"\n"
            "    b = column \"b\"\n")
            .codes() == "G004");
}
