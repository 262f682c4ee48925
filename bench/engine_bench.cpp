// The engine on ten million rows of definitions like those of Hospital Value-Based Purchasing: 25 measures of
// each hospital, points against thresholds, domain scores, a national average.
//
//   bench_engine_bench [rows in millions] [threads]
//
// Absolute times say more about the machine than about the engine, so each is also given as a ratio to the
// plainest loop over doubles and to copying the memory, measured in the same run.

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "runtime/engine/engine.h"
#include "tests/support/ir_builder.h"

namespace {

using namespace merit;
using namespace merit::testing;
using ir::AggregateMode;
using ir::ExprPtr;
using ir::Op;
using ir::TypeKind;

constexpr uint32_t measures = 25;

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Vector decimals(std::vector<int64_t> mantissas, int scale) {
  Vector vector;
  vector.size = static_cast<uint32_t>(mantissas.size());
  vector.scale = scale;
  vector.i64 = std::move(mantissas);
  return vector;
}

Vector links(std::vector<uint32_t> rows) {
  Vector vector;
  vector.kind = ValueKind::row;
  vector.form = Form::index;
  vector.size = static_cast<uint32_t>(rows.size());
  vector.u32 = std::move(rows);
  return vector;
}

struct Definition {
  std::string what;
  uint32_t column;
  double rows;
};

struct Bench {
  IrBuilder builder;
  std::vector<Definition> definitions;
  uint32_t measure_threshold, measure_benchmark, measure_domain;
  uint32_t hospital_id, result_hospital, result_measure, result_score, result_baseline, result_cases;
  uint32_t measure_entity, hospital_entity, result_entity;

  explicit Bench(double rows);

  ExprPtr of_result(uint32_t column) const { return builder.field(row(result_entity), column); }

  ExprPtr of_measure(uint32_t column) const {
    return builder.field(builder.field(row(result_entity), result_measure), column);
  }
};

ExprPtr rounded(ExprPtr x, Number step) {
  return node(Op::round, number_type(), std::move(x), number(std::move(step)));
}

Bench::Bench(double rows) {
  builder.program.enums.push_back({"domain", {"clinical", "safety", "engagement", "cost"}, {}});
  measure_entity = builder.entity("measure", ir::EntityKind::table);
  hospital_entity = builder.entity("hospital");
  result_entity = builder.entity("result");
  builder.program.entities[measure_entity].rows = measures;
  std::vector<Value> ids, thresholds, benchmarks, domains;
  for (uint32_t i = 0; i < measures; ++i) {
    ids.push_back(Value::of_text(fmt::format("M{:02}", i)));
    thresholds.push_back(Value::of_number(Number::from_decimal(400'000 + 1'237 * i, 6)));
    benchmarks.push_back(Value::of_number(Number::from_decimal(800'000 + 4'211 * i, 6)));
    domains.push_back(Value::of_enumeration(i % 4));
  }
  const ir::Type domain = type_of(TypeKind::enumeration, 1);
  builder.constants(measure_entity, "id", type_of(TypeKind::text), ids, true);
  measure_threshold = builder.constants(measure_entity, "threshold", number_type(), thresholds);
  measure_benchmark = builder.constants(measure_entity, "benchmark", number_type(), benchmarks);
  measure_domain = builder.constants(measure_entity, "domain", domain, domains);
  hospital_id = builder.stored(hospital_entity, "id", type_of(TypeKind::integer), true);
  result_hospital = builder.stored(result_entity, "hospital", link_to(hospital_entity), true);
  result_measure = builder.stored(result_entity, "measure", link_to(measure_entity), true);
  result_score = builder.stored(result_entity, "score", number_type());
  result_baseline = builder.stored(result_entity, "baseline", number_type());
  result_cases = builder.stored(result_entity, "cases", type_of(TypeKind::integer));
  const auto define = [&](const std::string& what, uint32_t entity, const std::string& name, ExprPtr body,
                          double count) {
    const uint32_t column = builder.computed(entity, name, std::move(body));
    definitions.push_back({what, column, count});
    return column;
  };

  define("score + baseline", result_entity, "added",
         node(Op::add, number_type(), of_result(result_score), of_result(result_baseline)), rows);
  // 10 * (score - threshold) / (benchmark - threshold), to 0.01
  const uint32_t achievement =
      define("achievement: 10 * (a - b) / (c - b), rounded", result_entity, "achievement",
             rounded(node(Op::divide, number_type(),
                          node(Op::multiply, number_type(), number(Number(10)),
                               node(Op::subtract, number_type(), of_result(result_score),
                                    of_measure(measure_threshold))),
                          node(Op::subtract, number_type(), of_measure(measure_benchmark),
                               of_measure(measure_threshold))),
                     Number(1, 100)),
             rows);
  auto improvement_cases = node(Op::cases, number_type());
  improvement_cases->args.push_back(
      node(Op::less_equal, boolean_type(), of_result(result_score), of_result(result_baseline)));
  improvement_cases->args.push_back(number(Number(0)));
  improvement_cases->args.push_back(rounded(
      node(Op::divide, number_type(),
           node(Op::multiply, number_type(), number(Number(10)),
                node(Op::subtract, number_type(), of_result(result_score), of_result(result_baseline))),
           node(Op::subtract, number_type(), of_measure(measure_benchmark), of_result(result_baseline))),
      Number(1, 100)));
  const uint32_t improvement = define("improvement: the same behind a case", result_entity, "improvement",
                                      std::move(improvement_cases), rows);
  // missing because "fewer than 25 cases"; else the greater, between 0 and 10
  auto points_cases = node(Op::cases, number_type());
  points_cases->args.push_back(node(Op::less, boolean_type(), of_result(result_cases), number(Number(25))));
  points_cases->args.push_back(missing(number_type(), "fewer than 25 cases"));
  points_cases->args.push_back(node(
      Op::minimum_of, number_type(),
      node(Op::maximum_of, number_type(), of_result(achievement), of_result(improvement), number(Number(0))),
      number(Number(10))));
  const uint32_t points = define("points: greatest and least, missing when few", result_entity, "points",
                                 std::move(points_cases), rows);
  define("points against the cut: a comparison", result_entity, "good",
         node(Op::greater_equal, boolean_type(), of_result(points), number(Number(5))), rows);

  const auto domain_sum = [&](AggregateMode mode, uint32_t which, uint32_t variable) {
    auto result = [&] { return row(result_entity, variable); };
    auto in_domain = node(Op::logical_and, boolean_type(),
                          node(Op::equal, boolean_type(),
                               builder.field(builder.field(result(), result_measure), measure_domain),
                               constant(domain, Value::of_enumeration(which))),
                          node(Op::is_known, boolean_type(), builder.field(result(), points)));
    auto chosen =
        filter(builder.reverse(row(hospital_entity), result_hospital), variable, std::move(in_domain));
    return aggregate(mode, number_type(), std::move(chosen), variable + 1,
                     builder.field(row(result_entity, variable + 1), points));
  };
  const uint32_t clinical = define("sum over a hospital's clinical results", hospital_entity, "clinical",
                                   domain_sum(AggregateMode::sum, 0, 2), rows);
  define("average over its safety results", hospital_entity, "safety",
         domain_sum(AggregateMode::average, 1, 2), rows);
  define("sum of scores of a hospital", hospital_entity, "total",
         aggregate(AggregateMode::sum, number_type(), builder.reverse(row(hospital_entity), result_hospital),
                   2, builder.field(row(result_entity, 2), result_score)),
         rows);
  define("greatest score of each measure", measure_entity, "greatest",
         aggregate(AggregateMode::maximum, number_type(),
                   builder.reverse(row(measure_entity), result_measure), 2,
                   builder.field(row(result_entity, 2), result_score)),
         rows);
  define("score less the average of its measure", result_entity, "centred",
         node(Op::subtract, number_type(), of_result(result_score),
              aggregate(AggregateMode::average, number_type(),
                        builder.reverse(builder.field(row(result_entity), result_measure), result_measure), 2,
                        builder.field(row(result_entity, 2), result_score))),
         rows);
  define("national sum of clinical points", 0, "national",
         aggregate(AggregateMode::sum, number_type(), all_rows(hospital_entity), 2,
                   builder.field(row(hospital_entity, 2), clinical)),
         rows / measures);
  ir::number_nodes(builder.program);
}

std::shared_ptr<const Dataset> make_data(const Bench& bench, uint32_t hospitals) {
  auto data = std::make_shared<Dataset>(bench.builder.program, std::make_shared<TextPool>());
  std::vector<int64_t> ids(hospitals);
  for (uint32_t i = 0; i < hospitals; ++i) ids[i] = i;
  std::unordered_map<uint32_t, Vector> columns;
  columns.emplace(bench.hospital_id, decimals(std::move(ids), 0));
  data->set_rows(bench.hospital_entity, hospitals, std::move(columns));
  const uint32_t results = hospitals * measures;
  std::vector<uint32_t> hospital(results), measure(results);
  std::vector<int64_t> score(results), baseline(results), cases(results);
  std::mt19937 random(7);
  for (uint32_t i = 0; i < results; ++i) {
    hospital[i] = i / measures;
    measure[i] = i % measures;
    score[i] = random() % 1'000'000;
    baseline[i] = random() % 750'000;
    cases[i] = random() % 500;
  }
  columns.clear();
  columns.emplace(bench.result_hospital, links(std::move(hospital)));
  columns.emplace(bench.result_measure, links(std::move(measure)));
  columns.emplace(bench.result_score, decimals(std::move(score), 6));
  columns.emplace(bench.result_baseline, decimals(std::move(baseline), 6));
  columns.emplace(bench.result_cases, decimals(std::move(cases), 0));
  data->set_rows(bench.result_entity, results, std::move(columns));
  return data;
}

}  // namespace

int main(int argc, char** argv) {
  const double millions = argc > 1 ? std::atof(argv[1]) : 10;
  const unsigned threads = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 0;
  const auto hospitals = static_cast<uint32_t>(millions * 1e6 / measures);
  const double rows = static_cast<double>(hospitals) * measures;
  const Bench bench(rows);
  const auto data = make_data(bench, hospitals);

  std::vector<double> x(static_cast<size_t>(rows), 1.5), y(x), z(x);
  const double loop = seconds([&] {
    for (size_t i = 0; i < x.size(); ++i) z[i] = x[i] * 0.25 + y[i];
  });
  const double copy = seconds([&] { std::memcpy(z.data(), x.data(), x.size() * sizeof(double)); });
  fmt::print("{:.1f} million rows; a loop over doubles {:.2f} ns/row, copying 8 bytes {:.2f} ns/row ({})\n",
             rows / 1e6, loop / rows * 1e9, copy / rows * 1e9, z[x.size() / 2]);

  const auto engine = make_engine(data, {threads, {}});
  double all = 0;
  for (const Definition& definition : bench.definitions) {
    const uint32_t columns[] = {definition.column};
    const double time = seconds([&] { engine->compute(columns); });
    all += time;
    fmt::print("{:7.2f} ns/row  {:6.1f} loops {:6.1f} copies   {}\n", time / definition.rows * 1e9,
               time / definition.rows / loop * rows, time / definition.rows / copy * rows, definition.what);
  }
  fmt::print("{:7.2f} ns/row/definition over all\n",
             all / rows / static_cast<double>(bench.definitions.size()) * 1e9);

  // What a program of the usual size costs, from nothing to everything.
  const Bench small(60'000);
  const auto small_data = make_data(small, 60'000 / measures);
  const double whole = seconds([&] {
    const auto fresh = make_engine(small_data, {threads, {}});
    for (const Definition& definition : small.definitions) fresh->column(definition.column);
  });
  fmt::print("60,000 rows, {} definitions: {:.2f} ms\n", small.definitions.size(), whole * 1e3);
}
