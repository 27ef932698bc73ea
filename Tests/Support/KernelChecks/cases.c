// The table of cases, their names, and the committed digests.
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define CASE(o, d, h, c, b, e, s, ...) \
    {.shape = {d, h, c}, .count = b, .element = CK_##e, .scaling = KC_##s, .optimizer = CK_##o, __VA_ARGS__}

// Ones, primes, both sides of the kernels' blocks (inputs by 64, 80, 96 and 128, rows by 48, 64, 72, 100 and 200, panels by 4,
// 8, 16, 40, 80 units), the sizes that people type, and few enough operations for the baseline.
static const kc_case cases[] = {
    CASE(SGD, 1, 1, 1, 1, FLOAT, RAW, .rate = 0.1),
    CASE(MOMENTUM, 1, 1, 2, 1, FLOAT, RAW, .rate = 0.1, .reg = 0.01),
    CASE(NESTEROV, 1, 1, 2, 37, BYTE, STANDARDIZE, .rate = 0.1, .reg = 0.01),
    CASE(ADAM, 2, 1, 3, 5, FLOAT, MEAN, .rate = 0.01),
    CASE(SGD, 3, 2, 2, 200, FLOAT, STANDARDIZE, .rate = 0.1, .label_smoothing = 0.1),
    CASE(MOMENTUM, 7, 83, 89, 5, FLOAT, RAW, .rate = 0.01, .dropout = 0.2),
    CASE(ADAM, 13, 11, 1000, 37, BYTE, STANDARDIZE, .rate = 0.01, .reg = 0.001),
    CASE(NESTEROV, 19, 24, 257, 11, BYTE, MEAN, .rate = 3e-6, .label_smoothing = 0.05),
    CASE(SGD, 29, 161, 3, 101, FLOAT, STANDARDIZE, .rate = 0.1, .reg = 0.01),
    CASE(MOMENTUM, 61, 500, 7, 11, BYTE, STANDARDIZE, .rate = 0.005, .reg = 0.001, .dropout = 0.5),
    CASE(ADAM, 64, 8, 10, 16, BYTE, STANDARDIZE, .rate = 0.01),
    CASE(SGD, 79, 15, 10, 49, BYTE, RAW, .rate = 3e-6, .reg = 0.1),
    CASE(MOMENTUM, 80, 16, 10, 50, BYTE, MEAN, .rate = 1e-6, .reg = 0.1),
    CASE(NESTEROV, 81, 17, 10, 51, BYTE, STANDARDIZE, .rate = 0.01, .reg = 0.1),
    CASE(ADAM, 53, 83, 10, 200, FLOAT, MEAN, .rate = 0.001, .reg = 0.01, .dropout = 0.3, .label_smoothing = 0.1),
    CASE(NESTEROV, 101, 40, 17, 99, BYTE, STANDARDIZE, .rate = 0.01, .dropout = 0.25),
    CASE(SGD, 83, 81, 11, 100, FLOAT, STANDARDIZE, .rate = 0.03, .label_smoothing = 0.2),
    CASE(MOMENTUM, 192, 56, 10, 48, BYTE, STANDARDIZE, .rate = 0.003),
    CASE(ADAM, 385, 97, 31, 7, BYTE, STANDARDIZE, .rate = 0.001, .reg = 0.01),
    CASE(NESTEROV, 193, 161, 3, 17, FLOAT, STANDARDIZE, .rate = 0.002, .reg = 0.001),
    CASE(SGD, 33, 41, 5, 201, BYTE, STANDARDIZE, .rate = 0.02, .reg = 0.01),
    CASE(ADAM, 784, 100, 10, 1, BYTE, STANDARDIZE, .rate = 0.001, .reg = 0.001),
    CASE(MOMENTUM, 784, 50, 10, 37, BYTE, MEAN, .rate = 1e-7, .reg = 0.25),
    CASE(NESTEROV, 784, 50, 2, 3, BYTE, STANDARDIZE, .rate = 0.001, .dropout = 0.5, .label_smoothing = 0.1),
    CASE(SGD, 3072, 9, 10, 7, BYTE, MEAN, .rate = 1e-7, .reg = 0.5),
    CASE(ADAM, 3072, 5, 100, 2, BYTE, STANDARDIZE, .rate = 0.001),
    // Logits so far apart that many exponentials are zero.
    CASE(MOMENTUM, 31, 29, 47, 23, FLOAT, RAW, .rate = 1e-4, .spread = 40),
    // A net that blows up: steps with an infinite loss change nothing.
    CASE(SGD, 37, 23, 10, 19, FLOAT, STANDARDIZE, .rate = 30),
    // All logits equal before the first step: the first class counts.
    CASE(NESTEROV, 11, 6, 5, 31, BYTE, STANDARDIZE, .rate = 0.01, .spread = -1),
    CASE(GRADIENT, 43, 53, 10, 29, BYTE, STANDARDIZE, .reg = 0.1, .dropout = 0.1),
    // bf16: pairs of inputs and of rows, whole and broken.
    CASE(SGD, 1, 1, 2, 1, BYTE, MEAN, .rate = 1e-4, .bf16 = true),
    CASE(MOMENTUM, 2, 3, 2, 2, BYTE, STANDARDIZE, .rate = 0.01, .reg = 0.01, .bf16 = true),
    CASE(NESTEROV, 159, 17, 10, 51, BYTE, STANDARDIZE, .rate = 0.01, .reg = 0.1, .bf16 = true),
    CASE(ADAM, 161, 83, 10, 201, BYTE, STANDARDIZE, .rate = 0.001, .reg = 0.01, .dropout = 0.3, .bf16 = true),
    CASE(SGD, 193, 81, 11, 100, BYTE, MEAN, .rate = 1e-6, .label_smoothing = 0.2, .bf16 = true),
    CASE(MOMENTUM, 784, 50, 10, 37, BYTE, MEAN, .rate = 1e-7, .reg = 0.25, .bf16 = true),
    CASE(NESTEROV, 320, 100, 3, 13, BYTE, STANDARDIZE, .rate = 0.002, .reg = 0.001, .bf16 = true),
    CASE(ADAM, 3072, 5, 100, 2, BYTE, STANDARDIZE, .rate = 0.001, .bf16 = true),
    CASE(SGD, 41, 161, 3, 399, BYTE, RAW, .rate = 1e-6, .bf16 = true),
    CASE(SGD, 37, 23, 10, 19, BYTE, STANDARDIZE, .rate = 30, .bf16 = true),
    CASE(GRADIENT, 43, 53, 10, 29, BYTE, STANDARDIZE, .reg = 0.1, .dropout = 0.1, .bf16 = true),
    // Weights and sums around the smallest normal number.
    CASE(MOMENTUM, 63, 24, 10, 21, BYTE, RAW, .rate = 1e-3, .bf16 = true, .tiny = true),
    // Inputs dropped: one, both sides of a group of 64 and of the blocks, bytes and floats.
    CASE(SGD, 1, 3, 2, 5, FLOAT, RAW, .rate = 0.1, .input_dropout = 0.5),
    CASE(MOMENTUM, 63, 24, 10, 49, BYTE, STANDARDIZE, .rate = 0.003, .reg = 0.01, .input_dropout = 0.2),
    CASE(ADAM, 193, 83, 7, 101, FLOAT, MEAN, .rate = 0.001, .input_dropout = 0.1, .dropout = 0.3),
    CASE(NESTEROV, 784, 41, 10, 13, BYTE, MEAN, .rate = 1e-7, .input_dropout = 0.9),
    CASE(SGD, 300, 50, 10, 51, FLOAT, STANDARDIZE, .rate = 0.01, .input_dropout = 0.001, .label_smoothing = 0.1),
    // Gradients clipped: hardly ever, nearly always, in bf16, and together with dropped inputs.
    CASE(SGD, 64, 17, 10, 50, FLOAT, MEAN, .rate = 0.1, .reg = 0.01, .clip = 0.5),
    CASE(MOMENTUM, 193, 81, 3, 37, BYTE, STANDARDIZE, .rate = 0.01, .reg = 0.1, .clip = 1e-3),
    CASE(NESTEROV, 81, 50, 100, 101, FLOAT, STANDARDIZE, .rate = 0.03, .clip = 1, .input_dropout = 0.25),
    CASE(ADAM, 161, 53, 10, 23, BYTE, MEAN, .rate = 0.001, .clip = 2, .dropout = 0.5),
    CASE(MOMENTUM, 161, 83, 10, 101, BYTE, STANDARDIZE, .rate = 0.01, .reg = 0.01, .bf16 = true, .clip = 0.3),
    CASE(ADAM, 40, 9, 5, 7, BYTE, RAW, .rate = 0.001, .bf16 = true, .clip = 10),
    CASE(GRADIENT, 43, 53, 10, 29, FLOAT, STANDARDIZE, .reg = 0.1, .clip = 0.1, .input_dropout = 0.3),
    // Blocks that are converted while others are multiplied: one and several panels, rows in one and several pieces, with and
    // without few columns beyond whole vectors, and nothing but those.
    CASE(SGD, 256, 50, 10, 101, BYTE, MEAN, .rate = 1e-6, .reg = 0.1),
    CASE(MOMENTUM, 257, 83, 10, 73, BYTE, MEAN, .rate = 1e-7, .reg = 0.1),
    CASE(ADAM, 384, 100, 10, 50, BYTE, RAW, .rate = 1e-5),
    CASE(NESTEROV, 130, 2, 3, 301, BYTE, MEAN, .rate = 1e-6),
    CASE(SGD, 200, 97, 10, 129, BYTE, MEAN, .rate = 1e-6, .dropout = 0.2),
    CASE(SGD, 512, 20, 10, 205, BYTE, MEAN, .rate = 1e-6),
    CASE(SGD, 257, 16, 10, 301, BYTE, MEAN, .rate = 1e-6, .bf16 = true),
    CASE(ADAM, 384, 100, 10, 67, BYTE, RAW, .rate = 1e-5, .bf16 = true),
    CASE(MOMENTUM, 130, 40, 3, 601, BYTE, MEAN, .rate = 1e-7, .bf16 = true),
};

int kc_case_count(void) { return (int)(sizeof cases / sizeof *cases); }
kc_case kc_case_at(int index) { return cases[index]; }

void kc_name(kc_case c, char name[KC_NAME_SIZE]) {
    static const char *const optimizers[] = {"sgd", "momentum", "nesterov", "adam", "gradient"};
    static const char *const elements[] = {"bytes", "floats"}, *const scalings[] = {"raw", "mean", "standardize"};
    int at = snprintf(
        name, KC_NAME_SIZE, "%s D=%d H=%d C=%d B=%d %s %s rate=%g", optimizers[c.optimizer], (int)c.shape.dimension,
        (int)c.shape.hidden, (int)c.shape.classes, (int)c.count, elements[c.element], scalings[c.scaling], c.rate);
    const struct {
        const char *name;
        double value;
    } rest[] = {{"reg", c.reg}, {"dropout", c.dropout}, {"smoothing", c.label_smoothing}, {"spread", c.spread},
                {"input", c.input_dropout}, {"clip", c.clip}};
    if (c.bf16) at += snprintf(name + at, (size_t)(KC_NAME_SIZE - at), " bf16");
    if (c.tiny) at += snprintf(name + at, (size_t)(KC_NAME_SIZE - at), " tiny");
    for (int i = 0; i < 6; i++)
        if (rest[i].value != 0)
            at += snprintf(name + at, (size_t)(KC_NAME_SIZE - at), " %s=%g", rest[i].name, rest[i].value);
}

static const struct {
    const char *name;
    kc_digest digest;
} committed[] = {
#include "digests.h"
};

const kc_digest *kc_committed(const char *name) {
    for (unsigned long i = 0; i < sizeof committed / sizeof *committed; i++)
        if (strcmp(committed[i].name, name) == 0) return &committed[i].digest;
    return NULL;
}

const char *kc_difference(const kc_digest *a, const kc_digest *b) {
#define PART(part) \
    if (a->part != b->part) return #part;
    PART(inputs) PART(losses) PART(correct) PART(parameters) PART(moments) PART(squares)
    PART(logits) PART(predictions) PART(evaluation) PART(active)
#undef PART
    return NULL;
}
