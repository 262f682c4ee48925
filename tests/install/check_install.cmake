cmake_minimum_required(VERSION 3.25)

if(NOT EXISTS "${SOURCE_FOLDER}/include/merit/merit.hpp")
  message("SKIPPED: there is no public header include/merit/merit.hpp to install")
  return()
endif()

set(work "${BUILD_FOLDER}/install-check")
file(REMOVE_RECURSE "${work}")

function(step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\n${output}")
  endif()
endfunction()

set(flags "")
if(SANITIZE)
  set(flags "-fsanitize=${SANITIZE}")
endif()
step("${CMAKE_COMMAND}" --install "${BUILD_FOLDER}" --prefix "${work}/prefix")
step("${CMAKE_COMMAND}" -S "${SOURCE_FOLDER}/tests/install/consumer" -B "${work}/consumer" -G "${GENERATOR}"
     -D "CMAKE_PREFIX_PATH=${work}/prefix" -D "CMAKE_CXX_COMPILER=${COMPILER}"
     -D "CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}" -D "CMAKE_CXX_FLAGS=${flags}")
step("${CMAKE_COMMAND}" --build "${work}/consumer")
file(GLOB programs "${work}/consumer/run_*")
foreach(program IN LISTS programs)
  step("${program}")
endforeach()
