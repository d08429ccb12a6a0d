mst_test(unit test_buf.c USES base)
mst_test(unit test_text.c USES base)
mst_test(unit test_clock.c USES base)
mst_test(unit test_list.c USES base)
