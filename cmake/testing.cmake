# Tests: labels, the published data, and how a test says that it was skipped.

set(MERIT_PUBLISHED_DATA "${PROJECT_SOURCE_DIR}/../shared/programs/data" CACHE PATH
    "Folder with the published program files (hvbp/2024/... and so on), which are not ours to ship")
set(MERIT_MEASURE_DATA "${PROJECT_SOURCE_DIR}/../shared/measures/data" CACHE PATH
    "Folder with the published test cases of clinical measures (CMS122/... and so on), which are not ours to ship")
if(NOT IS_DIRECTORY "${MERIT_MEASURE_DATA}")
  message(WARNING "There are no test cases at MERIT_MEASURE_DATA: the tests of clinical measures will be SKIPPED. "
                  "Configure with -DMERIT_MEASURE_DATA=<folder> to run them.")
endif()
if(NOT IS_DIRECTORY "${MERIT_PUBLISHED_DATA}")
  message(WARNING "There are no published files at MERIT_PUBLISHED_DATA: the tests labelled `published` that need them will be SKIPPED. "
                  "Configure with -DMERIT_PUBLISHED_DATA=<folder> to run them.")
endif()

# merit_add_test(<source.cpp> LABEL <unit|spec|published|fuzz> [LINKS <targets>...])
#
# One executable a file, so that one that does not build takes no other with it. A test that could not run for want of
# the published files ends with status 77 and says so.
function(merit_add_test source)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL" "LINKS")
  get_filename_component(name "${source}" NAME_WE)
  set(target "${arg_LABEL}_${name}")
  add_executable(${target} "${source}")
  target_link_libraries(${target} PRIVATE merit_test_main ${arg_LINKS} merit_warnings)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  if(TARGET merit)
    add_dependencies(${target} merit)
  endif()
  add_test(NAME ${arg_LABEL}/${name} COMMAND ${target} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${arg_LABEL}/${name} PROPERTIES LABELS ${arg_LABEL} SKIP_RETURN_CODE 77 TIMEOUT 600)
endfunction()
