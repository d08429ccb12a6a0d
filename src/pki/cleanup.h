/* Cleanup at scope exit for what OpenSSL hands out. All take NULL. */
#ifndef MST_PKI_CLEANUP_H
#define MST_PKI_CLEANUP_H

#include <openssl/ocsp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/cleanup.h"

#define MST_DEFINE_OPENSSL_CLEANUP(type, name, free_function)                                      \
    static inline void mst_cleanup_##name(type **object)                                           \
    {                                                                                              \
        free_function(*object);                                                                    \
    }

static inline void mst_cleanup_openssl_bytes(unsigned char **bytes)
{
    OPENSSL_free(*bytes);
}

static inline void mst_cleanup_openssl_text(char **text)
{
    OPENSSL_free(*text);
}

/* A stack that owns its certificates, and one that only borrows them. */
static inline void mst_cleanup_x509s(STACK_OF(X509) * *certificates)
{
    sk_X509_pop_free(*certificates, X509_free);
}

static inline void mst_cleanup_borrowed_x509s(STACK_OF(X509) * *certificates)
{
    sk_X509_free(*certificates);
}

static inline void mst_cleanup_extensions(STACK_OF(X509_EXTENSION) * *extensions)
{
    sk_X509_EXTENSION_pop_free(*extensions, X509_EXTENSION_free);
}

static inline void mst_cleanup_dist_points(CRL_DIST_POINTS **points)
{
    CRL_DIST_POINTS_free(*points);
}

MST_DEFINE_OPENSSL_CLEANUP(BIO, bio, BIO_free_all)
MST_DEFINE_OPENSSL_CLEANUP(X509, x509, X509_free)
MST_DEFINE_OPENSSL_CLEANUP(X509_REQ, x509_req, X509_REQ_free)
MST_DEFINE_OPENSSL_CLEANUP(GENERAL_NAMES, general_names, GENERAL_NAMES_free)
MST_DEFINE_OPENSSL_CLEANUP(X509_STORE_CTX, store_ctx, X509_STORE_CTX_free)
MST_DEFINE_OPENSSL_CLEANUP(OCSP_RESPONSE, ocsp_response, OCSP_RESPONSE_free)
MST_DEFINE_OPENSSL_CLEANUP(OCSP_BASICRESP, ocsp_basic, OCSP_BASICRESP_free)
MST_DEFINE_OPENSSL_CLEANUP(RSA_PSS_PARAMS, pss_params, RSA_PSS_PARAMS_free)
MST_DEFINE_OPENSSL_CLEANUP(AUTHORITY_INFO_ACCESS, info_access, AUTHORITY_INFO_ACCESS_free)
MST_DEFINE_OPENSSL_CLEANUP(EXTENDED_KEY_USAGE, key_usage, EXTENDED_KEY_USAGE_free)
MST_DEFINE_OPENSSL_CLEANUP(BIGNUM, bignum, BN_free)
MST_DEFINE_OPENSSL_CLEANUP(BASIC_CONSTRAINTS, basic_constraints, BASIC_CONSTRAINTS_free)

#undef MST_DEFINE_OPENSSL_CLEANUP

#endif
