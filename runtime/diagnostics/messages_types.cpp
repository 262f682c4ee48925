// Messages about types, money and grain (T), and about missing values and cases (M).
#include <array>

#include "runtime/diagnostics/registry.h"

namespace merit {

namespace {

constexpr std::array entries = {
    MessageEntry{"T001", Severity::error, "A value is of another type than the place asks for.",
                 "Merit never converts silently. Write a rule that gives the type that is needed."},
};

}  // namespace

std::span<const MessageEntry> type_messages() {
  return entries;
}

}  // namespace merit
