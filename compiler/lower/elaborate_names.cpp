// What a bare name means: arguments, aliases, rows in sight, the program, and names of rows and values where
// the type asks for one.
#include <algorithm>

#include "compiler/lower/elaborate_impl.h"
#include "compiler/model/names.h"

namespace merit {

namespace {

template <typename Map>
const typename Map::mapped_type* find_in(const std::vector<Map>& maps, uint32_t index,
                                         const std::string& name) {
  if (index >= maps.size()) return nullptr;
  const auto found = maps[index].find(name);
  return found == maps[index].end() ? nullptr : &found->second;
}

}  // namespace

const model::Member* Elaborator::Impl::member_of(uint32_t entity, const std::string& name) const {
  return find_in(model_.members, entity, name);
}

Typed Elaborator::Impl::row_of(const RowInSight& row, Span span) const {
  Typed result;
  result.node = clone(*row.node);
  result.node->span = span;
  return result;
}

Typed Elaborator::Impl::row_or_value(const std::string& name, Span span, const ir::Type& type) {
  Typed result;
  ir::Type plain = type;
  plain.optional = false;
  std::vector<std::string> candidates;
  if (type.kind == ir::TypeKind::enumeration) {
    if (const uint32_t* value = find_in(model_.enum_values, type.target, name)) {
      result.node = constant(Value::of_enumeration(*value), plain, span);
      return result;
    }
    candidates = model_.program.enums[type.target].values;
  } else {
    if (const uint32_t* row = find_in(model_.row_names, type.target, name)) {
      result.node = constant(Value::of_row(*row), plain, span);
      return result;
    }
    if (type.target < model_.row_names.size()) {
      for (const auto& [row, index] : model_.row_names[type.target]) candidates.push_back(row);
    }
  }
  const bool is_enum = type.kind == ir::TypeKind::enumeration;
  const std::string& owner =
      is_enum ? model_.program.enums[type.target].name : model_.program.entities[type.target].name;
  std::string help = model::did_you_mean(name, candidates);
  if (is_enum && help.empty()) {
    for (const std::string& value : model_.program.enums[type.target].values) {
      help += (help.empty() ? "There are " : ", ") + value;
    }
    help += ".";
  } else if (!is_enum && model_.program.entities[type.target].kind != ir::EntityKind::table) {
    const ir::Entity& entity = model_.program.entities[type.target];
    help = "The rows of `" + owner + "` are not known before the data are read; compare " +
           (entity.keys.size() == 1 ? "its key, `." + column_of(entity.keys[0]).name + "`, instead."
                                    : "its key instead.");
  }
  error("N007", span, "There is no `" + owner + "` called `" + name + "`.", help);
  return result;
}

std::optional<Typed> Elaborator::Impl::name_in_rows(const std::string& name, Span span) {
  const std::vector<RowInSight>& rows = context_->scope.rows;
  const RowInSight* owner = nullptr;
  const model::Member* meaning = nullptr;
  const auto step_of_own_payment = [&](const RowInSight& row) -> uint32_t {
    if (context_->payment == ir::none || !context_->inlining.empty() || row.node->op != ir::Op::row ||
        row.node->variable != 1)
      return ir::none;
    const ir::Payment& payment = model_.program.payments[context_->payment];
    for (const uint32_t step : payment.steps) {
      const std::string& full = column_of(step).name;
      if (full.size() == payment.name.size() + 1 + name.size() && full.ends_with(name)) return step;
    }
    return ir::none;
  };
  model::Member step;
  for (size_t i = rows.size(); i-- > 0;) {
    if (!rows[i].alias.empty()) continue;
    const model::Member* found = nullptr;
    if (const uint32_t own = step_of_own_payment(rows[i]); own != ir::none) {
      step.kind = model::Member::Kind::column;
      step.index = own;
      found = &step;
    } else {
      found = member_of_sight(rows[i], name, span);
    }
    if (!found) continue;
    if (owner &&
        (found->kind == model::Member::Kind::scope) != (meaning->kind == model::Member::Kind::scope)) {
      // Before a dot stands a measure, alone a value.
      const bool wanted = (found->kind == model::Member::Kind::scope) == (span == namespace_span_);
      if (!wanted) continue;
      owner = nullptr;
    }
    if (!owner) {
      owner = &rows[i];
      meaning = found;
      continue;
    }
    const std::string inner = entity_name(owner->entity);
    const std::string outer = entity_name(rows[i].entity);
    if (inner == outer) {
      error("N004", span,
            "`" + name + "` could be of either `" + inner +
                "`: the row that the definition is for, and the row of the `where`.",
            "Give the inner rows a name of their own: `all " + plural(owner->entity) +
                " as other where other." + name + " …`.");
    } else {
      const bool own = rows[i].scope != ir::none && found != member_of(rows[i].entity, name);
      const std::string of = own ? model_.scopes[rows[i].scope].path : outer;
      error("N002", span, "`" + name + "` could be the " + inner + "'s or the " + outer + "'s.",
            "Say which: `" + inner + "." + name + "` or `" + of + "." + name + "`.");
    }
    return Typed{};
  }
  if (owner && span == namespace_span_ && meaning->kind == model::Member::Kind::column &&
      column_of(meaning->index).kind == ir::ColumnKind::computed) {
    // `poor_control = rate of poor_control over patients`, and `poor_control.rate` is the measure's.
    const model::Member* measure = member_of(0, name);
    if (measure && measure->kind == model::Member::Kind::scope &&
        model_.scopes[measure->index].measure != ir::none)
      return std::nullopt;
  }
  if (owner) {
    // A definition of the inner row that is called like the entity of an outer one: the reader would take it
    // for that row. (A link of that name is what it says: the row's own.)
    const bool definition = meaning->kind == model::Member::Kind::column &&
                            meaning->index < model_.column_sources.size() &&
                            model_.column_sources[meaning->index].body != nullptr;
    const bool current = definition && std::any_of(rows.begin(), rows.end(), [&](const RowInSight& row) {
                           return &row != owner && row.alias.empty() && entity_name(row.entity) == name;
                         });
    if (!current) return use_member(*meaning, name, row_of(*owner, span), span);
    const std::string inner = entity_name(owner->entity);
    error("N002", span,
          "`" + name + "` could be the " + inner + "'s `" + name + "` or the current " + name + ".",
          "Write `" + inner + "." + name + "` for the first; to mean the second, give the definition of `" +
              inner + "` another name.");
    return Typed{};
  }

  // An entity's own name is its current row.
  const auto entity = model_.entities.find(name);
  if (entity != model_.entities.end()) {
    for (const bool aliased : {false, true}) {
      const RowInSight* own = nullptr;
      for (const RowInSight& row : rows) {
        if (row.entity != entity->second || row.alias.empty() == aliased) continue;
        if (own) {
          error("N004", span,
                "There are two rows of `" + name + "` here, so `" + name + "` could mean either.",
                "Give the inner rows a name of their own: `all " + plural(row.entity) +
                    " as other where other.… `.");
          return Typed{};
        }
        own = &row;
      }
      if (own) return row_of(*own, span);
    }
  }

  for (size_t i = rows.size(); i-- > 0;) {
    if (rows[i].alias.empty()) continue;
    if (const model::Member* found = member_of(rows[i].entity, name)) {
      return use_member(*found, name, row_of(rows[i], span), span);
    }
  }
  return std::nullopt;
}

std::optional<Typed> Elaborator::Impl::name_in_program(const std::string& name, Span span) {
  const model::Member* found = member_of(0, name);
  if (!found) return std::nullopt;
  Typed row;
  ir::Type type;
  type.kind = ir::TypeKind::link;
  type.target = 0;
  row.node = make(ir::Op::row, type, span);
  row.node->variable = 0;
  return use_member(*found, name, std::move(row), span);
}

Typed Elaborator::Impl::use_member(const model::Member& member, const std::string& name, Typed row,
                                   Span span) {
  switch (member.kind) {
  case model::Member::Kind::column: return field(std::move(row.node), member.index, span);
  case model::Member::Kind::reverse: return reverse(std::move(row), member.child, member.index, span);
  case model::Member::Kind::payment: {
    const ir::Payment& payment = model_.program.payments[member.index];
    if (payment.steps.empty()) return {};
    if (span == namespace_span_) {
      row.payment = member.index;
      return row;
    }
    return field(std::move(row.node), payment.steps.back(), span);
  }
  case model::Member::Kind::scope:
    if (span != namespace_span_) return scope_alone(member.index, span);
    row.scope = member.index;
    return row;
  case model::Member::Kind::function: {
    const ast::Definition& definition = *model_.functions[member.index].definition;
    std::string arguments;
    for (const ast::Argument& argument : definition.arguments) {
      arguments += (arguments.empty() ? "" : ", ") + argument.name.text;
    }
    error("N008", span, "`" + name + "` needs to be told " + arguments + " before it has a value.",
          "Write `" + name + "(" + arguments + ")`.");
    return {};
  }
  case model::Member::Kind::ambiguous: {
    const uint32_t child = member.child != ir::none ? member.child : column_of(member.index).entity;
    std::string links;
    for (const uint32_t column : model_.program.entities[child].columns) {
      const ir::Column& link = column_of(column);
      if (link.type.kind != ir::TypeKind::link || link.type.target != row.type().target) continue;
      links += (links.empty() ? "`" : " or `") + name + " through " + link.name + "`";
    }
    error("N006", span,
          "Each " + entity_name(child) + " points to a " + entity_name(row.type().target) +
              " in more than one way, so `" + name + "` has more than one meaning.",
          "Say which: " + links + ".");
    return {};
  }
  }
  return {};
}

Typed Elaborator::Impl::row_without_name(uint32_t entity, const std::string& name, Span span) {
  for (const RowInSight& row : context_->scope.rows) {
    if (const auto path = path_between(row.entity, entity)) {
      error("N014", span,
            "There is no current `" + name + "` here: this is said of each " + entity_name(row.entity) + ".",
            "Write `" + *path + "`.");
      return {};
    }
  }
  error("N014", span, "There is no current `" + name + "` here, and which one is meant is not said.",
        "Write `all " + plural(entity) + "` for all of them, or `" + name + "(…)` with the key of one.");
  return {};
}

Typed Elaborator::Impl::name(const std::string& name, Span span, const ir::Type* hint) {
  const std::vector<BoundArgument>& arguments = context_->scope.arguments;
  for (size_t i = arguments.size(); i-- > 0;) {
    if (arguments[i].name != name) continue;
    if (arguments[i].value_set != ir::none) {
      error("T190", span, "`" + name + "` is a value set, and stands after `in` alone.",
            "Write `… in " + name + "`.");
      return {};
    }
    const Typed& value = arguments[i].value;
    Typed result;
    if (!value) return result;
    result.node = clone(*value.node);
    result.node->span = span;
    result.term = value.term;
    result.yes = value.yes;
    result.no = value.no;
    result.rows = value.rows;
    result.bare_missing = value.bare_missing;
    if (result.node->type.optional && established(FactKind::known, result.term)) {
      result.node = assumed_known(std::move(result.node));
    }
    return result;
  }
  for (size_t i = context_->scope.rows.size(); i-- > 0;) {
    if (context_->scope.rows[i].alias == name) return row_of(context_->scope.rows[i], span);
  }
  // Where a row of a table or a value of an enumeration is expected, its name comes first.
  if (hint && (hint->kind == ir::TypeKind::enumeration || hint->kind == ir::TypeKind::link)) {
    const bool exists = hint->kind == ir::TypeKind::enumeration
                            ? find_in(model_.enum_values, hint->target, name) != nullptr
                            : find_in(model_.row_names, hint->target, name) != nullptr;
    if (exists) {
      for (const RowInSight& row : context_->scope.rows) {
        const model::Member* other = member_of(row.entity, name);
        if (!other || other->kind != model::Member::Kind::column) continue;
        column(other->index, span);
        const ir::Type& type = column_of(other->index).type;
        if (type.kind != hint->kind || type.target != hint->target) continue;
        const std::string owner = entity_name(row.entity);
        error("N009", span,
              "`" + name + "` is the name of a " + type_text(type) + ", and of something each " + owner +
                  " has.",
              "Write `" + owner + "." + name + "` for the latter, `\"" + name + "\"` for the former.");
        return {};
      }
      return row_or_value(name, span, *hint);
    }
  }
  if (auto result = name_in_rows(name, span)) return std::move(*result);
  if (auto result = name_in_program(name, span)) return std::move(*result);
  if (value_set_named(name, span)) {
    error("T190", span, "`" + name + "` is a value set, and stands after `in` alone.",
          "Write `… in " + name + "`.");
    return {};
  }
  const auto plural = model_.plurals.find(name);
  if (plural != model_.plurals.end()) {
    if (context_->scope.rows.empty()) return all({{name, span}}, span);
    if (context_->previous && plural->second == column_of(context_->column).entity) return siblings(span);
    const std::string owner = entity_name(context_->scope.rows.back().entity);
    error("N013", span,
          "`" + name + "` does not belong to one " + owner + ": no " + entity_name(plural->second) +
              " points to it.",
          "Write `all " + name + "` for those of the whole program.");
    return {};
  }
  const auto entity = model_.entities.find(name);
  if (entity != model_.entities.end() && entity->second != 0)
    return row_without_name(entity->second, name, span);
  return unknown_name(name, span, hint);
}

}  // namespace merit
