mst_test(unit test_staple_state.c USES judge)
mst_test(unit test_verdict.c USES judge)
mst_test(unit test_clients.c USES judge)
