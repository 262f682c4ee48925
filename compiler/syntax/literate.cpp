#include "compiler/syntax/literate.h"

#include <algorithm>

namespace merit {

namespace {

struct FenceLine {
  uint32_t indent = 0;
  char mark = 0;  // ` or ~; 0 when the line opens or closes no fence
  size_t length = 0;
  std::string_view info;
};

std::string_view trimmed(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t\r");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

FenceLine read_line(std::string_view line) {
  FenceLine fence;
  const size_t from = std::min(line.find_first_not_of(' '), line.size());
  if (from > 3 || from == line.size()) return fence;
  const char mark = line[from];
  if (mark != '`' && mark != '~') return fence;
  const size_t after = std::min(line.find_first_not_of(mark, from), line.size());
  const std::string_view info = trimmed(line.substr(after));
  // Three backticks with more of them in the same line are code within a sentence.
  if (after - from < 3 || (mark == '`' && info.find('`') != std::string_view::npos)) return fence;
  return {static_cast<uint32_t>(from), mark, after - from, info};
}

}  // namespace

std::vector<Fence> merit_fences(std::string_view text, uint32_t file, Diagnostics& diagnostics) {
  std::vector<Fence> fences;
  FenceLine open;
  uint32_t opened_at = 0;
  uint32_t content = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t line_end = std::min(text.find('\n', at), text.size());
    const size_t next = std::min(line_end + 1, text.size());
    const FenceLine line = read_line(text.substr(at, line_end - at));
    if (open.mark == 0) {
      if (line.mark != 0) {
        open = line;
        opened_at = static_cast<uint32_t>(at);
        content = static_cast<uint32_t>(next);
      }
    } else if (line.mark == open.mark && line.length >= open.length && line.info.empty()) {
      if (open.info.substr(0, open.info.find_first_of(" \t{,")) == "merit") {
        fences.push_back({content, static_cast<uint32_t>(at), open.indent});
      }
      open = {};
    }
    at = next;
  }
  if (open.mark != 0 && open.info.substr(0, open.info.find_first_of(" \t{,")) == "merit") {
    fences.push_back({content, static_cast<uint32_t>(text.size()), open.indent});
    const auto line_end = static_cast<uint32_t>(std::min(text.find('\n', opened_at), text.size()));
    diagnostics.error("S031", {file, opened_at, line_end}, "This block of Merit is never closed.",
                      std::string("Write a line of ") + std::string(open.length, open.mark) +
                          " where it ends.");
  }
  return fences;
}

}  // namespace merit
