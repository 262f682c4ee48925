#include "runtime/outcome/version.h"

namespace merit {

std::string_view version() {
  return MERIT_VERSION;
}

}  // namespace merit
