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

void ck_moments(const void *row, ck_element element, int64_t dimension, double *mean, double *variance) {
    const uint8_t *bytes = row;
    const float *floats = row;
    const double n = (double)dimension;
    if (element == CK_BYTE) {
        uint64_t sum = 0, squares = 0;
        for (int64_t d = 0; d < dimension; d++) sum += bytes[d], squares += (uint32_t)bytes[d] * bytes[d];
        *mean = (double)sum / n;
        *variance = (double)squares / n - *mean * *mean;
        return;
    }
    double sum = 0, squares = 0;
    for (int64_t d = 0; d < dimension; d++) sum += (double)floats[d];
    *mean = sum / n;
    for (int64_t d = 0; d < dimension; d++) {
        const double x = (double)floats[d] - *mean;
        squares += x * x;
    }
    *variance = squares / n;
}

void ck_color(ck_image s, const float *pixels, float *out) {
    enum { GRID = 4 };
    const int64_t tall = s.height / GRID, wide = s.width / GRID;
    const double n = (double)(tall * wide);
    for (int64_t cell = 0; cell < GRID * GRID; cell++)
        for (int64_t c = 0; c < s.channels; c++) {
            const float *from = pixels + (cell / GRID * tall * s.width + cell % GRID * wide) * s.channels + c;
            double sum = 0, squares = 0;
            for (int64_t y = 0; y < tall; y++)
                for (int64_t x = 0; x < wide; x++) {
                    const double value = (double)from[(y * s.width + x) * s.channels];
                    sum += value, squares += value * value;
                }
            const double mean = sum / n, variance = squares / n - mean * mean;
            *out++ = (float)mean;
            *out++ = variance > 0 ? (float)__builtin_sqrt(variance) : 0;
        }
}

void ck_view(ck_image s, int64_t size, const void *image, int64_t down, int64_t right, int mirrored, void *out) {
    const uint8_t *from = image;
    uint8_t *to = out;
    const int64_t pixel = s.channels * size, row = s.width * pixel;
    for (int64_t y = 0; y < s.height; y++) {
        const int64_t wanted = y + down, at = wanted < 0 ? 0 : wanted < s.height ? wanted : s.height - 1;
        for (int64_t x = 0; x < s.width; x++) {
            int64_t column = x + right;
            column = column < 0 ? 0 : column < s.width ? column : s.width - 1;
            column = mirrored ? s.width - 1 - column : column;
            memcpy(to + y * row + x * pixel, from + at * row + column * pixel, (size_t)pixel);
        }
    }
}

void ck_quantize(int64_t count, const float *values, const float *inverse_steps, uint8_t *out) {
    for (int64_t i = 0; i < count; i++) {
        const float value = values[i] * inverse_steps[i] + 128;
        // Adding 1.5·2²³ rounds to the nearest whole number, ties to even.
        const float cut = value > 0 ? value < 255 ? value : 255 : 0;
        out[i] = (uint8_t)(int32_t)((cut + 12582912.0f) - 12582912.0f);
    }
}
