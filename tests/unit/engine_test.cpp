// The engine by itself, on programs small enough to know the answers; that it agrees with the row evaluator
// on everything is for tests/fuzz to show.

#include "runtime/engine/engine.h"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "tests/support/ir_builder.h"

namespace merit::testing {

namespace {

using ir::AggregateMode;
using ir::Op;
using ir::TypeKind;

std::vector<Value> numbers(const std::vector<Number>& values) {
  std::vector<Value> result;
  result.reserve(values.size());
  for (const Number& value : values) result.push_back(Value::of_number(value));
  return result;
}

/// Hospitals with results, the results linked to hospitals and (some of them) to a table of measures.
class Fixture {
 public:
  IrBuilder builder;
  uint32_t measure = builder.entity("measure", ir::EntityKind::table);
  uint32_t hospital = builder.entity("hospital");
  uint32_t result = builder.entity("result");
  uint32_t weight = 0, hospital_id = 0, beds = 0, result_id = 0, of = 0, by = 0, score = 0;

  Fixture() {
    builder.program.entities[measure].rows = 2;
    builder.constants(measure, "id", type_of(TypeKind::text), {Value::of_text("A"), Value::of_text("B")},
                      true);
    weight = builder.constants(measure, "weight", number_type(), numbers({Number(1, 4), Number(3, 4)}));
    hospital_id = builder.stored(hospital, "id", type_of(TypeKind::integer), true);
    beds = builder.stored(hospital, "beds", number_type());
    result_id = builder.stored(result, "id", type_of(TypeKind::integer), true);
    of = builder.stored(result, "hospital", link_to(hospital));
    by = builder.stored(result, "measure", link_to(measure));
    score = builder.stored(result, "score", number_type());
  }

  /// Three hospitals; the last has no results.
  void small_data() {
    load(numbers({100, 0, 50}), {0, 0, 0, 1}, {Value::of_row(0), Value::of_row(1), Value(), Value::of_row(1)},
         {Value::of_number(Number(1, 2)), Value::of_number(4), Value::of_missing("too few"),
          Value::of_number(7)});
  }

  void load(const std::vector<Value>& hospital_beds, const std::vector<uint32_t>& hospitals,
            const std::vector<Value>& measures, const std::vector<Value>& scores) {
    ir::number_nodes(builder.program);
    data_ = std::make_shared<Dataset>(builder.program, std::make_shared<TextPool>());
    TextPool& pool = data_->pool();
    const auto ids = [&](size_t count) {
      std::vector<Value> values;
      values.reserve(count);
      for (size_t i = 0; i < count; ++i) values.push_back(Value::of_number(static_cast<int64_t>(i)));
      return vector_of(ValueKind::number, values, pool);
    };
    std::vector<Value> owners;
    owners.reserve(hospitals.size());
    for (const uint32_t row : hospitals) owners.push_back(Value::of_row(row));
    std::unordered_map<uint32_t, Vector> columns;
    columns.emplace(hospital_id, ids(hospital_beds.size()));
    columns.emplace(beds, vector_of(ValueKind::number, hospital_beds, pool));
    data_->set_rows(hospital, static_cast<uint32_t>(hospital_beds.size()), std::move(columns));
    columns.clear();
    columns.emplace(result_id, ids(hospitals.size()));
    columns.emplace(of, vector_of(ValueKind::row, owners, pool));
    columns.emplace(by, vector_of(ValueKind::row, measures, pool));
    columns.emplace(score, vector_of(ValueKind::number, scores, pool));
    data_->set_rows(result, static_cast<uint32_t>(hospitals.size()), std::move(columns));
  }

  std::unique_ptr<Engine> engine(EngineOptions options = {}) const {
    return make_engine(data_, std::move(options));
  }

  ir::ExprPtr results_of_hospital() const { return builder.reverse(row(hospital), of); }

  ir::ExprPtr score_of(uint32_t variable) const { return builder.field(row(result, variable), score); }

 private:
  std::shared_ptr<Dataset> data_;
};

}  // namespace

TEST_CASE("sums, counts and averages go by the link, and say what is missing") {
  Fixture f;
  const uint32_t count = f.builder.computed(
      f.hospital, "results",
      aggregate(AggregateMode::count, type_of(TypeKind::integer), f.results_of_hospital(), ir::none));
  const uint32_t sum = f.builder.computed(
      f.hospital, "sum",
      aggregate(AggregateMode::sum, number_type(), f.results_of_hospital(), 2, f.score_of(2)));
  const uint32_t known = f.builder.computed(
      f.hospital, "known",
      aggregate(AggregateMode::average, number_type(),
                filter(f.results_of_hospital(), 2, node(Op::is_known, boolean_type(), f.score_of(2))), 3,
                f.score_of(3)));
  f.small_data();
  const auto engine = f.engine();
  CHECK(engine->value(count, 0) == Value::of_number(3));
  CHECK(engine->value(count, 2) == Value::of_number(0));
  CHECK(engine->value(sum, 0) == Value::of_missing("too few"));
  CHECK(engine->value(sum, 1) == Value::of_number(7));
  CHECK(engine->value(sum, 2) == Value::of_number(0));
  CHECK(engine->value(known, 0) == Value::of_number(Number(9, 4)));
  CHECK(engine->value(known, 2) == Value::of_missing());
}

TEST_CASE("a division by zero faults where it is reached, with its row and its count") {
  Fixture f;
  const auto beds = [&] { return f.builder.field(row(f.hospital), f.beds); };
  const uint32_t rate =
      f.builder.computed(f.hospital, "rate", node(Op::divide, number_type(), number(1), beds()));
  auto guarded = node(Op::cases, number_type(), node(Op::equal, boolean_type(), beds(), number(0)), number(0),
                      node(Op::divide, number_type(), number(1), beds()));
  const uint32_t safe = f.builder.computed(f.hospital, "safe", std::move(guarded));
  const uint32_t total =
      f.builder.computed(0, "total",
                         aggregate(AggregateMode::sum, number_type(), all_rows(f.result), 2,
                                   f.builder.field(f.builder.field(row(f.result, 2), f.of), rate)));
  f.load(numbers({4, 0}), {0, 1, 1}, {Value(), Value(), Value()}, numbers({1, 2, 3}));
  const auto engine = f.engine();
  CHECK(engine->value(rate, 0) == Value::of_number(Number(1, 4)));
  const Value fault = engine->value(rate, 1);
  REQUIRE(fault.is_fault());
  CHECK(fault.fault().place == "hospital.rate#0");
  CHECK(fault.fault().code == "R101");
  CHECK(fault.fault().row == 1);
  CHECK(fault.fault().count == 1);
  CHECK(engine->value(safe, 1) == Value::of_number(0));
  const Value sum = engine->value(total, 0);
  REQUIRE(sum.is_fault());
  CHECK(sum.fault().place == "hospital.rate#0");
  CHECK(sum.fault().count == 2);
}

TEST_CASE("numbers leave 64 bits and come back without loss") {
  Fixture f;
  const auto beds = [&] { return f.builder.field(row(f.hospital), f.beds); };
  const uint32_t square =
      f.builder.computed(f.hospital, "square", node(Op::multiply, number_type(), beds(), beds()));
  const uint32_t back = f.builder.computed(
      f.hospital, "back", node(Op::divide, number_type(), f.builder.field(row(f.hospital), square), beds()));
  const int64_t most = std::numeric_limits<int64_t>::max();
  f.load(numbers({most, Number(1, most), Number(1, 3)}), {}, {}, {});
  const auto engine = f.engine();
  CHECK(engine->value(square, 0).number().exact_text() == "85070591730234615847396907784232501249");
  CHECK(engine->value(back, 0) == Value::of_number(most));
  CHECK(engine->value(back, 1) == Value::of_number(Number(1, most)));
  CHECK(engine->value(back, 2) == Value::of_number(Number(1, 3)));
}

TEST_CASE("a value of more than 100,000 digits is a fault") {
  Fixture f;
  const uint32_t long_number = f.builder.computed(
      f.hospital, "long",
      node(Op::multiply, number_type(), node(Op::power, number_type(), number(10), number(60'000)),
           node(Op::power, number_type(), number(10), f.builder.field(row(f.hospital), f.beds))));
  f.load(numbers({1, 60'000}), {}, {}, {});
  const auto engine = f.engine();
  CHECK(engine->value(long_number, 0).is_known());
  REQUIRE(engine->value(long_number, 1).is_fault());
  CHECK(engine->value(long_number, 1).fault().code == "R105");
}

TEST_CASE("what many rows share is computed for their common row, and as written for a row without one") {
  Fixture f;
  const auto shared = [&](AggregateMode mode, const ir::Type& type, uint32_t variable) {
    auto same = f.builder.reverse(f.builder.field(row(f.result), f.by), f.by);
    return mode == AggregateMode::count
               ? aggregate(mode, type, std::move(same), ir::none)
               : aggregate(mode, type, std::move(same), variable, f.score_of(variable));
  };
  const uint32_t count =
      f.builder.computed(f.result, "same", shared(AggregateMode::count, type_of(TypeKind::integer), 2));
  const uint32_t greatest =
      f.builder.computed(f.result, "greatest", shared(AggregateMode::maximum, number_type(), 2));
  f.small_data();
  const auto engine = f.engine();
  CHECK(engine->value(count, 1) == Value::of_number(2));
  CHECK(engine->value(count, 2) == Value::of_number(0));  // of no measure: no rows
  CHECK(engine->value(greatest, 3) == Value::of_number(7));
  CHECK(engine->value(greatest, 2) == Value::of_missing());
}

TEST_CASE("groups are in order of their value, and members know theirs") {
  Fixture f;
  const uint32_t group =
      f.builder.groups("size", all_rows(f.hospital), f.builder.field(row(f.hospital), f.beds));
  const uint32_t key = f.builder.program.entities[group].keys.front();
  const uint32_t link = f.builder.program.entities[group].group_link;
  const uint32_t members = f.builder.computed(group, "members",
                                              aggregate(AggregateMode::count, type_of(TypeKind::integer),
                                                        f.builder.reverse(row(group), link), ir::none));
  f.load({Value::of_number(5), Value::of_number(Number(1, 2)), Value::of_missing("unknown"),
          Value::of_number(5)},
         {}, {}, {});
  const auto engine = f.engine();
  REQUIRE(engine->rows(group) == 2);
  CHECK(engine->value(key, 0) == Value::of_number(Number(1, 2)));
  CHECK(engine->value(members, 1) == Value::of_number(2));
  CHECK(engine->value(link, 3) == Value::of_row(1));
  CHECK(engine->value(link, 2) == Value::of_missing("unknown"));
  CHECK(engine->key_text(group, 0) == "0.5");
  CHECK(engine->find_row(group, {"5"}) == 1U);
}

TEST_CASE("pairs are every combination, the last part fastest") {
  Fixture f;
  const uint32_t pair = f.builder.pairs("pair", {link_to(f.measure), type_of(TypeKind::enumeration, 0)});
  const auto& keys = f.builder.program.entities[pair].keys;
  const uint32_t first = keys[0];
  const uint32_t second = keys[1];
  f.small_data();
  const auto engine = f.engine();
  REQUIRE(engine->rows(pair) == 4);
  CHECK(engine->value(first, 2) == Value::of_row(1));
  CHECK(engine->value(second, 2) == Value::of_enumeration(0));
  CHECK(engine->key_text(pair, 3) == "B, lower");
}

TEST_CASE("an entity against itself goes through, though its pairs are too many to keep") {
  Fixture f;
  const auto beds = [&](uint32_t variable) { return f.builder.field(row(f.hospital, variable), f.beds); };
  const uint32_t greater = f.builder.computed(
      f.hospital, "greater",
      filter(all_rows(f.hospital), 2, node(Op::greater, boolean_type(), beds(2), beds(1))));
  const uint32_t rank = f.builder.computed(f.hospital, "rank",
                                           aggregate(AggregateMode::count, type_of(TypeKind::integer),
                                                     f.builder.field(row(f.hospital), greater), ir::none));
  constexpr int64_t hospitals = 8'300;
  std::vector<Number> sizes;
  for (int64_t i = 0; i < hospitals; ++i) sizes.emplace_back(i);
  f.load(numbers(sizes), {}, {}, {});
  const auto engine = f.engine();
  bool right = true;
  for (uint32_t i = 0; i < hospitals; ++i)
    right = right && engine->value(rank, i) == Value::of_number(hospitals - 1 - i);
  CHECK(right);
}

TEST_CASE("a parameter is replaced for one evaluation") {
  Fixture f;
  const uint32_t rate = f.builder.constants(0, "rate", number_type(), numbers({2}));
  const uint32_t twice =
      f.builder.computed(f.hospital, "twice",
                         node(Op::multiply, number_type(), f.builder.field(row(f.hospital), f.beds),
                              f.builder.field(row(0, 0), rate)));
  f.small_data();
  CHECK(f.engine()->value(twice, 0) == Value::of_number(200));
  CHECK(f.engine({1, {{rate, Value::of_number(3)}}})->value(twice, 0) == Value::of_number(300));
  CHECK(f.engine({1, {{rate, Value::of_missing("not set")}}})->value(twice, 0) ==
        Value::of_missing("not set"));
}

TEST_CASE("a column that needs itself is refused") {
  Fixture f;
  const uint32_t a = f.builder.computed(f.hospital, "a", number(1));
  const uint32_t b = f.builder.computed(f.hospital, "b", f.builder.field(row(f.hospital), a));
  f.builder.program.columns[a].body = f.builder.field(row(f.hospital), b);
  f.small_data();
  CHECK_THROWS_AS(f.engine()->column(b), std::logic_error);
}

TEST_CASE("the number of threads changes nothing") {
  Fixture f;
  const uint32_t fraction =
      f.builder.computed(f.result, "fraction",
                         node(Op::divide, number_type(), f.score_of(1),
                              f.builder.field(f.builder.field(row(f.result), f.of), f.beds)));
  const uint32_t sum = f.builder.computed(0, "sum",
                                          aggregate(AggregateMode::sum, number_type(), all_rows(f.result), 2,
                                                    f.builder.field(row(f.result, 2), fraction)));
  auto first = aggregate(AggregateMode::first, link_to(f.result), all_rows(f.result), 2, f.score_of(2));
  first->descending = {true};
  const uint32_t best = f.builder.computed(0, "best", std::move(first));
  auto of_hospital =
      aggregate(AggregateMode::first, link_to(f.result), f.results_of_hospital(), 2, f.score_of(2));
  of_hospital->descending = {false};
  of_hospital->span = {1, 10, 20};
  const uint32_t least = f.builder.computed(f.hospital, "least", std::move(of_hospital));
  constexpr uint32_t hospitals = 12;
  constexpr uint32_t results = 300'000;
  std::vector<Number> beds;
  for (int64_t i = 0; i < hospitals; ++i) beds.emplace_back(i + 1);
  std::vector<uint32_t> owners;
  std::vector<Value> scores;
  Number expected;
  for (uint32_t i = 0; i < results; ++i) {
    owners.push_back(i % hospitals);
    const auto score = static_cast<int64_t>(i * 7919ULL % 1'000);
    scores.push_back(Value::of_number(score));
    expected += Number(score, i % hospitals + 1);
  }
  f.load(numbers(beds), owners, std::vector<Value>(results), scores);
  for (const unsigned threads : {1U, 2U, 4U, 7U}) {
    const auto engine = f.engine({threads, {}});
    CHECK(engine->value(sum, 0) == Value::of_number(expected));
    CHECK(engine->value(best, 0) == Value::of_row(321));  // 321 * 7919 = 999 of a thousand, the first such
    CHECK(engine->value(least, 0).is_known());
    const std::vector<TieCount> ties = engine->ties();
    REQUIRE(ties.size() == 2);  // every score comes up 300 times
    CHECK(ties[0].entity == 0);
    CHECK(ties[0].tied == 1);
    CHECK(ties[0].rows == 1);
    CHECK(ties[1].entity == f.hospital);
    CHECK(ties[1].tied == hospitals);
    CHECK(ties[1].rows == hospitals);
    CHECK(engine->value(fraction, 11) == Value::of_number(Number(11 * 7919 % 1'000, 12)));
  }
}

}  // namespace merit::testing
