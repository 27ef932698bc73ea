// The kernels that prepare images: against plain loops, and as one checksum of all that they make.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/// Sizes around all tiles' and panels' edges; `D` is padded to `LD` floats a row.
enum { R = 237, D = 331, LD = 416, K = 103, SIDE = 20, CHANNELS = 3, PAIRS = 5 };

typedef struct {
    float *x, *w, *packed, *projected, *scratch, *hog_scratch, *hog, *centred, *color;
    double *sums, *a, *v, *y, *pairs;
    uint8_t *bytes, *quantized;
} room;

static uint32_t word(uint32_t *state) { return *state = *state * 1664525u + 1013904223u; }
/// In −1…1.
static double number(uint32_t *state) { return (double)word(state) / 2147483648.0 - 1; }

static void *zeroes(int64_t count, int64_t size) {
    const int64_t bytes = (count * size + 256 + 63) / 64 * 64;
    void *memory = aligned_alloc(64, (size_t)bytes);
    return memory ? memset(memory, 0, (size_t)bytes) : NULL;
}

static const ck_image image = {SIDE, SIDE, CHANNELS};

static bool make(room *m, const ck_isa *isa) {
    const ck_layout l = ck_parameter_layout(isa, (ck_shape){D, K, 1});
    const int64_t pixels = SIDE * SIDE * CHANNELS;
    m->x = zeroes(R * LD, 4), m->w = zeroes(D * K + 2 * K + 1, 4), m->packed = zeroes(l.count, 4);
    m->projected = zeroes(R * l.hidden_padded, 4), m->scratch = zeroes(CK_GRAM_SCRATCH, 4);
    m->hog_scratch = zeroes(ck_hog_scratch(image), 4), m->hog = zeroes(ck_hog_count(image), 4);
    m->centred = zeroes(pixels + 64, 4), m->color = zeroes(32 * CHANNELS, 4);
    m->sums = zeroes(D * D, 8), m->a = zeroes(D * D, 8), m->v = zeroes(D, 8), m->y = zeroes(D, 8);
    m->pairs = zeroes(2 * PAIRS * D, 8), m->bytes = zeroes(pixels, 1), m->quantized = zeroes(D, 1);
    if (!(m->x && m->w && m->packed && m->projected && m->scratch && m->hog_scratch && m->hog && m->centred && m->color
          && m->sums && m->a && m->v && m->y && m->pairs && m->bytes && m->quantized))
        return false;
    uint32_t state = 6;
    for (int64_t r = 0; r < R; r++)
        for (int64_t d = 0; d < D; d++) m->x[r * LD + d] = (float)number(&state);
    for (int64_t i = 0; i < D * K; i++) m->w[i] = (float)number(&state);
    for (int64_t i = 0; i < D * D; i++) m->a[i] = number(&state);
    for (int64_t i = 0; i < D; i++) m->v[i] = number(&state), m->y[i] = number(&state);
    for (int64_t i = 0; i < 2 * PAIRS * D; i++) m->pairs[i] = number(&state);
    for (int64_t i = 0; i < pixels; i++) m->bytes[i] = (uint8_t)(word(&state) >> 24);
    ck_pack(isa, (ck_shape){D, K, 1}, m->w, m->packed);
    return true;
}

static void give_back(room *m) {
    void *all[] = {m->x, m->w, m->packed, m->projected, m->scratch, m->hog_scratch, m->hog, m->centred,
                   m->color, m->sums, m->a, m->v, m->y, m->pairs, m->bytes, m->quantized};
    for (unsigned long i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

/// Runs every kernel once.
static void run(room *m, const ck_isa *isa) {
    const int64_t ldo = ck_parameter_layout(isa, (ck_shape){D, K, 1}).hidden_padded;
    // In pieces, as the work is shared out: the last one is narrow.
    for (int64_t first = 0; first < D; first += 150)
        ck_gram(isa, R, D, m->x, LD, first, D - first < 150 ? D - first : 150, m->sums, m->scratch);
    ck_project(isa, R, D, m->x, LD, K, m->packed, m->projected, ldo);
    ck_quantize(K, m->projected, m->x, m->quantized);
    ck_subtract_pairs(isa, 3, D - 3, D - 7, PAIRS, m->pairs, m->pairs + PAIRS * D, D, m->a + 3 * D, D);
    ck_products(isa, D, D - 2, m->a, D, m->v, m->y);
    ck_subtract(isa, D - 1, 0.37, m->v, m->y);
    double mean, variance;
    ck_moments(m->bytes, CK_BYTE, SIDE * SIDE * CHANNELS, &mean, &variance);
    ck_centre(
        isa, m->bytes, CK_BYTE, SIDE * SIDE * CHANNELS, (float)mean, (float)(1 / sqrt(variance + 10)), m->x, m->centred,
        SIDE * SIDE * CHANNELS + 9);
    ck_hog(isa, image, m->centred, m->hog_scratch, m->hog);
    ck_color(image, m->centred, m->color);
}

bool kc_features_digest(const ck_isa *isa, uint64_t *digest) {
    room m = {0};
    const bool isMade = make(&m, isa);
    if (isMade) {
        run(&m, isa);
        const int64_t ldo = ck_parameter_layout(isa, (ck_shape){D, K, 1}).hidden_padded;
        uint64_t sum = 0;
        for (int64_t d = 0; d < D; d++) sum = ck_checksum(m.sums + d * D, (d + 1) * 8, sum);
        for (int64_t r = 0; r < R; r++) sum = ck_checksum(m.projected + r * ldo, K * 4, sum);
        sum = ck_checksum(m.quantized, K, sum);
        sum = ck_checksum(m.a, D * D * 8, sum);
        sum = ck_checksum(m.y, D * 8, sum);
        sum = ck_checksum(m.centred, (SIDE * SIDE * CHANNELS + 9) * 4, sum);
        sum = ck_checksum(m.hog, ck_hog_count(image) * 4, sum);
        *digest = ck_checksum(m.color, 32 * CHANNELS * 4, sum);
    }
    give_back(&m);
    return isMade;
}

// MARK: Plain loops

static double sum_of_lanes(const double *a, const double *v, int64_t count) {
    double part[16] = {0};
    for (int64_t c = 0; c < count; c++) part[c % 16] += a[c] * v[c];
    for (int half = 8; half > 0; half /= 2)
        for (int k = 0; k < half; k++) part[k] += part[k + half];
    return part[0];
}

static const char *first_difference(room *m, room *n, const ck_isa *isa) {
    const int64_t ldo = ck_parameter_layout(isa, (ck_shape){D, K, 1}).hidden_padded, pixels = SIDE * SIDE * CHANNELS;
    for (int64_t d = 0; d < D; d++)
        for (int64_t j = 0; j <= d; j++) {
            float sum = 0;
            for (int64_t r = 0; r < R; r++) sum = fmaf(m->x[r * LD + d], m->x[r * LD + j], sum);
            if (m->sums[d * D + j] != (double)sum) return "a sum of products";
        }
    for (int64_t r = 0; r < R; r++)
        for (int64_t c = 0; c < K; c++) {
            float sum = 0;
            for (int64_t d = 0; d < D; d++) sum = fmaf(m->x[r * LD + d], m->w[d * K + c], sum);
            if (m->projected[r * ldo + c] != sum) return "a projection";
        }
    for (int64_t c = 0; c < K; c++) {
        const float value = m->projected[c] * m->x[c] + 128;
        if (m->quantized[c] != (uint8_t)nearbyintf(value < 0 ? 0 : value > 255 ? 255 : value)) return "a byte";
    }
    const double *v = n->pairs, *w = v + PAIRS * D;
    for (int64_t r = 3; r < D; r++)
        for (int64_t c = 0; c < D - 7; c++) {
            double value = n->a[r * D + c];
            for (int64_t j = 0; j < PAIRS; j++) value -= v[j * D + r] * w[j * D + c] + w[j * D + r] * v[j * D + c];
            if (m->a[r * D + c] != value) return "a matrix less pairs";
        }
    if (memcmp(m->a, n->a, 3 * D * 8) != 0) return "rows that no pair is taken from";
    for (int64_t r = 0; r < D; r++) {
        double value = sum_of_lanes(m->a + r * D, n->v, D - 2);
        if (r < D - 1) value -= 0.37 * n->v[r];
        if (m->y[r] != value) return "a product with a vector";
    }
    double mean, variance;
    ck_moments(n->bytes, CK_BYTE, pixels, &mean, &variance);
    for (int64_t d = 0; d < pixels + 9; d++) {
        const float scale = (float)(1 / sqrt(variance + 10));
        const float value = d < pixels ? ((float)n->bytes[d] - (float)mean) * scale - n->x[d] : 0;
        if (m->centred[d] != value) return "a centred row";
    }
    return NULL;
}

bool kc_compare_features(const ck_isa *isa, char message[KC_MESSAGE_SIZE]) {
    room done = {0}, start = {0};
    const char *difference = "no memory";
    if (make(&done, isa) && make(&start, isa)) {
        run(&done, isa);
        difference = first_difference(&done, &start, isa);
    }
    if (difference) snprintf(message, KC_MESSAGE_SIZE, "%s differs from plain loops", difference);
    give_back(&done), give_back(&start);
    return !difference;
}

uint64_t kc_features_committed(void) { return 0xE5CBB5F55CEF68ABu; }
