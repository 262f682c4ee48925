// Codes in value sets, quantities as numbers.
#include <algorithm>

#include "compiler/lower/elaborate_impl.h"
#include "compiler/model/names.h"
#include "runtime/values/ucum.h"

namespace merit {

namespace {

ir::Type simple(ir::TypeKind kind) {
  ir::Type type;
  type.kind = kind;
  return type;
}

std::vector<std::string> sorted_names(const std::unordered_map<std::string, uint32_t>& sets) {
  std::vector<std::string> names;
  for (const auto& [name, index] : sets) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::optional<uint32_t> Elaborator::Impl::value_set_named(const std::string& name, Span span) const {
  const std::vector<BoundArgument>& arguments = context_->scope.arguments;
  for (size_t i = arguments.size(); i-- > 0;) {
    if (arguments[i].name != name) continue;
    if (arguments[i].value_set == ir::none) return std::nullopt;
    return arguments[i].value_set;
  }
  if (const auto own = model_.own_valuesets.find(span.file); own != model_.own_valuesets.end()) {
    if (const auto found = own->second.find(name); found != own->second.end()) return found->second;
  }
  if (const auto used = model_.used_valuesets.find(span.file); used != model_.used_valuesets.end()) {
    if (const auto found = used->second.find(name); found != used->second.end()) return found->second;
  }
  const auto found = model_.valuesets.find(name);
  if (found == model_.valuesets.end()) return std::nullopt;
  return found->second;
}

bool Elaborator::Impl::names_value_set(const ast::Expr& expr) const {
  const auto* name = std::get_if<ast::NameRef>(&expr.node);
  if (name == nullptr || !value_set_named(name->name, expr.span)) return false;
  // Of what the rows in sight have by this name, one can be meant as well.
  return std::none_of(context_->scope.rows.begin(), context_->scope.rows.end(), [&](const RowInSight& row) {
    return row.alias == name->name || (row.alias.empty() && member_of(row.entity, name->name) != nullptr);
  });
}

/// A name that several modules give to different sets is clear only in these modules.
void Elaborator::Impl::check_one_meaning(const std::string& name, uint32_t meant, Span span) {
  const auto many = model_.many_valuesets.find(name);
  if (many == model_.many_valuesets.end() || many->second.size() < 2 || meant == any_value_set) return;
  for (const BoundArgument& argument : context_->scope.arguments) {
    if (argument.name == name) return;
  }
  if (const auto own = model_.own_valuesets.find(span.file);
      own != model_.own_valuesets.end() && own->second.contains(name))
    return;
  if (const auto used = model_.used_valuesets.find(span.file);
      used != model_.used_valuesets.end() && used->second.contains(name))
    return;
  model::several_value_sets(diagnostics_, model_, name, many->second, span);
}

/// One set for every choice of the same sets, whatever their order.
uint32_t Elaborator::Impl::union_of(std::vector<uint32_t> members, Span span) {
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  if (members.size() == 1) return members.front();
  std::string name;
  for (const uint32_t member : members) {
    if (member == any_value_set) return any_value_set;
    name += (name.empty() ? "" : " or ") + model_.program.valuesets[member].name;
  }
  std::vector<ir::ValueSet>& sets = model_.program.valuesets;
  const auto same =
      std::find_if(sets.begin(), sets.end(), [&](const ir::ValueSet& set) { return set.name == name; });
  if (same != sets.end()) return static_cast<uint32_t>(same - sets.begin());
  ir::ValueSet made;
  made.name = name;
  made.members = std::move(members);
  made.span = span;
  sets.push_back(std::move(made));
  return static_cast<uint32_t>(sets.size() - 1);
}

uint32_t Elaborator::Impl::value_set(const ast::Expr& expr, const std::string& what) {
  if (const auto* choice = std::get_if<ast::Binary>(&expr.node);
      choice && choice->op == ast::BinaryOp::logical_or) {
    const uint32_t left = value_set(*choice->left, what);
    const uint32_t right = value_set(*choice->right, what);
    return left == ir::none || right == ir::none ? ir::none : union_of({left, right}, expr.span);
  }
  if (std::holds_alternative<ast::Broken>(expr.node)) return ir::none;
  if (const auto* name = std::get_if<ast::NameRef>(&expr.node)) {
    if (const auto found = value_set_named(name->name, expr.span)) {
      check_one_meaning(name->name, *found, expr.span);
      return *found;
    }
    if (model::is_reported(model_, name->name)) return ir::none;
    if (in_scope(name->name)) {
      const Typed other = this->expr(expr);
      if (!other) return ir::none;
      error("T191", expr.span,
            what + " is to be a value set or a code, and `" + name->name + "` is " + kind_text(other.type()) +
                ".",
            "A value set is declared at the top: valueset NAME \"url\"; a code: code NAME \"system\" "
            "\"code\".");
      return ir::none;
    }
    std::string help = model::did_you_mean(name->name, sorted_names(model_.valuesets));
    if (help.empty())
      help =
          "Declare it: valueset " + name->name + " \"url\", or code " + name->name + " \"system\" \"code\".";
    Diagnostic& diagnostic =
        error("G413", expr.span, "There is no value set and no code `" + name->name + "`.", std::move(help));
    if (auto note = model::removal_note(model_, name->name)) diagnostic.notes.push_back(std::move(*note));
    return ir::none;
  }
  if (const auto* literal = std::get_if<ast::Literal>(&expr.node);
      literal && literal->kind == ast::LiteralKind::text) {
    error(
        "T192", expr.span,
        "A text is no code: what codes are called differs from place to place, and a code alone does not say "
        "of which system it is.",
        "Declare the code, and name it here: code NAME \"http://loinc.org\" \"4548-4\".");
    return ir::none;
  }
  const Typed other = this->expr(expr);
  if (!other) return ir::none;
  error("T191", expr.span,
        what + " is to be a value set or a code, and `" + text(expr.span) + "` is " +
            kind_text(other.type()) + ".",
        "After `in` stands the name of a value set or a code, or a choice of them: `in (a or b)`.");
  return ir::none;
}

Typed Elaborator::Impl::in_value_set(Typed value, const ast::Expr& set, Span span, Span value_span) {
  const uint32_t index = value_set(set, "What follows `in`");
  if (!value || index == ir::none) return {};
  if (value.type().kind != ir::TypeKind::codes) {
    const ir::TypeKind kind = value.type().kind;
    error("T193", span,
          "`" + text(value_span) + "` is " + kind_text(value.type()) + ", and only codes are in a value set.",
          kind == ir::TypeKind::text
              ? "Give the field the type `codes` and let the source read system and code: system|code."
          : kind == ir::TypeKind::link ? "Name its field that holds the codes."
                                       : "");
    return {};
  }
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(value.node));
  Typed result;
  result.node = make(ir::Op::in_value_set, simple(ir::TypeKind::boolean), span, std::move(args));
  result.node->index = index;
  return result;
}

/// Two sets of codes are the same or not; else codes are compared with value sets alone, quantities not at
/// all.
bool Elaborator::Impl::refuse_codes(const Typed& left, const Typed& right, Span left_span, Span right_span,
                                    bool ordered) {
  if (!ordered && left.type().kind == ir::TypeKind::codes && right.type().kind == ir::TypeKind::codes)
    return false;
  const auto either = [&](ir::TypeKind kind) {
    return left.type().kind == kind || right.type().kind == kind;
  };
  const Span span = {left_span.file, std::min(left_span.begin, right_span.begin),
                     std::max(left_span.end, right_span.end)};
  if (either(ir::TypeKind::codes)) {
    const bool first = left.type().kind == ir::TypeKind::codes;
    const std::string codes = text(first ? left_span : right_span);
    const Typed& other = first ? right : left;
    const std::string against = text(first ? right_span : left_span);
    error(
        "T194", span,
        "`" + codes +
            "` is a set of codes, which is compared with nothing: one of them is in a value set, or none is.",
        other.type().kind == ir::TypeKind::text
            ? "Declare the code, code NAME \"system\" \"code\", and write `" + codes + " in NAME`."
            : "Write `" + codes + " in …` with the name of a value set or a code.");
    return true;
  }
  if (either(ir::TypeKind::quantity)) {
    const bool first = left.type().kind == ir::TypeKind::quantity;
    const std::string measured = text(first ? left_span : right_span);
    without_unit(span, measured);
    return true;
  }
  return false;
}

void Elaborator::Impl::without_unit(Span span, const std::string& measured) {
  error("T195", span, "`" + measured + "` is a quantity: 7.2 mg/dL and 7.2 mmol/L are not the same.",
        "Name the unit in which it is compared: `" + measured + " as 'mg/dL'`.");
}

Typed Elaborator::Impl::in_unit(const ast::InUnit& in_unit, Span span) {
  Typed value = scalar(*in_unit.value);
  std::string problem;
  if (!ucum::parse(in_unit.unit, &problem)) {
    error("T196", in_unit.unit_span, "'" + in_unit.unit + "' is no unit: " + problem + ".",
          "Units are written as in UCUM, small and capital letters apart: 'mg/dL', 'mm[Hg]', '%', '10*3/uL', "
          "'Cel'.");
    return {};
  }
  if (!value) return {};
  if (value.bare_missing || value.type().kind != ir::TypeKind::quantity) {
    error("T197", in_unit.value->span,
          "`" + text(in_unit.value->span) + "` is " +
              (value.bare_missing ? "missing" : kind_text(value.type())) +
              ", and only a quantity has a unit.",
          "Give the field the type `quantity`, or leave the unit out.");
    return {};
  }
  ir::Type type = simple(ir::TypeKind::number);
  type.optional = true;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(value.node));
  Typed result;
  result.node = make(ir::Op::in_unit, type, span, std::move(args));
  result.node->text = in_unit.unit;
  const TermId own = terms_.of(*result.node);
  // What is known of each row of a collection is not known where there is no such row.
  const ir::Expr& operand = *result.node->args[0];
  const bool no_row = operand.op == ir::Op::field && operand.args[0]->type.optional;
  if (own != no_term && !no_row && established(FactKind::known, own))
    result.node = assumed_known(std::move(result.node));
  return result;
}

}  // namespace merit
