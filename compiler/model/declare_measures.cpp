// Measures: the names of their blocks, their populations as written (criteria) and as they count (gated),
// what their rows observe, their scores.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "compiler/model/declarer.h"
#include "compiler/model/names.h"
#include "runtime/diagnostics/render.h"
#include "runtime/ir/ops.h"

namespace merit::model {

using ir::Population;
using ir::Scoring;

namespace {

constexpr std::array line_words = {"title",  "identifier", "version",  "steward",
                                   "better", "scoring",    "aggregate"};

/// What an observation's name says it is of; nothing for any other name.
std::optional<Population> observation_of(std::string_view name) {
  if (name == "observation") return Population::measure_population;
  if (name == "denominator_observation") return Population::denominator;
  if (name == "numerator_observation") return Population::numerator;
  return std::nullopt;
}

/// The population, or observation, that a name looks like that is none.
std::string population_meant_by(const std::string& name) {
  static const std::map<std::string, std::string, std::less<>> habits = {
      {"exclusion", "denominator_exclusion"}, {"exclusions", "denominator_exclusion"},
      {"exception", "denominator_exception"}, {"exceptions", "denominator_exception"},
      {"population", "initial_population"},   {"initial_patient_population", "initial_population"},
      {"ipp", "initial_population"},          {"eligible_population", "initial_population"},
      {"measure_observation", "observation"},
  };
  if (const auto habit = habits.find(name); habit != habits.end()) return habit->second;
  std::vector<std::string> names = {"observation", "denominator_observation", "numerator_observation"};
  for (int i = 0; i <= static_cast<int>(Population::measure_population_exclusion); ++i)
    names.emplace_back(ir::name_of(static_cast<Population>(i)));
  return nearest_name(name, names);
}

bool fits(Scoring scoring, Population population) {
  switch (population) {
  case Population::initial_population: return true;
  case Population::denominator:
  case Population::denominator_exclusion:
  case Population::numerator:
  case Population::numerator_exclusion: return scoring == Scoring::proportion || scoring == Scoring::ratio;
  case Population::denominator_exception: return scoring == Scoring::proportion;
  case Population::measure_population:
  case Population::measure_population_exclusion: return scoring == Scoring::continuous_variable;
  }
  return false;
}

/// "a continuous variable": how a scoring is called in messages.
std::string spoken(Scoring scoring) {
  std::string name(ir::name_of(scoring));
  std::replace(name.begin(), name.end(), '_', ' ');
  return "a " + name;
}

std::string populations_of(Scoring scoring) {
  std::string list;
  for (int i = 0; i <= static_cast<int>(Population::measure_population_exclusion); ++i) {
    const auto each = static_cast<Population>(i);
    if (fits(scoring, each)) list += (list.empty() ? "" : ", ") + std::string(ir::name_of(each));
  }
  return list;
}

std::string path_of(const ast::Expr& expr) {
  if (const auto* name = std::get_if<ast::NameRef>(&expr.node)) return name->name;
  const auto* member = std::get_if<ast::Member>(&expr.node);
  if (member == nullptr) return {};
  const std::string object = path_of(*member->object);
  return object.empty() ? object : object + "." + member->member.text;
}

}  // namespace

/// What a measure, then each of its groups, has so far.
struct Declarer::MeasureState {
  struct Criterion {
    uint32_t column = ir::none;
    Span span;
  };

  ir::Measure measure;
  const ast::Measure* node = nullptr;
  ColumnSource around;  ///< the `where` of the measure
  std::map<Population, Criterion> criteria;
  std::map<std::string, const ast::Definition*> observations;
  std::optional<ir::AggregateMode> aggregate;
};

std::optional<MeasureValue> measure_named(const Model& model, const ast::Expr& path) {
  const auto found = model.measure_paths.find(path_of(path));
  if (found == model.measure_paths.end()) return std::nullopt;
  return found->second;
}

uint32_t column_at(const Model& model, uint32_t entity, std::string_view path) {
  const auto* members = &model.members[entity];
  while (true) {
    const size_t dot = path.find('.');
    const auto found = members->find(std::string(path.substr(0, dot)));
    if (found == members->end()) return ir::none;
    const Member& member = found->second;
    if (member.kind == Member::Kind::payment) {
      const std::vector<uint32_t>& steps = model.program.payments[member.index].steps;
      if (dot == std::string_view::npos) return steps.empty() ? ir::none : steps.back();
      const auto step = std::find_if(steps.begin(), steps.end(), [&](uint32_t column) {
        return model.program.columns[column].name == path;
      });
      return step == steps.end() ? ir::none : *step;
    }
    if (member.kind == Member::Kind::column) {
      const bool own = dot == std::string_view::npos && model.program.columns[member.index].entity == entity;
      return own ? member.index : ir::none;
    }
    if (member.kind != Member::Kind::scope || dot == std::string_view::npos) return ir::none;
    members = &model.scopes[member.index].members;
    path.remove_prefix(dot + 1);
  }
}

// ---------------------------------------------------------------------------------------------------- scopes

uint32_t Declarer::add_scope(const std::string& path, uint32_t entity, uint32_t parent, uint32_t measure) {
  const auto index = static_cast<uint32_t>(model_.scopes.size());
  model_.scopes.push_back(Scope{path, entity, parent, ir::none, measure, {}});
  scope_taken_.emplace_back();
  return index;
}

bool Declarer::add_to_scope(uint32_t scope, const std::string& name, Member member, Span span,
                            const std::string& what) {
  const auto [place, fresh] = scope_taken_[scope].try_emplace(name, Taken{span, what});
  if (!fresh) {
    declared_twice(name, span, what, place->second);
    return false;
  }
  model_.scopes[scope].members.emplace(name, member);
  return true;
}

/// A definition of a block: a column of the rows, called by its path.
uint32_t Declarer::scoped_column(uint32_t scope, const ast::Definition& definition, ColumnSource source) {
  const Scope& block = model_.scopes[scope];
  const std::string name = block.path + "." + definition.name.text;
  source.scope = scope;
  source.body = definition.body.get();
  source.declared = definition.type ? &*definition.type : nullptr;
  const uint32_t column =
      add_column(block.entity, name, {}, ir::ColumnKind::computed, definition.name.span, std::move(source));
  model_.program.columns[column].doc = definition.doc.text;
  link_before(column, name);
  return column;
}

uint32_t Declarer::add_gate(uint32_t scope, const std::string& name, std::vector<GateTerm> gate, Span span,
                            bool hidden) {
  ColumnSource source;
  source.gate = std::move(gate);
  const std::string path = model_.scopes[scope].path + "." + name;
  const uint32_t column = add_column(model_.scopes[scope].entity, hidden ? "~" + path : path,
                                     {ir::TypeKind::boolean, false, ir::none, {}}, ir::ColumnKind::computed,
                                     span, std::move(source));
  model_.program.columns[column].hidden = hidden;
  if (!hidden)
    add_to_scope(scope, name, Member{Member::Kind::column, column, ir::none}, span, "a population");
  return column;
}

void Declarer::add_rate(uint32_t scope, const std::string& path, MeasureValue value, Span span) {
  ColumnSource source;
  source.rate = value;
  const uint32_t column = add_column(0, path + ".rate", {ir::TypeKind::number, true, ir::none, {}},
                                     ir::ColumnKind::computed, span, std::move(source));
  model_.program.columns[column].doc = model_.program.measures[value.measure].title;
  add_to_scope(scope, "rate", Member{Member::Kind::column, column, ir::none}, span, "what every measure has");
}

// ------------------------------------------------------------------------------------------- lines of a
// block

/// title "…", better lower: true when the line was understood.
bool Declarer::measure_line(ir::Measure& measure, MeasureState& state, const ast::MeasureLine& line,
                            bool of_group) {
  const std::string& word = line.name.text;
  const auto refuse = [&](std::string message, std::string help) {
    diagnostics_.error("G601", line.span, std::move(message), std::move(help));
    return false;
  };
  if (std::find(line_words.begin(), line_words.end(), word) == line_words.end()) {
    std::string help = did_you_mean(word, {line_words.begin(), line_words.end()});
    if (help.empty())
      help =
          "Its lines are `title`, `identifier`, `version`, `steward`, `better`, `scoring` and `aggregate`; "
          "all else is `NAME = …`.";
    return refuse("A measure has no line `" + word + "`.", std::move(help));
  }
  if (of_group && word != "aggregate")
    return refuse("`" + word + "` is said of the whole measure, not of a group.",
                  "Move it before the groups.");
  const bool is_text = word == "title" || word == "identifier" || word == "version" || word == "steward";
  if (is_text != line.quoted) {
    return refuse("`" + word + "` is followed by " + (is_text ? "a text in quotes." : "a word."),
                  is_text ? "Write `" + word + " \"" + line.text + "\"`." : "Leave the quotes out.");
  }
  if (word == "title") measure.title = line.text;
  if (word == "identifier") measure.identifier = line.text;
  if (word == "version") measure.version = line.text;
  if (word == "steward") measure.steward = line.text;
  if (word == "better") {
    if (line.text != "higher" && line.text != "lower")
      return refuse("`" + line.text + "` is no direction.", "Write `better higher` or `better lower`.");
    measure.lower_is_better = line.text == "lower";
  }
  if (word == "scoring" && state.node->composite) {
    measure.composite = ir::enum_named<ir::CompositeScoring>(line.text);
    if (!measure.composite)
      return refuse("`" + line.text + "` is no scoring of a composite.",
                    "It is `all_or_none`, `opportunity` or `weighted`.");
  } else if (word == "scoring") {
    const auto scoring = ir::enum_named<Scoring>(line.text);
    if (!scoring)
      return refuse("`" + line.text + "` is no scoring.",
                    "It is `proportion`, `ratio`, `continuous_variable` or `cohort`.");
    measure.scoring = *scoring;
  }
  if (word == "aggregate") {
    state.aggregate = ir::enum_named<ir::AggregateMode>(line.text);
    if (!state.aggregate ||
        (*state.aggregate > ir::AggregateMode::maximum && *state.aggregate != ir::AggregateMode::median)) {
      state.aggregate = ir::AggregateMode::sum;
      return refuse("Observations are not put together by `" + line.text + "`.",
                    "Write `aggregate sum`, `average`, `count`, `median`, `minimum` or `maximum`.");
    }
  }
  return true;
}

/// The definitions of a block: populations, observations, what they are made of.
void Declarer::measure_body(MeasureState& state, const ast::MeasureBody& body, uint32_t scope) {
  const bool of_group = model_.scopes[scope].parent != ir::none;
  std::set<std::string> said;
  for (const ast::MeasureLine& line : body.lines) {
    if (!said.insert(line.name.text).second) {
      diagnostics_.error("G601", line.span, "`" + line.name.text + "` is said twice.",
                         "Keep one of the two.");
    }
    measure_line(state.measure, state, line, of_group);
  }
  const uint32_t criteria =
      add_scope(model_.scopes[scope].path + ".criteria", model_.scopes[scope].entity, ir::none, ir::none);
  model_.scopes[scope].criteria = criteria;
  add_to_scope(scope, "criteria", Member{Member::Kind::scope, criteria, ir::none}, body.name.span,
               "what every measure has");
  std::map<std::string, Span> observed;
  for (const ast::Definition& each : body.definitions) {
    const std::string& name = each.name.text;
    if (name.empty() || !each.body) continue;
    const auto population = ir::enum_named<Population>(name);
    const auto observes = observation_of(name);
    if (!each.arguments.empty() && (population || observes || name == "due")) {
      diagnostics_.error("G602", each.name.span, "`" + name + "` of a measure has no arguments.",
                         "It is said of each row by itself.");
      continue;
    }
    if (population) {
      if (state.node->composite || !fits(state.measure.scoring, *population)) {
        const std::string what = state.node->composite ? "a composite" : spoken(state.measure.scoring);
        diagnostics_.error("G602", each.name.span,
                           "The measure is " + what + ", which has no `" + name + "`.",
                           state.node->composite ? "Its populations come from its components."
                                                 : "It has: " + populations_of(state.measure.scoring) +
                                                       ". Or say how it is scored: `scoring …`.");
        continue;
      }
      ColumnSource source = state.around;
      source.is_condition = true;
      source.is_population = true;
      if (scope_taken_[criteria].contains(name)) {
        declared_twice(name, each.name.span, "a population", scope_taken_[criteria].at(name));
        continue;
      }
      const uint32_t column = scoped_column(scope, each, source);
      ir::Column& made = model_.program.columns[column];
      made.name = model_.scopes[criteria].path + "." + name;
      made.type = {ir::TypeKind::boolean, false, ir::none, {}};
      add_to_scope(criteria, name, Member{Member::Kind::column, column, ir::none}, each.name.span,
                   "a population");
      state.criteria[*population] = {column, each.name.span};
    } else if (observes) {
      const auto [first, fresh] = observed.try_emplace(name, each.name.span);
      if (!fresh) {
        declared_twice(name, each.name.span, "an observation", Taken{first->second, "an observation"});
        continue;
      }
      state.observations[name] = &each;
    } else if (!each.arguments.empty()) {
      const auto index = static_cast<uint32_t>(model_.functions.size());
      model_.functions.push_back(
          Function{model_.scopes[scope].entity, &each, state.node->condition.get(), scope});
      add_to_scope(scope, name, Member{Member::Kind::function, index, ir::none}, each.name.span,
                   "a definition");
    } else {
      if (const std::string meant = population_meant_by(name); !meant.empty()) {
        diagnostics_.error(
            "G612", each.name.span, "`" + name + "` is no population of a measure.",
            "Did you mean `" + meant +
                "`? A definition of your own needs a name that nobody takes for a population.");
      }
      ColumnSource source = state.around;
      source.is_due = name == "due";
      const uint32_t column = scoped_column(scope, each, source);
      if (name == "due") state.measure.due = column;
      add_to_scope(scope, name, Member{Member::Kind::column, column, ir::none}, each.name.span,
                   "a definition");
    }
  }
  if (of_group) {
    // What the group does not say is as the measure says it.
    const Scope& outer = model_.scopes[model_.scopes[model_.scopes[scope].parent].criteria];
    for (const auto& [name, member] : outer.members) model_.scopes[criteria].members.emplace(name, member);
  }
}

void Declarer::measure_parts(MeasureState& state, const ast::MeasureBody& body, uint32_t scope) {
  for (const ast::MeasurePart& part : body.parts) {
    const std::string& name = part.definition.name.text;
    if (name.empty()) continue;
    if (model_.scopes[scope].parent != ir::none) {
      diagnostics_.error("G601", part.definition.name.span,
                         "`" + name + "` divides the whole measure, and is not of one group.",
                         "Move it before the groups.");
      continue;
    }
    ColumnSource source = state.around;
    source.is_part = true;
    const uint32_t column = scoped_column(scope, part.definition, source);
    const std::string what = part.supplemental ? "supplemental data" : "a stratifier";
    if (!add_to_scope(scope, name, Member{Member::Kind::column, column, ir::none}, part.definition.name.span,
                      what)) {
      continue;
    }
    (part.supplemental ? state.measure.supplemental : state.measure.stratifiers).push_back({name, column});
  }
}

// --------------------------------------------------------------------------------------------- what counts

/// Does the measure, or the group, have what its scoring needs?
bool Declarer::check_populations(const MeasureState& state, const ast::MeasureBody& body) {
  const Scoring scoring = state.measure.scoring;
  const std::string name = path_text({body.name});
  const auto needs = [&](const std::string& what, const std::string& help) {
    diagnostics_.error("G603", body.name.span,
                       "`" + name + "` is " + spoken(scoring) + " and has no `" + what + "`.", help);
    return false;
  };
  if (!state.criteria.contains(Population::initial_population))
    return needs("initial_population", "Say who is looked at: `initial_population = …`.");
  const bool divides = scoring == Scoring::proportion || scoring == Scoring::ratio;
  if (divides && !state.criteria.contains(Population::numerator))
    return needs("numerator",
                 "Say who meets the measure: `numerator = …`; or how else it is scored: `scoring "
                 "cohort`.");
  if (scoring == Scoring::ratio && !state.criteria.contains(Population::denominator))
    return needs("denominator", "In a ratio both sides are said: `denominator = initial_population`.");
  if (scoring == Scoring::continuous_variable && !state.observations.contains("observation"))
    return needs("observation", "Say what number each row observes: `observation = …`.");
  if (scoring == Scoring::continuous_variable && !state.aggregate)
    return needs("aggregate", "Say how the observations are put together: `aggregate average`, for example.");
  for (const auto& [observation, definition] : state.observations) {
    const bool known =
        observation == "observation" ? scoring == Scoring::continuous_variable : scoring == Scoring::ratio;
    if (known) continue;
    diagnostics_.error("G602", definition->name.span,
                       "The measure is " + spoken(scoring) + ", which has no `" + observation + "`.",
                       scoring == Scoring::continuous_variable ? "Its observation is called `observation`."
                       : scoring == Scoring::ratio
                           ? "A ratio has `denominator_observation` and `numerator_observation`."
                           : "Observations are for `scoring ratio` and `scoring continuous_variable`.");
    return false;
  }
  if (state.observations.size() == 1 && scoring == Scoring::ratio) {
    return needs(state.observations.contains("numerator_observation") ? "denominator_observation"
                                                                      : "numerator_observation",
                 "Either both sides of a ratio observe a number, or none.");
  }
  return true;
}

void Declarer::observation(MeasureState& state, const std::string& name, const ast::Definition& definition,
                           Population of, uint32_t gated, uint32_t counted, uint32_t scope) {
  ColumnSource source = state.around;
  source.observed = counted;
  source.observed_of = gated;
  const uint32_t column = scoped_column(scope, definition, source);
  model_.program.columns[column].type = {ir::TypeKind::number, true, ir::none, {}};
  add_to_scope(scope, name, Member{Member::Kind::column, column, ir::none}, definition.name.span,
               "an observation");
  state.measure.groups.back().observations.push_back(
      {of, column, state.aggregate.value_or(ir::AggregateMode::sum)});
}

/// The populations as they count, of a measure without groups or of one group.
void Declarer::measure_group(MeasureState& state, const ast::MeasureBody& body, uint32_t scope) {
  ir::MeasureGroup group;
  group.name = &body == &state.node->whole ? "" : body.name.text;
  group.title = body.title;
  MeasureGroup made;
  made.scope = scope;
  std::map<Population, uint32_t> gated;
  const auto gate = [&](Population population, std::vector<GateTerm> within, Population instead) {
    auto criterion = state.criteria.find(population);
    if (criterion == state.criteria.end() && population != instead) criterion = state.criteria.find(instead);
    if (criterion == state.criteria.end()) return;
    // A population that is another one by default holds where that one does.
    if (criterion->first == population || within.empty()) within.push_back({criterion->second.column, true});
    const uint32_t column =
        add_gate(scope, std::string(ir::name_of(population)), std::move(within), criterion->second.span);
    gated[population] = column;
    group.populations.push_back({population, criterion->second.column, column});
  };
  /// The rows of one that are none of the others.
  const auto less = [&](Population of, std::initializer_list<Population> others, const std::string& name) {
    std::vector<GateTerm> terms{{gated.at(of), true}};
    for (const Population other : others) {
      if (const auto found = gated.find(other); found != gated.end()) terms.push_back({found->second, false});
    }
    if (terms.size() == 1) return gated.at(of);
    const auto criterion = state.criteria.find(of);
    const Span span = criterion == state.criteria.end()
                          ? state.criteria.at(Population::initial_population).span
                          : criterion->second.span;
    return add_gate(scope, name, std::move(terms), span, true);
  };
  const auto in = [&](std::initializer_list<Population> all, std::initializer_list<Population> none = {}) {
    std::vector<GateTerm> terms;
    for (const Population each : all) terms.push_back({gated.at(each), true});
    for (const Population each : none) {
      if (const auto found = gated.find(each); found != gated.end()) terms.push_back({found->second, false});
    }
    return terms;
  };
  using enum Population;
  gate(initial_population, {}, initial_population);
  switch (state.measure.scoring) {
  case Scoring::proportion:
    gate(denominator, in({initial_population}), initial_population);
    gate(denominator_exclusion, in({denominator}), denominator_exclusion);
    gate(numerator, in({denominator}, {denominator_exclusion}), numerator);
    gate(denominator_exception, in({denominator}, {denominator_exclusion, numerator}), denominator_exception);
    gate(numerator_exclusion, in({numerator}), numerator_exclusion);
    made.counted = less(denominator, {denominator_exclusion, denominator_exception}, "counted");
    made.met = less(numerator, {numerator_exclusion}, "met");
    break;
  case Scoring::ratio:
    gate(denominator, in({initial_population}), denominator);
    gate(denominator_exclusion, in({denominator}), denominator_exclusion);
    gate(numerator, in({initial_population}), numerator);
    gate(numerator_exclusion, in({numerator}), numerator_exclusion);
    made.counted = less(denominator, {denominator_exclusion}, "counted");
    made.met = less(numerator, {numerator_exclusion}, "met");
    break;
  case Scoring::continuous_variable:
    gate(measure_population, in({initial_population}), initial_population);
    gate(measure_population_exclusion, in({measure_population}), measure_population_exclusion);
    made.counted = less(measure_population, {measure_population_exclusion}, "counted");
    break;
  case Scoring::cohort: break;
  }
  std::sort(group.populations.begin(), group.populations.end(),
            [](const auto& a, const auto& b) { return a.kind < b.kind; });
  state.measure.groups.push_back(std::move(group));
  for (const auto& [name, definition] : state.observations) {
    const Population of = *observation_of(name);
    observation(state, name, *definition, of, gated.at(of), of == numerator ? made.met : made.counted, scope);
  }
  model_.measures.back().groups.push_back(made);
}

void Declarer::measures() {
  for (const auto& [node, declaration] : all<ast::Measure>()) {
    if (node->composite || node->whole.name.text.empty()) continue;
    const std::string& name = node->whole.name.text;
    const uint32_t entity = entity_named(node->entity);
    if (entity == ir::none || !take(name, node->whole.name.span, "a measure")) {
      model_.refused.insert(name);
      continue;
    }
    const auto index = static_cast<uint32_t>(model_.measures.size());
    const uint32_t scope = add_scope(name, entity, ir::none, index);
    add_member(entity, name, Member{Member::Kind::scope, scope, ir::none}, node->whole.name.span,
               "a measure");
    model_.members[0].emplace(name, Member{Member::Kind::scope, scope, ir::none});
    MeasureState state;
    state.node = node;
    state.measure.name = name;
    state.measure.entity = entity;
    state.measure.doc = declaration->doc.text;
    state.measure.span = node->whole.name.span;
    if (node->condition) {
      state.around.row_condition = node->condition.get();
      state.around.applies = add_condition(entity, name + ".where", node->condition.get());
      state.around.outside_reason = "not in " + name;
    }
    // How it is scored decides which populations there are.
    for (const ast::MeasureLine& line : node->whole.lines) {
      if (line.name.text == "scoring")
        state.measure.scoring = ir::enum_named<Scoring>(line.text).value_or(Scoring::proportion);
    }
    model_.measures.push_back({{}, scope});
    measure_body(state, node->whole, scope);
    measure_parts(state, node->whole, scope);
    model_.measure_paths[name] = {index, ir::none};
    bool sound = true;
    if (node->groups.empty()) {
      sound = check_populations(state, node->whole);
      if (sound) measure_group(state, node->whole, scope);
    }
    std::vector<uint32_t> groups;
    for (const ast::MeasureBody& group : node->groups) {
      const uint32_t inner = add_scope(name + "." + group.name.text, entity, scope, index);
      if (!add_to_scope(scope, group.name.text, Member{Member::Kind::scope, inner, ir::none}, group.name.span,
                        "a group")) {
        continue;
      }
      const bool differs =
          !group.lines.empty() ||
          std::any_of(group.definitions.begin(), group.definitions.end(), [](const ast::Definition& each) {
            return ir::enum_named<Population>(each.name.text) || observation_of(each.name.text);
          });
      if (!differs) {
        diagnostics_.error("G604", group.name.span,
                           "The group `" + group.name.text + "` changes nothing of the measure.",
                           "Say in it what differs: `initial_population = …`, for example.");
      }
      MeasureState own = state;
      measure_body(own, group, inner);
      measure_parts(own, group, inner);
      if (!check_populations(own, group)) {
        sound = false;
        continue;
      }
      measure_group(own, group, inner);
      state.measure.groups = std::move(own.measure.groups);
      model_.measure_paths[name + "." + group.name.text] = {
          index, static_cast<uint32_t>(state.measure.groups.size() - 1)};
      groups.push_back(inner);
    }
    sound = sound && !state.measure.groups.empty();
    model_.program.measures.push_back(std::move(state.measure));
    ir::Measure& declared = model_.program.measures.back();
    if (!sound) {
      model_.refused.insert(name);
      continue;
    }
    if (declared.scoring == Scoring::cohort) continue;
    for (uint32_t i = 0; i < groups.size(); ++i) {
      const Scope& inner = model_.scopes[groups[i]];
      add_rate(groups[i], inner.path, {index, i}, declared.span);
      declared.groups[i].rate = inner.path.empty() ? ir::none : inner.members.at("rate").index;
    }
    if (groups.empty() || declared.scoring != Scoring::continuous_variable)
      add_rate(scope, name, {index, ir::none}, declared.span);
    if (groups.empty()) declared.groups[0].rate = model_.scopes[scope].members.at("rate").index;
  }
}

/// The lines, stratifiers and supplemental data of a composite.
void Declarer::composite_lines(ir::Measure& measure, const ast::Measure& node, uint32_t scope) {
  MeasureState state;
  state.node = &node;
  for (const ast::MeasureLine& line : node.whole.lines) measure_line(state.measure, state, line, false);
  measure_parts(state, node.whole, scope);
  measure = std::move(state.measure);
}

void Declarer::measure_periods() {
  const auto found = model_.members[0].find("measurement_period");
  if (found == model_.members[0].end() || found->second.kind != Member::Kind::column) return;
  if (!model_.column_sources[found->second.index].is_parameter) return;
  for (ir::Measure& measure : model_.program.measures) measure.period = found->second.index;
}

}  // namespace merit::model
