/* The TLS Feature extension (RFC 7633), 1.3.6.1.5.5.7.1.24: Features ::= SEQUENCE OF INTEGER. */
#ifndef MST_PKI_TLS_FEATURE_H
#define MST_PKI_TLS_FEATURE_H

#include <openssl/x509v3.h>

#include "model/facts.h"

/* Reads the extension's value alone (the bytes inside extnValue). Sets everything but `critical`.
 * Features are listed up to the first fault; one that 64 bits cannot hold is listed as INT64_MAX or
 * INT64_MIN. Of several faults the one counts that a reader meets first:
 * EMPTY_VALUE    no bytes;
 * BAD_DER        not a SEQUENCE in DER, or something in it is not an INTEGER with a length in DER;
 * BAD_INTEGER    an INTEGER of no bytes or not in its shortest form (X.690 8.3);
 * TRAILING_DATA  bytes after the list;
 * EMPTY_LIST     no features;
 * NO_STATUS_REQUEST  no feature 5. */
void mst_tls_feature_read_value(const uint8_t *value, size_t length,
                                struct mst_tls_feature_facts *ret_facts);

/* Reads it from a list of extensions (of a certificate or a CSR; NULL is an empty list). When it is
 * there more than once, the first is listed, and `critical` is true if any is. */
void mst_tls_feature_read(const STACK_OF(X509_EXTENSION) * extensions,
                          struct mst_tls_feature_facts *ret_facts);

/* Whether `child` carries every feature of `issuer` (RFC 7633 4.2.2); a child's unreadable list
 * carries none. */
bool mst_tls_feature_covers(const struct mst_tls_feature_facts *child,
                            const struct mst_tls_feature_facts *issuer);

#endif
