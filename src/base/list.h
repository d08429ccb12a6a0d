/* Intrusive doubly linked lists: the links live inside the items, nothing is allocated. */
#ifndef MST_BASE_LIST_H
#define MST_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

struct mst_list {
    struct mst_list *next, *previous;
};

/* The item of type `type` whose member `member` is the link at `link`. */
#define MST_LIST_ITEM(link, type, member) MST_CONTAINER_OF(link, type, member)

static inline void mst_list_init(struct mst_list *head)
{
    head->next = head->previous = head;
}

static inline bool mst_list_is_empty(const struct mst_list *head)
{
    return head->next == head;
}

static inline void mst_list_append(struct mst_list *head, struct mst_list *link)
{
    link->previous = head->previous;
    link->next = head;
    head->previous->next = link;
    head->previous = link;
}

/* Takes `link` out of its list; a link that is in none (just initialised) stays as it is. */
static inline void mst_list_remove(struct mst_list *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
    mst_list_init(link);
}

/* Takes the first link out, or NULL. */
static inline struct mst_list *mst_list_take_first(struct mst_list *head)
{
    struct mst_list *link = head->next;
    if (link == head)
        return NULL;
    head->next = link->next;
    head->next->previous = head;
    mst_list_init(link);
    return link;
}

#endif
