#pragma once
// Words that explanations of values and of measures share.

#include <string>

#include "runtime/data/dataset.h"

namespace merit {

/// "hvbp_2024.merit:41".
std::string source_place(const ir::Program& program, const Span& span);
/// "hvbp_safety.csv:12, HAI-1 Performance Rate"; empty where nobody said where a cell came from.
std::string data_place(const Dataset& data, uint32_t column, uint32_t row);
/// "How good the rate is: 0 to 10." of a documentation of several sentences and lines.
std::string first_sentence(std::string doc);

}  // namespace merit
