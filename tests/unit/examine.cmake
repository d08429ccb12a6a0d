mst_test(unit test_examine.c USES examine LIBRARIES pki_maker)
mst_test(unit test_inspect.c USES examine LIBRARIES pki_maker)
