# A floor of the house: a static library that may use only the floors below it. The link graph is the
# architecture, so a unit test of a floor links without anything above.
#
#   mst_floor(pki SOURCES certificate.c ... USES model LIBRARIES OpenSSL::Crypto)
set_property(GLOBAL PROPERTY MST_FLOORS "")
function(mst_floor name)
    cmake_parse_arguments(ARG "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
    add_library(mst_${name} STATIC ${ARG_SOURCES})
    target_include_directories(mst_${name} PUBLIC
        ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
    target_compile_options(mst_${name} PRIVATE -include ${PROJECT_SOURCE_DIR}/src/base/banned.h)
    target_link_libraries(mst_${name} PRIVATE mst_flags mst_hardening PUBLIC ${ARG_LIBRARIES})
    foreach(below IN LISTS ARG_USES)
        target_link_libraries(mst_${name} PUBLIC mst_${below})
    endforeach()
    set_property(GLOBAL APPEND PROPERTY MST_FLOORS mst_${name})
endfunction()
