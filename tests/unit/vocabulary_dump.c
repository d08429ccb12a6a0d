/* Prints every vocabulary as JSON, {"noun": [{"name": ..., "text": ...}, ...], ...}: what the
 * documentation and the schemas are compared with. A member that is null in records has a null
 * name. */
#include <jansson.h>
#include <stdio.h>

#include "model/vocabulary.h"

static json_t *words(const struct mst_vocabulary *vocabulary)
{
    json_t *array = json_array();
    for (size_t i = 0; i < vocabulary->count; i++)
        (void)json_array_append_new(array,
                                    json_pack("{s:s?,s:s}", "name", vocabulary->words[i].name,
                                              "text", vocabulary->words[i].text));
    return array;
}

int main(void)
{
    json_t *all = json_object();
    for (const struct mst_vocabulary *vocabulary = mst_vocabularies; vocabulary->noun; vocabulary++)
        (void)json_object_set_new(all, vocabulary->noun, words(vocabulary));
    const int result = json_dumpf(all, stdout, JSON_INDENT(1));
    json_decref(all);
    return result != 0 || puts("") < 0;
}
