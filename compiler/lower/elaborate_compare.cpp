// Comparisons: like with like, nothing that may be missing; membership; better and worse by a measure's
// direction.
#include <algorithm>

#include "compiler/lower/elaborate_impl.h"

namespace merit {

namespace {

constexpr std::string_view not_compared = "cannot be compared";

ir::Type boolean() {
  ir::Type type;
  type.kind = ir::TypeKind::boolean;
  return type;
}

bool is_numeric(const ir::Type& type) {
  return type.kind == ir::TypeKind::number || type.kind == ir::TypeKind::integer;
}

bool is_count(const ir::Expr& node) {
  return node.op == ir::Op::aggregate && node.mode == static_cast<uint8_t>(ir::AggregateMode::count);
}

/// `a < b` as `b > a`.
ir::Op mirrored(ir::Op op) {
  switch (op) {
  case ir::Op::less: return ir::Op::greater;
  case ir::Op::less_equal: return ir::Op::greater_equal;
  case ir::Op::greater: return ir::Op::less;
  case ir::Op::greater_equal: return ir::Op::less_equal;
  default: return op;
  }
}

}  // namespace

bool Elaborator::Impl::in_scope(const std::string& name) const {
  for (const BoundArgument& argument : context_->scope.arguments) {
    if (argument.name == name) return true;
  }
  for (const RowInSight& row : context_->scope.rows) {
    if (row.alias == name || entity_name(row.entity) == name) return true;
    if (row.scope != ir::none && member_of_scope(row.scope, name, false)) return true;
    const model::Member* own = member_of(row.entity, name);
    if (own && own->kind != model::Member::Kind::scope) return true;
  }
  const model::Member* value = member_of(0, name);
  return value && value->kind != model::Member::Kind::scope;
}

std::pair<Typed, Typed> Elaborator::Impl::sides(const ast::Expr& left, const ast::Expr& right, bool may_miss,
                                                bool by_day) {
  std::pair<Typed, Typed> result;
  const auto hint_of = [](const Typed& value) { return value ? &value.type() : nullptr; };
  const auto* name = std::get_if<ast::NameRef>(&left.node);
  if (name && !in_scope(name->name)) {
    // `cauti is measure`: the name of a row on the left, its type on the right.
    result.second = plain(right, "M101", not_compared, nullptr, may_miss);
    if (result.second) result.first = plain(left, "M101", not_compared, hint_of(result.second), may_miss);
    return result;
  }
  result.first = plain(left, "M101", not_compared, nullptr, may_miss);
  // A name on the right means nothing by itself when the left is broken.
  if (!result.first && std::holds_alternative<ast::NameRef>(right.node)) return result;
  result.second = plain(right, "M101", not_compared, hint_of(result.first), may_miss);
  if (by_day && result.first && result.second && (!to_day(result.first) || !to_day(result.second))) return {};
  if (result.first && result.second) meet_in_time(result.first, result.second);
  return result;
}

bool Elaborator::Impl::comparable(const Typed& left, const Typed& right, Span left_span, Span right_span,
                                  bool ordered) {
  const ir::Type& a = left.type();
  const ir::Type& b = right.type();
  const Span span = {left_span.file, std::min(left_span.begin, right_span.begin),
                     std::max(left_span.end, right_span.end)};
  const std::string x = "`" + text(left_span) + "`";
  const std::string y = "`" + text(right_span) + "`";
  if (refuse_codes(left, right, left_span, right_span, ordered)) return false;
  const bool money_and_number =
      (a.kind == ir::TypeKind::money && is_numeric(b)) || (is_numeric(a) && b.kind == ir::TypeKind::money);
  if (money_and_number) {
    const Typed& number = is_numeric(a) ? left : right;
    const std::string written = text(is_numeric(a) ? left_span : right_span);
    error("T104", span,
          x + " is " + kind_text(a) + " and " + y + " is " + kind_text(b) + "; they cannot be compared.",
          number.node->op == ir::Op::constant
              ? "If an amount is meant, write `$" + written + "`."
              : "Compare an amount with an amount: a share of one (`" + written + " * …`), for example.");
    return false;
  }
  const bool same_kind = a.kind == b.kind || (is_numeric(a) && is_numeric(b));
  if (same_kind && a.target != b.target) {
    error("T110", span,
          x + " is " + kind_text(a) + " and " + y + " is " + kind_text(b) + ": they are never the same.",
          "Compare two of one kind.");
    return false;
  }
  if (!same_kind) {
    std::string help;
    if (a.kind == ir::TypeKind::link && (b.kind == ir::TypeKind::text || is_numeric(b))) {
      const ir::Entity& entity = model_.program.entities[a.target];
      if (!entity.keys.empty())
        help = "Compare its key: `" + text(left_span) + "." + column_of(entity.keys[0]).name + "`.";
    } else if (a.kind == ir::TypeKind::boolean || b.kind == ir::TypeKind::boolean) {
      help = "What is true or false is a condition by itself: write it alone, or with `not`.";
    } else if (is_time(a.kind) && is_period(b.kind)) {
      help = "Write `in`, `before` or `after`, or ask for the `.start` or `.end` of the period.";
    } else if ((a.kind == ir::TypeKind::date) != (b.kind == ir::TypeKind::date)) {
      help = "A date is written like 2024-01-31.";
    } else if ((a.kind == ir::TypeKind::datetime) != (b.kind == ir::TypeKind::datetime)) {
      help = "A time is written like 2024-01-31T14:30Z.";
    }
    error("T108", span,
          x + " is " + kind_text(a) + " and " + y + " is " + kind_text(b) + "; they cannot be compared.",
          help);
    return false;
  }
  const bool has_order =
      is_numeric(a) || a.kind == ir::TypeKind::money || is_time(a.kind) || a.kind == ir::TypeKind::text;
  if (ordered && !has_order && a.kind != ir::TypeKind::duration) {
    error("T109", span, x + " and " + y + " have no order: none is less than the other.",
          is_period(a.kind) ? "Write `before`, `after` or `overlaps`."
                            : "They can be compared with `is` and `is not`.");
    return false;
  }
  if (a.kind == ir::TypeKind::duration) {
    error("T109", span, "Lengths of time cannot be compared: a month is not always as long as the next.",
          "Compare dates: `… within 30 days after …`.");
    return false;
  }
  const TermId same = term(left);
  if (same != no_term && same == term(right) && left.node->op != ir::Op::constant) {
    error("T123", span, "This compares " + x + " with itself" + (x == y ? "." : ": " + y + " is the same."),
          context_->scope.rows.size() > 1
              ? "Give the inner rows a name of their own, `… as other where other." + text(left_span) +
                    " …`, and say which is meant."
              : "One of the two was meant to be something else.");
    return false;
  }
  return true;
}

Typed Elaborator::Impl::comparison(ir::Op op, Typed left, Typed right, Span span) {
  Typed result;
  std::vector<ir::ExprPtr> args;
  const bool truth_value = left.type().kind == ir::TypeKind::boolean;
  if (truth_value && right.node->op == ir::Op::constant) {
    // `eligible is true` says what `eligible` says.
    const bool positive = right.node->value.boolean() == (op == ir::Op::equal);
    result.yes = positive ? left.yes : left.no;
    result.no = positive ? left.no : left.yes;
  }
  args.push_back(std::move(left.node));
  args.push_back(std::move(right.node));
  result.node = make(op, boolean(), span, std::move(args));
  count_facts(result);
  return result;
}

/// `count of C < 2` that fails says that C is not empty.
void Elaborator::Impl::count_facts(Typed& comparison) {
  const ir::Expr& left = *comparison.node->args[0];
  const ir::Expr& right = *comparison.node->args[1];
  const bool count_first = is_count(left);
  if (!count_first && !is_count(right)) return;
  const ir::Expr& count = count_first ? left : right;
  const ir::Expr& limit = count_first ? right : left;
  if (limit.op != ir::Op::constant || limit.value.kind() != ValueKind::number) return;
  const Number& n = limit.value.number();
  const ir::Expr* base = count.args[0].get();
  while (base->op == ir::Op::filter) base = base->args[0].get();
  const TermId rows = terms_.of(*base);
  if (rows == no_term) return;
  const Fact nonempty{FactKind::nonempty, rows};
  const bool positive = n.sign() > 0;
  const bool not_negative = n.sign() >= 0;
  switch (count_first ? comparison.node->op : mirrored(comparison.node->op)) {
  case ir::Op::less:
    if (positive) comparison.no.push_back(nonempty);
    break;
  case ir::Op::less_equal:
    if (not_negative) comparison.no.push_back(nonempty);
    break;
  case ir::Op::greater_equal:
    if (positive) comparison.yes.push_back(nonempty);
    break;
  case ir::Op::greater:
    if (not_negative) comparison.yes.push_back(nonempty);
    break;
  case ir::Op::equal:
    if (positive) comparison.yes.push_back(nonempty);
    if (n.is_zero()) comparison.no.push_back(nonempty);
    break;
  case ir::Op::not_equal:
    if (positive) comparison.no.push_back(nonempty);
    if (n.is_zero()) comparison.yes.push_back(nonempty);
    break;
  default: break;
  }
}

Typed Elaborator::Impl::only_if_known(ir::ExprPtr left, ir::ExprPtr right, Typed condition, Span span) {
  std::vector<ir::ExprPtr> args;
  for (ir::ExprPtr* side : {&left, &right}) {
    if (!*side) continue;
    const Span place = (*side)->span;
    std::vector<ir::ExprPtr> asked;
    asked.push_back(std::move(*side));
    args.push_back(make(ir::Op::is_known, boolean(), place, std::move(asked)));
  }
  args.push_back(std::move(condition.node));
  Typed result;
  result.yes = std::move(condition.yes);
  result.node = make(ir::Op::logical_and, boolean(), span, std::move(args));
  return result;
}

Typed Elaborator::Impl::compare(const ast::Binary& binary, Span span, bool expectation) {
  auto [left, right] = sides(*binary.left, *binary.right, expectation, binary.by_day);
  if (!left || !right) return {};
  const bool ordered = binary.op != ast::BinaryOp::is && binary.op != ast::BinaryOp::is_not;
  if (!comparable(left, right, binary.left->span, binary.right->span, ordered)) return {};
  ir::Op op = ir::Op::equal;
  switch (binary.op) {
  case ast::BinaryOp::is_not: op = ir::Op::not_equal; break;
  case ast::BinaryOp::less: op = ir::Op::less; break;
  case ast::BinaryOp::less_equal: op = ir::Op::less_equal; break;
  case ast::BinaryOp::greater: op = ir::Op::greater; break;
  case ast::BinaryOp::greater_equal: op = ir::Op::greater_equal; break;
  default: break;
  }
  if (!left.type().optional && !right.type().optional)
    return comparison(op, std::move(left), std::move(right), span);
  ir::ExprPtr first = clone(*left.node);
  ir::ExprPtr second = clone(*right.node);
  left.node = assumed_known(std::move(left.node));
  right.node = assumed_known(std::move(right.node));
  Typed compared = comparison(op, std::move(left), std::move(right), span);
  return only_if_known(std::move(first), std::move(second), std::move(compared), span);
}

Typed Elaborator::Impl::membership(const ast::Binary& binary, Span span) {
  Typed result = in_set(*binary.left, *binary.right, span, binary.by_day);
  if (!result || binary.op != ast::BinaryOp::not_in) return result;
  return negated(std::move(result), span);
}

Typed Elaborator::Impl::in_set(const ast::Expr& left, const ast::Expr& right, Span span, bool by_day) {
  if (const auto* choice = std::get_if<ast::Binary>(&right.node);
      choice && choice->op == ast::BinaryOp::logical_or) {
    return in_any(left, right, span, by_day);
  }
  if (const auto* limits = std::get_if<ast::Range>(&right.node)) {
    Typed value = plain(left, "M101", not_compared);
    if (!value) {
      if (limits->low) scalar(*limits->low);
      if (limits->high) scalar(*limits->high);
      return {};
    }
    return in_range(std::move(value), *limits, span, right.span, by_day);
  }
  if (names_value_set(left)) {
    error("T190", left.span, "`" + text(left.span) + "` is a value set, and stands after `in` alone.",
          "Write it the other way round: `" + text(right.span) + " in " + text(left.span) + "`.");
    return {};
  }
  Typed value = plain(left, "M101", not_compared);
  if (names_value_set(right) || (value && value.type().kind == ir::TypeKind::codes)) {
    return in_value_set(std::move(value), right, span, left.span);
  }
  Typed set = expr(right);
  if (!value || !set) return {};
  if (by_day && (!to_day(value) || !to_day(set))) return {};
  if (set.type().kind == ir::TypeKind::collection) {
    return in_collection(std::move(value), std::move(set), span);
  }
  if (is_period(set.type().kind)) {
    if (!refuse_missing(set, "M101", not_compared)) return {};
    return in_period(std::move(value), std::move(set), span);
  }
  error("T121", right.span,
        "`" + text(right.span) + "` is " + kind_text(set.type()) + ", and nothing is in it.",
        "After `in` stands a range (`0 to 10`), a period, rows, a value set, or a choice: `in (a or b)`.");
  return {};
}

Typed Elaborator::Impl::in_any(const ast::Expr& left, const ast::Expr& choices, Span span, bool by_day) {
  Typed value = plain(left, "M101", not_compared);
  if (!value) return {};
  if (value.type().kind == ir::TypeKind::codes)
    return in_value_set(std::move(value), choices, span, left.span);
  std::vector<const ast::Expr*> leaves;
  const auto collect = [&](const auto& self, const ast::Expr& expr) -> void {
    const auto* choice = std::get_if<ast::Binary>(&expr.node);
    if (choice == nullptr || choice->op != ast::BinaryOp::logical_or) {
      leaves.push_back(&expr);
      return;
    }
    self(self, *choice->left);
    self(self, *choice->right);
  };
  collect(collect, choices);
  const ir::Type type = value.type();
  Typed result;
  bool broken = false;
  for (const ast::Expr* leaf : leaves) {
    Typed each;
    if (std::holds_alternative<ast::Range>(leaf->node)) {
      each = in_set(left, *leaf, span, by_day);
    } else {
      Typed other = expr(*leaf, &type);
      const bool set =
          other && (other.type().kind == ir::TypeKind::collection || is_period(other.type().kind));
      if (set) {
        each = in_set(left, *leaf, span, by_day);
      } else if (other && refuse_missing(other, "M101", not_compared)) {
        Typed own = plain(left, "M101", not_compared);
        if (own && by_day && (!to_day(own) || !to_day(other))) own = {};
        if (own) meet_in_time(own, other);
        if (own && comparable(own, other, left.span, leaf->span, false))
          each = comparison(ir::Op::equal, std::move(own), std::move(other), leaf->span);
      }
    }
    if (!each) {
      broken = true;
    } else {
      result =
          result ? joined(ir::Op::logical_or, std::move(result), std::move(each), span) : std::move(each);
    }
  }
  if (broken) return {};
  result.node->span = span;
  return result;
}

Typed Elaborator::Impl::in_period(Typed value, Typed period, Span span) {
  const ir::TypeKind kind = value.type().kind;
  if (!is_time(kind) && !is_period(kind)) {
    error("T108", span,
          "`" + text(value.node->span) + "` is " + kind_text(value.type()) +
              ", and only a date, a datetime or a period is in a period.");
    return {};
  }
  meet_in_time(value, period);
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(value.node));
  args.push_back(std::move(period.node));
  Typed result;
  result.node = make(ir::Op::in_period, boolean(), span, std::move(args));
  return result;
}

Typed Elaborator::Impl::in_range(Typed value, const ast::Range& range, Span span, Span range_span,
                                 bool by_day) {
  Typed low;
  Typed high;
  if (is_period(value.type().kind)) {
    Typed period = this->range(range, range_span);
    if (!period || !refuse_missing(period, "M101", not_compared)) return {};
    if (by_day && (!to_day(value) || !to_day(period))) return {};
    return in_period(std::move(value), std::move(period), span);
  }
  if (range.low) low = plain(*range.low, "M101", not_compared, &value.type());
  if (range.high) high = plain(*range.high, "M101", not_compared, &value.type());
  if ((range.low && !low) || (range.high && !high)) return {};
  const Span value_span = value.node->span;
  if (by_day) {
    for (Typed* time : {&value, &low, &high}) {
      if (*time && !to_day(*time)) return {};
    }
  }
  for (Typed* limit : {&low, &high}) {
    if (*limit) meet_in_time(value, *limit);
  }
  if (low && high) meet_in_time(low, high);
  if (low && !comparable(value, low, value_span, range.low->span, true)) return {};
  if (high && !comparable(value, high, value_span, range.high->span, true)) return {};
  const auto is_literal = [](const Typed& limit) {
    return limit && limit.node->op == ir::Op::constant && limit.node->value.is_known() &&
           limit.type().kind != ir::TypeKind::text && !is_time(limit.type().kind);
  };
  if (is_literal(low) && is_literal(high) &&
      high.node->value.number_or_amount() < low.node->value.number_or_amount()) {
    error("T121", range_span, "Nothing is in `" + text(range_span) + "`: it ends below where it begins.",
          "Write the lower end first.");
    return {};
  }
  Typed result;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(value.node));
  if (low) args.push_back(std::move(low.node));
  if (high) args.push_back(std::move(high.node));
  if (range.ends == ast::RangeEnds::over_low && range.high == nullptr) {
    result.node = make(ir::Op::greater, boolean(), span, std::move(args));
    return result;
  }
  result.node = make(ir::Op::in_range, boolean(), span, std::move(args));
  switch (range.ends) {
  case ast::RangeEnds::closed: result.node->mode = static_cast<uint8_t>(ir::RangeMode::closed); break;
  case ast::RangeEnds::below_high: result.node->mode = static_cast<uint8_t>(ir::RangeMode::below_high); break;
  case ast::RangeEnds::over_low: result.node->mode = static_cast<uint8_t>(ir::RangeMode::over_low); break;
  case ast::RangeEnds::from_low: result.node->mode = static_cast<uint8_t>(ir::RangeMode::from_low); break;
  case ast::RangeEnds::under_high: result.node->mode = static_cast<uint8_t>(ir::RangeMode::under_high); break;
  }
  return result;
}

Typed Elaborator::Impl::in_collection(Typed value, Typed collection, Span span) {
  const uint32_t entity = collection.type().target;
  if (value.type().kind != ir::TypeKind::link || value.type().target != entity) {
    error("T112", span,
          "`" + text(value.node->span) + "` is " + kind_text(value.type()) + ", and `" +
              text(collection.node->span) + "` are " + plural(entity) + ".",
          "Only a " + entity_name(entity) + " can be one of them.");
    return {};
  }
  Typed result;
  result.yes = terms_.replace_row(collection.rows, item_variable, term(value));
  const TermId rows = terms_.of(*collection.node);
  if (rows != no_term) result.yes.push_back({FactKind::nonempty, rows});
  ir::Type link = value.type();
  link.optional = false;
  const uint32_t variable = context_->next_variable++;
  ir::ExprPtr row = make(ir::Op::row, link, span);
  row->variable = variable;
  std::vector<ir::ExprPtr> equal;
  equal.push_back(std::move(row));
  equal.push_back(std::move(value.node));
  std::vector<ir::ExprPtr> filter;
  const ir::Type type = collection.type();
  filter.push_back(std::move(collection.node));
  filter.push_back(make(ir::Op::equal, boolean(), span, std::move(equal)));
  std::vector<ir::ExprPtr> exists;
  exists.push_back(make(ir::Op::filter, type, span, std::move(filter)));
  exists[0]->variable = variable;
  result.node = make(ir::Op::aggregate, boolean(), span, std::move(exists));
  result.node->mode = static_cast<uint8_t>(ir::AggregateMode::exists);
  result.node->variable = context_->next_variable++;
  return result;
}

ir::ExprPtr Elaborator::Impl::direction_of(const ir::Expr& node) {
  if (node.op != ir::Op::field) {
    for (const ir::ExprPtr& argument : node.args) {
      if (ir::ExprPtr direction = direction_of(*argument)) return direction;
    }
    return nullptr;
  }
  const ir::Expr& row = *node.args[0];
  const auto column_for = [&](uint32_t entity) -> uint32_t {
    const model::Member* better = member_of(entity, "better");
    if (!better || better->kind != model::Member::Kind::column) return ir::none;
    column(better->index, node.span);
    const ir::Type& type = column_of(better->index).type;
    return type.kind == ir::TypeKind::enumeration && type.target == 0 ? better->index : ir::none;
  };
  if (const uint32_t own = column_for(row.type.target); own != ir::none)
    return field(clone(row), own, node.span).node;
  uint32_t link = ir::none;
  uint32_t better = ir::none;
  for (const uint32_t column : model_.program.entities[row.type.target].columns) {
    const ir::Column& candidate = column_of(column);
    if (!is_way(column)) continue;
    const uint32_t found = column_for(candidate.type.target);
    if (found == ir::none) continue;
    if (link != ir::none) return nullptr;
    link = column;
    better = found;
  }
  if (link == ir::none) return nullptr;
  Typed owner = field(clone(row), link, node.span);
  return owner ? field(std::move(owner.node), better, node.span).node : nullptr;
}

Typed Elaborator::Impl::better(const ast::Binary& binary, Span span) {
  auto [left, right] = sides(*binary.left, *binary.right);
  if (!left || !right) return {};
  if (!comparable(left, right, binary.left->span, binary.right->span, true)) return {};
  ir::ExprPtr direction = direction_of(*left.node);
  if (!direction) direction = direction_of(*right.node);
  if (!direction) {
    error("T113", span,
          "Whether more or less is better is not said for `" + text(binary.left->span) + "` and `" +
              text(binary.right->span) + "`.",
          "Give the table that one of them belongs to a column `better` with `higher` or `lower`, or compare "
          "with `<` and `>`.");
    return {};
  }
  Typed asked;
  asked.node = std::move(direction);
  if (!refuse_missing(asked, "M101", "cannot say which of two values is better")) return {};
  // A reached by B: B is at least as good as A. A better than B, A worse than B: strictly.
  ir::Op when_higher = ir::Op::less_equal;
  ir::Op when_lower = ir::Op::greater_equal;
  if (binary.op == ast::BinaryOp::better_than) {
    when_higher = ir::Op::greater;
    when_lower = ir::Op::less;
  } else if (binary.op == ast::BinaryOp::worse_than) {
    when_higher = ir::Op::less;
    when_lower = ir::Op::greater;
  }
  const auto pair = [](ir::ExprPtr a, ir::ExprPtr b) {
    std::vector<ir::ExprPtr> args;
    args.push_back(std::move(a));
    args.push_back(std::move(b));
    return args;
  };
  ir::Type direction_type = asked.type();
  direction_type.optional = false;
  ir::ExprPtr higher = constant(Value::of_enumeration(0), direction_type, span);
  std::vector<ir::ExprPtr> parts;
  parts.push_back(make(ir::Op::equal, boolean(), span, pair(std::move(asked.node), std::move(higher))));
  parts.push_back(make(when_higher, boolean(), span, pair(clone(*left.node), clone(*right.node))));
  parts.push_back(make(when_lower, boolean(), span, pair(std::move(left.node), std::move(right.node))));
  Typed result;
  result.node = make(ir::Op::cases, boolean(), span, std::move(parts));
  return result;
}

}  // namespace merit
