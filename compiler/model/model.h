#pragma once
// What a program declares: entities, columns, links, enumerations, values of the whole program, and what each
// name means where.
//
// The model is the intermediate form under construction (`program`) plus the names and the syntax that the
// form does not keep. It is filled by declare.h from the merged modules; the bodies of its columns are filled
// by compiler/lower/elaborate.h.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/syntax/ast.h"
#include "runtime/ir/ir.h"

namespace merit::model {

/// What a name after an entity's row (`row.NAME`) means.
struct Member {
  enum class Kind : uint8_t {
    column,     ///< index: a column (a field, a definition, a collection, a link to a group)
    function,   ///< index: in Model::functions
    reverse,    ///< index: the link column of a child entity; the rows that point here
    payment,    ///< index: in Program::payments; a namespace, and by itself its last step
    scope,      ///< index: in Model::scopes; a measure, a group of one, a result: a namespace only
    ambiguous,  ///< a reverse name that two links share; index: one of them (messages name `through`)
  } kind = Kind::column;
  uint32_t index = ir::none;
  uint32_t child = ir::none;  ///< reverse: the child entity
};

/// A definition with arguments: elaborated anew at each call.
struct Function {
  uint32_t entity = 0;
  const ast::Definition* definition = nullptr;
  const ast::Expr* row_condition = nullptr;  ///< of the `for each … where` around it
  uint32_t scope = ir::none;                 ///< the measure or group that it stands in
};

/// The names of a measure, of a group of one, of its criteria, or of a `result of`.
struct Scope {
  std::string path;  ///< "statin_therapy.ascvd"
  uint32_t entity = 0;
  uint32_t parent = ir::none;    ///< of a group: its measure, whose names are seen inside the group, too
  uint32_t criteria = ir::none;  ///< the scope of the criteria: inside, a population's bare name means those
  uint32_t measure = ir::none;   ///< in Model::measures; none: a result
  std::unordered_map<std::string, Member> members;
};

/// What the score of a measure is made of, beside what the form keeps in Program::measures.
struct MeasureGroup {
  uint32_t counted = ir::none;  ///< boolean column: in the denominator (measure population) of the rate
  uint32_t met = ir::none;      ///< boolean column: in the numerator of the rate
  uint32_t scope = ir::none;
};

struct Measure {
  std::vector<MeasureGroup> groups;  ///< as in the form
  uint32_t scope = ir::none;
};

/// One condition of a population's gate: a boolean column of the same row that has to hold, or not to.
struct GateTerm {
  uint32_t column = ir::none;
  bool holds = true;
};

/// What a measure has over some rows; group none: over all groups together.
struct MeasureValue {
  uint32_t measure = ir::none;
  uint32_t group = ir::none;
};

/// A column of a composite measure.
enum class CompositePart : uint8_t { none, initial_population, denominator, numerator, opportunities, met };

/// The syntax behind one computed column.
struct ColumnSource {
  const ast::Expr* body = nullptr;           ///< null: not written as an expression
  const ast::TypeName* declared = nullptr;   ///< the type as written, or null
  const ast::Expr* row_condition = nullptr;  ///< `for each E where …` / `payment … where …` around it
  uint32_t applies = ir::none;               ///< the hidden boolean column whose body is row_condition
  uint32_t as_before = ir::none;             ///< the hidden column that `as before` means here
  bool is_condition = false;                 ///< must be boolean (ensure, where, expect): messages say so
  bool is_expectation = false;  ///< of a test: what it compares may be missing, and then it fails
  bool is_parameter = false;
  uint32_t payment = ir::none;        ///< a step of this payment
  bool paid = false;                  ///< the last step: must be money, rounded
  std::vector<uint32_t> part_values;  ///< a column of a union: the hidden column of each part's members
  std::string outside_reason;         ///< why it is missing where row_condition does not hold
  // Measures.
  uint32_t scope = ir::none;                 ///< the measure, group whose names come first
  bool is_due = false;                       ///< of a measure: a date
  bool is_part = false;                      ///< a stratifier, supplemental data: one value
  bool is_population = false;                ///< a criterion: false where row_condition does not hold
  std::vector<GateTerm> gate;                ///< a gated population: from left to right; no body
  uint32_t observed = ir::none;              ///< an observation: the boolean column of the rows that observe,
  uint32_t observed_of = ir::none;           ///< of the population they come from
  std::optional<MeasureValue> rate;          ///< the score over all rows; no body
  const ast::MeasureOver* result = nullptr;  ///< one value of a `result of`, NAME.VALUE; no body
  std::string result_member;
  CompositePart composite_part = CompositePart::none;  ///< no body
  uint32_t composite = ir::none;                       ///< in Program::measures

  /// Is the body to be made by the elaborator?
  bool is_written() const {
    return body != nullptr || !gate.empty() || rate.has_value() || result != nullptr ||
           composite_part != CompositePart::none;
  }
};

/// An entity of groups, `entity KEY = for each distinct VALUE of COLLECTION`. Its key column and the members'
/// link to their group are computed columns without a body: the evaluators fill them. The key column's type
/// is that of VALUE, never missing.
struct Group {
  const ast::Expr* value = nullptr;  ///< null: the entity is no group
  const ast::Expr* collection = nullptr;
  uint32_t members = ir::none;  ///< the entity of the members
  uint32_t key = ir::none;      ///< the key column of the group
  uint32_t link = ir::none;     ///< the members' column
};

/// A value column of a table that is read along the range of its row (`linear`, `marginal`): for a key x it
/// is base + slope * (x - origin), with one constant of each for every row.
struct Scale {
  size_t key = 0;            ///< which of the table's keys is x
  ir::Type type;             ///< of the value
  uint32_t base = ir::none;  ///< hidden columns
  uint32_t slope = ir::none;
  uint32_t origin = ir::none;
};

struct Model {
  std::shared_ptr<SourceFiles> files;
  ir::Program program;

  std::unordered_map<std::string, uint32_t> entities;   ///< by name
  std::unordered_map<std::string, uint32_t> plurals;    ///< by plural
  std::unordered_map<std::string, uint32_t> enums;      ///< by name
  std::unordered_map<std::string, uint32_t> valuesets;  ///< by name: of several modules the first's
  /// The value sets and codes of each file by name; a module's own come before those of others.
  std::unordered_map<uint32_t, std::unordered_map<std::string, uint32_t>> own_valuesets;
  /// The same of all that a file's module uses, directly or not, for names that have one meaning there.
  std::unordered_map<uint32_t, std::unordered_map<std::string, uint32_t>> used_valuesets;
  /// Names that modules give to different sets: where two of them are in sight such a name says too little.
  std::unordered_map<std::string, std::vector<uint32_t>> many_valuesets;
  std::vector<std::unordered_map<std::string, Member>>
      members;  ///< by entity; [0]: values of the whole program
  std::vector<Function> functions;
  std::vector<ColumnSource> column_sources;  ///< by column
  /// Rows of a table by their key, where that is one text or name column.
  std::vector<std::unordered_map<std::string, uint32_t>> row_names;    ///< by entity
  std::vector<std::unordered_map<std::string, uint32_t>> enum_values;  ///< by enumeration
  std::unordered_map<uint32_t, Scale> scales;                          ///< by column
  /// Tables whose ranges hold every value: how many combinations of their other keys they have.
  std::unordered_map<uint32_t, uint64_t> covering;
  std::vector<Group> groups;  ///< by entity
  std::vector<Scope> scopes;
  std::vector<Measure> measures;                                ///< as Program::measures
  std::unordered_map<std::string, MeasureValue> measure_paths;  ///< "statin_therapy", "statin_therapy.ascvd"
  /// What amendments removed, by its own name (the last of a path; a row's key as written): index in
  /// Program::removals.
  std::unordered_map<std::string, uint32_t> removed;
  /// Values and types of before an amendment, to which `as before` leads; owned here.
  std::vector<std::unique_ptr<ast::Definition>> replaced;
  /// Names whose declaration was refused, and reported: that they mean nothing is no further error
  /// (is_reported).
  std::unordered_set<std::string> refused;
  /// A module or a table's file could not be had, so that any name may be unknown for that reason alone.
  bool incomplete = false;
  /// The tests as written, one for each of Program::tests.
  std::vector<const ast::Test*> tests;
  /// The modules; they own the syntax that the pointers above point into.
  std::vector<std::unique_ptr<ast::Module>> modules;
};

/// The value of a literal or of a table's cell as text of `type` (row names and enumeration values by name).
/// Reports and returns nothing when the text does not fit.
/// The cell of a test as what it names a row of data by: the parts of its key in order, `c1, 2`, those of a
/// row in it in its place; of any other type its one value. Nothing when it was reported.
std::optional<std::vector<Value>> test_values(const Model& model, const ast::Cellule& cell,
                                              const ir::Type& type, Diagnostics& diagnostics);

std::optional<Value> cell_value(const Model& model, std::string_view text, bool quoted, const ir::Type& type,
                                Span span, Diagnostics& diagnostics);

/// The measure or group that a path means; nothing when it is none.
std::optional<MeasureValue> measure_named(const Model& model, const ast::Expr& path);

/// The names after the dot of a `result of` it: the populations, and `rate`.
std::vector<std::string> values_of_result(const Model& model, const MeasureValue& value);

/// The column that a path such as `statin_therapy.ascvd.numerator` means among the names of an entity's rows;
/// none when it is no column.
uint32_t column_at(const Model& model, uint32_t entity, std::string_view path);

/// Was it reported already why this name means nothing?
bool is_reported(const Model& model, const std::string& name);

/// For a name that is not there: "`pc_01` was removed by hvbp_2025, because …", with the place; nothing when
/// no amendment did.
std::optional<Note> removal_note(const Model& model, const std::string& name);

/// Reports a name that several modules give to these different value sets (G414).
void several_value_sets(Diagnostics& diagnostics, const Model& model, const std::string& name,
                        const std::vector<uint32_t>& sets, Span span);

/// The type a written type name means; reports an unknown one.
std::optional<ir::Type> named_type(const Model& model, const ast::TypeName& name, Diagnostics& diagnostics);

}  // namespace merit::model
