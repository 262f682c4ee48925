#pragma once
// The inside of amend.cpp and its sisters (amend_*.cpp); nobody else includes it.

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/model/amend.h"
#include "compiler/model/amend_targets.h"

namespace merit::model {

/// Applies the lines of one amending module after the other to what they amend.
class Amender {
 public:
  Amender(Merged& merged, Diagnostics& diagnostics) : merged_(merged), diagnostics_(diagnostics) {}

  void run(ast::Module& module, Targets& targets);

 private:
  /// Takes out of the modules what was removed. Places stay valid until then.
  void sweep();

  template <typename Item>
  void drop(const ast::Declaration& owner, std::vector<Item>& items) {
    const auto found = gone_items_.find(&owner);
    if (found == gone_items_.end()) return;
    size_t index = 0;
    std::erase_if(items, [&](const Item& /*item*/) { return found->second.contains(index++); });
  }

  void drop_of_measure(const ast::Declaration& owner, ast::MeasureBody& body, size_t number);

  // amend_replace.cpp
  void apply(ast::Replace& replace, ast::Doc& doc);

  // amend_findings.cpp
  ast::Findings* findings_to_change(const ast::Target& target);
  static std::string line_name(const std::string& outcome, const std::string& code);
  /// The line of this outcome and code; reports when there is none, several, or one that was changed already.
  ast::Finding* line_to_change(ast::Findings& findings, const std::string& outcome, const std::string& code,
                               Span span);
  void replace_findings(const ast::Target& target, std::vector<ast::Finding> rows);
  void remove_finding(ast::Findings& findings, const ast::Target& target, const std::string& because);

  // amend_replace.cpp
  /// A column of a table becomes a definition of its rows.
  void replace_column(const ast::Target& target, ast::Table& table, ast::Definition after);
  void definition(const ast::Target& target, ast::Definition after, ast::Doc& doc);
  void keep_before(const ast::Expr* body, std::unique_ptr<ast::Definition> before);
  static void program_lines(ast::Program& program, std::vector<ast::ProgramLine> lines);

  // amend_rows.cpp

  struct Columns {
    std::vector<size_t> keys;   // positions of the key columns
    std::vector<bool> as_text;  // by key: its column is text, where 1_000 and 1000 differ
    std::unordered_map<std::string, size_t> by_name;
  };

  static Columns columns_of(const ast::TableText& table);
  /// A number as it is counted, so that 1_000 and 1000 are one key; anything else as it is written.
  static std::string spelling(const ast::Cellule& cell, bool as_text);
  /// The key of a row as one text; `positions` say where its parts stand. Nothing for a row that is too
  /// short.
  static std::optional<std::string> key_of(const std::vector<ast::Cellule>& row,
                                           const std::vector<size_t>& positions, const Columns& columns);
  static std::unordered_map<std::string, size_t> rows_by_key(const ast::TableText& table,
                                                             const Columns& columns);
  static std::vector<std::string> keys_of(const std::unordered_map<std::string, size_t>& rows);
  /// For each column of `shown` its position in the base table; reports what the base does not have, and a
  /// key that is not shown.
  std::optional<std::vector<size_t>> match_header(const ast::Target& target, const ast::TableText& shown,
                                                  const ast::TableText& base, const Columns& columns);
  ast::Table* table_to_change(const ast::Target& target);
  /// Positions of the base's keys among the shown columns.
  static std::vector<size_t> shown_keys(const Columns& columns, const std::vector<size_t>& positions);
  void replace_rows(const ast::Target& target, ast::TableText shown);
  void add_rows(const ast::Target& target, ast::TableText shown);
  void remove_row(const ast::Target& target, const std::string& because);
  void no_row(const ast::Table& table, const std::string& key, Span span,
              const std::unordered_map<std::string, size_t>& rows, const std::string& otherwise);

  // amend_replace.cpp
  void apply(ast::Add& add);
  /// A population, or what it is made of, of a measure or of one of its groups.
  void add_definition(const ast::Target& target, ast::Definition added);

  // amend_remove.cpp
  void apply(ast::Remove& remove);
  void whole(Kind kind, const std::string& name, const std::string& word, const ast::Remove& remove);
  /// `remove PATH`: a definition, step, parameter, field; else a whole payment, table, entity or enumeration.
  void remove_path(const ast::Target& target, const std::string& path, const ast::Remove& remove);
  void removed(std::string name, const std::string& last, const std::string& because, Span span);

  // amend_find.cpp

  struct FoundField {
    ast::SourceBlock* block = nullptr;
    ast::SourceField* field = nullptr;
  };

  /// The one field that `source "file" ENTITY.FIELD` names.
  FoundField source_field(const ast::Target& target);
  static std::string_view word_of(Kind kind);
  /// `replace` of a table or of its column, where rows are meant.
  bool refuse_table(const std::string& name, Span span);
  /// The nearest name, else the first few that there are.
  std::string help_with(Kind kind, const std::string& name) const;
  /// Whether this module changes something for the first time; says so when it does not, because the order
  /// of an amendment's lines must not decide what it means.
  bool once(const std::string& what, Span span);
  bool once_field(const ast::Target& target);
  void changed_twice(const std::string& what, Span span, Span first);
  static std::string cell_name(const std::string& column, const std::string& table, const std::string& key);
  /// The place of what an amendment names, or a message that it is not there.
  const Place* wanted(Kind kind, const std::string& name, Span span);

  Merged& merged_;
  Diagnostics& diagnostics_;
  Targets* targets_ = nullptr;
  std::unordered_map<std::string, Span> changed_;        // what the module in hand has changed, and where
  std::vector<std::unique_ptr<ast::Declaration>> made_;  // what the module in hand declares by replacing
  std::unordered_set<const ast::Declaration*> gone_;
  std::unordered_map<const ast::Declaration*, std::unordered_set<size_t>> gone_items_;
};

}  // namespace merit::model
