#include "compiler/lower/elaborate_terms.h"

#include <algorithm>
#include <utility>

namespace merit {

namespace {

// A key is: op, index or variable, then mode (general form only), then the terms of the operands. Rows and
// fields have the short forms {op, variable} and {op, column, object}, which fit into a string without an
// allocation.
constexpr char32_t as_key(ir::Op op) {
  return static_cast<char32_t>(op);
}

bool short_form(const std::u32string& key) {
  return key[0] == as_key(ir::Op::row) || key[0] == as_key(ir::Op::field);
}

constexpr size_t operands_begin(const std::u32string& key) {
  return key[0] == as_key(ir::Op::field) ? 2 : key[0] == as_key(ir::Op::row) ? 2 : 3;
}

}  // namespace

Facts common(const Facts& a, const Facts& b) {
  Facts both;
  for (const Fact& fact : a) {
    if (std::find(b.begin(), b.end(), fact) != b.end()) both.push_back(fact);
  }
  return both;
}

void merge(Facts& a, const Facts& b) {
  for (const Fact& fact : b) {
    if (std::find(a.begin(), a.end(), fact) == a.end()) a.push_back(fact);
  }
}

TermId Terms::intern(std::u32string key, bool portable) {
  const auto found = ids_.find(key);
  if (found != ids_.end()) return found->second;
  const auto id = static_cast<TermId>(entries_.size());
  ids_.emplace(key, id);
  entries_.push_back({std::move(key), portable});
  return id;
}

TermId Terms::row(uint32_t variable) {
  return intern({as_key(ir::Op::row), variable}, variable <= 1 || variable == item_variable);
}

TermId Terms::field(TermId object, uint32_t column) {
  if (object == no_term) return no_term;
  return intern({as_key(ir::Op::field), column, object}, entries_[object].portable);
}

uint32_t Terms::constant(const ir::Expr& node) {
  std::string text;
  const Value& value = node.value;
  switch (value.kind()) {
  case ValueKind::boolean: text = value.boolean() ? "b1" : "b0"; break;
  case ValueKind::number: text = "n" + value.number().exact_text(); break;
  case ValueKind::money: text = "m" + value.money().exact_text(); break;
  case ValueKind::text: text = "t" + value.text(); break;
  case ValueKind::date: text = "d" + std::to_string(value.date().days); break;
  case ValueKind::duration:
    text = "u" + std::to_string(value.duration().months) + "," + std::to_string(value.duration().days) + "," +
           std::to_string(value.duration().seconds);
    break;
  case ValueKind::datetime: text = "i" + std::to_string(value.datetime().packed()); break;
  case ValueKind::datetime_period:
    text = "o" + std::to_string(value.datetime_period().start.packed()) + "," +
           std::to_string(value.datetime_period().end.packed());
    break;
  case ValueKind::period:
    text = "p" + std::to_string(value.period().start.days) + "," + std::to_string(value.period().end.days);
    break;
  case ValueKind::codes: text = "c" + value.codes(); break;
  case ValueKind::quantity: text = "q" + value.quantity().text(); break;
  case ValueKind::enumeration:
    text = "e" + std::to_string(node.type.target) + "," + std::to_string(value.enumeration());
    break;
  case ValueKind::row:
    text = "r" + std::to_string(node.type.target) + "," + std::to_string(value.row());
    break;
  case ValueKind::missing:
  case ValueKind::fault: break;
  }
  return constants_.emplace(text, static_cast<uint32_t>(constants_.size())).first->second;
}

TermId Terms::of(const ir::Expr& node) {
  switch (node.op) {
  case ir::Op::row: return row(node.variable);
  case ir::Op::field: return field(of(*node.args[0]), node.index);
  case ir::Op::constant: return intern({as_key(ir::Op::constant), constant(node), 0}, true);
  case ir::Op::filter: return no_term;
  case ir::Op::aggregate:
    if (node.args.size() > 1) return no_term;
    break;
  case ir::Op::missing_value:
  case ir::Op::largest:
  case ir::Op::smallest:
  case ir::Op::apportion: return no_term;
  case ir::Op::bound: return row(node.variable);
  default: break;
  }
  // What is known in one unit need not be known in another.
  const uint32_t index =
      node.op == ir::Op::in_unit
          ? constants_.emplace("unit " + node.text, static_cast<uint32_t>(constants_.size())).first->second
          : node.index;
  std::u32string key = {as_key(node.op), index, node.mode};
  bool portable = true;
  for (const ir::ExprPtr& argument : node.args) {
    const TermId term = of(*argument);
    if (term == no_term) return no_term;
    portable = portable && entries_[term].portable;
    key.push_back(term);
  }
  return intern(std::move(key), portable);
}

TermId Terms::pair(ir::Op op, TermId a, TermId b) {
  if (a == no_term || b == no_term) return no_term;
  return intern({as_key(op), ir::none, 0, a, b}, entries_[a].portable && entries_[b].portable);
}

TermId Terms::parent(TermId term) const {
  const std::u32string& key = entries_[term].key;
  if (key[0] == as_key(ir::Op::in_unit)) return static_cast<TermId>(key[operands_begin(key)]);
  return key[0] == as_key(ir::Op::field) ? static_cast<TermId>(key[2]) : no_term;
}

uint32_t Terms::column(TermId term) const {
  const std::u32string& key = entries_[term].key;
  return key[0] == as_key(ir::Op::field) ? static_cast<uint32_t>(key[1]) : ir::none;
}

TermId Terms::replace_row(TermId term, uint32_t variable, TermId target) {
  if (term == no_term) return no_term;
  const std::u32string key = entries_[term].key;
  if (key[0] == as_key(ir::Op::row)) return key[1] == variable ? target : term;
  std::u32string replaced = key.substr(0, operands_begin(key));
  bool portable = true;
  for (size_t i = operands_begin(key); i < key.size(); ++i) {
    const TermId operand = replace_row(static_cast<TermId>(key[i]), variable, target);
    if (operand == no_term) return no_term;
    portable = portable && entries_[operand].portable;
    replaced.push_back(operand);
  }
  if (!short_form(key) && key.size() == operands_begin(key)) return term;
  return intern(std::move(replaced), portable);
}

Facts Terms::replace_row(const Facts& facts, uint32_t variable, TermId target) {
  Facts result;
  if (target == no_term) return result;
  result.reserve(facts.size());
  for (const Fact& fact : facts) {
    const TermId term = replace_row(fact.term, variable, target);
    if (term != no_term) result.push_back({fact.kind, term});
  }
  return result;
}

Facts Terms::portable(const Facts& facts) const {
  Facts result;
  for (const Fact& fact : facts) {
    if (portable(fact.term)) result.push_back(fact);
  }
  return result;
}

}  // namespace merit
