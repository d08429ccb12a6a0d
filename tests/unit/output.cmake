mst_test(unit test_record.c SOURCES json_path.c sample_finding.c USES output LIBRARIES OpenSSL::Crypto)
mst_test(unit test_stored_record.c USES output examine LIBRARIES pki_maker)
mst_test(unit test_jsonl.c SOURCES sample_finding.c wakes.c USES output LIBRARIES Threads::Threads)
mst_test(unit test_tally.c SOURCES sample_finding.c USES output LIBRARIES Threads::Threads)
mst_test(unit test_summary.c SOURCES json_path.c sample_finding.c USES output)
mst_test(unit test_page.c USES output)
mst_test(unit test_advice.c USES output)
mst_test(unit test_check_record.c SOURCES json_path.c sample_finding.c USES output)
mst_test(unit test_check_text.c SOURCES sample_finding.c USES output)

# Prints the vocabularies, for the test that holds the documentation and the schemas against them.
add_executable(vocabulary_dump vocabulary_dump.c)
target_link_libraries(vocabulary_dump PRIVATE mst_flags mst_model PkgConfig::JANSSON)
