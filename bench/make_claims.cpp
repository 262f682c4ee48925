// A claims file of any size for examples/claims_review; claims_maker.h says what is in it.
//
//   build/release/bench/bench_make_claims FOLDER CLAIMS [SEED]

#include <fmt/format.h>

#include <cstdlib>

#include "bench/claims_maker.h"

int main(int count, char** arguments) {
  if (count < 3) {
    fmt::print("usage: bench_make_claims FOLDER CLAIMS [SEED]\n");
    return 2;
  }
  const auto number = [&](int place) {
    return static_cast<uint32_t>(std::strtoul(arguments[place], nullptr, 10));
  };
  merit::bench::make_claims(arguments[1], number(2), count > 3 ? number(3) : merit::bench::usual_seed);
  return 0;
}
