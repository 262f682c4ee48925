#include "compiler/lower/derived_cycles.h"

#include <vector>

#include "runtime/ir/order.h"

namespace merit {

namespace {

class Search {
 public:
  Search(const ir::Program& program, Diagnostics& diagnostics)
      : program_(program), diagnostics_(diagnostics), columns_(static_cast<uint32_t>(program.columns.size())),
        states_(program.columns.size() + program.entities.size(), State::unseen) {}

  void from(uint32_t entity) {
    if (states_[columns_ + entity] == State::unseen) visit(columns_ + entity);
  }

 private:
  enum class State : uint8_t { unseen, open, done };

  struct Open {
    uint32_t item;  // a column, or columns_ + an entity
    std::vector<uint32_t> needs;
    size_t next = 0;
  };

  /// No recursion: a chain of definitions may be as long as the program.
  void visit(uint32_t start) {
    std::vector<Open> path;
    open(start, path);
    while (!path.empty()) {
      Open& top = path.back();
      if (top.next == top.needs.size()) {
        states_[top.item] = State::done;
        path.pop_back();
        continue;
      }
      const uint32_t item = top.needs[top.next++];
      if (states_[item] == State::open) {
        report(path, item);
      } else if (states_[item] == State::unseen) {
        open(item, path);
      }
    }
  }

  void open(uint32_t item, std::vector<Open>& path) {
    states_[item] = State::open;
    path.push_back({item, needs(item), 0});
  }

  void mentions(const ir::Expr& node, std::vector<uint32_t>& result) const {
    switch (node.op) {
    case ir::Op::field:
    case ir::Op::reverse:
    case ir::Op::reverse_each:
    case ir::Op::targets: result.push_back(node.index); break;
    case ir::Op::all_rows:
    case ir::Op::lookup: result.push_back(columns_ + node.index); break;
    default: break;
    }
    for (const ir::ExprPtr& arg : node.args) {
      if (arg) mentions(*arg, result);
    }
  }

  std::vector<uint32_t> needs(uint32_t item) const {
    std::vector<uint32_t> result;
    if (item >= columns_) {
      const ir::Entity& entity = program_.entities[item - columns_];
      if (entity.group_members) mentions(*entity.group_members, result);
      if (entity.group_value) mentions(*entity.group_value, result);
      for (const ir::Part& part : entity.parts) {
        result.insert(result.end(), part.filters.begin(), part.filters.end());
        if (part.low != ir::none) result.insert(result.end(), {part.low, part.high});
        if (part.period != ir::none) result.insert(result.end(), {part.owner, part.period});
        result.push_back(columns_ + program_.columns[part.link].type.target);
      }
      if (entity.kind != ir::EntityKind::pairs) return result;
      for (const uint32_t key : entity.keys) {
        if (program_.columns[key].type.kind == ir::TypeKind::link) {
          result.push_back(columns_ + program_.columns[key].type.target);
        }
      }
      return result;
    }
    const ir::Column& column = program_.columns[item];
    const ir::EntityKind kind = program_.entities[column.entity].kind;
    if (kind == ir::EntityKind::groups || kind == ir::EntityKind::pairs || kind == ir::EntityKind::parts)
      result.push_back(columns_ + column.entity);
    if (column.body) {
      mentions(*column.body, result);
    } else if (column.kind == ir::ColumnKind::computed && column.type.kind == ir::TypeKind::link) {
      result.push_back(columns_ + column.type.target);
    }
    return result;
  }

  std::string name(uint32_t item) const {
    return "`" +
           (item < columns_ ? ir::qualified_name(program_, item) : program_.entities[item - columns_].name) +
           "`";
  }

  void report(const std::vector<Open>& path, uint32_t item) {
    size_t first = path.size();
    while (first > 0 && path[first - 1].item != item) --first;
    std::string way;
    Span span;
    for (size_t i = first - 1; i < path.size(); ++i) {
      const uint32_t each = path[i].item;
      way += name(each) + " needs ";
      if (each >= columns_ && span.file == 0) span = program_.entities[each - columns_].span;
    }
    if (span.file == 0) return;  // a cycle of definitions alone, which the elaborator has reported
    diagnostics_.error("C102", span,
                       "Which rows there are depends on a value of these rows: " + way + name(item) + ".",
                       "Say which rows there are by values that do not come from these rows.");
  }

  const ir::Program& program_;
  Diagnostics& diagnostics_;
  uint32_t columns_;
  std::vector<State> states_;
};

}  // namespace

void check_part_ranges(const ir::Program& program, Diagnostics& diagnostics) {
  for (const ir::Entity& entity : program.entities) {
    for (const ir::Part& part : entity.parts) {
      for (const uint32_t end : {part.low, part.high}) {
        if (end == ir::none || program.columns[end].type.kind == ir::TypeKind::integer) continue;
        diagnostics.error("G207", program.columns[end].span,
                          "The " + entity.plural + " are counted by whole numbers, and this need not be one.",
                          "Count in whole numbers, such as `days from start to end`.");
      }
    }
  }
}

void check_order_loops(const ir::Program& program, Diagnostics& diagnostics) {
  const std::optional<ir::OrderProblem> problem = ir::order_loops(program).problem;
  if (!problem) return;
  const std::string name = "`" + ir::qualified_name(program, problem->column) + "`";
  switch (problem->kind) {
  case ir::OrderProblem::Kind::other_rows:
    diagnostics.error(
        "C104", problem->span,
        "This needs " + name + " of other rows than the one before, and they may need it in turn.",
        "What reads itself on the row before is read on its own row, or on the row before, alone.");
    return;
  case ir::OrderProblem::Kind::two_orders:
    diagnostics.error("C104", problem->span,
                      name + " needs itself by way of two orders, and what comes first in the one may come "
                             "last in the other.",
                      "Go by one definition with `previous of`.");
    return;
  case ir::OrderProblem::Kind::no_order: break;
  }
  diagnostics.error("C104", problem->span,
                    name + " needs itself on the row before by way of rows of another kind.",
                    "Say all that goes from row to row as definitions of one entity.");
}

void check_derived_cycles(const ir::Program& program, Diagnostics& diagnostics) {
  Search search(program, diagnostics);
  for (uint32_t i = 0; i < program.entities.size(); ++i) {
    const ir::EntityKind kind = program.entities[i].kind;
    if (kind == ir::EntityKind::groups || kind == ir::EntityKind::pairs || kind == ir::EntityKind::parts)
      search.from(i);
  }
}

}  // namespace merit
