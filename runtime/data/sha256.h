#pragma once
// SHA-256 (FIPS 180-4), by which the manifest of a run names rule files and data files.

#include <string>
#include <string_view>

namespace merit {

/// The digest of these bytes in 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace merit
