#include "expectation.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "require.h"

enum { SHA256_SIZE = 32, SERIAL_SIZE_MAX = 64 };

static void set(json_t *expect, const char *path, json_t *value)
{
    lab_require(json_object_set_new(expect, path, value) == 0, path);
}

/* Blank-separated words as a list. */
static json_t *words(const char *text, size_t length)
{
    json_t *list = json_array();
    const char *end = text + length;
    while (text < end) {
        const char *blank = memchr(text, ' ', (size_t)(end - text));
        size_t word = (size_t)((blank ? blank : end) - text);
        if (word)
            lab_require(json_array_append_new(list, json_stringn(text, word)) == 0, text);
        text += word + 1;
    }
    return list;
}

static bool is_integer(const char *text)
{
    text += *text == '-';
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && text[digits] == '\0';
}

static json_t *value(const char *text)
{
    size_t length = strlen(text);
    if (strcmp(text, "null") == 0)
        return json_null();
    if (strcmp(text, "true") == 0)
        return json_true();
    if (strcmp(text, "false") == 0)
        return json_false();
    if (is_integer(text))
        return json_integer(strtoll(text, NULL, 10));
    if (length >= 2 && text[0] == '[' && text[length - 1] == ']')
        return words(text + 1, length - 2);
    return json_string(text);
}

static void set_if(json_t *expect, const char *path, const char *text)
{
    if (text)
        set(expect, path, value(text));
}

static void set_words(json_t *expect, const char *path, const char *text)
{
    if (text)
        set(expect, path, words(text, strlen(text)));
}

static bool is_examined(const struct lab_expect *row)
{
    return row->outcome && strcmp(row->outcome, "examined") == 0;
}

static void set_failure(json_t *expect, const struct lab_expect *row)
{
    if (!row->failure) {
        if (is_examined(row))
            set(expect, "failure", json_null());
        return;
    }
    static const char *const paths[] = {"failure.stage", "failure.code", "failure.alert"};
    json_t *parts = words(row->failure, strcmp(row->failure, "?") == 0 ? 0 : strlen(row->failure));
    json_t *part;
    size_t i;
    json_array_foreach(parts, i, part) set(expect, paths[i], json_incref(part));
    json_decref(parts);
}

static void set_firefox(json_t *expect, const char *word)
{
    if (!word)
        return;
    bool accepts = strcmp(word, "accepts") == 0;
    bool fetches = strncmp(word, "fetch ", 6) == 0;
    set(expect, "clients.firefox.accepts", json_boolean(accepts));
    set(expect, "clients.firefox.depends_on_fetch", json_boolean(fetches));
    if (accepts)
        set(expect, "clients.firefox.error", json_null());
    else if (strcmp(word, "refuses") != 0)
        set(expect, "clients.firefox.error", json_string(fetches ? word + 6 : word));
}

/* What the reasons say of the chain. */
static void set_chain(json_t *expect, const struct lab_expect *row)
{
    if (!is_examined(row) || !row->reasons)
        return;
    set(expect, "connections.-1.chain.trusted",
        json_boolean(!strstr(row->reasons, "chain_untrusted") &&
                     !strstr(row->reasons, "certificate_")));
    set(expect, "connections.-1.chain.host_matches",
        json_boolean(!strstr(row->reasons, "name_mismatch")));
}

static void set_row(json_t *expect, size_t index, unsigned port)
{
    const struct lab_expect *row = &lab_scene_at(index)->expect;
    set_if(expect, "outcome", row->outcome);
    set_if(expect, "verdict", row->verdict);
    set_if(expect, "must_staple", row->must_staple);
    set_if(expect, "staple", row->staple);
    set_words(expect, "reasons", row->reasons);
    set_words(expect, "warnings", row->warnings);
    set_chain(expect, row);
    set_failure(expect, row);
    set_if(expect, "clients.rfc.accepts", row->rfc);
    set_if(expect, "clients.gnutls.accepts", row->gnutls);
    set_firefox(expect, row->firefox);
    for (size_t i = 0; i < LAB_MORE_MAX && row->more[i]; i++) {
        MST_AUTO_FREE char *line = lab_scene_expand(index, row->more[i], port);
        char *equals = strchr(line, '=');
        lab_require(equals, line);
        *equals = '\0';
        set(expect, line, value(equals + 1));
    }
}

static void set_sha256(json_t *expect, const char *path, const uint8_t *bytes, size_t length)
{
    uint8_t digest[SHA256_SIZE];
    char text[2 * SHA256_SIZE + 1];
    lab_require(EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL), "SHA-256");
    mst_hex(digest, sizeof digest, text);
    set(expect, path, json_string(text));
}

static void set_time(json_t *expect, const char *path, const ASN1_TIME *time)
{
    struct tm parts;
    char text[MST_RFC3339_SIZE];
    lab_require(ASN1_TIME_to_tm(time, &parts), path);
    mst_time_format_s(timegm(&parts), text);
    set(expect, path, json_string(text));
}

static json_t *ocsp_urls(const struct lab_leaf *leaf, const struct lab_material *material)
{
    json_t *list = json_array();
    lab_require(list, "a list");
    if (leaf->no_ocsp_url)
        return list;
    const char *const urls[] = {leaf->first_ocsp_url,
                                leaf->ocsp_url ? leaf->ocsp_url : material->ocsp_url};
    for (size_t i = 0; i < MST_COUNT_OF(urls); i++)
        lab_require(!urls[i] || json_array_append_new(list, json_string(urls[i])) == 0, urls[i]);
    return list;
}

static void set_certificate(json_t *expect, const struct lab_material *material)
{
    uint8_t *der = NULL;
    int length = i2d_X509(material->leaf, &der);
    lab_require(length > 0, "encoding a certificate");
    set_sha256(expect, "connections.-1.certificate.sha256", der, (size_t)length);
    OPENSSL_free(der);
    const ASN1_INTEGER *serial = X509_get0_serialNumber(material->leaf);
    char text[2 * SERIAL_SIZE_MAX + 1];
    lab_require(ASN1_STRING_length(serial) <= SERIAL_SIZE_MAX, "a short serial");
    mst_hex(ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial), text);
    set(expect, "connections.-1.certificate.serial", json_string(text));
    set(expect, "connections.-1.chain.length", json_integer((json_int_t)material->chain_length));
    set_time(expect, "connections.-1.certificate.not_before", X509_get0_notBefore(material->leaf));
    set_time(expect, "connections.-1.certificate.not_after", X509_get0_notAfter(material->leaf));
    const struct lab_leaf *leaf = &material->scene->leaf;
    set(expect, "connections.-1.certificate.ocsp_urls", ocsp_urls(leaf, material));
    set(expect, "connections.-1.certificate.tls_feature.present",
        json_boolean(leaf->feature_hex != NULL));
    set(expect, "connections.-1.certificate.tls_feature.critical",
        leaf->feature_hex ? json_boolean(leaf->feature_critical) : json_false());
}

/* The times of a staple that can be read and is about the certificate. */
static void set_times(json_t *expect, const struct lab_material *material)
{
    struct lab_staple_times times = lab_staple_times(&material->scene->staple, material->made_s);
    char text[MST_RFC3339_SIZE];
    mst_time_format_s(times.this_update_s, text);
    set(expect, "connections.-1.staple.this_update", json_string(text));
    if (times.next_update_s)
        mst_time_format_s(times.next_update_s, text);
    set(expect, "connections.-1.staple.next_update",
        times.next_update_s ? json_string(text) : json_null());
}

static void set_staple(json_t *expect, const struct lab_material *material)
{
    const struct lab_scene *scene = material->scene;
    const char *delivery = !material->staple ? "not_acknowledged"
                           : scene->conduct == LAB_CONDUCT_TLS_PROMISE_ONLY
                               ? "acknowledged_not_sent"
                           : material->staple_size == 0 ? "empty"
                                                        : "sent";
    set(expect, "connections.-1.staple.delivery", json_string(delivery));
    set_if(expect, "connections.-1.staple.state", scene->expect.staple);
    if (strcmp(delivery, "sent") != 0)
        return;
    set(expect, "connections.-1.staple.size", json_integer((json_int_t)material->staple_size));
    if (scene->expect.staple && strcmp(scene->expect.staple, "oversize") == 0)
        return;
    set_sha256(expect, "connections.-1.staple.sha256", material->staple, material->staple_size);
    if (scene->expect.staple && strcmp(scene->expect.staple, "good") == 0)
        set_times(expect, material);
}

json_t *lab_expectation(size_t index, const struct lab_material *material, unsigned port)
{
    const struct lab_scene *scene = lab_scene_at(index);
    json_t *expect = json_object();
    lab_require(expect, "a JSON object");
    set_row(expect, index, port);
    if (material && is_examined(&scene->expect)) {
        set_certificate(expect, material);
        set_staple(expect, material);
    }
    return expect;
}
