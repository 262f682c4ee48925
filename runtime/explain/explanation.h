#pragma once
// Why a value is what it is: the tree from an amount down to the cells of the data, made by the row
// evaluator, so that what is explained is what is computed.

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "runtime/explain/row_evaluator.h"

namespace merit {

/// One line of an explanation, and what it rests on.
struct Explanation {
  enum class Kind : uint8_t {
    definition,  ///< a computed column at a row
    fact,        ///< a cell of the data
    cell,        ///< a cell of a table in the program
    aggregate,   ///< a sum, a count, the latest … over rows; parts: the rows
    member,      ///< one row of a collection
    chosen,      ///< the case that applies; parts: what decided
    refused,     ///< a case that does not apply, with the value of its condition
    repeated,    ///< explained further up
    more,        ///< rows left out
    measure,     ///< a measure or a group of one; value: where the row ends up
    population,  ///< a population of a measure; value: met or not, or why it is not asked for
    line,        ///< a line of a criterion; value: met or not
    row,         ///< a row of a collection; value: what a line read of it; text: which line it did not meet
  } kind = Kind::definition;
  std::string label;  ///< "net", "threshold of measure cauti", "sum of points over scored"
  std::string value;  ///< as people read it; empty for chosen, more
  std::string exact;  ///< the exact number where `value` is rounded; else empty
  std::string title;  ///< first sentence of the documentation
  std::string text;   ///< what is written in the program: the definition, the condition
  std::string place;  ///< "hvbp_2024.merit:41", "hvbp_safety.csv:12, HAI-1 Performance Rate"
  std::vector<Explanation> parts;
};

struct ExplainOptions {
  uint32_t members = 8;    ///< rows shown of a collection
  bool all_cases = false;  ///< also the cases that were not chosen, and why
};

/// Explains one column at one row.
Explanation explain(RowEvaluator& evaluator, uint32_t column, uint32_t row,
                    const ExplainOptions& options = {});
/// Explains a payment at one row: each of its named steps, the last (what is paid) first in the label.
Explanation explain_payment(RowEvaluator& evaluator, uint32_t payment, uint32_t row,
                            const ExplainOptions& options = {});

/// The tree drawn with lines, one line a node; colour escapes only when asked.
std::string explanation_text(const Explanation& explanation, bool color);
nlohmann::json explanation_json(const Explanation& explanation);

}  // namespace merit
