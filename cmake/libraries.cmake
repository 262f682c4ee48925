# merit_library(NAME <target> [DEPENDS <targets>...] [INTERNAL <targets>...])
#
# One library a folder: every .cpp of the current folder, include paths written from the root of the project.
# DEPENDS is what the library's headers name and its users get too; INTERNAL stays behind it.
# A folder without a .cpp is a header library of the same name.
function(merit_library)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "DEPENDS;INTERNAL")
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(sources)
    add_library(${arg_NAME} STATIC ${sources})
    set(scope PUBLIC)
    # The warnings are ours to keep, not our users': nothing of them is installed.
    target_link_libraries(${arg_NAME} PRIVATE $<BUILD_INTERFACE:merit_warnings> ${arg_INTERNAL})
  else()
    add_library(${arg_NAME} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(${arg_NAME} ${scope} ${arg_DEPENDS})
  target_compile_features(${arg_NAME} ${scope} cxx_std_20)
  target_include_directories(${arg_NAME} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  set_property(GLOBAL APPEND PROPERTY MERIT_LIBRARIES ${arg_NAME})
endfunction()
