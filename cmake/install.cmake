# What `cmake --install` puts where: the command, the plugin, the runtime, and the package for find_package(corolint).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS aio aio_intercept aio_intercept_preload EXPORT corolint-targets)
install(DIRECTORY runtime/include/aio TYPE INCLUDE)
install(EXPORT corolint-targets NAMESPACE corolint:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/corolint)
if(COROLINT_CHECKS)
  install(TARGETS corolint corolint-clangd)
  install(TARGETS CorolintTidy LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(DIRECTORY checks/include/corolint TYPE INCLUDE)
  install(DIRECTORY docs/pitfalls DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")
  configure_package_config_file(cmake/corolint-config.cmake.in ${PROJECT_BINARY_DIR}/corolint-config.cmake
    INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/corolint PATH_VARS CMAKE_INSTALL_BINDIR CMAKE_INSTALL_LIBDIR)
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/corolint-config-version.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/corolint-config.cmake ${PROJECT_BINARY_DIR}/corolint-config-version.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/corolint)
endif()
