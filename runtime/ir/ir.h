#pragma once
// The intermediate form of a Merit program: everything that running, explaining and auditing need, nothing of
// the syntax. Plain data; written to and read from versioned JSON (json.h), checked by verify.h; described in
// docs/ir.md.
//
// A program is a set of entities with columns. A column is stored (a fact), constant (a table's cell) or
// computed (has a body). The program itself is entity 0 with exactly one row; parameters and values of the
// whole program are its columns.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/diagnostics/diagnostic.h"
#include "runtime/values/date.h"
#include "runtime/values/number.h"
#include "runtime/values/value.h"

namespace merit::ir {

inline constexpr uint32_t none = 0xffffffffU;
inline constexpr int format_version = 1;

enum class TypeKind : uint8_t {
  boolean,
  integer,
  number,
  money,
  text,
  date,
  duration,
  period,
  datetime,
  datetime_period,  ///< a period of datetimes
  codes,            ///< never `optional`: the empty set is a missing value
  quantity,         ///< a number with its unit
  enumeration,
  link,
  collection
};

struct Type {
  TypeKind kind = TypeKind::number;
  bool optional = false;  ///< may be missing
  uint32_t target =
      none;  ///< enumeration: index in Program::enums; link, collection: index in Program::entities
  std::optional<Number> step;  ///< money: the step it is rounded to; absent: not rounded
};

/// What a node does. `args` are its operands in the order given; every node but the collections yields a
/// known value, a missing one (with a reason) or a fault for each row. Unless said otherwise a missing
/// operand makes the result missing with the leftmost reason there is, and a fault beats a missing one.
enum class Op : uint8_t {
  // leaves
  constant,       ///< `value`
  missing_value,  ///< missing; reason in `text` (empty: none)
  row,            ///< the row bound to `variable`; type link
  // columns
  field,   ///< (link) column `index` of the row that the operand points to; type may be a collection
  lookup,  ///< (key…) the row of entity `index` with this key, or whose ranges hold it; missing when there
           ///< is none; type link
  // arithmetic on numbers and money
  negate,
  add,
  subtract,
  multiply,
  divide /* by zero: fault */,
  power /* exact for integer exponents, else 34 digits */,
  round,  ///< (x, step) to a multiple of step; `mode` is a RoundingMode
  minimum_of,
  maximum_of,  ///< (a, b, …) of the operands; numbers, money, dates, datetimes
  minimum_of_known,
  maximum_of_known,  ///< the same of those that are not missing; missing where all are
  absolute,
  floor,
  ceiling,
  square_root,
  exponential,
  logarithm,  ///< (x); the last three: 34 digits, fault outside their domain
  // comparison: numbers, money, dates, datetimes, text (bytewise); equality also for boolean, enumeration,
  // link, period, period of datetimes. Two instants as instants; where one side is only a day, by the day
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in_range,  ///< (x, low, high) by `mode`, a RangeMode; an absent end has no operand
  // truth: left to right; what is not reached cannot fault
  logical_not,
  logical_and,
  logical_or /* n operands */,
  at_least /* `index` of n operands hold; all are read */,
  is_missing,
  is_known,    ///< never missing; a fault stays a fault
  if_missing,  ///< (x, y) x, or y where x is missing
  cases,       ///< (condition, value, condition, value, …, [otherwise]); none applies: fault
  // time
  add_duration,  ///< (date, duration) calendar addition, clipped to the month's end
  negate_duration,
  scale_duration,  ///< (integer, duration) so many times the length
  days_between,
  whole_months_between,
  whole_years_between,  ///< (from, to) integer
  date_year,
  date_month,
  date_day,
  make_period,  ///< (start, end) by `mode`, a RangeMode, both dates or both datetimes; start after end: fault
  period_start,
  period_end,
  period_length /* days, both ends counted; missing when open */,
  in_period,  ///< (date | period, period), (datetime | datetime_period, datetime_period): all of the one in
              ///< the other
  overlaps,
  before,
  after,        ///< (period|date, period|date), or of datetimes
  to_datetime,  ///< (date) the day as a datetime; (period) as a period of datetimes
  date_of,      ///< (datetime) the day as written; (period of datetimes) the period of the days of its ends
  period_has_start,
  period_has_end,       ///< (period) of dates or datetimes: is this end not open?
  common_part,          ///< (period, period) of one kind: what is in both; missing where nothing is
  whole_days_between,   ///< (datetime from, to) times 24 hours; where one is only a day, calendar days
  whole_hours_between,  ///< the same; where one is only a day, a fault
  whole_minutes_between,
  // codes and quantities
  in_value_set,  ///< (codes) is one of them in value set `index`? false for none; also true for the coding
                 ///< "|url" of the set itself or of one that it is made of
  in_unit,  ///< (quantity) the number in the UCUM unit `text`: number, missing where there is no way from
            ///< its unit to that one (runtime/values/ucum.h)
  // collections: sets of rows of entity type.target
  all_rows,  ///< every row of entity `index`
  reverse,   ///< (link) the rows whose link column `index` points to the operand's row; a missing operand:
             ///< empty
  reverse_each,  ///< (collection) the union of `reverse` over its rows, by link column `index`
  targets,       ///< (collection) the set of rows that link column `index` of its rows points to
  filter,  ///< (collection, condition) binds `variable` to each row; a condition that faults keeps the row as
           ///< faulted
  // solving and sharing
  bound,    ///< the value bound to `variable` by largest, smallest; its type is theirs
  largest,  ///< (low, high, step, condition) the greatest of low, low + step, … up to high for which the
  ///< condition holds, `variable` being bound to it: it has to hold at low, and once it fails to fail
  ///< from there on, which is sampled (runtime/values/grid.h); else a fault
  smallest,   ///< the mirror image: it has to hold at the last of them
  apportion,  ///< (collection, row, total, step, weight, tie key, …) the share of the row, which is one of
              ///< the
              ///< collection's, in the total: total * weight / sum of the weights, rounded down to the step,
  ///< one step more for the greatest remainders until all is shared out, of the same ones the first
  ///< by the tie keys (`descending`, missing keys last), finally by row. weight and tie keys see
  ///< each row of the collection as `variable`; missing for a row that is none of the collection's
  // over collections; `variable` is bound to each row
  aggregate,  ///< `mode` is an AggregateMode: (collection [, value | condition | order key, order key …])
};

enum class RangeMode : uint8_t {
  closed,
  below_high,
  over_low,
  from_low /* (x, low) */,
  under_high /* (x, high) */
};

enum class AggregateMode : uint8_t {
  count,
  sum,
  average,
  minimum,
  maximum,
  exists,
  none,
  every,
  the,    ///< the only row: link; none: missing; two: fault
  first,  ///< the first by the order keys (`descending` one flag a key; missing keys last), finally by key:
          ///< link; none: missing
  // of numbers; amounts of money where it is not said otherwise. No value: missing.
  // runtime/values/statistics.h
  weighted_average,  ///< (collection, value, weight) sum of value times weight / sum of weights; that is 0:
                     ///< fault
  median,
  // (collection, value, share) the share is from 0 to 1 (else a fault) and the same for all rows
  percentile_nearest_rank,
  percentile_linear,
  percentile_exclusive,
  percentile_sas_1,
  percentile_sas_2,
  percentile_sas_5,
  variance_sample,  ///< of numbers; of one value: missing
  variance_population,
  weighted_variance_population,  ///< (collection, value, weight)
  standard_deviation_sample,     ///< the root of the variance, 34 digits
  standard_deviation_population,
  weighted_standard_deviation_population,
  // (collection, value, own row: link, tie key …) the place of the own row among the rows by value and then
  // by the tie keys (`descending` one flag each, the value's first; missing tie keys last); missing where it
  // is not one of them
  rank_best,     ///< equal rows share the best of their places
  rank_average,  ///< the average of their places: number
  rank_by,       ///< by the tie keys, finally by key
  list,  ///< (collection, text, order key …) the texts in order of the keys as of `first`, finally of row,
         ///< joined by ", "; of none: the empty text
  previous,  ///< (collection, key, own row: link, own key) the row with the greatest key below the own one:
             ///< link; none, or no own key: missing; another row with the own key, or two with the greatest:
             ///< fault
  days_covered,  ///< (collection, period of dates) how many distinct days are in the periods; one that is
                 ///< open: fault
};

struct Expr {
  Op op = Op::constant;
  Type type;
  Span span;
  uint32_t number =
      0;  ///< position in its column's body, depth first: the node's stable name is "column#number"
  uint32_t place =
      0;  ///< running number over the whole program in order of source place (set by number_nodes)
  std::vector<std::unique_ptr<Expr>> args;
  Value value;               ///< constant
  std::string text;          ///< missing_value: the reason; in_unit: the unit
  uint32_t index = none;     ///< column, entity or count, by op
  uint32_t variable = none;  ///< row, bound: which; filter, aggregate, apportion, largest, smallest: the one
                             ///< bound. 0 is the program's row, 1 the column's own row
  uint8_t mode = 0;
  std::vector<bool> descending;
};

using ExprPtr = std::unique_ptr<Expr>;

enum class ColumnKind : uint8_t { stored, constant, computed };

/// One cell of a key that is a range: `10_000 to 14_999`, `60_000 or more`, `under 5%`.
struct KeyRange {
  Value low;   ///< missing: open below
  Value high;  ///< missing: open above
  bool over_low = false;
  bool below_high = false;
};

/// Does the range hold this known value?
bool holds(const KeyRange& range, const Value& value);

/// A key of a table that holds ranges. A lookup gives one value of `type` and finds the row whose range holds
/// it; the values of the column itself are its cells as written.
struct KeyRanges {
  Type type;
  std::vector<KeyRange> rows;
};

struct Column {
  std::string name;  ///< "safety_score"; steps: "value_based_incentive.withheld"; hidden ones start with "~"
  uint32_t entity = 0;
  Type type;
  ColumnKind kind = ColumnKind::computed;
  bool key = false;
  bool hidden =
      false;  ///< made by the compiler (a report's expression, a value `as before`): never reported by itself
  std::string doc;
  Span span;
  std::vector<Value> values;                       ///< constant: one a row
  ExprPtr body;                                    ///< computed
  std::optional<KeyRanges> ranges = std::nullopt;  ///< constant text key: what its cells mean
};

enum class EntityKind : uint8_t { program, data, table, groups, pairs, parts };

/// What rows of another entity, its members, give to an entity of parts.
struct Part {
  std::vector<uint32_t> filters;  ///< boolean columns of the members: those for which all hold, in this order
  uint32_t low =
      none;  ///< integer columns of the members: one row for each number from low to high, none where one
  uint32_t high = none;   ///< of them is missing; absent: one row for each member
  uint32_t link = none;   ///< the column of this entity that points to the member
  uint32_t owner = none;  ///< link of the members, with `period`: one row for each span of an owner's periods
                          ///< that are no further apart than `gap`; its member is the first of the span
  uint32_t period =
      none;  ///< column of the members: a period of either kind; a member without one gives nothing
  Duration gap = {};
};

struct Entity {
  std::string name;
  std::string plural;
  EntityKind kind = EntityKind::data;
  std::vector<uint32_t> columns;  ///< all its columns, keys first
  std::vector<uint32_t> keys;
  uint32_t rows = 0;  ///< table: how many
  std::vector<Span>
      row_spans;  ///< table: the place of each row; empty when the rows stand in a file of their own
  std::string doc;
  Span span;
  // groups: one row for each distinct value of `group_value` over the rows of `group_members` (a collection
  // without free variables); variable 1 is the member's row in `group_value`. A missing value belongs to no
  // group.
  ExprPtr group_members;
  ExprPtr group_value;
  uint32_t group_link =
      none;  ///< the column of the member entity that points to its group (computed by the evaluators)
  // parts: the rows that each of them gives, one part after the other or, by_member, by member (then all have
  // the same link) and part. A member for which it cannot be computed what it gives has one row, all of whose
  // columns are faults.
  std::vector<Part> parts;
  bool by_member = false;
  uint32_t part_key = none;  ///< column: which part: an enumeration, or its number from 1 on
  uint32_t number_key =
      none;  ///< column: the number from low to high; without these the row's place in its part
  uint32_t owner_key = none;    ///< column, of merged periods: whose they are; the number counts his spans
  uint32_t span_column = none;  ///< column, of merged periods: from the first start to the last end
  // pairs: keys are one link (or enumeration) a part; every combination is a row, in lexicographic order
};

struct Enumeration {
  std::string name;
  std::vector<std::string> values;
  Span span;
};

/// A named set of codings ("system|code", runtime/values/codes.h).
struct ValueSet {
  std::string name;
  std::string url;                   ///< published: its codings are read from a terminology file; else empty
  std::string version;               ///< the only one that will do; empty: any
  std::vector<std::string> codings;  ///< those that the program gives itself (`code NAME "system" "code"`)
  std::vector<uint32_t> members;     ///< the sets that it is made of, all before this one
  std::string doc;
  Span span;
};

struct Payment {
  std::string name;
  uint32_t entity = 0;
  std::vector<uint32_t> steps;  ///< columns; the last is what is paid
  uint32_t applies = none;      ///< boolean column: for which rows; none: all
  std::string doc;
  Span span;
};

/// How the populations of a measure go together (HL7 Quality Measure IG, measure scoring).
enum class Scoring : uint8_t { proportion, ratio, continuous_variable, cohort };

enum class Population : uint8_t {
  initial_population,
  denominator,
  denominator_exclusion,
  denominator_exception,
  numerator,
  numerator_exclusion,
  measure_population,
  measure_population_exclusion
};

/// Boolean columns of the measure's entity.
struct MeasurePopulation {
  Population kind = Population::initial_population;
  uint32_t criteria = none;  ///< what the author wrote; none: a composite, which is made of gated ones
  uint32_t gated = none;     ///< the rows that count there: criteria within the populations before it
};

struct MeasureObservation {
  Population of = Population::measure_population;  ///< or denominator, numerator
  uint32_t value = none;  ///< number? column of the entity: missing where the row observes nothing
  AggregateMode aggregate = AggregateMode::sum;  ///< sum, average, count, median, minimum, maximum
};

struct MeasureGroup {
  std::string name;  ///< empty: the measure has no groups
  std::string title;
  std::vector<MeasurePopulation> populations;  ///< in the order of Population
  std::vector<MeasureObservation> observations;
  uint32_t rate = none;  ///< number? column of the program: the score over all rows; none for a cohort
};

/// How a composite measure is made of others: all of them met or not; what was met of what was to be done;
/// the average of their rates by weight.
enum class CompositeScoring : uint8_t { all_or_none, opportunity, weighted };

struct MeasureComponent {
  uint32_t measure = none;  ///< of Program::measures
  uint32_t group = 0;
  Number weight = Number(1);
};

struct MeasureColumn {
  std::string name;
  uint32_t column = none;
};

struct Measure {
  std::string name;
  std::string title;
  std::string identifier;  ///< such as "CMS122"
  std::string version;
  std::string steward;
  Scoring scoring = Scoring::proportion;
  bool lower_is_better = false;
  uint32_t entity = 0;
  std::vector<MeasureGroup> groups;  ///< at least one
  std::vector<MeasureColumn> stratifiers;
  std::vector<MeasureColumn> supplemental;  ///< supplemental data elements
  uint32_t due = none;     ///< date column of the entity: until when an open gap can still be closed
  uint32_t period = none;  ///< the program's parameter `measurement_period`
  std::optional<CompositeScoring> composite;
  std::vector<MeasureComponent> components;
  std::string doc;
  Span span;
};

struct ReportColumn {
  std::string title;
  uint32_t column = none;
};

struct Report {
  std::string name;        ///< also the file's name
  uint32_t entity = 0;     ///< 0: one row of values of the whole program
  uint32_t filter = none;  ///< boolean column
  std::vector<ReportColumn> columns;
  std::string doc;
  Span span;
};

struct Ensure {
  std::string title;
  uint32_t entity = 0;
  uint32_t filter = none;     ///< boolean column: for which rows; none: all
  uint32_t condition = none;  ///< boolean column
  Span span;
};

/// A cell of a test's table. A link to an entity that is data is given by that row's key.
struct TestCell {
  uint32_t column = none;
  enum class State : uint8_t { not_given, known, missing, fault } state = State::not_given;
  Value value;              ///< of a link to data: the key of the row, or its first part
  std::vector<Value> more;  ///< the further parts of that key, those of a row in it in its place
  Span span;
};

struct TestRows {
  uint32_t entity = 0;
  std::vector<std::vector<TestCell>> rows;
  Span span;
};

struct TestSetting {
  uint32_t column = none;  ///< a parameter
  Value value;
};

struct Test {
  std::string title;
  std::vector<TestSetting> settings;
  std::vector<TestRows> given;
  std::vector<TestRows> expected;
  std::vector<uint32_t> conditions;  ///< boolean columns of the program that must hold
  Span span;
};

/// How one field is filled from a row of a file.
struct SourceValue {
  enum class Kind : uint8_t {
    cell,
    cell_known,
    cell_missing,
    cell_is,  ///< is the cell's text that of `value`?
    cell_is_not,
    for_each_row,
    for_each_value,  ///< column header_holes[0] of that row
    constant,
  } kind = Kind::cell;
  std::vector<std::string> header;     ///< the header's text in parts; between them the values of:
  std::vector<uint32_t> header_holes;  ///< text columns of the for-each table
  std::vector<std::string>
      patterns;              ///< `like`: tried in order; `*` is kept, `…` dropped; empty: the whole cell
  Number scale = Number(1);  ///< a number read is multiplied by this
  Value value;               ///< constant; cell_is, cell_is_not: a text
  Span span;
};

struct SourceField {
  uint32_t column = none;
  SourceValue value;
};

struct SourceBlock {
  uint32_t entity = 0;
  uint32_t for_each = none;  ///< a table: one row of the file gives one row for each of its rows
  uint32_t filter = none;    ///< boolean column of that table
  std::vector<SourceField> fields;
  Span span;
};

struct Source {
  std::string file;
  bool optional = false;             ///< the file may be absent: what it alone fills is missing then
  std::vector<std::string> missing;  ///< cells that mean missing; the empty cell always does
  std::vector<SourceBlock> blocks;
  Span span;
  uint32_t header_first = 1;  ///< the rows of the file, counted from 1, whose cells together name the columns
  uint32_t header_last = 1;
  uint32_t data_from = 2;  ///< the first row that is data
  bool json = false;       ///< rows are objects, headers paths in them
};

/// One step of a path into a FHIR resource. A list on the way is gone through element by element.
struct PathStep {
  enum class Kind : uint8_t {
    element,    ///< the element `name`
    choice,     ///< the one element whose name begins with `name` and goes on with its type: effective[x]
    extension,  ///< those of the list `name` (extension, modifierExtension) that have this `url`
  } kind = Kind::element;
  std::string name;
  std::string url;

  friend bool operator==(const PathStep&, const PathStep&) = default;
};

/// What a source takes from a resource, or asks of it.
struct FhirValue {
  enum class Kind : uint8_t {
    path,         ///< what stands at `steps`, read as the type of its field
    first_of,     ///< the first of `args` that is there
    only,         ///< the one resource of the type `text` in the same Bundle; none where there are several
    position,     ///< which element of its list `from` is, from 1 on
    owner,        ///< the row of the block around this one
    fingerprint,  ///< a text that equal resources share and different ones do not
    count,        ///< how many things stand at `steps`
    constant,     ///< `value`
    // conditions: never missing
    is_known,
    is_missing,  ///< (path) does something, nothing stand there?
    is_one_of,   ///< (path) is one of the things there one of `texts`?
    logical_not,
    logical_and,
    logical_or,
  } kind = Kind::path;
  uint32_t from = 0;            ///< path, position, count: which `for each` around it, 0 being the resource
  std::vector<PathStep> steps;  ///< path, count; for conditions on a path those of their operand
  std::vector<std::string> texts;
  std::string text;
  Value value;
  std::vector<FhirValue> args;
  Span span;
};

struct FhirField {
  uint32_t column = none;
  FhirValue value;
};

struct FhirBlock {
  uint32_t entity = 0;
  bool each = false;  ///< one row for each thing that `list` leads to, else one a resource (or row around)
  uint32_t from = 0;  ///< where `list` begins
  std::vector<PathStep> list;
  std::optional<FhirValue> filter;
  std::vector<FhirField> fields;
  std::vector<FhirBlock> blocks;  ///< rows that belong to a row of this one
  Span span;
};

/// How resources of one type fill entities.
struct FhirSource {
  std::string resource;
  std::optional<FhirValue> filter;
  std::vector<FhirBlock> blocks;
  Span span;
};

/// A row or declaration that an amendment removed, and why.
struct Removal {
  std::string name;
  std::string because;
  Span span;
};

struct Module {
  std::string name;
  std::string amends;  ///< empty: none
  uint32_t file = 0;   ///< in files: its text is part of the program, so that what is explained can be quoted
  std::string sha256;
};

struct Program {
  std::string name;  ///< of the main module
  std::string title;
  std::string authority;
  std::string currency = "USD";
  std::optional<Period> effective;
  std::shared_ptr<const SourceFiles> files;
  std::vector<Module> modules;
  std::vector<Enumeration> enums;  ///< 0: direction (higher, lower)
  std::vector<ValueSet> valuesets;
  std::vector<Entity> entities;  ///< 0: the program
  std::vector<Column> columns;
  std::vector<uint32_t> parameters;  ///< columns of entity 0
  std::vector<Payment> payments;
  std::vector<Measure> measures;
  std::vector<Report> reports;
  std::vector<Ensure> ensures;
  std::vector<Test> tests;
  std::vector<Source> sources;
  std::vector<FhirSource> fhir_sources;
  std::vector<Removal> removals;
};

/// "hospital.safety_score", "value_based_incentive.net", "slope": how a column is called from outside.
std::string qualified_name(const Program& program, uint32_t column);
/// Numbers the nodes of all bodies (Expr::number, Expr::place). Called once, after building or reading.
void number_nodes(Program& program);
/// "hospital.safety_score#4": the stable name of a node.
std::string node_name(const Program& program, uint32_t column, const Expr& node);
/// "number?", "money to $0.01", "hospital", "results": for messages and documents.
std::string type_text(const Program& program, const Type& type);
/// The source text of a span on one line, cut where it is long; empty where there is no text.
std::string one_line(const Program& program, const Span& span);

}  // namespace merit::ir
