#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include <iostream>

#include "tests/support/places.h"

int main(int argc, char** argv) {
  const int failed = Catch::Session().run(argc, argv);
  if (failed != 0) return failed;
  const auto& missing = merit::testing::missing_published();
  if (missing.empty()) return 0;
  std::cout << "\nSKIPPED: published files that were not found:\n";
  for (const auto& name : missing) std::cout << "  " << name << '\n';
  std::cout << "Configure with -DMERIT_PUBLISHED_DATA=<folder> (programs) and -DMERIT_MEASURE_DATA=<folder> "
               "(measures) to run "
               "these checks.\n";
  constexpr int skipped = 77;  // what CTest is told to count as skipped
  return skipped;
}
