#include "runtime/explain/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "runtime/data/value_text.h"
#include "runtime/explain/criterion.h"
#include "runtime/explain/explanation_words.h"
#include "runtime/ir/subjects.h"
#include "runtime/values/share.h"

namespace merit {

using ir::AggregateMode;
using ir::Expr;
using ir::Op;

std::string source_place(const ir::Program& program, const Span& span) {
  if (!program.files || span.file == 0 || span.file >= program.files->size()) return {};
  const SourceFile& file = (*program.files)[span.file];
  if (file.text.empty()) return file.name;
  return fmt::format("{}:{}", file.name, line_column(file.text, span.begin).line);
}

std::string first_sentence(std::string doc) {
  std::replace(doc.begin(), doc.end(), '\n', ' ');
  const size_t end = doc.find(". ");
  return end == std::string::npos ? doc : doc.substr(0, end + 1);
}

std::string data_place(const Dataset& data, uint32_t column, uint32_t row) {
  const CellPlace cell = data.place(column, row);
  return cell.file.empty() ? std::string() : fmt::format("{}:{}, {}", cell.file, cell.line, cell.column);
}

namespace {

constexpr size_t longest_text = 100;

class Explainer {
 public:
  Explainer(RowEvaluator& evaluator, const ExplainOptions& options)
      : evaluator_(evaluator), program_(evaluator.program()), options_(options) {}

  /// One column at one row; `subject` is the row that the reader has in mind, whose name need not be said
  /// again.
  Explanation column(uint32_t index, uint32_t row, std::pair<uint32_t, uint32_t> subject, bool deep) {
    const ir::Column& shape = program_.columns[index];
    const Value value = evaluator_.value(index, row);
    Explanation result;
    result.label = shape.name;
    if (shape.entity != 0 && subject != std::pair(shape.entity, row))
      result.label += fmt::format(" of {} {}", program_.entities[shape.entity].name,
                                  evaluator_.key_text(shape.entity, row));
    set_value(result, shape.type, value);
    result.title = first_sentence(shape.doc);
    if (shape.kind == ir::ColumnKind::stored) {
      result.kind = Explanation::Kind::fact;
      result.place = data_place(evaluator_.data(), index, row);
      return result;
    }
    if (shape.kind == ir::ColumnKind::constant) {
      result.kind = Explanation::Kind::cell;
      const auto& places = program_.entities[shape.entity].row_spans;
      result.place = source_place(program_, row < places.size() ? places[row] : shape.span);
      return result;
    }
    result.place = source_place(program_, shape.span);
    if (!shape.body) return result;
    result.text = written_text(*shape.body);
    if (result.text == result.value) result.text.clear();
    if (!deep) return result;
    if (!seen_.emplace(index, row).second) {
      result.kind = Explanation::Kind::repeated;
      return result;
    }
    RowEvaluator::Scope scope = evaluator_.scope(index, row);
    parts(*shape.body, scope, {shape.entity, row}, deep, result.parts);
    return result;
  }

  Explanation payment(uint32_t index, uint32_t row) {
    const ir::Payment& shape = program_.payments[index];
    Explanation result;
    result.label = fmt::format("{} of {} {}", shape.name, program_.entities[shape.entity].name,
                               evaluator_.key_text(shape.entity, row));
    const ir::Column& paid = program_.columns[shape.steps.back()];
    set_value(result, paid.type, evaluator_.value(shape.steps.back(), row));
    result.title = first_sentence(shape.doc);
    result.place = source_place(program_, shape.span);
    // Why it applies matters least where it does, and most where it does not.
    bool applies = true;
    if (shape.applies != ir::none) {
      const Value holds = evaluator_.value(shape.applies, row);
      applies = holds.is_known() && holds.boolean();
    }
    if (!applies) result.parts.push_back(condition(shape, row));
    // Each step in the order of the text; what an earlier step explained is not repeated under a later one.
    for (const uint32_t step : shape.steps) {
      Explanation line = column(step, row, {shape.entity, row}, true);
      if (line.kind == Explanation::Kind::repeated) line.kind = Explanation::Kind::definition;
      result.parts.push_back(std::move(line));
    }
    if (applies && shape.applies != ir::none) result.parts.push_back(condition(shape, row));
    return result;
  }

 private:
  using Subject = std::pair<uint32_t, uint32_t>;

  /// The `where` of a payment.
  Explanation condition(const ir::Payment& shape, uint32_t row) {
    Explanation line = column(shape.applies, row, {shape.entity, row}, true);
    if (program_.columns[shape.applies].hidden) line.label = std::exchange(line.text, {});
    return line;
  }

  /// Does the text have this condition of the cases? The `where` around a block and the direction of `reached
  /// by` are the compiler's.
  static bool is_written(const Expr& condition, const Expr& cases) {
    return condition.span.begin >= cases.span.begin && condition.span.end <= cases.span.end &&
           !(condition.span == cases.span);
  }

  /// A definition's text on one line; none for cases, which stand as lines of their own.
  std::string written_text(const Expr& body) const {
    if (body.op != Op::cases) return ir::one_line(program_, body.span);
    const Expr& last = *body.args.back();
    const bool gate =
        body.args.size() == 3 && body.args[1]->op == Op::missing_value && !is_written(*body.args[0], body);
    return gate ? written_text(last) : std::string();
  }

  void set_value(Explanation& line, const ir::Type& type, const Value& value) {
    line.value = value_text(evaluator_, program_, type, value, TextStyle::people);
    if (value.kind() != ValueKind::number && value.kind() != ValueKind::money) return;
    std::string exact = value.number_or_amount().exact_text();
    if (exact.find('/') != std::string::npos && exact.size() <= longest_text) line.exact = std::move(exact);
  }

  /// What a node of a body rests on, at these rows.
  void parts(const Expr& node, RowEvaluator::Scope& scope, Subject subject, bool deep,
             std::vector<Explanation>& out) {
    switch (node.op) {
    case Op::field: {
      const Value owner = evaluator_.evaluate(*node.args.front(), scope);
      if (node.args.front()->op != Op::row && node.args.front()->op != Op::field)
        parts(*node.args.front(), scope, subject, deep, out);
      if (!owner.is_known()) {
        if (node.args.front()->op == Op::field) parts(*node.args.front(), scope, subject, deep, out);
        return;
      }
      const ir::Column& target = program_.columns[node.index];
      if (target.hidden && target.body) {  // made by the compiler: what it rests on stands here
        RowEvaluator::Scope inside = evaluator_.scope(node.index, owner.row());
        parts(*target.body, inside, subject, deep, out);
        return;
      }
      push(out, column(target.hidden ? written_column(node.index) : node.index, owner.row(), subject, deep));
      return;
    }
    case Op::in_value_set: {
      parts(*node.args.front(), scope, subject, deep, out);
      const Value codes = evaluator_.evaluate(*node.args.front(), scope);
      if (!codes.is_known()) return;
      for (const auto& [coding, by] : evaluator_.data().value_sets().matches(node.index, codes.codes())) {
        const ir::ValueSet& set = program_.valuesets[by];
        ir::Type text;
        text.kind = ir::TypeKind::text;
        push(out, figure("in " + set.name, text, Value::of_text(coding), first_sentence(set.doc)));
      }
      return;
    }
    case Op::cases: return cases(node, scope, subject, deep, out);
    case Op::logical_and:
    case Op::logical_or:
      for (const auto& arg : node.args) {
        parts(*arg, scope, subject, deep, out);
        const Value value = evaluator_.evaluate(*arg, scope);
        if (!value.is_known() || value.boolean() == (node.op == Op::logical_or)) return;
      }
      return;
    case Op::if_missing:
      parts(*node.args[0], scope, subject, deep, out);
      if (evaluator_.evaluate(*node.args[0], scope).is_missing())
        parts(*node.args[1], scope, subject, deep, out);
      return;
    case Op::aggregate: push(out, aggregate(node, scope, deep)); return;
    case Op::divide:
      if (const std::optional<Rate> found = rate_of(node)) {
        push(out, rate(node, *found, scope));
        return;
      }
      for (const auto& arg : node.args) parts(*arg, scope, subject, deep, out);
      return;
    case Op::largest:
    case Op::smallest: push(out, search(node, scope, subject)); return;
    case Op::apportion: push(out, share(node, scope, subject, deep)); return;
    default:
      for (const auto& arg : node.args) parts(*arg, scope, subject, deep, out);
    }
  }

  /// `rate of MEASURE over C`, of a measure that counts rows: how many meet it of how many.
  struct Rate {
    const ir::Measure* measure;
    uint32_t group;
    uint32_t met;  ///< boolean column
  };

  /// The boolean column of `count of (C where column)`; none where a node is something else.
  static uint32_t counted_column(const Expr& node) {
    if (node.op != Op::aggregate || static_cast<AggregateMode>(node.mode) != AggregateMode::count ||
        node.args.front()->op != Op::filter)
      return ir::none;
    const Expr& condition = *node.args.front()->args[1];
    return condition.op == Op::field && condition.args.front()->op == Op::row ? condition.index : ir::none;
  }

  std::optional<Rate> rate_of(const Expr& node) const {
    const uint32_t met = counted_column(*node.args[0]);
    const uint32_t counted = counted_column(*node.args[1]);
    if (met == ir::none || counted == ir::none) return std::nullopt;
    // A quotient that the author wrote has its parts in it; those of a rate stand in the measure.
    const Span& upper = node.args[0]->span;
    if (upper.file == node.span.file && upper.begin >= node.span.begin && upper.end <= node.span.end)
      return std::nullopt;
    for (const ir::Measure& measure : program_.measures) {
      for (uint32_t group = 0; group < measure.groups.size(); ++group) {
        const std::string& name = measure.groups[group].name;
        const std::string made = "~" + measure.name + (name.empty() ? "" : "." + name) + ".met";
        for (const ir::MeasurePopulation& population : measure.groups[group].populations) {
          if (population.kind == ir::Population::numerator &&
              (population.gated == met || program_.columns[met].name == made))
            return Rate{&measure, group, met};
        }
      }
    }
    return std::nullopt;
  }

  /// " of patient m024", of a row that is no subject itself.
  std::string of_subject(const ir::Measure& measure, uint32_t row) {
    const std::vector<uint32_t> links = ir::subject_links(program_, measure);
    for (const uint32_t link : links) {
      const Value target = evaluator_.value(link, row);
      if (!target.is_known()) return {};
      row = target.row();
    }
    if (links.empty()) return {};
    const uint32_t entity = program_.columns[links.back()].type.target;
    return fmt::format(" of {} {}", program_.entities[entity].name, evaluator_.key_text(entity, row));
  }

  /// The rows that stand in the way of a better rate, each with the lines that it does not meet; where lower
  /// is better those that meet it. What is as it should be is counted.
  Explanation rate(const Expr& node, const Rate& of, RowEvaluator::Scope& scope) {
    Explanation result;
    result.kind = Explanation::Kind::aggregate;
    result.label = ir::one_line(program_, node.span);
    if (!result.label.starts_with("rate of")) result.label = "rate of " + of.measure->name;  // over all rows
    set_value(result, node.type, evaluator_.evaluate(node, scope));
    result.place = source_place(program_, node.span);
    const RowEvaluator::Collection counted = evaluator_.members(*node.args[1]->args.front(), scope);
    const uint32_t entity = of.measure->entity;
    const ir::Entity& shape = program_.entities[entity];
    uint32_t criteria = ir::none;
    for (const ir::MeasurePopulation& population : of.measure->groups[of.group].populations) {
      if (population.kind == ir::Population::numerator) criteria = population.criteria;
    }
    const bool lower = of.measure->lower_is_better;
    size_t met = 0;
    size_t open = 0;
    for (const RowEvaluator::Member& member : counted.members) {
      if (member.row == ir::none || member.fault) continue;
      const Value value = evaluator_.value(of.met, member.row);
      const bool holds = value.is_known() && value.boolean();
      met += holds ? 1 : 0;
      if (holds != lower || ++open > options_.members) continue;
      Explanation line;
      line.kind = Explanation::Kind::row;
      line.label = fmt::format("{} {}", shape.name, evaluator_.key_text(entity, member.row)) +
                   of_subject(*of.measure, member.row);
      if (criteria != ir::none) {
        line.value =
            (lower ? "met: " : "not met: ") + criterion_lines(evaluator_, criteria, member.row, lower);
        line.place = source_place(program_, program_.columns[criteria].span);
      }
      result.parts.push_back(std::move(line));
    }
    if (open > options_.members) {
      Explanation more;
      more.kind = Explanation::Kind::more;
      more.label = fmt::format("and {} more {}", open - options_.members, shape.plural);
      result.parts.push_back(std::move(more));
    }
    const std::string& group = of.measure->groups[of.group].name;
    result.title = fmt::format("{}{}: {} of {} {}", of.measure->name, group.empty() ? "" : "." + group, met,
                               counted.members.size(), shape.plural);
    return result;
  }

  /// The column of a table that a constant of the compiler's was made of: `rate` of `~rate.slope`.
  uint32_t written_column(uint32_t hidden) const {
    const ir::Column& made = program_.columns[hidden];
    for (const uint32_t column : program_.entities[made.entity].columns) {
      const std::string& name = program_.columns[column].name;
      if (made.name.starts_with("~" + name + ".")) return column;
    }
    return hidden;
  }

  void cases(const Expr& node, RowEvaluator::Scope& scope, Subject subject, bool deep,
             std::vector<Explanation>& out) {
    bool any_written = false;
    for (size_t pair = 0; pair < node.args.size() / 2; ++pair) {
      const Expr& condition = *node.args[2 * pair];
      // A condition that the text does not have is no line of its own; what it rests on is.
      const bool written = is_written(condition, node);
      any_written = any_written || written;
      const Value holds = evaluator_.evaluate(condition, scope);
      const bool applies = holds.is_known() && holds.boolean();
      if (!applies && holds.is_known() && !(options_.all_cases && written)) continue;
      if (written) {
        Explanation line;
        line.kind = applies ? Explanation::Kind::chosen : Explanation::Kind::refused;
        line.label = ir::one_line(program_, condition.span);
        set_value(line, condition.type, holds);
        line.place = source_place(program_, condition.span);
        parts(condition, scope, subject, deep, line.parts);
        out.push_back(std::move(line));
      } else {
        parts(condition, scope, subject, deep, out);
      }
      if (applies) parts(*node.args[2 * pair + 1], scope, subject, deep, out);
      if (applies || !holds.is_known()) return;
    }
    if (node.args.size() % 2 == 0) return;
    if (any_written) {
      Explanation line;
      line.kind = Explanation::Kind::chosen;
      line.label = "otherwise";
      line.place = source_place(program_, node.args.back()->span);
      line.text = ir::one_line(program_, node.args.back()->span);
      out.push_back(std::move(line));
    }
    parts(*node.args.back(), scope, subject, deep, out);
  }

  /// A line of a calculation that has no place of its own in the text.
  Explanation figure(std::string label, const ir::Type& type, const Value& value, std::string title = {}) {
    Explanation line;
    line.kind = Explanation::Kind::member;
    line.label = std::move(label);
    set_value(line, type, value);
    line.title = std::move(title);
    return line;
  }

  /// What was compared at the answer, and at the next step, which is one too far.
  Explanation search(const Expr& node, RowEvaluator::Scope& scope, Subject subject) {
    Explanation result;
    result.kind = Explanation::Kind::aggregate;
    result.label = ir::one_line(program_, node.span);
    const Value found = evaluator_.evaluate(node, scope);
    set_value(result, node.type, found);
    result.place = source_place(program_, node.span);
    for (size_t i = 0; i < 3; ++i) parts(*node.args[i], scope, subject, false, result.parts);
    if (!found.is_known()) return result;
    const Value step = evaluator_.evaluate(*node.args[2], scope);
    const Number next = node.op == Op::largest ? found.number_or_amount() + step.number_or_amount()
                                               : found.number_or_amount() - step.number_or_amount();
    const bool money = node.type.kind == ir::TypeKind::money;
    const Expr& condition = *node.args[3];
    for (const Value& tried : {found, money ? Value::of_money(next) : Value::of_number(next)}) {
      scope.bound[node.variable] = tried;
      const Value holds = evaluator_.evaluate(condition, scope);
      if (!holds.is_known()) continue;
      const std::string with = value_text(evaluator_, program_, node.type, tried, TextStyle::people);
      const bool compared = condition.op >= Op::equal && condition.op <= Op::greater_equal;
      Explanation line;
      line.kind = Explanation::Kind::member;
      line.label = fmt::format("with {}, {}", with, ir::one_line(program_, condition.span));
      set_value(line, condition.type, holds);
      for (size_t side = 0; compared && side < 2; ++side) {
        const Expr& operand = *condition.args[side];
        if (operand.op == Op::constant) continue;
        line.parts.push_back(
            figure(ir::one_line(program_, operand.span), operand.type, evaluator_.evaluate(operand, scope)));
      }
      result.parts.push_back(std::move(line));
    }
    scope.bound.erase(node.variable);
    return result;
  }

  /// The exact part, what it is rounded down to, and whether one of the left-over steps went here.
  Explanation share(const Expr& node, RowEvaluator::Scope& scope, Subject subject, bool deep) {
    Explanation result;
    result.kind = Explanation::Kind::aggregate;
    result.label = ir::one_line(program_, node.span);
    set_value(result, node.type, evaluator_.evaluate(node, scope));
    result.place = source_place(program_, node.span);
    const uint32_t entity = node.args.front()->type.target;
    parts(*node.args[2], scope, subject, deep, result.parts);
    const RowEvaluator::Apportionment shared = evaluator_.apportionment(node, scope);
    if (shared.own >= shared.parts.size()) return result;
    const size_t count = shared.rows.size();
    result.title = fmt::format(
        "{} {}", count, count == 1 ? program_.entities[entity].name : program_.entities[entity].plural);
    Number sum = 0;
    for (const Number& weight : shared.weights) sum += weight;
    const ir::Type& weight_type = node.args[4]->type;
    const auto of = [](const ir::Type& type, const Number& number) {
      return type.kind == ir::TypeKind::money ? Value::of_money(number) : Value::of_number(number);
    };
    const Number& own = shared.weights[shared.own];
    const std::string weight = ir::one_line(program_, node.args[4]->span);
    result.parts.push_back(figure(weight, weight_type, of(weight_type, own)));
    result.parts.push_back(figure("sum of " + weight, weight_type, of(weight_type, sum)));
    if (sum.is_zero()) return result;
    ir::Type exact_type = node.type;
    exact_type.step.reset();
    const Number& step = shared.step.number_or_amount();
    const Number exact = shared.total.number_or_amount() * own / sum;
    const Number whole = round_to(exact, step, RoundingMode::floor);
    result.parts.push_back(figure("exact share", exact_type, of(exact_type, exact)));
    result.parts.push_back(figure("rounded down", node.type, of(node.type, whole)));
    const Number given = shared.parts[shared.own] - whole;
    uint64_t more = 0;
    bool tie = false;
    for (size_t i = 0; i < count; ++i) {
      const Number each = shared.total.number_or_amount() * shared.weights[i] / sum;
      const Number low = round_to(each, step, RoundingMode::floor);
      more += shared.parts[i] > each ? 1 : 0;
      tie = tie || (each - low == exact - whole && shared.parts[i] - low != given);
    }
    const std::vector<uint32_t> equal = tie ? equal_claims(node, scope, shared) : std::vector<uint32_t>();
    std::string order;
    for (size_t key = 5; tie && key < node.args.size(); ++key)
      order += (key == 5 ? "; a tie, decided by " : ", ") + ir::one_line(program_, node.args[key]->span);
    if (!equal.empty()) order += ", and where that is the same by key" + also_equal(entity, equal);
    result.parts.push_back(
        figure("of what was left over", node.type, of(node.type, given),
               fmt::format("{} of {} rounded up, those with the greatest remainders{}", more, count, order)));
    return result;
  }

  /// "; equal to it: result 7, result 9 and 2 more".
  std::string also_equal(uint32_t entity, const std::vector<uint32_t>& rows) {
    constexpr size_t most = 3;
    std::string text = "; equal to it:";
    for (size_t i = 0; i < std::min(most, rows.size()); ++i) {
      text += fmt::format("{} {} {}", i > 0 ? "," : "", program_.entities[entity].name,
                          evaluator_.key_text(entity, rows[i]));
    }
    if (rows.size() > most) text += fmt::format(" and {} more", rows.size() - most);
    return text;
  }

  std::vector<Value> keys_at(const Expr& node, size_t first_key, RowEvaluator::Scope& scope, uint32_t row) {
    if (scope.rows.size() <= node.variable) scope.rows.resize(node.variable + 1);
    scope.rows[node.variable] = row;
    std::vector<Value> keys;
    for (size_t key = first_key; key < node.args.size(); ++key)
      keys.push_back(evaluator_.evaluate(*node.args[key], scope));
    return keys;
  }

  static bool same_keys(const Expr& node, const std::vector<Value>& a, const std::vector<Value>& b) {
    return !before_by_keys(a, b, node.descending) && !before_by_keys(b, a, node.descending);
  }

  /// The members with the remainder and the tie keys of the own row that were treated otherwise.
  std::vector<uint32_t> equal_claims(const Expr& node, RowEvaluator::Scope& scope,
                                     const RowEvaluator::Apportionment& shared) {
    Number sum = 0;
    for (const Number& weight : shared.weights) sum += weight;
    const auto claim = [&](size_t member) {
      const Number exact = shared.total.number_or_amount() * shared.weights[member] / sum;
      const Number low = round_to(exact, shared.step.number_or_amount(), RoundingMode::floor);
      return std::pair(exact - low, shared.parts[member] - low);
    };
    const auto own = claim(shared.own);
    const std::vector<Value> keys = keys_at(node, 5, scope, shared.rows[shared.own]);
    std::vector<uint32_t> equal;
    for (size_t i = 0; i < shared.rows.size(); ++i) {
      const auto other = claim(i);
      if (other.first == own.first && other.second != own.second &&
          same_keys(node, keys, keys_at(node, 5, scope, shared.rows[i])))
        equal.push_back(shared.rows[i]);
    }
    return equal;
  }

  /// "; a tie, decided by key; equal to it: …" of the row that `latest of …` took.
  std::string tie_text(const Expr& node, RowEvaluator::Scope& scope,
                       const RowEvaluator::Collection& collection, uint32_t taken) {
    const std::vector<Value> keys = keys_at(node, 1, scope, taken);
    std::vector<uint32_t> equal;
    for (const RowEvaluator::Member& member : collection.members) {
      if (member.row != taken && same_keys(node, keys, keys_at(node, 1, scope, member.row)))
        equal.push_back(member.row);
    }
    if (equal.empty()) return {};
    return "; a tie, decided by key" + also_equal(node.args.front()->type.target, equal);
  }

  Explanation aggregate(const Expr& node, RowEvaluator::Scope& scope, bool deep) {
    Explanation result;
    result.kind = Explanation::Kind::aggregate;
    result.label = ir::one_line(program_, node.span);
    set_value(result, node.type, evaluator_.evaluate(node, scope));
    result.place = source_place(program_, node.span);
    const RowEvaluator::Collection collection = evaluator_.members(*node.args.front(), scope);
    const uint32_t entity = node.args.front()->type.target;
    const auto mode = static_cast<AggregateMode>(node.mode);
    const Expr* value = node.args.size() > 1 ? node.args[1].get() : nullptr;
    const size_t count = collection.members.size();
    result.title = fmt::format(
        "{} {}", count, count == 1 ? program_.entities[entity].name : program_.entities[entity].plural);
    const Value taken = mode == AggregateMode::first ? evaluator_.evaluate(node, scope) : Value();
    if (taken.is_known()) result.title += tie_text(node, scope, collection, taken.row());
    // Of many rows the values alone: nobody reads a thousand trees.
    const bool members_deep = deep && count <= options_.members;
    uint32_t shown = 0;
    for (const RowEvaluator::Member& member : collection.members) {
      if (shown == options_.members) {
        Explanation more;
        more.kind = Explanation::Kind::more;
        more.label = fmt::format("and {} more {}", count - shown, program_.entities[entity].plural);
        result.parts.push_back(std::move(more));
        break;
      }
      ++shown;
      Explanation line;
      line.kind = Explanation::Kind::member;
      line.label = member.row == ir::none ? program_.entities[entity].name
                                          : fmt::format("{} {}", program_.entities[entity].name,
                                                        evaluator_.key_text(entity, member.row));
      if (member.fault) {
        line.value = "fault: " + member.fault->message;
      } else if (value != nullptr && mode != AggregateMode::the) {
        if (scope.rows.size() <= node.variable) scope.rows.resize(node.variable + 1);
        scope.rows[node.variable] = member.row;
        set_value(line, value->type, evaluator_.evaluate(*value, scope));
        if (members_deep) parts(*value, scope, {entity, member.row}, true, line.parts);
        // A member whose value is one of its own columns: that column's parts stand under it at once.
        if (line.parts.size() == 1 && line.parts.front().value == line.value) {
          Explanation only = std::move(line.parts.front());
          line.parts = std::move(only.parts);
          line.place = std::move(only.place);
          line.text = std::move(only.text);
          if (only.kind == Explanation::Kind::repeated) line.kind = only.kind;
        }
      }
      result.parts.push_back(std::move(line));
    }
    return result;
  }

  /// The same line twice among one node's parts says nothing more.
  static void push(std::vector<Explanation>& out, Explanation line) {
    const bool there = std::any_of(out.begin(), out.end(), [&](const Explanation& other) {
      return other.label == line.label && other.place == line.place;
    });
    if (!there) out.push_back(std::move(line));
  }

  RowEvaluator& evaluator_;
  const ir::Program& program_;
  const ExplainOptions& options_;
  std::set<std::pair<uint32_t, uint32_t>> seen_;
};

}  // namespace

Explanation explain(RowEvaluator& evaluator, uint32_t column, uint32_t row, const ExplainOptions& options) {
  return Explainer(evaluator, options).column(column, row, {ir::none, ir::none}, true);
}

Explanation explain_payment(RowEvaluator& evaluator, uint32_t payment, uint32_t row,
                            const ExplainOptions& options) {
  return Explainer(evaluator, options).payment(payment, row);
}

}  // namespace merit
