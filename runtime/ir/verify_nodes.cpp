#include "runtime/ir/verify_nodes.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/ir/json.h"
#include "runtime/ir/ops.h"
#include "runtime/values/ucum.h"

namespace merit::ir {

namespace {

using K = TypeKind;

// Evaluators keep the rows of a body's variables in an array.
constexpr uint32_t max_variable = 65'535;

bool is_numeric(const Type& type) {
  return type.kind == K::integer || type.kind == K::number;
}

bool is_amount(const Type& type) {
  return is_numeric(type) || type.kind == K::money;
}

bool is_time(const Type& type) {
  return type.kind == K::date || type.kind == K::datetime;
}

/// Of dates, or of datetimes.
bool is_days(const Type& type) {
  return type.kind == K::date || type.kind == K::period;
}

bool is_instants(const Type& type) {
  return type.kind == K::datetime || type.kind == K::datetime_period;
}

class Checker {
 public:
  Checker(const Program& program, std::vector<Bound> variables)
      : program_(program), variables_(std::move(variables)) {}

  std::string run(const Expr& root, const std::string& name) {
    if (node(root, 0)) return {};
    return fmt::format("`{}#{}` ({}) {}.", name, culprit_, info(culprit_op_).name, problem_);
  }

 private:
  bool fail(const Expr& node, std::string problem) {
    if (!failed_) {
      failed_ = true;
      culprit_ = position_of(node);
      culprit_op_ = node.op;
      problem_ = std::move(problem);
    }
    return false;
  }

  // Nodes are counted as they are met, which is the order of their numbers.
  uint32_t position_of(const Expr& node) const {
    for (const auto& [open, number] : open_) {
      if (open == &node) return number;
    }
    return 0;
  }

  bool node(const Expr& expr, uint32_t depth) {
    open_.emplace_back(&expr, next_++);
    const bool sound = node_inside(expr, depth);
    if (!sound) return false;
    open_.pop_back();
    return true;
  }

  bool node_inside(const Expr& expr, uint32_t depth) {
    if (depth > max_depth) return fail(expr, fmt::format("is nested more than {} levels deep", max_depth));
    if (static_cast<size_t>(expr.op) > static_cast<size_t>(Op::aggregate))
      return fail(expr, "is no operation");
    const OpInfo& op = info(expr.op);
    if (!sound_type(program_, expr.type)) return fail(expr, "has an unsound type");
    if (expr.args.size() < op.least || (op.most != none && expr.args.size() > op.most)) {
      return fail(expr, fmt::format("has {} operands", expr.args.size()));
    }
    for (const ExprPtr& arg : expr.args) {
      if (!arg) return fail(expr, "lacks an operand");
    }
    if (op.index == IndexMeaning::column && expr.index >= program_.columns.size()) {
      return fail(expr, "names a column that there is not");
    }
    if (op.index == IndexMeaning::entity && expr.index >= program_.entities.size()) {
      return fail(expr, "names an entity that there is not");
    }
    if (op.index == IndexMeaning::value_set && expr.index >= program_.valuesets.size()) {
      return fail(expr, "names a value set that there is not");
    }
    if (op.mode != ModeMeaning::none && mode_name(op.mode, expr.mode).empty())
      return fail(expr, "has no such mode");
    if (!span_in_files(expr.span)) return fail(expr, "has a place outside its file");
    if (!operands(expr, depth)) return false;
    // Whether a missing operand may be is not held against the result's type: what is established about a
    // whole expression narrows its own type and leaves those of its operands.
    return types(expr);
  }

  bool span_in_files(const Span& span) const {
    if (span.begin > span.end) return false;
    const uint32_t files = program_.files ? program_.files->size() : 1;
    if (span.file >= files) return false;
    return span.file == 0 || span.end <= (*program_.files)[span.file].text.size();
  }

  bool operands(const Expr& expr, uint32_t depth) {
    if (expr.op == Op::largest || expr.op == Op::smallest) return solve_operands(expr, depth);
    if (expr.op != Op::filter && expr.op != Op::aggregate && expr.op != Op::apportion) {
      for (const ExprPtr& arg : expr.args) {
        if (!node(*arg, depth + 1)) return false;
      }
      return true;
    }
    if (!node(*expr.args[0], depth + 1)) return false;
    if (expr.args[0]->type.kind != K::collection) return fail(expr, "has no collection as its first operand");
    if (expr.variable == none) {
      if (expr.args.size() > 1) return fail(expr, "binds no variable to the rows of its collection");
      return true;
    }
    if (expr.variable > max_variable) return fail(expr, "binds a variable with too high a number");
    const auto same = [&](const Bound& bound) { return bound.variable == expr.variable; };
    if (expr.variable < 2 || std::any_of(variables_.begin(), variables_.end(), same)) {
      return fail(expr, fmt::format("binds variable {}, which is bound already", expr.variable));
    }
    variables_.push_back({expr.variable, expr.args[0]->type.target});
    for (size_t i = 1; i < expr.args.size(); ++i) {
      if (!node(*expr.args[i], depth + 1)) return false;
    }
    variables_.pop_back();
    return true;
  }

  bool solve_operands(const Expr& expr, uint32_t depth) {
    for (size_t i = 0; i < 3; ++i) {
      if (!node(*expr.args[i], depth + 1)) return false;
    }
    const auto same = [&](const auto& bound) { return bound.variable == expr.variable; };
    if (expr.variable < 2 || expr.variable > max_variable ||
        std::any_of(variables_.begin(), variables_.end(), same) ||
        std::any_of(unknowns_.begin(), unknowns_.end(), same)) {
      return fail(expr, fmt::format("binds variable {}, which it may not", expr.variable));
    }
    unknowns_.push_back({expr.variable, expr.type});
    if (!node(*expr.args[3], depth + 1)) return false;
    unknowns_.pop_back();
    return true;
  }

  bool solve_types(const Expr& expr) {
    if (!is_amount(expr.type)) return wrong(expr);
    for (size_t i = 0; i < 3; ++i) {
      if (!alike(expr.args[i]->type, expr.type)) return wrong(expr);
    }
    return condition(expr, *expr.args[3]);
  }

  bool bound_type(const Expr& expr) {
    const auto found = std::find_if(unknowns_.begin(), unknowns_.end(),
                                    [&](const Unknown& one) { return one.variable == expr.variable; });
    if (found == unknowns_.end())
      return fail(expr, fmt::format("reads variable {}, which is not bound to a number", expr.variable));
    return require(expr, !expr.type.optional && alike(expr.type, found->type));
  }

  bool apportion_types(const Expr& expr) {
    const Type& row = expr.args[1]->type;
    if (expr.descending.size() + 5 != expr.args.size()) return fail(expr, "has a wrong number of tie keys");
    if (row.kind != K::link || row.target != expr.args[0]->type.target) return wrong(expr);
    const Type& weight = expr.args[4]->type;
    if (weight.optional) return fail(expr, "shares by a weight that may be missing");
    return require(expr, is_amount(expr.type) && alike(expr.args[2]->type, expr.type) &&
                             alike(expr.args[3]->type, expr.type) && is_amount(weight));
  }

  bool wrong(const Expr& expr) { return fail(expr, "has operands or a type that do not fit"); }

  bool require(const Expr& expr, bool condition) { return condition || wrong(expr); }

  static bool is(const Expr& expr, K kind) { return expr.type.kind == kind; }

  static bool arg_is(const Expr& expr, size_t i, K kind) { return expr.args[i]->type.kind == kind; }

  bool condition(const Expr& expr, const Expr& arg) {
    if (arg.type.kind != K::boolean) return fail(expr, "has a condition that is not true or false");
    if (arg.type.optional) return fail(expr, "has a condition that may be missing");
    return true;
  }

  bool conditions(const Expr& expr) {
    for (const ExprPtr& arg : expr.args) {
      if (!condition(expr, *arg)) return false;
    }
    return require(expr, is(expr, K::boolean));
  }

  // All operands and the result of one kind, numbers of both kinds taken together.
  static bool alike(const Type& a, const Type& b) {
    if (is_numeric(a) && is_numeric(b)) return true;
    return a.kind == b.kind && a.target == b.target;
  }

  bool sum_types(const Expr& expr) {
    const Type& a = expr.args[0]->type;
    return require(expr, is_amount(a) && alike(a, expr.args[1]->type) && alike(a, expr.type));
  }

  bool product_types(const Expr& expr) {
    const bool left = arg_is(expr, 0, K::money);
    const bool right = arg_is(expr, 1, K::money);
    if (!is_amount(expr.args[0]->type) || !is_amount(expr.args[1]->type)) return wrong(expr);
    if (expr.op == Op::multiply) {
      return require(expr, !(left && right) && (left || right ? is(expr, K::money) : is_numeric(expr.type)));
    }
    return require(expr, left && !right ? is(expr, K::money) : left == right && is_numeric(expr.type));
  }

  bool extreme_types(const Expr& expr) {
    const Type& first = expr.args[0]->type;
    if (!is_amount(first) && !is_time(first)) return wrong(expr);
    for (const ExprPtr& arg : expr.args) {
      if (!alike(arg->type, expr.type)) return wrong(expr);
    }
    return true;
  }

  bool comparison_types(const Expr& expr) {
    const Type& a = expr.args[0]->type;
    const Type& b = expr.args[1]->type;
    if (!is(expr, K::boolean) || !alike(a, b) || a.kind == K::collection || a.kind == K::quantity)
      return wrong(expr);
    const bool ordered = is_amount(a) || is_time(a) || a.kind == K::text;
    return require(expr, ordered || expr.op == Op::equal || expr.op == Op::not_equal);
  }

  bool range_types(const Expr& expr, size_t ends_from) {
    const auto mode = static_cast<RangeMode>(expr.mode);
    const bool one_end = mode == RangeMode::from_low || mode == RangeMode::under_high;
    if (expr.args.size() != ends_from + (one_end ? 1 : 2)) {
      return fail(expr, fmt::format("has {} operands", expr.args.size()));
    }
    if (expr.op == Op::make_period) {
      const Type& end = expr.args[0]->type;
      for (const ExprPtr& arg : expr.args) {
        if (!is_time(arg->type) || arg->type.kind != end.kind) return wrong(expr);
      }
      return require(expr, is(expr, end.kind == K::date ? K::period : K::datetime_period));
    }
    const Type& value = expr.args[0]->type;
    if (!is_amount(value) && !is_time(value) && value.kind != K::text) return wrong(expr);
    for (const ExprPtr& arg : expr.args) {
      if (!alike(arg->type, value)) return wrong(expr);
    }
    return require(expr, is(expr, K::boolean));
  }

  bool case_types(const Expr& expr) {
    for (size_t i = 0; i + 1 < expr.args.size(); i += 2) {
      if (!condition(expr, *expr.args[i])) return false;
      if (!branch(expr, *expr.args[i + 1])) return false;
    }
    return expr.args.size() % 2 == 0 || branch(expr, *expr.args.back());
  }

  bool branch(const Expr& expr, const Expr& value) {
    if (value.type.kind == K::collection || !alike(value.type, expr.type)) return wrong(expr);
    return true;
  }

  bool period_relation_types(const Expr& expr) {
    const Type& a = expr.args[0]->type;
    const Type& b = expr.args[1]->type;
    return require(expr, is(expr, K::boolean) &&
                             ((is_days(a) && is_days(b)) || (is_instants(a) && is_instants(b))));
  }

  bool field_types(const Expr& expr) {
    const Column& column = program_.columns[expr.index];
    if (!arg_is(expr, 0, K::link) || expr.args[0]->type.target != column.entity) {
      return fail(expr, fmt::format("reads `{}` of something else than a row of its entity",
                                    qualified_name(program_, expr.index)));
    }
    return require(expr, expr.type.kind == column.type.kind && expr.type.target == column.type.target);
  }

  bool lookup_types(const Expr& expr) {
    const Entity& entity = program_.entities[expr.index];
    if (entity.keys.size() != expr.args.size())
      return fail(expr, fmt::format("has {} operands", expr.args.size()));
    for (size_t i = 0; i < expr.args.size(); ++i) {
      const Column& key = program_.columns[entity.keys[i]];
      if (!alike(expr.args[i]->type, key.ranges ? key.ranges->type : key.type)) return wrong(expr);
    }
    return require(expr, is(expr, K::link) && expr.type.target == expr.index);
  }

  bool collection_types(const Expr& expr) {
    if (!is(expr, K::collection) || expr.type.optional) return wrong(expr);
    if (expr.op == Op::all_rows) return require(expr, expr.type.target == expr.index);
    const Expr& from = *expr.args[0];
    if (expr.op == Op::filter) {
      return condition(expr, *expr.args[1]) && require(expr, from.type.target == expr.type.target);
    }
    const Column& link = program_.columns[expr.index];
    if (link.type.kind != K::link) return fail(expr, "goes by a column that is no link");
    const uint32_t source = expr.op == Op::targets ? link.entity : link.type.target;
    const uint32_t result = expr.op == Op::targets ? link.type.target : link.entity;
    const K operand = expr.op == Op::reverse ? K::link : K::collection;
    return require(expr,
                   from.type.kind == operand && from.type.target == source && expr.type.target == result);
  }

  bool aggregate_types(const Expr& expr) {
    const auto mode = static_cast<AggregateMode>(expr.mode);
    const size_t operands = expr.args.size();
    if (mode != AggregateMode::first && mode != AggregateMode::list && !is_rank(mode) &&
        !expr.descending.empty())
      return fail(expr, "has order keys");
    switch (mode) {
    case AggregateMode::count:
    case AggregateMode::exists:
    case AggregateMode::none:
      if (operands != 1) return fail(expr, fmt::format("has {} operands", operands));
      return require(expr, is(expr, mode == AggregateMode::count ? K::integer : K::boolean));
    case AggregateMode::every:
      if (operands != 2) return fail(expr, fmt::format("has {} operands", operands));
      return condition(expr, *expr.args[1]) && require(expr, is(expr, K::boolean));
    case AggregateMode::the:
      if (operands != 1) return fail(expr, fmt::format("has {} operands", operands));
      return require(expr, is(expr, K::link) && expr.type.target == expr.args[0]->type.target);
    case AggregateMode::first:
      if (expr.descending.size() + 1 != operands) return fail(expr, "has a wrong number of order keys");
      return require(expr, is(expr, K::link) && expr.type.target == expr.args[0]->type.target);
    case AggregateMode::list:
      if (operands < 2 || expr.descending.size() + 2 != operands)
        return fail(expr, "has a wrong number of order keys");
      return require(expr,
                     is(expr, K::text) && expr.args[1]->type.kind == K::text && !expr.args[1]->type.optional);
    case AggregateMode::days_covered:
      if (operands != 2) return fail(expr, fmt::format("has {} operands", operands));
      return require(expr, is_numeric(expr.type) && expr.args[1]->type.kind == K::period &&
                               !expr.args[1]->type.optional);
    case AggregateMode::previous: {
      if (operands != 4) return fail(expr, fmt::format("has {} operands", operands));
      const Type& own = expr.args[2]->type;
      return require(expr, is(expr, K::link) && expr.type.optional && own.kind == K::link && !own.optional &&
                               expr.type.target == expr.args[0]->type.target &&
                               own.target == expr.type.target &&
                               alike(expr.args[1]->type, expr.args[3]->type));
    }
    case AggregateMode::rank_best:
    case AggregateMode::rank_average:
    case AggregateMode::rank_by: return rank_types(expr);
    default: break;
    }
    const bool with_second = is_weighted(mode) || is_percentile(mode);
    if (operands != (with_second ? 3 : 2)) return fail(expr, fmt::format("has {} operands", operands));
    const Type& value = expr.args[1]->type;
    if (with_second) {
      const Type& second = expr.args[2]->type;
      if (second.optional || !is_numeric(second)) return wrong(expr);
    }
    const bool variance = is_spread(mode) && !is_deviation(mode);
    if (variance && !is_numeric(value)) return wrong(expr);
    if (value.optional) return fail(expr, "aggregates a value that may be missing");
    const bool extreme = mode == AggregateMode::minimum || mode == AggregateMode::maximum;
    return require(expr, (is_amount(value) || (extreme && is_time(value))) && alike(value, expr.type));
  }

  bool rank_types(const Expr& expr) {
    const size_t operands = expr.args.size();
    if (operands < 3) return fail(expr, fmt::format("has {} operands", operands));
    if (expr.descending.size() + 2 != operands) return fail(expr, "has a wrong number of order keys");
    const Type& value = expr.args[1]->type;
    const Type& own = expr.args[2]->type;
    if (value.optional || (!is_amount(value) && !is_time(value))) return wrong(expr);
    if (own.kind != K::link || own.target != expr.args[0]->type.target) return wrong(expr);
    const bool by_keys = static_cast<AggregateMode>(expr.mode) == AggregateMode::rank_by;
    return require(expr, is_numeric(expr.type) && (by_keys || operands == 3));
  }

  bool row_type(const Expr& expr) {
    const auto found = std::find_if(variables_.begin(), variables_.end(),
                                    [&](const Bound& bound) { return bound.variable == expr.variable; });
    if (found == variables_.end())
      return fail(expr, fmt::format("reads variable {}, which is not bound", expr.variable));
    return require(expr, is(expr, K::link) && !expr.type.optional && expr.type.target == found->entity);
  }

  bool types(const Expr& expr) {
    switch (expr.op) {
    case Op::constant:
      return require(expr, expr.value.is_known() && is_of_type(program_, expr.value, expr.type));
    case Op::missing_value:
      return require(expr, (expr.type.optional || is(expr, K::codes)) && !is(expr, K::collection));
    case Op::row: return row_type(expr);
    case Op::field: return field_types(expr);
    case Op::lookup: return lookup_types(expr);
    case Op::negate:
    case Op::absolute: return require(expr, is_amount(expr.type) && alike(expr.args[0]->type, expr.type));
    case Op::add:
    case Op::subtract: return sum_types(expr);
    case Op::multiply:
    case Op::divide: return product_types(expr);
    case Op::power:
      return require(expr, is_numeric(expr.type) && is_numeric(expr.args[0]->type) &&
                               is_numeric(expr.args[1]->type));
    case Op::round:
      return require(expr, is_amount(expr.args[0]->type) && is_amount(expr.args[1]->type) &&
                               alike(expr.args[0]->type, expr.type));
    case Op::minimum_of:
    case Op::maximum_of:
    case Op::minimum_of_known:
    case Op::maximum_of_known: return extreme_types(expr);
    case Op::floor:
    case Op::ceiling:
      return require(expr, is_amount(expr.args[0]->type) && alike(expr.args[0]->type, expr.type));
    case Op::square_root:
    case Op::exponential:
    case Op::logarithm: return require(expr, is_numeric(expr.args[0]->type) && is_numeric(expr.type));
    case Op::equal:
    case Op::not_equal:
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal: return comparison_types(expr);
    case Op::in_range: return range_types(expr, 1);
    case Op::logical_not:
    case Op::logical_and:
    case Op::logical_or: return conditions(expr);
    case Op::at_least:
      if (expr.index > expr.args.size()) return fail(expr, "asks for more conditions than it has");
      return conditions(expr);
    case Op::is_missing:
    case Op::is_known:
      return require(expr, is(expr, K::boolean) && !expr.type.optional && !arg_is(expr, 0, K::collection));
    case Op::if_missing:
      return branch(expr, *expr.args[1]) && require(expr, alike(expr.args[0]->type, expr.type));
    case Op::cases: return case_types(expr);
    case Op::add_duration:
      return require(expr,
                     is_time(expr.type) && arg_is(expr, 0, expr.type.kind) && arg_is(expr, 1, K::duration));
    case Op::negate_duration: return require(expr, is(expr, K::duration) && arg_is(expr, 0, K::duration));
    case Op::scale_duration:
      return require(expr,
                     is(expr, K::duration) && arg_is(expr, 0, K::integer) && arg_is(expr, 1, K::duration));
    case Op::days_between:
    case Op::whole_months_between:
    case Op::whole_years_between:
      return require(expr, is_numeric(expr.type) && arg_is(expr, 0, K::date) && arg_is(expr, 1, K::date));
    case Op::date_year:
    case Op::date_month:
    case Op::date_day: return require(expr, is_numeric(expr.type) && arg_is(expr, 0, K::date));
    case Op::make_period: return range_types(expr, 0);
    case Op::period_start:
    case Op::period_end:
      return require(expr, (is(expr, K::date) && arg_is(expr, 0, K::period)) ||
                               (is(expr, K::datetime) && arg_is(expr, 0, K::datetime_period)));
    case Op::period_length: return require(expr, is_numeric(expr.type) && arg_is(expr, 0, K::period));
    case Op::in_period:
      if (!arg_is(expr, 1, K::period) && !arg_is(expr, 1, K::datetime_period)) return wrong(expr);
      return period_relation_types(expr);
    case Op::date_of:
      return require(expr, (is(expr, K::date) && arg_is(expr, 0, K::datetime)) ||
                               (is(expr, K::period) && arg_is(expr, 0, K::datetime_period)));
    case Op::period_has_start:
    case Op::period_has_end:
      return require(expr, is(expr, K::boolean) &&
                               (arg_is(expr, 0, K::period) || arg_is(expr, 0, K::datetime_period)));
    case Op::common_part:
      return require(expr, (is(expr, K::period) || is(expr, K::datetime_period)) &&
                               arg_is(expr, 0, expr.type.kind) && arg_is(expr, 1, expr.type.kind));
    case Op::whole_days_between:
    case Op::whole_hours_between:
    case Op::whole_minutes_between:
      return require(expr,
                     is_numeric(expr.type) && arg_is(expr, 0, K::datetime) && arg_is(expr, 1, K::datetime));
    case Op::to_datetime:
      return require(expr, (is(expr, K::datetime) && arg_is(expr, 0, K::date)) ||
                               (is(expr, K::datetime_period) && arg_is(expr, 0, K::period)));
    case Op::overlaps:
    case Op::before:
    case Op::after: return period_relation_types(expr);
    case Op::in_value_set:
      return require(expr, is(expr, K::boolean) && !expr.type.optional && arg_is(expr, 0, K::codes));
    case Op::in_unit: {
      // That there is no way to the unit makes it missing, whatever its operand.
      return require(expr, is(expr, K::number) && arg_is(expr, 0, K::quantity) &&
                               ucum::parse(expr.text).has_value());
    }
    case Op::all_rows:
    case Op::reverse:
    case Op::reverse_each:
    case Op::targets:
    case Op::filter: return collection_types(expr);
    case Op::bound: return bound_type(expr);
    case Op::largest:
    case Op::smallest: return solve_types(expr);
    case Op::apportion: return apportion_types(expr);
    case Op::aggregate: return aggregate_types(expr);
    }
    return wrong(expr);
  }

  const Program& program_;

  /// A variable that is a number, not a row.
  struct Unknown {
    uint32_t variable;
    Type type;
  };

  std::vector<Bound> variables_;
  std::vector<Unknown> unknowns_;
  std::vector<std::pair<const Expr*, uint32_t>> open_;
  uint32_t next_ = 0;
  bool failed_ = false;
  uint32_t culprit_ = 0;
  Op culprit_op_ = Op::constant;
  std::string problem_;
};

}  // namespace

std::string verify_expression(const Program& program, const Expr& root, const std::string& name,
                              std::vector<Bound> variables) {
  return Checker(program, std::move(variables)).run(root, name);
}

bool fits(const Type& value, const Type& wanted) {
  if (value.optional && !wanted.optional) return false;
  if (value.kind == K::integer && wanted.kind == K::number) return true;
  return value.kind == wanted.kind && value.target == wanted.target;
}

bool is_of_type(const Program& program, const Value& value, const Type& type) {
  switch (value.kind()) {
  case ValueKind::missing: return type.optional || type.kind == K::codes;
  case ValueKind::fault: return false;
  case ValueKind::boolean: return type.kind == K::boolean;
  case ValueKind::number:
    return type.kind == K::number || (type.kind == K::integer && value.number().is_integer());
  case ValueKind::money: return type.kind == K::money;
  case ValueKind::text: return type.kind == K::text;
  case ValueKind::date: return type.kind == K::date && !value.date().is_open();
  case ValueKind::duration: return type.kind == K::duration;
  case ValueKind::period: return type.kind == K::period;
  case ValueKind::datetime: return type.kind == K::datetime && !value.datetime().is_open();
  case ValueKind::datetime_period: return type.kind == K::datetime_period;
  case ValueKind::codes: return type.kind == K::codes;
  case ValueKind::quantity: return type.kind == K::quantity;
  case ValueKind::enumeration:
    return type.kind == K::enumeration && value.enumeration() < program.enums[type.target].values.size();
  case ValueKind::row: {
    if (type.kind != K::link) return false;
    const Entity& entity = program.entities[type.target];
    if (entity.kind == EntityKind::program) return value.row() == 0;
    return entity.kind == EntityKind::table && value.row() < entity.rows;
  }
  }
  return false;
}

bool sound_type(const Program& program, const Type& type) {
  if (type.kind == K::codes && type.optional) return false;
  if (type.step && (type.kind != K::money || type.step->sign() <= 0)) return false;
  switch (type.kind) {
  case K::enumeration: return type.target < program.enums.size();
  case K::link:
  case K::collection: return type.target < program.entities.size();
  default: return static_cast<size_t>(type.kind) < static_cast<size_t>(K::collection) && type.target == none;
  }
}

}  // namespace merit::ir
