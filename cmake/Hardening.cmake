# Hardening of what is shipped; sanitizer and coverage builds go without.
add_library(mst_hardening INTERFACE)
if(NOT MST_SANITIZE AND NOT MST_COVERAGE)
    target_compile_options(mst_hardening INTERFACE
        -fstack-protector-strong -fstack-clash-protection
        $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
    target_link_options(mst_hardening INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
include(CheckPIESupported)
check_pie_supported()
