mst_test(unit test_endpoint.c USES model)
mst_test(unit test_exclusion.c USES model)
mst_test(unit test_vocabulary.c USES model)
