#include "runtime/ir/subjects.h"

#include <deque>
#include <utility>

namespace merit::ir {

namespace {

constexpr std::string_view subject_name = "patient";

}  // namespace

std::vector<uint32_t> subject_links(const Program& program, const Measure& measure) {
  std::vector<bool> seen(program.entities.size(), false);
  std::deque<std::pair<uint32_t, std::vector<uint32_t>>> waiting{{measure.entity, {}}};
  seen[measure.entity] = true;
  while (!waiting.empty()) {
    const auto [entity, way] = std::move(waiting.front());
    waiting.pop_front();
    if (program.entities[entity].name == subject_name) return way;
    for (const uint32_t index : program.entities[entity].columns) {
      const Column& column = program.columns[index];
      // Only links that a row has of itself: one that is defined may lead anywhere.
      if (column.type.kind != TypeKind::link || column.body || seen[column.type.target]) continue;
      seen[column.type.target] = true;
      auto longer = way;
      longer.push_back(index);
      waiting.emplace_back(column.type.target, std::move(longer));
    }
  }
  return {};
}

}  // namespace merit::ir
