// A training and an evaluation by one instruction set, as checksums.
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static uint64_t of_floats(float *values, int64_t count, uint64_t seed) {
    for (int64_t i = 0; i < count; i++)
        if (values[i] != values[i]) values[i] = __builtin_nanf("");
    return ck_checksum(values, count * (int64_t)sizeof *values, seed);
}

static uint64_t of_doubles(double *values, int64_t count) {
    for (int64_t i = 0; i < count; i++)
        if (values[i] != values[i]) values[i] = __builtin_nan("");
    return ck_checksum(values, count * (int64_t)sizeof *values, 0);
}

static uint64_t of_inputs(const kc_problem *p) {
    const int64_t d = p->c.shape.dimension, size = p->c.element == CK_BYTE ? 1 : 4;
    uint64_t sum = ck_checksum(p->rows, p->samples * d * size, 0);
    sum = ck_checksum(p->labels, p->samples * 2, sum);
    sum = ck_checksum(p->mean, d * 4, sum);
    sum = ck_checksum(p->scale, d * 4, sum);
    sum = ck_checksum(p->index, KC_STEPS * p->c.count * 4, sum);
    return ck_checksum(p->parameters, p->parameter_count * 4, sum);
}

static void train(kc_trainee *t, const kc_problem *p, kc_digest *digest) {
    double losses[2 * KC_STEPS];
    int64_t correct[KC_STEPS];
    for (int64_t step = 0; step < KC_STEPS; step++) {
        const ck_result result = kc_trainee_step(t, p, step);
        losses[2 * step] = result.data_loss, losses[2 * step + 1] = result.loss;
        correct[step] = result.correct;
    }
    digest->losses = of_doubles(losses, 2 * KC_STEPS);
    digest->correct = ck_checksum(correct, sizeof correct, 0);
}

/// Row-major, through `room` for as many floats as there are parameters.
static void sum_up(const kc_trainee *t, const kc_problem *p, float *room, kc_digest *digest) {
    ck_unpack(t->isa, t->shape, t->net.parameters, room);
    digest->parameters = of_floats(room, p->parameter_count, 0);
    for (int i = 1; i <= kc_moment_count(p->c.optimizer); i++) {
        ck_unpack(t->isa, t->shape, t->blocks[i], room);
        digest->moments = of_floats(room, p->parameter_count, digest->moments);
    }
    float *squares = t->net.squares + ck_parameter_layout(t->isa, t->shape).hidden_padded;
    digest->squares = of_floats(t->net.squares, t->shape.hidden, 0);
    digest->squares = of_floats(squares, t->shape.classes, digest->squares);
}

static bool evaluate(kc_trainee *t, const kc_problem *p, kc_digest *digest) {
    const int64_t n = p->samples, c = t->shape.classes;
    float *logits = malloc((size_t)(n * c) * sizeof *logits);
    uint16_t *predictions = malloc((size_t)n * sizeof *predictions);
    uint8_t *active = calloc((size_t)t->shape.hidden, 1);
    const bool isMade = logits && predictions && active;
    if (isMade) {
        const ck_result result = ck_evaluate(
            t->isa, t->shape, t->net.parameters, t->net.rounded, kc_all_rows(p), predictions, logits, active,
            t->workspace);
        double figures[] = {result.data_loss, result.loss, (double)result.correct};
        digest->logits = of_floats(logits, n * c, 0);
        digest->predictions = ck_checksum(predictions, n * 2, 0);
        digest->evaluation = of_doubles(figures, 3);
        digest->active = ck_checksum(active, t->shape.hidden, 0);
    }
    free(logits), free(predictions), free(active);
    return isMade;
}

bool kc_digest_of(kc_case c, const ck_isa *isa, kc_digest *digest) {
    kc_problem p;
    kc_trainee t = {0};
    *digest = (kc_digest){0};
    bool isDone = kc_problem_make(&p, c, isa) && kc_trainee_make(&t, &p, isa);
    float *room = isDone ? malloc((size_t)p.parameter_count * sizeof *room) : NULL;
    isDone = room != NULL;
    if (isDone) {
        digest->inputs = of_inputs(&p);
        train(&t, &p, digest);
        sum_up(&t, &p, room, digest);
        isDone = evaluate(&t, &p, digest);
    }
    free(room), kc_trainee_free(&t), kc_problem_free(&p);
    return isDone;
}
