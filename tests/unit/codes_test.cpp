// Codes, value sets and quantities through the public interface, and in the intermediate form.

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "merit/compiler.hpp"
#include "merit/merit.h"
#include "merit/merit.hpp"
#include "runtime/data/terminology.h"
#include "runtime/ir/json.h"
#include "runtime/ir/verify_nodes.h"

namespace fs = std::filesystem;

namespace {

constexpr const char* program_text = R"(module visits

valueset office "http://sets/office" version "1"
valueset phone  "http://sets/phone"
code     home   "http://cpt" "99341"
valueset seen   = any of: office, home

entity visit:
  key id : text
  code   : codes
  weight : quantity?

for each visit:
  counts = code in (seen or phone)
  kilos  = weight as 'kg'

report visits: id, counts, kilos, code, weight

test "a code that is in a set by its name":
  given visit:
    | id | code                       |
    | a  | office                     |
    | b  | "http://cpt|99213"         |
    | c  | "home; http://other|1"     |
  expect visit:
    | id | counts |
    | a  | yes    |
    | c  | yes    |
)";

struct Folder {
  fs::path path = fs::temp_directory_path() / ("merit-codes-test-" + std::to_string(::getpid()));

  Folder() {
    fs::remove_all(path);
    fs::create_directories(path / "sets" / "below");
    std::ofstream(path / "visit.csv") << "id,code,weight\n"
                                         "a,http://cpt|99213;http://x|1,154 [lb_av]\n"
                                         "b,http://cpt|99341,\n"
                                         "c,http://cpt|99214,70 kg\n"
                                         "d,,>150 kg\n"
                                         "e,|http://sets/phone,1 m\n";
    std::ofstream(path / "sets" / "office.csv")
        << "url,version,system,code\nhttp://sets/office,1,http://cpt,99213\n";
    std::ofstream(path / "sets" / "below" / "phone.json")
        << R"({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "ValueSet",
             "url": "http://sets/phone", "expansion": {"contains": [{"system": "http://cpt", "code": "99441"}]}}}]})";
  }

  ~Folder() { fs::remove_all(path); }
};

}  // namespace

TEST_CASE("value sets from a folder, in C++") {
  const Folder folder;
  const merit::Program program =
      merit::Program::parse(merit::compile_program_text("visits.merit", program_text).json());
  merit::RunSettings settings;
  settings.data = folder.path;
  CHECK_THROWS_AS(program.run(settings), merit::Error);
  settings.value_sets = {folder.path / "sets"};
  const merit::Run run = program.run(settings);
  CHECK(run.value("visit.counts", {"a"}).text == "true");
  CHECK(run.value("visit.counts", {"b"}).text == "true");
  CHECK(run.value("visit.counts", {"c"}).text == "false");
  CHECK(run.value("visit.counts", {"d"}).text == "false");
  CHECK(run.value("visit.counts", {"e"}).text == "true");
  const merit::Answer kilos = run.value("visit.kilos", {"a"});
  CHECK(kilos.exact == "69.85322498");
  CHECK(run.value("visit.kilos", {"d"}).reason == "only a bound is known: >150 kg");
  CHECK(run.value("visit.kilos", {"e"}).reason ==
        "no way from `m` to `kg`: the one is a length, the other a mass");
  const merit::Answer codes = run.value("visit.code", {"a"});
  CHECK(codes.kind == merit::Answer::Kind::codes);
  CHECK(codes.text == "http://cpt|99213;http://x|1");
  CHECK(run.value("visit.code", {"d"}).kind == merit::Answer::Kind::missing);
  CHECK(run.value("visit.weight", {"c"}).kind == merit::Answer::Kind::quantity);
  CHECK(run.value("visit.weight", {"c"}).text == "70 kg");

  REQUIRE(program.run_tests().size() == 1);
  CHECK(program.run_tests()[0].passed);
  CHECK(program.run_tests({}, {folder.path / "sets"})[0].passed);
  CHECK_THROWS_AS(program.run_tests({}, {folder.path / "nowhere"}), merit::Error);
  CHECK_THROWS_AS(program.run_tests({}, {folder.path / "visit.csv"}), merit::Error);
}

TEST_CASE("value sets from a folder, in C") {
  const Folder folder;
  const fs::path file = folder.path / "visits.mir";
  std::ofstream(file) << merit::compile_program_text("visits.merit", program_text).json();
  merit_program* program = nullptr;
  merit_run* run = nullptr;
  char* error = nullptr;
  char* text = nullptr;
  REQUIRE(merit_program_load(file.c_str(), &program, &error) == MERIT_OK);
  CHECK(merit_run_start(program, folder.path.c_str(), MERIT_BAD_ROWS_STOP, 1, nullptr, &run, &error) ==
        MERIT_DATA);
  merit_text_free(error);
  CHECK(merit_program_value_sets(program, nullptr, 1, &error) == MERIT_USAGE);
  merit_text_free(error);
  const std::string sets = (folder.path / "sets").string();
  const char* paths[] = {sets.c_str()};
  REQUIRE(merit_program_value_sets(program, paths, 1, &error) == MERIT_OK);
  REQUIRE(merit_run_start(program, folder.path.c_str(), MERIT_BAD_ROWS_STOP, 1, nullptr, &run, &error) ==
          MERIT_OK);
  merit_program_free(program);
  const char* key[] = {"a"};
  merit_kind kind = MERIT_MISSING;
  REQUIRE(merit_run_value(run, "visit.code", key, 1, &kind, &text, &error) == MERIT_OK);
  CHECK(kind == MERIT_CODES);
  CHECK(std::string(text) == "http://cpt|99213;http://x|1");
  merit_text_free(text);
  REQUIRE(merit_run_value(run, "visit.weight", key, 1, &kind, &text, &error) == MERIT_OK);
  CHECK(kind == MERIT_QUANTITY);
  merit_text_free(text);
  merit_run_free(run);
}

TEST_CASE("damaged codes, value sets and units in the intermediate form are refused") {
  const std::string json = merit::compile_program_text("visits.merit", program_text).json();
  const auto read = [](std::string text) {
    merit::Diagnostics diagnostics;
    auto program = merit::ir::from_json(text, "visits.mir", diagnostics);
    CHECK(program.has_value() == (diagnostics.error_count() == 0));
    return program;
  };
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = json;
    const size_t at = changed.find(from);
    REQUIRE(at != std::string::npos);
    return changed.replace(at, from.size(), to);
  };
  REQUIRE(read(json));
  CHECK(merit::ir::to_json(*read(json)) == json);
  CHECK_FALSE(read(with("\"unit\":\"kg\"", "\"unit\":\"kgg\"")));
  CHECK_FALSE(read(with("\"value_set\":", "\"value_set\":9")));
  CHECK_FALSE(read(with("\"members\":[0,2]", "\"members\":[0,9]")));
  CHECK_FALSE(read(with("\"members\":[0,2]", "\"members\":[0,3]")));
  CHECK_FALSE(read(with("\"codings\":[\"http://cpt|99341\"]", "\"codings\":[\"99341\"]")));
  CHECK_FALSE(
      read(with("{\"kind\":\"codes\",\"optional\":false}", "{\"kind\":\"codes\",\"optional\":true}")));
  CHECK_FALSE(read(with("{\"codes\":[\"http://cpt|99213\"]}", "{\"codes\":[]}")));
  CHECK_FALSE(read(with("{\"codes\":[\"http://cpt|99213\"]}", "{\"codes\":[\"b|1\",\"a|1\"]}")));
}

TEST_CASE("a value set holds what it is made of, and says which of them") {
  merit::ir::Program program;
  program.valuesets.push_back({"a", "http://sets/a", "", {}, {}, "", {}});
  program.valuesets.push_back({"b", "", "", {"s|1"}, {}, "", {}});
  program.valuesets.push_back({"c", "", "", {"s|9"}, {0, 1}, "", {}});
  merit::ValueSets sets(program);
  CHECK(sets.holds(2, "s|1"));
  CHECK(sets.holds(2, "x|0\ns|9"));
  CHECK(sets.holds(2, "|http://sets/a"));
  CHECK_FALSE(sets.holds(1, "|http://sets/a"));
  CHECK_FALSE(sets.holds(2, "s|2"));
  CHECK_FALSE(sets.holds(2, ""));
  sets.give(0, {"s|2", "s|1"});
  CHECK(sets.holds(2, "s|2"));
  CHECK_FALSE(sets.holds(1, "s|2"));
  using Matches = std::vector<std::pair<std::string, uint32_t>>;
  CHECK(sets.matches(2, "s|1\ns|3\ns|9") == Matches{{"s|1", 0}, {"s|9", 2}});
}

TEST_CASE("a terminology file that is cut off, or no such file at all, is refused and never half read") {
  const Folder folder;
  merit::ir::Program program;
  program.valuesets.push_back({"a", "http://sets/a", "", {}, {}, "", {}});
  const auto load = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder.path / name, std::ios::binary) << text;
    merit::Diagnostics diagnostics;
    const auto found = merit::load_terminology(program, {folder.path / name}, {true}, diagnostics);
    CHECK(found.has_value() == (diagnostics.error_count() == 0));
    return found;
  };
  const std::string json =
      R"({"resourceType":"ValueSet","url":"http://sets/a","version":"1","expansion":{"total":2,"contains":)"
      R"([{"system":"s","code":"1"},{"system":"s","code":"2"}]}})";
  const auto whole = load("a.json", json);
  REQUIRE(whole);
  CHECK(whole->sets->holds(0, "s|2"));
  CHECK(whole->used[0].codes == 2);
  CHECK(whole->used[0].file == "a.json");
  for (size_t size = 0; size < json.size(); ++size) CHECK_FALSE(load("cut.json", json.substr(0, size)));
  // Any one byte wrong: refused, or read as what then stands there.
  for (size_t at = 0; at < json.size(); ++at) {
    std::string damaged = json;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    load("damaged.json", damaged);
  }
  CHECK(load("lines.ndjson", "{\"resourceType\":\"CodeSystem\"}\n\n" + json + "\n"));
  CHECK(load("a.csv", "url,version,system,code\nhttp://sets/a,,s,1\n"));
  CHECK_FALSE(load("a.csv", "url,version,system,code\nhttp://sets/a,,s\n"));
  CHECK_FALSE(load("a.csv", "url,version,system,code\nhttp://sets/a,,\"s,1\n"));
  CHECK_FALSE(load("deep.json", std::string(200'000, '[')));
  CHECK_FALSE(load("deep.json", std::string(200'000, '[') + std::string(200'000, ']')));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = json;
    return changed.replace(changed.find(from), from.size(), to);
  };
  CHECK_FALSE(load("b.json", with("\"total\":2", "\"total\":3")));
  CHECK_FALSE(load("b.json", with("\"total\":2", "\"offset\":2")));
  CHECK_FALSE(load("b.json", with("\"total\":2", "\"next\":\"http://page/2\"")));
  CHECK(load("b.json", with("\"total\":2,", "")));
  CHECK(load("b.json", with("\"expansion\"", "\"text\":{},\"expansion\"")));
  CHECK_FALSE(load("b.json", with("\"expansion\"", "\"compose\"")));
  CHECK_FALSE(load("b.json", with("\"http://sets/a\"", "\"http://sets/b\"")));
}
