#pragma once
// Text to tree. The one header of the syntax room that others include; ANTLR stays behind it.

#include <memory>

#include "compiler/syntax/ast.h"

namespace merit {

/// Reads one module (`.merit`, or `.merit.md` by its `merit` fences). Every error of the file is reported to
/// `diagnostics`, in order of place and without followers; the tree that is returned holds everything that
/// could be read (never null). Not to be called from two threads at once (the ANTLR 4.9 runtime holds static
/// locks).
std::unique_ptr<ast::Module> parse_module(const SourceFiles& files, uint32_t file, Diagnostics& diagnostics);

/// How often the last parse fell back to full-context prediction; a test holds it at 0.
uint64_t full_context_events();

}  // namespace merit
