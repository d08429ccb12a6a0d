/* The parts of a record as JSON values, for everything that prints records. Each gives NULL when
 * there is no memory. */
#ifndef MST_OUTPUT_RECORD_PARTS_H
#define MST_OUTPUT_RECORD_PARTS_H

#include <jansson.h>
#include <stdbool.h>

#include "model/finding.h"

/* {stage, code, alert, detail}; null when nothing failed. */
json_t *mst_record_failure(const struct mst_failure *failure);

json_t *mst_record_certificate(const struct mst_certificate_facts *facts, int64_t now_s);

/* Whether the staple is a response that carries an answer: only then do its times, its signer and
 * its counts mean anything. */
bool mst_record_staple_is_answer(const struct mst_staple_facts *facts);

json_t *mst_record_staple(const struct mst_staple_facts *facts,
                          const struct mst_staple_judgement *judgement);

/* What was not asked is null. */
json_t *mst_record_chain(const struct mst_chain_facts *facts, bool trust_asked, bool host_asked);
json_t *mst_record_ca_features(const struct mst_chain_facts *facts);

json_t *mst_record_tls_feature(const struct mst_tls_feature_facts *facts);
json_t *mst_record_clients(const struct mst_clients *clients);
json_t *mst_record_reasons(mst_word_set reasons);
json_t *mst_record_warnings(mst_word_set warnings);

/* What the peer sent, in base64: with the rest of the record all that judging needs. */
json_t *mst_record_raw(const struct mst_handshake *handshake);

json_t *mst_record_connection(const struct mst_connection_finding *connection, bool raw);

#endif
