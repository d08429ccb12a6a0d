#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "pki/certificate_x509.h"
#include "pki/trust.h"
#include "unit/pki_maker.h"

enum who { ONE, TWO, THREE, PEOPLE_COUNT };

static struct pki_identity people[PEOPLE_COUNT];

static int setup(void **state)
{
    (void)state;
    people[ONE] = pki_issue_ca("Root One", NULL);
    people[TWO] = pki_issue_ca("Root Two", NULL);
    people[THREE] = pki_issue_ca("Root Three", NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < PEOPLE_COUNT; i++)
        pki_identity_release(&people[i]);
    return 0;
}

static char *text_file(const char *text)
{
    char *path = pki_pem_file((const X509 *[]){NULL});
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs(text, file);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void test_ca_files(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"", "holds no certificate in PEM"},
        {"just text\n", "holds no certificate in PEM"},
        {"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
         "holds no certificate in PEM"},
        /* What cannot be read is no PEM to newer OpenSSL, and a bad certificate to older. */
        {"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", " holds "},
        {"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", " holds "},
        {"-----BEGIN CERTIFICATE-----\nMAA=\n", " holds "},
    };
    for (size_t i = 0; i < MST_COUNT_OF(rows); i++) {
        struct mst_trust *none = NULL;
        struct mst_error error = {0};
        MST_AUTO_FREE char *path = text_file(rows[i].text);
        assert_int_equal(mst_trust_new(path, &none, &error), MST_ERROR_USAGE);
        assert_null(none);
        assert_int_equal(error.status, MST_ERROR_USAGE);
        print_message("%s\n", error.text);
        assert_non_null(strstr(error.text, path));
        assert_non_null(strstr(error.text, rows[i].error));
        assert_null(strchr(error.text, '\n'));
        assert_int_equal(ERR_peek_error(), 0);
        (void)unlink(path);
    }
}

static void test_missing_ca_file(void **state)
{
    (void)state;
    static const char *const paths[] = {"/nonexistent/ca.pem", "/"};
    for (size_t i = 0; i < MST_COUNT_OF(paths); i++) {
        struct mst_trust *none = NULL;
        struct mst_error error = {0};
        assert_int_equal(mst_trust_new(paths[i], &none, &error), MST_ERROR_USAGE);
        assert_null(none);
        print_message("%s\n", error.text);
        assert_non_null(strstr(error.text, paths[i]));
    }
}

static bool trusts(const struct pki_identity *root, struct mst_trust *whom)
{
    struct mst_chain_facts facts;
    struct mst_certificate *chain[] = {mst_certificate_wrap(root->x509)};
    mst_trust_verify(whom, chain, 1, "", PKI_NOW_S, &facts);
    const bool trusted = facts.trusted;
    mst_chain_facts_release(&facts);
    mst_certificate_free(chain[0]);
    return trusted;
}

/* All of a file with several, comments between them. */
static void test_several_roots(void **state)
{
    (void)state;
    struct mst_trust *several = NULL;
    MST_AUTO_FREE char *path =
        pki_pem_file((const X509 *[]){people[ONE].x509, people[TWO].x509, NULL});
    assert_int_equal(mst_trust_new(path, &several, NULL), MST_OK);
    (void)unlink(path);
    assert_true(trusts(&people[ONE], several));
    assert_true(trusts(&people[TWO], several));
    assert_false(trusts(&people[THREE], several));
    mst_trust_free(several);
}

/* OpenSSL's default file and directory; what is in them is read when the trust is made. */
static void test_system_roots(void **state)
{
    (void)state;
    char directory[] = "/tmp/muststaple-test-XXXXXX";
    char path[sizeof directory + 32];
    struct mst_trust *system = NULL;
    MST_AUTO_FREE char *file = pki_pem_file((const X509 *[]){people[ONE].x509, NULL});
    MST_AUTO_FREE char *other = pki_pem_file((const X509 *[]){people[TWO].x509, NULL});
    assert_non_null(mkdtemp(directory));
    (void)snprintf(path, sizeof path, "%s/%08lx.0", directory,
                   X509_NAME_hash_ex(X509_get_subject_name(people[TWO].x509), NULL, NULL, NULL));
    assert_int_equal(symlink(other, path), 0);
    assert_int_equal(setenv("SSL_CERT_FILE", file, 1), 0);
    assert_int_equal(setenv("SSL_CERT_DIR", directory, 1), 0);
    assert_int_equal(mst_trust_new(NULL, &system, NULL), MST_OK);
    (void)unlink(path);
    (void)unlink(other);
    (void)unlink(file);
    (void)rmdir(directory);
    assert_true(trusts(&people[ONE], system));
    assert_true(trusts(&people[TWO], system));
    assert_false(trusts(&people[THREE], system));
    mst_trust_free(system);

    /* Neither is there: nobody is trusted, and that is no error of ours. */
    assert_int_equal(mst_trust_new(NULL, &system, NULL), MST_OK);
    assert_false(trusts(&people[ONE], system));
    mst_trust_free(system);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ca_files),
        cmocka_unit_test(test_missing_ca_file),
        cmocka_unit_test(test_several_roots),
        cmocka_unit_test(test_system_roots),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
