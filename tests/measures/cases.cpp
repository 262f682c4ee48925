#include "tests/measures/cases.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "runtime/data/file_text.h"
#include "runtime/values/number.h"

namespace merit::testing {

namespace {

using nlohmann::json;

json parsed(std::string_view text) {
  try {
    return json::parse(text);
  } catch (const json::exception& error) {
    throw std::runtime_error(error.what());
  }
}

/// What an entry of a group counts. Observations of a ratio are told apart by their place in the measure
/// alone: MeasureObservation_1_1_… is the denominator's, MeasureObservation_1_2_… the numerator's.
std::string counted(const json& entry) {
  const std::string code = entry.at("code");
  if (code == "measure-population-observation") return "observation";
  if (code != "measure-observation") return code;
  const std::string id = entry.at("id");
  if (id.starts_with("MeasureObservation_1_1_")) return "denominator-observation";
  if (id.starts_with("MeasureObservation_1_2_")) return "numerator-observation";
  throw std::runtime_error("an observation of neither numerator nor denominator: " + id);
}

bool is_observation(const std::string& what) {
  return what.ends_with("observation");
}

GroupCounts read_group(const json& group) {
  GroupCounts counts;
  std::map<std::string, std::vector<Number>> observed;
  for (const json& entry : group.at("populations")) {
    const std::string what = counted(entry);
    if (!is_observation(what)) {
      counts[what] = entry.at("count").dump();
      continue;
    }
    // The text of the number, so that no digit is lost on the way through a double.
    const auto value = Number::parse(entry.at("count").dump());
    if (!value) throw std::runtime_error("no number: " + entry.at("count").dump());
    observed[what].push_back(*value);
  }
  for (auto& [what, values] : observed) counts[what] = observations_text(std::move(values));
  return counts;
}

/// A count that is not there: nobody, nothing observed.
std::string count_of(const GroupCounts& counts, const std::string& what) {
  const auto found = counts.find(what);
  if (found != counts.end()) return found->second;
  return is_observation(what) ? "none" : "0";
}

std::vector<CaseDifference> differences(const ExpectedCase& expected, const PatientCounts& ours) {
  std::vector<CaseDifference> found;
  static const GroupCounts nothing;
  for (size_t group = 0; group < std::max(expected.groups.size(), ours.size()); ++group) {
    const GroupCounts& theirs = group < expected.groups.size() ? expected.groups[group] : nothing;
    const GroupCounts& mine = group < ours.size() ? ours[group] : nothing;
    GroupCounts all = theirs;
    all.insert(mine.begin(), mine.end());
    for (const auto& [what, count] : all) {
      const std::string a = count_of(mine, what);
      const std::string b = count_of(theirs, what);
      if (a != b) found.push_back({expected.patient, expected.title, group + 1, what, a, b});
    }
  }
  return found;
}

}  // namespace

std::string observations_text(std::vector<Number> values) {
  std::sort(values.begin(), values.end());
  std::vector<std::string> texts;
  for (const Number& value : values) texts.push_back(value.exact_text());
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::vector<ExpectedCase> read_expected(std::string_view text) {
  std::vector<ExpectedCase> cases;
  const json document = parsed(text);
  try {
    for (const json& one : document) {
      ExpectedCase expected;
      expected.patient = one.at("patientId");
      expected.title = one.at("case");
      expected.period_start = one.at("period").at("start");
      expected.period_end = one.at("period").at("end");
      for (const json& group : one.at("groups")) expected.groups.push_back(read_group(group));
      cases.push_back(std::move(expected));
    }
  } catch (const json::exception& error) {
    throw std::runtime_error(error.what());
  }
  return cases;
}

std::map<std::string, PatientCounts> read_individual_reports(std::string_view ndjson) {
  std::map<std::string, PatientCounts> all;
  try {
    while (!ndjson.empty()) {
      const size_t end = std::min(ndjson.find('\n'), ndjson.size());
      const json report = parsed(ndjson.substr(0, end));
      ndjson.remove_prefix(std::min(end + 1, ndjson.size()));
      if (report.at("resourceType") != "MeasureReport") continue;
      const std::string subject = report.at("subject").at("reference");
      PatientCounts counts;
      for (const json& group : report.at("group")) {
        GroupCounts& populations = counts.emplace_back();
        for (const json& population : group.at("population")) {
          const std::string code = population.at("code").at("coding").at(0).at("code");
          if (!is_observation(code)) populations[code] = population.at("count").dump();
        }
      }
      if (!all.emplace(subject.substr(subject.find('/') + 1), std::move(counts)).second)
        throw std::runtime_error("two reports of " + subject);
    }
  } catch (const json::exception& error) {
    throw std::runtime_error(error.what());
  }
  return all;
}

std::vector<ExpectedCase> without_observations(std::vector<ExpectedCase> cases) {
  for (ExpectedCase& one : cases) {
    for (GroupCounts& group : one.groups)
      std::erase_if(group, [](const auto& entry) { return is_observation(entry.first); });
  }
  return cases;
}

CaseAgreement compare_cases(const std::vector<ExpectedCase>& expected,
                            const std::map<std::string, PatientCounts>& ours) {
  CaseAgreement agreement;
  static const PatientCounts nobody;
  for (const ExpectedCase& one : expected) {
    const auto found = ours.find(one.patient);
    const auto different = differences(one, found == ours.end() ? nobody : found->second);
    ++agreement.cases;
    agreement.agreeing += different.empty() ? 1 : 0;
    agreement.differences.insert(agreement.differences.end(), different.begin(), different.end());
  }
  return agreement;
}

std::string agreement_text(const CaseAgreement& agreement) {
  std::string text = fmt::format("{} of {}\n", agreement.agreeing, agreement.cases);
  for (const CaseDifference& one : agreement.differences) {
    text += fmt::format("  {} group {} {}: ours {}, expected {} ({})\n", one.patient.substr(0, 8), one.group,
                        one.population, one.ours, one.expected, one.title);
  }
  return text;
}

std::string value_sets_csv(std::string_view text) {
  const json document = parsed(text);
  std::string csv = "url,version,system,code\n";
  const auto cell = [](const json& value) {
    const std::string plain = value.is_null() ? "" : value.get<std::string>();
    if (plain.find_first_of(",\"\n\r") == std::string::npos) return plain;
    std::string quoted = "\"";
    for (const char letter : plain) quoted.append(letter == '"' ? 2 : 1, letter);
    return quoted + '"';
  };
  try {
    for (const json& set : document) {
      for (const json& code : set.at("codes")) {
        csv += fmt::format("{},{},{},{}\n", cell(set.at("url")), cell(set.value("version", json())),
                           cell(code.at(0)), cell(code.at(1)));
      }
    }
  } catch (const json::exception& error) {
    throw std::runtime_error(error.what());
  }
  return csv;
}

size_t lines_of_text(std::string_view program) {
  size_t lines = 0;
  while (!program.empty()) {
    const size_t end = std::min(program.find('\n'), program.size());
    const std::string_view line = program.substr(0, end);
    program.remove_prefix(std::min(end + 1, program.size()));
    const size_t first = line.find_first_not_of(" \t\r");
    if (first != std::string_view::npos && line[first] != '#') ++lines;
  }
  return lines;
}

std::string unpacked_text(const std::filesystem::path& path) {
  data::FileText file;
  if (const auto refusal = file.open(path))
    throw std::runtime_error(path.filename().string() + ": " + refusal->message);
  return std::string(file.text());
}

}  // namespace merit::testing
