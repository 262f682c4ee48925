# `cmake --install`, and what find_package(Merit) finds: Merit::runtime and Merit::compiler.
include(CMakePackageConfigHelpers)

get_property(libraries GLOBAL PROPERTY MERIT_LIBRARIES)
set_target_properties(merit_runtime PROPERTIES EXPORT_NAME runtime)
set_target_properties(merit_compiler PROPERTIES EXPORT_NAME compiler)
add_library(Merit::runtime ALIAS merit_runtime)
add_library(Merit::compiler ALIAS merit_compiler)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/Merit")
install(TARGETS ${libraries} merit_runtime merit_compiler EXPORT MeritTargets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(EXPORT MeritTargets NAMESPACE Merit:: DESTINATION "${package_folder}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/merit" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")

configure_package_config_file(cmake/MeritConfig.cmake.in "${PROJECT_BINARY_DIR}/MeritConfig.cmake"
                              INSTALL_DESTINATION "${package_folder}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/MeritConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/MeritConfig.cmake" "${PROJECT_BINARY_DIR}/MeritConfigVersion.cmake"
        DESTINATION "${package_folder}")
