mst_test(unit test_check.c USES audit LIBRARIES pki_maker PkgConfig::JANSSON)
