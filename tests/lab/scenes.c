/* The one table, read chapter after chapter. */
#include "scene.h"

#include <strings.h>

#include "base/attributes.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "require.h"

static const struct lab_chapter *const chapters[] = {
    &lab_chapter_good,  &lab_chapter_bad_staples, &lab_chapter_signers,
    &lab_chapter_stale, &lab_chapter_features,    &lab_chapter_certificates,
    &lab_chapter_hosts, &lab_chapter_failures,    &lab_chapter_lines,
};

size_t lab_scene_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < MST_COUNT_OF(chapters); i++)
        count += chapters[i]->count;
    return count;
}

const struct lab_scene *lab_scene_at(size_t index)
{
    for (size_t i = 0; i < MST_COUNT_OF(chapters); i++) {
        if (index < chapters[i]->count)
            return &chapters[i]->scenes[index];
        index -= chapters[i]->count;
    }
    return NULL;
}

bool lab_scene_find(const char *name, size_t length, size_t *ret_index)
{
    const struct lab_scene *scene;
    for (size_t i = 0; (scene = lab_scene_at(i)) != NULL; i++) {
        if (strlen(scene->name) == length && strncasecmp(scene->name, name, length) == 0) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

void lab_scene_address(size_t index, char text[LAB_ADDRESS_SIZE])
{
    const struct lab_scene *scene = lab_scene_at(index);
    if (scene && scene->on_ipv6)
        (void)snprintf(text, LAB_ADDRESS_SIZE, "::1");
    else
        (void)snprintf(text, LAB_ADDRESS_SIZE, "127.40.%zu.%zu", index / 250, 1 + index % 250);
}

void lab_scene_dead_address(size_t index, char text[LAB_ADDRESS_SIZE])
{
    (void)snprintf(text, LAB_ADDRESS_SIZE, "127.41.%zu.%zu", index / 250, 1 + index % 250);
}

char *lab_scene_host(const struct lab_scene *scene)
{
    return mst_format("%s.lab.test", scene->name);
}

/* What a letter after % stands for; NULL: nothing. */
static char *replacement(size_t index, char letter, unsigned port)
{
    char address[LAB_ADDRESS_SIZE];
    switch (letter) {
    case 'A':
        lab_scene_address(index, address);
        return mst_strdup(address);
    case 'H':
        return lab_scene_host(lab_scene_at(index));
    case 'P':
        return mst_format("%u", port);
    default:
        return NULL;
    }
}

char *lab_scene_expand(size_t index, const char *text, unsigned port)
{
    char *expanded = mst_strdup("");
    while (*text) {
        size_t plain = text[0] == '%' ? 0 : strcspn(text, "%");
        MST_AUTO_FREE char *piece =
            plain ? mst_strndup(text, plain) : replacement(index, text[1], port);
        lab_require(piece, text);
        text += plain ? plain : 2;
        char *longer = mst_format("%s%s", expanded, piece);
        free(expanded);
        expanded = longer;
    }
    return expanded;
}
