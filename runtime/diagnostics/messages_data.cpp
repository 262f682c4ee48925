// Messages about data files (D).
#include <array>

#include "runtime/diagnostics/registry.h"

namespace merit {

namespace {

constexpr std::array entries = {
    MessageEntry{"D001", Severity::error, "A data file cannot be found.",
                 "Data files are looked for in the folder given with --data, as written or with .gz added."},
};

}  // namespace

std::span<const MessageEntry> data_messages() {
  return entries;
}

}  // namespace merit
