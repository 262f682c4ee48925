// What to say about a name that means nothing here: whose it is, how to reach it, or which name was meant.
#include <algorithm>

#include "compiler/lower/elaborate_impl.h"
#include "compiler/model/names.h"
#include "runtime/diagnostics/render.h"

namespace merit {

namespace {

/// Links are followed so many steps when a way to another entity is looked for: further is no longer what was
/// meant.
constexpr size_t longest_way = 3;

}  // namespace

/// "measure.domain" from a result to a domain; nothing when links do not lead there.
std::optional<std::string> Elaborator::Impl::path_between(uint32_t from, uint32_t to) const {
  struct Place {
    uint32_t entity;
    std::string path;
    size_t steps;
  };

  std::vector<Place> places = {{from, "", 0}};
  for (size_t i = 0; i < places.size(); ++i) {
    if (places[i].steps == longest_way) continue;
    for (const uint32_t column : model_.program.entities[places[i].entity].columns) {
      const ir::Column& link = column_of(column);
      if (!is_way(column)) continue;
      const std::string path = places[i].path.empty() ? link.name : places[i].path + "." + link.name;
      if (link.type.target == to) return path;
      const uint32_t next = link.type.target;
      const bool seen =
          std::any_of(places.begin(), places.end(), [&](const Place& place) { return place.entity == next; });
      if (!seen) places.push_back({next, path, places[i].steps + 1});
    }
  }
  return std::nullopt;
}

std::string Elaborator::Impl::aggregate_suggestion(uint32_t column, const std::string& name,
                                                   const std::string& collection) const {
  const model::ColumnSource* source =
      column < model_.column_sources.size() ? &model_.column_sources[column] : nullptr;
  ir::TypeKind kind = column_of(column).type.kind;
  if (source && source->body && column < columns_.size() &&
      columns_[column].state != ColumnInfo::State::done) {
    // Its type is not known yet; a condition is recognised by its form.
    const auto* binary = std::get_if<ast::Binary>(&source->body->node);
    const bool condition = (binary && binary->op >= ast::BinaryOp::is) ||
                           std::holds_alternative<ast::Quantified>(source->body->node);
    kind = condition ? ir::TypeKind::boolean : ir::TypeKind::number;
  }
  switch (kind) {
  case ir::TypeKind::boolean: return "`count of (" + collection + " where " + name + ")`";
  case ir::TypeKind::number:
  case ir::TypeKind::integer:
  case ir::TypeKind::money: return "`sum of " + name + " over " + collection + "`";
  case ir::TypeKind::date:
  case ir::TypeKind::datetime: return "`latest of " + collection + " by " + name + "`";
  default: return "`(the " + collection + " where …)." + name + "`";
  }
}

std::vector<std::string> Elaborator::Impl::names_in_sight() const {
  std::vector<std::string> names;
  for (const BoundArgument& argument : context_->scope.arguments) names.emplace_back(argument.name);
  for (const RowInSight& row : context_->scope.rows) {
    if (!row.alias.empty()) names.emplace_back(row.alias);
    names.push_back(entity_name(row.entity));
    for (uint32_t scope = row.scope; scope != ir::none; scope = model_.scopes[scope].parent) {
      for (const auto& [name, member] : model_.scopes[scope].members) {
        if (member.kind != model::Member::Kind::scope) names.push_back(name);
      }
    }
    if (row.entity < model_.members.size()) {
      for (const auto& [name, member] : model_.members[row.entity]) names.push_back(name);
    }
  }
  if (!model_.members.empty()) {
    for (const auto& [name, member] : model_.members[0]) names.push_back(name);
  }
  for (const auto& [name, entity] : model_.entities) {
    if (entity != 0) names.push_back(name);
  }
  for (const auto& [name, entity] : model_.plurals) names.push_back(name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::erase_if(names, [](const std::string& name) { return name.empty() || name[0] == '~'; });
  // What is being defined is not what its own definition means.
  if (context_->column != ir::none) std::erase(names, column_of(context_->column).name);
  return names;
}

bool Elaborator::Impl::wrong_grain(const std::string& name, Span span) {
  const std::vector<RowInSight>& rows = context_->scope.rows;
  const uint32_t here = rows.empty() ? 0 : rows.front().entity;
  // Of several owners the one that can be reached from here.
  uint32_t owner = ir::none;
  int best = 3;
  for (uint32_t entity = 1; entity < model_.members.size(); ++entity) {
    const model::Member* member = member_of(entity, name);
    if (!member || member->kind != model::Member::Kind::column) continue;
    // The key of the group that is being made is this very name.
    if (entity < model_.groups.size() && model_.groups[entity].value != nullptr &&
        model_.groups[entity].key == member->index)
      continue;
    int rank = 2;
    for (const RowInSight& row : rows) {
      const model::Member* reverse = member_of(row.entity, plural(entity));
      if (reverse && reverse->kind == model::Member::Kind::reverse) rank = std::min(rank, 1);
      if (path_between(row.entity, entity)) rank = 0;
    }
    if (rank >= best) continue;
    best = rank;
    owner = entity;
  }
  if (owner != ir::none) {
    const model::Member* member = member_of(owner, name);
    const std::string whose = entity_name(owner);
    std::string message = "`" + name + "` belongs to each " + whose;
    message += here == 0 ? ", and this is said once for the whole program."
                         : ", and this is said of each " + entity_name(here) + ".";
    std::string help;
    for (const RowInSight& row : rows) {
      if (const auto path = path_between(row.entity, owner)) {
        help = "Write `" + *path + "." + name + "`.";
        break;
      }
    }
    if (help.empty()) {
      const std::string collection = (best == 1 ? "" : "all ") + plural(owner);
      help = "Say which " + whose + ", or say what is wanted of all of them: " +
             aggregate_suggestion(member->index, name, collection) + ".";
    }
    error("N003", span, message, help);
    return true;
  }
  for (const ir::Payment& payment : model_.program.payments) {
    for (const uint32_t step : payment.steps) {
      if (column_of(step).name != payment.name + "." + name) continue;
      error("N011", span, "`" + name + "` is a step of the payment `" + payment.name + "`.",
            "Write `" + payment.name + "." + name + "`.");
      return true;
    }
  }
  for (const model::Scope& block : model_.scopes) {
    const auto found = block.members.find(name);
    if (found == block.members.end() || found->second.kind == model::Member::Kind::scope ||
        block.path.ends_with(".criteria"))
      continue;
    error("N011", span, "`" + name + "` is a name of `" + block.path + "`.",
          "Write `" + block.path + "." + name + "`.");
    return true;
  }
  return false;
}

Typed Elaborator::Impl::unknown_name(const std::string& name, Span span, const ir::Type* hint) {
  if (model::is_reported(model_, name) || !context_->unknown.insert(name).second) return {};
  if (wrong_grain(name, span)) return {};
  if (hint && (hint->kind == ir::TypeKind::enumeration ||
               (hint->kind == ir::TypeKind::link && hint->target < model_.row_names.size() &&
                !model_.row_names[hint->target].empty()))) {
    if (nearest_name(name, names_in_sight()).empty()) return row_or_value(name, span, *hint);
  }
  for (uint32_t entity = 0; entity < model_.row_names.size(); ++entity) {
    if (!model_.row_names[entity].contains(name)) continue;
    error("N001", span,
          "`" + name + "` is a row of `" + entity_name(entity) + "`, and no " + entity_name(entity) +
              " is expected here.",
          "Write `" + entity_name(entity) + "(" + name + ")` for that row.");
    return {};
  }
  for (uint32_t enumeration = 0; enumeration < model_.enum_values.size(); ++enumeration) {
    if (!model_.enum_values[enumeration].contains(name)) continue;
    const std::string& owner = model_.program.enums[enumeration].name;
    error("N001", span,
          "`" + name + "` is a value of `" + owner + "`, and nothing here says that a " + owner +
              " is expected.",
          "Compare it with a " + owner + " (`… is " + name + "`), or write the type of the definition.");
    return {};
  }
  std::vector<std::string> candidates = names_in_sight();
  if (hint && hint->kind == ir::TypeKind::enumeration) {
    const std::vector<std::string>& values = model_.program.enums[hint->target].values;
    candidates.insert(candidates.end(), values.begin(), values.end());
  } else if (hint && hint->kind == ir::TypeKind::link && hint->target < model_.row_names.size()) {
    for (const auto& [row, index] : model_.row_names[hint->target]) candidates.push_back(row);
  }
  std::sort(candidates.begin(), candidates.end());
  std::string help = model::did_you_mean(name, candidates);
  if (help.empty() && name == "measurement_period")
    help = "Declare the time that the measures are about: `parameter measurement_period = 2026-01-01 to "
           "2026-12-31`.";
  if (help.empty())
    help = "Names that can stand here: fields and definitions of the current row, values of the whole "
           "program, and the names of entities.";
  const std::optional<Note> removal = model::removal_note(model_, name);
  if (removal) help.clear();
  Diagnostic& diagnostic = error("N001", span, "`" + name + "` is not known here.", help);
  if (removal) diagnostic.notes.push_back(*removal);
  return {};
}

Typed Elaborator::Impl::unknown_member(const std::string& name, Span span, uint32_t entity,
                                       const std::string& object) {
  if (model::is_reported(model_, name)) return {};
  const std::string owner = entity_name(entity);
  std::vector<std::string> candidates;
  if (entity < model_.members.size()) {
    for (const auto& [member, meaning] : model_.members[entity]) candidates.push_back(member);
  }
  std::sort(candidates.begin(), candidates.end());
  std::string help = model::did_you_mean(name, candidates);
  for (uint32_t other = 1; help.empty() && other < model_.members.size(); ++other) {
    const model::Member* member = member_of(other, name);
    if (!member || member->kind != model::Member::Kind::column) continue;
    if (const auto path = path_between(entity, other)) {
      help =
          "It belongs to each " + entity_name(other) + ": write `" + object + "." + *path + "." + name + "`.";
    } else if (const model::Member* reverse = member_of(entity, plural(other));
               reverse && reverse->kind == model::Member::Kind::reverse) {
      help = "It belongs to each " + entity_name(other) + ", and a " + owner +
             " has many: " + aggregate_suggestion(member->index, name, object + "." + plural(other)) + ".";
    }
  }
  const std::optional<Note> removal = model::removal_note(model_, name);
  if (removal) help.clear();
  Diagnostic& diagnostic = error("N005", span, "A " + owner + " has no `" + name + "`.", help);
  if (removal) diagnostic.notes.push_back(*removal);
  return {};
}

}  // namespace merit
