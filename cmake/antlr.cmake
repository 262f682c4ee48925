# merit_antlr_parser(<target> <grammar.g4>)
#
# Adds to <target> the parser that Debian's antlr4 (4.7.2) writes from a parser grammar, in the namespace
# merit::grammar, built for the C++ runtime 4.9. Nothing generated is committed. Token types come from the grammar's
# own `tokens { ... }` or from a .tokens file beside it (`options { tokenVocab = ...; }`).
# Only <target> sees the runtime's headers.
find_program(ANTLR4_PROGRAM antlr4 REQUIRED)
mark_as_advanced(ANTLR4_PROGRAM)

function(merit_antlr_parser target grammar)
  get_filename_component(name "${grammar}" NAME_WE)
  get_filename_component(folder "${grammar}" DIRECTORY)
  set(output "${PROJECT_BINARY_DIR}/generated/grammar")
  set(generated "${output}/${name}.cpp" "${output}/${name}.h")
  file(GLOB vocabularies CONFIGURE_DEPENDS "${folder}/*.tokens")
  add_custom_command(
    OUTPUT ${generated}
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${output}"
    COMMAND "${ANTLR4_PROGRAM}" -Dlanguage=Cpp -Werror -no-listener -no-visitor -package merit::grammar
            -lib "${folder}" -o "${output}" -Xexact-output-dir "${grammar}"
    DEPENDS "${grammar}" ${vocabularies}
    COMMENT "Generating the parser from ${name}.g4"
    VERBATIM)
  target_sources(${target} PRIVATE ${generated})
  # The generator writes u8"" literals as plain char, which C++20 refuses, and is not warning-clean.
  set_source_files_properties(${generated} PROPERTIES
    COMPILE_OPTIONS "-fno-char8_t;-w" SKIP_LINTING ON)
  target_include_directories(${target} SYSTEM PRIVATE "${output}" "${ANTLR4_INCLUDE_DIR}")
  target_link_libraries(${target} PRIVATE antlr4_static)
endfunction()
