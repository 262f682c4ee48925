#pragma once
// A value as text: for people (terminals, explanations, messages) and for files (CSV cells).

#include <string>

#include "runtime/data/evaluation.h"

namespace merit {

enum class TextStyle : uint8_t {
  people,  ///< "$1,234.50", "38.333333", "missing: fewer than 25 cases", "fault: division by zero"
  file,    ///< "1234.5", at most 12 decimals (rounded half away from zero), "" for missing, "#FAULT"
};

/// Rows by their key, enumerations by name, booleans "yes"/"no" (file: "true"/"false").
std::string value_text(Evaluation& evaluation, const ir::Program& program, const ir::Type& type,
                       const Value& value, TextStyle style);

}  // namespace merit
