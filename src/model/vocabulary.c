#include "model/vocabulary.h"

#include <string.h>

#define WORD(id, name_, text_) {.name = (name_), .text = (text_)},

#define DEFINE_VOCABULARY(noun, NOUN, LIST)                                                        \
    static const struct mst_word noun##_words[] = {LIST(WORD)};                                    \
    const struct mst_word *mst_##noun##_word(enum mst_##noun member)                               \
    {                                                                                              \
        return &noun##_words[member];                                                              \
    }

MST_VOCABULARIES(DEFINE_VOCABULARY)

_Static_assert(MST_REASON_COUNT <= 64, "reasons fit an mst_word_set");
_Static_assert(MST_WARNING_COUNT <= 64, "warnings fit an mst_word_set");

#define VOCABULARY(noun_, NOUN, LIST)                                                              \
    {.noun = #noun_, .words = noun_##_words, .count = MST_##NOUN##_COUNT},

const struct mst_vocabulary mst_vocabularies[] = {MST_VOCABULARIES(VOCABULARY){.noun = NULL}};

bool mst_vocabulary_find(const char *noun, const char *name, size_t *ret_member)
{
    for (const struct mst_vocabulary *list = mst_vocabularies; list->noun; list++) {
        if (strcmp(list->noun, noun) != 0)
            continue;
        for (size_t i = 0; i < list->count; i++) {
            if (list->words[i].name && strcmp(list->words[i].name, name) == 0) {
                *ret_member = i;
                return true;
            }
        }
    }
    return false;
}
