# One interface target carries the warnings, sanitizers and coverage of every target of ours.
add_library(mst_flags INTERFACE)
target_compile_definitions(mst_flags INTERFACE _GNU_SOURCE _FILE_OFFSET_BITS=64 _TIME_BITS=64)
target_compile_options(mst_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wpointer-arith -Wcast-qual -Wcast-align -Wstrict-prototypes
    -Wmissing-prototypes -Wold-style-definition -Wundef -Wformat=2 -Wwrite-strings -Wvla
    -Wimplicit-fallthrough -Wno-missing-field-initializers -Wno-unused-parameter
    -fno-strict-aliasing -fno-common -fvisibility=hidden)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(mst_flags INTERFACE -Wlogical-op -Wduplicated-cond -Wjump-misses-init)
endif()
if(MST_WERROR)
    target_compile_options(mst_flags INTERFACE -Werror)
endif()
if(MST_SANITIZE)
    target_compile_options(mst_flags INTERFACE
        -fsanitize=${MST_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(mst_flags INTERFACE -fsanitize=${MST_SANITIZE})
endif()
if(MST_FUZZ)
    if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
        message(FATAL_ERROR "MST_FUZZ needs clang: libFuzzer comes with it")
    endif()
    target_compile_options(mst_flags INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(mst_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(MST_COVERAGE)
    target_compile_options(mst_flags INTERFACE --coverage -fprofile-update=atomic)
    target_link_options(mst_flags INTERFACE --coverage)
endif()
