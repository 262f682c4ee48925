#pragma once
// What the words mean where they stand: which are words of the language, which two make one, and which are
// names.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/scanner.h"

namespace merit {

/// Gives every NAME its kind and joins the words that belong together ("is not", "for each", "30 days").
void join_words(std::string_view text, ScannedFile& scanned);

/// Is a token a value by itself: a name, a number, a text?
bool is_whole_value(int32_t type);

/// Can a token end what an operator follows?
bool ends_operand(int32_t type);

/// Can the word never be a name (but after a `.`)?
bool is_reserved(std::string_view word);

/// "day", "days", "week", ...
bool is_time_unit(std::string_view word);

/// The words that a declaration begins with.
const std::vector<std::string>& declaration_words();

}  // namespace merit
