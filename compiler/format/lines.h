#pragma once
// A scanned file line by line: what the formatter works on. Only for the inside of this folder.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/scanner.h"

namespace merit::format {

/// A word or sign as it stands on one line: tokens of two words are in pieces here.
struct Piece {
  int32_t type = token::NONE;
  std::string_view text;
  uint32_t column = 0;  ///< in characters from the left edge, as written
};

enum class LineKind : uint8_t { statement, continuation, row, comment, blank };

/// One line of the file with what the layout rule says of it.
struct Line {
  LineKind kind = LineKind::blank;
  std::vector<Piece> pieces;
  std::string_view comment;      ///< `# ...` or `## ...`; empty when there is none
  uint32_t comment_column = 0;   ///< as written
  uint32_t column = 0;           ///< of the first character, as written
  uint32_t depth = 0;            ///< of its block
  uint32_t block = 0;            ///< running number of its block
  uint32_t statement_line = 0;   ///< continuation: the index, in its fence, of the line that it belongs to
  int32_t head = token::NONE;    ///< the first token of its statement
  int32_t second = token::NONE;  ///< the second one
  bool opens_block = false;      ///< the next statement stands in a block of this one
};

/// The lines of all fences, one list each.
std::vector<std::vector<Line>> lines_of(std::string_view text, const ScannedFile& scanned);

/// Characters, not bytes.
uint32_t width(std::string_view text);

}  // namespace merit::format
