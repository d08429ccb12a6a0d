# What is installed, and how others find it: CMake's package `muststaple` with the target
# muststaple::muststaple, and muststaple.pc for pkg-config. Both follow the prefix wherever it is.
include(CMakePackageConfigHelpers)

set(MST_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/muststaple)

install(TARGETS muststaple RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT scanner)
install(FILES ${PROJECT_SOURCE_DIR}/docs/muststaple.1
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT scanner)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/data/ DESTINATION ${CMAKE_INSTALL_DATADIR}/muststaple
        COMPONENT scanner FILES_MATCHING PATTERN "*.schema.json")
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}
        COMPONENT scanner FILES_MATCHING PATTERN "*.md")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT scanner)

set_target_properties(muststaple_lib PROPERTIES EXPORT_NAME muststaple)
install(TARGETS muststaple_lib EXPORT muststaple-targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/muststaple
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library FILES_MATCHING PATTERN "*.h")
install(EXPORT muststaple-targets NAMESPACE muststaple:: DESTINATION ${MST_CMAKE_DIR}
        COMPONENT library)
configure_package_config_file(cmake/muststapleConfig.cmake.in
    ${PROJECT_BINARY_DIR}/muststapleConfig.cmake INSTALL_DESTINATION ${MST_CMAKE_DIR}
    NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/muststapleConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/muststapleConfig.cmake
              ${PROJECT_BINARY_DIR}/muststapleConfigVersion.cmake
        DESTINATION ${MST_CMAKE_DIR} COMPONENT library)

# From the .pc file back up to the prefix, so that the installed tree can be moved.
file(RELATIVE_PATH MST_PC_TO_PREFIX
     ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
# Whoever links the static library links what it uses, too, but by their shared libraries; `pkg-config
# --static` would ask for static ones all the way down.
set(MST_PC_REQUIRES Requires)
if(BUILD_SHARED_LIBS)
    set(MST_PC_REQUIRES Requires.private)
endif()
configure_file(cmake/muststaple.pc.in ${PROJECT_BINARY_DIR}/muststaple.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/muststaple.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)

if(TARGET muststaple-lab)
    install(TARGETS muststaple-lab RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
            COMPONENT tests EXCLUDE_FROM_ALL)
endif()
