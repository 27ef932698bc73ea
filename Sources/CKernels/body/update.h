// Optimizers, on a block of rows whose gradient has just been made and still is in the cache.

/// Rows of a parameter and of its moments; `moment` strides as `w` does. `squares` (or NULL) goes on with each column's
/// chain of w² after the update. `reg` is 0 for biases.
static void update_rows(
    int64_t rows, int64_t width, float *w, float *first, float *second, int64_t ldw, const float *gradient, int64_t ldg,
    float *squares, const ck_update *u, float reg_value
) {
    const vf reg = splat(reg_value), rate = splat(u->rate), momentum = splat(u->momentum);
    const vf beta1 = splat(u->beta1), rest1 = splat(1 - u->beta1), beta2 = splat(u->beta2), rest2 = splat(1 - u->beta2);
    const vf epsilon = splat(u->epsilon);
#define CK_EACH(...)                                                                                                  \
    for (int64_t j = 0; j < width; j += CK_VW) {                                                                      \
        vf sum = squares ? load(squares + j) : splat(0);                                                              \
        for (int64_t r = 0; r < rows; r++) {                                                                          \
            const int64_t at = r * ldw + j;                                                                           \
            vf value = load(w + at);                                                                                  \
            const vf g = fma_v(reg, value, load(gradient + r * ldg + j));                                             \
            __VA_ARGS__                                                                                               \
            sum = fma_v(value, value, sum);                                                                           \
        }                                                                                                             \
        if (squares) store_some(squares + j, sum, width - j);                                                                         \
    }
    switch (u->optimizer) {
    case CK_SGD:
        CK_EACH({
            value = fma_v(-rate, g, value);
            store_some(w + at, value, width - j);
        })
        break;
    case CK_MOMENTUM:
        CK_EACH({
            const vf v = fma_v(momentum, load(first + at), -rate * g);
            value = value + v;
            store_some(first + at, v, width - j);
            store_some(w + at, value, width - j);
        })
        break;
    case CK_NESTEROV:
        CK_EACH({
            const vf step = -rate * g;
            const vf v = fma_v(momentum, load(first + at), step);
            value = value + fma_v(momentum, v, step);
            store_some(first + at, v, width - j);
            store_some(w + at, value, width - j);
        })
        break;
    case CK_ADAM:
        CK_EACH({
            const vf m = fma_v(beta1, load(first + at), rest1 * g);
            const vf v = fma_v(beta2, load(second + at), rest2 * (g * g));
            value = fma_v(-rate, m / (__builtin_elementwise_sqrt(v) + epsilon), value);
            store_some(first + at, m, width - j);
            store_some(second + at, v, width - j);
            store_some(w + at, value, width - j);
        })
        break;
    case CK_GRADIENT:
        CK_EACH({ store_some(first + at, g, width - j); })
        break;
    }
#undef CK_EACH
}
