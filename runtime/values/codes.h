#pragma once
// Codes: sets of codings, each a system and a code (a FHIR CodeableConcept, a Coding, a list of either).
//
// A coding is the text "system|code"; displays, versions and who selected it never count. A set is the text
// of its codings, sorted and each once, one a line: equal sets are equal texts, so that columns keep them
// interned and membership is decided once for each different set. The empty set is no text at all but a
// missing value: `is missing` asks for it.

#include <string>
#include <string_view>
#include <vector>

namespace merit {

inline constexpr char coding_separator = '\n';

/// "system|code". Line ends, which no code has, become blanks.
std::string coding_text(std::string_view system, std::string_view code);

/// The set of these codings; empty when there are none.
std::string codes_text(std::vector<std::string> codings);

/// Calls `each` with every coding of a set.
template <typename Function>
void for_each_coding(std::string_view set, const Function& each) {
  while (!set.empty()) {
    const std::size_t end = set.find(coding_separator);
    each(set.substr(0, end));
    if (end == std::string_view::npos) return;
    set.remove_prefix(end + 1);
  }
}

/// A cell: "system|code;system|code". Empty when one of its parts has no `|`, or nothing after it.
std::string codes_of_cell(std::string_view cell);

/// The set as a cell has it: "system|code;system|code".
std::string cell_of_codes(std::string_view set);

}  // namespace merit
