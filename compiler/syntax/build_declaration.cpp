#include "compiler/syntax/build_declaration.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/syntax/table_row.h"

namespace merit {

using ast::Target;
using ast::TargetKind;

namespace {

int32_t type_of(const antlr4::Token* token) {
  return static_cast<const SyntaxToken*>(token)->lexeme().type;
}

std::string_view view(const antlr4::Token* token) {
  return static_cast<const SyntaxToken*>(token)->view();
}

}  // namespace

ast::Doc DeclarationBuilder::doc(const antlr4::ParserRuleContext* context) const {
  const auto token = static_cast<uint32_t>(context->start->getTokenIndex());
  const auto found =
      std::lower_bound(scanned_.docs.begin(), scanned_.docs.end(), token,
                       [](const DocBlock& block, uint32_t index) { return block.token < index; });
  if (found == scanned_.docs.end() || found->token != token) return {};
  return found->doc;
}

std::vector<ast::Name> DeclarationBuilder::names(const std::vector<antlr4::Token*>& tokens) const {
  std::vector<ast::Name> made;
  for (const antlr4::Token* token : tokens) made.push_back(name(token));
  return made;
}

std::optional<ast::TypeName> DeclarationBuilder::type(const Parser::TypeNameContext* context) const {
  if (context == nullptr) return std::nullopt;
  ast::Name written = name(context->name);
  if (context->elements != nullptr) {
    const ast::Name elements = name(context->elements);
    written.text += " of " + elements.text;
    written.span.end = elements.span.end;
  }
  return ast::TypeName{std::move(written), context->optional != nullptr, expressions_.span(context)};
}

DeclarationBuilder::Head DeclarationBuilder::head(const Parser::ForEachContext* context) {
  if (context == nullptr) return {};
  return {name(context->entity), expressions_.expression(context->condition)};
}

std::vector<ast::Argument> DeclarationBuilder::arguments(const Parser::ParametersContext* context) const {
  std::vector<ast::Argument> made;
  if (context == nullptr) return made;
  for (const Parser::ArgumentContext* argument : context->list) {
    made.push_back({name(argument->name), *type(argument->type)});
  }
  return made;
}

ast::TableText DeclarationBuilder::table(const Parser::RowsContext* context, bool needs_rows) {
  ast::TableText made;
  if (context == nullptr) return made;
  const auto row_span = [&](const antlr4::Token* token) { return expressions_.span(token); };
  for (const antlr4::Token* token : context->lines) {
    const Span place = row_span(token);
    std::vector<ast::Cellule> cells = split_row(view(token), file_, place.begin);
    if (made.header.empty()) {
      made.span = place;
      for (const ast::Cellule& cell : cells) {
        if (cell.text.empty()) diagnostics_.error("S028", place, "A column of this table has no header.");
      }
      made.header = std::move(cells);
      continue;
    }
    made.span.end = place.end;
    const bool dashes = std::all_of(cells.begin(), cells.end(), [](const ast::Cellule& cell) {
      return cell.text.size() >= 2 && cell.text.find_first_not_of("-:") == std::string::npos;
    });
    if (dashes) {
      diagnostics_.error("S028", place, "A table of Merit has no line of dashes.", "Delete this line.");
    } else if (cells.size() != made.header.size()) {
      diagnostics_
          .error("S028", place,
                 fmt::format("This row has {} cell{}, its header has {}.", cells.size(),
                             cells.size() == 1 ? "" : "s", made.header.size()),
                 "A cell that is empty is written as blanks between two |. A cell that holds a | stands in "
                 "double quotes.")
          .notes.push_back({row_span(context->lines.front()), "the header is here"});
    } else {
      made.rows.push_back(std::move(cells));
    }
  }
  if (needs_rows && context->lines.size() == 1) {
    diagnostics_.error("S028", made.span, "This table has a header and no rows.",
                       "Write a row under it for each entry.");
  }
  return made;
}

ast::Definition DeclarationBuilder::definition(const Parser::DefinitionContext* context) {
  ast::Definition made;
  made.doc = doc(context);
  made.span = expressions_.span(context);
  if (context->name != nullptr) made.name = name(context->name);
  if (context->exception == nullptr) {
    made.arguments = arguments(context->given);
    made.type = type(context->type);
    made.body = expressions_.right_side(context->value);
  }
  if (made.body == nullptr) made.body = expressions_.broken(made.span);
  made.span.end = std::max(made.body->span.end, made.span.begin);
  return made;
}

std::vector<ast::Definition>
DeclarationBuilder::definitions(const std::vector<Parser::DefinitionContext*>& contexts) {
  std::vector<ast::Definition> made;
  for (const Parser::DefinitionContext* context : contexts) {
    if (context->name != nullptr) made.push_back(definition(context));
  }
  return made;
}

std::vector<ast::Field> DeclarationBuilder::fields(const std::vector<Parser::FieldContext*>& contexts) {
  std::vector<ast::Field> made;
  for (const Parser::FieldContext* context : contexts) {
    if (context->exception != nullptr) continue;
    ast::TypeName of = *type(context->type);
    const Span place{file_, expressions_.span(context).begin, of.span.end};
    made.push_back({doc(context), context->key != nullptr, name(context->name), std::move(of), place});
  }
  return made;
}

std::vector<ast::ProgramLine> DeclarationBuilder::program_lines(const Parser::ProgramBlockContext* context) {
  std::vector<ast::ProgramLine> made;
  for (const Parser::ProgramLineContext* line : context->lines) {
    if (line->exception != nullptr) continue;
    ast::ProgramLine entry{name(line->name), {}, expressions_.span(line)};
    if (line->text != nullptr) entry.text = expressions_.text_of(line->text);
    if (line->word != nullptr) entry.text = view(line->word);
    if (line->from != nullptr) entry.text = fmt::format("{} to {}", view(line->from), view(line->to));
    made.push_back(std::move(entry));
  }
  return made;
}

/// Of a list, only the end may be a comma.
void DeclarationBuilder::check_commas(const std::vector<antlr4::Token*>& commas) {
  for (const antlr4::Token* comma : commas) {
    if (type_of(&tokens_.at(comma->getTokenIndex() + 1)) == token::COMMA) {
      diagnostics_.error("S023", expressions_.span(comma), "Nothing stands between two commas.");
    }
  }
}

void DeclarationBuilder::module_line(const Parser::ModuleLineContext* context, ast::Module& module) {
  module.doc = doc(context);
  if (context->name != nullptr) module.name = name(context->name);
  if (context->base != nullptr) module.amends = name(context->base);
}

ast::Use DeclarationBuilder::use(const Parser::UseContext* context) {
  std::vector<ast::Name> path = names(context->path);
  const Span place{file_, expressions_.span(context).begin, path.back().span.end};
  return {std::move(path), place};
}

ast::Program DeclarationBuilder::program(const Parser::ProgramBlockContext* context) {
  ast::Program made;
  if (context->title == nullptr) {
    diagnostics_.error("S034", expressions_.span(context->start), "The program has no title.",
                       "Write program \"TITLE\":");
  } else {
    made.title = expressions_.text_of(context->title);
    made.title_span = expressions_.span(context->title);
  }
  made.lines = program_lines(context);
  return made;
}

ast::Parameter DeclarationBuilder::parameter(const Parser::ParameterLineContext* context) {
  ast::Parameter made{name(context->name), type(context->type), nullptr};
  if (context->value != nullptr) {
    made.value = expressions_.right_side(context->value);
  } else if (made.type && made.type->optional) {
    made.value = std::make_unique<ast::Expr>(ast::Expr{made.type->span, ast::MissingValue{}});
  } else {
    diagnostics_.error(
        "S022", made.name.span, fmt::format("`{}` has no right side.", made.name.text),
        fmt::format("A parameter has a value, `parameter {} = …`; one that only a run gives may be "
                    "missing, `parameter {} : number?`.",
                    made.name.text, made.name.text));
  }
  return made;
}

ast::Enum DeclarationBuilder::enumeration(const Parser::EnumLineContext* context) {
  ast::Enum made{name(context->name), names(context->values)};
  for (const Parser::EnumValuesContext* line : context->lines) {
    check_commas(line->commas);
    for (ast::Name& value : names(line->values)) made.values.push_back(std::move(value));
  }
  return made;
}

ast::ValueSet DeclarationBuilder::value_set(const Parser::ValueSetContext* context) {
  ast::ValueSet made;
  made.kind = ast::ValueSet::Kind::any_of;
  made.name = name(context->name);
  if (context->code != nullptr) {
    made.kind = ast::ValueSet::Kind::code;
    made.url = expressions_.text_of(context->system);
    made.url_span = expressions_.span(context->system);
    made.code = expressions_.text_of(context->code);
    return made;
  }
  if (context->url != nullptr) {
    made.kind = ast::ValueSet::Kind::published;
    made.url = expressions_.text_of(context->url);
    made.url_span = expressions_.span(context->url);
    if (context->mark != nullptr) {
      if (view(context->mark) != "version") {
        diagnostics_.error("S034", expressions_.span(context->mark),
                           fmt::format("`{}` says nothing about a value set.", view(context->mark)),
                           "After the url may stand the version that is meant: version \"2025-05-01\".");
      }
      made.version = expressions_.text_of(context->version);
    }
    return made;
  }
  const auto add_line = [&](const Parser::EnumValuesContext* line) {
    if (line->exception != nullptr) return;
    check_commas(line->commas);
    for (ast::Name& member : names(line->values)) made.members.push_back(std::move(member));
  };
  if (context->one != nullptr) add_line(context->one);
  for (const Parser::EnumValuesContext* line : context->lines) add_line(line);
  return made;
}

ast::Entity DeclarationBuilder::entity(const Parser::EntityBlockContext* context) {
  ast::Entity made;
  made.name = name(context->name);
  if (context->many != nullptr) made.plural = name(context->many->name);
  made.fields = fields(context->fields);
  if (!context->parts.empty()) {
    ast::UnionForm form;
    for (const Parser::UnionPartContext* line : context->parts) {
      if (line->exception != nullptr) continue;
      ast::UnionPart part{expressions_.open(line->collection), {}, expressions_.span(line)};
      for (const Parser::UnionValuesContext* values : line->lines) {
        for (const Parser::UnionValueContext* each : values->list) {
          const ast::Name column = name(each->name);
          part.values.push_back({column, each->value != nullptr ? expressions_.expression(each->value)
                                                                : expressions_.named(column)});
        }
      }
      form.parts.push_back(std::move(part));
    }
    made.form = std::move(form);
    return made;
  }
  const Parser::EntityFormContext* form = context->form;
  if (form == nullptr) return made;
  if (form->value != nullptr) {
    made.form = ast::DistinctForm{expressions_.expression(form->value), expressions_.open(form->collection)};
  } else {
    std::vector<ast::Name> parts = names(form->parts);
    ast::ExprPtr condition = expressions_.expression(form->condition);
    if (form->merged != nullptr) {
      if (parts.size() != 3) return made;
      ast::ExprPtr gap = form->gap != nullptr ? expressions_.length_of_time(form->gap) : nullptr;
      ast::ExprPtr period = expressions_.named(parts[0]);
      made.form = ast::MergedForm{std::move(parts[0]),  std::move(period),   std::move(parts[1]),
                                  std::move(condition), std::move(parts[2]), std::move(gap)};
      return made;
    }
    if (form->range != nullptr && parts.size() == 2) {
      made.form = ast::NumbersForm{std::move(parts[0]), std::move(condition), std::move(parts[1]),
                                   expressions_.expression(form->range)};
      return made;
    }
    if (condition != nullptr) {
      diagnostics_.error("S037", condition->span, "Pairs are of all rows of their parts.",
                         "Leave the `where` away, and limit the rules: `for each " + made.name.text +
                             " where …:`.");
    }
    made.form = ast::PairsForm{std::move(parts)};
  }
  return made;
}

ast::Table DeclarationBuilder::table_block(const Parser::TableBlockContext* context) {
  ast::Table made;
  made.name = name(context->name);
  if (context->many != nullptr) made.plural = name(context->many->name);
  if (context->path != nullptr) {
    made.file = expressions_.text_of(context->path);
    made.file_span = expressions_.span(context->path);
  }
  made.text = table(context->cells, true);
  return made;
}

ast::Payment DeclarationBuilder::payment(const Parser::PaymentBlockContext* context) {
  Head over = head(context->head);
  return {name(context->name), *over.entity, std::move(over.condition), definitions(context->steps)};
}

std::vector<ast::Finding>
DeclarationBuilder::finding_rows(const std::vector<Parser::FindingContext*>& lines) {
  std::vector<ast::Finding> rows;
  for (const Parser::FindingContext* line : lines) {
    if (line->exception != nullptr || line->outcome == nullptr) continue;
    ast::Finding row{
        name(line->outcome), {}, expressions_.condition(line->condition), expressions_.span(line)};
    if (line->code == nullptr) {
      diagnostics_.error("S038", row.outcome.span, "This finding has no code.",
                         "Write it in quotes after the outcome: " + row.outcome.text + " \"18\" when …");
    } else {
      row.code = expressions_.text_of(line->code);
    }
    if (line->condition == nullptr) {
      diagnostics_.error("S038", row.outcome.span, "When this is found is not said.",
                         "Write a condition after the code: " + row.outcome.text + " \"18\" when …");
      row.condition = expressions_.broken(row.span);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

ast::Findings DeclarationBuilder::findings(const Parser::FindingsBlockContext* context) {
  Head over = head(context->head);
  ast::Findings made{
      name(context->name), std::nullopt, std::nullopt, *over.entity, std::move(over.condition), {}};
  if (context->one != nullptr) made.singular = name(context->one->name);
  if (context->outcome != nullptr) made.outcomes = name(context->outcome);
  made.rows = finding_rows(context->lines);
  return made;
}

ast::Ensure DeclarationBuilder::ensure(const Parser::EnsureLineContext* context) {
  Head over = head(context->head);
  return {expressions_.text_of(context->title), expressions_.span(context->title), std::move(over.entity),
          std::move(over.condition), expressions_.condition(context->condition)};
}

ast::Report DeclarationBuilder::report(const Parser::ReportLineContext* context) {
  Head over = head(context->head);
  ast::Report made{name(context->name), std::move(over.entity), std::move(over.condition), {}};
  const auto add_line = [&](const Parser::ReportColumnsContext* line) {
    if (line->exception != nullptr) return;
    check_commas(line->commas);
    for (const Parser::ReportColumnContext* column : line->list) {
      ast::ReportColumn entry{expressions_.expression(column->value), std::nullopt};
      if (column->title != nullptr) entry.title = expressions_.text_of(column->title);
      made.columns.push_back(std::move(entry));
    }
  };
  if (context->columns != nullptr) add_line(context->columns);
  for (const Parser::ReportColumnsContext* line : context->lines) add_line(line);
  return made;
}

ast::Test DeclarationBuilder::test(const Parser::TestBlockContext* context) {
  ast::Test made;
  made.title = expressions_.text_of(context->title);
  made.title_span = expressions_.span(context->title);
  for (const Parser::TestLineContext* line : context->lines) {
    if (line->exception != nullptr) continue;
    if (line->parameter != nullptr) {
      made.settings.push_back({name(line->parameter), expressions_.open(line->value)});
    } else if (line->condition != nullptr) {
      made.conditions.push_back(expressions_.condition(line->condition));
    } else {
      auto& rows = type_of(line->what) == token::GIVEN ? made.given : made.expected;
      rows.push_back({name(line->name), table(line->cells, true)});
    }
  }
  return made;
}

ast::Source DeclarationBuilder::source(const Parser::SourceBlockContext* context) {
  ast::Source made;
  made.fhir = view(context->format) == "fhir";
  made.json = view(context->format) == "json";
  if (!made.fhir && !made.json && view(context->format) != "csv") {
    diagnostics_.error(
        "S032", expressions_.span(context->format),
        fmt::format("Sources of the kind `{}` are not yet in this version of Merit.", view(context->format)),
        "Write source csv \"FILE.csv\":, source json \"FILE.json\": or source fhir \"Patient\":");
  }
  made.condition = expressions_.expression(context->condition);
  made.file = expressions_.text_of(context->path);
  made.file_span = expressions_.span(context->path);
  if (context->mark != nullptr) {
    made.optional = view(context->mark) == "optional";
    if (!made.optional) {
      diagnostics_.error("S032", expressions_.span(context->mark),
                         fmt::format("`{}` says nothing about a source.", view(context->mark)),
                         "After the file's name may stand `optional`: then the file may be absent.");
    }
  }
  for (const Parser::SourceLineContext* line : context->lines) {
    if (line->exception != nullptr) continue;
    for (const antlr4::Token* text : line->texts) made.missing.push_back(expressions_.text_of(text));
    if (line->entity == nullptr) continue;
    if (line->what != nullptr) {
      source_rows(line, made);
      continue;
    }
    made.blocks.push_back(
        source_block(name(line->entity), line->head, line->fields, expressions_.span(line)));
  }
  if (made.json) {
    if (made.rows_span.file == file_ && made.rows_span.end > 0) {
      diagnostics_.error("S032", made.rows_span, "A file of JSON has no headers.", "Take this line out.");
    }
    for (ast::SourceBlock& block : made.blocks) {
      for (ast::SourceField& field : block.fields) paths_to_cells(field.value);
    }
  }
  return made;
}

/// In a source of JSON a path is what a column is in a file of rows; two joined by `and` are one cell.
void DeclarationBuilder::paths_to_cells(ast::ExprPtr& expr) {
  if (!expr) return;
  if (auto* path = std::get_if<ast::Path>(&expr->node)) {
    ast::Cell cell;
    cell.header = std::move(path->text);
    cell.header_span = path->text_span;
    cell.interpolated = std::move(path->interpolated);
    expr->node = std::move(cell);
  } else if (std::holds_alternative<ast::Cell>(expr->node)) {
    diagnostics_.error("S032", expr->span, "A file of JSON has no columns.",
                       "Write the path of what is meant: `path \"name\"`, `path \"list[1].name\"`.");
  } else if (auto* unary = std::get_if<ast::Unary>(&expr->node)) {
    paths_to_cells(unary->operand);
  } else if (auto* binary = std::get_if<ast::Binary>(&expr->node)) {
    paths_to_cells(binary->left);
    paths_to_cells(binary->right);
    auto* left = std::get_if<ast::Cell>(&binary->left->node);
    auto* right = std::get_if<ast::Cell>(&binary->right->node);
    if (binary->op != ast::BinaryOp::logical_and || left == nullptr || right == nullptr) return;
    ast::Cell both;
    both.header = left->header + " and " + right->header;
    both.header_span = {file_, left->header_span.begin, right->header_span.end};
    if (left->interpolated || right->interpolated) {
      ast::Interpolated text{{""}, {}};
      const auto append = [&](ast::Cell& cell) {
        auto* parts = cell.interpolated ? std::get_if<ast::Interpolated>(&cell.interpolated->node) : nullptr;
        if (parts == nullptr) {
          text.parts.back() += cell.header;
          return;
        }
        text.parts.back() += parts->parts.front();
        for (size_t i = 0; i < parts->holes.size(); ++i) {
          text.holes.push_back(std::move(parts->holes[i]));
          text.parts.push_back(parts->parts[i + 1]);
        }
      };
      append(*left);
      text.parts.back() += " and ";
      append(*right);
      both.interpolated = std::make_unique<ast::Expr>(ast::Expr{both.header_span, std::move(text)});
    }
    expr->node = std::move(both);
  }
}

ast::SourceBlock DeclarationBuilder::source_block(ast::Name entity, const Parser::SourceHeadContext* over,
                                                  const std::vector<Parser::SourceFieldContext*>& fields,
                                                  Span place) {
  ast::SourceBlock block{std::move(entity), std::nullopt, nullptr, {}, place};
  if (over != nullptr) {
    if (over->entity != nullptr) block.for_each = name(over->entity);
    if (over->each != nullptr) {
      block.each = expressions_.text_of(over->each);
      block.each_span = expressions_.span(over->each);
      if (over->alias != nullptr) block.alias = name(over->alias);
    }
    block.condition = expressions_.expression(over->condition);
  }
  for (const Parser::SourceFieldContext* field : fields) {
    if (field->exception != nullptr) continue;
    if (field->head != nullptr) {
      block.nested.push_back(
          source_block(name(field->name), field->head, field->fields, expressions_.span(field)));
      continue;
    }
    Span at = expressions_.span(field);
    ast::ExprPtr value = expressions_.right_side(field->value);
    at.end = value->span.end;
    block.fields.push_back({name(field->name), std::move(value), at});
  }
  return block;
}

/// `headers in row 3`, `headers in rows 2 to 3`, `data from row 5`.
void DeclarationBuilder::source_rows(const Parser::SourceLineContext* line, ast::Source& made) {
  const auto number = [&](const antlr4::Token* token) {
    uint32_t value = 0;
    for (const char c : view(token)) {
      if (c == '_') continue;
      if (c < '0' || c > '9' || value > 100'000'000) return 0U;
      value = value * 10 + static_cast<uint32_t>(c - '0');
    }
    return value;
  };
  const bool headers = line->heads != nullptr;
  const uint32_t first = number(line->first);
  const uint32_t last = line->last == nullptr ? first : number(line->last);
  const std::string_view row = view(line->what);
  const bool said = view(line->entity) == (headers ? "headers" : "data") && (row == "row" || row == "rows");
  made.rows_span = expressions_.span(line);
  if (!said || first == 0 || last < first) {
    diagnostics_.error(
        "S034", made.rows_span, "This line of a source cannot be read.",
        "Write `headers in row 3`, `headers in rows 2 to 3` or `data from row 5`; the first row of a "
        "file is row 1.");
    return;
  }
  if (headers) {
    made.header_first = first;
    made.header_last = last;
    made.data_from = std::max(made.data_from, last + 1);
  } else {
    made.data_from = first;
  }
}

ast::Replace DeclarationBuilder::replacement(const Parser::ReplacementContext* context) {
  ast::Replace made;
  Target& target = made.target;
  target.span = expressions_.span(context->start);
  const auto reach = [&](Span last) { target.span.end = last.end; };
  if (context->program != nullptr) {
    target.kind = TargetKind::program;
    reach(expressions_.span(context->program->start));
    made.program_lines = program_lines(context->program);
  } else if (context->enumeration != nullptr) {
    target.kind = TargetKind::enumeration;
    ast::Enum values = enumeration(context->enumeration);
    reach(values.name.span);
    target.path.push_back(std::move(values.name));
    made.values = std::move(values.values);
  } else if (context->values != nullptr) {
    target.kind = TargetKind::value_set;
    ast::ValueSet changed = value_set(context->values);
    reach(changed.name.span);
    target.path.push_back(changed.name);
    made.value_set = std::move(changed);
  } else if (context->ensure != nullptr) {
    target.kind = TargetKind::ensure;
    made.ensure = ensure(context->ensure);
    target.title = made.ensure->title;
    reach(made.ensure->title_span);
  } else if (context->report != nullptr) {
    target.kind = TargetKind::report;
    made.report = report(context->report);
    target.path.push_back(made.report->name);
    reach(made.report->name.span);
  } else if (context->test != nullptr) {
    target.kind = TargetKind::test;
    made.test = test(context->test);
    target.title = made.test->title;
    reach(made.test->title_span);
  } else if (context->measure != nullptr) {
    target.kind = TargetKind::measure;
    target.path = {name(context->measure)};
    reach(target.path.back().span);
    made.measure_lines = replaced_lines(context->lines);
  } else if (context->findings != nullptr) {
    target.kind = TargetKind::finding_rows;
    target.path = {name(context->findings)};
    reach(target.path.back().span);
    made.findings = finding_rows(context->found);
  } else if (context->path != nullptr) {
    target.kind = TargetKind::source_field;
    target.title = expressions_.text_of(context->path);
    if (context->other != nullptr) {
      made.file = expressions_.text_of(context->other);
      made.file_span = expressions_.span(context->other);
      reach(made.file_span);
      if (view(context->entity) != "file") {
        diagnostics_.error("S034", expressions_.span(context->entity),
                           "What is replaced of this source is not said.",
                           "Write `replace source \"" + target.title + "\" file \"" + made.file +
                               "\"` for another file, or ENTITY.FIELD = … for a line of it.");
      }
    } else {
      target.path = {name(context->entity), name(context->name)};
      reach(target.path.back().span);
      made.source = expressions_.right_side(context->value);
    }
  } else {
    target.path = names(context->target->path);
    reach(target.path.back().span);
    if (context->cells != nullptr) {
      target.kind = TargetKind::rows;
      made.rows = table(context->cells, true);
    } else {
      target.kind = TargetKind::definition;
      ast::Definition changed;
      changed.doc = doc(context);
      changed.name = target.path.back();
      changed.arguments = arguments(context->given);
      changed.type = type(context->type);
      changed.body = expressions_.right_side(context->value);
      changed.span = {file_, changed.name.span.begin, changed.body->span.end};
      made.definition = std::move(changed);
    }
  }
  return made;
}

ast::Add DeclarationBuilder::addition(const Parser::AdditionContext* context) {
  ast::Add made;
  if (context->target != nullptr)
    made.target.path = names(context->target->path);
  else
    made.target.path.push_back(name(context->entity));
  made.target.span = {file_, expressions_.span(context->start).begin, made.target.path.back().span.end};
  made.target.kind = context->cells != nullptr    ? TargetKind::rows
                     : context->target != nullptr ? TargetKind::definition
                     : context->found.empty()     ? TargetKind::entity_fields
                                                  : TargetKind::finding_rows;
  made.findings = finding_rows(context->found);
  if (context->cells != nullptr) made.rows = table(context->cells, true);
  if (context->value != nullptr) {
    ast::Definition added;
    added.doc = doc(context);
    added.name = made.target.path.back();
    added.arguments = arguments(context->given);
    added.type = type(context->type);
    added.body = expressions_.right_side(context->value);
    added.span = {file_, added.name.span.begin, added.body->span.end};
    made.definition = std::move(added);
  }
  made.fields = fields(context->fields);
  return made;
}

ast::Remove DeclarationBuilder::removal(const Parser::RemovalContext* context) {
  ast::Remove made;
  Target& target = made.target;
  target.span = expressions_.span(context->start);
  if (context->title != nullptr) {
    target.title = expressions_.text_of(context->title);
    target.span.end = expressions_.span(context->title).end;
  }
  if (context->target != nullptr) target.path = names(context->target->path);
  if (context->name != nullptr) target.path.push_back(name(context->name));
  if (!target.path.empty()) target.span.end = target.path.back().span.end;
  switch (context->what == nullptr ? token::NONE : type_of(context->what)) {
  case token::ENSURE: target.kind = TargetKind::ensure; break;
  case token::TEST: target.kind = TargetKind::test; break;
  case token::REPORT: target.kind = TargetKind::report; break;
  case token::SOURCE: target.kind = TargetKind::source_field; break;
  case token::LPAREN: target.kind = TargetKind::row; break;
  default: target.kind = TargetKind::definition; break;
  }
  for (const Parser::KeyCellContext* key : context->keys) {
    const Span place = expressions_.span(key);
    const bool quoted = type_of(key->value) == token::TEXT;
    const bool negative = type_of(key->start) == token::MINUS;
    std::string text = quoted ? expressions_.text_of(key->value) : std::string(view(key->value));
    target.key.push_back({negative ? "-" + text : std::move(text), place, quoted});
    target.span.end = place.end;
  }
  made.because = expressions_.text_of(context->reason);
  made.because_span = expressions_.span(context->reason);
  return made;
}

void DeclarationBuilder::item(const Parser::ItemContext* context, ast::Module& module) {
  if (context->exception != nullptr) return;
  auto made = std::make_unique<ast::Declaration>();
  made->doc = doc(context);
  made->span = expressions_.span(context);
  if (context->useOf != nullptr) {
    made->node = use(context->useOf);
  } else if (context->program != nullptr) {
    made->node = program(context->program);
  } else if (context->parameter != nullptr) {
    made->node = parameter(context->parameter);
  } else if (context->enumeration != nullptr) {
    made->node = enumeration(context->enumeration);
  } else if (context->values != nullptr) {
    made->node = value_set(context->values);
  } else if (context->entity != nullptr) {
    made->node = entity(context->entity);
  } else if (context->table != nullptr) {
    made->node = table_block(context->table);
  } else if (context->rules != nullptr) {
    Head over = head(context->rules->head);
    made->node = ast::ForEach{std::move(over.entity), std::move(over.condition),
                              definitions(context->rules->definitions)};
  } else if (context->payment != nullptr) {
    made->node = payment(context->payment);
  } else if (context->findings != nullptr) {
    made->node = findings(context->findings);
  } else if (context->measure != nullptr) {
    made->node = measure(context->measure);
  } else if (context->ensure != nullptr) {
    made->node = ensure(context->ensure);
  } else if (context->report != nullptr) {
    made->node = report(context->report);
  } else if (context->test != nullptr) {
    made->node = test(context->test);
  } else if (context->source != nullptr) {
    made->node = source(context->source);
  } else if (context->replaced != nullptr) {
    made->node = replacement(context->replaced);
  } else if (context->added != nullptr) {
    made->node = addition(context->added);
  } else if (context->removed != nullptr) {
    made->node = removal(context->removed);
  } else if (context->defined != nullptr && context->defined->name != nullptr) {
    ast::ForEach whole_program;
    whole_program.definitions.push_back(definition(context->defined));
    made->node = std::move(whole_program);
  } else {
    return;
  }
  module.declarations.push_back(std::move(made));
}

}  // namespace merit
