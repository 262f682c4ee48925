#pragma once
// Code systems in another spelling. A coding whose system is "https://loinc.org" is in no value set of
// "http://loinc.org", and nobody would notice.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace merit::data {

class CodeSystems {
 public:
  /// The systems that a program's value sets and codes name.
  explicit CodeSystems(const std::unordered_set<std::string>& known);

  /// How the value sets spell a system that is theirs by another spelling: https for http, capitals, a slash
  /// at the end, or the OID of one of the systems that HL7 lists
  /// (https://terminology.hl7.org/identifiers.html). Nothing for a system that is spelt as they do, or is
  /// none of theirs.
  std::optional<std::string_view> meant(std::string_view system) const;

 private:
  const std::unordered_set<std::string>& known_;
  std::unordered_map<std::string, std::string_view> spellings_;
};

}  // namespace merit::data
