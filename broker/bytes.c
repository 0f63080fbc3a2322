#include "broker/bytes.h"

/* For whoever is compiled without inlining. */
extern inline amqp_bytes_t bytes_of(struct str s);
extern inline struct str bytes_view(amqp_bytes_t b);
