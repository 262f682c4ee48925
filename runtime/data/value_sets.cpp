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
  if (codings_[set].contains(coding)) return true;
  const std::vector<uint32_t>& members = program_->valuesets[set].members;
  return std::any_of(members.begin(), members.end(),
                     [&](uint32_t member) { return holds_coding(member, coding); });
}

bool ValueSets::holds(uint32_t set, std::string_view codes) const {
  bool found = false;
  for_each_coding(codes, [&](std::string_view coding) { found = found || holds_coding(set, coding); });
  return found;
}

}  // namespace merit
