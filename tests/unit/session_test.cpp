// Runs and tests of whole small programs.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "compiler/compile.h"
#include "runtime/ir/json.h"
#include "runtime/ir/needs.h"
#include "runtime/outcome/report.h"
#include "runtime/run/session.h"
#include "runtime/run/tests.h"

using namespace merit;
namespace fs = std::filesystem;

namespace {

const std::string clinics = R"(module clinics

program "Clinics":
  currency USD

parameter rate = 2%
parameter start : date = 2024-01-01

entity clinic:
  key id : text
  name   : text
  base   : money
  beds   : integer
  stays  : integer?
  unused : text

entity visit:
  key id : text
  clinic : clinic
  days   : number

for each clinic:
  per_bed = base / beds
  days    = sum of visit.days over visits
  third   = beds / 3

payment fee for each clinic where stays is known:
  withheld = rate * base
  net      = round(withheld + per_bed, $0.01)

report clinics: id, name, days, third, stays, fee "paid"
report summary: count of all visits, rate
ensure "no clinic without visits" for each clinic: exists visits
ensure "there are visits": count of all visits > 0
)";

/// A folder of files that is gone at the end.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("merit-session-test-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }

  ~Folder() { fs::remove_all(path_); }

  void write(const std::string& name, const std::string& text) const { std::ofstream(path_ / name) << text; }

  fs::path path() const { return path_; }

 private:
  fs::path path_;
};

std::string content(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::shared_ptr<const ir::Program> compiled(const std::string& text) {
  Compilation compilation = compile_text("program.merit", text);
  for (const Diagnostic& diagnostic : compilation.diagnostics.all()) UNSCOPED_INFO(diagnostic.message);
  REQUIRE(compilation.program);
  return std::make_shared<const ir::Program>(std::move(*compilation.program));
}

void write_clinics(const Folder& folder) {
  folder.write("clinic.csv", "id,name,base,beds,stays,unused\n"
                             "b,\"Hill, upper\",100.00,0,5,x\n"
                             "a,Lake,300.00,3,,x\n"
                             "c,Öland,90.50,7,2,x\n");
  folder.write("visit.csv", "id,clinic,days\nv1,a,2\nv2,a,1.5\nv3,c,4\n");
}

std::unique_ptr<Session> opened(const std::shared_ptr<const ir::Program>& program, RunOptions options) {
  auto session = std::make_unique<Session>(program);
  Diagnostics diagnostics;
  const bool sound = session->load(options, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) UNSCOPED_INFO(diagnostic.message);
  REQUIRE(sound);
  return session;
}

}  // namespace

TEST_CASE("a run from files to files") {
  const Folder folder;
  write_clinics(folder);
  const std::shared_ptr<const ir::Program> program = compiled(clinics);
  const bool by_rows = GENERATE(false, true);
  RunOptions options;
  options.data = folder.path();
  options.by_rows = by_rows;
  const std::unique_ptr<Session> session = opened(program, options);

  SECTION("what it comes to") {
    const RunSummary& summary = session->summary();
    REQUIRE(summary.payments.size() == 1);
    CHECK(summary.payments[0].paid == 1);
    CHECK(summary.payments[0].not_paid == 1);
    CHECK(summary.payments[0].blocked == 1);
    CHECK(summary.payments[0].total == Number(1474, 100));  // 1.81 + 12.928571... is 14.738571...
    REQUIRE(summary.ensures.size() == 2);
    CHECK(summary.ensures[0].failed == 1);
    CHECK(summary.ensures[0].checked == 3);
    CHECK(summary.ensures[0].rows == std::vector<std::string>{"b"});
    CHECK(summary.ensures[1].holds());
    REQUIRE(summary.faults.size() == 1);
    CHECK(summary.faults[0].first->code == "R101");
    CHECK(summary.faults[0].row == "b");
    CHECK(summary.faults[0].payments_blocked == 1);
    CHECK(summary.faults[0].cells == 1);
    const std::string& text = (*program->files)[summary.faults[0].span.file].text;
    CHECK(text.substr(summary.faults[0].span.begin,
                      summary.faults[0].span.end - summary.faults[0].span.begin) == "base / beds");
    CHECK_FALSE(summary.clean());
    CHECK(summary.report_rows == std::vector<uint64_t>{3, 1});
  }

  SECTION("what it writes") {
    const fs::path out = folder.path() / "out" / "results";
    session->write(out, OutputFormat::csv);
    CHECK(content(out / "clinics.csv") == "id,name,days,third,stays,paid\r\n"
                                          "a,Lake,3.5,1,,\r\n"
                                          "b,\"Hill, upper\",0,0,5,#FAULT\r\n"
                                          "c,Öland,4,2.333333333333,2,14.74\r\n");
    CHECK(content(out / "summary.csv") == "count of all visits,rate\r\n3,0.02\r\n");
    const auto manifest = nlohmann::json::parse(content(out / "manifest.json"));
    CHECK(manifest["parameters"][0] == nlohmann::json{{"name", "rate"}, {"value", "0.02"}, {"given", false}});
    CHECK(manifest["data"][0]["file"] == "clinic.csv");
    CHECK(manifest["data"][0]["rows"] == 3);
    CHECK(manifest["program"]["modules"][0]["sha256"] == program->modules[0].sha256);
    CHECK(manifest["faults"][0]["place"] == "program.merit:23");
    CHECK(manifest["results"][0]["file"] == "clinics.csv");

    // Again, in its place: byte by byte the same, and nothing else is left.
    const std::string before = content(out / "manifest.json");
    std::ofstream(out / "notes.txt") << "mine";
    opened(program, options)->write(out, OutputFormat::csv);
    CHECK(content(out / "manifest.json") == before);
    CHECK(content(out / "notes.txt") == "mine");
    CHECK(std::distance(fs::directory_iterator(out.parent_path()), fs::directory_iterator()) == 1);
    CHECK(std::distance(fs::directory_iterator(out), fs::directory_iterator()) == 4);
  }

  SECTION("JSON keeps what CSV cannot say") {
    const ReportTable table(*program, program->reports[0], session->evaluation());
    const auto json = nlohmann::json::parse(report_json(table));
    CHECK(json["columns"][5] ==
          nlohmann::json{{"title", "paid"}, {"column", "fee.net"}, {"type", "money to $0.01?"}});
    CHECK(json["rows"][0]["values"][4] == nullptr);
    CHECK(json["rows"][2]["notes"][0] == nlohmann::json{{"column", 3}, {"exact", "7/3"}});
    CHECK(json["rows"][1]["notes"][0]["code"] == "R101");
  }

  SECTION("a table for people") {
    const ReportTable table(*program, program->reports[0], session->evaluation());
    CHECK(report_text(table, 2, false) == "id  name         days  third    stays         paid\n"
                                          "──  ───────────  ────  ─────  ───────  ───────────\n"
                                          "a   Lake          3.5      1  missing  missing [1]\n"
                                          "b   Hill, upper     0      0        5    fault [2]\n"
                                          "[1] missing: not in fee\n"
                                          "[2] fault: division by zero\n"
                                          "… and 1 more; --out writes them all\n");
  }
}

TEST_CASE("only what the results need is read") {
  const Folder folder;
  write_clinics(folder);
  // `unused` cannot be read as anything here: the column is not there.
  folder.write("clinic.csv", "id,name,base,beds,stays\na,Lake,300.00,3,\n");
  folder.write("visit.csv", "id,clinic,days\nv1,a,2\n");
  const std::shared_ptr<const ir::Program> program = compiled(clinics);
  const auto needed = needed_columns(*program, result_columns(*program));
  for (uint32_t column = 0; column < program->columns.size(); ++column) {
    const std::string name = ir::qualified_name(*program, column);
    if (name == "clinic.unused") CHECK(needed.count(column) == 0);
    if (name == "clinic.base" || name == "visit.clinic" || name == "visit.days")
      CHECK(needed.count(column) == 1);
  }
  RunOptions options;
  options.data = folder.path();
  CHECK(opened(program, options)->summary().payments[0].not_paid == 1);
}

TEST_CASE("parameters of a run") {
  const Folder folder;
  write_clinics(folder);
  const std::shared_ptr<const ir::Program> program = compiled(clinics);
  RunOptions options;
  options.data = folder.path();
  options.parameters = {{"rate", "10%"}};
  CHECK(opened(program, options)->summary().payments[0].total == Number(2198, 100));

  for (const auto& [name, value, code] : {std::tuple("rat", "1", "R010"), std::tuple("rate", "much", "R011"),
                                          std::tuple("start", "2024-02-30", "R011")}) {
    options.parameters = {{name, value}};
    Session session(program);
    Diagnostics diagnostics;
    CHECK_FALSE(session.load(options, diagnostics));
    REQUIRE(diagnostics.all().size() == 1);
    CHECK(diagnostics.all()[0].code == code);
    CHECK_FALSE(diagnostics.all()[0].help.empty());
  }
}

TEST_CASE("a failed write leaves everything as it was") {
  const Folder folder;
  write_clinics(folder);
  const std::shared_ptr<const ir::Program> program = compiled(clinics);
  RunOptions options;
  options.data = folder.path();
  const std::unique_ptr<Session> session = opened(program, options);
  folder.write("taken", "a file");
  CHECK_THROWS_AS(session->write(folder.path() / "taken", OutputFormat::csv), std::system_error);
  CHECK_THROWS_AS(session->write(folder.path() / "taken" / "below", OutputFormat::csv), std::system_error);
  CHECK(content(folder.path() / "taken") == "a file");
  CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 3);
}

TEST_CASE("a program runs from its intermediate form alone") {
  const Folder folder;
  write_clinics(folder);
  const std::shared_ptr<const ir::Program> program = compiled(clinics);
  const std::string json = ir::to_json(*program);
  Diagnostics diagnostics;
  std::optional<ir::Program> back = ir::from_json(json, "clinics.mir", diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) UNSCOPED_INFO(diagnostic.message);
  REQUIRE(back);
  CHECK(ir::to_json(*back) == json);
  RunOptions options;
  options.data = folder.path();
  const auto again = std::make_shared<const ir::Program>(std::move(*back));
  const std::unique_ptr<Session> session = opened(again, options);
  CHECK(session->summary().payments[0].total == Number(1474, 100));
}

namespace {

const std::string tested = R"(module tested

parameter bonus = $5

entity region:
  key id : text
  tax    : number

entity clinic:
  key id : text
  region : region
  base   : money
  stays  : integer?

entity visit:
  key clinic : clinic
  key number : integer
  days       : number

for each clinic:
  days  = sum of visit.days over visits
  taxed = round(base * region.tax, $0.01)
  rate  = stays / 3

)";

std::vector<TestOutcome> outcomes(const std::string& tests) {
  return run_tests(*compiled(tested + tests));
}

}  // namespace

TEST_CASE("tests: linked rows exist, keys may be links, optional fields are missing") {
  const auto all = outcomes(R"(
test "sums":
  given visit:
    | clinic | number | days |
    | b      | 2      | 1.5  |
    | a      | 1      | 2    |
    | b      | 1      | 3    |
  expect clinic:
    | id | days | stays   | rate    |
    | a  | 2    | missing | missing |
    | b  | 4.5  |         |         |
  expect count of all clinics is 2

test "what is not given is a fault only where it is needed":
  given clinic:
    | id | stays | region |
    | a  | 4     | north  |
  expect clinic:
    | id | rate  | taxed | region |
    | a  | fault | fault | north  |
)");
  REQUIRE(all.size() == 2);
  for (const TestFailure& failure : all[0].failures) UNSCOPED_INFO(failure.message);
  CHECK(all[0].passed());
  CHECK(all[0].checks == 5);
  REQUIRE(all[1].failures.size() == 1);
  CHECK(all[1].failures[0].message == "`rate` of clinic a should be a fault, but is 1.333333 (exactly 4/3).");
  CHECK(all[1].failures[0].exact == "4/3");
}

TEST_CASE("tests: failures say what was expected and what came") {
  const auto all = outcomes(R"(
test "rows":
  given parameter bonus = $6
  given clinic:
    | id | base | region |
    | a  | $10  | north  |
  given region:
    | id    | tax |
    | north | 10% |
  expect clinic:
    | id | taxed | base |
    | a  | $2    | $10  |
    | c  | $1    |      |
  expect bonus is $5
  expect bonus is $6
)");
  REQUIRE(all.size() == 1);
  REQUIRE(all[0].failures.size() == 3);
  CHECK(all[0].failures[0].message == "`taxed` of clinic a should be $2.00, but is $1.00.");
  CHECK(all[0].failures[0].row == "clinic a");
  CHECK(all[0].failures[0].expected == "$2.00");
  CHECK(all[0].failures[0].actual == "$1.00");
  CHECK(all[0].failures[1].message ==
        "There is no clinic c in this test: neither is it given nor does a given row link to it.");
  CHECK(all[0].failures[2].message == "This should be $5.00, but is $6.00.");
  CHECK(run_tests(
            *compiled(tested + "test \"one\":\n  expect bonus is $5\ntest \"two\":\n  expect bonus is $5\n"),
            "tw")
            .size() == 1);
}
