// The row before, findings, lists, number ranges and unions: random tables, the same on both evaluators.

#include <catch2/catch.hpp>
#include <memory>
#include <random>
#include <string>

#include "compiler/compile.h"
#include "runtime/run/session.h"

namespace merit::testing {

namespace {

class RandomTables {
 public:
  explicit RandomTables(uint64_t seed) : random_(seed) {}

  std::string program() {
    std::string text = "module random\n\nenum verdict: good, poor, bad\n\ntable owner:\n  | key id |\n";
    const int owners = 1 + below(4);
    for (int i = 0; i < owners; ++i) text += "  | o" + std::to_string(i) + " |\n";
    text += "\ntable item:\n  | key id | owner : owner? | place : integer? | amount | units : number | last "
            ": integer? |\n";
    const int items = 1 + below(40);
    for (int i = 0; i < items; ++i) {
      text += "  | i" + std::to_string(1000 + i) + " | " +
              (below(8) == 0 ? std::string() : "o" + std::to_string(below(owners))) + " | " +
              (below(9) == 0 ? std::string() : std::to_string(below(30))) + " | " +
              std::to_string(below(50) - 20) + " | " + std::to_string(below(6)) + " | " +
              (below(5) == 0 ? std::string() : std::to_string(below(5) - 1)) + " |\n";
    }
    text += R"(
for each item:
  before = previous of items by place
  large  = previous of (all items as other where other.amount > 0) by amount
  unit_price = amount / units
  near   = previous of (items as other where other.units > 1) by unit_price

  balance : number =
    before.left_over + amount    when before is known and before.left_over > -30
    amount                       otherwise
  left_over : number = balance * 0.5 + (before.steps if missing 0)
  steps : number = (before.steps if missing 0) + 1

findings marks of verdict for each item where amount > -10:
  bad  "B" when unit_price < 0
  poor "P" when amount < 10
  good "G" when before is known

entity item_step = for each item where units > 0, number in 0 - 1 to last

for each item_step:
  earlier = previous of item_steps by number * (item.units - 1)
  running : number = (earlier.running if missing item.balance) + number

entity entry = from each of:
  items where unit_price > 1: value = amount, whose = owner
  items where amount < 0: value = left_over, whose = owner
  owners: value = 2, whose = owner

for each entry:
  ahead = previous of all entries by number
  whole = value is known and value > 3

for each item:
  codes    = list of code over marks
  verdicts = list of verdict over (marks as other where other.number > 1)
  many     = count of marks
  by_last  = list of code over marks by highest verdict, then lowest item, then highest code, then lowest number
  total    = sum of running over item_steps

for each owner:
  all_codes = list of code over items.marks
  ordered   = list of code over items.marks by item.amount, then highest item.left_over / item.units
  sum_left  = sum of left_over over items
  best      = highest of items.item_steps by running

entries_known = count of all entries where whole
)";
    return text;
  }

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<uint64_t>(limit)); }

  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("orders, findings and derived rows are the same on both evaluators") {
  size_t faults = 0;
  size_t known = 0;
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    const std::string text = RandomTables(seed).program();
    Compilation compilation = compile_text("random.merit", text, {});
    if (!compilation.program) {
      std::string said;
      for (const Diagnostic& diagnostic : compilation.diagnostics.all()) said += diagnostic.message + "\n";
      FAIL(said);
    }
    const auto program = std::make_shared<const ir::Program>(std::move(*compilation.program));
    RunOptions run;
    std::vector<uint32_t> columns;
    for (uint32_t column = 0; column < program->columns.size(); ++column) {
      if (program->columns[column].type.kind != ir::TypeKind::collection) columns.push_back(column);
    }
    run.columns = columns;
    Diagnostics diagnostics;
    Session by_columns(program);
    REQUIRE(by_columns.load(run, diagnostics));
    run.by_rows = true;
    Session by_rows(program);
    REQUIRE(by_rows.load(run, diagnostics));
    for (const uint32_t column : columns) {
      const uint32_t rows = by_rows.evaluation().rows(program->columns[column].entity);
      REQUIRE(by_columns.evaluation().rows(program->columns[column].entity) == rows);
      for (uint32_t row = 0; row < rows; ++row) {
        const Value fast = by_columns.evaluation().value(column, row);
        const Value slow = by_rows.evaluation().value(column, row);
        faults += slow.is_fault() ? 1 : 0;
        known += slow.is_known() ? 1 : 0;
        if (fast == slow) continue;
        FAIL("seed " << seed << ": " << ir::qualified_name(*program, column) << " of row " << row << ": "
                     << (fast.is_fault() ? fast.fault().message + fast.fault().place : "no fault") << " and "
                     << (slow.is_fault() ? slow.fault().message + slow.fault().place : "no fault"));
      }
    }
  }
  CHECK(faults > 1000);
  CHECK(known > 10000);
}

}  // namespace merit::testing
