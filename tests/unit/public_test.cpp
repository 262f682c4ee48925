// The public interfaces, as an embedder uses them.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "merit/compiler.hpp"
#include "merit/merit.h"

namespace fs = std::filesystem;

namespace {

const std::string clinics = R"(module clinics

program "Clinics":
  currency USD

parameter rate = 2%

entity clinic:
  key id : text
  base   : money
  beds   : integer

for each clinic:
  per_bed = base / beds
  third   = beds / 3

payment fee for each clinic:
  net = round(rate * base + per_bed, $0.01)

report clinics: id, fee "Paid"
ensure "beds" for each clinic: beds > 0

test "two percent":
  given clinic:
    | id | base | beds |
    | a  | $100 | 100  |
  expect clinic:
    | id | fee.net |
    | a  | $4      |
)";

struct Folder {
  fs::path path = fs::temp_directory_path() / ("merit-public-test-" + std::to_string(::getpid()));

  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
    std::ofstream(path / "clinic.csv") << "id,base,beds\na,100.00,50\nb,10,0\n";
  }

  ~Folder() { fs::remove_all(path); }
};

template <typename Call>
merit::Error::Kind kind_of_error(const Call& call) {
  try {
    call();
  } catch (const merit::Error& error) {
    CHECK(std::strlen(error.what()) > 10);
    return error.kind();
  }
  FAIL("nothing was thrown");
  return merit::Error::Kind::usage;
}

}  // namespace

TEST_CASE("compile, write, read back, run") {
  const Folder folder;
  const merit::Program compiled = merit::compile_program_text("clinics.merit", clinics);
  const merit::Program program = merit::Program::parse(compiled.json());
  CHECK(program.name() == "clinics");
  CHECK(program.title() == "Clinics");
  CHECK(program.reports() == std::vector<std::string>{"clinics"});
  CHECK(program.payments() == std::vector<std::string>{"fee"});
  CHECK(program.parameters() == std::vector<std::string>{"rate"});

  merit::RunSettings settings;
  settings.data = folder.path;
  settings.also = {"clinic.third"};
  const merit::Run run = program.run(settings);
  CHECK_FALSE(run.clean());
  REQUIRE(run.findings().size() == 2);
  CHECK(run.findings()[0] == "clinics.merit:21 R021: \"beds\" does not hold for 1 of 2 clinics: b.");
  CHECK(run.findings()[1] == "clinics.merit:14 R101: Division by zero, at clinic b.");
  REQUIRE(run.payments().size() == 1);
  CHECK(run.payments()[0].total == "4");
  CHECK(run.payments()[0].blocked == 1);

  const merit::Answer net = run.value("fee.net", {"a"});
  CHECK(net.kind == merit::Answer::Kind::money);
  CHECK(net.text == "4");
  CHECK(run.value("clinic.third", {"a"}).exact == "50/3");
  CHECK(run.value("rate").exact == "0.02");
  const merit::Answer fault = run.value("fee.net", {"b"});
  CHECK_FALSE(fault.known());
  CHECK(fault.code == "R101");
  CHECK(fault.reason == "division by zero");
  CHECK(fault.place.starts_with("clinic.per_bed#"));

  CHECK(run.rows("clinics") == 2);
  CHECK(run.columns("clinics") == std::vector<std::string>{"id", "Paid"});
  CHECK(run.cell("clinics", 1, 0).text == "b");
  CHECK_THROWS_AS(run.cell("clinics", 2, 0), std::out_of_range);

  run.write(folder.path / "results", merit::Run::Format::json);
  CHECK(fs::exists(folder.path / "results" / "clinics.json"));
  CHECK(fs::exists(folder.path / "results" / "manifest.json"));

  using Kind = merit::Error::Kind;
  CHECK(kind_of_error([&] { run.value("clinic.thrid", {"a"}); }) == Kind::usage);
  CHECK(kind_of_error([&] { run.value("fee.net", {"z"}); }) == Kind::usage);
  CHECK(kind_of_error([&] { run.rows("clinic"); }) == Kind::usage);
  CHECK(kind_of_error([&] { run.write(folder.path / "clinic.csv"); }) == Kind::file);
}

TEST_CASE("the program's own tests") {
  const merit::Program program = merit::compile_program_text("clinics.merit", clinics);
  const std::vector<merit::TestResult> results = program.run_tests();
  REQUIRE(results.size() == 1);
  CHECK(results[0].passed == false);
  CHECK(results[0].failures ==
        std::vector<std::string>{
            "clinics.merit:29 R020: `fee.net` of clinic a should be $4.00, but is $3.00."});
  CHECK(program.run_tests("nothing of the kind").empty());
}

TEST_CASE("what goes wrong is told apart") {
  using Kind = merit::Error::Kind;
  CHECK(kind_of_error([] { merit::compile_program_text("wrong.merit", "module wrong\nvalue = rat\n"); }) ==
        Kind::program);
  CHECK(kind_of_error([] { merit::Program::parse("{}"); }) == Kind::program);
  CHECK(kind_of_error([] { merit::Program::load("nowhere.mir"); }) == Kind::file);
  const Folder folder;
  const merit::Program program = merit::compile_program_text("clinics.merit", clinics);
  merit::RunSettings settings;
  settings.data = folder.path / "nowhere";
  CHECK(kind_of_error([&] { program.run(settings); }) == Kind::data);
  settings.data = folder.path;
  settings.parameters = {{"rate", "much"}};
  CHECK(kind_of_error([&] { program.run(settings); }) == Kind::usage);
}

TEST_CASE("the C interface") {
  const Folder folder;
  const std::string file = (folder.path / "clinics.mir").string();
  std::ofstream(file) << merit::compile_program_text("clinics.merit", clinics).json();
  CHECK(std::string(merit_version()) == std::string(merit::library_version()));

  merit_program* program = nullptr;
  char* error = nullptr;
  REQUIRE(merit_program_load("nowhere.mir", &program, &error) == MERIT_FILE);
  CHECK(program == nullptr);
  CHECK(std::string(error).find("nowhere.mir") != std::string::npos);
  merit_text_free(error);
  REQUIRE(merit_program_load(nullptr, &program, nullptr) == MERIT_USAGE);
  REQUIRE(merit_program_load(file.c_str(), &program, &error) == MERIT_OK);
  CHECK(error == nullptr);

  size_t failed = 0;
  char* failures = nullptr;
  CHECK(merit_program_test(program, &failed, &failures, &error) == MERIT_OK);
  CHECK(failed == 1);
  CHECK(std::string(failures).find("fee.net") != std::string::npos);
  merit_text_free(failures);

  merit_run* run = nullptr;
  const char* unsound[] = {"rate", nullptr};
  CHECK(merit_run_start(program, folder.path.c_str(), MERIT_BAD_ROWS_STOP, 1, unsound, &run, &error) ==
        MERIT_USAGE);
  merit_text_free(error);
  const char* parameters[] = {"rate=10%", nullptr};
  REQUIRE(merit_run_start(program, folder.path.c_str(), MERIT_BAD_ROWS_STOP, 1, parameters, &run, &error) ==
          MERIT_OK);
  merit_program_free(program);

  const char* key[] = {"a"};
  merit_kind kind = MERIT_MISSING;
  char* text = nullptr;
  REQUIRE(merit_run_value(run, "fee.net", key, 1, &kind, &text, &error) == MERIT_OK);
  CHECK(kind == MERIT_MONEY);
  CHECK(std::string(text) == "12");
  merit_text_free(text);
  CHECK(merit_run_value(run, "fee.nett", key, 1, &kind, &text, &error) == MERIT_USAGE);
  CHECK(text == nullptr);
  merit_text_free(error);

  int clean = 1;
  char* findings = nullptr;
  REQUIRE(merit_run_clean(run, &clean, &findings, &error) == MERIT_OK);
  CHECK(clean == 0);
  CHECK(std::string(findings).find("R101") != std::string::npos);
  merit_text_free(findings);
  CHECK(merit_run_write(run, (folder.path / "out").c_str(), MERIT_CSV, &error) == MERIT_OK);
  CHECK(merit_run_write(run, file.c_str(), MERIT_CSV, &error) == MERIT_FILE);
  merit_text_free(error);
  merit_run_free(run);
}

TEST_CASE("measures for an embedder") {
  const Folder folder;
  const std::string rules = clinics + R"(
measure small for each clinic:
  version             "1"
  initial_population  = base > $0
  numerator           = beds < 10
  stratifier rich     = base > $50
)";
  merit::RunSettings settings;
  settings.data = folder.path;
  settings.measure_reports = {merit::RunSettings::MeasureReport::summary};
  const merit::Program without = merit::compile_program_text("clinics.merit", rules);
  CHECK(kind_of_error([&] { without.run(settings); }) == merit::Error::Kind::usage);

  const merit::Program program = merit::Program::parse(
      merit::compile_program_text("clinics.merit",
                                  rules + "\nparameter measurement_period = 2026-01-01 to 2026-12-31\n")
          .json());
  const merit::Run run = program.run(settings);
  const std::vector<merit::MeasureTotal> totals = run.measures();
  REQUIRE(totals.size() == 3);
  CHECK(totals[0].name == "small");
  CHECK(totals[0].populations == std::vector<std::pair<std::string, std::uint64_t>>{
                                     {"initial_population", 2}, {"denominator", 2}, {"numerator", 1}});
  CHECK(totals[0].score.exact == "0.5");
  CHECK(totals[1].stratifier == "rich");
  CHECK(totals[1].stratum == "no");
  CHECK(totals[2].score.exact == "0");
  run.write(folder.path / "out");
  CHECK(fs::exists(folder.path / "out" / "measure_report.summary.ndjson"));
  CHECK(fs::exists(folder.path / "out" / "small.gaps.csv"));
  CHECK(run.measures_json().find("\"measure\": \"small\"") != std::string::npos);

  const fs::path file = folder.path / "clinics.mir";
  std::ofstream(file) << program.json();
  merit_program* in_c = nullptr;
  merit_run* started = nullptr;
  char* error = nullptr;
  char* json = nullptr;
  REQUIRE(merit_program_load(file.c_str(), &in_c, &error) == MERIT_OK);
  REQUIRE(merit_run_start(in_c, folder.path.c_str(), MERIT_BAD_ROWS_STOP, 1, nullptr, &started, &error) ==
          MERIT_OK);
  merit_program_free(in_c);
  CHECK(merit_run_measures(started, &json, &error) == MERIT_OK);
  CHECK(json == run.measures_json());
  merit_text_free(json);
  CHECK(merit_run_measures(started, nullptr, &error) == MERIT_USAGE);
  merit_text_free(error);
  merit_run_free(started);
}
