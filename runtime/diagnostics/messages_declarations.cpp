// Messages about amendments (A), tables, entities and keys (G), the whole program (C), and warnings (W).
#include <array>

#include "runtime/diagnostics/registry.h"

namespace merit {

namespace {

constexpr std::array entries = {
    MessageEntry{"G001", Severity::error, "A name is declared twice.",
                 "Every name of an entity or of the program stands for one thing. Rename one of the two."},
};

}  // namespace

std::span<const MessageEntry> declaration_messages() {
  return entries;
}

}  // namespace merit
