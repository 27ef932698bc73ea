// The first layer in bf16, there and back.
//
// Bytes are exact in bf16, a byte minus a mean is not. So the mean is folded out: with W' the rounded weights scale·W1,
//
//     Z1 = b1 − mean·W' + X·W'        dW1 = scale · (Xᵀ·dZ' − mean · Σb dZ'),     dZ' = dZ1 rounded
//
// where X are the bytes as they are. docs/kernels.md defines each sum's order.

// MARK: The weights' rounded copy: [padded H] of mean·W', then W' as [panel][CK_STEPS(D)][width]

static int64_t rounded_bytes(ck_shape s) {
    return 4 * (rounded_start(s) + CK_STEPS(s.dimension) * layout_of(s).hidden_padded + CK_VW);
}

/// Rounds rows d and d+1 of a column of vectors, and goes on with mean·W'. `out` is their step; an odd D has no last row.
INLINE void round_two_rows(
    int64_t d, int64_t width, int64_t lanes, vf even, vf odd, const int has_odd, const float *mean, const float *scale,
    vf *mean_sum, float *out
) {
    if (scale) even = splat(scale[d]) * even;
    if (scale && has_odd) odd = splat(scale[d + 1]) * odd;
    bf_store_rows(out, width, &even, &odd, lanes);
    *mean_sum = fma_v(splat(mean[d]), even, *mean_sum);
    if (has_odd) *mean_sum = fma_v(splat(mean[d + 1]), odd, *mean_sum);
}

static void round_weights(ck_shape s, const float *parameters, const float *mean, const float *scale, float *rounded) {
    for (int64_t h = 0; h < rounded_start(s); h++) rounded[h] = 0;
    for (int64_t p = 0; p < panel_count(s.hidden); p++) {
        const ck_panel panel = hidden_panel(s, p);
        const int64_t width = panel.width;
        const float *w1 = parameters + panel.first_column * s.dimension;
        float *out = rounded + rounded_start(s) + panel.first_column * CK_STEPS(s.dimension);
        for (int64_t j = 0; j < width; j += CK_VW) {
            vf sum = splat(0);
            int64_t d = 0;
            for (; d + 1 < s.dimension; d += 2)
                round_two_rows(
                    d, width, width - j, load(w1 + d * width + j), load(w1 + (d + 1) * width + j), 1, mean, scale, &sum,
                    out + d / 2 * BF_PAIR_ROWS * width + j);
            if (d < s.dimension)
                round_two_rows(
                    d, width, width - j, load(w1 + d * width + j), splat(0), 0, mean, scale, &sum,
                    out + d / 2 * BF_PAIR_ROWS * width + j);
            store_some(rounded + panel.first_column + j, sum, width - j);
        }
    }
}

// MARK: Back

/// Rows of a panel of dZ': where pairs replace dZ1, the panel stays where it was.
#define BF_ROWS(count) (CK_PAIRS ? (count) : CK_STEPS(count))

/// dZ' and its column sums. Pairs take the place of dZ1; floats have a place of their own.
static void round_hidden_gradient(ck_shape s, int64_t count, ck_workspace *w) {
    for (int64_t p = 0; p < panel_count(s.hidden); p++) {
        const ck_panel panel = hidden_panel(s, p);
        const int64_t step = panel.width * BF_PAIR_ROWS;
        const float *dz = w->hidden + panel.first_column * count;
        float *to = w->rounded + panel.first_column * BF_ROWS(count);
        for (int64_t j = 0; j < panel.width; j += CK_VW) {
            vf sum = splat(0);
            for (int64_t b = 0; b < count; b += 2) {
                vf even = load(dz + b * panel.width + j), odd = splat(0);
                if (b + 1 < count) odd = load(dz + (b + 1) * panel.width + j);
                bf_store_rows(to + b / 2 * step + j, panel.width, &even, &odd, panel.width - j);
                sum = sum + even;
                if (b + 1 < count) sum = sum + odd;
            }
            store_some(w->sums + panel.first_column + j, sum, panel.width - j);
        }
    }
}

/// Rows d0…d0+inputs of a panel: the gradient of the weights is made of `products`, the products' sums; the weights are
/// updated and rounded. `w`, `first`, `second` and `out` begin at the panel's row d0.
INLINE void bf_update_rows_by(
    const ck_optimizer optimizer, int64_t d0, int64_t inputs, int64_t width, const float *products, const float *dz_sums,
    const float *mean, const float *scale, float *w, float *first, float *second, float *squares, float *mean_sums,
    float *out, const ck_constants *u
) {
    for (int64_t j = 0; j < width; j += CK_VW) {
        const int64_t lanes = width - j;
        const vf dz_sum = load(dz_sums + j);
        vf sum = load(squares + j), mean_sum = load(mean_sums + j);
#define CK_ROW(value, d)                                                                                              \
    {                                                                                                                 \
        const int64_t at = (d) * width + j;                                                                           \
        vf gradient = fma_v(splat(-mean[d0 + (d)]), dz_sum, load(products + at));                                     \
        if (scale) gradient = gradient * splat(scale[d0 + (d)]);                                                      \
        value = updated(optimizer, u, load(w + at), gradient, first + at, second + at, lanes);                        \
        if (optimizer != CK_GRADIENT) store_some(w + at, value, lanes);                                               \
        sum = fma_v(value, value, sum);                                                                               \
    }
        int64_t d = 0;
        vf even, odd = splat(0);
        for (; d + 1 < inputs; d += 2) {
            CK_ROW(even, d)
            CK_ROW(odd, d + 1)
            round_two_rows(
                d0 + d, width, lanes, even, odd, 1, mean, scale, &mean_sum, out + d / 2 * BF_PAIR_ROWS * width + j);
        }
        if (d < inputs) {
            CK_ROW(even, d)
            round_two_rows(
                d0 + d, width, lanes, even, splat(0), 0, mean, scale, &mean_sum,
                out + d / 2 * BF_PAIR_ROWS * width + j);
        }
#undef CK_ROW
        store_some(squares + j, sum, lanes);
        store_some(mean_sums + j, mean_sum, lanes);
    }
}

static void bf_update_rows(
    int64_t d0, int64_t inputs, int64_t width, const float *products, const float *dz_sums, const float *mean,
    const float *scale, float *w, float *first, float *second, float *squares, float *mean_sums, float *out,
    const ck_update *u
) {
    const ck_constants c = constants(u, u->reg);
    switch (u->optimizer) {
#define CK_CASE(optimizer)                                                                                            \
    case optimizer:                                                                                                   \
        bf_update_rows_by(                                                                                            \
            optimizer, d0, inputs, width, products, dz_sums, mean, scale, w, first, second, squares, mean_sums, out,  \
            &c);                                                                                                      \
        break;
        CK_OPTIMIZERS(CK_CASE)
#undef CK_CASE
    }
}

/// Asks for `count` weights and moments from `at` on, and their rounded copy.
INLINE void prefetch_weights(const ck_net *net, int64_t at, const float *out, int64_t count, ck_optimizer optimizer) {
    for (int64_t i = 0; i < count; i += 16) __builtin_prefetch(net->parameters + at + i, 1, 2);
    for (int64_t i = 0; i < count * BF_PAIR_ROWS / 2; i += 16) __builtin_prefetch(out + i, 1, 2);
    if (optimizer == CK_SGD) return;
    for (int64_t i = 0; i < count; i += 16) __builtin_prefetch(net->first + at + i, 1, 2);
    if (optimizer != CK_ADAM) return;
    for (int64_t i = 0; i < count; i += 16) __builtin_prefetch(net->second + at + i, 1, 2);
}
