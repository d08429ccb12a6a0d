/* The people that tests of staples are about, made once for each test program. */
#ifndef MST_TESTS_UNIT_STAPLE_WORLD_H
#define MST_TESTS_UNIT_STAPLE_WORLD_H

#include "model/facts.h"
#include "pki/staple.h"
#include "unit/pki_maker.h"

enum who {
    NOBODY,
    ROOT,              /* issues ISSUER */
    ISSUER,            /* issues what is not said otherwise */
    LEAF,              /* whose staple it is */
    SIBLING,           /* another leaf, without EKU OCSPSigning */
    DELEGATE,          /* for OCSP signing, with nocheck */
    CRITICAL_DELEGATE, /* its nocheck is critical */
    PLAIN_DELEGATE,    /* for OCSP signing, without nocheck */
    EXPIRED_DELEGATE,
    FUTURE_DELEGATE,
    ANY_DELEGATE,    /* for anyExtendedKeyUsage */
    ODD_DELEGATE,    /* with a critical extension nobody knows */
    CA_DELEGATE,     /* a CA itself */
    DOUBLE_DELEGATE, /* its EKU stands there twice */
    SUB_CA,
    INDIRECT_DELEGATE, /* issued by SUB_CA */
    STRANGER,          /* another root */
    STRANGE_DELEGATE,  /* issued by STRANGER */
    IMPOSTOR,          /* named as ISSUER, another key */
    FORGED_DELEGATE,   /* named and issued as DELEGATE, by IMPOSTOR */
    UNNAMED_DELEGATE,  /* named as DELEGATE, without EKU */
    ALIAS,             /* the key of ISSUER under another name */
    ALIAS_DELEGATE,    /* issued by ALIAS */
    PEOPLE_COUNT,
};

/* Makes everybody, and frees them: group fixtures of cmocka. */
int staple_world_setup(void **state);
int staple_world_teardown(void **state);

const struct pki_identity *staple_world_get(enum who who);

/* Its certificate, to be freed with mst_certificate_free; NULL for NOBODY. */
struct mst_certificate *staple_world_wrap(enum who who);

/* A good response of ISSUER about LEAF, to be changed. */
struct pki_response staple_world_response(void);

/* Reads bytes as the staple of `subject`, issued by `issuer`, either of them NOBODY; facts to be
 * released. */
void staple_world_read_about(const uint8_t *data, size_t size, enum who subject, enum who issuer,
                             struct mst_staple_facts *ret_facts);

/* Reads bytes as the staple of LEAF, issued by `issuer`; facts to be released. */
void staple_world_read_bytes(const uint8_t *data, size_t size, enum who issuer,
                             struct mst_staple_facts *ret_facts);

/* Makes the response and reads it, ISSUER being known. */
void staple_world_read(const struct pki_response *response, struct mst_staple_facts *ret_facts);

#endif
