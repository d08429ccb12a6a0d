/* One line of a stored run: read, judged and written, it is a line that reads, judges and writes
 * the same. */
#include <string.h>

#include "base/text.h"
#include "fuzz/fuzz.h"
#include "fuzz/hold.h"
#include "fuzz/hold_record.h"
#include "output/stored_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char reason[MST_STORED_REASON_SIZE] = "";
    struct mst_stored_record record;
    const bool is_read = mst_stored_record_read((const char *)data, size, &record, reason);
    hold_no_errors();
    FUZZ_REQUIRE(memchr(reason, '\0', sizeof reason));
    FUZZ_REQUIRE(mst_text_is_utf8(reason, strlen(reason)));
    FUZZ_REQUIRE(is_read || reason[0] != '\0');
    if (!is_read)
        return 0;
    hold_record(&record.evidence);
    mst_stored_record_release(&record);
    return 0;
}
