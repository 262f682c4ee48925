#include "runtime/ir/order.h"

#include <algorithm>

#include "runtime/ir/ops.h"

namespace merit::ir {

namespace {

bool is_previous(const Expr& node) {
  return node.op == Op::aggregate && node.mode == static_cast<uint8_t>(AggregateMode::previous);
}

/// What computing a column or the rows of an entity needs: columns first in the numbering, then entities.
void mentions(const Program& program, const Expr& node, std::vector<uint32_t>& result) {
  switch (info(node.op).index) {
  case IndexMeaning::column: result.push_back(node.index); break;
  case IndexMeaning::entity:
    result.push_back(static_cast<uint32_t>(program.columns.size()) + node.index);
    break;
  case IndexMeaning::none:
  case IndexMeaning::value_set:
  case IndexMeaning::count: break;
  }
  for (const ExprPtr& arg : node.args) {
    if (arg) mentions(program, *arg, result);
  }
}

std::vector<uint32_t> needs_of(const Program& program, uint32_t item) {
  const auto count = static_cast<uint32_t>(program.columns.size());
  std::vector<uint32_t> result;
  if (item < count) {
    const Column& column = program.columns[item];
    if (program.entities[column.entity].kind != EntityKind::data) result.push_back(count + column.entity);
    if (column.body) mentions(program, *column.body, result);
    return result;
  }
  const Entity& entity = program.entities[item - count];
  if (entity.group_members) mentions(program, *entity.group_members, result);
  if (entity.group_value) mentions(program, *entity.group_value, result);
  for (const Part& part : entity.parts) {
    result.insert(result.end(), part.filters.begin(), part.filters.end());
    if (part.low != none) result.insert(result.end(), {part.low, part.high});
    if (part.period != none) result.insert(result.end(), {part.owner, part.period});
    result.push_back(count + program.columns[part.link].type.target);
  }
  return result;
}

/// Tarjan's search, without recursion: a chain of definitions may be as long as the program.
class Components {
 public:
  explicit Components(const Program& program)
      : program_(program), count_(program.columns.size() + program.entities.size()), index_(count_, 0),
        low_(count_, 0), on_stack_(count_, false) {}

  /// Of columns that need one another or themselves.
  std::vector<std::vector<uint32_t>> find() {
    for (uint32_t item = 0; item < count_; ++item) {
      if (index_[item] == 0) visit(item);
    }
    return std::move(found_);
  }

 private:
  struct Open {
    uint32_t item;
    std::vector<uint32_t> needs;
    size_t next = 0;
  };

  void open(uint32_t item, std::vector<Open>& path) {
    index_[item] = low_[item] = ++running_;
    on_stack_[item] = true;
    stack_.push_back(item);
    path.push_back({item, needs_of(program_, item)});
  }

  void visit(uint32_t start) {
    std::vector<Open> path;
    open(start, path);
    while (!path.empty()) {
      Open& top = path.back();
      if (top.next < top.needs.size()) {
        const uint32_t item = top.needs[top.next++];
        if (index_[item] == 0) {
          open(item, path);
        } else if (on_stack_[item]) {
          low_[top.item] = std::min(low_[top.item], index_[item]);
        }
        continue;
      }
      const uint32_t item = top.item;
      const bool itself = std::find(top.needs.begin(), top.needs.end(), item) != top.needs.end();
      path.pop_back();
      if (!path.empty()) low_[path.back().item] = std::min(low_[path.back().item], low_[item]);
      if (low_[item] != index_[item]) continue;
      std::vector<uint32_t> component;
      do {
        component.push_back(stack_.back());
        on_stack_[stack_.back()] = false;
        stack_.pop_back();
      } while (component.back() != item);
      std::sort(component.begin(), component.end());
      if (component.size() > 1 || itself) found_.push_back(std::move(component));
    }
  }

  const Program& program_;
  size_t count_;
  std::vector<uint32_t> index_;
  std::vector<uint32_t> low_;
  std::vector<bool> on_stack_;
  std::vector<uint32_t> stack_;
  std::vector<std::vector<uint32_t>> found_;
  uint32_t running_ = 0;
};

/// One component: is it a loop along an order, and in which order are its columns computed on a row?
class LoopCheck {
 public:
  LoopCheck(const Program& program, const std::vector<uint32_t>& items) : program_(program), items_(items) {}

  std::optional<OrderProblem> run(OrderLoop& loop) {
    using Kind = OrderProblem::Kind;
    for (const uint32_t item : items_) {
      // Rows that depend on their values, or columns of several entities.
      if (item >= program_.columns.size() || !program_.columns[item].body ||
          program_.columns[item].entity != program_.columns[items_.front()].entity ||
          program_.columns[item].type.kind == TypeKind::collection) {
        const uint32_t named = item < program_.columns.size() ? item : items_.front();
        return OrderProblem{Kind::no_order, named, program_.columns[named].span};
      }
    }
    std::vector<std::vector<uint32_t>> own(items_.size());
    for (size_t i = 0; i < items_.size(); ++i) {
      if (!walk(*program_.columns[items_[i]].body, own[i], items_[i])) return problem_;
    }
    if (link_ == none)
      return OrderProblem{Kind::no_order, items_.front(), program_.columns[items_.front()].span};
    // On one row: each after those that it needs.
    std::vector<bool> done(items_.size(), false);
    while (loop.columns.size() < items_.size()) {
      const size_t before = loop.columns.size();
      for (size_t i = 0; i < items_.size(); ++i) {
        const bool ready = !done[i] && std::all_of(own[i].begin(), own[i].end(), [&](uint32_t needed) {
          return done[static_cast<size_t>(std::lower_bound(items_.begin(), items_.end(), needed) -
                                          items_.begin())];
        });
        if (!ready) continue;
        done[i] = true;
        loop.columns.push_back(items_[i]);
      }
      if (loop.columns.size() == before) {
        return OrderProblem{Kind::no_order, items_.front(), program_.columns[items_.front()].span};
      }
    }
    loop.order_link = link_;
    return std::nullopt;
  }

 private:
  bool inside(uint32_t column) const { return std::binary_search(items_.begin(), items_.end(), column); }

  bool walk(const Expr& node, std::vector<uint32_t>& own, uint32_t column) {
    if (info(node.op).index == IndexMeaning::column && inside(node.index)) {
      const bool field = node.op == Op::field;
      if (field && steps_back(program_, node)) {
        const uint32_t link = node.args.front()->index;
        if (link_ != none && link != link_) {
          problem_ = {OrderProblem::Kind::two_orders, column, node.span};
          return false;
        }
        link_ = link;
      } else if (field && node.args.front()->op == Op::row && node.args.front()->variable == 1) {
        own.push_back(node.index);
      } else {
        problem_ = {OrderProblem::Kind::other_rows, column, node.span};
        return false;
      }
    }
    return std::all_of(node.args.begin(), node.args.end(),
                       [&](const ExprPtr& arg) { return walk(*arg, own, column); });
  }

  const Program& program_;
  const std::vector<uint32_t>& items_;
  uint32_t link_ = none;
  OrderProblem problem_;
};

}  // namespace

bool is_order_link(const Program& program, uint32_t column) {
  const Expr* body = program.columns[column].body.get();
  if (body == nullptr) return false;
  if (is_previous(*body)) return true;
  // Under the condition of its rows: missing, or the row before.
  if (body->op != Op::cases) return false;
  bool previous = false;
  for (size_t i = 0; i < body->args.size(); ++i) {
    const bool is_value = i % 2 == 1 || i + 1 == body->args.size();
    if (!is_value || body->args[i]->op == Op::missing_value) continue;
    if (!is_previous(*body->args[i])) return false;
    previous = true;
  }
  return previous;
}

bool steps_back(const Program& program, const Expr& node) {
  if (node.op != Op::field || node.args.front()->op != Op::field) return false;
  const Expr& link = *node.args.front();
  return link.args.front()->op == Op::row && link.args.front()->variable == 1 &&
         is_order_link(program, link.index) &&
         program.columns[link.index].entity == program.columns[node.index].entity;
}

OrderLoops order_loops(const Program& program) {
  OrderLoops result;
  for (const std::vector<uint32_t>& items : Components(program).find()) {
    OrderLoop loop;
    if (auto problem = LoopCheck(program, items).run(loop)) {
      if (!result.problem) result.problem = problem;
      continue;
    }
    result.loops.push_back(std::move(loop));
  }
  return result;
}

}  // namespace merit::ir
