#pragma once
// The wording of syntax errors: from where the parser stopped to what the author should write.

#include <cstddef>
#include <functional>
#include <vector>

#include "compiler/syntax/scanner.h"

namespace merit {

class SyntaxTokens;

/// Where the parser stopped.
struct ErrorPlace {
  size_t offending = 0;                       ///< index of the token that does not fit
  size_t first = 0;                           ///< index of the first token of its statement
  std::vector<size_t> rules;                  ///< the rules that were being read, innermost first
  std::function<bool(int32_t type)> expects;  ///< could a token of this kind have stood there?
};

/// Reports the error at `place`.
void explain_error(const ErrorPlace& place, const ScannedFile& scanned, const SyntaxTokens& tokens,
                   uint32_t file, Diagnostics& diagnostics);

}  // namespace merit
