#include "compiler/model/walk.h"

#include <type_traits>

namespace merit::model {

namespace {

struct Parts {
  const std::function<void(const ast::Expr&)>& visit;

  void one(const ast::ExprPtr& expr) const {
    if (expr) visit(*expr);
  }

  void many(const std::vector<ast::ExprPtr>& exprs) const {
    for (const ast::ExprPtr& expr : exprs) one(expr);
  }

  void operator()(const ast::Member& node) const { one(node.object); }

  void operator()(const ast::Through& node) const { one(node.collection); }

  void operator()(const ast::Call& node) const {
    one(node.callee);
    many(node.arguments);
  }

  void operator()(const ast::Unary& node) const { one(node.operand); }

  void operator()(const ast::Binary& node) const {
    one(node.left);
    one(node.right);
  }

  void operator()(const ast::Range& node) const {
    one(node.low);
    one(node.high);
  }

  void operator()(const ast::Within& node) const {
    one(node.value);
    one(node.distance);
    one(node.anchor);
  }

  void operator()(const ast::SpanBetween& node) const {
    one(node.from);
    one(node.to);
  }

  void operator()(const ast::IfMissing& node) const {
    one(node.value);
    one(node.fallback);
  }

  void operator()(const ast::InUnit& node) const { one(node.value); }

  void operator()(const ast::Filter& node) const {
    one(node.base);
    one(node.condition);
  }

  void operator()(const ast::Aggregate& node) const {
    one(node.value);
    one(node.collection);
    for (const ast::OrderKey& key : node.order) one(key.key);
    many(node.options);
    one(node.weight);
  }

  void operator()(const ast::Solve& node) const {
    one(node.reach);
    one(node.step);
    one(node.condition);
  }

  void operator()(const ast::Apportion& node) const {
    one(node.total);
    one(node.weight);
    one(node.collection);
    one(node.step);
    for (const ast::OrderKey& key : node.ties) one(key.key);
  }

  void operator()(const ast::MeasureOver& node) const {
    one(node.measure);
    one(node.collection);
  }

  void operator()(const ast::Cases& node) const {
    for (const ast::CaseRow& row : node.rows) {
      one(row.value);
      one(row.condition);
    }
  }

  void operator()(const ast::Quantified& node) const { many(node.lines); }

  void operator()(const ast::Cell& node) const { one(node.interpolated); }

  void operator()(const ast::Interpolated& node) const { many(node.holes); }

  template <typename Leaf>
  void operator()(const Leaf& /*leaf*/) const {
    static_assert(std::is_same_v<Leaf, ast::Literal> || std::is_same_v<Leaf, ast::NameRef> ||
                  std::is_same_v<Leaf, ast::MissingValue> || std::is_same_v<Leaf, ast::AsBefore> ||
                  std::is_same_v<Leaf, ast::All> || std::is_same_v<Leaf, ast::Path> ||
                  std::is_same_v<Leaf, ast::Only> || std::is_same_v<Leaf, ast::PositionOf> ||
                  std::is_same_v<Leaf, ast::Broken>);
  }
};

}  // namespace

void for_each_part(const ast::Expr& expr, const std::function<void(const ast::Expr&)>& visit) {
  std::visit(Parts{visit}, expr.node);
}

bool mentions_as_before(const ast::Expr& expr) {
  if (std::holds_alternative<ast::AsBefore>(expr.node)) return true;
  bool found = false;
  for_each_part(expr, [&](const ast::Expr& part) { found = found || mentions_as_before(part); });
  return found;
}

}  // namespace merit::model
