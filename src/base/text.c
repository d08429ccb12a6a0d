#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void mst_texts_add(struct mst_texts *texts, const char *text)
{
    texts->items = mst_realloc(texts->items, texts->count + 1, sizeof *texts->items);
    texts->items[texts->count++] = mst_strdup(text);
}

void mst_texts_release(struct mst_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        free(texts->items[i]);
    free(texts->items);
    *texts = (struct mst_texts){0};
}

/* How a lead byte begins: the sequence's length and the range of its second byte (RFC 3629 4). */
struct lead {
    uint8_t first, last, length, second_low, second_high;
};

static const struct lead leads[] = {
    {0x01, 0x7f, 1, 0x00, 0x00}, {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf},
    {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
    {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

/* The length of the valid sequence at the start, or 0. */
static size_t sequence_length(const uint8_t *bytes, size_t length)
{
    const struct lead *lead = NULL;
    for (size_t i = 0; i < MST_COUNT_OF(leads) && !lead; i++)
        if (bytes[0] >= leads[i].first && bytes[0] <= leads[i].last)
            lead = &leads[i];
    if (!lead || lead->length > length)
        return 0;
    if (lead->length > 1 && (bytes[1] < lead->second_low || bytes[1] > lead->second_high))
        return 0;
    for (size_t i = 2; i < lead->length; i++)
        if (bytes[i] < 0x80 || bytes[i] > 0xbf)
            return 0;
    return lead->length;
}

bool mst_text_is_utf8(const void *bytes, size_t length)
{
    const uint8_t *at = bytes;
    while (length > 0) {
        const size_t step = sequence_length(at, length);
        if (step == 0)
            return false;
        at += step;
        length -= step;
    }
    return true;
}

/* DEL and the C1 controls (U+0080 to U+009F), which terminals may obey and JSON does not escape. */
static bool is_bare_control(const uint8_t *bytes, size_t step)
{
    return (step == 1 && bytes[0] == 0x7f) || (step == 2 && bytes[0] == 0xc2 && bytes[1] < 0xa0);
}

char *mst_text_sanitize(const void *bytes, size_t length, size_t limit)
{
    static const char replacement[] = "\xef\xbf\xbd";
    static const char cut[] = "...";
    const uint8_t *at = bytes;
    const size_t longest = length < limit / 3 ? length * 3 : limit;
    char *text = mst_alloc(longest + sizeof cut, 1);
    size_t used = 0;
    while (length > 0) {
        const size_t step = sequence_length(at, length);
        const bool keeps = step > 0 && !is_bare_control(at, step);
        const void *piece = keeps ? (const void *)at : (const void *)replacement;
        const size_t piece_length = keeps ? step : sizeof replacement - 1;
        if (piece_length > limit - used) {
            memcpy(text + used, cut, sizeof cut);
            return text;
        }
        memcpy(text + used, piece, piece_length);
        used += piece_length;
        at += step ? step : 1;
        length -= step ? step : 1;
    }
    text[used] = '\0';
    return text;
}

void mst_hex(const uint8_t *bytes, size_t length, char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 0xf];
    }
    text[2 * length] = '\0';
}
