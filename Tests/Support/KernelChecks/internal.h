// What the files of this target share.
#ifndef KERNELCHECKS_INTERNAL_H
#define KERNELCHECKS_INTERNAL_H

#include "KernelChecks.h"

/// The streams that inputs are drawn from; the kernels' own number for dropout is 3.
enum {
    KC_STREAM_W1 = 1,
    KC_STREAM_W2 = 2,
    KC_STREAM_BATCH = 4,
    KC_STREAM_ROWS = 10,
    KC_STREAM_LABELS = 11,
    KC_STREAM_BIASES = 12
};

enum { KC_KEY = 20260 };

/// The inputs of a case.
typedef struct {
    kc_case c;
    /// N, and D·H + H + H·C + C.
    int64_t samples, parameter_count;
    /// N×D bytes or floats.
    void *rows;
    uint16_t *labels;
    /// D, padded with zeros to a multiple of 64.
    float *mean, *scale;
    /// Row-major, as the training begins.
    float *parameters;
    /// Each step's B row numbers, for `KC_STEPS` steps.
    uint32_t *index;
    /// All rows, the last first.
    uint32_t *all;
} kc_problem;

/// False if there is no memory; to be given back in either case.
bool kc_problem_make(kc_problem *p, kc_case c, const ck_isa *isa);
void kc_problem_free(kc_problem *p);

/// The minibatch of a step, with the next one's rows announced on most of them.
ck_batch kc_minibatch(const kc_problem *p, int64_t step);
ck_batch kc_all_rows(const kc_problem *p);
ck_update kc_update_of(const kc_case *c, int64_t step);
ck_regularizers kc_regularizers_of(const kc_case *c, int64_t step);

/// A net in the kernels' packed layout, and scratch memory that begins as NaN and ends with a mark.
typedef struct {
    const ck_isa *isa;
    ck_shape shape;
    ck_net net;
    float *blocks[3];
    void *workspace;
    int64_t workspace_bytes, rounded_bytes;
} kc_trainee;

bool kc_trainee_make(kc_trainee *t, const kc_problem *p, const ck_isa *isa);
void kc_trainee_free(kc_trainee *t);
ck_result kc_trainee_step(kc_trainee *t, const kc_problem *p, int64_t step);
/// Fills the scratch memory with NaN, and says whether the marks behind it and behind the rounded weights were whole.
bool kc_trainee_wipe(kc_trainee *t);

/// Whether the rounded weights, kept up to date by the steps, are those that are made afresh; true without any.
bool kc_trainee_is_rounded(const kc_trainee *t, const kc_problem *p);

/// How many blocks of moments an optimizer has.
int kc_moment_count(ck_optimizer optimizer);

/// The same net in plain loops, all row-major.
typedef struct {
    const kc_problem *p;
    /// D·H + H + H·C + C each, and the layers' column sums of squares, H + C.
    float *parameters, *first, *second, *squares;
    /// X (B×D), A1 (B×H), logits or their gradient (B×C), dZ1 (B×H), a gradient of the parameters.
    float *x, *a1, *logits, *dz1, *gradient;
    /// In bf16: W1 scaled and rounded (D×H), and its column sums weighted with the means (H).
    float *rounded, *mean_sums;
} kc_twin;

bool kc_twin_make(kc_twin *t, const kc_problem *p);
void kc_twin_free(kc_twin *t);
ck_result kc_twin_step(kc_twin *t, int64_t step);
/// Writes N×C logits, N classes and H flags.
ck_result kc_twin_evaluate(kc_twin *t, uint16_t *predictions, float *logits, uint8_t *active);

void kc_twin_normals(uint64_t key, uint32_t stream, int64_t count, double scale, float *out);
void kc_twin_draw(uint64_t key, uint32_t stream, uint64_t first, int64_t count, uint32_t bound, uint32_t *out);

#endif
