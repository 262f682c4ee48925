// What amendments remove.
#include "compiler/model/amender.h"
#include "compiler/model/names.h"
#include "compiler/model/table_text.h"
#include "compiler/model/walk.h"

namespace merit::model {

void Amender::apply(ast::Remove& remove) {
  const ast::Target& target = remove.target;
  const std::string path = path_text(target.path);
  switch (target.kind) {
  case ast::TargetKind::row: remove_row(target, remove.because); break;
  case ast::TargetKind::ensure: whole(Kind::ensure, target.title, "ensure", remove); break;
  case ast::TargetKind::test: whole(Kind::test, target.title, "test", remove); break;
  case ast::TargetKind::report: whole(Kind::report, path, "report", remove); break;
  case ast::TargetKind::enumeration: whole(Kind::enumeration, path, "enum", remove); break;
  case ast::TargetKind::value_set: whole(Kind::value_set, path, "value set", remove); break;
  case ast::TargetKind::source_field: {
    if (target.path.empty()) {  // the whole file, whichever modules read it
      const std::vector<ast::Declaration*> sources = targets_->sources_of(target.title);
      gone_.insert(sources.begin(), sources.end());
      whole(Kind::source, target.title, "source", remove);
      break;
    }
    const FoundField found = source_field(target);
    if (found.field == nullptr || !once_field(target)) break;
    found.block->fields.erase(found.block->fields.begin() + (found.field - found.block->fields.data()));
    removed("source \"" + target.title + "\" " + path, "", remove.because, target.span);
    break;
  }
  case ast::TargetKind::definition: remove_path(target, path, remove); break;
  case ast::TargetKind::rows:
  case ast::TargetKind::program:
  case ast::TargetKind::measure:
  case ast::TargetKind::finding_rows:
  case ast::TargetKind::entity_fields:  // the grammar has no such form
    break;
  }
}

void Amender::whole(Kind kind, const std::string& name, const std::string& word, const ast::Remove& remove) {
  const Place* place = wanted(kind, name, remove.target.span);
  if (place == nullptr) return;
  gone_.insert(place->declaration);
  targets_->forget(kind, name);
  const bool titled = kind == Kind::ensure || kind == Kind::test || kind == Kind::source;
  removed(word + (titled ? " \"" + name + "\"" : " " + name), titled ? "" : name, remove.because,
          remove.target.span);
}

void Amender::remove_path(const ast::Target& target, const std::string& path, const ast::Remove& remove) {
  for (const Kind kind : {Kind::value, Kind::field}) {
    const Place* place = targets_->find(kind, path);
    if (place == nullptr || place->inherited) continue;
    if (kind == Kind::value && !once("`" + path + "`", target.span)) return;
    if (kind == Kind::value && Targets::definition(*place) == nullptr) {
      gone_.insert(place->declaration);  // a parameter
    } else {
      gone_items_[place->declaration].insert(place->item);
    }
    targets_->forget(kind, path);
    removed(path, target.path.back().text, remove.because, target.span);
    return;
  }
  for (const auto& [kind, word] : {std::pair{Kind::payment, "payment"}, std::pair{Kind::table, "table"},
                                   std::pair{Kind::entity, "entity"}, std::pair{Kind::enumeration, "enum"},
                                   std::pair{Kind::value_set, "value set"}, std::pair{Kind::report, "report"},
                                   std::pair{Kind::measure, "measure"}}) {
    if (targets_->find(kind, path) == nullptr) continue;
    whole(kind, path, word, remove);
    return;
  }
  if (targets_->find(Kind::value, path) != nullptr) {
    diagnostics_.error("A101", target.span,
                       "`" + path + "` is not said by the group: it has it from its measure.",
                       "Remove it from the measure, or replace it in the group.");
    return;
  }
  wanted(Kind::value, path, target.span);
}

void Amender::removed(std::string name, const std::string& last, const std::string& because, Span span) {
  if (!last.empty()) merged_.removed[last] = static_cast<uint32_t>(merged_.removals.size());
  merged_.removals.push_back(ir::Removal{std::move(name), because, span});
}

}  // namespace merit::model
