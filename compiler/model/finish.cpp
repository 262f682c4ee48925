// What can be said only when the types of computed columns are known: the cells of tests, reports, and
// headers with holes.
#include <algorithm>

#include "compiler/model/declarer.h"
#include "compiler/model/names.h"
#include "compiler/model/table_text.h"

namespace merit::model {

namespace {

class Finisher {
 public:
  Finisher(Model& model, Diagnostics& diagnostics)
      : model_(model), program_(model.program), diagnostics_(diagnostics) {}

  void run() {
    for (size_t i = 0; i < model_.tests.size(); ++i) test(*model_.tests[i], program_.tests[i]);
    reports();
    headers();
  }

 private:
  /// A computed column whose body was refused has no type to speak of.
  bool is_known(uint32_t column) const {
    const ir::Column& made = program_.columns[column];
    return made.kind != ir::ColumnKind::computed || made.body != nullptr ||
           model_.column_sources[column].body == nullptr;
  }

  void test(const ast::Test& written, ir::Test& test) {
    for (const ast::TestSetting& setting : written.settings) this->setting(setting, test);
    for (const ast::TestRows& given : written.given) rows(given, true, test.given);
    for (const ast::TestRows& expected : written.expected) rows(expected, false, test.expected);
  }

  void setting(const ast::TestSetting& written, ir::Test& test) {
    if (!written.value) return;
    const auto member = model_.members[0].find(written.parameter.text);
    if (member == model_.members[0].end() || member->second.kind != Member::Kind::column ||
        !model_.column_sources[member->second.index].is_parameter) {
      std::vector<std::string> names;
      for (const uint32_t parameter : program_.parameters) names.push_back(program_.columns[parameter].name);
      Diagnostic& diagnostic = diagnostics_.error("G501", written.parameter.span,
                                                  "There is no parameter `" + written.parameter.text + "`.",
                                                  did_you_mean(written.parameter.text, names));
      if (auto note = removal_note(model_, written.parameter.text))
        diagnostic.notes.push_back(std::move(*note));
      return;
    }
    const uint32_t column = member->second.index;
    if (!is_known(column)) return;
    if (const auto* missing = std::get_if<ast::MissingValue>(&written.value->node)) {
      if (!program_.columns[column].type.optional) {
        diagnostics_.error("G502", written.value->span,
                           "The parameter `" + written.parameter.text +
                               "` always has a value, so no test can "
                               "be without it.",
                           "Let its type end in `?` where it is declared.");
        return;
      }
      test.settings.push_back(ir::TestSetting{column, missing->reason ? Value::of_missing(*missing->reason)
                                                                      : Value::of_missing()});
      return;
    }
    const ir::Type& type = program_.columns[column].type;
    auto value = literal_value(model_, *written.value, type, diagnostics_);
    if (value && type.step && !(value->number_or_amount() / *type.step).is_integer()) {
      diagnostics_.error("G502", written.value->span,
                         "The parameter `" + written.parameter.text + "` is " +
                             ir::type_text(program_, type) + ", and this is not rounded to that.",
                         "Give an amount that is.");
      return;
    }
    if (value) test.settings.push_back(ir::TestSetting{column, std::move(*value)});
  }

  void rows(const ast::TestRows& written, bool given, std::vector<ir::TestRows>& into) {
    const auto found = model_.entities.find(written.entity.text);
    if (found == model_.entities.end()) {
      if (!written.entity.text.empty()) unknown_entity(model_, written.entity, diagnostics_);
      return;
    }
    const ir::Entity& entity = program_.entities[found->second];
    if (given && entity.kind != ir::EntityKind::data) {
      diagnostics_.error("G503", written.entity.span,
                         "The rows of `" + entity.name +
                             "` are made by the program and cannot be given in a test.",
                         "Give the rows of entities that come from data.");
      return;
    }
    ir::TestRows made;
    made.entity = found->second;
    made.span = written.entity.span;
    std::vector<uint32_t> columns;
    for (const ast::Cellule& header : written.rows.header)
      columns.push_back(test_column(found->second, header, given));
    bool sound = true;
    for (const uint32_t key : entity.keys) {
      if (std::find(columns.begin(), columns.end(), key) != columns.end()) continue;
      diagnostics_.error("G505", written.rows.span,
                         "The key `" + program_.columns[key].name + "` of `" + entity.name +
                             "` is not shown here.",
                         "Show every key of an entity, so that each row can be told from the others.");
      sound = false;
    }
    std::unordered_map<std::string, Span> seen;
    for (const std::vector<ast::Cellule>& row : written.rows.rows) {
      if (!check_width(written.rows, row, diagnostics_) || !sound) continue;
      std::string key;
      std::vector<ir::TestCell> cells;
      for (size_t i = 0; i < row.size(); ++i) {
        if (columns[i] == ir::none) continue;
        cells.push_back(cell(row[i], columns[i], given));
        if (!program_.columns[columns[i]].key) continue;
        const Value& value = cells.back().value;  // 1_000 and 1000 are one key
        const bool counts = cells.back().state == ir::TestCell::State::known &&
                            (value.kind() == ValueKind::number || value.kind() == ValueKind::money);
        key += (counts ? value.number_or_amount().exact_text() : row[i].text) + "\x1f";
      }
      const auto [first, fresh] = seen.try_emplace(key, row_span(row));
      if (!fresh) {
        diagnostics_
            .error("G105", row_span(row), "This row has the same key as another one of this test.",
                   "Take one out.")
            .notes.push_back(Note{first->second, "The first one is here."});
        continue;
      }
      made.rows.push_back(std::move(cells));
    }
    into.push_back(std::move(made));
  }

  /// The column that a header of a test's table means; none when it was reported, or cannot be read for
  /// another error.
  uint32_t test_column(uint32_t entity, const ast::Cellule& header, bool given) {
    const std::string name = header_cell(header).name.text;
    const uint32_t column = column_named(entity, name);
    if (column == ir::none && is_reported(model_, name)) return ir::none;
    if (column == ir::none) {
      std::vector<std::string> names;
      for (const uint32_t each : program_.entities[entity].columns) {
        if (!program_.columns[each].hidden) names.push_back(program_.columns[each].name);
      }
      const auto member = model_.members[entity].find(name);
      if (member != model_.members[entity].end() && member->second.kind == Member::Kind::reverse) {
        diagnostics_.error("G504", header.span, "`" + name + "` are many rows, which no cell can hold.",
                           "Expect it in a condition: `expect count of " + name + " …`.");
        return ir::none;
      }
      Diagnostic& diagnostic = diagnostics_.error(
          "G504", header.span, "`" + program_.entities[entity].name + "` has no column `" + name + "`.",
          did_you_mean(name, names));
      if (auto note = removal_note(model_, name)) diagnostic.notes.push_back(std::move(*note));
      return ir::none;
    }
    if (given && program_.columns[column].kind != ir::ColumnKind::stored) {
      diagnostics_.error("G506", header.span, "`" + name + "` is computed by a rule and cannot be given.",
                         "Give the fields it is computed from, or expect it.");
      return ir::none;
    }
    if (!is_known(column)) return ir::none;
    if (program_.columns[column].type.kind == ir::TypeKind::collection) {
      diagnostics_.error("G504", header.span, "`" + name + "` is a collection, which no cell can hold.",
                         "Expect it in a condition: `expect count of " + name + " …`.");
      return ir::none;
    }
    return column;
  }

  uint32_t column_named(uint32_t entity, const std::string& name) const {
    return column_at(model_, entity, name);
  }

  ir::TestCell cell(const ast::Cellule& written, uint32_t column, bool given) {
    using State = ir::TestCell::State;
    ir::TestCell cell;
    cell.column = column;
    cell.span = written.span;
    const ir::Column& made = program_.columns[column];
    if (written.text.empty() && !written.quoted) {
      if (made.key) {
        diagnostics_.error("G106", written.span, "A key is never empty.", "Fill it in.");
      }
      return cell;
    }
    if (!written.quoted && written.text == "missing") {
      cell.state = State::missing;
      if (given && !made.type.optional) {
        diagnostics_.error(
            "G106", written.span, "`" + made.name + "` must have a value and cannot be missing.",
            "Leave the cell empty when the test does not need it, or let the field's type end in `?`.");
      }
      return cell;
    }
    if (!given && !written.quoted && written.text == "fault") {
      cell.state = State::fault;
      return cell;
    }
    auto values = test_values(model_, written, made.type, diagnostics_);
    if (!values) return cell;
    cell.state = State::known;
    cell.value = std::move(values->front());
    cell.more.assign(std::make_move_iterator(values->begin() + 1), std::make_move_iterator(values->end()));
    return cell;
  }

  void reports() {
    for (const ir::Report& report : program_.reports) {
      for (const ir::ReportColumn& column : report.columns) {
        if (column.column == ir::none || !is_known(column.column)) continue;
        const ir::Column& made = program_.columns[column.column];
        if (made.type.kind != ir::TypeKind::collection) continue;
        diagnostics_.error(
            "G301", made.hidden ? made.span : report.span,
            "The report `" + report.name + "` cannot show `" + column.title + "`, which is a collection.",
            "Show a value of it: `count of " + column.title + "`, or report its rows by themselves.");
      }
    }
  }

  void headers() {
    for (const ir::Source& source : program_.sources) {
      for (const ir::SourceBlock& block : source.blocks) {
        for (const ir::SourceField& field : block.fields) {
          if (field.value.kind == ir::SourceValue::Kind::for_each_value) continue;
          for (const uint32_t hole : field.value.header_holes) {
            if (!is_known(hole)) continue;
            const ir::Type& type = program_.columns[hole].type;
            if (type.kind == ir::TypeKind::text && !type.optional) continue;
            diagnostics_.error(
                "G406", field.value.span,
                "What stands in the header's hole must be a text in every row, and this is of type `" +
                    ir::type_text(program_, type) + "`.");
          }
        }
      }
    }
  }

  Model& model_;
  ir::Program& program_;
  Diagnostics& diagnostics_;
};

}  // namespace

void finish_declarations(Model& model, Diagnostics& diagnostics) {
  Finisher(model, diagnostics).run();
}

}  // namespace merit::model
