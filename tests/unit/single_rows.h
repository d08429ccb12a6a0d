/* SingleResponses as the rows of a table, for tests of staples. */
#ifndef MST_TESTS_UNIT_SINGLE_ROWS_H
#define MST_TESTS_UNIT_SINGLE_ROWS_H

#include "unit/staple_world.h"

enum { GOOD = V_OCSP_CERTSTATUS_GOOD, REVOKED = V_OCSP_CERTSTATUS_REVOKED };
enum { UNKNOWN = V_OCSP_CERTSTATUS_UNKNOWN };

#define DAY ((int64_t)PKI_DAY_S)

/* One SingleResponse, about the leaf when nothing else is said. */
struct single_row {
    const char *hash; /* of the CertID, by name */
    int64_t this_update_s, next_update_s;
    long serial;
    int status, reason;
    bool there, wrong_name, wrong_key, short_name, short_key;
};

#define SINGLE(...)                                                                                \
    {                                                                                              \
        .there = true, __VA_ARGS__                                                                 \
    }
#define ABOUT(...) SINGLE(.status = GOOD, __VA_ARGS__)

#define MATCH MST_MISMATCH_NONE
#define SERIAL MST_MISMATCH_WRONG_SERIAL
#define NAME MST_MISMATCH_WRONG_ISSUER_NAME_HASH
#define KEY MST_MISMATCH_WRONG_ISSUER_KEY_HASH
#define HASH MST_MISMATCH_UNKNOWN_HASH

#define BY(name) .hash = name
#define OTHER_SERIAL .serial = 7
#define OTHER_NAME .wrong_name = true
#define OTHER_KEY .wrong_key = true

enum { OLD_S = PKI_NOW_S - 2 * PKI_DAY_S, NEW_S = PKI_NOW_S - PKI_DAY_S };

#define OLD(word) SINGLE(.status = word, .this_update_s = OLD_S)
#define NEW(word) SINGLE(.status = word, .this_update_s = NEW_S)

/* Adds rows up to the first that is not there. */
void single_rows_add(struct pki_response *response, const struct single_row *rows, size_t count);

#endif
