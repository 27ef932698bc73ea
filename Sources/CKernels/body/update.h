// Optimizers, on a block of rows whose gradient has just been made and still is in the cache.

typedef struct {
    vf reg, rate, momentum, beta1, rest1, beta2, rest2, epsilon;
} ck_constants;

/// `reg` is 0 for biases.
INLINE ck_constants constants(const ck_update *u, float reg) {
    return (ck_constants){
        splat(reg),       splat(u->rate),      splat(u->momentum),  splat(u->beta1),
        splat(1 - u->beta1), splat(u->beta2), splat(1 - u->beta2), splat(u->epsilon),
    };
}

/// What becomes of `value`, whose gradient with the L2 term is `g`; its moments are updated in place, `lanes` of them.
INLINE vf moved(
    const ck_optimizer optimizer, const ck_constants *u, vf value, vf g, float *first, float *second, int64_t lanes
) {
    switch (optimizer) {
    case CK_SGD: return fma_v(-u->rate, g, value);
    case CK_MOMENTUM: {
        const vf v = fma_v(u->momentum, load(first), -u->rate * g);
        store_some(first, v, lanes);
        return value + v;
    }
    case CK_NESTEROV: {
        const vf step = -u->rate * g, v = fma_v(u->momentum, load(first), step);
        store_some(first, v, lanes);
        return value + fma_v(u->momentum, v, step);
    }
    case CK_ADAM: {
        const vf m = fma_v(u->beta1, load(first), u->rest1 * g);
        const vf v = fma_v(u->beta2, load(second), u->rest2 * (g * g));
        store_some(first, m, lanes);
        store_some(second, v, lanes);
        return fma_v(-u->rate, m / (__builtin_elementwise_sqrt(v) + u->epsilon), value);
    }
    case CK_GRADIENT: store_some(first, g, lanes); return value;
    }
    return value;
}

/// The same of a gradient without the L2 term.
INLINE vf updated(
    const ck_optimizer optimizer, const ck_constants *u, vf value, vf gradient, float *first, float *second, int64_t lanes
) {
    return moved(optimizer, u, value, fma_v(u->reg, value, gradient), first, second, lanes);
}

/// Calls `X` with each optimizer, as a constant.
#define CK_OPTIMIZERS(X) X(CK_SGD) X(CK_MOMENTUM) X(CK_NESTEROV) X(CK_ADAM) X(CK_GRADIENT)

INLINE void update_rows_by(
    const ck_optimizer optimizer, int64_t rows, int64_t width, float *w, float *first, float *second, int64_t ldw,
    const float *gradient, int64_t ldg, float *squares, const ck_constants *u
) {
    for (int64_t j = 0; j < width; j += CK_VW) {
        vf sum = squares ? load(squares + j) : splat(0);
        for (int64_t r = 0; r < rows; r++) {
            const int64_t at = r * ldw + j;
            const vf value =
                updated(optimizer, u, load(w + at), load(gradient + r * ldg + j), first + at, second + at, width - j);
            if (optimizer != CK_GRADIENT) store_some(w + at, value, width - j);
            sum = fma_v(value, value, sum);
        }
        if (squares) store_some(squares + j, sum, width - j);
    }
}

/// Rows of a parameter and of its moments; `moment` strides as `w` does. `squares` (or NULL) goes on with each column's
/// chain of w² after the update. `reg` is 0 for biases.
static void update_rows(
    int64_t rows, int64_t width, float *w, float *first, float *second, int64_t ldw, const float *gradient, int64_t ldg,
    float *squares, const ck_update *u, float reg
) {
    const ck_constants c = constants(u, reg);
    switch (u->optimizer) {
#define CK_CASE(optimizer)                                                                                            \
    case optimizer: update_rows_by(optimizer, rows, width, w, first, second, ldw, gradient, ldg, squares, &c); break;
        CK_OPTIMIZERS(CK_CASE)
#undef CK_CASE
    }
}

// MARK: Gradients that are clipped

INLINE void apply_rows_by(
    const ck_optimizer optimizer, int64_t rows, int64_t width, float *w, float *first, float *second,
    const float *gradient, float factor, float *squares, const ck_constants *u
) {
    for (int64_t j = 0; j < width; j += CK_VW) {
        vf sum = splat(0);
        for (int64_t r = 0; r < rows; r++) {
            const int64_t at = r * width + j;
            const vf g = load(gradient + at) * splat(factor);
            const vf value = moved(optimizer, u, load(w + at), g, first + at, second + at, width - j);
            if (optimizer != CK_GRADIENT) store_some(w + at, value, width - j);
            sum = fma_v(value, value, sum);
        }
        if (squares) store_some(squares + j, sum, width - j);
    }
}

/// As `update_rows`, of all rows of a tensor or a panel, whose gradient is in memory, L2 term included, and is multiplied
/// by `factor`.
static void apply_rows(
    const ck_net *net, const ck_update *u, int64_t at, int64_t rows, int64_t width, float factor, float *squares
) {
    const ck_constants c = constants(u, 0);
    switch (u->optimizer) {
#define CK_CASE(optimizer)                                                                                            \
    case optimizer:                                                                                                   \
        apply_rows_by(                                                                                                \
            optimizer, rows, width, net->parameters + at, net->first + at, net->second + at, net->gradient + at,      \
            factor, squares, &c);                                                                                     \
        break;
        CK_OPTIMIZERS(CK_CASE)
#undef CK_CASE
    }
}
