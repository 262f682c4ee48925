// merit/compiler.hpp, over compile.h.
#include "compiler/compile.h"
#include "merit/compiler.hpp"
#include "runtime/diagnostics/render.h"
#include "runtime/run/public_program.h"

namespace merit {

namespace {

Program program_of(Compilation compilation) {
  if (!compilation.program) {
    throw Error(Error::Kind::program,
                render(compilation.diagnostics, *compilation.files, {RenderStyle::boxed, false}));
  }
  return Program(std::make_shared<const Program::Impl>(
      Program::Impl{std::make_shared<const ir::Program>(std::move(*compilation.program))}));
}

}  // namespace

Program compile_program(const std::filesystem::path& file,
                        const std::vector<std::filesystem::path>& library) {
  return program_of(compile(file, CompileOptions{library}));
}

Program compile_program_text(std::string name, std::string text,
                             const std::vector<std::filesystem::path>& library) {
  return program_of(compile_text(std::move(name), std::move(text), CompileOptions{library}));
}

}  // namespace merit
