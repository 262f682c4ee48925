#include "runtime/diagnostics/diagnostic.h"

#include <algorithm>
#include <tuple>

#include "runtime/diagnostics/registry.h"

namespace merit {

SourceFiles::SourceFiles() {
  add("", "");
}

uint32_t SourceFiles::add(std::string name, std::string text) {
  files_.push_back(std::make_unique<SourceFile>(SourceFile{std::move(name), std::move(text)}));
  return static_cast<uint32_t>(files_.size() - 1);
}

LineColumn line_column(std::string_view text, uint32_t offset) {
  const size_t end = std::min<size_t>(offset, text.size());
  LineColumn place;
  size_t line_start = 0;
  for (size_t i = 0; i < end; ++i) {
    if (text[i] == '\n') {
      ++place.line;
      line_start = i + 1;
    }
  }
  if (line_start == 0 && text.starts_with("\xEF\xBB\xBF")) line_start = std::min<size_t>(3, end);
  for (size_t i = line_start; i < end; ++i) {
    const bool continuation = (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U;
    if (!continuation) ++place.column;
  }
  return place;
}

Diagnostic& Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::error) ++errors_;
  items_.push_back(std::move(diagnostic));
  return items_.back();
}

namespace {

Severity severity_of(std::string_view code) {
  const MessageEntry* entry = find_message(code);
  return entry == nullptr ? Severity::error : entry->severity;
}

}  // namespace

Diagnostic& Diagnostics::error(std::string_view code, Span span, std::string message, std::string help) {
  return add(
      Diagnostic{std::string(code), severity_of(code), span, {}, std::move(message), std::move(help), {}});
}

Diagnostic& Diagnostics::data_error(std::string_view code, DataPlace place, std::string message,
                                    std::string help) {
  return add(Diagnostic{
      std::string(code), severity_of(code), {}, std::move(place), std::move(message), std::move(help), {}});
}

void Diagnostics::sort() {
  const auto place = [](const Diagnostic& d) {
    return std::tie(d.place.file, d.span.file, d.place.line, d.span.begin, d.span.end, d.place.column, d.code,
                    d.message);
  };
  std::stable_sort(items_.begin(), items_.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return place(a) < place(b); });
  const auto repeated =
      std::unique(items_.begin(), items_.end(),
                  [&](const Diagnostic& a, const Diagnostic& b) { return place(a) == place(b); });
  items_.erase(repeated, items_.end());
  count_errors();
}

void Diagnostics::remove_if(const std::function<bool(const Diagnostic&)>& unwanted) {
  items_.erase(std::remove_if(items_.begin(), items_.end(), unwanted), items_.end());
  count_errors();
}

void Diagnostics::count_errors() {
  errors_ = static_cast<size_t>(std::count_if(
      items_.begin(), items_.end(), [](const Diagnostic& d) { return d.severity == Severity::error; }));
}

}  // namespace merit
