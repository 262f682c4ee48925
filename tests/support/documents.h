#pragma once

#include <filesystem>
#include <string>
#include <vector>

/// Markdown files whose fenced examples are run: the chapters of tests/spec, the manual in docs/, README.md.
///
/// Each file gets a folder that is empty but for `examples`, the project's own. From top to bottom, its
/// fences
///
///     ```merit name.merit      write a file of that name (any text: `csv name.csv`, `text name.txt` …)
///     ```merit                 write program.merit, which must pass `merit check` without a word
///     ```console               run the lines that start with "$ " by the shell in that folder, `merit` being
///     the built
///                              command, and compare all that they print, both streams, with the lines below;
///                              a last line "[3]" is the exit status where that is not 0
///     ```merit refused         write program.merit; the fence after it, `messages`, is what `merit check`
///     prints of it
///
/// A fence of another language is prose. With MERIT_RECORD=1 in the environment what is expected is written
/// anew instead of compared; the difference is then read in review.
namespace merit::testing {

struct DocumentFailure {
  std::string place;  ///< "tests/spec/01-numbers.md:40"
  std::string expected;
  std::string actual;
};

struct DocumentResult {
  std::size_t examples = 0;  ///< how many were run
  std::vector<DocumentFailure> failures;
};

DocumentResult run_document(const std::filesystem::path& document);

}  // namespace merit::testing
