// Every fenced example of the manual and of the language's chapters is run; see tests/support/documents.h for
// the form.

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <vector>

#include "tests/support/documents.h"
#include "tests/support/places.h"

namespace {

namespace fs = std::filesystem;

void run_folder(const fs::path& folder, std::size_t at_least) {
  std::vector<fs::path> documents;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".md") documents.push_back(entry.path());
  }
  std::sort(documents.begin(), documents.end());
  std::size_t examples = 0;
  for (const fs::path& document : documents) {
    const auto result = merit::testing::run_document(document);
    examples += result.examples;
    for (const auto& failure : result.failures)
      FAIL_CHECK(failure.place << "\n--- expected\n" << failure.expected << "--- actual\n" << failure.actual);
  }
  std::cout << examples << " examples in " << documents.size() << " documents under "
            << folder.filename().string() << "\n";
  CHECK(examples >= at_least);  // an empty folder must not pass for a tested one
}

}  // namespace

TEST_CASE("every example of the language's chapters") {
  run_folder(merit::testing::source_folder() / "tests" / "spec", 60);
}

TEST_CASE("every example of the manual") {
  run_folder(merit::testing::source_folder() / "docs", 5);
  const auto readme = merit::testing::run_document(merit::testing::source_folder() / "README.md");
  for (const auto& failure : readme.failures)
    FAIL_CHECK(failure.place << "\n--- expected\n" << failure.expected << "--- actual\n" << failure.actual);
}
