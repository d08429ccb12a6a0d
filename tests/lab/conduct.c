/* The conducts that speak no TLS, or only the beginning of it. */
#include "conduct.h"

#include <string.h>

#include "base/attributes.h"
#include "tls_server.h"

enum { FLOOD_CHUNK = 16384, FLOOD_CHUNKS = 64, RESET_AFTER_TICKS = 1 };

static void send_and_wait(struct lab_connection *connection, const char *text)
{
    lab_connection_send(connection, text, strlen(text));
}

static void reset_at_once(struct lab_connection *connection, const uint8_t *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    lab_connection_reset(connection);
}

/* Not at once: so that the client has surely seen the connection established. */
static void reset_soon(struct lab_connection *connection)
{
    if (connection->ticks > RESET_AFTER_TICKS)
        lab_connection_reset(connection);
}

static void finish(struct lab_connection *connection)
{
    lab_connection_finish(connection);
}

static void finish_at_once(struct lab_connection *connection, const uint8_t *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    lab_connection_finish(connection);
}

static void answer_http(struct lab_connection *connection, const uint8_t *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    send_and_wait(connection, "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n"
                              "Content-Length: 44\r\nConnection: close\r\n\r\n"
                              "This is plain HTTP. You sent something else.");
    lab_connection_finish(connection);
}

static void greet_ssh(struct lab_connection *connection)
{
    send_and_wait(connection, "SSH-2.0-OpenSSH_9.2p1 lab\r\n");
}

static void greet_smtp(struct lab_connection *connection)
{
    send_and_wait(connection, "220 mail.lab.test ESMTP ready\r\n");
}

static void make_noise(struct lab_connection *connection)
{
    uint8_t noise[512];
    uint32_t random = 2463534242U;
    for (size_t i = 0; i < sizeof noise; i++) {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        noise[i] = (uint8_t)random;
    }
    noise[0] = 0xf7; /* no content type of TLS */
    lab_connection_send(connection, noise, sizeof noise);
}

static void send_alert(struct lab_connection *connection, uint8_t description)
{
    const uint8_t record[] = {21, 3, 3, 0, 2, 2, description};
    lab_connection_send(connection, record, sizeof record);
    lab_connection_finish(connection);
}

static void alert_handshake_failure(struct lab_connection *connection, const uint8_t *bytes,
                                    size_t length)
{
    (void)bytes;
    (void)length;
    send_alert(connection, 40);
}

static void alert_unrecognized_name(struct lab_connection *connection, const uint8_t *bytes,
                                    size_t length)
{
    (void)bytes;
    (void)length;
    send_alert(connection, 112);
}

static void alert_internal_error(struct lab_connection *connection, const uint8_t *bytes,
                                 size_t length)
{
    (void)bytes;
    (void)length;
    send_alert(connection, 80);
}

/* Handshake records without end: a ServerHello that says to be 16 MB long. */
static void flood(struct lab_connection *connection, const uint8_t *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    static uint8_t record[5 + FLOOD_CHUNK] = {
        22, 3, 3, FLOOD_CHUNK >> 8, FLOOD_CHUNK & 0xff, 2, 0xff, 0xff, 0xff};
    for (size_t i = 0; i < FLOOD_CHUNKS; i++)
        lab_connection_send(connection, record, sizeof record);
}

static const struct lab_conduct_ops conducts[] = {
    [LAB_CONDUCT_SILENT] = {0},
    [LAB_CONDUCT_RESET_EARLY] = {.ticked = reset_soon},
    [LAB_CONDUCT_RESET] = {.received = reset_at_once},
    [LAB_CONDUCT_CLOSE_EARLY] = {.accepted = finish},
    [LAB_CONDUCT_CLOSE] = {.received = finish_at_once},
    [LAB_CONDUCT_HTTP] = {.received = answer_http},
    [LAB_CONDUCT_SSH] = {.accepted = greet_ssh},
    [LAB_CONDUCT_SMTP] = {.accepted = greet_smtp},
    [LAB_CONDUCT_NOISE] = {.accepted = make_noise},
    [LAB_CONDUCT_ALERT_HANDSHAKE_FAILURE] = {.received = alert_handshake_failure},
    [LAB_CONDUCT_ALERT_UNRECOGNIZED_NAME] = {.received = alert_unrecognized_name},
    [LAB_CONDUCT_ALERT_INTERNAL_ERROR] = {.received = alert_internal_error},
    [LAB_CONDUCT_FLOOD] = {.received = flood},
};

const struct lab_conduct_ops *lab_conduct_ops(enum lab_conduct conduct)
{
    switch (conduct) {
    case LAB_CONDUCT_NO_LISTENER:
        return NULL;
    case LAB_CONDUCT_TLS:
    case LAB_CONDUCT_TLS_PROMISE_ONLY:
    case LAB_CONDUCT_TLS_GARBLED:
    case LAB_CONDUCT_TLS_CUT:
        return &lab_tls_ops;
    case LAB_CONDUCT_TLS_DRIP:
        return &lab_tls_drip_ops;
    default:
        return &conducts[conduct];
    }
}
