// The public C++ interface, over the rooms of the runtime.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <unordered_map>

#include "runtime/data/value_text.h"
#include "runtime/diagnostics/render.h"
#include "runtime/ir/json.h"
#include "runtime/ir/needs.h"
#include "runtime/ir/ops.h"
#include "runtime/outcome/findings.h"
#include "runtime/outcome/measure_tables.h"
#include "runtime/outcome/report.h"
#include "runtime/outcome/version.h"
#include "runtime/run/public_program.h"
#include "runtime/run/session.h"
#include "runtime/run/tests.h"

namespace merit {

namespace {

std::vector<std::string> sentences(const Diagnostics& diagnostics, const SourceFiles& files) {
  std::vector<std::string> lines;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    std::string place = diagnostic.place.file;
    if (diagnostic.span.file != 0) {
      const SourceFile& file = files[diagnostic.span.file];
      place = fmt::format("{}:{}", file.name, line_column(file.text, diagnostic.span.begin).line);
    } else if (diagnostic.place.line != 0) {
      place += fmt::format(":{}", diagnostic.place.line);
    }
    lines.push_back(
        fmt::format("{}{}{}: {}", place, place.empty() ? "" : " ", diagnostic.code, diagnostic.message));
  }
  return lines;
}

Error error_of(Error::Kind kind, const Diagnostics& diagnostics, const SourceFiles& files) {
  return {kind, render(diagnostics, files, {RenderStyle::boxed, false})};
}

Answer::Kind answer_kind(ValueKind kind) {
  switch (kind) {
  case ValueKind::missing: return Answer::Kind::missing;
  case ValueKind::fault: return Answer::Kind::fault;
  case ValueKind::boolean: return Answer::Kind::boolean;
  case ValueKind::number: return Answer::Kind::number;
  case ValueKind::money: return Answer::Kind::money;
  case ValueKind::text: return Answer::Kind::text;
  case ValueKind::date: return Answer::Kind::date;
  case ValueKind::duration: return Answer::Kind::duration;
  case ValueKind::period:
  case ValueKind::datetime_period: return Answer::Kind::period;
  case ValueKind::datetime: return Answer::Kind::datetime;
  case ValueKind::codes: return Answer::Kind::codes;
  case ValueKind::quantity: return Answer::Kind::quantity;
  case ValueKind::enumeration: return Answer::Kind::name;
  case ValueKind::row: return Answer::Kind::row;
  }
  return Answer::Kind::missing;
}

Answer answer_of(const ir::Program& program, Evaluation& evaluation, const ir::Type& type,
                 const Value& value) {
  Answer answer;
  answer.kind = answer_kind(value.kind());
  answer.text = value_text(evaluation, program, type, value, TextStyle::file);
  if (value.is_missing() && value.missing_reason()) answer.reason = *value.missing_reason();
  if (value.is_fault()) {
    answer.reason = value.fault().message;
    answer.code = value.fault().code;
    answer.place = value.fault().place;
  }
  if (value.kind() == ValueKind::number || value.kind() == ValueKind::money) {
    answer.exact = value.number_or_amount().exact_text();
  }
  return answer;
}

uint32_t column_named(const ir::Program& program, std::string_view name) {
  std::vector<std::string> names;
  for (uint32_t column = 0; column < program.columns.size(); ++column) {
    const ir::Column& candidate = program.columns[column];
    if (candidate.hidden || candidate.type.kind == ir::TypeKind::collection) continue;
    names.push_back(ir::qualified_name(program, column));
    if (names.back() == name) return column;
  }
  const std::string nearest = nearest_name(name, names);
  throw Error(Error::Kind::usage,
              fmt::format("The program has no value `{}`.{}", name,
                          nearest.empty() ? "" : fmt::format(" Did you mean `{}`?", nearest)));
}

}  // namespace

struct Run::Impl {
  std::shared_ptr<const ir::Program> program;
  Session session;
  std::unordered_set<uint32_t> ready;  // columns that may be asked for
  std::unordered_map<std::string, std::unique_ptr<ReportTable>> tables = {};

  const ReportTable& table(std::string_view name) {
    std::unique_ptr<ReportTable>& table = tables[std::string(name)];
    if (table) return *table;
    for (const ir::Report& report : program->reports) {
      if (report.name == name) {
        table = std::make_unique<ReportTable>(*program, report, session.evaluation());
        return *table;
      }
    }
    throw Error(Error::Kind::usage, fmt::format("The program has no report `{}`.", name));
  }
};

Run::Run(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Run::~Run() = default;
Run::Run(Run&& other) noexcept = default;
Run& Run::operator=(Run&& other) noexcept = default;

bool Run::clean() const {
  return impl_->session.summary().clean();
}

std::vector<std::string> Run::findings() const {
  return sentences(merit::findings(*impl_->program, impl_->session.summary()), *impl_->program->files);
}

std::vector<PaymentTotal> Run::payments() const {
  std::vector<PaymentTotal> totals;
  for (const PaymentOutcome& outcome : impl_->session.summary().payments) {
    totals.push_back({impl_->program->payments[outcome.payment].name, outcome.paid, outcome.not_paid,
                      outcome.blocked, outcome.total.exact_text()});
  }
  return totals;
}

std::vector<MeasureTotal> Run::measures() const {
  const ir::Program& program = *impl_->program;
  ir::Type number;
  number.optional = true;
  std::vector<MeasureTotal> totals;
  const auto add = [&](const ir::Measure& measure, uint32_t group, const MeasureCounts& counts,
                       const std::string& stratifier, const std::string& stratum) {
    MeasureTotal total{measure_name(measure, group), stratifier, stratum, {}, counts.numerator,
                       counts.denominator,           {}};
    const auto& populations = measure.groups[group].populations;
    for (size_t i = 0; i < populations.size(); ++i)
      total.populations.emplace_back(ir::name_of(populations[i].kind), counts.populations[i]);
    total.score = answer_of(program, impl_->session.evaluation(), number, counts.score);
    totals.push_back(std::move(total));
  };
  for (const MeasureResult& result : impl_->session.summary().measures) {
    const ir::Measure& measure = program.measures[result.measure];
    for (uint32_t group = 0; group < result.groups.size(); ++group) {
      add(measure, group, result.groups[group].all, {}, {});
      for (size_t by = 0; by < measure.stratifiers.size(); ++by) {
        for (const MeasureStratum& stratum : result.groups[group].stratifiers[by])
          add(measure, group, stratum.counts, measure.stratifiers[by].name, stratum.value);
      }
    }
  }
  return totals;
}

std::string Run::measures_json() const {
  return result_json(
      rates_table(*impl_->program, impl_->session.evaluation(), impl_->session.summary().measures));
}

Answer Run::value(std::string_view name, const std::vector<std::string>& key) const {
  const ir::Program& program = *impl_->program;
  const uint32_t column = column_named(program, name);
  const uint32_t entity = program.columns[column].entity;
  if (impl_->ready.count(column) == 0) {
    throw Error(
        Error::Kind::usage,
        fmt::format("`{}` is not among what this run was to be asked for: name it in RunSettings::also.",
                    name));
  }
  Evaluation& evaluation = impl_->session.evaluation();
  const std::optional<uint32_t> row = entity == 0 ? std::optional(0U) : evaluation.find_row(entity, key);
  if (!row || (entity == 0 && !key.empty())) {
    throw Error(Error::Kind::usage,
                fmt::format("There is no such {}: {}.", entity == 0 ? "row" : program.entities[entity].name,
                            fmt::join(key, ", ")));
  }
  return answer_of(program, evaluation, program.columns[column].type, evaluation.value(column, *row));
}

std::vector<std::string> Run::columns(std::string_view report) const {
  std::vector<std::string> titles;
  for (const ir::ReportColumn& column : impl_->table(report).report().columns) titles.push_back(column.title);
  return titles;
}

std::uint64_t Run::rows(std::string_view report) const {
  return impl_->table(report).rows();
}

Answer Run::cell(std::string_view report, std::uint64_t row, std::size_t column) const {
  const ReportTable& table = impl_->table(report);
  if (row >= table.rows() || column >= table.report().columns.size()) {
    throw std::out_of_range("a cell beyond the edges of a report");
  }
  return answer_of(*impl_->program, impl_->session.evaluation(), table.type(column), table.cell(row, column));
}

void Run::write(const std::filesystem::path& folder, Format format) const {
  try {
    impl_->session.write(folder, format == Format::json ? OutputFormat::json : OutputFormat::csv);
  } catch (const std::system_error& error) {
    throw Error(Error::Kind::file, error.what());
  }
}

Program::Program(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Program Program::load(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  if (stream && !std::filesystem::is_directory(file)) content << stream.rdbuf();
  if (!stream || std::filesystem::is_directory(file)) {
    throw Error(Error::Kind::file, fmt::format("{} cannot be read.", file.string()));
  }
  return parse(std::move(content).str(), file.string());
}

Program Program::parse(std::string_view json, std::string_view name) {
  Diagnostics diagnostics;
  std::optional<ir::Program> program = ir::from_json(json, name, diagnostics);
  if (!program) throw error_of(Error::Kind::program, diagnostics, SourceFiles());
  return Program(
      std::make_shared<const Impl>(Impl{std::make_shared<const ir::Program>(std::move(*program))}));
}

std::string Program::name() const {
  return impl_->program->name;
}

std::string Program::title() const {
  return impl_->program->title;
}

std::vector<std::string> Program::parameters() const {
  std::vector<std::string> names;
  for (const uint32_t column : impl_->program->parameters)
    names.push_back(impl_->program->columns[column].name);
  return names;
}

std::vector<std::string> Program::reports() const {
  std::vector<std::string> names;
  for (const ir::Report& report : impl_->program->reports) names.push_back(report.name);
  return names;
}

std::vector<std::string> Program::payments() const {
  std::vector<std::string> names;
  for (const ir::Payment& payment : impl_->program->payments) names.push_back(payment.name);
  return names;
}

std::string Program::json() const {
  return ir::to_json(*impl_->program);
}

Run Program::run(const RunSettings& settings) const {
  const ir::Program& program = *impl_->program;
  RunOptions options;
  options.data = settings.data;
  options.value_sets = settings.value_sets;
  options.bad_data = settings.bad_rows == RunSettings::BadRows::skip     ? BadData::skip
                     : settings.bad_rows == RunSettings::BadRows::report ? BadData::report
                                                                         : BadData::stop;
  options.threads = settings.threads;
  options.parameters = settings.parameters;
  std::vector<uint32_t> columns = result_columns(program);
  for (const std::string& name : settings.also) columns.push_back(column_named(program, name));
  options.columns = columns;
  for (const RunSettings::MeasureReport report : settings.measure_reports)
    options.measure_reports.push_back(static_cast<MeasureReportType>(report));

  auto run = std::make_unique<Run::Impl>(
      Run::Impl{impl_->program, Session(impl_->program), needed_columns(program, columns)});
  Diagnostics diagnostics;
  if (!run->session.load(options, diagnostics)) {
    const bool about_parameters = diagnostics.all().front().code.starts_with("R01");
    throw error_of(about_parameters ? Error::Kind::usage : Error::Kind::data, diagnostics, *program.files);
  }
  if (!settings.measure_reports.empty()) {
    const auto without = measures_without_period(program, run->session.evaluation());
    if (!without.empty())
      throw Error(Error::Kind::usage,
                  fmt::format("A MeasureReport names its period, and the program does not say what that of "
                              "`{}` is: it has no parameter measurement_period.",
                              without.front()));
  }
  return Run(std::move(run));
}

std::vector<TestResult> Program::run_tests(std::string_view only,
                                           const std::vector<std::filesystem::path>& value_sets) const {
  std::vector<TestResult> results;
  const ir::Program& program = *impl_->program;
  std::shared_ptr<const ValueSets> sets;
  if (!value_sets.empty()) {
    Diagnostics problems;
    const std::vector<uint32_t> columns = columns_of_tests(program, std::string(only));
    const auto terminology = load_terminology(
        program, value_sets, needed_value_sets(program, needed_columns(program, columns)), problems);
    if (!terminology) throw error_of(Error::Kind::data, problems, *program.files);
    sets = terminology->sets;
  }
  for (const TestOutcome& outcome : merit::run_tests(program, std::string(only), sets)) {
    Diagnostics messages;
    for (const TestFailure& failure : outcome.failures) messages.error("R020", failure.span, failure.message);
    results.push_back({outcome.title, outcome.passed(), sentences(messages, *impl_->program->files)});
  }
  return results;
}

std::string_view library_version() {
  return version();
}

}  // namespace merit
