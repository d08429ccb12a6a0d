#include "tls/records.h"

#include <string.h>

#include "tls/messages.h"

/* RFC 8446 5.1 */
enum {
    CHANGE_CIPHER_SPEC = 20,
    HANDSHAKE = 22,
    APPLICATION_DATA = 23,
    VERSION_MAJOR = 3,
};

enum { SERVER_HELLO_MAX = 66 * 1024 };

void mst_records_init(struct mst_records *records)
{
    *records = (struct mst_records){.type = MST_MESSAGE_NONE};
    mst_buf_init(&records->body, MST_CERTIFICATE_MESSAGE_MAX);
}

void mst_records_release(struct mst_records *records)
{
    mst_buf_release(&records->body);
}

void mst_records_end(struct mst_records *records)
{
    records->ended = true;
    records->record_left = 0;
}

/* How long a message of this type may be to be kept. */
static size_t kept_max(int type)
{
    switch (type) {
    case MST_MESSAGE_SERVER_HELLO:
        return SERVER_HELLO_MAX;
    case MST_MESSAGE_CERTIFICATE:
        return MST_CERTIFICATE_MESSAGE_MAX;
    case MST_MESSAGE_CERTIFICATE_STATUS:
        return MST_STATUS_MESSAGE_MAX;
    default:
        return 0;
    }
}

/* Moves bytes of `input` into a header of `size`; true once it is whole. */
static bool fill_header(struct mst_reader *input, uint8_t *header, size_t size, size_t *length)
{
    const size_t wanted = size - *length;
    struct mst_reader part = {0};
    (void)mst_reader_take(input, wanted < input->left ? wanted : input->left, &part);
    if (part.left > 0)
        memcpy(header + *length, part.data, part.left);
    *length += part.left;
    return *length == size;
}

static bool is_record_header(const uint8_t *header, size_t length)
{
    return (length < 1 || (header[0] >= CHANGE_CIPHER_SPEC && header[0] <= APPLICATION_DATA)) &&
           (length < 2 || header[1] == VERSION_MAJOR);
}

static void read_record_header(struct mst_records *records, struct mst_reader *input)
{
    uint8_t *header = records->record_header;
    const bool whole =
        fill_header(input, header, MST_RECORD_HEADER_SIZE, &records->record_header_length);
    if (!is_record_header(header, records->record_header_length)) {
        records->foreign = !records->begun;
        mst_records_end(records);
        return;
    }
    if (!whole)
        return;
    records->begun = true;
    records->record_header_length = 0;
    records->record_left = (size_t)header[3] << 8 | header[4];
    if (header[0] == CHANGE_CIPHER_SPEC || header[0] == APPLICATION_DATA)
        mst_records_end(records);
}

static void begin_message(struct mst_records *records)
{
    const uint8_t *header = records->message_header;
    records->type = header[0];
    records->length = (size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3];
    records->message_left = records->length;
    records->kept = records->length <= kept_max(records->type);
    records->body.length = 0;
}

/* Reads on in the current message; true when it is whole. */
static bool read_message(struct mst_records *records, struct mst_reader *part)
{
    if (records->type == MST_MESSAGE_NONE) {
        if (!fill_header(part, records->message_header, MST_MESSAGE_HEADER_SIZE,
                         &records->message_header_length))
            return false;
        begin_message(records);
    }
    struct mst_reader bytes = {0};
    const size_t wanted = records->message_left;
    (void)mst_reader_take(part, wanted < part->left ? wanted : part->left, &bytes);
    records->message_left -= bytes.left;
    if (records->kept && !mst_buf_append(&records->body, bytes.data, bytes.left))
        records->kept = false;
    return records->message_left == 0;
}

/* Reads on in the current record; true when a message is whole. */
static bool read_record(struct mst_records *records, struct mst_reader *input)
{
    struct mst_reader part = {0};
    const size_t wanted = records->record_left;
    const size_t given = wanted < input->left ? wanted : input->left;
    struct mst_reader ahead = *input;
    (void)mst_reader_take(&ahead, given, &part);
    if (records->record_header[0] == HANDSHAKE)
        records->complete = read_message(records, &part);
    else
        part.left = 0;
    struct mst_reader used = {0};
    (void)mst_reader_take(input, given - part.left, &used);
    records->record_left -= used.left;
    return records->complete;
}

bool mst_records_next(struct mst_records *records, struct mst_reader *input)
{
    if (records->complete) {
        records->complete = false;
        records->type = MST_MESSAGE_NONE;
        records->message_header_length = 0;
    }
    while (!records->ended && input->left > 0) {
        if (records->record_left == 0)
            read_record_header(records, input);
        else if (read_record(records, input))
            return true;
    }
    return false;
}
