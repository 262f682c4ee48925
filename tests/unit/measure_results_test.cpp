// What a run gives of measures: counts, strata, gaps, MeasureReport.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "compiler/compile.h"
#include "runtime/outcome/measure_tables.h"
#include "runtime/run/session.h"

using namespace merit;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

// The columns that a measure points to, as definitions: how a measure is written has tests of its own.
const std::string rules = R"(module clinic_2026

parameter measurement_period = 2026-01-01 to 2026-12-31

entity patient:
  key id     : text
  sex        : text?
  diabetic   : boolean
  in_hospice : boolean
  refused    : boolean
  level      : number?

entity visit:
  key id  : text
  patient : patient
  minutes : number
  late    : boolean

for each patient:
  initial   = diabetic
  excluded  = initial and in_hospice
  excepted  = initial and not in_hospice and refused
  met_line  = any of:
    level is missing
    level > 9
  met       = initial and not in_hospice and not refused and met_line
  last_day  = 2026-12-31
  criteria  = all of:
    not in_hospice                    # the first line
    level is known
    level in 5 to 9
  controlled = initial and not in_hospice and not refused and criteria

for each visit:
  counted = minutes > 0
  length : number? =
    missing because "not counted"   when not counted
    minutes                         otherwise
  above : number? =
    missing   when not counted
    1         when late
    0         otherwise
  below : number? =
    missing   when not counted
    1         otherwise

report patients: id
)";

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("merit-measures-test-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
    std::ofstream(path_ / "patient.csv") << "id,sex,diabetic,in_hospice,refused,level\n"
                                            "p1,female,true,false,false,9.5\n"
                                            "p2,male,true,false,false,7\n"
                                            "p3,male,true,true,false,8\n"
                                            "p4,female,true,false,true,\n"
                                            "p5,,true,false,false,\n"
                                            "p6,female,false,false,false,10\n";
    std::ofstream(path_ / "visit.csv") << "id,patient,minutes,late\n"
                                          "v1,p1,10,true\nv2,p1,20,false\nv3,p2,60,false\nv4,p3,0,true\n";
  }

  ~Folder() { fs::remove_all(path_); }

  fs::path path() const { return path_; }

  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(path_ / "out" / name).rdbuf();
    return text.str();
  }

 private:
  fs::path path_;
};

uint32_t column(const ir::Program& program, const std::string& name) {
  for (uint32_t i = 0; i < program.columns.size(); ++i) {
    if (ir::qualified_name(program, i) == name) return i;
  }
  FAIL("no column " << name);
  return ir::none;
}

uint32_t entity(const ir::Program& program, const std::string& name) {
  for (uint32_t i = 0; i < program.entities.size(); ++i) {
    if (program.entities[i].name == name) return i;
  }
  FAIL("no entity " << name);
  return ir::none;
}

ir::Program compiled() {
  Compilation compilation = compile_text("clinic_2026.merit", rules);
  for (const Diagnostic& diagnostic : compilation.diagnostics.all()) UNSCOPED_INFO(diagnostic.message);
  REQUIRE(compilation.program);
  return std::move(*compilation.program);
}

ir::Measure measure_of(const ir::Program& program, const std::string& name, const std::string& of) {
  ir::Measure measure;
  measure.name = name;
  measure.entity = entity(program, of);
  measure.period = column(program, "measurement_period");
  measure.groups.emplace_back();
  return measure;
}

ir::MeasurePopulation population(const ir::Program& program, ir::Population kind, const std::string& gated,
                                 const std::string& criteria = {}) {
  return {kind, column(program, criteria.empty() ? gated : criteria), column(program, gated)};
}

/// Lower is better: five diabetics, one in hospice, one who refused.
ir::Measure poor_control(const ir::Program& program) {
  using enum ir::Population;
  ir::Measure measure = measure_of(program, "poor_control", "patient");
  measure.title = "Level above 9%";
  measure.identifier = "T1";
  measure.version = "2";
  measure.lower_is_better = true;
  measure.groups[0].populations = {population(program, initial_population, "patient.initial"),
                                   population(program, denominator, "patient.initial"),
                                   population(program, denominator_exclusion, "patient.excluded"),
                                   population(program, denominator_exception, "patient.excepted"),
                                   population(program, numerator, "patient.met", "patient.met_line")};
  measure.stratifiers = {{"sex", column(program, "patient.sex")}};
  measure.supplemental = {{"level", column(program, "patient.level")}};
  measure.due = column(program, "patient.last_day");
  return measure;
}

ir::Measure control(const ir::Program& program) {
  ir::Measure measure = poor_control(program);
  measure.name = "control";
  measure.lower_is_better = false;
  measure.identifier = "https://example.org/Measure/control";
  measure.groups[0].populations.back() =
      population(program, ir::Population::numerator, "patient.controlled", "patient.criteria");
  measure.stratifiers.clear();
  measure.supplemental.clear();
  measure.due = ir::none;
  return measure;
}

ir::Measure visit_length(const ir::Program& program) {
  using enum ir::Population;
  ir::Measure measure = measure_of(program, "visit_length", "visit");
  measure.scoring = ir::Scoring::continuous_variable;
  measure.groups[0].populations = {population(program, initial_population, "visit.counted"),
                                   population(program, measure_population, "visit.counted")};
  measure.groups[0].observations = {
      {measure_population, column(program, "visit.length"), ir::AggregateMode::median}};
  return measure;
}

ir::Measure late_visits(const ir::Program& program) {
  using enum ir::Population;
  ir::Measure measure = measure_of(program, "late_visits", "visit");
  measure.scoring = ir::Scoring::ratio;
  measure.groups[0].populations = {population(program, initial_population, "visit.counted"),
                                   population(program, denominator, "visit.counted"),
                                   population(program, numerator, "visit.counted")};
  measure.groups[0].observations = {{denominator, column(program, "visit.below"), ir::AggregateMode::sum},
                                    {numerator, column(program, "visit.above"), ir::AggregateMode::sum}};
  return measure;
}

std::unique_ptr<Session> opened(const Folder& folder, ir::Program program, RunOptions options = {}) {
  auto session = std::make_unique<Session>(std::make_shared<const ir::Program>(std::move(program)));
  Diagnostics diagnostics;
  options.data = folder.path();
  const bool sound = session->load(options, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) UNSCOPED_INFO(diagnostic.message);
  REQUIRE(sound);
  return session;
}

std::vector<json> lines(const std::string& ndjson) {
  std::vector<json> resources;
  std::istringstream text(ndjson);
  for (std::string line; std::getline(text, line);) resources.push_back(json::parse(line));
  return resources;
}

/// What R4 demands of a MeasureReport (StructureDefinition/MeasureReport, elements with a minimum of one, the
/// required bindings, invariants mrp-1 and mrp-2) and of what it contains.
void check_report(const json& report) {
  const std::set<std::string> known = {
      "resourceType",        "id",    "contained",        "status", "type", "measure", "subject", "period",
      "improvementNotation", "group", "evaluatedResource"};
  for (const auto& [name, value] : report.items()) CHECK(known.contains(name));
  CHECK(report.at("resourceType") == "MeasureReport");
  CHECK(std::set<std::string>{"complete", "pending", "error"}.contains(report.at("status")));
  const std::string type = report.at("type");
  CHECK(std::set<std::string>{"individual", "subject-list", "summary", "data-collection"}.contains(type));
  CHECK(report.at("measure").get<std::string>().find(':') != std::string::npos);
  CHECK(report.at("period").at("start").get<std::string>().size() == 10);
  CHECK(report.at("period").at("end").get<std::string>().size() == 10);
  const std::string id = report.at("id");
  CHECK(id.size() <= 64);
  CHECK(id.find('_') == std::string::npos);
  CHECK(report.at("improvementNotation").at("coding")[0].at("system") ==
        "http://terminology.hl7.org/CodeSystem/measure-improvement-notation");
  CHECK((type == "individual") == report.contains("subject"));
  std::set<std::string> contained;
  if (report.contains("contained")) {
    for (const json& resource : report["contained"]) {
      CHECK(contained.insert("#" + resource.at("id").get<std::string>()).second);
      if (resource.at("resourceType") == "List") {
        CHECK(resource.at("status") == "current");
        CHECK(resource.at("mode") == "snapshot");
      } else {
        CHECK(resource.at("resourceType") == "Observation");
        CHECK(resource.at("status") == "final");
        CHECK(resource.contains("code"));
      }
    }
  }
  std::set<std::string> referred;
  const auto refer = [&](const json& reference) {
    const std::string to = reference.at("reference");
    if (to.starts_with("#")) referred.insert(to);
  };
  const std::set<std::string> codes = {
      "initial-population", "denominator",         "denominator-exclusion", "denominator-exception",
      "numerator",          "numerator-exclusion", "measure-population",    "measure-population-exclusion",
      "measure-observation"};
  const auto check_counts = [&](const json& counts, bool listed) {
    for (const json& population : counts.value("population", json::array())) {
      const json& coding = population.at("code").at("coding")[0];
      CHECK(coding.at("system") == "http://terminology.hl7.org/CodeSystem/measure-population");
      CHECK(codes.contains(coding.at("code")));
      CHECK(population.at("count").is_number_unsigned());
      if (population.contains("subjectResults")) {
        CHECK(listed);  // mrp-2: only in a list of subjects
        refer(population["subjectResults"]);
      }
    }
    if (counts.contains("measureScore")) CHECK(counts["measureScore"].at("value").is_number());
  };
  for (const json& group : report.at("group")) {
    check_counts(group, type == "subject-list");
    for (const json& stratifier : group.value("stratifier", json::array())) {
      for (const json& stratum : stratifier.at("stratum")) {
        CHECK(stratum.at("value").contains("text"));
        check_counts(stratum, false);
      }
    }
  }
  for (const json& resource : report.value("evaluatedResource", json::array())) refer(resource);
  CHECK(contained == referred);  // dom-3: what is contained is referred to
}

}  // namespace

TEST_CASE("counts, the rate and strata of a proportion") {
  const Folder folder;
  ir::Program program = compiled();
  program.measures.push_back(poor_control(program));
  const auto session = opened(folder, std::move(program));
  const MeasureResult& result = session->summary().measures.at(0);
  const MeasureCounts& all = result.groups.at(0).all;
  CHECK(all.populations == std::vector<uint64_t>{5, 5, 1, 1, 2});
  CHECK(all.denominator == 3);
  CHECK(all.numerator == 2);
  CHECK(all.score == Value::of_number(Number(2, 3)));
  CHECK(score_text(session->program(), session->evaluation(), session->program().measures[0], 0, all) ==
        "66.67% (2 of 3)");
  const auto& strata = result.groups[0].stratifiers.at(0);
  REQUIRE(strata.size() == 3);
  CHECK(strata[0].value == "female");
  CHECK(strata[0].counts.populations == std::vector<uint64_t>{2, 2, 0, 1, 1});
  CHECK(strata[0].counts.score == Value::of_number(Number(1)));
  CHECK(strata[1].value == "male");
  CHECK(strata[1].counts.score == Value::of_number(Number(0)));
  CHECK(strata[2].value == "missing");
  CHECK(strata[2].counts.score == Value::of_number(Number(1)));
}

TEST_CASE("a continuous variable and a ratio over episodes") {
  const Folder folder;
  ir::Program program = compiled();
  program.measures.push_back(visit_length(program));
  program.measures.push_back(late_visits(program));
  const auto session = opened(folder, std::move(program));
  const RunSummary& summary = session->summary();
  CHECK(summary.measures[0].groups[0].all.populations == std::vector<uint64_t>{3, 3});
  CHECK(summary.measures[0].groups[0].all.score == Value::of_number(Number(20)));
  CHECK(summary.measures[1].groups[0].all.score == Value::of_number(Number(1, 3)));
  const MeasureRows rows(session->program(), session->evaluation(), 0);
  CHECK_FALSE(rows.of_subjects());
  CHECK(result_csv(members_table(rows)) == "patient,initial_population,measure_population\r\n"
                                           "p1,2,2\r\n"
                                           "p2,1,1\r\n");
  CHECK(result_csv(member_rows_table(rows)) ==
        "patient,visit,initial_population,measure_population,observation\r\n"
        "p1,v1,1,1,10\r\n"
        "p1,v2,1,1,20\r\n"
        "p2,v3,1,1,60\r\n");
  CHECK(gaps(rows).empty());
}

TEST_CASE("files of measures") {
  const Folder folder;
  ir::Program program = compiled();
  program.measures.push_back(poor_control(program));
  program.measures.push_back(control(program));
  const auto session = opened(folder, std::move(program));
  session->write(folder.path() / "out", OutputFormat::csv);
  CHECK(folder.read("poor_control.members.csv") == "patient,initial_population,denominator,denominator_"
                                                   "exclusion,denominator_exception,numerator,sex,level\r\n"
                                                   "p1,1,1,0,0,1,female,9.5\r\n"
                                                   "p2,1,1,0,0,0,male,7\r\n"
                                                   "p3,1,1,1,0,0,male,8\r\n"
                                                   "p4,1,1,0,1,0,female,\r\n"
                                                   "p5,1,1,0,0,1,,\r\n");
  // Where lower is better a gap is a numerator that is met; both lines could have met it.
  CHECK(folder.read("poor_control.gaps.csv") == "patient,met,due\r\n"
                                                "p1,level > 9,2026-12-31\r\n"
                                                "p5,level is missing,2026-12-31\r\n");
  // Only the lines that were reached: without a level, whether it is from 5 to 9 is no question.
  CHECK(folder.read("control.gaps.csv") == "patient,not_met\r\n"
                                           "p1,level in 5 to 9\r\n"
                                           "p5,level is known\r\n");
  CHECK(folder.read("measure.rates.csv").find("control,,,,5,5,1,1,1,,,,,,,1,3,0.333333333333\r\n") !=
        std::string::npos);
  CHECK(json::parse(folder.read("manifest.json")).at("measures")[0].at("score") == "2/3");
}

TEST_CASE("MeasureReport has what R4 demands") {
  const Folder folder;
  ir::Program program = compiled();
  program.measures.push_back(poor_control(program));
  program.measures.push_back(control(program));
  program.measures.push_back(visit_length(program));
  program.measures.push_back(late_visits(program));
  RunOptions options;
  options.measure_reports = {MeasureReportType::individual, MeasureReportType::subject_list,
                             MeasureReportType::summary};
  const auto session = opened(folder, std::move(program), options);
  session->write(folder.path() / "out", OutputFormat::csv);

  const std::vector<json> individual = lines(folder.read("measure_report.individual.ndjson"));
  std::set<std::string> ids;
  for (const json& report : individual) {
    check_report(report);
    CHECK(ids.insert(report.at("id")).second);
  }
  REQUIRE(individual.size() == 5 + 5 + 2 + 2);
  const json& first = individual[0];
  CHECK(first.at("subject").at("reference") == "Patient/p1");
  CHECK(first.at("measure") == "urn:merit:clinic_2026:poor_control|2");
  CHECK(individual[5].at("measure") == "https://example.org/Measure/control|2");
  CHECK(first.at("period") == json{{"start", "2026-01-01"}, {"end", "2026-12-31"}});
  CHECK(first.at("group")[0].at("population")[4].at("count") == 1);
  CHECK(first.at("group")[0].at("stratifier")[0].at("stratum")[0].at("value").at("text") == "female");
  CHECK(first.at("contained")[0].at("valueQuantity").at("value") == 9.5);

  const std::vector<json> listed = lines(folder.read("measure_report.subject_list.ndjson"));
  REQUIRE(listed.size() == 4);
  for (const json& report : listed) {
    check_report(report);
    for (const json& list : report.at("contained")) {
      for (const json& entry : list.value("entry", json::array())) {
        const std::string to = entry.at("item").at("reference");
        CHECK(ids.contains(to.substr(std::string("MeasureReport/").size())));
      }
    }
  }
  const std::vector<json> summary = lines(folder.read("measure_report.summary.ndjson"));
  REQUIRE(summary.size() == 4);
  for (const json& report : summary) check_report(report);
  CHECK(summary[0].at("group")[0].at("measureScore").at("value") == 0.666666666667);
  CHECK(summary[0].at("improvementNotation").at("coding")[0].at("code") == "decrease");
  CHECK(summary[2].at("group")[0].at("measureScore").at("value") == 20.0);
}

TEST_CASE("a report names the resources that the criteria of its patient read") {
  const Folder folder;
  fs::remove(folder.path() / "patient.csv");
  std::ofstream(folder.path() / "all.ndjson")
      << R"({"resourceType":"Patient","id":"p1","birthDate":"1960-01-01"})"
      << "\n"
      << R"({"resourceType":"Patient","id":"p2","birthDate":"2020-01-01"})"
      << "\n"
      << R"({"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/p1"},"code":{"text":"hba1c"}})"
      << "\n"
      << R"({"resourceType":"Observation","id":"o2","subject":{"reference":"Patient/p1"},"code":{"text":"ldl"}})"
      << "\n";
  Compilation compilation = compile_text("read.merit", R"(module read

parameter measurement_period = 2026-01-01 to 2026-12-31

entity patient:
  key id     : text
  birth_date : date

entity observation:
  key id  : text
  patient : patient
  name    : text

source fhir "Patient":
  patient:
    id         = path "id"
    birth_date = path "birthDate"

source fhir "Observation":
  observation:
    id      = path "id"
    patient = path "subject"
    name    = path "code.text"

measure tested for each patient:
  initial_population = whole years from birth_date to measurement_period.end >= 18
  numerator          = exists observations where name is "hba1c"
)");
  for (const Diagnostic& diagnostic : compilation.diagnostics.all()) UNSCOPED_INFO(diagnostic.message);
  REQUIRE(compilation.program);
  RunOptions options;
  options.measure_reports = {MeasureReportType::individual};
  const auto session = opened(folder, std::move(*compilation.program), options);
  session->write(folder.path() / "out", OutputFormat::csv);
  const std::vector<json> reports = lines(folder.read("measure_report.individual.ndjson"));
  REQUIRE(reports.size() == 1);
  check_report(reports[0]);
  // Not the other observation: nothing was made of it.
  CHECK(reports[0].at("evaluatedResource") ==
        json::array({{{"reference", "Patient/p1"}}, {{"reference", "Observation/o1"}}}));
}

TEST_CASE("what is counted here is what the program's own rates are, for every scoring") {
  const Folder folder;
  Compilation compilation = compile_text("clinic_2026.merit", rules + R"(
measure controlled_level for each patient where diabetic:
  initial_population    = id is not "nobody"
  denominator_exclusion = in_hospice
  denominator_exception = refused
  numerator             = level is known and level <= 9
  numerator_exclusion   = sex is missing
  group women:
    initial_population = sex is known and sex is "female"
  group all_of_them:
    numerator = level is known

measure late_by_visit for each visit:
  scoring ratio
  initial_population  = minutes > 0
  denominator         = initial_population
  numerator           = late
  numerator_exclusion = minutes > 100

measure minutes_by_visit for each visit:
  scoring ratio
  aggregate sum
  initial_population      = minutes > 0
  denominator             = initial_population
  denominator_exclusion   = patient.in_hospice
  numerator               = late
  denominator_observation = 1
  numerator_observation   = minutes

measure median_visit for each visit:
  scoring continuous_variable
  aggregate median
  initial_population           = minutes >= 0
  measure_population           = initial_population
  measure_population_exclusion = minutes > 50
  observation                  = minutes

composite both for each patient:
  scoring all_or_none
  components controlled_level.women, controlled_level.all_of_them

composite chances for each patient:
  scoring opportunity
  components controlled_level.women, controlled_level.all_of_them
)");
  for (const Diagnostic& diagnostic : compilation.diagnostics.all()) UNSCOPED_INFO(diagnostic.message);
  REQUIRE(compilation.program);
  const auto session = opened(folder, std::move(*compilation.program));
  const ir::Program& measured = session->program();
  size_t compared = 0;
  for (uint32_t index = 0; index < measured.measures.size(); ++index) {
    const MeasureRows rows(measured, session->evaluation(), index);
    std::vector<uint32_t> every(rows.rows());
    for (uint32_t row = 0; row < rows.rows(); ++row) every[row] = row;
    for (uint32_t group = 0; group < rows.measure().groups.size(); ++group) {
      INFO(measure_name(rows.measure(), group));
      std::vector<Value::FaultPointer> faults;
      const Value score = group_result(rows, group, every, faults).all.score;
      const Value own = session->evaluation().value(rows.measure().groups[group].rate, 0);
      REQUIRE(own.is_known());
      CHECK(score == own);
      CHECK(faults.empty());
      ++compared;
    }
  }
  CHECK(compared == 7);
}
