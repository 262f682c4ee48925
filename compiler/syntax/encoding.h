#pragma once
// Whether a file is UTF-8 text at all, and steps through it code point by code point.

#include <string>
#include <string_view>

#include "runtime/diagnostics/diagnostic.h"

namespace merit {

/// Reports the first byte that is not UTF-8 or is NUL. False when the file is no text that could be read
/// further (UTF-16).
bool check_encoding(std::string_view text, uint32_t file, Diagnostics& diagnostics);

struct CodePoint {
  char32_t value = 0;
  uint32_t length = 1;  ///< in bytes
};

/// The code point at `at`; a byte that is not UTF-8 is U+FFFD of length 1.
CodePoint code_point_at(std::string_view text, uint32_t at);

}  // namespace merit
