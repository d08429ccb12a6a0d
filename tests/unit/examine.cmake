mst_test(unit test_examine.c USES examine LIBRARIES pki_maker)
