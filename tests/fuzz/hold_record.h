/* What holds from evidence to its record and back. */
#ifndef MST_TESTS_FUZZ_HOLD_RECORD_H
#define MST_TESTS_FUZZ_HOLD_RECORD_H

#include "model/evidence.h"

/* One line that any reader of JSON takes: UTF-8, one newline, at the end. */
void hold_line(const char *line, size_t length);

/* Judges the evidence at the time it was seen and writes its record, raw bytes included; the record
 * read back, judged and written again is the same, byte by byte. */
void hold_record(const struct mst_evidence *evidence);

#endif
