#pragma once
// The tests that a program brings: each is a small world of its own, made of the rows that it gives.

#include <memory>
#include <string>
#include <vector>

#include "runtime/data/value_sets.h"
#include "runtime/ir/ir.h"

namespace merit {

/// One thing that came out otherwise than a test expects.
struct TestFailure {
  Span span;             ///< the cell or condition
  std::string row;       ///< "hospital 010001"; empty for a condition of the whole program
  std::string column;    ///< "achievement_points"; empty for a condition
  std::string expected;  ///< "10"
  std::string actual;    ///< "9", "missing: no performance rate", "fault: division by zero"
  std::string exact;     ///< the exact number where `actual` is rounded; else empty
  std::string message;   ///< the whole sentence
};

struct TestOutcome {
  std::string title;
  Span span;
  uint64_t checks = 0;  ///< cells and conditions looked at
  std::vector<TestFailure> failures;

  bool passed() const { return failures.empty(); }
};

/// Runs the tests, in order; with `wanted`, only those whose title contains it. A linked row that is not
/// given exists with its key; an optional field that is not given is missing, another is a fault if it is
/// needed (R107).
/// `value_sets`: the codes of published value sets; without them, a published set holds nothing but what
/// tests name as being in it.
std::vector<TestOutcome> run_tests(const ir::Program& program, const std::string& wanted = {},
                                   const std::shared_ptr<const ValueSets>& value_sets = nullptr);

/// The columns that these tests look at.
std::vector<uint32_t> columns_of_tests(const ir::Program& program, const std::string& wanted = {});

}  // namespace merit
