// Chooses the kernels at run time, and what needs no vectors.
#include "internal.h"

#include <stddef.h>
#include <string.h>

#if defined(__x86_64__)
extern const ck_isa ck_isa_avx512bf16, ck_isa_avx512, ck_isa_avx2;
#elif defined(__aarch64__)
extern const ck_isa ck_isa_neon;
#endif
extern const ck_isa ck_isa_baseline;

const ck_isa *ck_select(const char *name) {
    const ck_isa *found[4];
    int count = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma")) {
        if (__builtin_cpu_supports("avx512bf16")) found[count++] = &ck_isa_avx512bf16;
        found[count++] = &ck_isa_avx512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) found[count++] = &ck_isa_avx2;
#elif defined(__aarch64__)
    found[count++] = &ck_isa_neon;
#endif
    found[count++] = &ck_isa_baseline;
    if (name == NULL) return found[0];
    for (int i = 0; i < count; i++)
        if (strcmp(found[i]->name, name) == 0) return found[i];
    return NULL;
}

const char *ck_name(const ck_isa *isa) { return isa->name; }

ck_layout ck_parameter_layout(const ck_isa *isa, ck_shape shape) { return ck_layout_of(shape, isa->vector_width, isa->unit); }

void ck_pack(const ck_isa *isa, ck_shape s, const float *row_major, float *packed) {
    const ck_layout l = ck_layout_of(s, isa->vector_width, isa->unit);
    memset(packed, 0, (size_t)l.count * sizeof(float));
    const int64_t panels = ck_panel_count(s.hidden, isa->vector_width, isa->panel_vectors);
    for (int64_t p = 0; p < panels; p++) {
        const ck_panel panel = ck_panel_at(p, s.hidden, isa->vector_width, isa->unit, isa->panel_vectors);
        const int64_t left = s.hidden - panel.first_column, columns = left < panel.width ? left : panel.width;
        for (int64_t d = 0; d < s.dimension; d++)
            memcpy(
                packed + l.w1 + panel.first_column * s.dimension + d * panel.width,
                row_major + d * s.hidden + panel.first_column, (size_t)columns * sizeof(float));
    }
    const float *from = row_major + s.dimension * s.hidden;
    memcpy(packed + l.b1, from, (size_t)s.hidden * sizeof(float));
    from += s.hidden;
    for (int64_t h = 0; h < s.hidden; h++, from += s.classes)
        memcpy(packed + l.w2 + h * l.classes_padded, from, (size_t)s.classes * sizeof(float));
    memcpy(packed + l.b2, from, (size_t)s.classes * sizeof(float));
}

void ck_unpack(const ck_isa *isa, ck_shape s, const float *packed, float *row_major) {
    const ck_layout l = ck_layout_of(s, isa->vector_width, isa->unit);
    const int64_t panels = ck_panel_count(s.hidden, isa->vector_width, isa->panel_vectors);
    for (int64_t p = 0; p < panels; p++) {
        const ck_panel panel = ck_panel_at(p, s.hidden, isa->vector_width, isa->unit, isa->panel_vectors);
        const int64_t left = s.hidden - panel.first_column, columns = left < panel.width ? left : panel.width;
        for (int64_t d = 0; d < s.dimension; d++)
            memcpy(
                row_major + d * s.hidden + panel.first_column,
                packed + l.w1 + panel.first_column * s.dimension + d * panel.width, (size_t)columns * sizeof(float));
    }
    float *to = row_major + s.dimension * s.hidden;
    memcpy(to, packed + l.b1, (size_t)s.hidden * sizeof(float));
    to += s.hidden;
    for (int64_t h = 0; h < s.hidden; h++, to += s.classes)
        memcpy(to, packed + l.w2 + h * l.classes_padded, (size_t)s.classes * sizeof(float));
    memcpy(to, packed + l.b2, (size_t)s.classes * sizeof(float));
}

void ck_squares(const ck_isa *isa, ck_shape shape, const float *packed, float *squares) {
    isa->squares(shape, packed, squares);
}

void ck_difference_squares(const ck_isa *isa, ck_shape shape, const float *a, const float *b, float *squares) {
    isa->difference_squares(shape, a, b, squares);
}

int64_t ck_rounded_bytes(const ck_isa *isa, ck_shape shape) { return isa->rounded_bytes(shape); }

void ck_round(
    const ck_isa *isa, ck_shape shape, const float *parameters, const float *mean, const float *scale, float *rounded
) {
    isa->round(shape, parameters, mean, scale, rounded);
}

int64_t ck_workspace_bytes(const ck_isa *isa, ck_shape shape, int64_t count) {
    return isa->workspace_bytes(shape, count);
}

ck_result ck_step(
    const ck_isa *isa, ck_shape shape, ck_net net, ck_batch batch, ck_update update, ck_regularizers regularizers,
    void *workspace
) {
    return isa->step(shape, net, batch, update, regularizers, workspace);
}

ck_result ck_evaluate(
    const ck_isa *isa, ck_shape shape, const float *parameters, const float *rounded, ck_batch batch,
    uint16_t *predictions, float *logits, uint8_t *active, void *workspace
) {
    return isa->evaluate(shape, parameters, rounded, batch, predictions, logits, active, workspace);
}

void ck_average(const ck_isa *isa, int64_t count, float share, const float *parameters, float *average) {
    isa->average(count, share, parameters, average);
}

void ck_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    ck_philox_block(counter[0], counter[1], counter[2], counter[3], key[0], key[1], out);
}

void ck_normals(const ck_isa *isa, uint64_t key, uint32_t stream, int64_t count, double scale, float *out) {
    isa->normals(key, stream, count, scale, out);
}

double ck_peak(const ck_isa *isa, int64_t rounds, float *sink) { return isa->peak(rounds, sink); }

double ck_peak_bf16(const ck_isa *isa, int64_t rounds, float *sink) { return isa->peak_bf16(rounds, sink); }

void ck_centre(
    const ck_isa *isa, const void *row, ck_element element, int64_t dimension, float mean, float scale,
    const float *column_mean, float *out, int64_t padded
) {
    isa->centre(row, element, dimension, mean, scale, column_mean, out, padded);
}

void ck_gram(
    const ck_isa *isa, int64_t rows, int64_t dimension, const float *x, int64_t ldx, int64_t first, int64_t width,
    double *sums, float *scratch
) {
    isa->gram(rows, dimension, x, ldx, first, width, sums, scratch);
}

void ck_project(
    const ck_isa *isa, int64_t rows, int64_t dimension, const float *x, int64_t ldx, int64_t columns, const float *packed,
    float *out, int64_t ldo
) {
    isa->project(rows, dimension, x, ldx, columns, packed, out, ldo);
}

void ck_products(
    const ck_isa *isa, int64_t rows, int64_t columns, const double *a, int64_t lda, const double *v, double *y
) {
    isa->products(rows, columns, a, lda, v, y);
}

void ck_subtract(const ck_isa *isa, int64_t columns, double factor, const double *x, double *y) {
    isa->subtract(columns, factor, x, y);
}

void ck_subtract_pairs(
    const ck_isa *isa, int64_t first, int64_t rows, int64_t columns, int64_t pairs, const double *v, const double *w,
    int64_t ldv, double *a, int64_t lda
) {
    isa->subtract_pairs(first, rows, columns, pairs, v, w, ldv, a, lda);
}

int64_t ck_hog_count(ck_image image) { return image.width / 4 * (image.height / 4) * 31; }

int64_t ck_hog_scratch(ck_image image) {
    const int64_t across = image.width / 4, down = image.height / 4;
    const int64_t stride = ck_hog_stride(image);
    return (across + 2) * (down + 2) * 18 + across * down + 3 * stride * image.height
           + image.channels * image.height * (stride + 2);
}

void ck_hog(const ck_isa *isa, ck_image image, const float *pixels, float *scratch, float *out) {
    isa->hog(image, pixels, scratch, out);
}
