// Codes and value sets.
#include <algorithm>

#include "compiler/model/declarer.h"
#include "compiler/model/names.h"
#include "runtime/values/codes.h"

namespace merit::model {

namespace {

/// The sets in an order in which each comes after those that it is made of; what goes round in a circle is
/// left out.
class Order {
 public:
  Order(const std::unordered_map<std::string, const ast::ValueSet*>& sets) : sets_(sets) {}

  void visit(const ast::ValueSet& set) {
    if (!seen_.insert(&set).second) return;
    open_.push_back(&set);
    for (const ast::Name& member : set.members) {
      const auto found = sets_.find(member.text);
      if (found == sets_.end()) continue;
      if (std::find(open_.begin(), open_.end(), found->second) != open_.end()) {
        circular.emplace_back(&set, &member);
      } else {
        visit(*found->second);
      }
    }
    open_.pop_back();
    order.push_back(&set);
  }

  std::vector<const ast::ValueSet*> order;
  std::vector<std::pair<const ast::ValueSet*, const ast::Name*>> circular;

 private:
  const std::unordered_map<std::string, const ast::ValueSet*>& sets_;
  std::unordered_set<const ast::ValueSet*> seen_;
  std::vector<const ast::ValueSet*> open_;
};

}  // namespace

void Declarer::value_sets() {
  std::unordered_map<std::string, const ast::ValueSet*> sets;
  std::unordered_map<const ast::ValueSet*, const ast::Declaration*> declarations;
  std::vector<const ast::ValueSet*> written;
  for (const auto& [node, declaration] : all<ast::ValueSet>()) {
    const bool code = node->kind == ast::ValueSet::Kind::code;
    if (node->name.text.empty() || !take(node->name.text, node->name.span, code ? "a code" : "a value set"))
      continue;
    sets.emplace(node->name.text, node);
    declarations.emplace(node, declaration);
    written.push_back(node);
    const std::string& url = node->url;
    if (node->kind != ast::ValueSet::Kind::any_of &&
        (url.empty() || url.find_first_of(" |\t\n") != std::string::npos || (code && node->code.empty()))) {
      diagnostics_.error(
          "G411", code && !url.empty() && node->code.empty() ? node->name.span : node->url_span,
          code ? "A code has its system, a url without blanks, and then the code in it."
               : "A value set has the url under which it is published, without blanks and without a version.",
          code ? "For example: code " + node->name.text + " \"http://loinc.org\" \"4548-4\""
               : "For example: valueset " + node->name.text +
                     " \"http://cts.nlm.nih.gov/fhir/ValueSet/…\" version \"20250501\"");
    }
  }
  Order order(sets);
  for (const ast::ValueSet* node : written) order.visit(*node);
  for (const auto& [set, member] : order.circular) {
    diagnostics_.error("G412", member->span,
                       "The value set `" + set->name.text + "` is made of itself, by way of `" +
                           member->text + "`.",
                       "Take one of the two out.");
  }
  for (const ast::ValueSet* node : order.order) {
    const auto index = static_cast<uint32_t>(model_.program.valuesets.size());
    ir::ValueSet set;
    set.name = node->name.text;
    set.doc = declarations[node]->doc.text;
    set.span = node->name.span;
    switch (node->kind) {
    case ast::ValueSet::Kind::code: set.codings.push_back(coding_text(node->url, node->code)); break;
    case ast::ValueSet::Kind::published:
      set.url = node->url;
      set.version = node->version;
      break;
    case ast::ValueSet::Kind::any_of:
      for (const ast::Name& member : node->members) {
        if (const auto found = model_.valuesets.find(member.text); found != model_.valuesets.end()) {
          set.members.push_back(found->second);
        } else if (!sets.contains(member.text)) {
          std::vector<std::string> names;
          for (const auto& [name, other] : sets) names.push_back(name);
          std::sort(names.begin(), names.end());
          if (is_reported(model_, member.text)) continue;
          Diagnostic& diagnostic = diagnostics_.error(
              "G413", member.span, "There is no value set and no code `" + member.text + "`.",
              did_you_mean(member.text, names));
          if (auto note = removal_note(model_, member.text)) diagnostic.notes.push_back(std::move(*note));
        }
      }
      break;
    }
    model_.valuesets.emplace(set.name, index);
    model_.program.valuesets.push_back(std::move(set));
  }
}

}  // namespace merit::model
