/* The OpenSSL side of struct mst_certificate: for pki/ and tls/ alone. */
#ifndef MST_PKI_CERTIFICATE_X509_H
#define MST_PKI_CERTIFICATE_X509_H

#include <openssl/x509.h>

#include "pki/certificate.h"

/* Wraps a parsed certificate, taking a reference of its own. */
struct mst_certificate *mst_certificate_wrap(X509 *x509);

/* The wrapped certificate, borrowed. */
X509 *mst_certificate_x509(const struct mst_certificate *certificate);

#endif
