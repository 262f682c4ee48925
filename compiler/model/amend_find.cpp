// Finding what an amendment names, and what to say where it is not there.
#include "compiler/model/amender.h"
#include "compiler/model/names.h"
#include "compiler/model/table_text.h"
#include "compiler/model/walk.h"

namespace merit::model {

Amender::FoundField Amender::source_field(const ast::Target& target) {
  const Place* place = wanted(Kind::source, target.title, target.span);
  if (place == nullptr || target.path.size() != 2) return {};
  FoundField found;
  size_t count = 0;
  const auto look = [&](const auto& self, std::vector<ast::SourceBlock>& blocks) -> void {
    for (ast::SourceBlock& block : blocks) {
      self(self, block.nested);
      if (block.entity.text != target.path[0].text) continue;
      for (ast::SourceField& field : block.fields) {
        if (field.field.text != target.path[1].text) continue;
        found = FoundField{&block, &field};
        ++count;
      }
    }
  };
  look(look, std::get<ast::Source>(place->declaration->node).blocks);
  const std::string path = path_text(target.path);
  if (count == 0) {
    diagnostics_.error("A101", target.span,
                       "The source \"" + target.title + "\" does not fill `" + path + "`.");
  } else if (count > 1) {
    diagnostics_.error("A106", target.span,
                       "The source \"" + target.title + "\" fills `" + path + "` in " +
                           std::to_string(count) + " places, and this does not say which is meant.",
                       "Write `remove source \"" + target.title +
                           "\" because \"…\"`, and a source for this file anew.");
    return {};
  }
  return found;
}

std::string_view Amender::word_of(Kind kind) {
  switch (kind) {
  case Kind::value: return "definition, step or parameter";
  case Kind::field: return "field";
  case Kind::column: return "column";
  case Kind::table: return "table";
  case Kind::entity: return "entity";
  case Kind::enumeration: return "enum";
  case Kind::value_set: return "value set";
  case Kind::payment: return "payment";
  case Kind::ensure: return "ensure";
  case Kind::test: return "test";
  case Kind::report: return "report";
  case Kind::source: return "source";
  case Kind::program: return "program block";
  case Kind::measure: return "measure";
  }
  return "declaration";
}

bool Amender::refuse_table(const std::string& name, Span span) {
  const Place* place = targets_->find(Kind::column, name);
  if (place == nullptr) place = targets_->find(Kind::table, name);
  if (place == nullptr) return false;
  const std::string table = std::get<ast::Table>(place->declaration->node).name.text;
  diagnostics_.error("A109", span,
                     "`" + name + "` is " + (name == table ? "a table" : "a column of a table") +
                         ": what changes is its rows.",
                     "Write `replace " + table + " rows:`, `add " + table + " rows:` or `remove " + table +
                         "(…) because \"…\"`.");
  return true;
}

std::string Amender::help_with(Kind kind, const std::string& name) const {
  const std::vector<std::string> names = targets_->names(kind);
  std::string help = did_you_mean(name, names);
  if (!help.empty() || names.empty()) return help;
  constexpr size_t shown = 5;
  for (size_t i = 0; i < names.size() && i < shown; ++i) help += (i > 0 ? ", `" : "`") + names[i] + "`";
  return "There is " + help + (names.size() > shown ? ", and more." : ".");
}

bool Amender::once(const std::string& what, Span span) {
  const auto [first, fresh] = changed_.emplace(what, span);
  if (!fresh) changed_twice(what, span, first->second);
  return fresh;
}

bool Amender::once_field(const ast::Target& target) {
  return once("`" + path_text(target.path) + "` of the source \"" + target.title + "\"", target.span);
}

void Amender::changed_twice(const std::string& what, Span span, Span first) {
  diagnostics_.error("A108", span, what + " is changed twice in this module.", "Keep one of the two.")
      .notes.push_back(Note{first, "The first change is here."});
}

std::string Amender::cell_name(const std::string& column, const std::string& table, const std::string& key) {
  return "`" + column + "` of `" + table + "(" + key + ")`";
}

const Place* Amender::wanted(Kind kind, const std::string& name, Span span) {
  if (const Place* place = targets_->find(kind, name)) {
    const bool titled = kind == Kind::ensure || kind == Kind::test;
    const bool whole = titled || kind == Kind::value || kind == Kind::report || kind == Kind::enumeration ||
                       kind == Kind::value_set;
    const std::string what = (kind == Kind::value ? "" : "The " + std::string(word_of(kind)) + " ") +
                             (titled ? "\"" + name + "\"" : "`" + name + "`");
    return whole && !once(what, span) ? nullptr : place;
  }
  if (kind == Kind::value && targets_->find(Kind::field, name) != nullptr) {
    diagnostics_.error(
        "A109", span, "`" + name + "` is a field: it comes from the data and has no rule to replace.",
        "Remove it `because …` and define it in a `for each`, or change the source that fills it.");
    return nullptr;
  }
  if (kind == Kind::value && targets_->find(Kind::payment, name) != nullptr) {
    diagnostics_.error("A109", span, "`" + name + "` is a payment of several steps.",
                       "Name the step: `replace " + name + ".STEP = …`.");
    return nullptr;
  }
  if (kind == Kind::value && targets_->find(Kind::measure, name) != nullptr) {
    diagnostics_.error("A109", span, "`" + name + "` is a measure of several populations.",
                       "Name what changes: `replace " + name +
                           ".numerator = …`; its title or version by `replace "
                           "measure " +
                           name + ":`.");
    return nullptr;
  }
  if (kind == Kind::value && refuse_table(name, span)) return nullptr;
  std::string message = "The amended program has no " + std::string(word_of(kind));
  if (kind != Kind::program) {
    const bool titled = kind == Kind::ensure || kind == Kind::test || kind == Kind::source;
    message += titled ? " \"" + name + "\"" : " `" + name + "`";
  }
  Diagnostic& diagnostic = diagnostics_.error("A101", span, message + ".", help_with(kind, name));
  const size_t dot = name.rfind('.');
  const auto removal = merged_.removed.find(dot == std::string::npos ? name : name.substr(dot + 1));
  if (removal != merged_.removed.end() && merged_.removals[removal->second].name == name) {
    diagnostic.notes.push_back(Note{merged_.removals[removal->second].span, "It was removed here."});
  }
  return nullptr;
}

}  // namespace merit::model
