#include "runtime/explain/measure_explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "runtime/data/value_text.h"
#include "runtime/explain/criterion.h"
#include "runtime/explain/explanation_words.h"
#include "runtime/ir/ops.h"

namespace merit {

using ir::AggregateMode;
using ir::Expr;
using ir::Op;
using ir::Population;

namespace {

constexpr uint32_t most_depth = 3;  // definitions within definitions that are gone into
constexpr size_t most_facts = 6;    // of one row of a collection
constexpr uint32_t most_rows = 3;   // that satisfy a line
constexpr uint32_t most_near = 2;   // that come nearest to it

std::string state_text(const Value& value) {
  switch (line_state(value)) {
  case LineState::met: return "met";
  case LineState::not_met: return "not met";
  case LineState::not_reached: return "not reached";
  case LineState::fault: break;
  }
  return "fault: " + value.fault().message;
}

/// "condition-clinical|active" of "http://terminology.hl7.org/CodeSystem/condition-clinical|active": which
/// system it is, is told by the end of its name.
std::string short_codes(const std::string& codes) {
  std::string text;
  size_t begin = 0;
  while (begin <= codes.size()) {
    const size_t end = std::min(codes.find(';', begin), codes.size());
    std::string coding = codes.substr(begin, end - begin);
    const size_t bar = coding.find('|');
    const size_t slash = bar == std::string::npos ? bar : coding.rfind('/', bar);
    if (slash != std::string::npos) coding = coding.substr(slash + 1);
    text += (text.empty() ? "" : ", ") + coding;
    begin = end + 1;
  }
  return text;
}

/// A value in few words, for one who reads many of them.
std::string in_short(const Value& value, std::string text) {
  if (value.kind() == ValueKind::codes) return short_codes(text);
  // A time that begins where it ends is said once.
  constexpr std::string_view to = " to ";
  const size_t at = text.find(to);
  const bool period = value.kind() == ValueKind::period || value.kind() == ValueKind::datetime_period;
  if (period && at != std::string::npos && text.substr(0, at) == text.substr(at + to.size())) text.resize(at);
  return text;
}

bool is_comparison(Op op) {
  return (op >= Op::equal && op <= Op::in_range) || op == Op::in_period || op == Op::overlaps ||
         op == Op::before || op == Op::after;
}

class MeasureExplainer {
 public:
  MeasureExplainer(RowEvaluator& evaluator, const ir::Measure& measure, const ExplainOptions& options)
      : evaluator_(evaluator), program_(evaluator.program()), measure_(measure), options_(options) {}

  Explanation group(uint32_t index, uint32_t row) {
    const ir::MeasureGroup& group = measure_.groups[index];
    Explanation result;
    result.kind = Explanation::Kind::measure;
    result.label = group.name.empty() ? measure_.name : measure_.name + "." + group.name;
    result.title = group.title.empty() ? measure_.title : group.title;
    result.value = standing(group, row);
    result.place = source_place(program_, measure_.span);
    std::string last_reason;
    for (const ir::MeasurePopulation& population : group.populations) {
      // Populations that are passed over for one reason stand on one line.
      const std::string reason = options_.all_cases ? "" : passed_over(group, population.kind, row);
      if (!reason.empty() && reason == last_reason) {
        result.parts.back().label += ", " + words(population.kind);
        continue;
      }
      last_reason = reason;
      result.parts.push_back(this->population(group, population, reason, row));
    }
    for (const ir::MeasureObservation& observation : group.observations) {
      Explanation line = fact_of(program_.columns[observation.value], observation.value, row);
      line.label = observation.of == Population::measure_population ? "observation"
                                                                    : words(observation.of) + " observation";
      result.parts.push_back(std::move(line));
    }
    components(row, result.parts);
    return result;
  }

 private:
  using Scope = RowEvaluator::Scope;

  static std::string words(Population population) {
    std::string text(ir::name_of(population));
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
  }

  const ir::MeasurePopulation* find(const ir::MeasureGroup& group, Population kind) const {
    for (const ir::MeasurePopulation& population : group.populations) {
      if (population.kind == kind) return &population;
    }
    return nullptr;
  }

  bool in(const ir::MeasureGroup& group, Population kind, uint32_t row) {
    const ir::MeasurePopulation* population = find(group, kind);
    if (population == nullptr) return false;
    const Value value = evaluator_.value(population->gated, row);
    return value.is_known() && value.boolean();
  }

  /// Where the row ends up, in a few words.
  std::string standing(const ir::MeasureGroup& group, uint32_t row) {
    for (const ir::MeasurePopulation& population : group.populations) {
      const Value value = evaluator_.value(population.gated, row);
      if (value.is_fault()) return "fault: " + value.fault().message;
    }
    if (group.populations.empty()) return {};
    if (find(group, Population::initial_population) != nullptr &&
        !in(group, Population::initial_population, row))
      return "not in the initial population";
    if (find(group, Population::measure_population) != nullptr) {
      if (in(group, Population::measure_population_exclusion, row))
        return "excluded from the measure population";
      return in(group, Population::measure_population, row) ? "in the measure population"
                                                            : "not in the measure population";
    }
    if (find(group, Population::denominator) == nullptr) return "in the initial population";
    std::string text;
    if (in(group, Population::denominator_exclusion, row)) {
      text = "excluded from the denominator";
      if (measure_.scoring == ir::Scoring::proportion) return text;
    } else if (in(group, Population::denominator_exception, row)) {
      return "excepted from the denominator";
    } else {
      text = in(group, Population::denominator, row) ? "in the denominator" : "not in the denominator";
    }
    if (in(group, Population::numerator_exclusion, row)) return text + ", excluded from the numerator";
    return text + (in(group, Population::numerator, row) ? ", in the numerator" : ", not in the numerator");
  }

  /// Why a population is not asked for any more; empty: it is.
  std::string passed_over(const ir::MeasureGroup& group, Population kind, uint32_t row) {
    if (kind == Population::initial_population) return {};
    if (find(group, Population::initial_population) != nullptr &&
        !in(group, Population::initial_population, row))
      return "not in the initial population";
    const bool about_numerator = kind == Population::numerator || kind == Population::numerator_exclusion;
    if (measure_.scoring == ir::Scoring::proportion && kind != Population::denominator) {
      if (!in(group, Population::denominator, row)) return "not in the denominator";
      if (kind != Population::denominator_exclusion && in(group, Population::denominator_exclusion, row))
        return "excluded from the denominator";
    }
    if (kind == Population::denominator_exception && in(group, Population::numerator, row))
      return "in the numerator";
    if (about_numerator && kind == Population::numerator_exclusion && !in(group, Population::numerator, row))
      return "not in the numerator";
    if (kind == Population::measure_population_exclusion && !in(group, Population::measure_population, row))
      return "not in the measure population";
    return {};
  }

  /// `reason`: why it is passed over; empty where it is not.
  Explanation population(const ir::MeasureGroup& group, const ir::MeasurePopulation& population,
                         const std::string& reason, uint32_t row) {
    Explanation result;
    result.kind = Explanation::Kind::population;
    result.label = words(population.kind);
    if (!reason.empty()) {
      result.value = "not asked: " + reason;
      return result;
    }
    if (population.criteria == ir::none) {  // of a composite: its components stand below
      result.value = state_text(evaluator_.value(population.gated, row));
      return result;
    }
    const ir::Column& shape = program_.columns[population.criteria];
    result.place = source_place(program_, shape.span);
    result.title = first_sentence(shape.doc);
    const Value met = evaluator_.value(population.criteria, row);
    result.value = state_text(met);
    if (options_.all_cases) {
      const std::string idle = passed_over(group, population.kind, row);
      if (!idle.empty()) result.value += ", and does not count: " + idle;
    }
    for (const ir::MeasurePopulation& other : group.populations) {
      if (other.criteria == ir::none || other.kind >= population.kind ||
          last_named(program_, other.criteria) != last_named(program_, population.criteria))
        continue;
      result.text = "the " + words(other.kind);  // its lines stand there
      return result;
    }
    uint32_t column = population.criteria;
    const Expr& body = criterion_body(program_, column);
    // Exclusions that do not hold are the rule, and nobody asks why.
    const bool exception = population.kind == Population::denominator_exclusion ||
                           population.kind == Population::denominator_exception ||
                           population.kind == Population::numerator_exclusion ||
                           population.kind == Population::measure_population_exclusion;
    const bool deep = options_.all_cases || !exception || line_state(met) != LineState::not_met;
    if (const Expr* where = measure_where(*program_.columns[population.criteria].body);
        where != nullptr && population.kind == Population::initial_population) {
      Scope around = evaluator_.scope(population.criteria, row);
      result.parts.push_back(line(*where, around, deep, most_depth));
    }
    Scope scope = evaluator_.scope(column, row);
    if (has_lines(body)) {
      lines(body, scope, deep, most_depth, result.parts);
    } else {
      result.parts.push_back(line(body, scope, deep, most_depth));
    }
    return result;
  }

  void components(uint32_t row, std::vector<Explanation>& out) {
    for (const ir::MeasureComponent& component : measure_.components) {
      const ir::Measure& part = program_.measures[component.measure];
      if (part.entity != measure_.entity) continue;
      MeasureExplainer explainer(evaluator_, part, options_);
      out.push_back(explainer.group(component.group, row));
    }
  }

  // ----------------------------------------------------------------------------------------------------------
  // lines

  void lines(const Expr& node, Scope& scope, bool deep, uint32_t depth, std::vector<Explanation>& out) {
    const LineState whole = line_state(evaluator_.evaluate(node, scope));
    for (const ir::ExprPtr& arg : node.args) {
      const LineState state = line_state(evaluator_.evaluate(*arg, scope));
      const bool decided = state == whole || state == LineState::fault;
      // Of lines one of which is enough, those that do not hold say nothing.
      if (node.op == Op::logical_or && whole == LineState::met && !decided && !options_.all_cases) continue;
      out.push_back(line(*arg, scope, deep && (decided || options_.all_cases), depth));
    }
  }

  Explanation line(const Expr& node, Scope& scope, bool deep, uint32_t depth) {
    Explanation result;
    result.kind = Explanation::Kind::line;
    result.label = whole_line(program_, node);
    result.place = source_place(program_, node.span);
    result.value = state_text(evaluator_.evaluate(node, scope));
    if (has_lines(node)) {
      for (const char* opening : {"all of:", "any of:", "at least "}) {
        if (!result.label.starts_with(opening)) continue;
        result.label = result.label.substr(0, result.label.find(':'));
        break;
      }
      lines(node, scope, deep, depth, result.parts);
      return result;
    }
    if (deep) deciders(node, scope, depth, result);
    return result;
  }

  /// What made a line come out as it did.
  void deciders(const Expr& node, Scope& scope, uint32_t depth, Explanation& into) {
    switch (node.op) {
    case Op::logical_not: return deciders(*node.args.front(), scope, depth, into);
    case Op::logical_and:
    case Op::logical_or:
    case Op::at_least:  // the inside of a definition with arguments
      if (depth > 0) lines(node, scope, true, depth - 1, into.parts);
      return;
    case Op::cases:
      for (size_t pair = 0; pair + 1 < node.args.size(); pair += 2) {
        const Value holds = evaluator_.evaluate(*node.args[pair], scope);
        if (holds.is_known() && holds.boolean()) return deciders(*node.args[pair + 1], scope, depth, into);
      }
      if (node.args.size() % 2 == 1) deciders(*node.args.back(), scope, depth, into);
      return;
    case Op::aggregate: return rows(node, scope, into);
    case Op::field: {
      const ir::Column& column = program_.columns[node.index];
      const Value owner = evaluator_.evaluate(*node.args.front(), scope);
      if (column.type.kind == ir::TypeKind::boolean && column.body && owner.is_known() && depth > 0) {
        Scope inside = evaluator_.scope(node.index, owner.row());
        const Expr& body = *column.body;
        if (has_lines(body)) {
          lines(body, inside, true, depth - 1, into.parts);
        } else {
          deciders(body, inside, depth - 1, into);
        }
        return;
      }
      break;
    }
    default: break;
    }
    figures(node, scope, depth, into.parts);
  }

  // ----------------------------------------------------------------------------------------------------------
  // values

  void set_value(Explanation& line, const ir::Type& type, const Value& value) {
    line.value = in_short(value, value_text(evaluator_, program_, type, value, TextStyle::people));
  }

  static void push(std::vector<Explanation>& out, Explanation line) {
    const bool there = std::any_of(out.begin(), out.end(), [&](const Explanation& other) {
      return other.label == line.label && other.value == line.value;
    });
    if (!there) out.push_back(std::move(line));
  }

  Explanation fact_of(const ir::Column& column, uint32_t index, uint32_t row) {
    Explanation fact;
    fact.kind = Explanation::Kind::fact;
    fact.label = column.name.starts_with(measure_.name + ".") ? column.name.substr(measure_.name.size() + 1)
                                                              : column.name;
    const Value value = evaluator_.value(index, row);
    set_value(fact, column.type, value);
    if (value.kind() == ValueKind::row)
      fact.value = program_.entities[column.type.target].name + " " + fact.value;
    if (column.kind == ir::ColumnKind::stored) {
      fact.place = data_place(evaluator_.data(), index, row);
    } else if (column.body) {
      fact.kind = Explanation::Kind::definition;
      fact.place = source_place(program_, column.span);
      fact.text = ir::one_line(program_, column.body->span);
    }
    return fact;
  }

  /// The values that stand in an expression.
  void figures(const Expr& node, Scope& scope, uint32_t depth, std::vector<Explanation>& out) {
    if (is_comparison(node.op) || node.op == Op::is_known || node.op == Op::is_missing) {
      for (const ir::ExprPtr& arg : node.args) {
        if (arg->op == Op::field || arg->op == Op::constant || is_of_program(*arg)) {
          figures(*arg, scope, depth, out);
          continue;
        }
        Explanation figure;
        figure.kind = Explanation::Kind::definition;
        figure.label = whole_line(program_, *arg);
        set_value(figure, arg->type, evaluator_.evaluate(*arg, scope));
        if (depth > 0) figures(*arg, scope, depth - 1, figure.parts);
        push(out, std::move(figure));
      }
      return;
    }
    if (node.op == Op::aggregate) {
      Explanation figure;
      figure.kind = Explanation::Kind::aggregate;
      figure.label = whole_line(program_, node);
      const Value value = evaluator_.evaluate(node, scope);
      set_value(figure, node.type, value);
      if (value.kind() == ValueKind::row)
        figure.value = program_.entities[node.type.target].name + " " + figure.value;
      if (depth > 0) rows(node, scope, figure);
      push(out, std::move(figure));
      return;
    }
    if (node.op != Op::field) {
      for (const ir::ExprPtr& arg : node.args) {
        if (arg->type.kind != ir::TypeKind::collection) figures(*arg, scope, depth, out);
      }
      return;
    }
    const Expr& from = *node.args.front();
    const Value owner = evaluator_.evaluate(from, scope);
    if (from.op != Op::row) figures(from, scope, depth, out);
    const ir::Column& column = program_.columns[node.index];
    if (!owner.is_known() || column.entity == 0)
      return;  // what holds for everybody decides nothing about one
    if (column.type.kind == ir::TypeKind::collection) return;
    Scope inside = evaluator_.scope(node.index, owner.row());
    if (column.hidden) {  // made by the compiler: what it rests on stands here
      if (column.body) figures(*column.body, inside, depth, out);
      return;
    }
    Explanation fact = fact_of(column, node.index, owner.row());
    if (from.op != Op::row) fact.label = whole_line(program_, node);
    if (column.body && depth > 0 && seen_.emplace(node.index, owner.row()).second)
      figures(*column.body, inside, depth - 1, fact.parts);
    // `latest of tests by day` under the name that it has: its rows stand there at once.
    if (fact.parts.size() == 1 && fact.parts.front().kind == Explanation::Kind::aggregate &&
        fact.parts.front().value == fact.value) {
      Explanation only = std::move(fact.parts.front());
      fact.title = std::move(only.title);
      fact.parts = std::move(only.parts);
    }
    push(out, std::move(fact));
  }

  /// Does an expression only read values of the whole program?
  bool is_of_program(const Expr& node) const {
    if (node.op == Op::row) return node.variable == 0;
    if (node.op == Op::aggregate) return false;
    return std::all_of(node.args.begin(), node.args.end(),
                       [&](const ir::ExprPtr& arg) { return is_of_program(*arg); });
  }

  // ----------------------------------------------------------------------------------------------------------
  // rows of collections

  /// A `where` on the way from the rows that there are to those that a collection holds.
  struct Layer {
    const Expr* filter;
    Scope scope;
  };

  /// The rows that there are, and each `where` that they pass, from the first on.
  RowEvaluator::Collection unrolled(const Expr& node, Scope& scope, std::vector<Layer>& layers) {
    if (node.op == Op::field) {
      const Value owner = evaluator_.evaluate(*node.args.front(), scope);
      if (!owner.is_known()) return {};
      Scope inside = evaluator_.scope(node.index, owner.row());
      return unrolled(*program_.columns[node.index].body, inside, layers);
    }
    if (node.op == Op::filter) {
      RowEvaluator::Collection base = unrolled(*node.args.front(), scope, layers);
      layers.push_back({&node, scope});
      return base;
    }
    return evaluator_.members(node, scope);
  }

  /// The lines of a `where`.
  static std::vector<const Expr*> conditions(const Expr& filter) {
    const Expr& condition = *filter.args[1];
    if (condition.op != Op::logical_and) return {&condition};
    std::vector<const Expr*> all;
    for (const ir::ExprPtr& arg : condition.args) all.push_back(arg.get());
    return all;
  }

  struct Stop {
    size_t passed = 0;         ///< lines that hold before it
    const Expr* at = nullptr;  ///< the line that does not hold; null: the row satisfies all
    const Layer* layer = nullptr;
  };

  Stop stop_of(std::vector<Layer>& layers, uint32_t row) {
    Stop stop;
    for (Layer& layer : layers) {
      bind(layer, row);
      for (const Expr* condition : conditions(*layer.filter)) {
        const Value holds = evaluator_.evaluate(*condition, layer.scope);
        if (!holds.is_known() || !holds.boolean()) {
          stop.at = condition;
          stop.layer = &layer;
          return stop;
        }
        ++stop.passed;
      }
    }
    return stop;
  }

  static void bind(Layer& layer, uint32_t row) {
    const uint32_t variable = layer.filter->variable;
    if (layer.scope.rows.size() <= variable) layer.scope.rows.resize(variable + 1);
    layer.scope.rows[variable] = row;
  }

  /// The values of a row that an expression reads, by the row's own variable.
  void row_facts(const Expr& node, Scope& scope, uint32_t variable, std::vector<std::string>& facts,
                 std::string& place) {
    if (node.op == Op::field && is_path(node, variable)) {
      const Value owner = evaluator_.evaluate(*node.args.front(), scope);
      const ir::Column& column = program_.columns[node.index];
      if (!owner.is_known() || column.type.kind == ir::TypeKind::collection) return;
      Scope inside = evaluator_.scope(node.index, owner.row());
      if (column.hidden && column.body) return row_facts(*column.body, inside, 1, facts, place);
      if (column.type.kind == ir::TypeKind::boolean && column.body && !has_aggregate(*column.body))
        return row_facts(*column.body, inside, 1, facts, place);
      const bool own = node.args.front()->op == Op::row;
      if (place.empty() && own && column.kind == ir::ColumnKind::stored)
        place = data_place(evaluator_.data(), node.index, owner.row());
      const Value read = evaluator_.value(node.index, owner.row());
      const std::string value =
          in_short(read, value_text(evaluator_, program_, column.type, read, TextStyle::people));
      std::string fact = (own ? column.name : whole_line(program_, node)) + " " + value;
      // What is only another name of a value that stands there says nothing more.
      const bool told = column.body != nullptr &&
                        std::any_of(facts.begin(), facts.end(),
                                    [&](const std::string& other) { return other.ends_with(" " + value); });
      if (told) return;
      if (facts.size() < most_facts && std::find(facts.begin(), facts.end(), fact) == facts.end())
        facts.push_back(std::move(fact));
      return;
    }
    for (const ir::ExprPtr& arg : node.args) {
      if (arg->type.kind != ir::TypeKind::collection) row_facts(*arg, scope, variable, facts, place);
    }
  }

  static bool is_path(const Expr& node, uint32_t variable) {
    const Expr* at = &node;
    while (at->op == Op::field) at = at->args.front().get();
    return at->op == Op::row && at->variable == variable;
  }

  static bool has_aggregate(const Expr& node) {
    return node.op == Op::aggregate ||
           std::any_of(node.args.begin(), node.args.end(),
                       [](const ir::ExprPtr& arg) { return has_aggregate(*arg); });
  }

  Explanation row_line(uint32_t entity, uint32_t row, const std::vector<std::string>& facts,
                       std::string place) {
    Explanation line;
    line.kind = Explanation::Kind::row;
    line.label = fmt::format("{} {}", program_.entities[entity].name, evaluator_.key_text(entity, row));
    for (const std::string& fact : facts) line.value += (line.value.empty() ? "" : "; ") + fact;
    line.place = std::move(place);
    return line;
  }

  /// The rows of an aggregate that satisfied its conditions; where none did, those that came nearest.
  void rows(const Expr& node, Scope& scope, Explanation& into) {
    const uint32_t entity = node.args.front()->type.target;
    const std::string& plural = program_.entities[entity].plural;
    std::vector<Layer> layers;
    const RowEvaluator::Collection base = unrolled(*node.args.front(), scope, layers);
    std::vector<uint32_t> satisfied;
    std::vector<std::pair<uint32_t, Stop>> stopped;
    for (const RowEvaluator::Member& member : base.members) {
      if (member.row == ir::none || member.fault) continue;
      const Stop stop = stop_of(layers, member.row);
      if (stop.at == nullptr) {
        satisfied.push_back(member.row);
      } else {
        stopped.emplace_back(member.row, stop);
      }
    }
    const auto mode = static_cast<AggregateMode>(node.mode);
    // Whose order decided, or whose value: what the aggregate itself reads of a row counts, too.
    const auto facts_of = [&](uint32_t row, std::string& place) {
      std::vector<std::string> facts;
      for (Layer& layer : layers) {
        bind(layer, row);
        row_facts(*layer.filter->args[1], layer.scope, layer.filter->variable, facts, place);
      }
      if (node.args.size() > 1 && node.variable != ir::none) {
        if (scope.rows.size() <= node.variable) scope.rows.resize(node.variable + 1);
        scope.rows[node.variable] = row;
        for (size_t arg = 1; arg < node.args.size(); ++arg)
          row_facts(*node.args[arg], scope, node.variable, facts, place);
      }
      return facts;
    };
    if (satisfied.empty()) {
      into.title = base.members.empty()
                       ? fmt::format("there are no {}", plural)
                       : fmt::format("none of {} {}", base.members.size(),
                                     base.members.size() == 1 ? program_.entities[entity].name : plural);
      nearest(entity, stopped, into);
      return;
    }
    if (mode == AggregateMode::every && node.args.size() > 1)
      into.title = fmt::format("of {} {}", satisfied.size(), plural);
    std::vector<uint32_t> shown = satisfied;
    const Value taken = mode == AggregateMode::first ? evaluator_.evaluate(node, scope) : Value();
    if (taken.is_known()) {
      shown = {taken.row()};
      into.title = fmt::format("of {} {}", satisfied.size(),
                               satisfied.size() == 1 ? program_.entities[entity].name : plural);
    }
    const size_t most = options_.all_cases ? options_.members : std::min(most_rows, options_.members);
    for (size_t i = 0; i < std::min(most, shown.size()); ++i) {
      std::string place;
      const std::vector<std::string> facts = facts_of(shown[i], place);
      into.parts.push_back(row_line(entity, shown[i], facts, std::move(place)));
    }
    if (shown.size() > most) {
      Explanation more;
      more.kind = Explanation::Kind::more;
      more.label = fmt::format("and {} more {}", shown.size() - most,
                               shown.size() - most == 1 ? program_.entities[entity].name : plural);
      into.parts.push_back(std::move(more));
    }
  }

  void nearest(uint32_t entity, std::vector<std::pair<uint32_t, Stop>>& stopped, Explanation& into) {
    std::stable_sort(stopped.begin(), stopped.end(),
                     [](const auto& a, const auto& b) { return a.second.passed > b.second.passed; });
    // Those that fell at the first line are the many that have nothing to do with it.
    if (stopped.size() > most_near && stopped.front().second.passed == 0) {
      into.title += ", for each not met: " + whole_line(program_, *stopped.front().second.at);
      return;
    }
    for (size_t i = 0; i < std::min<size_t>(most_near, stopped.size()); ++i) {
      const Stop& stop = stopped[i].second;
      if (stop.passed == 0 && stopped.size() > most_near) break;
      Layer layer = *stop.layer;
      bind(layer, stopped[i].first);
      std::vector<std::string> facts;
      std::string place;
      row_facts(*stop.at, layer.scope, layer.filter->variable, facts, place);
      Explanation line = row_line(entity, stopped[i].first, facts, std::move(place));
      line.text = "not met: " + whole_line(program_, *stop.at);
      into.parts.push_back(std::move(line));
    }
  }

  RowEvaluator& evaluator_;
  const ir::Program& program_;
  const ir::Measure& measure_;
  const ExplainOptions& options_;
  std::set<std::pair<uint32_t, uint32_t>> seen_;
};

}  // namespace

Explanation explain_measure(RowEvaluator& evaluator, uint32_t measure, uint32_t group, uint32_t row,
                            const ExplainOptions& options) {
  const ir::Program& program = evaluator.program();
  const ir::Measure& shape = program.measures[measure];
  MeasureExplainer explainer(evaluator, shape, options);
  const std::string of =
      fmt::format("{} {}: ", program.entities[shape.entity].name, evaluator.key_text(shape.entity, row));
  if (group != ir::none || shape.groups.size() == 1) {
    Explanation whole = explainer.group(group == ir::none ? 0 : group, row);
    whole.label = of + whole.label;
    return whole;
  }
  Explanation whole;
  whole.kind = Explanation::Kind::measure;
  whole.label = of + shape.name;
  whole.title = shape.title;
  whole.place = source_place(program, shape.span);
  for (uint32_t i = 0; i < shape.groups.size(); ++i) whole.parts.push_back(explainer.group(i, row));
  return whole;
}

}  // namespace merit
