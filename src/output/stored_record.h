/* A line that a scan with raw bytes wrote, turned back into what was seen. Such lines lie in files
 * that anybody may have changed: nothing of them is trusted. */
#ifndef MST_OUTPUT_STORED_RECORD_H
#define MST_OUTPUT_STORED_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "model/evidence.h"

enum {
    MST_STORED_LINE_MAX = 16 * 1024 * 1024, /* bytes; what a scan writes stays below a quarter */
    MST_STORED_REASON_SIZE = 160
};

struct mst_stored_record {
    struct mst_evidence evidence;
    struct mst_texts alerts; /* the evidence points into these */
};

/* Reads one line, without its line end, of at most MST_STORED_LINE_MAX bytes. The evidence judges
 * as it did when it was seen: the same outcome, failure and finding. What no record shows is not
 * rebuilt: what ended a target beside a connection that was examined, the address of a
 * "ADDRESS,NAME" that was never contacted. False, and nothing to release, when it is no record, is
 * cut off, contradicts itself, holds more than a scan would have kept, or was examined and lacks
 * its raw bytes; `reason` then says what is wrong ("'connections.raw.size' is no ..."). Fields that
 * are not known are passed over. */
bool mst_stored_record_read(const char *line, size_t length, struct mst_stored_record *ret_record,
                            char reason[MST_STORED_REASON_SIZE]);

void mst_stored_record_release(struct mst_stored_record *record);

#endif
