// Patients of any number for bench/patients/glycemic_control.merit; patients_maker.h says what they are.
//
//   build/release/bench/bench_make_patients FOLDER PATIENTS [export|bundles] [SEED]

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

#include "bench/patients_maker.h"

int main(int count, char** arguments) {
  if (count < 3) {
    fmt::print("usage: bench_make_patients FOLDER PATIENTS [export|bundles] [SEED]\n");
    return 2;
  }
  const auto number = [&](int place) {
    return static_cast<uint32_t>(std::strtoul(arguments[place], nullptr, 10));
  };
  const bool bundles = count > 3 && std::string_view(arguments[3]) == "bundles";
  merit::bench::PatientsMaker maker(arguments[1], bundles,
                                    count > 4 ? number(4) : merit::bench::patients_seed);
  const merit::bench::PatientCounts counts = maker.make(number(2));
  fmt::print("{} patients, {} resources, {:.1f} MB; initial population {}, numerator {}\n", counts.patients,
             counts.resources, static_cast<double>(counts.bytes) / 1e6, counts.initial_population,
             counts.numerator);
  return 0;
}
