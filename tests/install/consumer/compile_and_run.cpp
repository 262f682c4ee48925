// What a program that embeds the compiler does: compile a text, run its tests, hand the compiled form on.
#include <filesystem>
#include <fstream>
#include <iostream>

#include <merit/compiler.hpp>

int main(int, char** argv) {
  const std::filesystem::path here = std::filesystem::path(argv[0]).parent_path();
  const merit::Program program = merit::compile_program_text("clinics.merit", R"(module clinics

parameter rate = 2%

entity clinic:
  key id : text
  base   : money

payment fee for each clinic:
  net = round(rate * base, $0.01)

report clinics: id, fee

test "two percent":
  given clinic:
    | id | base |
    | a  | $100 |
  expect clinic:
    | id | fee.net |
    | a  | $2      |
)");
  for (const merit::TestResult& test : program.run_tests()) {
    if (!test.passed) {
      std::cerr << test.title << ": " << test.failures.front() << "\n";
      return 1;
    }
  }
  std::ofstream(here / "clinics.mir") << program.json();
  try {
    merit::compile_program_text("wrong.merit", "module wrong\nvalue = rat\n");
  } catch (const merit::Error& error) {
    return error.kind() == merit::Error::Kind::program ? 0 : 1;
  }
  return 1;
}
