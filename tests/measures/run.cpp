#include "tests/measures/run.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "compiler/compile.h"
#include "runtime/run/session.h"
#include "tests/support/command.h"
#include "tests/support/places.h"

namespace merit::testing {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const Diagnostics& diagnostics, const std::string& what) {
  for (const auto& one : diagnostics.all()) {
    if (one.severity == Severity::error) throw std::runtime_error(what + ": " + one.code + " " + one.message);
  }
  throw std::runtime_error(what);
}

std::shared_ptr<const ir::Program> compiled(const fs::path& file) {
  CompileOptions options;
  options.library.push_back(file.parent_path());
  Compilation compilation = compile(file, options);
  if (!compilation.program) refuse(compilation.diagnostics, file.filename().string() + " does not compile");
  return std::make_shared<const ir::Program>(std::move(*compilation.program));
}

const char* fhir_code(ir::Population population) {
  switch (population) {
  case ir::Population::initial_population: return "initial-population";
  case ir::Population::denominator: return "denominator";
  case ir::Population::denominator_exclusion: return "denominator-exclusion";
  case ir::Population::denominator_exception: return "denominator-exception";
  case ir::Population::numerator: return "numerator";
  case ir::Population::numerator_exclusion: return "numerator-exclusion";
  case ir::Population::measure_population: return "measure-population";
  case ir::Population::measure_population_exclusion: return "measure-population-exclusion";
  }
  throw std::logic_error("no such population");
}

const char* observation_name(ir::Population of) {
  switch (of) {
  case ir::Population::denominator: return "denominator-observation";
  case ir::Population::numerator: return "numerator-observation";
  default: return "observation";
  }
}

uint32_t entity_named(const ir::Program& program, const std::string& name) {
  for (uint32_t entity = 0; entity < program.entities.size(); ++entity)
    if (program.entities[entity].name == name) return entity;
  throw std::runtime_error("the program has no entity " + name);
}

/// The link from a row of the measure's entity to its patient; nothing when the patient is the row.
std::optional<uint32_t> link_to_patient(const ir::Program& program, uint32_t entity, uint32_t patient) {
  if (entity == patient) return std::nullopt;
  for (uint32_t column = 0; column < program.columns.size(); ++column) {
    const ir::Column& one = program.columns[column];
    if (one.entity == entity && one.name == "patient" && one.type.kind == ir::TypeKind::link &&
        one.type.target == patient)
      return column;
  }
  throw std::runtime_error(program.entities[entity].name + " has no link to its patient");
}

/// A measure's counts, patient by patient.
class Counting {
 public:
  Counting(Session& session, const ir::Measure& measure)
      : session_(session), program_(session.program()), measure_(measure),
        patient_(entity_named(program_, "patient")),
        link_(link_to_patient(program_, measure.entity, patient_)) {}

  std::map<std::string, PatientCounts> counts() {
    std::map<std::string, PatientCounts> all;
    const uint32_t rows = session_.evaluation().rows(measure_.entity);
    for (uint32_t row = 0; row < rows; ++row) {
      Sums& sums = sums_[patient_of(row)];
      sums.resize(measure_.groups.size());
      for (size_t group = 0; group < measure_.groups.size(); ++group)
        add(sums[group], measure_.groups[group], row);
    }
    for (auto& [patient, sums] : sums_) {
      for (Sum& sum : sums) {
        GroupCounts counts;
        for (const auto& [what, number] : sum.members) counts[what] = std::to_string(number);
        for (auto& [what, values] : sum.observed) counts[what] = observations_text(std::move(values));
        all[patient].push_back(std::move(counts));
      }
    }
    return all;
  }

 private:
  struct Sum {
    std::map<std::string, size_t> members;
    std::map<std::string, std::vector<Number>> observed;
  };

  using Sums = std::vector<Sum>;

  std::string patient_of(uint32_t row) {
    return session_.evaluation().key_text(patient_, link_ ? value(*link_, row).row() : row);
  }

  /// A value that has to be known.
  Value value(uint32_t column, uint32_t row) {
    Value value = session_.evaluation().value(column, row);
    if (value.is_fault())
      throw std::runtime_error(name(column, row) + " is a fault: " + value.fault().message);
    if (value.is_missing()) throw std::runtime_error(name(column, row) + " is missing");
    return value;
  }

  std::string name(uint32_t column, uint32_t row) {
    return program_.columns[column].name + " of " + session_.evaluation().key_text(measure_.entity, row);
  }

  void add(Sum& sum, const ir::MeasureGroup& group, uint32_t row) {
    for (const auto& population : group.populations)
      sum.members[fhir_code(population.kind)] += value(population.gated, row).boolean() ? 1 : 0;
    for (const auto& observation : group.observations) {
      const Value observed = session_.evaluation().value(observation.value, row);
      if (observed.is_fault()) value(observation.value, row);
      if (observed.is_known()) sum.observed[observation_name(observation.of)].push_back(observed.number());
    }
  }

  Session& session_;
  const ir::Program& program_;
  const ir::Measure& measure_;
  uint32_t patient_;
  std::optional<uint32_t> link_;
  std::map<std::string, Sums> sums_;
};

std::vector<uint32_t> columns_of(const ir::Measure& measure, std::optional<uint32_t> link) {
  std::vector<uint32_t> columns;
  if (link) columns.push_back(*link);
  for (const auto& group : measure.groups) {
    for (const auto& population : group.populations) columns.push_back(population.gated);
    for (const auto& observation : group.observations) columns.push_back(observation.value);
  }
  return columns;
}

fs::path as_they_lie(const fs::path& folder, const std::string& name) {
  const fs::path packed = folder / (name + ".gz");
  return fs::exists(packed) ? packed : folder / name;
}

std::map<std::string, PatientCounts> run(const std::shared_ptr<const ir::Program>& program,
                                         const std::string& identifier, RunOptions options) {
  const auto measure = std::find_if(program->measures.begin(), program->measures.end(),
                                    [&](const ir::Measure& one) { return one.identifier == identifier; });
  if (measure == program->measures.end())
    throw std::runtime_error("the program has no measure " + identifier);
  const uint32_t patient = entity_named(*program, "patient");
  options.columns = columns_of(*measure, link_to_patient(*program, measure->entity, patient));
  Session session(program);
  Diagnostics diagnostics;
  if (!session.load(options, diagnostics)) refuse(diagnostics, identifier + " does not run");
  return Counting(session, *measure).counts();
}

/// Patients and value sets where the command finds them: the folder of the cases also holds files that are no
/// patients, and its value sets have a layout of their own.
struct Laid {
  fs::path scratch;
  fs::path data;
  fs::path value_sets;
};

Laid lay_out(const fs::path& cases, const std::string& name) {
  Laid laid;
  laid.scratch = scratch_folder("measure_" + name);
  laid.data = laid.scratch / "data";
  laid.value_sets = laid.scratch / "value_sets.csv";
  fs::create_directories(laid.data);
  fs::create_symlink(as_they_lie(cases, "patients.ndjson"), laid.data / "patients.ndjson.gz");
  std::ofstream(laid.value_sets) << value_sets_csv(unpacked_text(as_they_lie(cases, "valuesets.json")));
  return laid;
}

/// By the period that they are for.
std::map<std::string, std::vector<ExpectedCase>> expected_cases(const fs::path& cases) {
  std::map<std::string, std::vector<ExpectedCase>> by_period;
  for (const ExpectedCase& one : read_expected(unpacked_text(as_they_lie(cases, "expected.json"))))
    by_period[one.period_start + " to " + one.period_end].push_back(one);
  return by_period;
}

void add(CaseAgreement& agreement, const CaseAgreement& part) {
  agreement.agreeing += part.agreeing;
  agreement.cases += part.cases;
  agreement.differences.insert(agreement.differences.end(), part.differences.begin(), part.differences.end());
}

}  // namespace

CaseAgreement run_cases(const fs::path& file, const fs::path& cases, const std::string& identifier, By by) {
  const auto program = compiled(file);
  const Laid laid = lay_out(cases, identifier);
  RunOptions options;
  options.bad_data = BadData::report;
  options.by_rows = by == By::rows;
  options.data = laid.data;
  options.value_sets = {laid.value_sets};
  CaseAgreement agreement;
  // All cases of one period in one run.
  for (const auto& [period, expected] : expected_cases(cases)) {
    options.parameters = {{"measurement_period", period}};
    add(agreement, compare_cases(expected, run(program, identifier, options)));
  }
  return agreement;
}

CaseAgreement reported_cases(const fs::path& program, const fs::path& cases, const std::string& identifier) {
  const Laid laid = lay_out(cases, identifier + "_reports");
  CaseAgreement agreement;
  for (const auto& [period, expected] : expected_cases(cases)) {
    const fs::path out = laid.scratch / "out";
    const CommandResult result =
        merit_run({"run", program.string(), "--data", laid.data.string(), "--value-sets",
                   laid.value_sets.string(), "--bad-data", "report", "--set", "measurement_period=" + period,
                   "--measure-report", "individual", "--out", out.string()});
    if (result.status != 0) throw std::runtime_error(identifier + " does not run: " + result.output);
    const auto reports = read_individual_reports(unpacked_text(out / "measure_report.individual.ndjson"));
    add(agreement, compare_cases(without_observations(expected), reports));
  }
  return agreement;
}

void check_cases(const std::string& program, const std::string& identifier, size_t cases,
                 const std::set<std::string>& disputed) {
  const auto folder = published_measure(identifier);
  if (!folder) return;
  const CaseAgreement agreement = run_cases(source_folder() / program, *folder, identifier);
  const std::string text = agreement_text(agreement);
  std::cout << identifier << ": " << text;
  INFO(text);
  CHECK(agreement.cases == cases);
  CHECK(agreement.agreeing + disputed.size() == cases);
  std::set<std::string> differing;
  for (const CaseDifference& one : agreement.differences) differing.insert(one.patient.substr(0, 8));
  CHECK(differing == disputed);
  CHECK(agreement_text(run_cases(source_folder() / program, *folder, identifier, By::rows)) == text);
}

}  // namespace merit::testing
