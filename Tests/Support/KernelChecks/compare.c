// Kernels and plain loops side by side.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static bool fail(char *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fail(char *message, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, KC_MESSAGE_SIZE, format, arguments);
    va_end(arguments);
    return false;
}

/// Bit for bit; a NaN is as good as another.
static bool same_floats(const char *what, const float *a, const float *b, int64_t count, char *message) {
    for (int64_t i = 0; i < count; i++)
        if (memcmp(a + i, b + i, sizeof *a) != 0 && !(a[i] != a[i] && b[i] != b[i]))
            return fail(message, "%s[%lld] is %a, not %a", what, (long long)i, (double)a[i], (double)b[i]);
    return true;
}

static bool same_results(const char *what, ck_result a, ck_result b, char *message) {
    if (a.correct != b.correct)
        return fail(message, "%s: %lld are right, not %lld", what, (long long)a.correct, (long long)b.correct);
    const double found[] = {a.data_loss, a.loss}, expected[] = {b.data_loss, b.loss};
    for (int i = 0; i < 2; i++)
        if (memcmp(found + i, expected + i, sizeof *found) != 0
            && !(found[i] != found[i] && expected[i] != expected[i]))
            return fail(message, "%s: the %s is %a, not %a", what, i ? "loss" : "data loss", found[i], expected[i]);
    return true;
}

/// A packed block against a row-major one, and its padding against zero; `room` for one block.
static bool same_block(
    const kc_trainee *t, const char *what, const float *packed, const float *expected, float *room, int64_t count,
    char *message
) {
    const int64_t whole = ck_parameter_layout(t->isa, t->shape).count;
    ck_unpack(t->isa, t->shape, packed, room);
    if (!same_floats(what, room, expected, count, message)) return false;
    ck_pack(t->isa, t->shape, expected, room);
    for (int64_t i = 0; i < whole; i++)
        if (packed[i] != room[i] && packed[i] == packed[i])
            return fail(message, "%s: %a in the padding, at %lld", what, (double)packed[i], (long long)i);
    return true;
}

static bool same_nets(const kc_trainee *t, const kc_twin *twin, float *room, char *message) {
    static const char *const names[] = {"parameters", "first moments", "second moments"};
    const float *const expected[] = {twin->parameters, twin->first, twin->second};
    for (int i = 0; i <= kc_moment_count(twin->p->c.optimizer); i++)
        if (!same_block(t, names[i], t->blocks[i], expected[i], room, twin->p->parameter_count, message)) return false;
    const float *second = t->net.squares + ck_parameter_layout(t->isa, t->shape).hidden_padded;
    return same_floats("squares of W1", t->net.squares, twin->squares, t->shape.hidden, message)
        && same_floats("squares of W2", second, twin->squares + t->shape.hidden, t->shape.classes, message);
}

static bool same_evaluations(kc_trainee *t, kc_twin *twin, char *message) {
    const int64_t n = twin->p->samples, c = t->shape.classes, h = t->shape.hidden;
    float *logits = malloc((size_t)(2 * n * c) * sizeof *logits);
    uint16_t *predictions = malloc((size_t)(2 * n) * sizeof *predictions);
    uint8_t *active = calloc((size_t)(2 * h), 1);
    bool isSame = logits && predictions && active;
    if (!isSame) fail(message, "no memory");
    if (isSame) {
        const ck_result found = ck_evaluate(
            t->isa, t->shape, t->net.parameters, t->net.rounded, kc_all_rows(twin->p), predictions, logits, active,
            t->workspace);
        const ck_result expected = kc_twin_evaluate(twin, predictions + n, logits + n * c, active + h);
        isSame = same_floats("logits", logits, logits + n * c, n * c, message)
            && same_results("evaluation", found, expected, message);
        if (isSame && memcmp(predictions, predictions + n, (size_t)n * sizeof *predictions) != 0)
            isSame = fail(message, "predictions differ");
        if (isSame && memcmp(active, active + h, (size_t)h) != 0)
            isSame = fail(message, "flags of active units differ");
    }
    free(logits), free(predictions), free(active);
    return isSame;
}

bool kc_compare(kc_case c, const ck_isa *isa, int64_t steps, char message[KC_MESSAGE_SIZE]) {
    kc_problem p;
    kc_trainee t = {0};
    kc_twin twin = {0};
    bool isSame = kc_problem_make(&p, c, isa) && kc_trainee_make(&t, &p, isa) && kc_twin_make(&twin, &p);
    float *room = isSame ? malloc((size_t)ck_parameter_layout(isa, c.shape).count * sizeof *room) : NULL;
    if (!room) isSame = fail(message, "no memory");
    char name[32];
    for (int64_t step = 0; isSame && step < steps && step < KC_STEPS; step++) {
        snprintf(name, sizeof name, "step %lld", (long long)step);
        const ck_result found = kc_trainee_step(&t, &p, step), expected = kc_twin_step(&twin, step);
        isSame = same_results(name, found, expected, message) && same_nets(&t, &twin, room, message)
            && (kc_trainee_is_rounded(&t, &p) || fail(message, "the rounded weights are not those of W1"))
            && (kc_trainee_wipe(&t) || fail(message, "written past the end of the scratch memory"));
    }
    isSame = isSame && same_evaluations(&t, &twin, message)
        && (kc_trainee_wipe(&t) || fail(message, "written past the end of the scratch memory"));
    free(room), kc_twin_free(&twin), kc_trainee_free(&t), kc_problem_free(&p);
    return isSame;
}

/// Each column's chain of (a − b)² of a row-major rows×columns matrix; `b` NULL means zero.
static void plain_squares(int64_t rows, int64_t columns, const float *a, const float *b, float *out) {
    for (int64_t j = 0; j < columns; j++) {
        out[j] = 0;
        for (int64_t i = 0; i < rows; i++) {
            const float x = b ? a[i * columns + j] - b[i * columns + j] : a[i * columns + j];
            out[j] = __builtin_fmaf(x, x, out[j]);
        }
    }
}

bool kc_compare_squares(ck_shape s, const ck_isa *isa, char message[KC_MESSAGE_SIZE]) {
    const ck_layout l = ck_parameter_layout(isa, s);
    const int64_t first = s.dimension * s.hidden, count = first + s.hidden + s.hidden * s.classes + s.classes;
    const int64_t columns = l.hidden_padded + l.classes_padded;
    float *plain = malloc((size_t)(2 * count) * sizeof *plain);
    float *packed = malloc((size_t)(2 * l.count) * sizeof *packed);
    float *sums = malloc((size_t)(2 * columns) * sizeof *sums);
    bool isSame = plain && packed && sums;
    if (!isSame) fail(message, "no memory");
    if (isSame) {
        float *expected = sums + columns;
        kc_twin_normals(KC_KEY, KC_STREAM_W1, 2 * count, 1, plain);
        ck_pack(isa, s, plain, packed);
        ck_pack(isa, s, plain + count, packed + l.count);
        memset(sums, 0xFF, (size_t)columns * sizeof *sums);
        ck_squares(isa, s, packed, sums);
        plain_squares(s.dimension, s.hidden, plain, NULL, expected);
        plain_squares(s.hidden, s.classes, plain + first + s.hidden, NULL, expected + l.hidden_padded);
        isSame = same_floats("squares of W1", sums, expected, s.hidden, message)
            && same_floats(
                "squares of W2", sums + l.hidden_padded, expected + l.hidden_padded, s.classes, message);
        ck_difference_squares(isa, s, packed, packed + l.count, sums);
        plain_squares(s.dimension, s.hidden, plain, plain + count, expected);
        isSame = isSame && same_floats("squares of a difference", sums, expected, s.hidden, message);
    }
    free(plain), free(packed), free(sums);
    return isSame;
}

bool kc_compare_average(const ck_isa *isa, char message[KC_MESSAGE_SIZE]) {
    enum { COUNT = 83 };
    float values[2 * COUNT], found[COUNT];
    kc_twin_normals(KC_KEY, KC_STREAM_W1, 2 * COUNT, 1, values);
    for (int64_t count = 0; count <= COUNT; count++) {
        const float share = 1 / (float)(count + 1);
        float expected[COUNT];
        memcpy(found, values + COUNT, sizeof found);
        memcpy(expected, values + COUNT, sizeof expected);
        for (int64_t i = 0; i < count; i++) {
            const float step = share * (values[i] - expected[i]);
            expected[i] += step;
        }
        ck_average(isa, count, share, values, found);
        if (!same_floats("average", found, expected, COUNT, message)) return false;
    }
    return true;
}

bool kc_compare_random(const ck_isa *isa, char message[KC_MESSAGE_SIZE]) {
    enum { COUNT = 20001 };
    static const uint64_t keys[] = {0, 1, UINT64_MAX, 0x0123456789ABCDEFu};
    float *normals = malloc(2 * COUNT * sizeof *normals);
    uint32_t *draws = malloc(2 * COUNT * sizeof *draws);
    bool isSame = normals && draws;
    if (!isSame) fail(message, "no memory");
    for (uint32_t i = 0; isSame && i < 4; i++) {
        // Odd and even counts, first numbers in the middle of a block, positions beyond 32 bits.
        const int64_t count = COUNT - (int64_t)i;
        const uint64_t first = i == 3 ? (1ull << 33) + 5 : i;
        const uint32_t bounds[] = {1, 7, 49000, UINT32_MAX};
        ck_normals(isa, keys[i], i, count, 0.5 + i, normals);
        kc_twin_normals(keys[i], i, count, 0.5 + i, normals + COUNT);
        isSame = same_floats("normal numbers", normals, normals + COUNT, count, message);
        ck_draw(keys[i], i, first, count, bounds[i], draws);
        kc_twin_draw(keys[i], i, first, count, bounds[i], draws + COUNT);
        if (isSame && memcmp(draws, draws + COUNT, (size_t)count * sizeof *draws) != 0)
            isSame = fail(message, "draws below %u differ", bounds[i]);
    }
    free(normals), free(draws);
    return isSame;
}
