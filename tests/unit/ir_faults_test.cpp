// The faults of the rules: each kind has one code, which the registry explains, and one sentence.

#include <catch2/catch.hpp>
#include <memory>
#include <set>
#include <string>

#include "runtime/diagnostics/registry.h"
#include "runtime/ir/faults.h"

using namespace merit;
using namespace merit::ir;

namespace {

struct Expected {
  FaultKind kind;
  std::string code;
  std::string sentence;
};

const std::vector<Expected> kinds = {
    {FaultKind::division_by_zero, "R101", "division by zero"},
    {FaultKind::no_case, "R102", "none of the cases applies"},
    {FaultKind::several_rows, "R103", "`the` found more than one row"},
    {FaultKind::outside_domain, "R104", "this has no value"},
    {FaultKind::too_many_digits, "R105", "the exact value has more than 100,000 digits; round it on the way"},
    {FaultKind::period_order, "R106", "the period would start after it ends"},
    {FaultKind::not_given, "R107", "the test does not give this"},
    {FaultKind::group_unknown, "R108", "the group of a member could not be computed"},
};

/// A program of one column on one entity.
Program program() {
  Program made;
  made.entities.resize(2);
  made.entities[0].name = "program";
  made.entities[1].name = "hospital";
  made.entities[1].columns = {0};
  made.columns.resize(1);
  made.columns[0].name = "rate";
  made.columns[0].entity = 1;
  return made;
}

Value::FaultPointer fault_at(uint32_t place, uint32_t row, uint64_t count = 1) {
  Expr node;
  node.place = place;
  const auto made = make_fault(program(), 0, node, row, FaultKind::division_by_zero);
  return aggregate_fault(made, count);
}

}  // namespace

TEST_CASE("each kind of fault has its code in the registry and its sentence") {
  std::set<std::string> codes;
  for (const Expected& expected : kinds) {
    CAPTURE(expected.code);
    CHECK(fault_code(expected.kind) == expected.code);
    CHECK(find_message(expected.code) != nullptr);
    CHECK(codes.insert(expected.code).second);
    Expr node;
    node.number = 3;
    const auto fault = make_fault(program(), 0, node, 7, expected.kind);
    CHECK(fault->message == expected.sentence);
    CHECK(fault->code == expected.code);
    CHECK(fault->place == "hospital.rate#3");
    CHECK(fault->row == 7);
    CHECK(make_fault(program(), 0, node, 7, expected.kind, "more to say")->message == "more to say");
  }
}

TEST_CASE("of two faults the first by place, then by row, is reported") {
  const auto early = fault_at(2, 9);
  const auto late = fault_at(5, 1);
  CHECK(first_of(early, late) == early);
  CHECK(first_of(late, early) == early);
  const auto upper = fault_at(5, 0);
  CHECK(first_of(late, upper) == upper);
  const auto many = fault_at(5, 1, 4);  // the same place and row: the one that stands for more rows
  CHECK(first_of(late, many) == many);
  CHECK(first_of(many, late) == many);
}

TEST_CASE("an aggregate reports its first fault with the number of faulted rows") {
  const auto one = fault_at(2, 9);
  CHECK(aggregate_fault(one, 1) == one);
  const auto five = aggregate_fault(one, 5);
  CHECK(five->count == 5);
  CHECK(five->message == one->message);
  CHECK(one->count == 1);
}
