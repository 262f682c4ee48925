#pragma once
// A tree as text, for tests: one declaration a line, expressions as (operator operand operand).

#include <sstream>
#include <string>

#include "compiler/syntax/ast.h"

namespace merit::testing {

class TreeDump {
 public:
  static std::string of(const ast::Module& module) {
    TreeDump dump;
    dump.out_ << "module " << module.name.text;
    if (module.amends) dump.out_ << " amends " << module.amends->text;
    dump.doc(module.doc);
    dump.out_ << "\n";
    for (const auto& declaration : module.declarations) {
      dump.doc(declaration->doc);
      std::visit([&](const auto& node) { dump.put(node); }, declaration->node);
      dump.out_ << "\n";
    }
    return dump.out_.str();
  }

  static std::string of(const ast::Expr& expression) {
    TreeDump dump;
    dump.put(expression);
    return dump.out_.str();
  }

 private:
  static const char* word(ast::BinaryOp op) {
    static const char* const words[] = {
        "+",      "-",     "*",          "/",           "^",          "is",     "is-not",
        "<",      "<=",    ">",          ">=",          "in",         "not-in", "overlaps",
        "before", "after", "reached-by", "better-than", "worse-than", "and",    "or"};
    return words[static_cast<size_t>(op)];
  }

  static const char* word(ast::AggregateKind kind) {
    static const char* const words[] = {"count",       "sum",    "average",    "minimum",
                                        "maximum",     "exists", "no",         "every",
                                        "the",         "latest", "earliest",   "highest",
                                        "lowest",      "median", "percentile", "standard-deviation",
                                        "variance",    "rank",   "list",       "previous",
                                        "days-covered"};
    return words[static_cast<size_t>(kind)];
  }

  void doc(const ast::Doc& doc) {
    if (!doc.text.empty()) out_ << "##" << doc.text << "## ";
  }

  void put(const ast::ExprPtr& expression) {
    if (expression == nullptr) {
      out_ << "-";
    } else {
      put(*expression);
    }
  }

  void put(const ast::Expr& expression) {
    if (expression.bracketed) out_ << "[";
    std::visit([&](const auto& node) { put(node); }, expression.node);
    if (expression.bracketed) out_ << "]";
  }

  void put(const ast::Literal& n) {
    static const char* const kinds[] = {"", "%", "money:", "", "", "text:", "", "span:"};
    out_ << kinds[static_cast<size_t>(n.kind)] << n.unit << (n.kind == ast::LiteralKind::text ? "\"" : "")
         << n.text << (n.kind == ast::LiteralKind::text ? "\"" : "");
  }

  void put(const ast::NameRef& n) { out_ << n.name; }

  void put(const ast::Member& n) {
    put(n.object);
    out_ << "." << n.member.text;
  }

  void put(const ast::Through& n) {
    out_ << "(through ";
    put(n.collection);
    out_ << " " << n.link.text << ")";
  }

  void put(const ast::Call& n) {
    out_ << "(call ";
    put(n.callee);
    for (const auto& argument : n.arguments) {
      out_ << " ";
      put(argument);
    }
    if (!n.mode.empty()) out_ << " <" << n.mode << ">";
    out_ << ")";
  }

  void put(const ast::Unary& n) {
    static const char* const words[] = {"neg", "not", "known", "missing", "date-of"};
    out_ << "(" << words[static_cast<size_t>(n.op)] << " ";
    put(n.operand);
    out_ << ")";
  }

  void put(const ast::Binary& n) {
    out_ << "(" << word(n.op) << (n.by_day ? "-by-day " : " ");
    put(n.left);
    out_ << " ";
    put(n.right);
    out_ << ")";
  }

  void put(const ast::InUnit& n) {
    out_ << "(as ";
    put(n.value);
    out_ << " '" << n.unit << "')";
  }

  void put(const ast::Range& n) {
    static const char* const words[] = {"to", "to-below", "over", "or-more", "under"};
    out_ << "(" << words[static_cast<size_t>(n.ends)] << " ";
    put(n.low);
    out_ << " ";
    put(n.high);
    out_ << ")";
  }

  void put(const ast::Within& n) {
    static const char* const words[] = {"before", "after", "of"};
    out_ << (n.by_day ? "(within-by-day " : "(within ");
    put(n.value);
    out_ << " ";
    put(n.distance);
    out_ << " " << words[static_cast<size_t>(n.side)] << " ";
    put(n.anchor);
    out_ << ")";
  }

  void put(const ast::SpanBetween& n) {
    static const char* const words[] = {"days", "whole-days", "hours", "minutes", "months", "years"};
    out_ << "(" << words[static_cast<size_t>(n.unit)] << " ";
    put(n.from);
    out_ << " ";
    put(n.to);
    out_ << ")";
  }

  void put(const ast::IfMissing& n) {
    out_ << "(if-missing ";
    put(n.value);
    out_ << " ";
    put(n.fallback);
    out_ << ")";
  }

  void put(const ast::MissingValue& n) { out_ << "missing" << (n.reason ? "\"" + *n.reason + "\"" : ""); }

  void put(const ast::AsBefore&) { out_ << "as-before"; }

  void put(const ast::All& n) { out_ << "(all " << n.entity_plural.text << ")"; }

  void put(const ast::Filter& n) {
    out_ << "(where ";
    put(n.base);
    if (n.alias) out_ << " as " << n.alias->text;
    out_ << " ";
    put(n.condition);
    out_ << ")";
  }

  void put(const ast::Aggregate& n) {
    out_ << "(" << word(n.kind) << " ";
    if (n.value != nullptr) {
      put(n.value);
      out_ << " over ";
    }
    put(n.collection);
    for (const auto& key : n.order) {
      out_ << (key.highest_first ? " desc " : " asc ");
      put(key.key);
    }
    for (const auto& option : n.options) {
      out_ << " option ";
      put(option);
    }
    if (n.weight != nullptr) {
      out_ << " weight ";
      put(n.weight);
    }
    if (n.highest_first) out_ << (*n.highest_first ? " highest-first" : " lowest-first");
    static const char* const ties[] = {"", " ties-best", " ties-average", " ties-by"};
    out_ << ties[static_cast<size_t>(n.ties)] << ")";
  }

  void put(const ast::Solve& n) {
    out_ << (n.largest ? "(largest " : "(smallest ") << n.unknown.text << " in ";
    put(n.reach);
    out_ << " by ";
    put(n.step);
    out_ << " such-that ";
    put(n.condition);
    out_ << ")";
  }

  void put(const ast::Apportion& n) {
    out_ << "(apportion ";
    put(n.total);
    out_ << " by ";
    put(n.weight);
    out_ << " over ";
    put(n.collection);
    out_ << " step ";
    put(n.step);
    for (const auto& key : n.ties) {
      out_ << (key.highest_first ? " ties-high " : " ties ");
      put(key.key);
    }
    out_ << ")";
  }

  void put(const ast::MeasureOver& n) {
    static constexpr const char* what[] = {"rate", "numerator", "denominator", "result"};
    out_ << "(" << what[static_cast<size_t>(n.what)] << "-of ";
    put(n.measure);
    out_ << " over ";
    put(n.collection);
    out_ << ")";
  }

  void put(const ast::Cases& n) {
    out_ << "(cases";
    for (const auto& row : n.rows) {
      out_ << " {";
      put(row.value);
      out_ << " when ";
      put(row.condition);
      out_ << "}";
    }
    out_ << ")";
  }

  void put(const ast::Quantified& n) {
    static const char* const words[] = {"all-of", "any-of", "none-of", "at-least"};
    out_ << "(" << words[static_cast<size_t>(n.quantifier)];
    if (n.quantifier == ast::Quantifier::at_least) out_ << " " << n.at_least;
    for (const auto& line : n.lines) {
      out_ << " ";
      put(line);
    }
    out_ << ")";
  }

  void put(const ast::Cell& n) {
    out_ << "(cell \"" << n.header << "\"";
    for (const auto& pattern : n.patterns) out_ << " like \"" << pattern << "\"";
    if (n.interpolated != nullptr) {
      out_ << " ";
      put(n.interpolated);
    }
    out_ << ")";
  }

  void put(const ast::Path& n) { out_ << "(path \"" << n.text << "\")"; }

  void put(const ast::Only& n) { out_ << "(only \"" << n.resource << "\")"; }

  void put(const ast::PositionOf& n) { out_ << "(position " << n.element.text << ")"; }

  void put(const ast::Interpolated& n) {
    out_ << "(text";
    for (size_t i = 0; i < n.parts.size(); ++i) {
      out_ << " \"" << n.parts[i] << "\"";
      if (i < n.holes.size()) {
        out_ << " ";
        put(n.holes[i]);
      }
    }
    out_ << ")";
  }

  void put(const ast::Broken&) { out_ << "BROKEN"; }

  void put(const ast::TypeName& type) { out_ << " : " << type.name.text << (type.optional ? "?" : ""); }

  void put(const ast::Definition& n) {
    doc(n.doc);
    out_ << n.name.text;
    for (const auto& argument : n.arguments) {
      out_ << "(" << argument.name.text;
      put(argument.type);
      out_ << ")";
    }
    if (n.type) put(*n.type);
    out_ << " = ";
    put(n.body);
  }

  void put(const std::vector<ast::Definition>& definitions) {
    for (const auto& definition : definitions) {
      out_ << "\n  ";
      put(definition);
    }
  }

  void put(const ast::TableText& n) {
    const auto row = [&](const std::vector<ast::Cellule>& cells) {
      out_ << "\n  |";
      for (const auto& cell : cells)
        out_ << (cell.quoted ? "\"" : "") << cell.text << (cell.quoted ? "\"" : "") << "|";
    };
    row(n.header);
    for (const auto& cells : n.rows) row(cells);
  }

  void put(const std::vector<ast::Field>& fields) {
    for (const auto& field : fields) {
      out_ << "\n  ";
      doc(field.doc);
      out_ << (field.key ? "key " : "") << field.name.text;
      put(field.type);
    }
  }

  void put(const std::vector<ast::ProgramLine>& lines) {
    for (const auto& line : lines) out_ << "\n  " << line.name.text << " " << line.text;
  }

  void put(const ast::Use& n) {
    out_ << "use";
    for (const auto& part : n.path) out_ << " " << part.text;
  }

  void put(const ast::Program& n) {
    out_ << "program " << n.title;
    put(n.lines);
  }

  void put(const ast::Parameter& n) {
    out_ << "parameter " << n.name.text;
    if (n.type) put(*n.type);
    out_ << " = ";
    put(n.value);
  }

  void put(const ast::Enum& n) {
    out_ << "enum " << n.name.text;
    for (const auto& value : n.values) out_ << " " << value.text;
  }

  void put(const ast::ValueSet& n) {
    out_ << (n.kind == ast::ValueSet::Kind::code ? "code " : "valueset ") << n.name.text;
    if (n.kind != ast::ValueSet::Kind::any_of) out_ << " \"" << n.url << "\"";
    if (!n.code.empty()) out_ << " \"" << n.code << "\"";
    if (!n.version.empty()) out_ << " version \"" << n.version << "\"";
    for (const auto& member : n.members) out_ << " " << member.text;
  }

  void put(const ast::Entity& n) {
    out_ << "entity " << n.name.text;
    if (n.plural) out_ << "(" << n.plural->text << ")";
    put(n.fields);
    if (!n.form) return;
    if (const auto* distinct = std::get_if<ast::DistinctForm>(&*n.form)) {
      out_ << " distinct ";
      put(distinct->value);
      out_ << " of ";
      put(distinct->collection);
    } else if (const auto* pairs = std::get_if<ast::PairsForm>(&*n.form)) {
      for (const auto& part : pairs->parts) out_ << " x " << part.text;
    } else if (const auto* numbers = std::get_if<ast::NumbersForm>(&*n.form)) {
      out_ << " " << numbers->of.text << " where ";
      put(numbers->condition);
      out_ << " " << numbers->number.text << " in ";
      put(numbers->range);
    } else if (const auto* merged = std::get_if<ast::MergedForm>(&*n.form)) {
      out_ << " merged " << merged->period.text << " over " << merged->members.text << " for "
           << merged->owner.text;
    } else {
      for (const auto& part : std::get<ast::UnionForm>(*n.form).parts) {
        out_ << "\n  from ";
        put(part.collection);
        for (const auto& value : part.values) {
          out_ << " " << value.name.text << " = ";
          put(value.value);
        }
      }
    }
  }

  void put(const ast::Table& n) {
    out_ << "table " << n.name.text;
    if (n.plural) out_ << "(" << n.plural->text << ")";
    if (n.file) out_ << " from " << *n.file;
    put(n.text);
  }

  void head(const std::optional<ast::Name>& entity, const ast::ExprPtr& condition) {
    if (entity) out_ << " for-each " << entity->text;
    if (condition != nullptr) {
      out_ << " where ";
      put(condition);
    }
  }

  void put(const ast::ForEach& n) {
    out_ << "rules";
    head(n.entity, n.condition);
    put(n.definitions);
  }

  void put(const ast::Payment& n) {
    out_ << "payment " << n.name.text;
    head(n.entity, n.condition);
    put(n.steps);
  }

  void put(const ast::Ensure& n) {
    out_ << "ensure " << n.title;
    head(n.entity, n.row_condition);
    out_ << ": ";
    put(n.condition);
  }

  void put(const ast::Report& n) {
    out_ << "report " << n.name.text;
    head(n.entity, n.condition);
    for (const auto& column : n.columns) {
      out_ << " ";
      put(column.value);
      if (column.title) out_ << " titled " << *column.title;
    }
  }

  void put(const ast::Test& n) {
    out_ << "test " << n.title;
    for (const auto& setting : n.settings) {
      out_ << "\n  given " << setting.parameter.text << " = ";
      put(setting.value);
    }
    for (const auto& rows : n.given) {
      out_ << "\n  given " << rows.entity.text;
      put(rows.rows);
    }
    for (const auto& rows : n.expected) {
      out_ << "\n  expect " << rows.entity.text;
      put(rows.rows);
    }
    for (const auto& condition : n.conditions) {
      out_ << "\n  expect ";
      put(condition);
    }
  }

  void put(const ast::Findings& n) {
    out_ << "findings " << n.plural.text;
    if (n.singular) out_ << "(" << n.singular->text << ")";
    if (n.outcomes) out_ << " of " << n.outcomes->text;
    head(n.entity, n.condition);
    for (const auto& row : n.rows) {
      out_ << "\n  " << row.outcome.text << " \"" << row.code << "\" when ";
      put(row.condition);
    }
  }

  void put(const ast::MeasureLine& n) { out_ << "\n  " << n.name.text << " [" << n.text << "]"; }

  void put(const ast::MeasureBody& n) {
    for (const auto& line : n.lines) put(line);
    for (const auto& definition : n.definitions) {
      out_ << "\n  ";
      put(definition);
    }
    for (const auto& part : n.parts) {
      out_ << "\n  " << (part.supplemental ? "supplemental " : "stratifier ");
      put(part.definition);
    }
  }

  void put(const ast::Measure& n) {
    out_ << (n.composite ? "composite " : "measure ") << n.whole.name.text;
    head(n.entity, n.condition);
    put(n.whole);
    for (const auto& component : n.components) {
      out_ << "\n  component";
      for (const auto& name : component.path) out_ << " " << name.text;
      out_ << " weight " << component.weight;
    }
    for (const auto& group : n.groups) {
      out_ << "\n  group " << group.name.text << " [" << group.title << "]";
      put(group);
    }
  }

  void put(const ast::Source& n) {
    out_ << "source " << n.file << " missing";
    for (const auto& text : n.missing) out_ << " \"" << text << "\"";
    for (const auto& block : n.blocks) {
      out_ << "\n  " << block.entity.text;
      head(block.for_each, block.condition);
      for (const auto& field : block.fields) {
        out_ << "\n    " << field.field.text << " = ";
        put(field.value);
      }
    }
  }

  void put(const ast::Target& n) {
    static const char* const kinds[] = {"definition", "row",  "rows",      "ensure",       "test",  "report",
                                        "program",    "enum", "value-set", "source-field", "fields"};
    out_ << kinds[static_cast<size_t>(n.kind)];
    if (!n.title.empty()) out_ << " \"" << n.title << "\"";
    for (const auto& part : n.path) out_ << " " << part.text;
    for (const auto& key : n.key) out_ << " (" << key.text << ")";
  }

  void put(const ast::Replace& n) {
    out_ << "replace ";
    put(n.target);
    out_ << " by ";
    if (n.definition) put(*n.definition);
    if (n.rows) put(*n.rows);
    if (n.ensure) put(*n.ensure);
    if (n.test) put(*n.test);
    if (n.report) put(*n.report);
    put(n.program_lines);
    for (const auto& value : n.values) out_ << " " << value.text;
    for (const auto& line : n.measure_lines) put(line);
    if (n.source != nullptr) put(n.source);
  }

  void put(const ast::Add& n) {
    out_ << "add ";
    put(n.target);
    if (n.rows) put(*n.rows);
    put(n.fields);
  }

  void put(const ast::Remove& n) {
    out_ << "remove ";
    put(n.target);
    out_ << " because " << n.because;
  }

  std::ostringstream out_;
};

}  // namespace merit::testing
