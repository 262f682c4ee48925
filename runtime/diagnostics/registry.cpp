#include "runtime/diagnostics/registry.h"

#include <array>

namespace merit {

const MessageEntry* find_message(std::string_view code) {
  const std::array<std::span<const MessageEntry>, 6> tables = {syntax_messages(), name_messages(),
                                                               type_messages(),   declaration_messages(),
                                                               data_messages(),   run_messages()};
  for (const std::span<const MessageEntry> table : tables) {
    for (const MessageEntry& entry : table) {
      if (entry.code == code) return &entry;
    }
  }
  return nullptr;
}

}  // namespace merit
