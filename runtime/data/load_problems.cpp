#include "runtime/data/load_problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "runtime/diagnostics/render.h"

namespace merit::data {

namespace {

constexpr size_t longest_quote = 60;
constexpr size_t names_listed = 12;

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string number_help(std::string_view text) {
  if (!has_digit(text)) {
    return fmt::format("If it stands for a missing value, say so in the source: missing {}.",
                       in_quotes(text));
  }
  if (text.find_first_of("eE") != std::string_view::npos) {
    return "Numbers with an exponent may have lost digits: format the column as a plain number and save it "
           "again.";
  }
  if (text.starts_with('(') && text.ends_with(')')) return "Write a negative number with a minus sign.";
  return "Write it with digits and a point, such as 1234.5, 1,234.5 or 12.5%.";
}

void describe(Problem& problem, const ir::Program& program, const ColumnRead& read, CellFault fault,
              const std::string& cell) {
  const std::string shown = in_quotes(cell);
  const std::string& field = program.columns[read.field].name;
  const auto say = [&](std::string_view code, std::string_view wanted, std::string help) {
    problem.code = code;
    problem.message = fmt::format("{} is not {}, as `{}` must be.", shown, wanted, field);
    problem.help = std::move(help);
  };
  switch (fault) {
  case CellFault::none: break;
  case CellFault::not_number: say("D020", "a number", number_help(cell)); break;
  case CellFault::not_whole:
    say("D021", "a whole number", "Correct the cell, or make the field a `number`.");
    break;
  case CellFault::not_money: {
    const Currency& currency = *read.type.currency;
    std::string help = number_help(cell);
    if (help.starts_with("Write it")) {
      help = fmt::format("Write it as 1234.50, {0}1,234.50 or -{0}20.", currency.symbol);
    }
    say("D022", fmt::format("an amount in {}", currency.code), std::move(help));
    break;
  }
  case CellFault::not_date:
    say("D023", "a date",
        has_digit(cell) ? "Write dates as year-month-day, such as 2024-01-31." : number_help(cell));
    break;
  case CellFault::not_boolean: say("D024", "yes or no", "Write yes, no, true, false, Y, N, 1 or 0."); break;
  case CellFault::not_in_enumeration: {
    const std::vector<std::string>& names = read.type.enumeration->values;
    const std::string nearest = nearest_name(cell, names);
    const size_t listed = std::min(names.size(), names_listed);
    std::string help = nearest.empty() ? "" : fmt::format("Did you mean {}? ", nearest);
    help += fmt::format("Write one of: {}{}.",
                        fmt::join(names.begin(), names.begin() + static_cast<ptrdiff_t>(listed), ", "),
                        listed < names.size() ? ", ..." : "");
    const std::string& name = read.type.enumeration->name;
    const bool vowel = std::string_view("aeiou").find(name.front()) != std::string_view::npos;
    say("D025", (vowel ? "an " : "a ") + name, std::move(help));
    break;
  }
  case CellFault::not_period:
    say("D027", "a period",
        "Write it as 2024-01-01 to 2024-12-31, 2024-01-01 or later, or 2024-12-31 or earlier.");
    break;
  case CellFault::not_duration:
    say("D027", "a duration", "Write it as 30 days, 6 weeks, 1 year 6 months or 12 hours.");
    break;
  case CellFault::not_datetime:
    say("D027", "a time",
        "Write it as 2024-01-31T14:30:00Z, as 2024-01-31T14:30:00+02:00 or, for the whole day, 2024-01-31.");
    break;
  case CellFault::not_datetime_period:
    say("D027", "a period of datetimes",
        "Write it as 2024-01-01T08:00Z to 2024-01-02T16:30Z, 2024-01-01T08:00Z or later, or 2024-01-02 or "
        "earlier.");
    break;
  case CellFault::wrong_kind:
    problem.code = "D072";
    problem.message = fmt::format("Here stands {}, and `{}` needs {}.", cell.substr(0, cell.find('\n')),
                                  field, cell.substr(cell.find('\n') + 1));
    problem.help = "Correct what wrote the file; a value of another type is not taken for the right one.";
    break;
  case CellFault::no_system:
    problem.code = "D079";
    problem.message =
        fmt::format("The code {} stands here without its system, and `{}` needs both.", shown, field);
    problem.help = "Only system and code together say what is meant: correct what wrote the file.";
    break;
  case CellFault::odd_system:
    problem.code = "D087";
    problem.message =
        fmt::format("The code system {} stands here; the value sets write it {}.",
                    in_quotes(cell.substr(0, cell.find('\n'))), in_quotes(cell.substr(cell.find('\n') + 1)));
    problem.help = "Write it as they do: in this spelling its codes are in no value set.";
    break;
  case CellFault::several:
    problem.code = "D073";
    problem.message = fmt::format("Here stand several values where `{}` can have one: {}.", field, cell);
    problem.help = "Read them as rows of their own: `NAME for each \"LIST\" as x:`.";
    break;
  case CellFault::not_codes:
    say("D028", "a set of codes",
        "Write each as system|code, several with `;` between: http://loinc.org|4548-4.");
    break;
  case CellFault::not_quantity:
    say("D028", "a quantity", "Write the number, then its unit: 7.2 mg/dL.");
    break;
  case CellFault::no_pattern:
    problem.code = "D026";
    problem.message = fmt::format("{} does not look like \"{}\", as the source says it should.", shown,
                                  fmt::join(read.type.patterns, "\" or \""));
    problem.help = has_digit(cell) ? "Add a pattern for it: like \"...\" or \"...\"." : number_help(cell);
    break;
  }
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  size_t length = std::min(text.size(), longest_quote);
  while (length > 0 && length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
    --length;
  for (const char c : text.substr(0, length)) {
    result += static_cast<unsigned char>(c) < 0x20 || c == '\x7f' ? ' ' : c;
  }
  result += length < text.size() ? "...\"" : "\"";
  return result;
}

Problem problem_of(const std::vector<FileData>& files, uint32_t file, uint32_t record, uint32_t read) {
  const FileData& data = files[file];
  Problem problem;
  // Resources are read after all rows; within them the order is that of their own files.
  problem.file = data.names ? static_cast<uint32_t>(files.size()) + data.number_of(record) : file;
  DataPlace place = data.place(record, read);
  problem.name = std::move(place.file);
  problem.line = place.line;
  problem.header = std::move(place.column);
  problem.element = place.element;
  if (read != ir::none) problem.column = data.columns[read];
  return problem;
}

Problem cell_problem(const ir::Program& program, const std::vector<FileData>& files, uint32_t file,
                     const CellProblem& cell) {
  const FileData& data = files[file];
  const ColumnRead& read = data.plan->reads[cell.read];
  Problem problem = problem_of(files, file, cell.record, cell.read);
  std::string scratch;
  const std::string text = cell.text.empty() ? std::string(trim(cell.cell.plain(scratch))) : cell.text;
  describe(problem, program, read, cell.fault, text);
  for (const Contribution& contribution : data.plan->contributions) {
    const bool fills = std::any_of(contribution.fills.begin(), contribution.fills.end(),
                                   [&](const Fill& fill) { return fill.read == cell.read; });
    if (!fills) continue;
    problem.entity = contribution.entity;
    break;
  }
  return problem;
}

Problem record_problem(const std::vector<FileData>& files, uint32_t file, const RecordProblem& record) {
  const FileData& data = files[file];
  Problem problem = problem_of(files, file, record.record);
  if (record.stray_quote) {
    problem.code = "D011";
    problem.message = "A quote stands in the middle of a cell of this line.";
    problem.help = "Put the whole cell in quotes, and write a quote within it twice.";
  } else {
    problem.code = "D010";
    problem.message =
        fmt::format("This line has {} cells; the header has {}.", record.cells, data.header.size());
    problem.help = record.cells > data.header.size()
                       ? "A cell with a comma in it must stand in quotes."
                       : "Check that the line is whole; an empty cell still needs its comma.";
  }
  if (!data.plan->contributions.empty()) problem.entity = data.plan->contributions[0].entity;
  return problem;
}

void report_problems(std::vector<Problem> problems, size_t most, Diagnostics& diagnostics) {
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  });
  const size_t shown = std::min(most, problems.size());
  for (size_t i = 0; i < shown; ++i) {
    Problem& problem = problems[i];
    Diagnostic& diagnostic = diagnostics.data_error(
        problem.code,
        DataPlace{std::move(problem.name), problem.line, std::move(problem.header), problem.element},
        std::move(problem.message), std::move(problem.help));
    if (problem.asked.file != 0) diagnostic.notes.push_back(Note{problem.asked, "It is asked for here."});
  }
  if (shown < problems.size()) {
    const size_t others = problems.size() - shown;
    diagnostics.data_error("D050", {},
                           fmt::format("The data have {} more problem{}.", others, others == 1 ? "" : "s"),
                           "Correct those above, or set bad rows aside with --bad-data skip or report.");
  }
}

}  // namespace merit::data
