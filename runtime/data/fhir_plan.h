#pragma once
// What is to be read from FHIR resources: the paths of a program's sources as a tree for each type of
// resource, so that one pass over a resource meets everything that is asked of it, and nothing else is read.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "runtime/data/load_plan.h"
#include "runtime/ir/ir.h"
#include "runtime/values/ucum.h"

namespace merit::data {

/// How what stands at a path is understood.
enum class Taken : uint8_t {
  presence,   ///< only that something is there
  scalar,     ///< a text, a number, true or false
  reference,  ///< a Reference, or a text
  time,       ///< a Period, or a text: a date, a time, part of a date
  codes,      ///< CodeableConcepts, Codings, or texts: a code without a system, an address
  quantity,   ///< a Quantity (also Age, Duration, Money ...), or a number
};

struct PathNode;

/// A step from one object to what stands in it.
struct PathEdge {
  ir::PathStep::Kind kind = ir::PathStep::Kind::element;
  std::string name;
  /// Of a choice: the types that fit, as the element's name spells them ("Period"); empty: any.
  std::vector<std::string_view> types;
  std::unique_ptr<PathNode> node;                                             // element, choice
  std::vector<std::pair<std::string, std::unique_ptr<PathNode>>> extensions;  // by url
};

struct PathNode {
  std::vector<PathEdge> edges;
  std::vector<uint32_t> slots;   // of the frame: filled by what stands here
  std::vector<uint32_t> frames;  // kinds of frames: each element of the list here is one
};

/// A resource, or an element of a list in it that gives rows.
struct FrameShape {
  uint32_t parent = ir::none;
  PathNode root;
  std::vector<Taken> slots;
  std::vector<std::string> names;  // of the slots: "code.coding.code"
  std::string name;                // from the resource on: "component"
};

/// An ir::FhirValue made ready: paths are slots.
struct FhirTake {
  ir::FhirValue::Kind kind = ir::FhirValue::Kind::path;
  uint32_t up = 0;    ///< how many frames outwards the path begins, or the element is
  uint32_t slot = 0;  ///< of that frame
  std::vector<FhirTake> args;
  std::vector<std::string> texts;          ///< is_one_of
  std::string text;                        ///< only; path to a number: the unit that a quantity is wanted in
  std::optional<ucum::Unit> unit;          ///< that unit
  std::vector<std::string> resources;      ///< path of a link: the types that give its rows; empty: any
  ir::TypeKind type = ir::TypeKind::text;  ///< of the field
};

/// The rows that one block of a source gives.
struct FhirBlockPlan {
  FilePlan file;  ///< its columns, in the form that all files have
  uint32_t resource = 0;
  uint32_t shape = 0;
  uint32_t owner = ir::none;  ///< the block around it
  std::optional<FhirTake> filter;
  std::vector<FhirTake> takes;  ///< one a read of the file
  std::vector<uint32_t> nested;
};

struct FhirSourcePlan {
  std::optional<FhirTake> filter;
  std::vector<uint32_t> blocks;
  bool asks_profile = false;  ///< the filter asks which profiles the resource says it follows
  Span span;
};

struct FhirResourcePlan {
  std::string type;
  std::vector<FrameShape> frames;  ///< 0: the resource
  uint32_t id_slot = ir::none;     ///< of frame 0
  bool linked = false;             ///< whether links lead to rows of this type
  std::vector<FhirSourcePlan> sources;
};

struct FhirPlan {
  std::vector<FhirResourcePlan> resources;
  std::vector<std::unique_ptr<FhirBlockPlan>> blocks;  ///< owners before what they own

  /// The plan for resources of a type; null: nothing of them is needed.
  const FhirResourcePlan* find(std::string_view type) const;
  std::unordered_map<std::string_view, uint32_t> by_type;
  /// By entity: the types of resources that give its rows, where they do so one by one.
  std::unordered_map<uint32_t, std::vector<std::string>> types;
};

/// Only blocks whose entity is needed. `first_block` is the number of the first block: those of other sources
/// come before.
FhirPlan plan_fhir(const ir::Program& program, const std::unordered_set<uint32_t>* needed,
                   uint32_t first_block, Diagnostics& diagnostics);

}  // namespace merit::data
