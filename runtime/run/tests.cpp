#include "runtime/run/tests.h"

#include <fmt/format.h>

#include "runtime/data/value_text.h"
#include "runtime/explain/row_evaluator.h"
#include "runtime/run/test_data.h"

namespace merit {

namespace {

class TestRun {
 public:
  TestRun(const ir::Program& program, const ir::Test& test, std::shared_ptr<const ValueSets> value_sets)
      : program_(program), test_(test), data_(program, test, std::move(value_sets)),
        evaluation_(data_.dataset(), settings(test)) {}

  TestOutcome run() {
    outcome_.title = test_.title;
    outcome_.span = test_.span;
    for (const TestData::Problem& problem : data_.problems()) {
      outcome_.failures.push_back({problem.span, "", "", "", "", "", problem.message});
    }
    if (!outcome_.failures.empty()) return std::move(outcome_);
    for (const ir::TestRows& rows : test_.expected) {
      for (const std::vector<ir::TestCell>& row : rows.rows) expect_row(rows, row);
    }
    for (const uint32_t condition : test_.conditions) expect_condition(condition);
    return std::move(outcome_);
  }

 private:
  static Overrides settings(const ir::Test& test) {
    Overrides overrides;
    for (const ir::TestSetting& setting : test.settings)
      overrides.emplace_back(setting.column, setting.value);
    return overrides;
  }

  bool links_to_data(const ir::Type& type) const {
    return type.kind == ir::TypeKind::link && program_.entities[type.target].kind == ir::EntityKind::data;
  }

  // A cell's value as the evaluator would have it; nothing when it names a row that there is not.
  std::optional<Value> expected_value(const ir::Type& type, const ir::TestCell& cell) {
    const Value& value = cell.value;
    if (type.kind != ir::TypeKind::link || value.kind() == ValueKind::row) return value;
    if (links_to_data(type)) {
      const std::optional<uint32_t> row = data_.linked_row(type.target, cell);
      return row ? std::optional(Value::of_row(*row)) : std::nullopt;
    }
    return value;
  }

  // As the author wrote it.
  std::string expected_text(const ir::Type& type, const ir::TestCell& cell) {
    std::vector<Value> all{cell.value};
    all.insert(all.end(), cell.more.begin(), cell.more.end());
    std::span<const Value> parts = all;
    return expected_text(type, parts);
  }

  std::string expected_text(const ir::Type& type, std::span<const Value>& parts) {
    if (parts.empty()) return "";
    const Value& value = parts.front();
    if (links_to_data(type) && value.kind() != ValueKind::row) {
      std::string text;
      for (const uint32_t key : program_.entities[type.target].keys)
        text += (text.empty() ? "" : ", ") + expected_text(program_.columns[key].type, parts);
      return text;
    }
    parts = parts.subspan(1);
    return value_text(evaluation_, program_, type, value, TextStyle::people);
  }

  void fail(Span span, std::string message) {
    outcome_.failures.push_back({span, "", "", "", "", "", std::move(message)});
  }

  std::optional<uint32_t> find_row(const ir::TestRows& rows, const std::vector<ir::TestCell>& cells) {
    const ir::Entity& entity = program_.entities[rows.entity];
    if (entity.kind == ir::EntityKind::program) return 0;
    std::vector<std::pair<uint32_t, Value>> wanted;
    std::string key;
    Span span = rows.span;
    bool there = true;
    for (const ir::TestCell& cell : cells) {
      const ir::Column& column = program_.columns[cell.column];
      if (!column.key || cell.state != ir::TestCell::State::known) continue;
      if (wanted.empty() && key.empty()) span = cell.span;
      key += (key.empty() ? "" : ", ") + expected_text(column.type, cell);
      if (const std::optional<Value> value = expected_value(column.type, cell)) {
        wanted.emplace_back(cell.column, *value);
      } else {
        there = false;
      }
    }
    std::vector<uint32_t> found;
    const uint32_t count = there ? evaluation_.rows(rows.entity) : 0;
    for (uint32_t row = 0; row < count && found.size() < 2; ++row) {
      bool same = true;
      for (const auto& [column, value] : wanted) same = same && evaluation_.value(column, row) == value;
      if (same) found.push_back(row);
    }
    if (found.size() == 1) return found[0];
    if (found.empty()) {
      fail(span,
           fmt::format("There is no {} {} in this test: neither is it given nor does a given row link to it.",
                       entity.name, key));
    } else {
      fail(span, fmt::format("More than one {} goes with {}: give all parts of its key.", entity.name,
                             key.empty() ? "this row" : key));
    }
    return std::nullopt;
  }

  void expect_row(const ir::TestRows& rows, const std::vector<ir::TestCell>& cells) {
    const std::optional<uint32_t> row = find_row(rows, cells);
    if (!row) return;
    for (const ir::TestCell& cell : cells) {
      const ir::Column& column = program_.columns[cell.column];
      const bool names_row = column.key && cell.state == ir::TestCell::State::known;
      if (cell.state == ir::TestCell::State::not_given || names_row) continue;
      ++outcome_.checks;
      const Value actual = evaluation_.value(cell.column, *row);
      if (!agrees(column.type, cell, actual)) report(rows.entity, *row, cell, actual);
    }
  }

  bool agrees(const ir::Type& type, const ir::TestCell& cell, const Value& actual) {
    switch (cell.state) {
    case ir::TestCell::State::missing: return actual.is_missing();
    case ir::TestCell::State::fault: return actual.is_fault();
    case ir::TestCell::State::known: {
      const std::optional<Value> expected = expected_value(type, cell);
      return expected && actual == *expected;
    }
    case ir::TestCell::State::not_given: break;
    }
    return true;
  }

  void report(uint32_t entity, uint32_t row, const ir::TestCell& cell, const Value& actual) {
    const ir::Column& column = program_.columns[cell.column];
    TestFailure failure;
    failure.span = cell.span;
    failure.column = column.name;
    if (entity != 0) {
      failure.row = program_.entities[entity].name + " " + evaluation_.key_text(entity, row);
    }
    switch (cell.state) {
    case ir::TestCell::State::missing: failure.expected = "missing"; break;
    case ir::TestCell::State::fault: failure.expected = "a fault"; break;
    default: failure.expected = expected_text(column.type, cell);
    }
    failure.actual = value_text(evaluation_, program_, column.type, actual, TextStyle::people);
    if (actual.kind() == ValueKind::number || actual.kind() == ValueKind::money) {
      const Number& number = actual.number_or_amount();
      if (number.decimal_text(6) != number.exact_text()) failure.exact = number.exact_text();
    }
    failure.message =
        fmt::format("`{}`{}{} should be {}, but is {}{}.", column.name, entity == 0 ? "" : " of ",
                    failure.row, failure.expected, actual.is_fault() ? "a " + failure.actual : failure.actual,
                    failure.exact.empty() ? "" : fmt::format(" (exactly {})", failure.exact));
    outcome_.failures.push_back(std::move(failure));
  }

  void expect_condition(uint32_t condition) {
    ++outcome_.checks;
    const Value actual = evaluation_.value(condition, 0);
    if (actual.is_known() && actual.boolean()) return;
    TestFailure failure;
    const ir::Column& column = program_.columns[condition];
    failure.span = column.body ? column.body->span : column.span;
    failure.expected = "yes";
    failure.actual = value_text(evaluation_, program_, column.type, actual, TextStyle::people);
    failure.message = actual.is_known() ? "This should hold, but does not."
                                        : fmt::format("This should hold, but is {}{}.",
                                                      actual.is_fault() ? "a " : "", failure.actual);
    if (actual.is_known() && column.body) explain_condition(condition, *column.body, failure);
    outcome_.failures.push_back(std::move(failure));
  }

  struct Side {
    const ir::Expr* node;
    Value value;
    std::string text;
  };

  Side side(uint32_t condition, const ir::Expr& node) {
    RowEvaluator::Scope scope = evaluation_.scope(condition, 0);
    Side result{&node, evaluation_.evaluate(node, scope), {}};
    result.text = value_text(evaluation_, program_, node.type, result.value, TextStyle::people);
    if (result.value.is_fault()) result.text = "a " + result.text;
    return result;
  }

  static bool is_comparison(ir::Op op) {
    return op == ir::Op::equal || op == ir::Op::not_equal || op == ir::Op::less || op == ir::Op::less_equal ||
           op == ir::Op::greater || op == ir::Op::greater_equal;
  }

  /// Of a comparison that does not hold: what both sides are. The compiler asks first whether they are known
  /// where they may be missing.
  void explain_condition(uint32_t condition, const ir::Expr& body, TestFailure& failure) {
    const auto asks = [](const ir::Expr& asked, const ir::Expr& used) {
      return asked.op == ir::Op::is_known && asked.args[0]->span == used.span;
    };
    const bool joined = body.op == ir::Op::logical_and;
    const ir::Expr& last = joined ? *body.args.back() : body;
    if (joined && body.args.size() == 2 && asks(*body.args[0], last)) {
      const Side asked = side(condition, *body.args[0]->args[0]);
      if (!asked.value.is_missing()) return;
      failure.actual = asked.text;
      failure.message = fmt::format("This should hold, but is {}.", asked.text);
      return;
    }
    if (!is_comparison(last.op)) return;
    std::vector<Side> sides;
    for (size_t i = 0; i < 2; ++i) {
      const ir::Expr* node = last.args[i].get();
      if (joined) {
        if (body.args.size() != 3 || !asks(*body.args[i], *node)) return;
        node = body.args[i]->args[0].get();
      }
      sides.push_back(side(condition, *node));
    }
    if (sides[0].text == sides[1].text && !(sides[0].value == sides[1].value)) {
      // What is rounded for people looks the same.
      for (Side& each : sides) {
        const ValueKind kind = each.value.kind();
        if (kind != ValueKind::number && kind != ValueKind::money) continue;
        const Number& number = each.value.number_or_amount();
        if (number.decimal_text(6) != number.exact_text())
          each.text += fmt::format(" (exactly {})", number.exact_text());
      }
    }
    const auto is_plain = [](const Side& each) { return each.node->op == ir::Op::constant; };
    if (last.op == ir::Op::equal && is_plain(sides[0]) && !is_plain(sides[1])) std::swap(sides[0], sides[1]);
    failure.actual = sides[0].text;
    if (last.op == ir::Op::equal) {
      failure.expected = sides[1].text;
      failure.message = fmt::format("This should be {}, but is {}.", sides[1].text, sides[0].text);
    } else {
      failure.message = fmt::format("This should hold, but the left side is {} and the right side is {}.",
                                    sides[0].text, sides[1].text);
    }
  }

  const ir::Program& program_;
  const ir::Test& test_;
  TestData data_;
  RowEvaluator evaluation_;
  TestOutcome outcome_;
};

}  // namespace

std::vector<TestOutcome> run_tests(const ir::Program& program, const std::string& wanted,
                                   const std::shared_ptr<const ValueSets>& value_sets) {
  std::vector<TestOutcome> outcomes;
  for (const ir::Test& test : program.tests) {
    if (test.title.find(wanted) == std::string::npos) continue;
    outcomes.push_back(TestRun(program, test, value_sets).run());
  }
  return outcomes;
}

std::vector<uint32_t> columns_of_tests(const ir::Program& program, const std::string& wanted) {
  std::vector<uint32_t> columns;
  for (const ir::Test& test : program.tests) {
    if (test.title.find(wanted) == std::string::npos) continue;
    columns.insert(columns.end(), test.conditions.begin(), test.conditions.end());
    for (const ir::TestRows& rows : test.expected) {
      for (const std::vector<ir::TestCell>& row : rows.rows) {
        for (const ir::TestCell& cell : row) columns.push_back(cell.column);
      }
    }
  }
  return columns;
}

}  // namespace merit
