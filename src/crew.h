/* The workers of one audit, each with an examiner of its own, and what they share: the source, the
 * sinks, the order to stop, and how the resolver is doing. */
#ifndef MST_CREW_H
#define MST_CREW_H

#include <muststaple/audit.h>

#include "audit_config.h"
#include "model/exclusion.h"
#include "model/finding.h"
#include "model/sink.h"
#include "model/source.h"
#include "model/wake.h"

/* All borrowed for the crew's life. */
struct mst_crew_options {
    const struct mst_audit_config *config;
    const struct mst_audit_plan *plan;
    const struct mst_policy *policy;
    const struct mst_exclusion *exclusion;
    struct mst_source *source;
    struct mst_wake news; /* called, from any thread, when a worker ended or the resolver is gone */
};

struct mst_crew;

/* Makes every worker; none runs yet. */
enum mst_status mst_crew_new(const struct mst_crew_options *options, struct mst_crew **ret_crew,
                             struct mst_error *error);

/* Where findings go; before the start. `records` also decides the pace. */
void mst_crew_set_sinks(struct mst_crew *crew, struct mst_sink *records, struct mst_sink *tally);

/* Starts all workers; when one cannot be, those already running are told to end at once. */
enum mst_status mst_crew_start(struct mst_crew *crew, struct mst_error *error);

/* Starts nothing new; `at_once` also interrupts what is in flight. Call mst_crew_wake afterwards.
 */
void mst_crew_stop(struct mst_crew *crew, bool at_once);

/* Lets every worker look again. From the thread that made the crew. */
void mst_crew_wake(struct mst_crew *crew);

uint64_t mst_crew_in_flight(const struct mst_crew *crew);

/* Whether every worker has ended, by itself or because it was told to. */
bool mst_crew_has_ended(const struct mst_crew *crew);

/* Whether the resolver answered nobody: for many names in a row, or, once ended, for all. */
bool mst_crew_resolver_is_gone(const struct mst_crew *crew);

void mst_crew_join(struct mst_crew *crew);
void mst_crew_free(struct mst_crew *crew);

#endif
