#pragma once
// The three renderings of messages: boxed (for people), one line (for editors and grep), JSON (for machines).

#include <string>

#include "runtime/diagnostics/diagnostic.h"

namespace merit {

enum class RenderStyle : uint8_t { boxed, line, json };

struct RenderOptions {
  RenderStyle style = RenderStyle::boxed;
  bool color = false;
};

/// All messages, then (boxed, line) one line that counts them.
std::string render(const Diagnostics& diagnostics, const SourceFiles& files, const RenderOptions& options);

/// The name nearest to `wanted` among `candidates` (Damerau-Levenshtein, a third of the length at most),
/// or else the shortest that begins or ends with it as whole words; empty if none.
std::string nearest_name(std::string_view wanted, const std::vector<std::string>& candidates);

}  // namespace merit
