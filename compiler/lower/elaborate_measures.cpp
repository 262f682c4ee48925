// Measures: populations as they count, observations, and what a measure has over some rows: `rate of`,
// `numerator of`, `denominator of`, `result of`.
#include <algorithm>

#include "compiler/lower/elaborate_coverage.h"
#include "compiler/lower/elaborate_impl.h"
#include "compiler/model/names.h"
#include "runtime/ir/ops.h"

namespace merit {

namespace {

/// Links are followed so many steps from the rows that a measure counts to those that own them.
constexpr size_t longest_way = 3;

ir::Type simple(ir::TypeKind kind, bool optional = false) {
  return {kind, optional, ir::none, {}};
}

const ir::Type boolean_type = simple(ir::TypeKind::boolean);
const ir::Type integer_type = simple(ir::TypeKind::integer);
const ir::Type number_type = simple(ir::TypeKind::number);

}  // namespace

Typed Elaborator::Impl::own_field(uint32_t column, Span span) {
  const uint32_t entity = column_of(column).entity;
  ir::ExprPtr row = make(ir::Op::row, {ir::TypeKind::link, false, entity, {}}, span);
  row->variable = 1;
  return field(std::move(row), column, span);
}

/// A gated population: its conditions, from left to right.
Typed Elaborator::Impl::gated(uint32_t column) {
  const std::vector<model::GateTerm> gate = model_.column_sources[column].gate;
  const Span span = column_of(column).span;
  Typed result;
  for (size_t i = 0; i < gate.size(); ++i) {
    Typed term = own_field(gate[i].column, span);
    if (!term) return {};
    if (!gate[i].holds) term = negated(std::move(term), span);
    result = i == 0 ? std::move(term) : joined(ir::Op::logical_and, std::move(result), std::move(term), span);
  }
  return result;
}

/// The conditions that stand behind a gate, as far as they are plain conjunctions.
void Elaborator::Impl::gate_parts(uint32_t column, bool holds, std::vector<ir::ExprPtr>& parts) const {
  const std::vector<model::GateTerm>& gate = model_.column_sources[column].gate;
  if (!gate.empty() && !holds) {
    gate_parts(gate.back().column, gate.back().holds ? false : true, parts);
    return;
  }
  for (const model::GateTerm& term : gate) gate_parts(term.column, term.holds, parts);
  const ir::Expr* body = column_of(column).body.get();
  if (!gate.empty() || body == nullptr) return;
  const auto add = [&](const ir::Expr& condition, const auto& again) -> void {
    if (condition.op == (holds ? ir::Op::logical_and : ir::Op::logical_or)) {
      for (const ir::ExprPtr& each : condition.args) again(*each, again);
      return;
    }
    ir::ExprPtr part = clone(condition);
    if (!holds) {
      std::vector<ir::ExprPtr> args;
      args.push_back(std::move(part));
      part = make(ir::Op::logical_not, boolean_type, condition.span, std::move(args));
    }
    parts.push_back(std::move(part));
  };
  add(*body, add);
}

/// A numerator that its own denominator excludes is a slip of the pen.
void Elaborator::Impl::check_numerator(uint32_t column) {
  std::vector<ir::ExprPtr> parts;
  gate_parts(column, true, parts);
  if (parts.size() < 2) return;
  const Span span = column_of(column).span;
  const ir::ExprPtr all = make(ir::Op::logical_and, boolean_type, span, std::move(parts));
  if (!Coverage(terms_, model_.program).add(*all).never) return;
  error("G611", span,
        "`" + column_of(column).name + "` can never hold: who is in the denominator cannot meet it.",
        "Compare it with the initial population, the denominator and what excludes from it.");
}

/// A population of a composite, or what it counts, from those of its components.
Typed Elaborator::Impl::composite_part(uint32_t column) {
  const model::CompositePart part = model_.column_sources[column].composite_part;
  const ir::Measure& composite = model_.program.measures[model_.column_sources[column].composite];
  const Span span = column_of(column).span;
  Typed result;
  for (const ir::MeasureComponent& component : composite.components) {
    const model::MeasureGroup& group = model_.measures[component.measure].groups[component.group];
    const ir::Measure& measure = model_.program.measures[component.measure];
    if (part == model::CompositePart::initial_population) {
      Typed in = own_field(measure.groups[component.group].populations.front().gated, span);
      if (!in) return {};
      result = result ? joined(ir::Op::logical_or, std::move(result), std::move(in), span) : std::move(in);
      continue;
    }
    Typed counted = own_field(group.counted, span);
    Typed met = own_field(group.met, span);
    if (!counted || !met) return {};
    if (measure.lower_is_better) met = negated(std::move(met), span);
    if (part == model::CompositePart::denominator) {
      result = result ? joined(ir::Op::logical_or, std::move(result), std::move(counted), span)
                      : std::move(counted);
      continue;
    }
    if (part == model::CompositePart::numerator) {
      Typed good = joined(ir::Op::logical_or, negated(std::move(counted), span), std::move(met), span);
      // Who counts in none of them does not meet all of them.
      if (!result) {
        const ir::MeasureGroup& whole = composite.groups[0];
        result = own_field(whole.populations[1].gated, span);
        if (!result) return {};
      }
      result = joined(ir::Op::logical_and, std::move(result), std::move(good), span);
      continue;
    }
    Typed holds = std::move(counted);
    if (part == model::CompositePart::met)
      holds = joined(ir::Op::logical_and, std::move(holds), std::move(met), span);
    std::vector<ir::ExprPtr> cases;
    cases.push_back(std::move(holds.node));
    cases.push_back(constant(Value::of_number(Number(1)), integer_type, span));
    cases.push_back(constant(Value::of_number(Number(0)), integer_type, span));
    Typed one;
    one.node = make(ir::Op::cases, integer_type, span, std::move(cases));
    result =
        result ? lifted(ir::Op::add, integer_type, span, std::move(result), std::move(one)) : std::move(one);
  }
  return result;
}

/// A body that no expression of the author's stands behind.
void Elaborator::Impl::made_body(uint32_t column) {
  Context context;
  context.column = column;
  Context* const outer = context_;
  context_ = &context;
  const model::ColumnSource& source = model_.column_sources[column];
  const uint32_t entity = column_of(column).entity;
  const Span span = column_of(column).span;
  if (entity != 0) {
    RowInSight row;
    row.entity = entity;
    row.node = make(ir::Op::row, {ir::TypeKind::link, false, entity, {}}, span);
    row.node->variable = 1;
    context.scope.rows.push_back(std::move(row));
  }
  Typed value;
  Typed where;
  if (!source.gate.empty()) {
    value = gated(column);
    if (value && column_of(column).name.ends_with(".numerator")) check_numerator(column);
  } else if (source.composite_part != model::CompositePart::none) {
    value = composite_part(column);
  } else if (source.rate) {
    Typed all;
    const uint32_t counted = model_.program.measures[source.rate->measure].entity;
    all.node = make(ir::Op::all_rows, {ir::TypeKind::collection, false, counted, {}}, span);
    all.node->index = counted;
    value = measure_value(*source.rate, "rate", std::move(all), span);
  } else {
    if (source.applies != ir::none && entity != 0)
      where = field(clone(*context.scope.rows[0].node), source.applies, source.row_condition->span);
    if (where) establish(truth(where));
    const Span of = source.result->measure->span;
    value = result_value(*source.result, source.result_member,
                         {of.file, of.begin, source.result->collection->span.end});
  }
  context_ = &context;
  if (value) {
    finish(column, std::move(value), std::move(where));
    // A count of observations is a whole number, and as a rate a number to all who read it.
    if (source.rate) model_.program.columns[column].type.kind = ir::TypeKind::number;
  } else {
    columns_[column].broken = true;
  }
  context_ = outer;
}

/// The number of a row that observes one; missing elsewhere, with the reason.
Typed Elaborator::Impl::observation(const model::ColumnSource& source) {
  const Span span = source.body->span;
  Typed counted = own_field(source.observed, span);
  Typed within = own_field(source.observed_of, span);
  if (!counted || !within) return {};
  const size_t mark = establish(truth(counted));
  Typed value =
      plain(*source.body, "M108", "cannot be observed: what it counts as is not said", &number_type);
  forget(mark);
  value = coerce(std::move(value), number_type, span, "An observation");
  if (!value) return value;
  const ir::Type type = simple(ir::TypeKind::number, true);
  const auto missing = [&](std::string reason) {
    ir::ExprPtr node = make(ir::Op::missing_value, type, span);
    node->text = std::move(reason);
    return node;
  };
  std::string population = column_of(source.observed_of).name;
  population = population.substr(population.rfind('.') + 1);
  std::replace(population.begin(), population.end(), '_', ' ');
  std::vector<ir::ExprPtr> cases;
  const bool excludes = source.observed != source.observed_of;
  cases.push_back(negated(std::move(within), span).node);
  cases.push_back(missing("not in the " + population));
  if (excludes) {
    cases.push_back(negated(std::move(counted), span).node);
    cases.push_back(missing("excluded"));
  }
  cases.push_back(std::move(value.node));
  Typed result;
  result.node = make(ir::Op::cases, type, span, std::move(cases));
  return result;
}

// --------------------------------------------------------------------------------------- names of a measure

const model::Member* Elaborator::Impl::member_of_scope(uint32_t scope, const std::string& name,
                                                       bool before_dot) const {
  for (; scope != ir::none; scope = model_.scopes[scope].parent) {
    const model::Scope& block = model_.scopes[scope];
    if (block.criteria != ir::none) {
      const auto& criteria = model_.scopes[block.criteria].members;
      if (const auto found = criteria.find(name); found != criteria.end()) return &found->second;
    }
    const auto found = block.members.find(name);
    if (found == block.members.end()) continue;
    if (found->second.kind == model::Member::Kind::scope && !before_dot) continue;
    return &found->second;
  }
  return nullptr;
}

/// What a name means on a row: a name of the measure that is being said of it, else one of its entity.
const model::Member* Elaborator::Impl::member_of_sight(const RowInSight& row, const std::string& name,
                                                       Span span) const {
  if (row.scope != ir::none) {
    if (const model::Member* own = member_of_scope(row.scope, name, span == namespace_span_)) return own;
  }
  return member_of(row.entity, name);
}

Typed Elaborator::Impl::scope_alone(uint32_t scope, Span span) {
  const model::Scope& block = model_.scopes[scope];
  std::vector<std::string> names;
  for (const auto& [name, member] : block.members) {
    if (member.kind == model::Member::Kind::column || member.kind == model::Member::Kind::scope)
      names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  std::string list;
  for (const std::string& name : names) {
    if (name != "criteria") list += (list.empty() ? "`" : ", `") + block.path + "." + name + "`";
  }
  std::string what = block.measure != ir::none ? "a measure" : "the result of a measure";
  if (block.path.ends_with(".criteria")) what = "the criteria of a measure";
  error("G607", span, "`" + text(span) + "` is " + what + ", which has several values.",
        "Say which: " + list + ".");
  return {};
}

Typed Elaborator::Impl::member_of_measure(Typed object, const ast::Name& name, Span span) {
  const model::Scope& block = model_.scopes[object.scope];
  const auto found = block.members.find(name.text);
  if (found == block.members.end()) {
    if (model::is_reported(model_, block.path)) return {};
    std::vector<std::string> names;
    bool groups = false;
    for (const auto& [each, member] : block.members) {
      names.push_back(each);
      groups = groups || (member.kind == model::Member::Kind::scope && each != "criteria");
    }
    std::sort(names.begin(), names.end());
    std::string help = model::did_you_mean(name.text, names);
    if (help.empty() && groups && ir::enum_named<ir::Population>(name.text))
      help = "Its groups have populations: write `" + block.path + ".GROUP." + name.text + "`.";
    if (help.empty()) {
      for (const std::string& each : names) help += (help.empty() ? "There is " : ", ") + ("`" + each + "`");
      help += ".";
    }
    error("N005", name.span, "`" + block.path + "` has no `" + name.text + "`.", help);
    return {};
  }
  const model::Member& member = found->second;
  if (member.kind == model::Member::Kind::column) {
    const uint32_t entity = column_of(member.index).entity;
    if (entity == 0) {
      object.node = make(ir::Op::row, {ir::TypeKind::link, false, 0, {}}, span);
      object.node->variable = 0;
    } else if (object.type().target != entity) {
      return measure_of_other_rows(block, name, entity, span);
    }
  }
  object.scope = ir::none;
  return use_member(member, name.text, std::move(object), span);
}

Typed Elaborator::Impl::measure_of_other_rows(const model::Scope& block, const ast::Name& name,
                                              uint32_t entity, Span span) {
  std::string help;
  for (const RowInSight& row : context_->scope.rows) {
    if (const auto path = path_between(row.entity, entity))
      help = "Write `" + *path + "." + block.path + "." + name.text + "`.";
  }
  if (help.empty()) {
    help = "Count the " + plural(entity) + ": `count of (all " + plural(entity) + " where " + block.path +
           "." + name.text + ")`, or ask for `rate of " + block.path + " over …`.";
  }
  error("N003", span,
        "`" + block.path + "." + name.text + "` is said of each " + entity_name(entity) +
            ", and there is no current " + entity_name(entity) + " here.",
        help);
  return {};
}

// ----------------------------------------------------------------------------------------- over many rows

/// The rows that a measure counts: the ones given, or those that belong to them.
Typed Elaborator::Impl::rows_counted(Typed rows, uint32_t entity, const std::string& measure, Span span) {
  struct Way {
    uint32_t entity;
    std::vector<uint32_t> links;  // from the owner's side
  };

  std::vector<Way> ways = {{entity, {}}};
  std::vector<Way> found;
  for (size_t i = 0; i < ways.size(); ++i) {
    if (ways[i].entity == rows.type().target) {
      found.push_back(ways[i]);
      continue;
    }
    if (ways[i].links.size() == longest_way) continue;
    if (!found.empty() && ways[i].links.size() >= found.front().links.size()) continue;
    const Way here = ways[i];
    for (const uint32_t column : model_.program.entities[here.entity].columns) {
      if (!is_way(column)) continue;
      Way next = here;
      next.entity = column_of(column).type.target;
      next.links.insert(next.links.begin(), column);
      ways.push_back(std::move(next));
    }
  }
  std::erase_if(found, [&](const Way& way) { return way.links.size() > found.front().links.size(); });
  if (found.size() != 1) {
    error("G608", span,
          "`" + measure + "` counts " + plural(entity) + ", and " +
              (found.empty() ? plural(rows.type().target) + " have none."
                             : "which of those belong to " + plural(rows.type().target) +
                                   " is said by more than one link."),
          "Name the " + plural(entity) + " themselves after `over`.");
    return {};
  }
  for (const uint32_t link : found.front().links) {
    std::vector<ir::ExprPtr> args;
    args.push_back(std::move(rows.node));
    rows.node = make(ir::Op::reverse_each, {ir::TypeKind::collection, false, column_of(link).entity, {}},
                     span, std::move(args));
    rows.node->index = link;
  }
  return rows;
}

/// Those of the rows for which a boolean column holds.
Typed Elaborator::Impl::rows_where(const Typed& rows, uint32_t column, Span span) {
  Typed result;
  ir::ExprPtr row = make(ir::Op::row, {ir::TypeKind::link, false, rows.type().target, {}}, span);
  row->variable = context_->next_variable++;
  const uint32_t variable = row->variable;
  Typed condition = field(std::move(row), column, span);
  if (!condition) return {};
  std::vector<ir::ExprPtr> args;
  args.push_back(clone(*rows.node));
  args.push_back(std::move(condition.node));
  result.node = make(ir::Op::filter, rows.type(), span, std::move(args));
  result.node->variable = variable;
  return result;
}

Typed Elaborator::Impl::count_where(const Typed& rows, uint32_t column, Span span) {
  Typed found = rows_where(rows, column, span);
  if (!found) return {};
  Typed result;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(found.node));
  result.node = make(ir::Op::aggregate, integer_type, span, std::move(args));
  result.node->mode = static_cast<uint8_t>(ir::AggregateMode::count);
  result.node->variable = context_->next_variable++;
  return result;
}

/// The observations of some rows, put together.
Typed Elaborator::Impl::observed(const Typed& rows, const ir::MeasureObservation& observation,
                                 uint32_t counted, Span span) {
  if (observation.aggregate == ir::AggregateMode::count) return count_where(rows, counted, span);
  Typed found = rows_where(rows, counted, span);
  if (!found) return {};
  ir::ExprPtr row = make(ir::Op::row, {ir::TypeKind::link, false, rows.type().target, {}}, span);
  row->variable = context_->next_variable++;
  const uint32_t variable = row->variable;
  Typed value = field(std::move(row), observation.value, span);
  if (!value) return {};
  value.node->type.optional = false;  // whoever is counted observes a number
  ir::Type type = value.type();
  if (observation.aggregate == ir::AggregateMode::average ||
      observation.aggregate == ir::AggregateMode::median)
    type = number_type;
  type.optional = observation.aggregate != ir::AggregateMode::sum;
  Typed result;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(found.node));
  args.push_back(std::move(value.node));
  result.node = make(ir::Op::aggregate, type, span, std::move(args));
  result.node->mode = static_cast<uint8_t>(observation.aggregate);
  result.node->variable = variable;
  return result;
}

/// The upper or the lower number of a rate.
Typed Elaborator::Impl::side_of_rate(const model::MeasureValue& of, bool upper, const Typed& rows,
                                     Span span) {
  const ir::Measure& measure = model_.program.measures[of.measure];
  Typed result;
  for (uint32_t i = 0; i < measure.groups.size(); ++i) {
    if (of.group != ir::none && of.group != i) continue;
    const model::MeasureGroup& group = model_.measures[of.measure].groups[i];
    const uint32_t counted = upper ? group.met : group.counted;
    Typed side;
    const auto& observations = measure.groups[i].observations;
    const auto found = std::find_if(observations.begin(), observations.end(), [&](const auto& each) {
      return each.of == (upper ? ir::Population::numerator : ir::Population::denominator);
    });
    // Explained by the words of the measure.
    const Span here = column_of(found == observations.end() ? counted : found->value).span;
    side = found == observations.end() ? count_where(rows, counted, here)
                                       : observed(rows, *found, counted, here);
    if (!side) return {};
    ir::Type type = side.type();
    if (result) {
      type = *common_type(result.type(), type);
      type.optional = result.type().optional || side.type().optional;
    }
    result = result ? lifted(ir::Op::add, type, span, std::move(result), std::move(side)) : std::move(side);
  }
  return result;
}

/// upper / lower; missing where the lower one is 0.
Typed Elaborator::Impl::divided(Typed upper, Typed lower, std::string reason, Span span) {
  const ir::Type type = simple(ir::TypeKind::number, true);
  std::vector<ir::ExprPtr> sides;
  ir::ExprPtr divisor = clone(*lower.node);
  if (divisor->type.optional) {
    ir::Type known = divisor->type;
    known.optional = false;
    std::vector<ir::ExprPtr> args;
    args.push_back(std::move(divisor));
    args.push_back(constant(Value::of_number(Number(0)), integer_type, span));
    divisor = make(ir::Op::if_missing, known, span, std::move(args));
  }
  sides.push_back(std::move(divisor));
  sides.push_back(constant(Value::of_number(Number(0)), integer_type, span));
  std::vector<ir::ExprPtr> cases;
  cases.push_back(make(ir::Op::equal, boolean_type, span, std::move(sides)));
  cases.push_back(make(ir::Op::missing_value, type, span));
  cases.back()->text = std::move(reason);
  const ir::Type quotient = simple(ir::TypeKind::number, upper.type().optional || lower.type().optional);
  cases.push_back(lifted(ir::Op::divide, quotient, span, std::move(upper), std::move(lower)).node);
  Typed result;
  result.node = make(ir::Op::cases, type, span, std::move(cases));
  return result;
}

/// The average of the components' rates by weight, of those that have one.
Typed Elaborator::Impl::weighted_rate(const ir::Measure& composite, const Typed& rows, Span span) {
  Typed points;
  Typed weights;
  for (const ir::MeasureComponent& component : composite.components) {
    Typed copy;
    copy.node = clone(*rows.node);
    Typed rate = measure_value({component.measure, component.group}, "rate", std::move(copy), span);
    if (!rate) return {};
    const auto number = [&](const Number& value) {
      Typed made;
      made.node = constant(Value::of_number(value), number_type, span);
      return made;
    };
    const ir::Type optional = simple(ir::TypeKind::number, true);
    std::vector<ir::ExprPtr> asked;
    asked.push_back(clone(*rate.node));
    std::vector<ir::ExprPtr> cases;
    cases.push_back(make(ir::Op::is_known, boolean_type, span, std::move(asked)));
    cases.push_back(number(component.weight).node);
    cases.push_back(number(Number(0)).node);
    Typed weight;
    weight.node = make(ir::Op::cases, number_type, span, std::move(cases));
    if (model_.program.measures[component.measure].lower_is_better != composite.lower_is_better)
      rate = lifted(ir::Op::subtract, optional, span, number(Number(1)), std::move(rate));
    rate = lifted(ir::Op::multiply, optional, span, number(component.weight), std::move(rate));
    std::vector<ir::ExprPtr> counts;
    counts.push_back(std::move(rate.node));
    counts.push_back(number(Number(0)).node);
    rate.node = make(ir::Op::if_missing, number_type, span, std::move(counts));
    points =
        points ? lifted(ir::Op::add, number_type, span, std::move(points), std::move(rate)) : std::move(rate);
    weights = weights ? lifted(ir::Op::add, number_type, span, std::move(weights), std::move(weight))
                      : std::move(weight);
  }
  return divided(std::move(points), std::move(weights), "no component of " + composite.name + " has a rate",
                 span);
}

/// One value of a measure over rows: a population's count, `rate`, or a side of the rate ("numerator of").
Typed Elaborator::Impl::measure_value(const model::MeasureValue& of, const std::string& member, Typed rows,
                                      Span span) {
  const ir::Measure& measure = model_.program.measures[of.measure];
  std::string name = measure.name;
  if (of.group != ir::none && !measure.groups[of.group].name.empty())
    name += "." + measure.groups[of.group].name;
  if (model::is_reported(model_, measure.name) || measure.groups.empty()) return {};
  rows = rows_counted(std::move(rows), measure.entity, name, span);
  if (!rows) return {};
  if (member != "rate" && member != "numerator of" && member != "denominator of") {
    Typed result;
    for (uint32_t i = 0; i < measure.groups.size(); ++i) {
      if (of.group != ir::none && of.group != i) continue;
      for (const ir::MeasurePopulation& population : measure.groups[i].populations) {
        if (ir::name_of(population.kind) != member) continue;
        Typed count = count_where(rows, population.gated, span);
        if (!count) return {};
        result = result ? lifted(ir::Op::add, integer_type, span, std::move(result), std::move(count))
                        : std::move(count);
      }
    }
    return result;
  }
  const bool one_number = measure.scoring == ir::Scoring::continuous_variable;
  const bool weighted = measure.composite == ir::CompositeScoring::weighted;
  if (measure.scoring == ir::Scoring::cohort || ((one_number || weighted) && member != "rate")) {
    const bool cohort = measure.scoring == ir::Scoring::cohort;
    error("G609", span,
          "`" + name + "` is " +
              (cohort       ? "a cohort"
               : one_number ? "a continuous variable"
                            : "an average of rates") +
              ", which has no " + (member == "rate" ? "rate." : member.substr(0, member.find(' ')) + "."),
          cohort ? "Count who is in it: `count of (… where " + name + ".initial_population)`."
                 : "Ask for `rate of " + name + " over …`.");
    return {};
  }
  if (weighted) return weighted_rate(measure, rows, span);
  if (one_number) {
    if (of.group == ir::none && measure.groups.size() > 1) {
      error("G609", span, "`" + name + "` observes another number in each of its groups.",
            "Name one: `rate of " + name + "." + measure.groups[0].name + " over …`.");
      return {};
    }
    const uint32_t group = of.group == ir::none ? 0 : of.group;
    Typed result = observed(rows, measure.groups[group].observations[0],
                            model_.measures[of.measure].groups[group].counted, span);
    if (result) result.node->type.optional = result.type().optional;
    return result;
  }
  if (member != "rate") return side_of_rate(of, member == "numerator of", rows, span);
  Typed upper = side_of_rate(of, true, rows, span);
  Typed lower = side_of_rate(of, false, rows, span);
  if (!upper || !lower) return {};
  return divided(std::move(upper), std::move(lower), "nobody counts in " + name, span);
}

Typed Elaborator::Impl::result_value(const ast::MeasureOver& over, const std::string& member, Span span) {
  const auto of = model::measure_named(model_, *over.measure);
  if (!of) return measure_over(over, span);
  Typed rows = collection(*over.collection);
  if (!rows) return {};
  return measure_value(*of, member, std::move(rows), span);
}

Typed Elaborator::Impl::member_of_result(const ast::MeasureOver& over, const ast::Name& name, Span span) {
  const auto of = model::measure_named(model_, *over.measure);
  if (!of) return measure_over(over, span);
  const std::vector<std::string> values = model::values_of_result(model_, *of);
  if (std::find(values.begin(), values.end(), name.text) == values.end()) {
    std::string list;
    for (const std::string& each : values) list += (list.empty() ? "`" : ", `") + each + "`";
    error("N005", name.span, "A result of `" + text(over.measure->span) + "` has no `" + name.text + "`.",
          "It has " + list + ".");
    return {};
  }
  return result_value(over, name.text, span);
}

Typed Elaborator::Impl::measure_over(const ast::MeasureOver& over, Span span) {
  using What = ast::MeasureOver::What;
  const std::string member = over.what == What::rate        ? "rate"
                             : over.what == What::numerator ? "numerator of"
                                                            : "denominator of";
  const auto of = model::measure_named(model_, *over.measure);
  const std::string what = text(over.measure->span);
  if (over.what == What::result) {
    error("G607", span, "A `result of` has several values.",
          of ? "Give it a name of its own, `outcome = result of " + what +
                   " over …`, and use `outcome.rate`, for example."
             : "It is asked for a measure by its name; for a row of `measure` there is `rate of " + what +
                   " over …`.");
    return {};
  }
  if (of) {
    Typed rows = collection(*over.collection);
    if (!rows) return {};
    return measure_value(*of, member, std::move(rows), span);
  }
  const auto entity = model_.entities.find("measure");
  const auto* name = std::get_if<ast::NameRef>(&over.measure->node);
  const bool unknown = name && !in_scope(name->name) && !model_.entities.contains(name->name);
  if (unknown) {
    if (model::is_reported(model_, name->name)) return {};
    std::vector<std::string> names;
    for (const auto& [each, value] : model_.measure_paths) names.push_back(each);
    std::sort(names.begin(), names.end());
    Diagnostic& diagnostic = error("G610", over.measure->span, "There is no measure `" + what + "`.",
                                   model::did_you_mean(name->name, names));
    if (auto note = model::removal_note(model_, name->name)) diagnostic.notes.push_back(std::move(*note));
    return {};
  }
  Typed row = expr(*over.measure);
  if (!row) return {};
  if (entity == model_.entities.end() || row.type().kind != ir::TypeKind::link ||
      row.type().target != entity->second) {
    error("G610", over.measure->span, "`" + what + "` is " + kind_text(row.type()) + ", and no measure.",
          "Name a measure, or a link to the table `measure`.");
    return {};
  }
  Typed rows = collection(*over.collection);
  if (!rows) return {};
  return measure_of_row(std::move(row), member, std::move(rows), span);
}

/// `rate of measure over C`, where `measure` leads to a row of the table: the measure that the row stands
/// for.
Typed Elaborator::Impl::measure_of_row(Typed row, const std::string& member, Typed rows, Span span) {
  const ir::Type type = simple(ir::TypeKind::number, true);
  const uint32_t table = row.type().target;
  std::vector<ir::ExprPtr> cases;
  const auto missing = [&](std::string reason) {
    ir::ExprPtr node = make(ir::Op::missing_value, type, span);
    node->text = std::move(reason);
    return node;
  };
  ir::ExprPtr link = clone(*row.node);
  if (link->type.optional) {
    std::vector<ir::ExprPtr> asked;
    asked.push_back(clone(*row.node));
    cases.push_back(make(ir::Op::is_missing, boolean_type, span, std::move(asked)));
    cases.push_back(missing("no measure"));
    link = assumed_known(std::move(link));
  }
  const size_t before = cases.size();
  for (uint32_t m = 0; m < model_.program.measures.size(); ++m) {
    const ir::Measure& measure = model_.program.measures[m];
    const bool counted =
        path_between(measure.entity, rows.type().target).has_value() || measure.entity == rows.type().target;
    const bool sides = member == "rate" || (measure.scoring != ir::Scoring::continuous_variable &&
                                            measure.composite != ir::CompositeScoring::weighted);
    if (!counted || !sides || measure.scoring == ir::Scoring::cohort) continue;
    for (uint32_t g = 0; g < measure.groups.size(); ++g) {
      const std::string& group = measure.groups[g].name;
      const auto found = model_.row_names[table].find(measure.name + (group.empty() ? "" : "_" + group));
      if (found == model_.row_names[table].end()) continue;
      Typed copy;
      copy.node = clone(*rows.node);
      Typed value = measure_value({m, g}, member, std::move(copy), span);
      if (!value) return {};
      std::vector<ir::ExprPtr> sides_of;
      sides_of.push_back(clone(*link));
      sides_of.push_back(
          constant(Value::of_row(found->second), {ir::TypeKind::link, false, table, {}}, span));
      cases.push_back(make(ir::Op::equal, boolean_type, span, std::move(sides_of)));
      cases.push_back(std::move(value.node));
    }
  }
  if (cases.size() == before) {
    error("G608", span, "No measure of this program counts " + plural(rows.type().target) + ".",
          "`rate of` is for declared measures: `measure NAME for each " + entity_name(rows.type().target) +
              ":`.");
    return {};
  }
  cases.push_back(missing(member == "rate" ? "no measure that counts " + plural(rows.type().target)
                                           : "no measure with a " + member.substr(0, member.find(' '))));
  Typed result;
  result.node = make(ir::Op::cases, type, span, std::move(cases));
  return result;
}

}  // namespace merit
