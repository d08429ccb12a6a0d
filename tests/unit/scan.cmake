mst_test(unit test_pacer.c USES scan)
mst_test(unit test_plan.c USES scan)
# Plays the network and TLS itself, so that a list of events drives the probe.
mst_test(unit test_probe.c SOURCES scan_fakes.c USES scan)
