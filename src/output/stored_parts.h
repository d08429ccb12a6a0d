/* The parts of a stored record, each read out of its JSON object; as in stored_fields.h, false and
 * a reason when it is not as it must be. */
#ifndef MST_OUTPUT_STORED_PARTS_H
#define MST_OUTPUT_STORED_PARTS_H

#include "base/text.h"
#include "model/evidence.h"
#include "output/stored_fields.h"

/* {stage, code, alert, detail}, or null: stage NONE. The alert's name is kept in `alerts`. */
bool mst_stored_failure(const struct mst_stored_fields *fields, const char *name,
                        struct mst_texts *alerts, struct mst_failure *ret_failure);

/* {status, addresses}, all of one family. */
bool mst_stored_dns_answer(const struct mst_stored_fields *fields, const char *name,
                           enum mst_family family, struct mst_dns_answer *ret_answer);

/* One connection, but for its port. What it holds is to be released with mst_handshake_release,
 * also when this fails. */
bool mst_stored_connection(const struct mst_stored_fields *fields, struct mst_texts *alerts,
                           struct mst_connection *connection);

/* The chain and the staples of `raw`, likewise. */
bool mst_stored_raw(const struct mst_stored_fields *raw, struct mst_handshake *handshake);

#endif
