#pragma once
// The state of declare() while it runs through its passes. Only for declare*.cpp.

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/model/declare.h"

namespace merit::model {

struct HeaderCell;

class Declarer {
 public:
  Declarer(std::shared_ptr<SourceFiles> files, Merged& merged, std::vector<ir::Module> records,
           Diagnostics& diagnostics);
  Model run();

 private:
  // Every declaration of one kind, in load order, with its `##` text.
  template <typename Node>
  struct Declared {
    const Node* node;
    const ast::Declaration* declaration;
  };

  template <typename Node>
  std::vector<Declared<Node>> all() const {
    std::vector<Declared<Node>> result;
    for (const auto& module : model_.modules) {
      for (const auto& declaration : module->declarations) {
        if (const auto* node = std::get_if<Node>(&declaration->node))
          result.push_back({node, declaration.get()});
      }
    }
    return result;
  }

  // The passes, in this order (declare.cpp).
  void program_blocks();
  void enums();
  void value_sets();  // declare_codes.cpp
  void entity_names();
  void entity_fields();    // declare_entities.cpp
  void pairs();            // declare_entities.cpp
  void tables();           // declare_tables.cpp
  void groups();           // declare_entities.cpp
  void numbers();          // declare_parts.cpp
  void unions();           // declare_parts.cpp
  void merged();           // declare_parts.cpp
  void findings();         // declare_parts.cpp
  void reverse_names();    // declare_entities.cpp
  void measure_rows();     // declare_composites.cpp
  void measures();         // declare_measures.cpp
  void composites();       // declare_composites.cpp
  void measure_periods();  // declare_measures.cpp
  void values();           // declare_values.cpp
  void payments();         // declare_values.cpp
  void ensures();          // declare_outputs.cpp
  void reports();          // declare_outputs.cpp
  void tests();            // declare_outputs.cpp
  void sources();          // declare_sources.cpp
  void order_columns();

  /// The type that a definition of an entity's rows, which is not declared yet, says that it has.
  std::optional<ir::Type> written_type(uint32_t entity, const std::string& name);

  void declared_value_set(ir::ValueSet set, uint32_t file);
  std::string module_named(uint32_t file) const;

  // Names.
  struct Taken {
    Span span;
    std::string what;  // "an entity", "the plural of `hospital`"
  };

  /// Takes a name of the whole program; reports one that is taken.
  bool take(const std::string& name, Span span, const std::string& what);
  /// Gives an entity's rows a name; reports one that is taken.
  bool add_member(uint32_t entity, const std::string& name, Member member, Span span,
                  const std::string& what);
  void declared_twice(const std::string& name, Span span, const std::string& what, const Taken& first);
  /// The entity of this name; reports an unknown one.
  uint32_t entity_named(const ast::Name& name);
  uint32_t add_entity(const ast::Name& name, const std::optional<ast::Name>& plural, ir::EntityKind kind,
                      const ast::Declaration& declaration);
  uint32_t add_column(uint32_t entity, std::string name, ir::Type type, ir::ColumnKind kind, Span span,
                      ColumnSource source = {});
  uint32_t add_hidden(uint32_t entity, std::string name, const ast::Expr& body, ColumnSource source);
  /// The hidden boolean column of a `where`; none when there is no condition.
  uint32_t add_condition(uint32_t entity, std::string name, const ast::Expr* condition);
  std::string text_of(Span span) const;

  // Entities of parts.
  uint32_t add_key(uint32_t entity, const std::string& name, ir::Type type, Span span);
  uint32_t add_enum(const std::string& name, std::vector<std::string> values, Span span);
  ColumnSource part_condition(ir::Part& part, uint32_t member, const std::string& name,
                              const ast::Expr* condition);
  /// The entity that a path of links, read at a row of an entity, leads to; none when it is no such path.
  uint32_t linked_by(const ast::Expr& path, uint32_t entity) const;
  void union_values(uint32_t entity, const ast::UnionForm& form, const std::vector<ColumnSource>& conditions);
  void finding_columns(uint32_t entity, const ast::Findings& findings, uint32_t number);

  // Entities and tables.
  bool key_type_allowed(const ir::Type& type, Span span);
  uint32_t collection_entity(const ast::Expr& collection, int depth);
  struct TableState;
  void table_header(TableState& table);
  ir::Type column_type(const TableState& table, size_t column, const ast::Name& name) const;
  void table_keys(uint32_t entity, std::unordered_map<uint32_t, TableState>& tables);
  void table_cells(TableState& table);
  bool is_ranged(const TableState& table, size_t position) const;
  void range_header(TableState& table, size_t position, const std::optional<ir::Type>& declared);
  std::optional<Value> range_cell(TableState& table, size_t position, const ast::Cellule& cell);
  void check_table_ranges(TableState& table);
  bool scale_type(TableState& table, size_t position, const HeaderCell& header, ir::Type& type);
  bool boxes_apart(const TableState& table, const std::vector<size_t>& ranged,
                   const std::vector<uint32_t>& rows);
  void scale_cells(TableState& table, size_t position);
  bool marginal_bands(const TableState& table, size_t position, const std::vector<Number>& rates,
                      std::vector<Value>& origins, std::vector<Value>& bases, std::vector<Value>& slopes);
  std::optional<Value> key_cell(const TableState& table, const ast::Cellule& cell, const ir::Type& type);

  // Values.
  void definition(uint32_t entity, const ast::Definition& definition, const ColumnSource& around);
  void link_before(uint32_t column, const std::string& name);

  // Measures.
  struct MeasureState;
  bool measure_line(ir::Measure& measure, MeasureState& state, const ast::MeasureLine& line, bool of_group);
  uint32_t add_scope(const std::string& path, uint32_t entity, uint32_t parent, uint32_t measure);
  bool add_to_scope(uint32_t scope, const std::string& name, Member member, Span span,
                    const std::string& what);
  uint32_t scoped_column(uint32_t scope, const ast::Definition& definition, ColumnSource source);
  void measure_body(MeasureState& state, const ast::MeasureBody& body, uint32_t scope);
  void measure_group(MeasureState& state, const ast::MeasureBody& body, uint32_t scope);
  void measure_parts(MeasureState& state, const ast::MeasureBody& body, uint32_t scope);
  bool check_populations(const MeasureState& state, const ast::MeasureBody& body);
  uint32_t add_gate(uint32_t scope, const std::string& name, std::vector<GateTerm> gate, Span span,
                    bool hidden = false);
  void observation(MeasureState& state, const std::string& name, const ast::Definition& definition,
                   ir::Population of, uint32_t gated, uint32_t counted, uint32_t scope);
  void add_rate(uint32_t scope, const std::string& path, MeasureValue value, Span span);
  void composite(const ast::Measure& node, const ast::Declaration& declaration);
  void composite_lines(ir::Measure& measure, const ast::Measure& node, uint32_t scope);
  void result_bundle(uint32_t entity, const ast::Definition& definition, const ColumnSource& around);

  // Outputs and sources.
  uint32_t plain_column(uint32_t entity, const ast::Expr& path) const;
  void source_block(ir::Source& source, const ast::SourceBlock& block,
                    std::unordered_map<uint32_t, Span>& filled);
  std::optional<ir::SourceValue> source_value(const ir::SourceBlock& block, const ir::Column& field,
                                              const ast::SourceBlock& written, const ast::Expr& value);
  std::optional<ir::SourceValue> compared_source(const ir::SourceBlock& block, const ir::Column& field,
                                                 const ast::Binary& binary, Span span);
  void source_rows(const ast::Source& written, ir::Source& source);
  std::optional<ir::SourceValue> cell_source(const ir::SourceBlock& block, const ast::Cell& cell, Span span);
  uint32_t source_column(uint32_t entity, const ast::SourceField& line,
                         std::unordered_map<uint32_t, Span>& here,
                         std::unordered_map<uint32_t, Span>& filled);
  uint32_t source_entity(const ast::Name& name);

  // Sources of FHIR. `around` are the aliases of the lists around a place, from the outside.
  using Aliases = std::vector<std::string>;
  ir::FhirBlock* fhir_owner(const ast::SourceBlock& written, ir::FhirSource& source) const;
  void fhir_source(const ast::Source& written, std::unordered_map<uint32_t, Span>& filled);
  std::optional<ir::FhirBlock> fhir_block(const ast::SourceBlock& written, const ir::FhirBlock* owner,
                                          const Aliases& around, std::unordered_map<uint32_t, Span>& filled);
  void fhir_nesting(const ast::SourceBlock& written, ir::FhirBlock& block, const ir::FhirBlock* owner,
                    const Aliases& around, std::unordered_map<uint32_t, Span>& here,
                    std::unordered_map<uint32_t, Span>& filled);
  bool fhir_path(const std::string& text, Span span, const Aliases& around, uint32_t& from,
                 std::vector<ir::PathStep>& steps);
  std::optional<ir::FhirValue> fhir_value(const ir::Column& field, const Aliases& around,
                                          const ast::Expr& value);
  std::optional<ir::FhirValue> fhir_condition(const Aliases& around, const ast::Expr& value);
  std::optional<ir::FhirValue> fhir_comparison(const Aliases& around, const ast::Binary& binary, Span span);
  void unfilled_fields(const std::unordered_map<uint32_t, Span>& filled);

  Model model_;
  Merged& merged_;
  Diagnostics& diagnostics_;
  std::unordered_map<std::string, Taken> taken_;                       // names of the whole program
  std::vector<std::unordered_map<std::string, Taken>> taken_members_;  // by entity
  std::vector<std::unordered_map<std::string, Taken>> scope_taken_;    // by scope
  std::unordered_map<const void*, uint32_t>
      entity_of_;            // ast::Entity or ast::Table: its entity, none when it was refused
  uint32_t conditions_ = 0;  // how many `where` columns there are
};

/// Reports a name that does not stand for an entity (G005), with the nearest.
void unknown_entity(const Model& model, const ast::Name& name, Diagnostics& diagnostics);

/// The value of an expression that is a literal, a name of a row or of an enumeration, or a range of dates;
/// reports any other (G502).
std::optional<Value> literal_value(const Model& model, const ast::Expr& expr, const ir::Type& type,
                                   Diagnostics& diagnostics);

}  // namespace merit::model
