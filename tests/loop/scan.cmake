mst_test(loop test_worker.c USES scan)
