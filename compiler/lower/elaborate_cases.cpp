// Cases: value first, `when` its condition, top to bottom; every case can apply, and none is left out.
#include "compiler/lower/elaborate_coverage.h"
#include "compiler/lower/elaborate_impl.h"

namespace merit {

bool Elaborator::Impl::settle_case_types(const ast::Cases& cases, std::vector<Typed>& values,
                                         std::optional<ir::Type>& type) {
  size_t first = 0;
  bool optional = false;
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].bare_missing) {
      optional = true;
      continue;
    }
    const ir::Type& found = values[i].type();
    if (found.kind == ir::TypeKind::collection) {
      error("T111", cases.rows[i].value->span,
            "`" + text(cases.rows[i].value->span) + "` is many rows, and a case has one value.",
            "Put the choice into the `where` of one collection.");
      return false;
    }
    optional = optional || found.optional;
    if (!type) {
      type = found;
      first = i;
      continue;
    }
    const auto common = common_type(*type, found);
    if (!common) {
      const bool amounts = type->kind == ir::TypeKind::money || found.kind == ir::TypeKind::money;
      const bool zero = text(cases.rows[i].value->span) == "0" || text(cases.rows[first].value->span) == "0";
      Diagnostic& diagnostic =
          error("T118", cases.rows[i].value->span,
                "This case is " + kind_text(found) + ", and the one above, `" +
                    text(cases.rows[first].value->span) + "`, is " + kind_text(*type) + ".",
                amounts ? (zero ? "An amount is written with its currency: `$0`."
                                : "All cases of one definition are amounts, or all are numbers.")
                        : "All cases of one definition have values of one type.");
      diagnostic.notes.push_back({cases.rows[first].value->span, "this one is " + kind_text(*type)});
      return false;
    }
    type = common;
  }
  if (type) type->optional = optional;
  return true;
}

Typed Elaborator::Impl::cases(const ast::Cases& cases, Span span, const ir::Type* hint) {
  Coverage coverage(terms_, model_.program);
  const size_t mark = context_->established.size();
  std::vector<Typed> conditions;
  std::vector<Typed> values;
  std::optional<ir::Type> seen;
  bool broken = false;
  bool conditions_broken = false;
  const ast::CaseRow* otherwise = nullptr;
  for (const ast::CaseRow& row : cases.rows) {
    Typed where;
    size_t inside = context_->established.size();
    if (row.condition) {
      where = condition(*row.condition, "the condition of a case");
      inside = context_->established.size();
      if (where) {
        establish(truth(where));
        if (!conditions_broken) {
          const Coverage::Verdict verdict = coverage.add(*where.node);
          if (verdict.always) {
            error("M202", row.condition->span,
                  "This condition is always true, so the cases below it can never apply.",
                  "Write `otherwise`.");
          } else if (verdict.never) {
            Diagnostic& diagnostic =
                error("M202", row.span,
                      "This case can never apply: " + std::string(verdict.covered_by
                                                                      ? "the cases above it take all of it."
                                                                      : "its condition cannot hold here."),
                      verdict.covered_by ? "Cases are read from top to bottom: put the narrower one first."
                                         : "Correct the condition, or remove the case.");
            if (verdict.covered_by) {
              diagnostic.notes.push_back({cases.rows[*verdict.covered_by].span, "this one comes first"});
            }
          }
        }
      } else {
        broken = true;
        conditions_broken = true;
      }
    } else {
      otherwise = &row;
      if (!conditions_broken && !conditions.empty() && coverage.is_complete()) {
        error("M202", row.span, "`otherwise` can never apply: the cases above it take everything.",
              "Remove it.");
      }
    }
    Typed value = expr(*row.value, hint ? hint : seen ? &*seen : nullptr);
    forget(inside);
    if (where) establish(failure(where));
    if (!value) {
      broken = true;
      continue;
    }
    if (!value.bare_missing && !seen) seen = value.type();
    values.push_back(std::move(value));
    conditions.push_back(std::move(where));
  }
  forget(mark);
  if (broken) return {};
  if (!otherwise && !coverage.is_complete()) {
    const std::string gap = coverage.gap([&](const ir::Expr& node) { return text(node.span); });
    error("M201", span,
          gap.empty() ? "No case is left for when none of the conditions holds."
                      : "No case covers what happens when " + gap + ".",
          "Add a last line `… otherwise`; where there is to be no value, `missing because \"…\" otherwise`.");
    return {};
  }
  std::optional<ir::Type> type;
  if (!settle_case_types(cases, values, type)) return {};
  Typed result;
  if (!type) {
    // All are missing: of the type that the surroundings ask for.
    result.bare_missing = true;
    type = hint ? *hint : ir::Type{};
    type->optional = true;
  }
  std::vector<ir::ExprPtr> parts;
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].bare_missing) set_missing_type(*values[i].node, *type);
    if (conditions[i]) parts.push_back(std::move(conditions[i].node));
    parts.push_back(std::move(values[i].node));
  }
  result.node = parts.size() == 1 ? std::move(parts[0]) : make(ir::Op::cases, *type, span, std::move(parts));
  return result;
}

}  // namespace merit
