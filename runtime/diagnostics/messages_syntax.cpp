// Messages about the text itself: characters, layout, and what a line may say (S).
#include <array>

#include "runtime/diagnostics/registry.h"

namespace merit {

namespace {

constexpr std::array entries = {
    MessageEntry{"S001", Severity::error, "A line cannot be read.",
                 "The line is not one of the forms that may stand here."},
};

}  // namespace

std::span<const MessageEntry> syntax_messages() {
  return entries;
}

}  // namespace merit
