// Calls: the standard functions, lookups by key, definitions with arguments (inlined where they are called).
#include <algorithm>
#include <utility>

#include "compiler/lower/elaborate_impl.h"
#include "compiler/lower/standard_functions.h"
#include "compiler/model/names.h"

namespace merit {

namespace {

/// So many calls in one definition, those inside the called ones included, are a tower of definitions that
/// call one another twice.
constexpr size_t most_calls = 10'000;

bool is_numeric(const ir::Type& type) {
  return type.kind == ir::TypeKind::number || type.kind == ir::TypeKind::integer;
}

}  // namespace

Typed Elaborator::Impl::call(const ast::Call& call, Span span, const ir::Type*) {
  if (const auto* member = std::get_if<ast::Member>(&call.callee->node)) {
    const Span outer = std::exchange(namespace_span_, member->object->span);
    Typed object = expr(*member->object);
    namespace_span_ = outer;
    if (!object) return object;
    if (object.scope != ir::none) {
      const auto& names = model_.scopes[object.scope].members;
      const auto found = names.find(member->member.text);
      if (found != names.end() && found->second.kind == model::Member::Kind::function) {
        object.scope = ir::none;
        return inline_function(found->second.index, std::move(object), call.arguments, span);
      }
      if (found == names.end()) return member_of_measure(std::move(object), member->member, span);
    }
    if (object.payment == ir::none && object.type().kind == ir::TypeKind::link) {
      const uint32_t entity = object.type().target;
      const model::Member* found = member_of(entity, member->member.text);
      if (found && found->kind == model::Member::Kind::function) {
        return inline_function(found->index, std::move(object), call.arguments, span);
      }
      if (!found)
        return unknown_member(member->member.text, member->member.span, entity, text(member->object->span));
    }
    error("N008", call.callee->span, "`" + text(call.callee->span) + "` is not a definition with arguments.",
          "Leave the brackets out.");
    return {};
  }
  const auto* callee = std::get_if<ast::NameRef>(&call.callee->node);
  if (!callee) {
    error("N008", call.callee->span, "`" + text(call.callee->span) + "` is not a definition with arguments.",
          "Only a name can be followed by arguments in brackets.");
    return {};
  }
  const std::string& name = callee->name;
  const std::vector<RowInSight>& rows = context_->scope.rows;
  for (size_t i = rows.size(); i-- > 0;) {
    const model::Member* found = member_of_sight(rows[i], name, span);
    if (!found || found->kind != model::Member::Kind::function) continue;
    return inline_function(found->index, row_of(rows[i], span), call.arguments, span);
  }
  if (const model::Member* found = member_of(0, name);
      found && found->kind == model::Member::Kind::function) {
    return inline_function(found->index, Typed{}, call.arguments, span);
  }
  if (const auto entity = model_.entities.find(name);
      entity != model_.entities.end() && entity->second != 0) {
    return lookup(entity->second, call.arguments, span);
  }
  if (auto result = standard_function(name, call, span)) return std::move(*result);
  if (!in_scope(name) && !model_.plurals.contains(name) && !model::is_reported(model_, name)) {
    std::vector<std::string> candidates = names_in_sight();
    for (const StandardFunction& function : standard_functions()) {
      if (function.op != ir::Op::aggregate && function.name.find(' ') == std::string_view::npos)
        candidates.emplace_back(function.name);
    }
    std::sort(candidates.begin(), candidates.end());
    const std::string help = model::did_you_mean(name, candidates);
    error("N001", call.callee->span, "`" + name + "` is not known here.",
          help.empty() ? "What takes arguments in brackets: definitions that name them, entities by their "
                         "key, and functions such as `round`, "
                         "`minimum`, `maximum` and `clamp`."
                       : help);
    return {};
  }
  Typed value = this->name(name, call.callee->span, nullptr);
  if (value) {
    error("N008", call.callee->span,
          "`" + name + "` takes no arguments: it already has a value for each row.",
          "Leave the brackets out.");
  }
  return {};
}

Typed Elaborator::Impl::lift_missing(const Typed& from, const ir::Type& type, Span span) const {
  // Where `from` is missing: missing as `type`, with the same reason wherever arithmetic can carry it over.
  ir::Type optional = type;
  optional.optional = true;
  Typed result;
  const auto combine = [&](ir::Op op, ir::ExprPtr other) {
    std::vector<ir::ExprPtr> args;
    args.push_back(clone(*from.node));
    args.push_back(std::move(other));
    result.node = make(op, optional, span, std::move(args));
  };
  ir::Type money;
  money.kind = ir::TypeKind::money;
  const ir::Type& found = from.type();
  const bool same = found.kind == type.kind && found.target == type.target;
  if (same || (is_numeric(found) && is_numeric(type))) {
    result.node = clone(*from.node);
    result.node->type.optional = true;
  } else if (is_numeric(found) && type.kind == ir::TypeKind::money) {
    combine(ir::Op::multiply, constant(Value::of_money(Number(1)), money, span));
  } else if (found.kind == ir::TypeKind::money && is_numeric(type)) {
    combine(ir::Op::divide, constant(Value::of_money(Number(1)), money, span));
  } else if (type.kind == ir::TypeKind::boolean && found.kind != ir::TypeKind::duration) {
    combine(ir::Op::equal, clone(*from.node));
  } else {
    result.node = make(ir::Op::missing_value, optional, span);
  }
  return result;
}

Typed Elaborator::Impl::inline_function(uint32_t function, Typed row,
                                        const std::vector<ast::ExprPtr>& arguments, Span span) {
  const model::Function& target = model_.functions[function];
  const ast::Definition& definition = *target.definition;
  const std::string& name = definition.name.text;
  if (function_called_.size() < model_.functions.size()) function_called_.resize(model_.functions.size());
  function_called_[function] = true;
  if (const auto begin = std::find(context_->inlining.begin(), context_->inlining.end(), function);
      begin != context_->inlining.end()) {
    std::string chain;
    for (auto step = begin; step != context_->inlining.end(); ++step) {
      const auto next = step + 1 == context_->inlining.end() ? begin : step + 1;
      chain += (chain.empty() ? "`" : ", `") + model_.functions[*step].definition->name.text + "` needs `" +
               model_.functions[*next].definition->name.text + "`";
    }
    Diagnostic& diagnostic =
        error("C101", span, "`" + name + "` is defined by itself: " + chain + ".",
              "Definitions may not go round in a circle: one of them has to be said without the others.");
    diagnostic.notes.push_back({definition.name.span, "`" + name + "` is defined here"});
    return {};
  }
  if (arguments.size() != definition.arguments.size()) {
    std::string names;
    for (const ast::Argument& argument : definition.arguments) {
      names += (names.empty() ? "" : ", ") + argument.name.text;
    }
    Diagnostic& diagnostic =
        error("T117", span,
              "`" + name + "` takes " + std::to_string(definition.arguments.size()) +
                  (definition.arguments.size() == 1 ? " argument, and " : " arguments, and ") +
                  std::to_string(arguments.size()) + (arguments.size() == 1 ? " is given." : " are given."),
              "Write `" + name + "(" + names + ")`.");
    diagnostic.notes.push_back({definition.name.span, "`" + name + "` is defined here"});
    return {};
  }
  if (++context_->calls > most_calls) {
    if (context_->calls == most_calls + 1) {
      error("T132", definition.name.span,
            "Definitions with arguments are written out where they are called, and this one comes to more "
            "than " +
                std::to_string(most_calls) + " calls in one definition.",
            "Give values that are needed more than once a definition without arguments.");
    }
    return {};
  }
  // What may be missing here and is not written so there: the result is missing with it.
  Scope inside;
  std::vector<Typed> lifted;
  bool broken = false;
  if (row) {
    RowInSight own;
    own.entity = row.type().target;
    own.scope = target.scope;
    own.node = clone(*row.node);
    if (row.type().optional) {
      own.node = assumed_known(std::move(own.node));
      lifted.push_back(std::move(row));
    }
    inside.rows.push_back(std::move(own));
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    const ast::Argument& argument = definition.arguments[i];
    if (argument.type.name.text == "valueset") {
      const uint32_t set = value_set(*arguments[i], "`" + argument.name.text + "` of `" + name + "`");
      broken = broken || set == ir::none;
      inside.arguments.push_back({argument.name.text, {}, set});
      continue;
    }
    const auto declared = model::named_type(model_, argument.type, diagnostics_);
    if (!declared) return {};
    ir::Type wanted = *declared;
    Typed value = scalar(*arguments[i], &wanted);
    wanted.optional = true;
    value = coerce(std::move(value), wanted, arguments[i]->span,
                   "`" + argument.name.text + "` of `" + name + "`");
    if (!value) {
      broken = true;
      continue;
    }
    value.term = term(value);
    if (value.term == no_term) value.term = terms_.row(context_->next_variable++);
    if (value.type().optional && !declared->optional) {
      Typed outside;
      outside.node = clone(*value.node);
      outside.term = value.term;
      lifted.push_back(std::move(outside));
      value.node = assumed_known(std::move(value.node));
    }
    inside.arguments.push_back({argument.name.text, std::move(value), ir::none});
  }
  if (broken) return {};

  std::swap(context_->scope, inside);
  context_->inlining.push_back(function);
  const size_t mark = context_->established.size();
  Typed where;
  bool faulty = false;
  bool one_of_them = false;
  if (target.row_condition) {
    where = condition(*target.row_condition, "the `where` of a `for each`");
    faulty = !where;
    if (where) {
      // Called where it is established that the row is one of them, it has a value.
      Facts needed;
      exact_facts(*where.node, needed);
      one_of_them = std::all_of(needed.begin(), needed.end(),
                                [&](const Fact& fact) { return fact.term != no_term && established(fact); });
      establish(truth(where));
    }
  }
  std::optional<ir::Type> declared;
  if (definition.type) declared = model::named_type(model_, *definition.type, diagnostics_);
  Typed value;
  if (!faulty) value = expr(*definition.body, declared ? &*declared : nullptr);
  if (value && definition.type) {
    if (declared) value = coerce(std::move(value), *declared, definition.body->span, "`" + name + "`");
    if (!declared) value.node = nullptr;
    if (value && declared->optional && value.type().kind != ir::TypeKind::collection)
      value.node->type.optional = true;
  }
  if (value && where && !one_of_them)
    value = under_row_condition(std::move(where), std::move(value),
                                "only where " + text(target.row_condition->span));
  forget(mark);
  context_->inlining.pop_back();
  std::swap(context_->scope, inside);
  if (!value) return value;

  for (size_t i = lifted.size(); i-- > 0;) {
    if (value.type().kind == ir::TypeKind::collection) break;
    ir::Type type = value.type();
    type.optional = type.kind != ir::TypeKind::codes;
    std::vector<ir::ExprPtr> args;
    std::vector<ir::ExprPtr> asked;
    asked.push_back(clone(*lifted[i].node));
    ir::Type boolean;
    boolean.kind = ir::TypeKind::boolean;
    args.push_back(make(ir::Op::is_missing, boolean, span, std::move(asked)));
    args.push_back(lift_missing(lifted[i], type, span).node);
    args.push_back(std::move(value.node));
    value.node = make(ir::Op::cases, type, span, std::move(args));
    value.yes.clear();
    value.no.clear();
  }
  value.node->span = span;
  return value;
}

void Elaborator::Impl::check_function(uint32_t function) {
  // Nobody calls it, but it is checked: over arguments of the types written, of which nothing is known.
  const model::Function& target = model_.functions[function];
  const ast::Definition& definition = *target.definition;
  Context context;
  context.inlining.push_back(function);
  Context* const outer = context_;
  context_ = &context;
  if (target.entity != 0) {
    RowInSight row;
    row.entity = target.entity;
    row.scope = target.scope;
    row.node = make(ir::Op::row, {ir::TypeKind::link, false, target.entity, {}}, definition.name.span);
    row.node->variable = 1;
    context.scope.rows.push_back(std::move(row));
  }
  bool broken = false;
  for (const ast::Argument& argument : definition.arguments) {
    if (argument.type.name.text == "valueset") {
      context.scope.arguments.push_back({argument.name.text, {}, any_value_set});
      continue;
    }
    const auto declared = model::named_type(model_, argument.type, diagnostics_);
    if (!declared) {
      broken = true;
      continue;
    }
    Typed value;
    value.node = make(ir::Op::row, *declared, argument.name.span);
    value.node->variable = context.next_variable++;
    value.term = terms_.row(value.node->variable);
    context.scope.arguments.push_back({argument.name.text, std::move(value), ir::none});
  }
  if (!broken && target.row_condition) {
    const Typed where = condition(*target.row_condition, "the `where` of a `for each`");
    broken = !where;
    if (where) establish(truth(where));
  }
  if (!broken) {
    std::optional<ir::Type> declared;
    if (definition.type) declared = model::named_type(model_, *definition.type, diagnostics_);
    Typed value = expr(*definition.body, declared ? &*declared : nullptr);
    if (value && declared)
      coerce(std::move(value), *declared, definition.body->span, "`" + definition.name.text + "`");
  }
  context_ = outer;
}

}  // namespace merit
