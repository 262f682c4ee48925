#include "runtime/explain/row_evaluator.h"

#include <algorithm>
#include <limits>
#include <ranges>
#include <stdexcept>

#include "runtime/ir/ops.h"
#include "runtime/values/codes.h"
#include "runtime/values/ucum.h"

namespace merit {

using ir::AggregateMode;
using ir::EntityKind;
using ir::Expr;
using ir::FaultKind;
using ir::Op;
using ir::TypeKind;

RowEvaluator::RowEvaluator(std::shared_ptr<const Dataset> data, const Overrides& overrides)
    : data_(std::move(data)), program_(data_->program()), overrides_(overrides.begin(), overrides.end()),
      order_loops_(ir::order_loops(program_)) {
  for (const ir::OrderLoop& loop : order_loops_.loops) {
    for (const uint32_t column : loop.columns) loop_of_.emplace(column, &loop);
  }
  for (uint32_t entity = 0; entity < program_.entities.size(); ++entity) {
    if (program_.entities[entity].kind == EntityKind::groups &&
        program_.entities[entity].group_link != ir::none)
      group_links_.emplace(program_.entities[entity].group_link, entity);
  }
}

// ------------------------------------------------------------------------------------------------------------
// rows and keys

uint32_t RowEvaluator::part_rows(const ir::Column& key) {
  return key.type.kind == TypeKind::enumeration
             ? static_cast<uint32_t>(program_.enums[key.type.target].values.size())
             : rows(key.type.target);
}

uint32_t RowEvaluator::rows(uint32_t entity) {
  switch (program_.entities[entity].kind) {
  case EntityKind::groups: return static_cast<uint32_t>(groups(entity).keys.size());
  case EntityKind::pairs: {
    uint64_t product = 1;
    for (const uint32_t key : program_.entities[entity].keys) {
      product *= part_rows(program_.columns[key]);
      if (product > std::numeric_limits<uint32_t>::max() - 1)
        throw std::length_error("more than four billion pairs");
    }
    return static_cast<uint32_t>(product);
  }
  case EntityKind::parts: return static_cast<uint32_t>(parts(entity).size());
  case EntityKind::program:
  case EntityKind::data:
  case EntityKind::table: break;
  }
  return data_->rows(entity);
}

std::string RowEvaluator::key_text(uint32_t entity, uint32_t row) {
  const ir::Entity& shape = program_.entities[entity];
  const bool of_parts = shape.kind == EntityKind::parts;
  if (shape.kind != EntityKind::groups && shape.kind != EntityKind::pairs && !of_parts)
    return data_->key_text(entity, row);
  std::string text;
  for (const uint32_t key : shape.keys) {
    if (!text.empty()) text += ", ";
    Value part;
    if (of_parts) {  // also of a row that could not be computed
      PartRow made = parts(entity)[row];
      made.fault = nullptr;
      part = part_value(program_, shape, key, made);
    } else {
      part = value(key, row);
    }
    const ir::Type& type = program_.columns[key].type;
    switch (part.kind()) {
    case ValueKind::row: text += key_text(type.target, part.row()); break;
    case ValueKind::enumeration: text += program_.enums[type.target].values[part.enumeration()]; break;
    case ValueKind::number:
    case ValueKind::money: text += part.number_or_amount().exact_text(); break;
    case ValueKind::codes: text += cell_of_codes(part.codes()); break;
    case ValueKind::quantity: text += part.quantity().text(); break;
    case ValueKind::text: text += part.text(); break;
    case ValueKind::date: text += part.date().text(); break;
    case ValueKind::period: text += part.period().text(); break;
    case ValueKind::duration: text += part.duration().text(); break;
    case ValueKind::datetime: text += part.datetime().text(); break;
    case ValueKind::datetime_period: text += part.datetime_period().text(); break;
    case ValueKind::boolean: text += part.boolean() ? "yes" : "no"; break;
    case ValueKind::missing:
    case ValueKind::fault: text += "?"; break;
    }
  }
  return text;
}

std::optional<uint32_t> RowEvaluator::find_row(uint32_t entity, const std::vector<std::string>& key) {
  // Keys are few and people are slow: compare the texts rather than parse each kind of key.
  std::string wanted;
  for (const std::string& part : key) wanted += (wanted.empty() ? "" : ", ") + part;
  for (uint32_t row = 0, count = rows(entity); row < count; ++row) {
    if (key_text(entity, row) == wanted) return row;
  }
  return std::nullopt;
}

const RowEvaluator::Groups& RowEvaluator::groups(uint32_t entity) {
  if (const auto found = groups_.find(entity); found != groups_.end()) return found->second;
  const ir::Entity& shape = program_.entities[entity];
  Groups result;
  const uint32_t member_entity = shape.group_members->type.target;
  result.group_of.assign(rows(member_entity), Value::of_missing("in no " + shape.name));
  Scope program_scope{shape.keys.front(), {0}};
  const Collection collection = members(*shape.group_members, program_scope);
  const Value::FaultPointer all_faulted = collection.fault;
  std::vector<std::pair<Value, uint32_t>> found;
  for (const Member& member : collection.members) {
    if (member.row == ir::none) continue;
    if (member.fault) {
      result.group_of[member.row] = Value::of_fault(member.fault);
      continue;
    }
    Scope scope{shape.keys.front(), {0, member.row}};
    Value key = evaluate(*shape.group_value, scope);
    if (key.is_known()) {
      found.emplace_back(std::move(key), member.row);
    } else {
      result.group_of[member.row] = std::move(key);
    }
  }
  if (all_faulted) result.group_of.assign(result.group_of.size(), Value::of_fault(all_faulted));
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return compare_values(a.first, b.first) < 0; });
  for (const auto& [key, row] : found) {
    if (result.keys.empty() || compare_values(result.keys.back(), key) != 0) result.keys.push_back(key);
    result.group_of[row] = Value::of_row(static_cast<uint32_t>(result.keys.size() - 1));
  }
  return groups_.emplace(entity, std::move(result)).first->second;
}

const std::vector<PartRow>& RowEvaluator::parts(uint32_t entity) {
  if (const auto found = parts_.find(entity); found != parts_.end()) return found->second;
  return parts_
      .emplace(entity, rows_of_parts(
                           program_, program_.entities[entity], [&](uint32_t of) { return rows(of); },
                           [&](uint32_t column, uint32_t row) { return value(column, row); }))
      .first->second;
}

const std::vector<RowEvaluator::Member>& RowEvaluator::reverse(uint32_t link_column, uint32_t target_row) {
  auto found = reverse_.find(link_column);
  if (found == reverse_.end()) {
    const ir::Column& link = program_.columns[link_column];
    std::vector<std::vector<Member>> index(rows(link.type.target));
    for (uint32_t row = 0, count = rows(link.entity); row < count; ++row) {
      const Value target = value(link_column, row);
      if (target.kind() == ValueKind::row) {
        index[target.row()].push_back({row, nullptr});
      } else if (target.is_fault() && is_part_link(program_.entities[link.entity], link_column)) {
        // What it is could not be computed, but whose it is was.
        const uint32_t owner =
            part_target(program_.entities[link.entity], link_column, parts(link.entity)[row]);
        for (uint32_t one = 0; one < index.size(); ++one) {
          if (owner == one || owner == ir::none) index[one].push_back({row, target.fault_pointer()});
        }
      } else if (target.is_fault()) {
        // Whose it is could not be computed: it may be anybody's.
        for (auto& owner : index) owner.push_back({row, target.fault_pointer()});
      }
    }
    found = reverse_.emplace(link_column, std::move(index)).first;
  }
  return found->second[target_row];
}

// ----------------------------------------------------------------------------------------------------------------
// columns

RowEvaluator::Scope RowEvaluator::scope(uint32_t column, uint32_t row) const {
  return Scope{column, {0, row}};
}

Value RowEvaluator::value(uint32_t column, uint32_t row) {
  if (const auto found = overrides_.find(column); found != overrides_.end()) return found->second;
  const ir::Column& shape = program_.columns[column];
  if (shape.kind != ir::ColumnKind::computed) return data_->column(column).value(row, data_->pool());
  auto& memo = memo_[column];
  if (memo.empty()) memo.resize(rows(shape.entity));
  if (!memo[row].first) {
    if (const auto loop = loop_of_.find(column); loop != loop_of_.end()) compute_before(*loop->second, row);
    Value computed = compute(column, row);
    auto& cell = memo_[column][row];  // computing may have rehashed the map
    cell = {true, std::move(computed)};
    return cell.second;
  }
  return memo[row].second;
}

Value RowEvaluator::compute(uint32_t column, uint32_t row) {
  const ir::Column& shape = program_.columns[column];
  if (const auto found = group_links_.find(column); found != group_links_.end())
    return groups(found->second).group_of[row];
  if (program_.entities[shape.entity].kind == EntityKind::parts) {
    const PartRow& made = parts(shape.entity)[row];
    if (made.fault || !shape.body) return part_value(program_, program_.entities[shape.entity], column, made);
  }
  if (shape.body) {
    Scope here = scope(column, row);
    return evaluate(*shape.body, here);
  }
  const ir::Entity& entity = program_.entities[shape.entity];
  if (entity.kind == EntityKind::groups) return groups(shape.entity).keys[row];
  // A key of pairs: the last part runs fastest.
  uint32_t rest = row;
  for (const uint32_t key : std::ranges::reverse_view(entity.keys)) {
    const ir::Column& part = program_.columns[key];
    const uint32_t size = part_rows(part);
    if (key == column)
      return part.type.kind == TypeKind::enumeration ? Value::of_enumeration(rest % size)
                                                     : Value::of_row(rest % size);
    rest /= size;
  }
  throw std::logic_error("a computed column without a body");
}

Value RowEvaluator::field(const Expr& node, Scope& scope) {
  Value owner = evaluate(*node.args.front(), scope);
  if (!owner.is_known()) return owner;
  if (reader_ && node.args.front()->op != Op::row) reader_(node.args.front()->type.target, owner.row());
  return value(node.index, owner.row());
}

Value RowEvaluator::lookup(const Expr& node, Scope& scope) {
  std::vector<Value> key;
  Value stop;
  if (!operands(node, scope, key, stop)) return stop;
  const ir::Entity& entity = program_.entities[node.index];
  if (entity.kind == EntityKind::pairs) {
    uint32_t row = 0;
    for (size_t part = 0; part < key.size(); ++part) {
      const uint32_t index = key[part].kind() == ValueKind::row ? key[part].row() : key[part].enumeration();
      row = row * part_rows(program_.columns[entity.keys[part]]) + index;
    }
    return Value::of_row(row);
  }
  if (entity.kind == EntityKind::groups) {
    const auto& keys = groups(node.index).keys;
    const auto place =
        std::lower_bound(keys.begin(), keys.end(), key.front(),
                         [](const Value& a, const Value& b) { return compare_values(a, b) < 0; });
    if (place != keys.end() && compare_values(*place, key.front()) == 0)
      return Value::of_row(static_cast<uint32_t>(place - keys.begin()));
    return Value::of_missing();
  }
  if (const auto row = data_->find(node.index, key)) return Value::of_row(*row);
  return Value::of_missing();
}

// ------------------------------------------------------------------------------------------------------------
// expressions

bool RowEvaluator::operands(const Expr& node, Scope& scope, std::vector<Value>& values, Value& stop,
                            size_t first, size_t end) {
  Value::FaultPointer fault;
  bool missing = false;
  Value::TextPointer reason;
  for (size_t arg = first; arg < std::min(end, node.args.size()); ++arg) {
    Value value = evaluate(*node.args[arg], scope);
    if (value.is_fault()) {
      fault = fault ? ir::first_of(fault, value.fault_pointer()) : value.fault_pointer();
    } else if (value.is_missing()) {
      missing = true;
      if (!reason) reason = value.missing_reason();
    }
    values.push_back(std::move(value));
  }
  if (fault)
    stop = Value::of_fault(fault);
  else if (missing)
    stop = Value::of_missing(reason);
  return !fault && !missing;
}

Value RowEvaluator::fault(const Expr& node, const Scope& scope, FaultKind kind, std::string detail) const {
  const uint32_t row = scope.rows.size() > 1 ? scope.rows[1] : 0;
  return Value::of_fault(ir::make_fault(program_, scope.column, node, row, kind, std::move(detail)));
}

Value RowEvaluator::number(const Expr& node, const Scope& scope, Number result) const {
  if (!result.is_small() && result.digits() > Number::max_digits)
    return fault(node, scope, FaultKind::too_many_digits);
  return node.type.kind == TypeKind::money ? Value::of_money(std::move(result))
                                           : Value::of_number(std::move(result));
}

Value RowEvaluator::evaluate(const Expr& node, Scope& scope) {
  switch (node.op) {
  case Op::constant: return node.value;
  case Op::missing_value: return node.text.empty() ? Value::of_missing() : Value::of_missing(node.text);
  case Op::row: return Value::of_row(scope.rows[node.variable]);
  case Op::field: return field(node, scope);
  case Op::lookup: return lookup(node, scope);
  case Op::negate:
  case Op::add:
  case Op::subtract:
  case Op::multiply:
  case Op::divide:
  case Op::power:
  case Op::round:
  case Op::minimum_of:
  case Op::maximum_of:
  case Op::absolute:
  case Op::floor:
  case Op::ceiling:
  case Op::square_root:
  case Op::exponential:
  case Op::logarithm: return arithmetic(node, scope);
  case Op::minimum_of_known:
  case Op::maximum_of_known: return of_known(node, scope);
  case Op::equal:
  case Op::not_equal:
  case Op::less:
  case Op::less_equal:
  case Op::greater:
  case Op::greater_equal:
  case Op::in_range: return comparison(node, scope);
  case Op::logical_not:
  case Op::logical_and:
  case Op::logical_or:
  case Op::at_least:
  case Op::is_missing:
  case Op::is_known: return truth(node, scope);
  case Op::if_missing: {
    Value value = evaluate(*node.args[0], scope);
    return value.is_missing() ? evaluate(*node.args[1], scope) : value;
  }
  case Op::cases: return cases(node, scope);
  case Op::add_duration:
  case Op::negate_duration:
  case Op::scale_duration:
  case Op::days_between:
  case Op::whole_months_between:
  case Op::whole_years_between:
  case Op::date_year:
  case Op::date_month:
  case Op::date_day:
  case Op::make_period:
  case Op::period_start:
  case Op::period_end:
  case Op::period_length:
  case Op::in_period:
  case Op::overlaps:
  case Op::before:
  case Op::after:
  case Op::to_datetime:
  case Op::date_of:
  case Op::period_has_start:
  case Op::period_has_end:
  case Op::common_part:
  case Op::whole_days_between:
  case Op::whole_hours_between:
  case Op::whole_minutes_between: return time(node, scope);
  case Op::in_value_set: {
    Value codes = evaluate(*node.args.front(), scope);
    if (codes.is_fault()) return codes;
    return Value::of_boolean(codes.is_known() && data_->value_sets().holds(node.index, codes.codes()));
  }
  case Op::in_unit: {
    Value measured = evaluate(*node.args.front(), scope);
    if (!measured.is_known()) return measured;
    const ucum::Converted converted =
        ucum::convert(measured.quantity(), ucum::parse(node.text).value(), node.text);
    return converted.number ? Value::of_number(*converted.number) : Value::of_missing(converted.problem);
  }
  case Op::bound: return scope.bound.at(node.variable);
  case Op::largest:
  case Op::smallest: return solve(node, scope);
  case Op::apportion: return apportion(node, scope);
  case Op::aggregate: return aggregate(node, scope);
  case Op::all_rows:
  case Op::reverse:
  case Op::reverse_each:
  case Op::targets:
  case Op::filter: break;
  }
  throw std::logic_error("a collection where a value was expected");
}

Value RowEvaluator::arithmetic(const Expr& node, Scope& scope) {
  std::vector<Value> values;
  Value stop;
  if (!operands(node, scope, values, stop)) return stop;
  if (node.type.kind == TypeKind::date || node.type.kind == TypeKind::datetime) {  // minimum_of, maximum_of
    const Value* best = &values.front();
    for (const Value& value : values) {
      const auto order = compare_values(value, *best);
      if (node.op == Op::minimum_of ? order < 0 : order > 0) best = &value;
    }
    return *best;
  }
  const Number& x = values[0].number_or_amount();
  const auto y = [&]() -> const Number& { return values[1].number_or_amount(); };
  try {
    switch (node.op) {
    case Op::negate: return number(node, scope, -x);
    case Op::add: return number(node, scope, x + y());
    case Op::subtract: return number(node, scope, x - y());
    case Op::multiply: return number(node, scope, x * y());
    case Op::divide:
      if (y().is_zero()) return fault(node, scope, FaultKind::division_by_zero);
      return number(node, scope, x / y());
    case Op::power: return number(node, scope, power(x, y()));
    case Op::round: return number(node, scope, round_to(x, y(), static_cast<RoundingMode>(node.mode)));
    case Op::absolute: return number(node, scope, x.abs());
    case Op::floor: return number(node, scope, x.floor());
    case Op::ceiling: return number(node, scope, x.ceil());
    case Op::square_root: return number(node, scope, sqrt(x));
    case Op::exponential: return number(node, scope, exp(x));
    case Op::logarithm: return number(node, scope, ln(x));
    default: break;
    }
  } catch (const std::domain_error& error) {
    return fault(node, scope, FaultKind::outside_domain, error.what());
  } catch (const std::length_error&) {
    return fault(node, scope, FaultKind::too_many_digits);
  }
  const Number* best = &x;
  for (const Value& value : values) {
    const Number& candidate = value.number_or_amount();
    if (node.op == Op::minimum_of ? candidate < *best : candidate > *best) best = &candidate;
  }
  return number(node, scope, *best);
}

Value RowEvaluator::truth(const Expr& node, Scope& scope) {
  if (node.op == Op::logical_and || node.op == Op::logical_or) {
    const bool decides = node.op == Op::logical_or;
    for (const auto& arg : node.args) {
      Value value = evaluate(*arg, scope);
      if (!value.is_known() || value.boolean() == decides) return value;
    }
    return Value::of_boolean(!decides);
  }
  if (node.op == Op::is_missing || node.op == Op::is_known) {
    Value value = evaluate(*node.args.front(), scope);
    if (value.is_fault()) return value;
    return Value::of_boolean(value.is_missing() == (node.op == Op::is_missing));
  }
  std::vector<Value> values;
  Value stop;
  if (!operands(node, scope, values, stop)) return stop;
  if (node.op == Op::logical_not) return Value::of_boolean(!values.front().boolean());
  const auto holding =
      std::count_if(values.begin(), values.end(), [](const Value& value) { return value.boolean(); });
  return Value::of_boolean(static_cast<uint64_t>(holding) >= node.index);
}

Value RowEvaluator::cases(const Expr& node, Scope& scope) {
  const size_t pairs = node.args.size() / 2;
  for (size_t pair = 0; pair < pairs; ++pair) {
    Value condition = evaluate(*node.args[2 * pair], scope);
    if (!condition.is_known()) return condition;
    if (condition.boolean()) return evaluate(*node.args[2 * pair + 1], scope);
  }
  if (node.args.size() % 2 == 1) return evaluate(*node.args.back(), scope);
  return fault(node, scope, FaultKind::no_case);
}

// -------------------------------------------------------------------------------------------------------------
// collections

RowEvaluator::Collection RowEvaluator::members(const Expr& node, Scope& scope) {
  Collection result;
  switch (node.op) {
  case Op::all_rows:
    for (uint32_t row = 0, count = rows(node.index); row < count; ++row) {
      const bool of_parts = program_.entities[node.index].kind == EntityKind::parts;
      result.members.push_back({row, of_parts ? parts(node.index)[row].fault : nullptr});
    }
    return result;
  case Op::field: {  // a named collection
    const Value owner = evaluate(*node.args.front(), scope);
    if (owner.is_fault()) result.fault = owner.fault_pointer();
    if (!owner.is_known()) return result;
    Scope inside = this->scope(node.index, owner.row());
    return members(*program_.columns[node.index].body, inside);
  }
  case Op::reverse: {
    const Value owner = evaluate(*node.args.front(), scope);
    if (owner.is_fault()) result.fault = owner.fault_pointer();
    if (owner.is_known()) result.members = reverse(node.index, owner.row());
    return result;
  }
  case Op::reverse_each:
  case Op::targets: {
    const Collection from = members(*node.args.front(), scope);
    result.fault = from.fault;
    for (const Member& member : from.members) {
      if (member.fault) {
        result.members.push_back({ir::none, member.fault});
      } else if (node.op == Op::reverse_each) {
        const auto& found = reverse(node.index, member.row);
        result.members.insert(result.members.end(), found.begin(), found.end());
      } else {
        const Value target = value(node.index, member.row);
        if (target.is_known()) result.members.push_back({target.row(), nullptr});
        if (target.is_fault()) result.members.push_back({ir::none, target.fault_pointer()});
      }
    }
    std::stable_sort(result.members.begin(), result.members.end(),
                     [](const Member& a, const Member& b) { return a.row < b.row; });
    const auto same = [](const Member& a, const Member& b) {
      return a.row == b.row && a.row != ir::none && !a.fault && !b.fault;
    };
    result.members.erase(std::unique(result.members.begin(), result.members.end(), same),
                         result.members.end());
    return result;
  }
  case Op::filter: {
    Collection from = members(*node.args.front(), scope);
    result.fault = from.fault;
    if (scope.rows.size() <= node.variable) scope.rows.resize(node.variable + 1);
    for (Member& member : from.members) {
      if (!member.fault) {
        scope.rows[node.variable] = member.row;
        const Value holds = evaluate(*node.args[1], scope);
        if (holds.is_fault())
          member.fault = holds.fault_pointer();
        else if (holds.is_missing() || !holds.boolean())
          continue;
      }
      result.members.push_back(std::move(member));
    }
    return result;
  }
  default: break;
  }
  throw std::logic_error("a value where a collection was expected");
}

Value RowEvaluator::aggregate(const Expr& node, Scope& scope) {
  Collection collection = members(*node.args.front(), scope);
  if (collection.fault) return Value::of_fault(collection.fault);
  if (reader_) {
    for (const Member& member : collection.members) {
      if (!member.fault) reader_(node.args.front()->type.target, member.row);
    }
  }
  const auto mode = static_cast<AggregateMode>(node.mode);
  if (scope.rows.size() <= node.variable && node.variable != ir::none) scope.rows.resize(node.variable + 1);
  if (mode == AggregateMode::first) return first(node, scope, collection);
  if (mode == AggregateMode::list) return list(node, scope, collection);
  if (mode == AggregateMode::previous) return previous(node, scope, collection);
  if (ir::is_statistic(mode)) return statistic(node, scope, collection);

  // The values first: a faulted member, or one whose value faults, makes the whole a fault.
  Value::FaultPointer fault;
  uint64_t faulted = 0;
  const auto note = [&](const Value::FaultPointer& one) {
    fault = fault ? ir::first_of(fault, one) : one;
    ++faulted;
  };
  const bool has_value = mode == AggregateMode::sum || mode == AggregateMode::average ||
                         mode == AggregateMode::minimum || mode == AggregateMode::maximum ||
                         mode == AggregateMode::every;
  std::vector<Value> values;
  for (const Member& member : collection.members) {
    if (member.fault) {
      note(member.fault);
    } else if (has_value) {
      scope.rows[node.variable] = member.row;
      Value value = evaluate(*node.args[1], scope);
      if (value.is_fault())
        note(value.fault_pointer());
      else
        values.push_back(std::move(value));
    }
  }
  if (fault) return Value::of_fault(ir::aggregate_fault(fault, faulted));
  const auto missing =
      std::find_if(values.begin(), values.end(), [](const Value& value) { return value.is_missing(); });
  if (missing != values.end()) return *missing;

  const auto count = static_cast<int64_t>(collection.members.size());
  switch (mode) {
  case AggregateMode::count: return Value::of_number(count);
  case AggregateMode::exists: return Value::of_boolean(count > 0);
  case AggregateMode::none: return Value::of_boolean(count == 0);
  case AggregateMode::every:
    return Value::of_boolean(
        std::all_of(values.begin(), values.end(), [](const Value& value) { return value.boolean(); }));
  case AggregateMode::sum:
  case AggregateMode::average: {
    if (mode == AggregateMode::average && values.empty()) return Value::of_missing();
    Number sum = 0;
    for (const Value& value : values) sum += value.number_or_amount();
    return number(node, scope, mode == AggregateMode::sum ? sum : sum / Number(count));
  }
  case AggregateMode::minimum:
  case AggregateMode::maximum: {
    if (values.empty()) return Value::of_missing();
    const Value* best = &values.front();  // of equal ones the first
    for (const Value& value : values) {
      const auto order = compare_values(value, *best);
      if (mode == AggregateMode::minimum ? order < 0 : order > 0) best = &value;
    }
    return *best;
  }
  case AggregateMode::the:
    if (count == 0) return Value::of_missing();
    if (count > 1) return this->fault(node, scope, FaultKind::several_rows);
    return Value::of_row(collection.members.front().row);
  default: break;
  }
  throw std::logic_error("an unknown aggregate");
}

Value RowEvaluator::first(const Expr& node, Scope& scope, const Collection& collection) {
  Value::FaultPointer fault;
  uint64_t faulted = 0;
  const Member* best = nullptr;
  std::vector<Value> best_keys;
  for (const Member& member : collection.members) {
    std::vector<Value> keys;
    Value::FaultPointer row_fault = member.fault;
    if (!row_fault) scope.rows[node.variable] = member.row;
    for (size_t key = 1; !member.fault && key < node.args.size(); ++key) {
      keys.push_back(evaluate(*node.args[key], scope));
      if (keys.back().is_fault())
        row_fault =
            row_fault ? ir::first_of(row_fault, keys.back().fault_pointer()) : keys.back().fault_pointer();
    }
    if (row_fault) {
      fault = fault ? ir::first_of(fault, row_fault) : row_fault;
      ++faulted;
      continue;
    }
    // Members come in order of their key, so that an earlier one wins a tie.
    bool better = best == nullptr;
    for (size_t key = 0; best && key < keys.size(); ++key) {
      if (keys[key].is_missing() != best_keys[key].is_missing()) {
        better = best_keys[key].is_missing();
        break;
      }
      if (keys[key].is_missing()) continue;
      const auto order = compare_values(keys[key], best_keys[key]);
      if (order != 0) {
        better = node.descending[key] ? order > 0 : order < 0;
        break;
      }
    }
    if (better) {
      best = &member;
      best_keys = std::move(keys);
    }
  }
  if (fault) return Value::of_fault(ir::aggregate_fault(fault, faulted));
  return best ? Value::of_row(best->row) : Value::of_missing();
}

}  // namespace merit
