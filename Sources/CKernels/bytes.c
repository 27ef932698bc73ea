// Sums over columns of a data set, minibatch draws, and a checksum: portable code, fast enough as it is.
#include "internal.h"

#include <string.h>

void ck_byte_columns(const uint8_t *rows, int64_t count, int64_t dimension, uint64_t *sums, uint64_t *squares) {
    for (int64_t d = 0; d < dimension; d++) sums[d] = squares[d] = 0;
    for (int64_t n = 0; n < count; n++, rows += dimension)
        for (int64_t d = 0; d < dimension; d++) {
            sums[d] += rows[d];
            squares[d] += (uint64_t)rows[d] * rows[d];
        }
}

void ck_float_columns(
    const float *rows, int64_t count, int64_t dimension, const double *mean, int power, double *sums
) {
    for (int64_t d = 0; d < dimension; d++) sums[d] = 0;
    for (int64_t n = 0; n < count; n++, rows += dimension)
        for (int64_t d = 0; d < dimension; d++) {
            const double x = (double)rows[d] - mean[d];
            sums[d] += power == 2 ? x * x : x;
        }
}

uint64_t ck_checksum(const void *bytes, int64_t count, uint64_t seed) {
    const uint8_t *at = bytes;
    uint64_t hash = seed ^ (uint64_t)count * 0x9E3779B97F4A7C15u;
    while (count > 0) {
        uint64_t word = 0;
        const int64_t n = count < 8 ? count : 8;
        memcpy(&word, at, (size_t)n);
        // Each step can be undone, so two inputs that differ in one word never agree.
        hash = (hash ^ word) * 0xD6E8FEB86659FD93u;
        hash ^= hash >> 32;
        at += n, count -= n;
    }
    return hash;
}

void ck_draw(uint64_t key, uint32_t stream, uint64_t first, int64_t count, uint32_t bound, uint32_t *out) {
    uint32_t words[4] = {0, 0, 0, 0};
    for (int64_t i = 0; i < count; i++) {
        const uint64_t at = first + (uint64_t)i, block = at / 2;
        if (i == 0 || at % 2 == 0)
            ck_philox_block(
                (uint32_t)block, (uint32_t)(block >> 32), 0, stream, (uint32_t)key, (uint32_t)(key >> 32), words);
        const int half = (int)(at % 2) * 2;
        const uint64_t high = (uint64_t)words[half + 1] * bound, low = (uint64_t)words[half] * bound;
        out[i] = (uint32_t)((high + (low >> 32)) >> 32);
    }
}
