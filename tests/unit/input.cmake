mst_test(unit test_target_line.c USES input)
mst_test(unit test_feed.c SOURCES wakes.c USES input LIBRARIES Threads::Threads)
mst_test(unit test_exclude_file.c USES input)
