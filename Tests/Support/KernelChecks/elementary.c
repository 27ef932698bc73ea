// Elementary functions and random numbers in plain loops.
#include <math.h>
#include <string.h>

#include "internal.h"

float kc_exp(float x) {
    if (x < -87) return 0;
    // n = x / ln 2, rounded to nearest by an addition; e^x = 2ⁿ·e^r with r = x − n·ln 2.
    const float shifted = fmaf(x, 1.44269504f, 12582912.0f), n = shifted - 12582912.0f;
    const float r = fmaf(n, -1.42860677e-6f, fmaf(n, -0.693145752f, x));
    static const float inverse_factorials[] = {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1, 1};
    float p = 1.0f / 5040;
    for (int i = 0; i < 7; i++) p = fmaf(p, r, inverse_factorials[i]);
    return p == p ? ldexpf(p, (int)n) : p;
}

double kc_log(double x) {
    int e;
    double m = 2 * frexp(x, &e);
    e -= 1;
    if (m > 1.4142135623730951) m *= 0.5, e += 1;
    const double s = (m - 1) / (m + 1);
    double p = 1.0 / 23;
    for (int k = 21; k >= 3; k -= 2) p = fma(p, s * s, 1.0 / k);
    return fma(e, 0x1.62e42fefa3800p-1, fma(e, 0x1.ef35793c76730p-45, fma(2 * s * (s * s), p, 2 * s)));
}

void kc_twin_normals(uint64_t key, uint32_t stream, int64_t count, double scale, float *out) {
    const uint32_t words_of_key[2] = {(uint32_t)key, (uint32_t)(key >> 32)};
    for (int64_t i = 0; i < count; i++) {
        const uint64_t pair = (uint64_t)i / 2;
        double x[2], s = 1;
        for (uint32_t attempt = 0; s >= 1 || s < 0x1p-1000; attempt++) {
            const uint32_t counter[4] = {(uint32_t)pair, (uint32_t)(pair >> 32), attempt, stream};
            uint32_t words[4];
            uint64_t halves[2];
            ck_philox(counter, words_of_key, words);
            memcpy(halves, words, sizeof words);
            for (int k = 0; k < 2; k++) x[k] = (double)(halves[k] >> 11) * 0x1p-52 - 1;
            s = fma(x[0], x[0], x[1] * x[1]);
        }
        out[i] = (float)(scale * (x[i % 2] * sqrt(-2 * kc_log(s) / s)));
    }
}

void kc_twin_draw(uint64_t key, uint32_t stream, uint64_t first, int64_t count, uint32_t bound, uint32_t *out) {
    const uint32_t words_of_key[2] = {(uint32_t)key, (uint32_t)(key >> 32)};
    for (int64_t i = 0; i < count; i++) {
        const uint64_t at = first + (uint64_t)i;
        const uint32_t counter[4] = {(uint32_t)(at / 2), (uint32_t)(at / 2 >> 32), 0, stream};
        uint32_t words[4];
        uint64_t halves[2];
        ck_philox(counter, words_of_key, words);
        memcpy(halves, words, sizeof words);
        out[i] = (uint32_t)((unsigned __int128)halves[at % 2] * bound >> 64);
    }
}
