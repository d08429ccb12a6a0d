#include "model/target.h"

#include <stdlib.h>

void mst_target_free(struct mst_target *target)
{
    if (!target)
        return;
    free(target->input);
    free(target);
}
