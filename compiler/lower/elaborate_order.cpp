// Rows in an order: the row before this one, definitions that read themselves on it, lists.
#include <algorithm>

#include "compiler/lower/elaborate_impl.h"

namespace merit {

namespace {

/// A copy for a member: what it says of the own row it says of the member's.
void turn_to(ir::Expr& node, uint32_t variable) {
  if (node.op == ir::Op::row && node.variable == 1) node.variable = variable;
  for (const ir::ExprPtr& argument : node.args) turn_to(*argument, variable);
}

}  // namespace

Typed Elaborator::Impl::siblings(Span span) {
  const uint32_t entity = column_of(context_->column).entity;
  std::vector<uint32_t> key_links;
  std::vector<uint32_t> links;
  for (const uint32_t column : model_.program.entities[entity].columns) {
    if (!is_way(column)) continue;
    links.push_back(column);
    if (column_of(column).key) key_links.push_back(column);
  }
  const std::vector<uint32_t>& owners = key_links.empty() ? links : key_links;
  if (owners.size() == 1) {
    Typed row = field(clone(*context_->scope.rows.front().node), owners.front(), span);
    return row ? reverse(std::move(row), entity, owners.front(), span) : Typed{};
  }
  const std::string name = plural(entity);
  if (owners.empty()) {
    error("T171", span,
          "Among which " + name + " the one before is looked for is not said: no " + entity_name(entity) +
              " belongs to anybody.",
          "Write `previous of all " + name + " by …` for those of the whole program.");
    return {};
  }
  std::string choices;
  for (const uint32_t link : owners)
    choices += (choices.empty() ? "`previous of " : "` or `previous of ") + column_of(link).name + "." +
               name + " by …";
  error("T171", span,
        "A " + entity_name(entity) + " belongs to more than one row, so whose " + name +
            " the one before is looked for among is not said.",
        "Say whose: " + choices + "`.");
  return {};
}

Typed Elaborator::Impl::previous(const ast::Aggregate& aggregate, Span span) {
  const uint32_t column = context_->column;
  const bool whole = column != ir::none && context_->inlining.empty() && column_of(column).entity != 0 &&
                     column < model_.column_sources.size() && model_.column_sources[column].body &&
                     &aggregate == std::get_if<ast::Aggregate>(&model_.column_sources[column].body->node);
  if (!whole) {
    std::string written = text(span);
    if (written.starts_with('(') && written.ends_with(')')) written = written.substr(1, written.size() - 2);
    error("T170", span, "The row before is given a name first, in a definition of its own.",
          "In the `for each`, write `before = " + written + "`, and then `before` here.");
    return {};
  }
  if (aggregate.order.size() != 1) {
    error("T172", span, "By what the rows are in order has to be one value, different for each of them.",
          "Write `previous of … by …`.");
    return {};
  }
  context_->previous = true;
  Typed rows = collection(*aggregate.collection);
  context_->previous = false;
  if (!rows) return {};
  const uint32_t entity = column_of(column).entity;
  if (rows.type().target != entity) {
    error("T171", aggregate.collection->span,
          "The row before a " + entity_name(entity) + " is one of " + plural(entity) + ", and `" +
              text(aggregate.collection->span) + "` are " + plural(rows.type().target) + ".");
    return {};
  }
  const ast::Expr& written = *aggregate.order[0].key;
  Typed own = scalar(written);
  if (!own) return {};
  if (!has_order(own)) {
    refuse_order(own, written.span);
    return {};
  }
  const uint32_t variable = context_->next_variable++;
  ir::ExprPtr member = clone(*own.node);
  turn_to(*member, variable);
  ir::Type type;
  type.kind = ir::TypeKind::link;
  type.target = entity;
  type.optional = true;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(rows.node));
  args.push_back(std::move(member));
  args.push_back(row_of(context_->scope.rows.front(), span).node);
  args.push_back(std::move(own.node));
  Typed result;
  result.rows = std::move(rows.rows);
  result.node = make(ir::Op::aggregate, type, span, std::move(args));
  result.node->mode = static_cast<uint8_t>(ir::AggregateMode::previous);
  result.node->variable = variable;
  return result;
}

std::optional<ColumnInfo> Elaborator::Impl::written_type(uint32_t column, ir::Type& type) {
  if (columns_.size() < model_.program.columns.size()) columns_.resize(model_.program.columns.size());
  if (columns_[column].state == ColumnInfo::State::done || column >= model_.column_sources.size())
    return std::nullopt;
  const model::ColumnSource& source = model_.column_sources[column];
  if (!source.body || !source.declared) return std::nullopt;
  Diagnostics unheard;  // what is wrong with the type is said where it is written
  const std::optional<ir::Type> declared = model::named_type(model_, *source.declared, unheard);
  if (!declared) return std::nullopt;
  type = *declared;
  ColumnInfo info;
  info.state = ColumnInfo::State::done;
  info.optional_inside = type.optional;
  type.optional = type.optional || source.row_condition != nullptr;
  return info;
}

/// A value of an enumeration by its name.
Typed Elaborator::Impl::as_text(Typed value, Span span) {
  const ir::Type from = value.type();
  if (from.kind != ir::TypeKind::enumeration) return value;
  ir::Type text;
  text.kind = ir::TypeKind::text;
  ir::Type boolean;
  boolean.kind = ir::TypeKind::boolean;
  const std::vector<std::string>& names = model_.program.enums[from.target].values;
  std::vector<ir::ExprPtr> cases;
  for (uint32_t i = 0; i < names.size(); ++i) {
    std::vector<ir::ExprPtr> sides;
    sides.push_back(clone(*value.node));
    sides.push_back(constant(Value::of_enumeration(i), from, span));
    if (i + 1 < names.size()) cases.push_back(make(ir::Op::equal, boolean, span, std::move(sides)));
    cases.push_back(constant(Value::of_text(names[i]), text, span));
  }
  Typed result;
  result.node =
      cases.size() == 1 ? std::move(cases.front()) : make(ir::Op::cases, text, span, std::move(cases));
  return result;
}

Typed Elaborator::Impl::list(const ast::Aggregate& aggregate, Typed rows, Span span) {
  const size_t mark = context_->established.size();
  const uint32_t variable = see_row(rows);
  Typed value = value_over(aggregate, rows);
  OrderKeys order = order_keys(aggregate.order);
  unsee_row();
  forget(mark);
  if (!value || order.broken) return {};
  const Span written = aggregate.value->span;
  value = as_text(std::move(value), written);
  if (value.type().kind != ir::TypeKind::text) {
    error("T173", written,
          "`" + text(written) + "` is " + kind_text(value.type()) + ", and a list is of texts or of names.",
          "List a text of each row, such as its code.");
    return {};
  }
  ir::Type type;
  type.kind = ir::TypeKind::text;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(rows.node));
  args.push_back(std::move(value.node));
  for (ir::ExprPtr& key : order.keys) args.push_back(std::move(key));
  Typed result;
  result.node = make(ir::Op::aggregate, type, span, std::move(args));
  result.node->descending = std::move(order.descending);
  result.node->mode = static_cast<uint8_t>(ir::AggregateMode::list);
  result.node->variable = variable;
  return result;
}

/// A column of a union: of each part what its members give.
void Elaborator::Impl::union_column(uint32_t column) {
  const std::vector<uint32_t> values = model_.column_sources[column].part_values;
  const ir::Entity& entity = model_.program.entities[column_of(column).entity];
  const Span span = column_of(column).span;
  std::optional<ir::Type> common;
  bool optional = false;
  for (const uint32_t value : values) {
    this->column(value, span);
    columns_[column].broken = columns_[column].broken || columns_[value].broken;
    if (columns_[column].broken) return;
    const ir::Type& type = column_of(value).type;
    optional = optional || columns_[value].optional_inside;
    const std::optional<ir::Type> both = common ? common_type(*common, type) : type;
    if (!both || type.kind == ir::TypeKind::collection) {
      error("T174", column_of(value).span,
            "`" + text(column_of(value).span) + "` is " + kind_text(type) + ", and `" +
                column_of(column).name + "` of another part is not.",
            "All parts give values of one type.");
      columns_[column].broken = true;
      return;
    }
    common = both;
  }
  common->optional = optional;
  const auto own_row = [&] {
    ir::ExprPtr row = make(ir::Op::row, {ir::TypeKind::link, false, column_of(column).entity, {}}, span);
    row->variable = 1;
    std::vector<ir::ExprPtr> args;
    args.push_back(std::move(row));
    return args;
  };
  const ir::Type part_type = column_of(entity.part_key).type;
  std::vector<ir::ExprPtr> cases;
  for (uint32_t i = 0; i < values.size(); ++i) {
    const ir::Column& value = column_of(values[i]);
    if (i + 1 < values.size()) {
      std::vector<ir::ExprPtr> sides;
      sides.push_back(make(ir::Op::field, part_type, value.span, own_row()));
      sides.back()->index = entity.part_key;
      sides.push_back(constant(Value::of_enumeration(i), part_type, value.span));
      cases.push_back(
          make(ir::Op::equal, {ir::TypeKind::boolean, false, ir::none, {}}, value.span, std::move(sides)));
    }
    ir::Type link = column_of(entity.parts[i].link).type;
    link.optional = false;
    std::vector<ir::ExprPtr> member;
    member.push_back(make(ir::Op::field, link, value.span, own_row()));
    member.back()->index = entity.parts[i].link;
    ir::Type type = value.type;
    type.optional = columns_[values[i]].optional_inside;
    cases.push_back(make(ir::Op::field, type, value.span, std::move(member)));
    cases.back()->index = values[i];
  }
  ir::Column& target = model_.program.columns[column];
  target.type = *common;
  target.body =
      cases.size() == 1 ? std::move(cases.front()) : make(ir::Op::cases, *common, span, std::move(cases));
  columns_[column].optional_inside = optional;
}

}  // namespace merit
