#include "http_responder.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>
#include <strings.h>

#include "base/attributes.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "ocsp_answer.h"
#include "require.h"

enum { HEAD_MAX = 16 * 1024, BODY_MAX = 64 * 1024 };

static const struct {
    const char *segment;
    enum lab_mood mood;
} moods[] = {
    {"revoked", LAB_MOOD_REVOKED},
    {"unknown", LAB_MOOD_UNKNOWN},
    {"expired", LAB_MOOD_EXPIRED},
    {"try-later", LAB_MOOD_TRY_LATER},
    {"internal-error", LAB_MOOD_INTERNAL_ERROR},
    {"unauthorized", LAB_MOOD_UNAUTHORIZED},
    {"garbage", LAB_MOOD_GARBAGE},
    {"http-500", LAB_MOOD_HTTP_500},
    {"silent", LAB_MOOD_SILENT},
};

/* One HTTP request, as far as this responder cares; borrowed from the bytes received. */
struct request {
    bool post, get, close;
    const char *path;
    size_t path_length;
    const uint8_t *body;
    size_t body_length;
    size_t size; /* all of it */
};

enum reading { READING_MORE, READING_BAD, READING_DONE };

/* The value of a header, or NULL. `head` ends with an empty line. */
static const char *header(const char *head, const char *name)
{
    for (const char *line = strstr(head, "\r\n"); line; line = strstr(line, "\r\n")) {
        line += 2;
        size_t length = strlen(name);
        if (strncasecmp(line, name, length) == 0 && line[length] == ':')
            return line + length + 1 + strspn(line + length + 1, " \t");
    }
    return NULL;
}

/* Reads the head, which is text with a NUL at its end. */
static bool read_head(const char *head, struct request *request)
{
    request->post = strncmp(head, "POST ", 5) == 0;
    request->get = strncmp(head, "GET ", 4) == 0;
    if (!request->post && !request->get)
        return false;
    request->path = head + (request->post ? 5 : 4);
    request->path_length = strcspn(request->path, " \r\n");
    const char *length = header(head, "Content-Length");
    if (length) {
        char *end = NULL;
        unsigned long value = strtoul(length, &end, 10);
        if (end == length || value > BODY_MAX)
            return false;
        request->body_length = value;
    }
    const char *connection = header(head, "Connection");
    request->close = (connection && strncasecmp(connection, "close", 5) == 0) ||
                     strncmp(request->path + request->path_length, " HTTP/1.0", 9) == 0;
    return true;
}

static enum reading read_request(struct mst_buf *received, struct request *ret_request)
{
    struct request request = {0};
    uint8_t *end =
        received->length ? memmem(received->data, received->length, "\r\n\r\n", 4) : NULL;
    if (!end)
        return received->length > HEAD_MAX ? READING_BAD : READING_MORE;
    if (memchr(received->data, 0, (size_t)(end - received->data)))
        return READING_BAD;
    end[2] = '\0'; /* nobody reads the empty line again, but for the next call */
    bool good = read_head((const char *)received->data, &request);
    end[2] = '\r';
    if (!good)
        return READING_BAD;
    request.body = end + 4;
    request.size = (size_t)(end + 4 - received->data) + request.body_length;
    if (received->length < request.size)
        return READING_MORE;
    *ret_request = request;
    return READING_DONE;
}

static enum lab_mood take_mood(struct request *request)
{
    for (size_t i = 0; i < MST_COUNT_OF(moods); i++) {
        size_t length = strlen(moods[i].segment);
        if (request->path_length > length && request->path[0] == '/' &&
            strncmp(request->path + 1, moods[i].segment, length) == 0 &&
            (request->path_length == length + 1 || request->path[length + 1] == '/')) {
            request->path += length + 1;
            request->path_length -= length + 1;
            return moods[i].mood;
        }
    }
    return LAB_MOOD_TRUTHFUL;
}

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* The request in a GET path: base64, percent-encoded. To be freed; NULL when it is not that. */
static uint8_t *decode_path(const char *path, size_t length, size_t *ret_length)
{
    MST_AUTO_FREE char *text = mst_alloc(length + 4, 1);
    size_t written = 0;
    for (size_t i = path[0] == '/' ? 1 : 0; i < length; i++) {
        text[written++] = path[i];
        if (path[i] == '%' && i + 2 < length && hex_digit(path[i + 1]) >= 0 &&
            hex_digit(path[i + 2]) >= 0) {
            text[written - 1] = (char)(hex_digit(path[i + 1]) << 4 | hex_digit(path[i + 2]));
            i += 2;
        }
    }
    while (written % 4)
        text[written++] = '=';
    uint8_t *bytes = mst_alloc(written + 1, 1);
    int decoded = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)written);
    ERR_clear_error();
    if (decoded <= 0) {
        free(bytes);
        return NULL;
    }
    *ret_length = (size_t)decoded;
    return bytes;
}

static void send_response(struct lab_connection *connection, const char *status, const char *type,
                          const uint8_t *body, size_t length)
{
    MST_AUTO_FREE char *head = mst_format("HTTP/1.1 %s\r\nContent-Type: %s\r\n"
                                          "Content-Length: %zu\r\n\r\n",
                                          status, type, length);
    lab_connection_send(connection, head, strlen(head));
    lab_connection_send(connection, body, length);
}

static void respond(struct lab_connection *connection, struct request *request)
{
    const struct lab_http_responder *responder = connection->listener->context;
    enum lab_mood mood = take_mood(request);
    if (mood == LAB_MOOD_SILENT)
        return;
    if (mood == LAB_MOOD_HTTP_500) {
        send_response(connection, "500 Internal Server Error", "text/plain", NULL, 0);
        return;
    }
    MST_AUTO_FREE uint8_t *decoded = NULL;
    if (request->get) {
        request->body_length = 0;
        decoded = decode_path(request->path, request->path_length, &request->body_length);
        request->body = decoded;
    }
    size_t size = 0;
    uint8_t *answer = lab_ocsp_answer(responder, mood, request->body, request->body_length, &size);
    ERR_clear_error();
    send_response(connection, "200 OK", "application/ocsp-response", answer, size);
    OPENSSL_free(answer);
}

static void accepted(struct lab_connection *connection)
{
    struct mst_buf *received = mst_alloc(1, sizeof *received);
    mst_buf_init(received, HEAD_MAX + BODY_MAX);
    connection->state = received;
}

static void received(struct lab_connection *connection, const uint8_t *bytes, size_t length)
{
    struct mst_buf *buffer = connection->state;
    bool fits = mst_buf_append(buffer, bytes, length);
    struct request request;
    enum reading reading = fits ? read_request(buffer, &request) : READING_BAD;
    while (reading == READING_DONE && !connection->ending) {
        size_t size = request.size;
        respond(connection, &request);
        if (request.close)
            lab_connection_finish(connection);
        mst_buf_consume(buffer, size);
        reading = read_request(buffer, &request);
    }
    if (reading == READING_BAD) {
        send_response(connection, "400 Bad Request", "text/plain", NULL, 0);
        lab_connection_finish(connection);
    }
}

static void released(struct lab_connection *connection)
{
    if (connection->state)
        mst_buf_release(connection->state);
    free(connection->state);
}

static const struct lab_conduct_ops responder_ops = {
    .accepted = accepted, .received = received, .released = released};

void lab_http_responder_init(struct lab_http_responder *responder, struct lab_server *server,
                             uint16_t port, struct lab_pki *pki, uint16_t *ret_port)
{
    *responder = (struct lab_http_responder){.pki = pki};
    lab_require_uv(lab_server_listen(server, "127.0.0.1", port, &responder_ops, responder),
                   "the OCSP responder");
    const struct lab_listener *listener =
        MST_LIST_ITEM(server->listeners.previous, struct lab_listener, link);
    struct sockaddr_in bound = {0};
    int size = sizeof bound;
    lab_require_uv(uv_tcp_getsockname(&listener->tcp, (struct sockaddr *)&bound, &size),
                   "the HTTP port");
    *ret_port = ntohs(bound.sin_port);
}

void lab_http_responder_revoke(struct lab_http_responder *responder, const X509 *certificate)
{
    lab_require(responder->revoked.count < MST_COUNT_OF(responder->revoked.serials) &&
                    ASN1_INTEGER_get_uint64(&responder->revoked.serials[responder->revoked.count++],
                                            X509_get0_serialNumber(certificate)),
                "revoking a certificate");
}
