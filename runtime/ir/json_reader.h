#pragma once
// What reading JSON leans on: a place in the file that every complaint names.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace merit::ir {

using Json = nlohmann::ordered_json;

/// The first thing found wrong; thrown by the reading functions, caught by from_json.
struct Damage {
  std::string code;
  std::string message;
};

/// A JSON value and where it stands ("columns[3].body.args[0]"). Every question about it either answers or
/// throws Damage.
class Place {
 public:
  Place(const Json& json, std::string path) : json_(&json), path_(std::move(path)) {}

  const std::string& path() const { return path_; }

  /// An object with exactly these members; each is then asked for with operator[].
  void object(std::initializer_list<std::string_view> members) const;
  void object_of(const std::vector<std::string_view>& members) const;
  bool has(std::string_view member) const;
  Place operator[](std::string_view member) const;

  bool is_null() const { return json_->is_null(); }

  size_t size() const;  ///< of an array
  Place operator[](size_t item) const;

  std::string text() const;
  bool boolean() const;
  uint32_t index() const;           ///< a whole number from 0 to 4294967294
  uint32_t optional_index() const;  ///< the same, or `none` for null
  int32_t integer() const;
  int64_t long_integer() const;

  [[noreturn]] void refuse(std::string_view wanted) const;

 private:
  const Json* json_;
  std::string path_;
};

}  // namespace merit::ir
