mst_test(loop test_resolver.c SOURCES resolver_world.c dns_peer.c USES net)
mst_test(loop test_resolver_life.c SOURCES resolver_world.c dns_peer.c USES net)
mst_test(loop test_stream.c USES net)
