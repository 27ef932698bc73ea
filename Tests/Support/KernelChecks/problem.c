// Inputs of a case, and a net that the kernels train.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static int64_t padded_dimension(const kc_case *c) { return (c->shape.dimension + 63) / 64 * 64; }

/// Random bytes, or floats around 3.
static bool make_rows(kc_problem *p, const ck_isa *isa) {
    // 64 bytes past the last row may be read: bytes that would be noticed.
    const int64_t values = p->samples * p->c.shape.dimension, size = p->c.element == CK_BYTE ? 1 : 4;
    p->rows = malloc((size_t)(values * size + 64));
    if (!p->rows) return false;
    memset(p->rows, 0xFF, (size_t)(values * size + 64));
    if (p->c.element == CK_FLOAT) {
        float *rows = p->rows;
        ck_normals(isa, KC_KEY, KC_STREAM_ROWS, values, 1, rows);
        // Without a mean to subtract, they stay around zero.
        for (int64_t i = 0; i < values && p->c.scaling != KC_RAW; i++) rows[i] += 3;
        return true;
    }
    uint32_t *draws = malloc((size_t)values * sizeof *draws);
    if (!draws) return false;
    ck_draw(KC_KEY, KC_STREAM_ROWS, 0, values, 256, draws);
    for (int64_t i = 0; i < values; i++) ((uint8_t *)p->rows)[i] = (uint8_t)draws[i];
    free(draws);
    return true;
}

/// Means and scales of the columns, by the kernels that sum them.
static bool make_scaling(kc_problem *p) {
    const int64_t d = p->c.shape.dimension, padded = padded_dimension(&p->c);
    p->mean = calloc((size_t)padded, sizeof(float)), p->scale = calloc((size_t)padded, sizeof(float));
    double *sums = malloc((size_t)d * sizeof *sums), *means = calloc((size_t)d, sizeof *means);
    uint64_t *bytes = malloc((size_t)(2 * d) * sizeof *bytes);
    const bool isMade = p->mean && p->scale && sums && means && bytes;
    if (isMade) {
        const double n = (double)p->samples;
        if (p->c.element == CK_BYTE) ck_byte_columns(p->rows, p->samples, d, bytes, bytes + d);
        else ck_float_columns(p->rows, p->samples, d, means, 1, sums);
        for (int64_t i = 0; i < d; i++) means[i] = (p->c.element == CK_BYTE ? (double)bytes[i] : sums[i]) / n;
        if (p->c.element == CK_FLOAT) ck_float_columns(p->rows, p->samples, d, means, 2, sums);
        for (int64_t i = 0; i < d; i++) {
            const double variance =
                p->c.element == CK_BYTE ? (double)bytes[d + i] / n - means[i] * means[i] : sums[i] / n;
            p->mean[i] = p->c.scaling == KC_RAW ? 0 : (float)means[i];
            p->scale[i] = p->c.scaling == KC_STANDARDIZE ? (float)(1 / sqrt(variance)) : 1;
        }
    }
    free(sums), free(means), free(bytes);
    return isMade;
}

static bool make_parameters(kc_problem *p, const ck_isa *isa) {
    const int64_t d = p->c.shape.dimension, h = p->c.shape.hidden, c = p->c.shape.classes;
    p->parameter_count = d * h + h + h * c + c;
    p->parameters = malloc((size_t)p->parameter_count * sizeof(float));
    if (!p->parameters) return false;
    // Bytes that are not standardized are some sixty times as large.
    const double small = p->c.element == CK_BYTE && p->c.scaling != KC_STANDARDIZE ? 1.0 / 64 : 1;
    ck_normals(isa, KC_KEY, KC_STREAM_W1, d * h, small * sqrt(2 / (double)d), p->parameters);
    ck_normals(isa, KC_KEY, KC_STREAM_BIASES, h, 0.1, p->parameters + d * h);
    ck_normals(isa, KC_KEY, KC_STREAM_W2, h * c, (1 + p->c.spread) * sqrt(2 / (double)h), p->parameters + d * h + h);
    ck_normals(isa, KC_KEY + 1, KC_STREAM_BIASES, c, (1 + p->c.spread) * 0.1, p->parameters + d * h + h + h * c);
    if (p->c.tiny)
        for (int64_t i = 0; i < d * h + h + h * c; i++) p->parameters[i] *= 0x1p-117f;
    return true;
}

bool kc_problem_make(kc_problem *p, kc_case c, const ck_isa *isa) {
    *p = (kc_problem){.c = c, .samples = 2 * c.count + 11};
    if (!make_rows(p, isa) || !make_scaling(p) || !make_parameters(p, isa)) return false;
    p->labels = malloc((size_t)p->samples * sizeof *p->labels);
    p->index = malloc((size_t)(KC_STEPS * c.count) * sizeof *p->index);
    p->all = malloc((size_t)p->samples * sizeof *p->all);
    if (!p->labels || !p->index || !p->all) return false;
    ck_draw(KC_KEY, KC_STREAM_LABELS, 0, p->samples, (uint32_t)c.shape.classes, p->all);
    for (int64_t i = 0; i < p->samples; i++) p->labels[i] = (uint16_t)p->all[i];
    ck_draw(KC_KEY, KC_STREAM_BATCH, 0, KC_STEPS * c.count, (uint32_t)p->samples, p->index);
    for (int64_t i = 0; i < p->samples; i++) p->all[i] = (uint32_t)(p->samples - 1 - i);
    return true;
}

void kc_problem_free(kc_problem *p) {
    free(p->rows), free(p->labels), free(p->mean), free(p->scale);
    free(p->parameters), free(p->index), free(p->all);
}

ck_batch kc_minibatch(const kc_problem *p, int64_t step) {
    const uint32_t *index = p->index + step * p->c.count;
    const bool isAnnounced = step % 4 != 3 && step + 1 < KC_STEPS;
    return (ck_batch){
        .rows = p->rows, .element = p->c.element, .index = index, .next_index = isAnnounced ? index + p->c.count : NULL,
        .labels = p->labels, .count = p->c.count, .mean = p->mean,
        // Ones may be left out: once they are, once not.
        .scale = p->c.scaling == KC_MEAN ? NULL : p->scale,
    };
}

ck_batch kc_all_rows(const kc_problem *p) {
    ck_batch batch = kc_minibatch(p, KC_STEPS - 1);
    batch.index = p->all, batch.count = p->samples;
    return batch;
}

ck_update kc_update_of(const kc_case *c, int64_t step) {
    ck_update update = {.optimizer = c->optimizer, .rate = (float)c->rate, .reg = (float)c->reg, .momentum = 0.9f};
    update.clip_norm = (float)c->clip;
    if (c->optimizer != CK_ADAM) return update;
    double power1 = 1, power2 = 1;
    for (int64_t i = 0; i <= step; i++) power1 *= 0.9, power2 *= 0.999;
    const double root = sqrt(1 - power2);
    update.beta1 = 0.9f, update.beta2 = 0.999f;
    update.rate = (float)(c->rate * root / (1 - power1)), update.epsilon = (float)(1e-8 * root);
    return update;
}

ck_regularizers kc_regularizers_of(const kc_case *c, int64_t step) {
    return (ck_regularizers){
        .dropout_threshold = (uint32_t)(c->dropout * 4294967296.0), .dropout_scale = (float)(1 / (1 - c->dropout)),
        .dropout_key = KC_KEY, .iteration = (uint64_t)step, .label_smoothing = c->label_smoothing,
        .input_threshold = (uint32_t)(c->input_dropout * 65536), .input_scale = (float)(1 / (1 - c->input_dropout)),
    };
}

// MARK: A net in the kernels' layout

int kc_moment_count(ck_optimizer optimizer) {
    return optimizer == CK_SGD ? 0 : optimizer == CK_ADAM ? 2 : 1;
}

enum { MARK_SIZE = 64, MARK = 0xA5 };

bool kc_trainee_make(kc_trainee *t, const kc_problem *p, const ck_isa *isa) {
    *t = (kc_trainee){.isa = isa, .shape = p->c.shape};
    const ck_layout layout = ck_parameter_layout(isa, t->shape);
    for (int i = 0; i <= kc_moment_count(p->c.optimizer); i++)
        if (!(t->blocks[i] = calloc((size_t)layout.count, sizeof(float)))) return false;
    t->net.squares = calloc((size_t)(layout.hidden_padded + layout.classes_padded), sizeof(float));
    t->workspace_bytes = ck_workspace_bytes(isa, t->shape, p->samples);
    t->workspace = aligned_alloc(64, (size_t)(t->workspace_bytes + MARK_SIZE + 63) / 64 * 64);
    if (!t->net.squares || !t->workspace) return false;
    t->net.parameters = t->blocks[0];
    t->net.first = t->blocks[1] ? t->blocks[1] : t->blocks[0];
    t->net.second = t->blocks[2] ? t->blocks[2] : t->blocks[0];
    t->net.gradient = p->c.clip > 0 ? calloc((size_t)layout.count, sizeof(float)) : NULL;
    if (p->c.clip > 0 && !t->net.gradient) return false;
    ck_pack(isa, t->shape, p->parameters, t->net.parameters);
    ck_squares(isa, t->shape, t->net.parameters, t->net.squares);
    if (p->c.bf16) {
        const ck_batch batch = kc_minibatch(p, 0);
        t->rounded_bytes = ck_rounded_bytes(isa, t->shape);
        t->net.rounded = aligned_alloc(64, (size_t)(t->rounded_bytes + MARK_SIZE + 63) / 64 * 64);
        if (!t->net.rounded) return false;
        memset(t->net.rounded, 0xFF, (size_t)t->rounded_bytes);
        memset((uint8_t *)t->net.rounded + t->rounded_bytes, MARK, MARK_SIZE);
        ck_round(isa, t->shape, t->net.parameters, batch.mean, batch.scale, t->net.rounded);
    }
    memset((uint8_t *)t->workspace + t->workspace_bytes, MARK, MARK_SIZE);
    kc_trainee_wipe(t);
    return true;
}

void kc_trainee_free(kc_trainee *t) {
    for (int i = 0; i < 3; i++) free(t->blocks[i]);
    free(t->net.squares), free(t->workspace), free(t->net.rounded), free(t->net.gradient);
}

ck_result kc_trainee_step(kc_trainee *t, const kc_problem *p, int64_t step) {
    return ck_step(
        t->isa, t->shape, t->net, kc_minibatch(p, step), kc_update_of(&p->c, step), kc_regularizers_of(&p->c, step),
        t->workspace);
}

bool kc_trainee_wipe(kc_trainee *t) {
    memset(t->workspace, 0xFF, (size_t)t->workspace_bytes);
    for (int i = 0; i < MARK_SIZE; i++) {
        if (((uint8_t *)t->workspace)[t->workspace_bytes + i] != MARK) return false;
        if (t->net.rounded && ((uint8_t *)t->net.rounded)[t->rounded_bytes + i] != MARK) return false;
    }
    return true;
}

bool kc_trainee_is_rounded(const kc_trainee *t, const kc_problem *p) {
    if (!t->net.rounded) return true;
    const ck_batch batch = kc_minibatch(p, 0);
    float *fresh = malloc((size_t)t->rounded_bytes);
    if (!fresh) return false;
    // What neither of them writes is the same in both.
    memcpy(fresh, t->net.rounded, (size_t)t->rounded_bytes);
    ck_round(t->isa, t->shape, t->net.parameters, batch.mean, batch.scale, fresh);
    const bool isSame = memcmp(fresh, t->net.rounded, (size_t)t->rounded_bytes) == 0;
    free(fresh);
    return isSame;
}
