// What read_fhir makes of resources: the same by pieces and threads, nothing of what is damaged.
#include <zlib.h>

#include <catch2/catch.hpp>
#include <random>

#include "runtime/data/fhir_files.h"
#include "runtime/data/file_text.h"
#include "tests/unit/data_support.h"

using namespace merit;
using namespace merit::testing;
using ir::TypeKind;

namespace {

ir::FhirValue path(std::vector<std::string> names, uint32_t from = 0) {
  ir::FhirValue value;
  value.from = from;
  for (std::string& name : names) {
    ir::PathStep step;
    step.kind = name.ends_with("[x]") ? ir::PathStep::Kind::choice : ir::PathStep::Kind::element;
    if (name.ends_with("[x]")) name.resize(name.size() - 3);
    step.name = std::move(name);
    value.steps.push_back(std::move(step));
  }
  return value;
}

ir::FhirValue of_kind(ir::FhirValue::Kind kind, uint32_t from = 0) {
  ir::FhirValue value;
  value.kind = kind;
  value.from = from;
  return value;
}

/// patient: key id / birth_date?; visit: key id / patient?, and part: key visit, key position / text?, and
/// mark: key part, key position / number?
struct Clinic : ProgramBuilder {
  uint32_t patient = entity("patient");
  uint32_t id = key(patient, "id");
  uint32_t birth_date = field(patient, "birth_date", TypeKind::date, true);
  uint32_t visit = entity("visit");
  uint32_t visit_id = key(visit, "id");
  uint32_t of_patient = field(visit, "patient", TypeKind::link, true, false, patient);
  uint32_t part = entity("part");
  uint32_t part_visit = key(part, "visit", TypeKind::link, visit);
  uint32_t part_position = key(part, "position", TypeKind::integer);
  uint32_t words = field(part, "words", TypeKind::text, true);
  uint32_t mark = entity("mark");
  uint32_t mark_part = key(mark, "part", TypeKind::link, part);
  uint32_t mark_position = key(mark, "position", TypeKind::integer);
  uint32_t score = field(mark, "score", TypeKind::number, true);

  Clinic() {
    using Kind = ir::FhirValue::Kind;
    ir::FhirBlock patients{patient, false, 0, {}, {}, {{id, path({"id"})}, {birth_date, path({"birthDate"})}},
                           {},      {}};
    ir::FhirBlock marks{
        mark,
        true,
        1,
        path({"marks"}).steps,
        {},
        {{mark_part, of_kind(Kind::owner)}, {mark_position, of_kind(Kind::position, 2)}, {score, path({}, 2)}},
        {},
        {}};
    ir::FhirBlock parts{part,
                        true,
                        0,
                        path({"parts"}).steps,
                        {},
                        {{part_visit, of_kind(Kind::owner)},
                         {part_position, of_kind(Kind::position, 1)},
                         {words, path({"words"}, 1)}},
                        {marks},
                        {}};
    ir::FhirBlock visits{
        visit, false, 0, {}, {}, {{visit_id, path({"id"})}, {of_patient, path({"subject"})}}, {parts}, {}};
    program.fhir_sources.push_back({"Patient", {}, {patients}, {}});
    program.fhir_sources.push_back({"Encounter", {}, {visits}, {}});
  }
};

std::string resources(uint32_t patients) {
  std::string text;
  for (uint32_t i = 0; i < patients; ++i) {
    const std::string n = std::to_string(i);
    text += R"({"resourceType":"Patient","id":"p)" + n + R"(","birthDate":"19)" +
            std::to_string(10 + i % 80) + "-01-02\"}\n";
    text += R"({"id":"v)" + n + R"(","resourceType":"Encounter","subject":{"reference":"Patient/p)" + n +
            R"("},"parts":[)";
    for (uint32_t k = 0; k < i % 4; ++k) {
      text += std::string(k == 0 ? "" : ",") + R"({"words":"\u00e9\n)" + std::to_string(k) + R"(","marks":[)";
      for (uint32_t m = 0; m < (i + k) % 3; ++m)
        text += std::string(m == 0 ? "" : ",") + std::to_string(m) + ".50";
      text += "]}";
    }
    text += "]}\n";
  }
  return text;
}

std::string everything(const Clinic& clinic, const Loaded& loaded) {
  std::string text;
  for (const uint32_t column :
       {clinic.id, clinic.birth_date, clinic.visit_id, clinic.of_patient, clinic.part_visit,
        clinic.part_position, clinic.words, clinic.mark_part, clinic.mark_position, clinic.score})
    text += loaded.column(column) + "\n";
  return text;
}

data::FhirData read(const Clinic& clinic, const Folder& folder, size_t piece_size, unsigned threads,
                    data::FhirPlan& plan) {
  Diagnostics diagnostics;
  TextPool pool;
  plan = data::plan_fhir(clinic.program, nullptr, 0, diagnostics);
  data::FhirData data = data::read_fhir(plan, {folder.path(), threads, piece_size}, 0, pool, diagnostics);
  CHECK(diagnostics.error_count() == 0);
  return data;
}

}  // namespace

TEST_CASE("nested rows belong to their owners, whatever is cut where") {
  const Clinic clinic;
  const Folder folder;
  folder.write("a.ndjson", resources(50));
  folder.write("b.ndjson", "\xEF\xBB\xBF"
                           R"({"resourceType":"Patient","id":"last"})");
  const Loaded loaded = load(clinic.program, folder);
  REQUIRE(loaded.result.dataset != nullptr);
  CHECK(loaded.data().rows(clinic.patient) == 51);
  CHECK(loaded.data().rows(clinic.part) == 12 * (1 + 2 + 3) + 1);
  const auto row = loaded.data().find(clinic.visit, {Value::of_text("v3")});
  REQUIRE(row);
  const auto part = loaded.data().find(clinic.part, {Value::of_row(*row), Value::of_number(Number(2))});
  REQUIRE(part);
  CHECK(loaded.data().column(clinic.words).value(*part, loaded.data().pool()).text() == "\xC3\xA9\n1");
  CHECK(loaded.data().key_text(clinic.part, *part) == "v3, 2");
  const CellPlace place = loaded.data().place(clinic.words, *part);
  CHECK(place.file == "a.ndjson");
  CHECK(place.line == 8);
  CHECK(place.column == "Encounter.parts.words");

  data::FhirPlan whole_plan;
  const data::FhirData whole = read(clinic, folder, 0, 1, whole_plan);
  for (const size_t piece_size : {1, 100, 1000}) {
    data::FhirPlan plan;
    const data::FhirData pieces = read(clinic, folder, piece_size, 4, plan);
    REQUIRE(pieces.blocks.size() == whole.blocks.size());
    for (size_t block = 0; block < whole.blocks.size(); ++block) {
      CHECK(pieces.blocks[block].lines == whole.blocks[block].lines);
      CHECK(pieces.blocks[block].owners == whole.blocks[block].owners);
      CHECK(pieces.blocks[block].contents == whole.blocks[block].contents);
      for (uint32_t record = 0; record < whole.blocks[block].records; ++record)
        CHECK(pieces.blocks[block].name_of(record) == whole.blocks[block].name_of(record));
    }
  }
}

TEST_CASE("one Bundle says the same as its resources by themselves") {
  const Clinic clinic;
  const Folder lines;
  const std::string text = resources(20);
  lines.write("a.ndjson", text);
  const Folder bundle;
  std::string entries;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    entries += (entries.empty() ? "" : ",\n  ") + (R"({"resource": )" + text.substr(at, end - at) + "}");
    at = end + 1;
  }
  bundle.write("b.json", "{\n \"entry\": [" + entries + "],\n \"resourceType\": \"Bundle\"\n}\n");
  const Loaded by_lines = load(clinic.program, lines);
  const Loaded by_bundle = load(clinic.program, bundle);
  REQUIRE(by_lines.result.dataset != nullptr);
  REQUIRE(by_bundle.result.dataset != nullptr);
  CHECK(everything(clinic, by_lines) == everything(clinic, by_bundle));
  const auto row = by_bundle.data().find(clinic.visit, {Value::of_text("v3")});
  const CellPlace place = by_bundle.data().place(clinic.visit_id, *row);
  CHECK(place.column == "Encounter.id, entry 8");
  CHECK(place.line == 9);
}

TEST_CASE("a resource that comes again is one row, and its lists with it; one that says otherwise is none") {
  const Clinic clinic;
  const std::string visit =
      R"({"resourceType":"Encounter","id":"v","parts":[{"words":"a","marks":[1]},{"words":"b"}]})";
  const Folder folder;
  folder.write("a.ndjson", visit + "\n" + visit + "\n");
  folder.write("b.json", R"({"resourceType": "Encounter", "id": "v",
    "parts": [{"words": "a", "marks": [1]}, {"words": "b"}]})");
  const Loaded loaded = load(clinic.program, folder);
  REQUIRE(loaded.result.dataset != nullptr);
  CHECK(everything(clinic, loaded) == "\n\nv\n\nv|v\n1|2\na|b\nv, 1\n1\n1\n");

  folder.write("c.ndjson", R"({"resourceType":"Encounter","id":"v","parts":[{"words":"c"}]})"
                           "\n"
                           R"({"resourceType":"Encounter","id":"w","parts":[{"words":"d"}]})");
  const Loaded stopped = load(clinic.program, folder);
  CHECK(stopped.result.dataset == nullptr);
  CHECK(stopped.text().find(
            "D076 c.ndjson:1 The visit \"v\" is here and in b.json:1, and its content differs.") !=
        std::string::npos);
  const Loaded skipped = load(clinic.program, folder, BadData::skip);
  REQUIRE(skipped.result.dataset != nullptr);
  CHECK(skipped.column(clinic.visit_id) == "w");
  CHECK(skipped.column(clinic.words) == "d");
}

TEST_CASE("damage to a line takes that line alone, and never more than that is believed") {
  const Clinic clinic;
  const std::string before = resources(3);
  const std::string victim =
      R"({"resourceType":"Encounter","id":"w","subject":{"reference":"Patient/p1"},"parts":[{"words":"x","marks":[1,2.5e1]},{"words":"\"y\\"}]})";
  std::mt19937 random(7);
  constexpr std::string_view bytes = "{}[]\",:\\ 019.eE+-tfnu\n\xC3\xFF";
  for (int round = 0; round < 1500; ++round) {
    std::string text = victim;
    for (uint32_t change = 0; change <= random() % 3; ++change) {
      const size_t at = random() % text.size();
      switch (random() % 4) {
      case 0: text.resize(at + 1); break;
      case 1: text[at] = bytes[random() % bytes.size()]; break;
      case 2: text.erase(at, 1 + random() % 9); break;
      default: text.insert(at, 1, bytes[random() % bytes.size()]);
      }
      if (text.empty()) text = "{";
    }
    const Folder folder;
    folder.write("a.ndjson", before + text + "\n" + R"({"resourceType":"Patient","id":"after"})" + "\n");
    INFO(text);
    const Loaded loaded = load(clinic.program, folder, BadData::skip);
    REQUIRE(loaded.result.dataset != nullptr);
    CHECK(loaded.data().rows(clinic.patient) >= 4);
    CHECK(loaded.data().find(clinic.patient, {Value::of_text("after")}));
    CHECK(loaded.data().find(clinic.visit, {Value::of_text("v2")}));
  }
}

TEST_CASE("packed text unpacks piece by piece, and what is cut off is told") {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i * 7919 % 10'007) + "\n";
  std::string packed(compressBound(text.size()) + 64, '\0');
  z_stream stream = {};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);

  const auto unpacked = [](std::string_view from, bool& damaged) {
    data::GzipStream gzip(from);
    std::string all;
    char buffer[1000];
    for (size_t got = 0; (got = gzip.read(buffer, sizeof buffer)) > 0;) all.append(buffer, got);
    damaged = gzip.damaged();
    return all;
  };
  bool damaged = true;
  CHECK(unpacked(packed, damaged) == text);
  CHECK(!damaged);
  CHECK(unpacked(packed + packed + std::string(100, '\0'), damaged) == text + text);
  CHECK(!damaged);
  unpacked(packed.substr(0, packed.size() / 2), damaged);
  CHECK(damaged);
  packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 0x55);
  unpacked(packed, damaged);
  CHECK(damaged);
}
