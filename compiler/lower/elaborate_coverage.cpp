#include "compiler/lower/elaborate_coverage.h"

#include <algorithm>

#include "runtime/values/currency.h"

namespace merit {

namespace {

bool on_a_line(const ir::Type& type) {
  return type.kind == ir::TypeKind::integer || type.kind == ir::TypeKind::number ||
         type.kind == ir::TypeKind::money || type.kind == ir::TypeKind::date;
}

bool is_whole(const ir::Type& type) {
  return type.kind == ir::TypeKind::integer || type.kind == ir::TypeKind::date;
}

/// How many values there are; 1 stands for "some value" where they cannot be told apart.
size_t size_of(const ir::Program& program, const ir::Type& type) {
  if (type.kind == ir::TypeKind::boolean) return 2;
  if (type.kind == ir::TypeKind::enumeration) return program.enums[type.target].values.size();
  if (type.kind == ir::TypeKind::link && program.entities[type.target].kind == ir::EntityKind::table) {
    return program.entities[type.target].rows;
  }
  return 1;
}

bool is_literal(const ir::Expr& node) {
  return node.op == ir::Op::constant && node.value.is_known();
}

std::optional<Number> place_on_line(const ir::Expr& node) {
  if (!is_literal(node) || !on_a_line(node.type)) return std::nullopt;
  if (node.type.kind == ir::TypeKind::date) return Number(node.value.date().days);
  return node.value.number_or_amount();
}

ir::Op mirrored(ir::Op op) {
  switch (op) {
  case ir::Op::less: return ir::Op::greater;
  case ir::Op::less_equal: return ir::Op::greater_equal;
  case ir::Op::greater: return ir::Op::less;
  case ir::Op::greater_equal: return ir::Op::less_equal;
  default: return op;
  }
}

ValueSet compared(ir::Op op, bool whole, const Number& limit) {
  switch (op) {
  case ir::Op::less: return ValueSet::piece(whole, Cut::lowest(), Cut::before(limit));
  case ir::Op::less_equal: return ValueSet::piece(whole, Cut::lowest(), Cut::beyond(limit));
  case ir::Op::greater: return ValueSet::piece(whole, Cut::beyond(limit), Cut::highest());
  case ir::Op::greater_equal: return ValueSet::piece(whole, Cut::before(limit), Cut::highest());
  case ir::Op::not_equal:
    return ValueSet::piece(whole, Cut::before(limit), Cut::beyond(limit)).complement(false);
  default: return ValueSet::piece(whole, Cut::before(limit), Cut::beyond(limit));
  }
}

}  // namespace

size_t Coverage::subject_of(const ir::Expr& node, TermId term) {
  for (size_t i = 0; i < subjects_.size(); ++i) {
    if (subjects_[i].term == term && subjects_[i].node) return i;
  }
  const ValueSet nothing = on_a_line(node.type) ? ValueSet::line(is_whole(node.type))
                                                : ValueSet::finite(size_of(program_, node.type));
  subjects_.push_back({term, &node, nothing.complement(node.type.optional)});
  return subjects_.size() - 1;
}

size_t Coverage::condition_subject(TermId term) {
  for (size_t i = 0; i < subjects_.size(); ++i) {
    if (subjects_[i].term == term && !subjects_[i].node) return i;
  }
  subjects_.push_back({term, nullptr, ValueSet::finite(2).complement(false)});
  return subjects_.size() - 1;
}

Coverage::Reading Coverage::opaque(TermId term, bool truth) {
  Reading reading;
  if (term == no_term) {
    reading.exact = false;
    return reading;
  }
  reading.atoms.push_back({condition_subject(term), ValueSet::one(2, truth ? 1 : 0), false});
  return reading;
}

Coverage::Reading Coverage::negate(Reading reading) {
  if (!reading.exact || reading.atoms.size() != 1) {
    // The failure of several together says nothing about one of them.
    if (reading.exact && reading.atoms.empty()) {
      reading.never = !reading.never;
      return reading;
    }
    return {{}, false, false};
  }
  Atom& atom = reading.atoms[0];
  atom.set = atom.set.complement(atom.asks_missing);
  return reading;
}

Coverage::Reading Coverage::read_comparison(const ir::Expr& condition) {
  const ir::Expr& left = *condition.args[0];
  const ir::Expr& right = *condition.args[1];
  const bool literal_right = is_literal(right);
  if (literal_right || is_literal(left)) {
    const ir::Expr& subject = literal_right ? left : right;
    const ir::Expr& literal = literal_right ? right : left;
    const ir::Op op = literal_right ? condition.op : mirrored(condition.op);
    const TermId term = terms_.of(subject);
    if (term != no_term) {
      if (const auto place = place_on_line(literal)) {
        const size_t index = subject_of(subject, term);
        return {{{index, compared(op, is_whole(subject.type), *place), false}}, true, false};
      }
      const size_t size = size_of(program_, subject.type);
      if (size > 1 && (op == ir::Op::equal || op == ir::Op::not_equal)) {
        size_t value = 0;
        if (literal.type.kind == ir::TypeKind::boolean) value = literal.value.boolean() ? 1 : 0;
        if (literal.type.kind == ir::TypeKind::enumeration) value = literal.value.enumeration();
        if (literal.type.kind == ir::TypeKind::link) value = literal.value.row();
        ValueSet set = ValueSet::one(size, value);
        if (op == ir::Op::not_equal) set = set.complement(false);
        return {{{subject_of(subject, term), std::move(set), false}}, true, false};
      }
    }
  }
  // `a > b` is `b < a`, `a >= b` is `not (a < b)`: one subject for all four.
  const TermId a = terms_.of(left);
  const TermId b = terms_.of(right);
  switch (condition.op) {
  case ir::Op::less: return opaque(terms_.pair(ir::Op::less, a, b), true);
  case ir::Op::greater: return opaque(terms_.pair(ir::Op::less, b, a), true);
  case ir::Op::less_equal: return opaque(terms_.pair(ir::Op::less, b, a), false);
  case ir::Op::greater_equal: return opaque(terms_.pair(ir::Op::less, a, b), false);
  default:
    return opaque(terms_.pair(ir::Op::equal, std::min(a, b), std::max(a, b)), condition.op == ir::Op::equal);
  }
}

Coverage::Reading Coverage::read_range(const ir::Expr& condition) {
  const ir::Expr& subject = *condition.args[0];
  const TermId term = terms_.of(subject);
  std::vector<Number> ends;
  for (size_t i = 1; i < condition.args.size(); ++i) {
    if (const auto place = place_on_line(*condition.args[i])) ends.push_back(*place);
  }
  if (term == no_term || ends.size() + 1 != condition.args.size()) return opaque(terms_.of(condition), true);
  const bool whole = is_whole(subject.type);
  ValueSet set;
  switch (static_cast<ir::RangeMode>(condition.mode)) {
  case ir::RangeMode::closed: set = ValueSet::piece(whole, Cut::before(ends[0]), Cut::beyond(ends[1])); break;
  case ir::RangeMode::below_high:
    set = ValueSet::piece(whole, Cut::before(ends[0]), Cut::before(ends[1]));
    break;
  case ir::RangeMode::over_low:
    set = ValueSet::piece(whole, Cut::beyond(ends[0]), Cut::beyond(ends[1]));
    break;
  case ir::RangeMode::from_low: set = ValueSet::piece(whole, Cut::before(ends[0]), Cut::highest()); break;
  case ir::RangeMode::under_high: set = ValueSet::piece(whole, Cut::lowest(), Cut::before(ends[0])); break;
  }
  return {{{subject_of(subject, term), std::move(set), false}}, true, false};
}

Coverage::Reading Coverage::read_known(const ir::Expr& condition) {
  const ir::Expr& subject = *condition.args[0];
  const TermId term = terms_.of(subject);
  if (term == no_term) return {{}, false, false};
  const size_t index = subject_of(subject, term);
  ValueSet missing = intersect(subjects_[index].remaining, subjects_[index].remaining.complement(false));
  missing.with_missing(true);
  if (condition.op == ir::Op::is_known) missing = missing.complement(true);
  return {{{index, std::move(missing), true}}, true, false};
}

Coverage::Reading Coverage::read(const ir::Expr& condition) {
  switch (condition.op) {
  case ir::Op::constant:
    if (!condition.value.is_known()) return {{}, false, false};
    return {{}, true, !condition.value.boolean()};
  case ir::Op::logical_not: return negate(read(*condition.args[0]));
  case ir::Op::logical_and: {
    Reading all;
    for (const ir::ExprPtr& part : condition.args) {
      Reading reading = read(*part);
      all.never = all.never || reading.never;
      all.exact = all.exact && reading.exact;
      for (Atom& atom : reading.atoms) {
        const auto same = std::find_if(all.atoms.begin(), all.atoms.end(),
                                       [&](const Atom& a) { return a.subject == atom.subject; });
        if (same == all.atoms.end()) {
          all.atoms.push_back(std::move(atom));
        } else {
          same->set = intersect(same->set, atom.set);
          same->asks_missing = same->asks_missing || atom.asks_missing;
        }
      }
    }
    return all;
  }
  case ir::Op::logical_or: {
    Reading any = read(*condition.args[0]);
    for (size_t i = 1; i < condition.args.size(); ++i) {
      Reading reading = read(*condition.args[i]);
      const bool together = any.exact && reading.exact && any.atoms.size() == 1 &&
                            reading.atoms.size() == 1 && any.atoms[0].subject == reading.atoms[0].subject &&
                            !any.never && !reading.never;
      if (!together) return opaque(terms_.of(condition), true);
      any.atoms[0].set = unite(any.atoms[0].set, reading.atoms[0].set);
      any.atoms[0].asks_missing = any.atoms[0].asks_missing || reading.atoms[0].asks_missing;
    }
    return any;
  }
  case ir::Op::equal:
  case ir::Op::not_equal:
  case ir::Op::less:
  case ir::Op::less_equal:
  case ir::Op::greater:
  case ir::Op::greater_equal: return read_comparison(condition);
  case ir::Op::in_range: return read_range(condition);
  case ir::Op::is_missing:
  case ir::Op::is_known: return read_known(condition);
  case ir::Op::field: {
    const TermId term = terms_.of(condition);
    if (term == no_term) return {{}, false, false};
    return {{{subject_of(condition, term), ValueSet::one(2, 1), false}}, true, false};
  }
  case ir::Op::aggregate:
    // `no C` is the opposite of `exists C`.
    if (condition.mode == static_cast<uint8_t>(ir::AggregateMode::none) && condition.args.size() == 1) {
      return opaque(
          terms_.pair(ir::Op::aggregate, terms_.of(*condition.args[0]), terms_.of(*condition.args[0])),
          false);
    }
    if (condition.mode == static_cast<uint8_t>(ir::AggregateMode::exists) && condition.args.size() == 1) {
      return opaque(
          terms_.pair(ir::Op::aggregate, terms_.of(*condition.args[0]), terms_.of(*condition.args[0])), true);
    }
    return {{}, false, false};
  default: return opaque(terms_.of(condition), true);
  }
}

Coverage::Verdict Coverage::add(const ir::Expr& condition) {
  Reading reading = read(condition);
  Verdict verdict;
  verdict.never = reading.never;
  verdict.always = reading.exact && reading.atoms.empty() && !reading.never;
  const TermId whole = terms_.of(condition);
  for (size_t i = 0; i < whole_.size() && whole != no_term; ++i) {
    if (whole_[i] != whole) continue;
    verdict.never = true;
    verdict.covered_by = i;
    break;
  }
  for (const Atom& atom : reading.atoms) {
    if (verdict.never) break;
    if (!intersect(atom.set, subjects_[atom.subject].remaining).is_empty()) continue;
    verdict.never = true;
    for (size_t i = 0; i < rows_.size(); ++i) {
      const Reading& above = rows_[i];
      if (!above.exact || above.atoms.size() != 1 || above.atoms[0].subject != atom.subject) continue;
      if (!intersect(atom.set, above.atoms[0].set.complement(true)).is_empty()) continue;
      verdict.covered_by = i;
      break;
    }
  }
  if (reading.exact && reading.atoms.size() == 1) {
    const Atom& atom = reading.atoms[0];
    ValueSet& remaining = subjects_[atom.subject].remaining;
    remaining = intersect(remaining, atom.set.complement(atom.asks_missing));
  }
  rows_.push_back(std::move(reading));
  whole_.push_back(whole);
  return verdict;
}

bool Coverage::is_complete() const {
  return std::any_of(subjects_.begin(), subjects_.end(),
                     [](const Subject& subject) { return subject.remaining.is_empty(); }) ||
         std::any_of(rows_.begin(), rows_.end(),
                     [](const Reading& row) { return row.exact && row.atoms.empty() && !row.never; });
}

std::string Coverage::gap(const std::function<std::string(const ir::Expr&)>& text) const {
  if (rows_.empty() || rows_[0].atoms.size() != 1) return "";
  const size_t index = rows_[0].atoms[0].subject;
  for (const Reading& row : rows_) {
    if (!row.exact || row.atoms.size() != 1 || row.atoms[0].subject != index) return "";
  }
  const Subject& subject = subjects_[index];
  if (!subject.node) return "";
  const std::string name = "`" + text(*subject.node) + "`";
  const ir::Type& type = subject.node->type;
  if (subject.remaining.is_line()) {
    if (subject.remaining.cuts().empty()) return name + " is missing";
    return subject.remaining.first_piece(name, [&](const Number& number) {
      if (type.kind == ir::TypeKind::date)
        return Date{static_cast<int32_t>(number.to_int64().value_or(0))}.text();
      if (type.kind == ir::TypeKind::money) {
        const Currency* currency = find_currency(program_.currency);
        return money_text(number, currency ? *currency : default_currency());
      }
      return number.exact_text();
    });
  }
  std::string left;
  for (size_t value = 0; value < subject.remaining.values().size(); ++value) {
    if (!subject.remaining.values()[value]) continue;
    std::string word;
    if (type.kind == ir::TypeKind::boolean) word = value == 1 ? "true" : "false";
    if (type.kind == ir::TypeKind::enumeration) word = program_.enums[type.target].values[value];
    if (type.kind == ir::TypeKind::link && size_of(program_, type) > 1) {
      const ir::Entity& table = program_.entities[type.target];
      if (table.keys.size() != 1) return "";
      const std::vector<Value>& keys = program_.columns[table.keys[0]].values;
      if (value >= keys.size() || keys[value].kind() != ValueKind::text) return "";
      word = keys[value].text();
    }
    if (word.empty()) return subject.remaining.missing() ? "" : name + " is known";
    left += (left.empty() ? "" : " or ") + word;
  }
  if (left.empty()) return name + " is missing";
  return name + " is " + left + (subject.remaining.missing() ? " or missing" : "");
}

}  // namespace merit
