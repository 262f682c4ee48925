#pragma once
// The tree of a Merit module as written: every declaration and expression with its place, nothing resolved.
// Plain data. Nodes are owned by the module that holds them.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/diagnostics/diagnostic.h"

namespace merit::ast {

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

struct Name {
  std::string text;
  Span span;
};

// ---------------------------------------------------------------------------------------------- expressions

enum class LiteralKind : uint8_t { number, percent, money, date, datetime, text, boolean, duration };
enum class UnaryOp : uint8_t { negate, logical_not, is_known, is_missing, date_of };
enum class BinaryOp : uint8_t {
  add,
  subtract,
  multiply,
  divide,
  power,
  is,
  is_not,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  not_in,
  overlaps,
  before,
  after,
  reached_by,
  better_than,
  worse_than,
  logical_and,
  logical_or,
};
enum class RangeEnds : uint8_t {
  closed /* a to b */,
  below_high /* a to below b */,
  over_low /* over a to b */,
  from_low /* a or more */,
  under_high /* under a */
};
enum class AggregateKind : uint8_t {
  count,
  sum,
  average,
  minimum,
  maximum,
  exists,
  no,
  every,
  the,
  latest,
  earliest,
  highest,
  lowest,
  median,
  percentile,
  standard_deviation,
  variance,
  rank,
  list,
  previous,
  days_covered
};
enum class Ties : uint8_t { not_said, best, average, by };  // `ties share the best`, …, `ties by KEY`
enum class Quantifier : uint8_t { all, any, none, at_least };
enum class SpanOf : uint8_t {
  days,
  whole_days,
  whole_hours,
  whole_minutes,
  whole_months,
  whole_years
};  // `days from a to b`
enum class WithinSide : uint8_t { before, after, either /* of */ };

/// A literal as written: `text` is the source text without quotes, currency sign or unit (kept in `unit`).
struct Literal {
  LiteralKind kind;
  std::string
      text;  // "1_000", "2" (percent), "0.01" (money), "2024-01-31", unescaped text, "true", "30" (duration)
  std::string unit;  // money: "$" ; duration: "day" | "week" | "month" | "year" | "hour" |
                     // "minute" | "second"
};

struct NameRef {
  std::string name;
};  // a bare name

struct Member {
  ExprPtr object;
  Name member;
};  // object.member

struct Through {  // transfers through to_hospital: which of two links a reverse collection goes by
  ExprPtr collection;
  Name link;
};

struct Call {
  ExprPtr callee;
  std::vector<ExprPtr> arguments;
  std::string mode;
};  // round(x, 1, half even): mode "half even"

struct Unary {
  UnaryOp op;
  ExprPtr operand;
};

struct Binary {
  BinaryOp op;
  ExprPtr left, right;
  Span op_span;
  bool by_day = false;  // a comparison of times: `by day`, `on the same day as`
};

struct Range {
  RangeEnds ends;
  ExprPtr low, high;
};  // an absent end is null

struct Within {
  ExprPtr value;
  ExprPtr distance;
  WithinSide side;
  ExprPtr anchor;
  bool by_day = false;
};

struct SpanBetween {
  SpanOf unit;
  ExprPtr from, to;
};

struct IfMissing {
  ExprPtr value;
  ExprPtr fallback;
};  // (x if missing 0)

struct MissingValue {
  std::optional<std::string> reason;
};  // missing because "…"

struct AsBefore {};  // `as before` in an amendment

struct All {
  Name entity_plural;
};  // all hospitals

/// C [as alias] [where condition]; `base` is All, a path, or a bracketed collection.
struct Filter {
  ExprPtr base;
  std::optional<Name> alias;
  ExprPtr condition; /* may be null when only an alias */
};

struct OrderKey {
  ExprPtr key;
  bool highest_first;
  bool written_direction;
};  // latest/highest: first key descending

struct Aggregate {
  AggregateKind kind;
  ExprPtr value;  // sum/average/minimum/maximum of VALUE; `every`: the condition after `has`; else null
  ExprPtr collection;
  std::vector<OrderKey> order;             // latest/earliest/highest/lowest … by; rank: what ties go by
  std::vector<ExprPtr> options = {};       // percentile(85%, sas_5), variance(sample)
  ExprPtr weight = nullptr;                // … weighted by
  std::optional<bool> highest_first = {};  // rank
  Ties ties = Ties::not_said;              // rank
};

/// largest|smallest UNKNOWN in REACH by STEP such that CONDITION
struct Solve {
  bool largest;
  Name unknown;
  ExprPtr reach;  // the range as written
  ExprPtr step;   // null when it was left out
  ExprPtr condition;
};

/// apportion TOTAL by WEIGHT over COLLECTION step STEP ties KEY …
struct Apportion {
  ExprPtr total;
  ExprPtr weight;
  ExprPtr collection;
  ExprPtr step;                // null when it was left out
  std::vector<OrderKey> ties;  // empty when they were left out
};

/// rate of MEASURE over COLLECTION; also `numerator of`, `denominator of`, `result of`
struct MeasureOver {
  enum class What : uint8_t { rate, numerator, denominator, result } what;
  ExprPtr measure;  // a measure, a group of one, or a row of the table `measure`
  ExprPtr collection;
};

struct CaseRow {
  ExprPtr value;
  ExprPtr condition; /* null: otherwise */
  Span span;
};

struct Cases {
  std::vector<CaseRow> rows;
};

struct Quantified {
  Quantifier quantifier;
  uint32_t at_least;
  std::vector<ExprPtr> lines;
};

/// A data cell in a source: column "Header" like "…" or "…".
struct Cell {
  std::string header;
  Span header_span;
  std::vector<std::string> patterns;
  std::vector<Span> pattern_spans;
  ExprPtr interpolated;  // the header as an Interpolated when it has {expression} holes, else null
};

/// What stands in a resource: path "code.coding.code".
struct Path {
  std::string text;
  Span text_span;
  ExprPtr interpolated = nullptr;  // the text as an Interpolated when it has {expression} holes
};

/// The one resource of a type in the Bundle: only "Patient".
struct Only {
  std::string resource;
  Span resource_span;
};

/// Which element of its list the alias of a `for each` stands for: position of c.
struct PositionOf {
  Name element;
};

/// Text with {expression} holes; parts and holes alternate, parts.size() == holes.size() + 1. Only in
/// sources.
struct Interpolated {
  std::vector<std::string> parts;
  std::vector<ExprPtr> holes;
};

/// value as 'mg/dL'
struct InUnit {
  ExprPtr value;
  std::string unit;  // without its quotes
  Span unit_span;    // with them
};

struct Broken {};  // what could not be read; already reported

struct Expr {
  Span span;
  std::variant<Literal, NameRef, Member, Through, Call, Unary, Binary, Range, Within, SpanBetween, IfMissing,
               MissingValue, AsBefore, All, Filter, Aggregate, Solve, Apportion, MeasureOver, Cases,
               Quantified, Cell, Path, Only, PositionOf, Interpolated, InUnit, Broken>
      node;
  bool bracketed = false;  // written in ( ): for the formatter and for "brackets needed"
};

// --------------------------------------------------------------------------------------------- declarations

struct TypeName {
  Name name;
  bool optional = false;
  Span span;
};  // number?, money, hospital, …

struct Doc {
  std::string text;
  Span span;
};  // the `##` lines before a declaration, joined by line ends

struct Argument {
  Name name;
  TypeName type;
};

struct Definition {
  Doc doc;
  Name name;
  std::vector<Argument> arguments;
  std::optional<TypeName> type;
  ExprPtr body;
  Span span;  // from the name to the end of the body
};

struct Cellule {
  std::string text;
  Span span;
  bool quoted = false;
};  // one cell of a table, trimmed

struct TableText {
  std::vector<Cellule> header;
  std::vector<std::vector<Cellule>> rows;
  Span span;
};

struct Use {
  std::vector<Name> path;
  Span span;
};

struct ProgramLine {
  Name name;
  std::string text;
  Span span;
};  // text: the value as written, without quotes

struct Program {
  std::string title;
  Span title_span;
  std::vector<ProgramLine> lines;
};

struct Parameter {
  Name name;
  std::optional<TypeName> type;
  ExprPtr value;
};

struct Enum {
  Name name;
  std::vector<Name> values;
};

/// `code NAME "system" "code"`, `valueset NAME "url" [version "…"]`, `valueset NAME = any of: a, b`
struct ValueSet {
  enum class Kind : uint8_t { code, published, any_of };
  Kind kind;
  Name name;
  std::string url;  // code: its system
  Span url_span;
  std::string code;
  std::string version;  // empty: any
  std::vector<Name> members;
};

struct Field {
  Doc doc;
  bool key = false;
  Name name;
  TypeName type;
  Span span;
};

struct DistinctForm {
  ExprPtr value;
  ExprPtr collection;
};

struct PairsForm {
  std::vector<Name> parts;
};

/// for each encounter where …, number in 1 to n
struct NumbersForm {
  Name of;
  ExprPtr condition;
  Name number;
  ExprPtr range;
};

/// merged periods of PERIOD over MEMBERS where … for each OWNER allowing gaps of GAP
struct MergedForm {
  Name period;
  ExprPtr value;  // the period, as a name that stands for itself
  Name members;
  ExprPtr condition;
  Name owner;
  ExprPtr gap;  // a length of time; null when it was left out
};

struct UnionValue {
  Name name;
  ExprPtr value;
};

/// One part of `from each of:`: COLLECTION: name = expr, …; a name alone is what the rows call it themselves.
struct UnionPart {
  ExprPtr collection;
  std::vector<UnionValue> values;
  Span span;
};

struct UnionForm {
  std::vector<UnionPart> parts;
};

struct Entity {
  Name name;
  std::optional<Name> plural;
  std::vector<Field> fields;
  std::optional<std::variant<DistinctForm, PairsForm, NumbersForm, UnionForm, MergedForm>> form;
};

struct Table {
  Name name;
  std::optional<Name> plural;
  TableText text;
  std::optional<std::string> file;  // from "file.csv"
  Span file_span;
};

/// `for each result where …:` with its definitions, and a definition at the top level (entity absent).
struct ForEach {
  std::optional<Name> entity;
  ExprPtr condition;
  std::vector<Definition> definitions;
};

struct Payment {
  Name name;
  Name entity;
  ExprPtr condition;
  std::vector<Definition> steps;
};

/// deny "18" when duplicate
struct Finding {
  Name outcome;
  std::string code;
  ExprPtr condition;
  Span span;
};

/// `findings edits (edit) of decision for each claim_line where …:`
struct Findings {
  Name plural;
  std::optional<Name> singular;
  std::optional<Name> outcomes;  // an enumeration
  Name entity;
  ExprPtr condition;
  std::vector<Finding> rows;
};

/// title "…", better lower
struct MeasureLine {
  Name name;
  std::string text;  // a text without its quotes, or the word
  bool quoted = false;
  Span span;
};

/// stratifier NAME = …, supplemental NAME = …
struct MeasurePart {
  bool supplemental = false;
  Definition definition;
};

/// What a measure, or one group of it, says.
struct MeasureBody {
  Name name;
  std::string title;  // of a group
  std::vector<MeasureLine> lines;
  std::vector<Definition> definitions;  // populations and what they are made of
  std::vector<MeasurePart> parts;
};

struct MeasureComponent {
  std::vector<Name> path;
  std::string weight = "1";
  Span span;
};

/// `measure NAME for each ENTITY where …:` and `composite NAME for each ENTITY:`
struct Measure {
  bool composite = false;
  Name entity;
  ExprPtr condition;
  MeasureBody whole;
  std::vector<MeasureBody> groups;
  std::vector<MeasureComponent> components;
  Span components_span;
};

struct Ensure {
  std::string title;
  Span title_span;
  std::optional<Name> entity;
  ExprPtr row_condition;
  ExprPtr condition;
};

struct ReportColumn {
  ExprPtr value;
  std::optional<std::string> title;
};

struct Report {
  Name name;
  std::optional<Name> entity;
  ExprPtr condition;
  std::vector<ReportColumn> columns;
};

struct TestRows {
  Name entity;
  TableText rows;
};

struct TestSetting {
  Name parameter;
  ExprPtr value;
};

struct Test {
  std::string title;
  Span title_span;
  std::vector<TestSetting> settings;
  std::vector<TestRows> given;
  std::vector<TestRows> expected;
  std::vector<ExprPtr> conditions;  // expect COND
};

struct SourceField {
  Name field;
  ExprPtr value;
  Span span;
};

struct SourceBlock {
  Name entity;
  std::optional<Name> for_each;
  ExprPtr condition;
  std::vector<SourceField> fields;
  Span span;
  // In a resource: one row for each element at `each`, called `alias` here.
  std::string each = {};
  Span each_span = {};
  std::optional<Name> alias = {};
  std::vector<SourceBlock> nested = {};  // rows that belong to a row of this block
};

struct Source {
  std::string file;  // of a source of FHIR: the type of the resources
  Span file_span;
  bool fhir = false;
  bool json = false;
  ExprPtr condition = nullptr;  // which resources
  bool optional = false;        // the file may be absent
  std::vector<std::string> missing;
  uint32_t header_first = 1;  // rows of the file, counted from 1
  uint32_t header_last = 1;
  uint32_t data_from = 2;
  Span rows_span;  // of the line that says so
  std::vector<SourceBlock> blocks;
};

/// What an amendment names: hospital.safety_score, value_based_incentive.net, withhold_rate, hvbp_x.csv
/// result.rate, …
enum class TargetKind : uint8_t {
  definition /* path: definition, step or parameter */,
  row /* measure(pc_01) */,
  rows,
  ensure,
  test,
  report,
  program,
  enumeration,
  value_set,
  source_field,
  entity_fields,
  finding_rows,
  measure /* its lines: title, version … */
};

struct Target {
  TargetKind kind;
  std::vector<Name> path;    // definition, rows, enumeration, entity_fields, row (entity), report;
                             // source_field: ENTITY.FIELD, or none: the whole
  std::vector<Cellule> key;  // row: the key's cells as written
  std::string title;         // ensure, test, source_field (file)
  Span span;
};

struct Replace {
  Target target;
  // exactly one of these, by target.kind
  std::optional<Definition> definition;  // definition (name = last of path)
  std::optional<TableText> rows;
  std::optional<Ensure> ensure;
  std::optional<Test> test;
  std::optional<Report> report;
  std::vector<ProgramLine> program_lines;
  std::vector<MeasureLine> measure_lines;
  std::vector<Finding> findings;  // finding_rows
  std::vector<Name> values;       // enumeration
  std::optional<ValueSet> value_set;
  ExprPtr source;    // source_field
  std::string file;  // source_field without a path: the file that is read instead
  Span file_span;
};

struct Add {
  Target target;
  std::optional<Definition> definition;  // definition: of a measure or one of its groups
  std::optional<TableText> rows;
  std::vector<Field> fields;
  std::vector<Finding> findings;
};

struct Remove {
  Target target;
  std::string because;
  Span because_span;
};

struct Declaration {
  Doc doc;
  Span span;
  std::variant<Use, Program, Parameter, Enum, ValueSet, Entity, Table, ForEach, Payment, Findings, Measure,
               Ensure, Report, Test, Source, Replace, Add, Remove>
      node;
};

struct Comment {
  Span span;
  bool own_line;
};  // `# …`, not the doc comments

struct Module {
  uint32_t file = 0;  // in SourceFiles
  Name name;
  std::optional<Name> amends;
  Doc doc;  // `##` before `module`
  std::vector<std::unique_ptr<Declaration>> declarations;
  std::vector<Comment> comments;  // in order of place
  /// Literate files: the byte ranges of the `merit` fences; one range over the whole file otherwise.
  std::vector<Span> fences;
};

}  // namespace merit::ast
