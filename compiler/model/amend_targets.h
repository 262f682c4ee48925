#pragma once
// What an amendment can name in the modules that its base reaches. Only for amend.cpp.

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/syntax/ast.h"

namespace merit::model {

enum class Kind : uint8_t {
  value,
  field,
  column,
  table,
  entity,
  enumeration,
  value_set,
  payment,
  ensure,
  test,
  report,
  source,
  program,
  measure
};

/// A declaration that can be amended; for a definition or step also which one of its block.
struct Place {
  ast::Declaration* declaration = nullptr;
  size_t item = 0;
  bool inherited = false;  ///< of a group that leaves it as the measure says it; item is the measure's
};

/// Place::item of a definition or part of a measure (body 0) or of its groups (bodies 1, 2, …).
struct MeasureItem {
  size_t body = 0;
  bool part = false;
  size_t index = 0;

  size_t packed() const { return (body << 32U) | (size_t{part} << 31U) | index; }

  static MeasureItem of(size_t item) { return {item >> 32U, ((item >> 31U) & 1U) != 0, item & 0x7fffffffU}; }
};

class Targets {
 public:
  void add(ast::Module& module);
  /// nullptr when there is nothing of this kind and name (a title, a file, a path such as hospital.score).
  const Place* find(Kind kind, const std::string& name) const;
  std::vector<std::string> names(Kind kind) const;
  /// Every source that reads a file; several modules may read one.
  std::vector<ast::Declaration*> sources_of(const std::string& file) const;

  void forget(Kind kind, const std::string& name) { by_kind_[static_cast<size_t>(kind)].erase(name); }

  /// The definition of a `for each`, or the step of a payment, at a place; nullptr for a parameter.
  static ast::Definition* definition(const Place& place);

 private:
  void add(Kind kind, std::string name, ast::Declaration& declaration, size_t item = 0,
           bool inherited = false);
  void add_measure(ast::Declaration& owner);

  std::unordered_map<std::string, Place> by_kind_[14];
  std::vector<ast::Declaration*> sources_;
};

}  // namespace merit::model
