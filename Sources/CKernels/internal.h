// What the compilations of kernels_body.h and the dispatcher share.
#ifndef CK_INTERNAL_H
#define CK_INTERNAL_H

#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

struct ck_isa {
    const char *name;
    /// Floats in a vector, the floats that the hidden units are padded to a multiple of, and vectors in the widest panel.
    int64_t vector_width, unit, panel_vectors;
    ck_result (*step)(ck_shape, ck_net, ck_batch, ck_update, ck_regularizers, void *);
    ck_result (*evaluate)(ck_shape, const float *, const float *, ck_batch, uint16_t *, float *, uint8_t *, void *);
    void (*squares)(ck_shape, const float *, float *);
    void (*difference_squares)(ck_shape, const float *, const float *, float *);
    int64_t (*workspace_bytes)(ck_shape, int64_t);
    void (*normals)(uint64_t, uint32_t, int64_t, double, float *);
    double (*peak)(int64_t, float *);
    int64_t (*rounded_bytes)(ck_shape);
    void (*round)(ck_shape, const float *, const float *, const float *, float *);
    double (*peak_bf16)(int64_t, float *);
    void (*average)(int64_t, float, const float *, float *);
    void (*centre)(const void *, ck_element, int64_t, float, float, const float *, float *, int64_t);
    void (*gram)(int64_t, int64_t, const float *, int64_t, int64_t, int64_t, double *, float *);
    void (*project)(int64_t, int64_t, const float *, int64_t, int64_t, const float *, float *, int64_t);
    void (*products)(int64_t, int64_t, const double *, int64_t, const double *, double *);
    void (*subtract)(int64_t, double, const double *, double *);
    void (*subtract_pairs)(
        int64_t, int64_t, int64_t, int64_t, const double *, const double *, int64_t, double *, int64_t);
    void (*hog)(ck_image, const float *, float *, float *);
};

/// The columns of W1 are cut into panels of nearly equal numbers of vectors; the last vector of all may be half of one.
typedef struct {
    int64_t first_column, width;
} ck_panel;

static inline int64_t ck_vectors(int64_t columns, int64_t vector_width) {
    return (columns + vector_width - 1) / vector_width;
}

static inline int64_t ck_panel_count(int64_t columns, int64_t vector_width, int64_t panel_vectors) {
    return (ck_vectors(columns, vector_width) + panel_vectors - 1) / panel_vectors;
}

static inline ck_panel ck_panel_at(
    int64_t p, int64_t columns, int64_t vector_width, int64_t unit, int64_t panel_vectors
) {
    const int64_t vectors = ck_vectors(columns, vector_width);
    const int64_t panels = ck_panel_count(columns, vector_width, panel_vectors);
    const int64_t base = vectors / panels, extra = vectors % panels;
    const int64_t padded = ck_vectors(columns, unit) * unit;
    ck_panel panel = {(p * base + (p < extra ? p : extra)) * vector_width, (base + (p < extra ? 1 : 0)) * vector_width};
    if (panel.first_column + panel.width > padded) panel.width = padded - panel.first_column;
    return panel;
}

static inline ck_layout ck_layout_of(ck_shape s, int64_t vector_width, int64_t unit) {
    ck_layout l;
    l.hidden_padded = ck_vectors(s.hidden, unit) * unit;
    l.classes_padded = ck_vectors(s.classes, vector_width) * vector_width;
    l.w1 = 0;
    l.b1 = s.dimension * l.hidden_padded;
    l.w2 = l.b1 + l.hidden_padded;
    l.b2 = l.w2 + s.hidden * l.classes_padded;
    l.count = l.b2 + l.classes_padded;
    return l;
}

/// Pixels of a row in the scratch of `ck_hog`: whole vectors of every instruction set.
static inline int64_t ck_hog_stride(ck_image image) { return (image.width + 15) / 16 * 16; }

static inline void ck_philox_block(
    uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3, uint32_t k0, uint32_t k1, uint32_t out[4]
) {
    for (int round = 0; round < 10; round++) {
        const uint64_t p0 = (uint64_t)c0 * 0xD2511F53u, p1 = (uint64_t)c2 * 0xCD9E8D57u;
        const uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c0 = n0, c1 = (uint32_t)p1, c2 = n2, c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
    }
    out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

/// Stream numbers in the fourth word of the counter; RandomStream.swift has the others.
enum { CK_STREAM_DROPOUT = 3, CK_STREAM_INPUT_DROPOUT = 6 };

#endif
