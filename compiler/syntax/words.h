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

/// Can the word never be a name (but after a `.`)?
bool is_reserved(std::string_view word);

/// "day", "days", "week", ...
bool is_time_unit(std::string_view word);

/// The words that a declaration begins with.
const std::vector<std::string>& declaration_words();

}  // namespace merit
