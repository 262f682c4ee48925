#include "runtime/data/json_rows.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>

namespace merit::data {

namespace {

using simdjson::ondemand::json_type;

class PathReader {
 public:
  explicit PathReader(std::string_view text) : text_(text) {}

  std::optional<std::vector<JsonPath>> read() {
    std::vector<JsonPath> paths;
    do {
      JsonPath path;
      if (!read_path(path)) return std::nullopt;
      paths.push_back(std::move(path));
    } while (take(" and "));
    if (at_ != text_.size()) return std::nullopt;
    return paths;
  }

 private:
  bool take(std::string_view wanted) {
    if (!text_.substr(at_).starts_with(wanted)) return false;
    at_ += wanted.size();
    return true;
  }

  bool read_path(JsonPath& path) {
    do {
      JsonStep step;
      if (take("'")) {
        const size_t end = text_.find('\'', at_);
        if (end == std::string_view::npos) return false;
        step.name = text_.substr(at_, end - at_);
        at_ = end + 1;
      } else {
        const size_t end = std::min(text_.find_first_of(".[] '", at_), text_.size());
        step.name = text_.substr(at_, end - at_);
        at_ = end;
      }
      if (step.name.empty()) return false;
      path.push_back(std::move(step));
      while (take("[")) {
        JsonStep element;
        const char* const begin = text_.data() + at_;
        const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), element.index);
        if (error != std::errc() || element.index == 0) return false;
        at_ += static_cast<size_t>(end - begin);
        if (!take("]")) return false;
        path.push_back(std::move(element));
      }
    } while (take("."));
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
};

uint64_t line_at(std::string_view text, size_t offset) {
  return 1 + static_cast<uint64_t>(
                 std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

/// A list or an object as it stands in the text.
template <typename Nested>
std::string_view json_of(Nested nested) {
  return nested.raw_json().value();
}

/// What stands at a path of one object, as a text; nothing when there is nothing, or null.
std::optional<std::string> value_at(simdjson::ondemand::parser& parser, const simdjson::padded_string& object,
                                    const JsonPath& path) {
  simdjson::ondemand::document document = parser.iterate(object);
  simdjson::ondemand::value value = document.get_value();
  for (const JsonStep& step : path) {
    const json_type type = value.type();
    if (step.name.empty()) {
      if (type != json_type::array) return std::nullopt;
      simdjson::ondemand::array list = value.get_array();
      const auto count = static_cast<int64_t>(size_t{list.count_elements()});
      const int64_t place = step.index > 0 ? step.index - 1 : count + step.index;
      if (place < 0 || place >= count) return std::nullopt;
      value = list.at(static_cast<size_t>(place));
    } else {
      if (type != json_type::object) return std::nullopt;
      auto found = value.find_field_unordered(step.name);
      if (found.error() == simdjson::NO_SUCH_FIELD) return std::nullopt;
      value = found.value();
    }
  }
  switch (value.type()) {
  case json_type::null: return std::nullopt;
  case json_type::string: return std::string(std::string_view(value.get_string()));
  case json_type::array: return std::string(json_of(value.get_array().value()));
  case json_type::object: return std::string(json_of(value.get_object().value()));
  default: {
    std::string_view token = value.raw_json_token();
    while (!token.empty() &&
           (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' || token.back() == '\t'))
      token.remove_suffix(1);
    return std::string(token);
  }
  }
}

void add_cell(std::string& csv, std::string_view text) {
  csv += '"';
  for (const char c : text) {
    if (c == '"') csv += '"';
    csv += c;
  }
  csv += '"';
}

class RowMaker {
 public:
  RowMaker(std::string_view text, const std::vector<std::string>& paths, JsonRows& rows)
      : text_(text), rows_(rows) {
    for (const std::string& path : paths) paths_.push_back(*parse_json_paths(path));
    for (size_t i = 0; i < paths.size(); ++i) {
      if (i > 0) rows_.csv += ',';
      add_cell(rows_.csv, paths[i]);
    }
    rows_.csv += '\n';
  }

  void object(std::string_view json) {
    const auto offset = static_cast<size_t>(json.data() - text_.data());
    line_ += static_cast<uint64_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                              text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    counted_ = offset;
    rows_.lines.push_back(line_);
    const simdjson::padded_string padded(json);
    for (size_t i = 0; i < paths_.size(); ++i) {
      if (i > 0) rows_.csv += ',';
      std::string cell;
      bool all = true;
      for (const JsonPath& path : paths_[i]) {
        const std::optional<std::string> part = value_at(parser_, padded, path);
        all = all && part.has_value();
        if (part) cell += (cell.empty() ? "" : " ") + *part;
      }
      add_cell(rows_.csv, all ? cell : std::string());
    }
    rows_.csv += '\n';
  }

 private:
  std::string_view text_;
  JsonRows& rows_;
  std::vector<std::vector<JsonPath>> paths_;
  simdjson::ondemand::parser parser_;
  size_t counted_ = 0;
  uint64_t line_ = 1;
};

}  // namespace

std::optional<std::vector<JsonPath>> parse_json_paths(std::string_view text) {
  return PathReader(text).read();
}

std::optional<Refusal> read_json_rows(std::string_view text, const std::vector<std::string>& paths,
                                      JsonRows& rows) {
  const simdjson::padded_string padded(text);
  const std::string_view whole(padded.data(), padded.size());
  RowMaker maker(whole, paths, rows);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  try {
    document = parser.iterate(padded);
    const json_type type = document.type();
    if (type == json_type::object) {
      maker.object(json_of(document.get_object().value()));
      return std::nullopt;
    }
    if (type != json_type::array) {
      return Refusal{"D070", "This file is no list of objects.",
                     "A source of JSON is a list of objects in [ ], or one object in { }.", 1};
    }
    for (simdjson::ondemand::value element : document.get_array()) {
      if (element.type() != json_type::object) {
        const std::string_view token = element.raw_json_token();
        return Refusal{"D070", "An element of the list is no object.",
                       "A source of JSON is a list of objects in [ ], or one object in { }.",
                       line_at(whole, static_cast<size_t>(token.data() - whole.data()))};
      }
      maker.object(json_of(element.get_object().value()));
    }
    if (!document.current_location().error()) {
      return Refusal{"D070", "Something stands behind the end of the list.", "Get the file again.", 0};
    }
  } catch (const simdjson::simdjson_error& error) {
    // Where the last whole object ended is the nearest that is known.
    const uint64_t line = rows.lines.empty() ? 1 : rows.lines.back();
    return Refusal{"D070", "This is no whole JSON: behind the object that begins in this line it is damaged.",
                   "Get the file again from where it comes from.", line};
  }
  return std::nullopt;
}

}  // namespace merit::data
