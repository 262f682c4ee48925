#include "runtime/data/value_sets.h"

#include <algorithm>

#include "runtime/values/codes.h"

namespace merit {

ValueSets::ValueSets(const ir::Program& program) : program_(&program), codings_(program.valuesets.size()) {
  for (uint32_t set = 0; set < codings_.size(); ++set) {
    const ir::ValueSet& shape = program.valuesets[set];
    codings_[set].insert(shape.codings.begin(), shape.codings.end());
    if (!shape.url.empty()) codings_[set].insert(coding_text("", shape.url));
  }
}

void ValueSets::give(uint32_t set, const std::vector<std::string>& codings) {
  codings_.at(set).insert(codings.begin(), codings.end());
}

bool ValueSets::holds_coding(uint32_t set, std::string_view coding) const {
  return holder(set, coding) != ir::none;
}

uint32_t ValueSets::holder(uint32_t set, std::string_view coding) const {
  if (codings_[set].contains(coding)) return set;
  for (const uint32_t member : program_->valuesets[set].members) {
    if (const uint32_t found = holder(member, coding); found != ir::none) return found;
  }
  return ir::none;
}

std::vector<std::pair<std::string, uint32_t>> ValueSets::matches(uint32_t set, std::string_view codes) const {
  std::vector<std::pair<std::string, uint32_t>> found;
  for_each_coding(codes, [&](std::string_view coding) {
    if (const uint32_t by = holder(set, coding); by != ir::none) found.emplace_back(coding, by);
  });
  return found;
}

bool ValueSets::holds(uint32_t set, std::string_view codes) const {
  bool found = false;
  for_each_coding(codes, [&](std::string_view coding) { found = found || holds_coding(set, coding); });
  return found;
}

std::unordered_set<std::string> ValueSets::systems() const {
  std::unordered_set<std::string> found;
  std::string_view latest;
  for (const auto& codings : codings_) {
    for (const std::string& coding : codings) {
      const std::string_view system = std::string_view(coding).substr(0, coding.find('|'));
      if (system.empty() || system == latest) continue;
      latest = *found.emplace(system).first;
    }
  }
  return found;
}

}  // namespace merit
