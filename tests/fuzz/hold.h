/* What holds of facts and judgements whatever the bytes were. Each ends the program when it does
 * not (fuzz.h). */
#ifndef MST_TESTS_FUZZ_HOLD_H
#define MST_TESTS_FUZZ_HOLD_H

#include "judge/case.h"

/* Valid UTF-8 without DEL and C1 controls, of at most `max` bytes before the "..." of a cut. */
void hold_text(const char *text, size_t max);

/* Text of our own in an array of `size`: printable ASCII, ended by a NUL. */
void hold_word(const char *text, size_t size);

/* Lower-case hex of SHA-256, 64 digits. */
void hold_sha256(const char *text);

/* Not known, or within the years that a record can show. */
void hold_time(int64_t time_s);

/* A serial number as facts have it: hex, "-" before a negative one, "..." for a cut. */
void hold_serial(const char *serial);

/* The bytes are elements of DER one after the other, as far as it can be told without their types:
 * every length is definite, in the shortest form and within what is around it (X.690 10.1), and
 * every BOOLEAN is 00 or ff (X.690 11.1). Not looked at is what follows a tag number above 30. */
void hold_der(const uint8_t *data, size_t size);

/* OpenSSL's queue of errors is empty, as whoever calls next expects. */
void hold_no_errors(void);

void hold_feature(const struct mst_tls_feature_facts *feature);
void hold_csr(const struct mst_csr_facts *facts);
void hold_certificate(const struct mst_certificate_facts *facts);
void hold_chain(const struct mst_chain_facts *facts);
void hold_same_feature(const struct mst_tls_feature_facts *left,
                       const struct mst_tls_feature_facts *right);
void hold_same_certificate(const struct mst_certificate_facts *left,
                           const struct mst_certificate_facts *right);

#endif
