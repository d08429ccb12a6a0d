/* What the lab's names give: lab.test from the table of scenes, load.test by rule. */
#ifndef MST_LAB_DNS_ZONE_H
#define MST_LAB_DNS_ZONE_H

#include "dns_message.h"

/* Answers one question. */
void lab_dns_zone_answer(const struct lab_dns_question *question, bool over_tcp,
                         struct lab_dns_reply *reply);

#endif
