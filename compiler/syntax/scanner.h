#pragma once
// Text to tokens: the layout rule, literals, and the words that belong together. Every error of the text
// itself is reported here, and the statement it stands in is marked, so that the parser does not complain
// about it again.

#include <string>
#include <vector>

#include "compiler/syntax/ast.h"
#include "compiler/syntax/token.h"

namespace merit {

/// The `##` lines before a statement.
struct DocBlock {
  ast::Doc doc;
  uint32_t token = 0;  ///< the first token of the statement
};

struct ScannedFile {
  std::vector<Lexeme> tokens;  ///< ends with END
  std::vector<DocBlock> docs;
  std::vector<ast::Comment> comments;
  std::vector<Span> fences;
  std::vector<bool> blamed;  ///< by statement: an error was already reported in it
};

/// Scans a whole module; see parse.h for what is reported.
ScannedFile scan_module(const SourceFiles& files, uint32_t file, Diagnostics& diagnostics);

/// Scans the byte range of one expression, without layout: a hole in the text of a source.
ScannedFile scan_range(const SourceFiles& files, Span range, Diagnostics& diagnostics);

/// Is the name of the file that of a literate module (Markdown with `merit` fences)?
bool is_literate(std::string_view file_name);

/// The text between the quotes with its escapes resolved.
std::string unescape(std::string_view inside);

}  // namespace merit
