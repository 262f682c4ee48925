#include "runtime/diagnostics/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "runtime/diagnostics/registry.h"

namespace merit {

namespace {

constexpr std::string_view red = "\x1b[1;31m";
constexpr std::string_view yellow = "\x1b[1;33m";
constexpr std::string_view blue = "\x1b[1;34m";
constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view plain = "\x1b[0m";
constexpr size_t widest_excerpt = 140;  // of a longer line, only the part around the place is shown

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

size_t count_columns(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

/// Control characters and broken bytes of a program must not reach the reader's terminal.
std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    size_t length = 1;
    if (byte >= 0xC2 && byte < 0xE0) length = 2;
    if (byte >= 0xE0 && byte < 0xF0) length = 3;
    if (byte >= 0xF0 && byte < 0xF5) length = 4;
    bool good = byte < 0x80 || length > 1;
    for (size_t k = 1; k < length && good; ++k) good = i + k < text.size() && is_continuation(text[i + k]);
    if (!good) {
      out += '?';
      ++i;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += ' ';
      ++i;
    } else {
      out.append(text.substr(i, length));
      i += length;
    }
  }
  return out;
}

struct Excerpt {
  std::string text;   ///< the line, or the part of it around the place
  size_t before = 0;  ///< columns before the underline
  size_t length = 1;  ///< columns of the underline
};

/// The line that holds `span`, cut to a readable width, with the columns to underline.
Excerpt excerpt_of(std::string_view text, Span span) {
  const size_t begin = std::min<size_t>(span.begin, text.size());
  const size_t previous = begin == 0 ? std::string_view::npos : text.rfind('\n', begin - 1);
  size_t from = previous == std::string_view::npos ? 0 : previous + 1;
  size_t to = std::min(text.find('\n', begin), text.size());
  if (to > from && text[to - 1] == '\r') --to;
  if (from == 0 && text.starts_with("\xEF\xBB\xBF")) from = std::min<size_t>(3, begin);
  const size_t last = std::clamp<size_t>(span.end, begin, std::max(begin, to));

  bool cut_front = false;
  bool cut_back = false;
  if (to - from > widest_excerpt) {
    const size_t wanted = begin > from + widest_excerpt / 2 ? begin - widest_excerpt / 2 : from;
    cut_front = wanted > from;
    from = wanted;
    while (from < begin && is_continuation(text[from])) ++from;
    size_t end = std::min(to, from + widest_excerpt);
    while (end < to && is_continuation(text[end])) ++end;
    cut_back = end < to;
    to = end;
  }
  Excerpt excerpt;
  const std::string_view shown = text.substr(from, to - from);
  excerpt.text = (cut_front ? "..." : "") + printable(shown) + (cut_back ? "..." : "");
  const size_t underlined_from = std::min(begin, std::max(from, to));
  const size_t underlined_to = std::clamp(last, underlined_from, std::max(underlined_from, to));
  excerpt.before = (cut_front ? 3 : 0) + count_columns(printable(text.substr(from, underlined_from - from)));
  excerpt.length = std::max<size_t>(
      1, count_columns(printable(text.substr(underlined_from, underlined_to - underlined_from))));
  return excerpt;
}

/// Line numbers by binary search: a file with thousands of messages is walked once.
class Lines {
 public:
  explicit Lines(const SourceFiles& files) : files_(files), starts_(files.size()) {}

  LineColumn place(Span span) {
    const std::string& text = files_[span.file].text;
    std::vector<uint32_t>& starts = starts_[span.file];
    if (starts.empty()) {
      starts.push_back(0);
      for (size_t i = text.find('\n'); i != std::string::npos; i = text.find('\n', i + 1)) {
        starts.push_back(static_cast<uint32_t>(i + 1));
      }
    }
    const auto offset = static_cast<uint32_t>(std::min<size_t>(span.begin, text.size()));
    const auto after = std::upper_bound(starts.begin(), starts.end(), offset);
    const auto line = static_cast<uint32_t>(after - starts.begin());
    const uint32_t start = starts[line - 1];
    return {line, line_column(std::string_view(text).substr(start), offset - start).column};
  }

 private:
  const SourceFiles& files_;
  std::vector<std::vector<uint32_t>> starts_;
};

std::string_view paint(const RenderOptions& options, std::string_view color) {
  return options.color ? color : "";
}

std::string_view word_of(Severity severity) {
  return severity == Severity::error ? "error" : "warning";
}

std::string place_text(const Diagnostic& d, const SourceFiles& files, Lines& lines) {
  if (d.span.file != 0) {
    const LineColumn at = lines.place(d.span);
    return fmt::format("{}:{}:{}", files[d.span.file].name, at.line, at.column);
  }
  std::string text = d.place.file;
  if (d.place.line != 0) text += fmt::format(":{}", d.place.line);
  if (!d.place.column.empty())
    text += d.place.element ? ", " + d.place.column : fmt::format(", column \"{}\"", d.place.column);
  return text;
}

void append_excerpt(std::string& out, Span span, std::string_view mark, size_t margin,
                    const SourceFiles& files, Lines& lines, const RenderOptions& options,
                    std::string_view color) {
  const Excerpt excerpt = excerpt_of(files[span.file].text, span);
  const auto line = lines.place(span).line;
  const std::string_view edge = paint(options, blue);
  const std::string_view none = paint(options, plain);
  out += fmt::format("{}{:>{}} |{}", edge, line, margin, none);
  if (!excerpt.text.empty()) out += " " + excerpt.text;
  out += '\n';
  std::string underline;
  for (size_t i = 0; i < excerpt.length; ++i) underline += mark;
  out += fmt::format("{}{:>{}} |{} {:{}}{}{}{}\n", edge, "", margin, none, "", excerpt.before,
                     paint(options, color), underline, none);
}

void append_labelled(std::string& out, std::string_view label, std::string_view text, size_t margin,
                     const RenderOptions& options) {
  const std::string indent = fmt::format("\n{:>{}}", "", margin + 5 + label.size());
  std::string body;
  for (const char c : text) {
    if (c == '\n') {
      body += indent;
    } else {
      body += c;
    }
  }
  out += fmt::format("{}{:>{}} = {}{}{}:{} {}\n", paint(options, blue), "", margin, paint(options, plain),
                     paint(options, bold), label, paint(options, plain), body);
}

void append_box(std::string& out, const Diagnostic& d, const SourceFiles& files, Lines& lines,
                const RenderOptions& options) {
  const std::string_view color = d.severity == Severity::error ? red : yellow;
  out += fmt::format("{}{}[{}]{}{}: {}{}\n", paint(options, color), word_of(d.severity), d.code,
                     paint(options, plain), paint(options, bold), d.message, paint(options, plain));
  uint32_t deepest = d.span.file != 0 ? lines.place(d.span).line : 0;
  for (const Note& note : d.notes) {
    if (note.span.file != 0) deepest = std::max(deepest, lines.place(note.span).line);
  }
  const size_t margin = std::max<size_t>(2, fmt::formatted_size("{}", deepest));
  const std::string where = place_text(d, files, lines);
  const std::string_view edge = paint(options, blue);
  const std::string_view none = paint(options, plain);
  if (!where.empty()) out += fmt::format("{}{:>{}}-->{} {}\n", edge, "", margin, none, where);
  if (d.span.file != 0) {
    out += fmt::format("{}{:>{}} |{}\n", edge, "", margin, none);
    append_excerpt(out, d.span, "^", margin, files, lines, options, color);
  }
  for (const Note& note : d.notes) {
    if (note.span.file == 0) {
      append_labelled(out, "note", note.text, margin, options);
      continue;
    }
    const LineColumn at = lines.place(note.span);
    out += fmt::format("{}{:>{}}:::{} {}:{}:{}: {}\n", edge, "", margin, none, files[note.span.file].name,
                       at.line, at.column, note.text);
    append_excerpt(out, note.span, "-", margin, files, lines, options, blue);
  }
  if (!d.help.empty()) append_labelled(out, "help", d.help, margin, options);
  out += '\n';
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      while (!out.empty() && out.back() == ' ') out.pop_back();
      out += ' ';
    } else if (c != ' ' || out.empty() || out.back() != ' ') {
      out += c;
    }
  }
  return out;
}

std::string count_line(const Diagnostics& diagnostics) {
  const size_t errors = diagnostics.error_count();
  const size_t warnings = diagnostics.all().size() - errors;
  const auto counted = [](size_t n, std::string_view what) {
    return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
  };
  if (errors == 0) return counted(warnings, "warning") + "\n";
  if (warnings == 0) return counted(errors, "error") + "\n";
  return fmt::format("{}, {}\n", counted(errors, "error"), counted(warnings, "warning"));
}

nlohmann::ordered_json span_json(Span span, const SourceFiles& files, Lines& lines) {
  const LineColumn from = lines.place(span);
  const LineColumn to = lines.place({span.file, span.end, span.end});
  return {{"file", files[span.file].name},
          {"line", from.line},
          {"column", from.column},
          {"end_line", to.line},
          {"end_column", to.column}};
}

nlohmann::ordered_json json_of(const Diagnostic& d, const SourceFiles& files, Lines& lines) {
  nlohmann::ordered_json item = {
      {"code", d.code}, {"severity", std::string(word_of(d.severity))}, {"message", d.message}};
  if (d.span.file != 0) item["place"] = span_json(d.span, files, lines);
  if (!d.place.file.empty()) {
    item["data"] = {{"file", d.place.file}, {"line", d.place.line}, {"column", d.place.column}};
  }
  if (!d.help.empty()) item["help"] = d.help;
  if (!d.notes.empty()) {
    nlohmann::ordered_json notes = nlohmann::ordered_json::array();
    for (const Note& note : d.notes) {
      nlohmann::ordered_json entry = {{"text", note.text}};
      if (note.span.file != 0) entry["place"] = span_json(note.span, files, lines);
      notes.push_back(std::move(entry));
    }
    item["notes"] = std::move(notes);
  }
  return item;
}

/// Optimal string alignment distance: insertions, deletions, changes and swaps of neighbours.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> older(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], older[j - 2] + 1);
    }
    std::swap(older, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

/// Shorter words stand in too many names to be meant by them.
constexpr size_t least_whole_word = 4;

}  // namespace

std::string render(const Diagnostics& diagnostics, const SourceFiles& files, const RenderOptions& options) {
  Lines lines(files);
  if (options.style == RenderStyle::json) {
    nlohmann::ordered_json items = nlohmann::ordered_json::array();
    for (const Diagnostic& d : diagnostics.all()) items.push_back(json_of(d, files, lines));
    return items.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  }
  if (diagnostics.all().empty()) return {};
  std::string out;
  for (const Diagnostic& d : diagnostics.all()) {
    if (options.style == RenderStyle::boxed) {
      append_box(out, d, files, lines, options);
      continue;
    }
    const std::string where = place_text(d, files, lines);
    out += fmt::format("{}{}{}[{}]: {}", where, where.empty() ? "" : ": ", word_of(d.severity), d.code,
                       one_line(d.message));
    if (!d.help.empty()) out += fmt::format(" ({})", one_line(d.help));
    out += '\n';
  }
  return out + count_line(diagnostics);
}

std::string nearest_name(std::string_view wanted, const std::vector<std::string>& candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(1, wanted.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const size_t longer = std::max(candidate.size(), wanted.size());
    const size_t shorter = std::min(candidate.size(), wanted.size());
    if (longer - shorter >= best_distance || candidate == wanted) continue;
    const size_t d = distance(wanted, candidate);
    if (d < best_distance) {
      best_distance = d;
      best = candidate;
    }
  }
  if (!best.empty() || wanted.size() < least_whole_word) return best;
  // A name cut short: `baseline` for `baseline_rate`, `points` for `achievement_points`; the shortest such
  // name.
  for (const std::string& candidate : candidates) {
    const bool longer =
        candidate.size() > wanted.size() + 1 &&
        ((candidate.starts_with(wanted) && candidate[wanted.size()] == '_') ||
         (candidate.ends_with(wanted) && candidate[candidate.size() - wanted.size() - 1] == '_'));
    if (longer && (best.empty() || candidate.size() < best.size())) best = candidate;
  }
  return best;
}

}  // namespace merit
