#pragma once
// The one registry of messages: what each code means, with an example. `docs/messages.md` is made from it.

#include <span>
#include <string_view>

#include "runtime/diagnostics/diagnostic.h"

namespace merit {

struct MessageEntry {
  std::string_view code;  ///< "T104"
  Severity severity;
  std::string_view title;    ///< one line: what is wrong, in general
  std::string_view meaning;  ///< a short paragraph for the manual: why it is refused and what to do
};

/// One table a room: messages_syntax.cpp (S), messages_names.cpp (N), messages_types.cpp (T, M),
/// messages_declarations.cpp (A, G, C, W), messages_data.cpp (D), messages_run.cpp (I, R).
std::span<const MessageEntry> syntax_messages();
std::span<const MessageEntry> name_messages();
std::span<const MessageEntry> type_messages();
std::span<const MessageEntry> declaration_messages();
std::span<const MessageEntry> data_messages();
std::span<const MessageEntry> run_messages();

/// The entry of a code; nullptr when there is none (a defect that a test looks for).
const MessageEntry* find_message(std::string_view code);

}  // namespace merit
