#pragma once
// A JSON file as rows: the objects of the list that it is. What stands at the paths that a program asks for
// becomes the cells, as texts; from there on such a file is read like a CSV file.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/data/file_text.h"

namespace merit::data {

/// One step of a path.
struct JsonStep {
  std::string name;   ///< of a member; empty: an element of a list
  int64_t index = 0;  ///< of the list: 1 the first, -1 the last
};

using JsonPath = std::vector<JsonStep>;

/// `name.part`, `list[1]`, `list[-1]`, `'a name with . or and'.part`; several, joined by ` and `, whose texts
/// are joined by a blank. Nothing when the text is no path.
std::optional<std::vector<JsonPath>> parse_json_paths(std::string_view text);

struct JsonRows {
  std::string csv;              ///< a header of the paths as they are written, then a record for each object
  std::vector<uint64_t> lines;  ///< of the file: where each object begins
};

/// Reads the whole file, which is a list of objects or one object. Numbers keep their digits; null, and what
/// is not there, is the empty cell; a list or an object at the end of a path is its JSON.
std::optional<Refusal> read_json_rows(std::string_view text, const std::vector<std::string>& paths,
                                      JsonRows& rows);

}  // namespace merit::data
