// and, or, not, `all of:` blocks, `is known`, `if missing`: what they mean and what they establish.
#include "compiler/lower/elaborate_impl.h"

namespace merit {

namespace {

ir::Type boolean() {
  ir::Type type;
  type.kind = ir::TypeKind::boolean;
  return type;
}

}  // namespace

Typed Elaborator::Impl::negated(Typed condition, Span span) const {
  Typed result;
  result.yes = std::move(condition.no);
  result.no = std::move(condition.yes);
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(condition.node));
  result.node = make(ir::Op::logical_not, boolean(), span, std::move(args));
  return result;
}

/// Both hold, or one of two holds; the facts of both together. A chain of one operator is one node.
Typed Elaborator::Impl::joined(ir::Op op, Typed left, Typed right, Span span) const {
  const bool both = op == ir::Op::logical_and;
  Typed result;
  Facts& sure = both ? result.yes : result.no;
  Facts& either = both ? result.no : result.yes;
  Facts left_sure = std::move(both ? left.yes : left.no);
  const Facts& left_other = both ? left.no : left.yes;
  // The right side is reached only when the left has not decided; so its own outcome comes with what the left
  // left open.
  Facts right_other = std::move(both ? right.no : right.yes);
  merge(right_other, left_sure);
  either = common(left_other, right_other);
  sure = std::move(left_sure);
  merge(sure, both ? right.yes : right.no);
  std::vector<ir::ExprPtr> args;
  if (left.node->op == op && left.node->span.begin == span.begin) {
    args = std::move(left.node->args);
  } else {
    args.push_back(std::move(left.node));
  }
  args.push_back(std::move(right.node));
  result.node = make(op, boolean(), span, std::move(args));
  return result;
}

Typed Elaborator::Impl::logic(const ast::Binary& binary, Span span) {
  const bool both = binary.op == ast::BinaryOp::logical_and;
  const std::string_view what = both ? "an operand of `and`" : "an operand of `or`";
  Typed left = condition(*binary.left, what);
  const size_t mark = context_->established.size();
  if (left) establish(both ? truth(left) : failure(left));
  Typed right = condition(*binary.right, what);
  forget(mark);
  if (!left || !right) return {};
  return joined(both ? ir::Op::logical_and : ir::Op::logical_or, std::move(left), std::move(right), span);
}

Typed Elaborator::Impl::logical_not(const ast::Expr& operand, Span span) {
  Typed value = condition(operand, "what follows `not`");
  if (!value) return value;
  return negated(std::move(value), span);
}

Typed Elaborator::Impl::known_or_missing(const ast::Unary& unary, Span span) {
  const bool known = unary.op == ast::UnaryOp::is_known;
  Typed value = expr(*unary.operand);
  if (!value) return value;
  const std::string what = text(unary.operand->span);
  if (value.type().kind == ir::TypeKind::collection) {
    error("T111", span, "`" + what + "` is many rows, or none; it is never missing.",
          known ? "Write `exists " + what + "`." : "Write `no " + what + "`.");
    return {};
  }
  const bool codes = value.type().kind == ir::TypeKind::codes;  // missing is to be empty
  if (!value.type().optional && !codes && context_->inlining.empty() && !value.bare_missing) {
    const TermId path = term(value);
    // Said again after it was established is idle, and no mistake.
    if (path == no_term || !established(FactKind::known, path)) {
      std::string help = "Leave the question out; or, where the value may be absent from the data, write its "
                         "type with a `?`.";
      const ir::Op op = value.node->op;
      if (op == ir::Op::period_start || op == ir::Op::period_end) {
        const std::string period = what.substr(0, what.rfind('.'));
        const std::string end = op == ir::Op::period_start ? "start" : "end";
        help = "An open end lies beyond every date. Whether there is one: `" + period + ".has_" + end + "`.";
      }
      error("M106", span,
            "`" + what + "` is never missing, so this is always " + (known ? "true" : "false") + ".", help);
    }
  }
  Typed result;
  const TermId path = term(value);
  if (path != no_term) (known ? result.yes : result.no).push_back({FactKind::known, path});
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(value.node));
  result.node = make(known ? ir::Op::is_known : ir::Op::is_missing, boolean(), span, std::move(args));
  return result;
}

Typed Elaborator::Impl::if_missing(const ast::IfMissing& if_missing, Span span, const ir::Type* hint) {
  Typed value = scalar(*if_missing.value, hint);
  ir::Type expected;
  if (value) expected = value.type();
  Typed fallback = scalar(*if_missing.fallback, value ? &expected : hint);
  if (!value || !fallback) return {};
  const std::string what = text(if_missing.value->span);
  if (value.bare_missing) {
    error("M105", span,
          "`missing` is always missing: only `" + text(if_missing.fallback->span) + "` is left.", "");
    return {};
  }
  if (!value.type().optional && value.type().kind != ir::TypeKind::codes && context_->inlining.empty()) {
    error("M105", span, "`" + what + "` is never missing here, so `if missing` has nothing to do.",
          "Write `" + what + "` alone.");
  }
  if (fallback.bare_missing) {
    ir::Type type = value.type();
    type.optional = true;
    set_missing_type(*fallback.node, type);
  }
  const auto type = common_type(value.type(), fallback.type());
  if (!type) {
    const bool amount = value.type().kind == ir::TypeKind::money;
    error("T118", if_missing.fallback->span,
          "`" + what + "` is " + kind_text(value.type()) + ", and what it counts as where it is missing, `" +
              text(if_missing.fallback->span) + "`, is " + kind_text(fallback.type()) + ".",
          amount ? "Write an amount: `(" + what + " if missing $0)`." : "");
    return {};
  }
  ir::Type result_type = *type;
  result_type.optional = value.type().optional && fallback.type().optional;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(value.node));
  args.push_back(std::move(fallback.node));
  Typed result;
  result.node = make(ir::Op::if_missing, result_type, span, std::move(args));
  return result;
}

Typed Elaborator::Impl::quantified(const ast::Quantified& quantified, Span span) {
  const size_t mark = context_->established.size();
  std::string_view what = "a line of `all of:`";
  if (quantified.quantifier == ast::Quantifier::any) what = "a line of `any of:`";
  if (quantified.quantifier == ast::Quantifier::none) what = "a line of `none of:`";
  if (quantified.quantifier == ast::Quantifier::at_least) what = "a line of `at least … of:`";
  std::vector<Typed> lines;
  bool broken = false;
  for (const ast::ExprPtr& line : quantified.lines) {
    Typed value = condition(*line, what);
    if (!value) {
      broken = true;
      continue;
    }
    // Lines are read from top to bottom; a line below is reached when those above have not decided.
    if (quantified.quantifier == ast::Quantifier::all) establish(truth(value));
    if (quantified.quantifier == ast::Quantifier::any || quantified.quantifier == ast::Quantifier::none)
      establish(failure(value));
    lines.push_back(std::move(value));
  }
  forget(mark);
  if (broken || lines.empty()) return {};
  if (quantified.quantifier == ast::Quantifier::at_least) {
    Typed result;
    std::vector<ir::ExprPtr> args;
    for (Typed& line : lines) args.push_back(std::move(line.node));
    result.node = make(ir::Op::at_least, boolean(), span, std::move(args));
    result.node->index = quantified.at_least;
    return result;
  }
  const ir::Op op = quantified.quantifier == ast::Quantifier::all ? ir::Op::logical_and : ir::Op::logical_or;
  Typed result;
  std::vector<ir::ExprPtr> args;
  for (size_t i = 0; i < lines.size(); ++i) {
    ir::ExprPtr node = std::move(lines[i].node);
    if (i == 0) {
      result.yes = std::move(lines[i].yes);
      result.no = std::move(lines[i].no);
    } else if (op == ir::Op::logical_and) {
      Facts fails = std::move(lines[i].no);
      merge(fails, result.yes);
      result.no = common(result.no, fails);
      merge(result.yes, lines[i].yes);
    } else {
      Facts holds = std::move(lines[i].yes);
      merge(holds, result.no);
      result.yes = common(result.yes, holds);
      merge(result.no, lines[i].no);
    }
    args.push_back(std::move(node));
  }
  result.node = args.size() == 1 ? std::move(args[0]) : make(op, boolean(), span, std::move(args));
  if (quantified.quantifier == ast::Quantifier::none) return negated(std::move(result), span);
  return result;
}

}  // namespace merit
