// What holds the kernels to their bits: a table of cases with committed digests, and the same computation in plain
// loops. For tests on this machine (CKernelsTests) and for other processors (kernel-checks, scripts/test-neon).
//
// docs/kernels.md tells how to run this and when to write new digests.
#ifndef KERNELCHECKS_H
#define KERNELCHECKS_H

#include <stdbool.h>
#include <stdint.h>

#include "CKernels.h"

// MARK: Cases

typedef enum {
    /// Mean 0, scale 1.
    KC_RAW = 0,
    /// The columns' means are subtracted.
    KC_MEAN = 1,
    /// And the columns divided by their standard deviations.
    KC_STANDARDIZE = 2
} kc_scaling;

/// One training. Fields that a table leaves out are zero, and zero is the plain choice, so that fields can be added.
typedef struct {
    ck_shape shape;
    /// B; the data set has 2·B + 11 rows.
    int64_t count;
    ck_element element;
    kc_scaling scaling;
    ck_optimizer optimizer;
    double rate, reg;
    /// Share of hidden units, and ε.
    double dropout, label_smoothing;
    /// How much larger than usual the second layer is at first, less one: 40 spreads the logits, −1 makes all equal.
    double spread;
    /// The first layer in bf16; of bytes only.
    bool bf16;
    /// Weights and hidden biases are 2⁻¹¹⁷ times as large as usual: they and their sums lie around the smallest normal
    /// number.
    bool tiny;
    /// Share of inputs, and the largest norm of the gradient; both 0 for none.
    double input_dropout, clip;
} kc_case;

/// Number of cases in the table, and one of them, 0 ≤ `index` < number.
int kc_case_count(void);
kc_case kc_case_at(int index);

enum { KC_NAME_SIZE = 160 };
/// A name made of all the fields that are not the plain choice: "adam D=81 H=17 C=10 B=101 bytes standardize".
void kc_name(kc_case c, char name[KC_NAME_SIZE]);

// MARK: Digests

enum { KC_STEPS = 100 };

/// Checksums of what a training of `KC_STEPS` steps left, and of an evaluation of all rows after it. Tensors are
/// row-major, without padding; every NaN counts as the same one, for processors differ in the one that they make.
typedef struct {
    /// Rows, labels, means, scales, minibatches, and parameters before the first step.
    uint64_t inputs;
    uint64_t parameters, moments, squares;
    /// Of each step: both losses, and the number of rows that were right.
    uint64_t losses, correct;
    /// Of the evaluation: logits, predicted classes, sum of losses and right ones, flags of active units.
    uint64_t logits, predictions, evaluation, active;
} kc_digest;

/// Trains and evaluates with one instruction set. False if there is no memory for it.
bool kc_digest_of(kc_case c, const ck_isa *isa, kc_digest *digest);
/// The committed digest of the case of that name, or NULL.
const kc_digest *kc_committed(const char *name);
/// The first part in which they differ, in the order in which they are computed; or NULL.
const char *kc_difference(const kc_digest *a, const kc_digest *b);

// MARK: Plain loops

enum { KC_MESSAGE_SIZE = 200 };

/// Trains with the kernels and in plain loops side by side, and evaluates. Both must make the same bits at each step,
/// the padding must stay zero, and scratch memory be neither read before it is written nor written past its end. True
/// if all is well; `message` tells the first difference otherwise.
bool kc_compare(kc_case c, const ck_isa *isa, int64_t steps, char message[KC_MESSAGE_SIZE]);
/// Column sums of squares of random parameters, and of a difference of two, likewise.
bool kc_compare_squares(ck_shape shape, const ck_isa *isa, char message[KC_MESSAGE_SIZE]);
/// An average of random parameters, likewise, of all counts up to a few vectors.
bool kc_compare_average(const ck_isa *isa, char message[KC_MESSAGE_SIZE]);
/// Normal numbers and draws, likewise.
bool kc_compare_random(const ck_isa *isa, char message[KC_MESSAGE_SIZE]);

/// The kernels that prepare images, likewise.
bool kc_compare_features(const ck_isa *isa, char message[KC_MESSAGE_SIZE]);
/// A checksum of all that they make. False if there is no memory for it.
bool kc_features_digest(const ck_isa *isa, uint64_t *digest);
/// The committed one.
uint64_t kc_features_committed(void);

/// The plain loops' exponential function and logarithm, which have the kernels' bits.
float kc_exp(float x);
double kc_log(double x);

#endif
