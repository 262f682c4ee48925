#pragma once
// Why a row is in a population of a measure or not: each line of each population as met or not, with the
// dates, codes and values that decided it.

#include "runtime/explain/explanation.h"

namespace merit {

/// Explains a measure, or one group of it (`group` none: each), at a row of its entity. Populations that an
/// earlier one leaves without meaning are named and not gone into, nor are exclusions that do not hold,
/// unless all cases are asked for.
Explanation explain_measure(RowEvaluator& evaluator, uint32_t measure, uint32_t group, uint32_t row,
                            const ExplainOptions& options = {});

}  // namespace merit
