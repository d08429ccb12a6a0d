#include "output/json.h"
#include "output/record_parts.h"

json_t *mst_record_failure(const struct mst_failure *failure)
{
    if (failure->stage == MST_STAGE_NONE)
        return json_null();
    json_t *object = json_object();
    bool ok = mst_json_put_word(object, "stage", mst_stage_word(failure->stage));
    ok &= mst_json_put_word(object, "code", mst_failure_code_word(failure->code));
    ok &= mst_json_put_filled(object, "alert", failure->alert);
    ok &= mst_json_put_filled(object, "detail", failure->detail);
    return mst_json_checked(object, ok);
}
