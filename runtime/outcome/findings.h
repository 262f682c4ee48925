#pragma once

#include <string>
#include <vector>

#include "runtime/diagnostics/diagnostic.h"
#include "runtime/outcome/summary.h"

namespace merit {

/// What a run found to be wrong, as messages with their places: ensures that do not hold (R021), then faults.
Diagnostics findings(const ir::Program& program, const RunSummary& summary);

/// What whoever reads the results should know, though nothing is wrong: orders that left ties (R114;
/// R115 where a payment rests on one).
Diagnostics remarks(const ir::Program& program, const RunSummary& summary);

/// The payments that rest on what a tie decided.
std::vector<std::string> payments_on(const ir::Program& program, const TieCount& tie);

}  // namespace merit
