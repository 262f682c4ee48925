#include "runtime/data/fhir_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/values/currency.h"

namespace merit::data {

namespace {

using Kind = ir::FhirValue::Kind;

/// The types of a choice that a field can be read from.
std::vector<std::string_view> types_for(ir::TypeKind type) {
  switch (type) {
  case ir::TypeKind::text:
    return {"String", "Code", "Uri", "Url", "Canonical", "Id", "Oid", "Uuid", "Markdown"};
  case ir::TypeKind::boolean: return {"Boolean"};
  case ir::TypeKind::integer: return {"Integer", "PositiveInt", "UnsignedInt"};
  case ir::TypeKind::number:
  case ir::TypeKind::money: return {"Decimal", "Integer", "PositiveInt", "UnsignedInt"};
  case ir::TypeKind::date:
  case ir::TypeKind::datetime: return {"Date", "DateTime", "Instant"};
  case ir::TypeKind::period:
  case ir::TypeKind::datetime_period: return {"Period", "DateTime", "Instant", "Date"};
  case ir::TypeKind::enumeration: return {"Code", "String"};
  case ir::TypeKind::link: return {"Reference"};
  case ir::TypeKind::codes: return {"CodeableConcept", "Coding", "Code", "Canonical", "Uri", "Url"};
  case ir::TypeKind::quantity:
    return {"Quantity", "Age", "Count", "Distance", "Duration", "Money", "Decimal", "Integer"};
  default: return {};
  }
}

std::string step_text(const ir::PathStep& step) {
  switch (step.kind) {
  case ir::PathStep::Kind::element: break;
  case ir::PathStep::Kind::choice: return step.name + "[x]";
  case ir::PathStep::Kind::extension: {  // its url's last part tells it from others
    const size_t slash = step.url.rfind('/');
    return fmt::format("{}({})", step.name,
                       slash == std::string::npos ? step.url : step.url.substr(slash + 1));
  }
  }
  return step.name;
}

std::string steps_text(const std::vector<ir::PathStep>& steps) {
  std::string text;
  for (const ir::PathStep& step : steps) text += (text.empty() ? "" : ".") + step_text(step);
  return text;
}

std::string joined(const std::string& outer, const std::string& inner) {
  return outer.empty() || inner.empty() ? outer + inner : outer + "." + inner;
}

Taken taken_for(ir::TypeKind type) {
  switch (type) {
  case ir::TypeKind::link: return Taken::reference;
  case ir::TypeKind::period:
  case ir::TypeKind::datetime_period: return Taken::time;
  case ir::TypeKind::codes: return Taken::codes;
  case ir::TypeKind::quantity: return Taken::quantity;
  default: return Taken::scalar;
  }
}

PathNode& step_into(PathNode& node, const ir::PathStep& step, std::vector<std::string_view> types) {
  PathEdge* edge = nullptr;
  for (PathEdge& known : node.edges) {
    if (known.kind == step.kind && known.name == step.name && known.types == types) edge = &known;
  }
  if (edge == nullptr) {
    edge = &node.edges.emplace_back(PathEdge{step.kind, step.name, std::move(types), nullptr, {}});
    if (step.kind != ir::PathStep::Kind::extension) edge->node = std::make_unique<PathNode>();
  }
  if (step.kind != ir::PathStep::Kind::extension) return *edge->node;
  for (auto& [url, next] : edge->extensions) {
    if (url == step.url) return *next;
  }
  return *edge->extensions.emplace_back(step.url, std::make_unique<PathNode>()).second;
}

/// Does it ask which profiles a resource says it follows? They are a claim of what wrote it (FHIR
/// R4, 2.26.3.2).
bool asks_profile(const ir::FhirValue& value) {
  if (value.steps.size() >= 2 && value.steps[0].name == "meta" && value.steps[1].name == "profile")
    return true;
  return std::any_of(value.args.begin(), value.args.end(), asks_profile);
}

class Planner {
 public:
  Planner(const ir::Program& program, const std::unordered_set<uint32_t>* needed, uint32_t first_block,
          Diagnostics& diagnostics)
      : program_(program), needed_(needed), diagnostics_(diagnostics), number_(first_block) {
    const Currency* found = find_currency(program.currency);
    currency_ = found != nullptr ? found : &default_currency();
    for (const ir::FhirSource& source : program.fhir_sources) {
      for (const ir::FhirBlock& block : source.blocks) {
        if (!block.each) plan_.types[block.entity].push_back(source.resource);
      }
    }
  }

  FhirPlan plan() {
    for (const ir::FhirSource& source : program_.fhir_sources) {
      if (std::none_of(source.blocks.begin(), source.blocks.end(),
                       [&](const ir::FhirBlock& block) { return reaches(block); })) {
        continue;
      }
      uint32_t resource = 0;
      while (resource < plan_.resources.size() && plan_.resources[resource].type != source.resource)
        ++resource;
      if (resource == plan_.resources.size()) {
        plan_.resources.emplace_back().type = source.resource;
        plan_.resources.back().frames.emplace_back();
      }
      FhirSourcePlan made;
      const std::vector<uint32_t> chain = {0};
      made.span = source.span;
      if (source.filter) {
        made.filter = take(resource, chain, *source.filter, ir::none);
        made.asks_profile = asks_profile(*source.filter);
      }
      for (const ir::FhirBlock& block : source.blocks) {
        if (reaches(block)) made.blocks.push_back(plan_block(resource, source, block, chain, ir::none));
      }
      plan_.resources[resource].sources.push_back(std::move(made));
    }
    for (uint32_t i = 0; i < plan_.resources.size(); ++i) {
      plan_.by_type.emplace(plan_.resources[i].type, i);
      plan_.resources[i].linked = linked_.contains(plan_.resources[i].type);
    }
    return std::move(plan_);
  }

 private:
  bool wanted(uint32_t column) const {
    return needed_ == nullptr || needed_->contains(column) || program_.columns[column].key;
  }

  /// Is anything of this entity needed? One without a key may be counted without that.
  bool is_needed(uint32_t entity) const {
    if (needed_ == nullptr || program_.entities[entity].keys.empty()) return true;
    const std::vector<uint32_t>& columns = program_.entities[entity].columns;
    return std::any_of(columns.begin(), columns.end(),
                       [&](uint32_t column) { return needed_->contains(column); });
  }

  bool reaches(const ir::FhirBlock& block) const {
    return is_needed(block.entity) || std::any_of(block.blocks.begin(), block.blocks.end(),
                                                  [&](const ir::FhirBlock& inner) { return reaches(inner); });
  }

  uint32_t slot(uint32_t resource, uint32_t shape, const std::vector<ir::PathStep>& steps, Taken taken,
                const std::vector<std::string_view>& types) {
    FrameShape& frame = plan_.resources[resource].frames[shape];
    PathNode* node = &frame.root;
    for (size_t i = 0; i < steps.size(); ++i) {
      const bool last = i + 1 == steps.size() && steps[i].kind == ir::PathStep::Kind::choice;
      node = &step_into(*node, steps[i], last ? types : std::vector<std::string_view>{});
    }
    for (const uint32_t known : node->slots) {
      if (frame.slots[known] == taken) return known;
    }
    const auto made = static_cast<uint32_t>(frame.slots.size());
    frame.slots.push_back(taken);
    frame.names.push_back(joined(frame.name, steps_text(steps)));
    node->slots.push_back(made);
    return made;
  }

  FhirTake take(uint32_t resource, const std::vector<uint32_t>& chain, const ir::FhirValue& value,
                uint32_t column) {
    FhirTake made;
    made.kind = value.kind;
    made.up = static_cast<uint32_t>(chain.size() - 1) - value.from;
    made.texts = value.texts;
    made.text = value.text;
    Taken taken = Taken::presence;
    std::vector<std::string_view> types;
    if (column != ir::none) made.type = program_.columns[column].type.kind;
    switch (value.kind) {
    case Kind::path:
      if (!value.text.empty()) made.unit = ucum::parse(value.text);
      if (made.unit) made.type = ir::TypeKind::quantity;
      taken = taken_for(made.type);
      types = types_for(made.type);
      if (made.type == ir::TypeKind::link) {
        const auto found = plan_.types.find(program_.columns[column].type.target);
        if (found != plan_.types.end()) made.resources = found->second;
        linked_.insert(made.resources.begin(), made.resources.end());
      }
      break;
    case Kind::is_one_of: taken = Taken::scalar; break;
    case Kind::fingerprint: return made;
    case Kind::first_of:
    case Kind::logical_not:
    case Kind::logical_and:
    case Kind::logical_or:
      for (const ir::FhirValue& arg : value.args) made.args.push_back(take(resource, chain, arg, column));
      return made;
    case Kind::count:
    case Kind::is_known:
    case Kind::is_missing: break;
    default: return made;
    }
    made.slot = slot(resource, chain[value.from], value.steps, taken, types);
    return made;
  }

  uint32_t frame(uint32_t resource, uint32_t parent, const std::vector<ir::PathStep>& list) {
    std::vector<FrameShape>& frames = plan_.resources[resource].frames;
    PathNode* node = &frames[parent].root;
    for (const ir::PathStep& step : list) node = &step_into(*node, step, {});
    if (!node->frames.empty()) return node->frames.front();
    const auto made = static_cast<uint32_t>(frames.size());
    node->frames.push_back(made);
    std::string name = joined(frames[parent].name, steps_text(list));
    FrameShape& shape = frames.emplace_back();  // the parent's node has moved with its frame, not in memory
    shape.parent = parent;
    shape.name = std::move(name);
    return made;
  }

  std::string header(uint32_t resource, const std::vector<uint32_t>& chain,
                     const ir::FhirValue& value) const {
    const FhirResourcePlan& plan = plan_.resources[resource];
    switch (value.kind) {
    case Kind::first_of: {
      std::string all;
      for (const ir::FhirValue& arg : value.args) {
        const bool is_place = arg.kind == Kind::path || arg.kind == Kind::count;
        if (is_place) all += (all.empty() ? "" : " or ") + header(resource, chain, arg);
      }
      return all;
    }
    case Kind::path:
    case Kind::count:
    case Kind::is_known:
    case Kind::is_missing:
    case Kind::is_one_of:
      return plan.type + "." + joined(plan.frames[chain[value.from]].name, steps_text(value.steps));
    default: return joined(plan.type, plan.frames[chain.back()].name);
    }
  }

  /// How the texts of a field are read.
  CellType cell_type(const ir::Column& column) const {
    CellType type;
    const ir::Column* cell = cell_column(program_, column);
    type.kind = cell->type.kind;
    if (type.kind == ir::TypeKind::enumeration) type.enumeration = &program_.enums[cell->type.target];
    if (type.kind == ir::TypeKind::money) type.currency = currency_;
    return type;
  }

  void plan_field(FhirBlockPlan& plan, const ir::FhirField& field, const std::vector<uint32_t>& chain) {
    const ir::Column& column = program_.columns[field.column];
    Fill fill{field.column, Fill::constant, {}, field.value.span};
    if (field.value.kind == Kind::constant) {
      fill.value = field.value.value;
    } else if (field.value.kind == Kind::owner) {
      fill.read = Fill::owner;
    } else {
      if (cell_column(program_, column) == nullptr) {
        const ir::Entity& target = program_.entities[column.type.target];
        diagnostics_.error(
            "D040", field.value.span,
            fmt::format("`{}` is a link to a {}, whose key has several parts; one reference cannot give it.",
                        column.name, target.name),
            fmt::format("Give {} a key of one column, or link to what its key is made of.", target.name));
        return;
      }
      ColumnRead read;
      read.header = header(plan.resource, chain, field.value);
      read.type = cell_type(column);
      read.span = field.value.span;
      read.field = field.column;
      fill.read = static_cast<uint32_t>(plan.file.reads.size());
      plan.file.reads.push_back(std::move(read));
      plan.takes.push_back(take(plan.resource, chain, field.value, field.column));
    }
    plan.file.contributions.front().fills.push_back(std::move(fill));
  }

  uint32_t plan_block(uint32_t resource, const ir::FhirSource& source, const ir::FhirBlock& block,
                      std::vector<uint32_t> chain, uint32_t owner) {
    const auto number = static_cast<uint32_t>(plan_.blocks.size());
    FhirBlockPlan& plan = *plan_.blocks.emplace_back(std::make_unique<FhirBlockPlan>());
    if (block.each) chain.push_back(frame(resource, chain[block.from], block.list));
    plan.resource = resource;
    plan.shape = chain.back();
    plan.owner = owner;
    plan.file.name = source.resource;
    // What equal resources give twice is one row; that they are equal is seen by their content.
    plan.file.contributions.push_back(Contribution{block.entity, number_++, 0, true, {}});
    if (block.filter) plan.filter = take(resource, chain, *block.filter, ir::none);
    for (const ir::FhirField& field : block.fields) {
      if (wanted(field.column)) plan_field(plan, field, chain);
    }
    for (const ir::FhirBlock& inner : block.blocks) {
      if (reaches(inner)) plan.nested.push_back(plan_block(resource, source, inner, chain, number));
    }
    if (chain.size() == 1)
      plan_.resources[resource].id_slot = slot(resource, 0, {id_step()}, Taken::scalar, {});
    return number;
  }

  static ir::PathStep id_step() { return {ir::PathStep::Kind::element, "id", {}}; }

  const ir::Program& program_;
  const std::unordered_set<uint32_t>* needed_;
  Diagnostics& diagnostics_;
  const Currency* currency_;
  uint32_t number_;
  std::unordered_set<std::string> linked_;  // types that links lead to
  FhirPlan plan_;
};

}  // namespace

const FhirResourcePlan* FhirPlan::find(std::string_view type) const {
  const auto found = by_type.find(type);
  return found == by_type.end() ? nullptr : &resources[found->second];
}

FhirPlan plan_fhir(const ir::Program& program, const std::unordered_set<uint32_t>* needed,
                   uint32_t first_block, Diagnostics& diagnostics) {
  return Planner(program, needed, first_block, diagnostics).plan();
}

}  // namespace merit::data
