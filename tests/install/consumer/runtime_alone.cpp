// What a program that embeds the runtime does, by the C++ and by the C interface. It reads what
// compile_and_run wrote.
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <merit/merit.h>
#include <merit/merit.hpp>

namespace {

int wrong(const char* what) {
  std::cerr << what << "\n";
  return 1;
}

int from_c(const std::string& program_file, const std::string& data) {
  merit_program* program = nullptr;
  merit_run* run = nullptr;
  char* error = nullptr;
  char* text = nullptr;
  const char* key[] = {"b"};
  const char* parameters[] = {"rate=10%", nullptr};
  if (merit_program_load("nowhere.mir", &program, &error) != MERIT_FILE || error == nullptr)
    return wrong("load of nothing");
  merit_text_free(error);
  if (merit_program_load(program_file.c_str(), &program, &error) != MERIT_OK) return wrong(error);
  if (merit_run_start(program, data.c_str(), MERIT_BAD_ROWS_STOP, 1, parameters, &run, &error) != MERIT_OK)
    return wrong(error);
  merit_program_free(program);
  if (merit_run_value(run, "fee.net", key, 1, nullptr, &text, &error) != MERIT_OK) return wrong(error);
  const bool right = std::strcmp(text, "5.06") == 0;
  merit_text_free(text);
  merit_run_free(run);
  return right ? 0 : wrong("the value by way of C");
}

}  // namespace

int main(int, char** argv) {
  const std::filesystem::path here = std::filesystem::path(argv[0]).parent_path();
  const std::filesystem::path data = here / "data";
  std::filesystem::create_directories(data);
  std::ofstream(data / "clinic.csv") << "id,base\na,100.00\nb,50.55\n";

  const merit::Program program = merit::Program::load(here / "clinics.mir");
  merit::RunSettings settings;
  settings.data = data;
  const merit::Run run = program.run(settings);
  if (run.value("fee.net", {"b"}).text != "1.01") return wrong("the value of b");
  if (!run.clean()) return wrong("the run is not clean");
  run.write(here / "results");
  if (!std::filesystem::exists(here / "results" / "manifest.json")) return wrong("there is no manifest");
  return from_c((here / "clinics.mir").string(), data.string());
}
