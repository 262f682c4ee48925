#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace merit {

/// SHA-256 (FIPS 180-4), fed piece by piece: what a manifest and a program name their files by.
class Sha256 {
 public:
  void update(std::string_view bytes);
  /// 64 hexadecimal digits in lower case. To be asked once, after the last update.
  std::string hex();

 private:
  void block(const unsigned char* bytes);

  std::array<uint32_t, 8> state_ = {0x6a09e667U, 0xbb67ae85U, 0x3c6ef372U, 0xa54ff53aU,
                                    0x510e527fU, 0x9b05688cU, 0x1f83d9abU, 0x5be0cd19U};
  std::array<unsigned char, 64> buffer_{};
  uint64_t length_ = 0;
};

/// The digest of one text.
std::string sha256(std::string_view bytes);

}  // namespace merit
