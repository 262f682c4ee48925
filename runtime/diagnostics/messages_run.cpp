// Messages about the intermediate form (I) and about a run (R).
#include <array>

#include "runtime/diagnostics/registry.h"

namespace merit {

namespace {

constexpr std::array entries = {
    MessageEntry{"R001", Severity::error, "A file cannot be read or written.",
                 "The run stops, and nothing half-written is left."},
};

}  // namespace

std::span<const MessageEntry> run_messages() {
  return entries;
}

}  // namespace merit
