// Kernels of a two-layer net: conversion, forward, softmax, backward with the update fused in.
//
// Legend: B minibatch, D inputs, H hidden units, C classes, N rows of a data set.
// X (B×D), W1 (D×H), b1 (H), A1 (B×H), W2 (H×C), b2 (C), logits (B×C); dW1 is the gradient of W1.
//
// Every output element is one chain of fused multiply-adds in a fixed order over the summed index, whatever the tile
// or the vector width, so that all instruction sets make the same bits. docs/kernels.md tells the whole story.
//
// Nothing here allocates, locks, prints or keeps state. Callers check shapes and indices.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdint.h>

/// The kernels of one instruction set.
typedef struct ck_isa ck_isa;

/// The kernels named `name` ("avx512bf16", "avx512", "avx2", "neon", "baseline"), or, for NULL, those of the newest
/// instructions that this processor has. NULL if the name is unknown or the processor lacks it.
const ck_isa *ck_select(const char *name);
const char *ck_name(const ck_isa *isa);

// MARK: Parameters

/// D, H and C.
typedef struct {
    int64_t dimension, hidden, classes;
} ck_shape;

/// Where each tensor begins in a packed block of floats, in floats, and how many floats there are in all.
///
/// W1 is stored as panels of columns, [panel][D][width]; W2 is [H][padded C]. Lanes that pad stay zero.
typedef struct {
    int64_t w1, b1, w2, b2, count;
    /// H rounded up to half a vector or a vector, and C to a vector.
    int64_t hidden_padded, classes_padded;
} ck_layout;

ck_layout ck_parameter_layout(const ck_isa *isa, ck_shape shape);

/// Row-major W1 (D×H), b1 (H), W2 (H×C), b2 (C), one after the other, into the packed block; zeroes the padding.
void ck_pack(const ck_isa *isa, ck_shape shape, const float *row_major, float *packed);
/// The other way round.
void ck_unpack(const ck_isa *isa, ck_shape shape, const float *packed, float *row_major);

/// Column sums of squares: [hidden_padded] of W1, then [classes_padded] of W2. Overwrites `squares`.
void ck_squares(const ck_isa *isa, ck_shape shape, const float *packed, float *squares);
/// The same of the difference `a - b`, W1 only. Overwrites [hidden_padded] floats.
void ck_difference_squares(const ck_isa *isa, ck_shape shape, const float *a, const float *b, float *squares);

/// Bytes of the first layer's rounded copy, 64-byte aligned. Its layout is the instruction set's own affair.
int64_t ck_rounded_bytes(const ck_isa *isa, ck_shape shape);
/// Rounds scale[d]·W1[d][h] to bf16 (nearest, ties to even; subnormal numbers to zero), and sums mean[d] times that over d.
/// Mean and scale are those of the batches to come, whose elements have to be bytes.
void ck_round(
    const ck_isa *isa, ck_shape shape, const float *parameters, const float *mean, const float *scale, float *rounded);

// MARK: Data

typedef enum { CK_BYTE = 0, CK_FLOAT = 1 } ck_element;

/// Rows of a data set that make a minibatch; x = (value - mean[d]) * scale[d].
typedef struct {
    /// N×D, row-major; 64 bytes past the last row may be read.
    const void *rows;
    ck_element element;
    /// B row numbers.
    const uint32_t *index;
    /// B row numbers of the step after this one, to be fetched from memory meanwhile; or NULL.
    const uint32_t *next_index;
    /// N labels, below C.
    const uint16_t *labels;
    /// B.
    int64_t count;
    /// D floats, padded with zeros to a multiple of 64; `scale` NULL means ones.
    const float *mean, *scale;
} ck_batch;

/// Bytes of scratch memory, 64-byte aligned, for steps and evaluations of up to `count` rows.
int64_t ck_workspace_bytes(const ck_isa *isa, ck_shape shape, int64_t count);

// MARK: Training

typedef enum {
    CK_SGD = 0,
    /// v = momentum·v − rate·g; w += v.
    CK_MOMENTUM = 1,
    /// As above, w += momentum·v − rate·g with the new v.
    CK_NESTEROV = 2,
    /// m and v are the first and second moments; `rate` and `epsilon` hold the bias corrections.
    CK_ADAM = 3,
    /// Changes no parameter: writes the gradient into `first`.
    CK_GRADIENT = 4
} ck_optimizer;

typedef struct {
    ck_optimizer optimizer;
    float rate, reg, momentum;
    float beta1, beta2, epsilon;
    /// Largest norm of the gradient of all parameters together, L2 term included; a longer one is scaled down to it. 0 for
    /// none.
    float clip_norm;
} ck_update;

typedef struct {
    /// Packed parameters, and of the same layout the optimizer's moments. Where it has none, `parameters` again: it is
    /// neither read nor written through them.
    float *parameters, *first, *second;
    /// Column sums of squares of the parameters, kept up to date by each step.
    float *squares;
    /// To compute the first layer in bf16: what `ck_round` made of the parameters, kept up to date by each step. NULL for
    /// float32.
    float *rounded;
    /// Room for a gradient, of the parameters' layout; where there is a `clip_norm`, and NULL otherwise.
    float *gradient;
} ck_net;

typedef struct {
    /// Share of hidden units dropped, in [0, 1), as a threshold on 32 random bits; 0 for none.
    uint32_t dropout_threshold;
    /// 1 / (1 − share).
    float dropout_scale;
    /// Key and position of the mask's random stream.
    uint64_t dropout_key, iteration;
    /// ε: targets are (1−ε)·[c = y] + ε/C.
    double label_smoothing;
    /// Share of inputs dropped, in [0, 1), as a threshold on 16 random bits; 0 for none. Not in bf16.
    uint32_t input_threshold;
    /// 1 / (1 − share).
    float input_scale;
} ck_regularizers;

typedef struct {
    /// Mean cross-entropy of the minibatch; infinite when a right class has a probability of zero.
    double data_loss;
    /// data_loss + ½·reg·(ΣW1² + ΣW2²), weights before the update.
    double loss;
    /// Rows whose largest logit is the label's; the first of equal ones counts.
    int64_t correct;
} ck_result;

/// One training step. A loss that is not finite leaves the parameters as they were.
ck_result ck_step(
    const ck_isa *isa, ck_shape shape, ck_net net, ck_batch batch, ck_update update, ck_regularizers regularizers,
    void *workspace);

/// Forward pass; in bf16 if `rounded` is not NULL. Adds up the rows' cross-entropies in `data_loss` (a sum here, `loss` the same), and writes B predicted
/// classes and B×C logits where these are not NULL. Where `active` is not NULL, sets `active[h]` to 1 for each of the H
/// hidden units that any row activates, NaN included, and leaves the others as they are.
ck_result ck_evaluate(
    const ck_isa *isa, ck_shape shape, const float *parameters, const float *rounded, ck_batch batch,
    uint16_t *predictions, float *logits, uint8_t *active, void *workspace);

/// average += share·(parameters − average), element by element, product and sum rounded apart.
void ck_average(const ck_isa *isa, int64_t count, float share, const float *parameters, float *average);
// MARK: Preparing images

/// The shape of an image whose values lie in the order height, width, channel.
typedef struct {
    int64_t height, width, channels;
} ck_image;

/// out[d] = (value − mean)·scale − column_mean[d] for the D values of a row, and zeroes up to `padded`.
void ck_centre(
    const ck_isa *isa, const void *row, ck_element element, int64_t dimension, float mean, float scale,
    const float *column_mean, float *out, int64_t padded);
enum {
    /// Floats of scratch memory for `ck_gram`.
    CK_GRAM_SCRATCH = 80 * 80
};
/// sums[d][j] += Σr x[r][d]·x[r][j] for first ≤ j < first + width, all d ≥ j. `sums` is D×D; its elements above the diagonal
/// are left in any state. `x` has rows of `ldx` floats, of which those from D up to the next multiple of 80 are zero.
/// Each sum over the rows is one chain of fma from zero, added to what stands in `sums`.
void ck_gram(
    const ck_isa *isa, int64_t rows, int64_t dimension, const float *x, int64_t ldx, int64_t first, int64_t width,
    double *sums, float *scratch);
/// out[r][c] = Σd x[r][d]·packed[d][c], each one chain of fma over d. `packed` is what `ck_pack` makes of W1 for the shape
/// (D, columns, any C); `ldo` is at least its `hidden_padded`.
void ck_project(
    const ck_isa *isa, int64_t rows, int64_t dimension, const float *x, int64_t ldx, int64_t columns, const float *packed,
    float *out, int64_t ldo);

/// Mean and (population) variance of a row's values.
void ck_moments(const void *row, ck_element element, int64_t dimension, double *mean, double *variance);
/// Mean and standard deviation of each channel in the cells of a 4×4 grid: [4][4][channels][2]. Pixels as for `ck_hog`.
void ck_color(ck_image image, const float *pixels, float *out);
/// Pixel (y, x) of `out` is (y + down, x + right) of the image, mirrored left to right if asked for; what lies outside is as
/// the nearest pixel at the edge. `size` bytes a value.
void ck_view(ck_image image, int64_t size, const void *pixels, int64_t down, int64_t right, int mirrored, void *out);
/// Whole numbers nearest to values[i]·inverse_steps[i] + 128, cut to 0…255.
void ck_quantize(int64_t count, const float *values, const float *inverse_steps, uint8_t *out);

/// y[r] = Σc a[r][c]·v[c]: sixteen chains of a multiplication and an addition, added up in a fixed order.
void ck_products(
    const ck_isa *isa, int64_t rows, int64_t columns, const double *a, int64_t lda, const double *v, double *y);
/// y[c] −= factor·x[c].
void ck_subtract(const ck_isa *isa, int64_t columns, double factor, const double *x, double *y);
/// a[r][c] −= Σj (v[j][first+r]·w[j][c] + w[j][first+r]·v[j][c]), j ascending.
void ck_subtract_pairs(
    const ck_isa *isa, int64_t first, int64_t rows, int64_t columns, int64_t pairs, const double *v, const double *w,
    int64_t ldv, double *a, int64_t lda);

/// Histograms of oriented gradients (Dalal, Triggs 2005) in the form of Felzenszwalb, Girshick, McAllester, Ramanan (2010):
/// cells of 4×4 pixels, 18 signed and 9 unsigned directions, 4 sums over the directions for the 4 normalizations.
///
/// Pixels are `height`×`width`×`channels` floats, at least 4 of each side. Writes `ck_hog_count` floats; `scratch` has
/// `ck_hog_scratch`.
int64_t ck_hog_count(ck_image image);
int64_t ck_hog_scratch(ck_image image);
void ck_hog(const ck_isa *isa, ck_image image, const float *pixels, float *scratch, float *out);

// MARK: Random numbers

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; SC 2011).
void ck_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);
/// `scale` times standard normal numbers of stream `stream` of `key`; number i depends on key, stream and i alone.
void ck_normals(const ck_isa *isa, uint64_t key, uint32_t stream, int64_t count, double scale, float *out);

/// `count` numbers in 0..<bound, drawn with replacement; number i of the stream depends on key, stream and i alone, and
/// they begin at `first`. 64 random bits each, so that the bias is below bound / 2⁶⁴.
void ck_draw(uint64_t key, uint32_t stream, uint64_t first, int64_t count, uint32_t bound, uint32_t *out);

// MARK: Bytes

/// Sums of the D columns and of their squares, exact. Overwrites both.
void ck_byte_columns(const uint8_t *rows, int64_t count, int64_t dimension, uint64_t *sums, uint64_t *squares);
/// Sums of the D columns of (value - mean) to the power of `power`, 1 or 2, each added in the order of the rows.
void ck_float_columns(
    const float *rows, int64_t count, int64_t dimension, const double *mean, int power, double *sums);
/// A 64-bit checksum, to notice damage; no defence against intent.
uint64_t ck_checksum(const void *bytes, int64_t count, uint64_t seed);

// MARK: Measuring

/// Runs `rounds` rounds of independent multiply-adds in registers; returns the floating-point operations done.
double ck_peak(const ck_isa *isa, int64_t rounds, float *sink);
/// The same of the multiply-adds that bf16 is computed by: pairs of bf16, or of float32 where there is no such instruction.
double ck_peak_bf16(const ck_isa *isa, int64_t rounds, float *sink);

#endif
