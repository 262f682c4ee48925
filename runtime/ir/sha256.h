#pragma once

#include <string>
#include <string_view>

namespace merit {

/// SHA-256 (FIPS 180-4) in 64 lower-case hexadecimal digits: what programs and manifests name their files by.
std::string sha256(std::string_view bytes);

}  // namespace merit
