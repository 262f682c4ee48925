#pragma once

#include <string_view>

namespace merit {

/// The version of this Merit, as manifests name it: "0.1.0".
std::string_view version();

}  // namespace merit
