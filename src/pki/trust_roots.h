/* Where trusted roots come from: files, read once. */
#ifndef MST_PKI_TRUST_ROOTS_H
#define MST_PKI_TRUST_ROOTS_H

#include <muststaple/status.h>

#include <openssl/x509_vfy.h>

/* Adds every certificate of a PEM file. */
enum mst_status mst_trust_roots_add_file(X509_STORE *store, const char *file,
                                         struct mst_error *error);

/* Adds what OpenSSL's default file and directory hold, now: a store that looks into the directory
 * at each verification would block a worker. Nothing there is no error. */
enum mst_status mst_trust_roots_add_system(X509_STORE *store, struct mst_error *error);

#endif
