#pragma once
/// \file
/// Merit from C++: load a compiled program (`merit ir` writes one), run it on a folder of data, read values,
/// write results, run the program's own tests. Link `Merit::runtime`; no compiler is needed.
/// `merit/compiler.hpp` compiles rules, `merit/merit.h` is the same for C.
///
/// \code
///   const merit::Program program = merit::Program::load("hvbp_2024.mir");
///   merit::Run run = program.run({.data = "data"});
///   std::cout << run.value("value_based_incentive.net", {"010001"}).text << "\n";
///   run.write("results");
/// \endcode

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace merit {

/// What every function here throws when it cannot do what it is asked for. `what()` holds the messages that
/// the command would print, each with its code, its place and what to do.
class Error : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t {
    usage,    ///< a name or a parameter that there is not
    program,  ///< the program has errors, or its file is damaged or of a newer Merit
    data,     ///< the data have errors
    file,     ///< a file cannot be read or written
  };

  Error(Kind kind, const std::string& messages) : std::runtime_error(messages), kind_(kind) {}

  Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

/// What a value is. A value that is missing or a fault is an answer, no error.
struct Answer {
  enum class Kind : std::uint8_t {
    missing,  ///< no value; `reason` may say why
    fault,    ///< it could not be computed; `reason` says why, `code` and `place` where
    boolean,  ///< "true", "false"
    number,
    money,  ///< an amount in the program's currency
    text,
    date,      ///< "2024-01-31"
    duration,  ///< "30 days"
    period,    ///< "2024-01-01 to 2024-12-31", "2024-01-01T08:00:00Z or later"
    name,      ///< a value of an enum
    row,       ///< a row of an entity, by its key
    datetime,  ///< "2024-01-31T14:30:00Z", "2024-01-31T14:30:00.250+02:00"; "2024-01-31" where only the day
               ///< is known
    codes,     ///< "http://loinc.org|4548-4;…"; none at all are missing
    quantity,  ///< "7.2 mg/dL"
  } kind = Kind::missing;
  /// As in a CSV file: numbers and amounts plain, exact where they end within 12 decimals, else rounded to 12
  /// halves away from zero. Empty when missing, "#FAULT" for a fault.
  std::string text;
  std::string exact;   ///< numbers and amounts: the whole of it, as a decimal or a fraction ("115/3")
  std::string reason;  ///< missing: why, if it was said; fault: what happened
  std::string code;    ///< fault: "R101"
  std::string place;   ///< fault: the node of the program, "hospital.score#4"

  bool known() const noexcept { return kind != Kind::missing && kind != Kind::fault; }
};

/// How a run is to be done.
struct RunSettings {
  enum class BadRows : std::uint8_t {
    stop,    ///< a row that cannot be used stops the run
    skip,    ///< it is set aside and counted
    report,  ///< it is set aside, counted, and listed in set_aside.csv
  };

  std::filesystem::path data;  ///< the folder with the data files
  /// Files with value sets (FHIR JSON or CSV, plain or gzip) and folders of them, for programs with codes.
  std::vector<std::filesystem::path> value_sets = {};
  BadRows bad_rows = BadRows::stop;
  unsigned threads = 0;  ///< 0: as many as the machine has. Results do not depend on it.
  /// Other values for the program's parameters, as they are written in a program: {"withhold_rate", "3%"}.
  std::vector<std::pair<std::string, std::string>> parameters = {};
  /// Values that will be asked for besides what reports, payments and ensures rest on:
  /// {"hospital.consistency_points"}. Only what is needed is read and computed.
  std::vector<std::string> also = {};

  /// The types of FHIR R4 MeasureReport.
  enum class MeasureReport : std::uint8_t { individual, subject_list, summary };
  /// Those that Run::write writes of the program's measures, each into a file of one resource a line.
  std::vector<MeasureReport> measure_reports = {};
};

/// A test of the program.
struct TestResult {
  std::string title;
  bool passed = false;
  std::vector<std::string> failures;  ///< a sentence each, with its place
};

/// What came of a payment.
struct PaymentTotal {
  std::string name;
  std::uint64_t paid = 0;      ///< rows with an amount
  std::uint64_t not_paid = 0;  ///< rows that it does not apply to
  std::uint64_t blocked = 0;   ///< rows where a fault stands in the way; nothing is paid on them
  std::string total;           ///< exact
};

/// What a measure came to: over all rows, or those of one stratum.
struct MeasureTotal {
  std::string name;        ///< "poor_control"; of a group "statin_therapy.ascvd"
  std::string stratifier;  ///< empty: all rows
  std::string stratum;
  /// Rows by population, such as {"initial_population", 912}, in the order of the standard.
  std::vector<std::pair<std::string, std::uint64_t>> populations;
  std::uint64_t numerator = 0;  ///< of a score that is made of counts, and not of observations
  std::uint64_t denominator = 0;
  Answer score;  ///< the rate, the ratio, the aggregated observation; missing for a cohort
};

class Program;

/// A program's results on one set of data. Values are computed when they are asked for. One thread at a time
/// may ask; the object keeps what it needs of the program.
class Run {
 public:
  ~Run();
  Run(Run&& other) noexcept;
  Run& operator=(Run&& other) noexcept;

  /// Does every ensure hold, and is no result a fault?
  bool clean() const;
  /// The ensures that do not hold and the faults, a sentence each, with its place: what `merit run` prints.
  std::vector<std::string> findings() const;
  std::vector<PaymentTotal> payments() const;
  /// Every measure and group, each before its strata.
  std::vector<MeasureTotal> measures() const;
  /// The same as a JSON array, with the columns of measure.rates.csv (docs/commands.md).
  std::string measures_json() const;

  /// A value by its name from outside: "slope", or with the key of the row
  /// "hospital.total_performance_score", {"010001"}, or "value_based_incentive.net". Throws Error (usage)
  /// when there is no such value or row, or when it was not among what was to be asked for
  /// (RunSettings::also).
  Answer value(std::string_view name, const std::vector<std::string>& key = {}) const;

  /// The titles of a report's columns.
  std::vector<std::string> columns(std::string_view report) const;
  /// The rows of a report.
  std::uint64_t rows(std::string_view report) const;
  /// A cell of a report. Throws std::out_of_range beyond its edges.
  Answer cell(std::string_view report, std::uint64_t row, std::size_t column) const;

  enum class Format : std::uint8_t { csv, json };
  /// Writes each report, the results of measures (docs/commands.md) and manifest.json into the folder: all of
  /// them or, when it throws, none.
  void write(const std::filesystem::path& folder, Format format = Format::csv) const;

 private:
  friend class Program;
  struct Impl;
  explicit Run(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// A compiled program. Copies share it; it never changes, and any number of threads may use it.
class Program {
 public:
  /// Reads a `.mir` file. Throws Error (file, program).
  static Program load(const std::filesystem::path& file);
  /// Reads the same from memory; `name` is what messages call it.
  static Program parse(std::string_view json, std::string_view name = "program.mir");

  std::string name() const;
  std::string title() const;
  std::vector<std::string> parameters() const;
  std::vector<std::string> reports() const;
  std::vector<std::string> payments() const;
  /// The intermediate form, as `merit ir` writes it.
  std::string json() const;

  /// Reads the data and readies the results. Throws Error (usage, data, file).
  Run run(const RunSettings& settings) const;
  /// Runs the tests whose titles contain the text; all of them when it is empty. No data are needed.
  /// Without `value_sets` a published value set holds nothing but what the tests name as being in it. Throws
  /// Error (data) when they cannot be used.
  std::vector<TestResult> run_tests(std::string_view only = {},
                                    const std::vector<std::filesystem::path>& value_sets = {}) const;

  /// For merit/compiler.hpp, which makes programs.
  struct Impl;
  explicit Program(std::shared_ptr<const Impl> impl);

 private:
  std::shared_ptr<const Impl> impl_;
};

/// The version of the library that is linked: "0.1.0".
std::string_view library_version();

}  // namespace merit
