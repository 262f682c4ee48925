#include "runtime/explain/explanation.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "cli/data_options.h"
#include "cli/progress.h"
#include "runtime/explain/measure_explanation.h"
#include "runtime/explain/row_evaluator.h"
#include "runtime/ir/needs.h"
#include "runtime/outcome/measures.h"

namespace merit::cli {

namespace {

struct Options {
  ProgramOptions program;
  DataOptions data;
  std::vector<std::string> what;  ///< ENTITY KEY ... NAME, or NAME
  ExplainOptions explain;
  bool json = false;
};

std::string did_you_mean(const std::string& wanted, const std::vector<std::string>& names) {
  const std::string nearest = nearest_name(wanted, names);
  return nearest.empty() ? "" : fmt::format("Did you mean `{}`?", nearest);
}

/// What is to be explained: a column, all steps of a payment, or the populations of a measure.
struct Subject {
  uint32_t entity = 0;
  uint32_t column = ir::none;
  uint32_t payment = ir::none;
  uint32_t measure = ir::none;
  uint32_t group = ir::none;  ///< of the measure; none: all
};

/// Whose rows a measure is explained at: its own, or the patients that they belong to.
bool is_measure_of(const ir::Program& program, const ir::Measure& measure, uint32_t entity) {
  if (measure.entity == entity) return true;
  const std::vector<uint32_t> links = ir::subject_links(program, measure);
  return !links.empty() && program.columns[links.back()].type.target == entity;
}

/// Calls `found` with each measure of an entity, and each group, by their names.
template <typename Found>
void each_measure(const ir::Program& program, uint32_t entity, const Found& found) {
  for (uint32_t measure = 0; measure < program.measures.size(); ++measure) {
    const ir::Measure& shape = program.measures[measure];
    if (!is_measure_of(program, shape, entity)) continue;
    found(shape.name, measure, ir::none);
    for (uint32_t group = 0; group < shape.groups.size(); ++group) {
      if (!shape.groups[group].name.empty()) found(measure_name(shape, group), measure, group);
    }
  }
}

uint32_t find_entity(const ir::Program& program, const std::string& name) {
  std::vector<std::string> names;
  for (uint32_t entity = 1; entity < program.entities.size(); ++entity) {
    if (program.entities[entity].name == name) return entity;
    names.push_back(program.entities[entity].name);
  }
  throw Failure{Exit::usage, fmt::format("The program has no entity `{}`.", name), did_you_mean(name, names)};
}

Subject find_subject(const ir::Program& program, uint32_t entity, const std::string& name) {
  Subject subject{entity, ir::none, ir::none};
  std::vector<std::string> names;
  std::vector<uint32_t> steps;  // whose last part is the name
  for (const uint32_t column : program.entities[entity].columns) {
    const ir::Column& candidate = program.columns[column];
    if (candidate.hidden) continue;
    if (candidate.type.kind == ir::TypeKind::collection) {
      if (candidate.name != name) continue;
      const ir::Entity& member = program.entities[candidate.type.target];
      throw Failure{Exit::usage,
                    fmt::format("`{}` is a collection: many {}, and no single value.", name, member.plural),
                    fmt::format("Explain a value that is computed from it, or one of a {}.", member.name)};
    }
    if (candidate.name == name) {
      subject.column = column;
      return subject;
    }
    names.push_back(candidate.name);
    if (candidate.name.ends_with("." + name)) steps.push_back(column);
  }
  for (uint32_t payment = 0; payment < program.payments.size(); ++payment) {
    if (program.payments[payment].entity != entity) continue;
    if (program.payments[payment].name == name) {
      subject.payment = payment;
      return subject;
    }
    names.push_back(program.payments[payment].name);
  }
  each_measure(program, entity, [&](const std::string& measure_name, uint32_t measure, uint32_t group) {
    if (measure_name == name) {
      subject.measure = measure;
      subject.group = group;
    }
    names.push_back(measure_name);
  });
  if (subject.measure != ir::none) return subject;
  if (steps.size() == 1) {
    subject.column = steps[0];
    return subject;
  }
  const std::string of = entity == 0 ? "The program" : fmt::format("A {}", program.entities[entity].name);
  if (steps.size() > 1) {
    throw Failure{
        Exit::usage, fmt::format("{} has a `{}` in more than one payment.", of, name),
        fmt::format("Write `{}` or `{}`.", program.columns[steps[0]].name, program.columns[steps[1]].name)};
  }
  throw Failure{Exit::usage, fmt::format("{} has no `{}`.", of, name), did_you_mean(name, names)};
}

bool names_value(const ir::Program& program, uint32_t entity, const std::string& name) {
  const auto& columns = program.entities[entity].columns;
  bool measured = false;
  each_measure(program, entity, [&](const std::string& measure_name, uint32_t, uint32_t) {
    measured = measured || measure_name == name;
  });
  if (measured) return true;
  const auto ends = [&](const std::string& whole) { return whole == name || whole.ends_with("." + name); };
  return std::any_of(columns.begin(), columns.end(),
                     [&](uint32_t column) {
                       return !program.columns[column].hidden && ends(program.columns[column].name);
                     }) ||
         std::any_of(program.payments.begin(), program.payments.end(), [&](const ir::Payment& payment) {
           return payment.entity == entity && payment.name == name;
         });
}

/// A value that a row has and that can be explained: the last that the program defines.
std::string example_name(const ir::Program& program, uint32_t entity) {
  std::string name = "NAME";
  for (const uint32_t column : program.entities[entity].columns) {
    const ir::Column& candidate = program.columns[column];
    if (!candidate.hidden && !candidate.key && candidate.type.kind != ir::TypeKind::collection)
      name = candidate.name;
  }
  return name;
}

std::string upper(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name;
}

uint32_t find_row(Evaluation& evaluation, const ir::Program& program, uint32_t entity,
                  const std::vector<std::string>& key) {
  if (entity == 0) return 0;
  if (const std::optional<uint32_t> row = evaluation.find_row(entity, key)) return *row;
  std::string wanted;
  for (const std::string& part : key) wanted += (wanted.empty() ? "" : ", ") + part;
  constexpr uint32_t most = 100'000;  // a look at more keys than this would take longer than the user's own
  std::vector<std::string> keys;
  for (uint32_t row = 0; row < evaluation.rows(entity) && row < most; ++row)
    keys.push_back(evaluation.key_text(entity, row));
  const size_t parts = program.entities[entity].keys.size();
  throw Failure{Exit::usage,
                parts == key.size()
                    ? fmt::format("There is no {} {}.", program.entities[entity].name, wanted)
                    : fmt::format("The key of a {} has {} parts.", program.entities[entity].name, parts),
                did_you_mean(wanted, keys)};
}

/// What was asked for ends before it is whole: a key without a name, an entity alone.
void refuse_unfinished(const ir::Program& program, const std::vector<std::string>& what) {
  const auto found = std::find_if(program.entities.begin() + 1, program.entities.end(),
                                  [&](const ir::Entity& entity) { return entity.name == what.front(); });
  if (found == program.entities.end()) return;
  const auto entity = static_cast<uint32_t>(found - program.entities.begin());
  const ir::Entity& shape = *found;
  std::string keys;
  for (const uint32_t key : shape.keys) keys += " " + upper(program.columns[key].name);
  const std::string whole = fmt::format("Write {}{} NAME, such as {}{} {}.", shape.name, keys, shape.name,
                                        keys, example_name(program, entity));
  if (what.size() == 1) {
    if (names_value(program, 0, what.front())) return;
    throw Failure{Exit::usage, fmt::format("Which {}, and which of its values, is not said.", shape.name),
                  whole};
  }
  if (what.size() >= shape.keys.size() + 2) return;
  const bool named = names_value(program, entity, what.back());
  throw Failure{Exit::usage,
                named
                    ? fmt::format("Which {} is meant is not said: a part of its key is left out.", shape.name)
                    : fmt::format("Which value of the {} is to be explained is not said.", shape.name),
                whole};
}

/// The columns that the populations of a measure consist of; of a composite also those of its parts.
std::vector<uint32_t> measure_columns(const ir::Program& program, uint32_t index) {
  std::vector<uint32_t> columns;
  const ir::Measure& measure = program.measures[index];
  for (const ir::MeasureGroup& group : measure.groups) {
    for (const ir::MeasurePopulation& population : group.populations) {
      columns.push_back(population.gated);
      if (population.criteria != ir::none) columns.push_back(population.criteria);
    }
    for (const ir::MeasureObservation& observation : group.observations) columns.push_back(observation.value);
  }
  for (const uint32_t link : ir::subject_links(program, measure)) columns.push_back(link);
  for (const ir::MeasureComponent& component : measure.components) {
    for (const uint32_t column : measure_columns(program, component.measure)) columns.push_back(column);
  }
  return columns;
}

/// These columns, and for the measures that they rest on whose the rows are: an explanation names them.
std::vector<uint32_t> with_subjects(const ir::Program& program, std::vector<uint32_t> columns) {
  const std::unordered_set<uint32_t> needed = needed_columns(program, columns);
  for (const ir::Measure& measure : program.measures) {
    const bool read = std::any_of(measure.groups.begin(), measure.groups.end(), [&](const auto& group) {
      return std::any_of(group.populations.begin(), group.populations.end(),
                         [&](const auto& population) { return needed.contains(population.gated); });
    });
    if (!read) continue;
    for (const uint32_t link : ir::subject_links(program, measure)) columns.push_back(link);
  }
  return columns;
}

/// The rows of a measure that belong to a row of what it is explained at.
std::vector<uint32_t> measure_rows(RowEvaluator& evaluator, const Subject& subject, uint32_t row) {
  const ir::Measure& measure = evaluator.program().measures[subject.measure];
  if (measure.entity == subject.entity) return {row};
  const std::vector<uint32_t> links = ir::subject_links(evaluator.program(), measure);
  std::vector<uint32_t> rows;
  for (uint32_t member = 0; member < evaluator.rows(measure.entity); ++member) {
    if (row_along(evaluator, links, member) == row) rows.push_back(member);
  }
  return rows;
}

/// A measure at a row; of a measure of other rows than patients at each of the patient's.
Explanation measure_tree(RowEvaluator& evaluator, const Subject& subject, uint32_t row,
                         const ExplainOptions& options) {
  const ir::Program& program = evaluator.program();
  const ir::Measure& measure = program.measures[subject.measure];
  if (measure.entity == subject.entity)
    return explain_measure(evaluator, subject.measure, subject.group, row, options);
  const std::vector<uint32_t> rows = measure_rows(evaluator, subject, row);
  const ir::Entity& entity = program.entities[measure.entity];
  Explanation tree;
  tree.kind = Explanation::Kind::measure;
  tree.label = fmt::format("{} {}: {}", program.entities[subject.entity].name,
                           evaluator.key_text(subject.entity, row), measure.name);
  tree.value = fmt::format("{} {}", rows.size(), rows.size() == 1 ? entity.name : entity.plural);
  for (const uint32_t member : rows) {
    if (tree.parts.size() == options.members) {
      Explanation more;
      more.kind = Explanation::Kind::more;
      more.label = fmt::format("and {} more {}", rows.size() - options.members, entity.plural);
      tree.parts.push_back(std::move(more));
      break;
    }
    tree.parts.push_back(explain_measure(evaluator, subject.measure, subject.group, member, options));
  }
  return tree;
}

bool measure_is_fault(RowEvaluator& evaluator, const Subject& subject, uint32_t row) {
  const ir::Measure& measure = evaluator.program().measures[subject.measure];
  for (const uint32_t member : measure_rows(evaluator, subject, row)) {
    for (const ir::MeasureGroup& group : measure.groups) {
      for (const ir::MeasurePopulation& population : group.populations) {
        if (evaluator.value(population.gated, member).is_fault()) return true;
      }
    }
  }
  return false;
}

Exit explain_value(const Options& options) {
  const LoadedProgram loaded = need_program(options.program);
  const ir::Program& program = *loaded.program;
  refuse_unfinished(program, options.what);
  const uint32_t entity = options.what.size() == 1 ? 0 : find_entity(program, options.what.front());
  const Subject subject = find_subject(program, entity, options.what.back());
  const std::vector<uint32_t> columns =
      subject.measure != ir::none   ? measure_columns(program, subject.measure)
      : subject.payment == ir::none ? std::vector<uint32_t>{subject.column}
                                    : program.payments[subject.payment].steps;

  Progress progress("reading the data");
  const std::unique_ptr<Session> session =
      open_session(loaded, options.data, true, with_subjects(program, columns), RenderStyle::boxed);
  progress.now("computing");
  RowEvaluator evaluator(session->data(), session->overrides());
  std::vector<std::string> key;
  if (entity != 0) key.assign(options.what.begin() + 1, options.what.end() - 1);
  const uint32_t row = find_row(evaluator, program, entity, key);
  const Explanation tree =
      subject.measure != ir::none   ? measure_tree(evaluator, subject, row, options.explain)
      : subject.payment == ir::none ? explain(evaluator, subject.column, row, options.explain)
                                    : explain_payment(evaluator, subject.payment, row, options.explain);
  print(options.json
            ? explanation_json(tree).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"
            : explanation_text(tree, wants_color(STDOUT_FILENO)));
  if (subject.measure != ir::none)
    return measure_is_fault(evaluator, subject, row) ? Exit::findings : Exit::fine;
  return evaluator.value(columns.back(), row).is_fault() ? Exit::findings : Exit::fine;
}

}  // namespace

void add_explain(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "explain", "Say why a value is what it is, from the amount down to the cells of the data");
  add_program_options(*command, options->program);
  command
      ->add_option("WHAT", options->what,
                   "ENTITY KEY ... NAME: whose value, by each part of its key, and which. NAME alone: a "
                   "value of the whole program")
      ->required();
  add_data_options(*command, options->data);
  command->add_flag("--all-cases", options->explain.all_cases,
                    "Also the cases that were not chosen, and why");
  command->add_option("--members", options->explain.members, "Rows shown of each collection at most")
      ->type_name("N")
      ->transform(whole_number())
      ->default_str("8");
  command->add_option("--format", options->json, "text for people, json for machines")
      ->type_name("text|json")
      ->transform(one_of<bool>({{"text", false}, {"json", true}}))
      ->default_str("text");
  command->footer(
      "Examples:\n"
      "  merit explain hvbp_2024.merit --data folder hospital 010001 value_based_incentive    each step of a "
      "payment\n"
      "  merit explain hvbp_2024.merit --data folder hospital 010001 net                      one step\n"
      "  merit explain hvbp_2024.merit --data folder result 010001 hai_1 points --all-cases\n"
      "  merit explain hvbp_2024.merit --data folder slope                                    of the whole "
      "program\n"
      "  merit explain diabetes.merit --data folder patient p2 poor_control                    each line of "
      "a "
      "measure\n"
      "\n"
      "Ends with 1 when the value is a fault.");
  command->callback([options, &exit] { exit = explain_value(*options); });
}

}  // namespace merit::cli
