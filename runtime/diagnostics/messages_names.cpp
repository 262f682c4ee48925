// Messages about names (N).
#include <array>

#include "runtime/diagnostics/registry.h"

namespace merit {

namespace {

constexpr std::array entries = {
    MessageEntry{"N001", Severity::error, "A name is not known here.",
                 "No definition, field, parameter, entity or row of that name can be seen from this place."},
};

}  // namespace

std::span<const MessageEntry> name_messages() {
  return entries;
}

}  // namespace merit
