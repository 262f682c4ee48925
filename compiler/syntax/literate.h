#pragma once
// Which parts of a file are Merit: the `merit` fences of a Markdown file, or the whole of any other.

#include <string_view>
#include <vector>

#include "runtime/diagnostics/diagnostic.h"

namespace merit {

/// A stretch of Merit text; lines are indented by `base` blanks, as the fence was.
struct Fence {
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t base = 0;
};

/// The `merit` fences of a Markdown text (CommonMark's rule for fenced code). A fence that is never closed is
/// reported.
std::vector<Fence> merit_fences(std::string_view text, uint32_t file, Diagnostics& diagnostics);

}  // namespace merit
