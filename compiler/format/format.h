#pragma once
// The canonical text of a module: the same program, spaced and indented in one way.

#include <string>

#include "compiler/syntax/ast.h"

namespace merit {

/// The module's file in canonical text. Lines stay lines: what changes is the space in them and around them.
///
/// - Two blanks for each level; a line that goes on keeps its distance to the line that it belongs to.
/// - One blank around operators and after commas, none inside brackets; `name : type`, and `header:`.
/// - Columns of a table are padded to their widest cell, text and numbers alike at the left.
/// - In a list of cases `when` and `otherwise` stand in one column, three blanks after the widest value;
/// values wider than
///   60 characters are left out of the count.
/// - Where the author has aligned the `=` or `:` of neighbouring lines, the urls and codes of value sets and
/// codes, the texts of a measure's `title` and `identifier`, or comments after lines, they stay aligned.
/// - At most one empty line in a row, none at the beginning of a block or of the file.
/// - Comments are kept, each where it stands. In a literate module nothing outside the fences changes.
///
/// The module must have been read without errors. Formatting the result again changes nothing, and its tree
/// is the same. Throws std::logic_error if the result would not be the same program: nothing is then to be
/// written.
std::string format_module(const ast::Module& module, const SourceFiles& files);

}  // namespace merit
