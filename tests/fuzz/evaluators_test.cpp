// Both evaluators on random programs: every column, every row, the same value, reason or fault.
//
// MERIT_FUZZ_SECONDS sets for how long; MERIT_FUZZ_SEED runs one seed alone.

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <string>

#include "runtime/engine/engine.h"
#include "runtime/explain/row_evaluator.h"
#include "tests/fuzz/random_program.h"

namespace merit::testing {

namespace {

std::string text_of(const Value& value) {
  switch (value.kind()) {
  case ValueKind::missing:
    return "missing (" + (value.missing_reason() ? *value.missing_reason() : "no reason") + ")";
  case ValueKind::fault: {
    const Fault& fault = value.fault();
    return "fault " + fault.code + " at " + fault.place + " row " + std::to_string(fault.entity) + ":" +
           std::to_string(fault.row) + " count " + std::to_string(fault.count) + " " + fault.message;
  }
  case ValueKind::boolean: return value.boolean() ? "yes" : "no";
  case ValueKind::number:
  case ValueKind::money: return value.number_or_amount().exact_text().substr(0, 200);
  case ValueKind::text: return value.text();
  case ValueKind::date: return value.date().text();
  case ValueKind::duration: return value.duration().text();
  case ValueKind::period: return value.period().text();
  case ValueKind::datetime: return value.datetime().text();
  case ValueKind::datetime_period: return value.datetime_period().text();
  case ValueKind::codes: return value.codes();
  case ValueKind::quantity: return value.quantity().text();
  case ValueKind::enumeration: return "#" + std::to_string(value.enumeration());
  case ValueKind::row: return "row " + std::to_string(value.row());
  }
  return "?";
}

/// Whether they agree; says where not.
bool agree(const Value& expected, const Value& actual) {
  if (!(expected == actual)) return false;
  if (expected.kind() == ValueKind::datetime)  // also at the same offset
    return expected.datetime().packed() == actual.datetime().packed();
  return !expected.is_fault() || expected.fault().message == actual.fault().message;
}

void check(uint64_t seed, bool large) {
  const RandomProgram random(seed, large);
  RowEvaluator rows(random.data, random.overrides);
  const unsigned others[] = {2, 4, 7};
  const bool many = seed % 3 == 0 || large;
  for (const unsigned threads : {1U, others[seed % 3]}) {
    if (threads != 1 && !many) continue;
    const auto engine = make_engine(random.data, {threads, random.overrides});
    for (uint32_t entity = 0; entity < random.program->entities.size(); ++entity)
      if (rows.rows(entity) != engine->rows(entity))
        FAIL("seed " << seed << (large ? " large" : "") << ": rows of "
                     << random.program->entities[entity].name);
    for (uint32_t column = 0; column < random.program->columns.size(); ++column) {
      const ir::Column& shape = random.program->columns[column];
      if (shape.type.kind == ir::TypeKind::collection) continue;
      for (uint32_t row = 0; row < rows.rows(shape.entity); ++row) {
        const Value expected = rows.value(column, row);
        const Value actual = engine->value(column, row);
        if (!agree(expected, actual))
          FAIL("seed " << seed << (large ? " large" : "") << ", " << threads
                       << " threads: " << ir::qualified_name(*random.program, column) << " at row " << row
                       << " of " << rows.rows(shape.entity) << "\n  expected " << text_of(expected)
                       << "\n  got      " << text_of(actual));
      }
    }
  }
}

}  // namespace

TEST_CASE("the engine says what the row evaluator says") {
  if (const char* seed = std::getenv("MERIT_FUZZ_SEED")) {
    const std::string text = seed;
    check(std::stoull(text), text.ends_with("L"));
    return;
  }
  const char* wanted = std::getenv("MERIT_FUZZ_SECONDS");
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::seconds(wanted != nullptr ? std::atoi(wanted) : 20);
  uint64_t seed = 1;
  for (; std::chrono::steady_clock::now() < until; ++seed) {
    check(seed, false);
    if (seed % 60 == 0) check(seed, true);
  }
  CHECK(seed > 100);  // a machine so slow that nothing was tested should say so
}

}  // namespace merit::testing
