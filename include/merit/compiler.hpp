#pragma once
/// \file
/// Compiling Merit from C++. Link `Merit::compiler` and `Merit::runtime`.

#include <filesystem>
#include <string>
#include <vector>

#include <merit/merit.hpp>

namespace merit {

/// Compiles the program whose main module is this `.merit` or `.merit.md` file; the modules that it uses or
/// amends are looked for beside it, then in the folders of `library`. Throws Error (program) with all
/// messages, each with its place and what to write instead.
Program compile_program(const std::filesystem::path& file,
                        const std::vector<std::filesystem::path>& library = {});

/// The same for a text in memory; `name` is what messages call it. What it uses or amends is looked for in
/// `library` alone.
Program compile_program_text(std::string name, std::string text,
                             const std::vector<std::filesystem::path>& library = {});

}  // namespace merit
