#pragma once

// Patients of any number for a measure of diabetes control, as FHIR R4: invented throughout, and the same for
// the same seed.
//
// A patient has a Patient, a Coverage, two to five Encounters, one to three Conditions (diabetes for two in
// three), two to six Observations (blood pressure with its two components, body weight, and an HbA1c for most
// of the diabetics: some of an earlier year, one in forty without a value), one or two MedicationRequests
// with a dosage, and for one in thirty a Procedure: about 13 resources and 9 kB for each. Written are the
// bulk export (one NDJSON file a type of resource) or one Bundle a patient, a line each, and value_sets.csv
// with the codes that occur. The codes are of no real system.
//
// What the measure must count is known while they are made: `Counts`.

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>

namespace merit::bench {

namespace fs = std::filesystem;

inline constexpr uint32_t patients_seed = 20'260'101;

/// Patients of 18 to 75 at the end of 2026 with diabetes and a visit in 2026; of these, the last HbA1c of
/// 2026 is over 9, without a value, or there is none.
struct PatientCounts {
  uint32_t patients = 0;
  uint32_t initial_population = 0;
  uint32_t numerator = 0;
  uint64_t resources = 0;
  uint64_t bytes = 0;
};

class PatientsMaker {
 public:
  PatientsMaker(fs::path folder, bool bundles, uint32_t seed)
      : folder_(std::move(folder)), bundles_(bundles), random_(seed) {
    fs::create_directories(folder_);
  }

  PatientCounts make(uint32_t patients) {
    for (uint32_t number = 1; number <= patients; ++number) patient(number);
    counts_.patients = patients;
    for (auto& [name, file] : files_) flush(name, file);
    std::ofstream sets(folder_ / "value_sets.csv", std::ios::binary);
    sets << "url,version,system,code\n";
    for (uint32_t code = 1; code <= 40; ++code) {
      sets << fmt::format("http://example.org/sets/diabetes,,http://example.org/problems,D{:03}\n", code);
      sets << fmt::format("http://example.org/sets/office-visit,,http://example.org/visits,V{:03}\n", code);
    }
    for (uint32_t code = 1; code <= 5; ++code)
      sets << fmt::format("http://example.org/sets/hba1c,,http://example.org/tests,A{:03}\n", code);
    return counts_;
  }

 private:
  struct File {
    std::string text;
    std::ofstream out;
  };

  uint32_t below(uint32_t limit) { return static_cast<uint32_t>((uint64_t{random_()} * limit) >> 32U); }

  bool once_in(uint32_t times) { return below(times) == 0; }

  static std::string date(uint32_t year, uint32_t day) {  // the year's day, months of 28
    return fmt::format("{:04}-{:02}-{:02}", year, 1 + day / 28 % 12, 1 + day % 28);
  }

  void flush(const std::string& name, File& file) {
    if (!file.out.is_open()) file.out.open(folder_ / name, std::ios::binary);
    if (!file.out) throw std::runtime_error("cannot write " + (folder_ / name).string());
    file.out << file.text;
    file.text.clear();
  }

  void put(std::string_view type, const std::string& resource) {
    ++counts_.resources;
    if (bundles_) {
      bundle_ += bundle_.empty() ? "" : ",";
      bundle_ += R"({"resource":)" + resource + "}";
      return;
    }
    line(fmt::format("{}.ndjson", type), resource);
  }

  void line(const std::string& name, const std::string& text) {
    File& file = files_[name];
    file.text += text;
    file.text += '\n';
    counts_.bytes += text.size() + 1;
    if (file.text.size() > (1U << 20U)) flush(name, file);
  }

  std::string coded(std::string_view system, std::string_view code, std::string_view display) {
    return fmt::format(
        R"({{"coding":[{{"system":"http://example.org/{}","code":"{}","display":"{}"}}],"text":"{}"}})",
        system, code, display, display);
  }

  std::string category(std::string_view kind, std::string_view code) {
    return fmt::format(
        R"([{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/{}","code":"{}"}}]}}])", kind,
        code);
  }

  std::string quantity(std::string_view value, std::string_view unit) {
    return fmt::format(R"({{"value":{},"unit":"{}","system":"http://unitsofmeasure.org","code":"{}"}})",
                       value, unit, unit);
  }

  std::string head(std::string_view type, const std::string& id, std::string_view profile) {
    return fmt::format(
        R"({{"resourceType":"{}","id":"{}","meta":{{"versionId":"1","lastUpdated":"2027-01-15T08:00:00.000+00:00","profile":["http://hl7.org/fhir/us/qicore/StructureDefinition/{}"]}})",
        type, id, profile);
  }

  void patient(uint32_t number) {
    const std::string id = fmt::format("p{:08}", number);
    const std::string subject = fmt::format(R"("subject":{{"reference":"Patient/{}"}})", id);
    bundle_.clear();
    const uint32_t born = 1930 + below(85);
    put("Patient",
        head("Patient", id, "qicore-patient") +
            fmt::format(
                R"(,"extension":[{{"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race","extension":[{{"url":"ombCategory","valueCoding":{{"system":"urn:oid:2.16.840.1.113883.6.238","code":"{}"}}}},{{"url":"text","valueString":"-"}}]}}],"active":true,"name":[{{"use":"official","family":"Family{}","given":["Given{}","M"]}}],"gender":"{}","birthDate":"{}","address":[{{"line":["{} Main Street"],"city":"Town","state":"KS","postalCode":"66{:03}"}}]}})",
                once_in(3) ? "2054-5" : "2106-3", number % 997, number % 89, once_in(2) ? "female" : "male",
                date(born, below(336)), 1 + below(900), below(1000)));
    put("Coverage",
        head("Coverage", "c" + id, "qicore-coverage") +
            fmt::format(
                R"(,"status":"active","type":{},"beneficiary":{{"reference":"Patient/{}"}},"period":{{"start":"2020-01-01"}}}})",
                coded("payers", once_in(2) ? "1" : "5", "payer"), id));

    bool visit = false;
    const uint32_t encounters = 2 + below(4);
    for (uint32_t i = 0; i < encounters; ++i) {
      const bool office = below(4) != 0;
      const uint32_t year = once_in(4) ? 2025 : 2026;
      visit = visit || (office && year == 2026);
      const std::string day = date(year, below(336));
      const uint32_t hour = 8 + below(8);
      put("Encounter",
          head("Encounter", fmt::format("e{}-{}", id, i), "qicore-encounter") +
              fmt::format(
                  R"(,"status":"finished","class":{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"}},"type":[{}],{},"participant":[{{"individual":{{"reference":"Practitioner/d{}"}}}}],"period":{{"start":"{}T{:02}:00:00.000+00:00","end":"{}T{:02}:30:00.000+00:00"}},"location":[{{"location":{{"reference":"Location/l{}"}}}}]}})",
                  coded("visits", fmt::format("{}{:03}", office ? 'V' : 'X', 1 + below(40)), "visit"),
                  subject, below(500), day, hour, day, hour, below(50)));
    }

    const bool diabetic = below(3) != 0;
    const uint32_t conditions = 1 + below(3);
    for (uint32_t i = 0; i < conditions; ++i) {
      const bool this_one = diabetic && i == 0;
      put("Condition",
          head("Condition", fmt::format("k{}-{}", id, i), "qicore-condition-problems-health-concerns") +
              fmt::format(
                  R"(,"clinicalStatus":{},"verificationStatus":{},"category":{},"code":{},{},"onsetDateTime":"{}","recordedDate":"{}"}})",
                  category("condition-clinical", "active")
                      .substr(1, category("condition-clinical", "active").size() - 2),
                  category("condition-ver-status", "confirmed")
                      .substr(1, category("condition-ver-status", "confirmed").size() - 2),
                  category("condition-category", "problem-list-item"),
                  coded("problems", fmt::format("{}{:03}", this_one ? 'D' : 'P', 1 + below(40)), "problem"),
                  subject, date(2010 + below(15), below(336)), date(2025, below(336))));
    }

    bool poor = true;  // as long as no level is known
    std::string last;
    const uint32_t observations = 2 + below(5);
    for (uint32_t i = 0; i < observations; ++i) {
      const std::string oid = fmt::format("o{}-{}", id, i);
      const std::string year_day = date(once_in(5) ? 2025 : 2026, below(336));
      const std::string when =
          fmt::format("{}T{:02}:{:02}:{:02}.000+00:00", year_day, 8 + below(9), below(60), i);
      const std::string rest =
          fmt::format(R"("status":"final",{},"effectiveDateTime":"{}","issued":"{}")", subject, when, when);
      if (diabetic && i < 2 && below(6) != 0) {
        const bool valued = below(40) != 0;
        const uint32_t tenths = 50 + below(80);
        if (year_day.starts_with("2026") && when > last) {
          last = when;
          poor = !valued || tenths > 90;
        }
        put("Observation",
            head("Observation", oid, "qicore-observation-lab") +
                fmt::format(R"(,"category":{},"code":{},{}{}}})",
                            category("observation-category", "laboratory"),
                            coded("tests", fmt::format("A{:03}", 1 + below(5)), "HbA1c"), rest,
                            valued ? R"(,"valueQuantity":)" +
                                         quantity(fmt::format("{}.{}", tenths / 10, tenths % 10), "%")
                                   : R"(,"dataAbsentReason":)" + coded("absent", "unknown", "unknown")));
      } else if (once_in(2)) {
        put("Observation",
            head("Observation", oid, "us-core-blood-pressure") +
                fmt::format(
                    R"(,"category":{},"code":{},{},"component":[{{"code":{},"valueQuantity":{}}},{{"code":{},"valueQuantity":{}}}]}})",
                    category("observation-category", "vital-signs"), coded("tests", "B001", "blood pressure"),
                    rest, coded("tests", "B002", "systolic"),
                    quantity(fmt::format("{}", 100 + below(60)), "mm[Hg]"),
                    coded("tests", "B003", "diastolic"),
                    quantity(fmt::format("{}", 60 + below(40)), "mm[Hg]")));
      } else {
        put("Observation", head("Observation", oid, "us-core-body-weight") +
                               fmt::format(R"(,"category":{},"code":{},{},"valueQuantity":{}}})",
                                           category("observation-category", "vital-signs"),
                                           coded("tests", "W001", "body weight"), rest,
                                           quantity(fmt::format("{}.{}", 50 + below(60), below(10)), "kg")));
      }
    }

    const uint32_t medicines = 1 + below(2);
    for (uint32_t i = 0; i < medicines; ++i) {
      put("MedicationRequest",
          head("MedicationRequest", fmt::format("m{}-{}", id, i), "qicore-medicationrequest") +
              fmt::format(
                  R"(,"status":"active","intent":"order","medicationCodeableConcept":{},{},"authoredOn":"{}","dosageInstruction":[{{"timing":{{"repeat":{{"frequency":{},"period":1,"periodUnit":"d"}}}},"doseAndRate":[{{"doseQuantity":{}}}]}}],"dispenseRequest":{{"numberOfRepeatsAllowed":{},"expectedSupplyDuration":{{"value":30,"unit":"d","system":"http://unitsofmeasure.org","code":"d"}}}}}})",
                  coded("medicines", fmt::format("M{:03}", below(200)), "medicine"), subject,
                  date(2026, below(336)), 1 + below(3), quantity("1", "{tbl}"), below(6)));
    }
    if (once_in(30)) {
      put("Procedure",
          head("Procedure", "r" + id, "qicore-procedure") +
              fmt::format(R"(,"status":"completed","code":{},{},"performedDateTime":"{}"}})",
                          coded("procedures", "R001", "procedure"), subject, date(2026, below(336))));
    }
    if (bundles_) {
      line("patients.ndjson",
           fmt::format(R"({{"resourceType":"Bundle","id":"b{}","type":"collection","entry":[{}]}})", id,
                       bundle_));
    }
    const uint32_t age = 2026 - born;  // nobody is born on the last day of a year
    if (age < 18 || age > 75 || !diabetic || !visit) return;
    ++counts_.initial_population;
    if (poor) ++counts_.numerator;
  }

  fs::path folder_;
  bool bundles_;
  std::mt19937 random_;
  std::map<std::string, File> files_;
  std::string bundle_;  // the entries of the patient's Bundle
  PatientCounts counts_;
};

}  // namespace merit::bench
