#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "cli/data_options.h"
#include "cli/progress.h"
#include "runtime/outcome/findings.h"
#include "runtime/outcome/measure_tables.h"
#include "runtime/outcome/report.h"
#include "runtime/outcome/text_table.h"
#include "runtime/values/currency.h"

namespace merit::cli {

namespace {

enum class Format : uint8_t { automatic, table, csv, json };

struct Options {
  ProgramOptions program;
  DataOptions data;
  std::filesystem::path out;
  std::string report;
  Format format = Format::automatic;
  uint64_t rows = 20;
  std::vector<MeasureReportType> measure_reports;
};

/// "1 hospital", "2,474 hospitals".
std::string counted(const ir::Program& program, uint32_t entity, uint64_t count) {
  const ir::Entity& shape = program.entities[entity];
  return fmt::format("{} {}", grouped(count), count == 1 ? shape.name : shape.plural);
}

std::string amount_text(const ir::Program& program, const Number& amount) {
  const Currency* currency = find_currency(program.currency);
  return money_text(amount, currency == nullptr ? default_currency() : *currency);
}

std::string heading(const ir::Program& program) {
  std::string text = program.title.empty() ? program.name : program.title;
  if (!program.authority.empty()) text += fmt::format(" ({})", program.authority);
  if (program.effective) text += ", " + program.effective->text();
  return text;
}

std::string payments_text(const ir::Program& program, const RunSummary& summary) {
  std::string text;
  for (const PaymentOutcome& outcome : summary.payments) {
    const ir::Payment& payment = program.payments[outcome.payment];
    text += fmt::format("payment {}: {} paid, {} in all", payment.name,
                        counted(program, payment.entity, outcome.paid), amount_text(program, outcome.total));
    if (outcome.not_paid > 0) text += fmt::format("; {} without", grouped(outcome.not_paid));
    if (outcome.blocked > 0) text += fmt::format("; {} not paid because of faults", grouped(outcome.blocked));
    text += "\n";
  }
  return text;
}

std::string ensures_text(const RunSummary& summary) {
  if (summary.ensures.empty()) return {};
  const auto held = std::count_if(summary.ensures.begin(), summary.ensures.end(),
                                  [](const EnsureOutcome& ensure) { return ensure.holds(); });
  return fmt::format("{} of {} ensure{} hold{}.\n", held, summary.ensures.size(),
                     summary.ensures.size() == 1 ? "" : "s", held == 1 ? "s" : "");
}

std::string set_aside_text(const Session& session) {
  std::string text;
  const std::vector<uint64_t>& counts = session.loaded().set_aside;
  for (uint32_t entity = 0; entity < counts.size(); ++entity) {
    if (counts[entity] == 0) continue;
    text += fmt::format("{} set aside as bad data.\n", counted(session.program(), entity, counts[entity]));
  }
  return text;
}

/// Each row set aside, where the user asks for them and they are written to no file.
Diagnostics set_aside_messages(const Session& session) {
  Diagnostics messages;
  for (const BadRow& row : session.loaded().problems) {
    messages.add(Diagnostic{row.code, Severity::warning, {}, row.place, row.message, {}, {}});
  }
  messages.sort();
  return messages;
}

std::vector<const ir::Report*> shown_reports(const ir::Program& program, const std::string& only) {
  std::vector<const ir::Report*> reports;
  std::vector<std::string> names;
  for (const ir::Report& report : program.reports) {
    names.push_back(report.name);
    if (only.empty() || report.name == only) reports.push_back(&report);
  }
  if (reports.empty() && !only.empty()) {
    const std::string nearest = nearest_name(only, names);
    throw Failure{Exit::usage, fmt::format("The program has no report `{}`.", only),
                  nearest.empty() ? "" : fmt::format("Did you mean `{}`?", nearest)};
  }
  return reports;
}

std::string trimmed(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// What is printed: a run's results and nothing else, for machines.
std::string results(Session& session, const Options& options) {
  const ir::Program& program = session.program();
  std::string text;
  const std::vector<const ir::Report*> reports = shown_reports(program, options.report);
  for (const ir::Report* report : reports) {
    const ReportTable table(program, *report, session.evaluation());
    if (options.format == Format::csv) {
      text += (text.empty() ? "" : "\r\n") + report_csv(table);
    } else {
      text += (text.empty() ? "{\"reports\": [\n" : ",\n") + report_json(table);
    }
  }
  const bool with_measures = options.report.empty() && !program.measures.empty();
  const auto rates = [&] { return rates_table(program, session.evaluation(), session.summary().measures); };
  if (options.format == Format::json) {
    if (text.empty()) text = "{\"reports\": [";
    text += with_measures ? fmt::format("],\n\"measures\": {}", trimmed(result_json(rates()))) : "]";
    text +=
        fmt::format(",\n\"manifest\": {}}}\n", manifest_json(program, session.manifest(), session.summary()));
  } else if (with_measures) {
    text += (text.empty() ? "" : "\r\n") + result_csv(rates());
  }
  return text;
}

std::string tables(Session& session, const Options& options, bool color) {
  const ir::Program& program = session.program();
  std::string text;
  for (const ir::Report* report : shown_reports(program, options.report)) {
    const ReportTable table(program, *report, session.evaluation());
    const std::string doc = report->doc.substr(0, report->doc.find('\n'));
    text += fmt::format("\n{}{}{}{}\n", color ? "\x1b[1m" : "", report->name, color ? "\x1b[0m" : "",
                        doc.empty() ? "" : ": " + doc);
    text += report_text(table, options.rows, color);
  }
  if (options.report.empty())
    text += measures_text(program, session.evaluation(), session.summary().measures, color);
  return text;
}

/// A MeasureReport has to name its period.
void refuse_without_period(Session& session, const Options& options) {
  if (options.measure_reports.empty()) return;
  const std::vector<std::string> names = measures_without_period(session.program(), session.evaluation());
  if (names.empty()) return;
  throw Failure{
      Exit::usage,
      fmt::format("A MeasureReport names its period, and the program does not say what that of `{}` is.",
                  names.front()),
      "Add `parameter measurement_period = 2026-01-01 to 2026-12-31` to the program."};
}

Exit run(Options options) {
  if (options.format == Format::automatic) options.format = options.out.empty() ? Format::table : Format::csv;
  if (options.format == Format::table && !options.out.empty()) {
    throw Failure{Exit::usage, "A table is for people to read, not for files.",
                  "Use --format csv or --format json with --out."};
  }
  if (!options.measure_reports.empty() && options.out.empty()) {
    throw Failure{Exit::usage, "Reports of FHIR are written into files, and no folder is given for them.",
                  "Add --out FOLDER."};
  }
  const bool for_machines = options.out.empty() && options.format != Format::table;
  const RenderStyle style =
      for_machines && options.format == Format::json ? RenderStyle::line : RenderStyle::boxed;
  // Without results the messages are what a machine reads.
  const RenderStyle failing = style == RenderStyle::line ? RenderStyle::json : style;
  std::string text;
  std::string words;
  Diagnostics messages;
  Diagnostics notes;
  LoadedProgram loaded;
  std::unique_ptr<Session> session;
  {
    Progress progress("reading the program");
    loaded = need_program(options.program, failing);
    shown_reports(*loaded.program, options.report);  // a wrong name is said before the work is done
    progress.now("reading the data");
    session = open_session(loaded, options.data, false, std::nullopt, failing, options.measure_reports);
    refuse_without_period(*session, options);
    progress.now("computing");
    session->summary();
    if (!options.out.empty()) {
      progress.now("writing");
      session->write(options.out, options.format == Format::json ? OutputFormat::json : OutputFormat::csv);
    } else if (for_machines) {
      text = results(*session, options);
    } else {
      text = heading(*loaded.program) + "\n" + tables(*session, options, wants_color(STDOUT_FILENO)) + "\n";
    }
    words = payments_text(*loaded.program, session->summary()) + ensures_text(session->summary()) +
            set_aside_text(*session);
    messages = findings(*loaded.program, session->summary());
    notes = remarks(*loaded.program, session->summary());
  }
  if (!options.out.empty()) {
    text = heading(*loaded.program) + "\n";
    std::string written;
    for (size_t i = 0; i < loaded.program->reports.size(); ++i) {
      const ir::Report& report = loaded.program->reports[i];
      const uint64_t rows = session->summary().report_rows[i];
      written += fmt::format("{}: {} row{}\n", report.name, grouped(rows), rows == 1 ? "" : "s");
    }
    for (const MeasureResult& result : session->summary().measures) {
      const ir::Measure& measure = loaded.program->measures[result.measure];
      for (uint32_t group = 0; group < result.groups.size(); ++group) {
        const MeasureCounts& counts = result.groups[group].all;
        if (measure.scoring == ir::Scoring::cohort) continue;
        written += fmt::format("{}: {}\n", measure_name(measure, group),
                               score_text(*loaded.program, session->evaluation(), measure, group, counts));
      }
    }
    words = written + words;
    words += fmt::format("Written to {}.\n", options.out.string());
  }
  if (for_machines) {
    print(text);
    if (options.format == Format::csv) print_error(words);
  } else {
    print(text + words);
  }
  print_messages(loaded.diagnostics, *loaded.files, style);
  if (options.out.empty() && options.data.bad_data == BadData::report)
    print_messages(set_aside_messages(*session), *loaded.files, style);
  print_messages(notes, *loaded.files, style);
  print_messages(messages, *loaded.files, style);
  return session->summary().clean() ? Exit::fine : Exit::findings;
}

}  // namespace

void add_run(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "run", "Read the data, compute, check every `ensure`, and print or write the reports");
  add_program_options(*command, options->program);
  add_data_options(*command, options->data);
  command
      ->add_option(
          "--out", options->out,
          "Write each report and a manifest into this folder: all of it or, when the run fails, nothing")
      ->type_name("FOLDER");
  command->add_option("--format", options->format, "How reports are given: table (printed only), csv or json")
      ->type_name("table|csv|json")
      ->transform(one_of<Format>({{"table", Format::table}, {"csv", Format::csv}, {"json", Format::json}}))
      ->default_str("table; csv with --out");
  command
      ->add_option("--measure-report", options->measure_reports,
                   "With --out: also write the measures as FHIR R4 MeasureReport (may be given again)")
      ->type_name("individual|subject-list|summary")
      ->allow_extra_args(false)
      ->transform(one_of<MeasureReportType>({{"individual", MeasureReportType::individual},
                                             {"subject-list", MeasureReportType::subject_list},
                                             {"summary", MeasureReportType::summary}}));
  command->add_option("--report", options->report, "Print this report alone")->type_name("NAME");
  command->add_option("--rows", options->rows, "Rows of each printed table at most")
      ->type_name("N")
      ->transform(whole_number())
      ->default_str("20");
  command->footer(
      "Examples:\n"
      "  merit run hvbp_2024.merit --data folder                        reports as tables\n"
      "  merit run hvbp_2024.merit --data folder --out results          hospitals.csv, ..., manifest.json\n"
      "  merit run hvbp_2024.merit --data folder --report hospitals --format csv > hospitals.csv\n"
      "  merit run diabetes.merit --data folder --out results --measure-report summary\n"
      "  merit run hvbp_2024.merit --data folder --set withhold_rate=3% what if it were 3%?\n"
      "  merit run hvbp_2024.mir --data folder                          what `merit ir` wrote\n"
      "\n"
      "Ends with 0 when all is well, with 1 when an ensure fails or a result is a fault (the rest is still\n"
      "given), with 3 when the program, with 4 when the data have errors.");
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace merit::cli
