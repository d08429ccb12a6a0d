#include "examine.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "judge/staple_state.h"
#include "judge/verdict.h"
#include "pki/certificate.h"
#include "pki/staple.h"
#include "pki/trust.h"

struct mst_examiner {
    struct mst_trust *trust;
    bool asks_trust;
    struct mst_policy policy;
};

static struct mst_examiner *new_examiner(struct mst_trust *trust, bool asks_trust,
                                         const struct mst_policy *policy)
{
    struct mst_examiner *examiner = mst_alloc(1, sizeof *examiner);
    *examiner = (struct mst_examiner){.trust = trust, .asks_trust = asks_trust, .policy = *policy};
    return examiner;
}

enum mst_status mst_examiner_new(const char *ca_file, const struct mst_policy *policy,
                                 struct mst_examiner **ret_examiner, struct mst_error *error)
{
    struct mst_trust *trust = NULL;
    const enum mst_status status = mst_trust_new(ca_file, &trust, error);
    if (status == MST_OK)
        *ret_examiner = new_examiner(trust, true, policy);
    return status;
}

enum mst_status mst_examiner_new_without_roots(const struct mst_policy *policy,
                                               struct mst_examiner **ret_examiner,
                                               struct mst_error *error)
{
    struct mst_trust *trust = NULL;
    const enum mst_status status = mst_trust_new_empty(&trust, error);
    if (status == MST_OK)
        *ret_examiner = new_examiner(trust, false, policy);
    return status;
}

void mst_examiner_free(struct mst_examiner *examiner)
{
    if (!examiner)
        return;
    mst_trust_free(examiner->trust);
    free(examiner);
}

/* The staple of one certificate of the chain, read and judged. */
static void examine_staple(struct mst_examiner *examiner, const struct mst_handshake *handshake,
                           size_t position, const struct mst_certificate_facts *subject,
                           const struct mst_staple *staple, int64_t now_s,
                           struct mst_staple_facts *ret_facts,
                           struct mst_staple_judgement *ret_judgement)
{
    struct mst_certificate *issuer =
        mst_trust_find_issuer(examiner->trust, handshake->chain, handshake->chain_length, position);
    mst_staple_read(staple, handshake->chain[position], issuer, now_s, ret_facts);
    mst_certificate_free(issuer);
    mst_judge_staple(ret_facts, subject, now_s, &examiner->policy, ret_judgement);
}

/* TLS 1.3 may carry a staple for each certificate (RFC 8446 4.4.2.1). Only those that came. */
static void examine_intermediates(struct mst_examiner *examiner,
                                  const struct mst_handshake *handshake,
                                  struct mst_connection_finding *finding)
{
    if (!handshake->intermediate_staples)
        return;
    finding->intermediate_staples =
        mst_alloc(handshake->chain_length, sizeof *finding->intermediate_staples);
    for (size_t position = 1; position < handshake->chain_length; position++) {
        const struct mst_staple *staple = &handshake->intermediate_staples[position - 1];
        if (staple->delivery != MST_DELIVERY_SENT)
            continue;
        struct mst_intermediate_staple *intermediate =
            &finding->intermediate_staples[finding->intermediate_staple_count++];
        struct mst_certificate_facts subject;
        intermediate->position = position;
        mst_certificate_read(handshake->chain[position], &subject);
        examine_staple(examiner, handshake, position, &subject, staple, finding->now_s,
                       &intermediate->facts, &intermediate->judgement);
        mst_certificate_facts_release(&subject);
    }
}

/* What nobody asked counts as well. */
static void examine_chain(struct mst_examiner *examiner, const struct mst_handshake *handshake,
                          const char *host, int64_t now_s, struct mst_chain_facts *ret_facts)
{
    mst_trust_begin(examiner->trust);
    mst_trust_verify(examiner->trust, handshake->chain, handshake->chain_length, host ? host : "",
                     now_s, ret_facts);
    /* The chain on record is the peer's, also where more came than was kept. */
    ret_facts->length = handshake->chain_sent;
    if (!host)
        ret_facts->host_matches = true;
    if (!examiner->asks_trust) {
        ret_facts->trusted = true;
        ret_facts->fault = ret_facts->issuer_fault = MST_CHAIN_FAULT_NONE;
        ret_facts->error[0] = '\0';
    }
    mst_trust_read_ca_features(examiner->trust, handshake->chain, handshake->chain_length,
                               ret_facts);
}

void mst_examine_connection(struct mst_examiner *examiner, const struct mst_connection *seen,
                            const char *host, int64_t now_s,
                            struct mst_connection_finding *ret_finding)
{
    struct mst_connection_finding *finding = ret_finding;
    *finding = (struct mst_connection_finding){.seen = seen, .now_s = now_s};
    const struct mst_handshake *handshake = &seen->handshake;
    mst_certificate_read(handshake->chain[0], &finding->certificate);
    examine_chain(examiner, handshake, host, now_s, &finding->chain);
    examine_staple(examiner, handshake, 0, &finding->certificate, &handshake->staple,
                   finding->now_s, &finding->staple, &finding->staple_judgement);
    examine_intermediates(examiner, handshake, finding);
    const struct mst_case given = {
        .certificate = &finding->certificate,
        .chain = &finding->chain,
        .staple = &finding->staple,
        .staple_judgement = &finding->staple_judgement,
        .intermediate_staples = finding->intermediate_staples,
        .intermediate_staple_count = finding->intermediate_staple_count,
        .handshake_failed = finding->seen->failure.stage != MST_STAGE_NONE,
        .now_s = finding->now_s,
        .policy = &examiner->policy,
    };
    mst_judge(&given, &finding->judgement);
    finding->examined = true;
}

struct mst_certificate *mst_examine_find_issuer(struct mst_examiner *examiner,
                                                const struct mst_handshake *handshake)
{
    return mst_trust_find_issuer(examiner->trust, handshake->chain, handshake->chain_length, 0);
}

static int64_t judging_time(const struct mst_policy *policy, const struct mst_evidence *evidence)
{
    enum { MS_PER_S = 1000 };
    if (policy->at_s != MST_TIME_NONE)
        return policy->at_s;
    return (evidence->started_ms + evidence->elapsed_ms) / MS_PER_S;
}

/* The name that was asked for; for a bare address, the address as everybody writes it. */
static const char *expected_host(const struct mst_target *target, char text[MST_ADDRESS_TEXT_SIZE])
{
    if (target->sni[0] != '\0')
        return target->sni;
    if (target->address.family == MST_FAMILY_NONE)
        return target->host;
    mst_address_format(&target->address, text);
    return text;
}

/* The worst of those examined speaks for the target: one bad machine of a pool is what strict
 * clients will meet. Among equals, the first. */
static const struct mst_connection_finding *worst(const struct mst_finding *finding)
{
    const struct mst_connection_finding *worst = NULL;
    for (size_t i = 0; i < finding->connection_count; i++) {
        const struct mst_connection_finding *candidate = &finding->connections[i];
        if (candidate->examined && (!worst || mst_verdict_severity(candidate->judgement.verdict) >
                                                  mst_verdict_severity(worst->judgement.verdict)))
            worst = candidate;
    }
    return worst;
}

/* The failure that got furthest (the stages are in the order of the work), the last of equals: a
 * host that was reached on one address is not unreachable for another's sake. */
static struct mst_failure furthest_failure(const struct mst_evidence *evidence)
{
    static const struct mst_failure nothing_seen = {.stage = MST_STAGE_INTERNAL,
                                                    .code = MST_FAILURE_CODE_INTERRUPTED};
    static const struct mst_failure no_certificate = {
        .stage = MST_STAGE_HANDSHAKE,
        .code = MST_FAILURE_CODE_PROTOCOL_ERROR,
        .detail = "the handshake ended without a certificate"};
    if (evidence->failure.stage != MST_STAGE_NONE)
        return evidence->failure;
    struct mst_failure furthest = {.stage = MST_STAGE_NONE};
    for (size_t i = 0; i < evidence->connection_count; i++)
        if (evidence->connections[i].failure.stage >= furthest.stage)
            furthest = evidence->connections[i].failure;
    if (furthest.stage != MST_STAGE_NONE)
        return furthest;
    return evidence->connection_count > 0 ? no_certificate : nothing_seen;
}

static enum mst_outcome outcome_of(const struct mst_failure *failure)
{
    static const enum mst_outcome by_stage[MST_STAGE_COUNT] = {
        [MST_STAGE_NONE] = MST_OUTCOME_INTERRUPTED,
        [MST_STAGE_INPUT] = MST_OUTCOME_INVALID,
        [MST_STAGE_DNS] = MST_OUTCOME_UNRESOLVED,
        [MST_STAGE_CONNECT] = MST_OUTCOME_UNREACHABLE,
        [MST_STAGE_STARTTLS] = MST_OUTCOME_NO_TLS,
        [MST_STAGE_HANDSHAKE] = MST_OUTCOME_NO_TLS,
        [MST_STAGE_INTERNAL] = MST_OUTCOME_INTERRUPTED,
    };
    if (failure->code == MST_FAILURE_CODE_PRIVATE_ADDRESS ||
        failure->code == MST_FAILURE_CODE_EXCLUDED)
        return MST_OUTCOME_EXCLUDED;
    return by_stage[failure->stage];
}

static void conclude(struct mst_finding *finding)
{
    const struct mst_evidence *evidence = finding->evidence;
    finding->rolled_up = worst(finding);
    if (finding->rolled_up) {
        finding->outcome = MST_OUTCOME_EXAMINED;
        finding->failure = finding->rolled_up->seen->failure;
        return;
    }
    finding->failure = evidence->target->invalid.stage != MST_STAGE_NONE
                           ? evidence->target->invalid
                           : furthest_failure(evidence);
    finding->outcome = outcome_of(&finding->failure);
}

void mst_examine(struct mst_examiner *examiner, const struct mst_evidence *evidence,
                 struct mst_finding *ret_finding)
{
    char address[MST_ADDRESS_TEXT_SIZE];
    const char *host = expected_host(evidence->target, address);
    const int64_t now_s = judging_time(&examiner->policy, evidence);
    *ret_finding =
        (struct mst_finding){.evidence = evidence, .connection_count = evidence->connection_count};
    for (size_t i = 0; i < evidence->connection_count; i++) {
        struct mst_connection_finding *connection = &ret_finding->connections[i];
        connection->seen = &evidence->connections[i];
        connection->now_s = now_s;
        if (mst_connection_is_examinable(connection->seen))
            mst_examine_connection(examiner, connection->seen, host, now_s, connection);
    }
    conclude(ret_finding);
}
