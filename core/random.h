/* Randomness from the kernel. */
#ifndef CORE_RANDOM_H
#define CORE_RANDOM_H

#include <stdint.h>

#define RANDOM_ID_LEN 32

/* 32 random hex digits and a NUL: 128 bits, so no two are ever the same. */
void random_id(char id[RANDOM_ID_LEN + 1]);

/* Uniform in [0, bound); bound > 0. */
uint64_t random_below(uint64_t bound);

#endif
