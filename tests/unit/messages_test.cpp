// The registry of messages, its page in the manual, and that each message is shown by some example or test.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "runtime/diagnostics/registry.h"
#include "tests/support/places.h"

namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

std::vector<merit::MessageEntry> entries() {
  std::vector<merit::MessageEntry> all;
  for (const auto table : {merit::syntax_messages(), merit::name_messages(), merit::type_messages(),
                           merit::declaration_messages(), merit::data_messages(), merit::run_messages()}) {
    all.insert(all.end(), table.begin(), table.end());
  }
  return all;
}

std::vector<fs::path> files_in(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(merit::testing::source_folder() / folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The codes that a text prints as a message has them: "error[T104]", "warning[W001]", "R101" as a fault.
bool shows(const std::string& text, std::string_view code) {
  return text.find(std::string(code)) != std::string::npos;
}

/// What is inside the fences of a chapter: prose that speaks of a code does not show its message.
std::string fenced(const std::string& text) {
  std::string inside;
  std::istringstream lines(text);
  bool in_fence = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      in_fence = !in_fence;
      continue;
    }
    if (in_fence) inside += line + "\n";
  }
  return inside;
}

const std::map<char, std::string> parts = {
    {'S', "The text and its layout"},  {'N', "Names"},           {'T', "Types, money and grain"},
    {'M', "Missing values and cases"}, {'A', "Amendments"},      {'G', "Tables, entities and keys"},
    {'C', "The program as a whole"},   {'W', "Warnings"},        {'D', "Data"},
    {'I', "The intermediate form"},    {'R', "Runs and faults"},
};

constexpr std::string_view order = "SNTMGACWDIR";

/// docs/messages.md as the registry has it.
std::string page() {
  std::map<fs::path, std::string> chapters;
  for (const fs::path& chapter : files_in("tests/spec", ".md"))
    chapters[chapter] = fenced(read_text(chapter));

  std::string text =
      "# Messages\n\nEvery message has a code. This page lists them all, with what they mean and the chapter "
      "that shows one.\nIt is made from the registry in `runtime/diagnostics`.\n";
  auto all = entries();
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
  for (const char letter : order) {
    bool first = true;
    for (const merit::MessageEntry& entry : all) {
      if (entry.code.front() != letter) continue;
      if (first) text += "\n## " + parts.at(letter) + " (" + letter + ")\n";
      first = false;
      text += "\n### " + std::string(entry.code) + "\n\n**" + std::string(entry.title) + "** " +
              std::string(entry.meaning) + "\n";
      for (const auto& [chapter, inside] : chapters) {
        if (!shows(inside, entry.code)) continue;
        const std::string name = chapter.filename().string();
        text += "Shown in [" + chapter.stem().string() + "](../tests/spec/" + name + ").\n";
        break;
      }
    }
  }
  return text;
}

}  // namespace

TEST_CASE("every code stands once in the registry, in its part, with a title and a meaning") {
  std::set<std::string_view> seen;
  for (const merit::MessageEntry& entry : entries()) {
    CAPTURE(entry.code);
    CHECK(seen.insert(entry.code).second);
    CHECK(parts.count(entry.code.front()) == 1);
    CHECK(entry.title.ends_with('.'));
    CHECK(entry.meaning.ends_with('.'));
    CHECK(merit::find_message(entry.code) != nullptr);
  }
}

TEST_CASE("docs/messages.md is what the registry says") {
  const fs::path path = merit::testing::source_folder() / "docs" / "messages.md";
  const std::string wanted = page();
  if (std::getenv("MERIT_RECORD") != nullptr) std::ofstream(path, std::ios::binary) << wanted;
  CHECK(read_text(path) == wanted);
}

TEST_CASE("every message is shown by a chapter, or expected by a test") {
  std::string shown;
  for (const fs::path& chapter : files_in("tests/spec", ".md")) shown += fenced(read_text(chapter));
  for (const fs::path& test : files_in("tests/unit", ".cpp")) {
    if (test.filename() != "messages_test.cpp") shown += read_text(test);
  }
  std::string absent;
  for (const merit::MessageEntry& entry : entries()) {
    if (!shows(shown, entry.code)) absent += " " + std::string(entry.code);
  }
  INFO("not shown:" << absent);
  CHECK(absent.empty());
}

TEST_CASE("the code that is reported stands in the registry") {
  // A code in a source file that the registry lacks would have no page and no severity of its own.
  for (const char* room : {"compiler/syntax", "compiler/model", "compiler/lower", "runtime/data",
                           "runtime/ir", "runtime/engine", "runtime/explain", "runtime/run", "cli"}) {
    for (const fs::path& file : files_in(room, ".cpp")) {
      const std::string text = read_text(file);
      for (size_t at = text.find('"'); at != std::string::npos; at = text.find('"', at + 1)) {
        const std::string word = text.substr(at + 1, 4);
        const bool code =
            word.size() == 4 && parts.count(word[0]) == 1 && text.compare(at + 5, 1, "\"") == 0 &&
            std::all_of(word.begin() + 1, word.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (!code) continue;
        CAPTURE(file.string(), word);
        CHECK(merit::find_message(word) != nullptr);
      }
    }
  }
}
