#include "compiler/model/amend.h"

#include "compiler/model/amender.h"
#include "compiler/model/repeated.h"

namespace merit::model {

void Amender::run(ast::Module& module, Targets& targets) {
  targets_ = &targets;
  changed_.clear();
  for (const auto& declaration : module.declarations) {
    if (auto* replace = std::get_if<ast::Replace>(&declaration->node)) {
      apply(*replace, declaration->doc);
    } else if (auto* add = std::get_if<ast::Add>(&declaration->node)) {
      apply(*add);
    } else if (auto* remove = std::get_if<ast::Remove>(&declaration->node)) {
      apply(*remove);
    } else if (auto* program = std::get_if<ast::Program>(&declaration->node)) {
      if (const Place* base = targets_->find(Kind::program, "")) {
        auto& before = std::get<ast::Program>(base->declaration->node);
        before.title = std::move(program->title);
        before.title_span = program->title_span;
        if (!declaration->doc.text.empty()) base->declaration->doc = std::move(declaration->doc);
        program_lines(before, std::move(program->lines));
        gone_.insert(declaration.get());
      }
    }
  }
  std::erase_if(module.declarations, [](const auto& declaration) {
    return std::holds_alternative<ast::Replace>(declaration->node) ||
           std::holds_alternative<ast::Add>(declaration->node) ||
           std::holds_alternative<ast::Remove>(declaration->node);
  });
  for (auto& made : made_) module.declarations.push_back(std::move(made));
  made_.clear();
  sweep();
}

void Amender::sweep() {
  if (gone_.empty() && gone_items_.empty()) return;
  for (const auto& module : merged_.modules) {
    std::erase_if(module->declarations, [&](const auto& owner) { return gone_.contains(owner.get()); });
    for (const auto& owner : module->declarations) {
      if (auto* block = std::get_if<ast::ForEach>(&owner->node)) {
        drop(*owner, block->definitions);
      } else if (auto* payment = std::get_if<ast::Payment>(&owner->node)) {
        drop(*owner, payment->steps);
      } else if (auto* entity = std::get_if<ast::Entity>(&owner->node)) {
        drop(*owner, entity->fields);
      } else if (auto* measure = std::get_if<ast::Measure>(&owner->node)) {
        drop_of_measure(*owner, measure->whole, 0);
        for (size_t i = 0; i < measure->groups.size(); ++i)
          drop_of_measure(*owner, measure->groups[i], i + 1);
      }
    }
  }
  gone_.clear();
  gone_items_.clear();
}

void Amender::drop_of_measure(const ast::Declaration& owner, ast::MeasureBody& body, size_t number) {
  const auto found = gone_items_.find(&owner);
  if (found == gone_items_.end()) return;
  const auto drop_items = [&](auto& items, bool part) {
    size_t index = 0;
    std::erase_if(items, [&](const auto& /*item*/) {
      return found->second.contains(MeasureItem{number, part, index++}.packed());
    });
  };
  drop_items(body.definitions, false);
  drop_items(body.parts, true);
}

namespace {

/// Everything that a module reaches by `use` and `amends`, itself included, in load order.
std::vector<uint32_t> reach(const Loaded& loaded, uint32_t module) {
  std::vector<bool> seen(loaded.modules.size(), false);
  std::vector<uint32_t> open{module};
  seen[module] = true;
  while (!open.empty()) {
    const uint32_t next = open.back();
    open.pop_back();
    for (const uint32_t need : loaded.needs[next]) {
      if (!seen[need]) open.push_back(need);
      seen[need] = true;
    }
  }
  std::vector<uint32_t> result;
  for (uint32_t i = 0; i < seen.size(); ++i) {
    if (seen[i]) result.push_back(i);
  }
  return result;
}

/// `replace`, `add` and `remove` mean something only in a module that amends another.
void refuse_outside(const ast::Module& module, Diagnostics& diagnostics) {
  for (const auto& declaration : module.declarations) {
    const bool amends = std::holds_alternative<ast::Replace>(declaration->node) ||
                        std::holds_alternative<ast::Add>(declaration->node) ||
                        std::holds_alternative<ast::Remove>(declaration->node);
    if (!amends) continue;
    diagnostics.error("A001", declaration->span,
                      "This module amends no other, so there is nothing to change here.",
                      "Write `module " + module.name.text + " amends NAME` in the first line.");
  }
}

}  // namespace

Merged merge(Loaded& loaded, const SourceFiles& files, Diagnostics& diagnostics) {
  Merged merged;
  std::vector<uint32_t> amended_by(loaded.modules.size(), ir::none);
  merged.modules = std::move(loaded.modules);
  loaded.modules.resize(merged.modules.size());  // reach() counts them
  for (uint32_t i = 0; i < merged.modules.size(); ++i) {
    for (const uint32_t one : reach(loaded, i))
      merged.reached[merged.modules[i]->file].push_back(merged.modules[one]->file);
  }
  Amender amender(merged, diagnostics);
  for (uint32_t i = 0; i < merged.modules.size(); ++i) {
    ast::Module& module = *merged.modules[i];
    const uint32_t base = loaded.amends[i];
    if (!module.amends) {
      refuse_outside(module, diagnostics);
      continue;
    }
    if (base == ir::none) continue;  // not found, and said so
    if (amended_by[base] != ir::none) {
      const ast::Module& other = *merged.modules[amended_by[base]];
      diagnostics
          .error("A002", module.amends->span,
                 "`" + module.amends->text + "` is amended twice in this program: by `" + other.name.text +
                     "` and by `" + module.name.text + "`.",
                 "Let one of the two amend the other: amendments of one base form one chain.")
          .notes.push_back(Note{other.amends->span, "The other one is here."});
      continue;
    }
    amended_by[base] = i;
    std::vector<ast::Module*> reached;
    for (const uint32_t one : reach(loaded, base)) reached.push_back(merged.modules[one].get());
    drop_repeated_parameters(reached, files);
    Targets targets;
    for (ast::Module* one : reached) targets.add(*one);
    amender.run(module, targets);
  }
  std::vector<ast::Module*> all;
  for (const auto& module : merged.modules) all.push_back(module.get());
  drop_repeated_parameters(all, files);
  return merged;
}

}  // namespace merit::model
