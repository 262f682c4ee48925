// Columns: their bodies on demand, their types, the conditions on their rows, cycles.
#include "compiler/lower/elaborate.h"

#include <algorithm>
#include <thread>

#include "compiler/lower/elaborate_impl.h"

namespace merit {

namespace {

/// Definitions that mention one another in a long chain nest as deeply as the chain is long; from so many on,
/// the rest of the chain gets a stack of its own.
constexpr size_t definitions_on_one_stack = 100;

/// `eligible`, `score is known`, and several of them joined by `and`: what facts express by themselves.
bool is_simple(const ast::Expr& condition) {
  if (std::holds_alternative<ast::NameRef>(condition.node)) return true;
  if (const auto* unary = std::get_if<ast::Unary>(&condition.node))
    return unary->op == ast::UnaryOp::is_known;
  if (const auto* binary = std::get_if<ast::Binary>(&condition.node)) {
    return binary->op == ast::BinaryOp::logical_and && is_simple(*binary->left) && is_simple(*binary->right);
  }
  return false;
}

}  // namespace

Elaborator::Elaborator(model::Model& model, Diagnostics& diagnostics)
    : impl_(std::make_unique<Impl>(model, diagnostics)) {}

Elaborator::~Elaborator() = default;

void Elaborator::column(uint32_t column) {
  impl_->column(column, impl_->column_of(column).span);
}

void Elaborator::functions() {
  impl_->functions();
}

Elaborator::Impl::Impl(model::Model& model, Diagnostics& diagnostics)
    : model_(model), diagnostics_(diagnostics) {
  for (const model::ColumnSource& source : model.column_sources) {
    if (source.row_condition && !is_simple(*source.row_condition)) general_conditions_ = true;
  }
  for (const model::Function& function : model.functions) {
    if (function.row_condition && !is_simple(*function.row_condition)) general_conditions_ = true;
  }
}

void Elaborator::Impl::column(uint32_t column, Span mention, bool before) {
  if (columns_.size() < model_.program.columns.size()) columns_.resize(model_.program.columns.size());
  if (columns_[column].state == ColumnInfo::State::done) return;
  if (columns_[column].state == ColumnInfo::State::in_progress) {
    report_cycle(column, mention, before);
    return;
  }
  const bool written = column < model_.column_sources.size() && model_.column_sources[column].is_written();
  const uint32_t group = written ? ir::none : group_with_column(column);
  const bool of_parts =
      !written && column < model_.column_sources.size() && !model_.column_sources[column].part_values.empty();
  if (!written && group == ir::none && !of_parts) {
    columns_[column].state = ColumnInfo::State::done;
    columns_[column].optional_inside = column_of(column).type.optional;
    return;
  }
  columns_[column].state = ColumnInfo::State::in_progress;
  in_progress_.push_back({column, mention, before});
  const auto elaborate = [&] {
    if (of_parts)
      union_column(column);
    else
      written ? (model_.column_sources[column].body ? body(column) : made_body(column))
              : group_column(column, group);
  };
  if (in_progress_.size() % definitions_on_one_stack == 0) {
    std::thread(elaborate).join();
  } else {
    elaborate();
  }
  in_progress_.pop_back();
  columns_[column].state = ColumnInfo::State::done;
}

void Elaborator::Impl::body(uint32_t column) {
  const model::ColumnSource& source = model_.column_sources[column];
  Context context;
  context.column = column;
  context.payment = source.payment;
  context.as_before = source.as_before;
  context.parameter = source.is_parameter;
  const uint32_t entity = column_of(column).entity;
  if (entity != 0) {
    RowInSight row;
    row.entity = entity;
    row.node = make(ir::Op::row, {ir::TypeKind::link, false, entity, {}}, column_of(column).span);
    row.node->variable = 1;
    row.scope = source.scope;
    context.scope.rows.push_back(std::move(row));
  }
  Context* const outer = context_;
  context_ = &context;

  Typed where;
  if (source.applies != ir::none && entity != 0) {
    // The condition on the rows is a column of its own, computed once for all that stands under it.
    where = field(clone(*context.scope.rows[0].node), source.applies, source.row_condition->span);
  } else if (source.row_condition) {
    where = condition(*source.row_condition, "the `where` of a `for each`");
  }
  if (where) establish(truth(where));
  Typed value;
  if (source.is_condition) {
    if (source.is_expectation) context.expectation = source.body;
    value = condition(*source.body, source.is_population ? "a population" : "a condition");
  } else if (source.observed != ir::none) {
    value = observation(source);
  } else {
    std::optional<ir::Type> declared;
    if (source.declared) declared = model::named_type(model_, *source.declared, diagnostics_);
    value = source.is_part ? scalar(*source.body, declared ? &*declared : nullptr)
                           : expr(*source.body, declared ? &*declared : nullptr);
    if (source.is_due)
      value = coerce(std::move(value), {ir::TypeKind::date, true, ir::none, {}}, source.body->span, "`due`");
    if (value && source.declared && !declared) value.node = nullptr;
    if (value && declared) {
      value = coerce(std::move(value), *declared, source.body->span, "`" + column_of(column).name + "`");
      if (value && declared->optional) value.node->type.optional = true;
    } else if (value && value.bare_missing) {
      if (source.paid) {
        ir::Type money;
        money.kind = ir::TypeKind::money;
        money.step = Number(1);
        set_missing_type(*value.node, money);
      } else {
        error("T120", source.body->span,
              "`" + column_of(column).name + "` is always missing, so it does not say of what type it is.",
              "Write the type: `" + column_of(column).name + " : number? = …`.");
        value.node = nullptr;
      }
    }
    if (value && source.paid) check_paid(column, value);
  }
  const bool faulty = source.row_condition && !where;
  context_ = &context;
  if (value && !faulty) {
    finish(column, std::move(value), std::move(where));
  } else {
    columns_[column].broken = true;
  }
  context_ = outer;
}

void Elaborator::Impl::check_paid(uint32_t column, const Typed& value) {
  const model::ColumnSource& source = model_.column_sources[column];
  const std::string name = column_of(column).name;
  const std::string& payment = model_.program.payments[source.payment].name;
  if (value.type().kind != ir::TypeKind::money) {
    error("T116", source.body->span,
          "The last step of the payment `" + payment + "` is what is paid, and `" + text(source.body->span) +
              "` is " + kind_text(value.type()) + ", not an amount of money.",
          "Put the step that is paid last.");
  } else if (!value.type().step) {
    error("T115", source.body->span, "`" + name + "` is paid, and it is not rounded to what can be paid.",
          "Round it where the rule does: `round(" + text(source.body->span) + ", $0.01)`.");
  }
}

Typed Elaborator::Impl::under_row_condition(Typed condition, Typed value, const std::string& outside_reason) {
  const Span span = value.node->span;
  ir::Type type = value.type();
  std::vector<ir::ExprPtr> parts;
  if (type.kind == ir::TypeKind::collection) {
    // Outside there are no rows: the condition, which is the same for all of them, filters them away.
    parts.push_back(std::move(value.node));
    parts.push_back(std::move(condition.node));
    value.node = make(ir::Op::filter, type, span, std::move(parts));
    value.node->variable = context_->next_variable++;
    return value;
  }
  type.optional = true;
  ir::ExprPtr missing = make(ir::Op::missing_value, type, span);
  missing->text = outside_reason;
  parts.push_back(negated(std::move(condition), span).node);
  parts.push_back(std::move(missing));
  parts.push_back(std::move(value.node));
  value.node = make(ir::Op::cases, type, span, std::move(parts));
  return value;
}

void Elaborator::Impl::finish(uint32_t column, Typed value, Typed condition) {
  if (condition && model_.column_sources[column].is_population) {
    // Who is outside is in no population.
    const Span span = value.node->span;
    value = joined(ir::Op::logical_and, std::move(condition), std::move(value), span);
    condition = {};
  }
  ColumnInfo& info = columns_[column];
  info.optional_inside = value.type().optional;
  info.yes = terms_.portable(value.yes);
  info.no = terms_.portable(value.no);
  info.rows = terms_.portable(value.rows);
  if (condition) {
    exact_facts(*condition.node, info.required);
  }
  if (condition && model_.column_sources[column].is_condition) {
    // A condition for some rows holds for the others: it has nothing to say about them.
    const Span span = value.node->span;
    std::vector<ir::ExprPtr> parts;
    parts.push_back(negated(std::move(condition), span).node);
    parts.push_back(std::move(value.node));
    value.node =
        make(ir::Op::logical_or, {ir::TypeKind::boolean, false, ir::none, {}}, span, std::move(parts));
  } else if (condition) {
    value = under_row_condition(std::move(condition), std::move(value),
                                model_.column_sources[column].outside_reason);
  }
  ir::Column& target = model_.program.columns[column];
  target.type = value.type();
  if (target.type.kind == ir::TypeKind::codes) target.type.optional = value.node->type.optional = false;
  if (const ast::TypeName* declared = model_.column_sources[column].declared) {
    // A whole number in a column written as `number` is a number to all who read it.
    if (target.type.kind == ir::TypeKind::integer && declared->name.text == "number") {
      target.type.kind = ir::TypeKind::number;
    }
  }
  target.body = std::move(value.node);
}

void Elaborator::Impl::report_cycle(uint32_t column, Span mention, bool before) {
  std::vector<Step> cycle(std::find_if(in_progress_.begin(), in_progress_.end(),
                                       [&](const Step& step) { return step.column == column; }),
                          in_progress_.end());
  cycle.front().mention = mention;
  cycle.front().before = before;
  bool reported = true;
  for (const Step& step : cycle) {
    reported = reported && columns_[step.column].broken;
    columns_[step.column].broken = true;
  }
  if (reported) return;
  if (const auto back =
          std::find_if(cycle.begin(), cycle.end(), [](const Step& step) { return step.before; });
      back != cycle.end()) {
    const std::string name = column_of(back->column).name;
    error("C103", back->mention,
          "`" + name +
              "` is needed on the row before to compute it on this one, and of what type it is can "
              "then not be found out.",
          "Write its type where it is defined: `" + name + " : money = …`.");
    return;
  }
  // Whatever was asked for first, the message starts at the definition that stands first.
  const auto first = std::min_element(cycle.begin(), cycle.end(), [&](const Step& a, const Step& b) {
    const Span x = column_of(a.column).span;
    const Span y = column_of(b.column).span;
    return x.file != y.file ? x.file < y.file : x.begin < y.begin;
  });
  std::rotate(cycle.begin(), first, cycle.end());
  const auto name = [&](size_t i) {
    const uint32_t step = cycle[i % cycle.size()].column;
    // What the compiler made has no name that the author knows.
    if (column_of(step).hidden) return "`" + text(model_.column_sources[step].body->span) + "`";
    return "`" + ir::qualified_name(model_.program, step) + "`";
  };
  std::string message = name(0) + " is defined by itself";
  if (cycle.size() > 1) {
    message += ": " + name(0) + " needs " + name(1);
    for (size_t i = 1; i < cycle.size(); ++i) message += ", " + name(i) + " needs " + name(i + 1);
  }
  Diagnostic& diagnostic =
      error("C101", column_of(cycle[0].column).span, message + ".",
            "Definitions may not go round in a circle: one of them has to be said without the others.");
  for (size_t i = 0; i < cycle.size(); ++i) {
    diagnostic.notes.push_back(
        {cycle[(i + 1) % cycle.size()].mention, name(i) + " needs " + name(i + 1) + " here"});
  }
}

void Elaborator::Impl::functions() {
  function_called_.resize(model_.functions.size());
  for (uint32_t function = 0; function < model_.functions.size(); ++function) {
    if (!function_called_[function]) check_function(function);
  }
}

uint32_t Elaborator::Impl::group_with_column(uint32_t column) const {
  for (uint32_t entity = 0; entity < model_.groups.size(); ++entity) {
    const model::Group& group = model_.groups[entity];
    if (group.value && (group.key == column || group.link == column)) return entity;
  }
  return ir::none;
}

/// The key of a group, or its members' link to it: by the value that the members are grouped by.
void Elaborator::Impl::group_column(uint32_t column, uint32_t entity) {
  const model::Group& group = model_.groups[entity];
  ir::Entity& groups = model_.program.entities[entity];
  if (column == group.link) {
    this->column(group.key, group.value->span);
    columns_[column].broken = columns_[group.key].broken;
    if (columns_[column].broken) return;
    // Who has no value to be grouped by, or is not among those that are grouped, has no group.
    const auto* name = std::get_if<ast::NameRef>(&group.collection->node);
    const bool everybody = std::holds_alternative<ast::All>(group.collection->node) ||
                           (name && model_.plurals.contains(name->name));
    const bool optional = groups.group_value->type.optional || !everybody;
    model_.program.columns[column].type.optional = optional;
    columns_[column].optional_inside = optional;
    return;
  }
  Context context;
  Context* const outer = context_;
  context_ = &context;
  Typed members = collection(*group.collection);
  Typed value;
  if (members) {
    see_member(group.members, group.value->span);
    establish(terms_.replace_row(members.rows, item_variable, terms_.row(1)));
    value = scalar(*group.value);
    if (value && value.bare_missing) value.node = nullptr;
  }
  context_ = outer;
  columns_[column].broken = !value;
  if (!value) return;
  const ir::TypeKind kind = value.type().kind;
  if (kind == ir::TypeKind::duration || is_period(kind) || kind == ir::TypeKind::datetime ||
      kind == ir::TypeKind::codes || kind == ir::TypeKind::quantity) {
    error("T105", group.value->span,
          "`" + text(group.value->span) + "` is " + kind_text(value.type()) +
              ", and no group can have that as its key.",
          kind == ir::TypeKind::datetime
              ? "Group by its day: `date of " + text(group.value->span) + "`."
              : "Group by text, a number, an amount, a date, a row or a value of an enumeration.");
    columns_[column].broken = true;
    return;
  }
  model_.program.columns[column].type = value.type();
  model_.program.columns[column].type.optional = false;
  groups.group_members = std::move(members.node);
  groups.group_value = std::move(value.node);
}

void Elaborator::Impl::see_member(uint32_t entity, Span span) {
  RowInSight row;
  row.entity = entity;
  row.node = make(ir::Op::row, {ir::TypeKind::link, false, entity, {}}, span);
  row.node->variable = 1;
  context_->scope.rows.push_back(std::move(row));
}

}  // namespace merit
