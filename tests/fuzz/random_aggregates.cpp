// Random collections, and what is asked of them.
#include "tests/fuzz/random_program.h"

#include "runtime/ir/ops.h"

namespace merit::testing {

using ir::AggregateMode;
using ir::ExprPtr;
using ir::none;
using ir::Op;
using ir::Type;
using ir::TypeKind;

/// Rows of this entity.
ExprPtr RandomProgram::collection(uint32_t entity, const Place& place) {
  Place next = place;
  ++next.depth;
  std::vector<uint32_t> links_from;  // links of the entity's rows
  std::vector<uint32_t> links_to;    // links that point to the entity
  std::vector<uint32_t> named;       // collections of it
  for (uint32_t i = 0; i < builder_.program.columns.size(); ++i) {
    const ir::Column& column = builder_.program.columns[i];
    if (column.type.kind == TypeKind::link && column.entity == entity) links_from.push_back(i);
    if (column.type.kind == TypeKind::link && column.type.target == entity) links_to.push_back(i);
    if (column.type.kind == TypeKind::collection && column.type.target == entity) named.push_back(i);
  }
  const auto pick = [&](const std::vector<uint32_t>& from) {
    return from[below(static_cast<uint32_t>(from.size()))];
  };
  ExprPtr made;
  const uint32_t which = below(10);
  if (which < 4 && !links_from.empty()) {
    const uint32_t column = pick(links_from);
    made = builder_.reverse(expression(link_to(builder_.program.columns[column].type.target), next), column);
  } else if (which == 4 && !links_from.empty() && place.depth < 3) {
    const uint32_t column = pick(links_from);
    made = node(Op::reverse_each, collection_of(entity),
                collection(builder_.program.columns[column].type.target, next));
    made->index = column;
  } else if (which == 5 && !links_to.empty() && place.depth < 3) {
    const uint32_t column = pick(links_to);
    made =
        node(Op::targets, collection_of(entity), collection(builder_.program.columns[column].entity, next));
    made->index = column;
  } else if (which < 8 && !named.empty()) {
    const uint32_t column = pick(named);
    made = builder_.field(expression(link_to(builder_.program.columns[column].entity), next), column);
  } else {
    made = all_rows(entity);
  }
  if (chance(50)) {
    const uint32_t variable = next_variable_++;
    next.bound.push_back({variable, entity});
    next.times *= std::max<uint64_t>(1, estimate(entity));
    made = filter(std::move(made), variable, expression(boolean_type(), next));
  }
  return made;
}

ExprPtr RandomProgram::any_collection(const Place& place, uint32_t& entity) {
  entity = random_entity();
  return collection(entity, place);
}

ExprPtr RandomProgram::statistic(const Type& type, const Place& place) {
  // A root of a variance needs all its digits, and those of a product of sums are many.
  if (place.times * std::max<uint64_t>(1, item_rows_) > (large_ ? 100'000U : 20'000U))
    return leaf(type, place);
  static constexpr AggregateMode modes[] = {
      AggregateMode::median,
      AggregateMode::percentile_nearest_rank,
      AggregateMode::percentile_linear,
      AggregateMode::percentile_exclusive,
      AggregateMode::percentile_sas_1,
      AggregateMode::percentile_sas_2,
      AggregateMode::percentile_sas_5,
      AggregateMode::weighted_average,
      AggregateMode::standard_deviation_sample,
      AggregateMode::standard_deviation_population,
      AggregateMode::weighted_standard_deviation_population,
      AggregateMode::rank_best,
      AggregateMode::rank_average,
      AggregateMode::rank_by,
      AggregateMode::variance_sample,
      AggregateMode::variance_population,
      AggregateMode::weighted_variance_population,
  };
  const bool numeric = type.kind != TypeKind::money;  // an amount has no variance and is no rank
  const AggregateMode mode = modes[below(numeric ? std::size(modes) : 11)];
  uint32_t entity = 0;
  const bool rank = ir::is_rank(mode);
  // A rank needs a row of its own in sight.
  if (rank && place.bound.empty()) return leaf(type, place);
  uint32_t own = 0;
  if (rank) {
    const auto& bound = place.bound[below(static_cast<uint32_t>(place.bound.size()))];
    own = bound.variable;
    entity = bound.entity;
    if (entity == 0) return leaf(type, place);
  }
  ExprPtr from = rank ? collection(entity, place) : any_collection(place, entity);
  Place inside = place;
  const uint32_t variable = next_variable_++;
  inside.bound.push_back({variable, entity});
  inside.times *= std::max<uint64_t>(1, estimate(entity));
  ExprPtr made = aggregate(mode, type, std::move(from), variable, expression(type, inside));
  if (rank) {
    made->args.push_back(row(entity, own));
    made->descending = {chance(50)};
    for (uint32_t keys = mode == AggregateMode::rank_by ? below(3) : 0; keys > 0; --keys) {
      made->args.push_back(expression(type_of(chance(50) ? TypeKind::text : TypeKind::datetime), inside));
      made->descending.push_back(chance(50));
    }
  } else if (ir::is_percentile(mode)) {
    made->args.push_back(chance(80) ? number(Number(int64_t{below(21)}, 20))
                                    : expression(number_type(), place));
  } else if (ir::is_weighted(mode)) {
    made->args.push_back(chance(50) ? number(Number(int64_t{below(4)})) : expression(number_type(), inside));
  }
  return made;
}

/// A part of a total that is mostly a multiple of the step, by weights that are mostly not negative.
ExprPtr RandomProgram::share(const Type& type, const Place& place) {
  if (place.bound.empty() || place.times * std::max<uint64_t>(1, item_rows_) > (large_ ? 300'000U : 30'000U))
    return leaf(type, place);
  const Bound own = place.bound[below(static_cast<uint32_t>(place.bound.size()))];
  ExprPtr from = collection(own.entity, place);
  static const Number steps[] = {Number(1), Number(1, 100), Number(1, 3)};
  const Number step = steps[below(3)];
  const auto step_node = [&] {
    return constant(type, type.kind == TypeKind::money ? Value::of_money(step) : Value::of_number(step));
  };
  ExprPtr total = expression(type, place);
  if (chance(90)) total = node(Op::round, type, std::move(total), step_node());
  Place inside = place;
  const uint32_t variable = next_variable_++;
  inside.bound.push_back({variable, own.entity});
  inside.times *= std::max<uint64_t>(1, estimate(own.entity));
  ExprPtr weight = node(Op::if_missing, number_type(), expression(number_type(), inside),
                        constant(number_type(), Value::of_number(Number(1))));
  if (chance(90)) weight = node(Op::absolute, number_type(), std::move(weight));
  ExprPtr asking = chance(90) ? row(own.entity, own.variable) : leaf(link_to(own.entity), place);
  ExprPtr made = node(Op::apportion, type, std::move(from), std::move(asking), std::move(total), step_node(),
                      std::move(weight));
  made->variable = variable;
  for (uint32_t keys = below(3); keys > 0; --keys) {
    made->args.push_back(expression(chance(50) ? number_type() : type_of(TypeKind::text), inside));
    made->descending.push_back(chance(50));
  }
  return made;
}

/// The largest or smallest number that meets a condition, half the time a monotone one.
ExprPtr RandomProgram::search(const Type& type, const Place& place) {
  constexpr uint64_t trials = 30;
  if (place.times * trials > (large_ ? 300'000U : 30'000U)) return leaf(type, place);
  Place inside = place;
  const uint32_t variable = next_variable_++;
  inside.tried.emplace_back(variable, type.kind);
  inside.times *= trials;
  const auto amount = [&](const Number& value) {
    return constant(type, type.kind == TypeKind::money ? Value::of_money(value) : Value::of_number(value));
  };
  ExprPtr tried = node(Op::bound, type);
  tried->variable = variable;
  const bool largest = chance(50);
  ExprPtr condition = chance(50) ? node(largest ? Op::less_equal : Op::greater, boolean_type(),
                                        node(Op::multiply, type, std::move(tried), number(Number(3, 2))),
                                        expression(type, place))
                                 : expression(boolean_type(), inside);
  ExprPtr low = chance(90) ? amount(Number(0)) : expression(type, place);
  ExprPtr high = chance(80) ? amount(Number(int64_t{below(40)})) : expression(type, place);
  ExprPtr step = chance(95) ? amount(Number(1, int64_t{1} + below(100))) : expression(type, place);
  ExprPtr made = node(largest ? Op::largest : Op::smallest, type, std::move(low), std::move(high),
                      std::move(step), std::move(condition));
  made->variable = variable;
  return made;
}

ExprPtr RandomProgram::fold(AggregateMode mode, const Type& type, const Place& place) {
  if (place.times * std::max<uint64_t>(1, item_rows_) > (large_ ? 600'000U : 60'000U))
    return leaf(type, place);
  uint32_t entity = type.target;
  ExprPtr from = mode == AggregateMode::the || mode == AggregateMode::first ? collection(entity, place)
                                                                            : any_collection(place, entity);
  Place inside = place;
  const uint32_t variable = next_variable_++;
  inside.bound.push_back({variable, entity});
  inside.times *= std::max<uint64_t>(1, estimate(entity));
  switch (mode) {
  case AggregateMode::count:
  case AggregateMode::exists:
  case AggregateMode::none:
  case AggregateMode::the: return aggregate(mode, type, std::move(from), none);
  case AggregateMode::every:
    return aggregate(mode, type, std::move(from), variable, expression(boolean_type(), inside));
  case AggregateMode::days_covered:
    return aggregate(mode, type, std::move(from), variable, expression(type_of(TypeKind::period), inside));
  case AggregateMode::first: {
    const auto key = [&] {
      static constexpr TypeKind kinds[] = {TypeKind::number, TypeKind::date, TypeKind::text, TypeKind::money,
                                           TypeKind::datetime};
      return expression(type_of(kinds[below(5)]), inside);
    };
    const bool two = chance(40);
    ExprPtr made = two ? aggregate(mode, type, std::move(from), variable, key(), key())
                       : aggregate(mode, type, std::move(from), variable, key());
    made->descending = {chance(50)};
    if (two) made->descending.push_back(chance(50));
    return made;
  }
  default: return aggregate(mode, type, std::move(from), variable, expression(type, inside));
  }
}

}  // namespace merit::testing
