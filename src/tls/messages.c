#include "tls/messages.h"

enum {
    RANDOM_LENGTH = 32,
    STATUS_REQUEST = 5,      /* extension, RFC 6066 8 */
    SUPPORTED_VERSIONS = 43, /* extension, RFC 8446 4.2.1 */
    TLS_1_3 = 0x0304,
    STATUS_TYPE_OCSP = 1,
};

/* Takes one extension; false at the end, and where the rest is no extension. */
static bool next_extension(struct mst_reader *extensions, size_t *ret_type,
                           struct mst_reader *ret_data)
{
    return mst_reader_number(extensions, 2, ret_type) && mst_reader_vector(extensions, 2, ret_data);
}

bool mst_server_hello_read(struct mst_reader body, struct mst_server_hello *ret_hello)
{
    size_t number = 0;
    struct mst_reader part;
    struct mst_server_hello hello = {0};
    if (!mst_reader_number(&body, 2, &number) || !mst_reader_take(&body, RANDOM_LENGTH, &part) ||
        !mst_reader_vector(&body, 1, &part) || !mst_reader_number(&body, 2, &number) ||
        !mst_reader_number(&body, 1, &number))
        return false;
    struct mst_reader extensions = {0};
    if (body.left > 0 && !mst_reader_vector(&body, 2, &extensions))
        return false;
    size_t type = 0;
    struct mst_reader data;
    while (next_extension(&extensions, &type, &data)) {
        if (type == STATUS_REQUEST)
            hello.acknowledges_status = true;
        if (type == SUPPORTED_VERSIONS && mst_reader_number(&data, 2, &number))
            hello.tls13 = number == TLS_1_3;
    }
    *ret_hello = hello;
    return extensions.left == 0;
}

void mst_staple_frame_read(struct mst_reader body, struct mst_staple_frame *ret_status)
{
    struct mst_reader rest = body;
    struct mst_reader response;
    size_t type = 0;
    const bool whole = mst_reader_number(&rest, 1, &type) && type == STATUS_TYPE_OCSP &&
                       mst_reader_vector(&rest, 3, &response) && rest.left == 0;
    if (!whole)
        response = body;
    *ret_status = (struct mst_staple_frame){
        .delivery = response.left > 0 ? MST_DELIVERY_SENT : MST_DELIVERY_EMPTY,
        .broken = !whole,
        .response = response,
    };
}

void mst_certificate_list_begin(struct mst_certificate_list *list, bool tls13,
                                struct mst_reader body)
{
    *list = (struct mst_certificate_list){.tls13 = tls13};
    struct mst_reader request_context;
    size_t length = 0;
    if (tls13 && !mst_reader_vector(&body, 1, &request_context))
        return;
    if (!mst_reader_number(&body, 3, &length))
        return;
    (void)mst_reader_take(&body, length < body.left ? length : body.left, &list->entries);
}

bool mst_certificate_list_next(struct mst_certificate_list *list,
                               struct mst_certificate_entry *ret_entry)
{
    struct mst_certificate_entry entry = {0};
    struct mst_reader extensions = {0};
    if (!mst_reader_vector(&list->entries, 3, &entry.der) ||
        (list->tls13 && !mst_reader_vector(&list->entries, 2, &extensions))) {
        list->entries = (struct mst_reader){0};
        return false;
    }
    size_t type = 0;
    struct mst_reader data;
    while (!entry.has_status && next_extension(&extensions, &type, &data)) {
        if (type != STATUS_REQUEST)
            continue;
        entry.has_status = true;
        mst_staple_frame_read(data, &entry.status);
    }
    *ret_entry = entry;
    return true;
}
