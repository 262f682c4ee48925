#include "runtime/data/code_systems.h"

#include <array>
#include <utility>

namespace merit::data {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> oids = {{
    {"urn:oid:2.16.840.1.113883.6.96", "http://snomed.info/sct"},
    {"urn:oid:2.16.840.1.113883.6.1", "http://loinc.org"},
    {"urn:oid:2.16.840.1.113883.6.88", "http://www.nlm.nih.gov/research/umls/rxnorm"},
    {"urn:oid:2.16.840.1.113883.6.90", "http://hl7.org/fhir/sid/icd-10-cm"},
    {"urn:oid:2.16.840.1.113883.6.12", "http://www.ama-assn.org/go/cpt"},
    {"urn:oid:2.16.840.1.113883.6.69", "http://hl7.org/fhir/sid/ndc"},
    {"urn:oid:2.16.840.1.113883.12.292", "http://hl7.org/fhir/sid/cvx"},
}};

/// One spelling for all that differ in what does not tell systems apart.
std::string plain(std::string_view system) {
  for (const auto& [oid, url] : oids) {
    if (system == oid) system = url;
  }
  std::string text;
  for (const char c : system) text += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  if (text.starts_with("https://")) text.erase(4, 1);
  while (text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

CodeSystems::CodeSystems(const std::unordered_set<std::string>& known) : known_(known) {
  for (const std::string& system : known) spellings_.emplace(plain(system), system);
}

std::optional<std::string_view> CodeSystems::meant(std::string_view system) const {
  if (known_.contains(std::string(system))) return std::nullopt;
  const auto found = spellings_.find(plain(system));
  if (found == spellings_.end()) return std::nullopt;
  return found->second;
}

}  // namespace merit::data
