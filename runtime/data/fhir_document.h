#pragma once
// Walks one JSON document, a resource or a Bundle of them, and finds what a plan asks of it.
//
// One pass over each resource (simdjson, on demand): what no path names is skipped without being looked at. A
// document is read to its end before anything is made of it, so that one that is damaged gives nothing.

#include <simdjson.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/data/fhir_plan.h"

namespace merit::data {

enum class JsonKind : uint8_t { text, number, boolean, object, list };

/// One thing found at a path. Texts point into the document, or into what was unescaped of it.
struct FhirItem {
  JsonKind kind = JsonKind::text;
  /// scalar: as written, without quotes; reference: the reference; time: a text, or the start of a Period;
  /// codes: a text, or the code of a Coding; quantity: its number
  std::string_view text;
  std::string_view other = {};  ///< the end of the Period, the system of the Coding, the unit of the quantity
  std::string_view comparator = {};  ///< of the quantity
  uint32_t next = ir::none;
};

struct FhirSlot {
  uint32_t first = ir::none;
  uint32_t last = ir::none;
  uint32_t count = 0;
};

struct FhirFrame {
  uint32_t shape = 0;
  uint32_t parent = ir::none;  ///< frame of the document
  uint32_t position = 0;       ///< from 1, among those of its parent
  uint32_t slots = 0;          ///< the first of its slots
};

/// What makes a document, or one resource of it, unusable.
struct FhirDamage {
  std::string code;
  std::string path;  ///< "Patient.name", where one is known
  std::string message;
  std::string help;
};

struct FhirEntry {
  uint32_t number = 0;          ///< of the entry in its Bundle, from 1; 0: no Bundle
  const char* begin = nullptr;  ///< of the resource in the document
  std::string_view type;
  std::string_view id;
  std::string_view url;                    ///< fullUrl
  const FhirResourcePlan* plan = nullptr;  ///< null: nothing of it is needed
  uint32_t first_frame = 0;                ///< its frames: the first is the resource
  uint32_t end_frame = 0;
  uint64_t content[2] = {0, 0};  ///< equal for resources with the same text, blanks aside
  std::optional<FhirDamage> damage = std::nullopt;
};

class FhirDocument {
 public:
  explicit FhirDocument(const FhirPlan& plan) : plan_(plan) {}

  /// `text` is followed by at least SIMDJSON_PADDING readable bytes within `capacity`. What was found before
  /// is gone. Damage of the whole document is returned.
  std::optional<FhirDamage> read(std::string_view text, size_t capacity);

  const std::vector<FhirEntry>& entries() const { return entries_; }

  const FhirFrame& frame(uint32_t index) const { return frames_[index]; }

  const FhirSlot& slot(const FhirFrame& frame, uint32_t slot) const { return slots_[frame.slots + slot]; }

  const FhirItem& item(uint32_t index) const { return items_[index]; }

 private:
  struct Thing;

  void bundle(simdjson::ondemand::object object, int depth);
  void resource(simdjson::ondemand::object object, const char* begin, uint32_t number, std::string_view url,
                int depth);
  void fields(simdjson::ondemand::object& object, const PathNode& node, uint32_t frame);
  void walk(Thing& thing, const PathNode& node, uint32_t frame);
  void element(Thing& thing, const PathNode& node, uint32_t frame, uint32_t& position);
  void consume(Thing& thing, const PathNode& node, uint32_t frame);
  void extensions(Thing& thing, const PathEdge& edge, uint32_t frame);
  void reference(Thing& thing, uint32_t frame, uint32_t slot);
  void period(Thing& thing, uint32_t frame, uint32_t slot);
  void concept_or_coding(Thing& thing, uint32_t frame, uint32_t slot, bool is_coding);
  void quantity(Thing& thing, uint32_t frame, uint32_t slot);
  bool plain(const Thing& thing, uint32_t frame, uint32_t slot);
  uint32_t add_frame(uint32_t shape, uint32_t parent, uint32_t position);
  FhirItem& add_item(uint32_t frame, uint32_t slot, JsonKind kind, std::string_view text);
  std::string_view text_of(std::string_view token);
  [[noreturn]] void refuse(std::string code, const std::string& element, std::string message,
                           std::string help) const;

  const FhirPlan& plan_;
  simdjson::ondemand::parser parser_;
  std::string_view text_;
  const FhirResourcePlan* resource_ = nullptr;
  std::vector<FhirEntry> entries_;
  std::vector<FhirFrame> frames_;
  std::vector<FhirSlot> slots_;
  std::vector<FhirItem> items_;
  std::deque<std::string> unescaped_;
  std::string minified_;
};

}  // namespace merit::data
