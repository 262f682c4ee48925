#include "runtime/outcome/summary.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "runtime/outcome/report.h"

namespace merit {

namespace {

constexpr size_t most_rows = 10;

class FaultCounter {
 public:
  void add(const Value::FaultPointer& fault, bool blocks_payment) {
    FaultOutcome& outcome = found_[{fault->place_order, fault->place, fault->message}];
    if (!outcome.first || fault->row < outcome.first->row) outcome.first = fault;
    ++(blocks_payment ? outcome.payments_blocked : outcome.cells);
  }

  std::vector<FaultOutcome> finish(const ir::Program& program, Evaluation& evaluation) {
    std::vector<FaultOutcome> all;
    for (auto& [key, outcome] : found_) {
      outcome.span = place_of(program, *outcome.first);
      if (outcome.first->entity != 0)
        outcome.row = evaluation.key_text(outcome.first->entity, outcome.first->row);
      all.push_back(std::move(outcome));
    }
    // In order of place where they block as much.
    std::stable_sort(all.begin(), all.end(), [](const FaultOutcome& a, const FaultOutcome& b) {
      return a.payments_blocked != b.payments_blocked ? a.payments_blocked > b.payments_blocked
                                                      : a.cells > b.cells;
    });
    return all;
  }

 private:
  std::map<std::tuple<uint32_t, std::string, std::string>, FaultOutcome> found_;
};

EnsureOutcome check_ensure(const ir::Program& program, uint32_t index, Evaluation& evaluation,
                           FaultCounter& faults) {
  const ir::Ensure& ensure = program.ensures[index];
  EnsureOutcome outcome;
  outcome.ensure = index;
  const uint32_t rows = evaluation.rows(ensure.entity);
  for (uint32_t row = 0; row < rows; ++row) {
    Value result = Value::of_boolean(true);
    if (ensure.filter != ir::none) result = evaluation.value(ensure.filter, row);
    if (result.is_known() && !result.boolean()) continue;
    ++outcome.checked;
    if (result.is_known()) result = evaluation.value(ensure.condition, row);
    if (result.is_known() && result.boolean()) continue;
    if (result.is_fault()) {
      ++outcome.faulted;
      faults.add(result.fault_pointer(), false);
      if (!outcome.first_fault) outcome.first_fault = result.fault_pointer();
    } else {
      ++outcome.failed;
    }
    if (ensure.entity != 0 && outcome.rows.size() < most_rows) {
      outcome.rows.push_back(evaluation.key_text(ensure.entity, row));
    }
  }
  return outcome;
}

PaymentOutcome add_payment(const ir::Program& program, uint32_t index, Evaluation& evaluation,
                           FaultCounter& faults) {
  const ir::Payment& payment = program.payments[index];
  PaymentOutcome outcome;
  outcome.payment = index;
  outcome.type = ir::type_text(program, program.columns[payment.steps.back()].type);
  const uint32_t rows = evaluation.rows(payment.entity);
  for (uint32_t row = 0; row < rows; ++row) {
    const Value paid = evaluation.value(payment.steps.back(), row);
    if (paid.is_fault()) {
      ++outcome.blocked;
      faults.add(paid.fault_pointer(), true);
    } else if (paid.is_known()) {
      ++outcome.paid;
      outcome.total += paid.number_or_amount();
    } else {
      ++outcome.not_paid;
    }
  }
  return outcome;
}

const ir::Expr* node_numbered(const ir::Expr& root, uint32_t number) {
  if (root.number == number) return &root;
  for (const ir::ExprPtr& arg : root.args) {
    if (const ir::Expr* found = node_numbered(*arg, number)) return found;
  }
  return nullptr;
}

}  // namespace

bool RunSummary::clean() const {
  return faults.empty() &&
         std::all_of(ensures.begin(), ensures.end(), [](const EnsureOutcome& e) { return e.holds(); });
}

RunSummary summarize(const ir::Program& program, Evaluation& evaluation) {
  RunSummary summary;
  FaultCounter faults;
  for (uint32_t i = 0; i < program.payments.size(); ++i) {
    summary.payments.push_back(add_payment(program, i, evaluation, faults));
  }
  for (uint32_t i = 0; i < program.ensures.size(); ++i) {
    summary.ensures.push_back(check_ensure(program, i, evaluation, faults));
  }
  for (const ir::Report& report : program.reports) {
    const ReportTable table(program, report, evaluation);
    summary.report_rows.push_back(table.rows());
    for (uint64_t row = 0; row < table.rows(); ++row) {
      for (size_t column = 0; column < report.columns.size(); ++column) {
        const Value value = table.cell(row, column);
        if (value.is_fault()) faults.add(value.fault_pointer(), false);
      }
    }
  }
  summary.measures = measure_results(program, evaluation);
  for (const MeasureResult& measure : summary.measures) {
    for (const Value::FaultPointer& fault : measure.faults) faults.add(fault, false);
  }
  summary.faults = faults.finish(program, evaluation);
  summary.ties = evaluation.ties();
  return summary;
}

Span place_of(const ir::Program& program, const Fault& fault) {
  const size_t mark = fault.place.rfind('#');
  const std::string name = fault.place.substr(0, mark);
  for (uint32_t i = 0; i < program.columns.size(); ++i) {
    const ir::Column& column = program.columns[i];
    if (ir::qualified_name(program, i) != name) continue;
    uint32_t number = 0;
    if (mark == std::string::npos || !column.body) return column.span;
    std::from_chars(fault.place.data() + mark + 1, fault.place.data() + fault.place.size(), number);
    const ir::Expr* node = node_numbered(*column.body, number);
    return node == nullptr ? column.span : node->span;
  }
  return {};
}

}  // namespace merit
