#include "compiler/syntax/encoding.h"

#include <fmt/format.h>

namespace merit {

namespace {

constexpr char32_t replacement = 0xFFFD;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

CodePoint code_point_at(std::string_view text, uint32_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {first, 1};
  uint32_t length = 0;
  char32_t value = 0;
  if (first >= 0xC2 && first < 0xE0) {
    length = 2;
    value = first & 0x1FU;
  } else if (first >= 0xE0 && first < 0xF0) {
    length = 3;
    value = first & 0x0FU;
  } else if (first >= 0xF0 && first < 0xF5) {
    length = 4;
    value = first & 0x07U;
  } else {
    return {replacement, 1};
  }
  if (at + length > text.size()) return {replacement, 1};
  for (uint32_t i = 1; i < length; ++i) {
    if (!is_continuation(text[at + i])) return {replacement, 1};
    value = (value << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  if (overlong || surrogate || value > 0x10FFFF) return {replacement, 1};
  return {value, length};
}

bool check_encoding(std::string_view text, uint32_t file, Diagnostics& diagnostics) {
  const bool little = text.starts_with("\xFF\xFE");
  const bool big = text.starts_with("\xFE\xFF");
  if (little || big) {
    diagnostics.error("S002", {file, 0, 2}, "This file is written in UTF-16; Merit reads UTF-8.",
                      "Save it again as UTF-8.");
    return false;
  }
  bool zero_seen = false;
  bool broken_seen = false;
  for (uint32_t at = 0; at < text.size() && !(zero_seen && broken_seen);) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte != 0 && byte < 0x80) {
      ++at;
      continue;
    }
    if (byte == 0) {
      if (!zero_seen) {
        diagnostics.error(
            "S003", {file, at, at + 1},
            fmt::format("There is a zero byte here (byte {} of the file), which no text has.", at + 1),
            "The file may be damaged, or may not be a text file. Save it again as UTF-8.");
      }
      zero_seen = true;
      ++at;
      continue;
    }
    const CodePoint point = code_point_at(text, at);
    if (point.value == replacement && point.length == 1) {
      if (!broken_seen) {
        diagnostics.error("S002", {file, at, at + 1},
                          fmt::format("Byte {} of the file (0x{:02X}) is not UTF-8.", at + 1, byte),
                          "The file was probably saved as Windows-1252 or Latin-1. Save it again as UTF-8.");
      }
      broken_seen = true;
    }
    at += point.length;
  }
  return true;
}

}  // namespace merit
