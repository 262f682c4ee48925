#include "runtime/data/fhir_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "runtime/data/file_text.h"
#include "runtime/data/hash.h"

namespace merit::data {

namespace {

namespace json = simdjson::ondemand;

constexpr size_t largest_resource = size_t{32} << 20U;
constexpr int deepest_bundles = 4;
constexpr size_t longest_name = simdjson::SIMDJSON_PADDING - 2;  // a key is compared where the text may end

std::string_view trim_right(std::string_view text) {
  while (!text.empty() &&
         (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

/// Does the key whose text begins at `raw` have this name?
bool is_key(const char* raw, std::string_view name) {
  return name.size() <= longest_name && raw[0] == name[0] && raw[name.size()] == '"' &&
         std::memcmp(raw, name.data(), name.size()) == 0;
}

/// The type that the key of a choice ends in: "Period" of effectivePeriod; empty when it is no such key.
std::string_view choice_type(const char* raw, std::string_view name) {
  if (name.size() > longest_name || raw[0] != name[0] || std::memcmp(raw, name.data(), name.size()) != 0)
    return {};
  const char* type = raw + name.size();
  if (*type < 'A' || *type > 'Z') return {};
  const char* end = type;
  while ((*end >= 'a' && *end <= 'z') || (*end >= 'A' && *end <= 'Z') || (*end >= '0' && *end <= '9')) ++end;
  return *end == '"' ? std::string_view(type, static_cast<size_t>(end - type)) : std::string_view();
}

/// Two independent sums of products over the text, 32 bytes at a time.
void hash_content(std::string_view text, uint64_t (&content)[2]) {
  constexpr size_t block = 32;
  uint64_t a = 0x9E3779B97F4A7C15U ^ text.size();
  uint64_t b = 0xC2B2AE3D27D4EB4FU + text.size();
  const auto take = [&](const char* from) {
    uint64_t words[4];
    std::memcpy(words, from, block);
    a = mix(a ^ words[0], 0xD6E8FEB86659FD93U ^ words[1]) + words[3];
    b = mix(b ^ words[2], 0xA0761D6478BD642FU ^ words[3]) + words[1];
  };
  size_t at = 0;
  for (; at + block <= text.size(); at += block) take(text.data() + at);
  if (at < text.size()) {
    char rest[block] = {};
    std::memcpy(rest, text.data() + at, text.size() - at);
    take(rest);
  }
  content[0] = mix(a, 0x9E3779B97F4A7C15U ^ b);
  content[1] = mix(b, 0xE7037ED1A0B428DBU ^ a);
}

std::string_view kind_name(JsonKind kind) {
  switch (kind) {
  case JsonKind::text: return "a text";
  case JsonKind::number: return "a number";
  case JsonKind::boolean: return "true or false";
  case JsonKind::object: return "an object";
  case JsonKind::list: return "a list";
  }
  return "";
}

/// Thrown where one resource cannot be used; the document as a whole can.
struct ResourceDamage {
  FhirDamage damage;
};

FhirDamage damage_of(simdjson::error_code error, std::string_view text) {
  FhirDamage damage;
  damage.code = "D070";
  switch (error) {
  case simdjson::UTF8_ERROR: {
    const size_t bad = find_bad_utf8(text);
    damage.message = bad == std::string_view::npos
                         ? "This is not UTF-8 text."
                         : fmt::format("Byte {} of this (hexadecimal {:02X}) is not UTF-8 text.", bad + 1,
                                       static_cast<unsigned char>(text[bad]));
    damage.help = "FHIR is UTF-8 text: export the file again, or convert it.";
    break;
  }
  case simdjson::EMPTY:
    damage.message = "There is nothing here.";
    damage.help = "Take the file out, or export it again.";
    break;
  case simdjson::MEMALLOC:
  case simdjson::CAPACITY:
    damage.code = "D075";
    damage.message = "This is too large to be read at once.";
    damage.help = "Export one resource a line (NDJSON) in the place of one large Bundle.";
    break;
  case simdjson::DEPTH_ERROR:
    damage.message = "Objects and lists are nested too deep here.";
    damage.help = "Check what wrote the file.";
    break;
  default: {
    const std::string_view end = trim_right(text);
    const bool cut = error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT || error == simdjson::UNCLOSED_STRING ||
                     error == simdjson::TAPE_ERROR;
    const bool whole = !end.empty() && end.back() == '}';
    damage.message = cut && !whole ? "This is cut short: it ends within a resource."
                                   : "This is no sound JSON: a sign is missing or too much.";
    damage.help = cut && !whole ? "Export it again. In a .ndjson file each resource stands on one line."
                                : "Export it again; do not edit it by hand.";
    break;
  }
  }
  return damage;
}

}  // namespace

/// A value that can be gone through more than once.
struct FhirDocument::Thing {
  JsonKind kind = JsonKind::text;
  bool null = false;
  std::string_view token;  // of a scalar; of an object its bracket
  json::object object;
  json::array list;
  bool used = false;

  explicit Thing(json::value value) {
    switch (value.type().value()) {
    case json::json_type::object:
      kind = JsonKind::object;
      token = value.raw_json_token();
      object = value.get_object();
      break;
    case json::json_type::array:
      kind = JsonKind::list;
      list = value.get_array();
      break;
    case json::json_type::string: token = trim_right(value.raw_json_token()); break;
    case json::json_type::number:
      kind = JsonKind::number;
      token = trim_right(value.raw_json_token());
      break;
    case json::json_type::boolean:
      kind = JsonKind::boolean;
      token = value.get_bool().value() ? "true" : "false";
      break;
    case json::json_type::null: null = true; break;
    }
  }

  /// Before it is gone through again.
  void rewind() {
    if (used && kind == JsonKind::object && object.reset().error() != simdjson::SUCCESS) used = false;
    if (used && kind == JsonKind::list && list.reset().error() != simdjson::SUCCESS) used = false;
    used = true;
  }
};

void FhirDocument::refuse(std::string code, const std::string& element, std::string message,
                          std::string help) const {
  throw ResourceDamage{{std::move(code), element.empty() ? resource_->type : resource_->type + "." + element,
                        std::move(message), std::move(help)}};
}

/// The text of a string token. Escapes are rare; what has one is kept here.
std::string_view FhirDocument::text_of(std::string_view token) {
  if (token.size() >= 2 && token.front() == '"') token = token.substr(1, token.size() - 2);
  if (token.find('\\') == std::string_view::npos) return token;
  std::string& text = unescaped_.emplace_back(token.size() + simdjson::SIMDJSON_PADDING, '\0');
  auto* to = reinterpret_cast<uint8_t*>(text.data());
  std::string_view found;
  const json::raw_json_string raw(reinterpret_cast<const uint8_t*>(token.data()));
  if (parser_.unescape(raw, to).get(found) != simdjson::SUCCESS)
    throw simdjson::simdjson_error(simdjson::STRING_ERROR);
  return found;
}

uint32_t FhirDocument::add_frame(uint32_t shape, uint32_t parent, uint32_t position) {
  FhirFrame frame{shape, parent, position, static_cast<uint32_t>(slots_.size())};
  slots_.resize(slots_.size() + resource_->frames[shape].slots.size());
  frames_.push_back(frame);
  return static_cast<uint32_t>(frames_.size() - 1);
}

FhirItem& FhirDocument::add_item(uint32_t frame, uint32_t slot, JsonKind kind, std::string_view text) {
  const auto made = static_cast<uint32_t>(items_.size());
  FhirItem& item = items_.emplace_back(FhirItem{kind, text, {}, {}, ir::none});
  FhirSlot& place = slots_[frames_[frame].slots + slot];
  if (place.count++ == 0) {
    place.first = made;
  } else {
    items_[place.last].next = made;
  }
  place.last = made;
  return item;
}

void FhirDocument::reference(Thing& thing, uint32_t frame, uint32_t slot) {
  if (thing.kind != JsonKind::object) {
    const std::string_view text = thing.kind == JsonKind::text ? text_of(thing.token) : thing.token;
    add_item(frame, slot, thing.kind, text);
    return;
  }
  thing.rewind();
  for (auto field : thing.object) {
    json::raw_json_string key = field.key();
    if (!is_key(key.raw(), "reference")) continue;
    const Thing inner(field.value());
    if (!inner.null)
      add_item(frame, slot, inner.kind, inner.kind == JsonKind::text ? text_of(inner.token) : inner.token);
    return;
  }
}

/// What is no object is kept as it is; the rows say whether it fits.
bool FhirDocument::plain(const Thing& thing, uint32_t frame, uint32_t slot) {
  if (thing.kind == JsonKind::object) return false;
  if (!thing.null)
    add_item(frame, slot, thing.kind, thing.kind == JsonKind::text ? text_of(thing.token) : thing.token);
  return true;
}

/// A Period with neither end is nothing.
void FhirDocument::period(Thing& thing, uint32_t frame, uint32_t slot) {
  if (plain(thing, frame, slot)) return;
  std::string_view start;
  std::string_view end;
  thing.rewind();
  for (auto field : thing.object) {
    json::raw_json_string key = field.key();
    const bool is_start = is_key(key.raw(), "start");
    if (!is_start && !is_key(key.raw(), "end")) continue;
    const Thing inner(field.value());
    if (inner.null) continue;
    if (inner.kind != JsonKind::text) {
      plain(inner, frame, slot);
      return;
    }
    (is_start ? start : end) = text_of(inner.token);
  }
  if (!start.empty() || !end.empty()) add_item(frame, slot, JsonKind::object, start).other = end;
}

/// The codings of a CodeableConcept, or one Coding. One without a code is nothing.
void FhirDocument::concept_or_coding(Thing& thing, uint32_t frame, uint32_t slot, bool is_coding) {
  if (plain(thing, frame, slot)) return;
  std::string_view code;
  std::string_view system;
  thing.rewind();
  for (auto field : thing.object) {
    json::raw_json_string key = field.key();
    if (!is_coding && is_key(key.raw(), "coding")) {
      Thing list(field.value());
      if (list.kind != JsonKind::list) {
        concept_or_coding(list, frame, slot, true);
        continue;
      }
      for (auto item : list.list) {
        Thing coding(item.value());
        concept_or_coding(coding, frame, slot, true);
      }
      continue;
    }
    const bool is_code = is_key(key.raw(), "code");
    if (!is_code && !is_key(key.raw(), "system")) continue;
    const Thing inner(field.value());
    if (inner.null) continue;
    if (inner.kind != JsonKind::text) {
      if (inner.kind != JsonKind::object) plain(inner, frame, slot);
      continue;
    }
    (is_code ? code : system) = text_of(inner.token);
  }
  if (!code.empty()) add_item(frame, slot, JsonKind::object, code).other = system;
}

/// The unit is the code where that is UCUM's, else the unit as written. A quantity without a value is
/// nothing.
void FhirDocument::quantity(Thing& thing, uint32_t frame, uint32_t slot) {
  if (plain(thing, frame, slot)) return;
  FhirItem found{JsonKind::object, {}, {}, {}, ir::none};
  std::string_view unit;
  std::string_view system;
  std::string_view code;
  thing.rewind();
  for (auto field : thing.object) {
    json::raw_json_string key = field.key();
    const char* raw = key.raw();
    if (is_key(raw, "value")) {
      const Thing inner(field.value());
      if (inner.null) continue;
      if (inner.kind != JsonKind::number) {
        if (inner.kind != JsonKind::object) plain(inner, frame, slot);
        return;
      }
      found.text = inner.token;
      continue;
    }
    std::string_view* to = is_key(raw, "unit")         ? &unit
                           : is_key(raw, "system")     ? &system
                           : is_key(raw, "code")       ? &code
                           : is_key(raw, "currency")   ? &unit
                           : is_key(raw, "comparator") ? &found.comparator
                                                       : nullptr;
    if (to == nullptr) continue;
    const Thing inner(field.value());
    if (!inner.null && inner.kind == JsonKind::text) *to = text_of(inner.token);
  }
  if (found.text.empty()) return;
  const bool is_ucum = !code.empty() && (system == "http://unitsofmeasure.org" || unit.empty());
  FhirItem& item = add_item(frame, slot, JsonKind::object, found.text);
  item.other = is_ucum ? code : unit;
  item.comparator = found.comparator;
}

/// What stands at a node, once an element of a list, once the only one.
void FhirDocument::consume(Thing& thing, const PathNode& node, uint32_t frame) {
  const FrameShape& shape = resource_->frames[frames_[frame].shape];
  for (const uint32_t slot : node.slots) {
    switch (shape.slots[slot]) {
    case Taken::presence: add_item(frame, slot, thing.kind, {}); break;
    case Taken::scalar:
      add_item(frame, slot, thing.kind, thing.kind == JsonKind::text ? text_of(thing.token) : thing.token);
      break;
    case Taken::reference: reference(thing, frame, slot); break;
    case Taken::time: period(thing, frame, slot); break;
    case Taken::codes: concept_or_coding(thing, frame, slot, false); break;
    case Taken::quantity: quantity(thing, frame, slot); break;
    }
  }
  if (node.edges.empty() || thing.kind != JsonKind::object) return;
  thing.rewind();
  fields(thing.object, node, frame);
}

void FhirDocument::element(Thing& thing, const PathNode& node, uint32_t frame, uint32_t& position) {
  if (thing.null) return;
  if (thing.kind == JsonKind::list) {
    refuse("D072", resource_->frames[frames_[frame].shape].name, "A list stands directly in a list here.",
           "No FHIR resource has that: check what wrote the file.");
  }
  ++position;
  for (const uint32_t shape : node.frames) {
    const uint32_t inner = add_frame(shape, frame, position);
    consume(thing, resource_->frames[shape].root, inner);
  }
  consume(thing, node, frame);
}

void FhirDocument::walk(Thing& thing, const PathNode& node, uint32_t frame) {
  uint32_t position = 0;
  if (thing.null) return;
  if (thing.kind != JsonKind::list) {
    if (!node.frames.empty()) {
      refuse("D072", resource_->frames[node.frames.front()].name,
             fmt::format("Here stands {}, where a list is meant.", kind_name(thing.kind)),
             "Put it in [ ], as FHIR does with all that may come more than once.");
    }
    element(thing, node, frame, position);
    return;
  }
  thing.rewind();
  for (auto item : thing.list) {
    Thing inner(item.value());
    element(inner, node, frame, position);
  }
}

void FhirDocument::extensions(Thing& thing, const PathEdge& edge, uint32_t frame) {
  if (thing.kind != JsonKind::list) return;
  thing.rewind();
  for (auto item : thing.list) {
    Thing extension(item.value());
    if (extension.kind != JsonKind::object) continue;
    std::string_view url;
    json::value found;
    if (extension.object.find_field_unordered("url").get(found) != simdjson::SUCCESS) continue;
    const Thing named(found);
    if (named.kind == JsonKind::text && !named.null) url = text_of(named.token);
    extension.used = true;
    for (const auto& [wanted, node] : edge.extensions) {
      if (wanted != url) continue;
      uint32_t position = 0;
      element(extension, *node, frame, position);
    }
  }
}

void FhirDocument::fields(json::object& object, const PathNode& node, uint32_t frame) {
  uint64_t seen = 0;
  for (auto field : object) {
    json::raw_json_string key = field.key();
    const char* raw = key.raw();
    std::optional<Thing> thing;
    for (size_t i = 0; i < node.edges.size(); ++i) {
      const PathEdge& edge = node.edges[i];
      if (edge.kind == ir::PathStep::Kind::choice) {
        const std::string_view type = choice_type(raw, edge.name);
        const bool fits =
            !type.empty() &&
            (edge.types.empty() || std::find(edge.types.begin(), edge.types.end(), type) != edge.types.end());
        if (!fits) continue;
      } else {
        if (!is_key(raw, edge.name)) continue;
        const uint64_t bit = uint64_t{1} << (i % 64);
        if ((seen & bit) != 0 && i < 64) {
          const std::string& around = resource_->frames[frames_[frame].shape].name;
          refuse("D074", around.empty() ? edge.name : around + "." + edge.name,
                 fmt::format("The element `{}` comes twice in one object.", edge.name),
                 "Which of the two counts cannot be said: correct what wrote the file.");
        }
        seen |= bit;
      }
      if (!thing) thing.emplace(field.value());
      if (edge.kind == ir::PathStep::Kind::extension) {
        extensions(*thing, edge, frame);
      } else {
        walk(*thing, *edge.node, frame);
      }
    }
  }
}

void FhirDocument::resource(json::object object, const char* begin, uint32_t number, std::string_view url,
                            int depth) {
  FhirEntry entry;
  entry.begin = begin;
  entry.number = number;
  entry.url = url;
  json::value found;
  const simdjson::error_code error = object.find_field_unordered("resourceType").get(found);
  if (error != simdjson::SUCCESS && error != simdjson::NO_SUCH_FIELD) throw simdjson::simdjson_error(error);
  if (error == simdjson::SUCCESS) {
    const Thing type(found);
    if (type.kind == JsonKind::text && !type.null) entry.type = text_of(type.token);
  }
  if (entry.type.empty()) {
    entry.damage = FhirDamage{"D071", "", "This is no FHIR resource: it has no `resourceType`.",
                              "Only FHIR belongs into the .json and .ndjson files of the data folder."};
    entries_.push_back(std::move(entry));
    return;
  }
  if (object.reset().error() != simdjson::SUCCESS) throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
  if (entry.type == "Bundle" && depth < deepest_bundles) {
    bundle(object, depth + 1);
    return;
  }
  entry.plan = plan_.find(entry.type);
  entry.first_frame = entry.end_frame = static_cast<uint32_t>(frames_.size());
  if (entry.plan == nullptr) {
    if (number != 0 && object.find_field_unordered("id").get(found) == simdjson::SUCCESS) {
      const Thing id(found);
      if (id.kind == JsonKind::text && !id.null) entry.id = text_of(id.token);
    }
    entries_.push_back(std::move(entry));
    return;
  }
  std::string_view raw;
  if (const simdjson::error_code bad = object.raw_json().get(raw); bad != simdjson::SUCCESS)
    throw simdjson::simdjson_error(bad);
  if (raw.size() > largest_resource) {
    entry.damage = FhirDamage{
        "D075", std::string(entry.type),
        fmt::format("This {} is larger than {} MiB.", entry.type, largest_resource >> 20U),
        "No resource of a patient is: check for attached files, which belong into a Binary of their own."};
    entries_.push_back(std::move(entry));
    return;
  }
  if (object.reset().error() != simdjson::SUCCESS) throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
  minified_.resize(raw.size() + simdjson::SIMDJSON_PADDING);
  size_t size = 0;
  if (simdjson::minify(raw.data(), raw.size(), minified_.data(), size) == simdjson::SUCCESS)
    hash_content(std::string_view(minified_).substr(0, size), entry.content);

  resource_ = entry.plan;
  const size_t slots = slots_.size();
  const size_t items = items_.size();
  const uint32_t frame = add_frame(0, ir::none, 0);
  try {
    fields(object, resource_->frames[0].root, frame);
  } catch (ResourceDamage& damage) {
    entry.damage = std::move(damage.damage);
    frames_.resize(entry.first_frame);
    slots_.resize(slots);
    items_.resize(items);
    entries_.push_back(std::move(entry));
    return;
  }
  entry.end_frame = static_cast<uint32_t>(frames_.size());
  if (entry.plan->id_slot != ir::none) {
    const FhirSlot& id = slots_[frames_[frame].slots + entry.plan->id_slot];
    if (id.count == 0 && !url.empty()) {  // of a Bundle whose resources are named by their place in it
      const size_t last = url.find_last_of(":/");
      add_item(frame, entry.plan->id_slot, JsonKind::text, url.substr(last + 1));
    }
    if (id.count > 0) entry.id = items_[id.first].text;
  }
  entries_.push_back(std::move(entry));
}

void FhirDocument::bundle(json::object object, int depth) {
  for (auto field : object) {
    json::raw_json_string key = field.key();
    if (!is_key(key.raw(), "entry")) continue;
    Thing list(field.value());
    if (list.null) continue;
    if (list.kind != JsonKind::list) throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
    uint32_t number = 0;
    for (auto item : list.list) {
      ++number;
      Thing entry(item.value());
      if (entry.null || entry.kind != JsonKind::object) continue;
      std::string_view url;
      json::value found;
      if (entry.object.find_field_unordered("fullUrl").get(found) == simdjson::SUCCESS) {
        const Thing named(found);
        if (named.kind == JsonKind::text && !named.null) url = text_of(named.token);
      }
      if (entry.object.reset().error() != simdjson::SUCCESS)
        throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
      const simdjson::error_code error = entry.object.find_field_unordered("resource").get(found);
      if (error == simdjson::NO_SUCH_FIELD) continue;  // of a Bundle of requests or answers
      if (error != simdjson::SUCCESS) throw simdjson::simdjson_error(error);
      Thing inner(found);
      if (inner.kind == JsonKind::object) resource(inner.object, inner.token.data(), number, url, depth);
    }
  }
}

std::optional<FhirDamage> FhirDocument::read(std::string_view text, size_t capacity) {
  text_ = text;
  entries_.clear();
  frames_.clear();
  slots_.clear();
  items_.clear();
  unescaped_.clear();
  try {
    json::document document = parser_.iterate(text.data(), text.size(), capacity);
    json::object object;
    const simdjson::error_code error = document.get_object().get(object);
    if (error == simdjson::INCORRECT_TYPE) {
      return FhirDamage{"D071", "", "This is no FHIR resource: it is no object in { }.",
                        "Only FHIR belongs into the .json and .ndjson files of the data folder."};
    }
    if (error != simdjson::SUCCESS) return damage_of(error, text);
    resource(object, text.data(), 0, {}, 0);
    const bool walked = entries_.empty() || (entries_.back().plan != nullptr && !entries_.back().damage);
    if (walked && document.current_location().error() == simdjson::SUCCESS)
      return damage_of(simdjson::TRAILING_CONTENT, text);
  } catch (const simdjson::simdjson_error& error) {
    return damage_of(error.error(), text);
  } catch (ResourceDamage& damage) {
    return std::move(damage.damage);
  }
  return std::nullopt;
}

}  // namespace merit::data
