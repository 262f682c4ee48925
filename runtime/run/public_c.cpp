// The C interface, over the public C++ one.
#include <cstdlib>
#include <cstring>
#include <new>

#include "merit/merit.h"
#include "merit/merit.hpp"

struct merit_program {
  merit::Program program;
  std::vector<std::filesystem::path> value_sets = {};
};

struct merit_run {
  merit::Run run;
};

namespace {

char* copy_of(const std::string& text) noexcept {
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy != nullptr) std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

void give(char** target, const std::string& text) noexcept {
  if (target != nullptr) *target = copy_of(text);
}

merit_status status_of(merit::Error::Kind kind) noexcept {
  switch (kind) {
  case merit::Error::Kind::usage: return MERIT_USAGE;
  case merit::Error::Kind::program: return MERIT_PROGRAM;
  case merit::Error::Kind::data: return MERIT_DATA;
  case merit::Error::Kind::file: return MERIT_FILE;
  }
  return MERIT_DEFECT;
}

// Nothing is thrown across the line: whatever `work` throws becomes a status and a text.
template <typename Work>
merit_status guarded(char** error, const Work& work) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    return work();
  } catch (const merit::Error& failure) {
    give(error, failure.what());
    return status_of(failure.kind());
  } catch (const std::exception& failure) {
    give(error, failure.what());
  } catch (...) {
    give(error, "an unknown failure");
  }
  return MERIT_DEFECT;
}

merit_status refuse(char** error, const char* why) noexcept {
  give(error, why);
  return MERIT_USAGE;
}

std::string lines_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace

extern "C" {

const char* merit_version(void) {
  return merit::library_version().data();
}

void merit_text_free(char* text) {
  std::free(text);
}

merit_status merit_program_load(const char* file, merit_program** program, char** error) {
  if (file == nullptr || program == nullptr) return refuse(error, "merit_program_load: NULL");
  *program = nullptr;
  return guarded(error, [&] {
    *program = new merit_program{merit::Program::load(file)};
    return MERIT_OK;
  });
}

void merit_program_free(merit_program* program) {
  delete program;
}

merit_status merit_program_test(const merit_program* program, size_t* failed, char** failures, char** error) {
  if (program == nullptr || failed == nullptr) return refuse(error, "merit_program_test: NULL");
  *failed = 0;
  if (failures != nullptr) *failures = nullptr;
  return guarded(error, [&] {
    std::vector<std::string> lines;
    for (const merit::TestResult& result : program->program.run_tests()) {
      *failed += result.passed ? 0 : 1;
      lines.insert(lines.end(), result.failures.begin(), result.failures.end());
    }
    give(failures, lines_of(lines));
    return MERIT_OK;
  });
}

merit_status merit_run_start(const merit_program* program, const char* data_folder, merit_bad_rows bad_rows,
                             unsigned threads, const char* const* parameters, merit_run** run, char** error) {
  if (program == nullptr || data_folder == nullptr || run == nullptr)
    return refuse(error, "merit_run_start: NULL");
  *run = nullptr;
  return guarded(error, [&] {
    merit::RunSettings settings;
    settings.value_sets = program->value_sets;
    settings.data = data_folder;
    settings.threads = threads;
    if (bad_rows == MERIT_BAD_ROWS_SKIP) settings.bad_rows = merit::RunSettings::BadRows::skip;
    if (bad_rows == MERIT_BAD_ROWS_REPORT) settings.bad_rows = merit::RunSettings::BadRows::report;
    for (const char* const* next = parameters; next != nullptr && *next != nullptr; ++next) {
      const std::string setting = *next;
      const size_t equals = setting.find('=');
      if (equals == std::string::npos)
        throw merit::Error(merit::Error::Kind::usage, setting + " names no value: write name=value.");
      settings.parameters.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
    }
    *run = new merit_run{program->program.run(settings)};
    return MERIT_OK;
  });
}

void merit_run_free(merit_run* run) {
  delete run;
}

merit_status merit_program_value_sets(merit_program* program, const char* const* paths, size_t count,
                                      char** error) {
  if (program == nullptr || (paths == nullptr && count > 0))
    return refuse(error, "merit_program_value_sets: NULL");
  return guarded(error, [&] {
    std::vector<std::filesystem::path> given;
    for (size_t i = 0; i < count; ++i) {
      if (paths[i] == nullptr) return refuse(error, "merit_program_value_sets: NULL");
      given.emplace_back(paths[i]);
    }
    program->value_sets = std::move(given);
    return MERIT_OK;
  });
}

merit_status merit_run_clean(merit_run* run, int* clean, char** findings, char** error) {
  if (run == nullptr || clean == nullptr) return refuse(error, "merit_run_clean: NULL");
  if (findings != nullptr) *findings = nullptr;
  return guarded(error, [&] {
    *clean = run->run.clean() ? 1 : 0;
    if (findings != nullptr) give(findings, lines_of(run->run.findings()));
    return MERIT_OK;
  });
}

merit_status merit_run_value(merit_run* run, const char* name, const char* const* key, size_t key_parts,
                             merit_kind* kind, char** text, char** error) {
  if (run == nullptr || name == nullptr || text == nullptr || (key == nullptr && key_parts > 0)) {
    return refuse(error, "merit_run_value: NULL");
  }
  *text = nullptr;
  return guarded(error, [&] {
    const merit::Answer answer = run->run.value(name, std::vector<std::string>(key, key + key_parts));
    if (kind != nullptr) *kind = static_cast<merit_kind>(answer.kind);
    give(text, !answer.known() ? answer.reason : answer.exact.empty() ? answer.text : answer.exact);
    return MERIT_OK;
  });
}

merit_status merit_run_measures(merit_run* run, char** json, char** error) {
  if (run == nullptr || json == nullptr) return refuse(error, "merit_run_measures: NULL");
  *json = nullptr;
  return guarded(error, [&] {
    give(json, run->run.measures_json());
    return MERIT_OK;
  });
}

merit_status merit_run_write(merit_run* run, const char* folder, merit_format format, char** error) {
  if (run == nullptr || folder == nullptr) return refuse(error, "merit_run_write: NULL");
  return guarded(error, [&] {
    run->run.write(folder, format == MERIT_JSON ? merit::Run::Format::json : merit::Run::Format::csv);
    return MERIT_OK;
  });
}

}  // extern "C"
