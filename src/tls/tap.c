#include "tls/tap.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pki/certificate.h"

void mst_tap_init(struct mst_tap *tap)
{
    *tap = (struct mst_tap){.library_message = MST_MESSAGE_NONE, .alert = -1};
    mst_records_init(&tap->records);
}

void mst_tap_release(struct mst_tap *tap)
{
    mst_records_release(&tap->records);
    free(tap->certificate.data);
    free(tap->status.data);
}

/* Keeps the message that was put together from the records; only the first of its kind. */
static void keep_message(struct mst_records *records, struct mst_tap_message *message)
{
    if (message->came)
        return;
    message->came = true;
    message->length = records->length;
    size_t length = 0;
    if (records->kept)
        message->data = mst_buf_steal(&records->body, &length);
}

static void take_server_hello(struct mst_tap *tap)
{
    struct mst_records *records = &tap->records;
    const struct mst_reader body = {records->body.data, records->body.length};
    tap->hello_came = records->kept && mst_server_hello_read(body, &tap->hello);
    if (!tap->hello_came || tap->hello.tls13)
        mst_records_end(records);
}

static void take_clear_message(struct mst_tap *tap)
{
    if (!tap->hello_came && tap->records.type != MST_MESSAGE_SERVER_HELLO)
        return;
    switch (tap->records.type) {
    case MST_MESSAGE_SERVER_HELLO:
        if (!tap->hello_came) /* a second one is not for the library either */
            take_server_hello(tap);
        break;
    case MST_MESSAGE_CERTIFICATE:
        keep_message(&tap->records, &tap->certificate);
        break;
    case MST_MESSAGE_CERTIFICATE_STATUS:
        keep_message(&tap->records, &tap->status);
        break;
    case MST_MESSAGE_SERVER_KEY_EXCHANGE:
    case MST_MESSAGE_CERTIFICATE_REQUEST:
    case MST_MESSAGE_SERVER_HELLO_DONE:
        tap->is_past_status = true;
        break;
    default:
        break;
    }
}

void mst_tap_feed(struct mst_tap *tap, const uint8_t *bytes, size_t length)
{
    const size_t room = MST_OPENING_SIZE - tap->opening_length;
    const size_t kept = length < room ? length : room;
    if (kept > 0)
        memcpy(tap->opening + tap->opening_length, bytes, kept);
    tap->opening_length += kept;
    struct mst_reader input = {bytes, length};
    while (mst_records_next(&tap->records, &input))
        take_clear_message(tap);
}

void mst_tap_take_message(struct mst_tap *tap, const uint8_t *bytes, size_t length)
{
    if (length < MST_MESSAGE_HEADER_SIZE)
        return;
    tap->library_message = bytes[0];
    if (bytes[0] == MST_MESSAGE_CERTIFICATE)
        tap->library_has_certificate = true;
    struct mst_tap_message *certificate = &tap->certificate;
    if (!tap->hello.tls13 || bytes[0] != MST_MESSAGE_CERTIFICATE || certificate->came)
        return;
    certificate->came = true;
    certificate->length = length - MST_MESSAGE_HEADER_SIZE;
    certificate->data = mst_try_alloc(certificate->length);
    if (certificate->data && certificate->length > 0)
        memcpy(certificate->data, bytes + MST_MESSAGE_HEADER_SIZE, certificate->length);
}

void mst_tap_listen(int is_written, int version, int content_type, const void *bytes, size_t length,
                    SSL *ssl, void *tap)
{
    enum { ALERT_SIZE = 2 };
    (void)version;
    (void)ssl;
    struct mst_tap *self = tap;
    if (is_written)
        return;
    if (content_type == SSL3_RT_HANDSHAKE)
        mst_tap_take_message(self, bytes, length);
    else if (content_type == SSL3_RT_ALERT && length == ALERT_SIZE)
        self->alert = ((const uint8_t *)bytes)[1];
}

/* The certificates that came; none when the message was not kept. */
static void begin_certificates(const struct mst_tap *tap, struct mst_certificate_list *list)
{
    const struct mst_tap_message *message = &tap->certificate;
    const bool counts = message->data && tap->library_has_certificate;
    const struct mst_reader body = {message->data, counts ? message->length : 0};
    mst_certificate_list_begin(list, tap->hello.tls13, body);
}

/* The length of the CertificateStatus that came or is still coming; 0: none. */
static size_t status_length(const struct mst_tap *tap)
{
    if (tap->status.came)
        return tap->status.length;
    return tap->records.type == MST_MESSAGE_CERTIFICATE_STATUS ? tap->records.length : 0;
}

static void read_tls13_status(const struct mst_tap *tap, struct mst_staple_frame *ret_status)
{
    struct mst_certificate_list list;
    struct mst_certificate_entry leaf;
    begin_certificates(tap, &list);
    if (!mst_certificate_list_next(&list, &leaf))
        return;
    *ret_status = leaf.status;
    if (!leaf.has_status)
        ret_status->delivery = MST_DELIVERY_NOT_ACKNOWLEDGED;
}

static void read_tls12_status(const struct mst_tap *tap, struct mst_staple_frame *ret_status)
{
    const size_t length = status_length(tap);
    if (length > MST_STATUS_MESSAGE_MAX) {
        ret_status->delivery = MST_DELIVERY_SENT;
        ret_status->response.left = length - MST_STAPLE_FRAME_SIZE;
    } else if (tap->status.data) {
        mst_staple_frame_read((struct mst_reader){tap->status.data, length}, ret_status);
    } else if (tap->status.came) {
        ret_status->delivery = length == 0 ? MST_DELIVERY_EMPTY : MST_DELIVERY_NONE;
        ret_status->broken = true;
    } else if (tap->certificate.came && !tap->hello.acknowledges_status) {
        ret_status->delivery = MST_DELIVERY_NOT_ACKNOWLEDGED;
    } else if (tap->certificate.came && tap->is_past_status) {
        ret_status->delivery = MST_DELIVERY_ACKNOWLEDGED_NOT_SENT;
    }
}

/* The leaf's staple, in place; `response.data` NULL when the bytes were not kept. */
static struct mst_staple_frame read_leaf_status(const struct mst_tap *tap)
{
    struct mst_staple_frame status = {.delivery = MST_DELIVERY_NONE};
    if (tap->hello.tls13)
        read_tls13_status(tap, &status);
    else if (tap->library_has_certificate)
        read_tls12_status(tap, &status);
    return status;
}

enum mst_delivery mst_tap_delivery(const struct mst_tap *tap)
{
    return read_leaf_status(tap).delivery;
}

bool mst_tap_awaits_status(const struct mst_tap *tap)
{
    return tap->library_has_certificate && tap->certificate.came && !tap->hello.tls13 &&
           !tap->records.ended && mst_tap_delivery(tap) == MST_DELIVERY_NONE;
}

bool mst_tap_stopped_at_staple(const struct mst_tap *tap, bool excessive)
{
    const struct mst_staple_frame status = read_leaf_status(tap);
    const bool refusable = status.delivery == MST_DELIVERY_EMPTY || status.broken;
    if (tap->hello.tls13)
        return refusable && tap->library_message == MST_MESSAGE_CERTIFICATE;
    if (tap->library_message == MST_MESSAGE_CERTIFICATE_STATUS)
        return refusable;
    return excessive && tap->library_message == MST_MESSAGE_CERTIFICATE && status_length(tap) > 0;
}

void mst_tap_harvest_chain(const struct mst_tap *tap, struct mst_handshake *handshake)
{
    struct mst_certificate_list list;
    struct mst_certificate_entry entry;
    bool is_cut = false;
    begin_certificates(tap, &list);
    while (mst_certificate_list_next(&list, &entry)) {
        handshake->chain_sent++;
        if (is_cut || handshake->chain_length == MST_CHAIN_LENGTH_MAX)
            continue;
        struct mst_certificate *certificate =
            mst_certificate_from_der(entry.der.data, entry.der.left);
        if (certificate)
            handshake->chain[handshake->chain_length++] = certificate;
        else
            is_cut = true;
    }
}

static void copy_staple(const struct mst_staple_frame *status, struct mst_staple *ret_staple)
{
    *ret_staple = (struct mst_staple){.delivery = status->delivery, .size = status->response.left};
    if (!status->response.data || status->response.left == 0 ||
        status->response.left > MST_STAPLE_SIZE_MAX)
        return;
    ret_staple->data = mst_try_alloc(status->response.left);
    if (ret_staple->data)
        memcpy(ret_staple->data, status->response.data, status->response.left);
    else
        *ret_staple = (struct mst_staple){0};
}

static void harvest_intermediate_staples(const struct mst_tap *tap, struct mst_handshake *handshake)
{
    struct mst_certificate_list list;
    struct mst_certificate_entry entry;
    begin_certificates(tap, &list);
    if (!mst_certificate_list_next(&list, &entry))
        return;
    struct mst_staple *staples = mst_alloc(handshake->chain_length - 1, sizeof *staples);
    bool any = false;
    for (size_t i = 0; i + 1 < handshake->chain_length; i++) {
        staples[i].delivery = MST_DELIVERY_NOT_ACKNOWLEDGED;
        if (!mst_certificate_list_next(&list, &entry) || !entry.has_status)
            continue;
        copy_staple(&entry.status, &staples[i]);
        any = true;
    }
    if (any)
        handshake->intermediate_staples = staples;
    else
        free(staples);
}

void mst_tap_harvest_staples(const struct mst_tap *tap, struct mst_handshake *handshake)
{
    const struct mst_staple_frame status = read_leaf_status(tap);
    copy_staple(&status, &handshake->staple);
    if (tap->hello.tls13 && handshake->chain_length > 1)
        harvest_intermediate_staples(tap, handshake);
}
