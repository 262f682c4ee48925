// Codes and value sets.
#include <algorithm>
#include <deque>
#include <unordered_set>

#include "compiler/model/declarer.h"
#include "compiler/model/names.h"
#include "runtime/values/codes.h"

namespace merit::model {

namespace {

struct Written {
  const ast::ValueSet* node;
  const ast::Declaration* declaration;
  uint32_t file;  ///< of the module
};

/// The declared sets by module and name, and in an order in which each comes after those that it is made of;
/// what goes round in a circle is left out.
class Order {
 public:
  explicit Order(const std::unordered_map<uint32_t, std::vector<uint32_t>>& reached) : reached_(reached) {}

  void add(const Written& set) {
    own_[set.file].emplace(set.node->name.text, &set);
    all_[set.node->name.text].push_back(&set);
  }

  /// What a name may stand for in a module: its own set, else those of the modules it uses, else any
  /// module's.
  std::vector<const Written*> named(const std::string& name, uint32_t file) const {
    if (const Written* own = own_one(name, file)) return {own};
    std::vector<const Written*> found;
    if (const auto used = reached_.find(file); used != reached_.end()) {
      for (const uint32_t other : used->second) {
        if (const Written* one = own_one(name, other)) found.push_back(one);
      }
    }
    if (!found.empty()) return found;
    const auto anywhere = all_.find(name);
    return anywhere == all_.end() ? found : anywhere->second;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& [name, sets] : all_) result.push_back(name);
    std::sort(result.begin(), result.end());
    return result;
  }

  void visit(const Written& set) {
    if (!seen_.insert(&set).second) return;
    open_.push_back(&set);
    for (const ast::Name& member : set.node->members) {
      for (const Written* found : named(member.text, set.file)) {
        if (std::find(open_.begin(), open_.end(), found) != open_.end()) {
          circular.emplace_back(set.node, &member);
        } else {
          visit(*found);
        }
      }
    }
    open_.pop_back();
    order.push_back(&set);
  }

  std::vector<const Written*> order;
  std::vector<std::pair<const ast::ValueSet*, const ast::Name*>> circular;

 private:
  const Written* own_one(const std::string& name, uint32_t file) const {
    const auto own = own_.find(file);
    if (own == own_.end()) return nullptr;
    const auto found = own->second.find(name);
    return found == own->second.end() ? nullptr : found->second;
  }

  const std::unordered_map<uint32_t, std::vector<uint32_t>>& reached_;
  std::unordered_map<uint32_t, std::unordered_map<std::string, const Written*>> own_;
  std::unordered_map<std::string, std::vector<const Written*>> all_;
  std::unordered_set<const Written*> seen_;
  std::vector<const Written*> open_;
};

bool same_content(const ir::ValueSet& a, const ir::ValueSet& b) {
  return a.url == b.url && a.version == b.version && a.codings == b.codings && a.members == b.members;
}

}  // namespace

// Measures are modules that stand alone, each with its value sets: two modules may give one name to two sets.
void Declarer::value_sets() {
  std::deque<Written> written;
  std::unordered_map<std::string, uint32_t> taken_by;  // the file of the first module that has the name
  for (const auto& module : model_.modules) {
    std::unordered_map<std::string, Taken> here;
    for (const auto& declaration : module->declarations) {
      const auto* node = std::get_if<ast::ValueSet>(&declaration->node);
      if (node == nullptr || node->name.text.empty()) continue;
      const bool code = node->kind == ast::ValueSet::Kind::code;
      const std::string what = code ? "a code" : "a value set";
      const auto [before, fresh] = here.try_emplace(node->name.text, Taken{node->name.span, what});
      if (!fresh) {
        declared_twice(node->name.text, node->name.span, what, before->second);
        continue;
      }
      if (!taken_by.contains(node->name.text) && !take(node->name.text, node->name.span, what)) continue;
      taken_by.try_emplace(node->name.text, module->file);
      written.push_back({node, declaration.get(), module->file});
    }
  }
  for (const auto& [node, declaration, file] : written) {
    const bool code = node->kind == ast::ValueSet::Kind::code;
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
  Order order(merged_.reached);
  for (const Written& set : written) order.add(set);
  for (const Written& set : written) order.visit(set);
  for (const auto& [set, member] : order.circular) {
    diagnostics_.error("G412", member->span,
                       "The value set `" + set->name.text + "` is made of itself, by way of `" +
                           member->text + "`.",
                       "Take one of the two out.");
  }
  for (const Written* set_here : order.order) {
    const ast::ValueSet* node = set_here->node;
    ir::ValueSet set;
    set.name = node->name.text;
    set.doc = set_here->declaration->doc.text;
    set.span = node->name.span;
    switch (node->kind) {
    case ast::ValueSet::Kind::code: set.codings.push_back(coding_text(node->url, node->code)); break;
    case ast::ValueSet::Kind::published:
      set.url = node->url;
      set.version = node->version;
      break;
    case ast::ValueSet::Kind::any_of:
      for (const ast::Name& member : node->members) {
        const std::vector<const Written*> written_so = order.named(member.text, set_here->file);
        if (!written_so.empty()) {
          std::vector<uint32_t> meant;
          for (const Written* one : written_so) {
            const auto& own = model_.own_valuesets[one->file];
            const auto found = own.find(member.text);
            if (found != own.end() && std::find(meant.begin(), meant.end(), found->second) == meant.end())
              meant.push_back(found->second);
          }
          if (meant.size() > 1)
            several_value_sets(diagnostics_, model_, member.text, meant, member.span);
          else
            set.members.insert(set.members.end(), meant.begin(), meant.end());
        } else if (!is_reported(model_, member.text)) {
          Diagnostic& diagnostic = diagnostics_.error(
              "G413", member.span, "There is no value set and no code `" + member.text + "`.",
              did_you_mean(member.text, order.names()));
          if (auto note = removal_note(model_, member.text)) diagnostic.notes.push_back(std::move(*note));
        }
      }
      break;
    }
    declared_value_set(std::move(set), set_here->file);
  }
  for (const auto& [file, reached] : merged_.reached) {
    std::unordered_map<std::string, uint32_t> used;
    std::unordered_set<std::string> unclear;
    for (const uint32_t other : reached) {
      const auto own = model_.own_valuesets.find(other);
      if (own == model_.own_valuesets.end()) continue;
      for (const auto& [name, set] : own->second) {
        if (used.try_emplace(name, set).first->second != set) unclear.insert(name);
      }
    }
    for (const std::string& name : unclear) used.erase(name);
    model_.used_valuesets[file] = std::move(used);
  }
}

void several_value_sets(Diagnostics& diagnostics, const Model& model, const std::string& name,
                        const std::vector<uint32_t>& sets, Span span) {
  Diagnostic& diagnostic = diagnostics.error(
      "G414", span, "Several modules have a value set `" + name + "`, and they are not the same.",
      "Declare the one that is meant in this module too, in the same words.");
  for (const uint32_t set : sets)
    diagnostic.notes.push_back(Note{model.program.valuesets[set].span, "One of them."});
}

/// A set that another module has declared alike is the same set; one that differs is a second one, which its
/// module's name tells apart in messages.
void Declarer::declared_value_set(ir::ValueSet set, uint32_t file) {
  std::vector<ir::ValueSet>& sets = model_.program.valuesets;
  const std::string name = set.name;
  std::vector<uint32_t>& many = model_.many_valuesets[name];
  const auto same =
      std::find_if(many.begin(), many.end(), [&](uint32_t other) { return same_content(sets[other], set); });
  uint32_t index = 0;
  if (same != many.end()) {
    index = *same;
  } else {
    index = static_cast<uint32_t>(sets.size());
    if (!many.empty()) set.name = module_named(file) + "." + name;
    many.push_back(index);
    sets.push_back(std::move(set));
  }
  model_.own_valuesets[file].emplace(name, index);
  model_.valuesets.emplace(name, index);
}

std::string Declarer::module_named(uint32_t file) const {
  for (const auto& module : model_.modules) {
    if (module->file == file) return module->name.text;
  }
  return {};
}

}  // namespace merit::model
