/* Certificates with everything that is read of one: names, times, keys, URLs, TLS Features. */
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "base/attributes.h"
#include "fuzz/seed_files.h"
#include "unit/staple_world.h"

#define HTTP_OCSP "authorityInfoAccess=OCSP;URI:http://ocsp.example/"
#define FEATURE(bytes)                                                                             \
    {                                                                                              \
        .data = (const uint8_t *)(bytes), .size = sizeof(bytes) - 1                                \
    }
#define CRITICAL_FEATURE(bytes)                                                                    \
    {                                                                                              \
        .data = (const uint8_t *)(bytes), .size = sizeof(bytes) - 1, .critical = true              \
    }

static const struct pki_certificate specs[] = {
    {.name = "must-staple", .extensions = {HTTP_OCSP}, .features = {FEATURE("\x30\3\2\1\5")}},
    {.name = "critical", .features = {CRITICAL_FEATURE("\x30\3\2\1\5")}},
    {.name = "5-and-17", .features = {FEATURE("\x30\6\2\1\5\2\1\x11")}},
    {.name = "17-alone", .features = {FEATURE("\x30\3\2\1\x11")}},
    {.name = "trailing-data", .features = {FEATURE("\x30\3\2\1\5\xe5")}},
    {.name = "empty-list", .features = {FEATURE("\x30\0")}},
    {.name = "empty-value", .features = {FEATURE("")}},
    {.name = "padded-integer", .features = {FEATURE("\x30\4\2\2\0\5")}},
    {.name = "twice", .features = {FEATURE("\x30\3\2\1\5"), FEATURE("\x30\3\2\1\5")}},
    {.name = "urls",
     .extensions = {"authorityInfoAccess=OCSP;URI:http://a.example/,OCSP;URI:https://b.example/,"
                    "caIssuers;URI:http://c.example/,OCSP;DNS:d.example",
                    "crlDistributionPoints=URI:http://e.example/,URI:ldap://f.example/",
                    "subjectAltName=DNS:must.example,DNS:*.must.example,IP:192.0.2.1"}},
    {.name = "rsa", .kind = PKI_KEY_RSA},
    {.name = "rsa-pss", .kind = PKI_KEY_RSA_PSS},
    {.name = "p384", .kind = PKI_KEY_P384},
    {.name = "ed25519", .kind = PKI_KEY_ED25519},
    {.name = "short-lived",
     .not_before_s = PKI_NOW_S - PKI_DAY_S,
     .not_after_s = PKI_NOW_S + PKI_DAY_S},
    {.name = "odd-time", .raw_not_after = "20300101000000.5Z"},
    {.name = "time-with-offset", .raw_not_after = "20300101000000+0100"},
    {.name = "year-0", .raw_not_after = "00000101000000Z"},
    {.name = "unknown-critical", .extensions = {"1.2.3.4=critical,DER:0500"}},
    {.name = "ca",
     .extensions = {"basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=keyCertSign"},
     .features = {FEATURE("\x30\3\2\1\5")}},
    {.name = "m\xc3\xbcnchen, \xe4\xbe\x8b + \"quoted\" <\\>"},
    {.name = NULL},
};

static void write_certificate(const char *name, const X509 *x509)
{
    size_t size = 0;
    uint8_t *der = pki_certificate_der(x509, &size);
    seed_write("certificate", name, der, size);
    free(der);
}

/* A name of several string types, with bytes that text should not have. OpenSSL reads no
 * certificate with text that is wrong for its type. */
static void write_odd_name(void)
{
    static const struct {
        int nid, type, size;
        const char *text;
    } parts[] = {
        {NID_commonName, V_ASN1_PRINTABLESTRING, 3, "a\0b"},
        {NID_organizationName, V_ASN1_BMPSTRING, 4, "\0Z\x20\xac"},
        {NID_localityName, V_ASN1_T61STRING, 4, "\x9b\x7f\xfc\n"},
        {NID_description, V_ASN1_UNIVERSALSTRING, 4, "\0\1\xf6\0"},
        {NID_serialNumber, V_ASN1_BIT_STRING, 2, "\xab\xcd"},
    };
    X509_NAME *name = X509_NAME_new();
    for (size_t i = 0; i < MST_COUNT_OF(parts); i++)
        (void)X509_NAME_add_entry_by_NID(name, parts[i].nid, parts[i].type,
                                         (const unsigned char *)parts[i].text, parts[i].size, -1,
                                         i == 2 ? -1 : 0);
    const struct pki_certificate spec = {.subject = name};
    struct pki_identity identity = pki_issue(&spec);
    write_certificate("odd_name", identity.x509);
    pki_identity_release(&identity);
    X509_NAME_free(name);
}

static void write_odd_serials(void)
{
    static const struct {
        const char *name, *digits;
    } rows[] = {{"serial_negative", "-1"}, {"serial_zero", "0"}, {"serial_long", NULL}};
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        const struct pki_certificate spec = {.name = rows[i].name};
        struct pki_identity identity = pki_issue(&spec);
        BIGNUM *number = NULL;
        if (rows[i].digits)
            (void)BN_dec2bn(&number, rows[i].digits);
        else
            (void)BN_set_bit(number = BN_new(), 2200);
        ASN1_INTEGER *serial = BN_to_ASN1_INTEGER(number, NULL);
        (void)X509_set_serialNumber(identity.x509, serial);
        (void)X509_sign(identity.x509, identity.key, EVP_sha256());
        write_certificate(rows[i].name, identity.x509);
        ASN1_INTEGER_free(serial);
        BN_free(number);
        pki_identity_release(&identity);
    }
}

void seeds_certificate(void)
{
    for (size_t i = 0; i < MST_COUNT_OF(specs); i++) {
        struct pki_certificate spec = specs[i];
        spec.issuer = i % 2 ? staple_world_get(ISSUER) : NULL;
        struct pki_identity identity = pki_issue(&spec);
        const char *name = !spec.name                   ? "without_name"
                           : (spec.name[1] & 0x80) != 0 ? "international_name"
                                                        : spec.name;
        write_certificate(name, identity.x509);
        pki_identity_release(&identity);
    }
    write_odd_name();
    write_odd_serials();
    write_certificate("leaf", staple_world_get(LEAF)->x509);
    write_certificate("issuer", staple_world_get(ISSUER)->x509);
    write_certificate("root", staple_world_get(ROOT)->x509);
    write_certificate("delegate", staple_world_get(DELEGATE)->x509);
}
