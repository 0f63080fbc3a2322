/*
 * Routing keys (AMQP 0-9-1, 3.1.3.3): words separated by dots, at most 255
 * bytes.  A word that came from outside is cleaned, so that it can neither
 * add words nor act as a wildcard: '.', '*', '#', blanks and control bytes
 * become '_'; an empty word becomes "-".
 */
#ifndef RECORD_ROUTING_KEY_H
#define RECORD_ROUTING_KEY_H

#include "record/template.h"

#define ROUTING_KEY_MAX 255

/* A template_clean for one word of a key. */
void routing_key_clean(struct buffer *out, struct str word);

/*
 * Make the key of `r` at the end of `out`, which grows by at most 255 bytes;
 * what is longer is cut at a UTF-8 boundary.
 */
void routing_key_make(
    const struct template *t, const struct record *r, struct buffer *out);

#endif
