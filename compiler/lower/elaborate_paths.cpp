// Dots, columns of rows, reverse links, lookups by key.
#include <algorithm>

#include <utility>

#include "compiler/lower/elaborate_impl.h"
#include "compiler/model/names.h"
#include "runtime/ir/order.h"

namespace merit {

Typed Elaborator::Impl::field(ir::ExprPtr row, uint32_t column, Span span) {
  Typed result;
  if (model_.scales.contains(column)) return scale_without_key(column, span);
  const bool before = row->op == ir::Op::field && row->args[0]->op == ir::Op::row &&
                      row->args[0]->variable == 1 && ir::is_order_link(model_.program, row->index);
  ir::Type target_type;
  // What is read on the row before may be what is being computed: its written type is all that is asked for.
  std::optional<ColumnInfo> written;
  if (before) written = written_type(column, target_type);
  if (!written) {
    this->column(column, span, before);
    target_type = column_of(column).type;
  }
  const ColumnInfo& info = written ? *written : columns_[column];
  if (info.broken) return result;
  if (context_->parameter &&
      !(column < model_.column_sources.size() && model_.column_sources[column].is_parameter)) {
    error("N012", span,
          "A parameter is fixed before anything is computed, and `" + text(span) + "` is not a parameter.",
          "Make it of literals and other parameters, or make it a definition: `" +
              column_of(context_->column).name + " = …`.");
    return result;
  }
  const bool row_may_be_missing = row->type.optional;
  const bool about_rows = target_type.kind == ir::TypeKind::collection;
  ir::Type type = target_type;
  type.optional = (type.optional || row_may_be_missing) && type.kind != ir::TypeKind::codes;
  const bool picked = type.kind == ir::TypeKind::link && !info.rows.empty();
  const bool facts_matter =
      type.optional || target_type.kind == ir::TypeKind::boolean || about_rows || picked;
  if (facts_matter) {
    const TermId row_term = terms_.of(*row);
    result.term = terms_.field(row_term, column);
    if (about_rows) {
      type.optional = false;
      result.rows = terms_.replace_row(info.rows, 1, row_term);
    } else if (type.optional && !row_may_be_missing && established(FactKind::known, result.term)) {
      type.optional = false;
    } else if (target_type.optional && !row_may_be_missing && !info.optional_inside &&
               !info.required.empty() && row_term != no_term) {
      // Limited to some rows: plain where this is one of them.
      type.optional = !std::all_of(info.required.begin(), info.required.end(), [&](const Fact& fact) {
        return fact.term != no_term && terms_.portable(fact.term) &&
               established(fact.kind, terms_.replace_row(fact.term, 1, row_term));
      });
    }
    if (picked) {
      // Wherever there is such a row, it is as its collection says.
      const Facts here = terms_.replace_row(info.rows, 1, row_term);
      for (const Fact& fact : terms_.replace_row(here, item_variable, result.term)) {
        if (!established(fact)) context_->established.push_back(fact);
      }
    }
    if (target_type.kind == ir::TypeKind::boolean && row_term != no_term) {
      result.yes = terms_.replace_row(info.yes, 1, row_term);
      result.yes.push_back({FactKind::holds, result.term});
      result.no = terms_.replace_row(info.no, 1, row_term);
    }
  }
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(row));
  result.node = make(ir::Op::field, std::move(type), span, std::move(args));
  result.node->index = column;
  return result;
}

Typed Elaborator::Impl::reverse(Typed row, uint32_t child, uint32_t link, Span span) {
  Typed result;
  ir::Type type;
  type.kind = ir::TypeKind::collection;
  type.target = child != ir::none ? child : column_of(link).entity;
  column(link, span);
  if (columns_[link].broken) return result;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(row.node));
  result.node = make(ir::Op::reverse, type, span, std::move(args));
  result.node->index = link;
  result.term = terms_.of(*result.node);
  return result;
}

Typed Elaborator::Impl::member(const ast::Member& member, Span span, const ir::Type*) {
  const std::string object_text = text(member.object->span);
  if (const auto* over = std::get_if<ast::MeasureOver>(&member.object->node);
      over && over->what == ast::MeasureOver::What::result) {
    return member_of_result(*over, member.member, span);
  }
  const Span outer = std::exchange(namespace_span_, member.object->span);
  Typed object = expr(*member.object);
  namespace_span_ = outer;
  if (!object) return object;
  if (object.scope != ir::none) return member_of_measure(std::move(object), member.member, span);
  if (object.payment != ir::none) {
    const ir::Payment& payment = model_.program.payments[object.payment];
    for (const uint32_t step : payment.steps) {
      if (column_of(step).name == payment.name + "." + member.member.text) {
        return field(std::move(object.node), step, span);
      }
    }
    std::string steps;
    for (const uint32_t step : payment.steps) {
      steps += (steps.empty() ? "" : ", ") + column_of(step).name.substr(payment.name.size() + 1);
    }
    error("N005", member.member.span,
          "The payment `" + payment.name + "` has no step `" + member.member.text + "`.",
          "Its steps: " + steps + ".");
    return {};
  }
  switch (object.type().kind) {
  case ir::TypeKind::link: return member_of_row(std::move(object), member.member, span, object_text);
  case ir::TypeKind::collection:
    return member_of_collection(std::move(object), member.member, span, object_text);
  case ir::TypeKind::date:
  case ir::TypeKind::period:
  case ir::TypeKind::datetime_period:
    if (auto part = member_of_time(object, member.member, span)) return std::move(*part);
    break;
  default: break;
  }
  std::string help;
  switch (object.type().kind) {
  case ir::TypeKind::date: help = "A date has `.year`, `.month` and `.day`."; break;
  case ir::TypeKind::period:
    help = "A period has `.start`, `.end`, `.has_start`, `.has_end` and `.length`.";
    break;
  case ir::TypeKind::datetime:
    help = "Its day has them: `(date of " + object_text +
           ").day`. Hours are counted, `whole hours from a to b`.";
    break;
  case ir::TypeKind::datetime_period:
    help = member.member.text == "length"
               ? "Say in what: `whole hours from " + object_text + ".start to " + object_text +
                     ".end`, or in days, both ends counted: `(date of " + object_text + ").length`."
               : "A period of datetimes has `.start`, `.end`, `.has_start` and `.has_end`.";
    break;
  case ir::TypeKind::codes:
    help = "What a code is called decides nothing. Declare the code or the value set that is meant, and "
           "write `" +
           object_text + " in NAME`.";
    break;
  case ir::TypeKind::quantity:
    help = "It is a number in the unit that you name: `" + object_text + " as 'mg/dL'`.";
    break;
  default: break;
  }
  error("N005", member.member.span,
        "`" + object_text + "` is " + kind_text(object.type()) + ", which has no `" + member.member.text +
            "`.",
        help);
  return {};
}

Typed Elaborator::Impl::member_of_row(Typed row, const ast::Name& name, Span span,
                                      const std::string& object) {
  const uint32_t entity = row.type().target;
  const model::Member* found = member_of(entity, name.text);
  if (!found) return unknown_member(name.text, name.span, entity, object);
  if (found->kind == model::Member::Kind::column && row.node->op == ir::Op::lookup &&
      model_.scales.contains(found->index)) {
    return scaled(std::move(row), found->index, span);
  }
  // A row picked from a collection is as its `where` says.
  const bool known = found->kind == model::Member::Kind::column && !row.type().optional &&
                     std::find(row.rows.begin(), row.rows.end(),
                               Fact{FactKind::known,
                                    terms_.field(terms_.row(item_variable), found->index)}) != row.rows.end();
  Typed result = use_member(*found, name.text, std::move(row), span);
  if (known && result) result.node->type.optional = false;
  return result;
}

Typed Elaborator::Impl::member_of_collection(Typed collection, const ast::Name& name, Span span,
                                             const std::string& object) {
  const uint32_t entity = collection.type().target;
  const model::Member* found = member_of(entity, name.text);
  if (!found) return unknown_member(name.text, name.span, entity, object);
  ir::Type type;
  type.kind = ir::TypeKind::collection;
  Typed result;
  std::vector<ir::ExprPtr> args;
  if (found->kind == model::Member::Kind::reverse) {
    type.target = found->child != ir::none ? found->child : column_of(found->index).entity;
    args.push_back(std::move(collection.node));
    result.node = make(ir::Op::reverse_each, type, span, std::move(args));
    result.node->index = found->index;
    return result;
  }
  if (found->kind == model::Member::Kind::column) {
    column(found->index, span);
    if (columns_[found->index].broken) return result;
    const ir::Type& column_type = column_of(found->index).type;
    if (column_type.kind == ir::TypeKind::link) {
      type.target = column_type.target;
      args.push_back(std::move(collection.node));
      result.node = make(ir::Op::targets, type, span, std::move(args));
      result.node->index = found->index;
      return result;
    }
    error("T127", span, "`" + object + "` is many rows, and each has its own `" + name.text + "`.",
          "Say what is wanted of them: " + aggregate_suggestion(found->index, name.text, object) + ".");
    return result;
  }
  if (found->kind == model::Member::Kind::ambiguous) {
    ir::Type row;
    row.kind = ir::TypeKind::link;
    row.target = entity;
    Typed each;
    each.node = make(ir::Op::row, row, span);
    return use_member(*found, name.text, std::move(each), span);
  }
  error("T127", span, "`" + object + "` is many rows, and each has its own `" + name.text + "`.",
        "Say what is wanted of them: `sum of " + name.text + " over " + object + "`.");
  return result;
}

Typed Elaborator::Impl::through(const ast::Through& through, Span span) {
  // `transfers through to_hospital`, of the current row or of a path's end.
  const auto* bare = std::get_if<ast::NameRef>(&through.collection->node);
  const auto* path = std::get_if<ast::Member>(&through.collection->node);
  if (!bare && !path) {
    error("N013", through.collection->span,
          "`through` follows the name of the rows that point to the current one.",
          "For example `transfers through " + through.link.text + "`.");
    return {};
  }
  const std::string name = bare ? bare->name : path->member.text;
  const auto child = model_.plurals.find(name);
  if (child == model_.plurals.end()) {
    error("N013", through.collection->span, "No entity is called `" + name + "` in the plural.",
          model::did_you_mean(name, names_in_sight()));
    return {};
  }
  uint32_t link = ir::none;
  for (const uint32_t column : model_.program.entities[child->second].columns) {
    if (column_of(column).name == through.link.text) link = column;
  }
  if (link != ir::none) column(link, through.link.span);
  if (link != ir::none && columns_[link].broken) return {};
  if (link == ir::none || column_of(link).type.kind != ir::TypeKind::link) {
    error("N006", through.link.span,
          "`" + through.link.text + "` is not a link of " + entity_name(child->second) + ".",
          "Name the field of " + entity_name(child->second) + " that points to the current row.");
    return {};
  }
  const uint32_t owner = column_of(link).type.target;
  if (path) {
    Typed row = expr(*path->object);
    if (!row) return row;
    if (row.type().kind == ir::TypeKind::collection && row.type().target == owner) {
      ir::Type type;
      type.kind = ir::TypeKind::collection;
      type.target = child->second;
      std::vector<ir::ExprPtr> args;
      args.push_back(std::move(row.node));
      Typed result;
      result.node = make(ir::Op::reverse_each, type, span, std::move(args));
      result.node->index = link;
      return result;
    }
    if (row.type().kind == ir::TypeKind::link && row.type().target == owner) {
      return reverse(std::move(row), child->second, link, span);
    }
  } else {
    const std::vector<RowInSight>& rows = context_->scope.rows;
    for (size_t i = rows.size(); i-- > 0;) {
      if (rows[i].entity == owner) return reverse(row_of(rows[i], span), child->second, link, span);
    }
  }
  error("N006", span,
        "`" + through.link.text + "` points to a " + entity_name(owner) +
            ", and there is none of that kind here.",
        "Write it where the rules are said of each " + entity_name(owner) + ".");
  return {};
}

bool Elaborator::Impl::is_total(uint32_t entity) {
  if (total_.size() <= entity) total_.resize(model_.program.entities.size(), -1);
  if (total_[entity] >= 0) return total_[entity] != 0;
  const ir::Entity& declared = model_.program.entities[entity];
  bool total = declared.kind == ir::EntityKind::pairs;
  if (declared.kind == ir::EntityKind::table && !declared.keys.empty()) {
    // Every combination of the key's values has a row: as many rows as combinations, since no two rows share
    // a key.
    uint64_t combinations = 1;
    const auto covering = model_.covering.find(entity);
    const uint64_t wanted = covering == model_.covering.end() ? declared.rows : covering->second;
    for (const uint32_t key : declared.keys) {
      if (column_of(key).ranges && covering != model_.covering.end()) continue;
      const ir::Type& type = column_of(key).type;
      uint64_t values = 0;
      if (type.kind == ir::TypeKind::boolean) values = 2;
      if (type.kind == ir::TypeKind::enumeration) values = model_.program.enums[type.target].values.size();
      if (type.kind == ir::TypeKind::link &&
          model_.program.entities[type.target].kind == ir::EntityKind::table) {
        values = model_.program.entities[type.target].rows;
      }
      combinations = combinations > wanted ? combinations : combinations * values;
    }
    total = combinations == wanted;
  }
  total_[entity] = total ? 1 : 0;
  return total;
}

Typed Elaborator::Impl::lookup(uint32_t entity, const std::vector<ast::ExprPtr>& keys, Span span) {
  const ir::Entity& target = model_.program.entities[entity];
  Typed result;
  if (target.kind == ir::EntityKind::parts) {
    error("T130", span,
          "One " + target.name + " is not looked up by its key: which there are is for the program to find.",
          "Say which is meant: `(the " + target.plural + " where …)`.");
    return result;
  }
  if (keys.size() != target.keys.size()) {
    std::string names;
    for (const uint32_t key : target.keys) names += (names.empty() ? "" : ", ") + column_of(key).name;
    error("T130", span,
          "A " + target.name + " is found by its key, " + (target.keys.size() == 1 ? "`" : "the ") + names +
              (target.keys.size() == 1 ? "`" : "") + ", and " + std::to_string(keys.size()) +
              (keys.size() == 1 ? " value is given." : " values are given."),
          "Write `" + target.name + "(" + names + ")`.");
    return result;
  }
  ir::Type type;
  type.kind = ir::TypeKind::link;
  type.target = entity;
  if (keys.size() == 1 && !column_of(target.keys[0]).ranges && entity < model_.row_names.size() &&
      !model_.row_names[entity].empty()) {
    // A row of a table by its literal name.
    const auto* name = std::get_if<ast::NameRef>(&keys[0]->node);
    const auto* literal = std::get_if<ast::Literal>(&keys[0]->node);
    const bool is_text = literal && literal->kind == ast::LiteralKind::text;
    if (is_text || (name && (model_.row_names[entity].contains(name->name) || !in_scope(name->name)))) {
      result = row_or_value(is_text ? literal->text : name->name, keys[0]->span, type);
      if (result) result.node->span = span;
      return result;
    }
  }
  std::vector<ir::ExprPtr> args;
  bool broken = false;
  type.optional = !is_total(entity);
  for (size_t i = 0; i < keys.size(); ++i) {
    const ir::Column& column = column_of(target.keys[i]);
    const auto* key_text = std::get_if<ast::Literal>(&keys[i]->node);
    if (key_text && key_text->kind == ast::LiteralKind::text && column.type.kind == ir::TypeKind::link &&
        model_.program.entities[column.type.target].kind == ir::EntityKind::data) {
      const std::string& row = entity_name(column.type.target);
      std::string instead;
      for (size_t k = 0; k < keys.size(); ++k) {
        const std::string given = text(keys[k]->span);
        instead += (k == 0 ? "" : ", ") + (k == i ? row + "(" + given + ")" : given);
      }
      error("N007", keys[i]->span, "This key of " + target.name + " is a " + row + ", and a text is given.",
            "Write `" + target.name + "(" + instead + ")`.");
      return result;
    }
    ir::Type wanted = column.ranges ? column.ranges->type : column.type;
    Typed key = scalar(*keys[i], &wanted);
    wanted.optional = true;
    key = coerce(std::move(key), wanted, keys[i]->span, "The key `" + column.name + "` of " + target.name);
    if (!key) {
      broken = true;
      continue;
    }
    type.optional = type.optional || key.type().optional;
    args.push_back(std::move(key.node));
  }
  if (broken) return result;
  result.node = make(ir::Op::lookup, type, span, std::move(args));
  result.node->index = entity;
  return result;
}

}  // namespace merit
