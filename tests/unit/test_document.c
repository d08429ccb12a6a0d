#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/attributes.h"
#include "pki/certificate.h"
#include "pki/document.h"
#include "unit/request_maker.h"

#define CERTIFICATE MST_DOCUMENT_KIND_CERTIFICATE
#define REQUEST MST_DOCUMENT_KIND_CERTIFICATE_REQUEST
#define RESPONSE MST_DOCUMENT_KIND_OCSP_RESPONSE

#define NOTHING "holds no certificate, request or response in PEM or DER"
#define KEY_ALONE "holds a private key alone"
#define UNREADABLE(label) "holds a block " label " that cannot be read"

/* What files are made of. */
enum piece {
    END,
    CERT, /* in a block CERTIFICATE, and so on */
    OTHER_CERT,
    OLD_CERT,     /* X509 CERTIFICATE */
    TRUSTED,      /* TRUSTED CERTIFICATE, with OpenSSL's settings */
    BARE_TRUSTED, /* the same without any */
    CSR,
    NEW_CSR,
    OCSP,
    BROKEN_OCSP, /* a response that is none */
    ENCRYPTED_KEY,
    KEY,
    FOREIGN, /* a block of another kind whose content is no base64 */
    TEXT,
    LONG_TEXT, /* a line longer than OpenSSL reads at once */
    BOM,
    NOT_BASE64, /* in a block CERTIFICATE */
    NO_END,
    WRONG_END,
    NO_CERT, /* base64 of something else */
    CERT_AND_MORE,
    BER_CERT,
    NO_CSR,
    SHORT_DASHES, /* a block CERTIFICATE whose first line lacks a dash */
    LONG_DASHES,  /* or has one too many */
    WITHIN_LINE,  /* its first line behind something else */
    PIECES
};

struct bytes {
    uint8_t *at;
    size_t length;
};

static struct bytes pieces[PIECES];
static struct bytes cert_der, other_der, ber_der, csr_der, ocsp_der, pkcs8_der, ec_der;
static const uint8_t tiny_ocsp[] = {0x30, 3, 0x0a, 1, 3};

static struct bytes copy_of(const void *at, size_t length)
{
    struct bytes copy = {malloc(length + 1), length};
    assert_non_null(copy.at);
    if (length > 0)
        memcpy(copy.at, at, length);
    return copy;
}

static struct bytes text_of(const char *text)
{
    return copy_of(text, strlen(text));
}

/* What was written to a BIO, which is freed. */
static struct bytes drain(BIO *bio)
{
    char *at = NULL;
    const long length = BIO_get_mem_data(bio, &at);
    const struct bytes bytes = copy_of(at, (size_t)length);
    BIO_free(bio);
    return bytes;
}

static struct bytes pem_of(const char *label, struct bytes der)
{
    BIO *bio = BIO_new(BIO_s_mem());
    assert_true(PEM_write_bio(bio, label, "", der.at, (long)der.length) > 0);
    return drain(bio);
}

static struct bytes joined(struct bytes first, struct bytes second)
{
    struct bytes both = {malloc(first.length + second.length + 1), first.length + second.length};
    assert_non_null(both.at);
    memcpy(both.at, first.at, first.length);
    memcpy(both.at + first.length, second.at, second.length);
    return both;
}

/* The element with an indefinite length. */
static struct bytes ber_of(struct bytes der)
{
    assert_int_equal(der.at[1], 0x82);
    struct bytes ber = copy_of(der.at, der.length);
    ber.at[1] = 0x80;
    memmove(ber.at + 2, ber.at + 4, ber.length - 4);
    memset(ber.at + ber.length - 2, 0, 2);
    return ber;
}

static struct bytes key_pem(EVP_PKEY *key, const char *password)
{
    BIO *bio = BIO_new(BIO_s_mem());
    assert_int_equal(PEM_write_bio_PKCS8PrivateKey(bio, key, password ? EVP_aes_128_cbc() : NULL,
                                                   password, password ? (int)strlen(password) : 0,
                                                   NULL, NULL),
                     1);
    return drain(bio);
}

static void make_certificates(void)
{
    struct pki_identity leaf = pki_issue(&(struct pki_certificate){.name = "leaf"});
    struct pki_identity other = pki_issue(&(struct pki_certificate){.name = "other"});
    BIO *trusted = BIO_new(BIO_s_mem());
    cert_der.at = pki_certificate_der(leaf.x509, &cert_der.length);
    other_der.at = pki_certificate_der(other.x509, &other_der.length);
    ber_der = ber_of(cert_der);
    assert_int_equal(X509_alias_set1(leaf.x509, (const unsigned char *)"alias", -1), 1);
    assert_int_equal(PEM_write_bio_X509_AUX(trusted, leaf.x509), 1);
    pieces[TRUSTED] = drain(trusted);
    pieces[KEY] = key_pem(leaf.key, NULL);
    pieces[ENCRYPTED_KEY] = key_pem(leaf.key, "secret");
    unsigned char *bytes = NULL;
    const int ec_length = i2d_PrivateKey(leaf.key, &bytes);
    ec_der = copy_of(bytes, (size_t)ec_length);
    OPENSSL_free(bytes);
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(leaf.key);
    bytes = NULL;
    const int length = i2d_PKCS8_PRIV_KEY_INFO(info, &bytes);
    pkcs8_der = copy_of(bytes, (size_t)length);
    OPENSSL_free(bytes);
    PKCS8_PRIV_KEY_INFO_free(info);
    pki_identity_release(&other);
    pki_identity_release(&leaf);
}

static int setup(void **state)
{
    (void)state;
    static const uint8_t twelve[] = "hello, world";
    const struct bytes hello = {(uint8_t *)(uintptr_t)twelve, sizeof twelve - 1};
    make_certificates();
    csr_der.at = request_make(&(struct request){.name = "leaf"}, &csr_der.length);
    ocsp_der = copy_of(tiny_ocsp, sizeof tiny_ocsp);
    struct bytes more = joined(cert_der, hello);
    pieces[END] = text_of("");
    pieces[CERT] = pem_of("CERTIFICATE", cert_der);
    pieces[OTHER_CERT] = pem_of("CERTIFICATE", other_der);
    pieces[OLD_CERT] = pem_of("X509 CERTIFICATE", cert_der);
    pieces[BARE_TRUSTED] = pem_of("TRUSTED CERTIFICATE", cert_der);
    pieces[CSR] = pem_of("CERTIFICATE REQUEST", csr_der);
    pieces[NEW_CSR] = pem_of("NEW CERTIFICATE REQUEST", csr_der);
    pieces[OCSP] = pem_of("OCSP RESPONSE", ocsp_der);
    pieces[BROKEN_OCSP] = pem_of("OCSP RESPONSE", hello);
    pieces[FOREIGN] = text_of("-----BEGIN PGP MESSAGE-----\nVersion: 1\n\n!!!!\n=njUN\n"
                              "-----END PGP MESSAGE-----\n");
    pieces[TEXT] = text_of("subject=CN = leaf\n\n---\nissuer-----BEGIN \n");
    char line[1001];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    pieces[LONG_TEXT] = copy_of(line, sizeof line);
    pieces[BOM] = text_of("\xef\xbb\xbf");
    pieces[NOT_BASE64] = text_of("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
    pieces[NO_END] = text_of("-----BEGIN CERTIFICATE-----\nMIIB\n");
    pieces[WRONG_END] = text_of("-----BEGIN CERTIFICATE-----\nMIIB\n-----END PRIVATE KEY-----\n");
    pieces[NO_CERT] = pem_of("CERTIFICATE", hello);
    pieces[CERT_AND_MORE] = pem_of("CERTIFICATE", more);
    pieces[BER_CERT] = pem_of("CERTIFICATE", ber_der);
    pieces[NO_CSR] = pem_of("CERTIFICATE REQUEST", hello);
    pieces[SHORT_DASHES] = text_of("-----BEGIN CERTIFICATE----\nMIIB\n-----END CERTIFICATE-----\n");
    pieces[LONG_DASHES] = pem_of("CERTIFICATE-", cert_der);
    pieces[WITHIN_LINE] = text_of("-----BEGIN -----BEGIN CERTIFICATE-----\nMIIB\n");
    free(more.at);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < PIECES; i++)
        free(pieces[i].at);
    free(cert_der.at);
    free(other_der.at);
    free(ber_der.at);
    free(csr_der.at);
    free(ocsp_der.at);
    free(pkcs8_der.at);
    free(ec_der.at);
    return 0;
}

static void assert_documents(const struct mst_documents *documents, const char *kinds)
{
    assert_int_equal(documents->count, strlen(kinds));
    for (size_t i = 0; i < documents->count; i++) {
        const struct mst_document *document = &documents->items[i];
        const char kind = document->kind == CERTIFICATE ? 'c'
                          : document->kind == REQUEST   ? 'r'
                                                        : 'o';
        assert_int_equal(kind, kinds[i]);
        assert_int_equal(document->position, i + 1);
        assert_non_null(document->der);
        assert_int_equal(document->certificate != NULL, kind == 'c');
    }
}

struct row {
    const char *name;
    enum piece pieces[6];
    const char *kinds; /* NULL: `fault` */
    const char *fault;
};

static const struct row rows[] = {
    {"a certificate", {CERT}, "c", NULL},
    {"two", {CERT, OTHER_CERT}, "cc", NULL},
    {"the same twice", {CERT, CERT}, "cc", NULL},
    {"by its old label", {OLD_CERT}, "c", NULL},
    {"trusted", {TRUSTED}, "c", NULL},
    {"trusted without settings", {BARE_TRUSTED}, "c", NULL},
    {"a request", {CSR}, "r", NULL},
    {"a request by its other label", {NEW_CSR}, "r", NULL},
    {"a response", {OCSP}, "o", NULL},
    {"a response that is none", {BROKEN_OCSP}, "o", NULL},
    {"all kinds", {CERT, CSR, OCSP, TRUSTED, OTHER_CERT}, "crocc", NULL},
    {"text around", {TEXT, CERT, TEXT, CSR, TEXT}, "cr", NULL},
    {"long lines", {LONG_TEXT, CERT, LONG_TEXT, CERT}, "cc", NULL},
    {"a byte order mark", {BOM, CERT, OTHER_CERT}, "cc", NULL},
    {"a key before", {KEY, CERT}, "c", NULL},
    {"a key after", {CERT, KEY}, "c", NULL},
    {"an encrypted key", {ENCRYPTED_KEY, CERT}, "c", NULL},
    {"a foreign block", {FOREIGN, CERT, FOREIGN, OTHER_CERT}, "cc", NULL},
    {"a key alone", {KEY}, NULL, KEY_ALONE},
    {"an encrypted key alone", {ENCRYPTED_KEY}, NULL, KEY_ALONE},
    {"a key and text", {TEXT, KEY, TEXT}, NULL, KEY_ALONE},
    {"a foreign block alone", {FOREIGN}, NULL, NOTHING},
    {"text alone", {TEXT}, NULL, NOTHING},
    {"a byte order mark alone", {BOM}, NULL, NOTHING},
    {"nothing", {END}, NULL, "is empty"},
    {"not base64", {NOT_BASE64}, NULL, UNREADABLE("CERTIFICATE")},
    {"a certificate and not base64", {CERT, NOT_BASE64}, NULL, UNREADABLE("CERTIFICATE")},
    {"not base64 and a certificate", {NOT_BASE64, CERT}, NULL, UNREADABLE("CERTIFICATE")},
    {"without end", {NO_END}, NULL, UNREADABLE("CERTIFICATE")},
    {"without end, and another", {NO_END, CERT}, NULL, UNREADABLE("CERTIFICATE")},
    {"another end", {WRONG_END}, NULL, UNREADABLE("CERTIFICATE")},
    {"no certificate", {NO_CERT}, NULL, UNREADABLE("CERTIFICATE")},
    {"more than a certificate", {CERT_AND_MORE}, NULL, UNREADABLE("CERTIFICATE")},
    {"a certificate in BER", {CERT, BER_CERT}, NULL, UNREADABLE("CERTIFICATE")},
    {"no request", {CERT, NO_CSR}, NULL, UNREADABLE("CERTIFICATE REQUEST")},
    {"a dash too many", {LONG_DASHES, CERT}, NULL, UNREADABLE("CERTIFICATE")},
    {"a dash too few", {SHORT_DASHES, CERT}, NULL, UNREADABLE("CERTIFICATE")},
    {"a beginning within a line", {WITHIN_LINE, CERT}, "c", NULL},
};

static struct bytes assemble(const struct row *row)
{
    struct bytes file = text_of("");
    for (size_t i = 0; i < MST_COUNT_OF(row->pieces); i++) {
        struct bytes longer = joined(file, pieces[row->pieces[i]]);
        free(file.at);
        file = longer;
    }
    return file;
}

/* With the line ends of Windows. */
static struct bytes with_crlf(struct bytes file)
{
    struct bytes changed = {malloc(2 * file.length + 1), 0};
    assert_non_null(changed.at);
    for (size_t i = 0; i < file.length; i++) {
        if (file.at[i] == '\n')
            changed.at[changed.length++] = '\r';
        changed.at[changed.length++] = file.at[i];
    }
    return changed;
}

static void check(struct bytes file, const char *kinds, const char *expected)
{
    struct mst_documents documents;
    /* In a block of its own, so that a read past the end is seen. */
    uint8_t *exact = malloc(file.length ? file.length : 1);
    assert_non_null(exact);
    memcpy(exact, file.at, file.length);
    memset(&documents, 0xff, sizeof documents);
    const char *fault = mst_documents_read(exact, file.length, &documents);
    if (expected)
        assert_string_equal(fault, expected);
    else
        assert_null(fault);
    assert_documents(&documents, kinds ? kinds : "");
    assert_int_equal(ERR_peek_error(), 0);
    mst_documents_release(&documents);
    assert_int_equal(documents.count, 0);
    free(exact);
}

static void test_pem(void **state)
{
    (void)state;
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct bytes file = assemble(&rows[i]);
        struct bytes crlf = with_crlf(file);
        print_message("%s\n", rows[i].name);
        check(file, rows[i].kinds, rows[i].fault);
        check(crlf, rows[i].kinds, rows[i].fault);
        /* The last line without an end. */
        if (file.length > 0 && file.at[file.length - 1] == '\n')
            file.length--;
        check(file, rows[i].kinds, rows[i].fault);
        free(crlf.at);
        free(file.at);
    }
}

static void test_pem_bytes(void **state)
{
    (void)state;
    const struct {
        enum piece piece;
        const struct bytes *der;
    } same[] = {{CERT, &cert_der}, {OLD_CERT, &cert_der},     {TRUSTED, &cert_der},
                {CSR, &csr_der},   {BARE_TRUSTED, &cert_der}, {OCSP, &ocsp_der}};
    for (size_t i = 0; i < MST_COUNT_OF(same); i++) {
        struct mst_documents documents;
        const struct bytes file = pieces[same[i].piece];
        assert_null(mst_documents_read(file.at, file.length, &documents));
        assert_int_equal(documents.count, 1);
        assert_int_equal(documents.items[0].length, same[i].der->length);
        assert_memory_equal(documents.items[0].der, same[i].der->at, same[i].der->length);
        mst_documents_release(&documents);
    }
}

static void test_der(void **state)
{
    (void)state;
    struct bytes more = joined(cert_der, other_der);
    struct bytes more_request = joined(csr_der, cert_der);
    struct bytes more_response = joined(ocsp_der, cert_der);
    struct bytes pem_in_response = joined(ocsp_der, pieces[CERT]);
    static const uint8_t version_3[] = {0x30, 5, 2, 1, 3, 0x30, 0};
    static const uint8_t list[] = {0x30, 3, 2, 1, 5};
    const struct {
        const char *name;
        struct bytes file;
        const char *kinds, *fault;
    } files[] = {
        {"certificate", cert_der, "c", NULL},
        {"request", csr_der, "r", NULL},
        {"response", ocsp_der, "o", NULL},
        {"two certificates", more, NULL, "holds more after a certificate in DER"},
        {"request and certificate", more_request, NULL, "holds more after a request in DER"},
        {"certificate in BER", ber_der, NULL, "holds a certificate that is not DER"},
        {"response and more", more_response, "o", NULL},
        {"response and PEM", pem_in_response, "o", NULL},
        {"PKCS #8", pkcs8_der, NULL, KEY_ALONE},
        {"SEC 1", ec_der, NULL, KEY_ALONE},
        {"PKCS #12", {(uint8_t *)(uintptr_t)version_3, sizeof version_3}, NULL, NOTHING},
        {"TLS Feature", {(uint8_t *)(uintptr_t)list, sizeof list}, NULL, NOTHING},
        {"certificate cut off", {cert_der.at, cert_der.length - 1}, NULL, NOTHING},
        {"one byte", {cert_der.at, 1}, NULL, NOTHING},
    };
    for (size_t i = 0; i < MST_COUNT_OF(files); i++) {
        print_message("%s\n", files[i].name);
        check(files[i].file, files[i].kinds, files[i].fault);
    }
    free(more.at);
    free(more_request.at);
    free(more_response.at);
    free(pem_in_response.at);
}

/* A request in DER whose extensions cannot be read, and one in BER. */
static void test_der_requests(void **state)
{
    (void)state;
    const struct request spec = {
        .name = "leaf",
        .attributes = {
            {"1.2.840.113549.1.9.14",
             {{.there = true, .raw = "0\x03\x02\x01\x05", .raw_type = V_ASN1_SEQUENCE}}}}};
    struct bytes file = {0};
    file.at = request_make(&spec, &file.length);
    check(file, NULL, "holds a request that is not DER, or whose extensions cannot be read");
    free(file.at);
}

#define FILE_OF(...)                                                                               \
    {                                                                                              \
        (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})                     \
    }

/* A SEQUENCE that begins with an ENUMERATED is a response, whatever the rest is like. */
static void test_broken_responses(void **state)
{
    (void)state;
    const struct {
        const char *name;
        struct {
            const uint8_t *at;
            size_t length;
        } file;
        bool response;
    } files[] = {
        {"an error", FILE_OF(0x30, 3, 0x0a, 1, 6), true},
        {"trailing", FILE_OF(0x30, 3, 0x0a, 1, 6, 0), true},
        {"cut off", FILE_OF(0x30, 3, 0x0a, 1), true},
        {"the tag alone", FILE_OF(0x30, 3, 0x0a), true},
        {"of no bytes", FILE_OF(0x30, 2, 0x0a, 0), true},
        {"long form", FILE_OF(0x30, 0x81, 3, 0x0a, 1, 0), true},
        {"longer form", FILE_OF(0x30, 0x84, 0, 0, 0, 3, 0x0a, 1, 0), true},
        {"indefinite", FILE_OF(0x30, 0x80, 0x0a, 1, 0, 0, 0), true},
        {"said to be longer", FILE_OF(0x30, 0x82, 0xff, 0xff, 0x0a, 1, 0), true},
        {"said to be shorter", FILE_OF(0x30, 0, 0x0a, 1, 0), true},
        {"a length cut off", FILE_OF(0x30, 0x84, 0, 0), false},
        {"a length of lengths", FILE_OF(0x30, 0xff, 0, 0x0a), false},
        {"INTEGER", FILE_OF(0x30, 3, 2, 1, 6, 0), false},
        {"SET", FILE_OF(0x31, 3, 0x0a, 1, 6), false},
        {"empty SEQUENCE", FILE_OF(0x30, 0), false},
        {"NULs", FILE_OF(0, 0, 0, 0, 0), false},
        {"UTF-16", FILE_OF(0xff, 0xfe, '-', 0, '-', 0, '-', 0, '-', 0, '-', 0), false},
    };
    for (size_t i = 0; i < MST_COUNT_OF(files); i++) {
        const struct bytes file = {(uint8_t *)(uintptr_t)files[i].file.at, files[i].file.length};
        struct mst_documents documents;
        print_message("%s\n", files[i].name);
        check(file, files[i].response ? "o" : NULL, files[i].response ? NULL : NOTHING);
        /* Said to be a response, it is one anyhow. */
        assert_null(mst_documents_read_response(file.at, file.length, &documents));
        assert_documents(&documents, "o");
        assert_int_equal(documents.items[0].length, file.length);
        assert_memory_equal(documents.items[0].der, file.at, file.length);
        mst_documents_release(&documents);
    }
}

static void test_said_to_be_response(void **state)
{
    (void)state;
    static const struct row said[] = {
        {"a response", {OCSP}, "o", NULL},
        {"text around", {TEXT, OCSP, TEXT}, "o", NULL},
        {"no bytes", {END}, "o", NULL},
        {"text alone", {TEXT}, "o", NULL},
        {"a foreign block", {FOREIGN}, "o", NULL},
        {"a certificate", {CERT}, "c", NULL},
        {"a response and a certificate", {OCSP, CERT}, "oc", NULL},
        {"a request", {CSR}, "r", NULL},
        {"a key", {KEY}, NULL, KEY_ALONE},
        {"a broken block", {NOT_BASE64}, NULL, UNREADABLE("CERTIFICATE")},
    };
    for (size_t i = 0; i < MST_COUNT_OF(said); i++) {
        struct bytes file = assemble(&said[i]);
        struct mst_documents documents;
        print_message("%s\n", said[i].name);
        const char *fault = mst_documents_read_response(file.at, file.length, &documents);
        if (said[i].fault)
            assert_string_equal(fault, said[i].fault);
        else
            assert_null(fault);
        assert_documents(&documents, said[i].kinds ? said[i].kinds : "");
        mst_documents_release(&documents);
        free(file.at);
    }
    struct mst_documents none;
    assert_null(mst_documents_read_response(NULL, 0, &none));
    assert_documents(&none, "o");
    assert_int_equal(none.items[0].length, 0);
    mst_documents_release(&none);
    check(ber_der, NULL, "holds a certificate that is not DER");
}

/* On one line, however long; and blocks with headers, spaces and bare line ends. */
static void test_layouts(void **state)
{
    (void)state;
    struct bytes one_line = text_of("-----BEGIN CERTIFICATE-----\n");
    uint8_t *text = malloc(2 * cert_der.length + 8);
    assert_non_null(text);
    struct bytes base64 = {text, (size_t)EVP_EncodeBlock(text, cert_der.at, (int)cert_der.length)};
    struct bytes end = text_of("\n-----END CERTIFICATE-----\n");
    struct bytes first = joined(one_line, base64);
    struct bytes whole = joined(first, end);
    check(whole, "c", NULL);
    struct bytes spaces = text_of("-----BEGIN CERTIFICATE-----  \t\r\n");
    struct bytes spaced = joined(spaces, base64);
    struct bytes spaced_whole = joined(spaced, end);
    check(spaced_whole, "c", NULL);
    struct bytes mac = copy_of(pieces[CERT].at, pieces[CERT].length);
    for (size_t i = 0; i < mac.length; i++)
        if (mac.at[i] == '\n')
            mac.at[i] = '\r';
    check(mac, NULL, UNREADABLE("CERTIFICATE"));
    const struct bytes all[] = {one_line, base64, end,          first, whole,
                                spaces,   spaced, spaced_whole, mac};
    for (size_t i = 0; i < MST_COUNT_OF(all); i++)
        free(all[i].at);
}

/* As many as are taken, and one more. */
static void test_many(void **state)
{
    (void)state;
    const size_t one = pieces[OCSP].length;
    struct mst_documents documents;
    uint8_t *file = malloc(one * (MST_DOCUMENTS_MAX + 1));
    assert_non_null(file);
    for (size_t i = 0; i <= MST_DOCUMENTS_MAX; i++)
        memcpy(file + i * one, pieces[OCSP].at, one);
    assert_null(mst_documents_read(file, one * MST_DOCUMENTS_MAX, &documents));
    assert_int_equal(documents.count, MST_DOCUMENTS_MAX);
    assert_int_equal(documents.items[MST_DOCUMENTS_MAX - 1].position, MST_DOCUMENTS_MAX);
    mst_documents_release(&documents);
    assert_string_equal(mst_documents_read(file, one * (MST_DOCUMENTS_MAX + 1), &documents),
                        "holds more than 4096 documents");
    assert_int_equal(documents.count, 0);
    assert_null(documents.items);
    mst_documents_release(&documents);
    free(file);
}

static void test_large(void **state)
{
    (void)state;
    struct mst_documents documents;
    uint8_t *file = calloc(1, MST_DOCUMENT_FILE_MAX + 1);
    assert_non_null(file);
    memcpy(file, tiny_ocsp, sizeof tiny_ocsp);
    assert_string_equal(mst_documents_read(file, MST_DOCUMENT_FILE_MAX + 1, &documents),
                        "is larger than 16 MiB");
    assert_string_equal(mst_documents_read_response(file, MST_DOCUMENT_FILE_MAX + 1, &documents),
                        "is larger than 16 MiB");
    assert_null(mst_documents_read(file, MST_DOCUMENT_FILE_MAX, &documents));
    assert_int_equal(documents.items[0].length, MST_DOCUMENT_FILE_MAX);
    mst_documents_release(&documents);
    /* Nothing but beginnings takes no longer than any other file. */
    static const char begin[] = {'-', '-', '-', '-', '-', 'B', 'E', 'G', 'I', 'N', ' ', '\n'};
    for (size_t i = 0; i + sizeof begin < MST_DOCUMENT_FILE_MAX; i += sizeof begin)
        memcpy(file + i, begin, sizeof begin);
    assert_string_equal(mst_documents_read(file, MST_DOCUMENT_FILE_MAX, &documents), NOTHING);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pem),
        cmocka_unit_test(test_pem_bytes),
        cmocka_unit_test(test_der),
        cmocka_unit_test(test_der_requests),
        cmocka_unit_test(test_broken_responses),
        cmocka_unit_test(test_said_to_be_response),
        cmocka_unit_test(test_layouts),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
