/* A mutator for libFuzzer that changes DER one element at a time and mends the lengths around it.
 * Bytes changed blindly break a length almost always, and the parser gives up at once. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"

/* libFuzzer's, by its names: its own mutations of plain bytes, and what it calls in their place. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

enum {
    ELEMENTS_MAX = 512,
    HEADER_MAX = 6, /* an identifier octet and a length of at most four octets */
    CONSTRUCTED = 0x20,
    OCTET_STRING = 0x04,
    NO_PARENT = -1,
};

struct element {
    size_t at, header, length; /* where it starts, and how long its header and its content are */
    int parent;
};

struct tree {
    const uint8_t *data;
    size_t count;
    struct element elements[ELEMENTS_MAX];
};

/* Reads the header at `at` of an element that ends at `end` at the latest. */
static bool read_header(const uint8_t *data, size_t at, size_t end, struct element *ret_element)
{
    if (end - at < 2 || (data[at] & 0x1f) == 0x1f)
        return false;
    size_t header = 2;
    size_t length = data[at + 1];
    if (length > 0x84 || length == 0x80)
        return false;
    if (length > 0x80) {
        const size_t octets = length - 0x80;
        if (end - at - 2 < octets)
            return false;
        length = 0;
        for (size_t i = 0; i < octets; i++)
            length = length << 8 | data[at + 2 + i];
        header += octets;
    }
    *ret_element = (struct element){.at = at, .header = header, .length = length};
    return length <= end - at - header;
}

/* Whether elements fill the bytes from `at` to `end`. */
static bool is_filled(const uint8_t *data, size_t at, size_t end)
{
    struct element element;
    while (at < end) {
        if (!read_header(data, at, end, &element))
            return false;
        at += element.header + element.length;
    }
    return true;
}

/* Lists the elements from the outside in, those within octet strings included (extensions, the
 * response in a response): each is walked into once it stands in the list. */
static void read_tree(struct tree *tree, const uint8_t *data, size_t size)
{
    struct element next;
    tree->data = data;
    tree->count = 0;
    if (read_header(data, 0, size, &next)) {
        next.parent = NO_PARENT;
        tree->elements[tree->count++] = next;
    }
    for (size_t i = 0; i < tree->count; i++) {
        const struct element outer = tree->elements[i];
        size_t at = outer.at + outer.header;
        const size_t end = at + outer.length;
        const bool is_outer = (data[outer.at] & CONSTRUCTED) || data[outer.at] == OCTET_STRING;
        if (!is_outer || !is_filled(data, at, end))
            continue;
        while (at < end && tree->count < ELEMENTS_MAX && read_header(data, at, end, &next)) {
            next.parent = (int)i;
            tree->elements[tree->count++] = next;
            at += next.header + next.length;
        }
    }
}

/* Bytes under construction, with room for `room` of them; `length` beyond it says that more was
 * wanted. */
struct bytes {
    uint8_t *data;
    size_t room, length;
};

static void put(struct bytes *bytes, const uint8_t *data, size_t length)
{
    if (bytes->length <= bytes->room && length <= bytes->room - bytes->length) {
        if (length > 0)
            memcpy(bytes->data + bytes->length, data, length);
        bytes->length += length;
    } else {
        bytes->length = bytes->room + 1;
    }
}

static void put_header(struct bytes *bytes, uint8_t identifier, size_t length)
{
    uint8_t header[HEADER_MAX] = {identifier};
    size_t used = 1;
    size_t octets = 0;
    for (size_t rest = length; length > 0x7f && rest > 0; rest >>= 8)
        octets++;
    if (octets > 0)
        header[used++] = (uint8_t)(0x80 + octets);
    else
        header[used++] = (uint8_t)length;
    for (; octets > 0; octets--)
        header[used++] = (uint8_t)(length >> (8 * (octets - 1)));
    put(bytes, header, used);
}

/* Puts `made` where the element stood, and the outer elements around it with lengths that fit.
 * Gives the size of the whole, or 0 when it does not fit. */
static size_t splice(const struct tree *tree, size_t size, const struct element *element,
                     struct bytes *made, struct bytes *scratch)
{
    struct bytes *inner = made;
    struct bytes *outer = scratch;
    size_t from = element->at;
    size_t to = element->at + element->header + element->length;
    for (int i = element->parent; i != NO_PARENT; i = tree->elements[i].parent) {
        const struct element *around = &tree->elements[i];
        const size_t content = around->at + around->header;
        const size_t before = from - content;
        const size_t after = content + around->length - to;
        outer->length = 0;
        put_header(outer, tree->data[around->at], before + inner->length + after);
        put(outer, tree->data + content, before);
        put(outer, inner->data, inner->length);
        put(outer, tree->data + to, after);
        from = around->at;
        to = content + around->length;
        struct bytes *swapped = inner;
        inner = outer;
        outer = swapped;
        if (inner->length > inner->room)
            return 0;
    }
    put(inner, tree->data + to, size - to); /* what stood behind the outermost */
    if (inner->length > inner->room)
        return 0;
    if (inner != made)
        memcpy(made->data, inner->data, inner->length);
    return made->length = inner->length;
}

static unsigned next_random(unsigned *random)
{
    *random = *random * 1664525U + 1013904223U;
    return *random >> 8;
}

static void put_element(struct bytes *bytes, const struct tree *tree, const struct element *element)
{
    put(bytes, tree->data + element->at, element->header + element->length);
}

/* Content changed by libFuzzer's own mutations. */
static void put_mutated(struct bytes *bytes, const struct tree *tree, const struct element *element)
{
    enum { GROWTH = 64 };
    uint8_t *content = malloc(element->length + GROWTH);
    if (!content)
        return;
    if (element->length > 0)
        memcpy(content, tree->data + element->at + element->header, element->length);
    const size_t length = LLVMFuzzerMutate(content, element->length, element->length + GROWTH);
    put_header(bytes, tree->data[element->at], length);
    put(bytes, content, length);
    free(content);
}

/* Elements that parsers stumble over. */
static void put_odd(struct bytes *bytes, unsigned choice)
{
    static const struct {
        uint8_t data[18];
        size_t size;
    } odd[] = {
        {{0x02, 0x00}, 2},
        {{0x02, 0x01, 0x05}, 3},
        {{0x02, 0x02, 0x00, 0x05}, 4},
        {{0x02, 0x09, 0x80, 0, 0, 0, 0, 0, 0, 0, 0}, 11},
        {{0x01, 0x01, 0xff}, 3},
        {{0x05, 0x00}, 2},
        {{0x06, 0x00}, 2},
        {{0x06, 0x01, 0x80}, 3},
        {{0x0a, 0x01, 0x03}, 3},
        {{0x30, 0x00}, 2},
        {{0x31, 0x00}, 2},
        {{0x30, 0x80, 0x00, 0x00}, 4},
        {{0x03, 0x01, 0x00}, 3},
        {{0x03, 0x02, 0x07, 0x80}, 4},
        {{0x18, 0x0f, '9', '9', '9', '9', '1', '2', '3', '1', '2', '3', '5', '9', '5', '9', 'Z'},
         17},
        {{0x18, 0x0f, '0', '0', '0', '0', '0', '1', '0', '1', '0', '0', '0', '0', '0', '0', 'Z'},
         17},
        {{0x17, 0x0d, '5', '0', '0', '1', '0', '1', '0', '0', '0', '0', '0', '0', 'Z'}, 15},
        {{0x0c, 0x03, 0xed, 0xa0, 0x80}, 5},
        {{0x1e, 0x02, 0xd8, 0x00}, 4},
        {{0x1c, 0x04, 0x00, 0x11, 0x00, 0x00}, 6},
    };
    choice %= MST_COUNT_OF(odd);
    put(bytes, odd[choice].data, odd[choice].size);
}

static void change(struct bytes *bytes, const struct tree *tree, const struct element *element,
                   unsigned *random)
{
    enum { MUTATE, DELETE = 4, DOUBLE, TAG, BEFORE, INSTEAD, ODD_BEFORE, ODD_INSTEAD, WAYS };
    const struct element *other = &tree->elements[next_random(random) % tree->count];
    switch (next_random(random) % WAYS) {
    case DELETE:
        break;
    case DOUBLE:
        put_element(bytes, tree, element);
        put_element(bytes, tree, element);
        break;
    case TAG:
        put_header(bytes, (uint8_t)next_random(random), element->length);
        put(bytes, tree->data + element->at + element->header, element->length);
        break;
    case BEFORE:
        put_element(bytes, tree, other);
        put_element(bytes, tree, element);
        break;
    case INSTEAD:
        put_element(bytes, tree, other);
        break;
    case ODD_BEFORE:
        put_odd(bytes, next_random(random));
        put_element(bytes, tree, element);
        break;
    case ODD_INSTEAD:
        put_odd(bytes, next_random(random));
        break;
    default:
        put_mutated(bytes, tree, element);
        break;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    enum { BLIND_ONE_IN = 8 };
    static struct tree tree;
    unsigned random = seed;
    read_tree(&tree, data, size);
    if (tree.count == 0 || next_random(&random) % BLIND_ONE_IN == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    struct bytes made = {.data = malloc(max_size), .room = max_size};
    struct bytes scratch = {.data = malloc(max_size), .room = max_size};
    size_t length = 0;
    if (made.data && scratch.data) {
        const struct element *element = &tree.elements[next_random(&random) % tree.count];
        change(&made, &tree, element, &random);
        if (made.length <= made.room)
            length = splice(&tree, size, element, &made, &scratch);
    }
    if (length > 0)
        memcpy(data, made.data, length);
    free(scratch.data);
    free(made.data);
    return length > 0 ? length : LLVMFuzzerMutate(data, size, max_size);
}
