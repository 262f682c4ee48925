#include "runtime/outcome/measure_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "runtime/data/value_text.h"
#include "runtime/ir/ops.h"
#include "runtime/outcome/text_table.h"

namespace merit {

using ir::Population;
using Cell = ResultTable::Cell;

namespace {

constexpr std::array every_population = {Population::initial_population,
                                         Population::denominator,
                                         Population::denominator_exclusion,
                                         Population::denominator_exception,
                                         Population::numerator,
                                         Population::numerator_exclusion,
                                         Population::measure_population,
                                         Population::measure_population_exclusion};
constexpr std::array observed_populations = {Population::denominator, Population::numerator,
                                             Population::measure_population};

Cell text(std::string words) {
  return {std::move(words), Cell::Kind::text};
}

Cell number(uint64_t count) {
  return {std::to_string(count), Cell::Kind::number};
}

Cell nothing() {
  return {{}, Cell::Kind::missing};
}

Cell cell(const ir::Program& program, Evaluation& evaluation, const ir::Type& type, const Value& value) {
  if (value.is_missing()) return nothing();
  std::string words = value_text(evaluation, program, type, value, TextStyle::file);
  switch (value.kind()) {
  case ValueKind::fault: return {std::move(words), Cell::Kind::fault};
  case ValueKind::boolean: return {std::move(words), Cell::Kind::boolean};
  case ValueKind::number:
  case ValueKind::money: return {std::move(words), Cell::Kind::number};
  default: return text(std::move(words));
  }
}

Cell column_cell(const MeasureRows& rows, uint32_t column, uint32_t row) {
  return cell(rows.program(), rows.evaluation(), rows.program().columns[column].type,
              rows.evaluation().value(column, row));
}

ir::Type number_type() {
  ir::Type type;
  type.kind = ir::TypeKind::number;
  type.optional = true;
  return type;
}

/// "observation", "numerator_observation": as the author writes it.
std::string observation_name(Population of) {
  return of == Population::measure_population ? "observation" : std::string(ir::name_of(of)) + "_observation";
}

void add_csv(std::string& csv, const Cell& cell) {
  const bool empty_text = cell.kind == Cell::Kind::text && cell.text.empty();
  if (!empty_text && cell.text.find_first_of(",\"\r\n") == std::string::npos) {
    csv += cell.text;
    return;
  }
  csv += '"';
  for (const char c : cell.text) {
    if (c == '"') csv += '"';
    csv += c;
  }
  csv += '"';
}

}  // namespace

std::string result_csv(const ResultTable& table) {
  std::string csv;
  for (const std::string& title : table.columns) {
    if (&title != &table.columns.front()) csv += ',';
    add_csv(csv, text(title));
  }
  csv += "\r\n";
  for (const auto& row : table.rows) {
    for (const Cell& cell : row) {
      if (&cell != &row.front()) csv += ',';
      add_csv(csv, cell);
    }
    csv += "\r\n";
  }
  return csv;
}

std::string result_json(const ResultTable& table) {
  std::string json = "[";
  for (const auto& row : table.rows) {
    json += &row == &table.rows.front() ? "\n" : ",\n";
    json += "  {";
    for (size_t i = 0; i < row.size(); ++i) {
      const auto quoted = [](const std::string& words) {
        return nlohmann::json(words).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      };
      json += (i > 0 ? ", " : "") + quoted(table.columns[i]) + ": ";
      switch (row[i].kind) {
      case Cell::Kind::text: json += quoted(row[i].text); break;
      case Cell::Kind::number:
      case Cell::Kind::boolean: json += row[i].text; break;
      case Cell::Kind::missing:
      case Cell::Kind::fault: json += "null"; break;
      }
    }
    json += "}";
  }
  return json + (table.rows.empty() ? "]\n" : "\n]\n");
}

// ------------------------------------------------------------------------------------------------------------
// for a terminal

namespace {

/// The populations that any group has, in the order of their kinds.
std::vector<Population> populations_of(const ir::Measure& measure) {
  std::vector<Population> found;
  for (const Population kind : every_population) {
    const bool there = std::any_of(measure.groups.begin(), measure.groups.end(), [&](const auto& group) {
      return std::any_of(group.populations.begin(), group.populations.end(),
                         [&](const auto& population) { return population.kind == kind; });
    });
    if (there) found.push_back(kind);
  }
  return found;
}

std::vector<Population> observations_of(const ir::Measure& measure) {
  std::vector<Population> found;
  for (const Population kind : observed_populations) {
    const bool there = std::any_of(measure.groups.begin(), measure.groups.end(), [&](const auto& group) {
      return std::any_of(group.observations.begin(), group.observations.end(),
                         [&](const auto& observation) { return observation.of == kind; });
    });
    if (there) found.push_back(kind);
  }
  return found;
}

const uint64_t* count_of(const ir::MeasureGroup& group, const MeasureCounts& counts, Population kind) {
  for (size_t i = 0; i < group.populations.size(); ++i) {
    if (group.populations[i].kind == kind) return &counts.populations[i];
  }
  return nullptr;
}

/// The observation of a population; nothing when the group observes none there.
std::optional<size_t> observation_of(const ir::MeasureGroup& group, Population kind) {
  for (size_t i = 0; i < group.observations.size(); ++i) {
    if (group.observations[i].of == kind) return i;
  }
  return std::nullopt;
}

/// "observation (average)", "numerator observation (sum)".
std::string observation_words(const ir::Measure& measure, Population kind) {
  std::string words = observation_name(kind);
  std::replace(words.begin(), words.end(), '_', ' ');
  for (const ir::MeasureGroup& group : measure.groups) {
    if (const auto found = observation_of(group, kind))
      return fmt::format("{} ({})", words, ir::name_of(group.observations[*found].aggregate));
  }
  return words;
}

std::string heading(const ir::Measure& measure) {
  std::string words = measure.name;
  if (!measure.title.empty()) words += ": " + measure.title;
  std::vector<std::string> about;
  if (!measure.identifier.empty()) about.push_back(measure.identifier);
  if (!measure.version.empty()) about.push_back("version " + measure.version);
  if (measure.lower_is_better) about.emplace_back("lower is better");
  if (!about.empty()) words += fmt::format(" ({})", fmt::join(about, ", "));
  return words;
}

void add_counts(TextTable& table, const ir::Program& program, Evaluation& evaluation,
                const ir::Measure& measure, uint32_t group_index, const MeasureCounts& counts,
                const std::string& name, bool named, bool scored) {
  const ir::MeasureGroup& group = measure.groups[group_index];
  std::vector<TextTable::Cell> cells;
  if (named) cells.push_back({name, TextTable::Tone::plain});
  for (const Population kind : populations_of(measure)) {
    const uint64_t* count = count_of(group, counts, kind);
    cells.push_back({count == nullptr ? "" : grouped(*count), TextTable::Tone::plain});
  }
  const auto tone = [](const Value& value) {
    return value.is_fault()     ? TextTable::Tone::alarm
           : value.is_missing() ? TextTable::Tone::faint
                                : TextTable::Tone::plain;
  };
  for (const Population kind : observations_of(measure)) {
    const auto found = observation_of(group, kind);
    if (!found) {
      cells.push_back({"", TextTable::Tone::plain});
      continue;
    }
    const Value& value = counts.observations[*found];
    cells.push_back(
        {fmt::format("{} (of {})", value_text(evaluation, program, number_type(), value, TextStyle::people),
                     grouped(counts.observed[*found])),
         tone(value)});
  }
  if (scored)
    cells.push_back({score_text(program, evaluation, measure, group_index, counts), tone(counts.score)});
  table.add_row(std::move(cells));
}

}  // namespace

std::string measures_text(const ir::Program& program, Evaluation& evaluation,
                          const std::vector<MeasureResult>& results, bool color) {
  std::string out;
  for (const MeasureResult& result : results) {
    const ir::Measure& measure = program.measures[result.measure];
    const std::string words = heading(measure);
    out += fmt::format("\n{}{}{}{}\n", color ? "\x1b[1m" : "", words.substr(0, measure.name.size()),
                       color ? "\x1b[0m" : "", words.substr(measure.name.size()));
    const bool named = measure.groups.size() > 1 || !measure.stratifiers.empty();
    // What a continuous variable scores is its observation; a cohort scores nothing.
    const bool scored = measure.scoring == ir::Scoring::proportion || measure.scoring == ir::Scoring::ratio;
    TextTable table;
    if (named) table.add_column("", TextTable::Align::left);
    for (const Population kind : populations_of(measure))
      table.add_column(population_words(kind), TextTable::Align::right);
    for (const Population kind : observations_of(measure))
      table.add_column(observation_words(measure, kind), TextTable::Align::right);
    if (scored) table.add_column(scores_a_share(measure) ? "rate" : "score", TextTable::Align::right);
    for (uint32_t i = 0; i < measure.groups.size(); ++i) {
      const ir::MeasureGroup& group = measure.groups[i];
      const std::string name = group.name.empty()    ? "all"
                               : group.title.empty() ? group.name
                                                     : group.name + ": " + group.title;
      add_counts(table, program, evaluation, measure, i, result.groups[i].all, name, named, scored);
      for (size_t by = 0; by < measure.stratifiers.size(); ++by) {
        for (const MeasureStratum& stratum : result.groups[i].stratifiers[by]) {
          add_counts(table, program, evaluation, measure, i, stratum.counts,
                     fmt::format("  {} {}", measure.stratifiers[by].name, stratum.value), named, scored);
        }
      }
    }
    out += table.render(color);
  }
  return out;
}

// ------------------------------------------------------------------------------------------------------------
// for files

namespace {

void add_rates(ResultTable& table, const ir::Program& program, Evaluation& evaluation,
               const ir::Measure& measure, uint32_t group_index, const MeasureCounts& counts,
               const std::string& stratifier, const std::string& stratum) {
  const ir::MeasureGroup& group = measure.groups[group_index];
  std::vector<Cell> row = {text(measure.name), group.name.empty() ? nothing() : text(group.name),
                           stratifier.empty() ? nothing() : text(stratifier),
                           stratifier.empty() ? nothing() : text(stratum)};
  for (const Population kind : every_population) {
    const uint64_t* count = count_of(group, counts, kind);
    row.push_back(count == nullptr ? nothing() : number(*count));
  }
  for (const Population kind : observed_populations) {
    const auto found = observation_of(group, kind);
    row.push_back(found ? cell(program, evaluation, number_type(), counts.observations[*found]) : nothing());
  }
  const bool of_counts = scores_counts(measure, group);
  row.push_back(of_counts ? number(counts.numerator) : nothing());
  row.push_back(of_counts ? number(counts.denominator) : nothing());
  row.push_back(cell(program, evaluation, number_type(), counts.score));
  table.rows.push_back(std::move(row));
}

/// What stands in the files of members beside the populations of a row.
void add_population_columns(ResultTable& table, const MeasureRows& rows) {
  for (const Population kind : populations_of(rows.measure())) table.columns.emplace_back(ir::name_of(kind));
}

bool grouped_measure(const ir::Measure& measure) {
  return measure.groups.size() > 1 || !measure.groups.front().name.empty();
}

/// Values of a row: observations, stratifiers, supplemental data.
void add_value_columns(ResultTable& table, const ir::Measure& measure) {
  for (const Population kind : observations_of(measure)) table.columns.push_back(observation_name(kind));
  for (const ir::MeasureColumn& item : measure.stratifiers) table.columns.push_back(item.name);
  for (const ir::MeasureColumn& item : measure.supplemental) table.columns.push_back(item.name);
}

void add_values(std::vector<Cell>& cells, const MeasureRows& rows, const ir::MeasureGroup& group,
                uint32_t row) {
  const ir::Measure& measure = rows.measure();
  for (const Population kind : observations_of(measure)) {
    const auto found = observation_of(group, kind);
    cells.push_back(found ? column_cell(rows, group.observations[*found].value, row) : nothing());
  }
  for (const ir::MeasureColumn& item : measure.stratifiers)
    cells.push_back(column_cell(rows, item.column, row));
  for (const ir::MeasureColumn& item : measure.supplemental)
    cells.push_back(column_cell(rows, item.column, row));
}

Cell subject_cell(const MeasureRows& rows, uint32_t subject) {
  return subject == ir::none ? nothing() : text(rows.evaluation().key_text(rows.subject_entity(), subject));
}

/// How many of some rows are in each population, in the order of the columns.
std::vector<Cell> member_counts(const MeasureRows& rows, uint32_t group, const std::vector<uint32_t>& of) {
  std::vector<Cell> cells;
  const auto& populations = rows.measure().groups[group].populations;
  for (const Population kind : populations_of(rows.measure())) {
    const auto found = std::find_if(populations.begin(), populations.end(),
                                    [&](const auto& population) { return population.kind == kind; });
    if (found == populations.end()) {
      cells.push_back(nothing());
      continue;
    }
    const auto index = static_cast<size_t>(found - populations.begin());
    uint64_t count = 0;
    bool fault = false;
    for (const uint32_t row : of) {
      count += rows.member(group, index, row) == Membership::in ? 1 : 0;
      fault = fault || rows.member(group, index, row) == Membership::fault;
    }
    cells.push_back(fault ? Cell{"#FAULT", Cell::Kind::fault} : number(count));
  }
  return cells;
}

ResultTable member_table(const MeasureRows& rows, bool by_row) {
  const ir::Measure& measure = rows.measure();
  const bool with_groups = grouped_measure(measure);
  ResultTable table;
  const std::string subject = rows.program().entities[rows.subject_entity()].name;
  table.columns.push_back(subject);
  if (by_row) table.columns.push_back(rows.program().entities[measure.entity].name);
  if (with_groups) table.columns.emplace_back("group");
  add_population_columns(table, rows);
  const bool with_values = by_row || rows.of_subjects();
  if (with_values) add_value_columns(table, measure);

  std::map<std::pair<uint32_t, uint32_t>, std::vector<uint32_t>> by_subject;  // subject, and row where by row
  for (uint32_t row = 0; row < rows.rows(); ++row) {
    if (rows.counts(row)) by_subject[{rows.subject(row), by_row ? row : 0}].push_back(row);
  }
  for (const auto& [key, members] : by_subject) {
    for (uint32_t group = 0; group < measure.groups.size(); ++group) {
      std::vector<Cell> cells = {subject_cell(rows, key.first)};
      if (by_row) cells.push_back(text(rows.evaluation().key_text(measure.entity, members.front())));
      if (with_groups) cells.push_back(text(measure.groups[group].name));
      for (Cell& count : member_counts(rows, group, members)) cells.push_back(std::move(count));
      if (with_values) add_values(cells, rows, measure.groups[group], members.front());
      table.rows.push_back(std::move(cells));
    }
  }
  return table;
}

}  // namespace

ResultTable rates_table(const ir::Program& program, Evaluation& evaluation,
                        const std::vector<MeasureResult>& results) {
  ResultTable table;
  table.name = "measure.rates";
  table.columns = {"measure", "group", "stratifier", "stratum"};
  for (const Population kind : every_population) table.columns.emplace_back(ir::name_of(kind));
  for (const Population kind : observed_populations) table.columns.push_back(observation_name(kind));
  table.columns.insert(table.columns.end(), {"rate_numerator", "rate_denominator", "rate"});
  for (const MeasureResult& result : results) {
    const ir::Measure& measure = program.measures[result.measure];
    for (uint32_t group = 0; group < measure.groups.size(); ++group) {
      const MeasureGroupResult& counts = result.groups[group];
      add_rates(table, program, evaluation, measure, group, counts.all, {}, {});
      for (size_t by = 0; by < measure.stratifiers.size(); ++by) {
        for (const MeasureStratum& stratum : counts.stratifiers[by])
          add_rates(table, program, evaluation, measure, group, stratum.counts, measure.stratifiers[by].name,
                    stratum.value);
      }
    }
  }
  return table;
}

ResultTable members_table(const MeasureRows& rows) {
  ResultTable table = member_table(rows, false);
  table.name = rows.measure().name + ".members";
  return table;
}

ResultTable member_rows_table(const MeasureRows& rows) {
  ResultTable table = member_table(rows, true);
  table.name = rows.measure().name + "." + rows.program().entities[rows.measure().entity].plural;
  return table;
}

std::vector<Gap> gaps(const MeasureRows& rows) {
  std::vector<Gap> found;
  const ir::Measure& measure = rows.measure();
  if (measure.scoring != ir::Scoring::proportion) return found;
  const auto in = [&](uint32_t group, Population kind, uint32_t row) {
    return rows.member(group, kind, row) == Membership::in;
  };
  for (uint32_t row = 0; row < rows.rows(); ++row) {
    for (uint32_t group = 0; group < measure.groups.size(); ++group) {
      const bool told = in(group, Population::denominator, row) &&
                        !in(group, Population::denominator_exclusion, row) &&
                        !in(group, Population::denominator_exception, row) &&
                        rows.member(group, Population::numerator, row) != Membership::fault;
      const bool met =
          in(group, Population::numerator, row) && !in(group, Population::numerator_exclusion, row);
      if (told && met == measure.lower_is_better) found.push_back({group, row});
    }
  }
  return found;
}

namespace {

std::string open_lines(const MeasureRows& rows, const Gap& gap, const CriterionLines& lines) {
  const ir::Measure& measure = rows.measure();
  for (const ir::MeasurePopulation& population : measure.groups[gap.group].populations) {
    if (population.kind == Population::numerator && population.criteria != ir::none)
      return lines(population.criteria, gap.row, measure.lower_is_better);
  }
  // A composite: those of its components that are not met.
  std::string open;
  for (const ir::MeasureComponent& component : measure.components) {
    const ir::Measure& part = rows.program().measures[component.measure];
    const auto& populations = part.groups[component.group].populations;
    const auto is_in = [&](Population kind) {
      const auto found = std::find_if(populations.begin(), populations.end(),
                                      [&](const auto& population) { return population.kind == kind; });
      if (found == populations.end()) return false;
      const Value value = rows.evaluation().value(found->gated, gap.row);
      return value.is_known() && value.boolean();
    };
    if (is_in(Population::denominator) && !is_in(Population::denominator_exclusion) &&
        !is_in(Population::denominator_exception) &&
        (is_in(Population::numerator) && !is_in(Population::numerator_exclusion)) == part.lower_is_better)
      open += (open.empty() ? "" : "; ") + measure_name(part, component.group);
  }
  return open;
}

}  // namespace

ResultTable gaps_table(const MeasureRows& rows, const CriterionLines& lines) {
  const ir::Measure& measure = rows.measure();
  ResultTable table;
  table.name = measure.name + ".gaps";
  table.columns.push_back(rows.program().entities[rows.subject_entity()].name);
  if (!rows.of_subjects()) table.columns.push_back(rows.program().entities[measure.entity].name);
  if (grouped_measure(measure)) table.columns.emplace_back("group");
  table.columns.emplace_back(measure.lower_is_better ? "met" : "not_met");
  if (measure.due != ir::none) table.columns.emplace_back("due");
  for (const Gap& gap : gaps(rows)) {
    std::vector<Cell> cells = {subject_cell(rows, rows.subject(gap.row))};
    if (!rows.of_subjects()) cells.push_back(text(rows.evaluation().key_text(measure.entity, gap.row)));
    if (grouped_measure(measure)) cells.push_back(text(measure.groups[gap.group].name));
    cells.push_back(text(open_lines(rows, gap, lines)));
    if (measure.due != ir::none) cells.push_back(column_cell(rows, measure.due, gap.row));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace merit
