#include "runtime/ir/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace merit::ir {

namespace {

constexpr size_t longest_quote = 40;

std::string quoted(const Json& json) {
  if (json.is_object()) return "an object";
  if (json.is_array()) return "a list";
  if (json.is_null()) return "null";
  std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > longest_quote) text = text.substr(0, longest_quote) + "...";
  return text;
}

std::string where(const std::string& path) {
  return path.empty() ? "the file" : "`" + path + "`";
}

}  // namespace

void Place::refuse(std::string_view wanted) const {
  throw Damage{"I005", fmt::format("{} should be {}, but is {}.", where(path_), wanted, quoted(*json_))};
}

void Place::object(std::initializer_list<std::string_view> members) const {
  object_of(members);
}

void Place::object_of(const std::vector<std::string_view>& members) const {
  if (!json_->is_object()) refuse("an object");
  for (const std::string_view member : members) {
    if (!has(member)) {
      throw Damage{"I004", fmt::format("{} has no member `{}`.", where(path_), member)};
    }
  }
  for (const auto& item : json_->items()) {
    if (std::find(members.begin(), members.end(), item.key()) == members.end()) {
      throw Damage{"I006", fmt::format("{} has a member `{}` that does not belong there.", where(path_),
                                       item.key().substr(0, longest_quote))};
    }
  }
}

bool Place::has(std::string_view member) const {
  return json_->is_object() && json_->find(std::string(member)) != json_->end();
}

Place Place::operator[](std::string_view member) const {
  if (!json_->is_object()) refuse("an object");
  const auto found = json_->find(std::string(member));
  if (found == json_->end()) {
    throw Damage{"I004", fmt::format("{} has no member `{}`.", where(path_), member)};
  }
  return {*found, path_.empty() ? std::string(member) : fmt::format("{}.{}", path_, member)};
}

size_t Place::size() const {
  if (!json_->is_array()) refuse("a list");
  return json_->size();
}

Place Place::operator[](size_t item) const {
  return {(*json_)[item], fmt::format("{}[{}]", path_, item)};
}

std::string Place::text() const {
  if (!json_->is_string()) refuse("a text");
  return json_->get<std::string>();
}

bool Place::boolean() const {
  if (!json_->is_boolean()) refuse("true or false");
  return json_->get<bool>();
}

uint32_t Place::index() const {
  constexpr std::string_view wanted = "a whole number from 0 on";
  if (!json_->is_number_unsigned()) refuse(wanted);
  const auto value = json_->get<uint64_t>();
  if (value >= std::numeric_limits<uint32_t>::max()) refuse(wanted);
  return static_cast<uint32_t>(value);
}

uint32_t Place::optional_index() const {
  return is_null() ? std::numeric_limits<uint32_t>::max() : index();
}

int32_t Place::integer() const {
  constexpr std::string_view wanted = "a whole number";
  if (!json_->is_number_integer()) refuse(wanted);
  if (json_->is_number_unsigned() &&
      json_->get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int32_t>::max())) {
    refuse(wanted);
  }
  const auto value = json_->get<int64_t>();
  if (value < std::numeric_limits<int32_t>::min() || value > std::numeric_limits<int32_t>::max())
    refuse(wanted);
  return static_cast<int32_t>(value);
}

int64_t Place::long_integer() const {
  constexpr std::string_view wanted = "a whole number";
  if (!json_->is_number_integer()) refuse(wanted);
  if (json_->is_number_unsigned() &&
      json_->get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    refuse(wanted);
  }
  return json_->get<int64_t>();
}

}  // namespace merit::ir
