// The net in plain loops: each output one chain of fused multiply-adds, in the order that docs/kernels.md gives.
// Nothing here is fast, and nothing is shared with the kernels but their random bits.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

bool kc_twin_make(kc_twin *t, const kc_problem *p) {
    const int64_t d = p->c.shape.dimension, h = p->c.shape.hidden, c = p->c.shape.classes, n = p->samples;
    *t = (kc_twin){.p = p};
    float **const tensors[] = {&t->parameters, &t->first,  &t->second, &t->gradient, &t->squares,  &t->x,
                               &t->a1,         &t->logits, &t->dz1,    &t->rounded,  &t->mean_sums};
    const int64_t whole = p->parameter_count;
    const int64_t sizes[] = {whole, whole, whole, whole, h + c, n * d, n * h, n * c, n * h, d * h, h};
    for (int i = 0; i < 11; i++)
        if (!(*tensors[i] = calloc((size_t)sizes[i], sizeof(float)))) return false;
    memcpy(t->parameters, p->parameters, (size_t)whole * sizeof(float));
    return true;
}

void kc_twin_free(kc_twin *t) {
    free(t->parameters), free(t->first), free(t->second), free(t->gradient), free(t->squares);
    free(t->x), free(t->a1), free(t->logits), free(t->dz1), free(t->rounded), free(t->mean_sums);
}

// MARK: bf16

/// The nearest bf16, of two the even one; zero for what is below the smallest normal number.
static float rounded(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    if (x != x) return x;
    if (fabsf(x) < 0x1p-126f) return copysignf(0, x);
    const uint32_t rest = bits & 0xFFFF;
    bits &= 0xFFFF0000;
    if (rest > 0x8000 || (rest == 0x8000 && (bits & 0x10000) != 0)) bits += 0x10000;
    memcpy(&x, &bits, sizeof bits);
    return x;
}

static float flush(float x) { return fabsf(x) < 0x1p-126f ? copysignf(0, x) : x; }

/// A chain over pairs: for each, the odd product first, then the even one. An odd count ends with a zero.
static float pairs(float sum, int64_t count, const float *a, int64_t a_stride, const float *b, int64_t b_stride) {
    for (int64_t k = 0; k < count; k += 2) {
        const int hasOdd = k + 1 < count;
        sum = flush(fmaf(hasOdd ? a[(k + 1) * a_stride] : 0, hasOdd ? b[(k + 1) * b_stride] : 0, flush(sum)));
        sum = flush(fmaf(a[k * a_stride], b[k * b_stride], sum));
    }
    return sum;
}

/// The weights as the first layer sees them, and what the means make of them.
static void round_weights(kc_twin *t) {
    const int64_t d = t->p->c.shape.dimension, h = t->p->c.shape.hidden;
    memset(t->mean_sums, 0, (size_t)h * sizeof(float));
    for (int64_t i = 0; i < d; i++)
        for (int64_t j = 0; j < h; j++) {
            t->rounded[i * h + j] = rounded(t->p->scale[i] * t->parameters[i * h + j]);
            t->mean_sums[j] = fmaf(t->p->mean[i], t->rounded[i * h + j], t->mean_sums[j]);
        }
}

// MARK: Forward

/// X = (value − mean)·scale; in bf16 the bytes as they are.
static void gather(kc_twin *t, const ck_batch *batch) {
    const int64_t d = t->p->c.shape.dimension;
    for (int64_t b = 0; b < batch->count; b++)
        for (int64_t i = 0; i < d; i++) {
            const int64_t at = (int64_t)batch->index[b] * d + i;
            const float value =
                batch->element == CK_BYTE ? ((const uint8_t *)batch->rows)[at] : ((const float *)batch->rows)[at];
            t->x[b * d + i] = t->p->c.bf16 ? value : (value - batch->mean[i]) * t->p->scale[i];
        }
}

/// Mask of unit h of row b.
static float mask(const kc_twin *t, const ck_regularizers *r, int64_t rows, int64_t b, int64_t h) {
    const int64_t blocks = (t->p->c.shape.hidden + 3) / 4;
    const uint64_t at = (r->iteration * (uint64_t)rows + (uint64_t)b) * (uint64_t)blocks + (uint64_t)h / 4;
    const uint32_t counter[4] = {(uint32_t)at, (uint32_t)(at >> 32), 0, 3};
    const uint32_t key[2] = {(uint32_t)r->dropout_key, (uint32_t)(r->dropout_key >> 32)};
    uint32_t words[4];
    ck_philox(counter, key, words);
    return words[h % 4] < r->dropout_threshold ? 0 : r->dropout_scale;
}

/// What input i of row b is multiplied by. 64 inputs have 8 blocks of random words: the first half of them the first two
/// words of each block, 4 inputs a block, 16 bits an input.
static float input_mask(const kc_twin *t, const ck_regularizers *r, int64_t rows, int64_t b, int64_t i) {
    const int64_t groups = (t->p->c.shape.dimension + 63) / 64, within = i % 64;
    const uint64_t group = (r->iteration * (uint64_t)rows + (uint64_t)b) * (uint64_t)groups + (uint64_t)(i / 64);
    const uint64_t at = group * 8 + (uint64_t)(within % 32 / 4);
    const uint32_t counter[4] = {(uint32_t)at, (uint32_t)(at >> 32), 0, 6};
    const uint32_t key[2] = {(uint32_t)r->dropout_key, (uint32_t)(r->dropout_key >> 32)};
    uint32_t words[4];
    ck_philox(counter, key, words);
    const uint32_t word = words[within / 32 * 2 + within % 4 / 2];
    return (i % 2 == 0 ? word & 0xFFFF : word >> 16) < r->input_threshold ? 0 : r->input_scale;
}

/// A1 and logits; `r` NULL: no dropout.
static void forward(kc_twin *t, const ck_batch *batch, const ck_regularizers *r) {
    const int64_t d = t->p->c.shape.dimension, h = t->p->c.shape.hidden, c = t->p->c.shape.classes;
    const float *w1 = t->parameters, *b1 = w1 + d * h, *w2 = b1 + h, *b2 = w2 + h * c;
    if (t->p->c.bf16) round_weights(t);
    for (int64_t b = 0; b < batch->count; b++) {
        float *a1 = t->a1 + b * h, *logits = t->logits + b * c;
        for (int64_t j = 0; j < h; j++) {
            float z = b1[j];
            if (t->p->c.bf16) z = pairs(z - t->mean_sums[j], d, t->x + b * d, 1, t->rounded + j, h);
            else
                for (int64_t i = 0; i < d; i++) z = fmaf(t->x[b * d + i], w1[i * h + j], z);
            a1[j] = z < 0 ? 0 : z;
            if (r && r->dropout_threshold != 0) a1[j] *= mask(t, r, batch->count, b, j);
        }
        for (int64_t k = 0; k < c; k++) {
            logits[k] = b2[k];
            for (int64_t j = 0; j < h; j++) logits[k] = fmaf(a1[j], w2[j * c + k], logits[k]);
        }
    }
}

/// The first of the largest.
static int64_t largest(const float *row, int64_t c) {
    int64_t best = 0;
    for (int64_t k = 1; k < c; k++)
        if (row[k] > row[best]) best = k;
    return best;
}

/// Cross-entropy of a row, which becomes e^(logit − largest); `sum` gets their sum.
static double cross_entropy(float *row, int64_t c, int64_t label, double smoothing, float *sum) {
    const float m = row[largest(row, c)];
    const double right = (double)row[label] - (double)m;
    double others = 0;
    for (int64_t k = 0; k < c; k++) others += (double)row[k] - (double)m;
    *sum = 0;
    for (int64_t k = 0; k < c; k++) {
        row[k] = kc_exp(row[k] - m);
        *sum += row[k];
    }
    const double log_sum = *sum == *sum ? kc_log((double)*sum) : (double)*sum;
    if (smoothing == 0) return log_sum - right;
    return log_sum - (1 - smoothing) * right - smoothing * others / (double)c;
}

/// Mean cross-entropy; logits become (p − target) / B.
static double softmax(kc_twin *t, const ck_batch *batch, double smoothing, int64_t *correct) {
    const int64_t c = t->p->c.shape.classes;
    const float share = (float)(smoothing / (double)c);
    double loss = 0;
    for (int64_t b = 0; b < batch->count; b++) {
        float *row = t->logits + b * c, sum;
        const int64_t label = batch->labels[batch->index[b]], best = largest(row, c);
        const double gap = (double)row[label] - (double)row[best];
        *correct += best == label;
        loss += cross_entropy(row, c, label, smoothing, &sum);
        if (exp(gap) == 0) loss = INFINITY;
        for (int64_t k = 0; k < c; k++) {
            const float target = k == label ? share + (float)(1 - smoothing) : share;
            row[k] = (row[k] * (1 / sum) - target) * (1 / (float)batch->count);
        }
    }
    return loss / (double)batch->count;
}

/// dW1 of bytes and rounded dZ1; the means are taken out of it afterwards. dZ1 is rounded in place.
static void first_layer_in_pairs(kc_twin *t, int64_t n, float *dw1) {
    const int64_t d = t->p->c.shape.dimension, h = t->p->c.shape.hidden;
    for (int64_t i = 0; i < n * h; i++) t->dz1[i] = rounded(t->dz1[i]);
    for (int64_t j = 0; j < h; j++) {
        float sum = 0;
        for (int64_t b = 0; b < n; b++) sum += t->dz1[b * h + j];
        for (int64_t i = 0; i < d; i++)
            dw1[i * h + j] = fmaf(-t->p->mean[i], sum, pairs(0, n, t->x + i, d, t->dz1 + j, h)) * t->p->scale[i];
    }
}

/// X with the inputs left out that this step drops.
static void drop_inputs(kc_twin *t, int64_t rows, const ck_regularizers *r) {
    const int64_t d = t->p->c.shape.dimension;
    for (int64_t b = 0; b < rows; b++)
        for (int64_t i = 0; i < d; i++) {
            const float factor = input_mask(t, r, rows, b, i);
            t->x[b * d + i] = factor == 0 ? 0 : t->x[b * d + i] * factor;
        }
}

/// Gradients of all parameters, without the L2 term.
static void backward(kc_twin *t, const ck_batch *batch, const ck_regularizers *r) {
    const int64_t d = t->p->c.shape.dimension, h = t->p->c.shape.hidden, c = t->p->c.shape.classes, n = batch->count;
    const float *w2 = t->parameters + d * h + h;
    float *dw1 = t->gradient, *db1 = dw1 + d * h, *dw2 = db1 + h, *db2 = dw2 + h * c;
    memset(t->gradient, 0, (size_t)t->p->parameter_count * sizeof(float));
    for (int64_t b = 0; b < n; b++)
        for (int64_t j = 0; j < h; j++) {
            float da = 0;
            for (int64_t k = 0; k < c; k++) da = fmaf(t->logits[b * c + k], w2[j * c + k], da);
            if (r->dropout_threshold != 0) da *= r->dropout_scale;
            t->dz1[b * h + j] = t->a1[b * h + j] > 0 ? da : 0;
        }
    for (int64_t b = 0; b < n; b++) {
        for (int64_t i = 0; i < d && !t->p->c.bf16; i++)
            for (int64_t j = 0; j < h; j++) dw1[i * h + j] = fmaf(t->x[b * d + i], t->dz1[b * h + j], dw1[i * h + j]);
        for (int64_t j = 0; j < h; j++) db1[j] += t->dz1[b * h + j];
        for (int64_t j = 0; j < h; j++)
            for (int64_t k = 0; k < c; k++)
                dw2[j * c + k] = fmaf(t->a1[b * h + j], t->logits[b * c + k], dw2[j * c + k]);
        for (int64_t k = 0; k < c; k++) db2[k] += t->logits[b * c + k];
    }
    if (t->p->c.bf16) first_layer_in_pairs(t, n, dw1);
}

/// One parameter by its gradient, L2 term included.
static void update_one(const ck_update *u, float g, float *w, float *first, float *second) {
    switch (u->optimizer) {
    case CK_SGD: *w = fmaf(-u->rate, g, *w); break;
    case CK_MOMENTUM:
        *first = fmaf(u->momentum, *first, -u->rate * g);
        *w += *first;
        break;
    case CK_NESTEROV:
        *first = fmaf(u->momentum, *first, -u->rate * g);
        *w += fmaf(u->momentum, *first, -u->rate * g);
        break;
    case CK_ADAM:
        *first = fmaf(u->beta1, *first, (1 - u->beta1) * g);
        *second = fmaf(u->beta2, *second, (1 - u->beta2) * (g * g));
        *w = fmaf(-u->rate, *first / (sqrtf(*second) + u->epsilon), *w);
        break;
    case CK_GRADIENT: *first = g; break;
    }
}

/// Columns' sums of squares, H of W1 and C of W2.
static void sum_squares(kc_twin *t) {
    const int64_t d = t->p->c.shape.dimension, h = t->p->c.shape.hidden, c = t->p->c.shape.classes;
    const float *w1 = t->parameters, *w2 = w1 + d * h + h;
    memset(t->squares, 0, (size_t)(h + c) * sizeof(float));
    for (int64_t i = 0; i < d * h; i++) t->squares[i % h] = fmaf(w1[i], w1[i], t->squares[i % h]);
    for (int64_t i = 0; i < h * c; i++) t->squares[h + i % c] = fmaf(w2[i], w2[i], t->squares[h + i % c]);
}

/// Adds the L2 term to the gradient, and scales it down to the largest norm that it may have.
static void finish_gradient(kc_twin *t, const ck_update *u) {
    const int64_t d = t->p->c.shape.dimension, h = t->p->c.shape.hidden, c = t->p->c.shape.classes;
    float *dw1 = t->gradient, *db1 = dw1 + d * h, *dw2 = db1 + h, *db2 = dw2 + h * c;
    for (int64_t i = 0; i < d * h; i++) dw1[i] = fmaf(u->reg, t->parameters[i], dw1[i]);
    for (int64_t i = 0; i < h * c; i++) dw2[i] = fmaf(u->reg, t->parameters[d * h + h + i], dw2[i]);
    for (int64_t j = 0; j < h; j++) db1[j] = fmaf(0, t->parameters[d * h + j], db1[j]);
    for (int64_t k = 0; k < c; k++) db2[k] = fmaf(0, t->parameters[d * h + h + h * c + k], db2[k]);
    if (u->clip_norm == 0) return;
    double sum = 0;
    for (int64_t j = 0; j < h; j++) {
        float column = 0;
        for (int64_t i = 0; i < d; i++) column = fmaf(dw1[i * h + j], dw1[i * h + j], column);
        sum += (double)column;
    }
    for (int64_t k = 0; k < c; k++) {
        float column = 0;
        for (int64_t j = 0; j < h; j++) column = fmaf(dw2[j * c + k], dw2[j * c + k], column);
        sum += (double)column;
    }
    for (int64_t j = 0; j < h; j++) sum += (double)db1[j] * (double)db1[j];
    for (int64_t k = 0; k < c; k++) sum += (double)db2[k] * (double)db2[k];
    const double norm = sqrt(sum);
    if (!isfinite(norm) || norm <= (double)u->clip_norm) return;
    const float factor = (float)((double)u->clip_norm / norm);
    for (int64_t i = 0; i < t->p->parameter_count; i++) t->gradient[i] *= factor;
}

ck_result kc_twin_step(kc_twin *t, int64_t step) {
    const int64_t h = t->p->c.shape.hidden, c = t->p->c.shape.classes;
    const ck_batch batch = kc_minibatch(t->p, step);
    const ck_update update = kc_update_of(&t->p->c, step);
    const ck_regularizers r = kc_regularizers_of(&t->p->c, step);
    ck_result result = {0, 0, 0};
    gather(t, &batch);
    if (r.input_threshold != 0) drop_inputs(t, batch.count, &r);
    forward(t, &batch, &r);
    result.data_loss = softmax(t, &batch, r.label_smoothing, &result.correct);
    sum_squares(t);
    double squares = 0;
    for (int64_t i = 0; i < h + c; i++) squares += (double)t->squares[i];
    result.loss = result.data_loss + 0.5 * (double)update.reg * squares;
    if (!isfinite(result.loss)) return result;
    backward(t, &batch, &r);
    finish_gradient(t, &update);
    for (int64_t i = 0; i < t->p->parameter_count; i++)
        update_one(&update, t->gradient[i], t->parameters + i, t->first + i, t->second + i);
    sum_squares(t);
    return result;
}

ck_result kc_twin_evaluate(kc_twin *t, uint16_t *predictions, float *logits, uint8_t *active) {
    const int64_t h = t->p->c.shape.hidden, c = t->p->c.shape.classes;
    const ck_batch batch = kc_all_rows(t->p);
    ck_result result = {0, 0, 0};
    gather(t, &batch);
    forward(t, &batch, NULL);
    memcpy(logits, t->logits, (size_t)(batch.count * c) * sizeof(float));
    for (int64_t j = 0; j < h; j++) {
        active[j] = 0;
        for (int64_t b = 0; b < batch.count; b++) active[j] |= t->a1[b * h + j] != 0;
    }
    for (int64_t b = 0; b < batch.count; b++) {
        float *row = t->logits + b * c, sum;
        const int64_t label = batch.labels[batch.index[b]], best = largest(row, c);
        predictions[b] = (uint16_t)best;
        result.correct += best == label;
        result.data_loss += cross_entropy(row, c, label, 0, &sum);
    }
    result.loss = result.data_loss;
    return result;
}
