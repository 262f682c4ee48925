#pragma once
// What a run came to, beside its reports: what was paid, which ensures hold, which faults stand in the way,
// by how much they block.

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/outcome/measures.h"

namespace merit {

struct EnsureOutcome {
  uint32_t ensure = 0;   ///< in Program::ensures
  uint64_t checked = 0;  ///< rows
  uint64_t failed = 0;   ///< rows where the condition does not hold
  uint64_t faulted = 0;  ///< rows where it could not be computed
  std::vector<std::string>
      rows;  ///< the keys of the first 10 rows that failed or faulted; empty for the whole program
  Value::FaultPointer first_fault;

  bool holds() const { return failed == 0 && faulted == 0; }
};

struct PaymentOutcome {
  uint32_t payment = 0;   ///< in Program::payments
  uint64_t paid = 0;      ///< rows with an amount
  uint64_t not_paid = 0;  ///< rows outside the payment, or with a missing amount
  uint64_t blocked = 0;   ///< rows where a fault stands in the way; nothing is paid on them
  Number total;           ///< of what is paid
  std::string type;       ///< "money to $0.01"
};

/// One cause of faults: all faults of one place in the program with one sentence.
struct FaultOutcome {
  Value::FaultPointer first;      ///< the first by row
  Span span;                      ///< the place in the rules; file 0 when it has none
  std::string row;                ///< the key of the first row
  uint64_t payments_blocked = 0;  ///< amounts that are not paid because of it
  uint64_t cells = 0;             ///< cells of reports, conditions of ensures and populations that it spoils
};

struct RunSummary {
  std::vector<EnsureOutcome> ensures;
  std::vector<PaymentOutcome> payments;
  std::vector<FaultOutcome> faults;   ///< those that block the most payments first
  std::vector<TieCount> ties;         ///< in order of place
  std::vector<uint64_t> report_rows;  ///< one number a report
  std::vector<MeasureResult> measures;

  /// Every ensure holds, and nothing that was asked for is a fault.
  bool clean() const;
};

/// Computes what the program's reports, payments, ensures and measures need, and no more.
RunSummary summarize(const ir::Program& program, Evaluation& evaluation);

/// The place in the rules of a fault; file 0 when it has none (a field that a test does not give).
Span place_of(const ir::Program& program, const Fault& fault);

}  // namespace merit
