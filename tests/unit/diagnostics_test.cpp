// Places, order and the three renderings of messages.
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "runtime/diagnostics/render.h"

using namespace merit;

namespace {

Span find(const SourceFiles& files, uint32_t file, const std::string& words) {
  const size_t at = files[file].text.find(words);
  REQUIRE(at != std::string::npos);
  return {file, static_cast<uint32_t>(at), static_cast<uint32_t>(at + words.size())};
}

}  // namespace

TEST_CASE("lines and columns count characters, from one") {
  const std::string text = "\xEF\xBB\xBFé = 1\r\nb\n";
  CHECK(line_column(text, 3).column == 1);
  CHECK(line_column(text, 5).column == 2);
  CHECK(line_column(text, 11).line == 2);
  CHECK(line_column(text, 11).column == 1);
  CHECK(line_column(text, 1000).line == 3);
  CHECK(line_column("", 0).line == 1);
}

TEST_CASE("a box shows the line, what is meant in it, notes and help") {
  SourceFiles files;
  const uint32_t file = files.add("a.merit", "module a\r\nx = \"ä€\" + rat\r\ny = 3\r\n");
  Diagnostics diagnostics;
  diagnostics
      .error("N001", find(files, file, "rat"), "`rat` is not known here.", "Did you mean `rate`?\nOr not.")
      .notes.push_back({find(files, file, "y = 3"), "this is near"});
  CHECK(render(diagnostics, files, {}) == "error[N001]: `rat` is not known here.\n"
                                          "  --> a.merit:2:12\n"
                                          "   |\n"
                                          " 2 | x = \"ä€\" + rat\n"
                                          "   |            ^^^\n"
                                          "  ::: a.merit:3:1: this is near\n"
                                          " 3 | y = 3\n"
                                          "   | -----\n"
                                          "   = help: Did you mean `rate`?\n"
                                          "           Or not.\n"
                                          "\n"
                                          "1 error\n");
  CHECK(render(diagnostics, files, {RenderStyle::line, false}) ==
        "a.merit:2:12: error[N001]: `rat` is not known here. (Did you mean `rate`? Or not.)\n1 error\n");
  const std::string colored = render(diagnostics, files, {RenderStyle::boxed, true});
  CHECK(colored.find("\x1b[1;31merror[N001]\x1b[0m") != std::string::npos);
  const auto json = nlohmann::json::parse(render(diagnostics, files, {RenderStyle::json, false}));
  REQUIRE(json.size() == 1);
  CHECK(json[0]["code"] == "N001");
  CHECK(json[0]["place"]["line"] == 2);
  CHECK(json[0]["place"]["end_column"] == 15);
  CHECK(json[0]["notes"][0]["text"] == "this is near");
}

TEST_CASE("places in data, and nothing to say") {
  const SourceFiles files;
  Diagnostics diagnostics;
  CHECK(render(diagnostics, files, {}).empty());
  CHECK(render(diagnostics, files, {RenderStyle::json, false}) == "[]\n");
  diagnostics.data_error("D001", {"a.csv", 7, "Rate"}, "`x` is no number.");
  CHECK(render(diagnostics, files, {}) ==
        "error[D001]: `x` is no number.\n  --> a.csv:7, column \"Rate\"\n\n1 error\n");
}

TEST_CASE("a long line is cut around the place, and control characters stay out of the terminal") {
  SourceFiles files;
  const uint32_t file =
      files.add("a.merit", std::string(5000, 'a') + "\x1b[31mHERE" + std::string(100000, 'b'));
  Diagnostics diagnostics;
  diagnostics.error("S001", find(files, file, "HERE"), "Here.");
  const std::string box = render(diagnostics, files, {});
  CHECK(box.size() < 600);
  CHECK(box.find('\x1b') == std::string::npos);
  const size_t line = box.find(" 1 | ");
  const size_t under = box.find("   | ", line);
  CHECK(box.find("HERE", line) - line == box.find("^^^^", under) - under);
}

TEST_CASE("messages are put in order of place, repetitions go") {
  SourceFiles files;
  const uint32_t file = files.add("a.merit", "abc\n");
  Diagnostics diagnostics;
  diagnostics.error("S001", {file, 2, 3}, "second");
  diagnostics.error("S001", {file, 0, 1}, "first");
  diagnostics.error("S001", {file, 2, 3}, "second");
  diagnostics.sort();
  REQUIRE(diagnostics.all().size() == 2);
  CHECK(diagnostics.error_count() == 2);
  CHECK(diagnostics.all()[0].message == "first");
}

TEST_CASE("the nearest name") {
  const std::vector<std::string> names = {"rate", "hospital", "entity", "a"};
  CHECK(nearest_name("rat", names) == "rate");
  CHECK(nearest_name("hopsital", names) == "hospital");
  CHECK(nearest_name("entitty", names) == "entity");
  CHECK(nearest_name("payment", names).empty());
  CHECK(nearest_name("rate", {"rate"}).empty());
}
