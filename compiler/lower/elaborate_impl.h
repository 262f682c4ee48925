#pragma once
// The inside of the elaborator, shared by its passes (elaborate_*.cpp); nobody else includes it.
//
// An expression becomes a Typed: the node, with its type, and the facts that its truth or failure would
// establish. A Typed without a node is broken: it was reported, and nothing that depends on it is reported
// again.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "compiler/lower/elaborate.h"
#include "compiler/lower/elaborate_terms.h"

namespace merit {

struct StandardFunction;

struct Typed {
  ir::ExprPtr node;
  TermId term = no_term;   ///< set where the node alone does not say what a fact would be about (arguments)
  Facts yes, no;           ///< a condition: what its truth, its failure establishes
  Facts rows;              ///< a collection, a row picked from one: what holds for the row (item_variable)
  std::string_view alias;  ///< a collection `C as NAME`
  uint32_t payment = ir::none;  ///< a payment named without a step
  uint32_t scope = ir::none;    ///< a measure, a group, a result named without one of its values
  bool bare_missing = false;    ///< `missing because …`, which takes the type of its surroundings

  explicit operator bool() const { return node != nullptr; }

  const ir::Type& type() const { return node->type; }
};

/// A row that bare names can mean.
/// A date or a datetime.
constexpr bool is_time(ir::TypeKind kind) {
  return kind == ir::TypeKind::date || kind == ir::TypeKind::datetime;
}

/// Of dates or of datetimes.
constexpr bool is_period(ir::TypeKind kind) {
  return kind == ir::TypeKind::period || kind == ir::TypeKind::datetime_period;
}

constexpr bool is_of_datetimes(ir::TypeKind kind) {
  return kind == ir::TypeKind::datetime || kind == ir::TypeKind::datetime_period;
}

struct RowInSight {
  uint32_t entity = 0;
  ir::ExprPtr node;  ///< the row: a variable, or where a definition with arguments was called on
  std::string_view
      alias;  ///< `C as alias`: the row is meant by its alias alone where another row has the name, too
  uint32_t scope = ir::none;  ///< the measure or group that is said of this row: its names come first
};

/// Rows taken out of sight for a while, with where they stood, the innermost first.
using HiddenRows = std::vector<std::pair<size_t, RowInSight>>;

/// Stands for the value set of an argument in a definition that nobody calls.
inline constexpr uint32_t any_value_set = ir::none - 1;

struct BoundArgument {
  std::string_view name;
  Typed value;
  uint32_t value_set = ir::none;  ///< a value set, which is no value
};

/// What names mean at one place.
struct Scope {
  std::vector<RowInSight> rows;  ///< outermost first
  std::vector<BoundArgument> arguments;
};

/// A column's body under elaboration.
struct Context {
  uint32_t column = ir::none;
  uint32_t payment = ir::none;
  uint32_t as_before = ir::none;
  bool parameter = false;
  const ast::Expr* expectation = nullptr;  ///< what a test expects: where it may be missing, it fails
  bool previous = false;  ///< the rows of `previous of`: the own entity's plural is the same owner's rows
  bool ranking = false;   ///< in the collection of a rank or an apportion: a `where` speaks of its rows alone
  uint32_t next_variable = 2;
  Scope scope;
  Facts established;
  std::vector<std::string> reported;        ///< what was said to be perhaps missing: once for each path
  std::unordered_set<std::string> unknown;  ///< names that mean nothing here: each is said once
  std::vector<uint32_t> inlining;           ///< definitions with arguments, outermost first
  size_t pair_warnings = 0;
  size_t calls = 0;  ///< of definitions with arguments, all written out
};

/// What is known of a column beside its type.
struct ColumnInfo {
  enum class State : uint8_t { untouched, in_progress, done } state = State::untouched;
  bool broken = false;
  bool optional_inside = false;  ///< may be missing even where its row condition holds
  Facts required;                ///< what establishes its row condition
  Facts yes, no, rows;           ///< as of Typed, about row 1
};

struct Elaborator::Impl {
  Impl(model::Model& model, Diagnostics& diagnostics);

  model::Model& model_;
  Diagnostics& diagnostics_;
  Terms terms_;
  std::vector<ColumnInfo> columns_;
  std::vector<bool> function_called_;

  struct Step {
    uint32_t column;
    Span mention;
    bool before = false;  ///< it is needed on the row before
  };

  std::vector<Step> in_progress_;
  Context* context_ = nullptr;
  bool general_conditions_ = false;  ///< some row condition is more than a name or `is known`
  Span namespace_span_;              ///< what stands before the last dot read: a payment there is a namespace
  std::vector<int8_t> total_;        ///< by entity: do its keys cover every combination (-1: not asked yet)?

  // elaborate.cpp: columns
  void column(uint32_t column, Span mention, bool before = false);
  void functions();
  void body(uint32_t column);
  uint32_t group_with_column(uint32_t column) const;
  void union_column(uint32_t column);  // elaborate_order.cpp
  void group_column(uint32_t column, uint32_t entity);
  void see_member(uint32_t entity, Span span);

  /// A link that is a field or leads to a group: what a way from row to row goes by.
  bool is_way(uint32_t column) const {
    const ir::Column& link = column_of(column);
    const bool computed =
        column < model_.column_sources.size() && model_.column_sources[column].body != nullptr;
    return link.type.kind == ir::TypeKind::link && !link.hidden && !computed;
  }

  void finish(uint32_t column, Typed value, Typed condition);
  void report_cycle(uint32_t column, Span mention, bool before);
  void check_paid(uint32_t column, const Typed& value);
  Typed under_row_condition(Typed condition, Typed value, const std::string& outside_reason);

  const ir::Column& column_of(uint32_t column) const { return model_.program.columns[column]; }

  // elaborate_expression.cpp: which pass does what
  /// `hint`: the type that the place expects, for names of rows and values; not enforced.
  Typed expr(const ast::Expr& expr, const ir::Type* hint = nullptr);
  /// One value, not a collection.
  Typed scalar(const ast::Expr& expr, const ir::Type* hint = nullptr);
  /// One value that cannot be missing; `use` says why, in the message ("cannot be compared").
  Typed plain(const ast::Expr& expr, std::string_view code, std::string_view use,
              const ir::Type* hint = nullptr, bool may_miss = false);
  /// A condition: boolean and never missing. `what`: "a condition", "an `ensure`".
  Typed condition(const ast::Expr& expr, std::string_view what = "a condition");
  Typed literal(const ast::Literal& literal, Span span);

  // elaborate_types.cpp: types, coercion, what may be missing
  std::string text(Span span) const;

  std::string type_text(const ir::Type& type) const { return ir::type_text(model_.program, type); }

  std::string kind_text(const ir::Type& type) const;

  std::string entity_name(uint32_t entity) const { return model_.program.entities[entity].name; }

  std::string plural(uint32_t entity) const { return model_.program.entities[entity].plural; }

  static ir::ExprPtr make(ir::Op op, ir::Type type, Span span, std::vector<ir::ExprPtr> args = {});
  static ir::ExprPtr clone(const ir::Expr& node);
  static ir::ExprPtr constant(Value value, ir::Type type, Span span);

  /// The same value where it was established, by other means than a path, that it is known.
  static ir::ExprPtr assumed_known(ir::ExprPtr node);

  TermId term(const Typed& value) { return value.term != no_term ? value.term : terms_.of(*value.node); }

  /// Refuses what may be missing; true when it is fine. Reports one path once in a column.
  bool refuse_missing(const Typed& value, std::string_view code, std::string_view use);
  /// The operand that makes the value perhaps missing: the leftmost.
  static const ir::Expr& cause_of_missing(const ir::Expr& node);
  /// Checks that a value fits a type (an integer fits a number); reports and breaks it otherwise.
  Typed coerce(Typed value, const ir::Type& wanted, Span span, std::string_view place);
  /// The common type of two values (cases, `if missing`, minimum …), without regard to missing; nothing when
  /// there is none.
  static std::optional<ir::Type> common_type(const ir::Type& a, const ir::Type& b);
  static std::optional<Number> common_step(const std::optional<Number>& a, const std::optional<Number>& b);
  void set_missing_type(ir::Expr& node, const ir::Type& type);
  Diagnostic& error(std::string_view code, Span span, std::string message, std::string help = {});

  // elaborate_facts.cpp
  bool established(const Fact& fact);

  bool established(FactKind kind, TermId term) { return established(Fact{kind, term}); }

  /// Adds facts, with what follows from them, until the returned mark is given to `forget`.
  size_t establish(const Facts& facts);

  void forget(size_t mark) { context_->established.resize(mark); }

  /// The facts whose conjunction is exactly this condition.
  void exact_facts(const ir::Expr& condition, Facts& facts);
  Facts truth(const Typed& condition);
  Facts failure(const Typed& condition);

  // elaborate_names.cpp: what a bare name means
  Typed name(const std::string& name, Span span, const ir::Type* hint);
  /// A row of a table or a value of an enumeration, where the type asks for one.
  Typed row_or_value(const std::string& name, Span span, const ir::Type& type);
  std::optional<Typed> name_in_rows(const std::string& name, Span span);
  std::optional<Typed> name_in_program(const std::string& name, Span span);
  Typed use_member(const model::Member& member, const std::string& name, Typed row, Span span);
  const model::Member* member_of(uint32_t entity, const std::string& name) const;
  Typed row_of(const RowInSight& row, Span span) const;
  Typed row_without_name(uint32_t entity, const std::string& name, Span span);

  // elaborate_measures.cpp
  Typed own_field(uint32_t column, Span span);
  void made_body(uint32_t column);
  Typed gated(uint32_t column);
  void gate_parts(uint32_t column, bool holds, std::vector<ir::ExprPtr>& parts) const;
  void check_numerator(uint32_t column);
  Typed composite_part(uint32_t column);
  Typed observation(const model::ColumnSource& source);
  const model::Member* member_of_scope(uint32_t scope, const std::string& name, bool before_dot) const;
  const model::Member* member_of_sight(const RowInSight& row, const std::string& name, Span span) const;
  Typed scope_alone(uint32_t scope, Span span);
  Typed member_of_measure(Typed object, const ast::Name& name, Span span);
  Typed measure_of_other_rows(const model::Scope& block, const ast::Name& name, uint32_t entity, Span span);
  Typed rows_counted(Typed rows, uint32_t entity, const std::string& measure, Span span);
  Typed rows_where(const Typed& rows, uint32_t column, Span span);
  Typed count_where(const Typed& rows, uint32_t column, Span span);
  Typed observed(const Typed& rows, const ir::MeasureObservation& observation, uint32_t counted, Span span);
  Typed side_of_rate(const model::MeasureValue& of, bool upper, const Typed& rows, Span span);
  Typed divided(Typed upper, Typed lower, std::string reason, Span span);
  Typed weighted_rate(const ir::Measure& composite, const Typed& rows, Span span);
  Typed measure_value(const model::MeasureValue& of, const std::string& member, Typed rows, Span span);
  Typed result_value(const ast::MeasureOver& over, const std::string& member, Span span);
  Typed member_of_result(const ast::MeasureOver& over, const ast::Name& name, Span span);
  Typed measure_over(const ast::MeasureOver& over, Span span);
  Typed measure_of_row(Typed row, const std::string& member, Typed rows, Span span);

  // elaborate_unknown.cpp: what to say about a name that means nothing here
  Typed unknown_name(const std::string& name, Span span, const ir::Type* hint);
  Typed unknown_member(const std::string& name, Span span, uint32_t entity, const std::string& object);
  bool wrong_grain(const std::string& name, Span span);
  std::optional<std::string> path_between(uint32_t from, uint32_t to) const;
  std::string aggregate_suggestion(uint32_t column, const std::string& name,
                                   const std::string& collection) const;
  std::vector<std::string> names_in_sight() const;

  // elaborate_paths.cpp: dots, columns, lookups
  Typed member(const ast::Member& member, Span span, const ir::Type* hint);
  Typed member_of_row(Typed row, const ast::Name& name, Span span, const std::string& object);
  Typed member_of_collection(Typed collection, const ast::Name& name, Span span, const std::string& object);
  Typed field(ir::ExprPtr row, uint32_t column, Span span);
  Typed reverse(Typed row, uint32_t child, uint32_t link, Span span);
  Typed through(const ast::Through& through, Span span);
  Typed lookup(uint32_t entity, const std::vector<ast::ExprPtr>& keys, Span span);
  bool is_total(uint32_t entity);

  // elaborate_ranges.cpp: columns headed `linear` and `marginal`
  /// The value of such a column at the key that the row was looked up by.
  Typed scaled(Typed row, uint32_t column, Span span);
  Typed scale_without_key(uint32_t column, Span span);

  // elaborate_calls.cpp: the standard functions, definitions with arguments
  Typed call(const ast::Call& call, Span span, const ir::Type* hint);
  Typed inline_function(uint32_t function, Typed row, const std::vector<ast::ExprPtr>& arguments, Span span);
  std::optional<Typed> standard_function(const std::string& name, const ast::Call& call, Span span);
  bool takes(const StandardFunction& function, const Typed& value, const ast::Expr& written,
             const std::string& name);
  Typed round(const StandardFunction& function, const ast::Call& call, Span span);
  Typed extreme(const StandardFunction& function, const ast::Call& call, Span span);
  Typed clamp(const StandardFunction& function, const ast::Call& call, Span span);
  Typed of_one(const StandardFunction& function, const ast::Call& call, Span span);
  void check_function(uint32_t function);
  Typed lift_missing(const Typed& from, const ir::Type& type, Span span) const;

  // elaborate_arithmetic.cpp
  Typed negate(const ast::Unary& unary, Span span, const ir::Type* hint);
  Typed arithmetic(const ast::Binary& binary, Span span);
  Typed add_or_subtract(const ast::Binary& binary, Typed left, Typed right, Span span);
  Typed multiply(Typed left, Typed right, Span span);
  Typed divide(Typed left, Typed right, Span span);
  Typed power(Typed left, Typed right, Span span);
  static Typed lifted(ir::Op op, ir::Type type, Span span, Typed left, Typed right);

  // elaborate_compare.cpp
  Typed compare(const ast::Binary& binary, Span span, bool expectation);
  /// Both sides of a comparison, names of rows and values by the type of the other.
  std::pair<Typed, Typed> sides(const ast::Expr& left, const ast::Expr& right, bool may_miss = false,
                                bool by_day = false);
  /// The condition, false where one of the two that it needs is missing; they come before it in its node.
  Typed only_if_known(ir::ExprPtr left, ir::ExprPtr right, Typed condition, Span span);
  bool in_scope(const std::string& name) const;
  bool comparable(const Typed& left, const Typed& right, Span left_span, Span right_span, bool ordered);
  Typed comparison(ir::Op op, Typed left, Typed right, Span span);
  void count_facts(Typed& comparison);
  Typed membership(const ast::Binary& binary, Span span);
  Typed in_range(Typed value, const ast::Range& range, Span span, Span range_span, bool by_day);
  Typed in_set(const ast::Expr& left, const ast::Expr& right, Span span, bool by_day);
  Typed in_period(Typed value, Typed period, Span span);
  /// `in (a or b or c)`.
  Typed in_any(const ast::Expr& left, const ast::Expr& choices, Span span, bool by_day);

  // elaborate_codes.cpp: codes, value sets, quantities
  /// The value set that is named here, or made of several, `(a or b)`; reports what is none. `what`: what
  /// asks.
  uint32_t value_set(const ast::Expr& expr, const std::string& what);
  /// Is this the name of a value set and of nothing else that could be meant?
  bool names_value_set(const ast::Expr& expr) const;
  std::optional<uint32_t> value_set_named(const std::string& name, Span span) const;
  void check_one_meaning(const std::string& name, uint32_t meant, Span span);
  uint32_t union_of(std::vector<uint32_t> members, Span span);
  Typed in_value_set(Typed value, const ast::Expr& set, Span span, Span value_span);
  Typed in_unit(const ast::InUnit& in_unit, Span span);
  void without_unit(Span span, const std::string& measured);  // T195
  bool refuse_codes(const Typed& left, const Typed& right, Span left_span, Span right_span, bool ordered);

  Typed in_collection(Typed value, Typed collection, Span span);
  Typed period_relation(const ast::Binary& binary, Span span);
  Typed better(const ast::Binary& binary, Span span);
  ir::ExprPtr direction_of(const ir::Expr& node);

  // elaborate_time.cpp
  /// Dates and periods of dates as datetimes where the other side is one.
  static void meet_in_time(Typed& left, Typed& right);
  static ir::ExprPtr as_datetime(ir::ExprPtr node);
  static ir::ExprPtr as_date(ir::ExprPtr node);
  Typed date_of(const ast::Expr& operand, Span span);
  /// For `by day`: a time as its day; false and said where it is no time.
  bool to_day(Typed& value);
  /// `common_part(p, q)`.
  Typed common_part(const StandardFunction& function, const ast::Call& call, Span span);
  /// Hours are not added to a date.
  bool refuse_hours(const Typed& time, const Typed& length, Span span);
  Typed range(const ast::Range& range, Span span);
  Typed within(const ast::Within& within, Span span);
  Typed span_between(const ast::SpanBetween& between, Span span);
  std::optional<Typed> member_of_time(const Typed& object, const ast::Name& name, Span span);

  // elaborate_conditions.cpp
  Typed logic(const ast::Binary& binary, Span span);
  Typed logical_not(const ast::Expr& operand, Span span);
  Typed known_or_missing(const ast::Unary& unary, Span span);
  Typed if_missing(const ast::IfMissing& if_missing, Span span, const ir::Type* hint);
  Typed quantified(const ast::Quantified& quantified, Span span);
  Typed negated(Typed condition, Span span) const;
  Typed joined(ir::Op op, Typed left, Typed right, Span span) const;

  // elaborate_cases.cpp
  Typed cases(const ast::Cases& cases, Span span, const ir::Type* hint);
  bool settle_case_types(const ast::Cases& cases, std::vector<Typed>& values, std::optional<ir::Type>& type);

  // elaborate_solving.cpp: the largest value of a grid that meets a condition, shares that add up
  Typed solve(const ast::Solve& solve, Span span);
  Typed apportion(const ast::Apportion& apportion, Span span);
  bool surely_in(const ir::Expr& collection, TermId own, TermId first);

  // elaborate_collections.cpp
  Typed collection(const ast::Expr& expr);
  Typed all(const ast::All& all, Span span);
  Typed filter(const ast::Filter& filter, Span span);
  Typed aggregate(const ast::Aggregate& aggregate, Span span);
  Typed pick(const ast::Aggregate& aggregate, Typed collection, Span span);

  // elaborate_order.cpp: the row before, lists
  Typed previous(const ast::Aggregate& aggregate, Span span);
  Typed siblings(Span span);
  Typed list(const ast::Aggregate& aggregate, Typed collection, Span span);
  Typed as_text(Typed value, Span span);
  std::optional<ColumnInfo> written_type(uint32_t column, ir::Type& type);
  Typed value_over(const ast::Aggregate& aggregate, const Typed& collection);
  bool is_nonempty(const Typed& collection);
  void warn_of_pairs(const ir::Expr& collection, Span span);
  uint32_t see_row(const Typed& collection);
  void unsee_row();
  bool has_aggregate(const StandardFunction& function, const Typed& value, const ast::Aggregate& aggregate);
  /// The type of the answer, but for whether it may be missing.
  static ir::Type aggregated(const StandardFunction& function, ir::Type value);
  static bool has_order(const Typed& key);
  void refuse_order(const Typed& key, Span span);

  struct OrderKeys {
    std::vector<ir::ExprPtr> keys;
    std::vector<bool> descending;
    bool broken = false;
  };

  OrderKeys order_keys(const std::vector<ast::OrderKey>& orders);

  // elaborate_statistics.cpp
  Typed statistic(const ast::Aggregate& aggregate, Typed rows, Span span);
  const StandardFunction* percentile(const ast::Aggregate& aggregate, Span span);
  const StandardFunction* spread(const ast::Aggregate& aggregate, Span span);
  void refuse_weight(const ast::Aggregate& aggregate);
  Typed weight_over(const ast::Aggregate& aggregate);
  Typed rank(const ast::Aggregate& aggregate, Span span);
  HiddenRows hide_rows(uint32_t entity);
  void show_rows(HiddenRows hidden);
};

}  // namespace merit
