// The first layer in bf16, there and back.
//
// Bytes are exact in bf16, a byte minus a mean is not. So the mean is folded out: with W' the rounded weights scale·W1,
//
//     Z1 = b1 − mean·W' + X·W'        dW1 = scale · (Xᵀ·dZ' − mean · Σb dZ'),     dZ' = dZ1 rounded
//
// where X are the bytes as they are. docs/kernels.md defines each sum's order.

// MARK: The weights' rounded copy: [padded H] of mean·W', then W' as [panel][CK_STEPS(D)][width]

static int64_t rounded_start(ck_shape s) { return (layout_of(s).hidden_padded + 15) / 16 * 16; }

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

enum { BF_STEP_ROWS = CK_PAIRS ? 1 : 2 };

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
                    out + d / 2 * BF_STEP_ROWS * width + j);
            if (d < s.dimension)
                round_two_rows(
                    d, width, width - j, load(w1 + d * width + j), splat(0), 0, mean, scale, &sum,
                    out + d / 2 * BF_STEP_ROWS * width + j);
            store_some(rounded + panel.first_column + j, sum, width - j);
        }
    }
}

// MARK: Bytes

INLINE const uint8_t *bf_row(const ck_batch *batch, int64_t dimension, int64_t row) {
    return (const uint8_t *)batch->rows + row * dimension;
}

/// Asks for a block's bytes of one row.
INLINE void bf_prefetch(const uint8_t *from) {
    for (int64_t at = 0; at < BF_KF; at += 64) __builtin_prefetch(from + at, 0, 2);
}

#if CK_PAIRS
typedef uint16_t vh __attribute__((vector_size(CK_VW * 2), aligned(1), may_alias));
INLINE vf bf_pairs(vi even, vi odd) {
    const vf low = __builtin_convertvector(even, vf), high = __builtin_convertvector(odd, vf);
    return (vf)((vu)low >> 16 | (vu)high);
}
#else
typedef uint16_t vh __attribute__((vector_size(CK_VW), aligned(1), may_alias));
#endif

// What is converted past the last input, or for an odd B past the last row, are some bytes or other: the other operand has
// zeros there, and the product of a byte and zero is zero.

/// Inputs d0… of rows first…first+rows, for chains over the inputs: [row][BF_LD]. Asks for what comes next.
INLINE void bf_convert(
    const ck_batch *batch, int64_t dimension, int64_t d0, int64_t inputs, int64_t first, int64_t rows, float *x
) {
    for (int64_t r = 0; r < rows; r++, x += BF_LD) {
        const uint8_t *from = bf_row(batch, dimension, batch->index[first + r]) + d0;
        bf_prefetch(from + BF_KF);
#if CK_PAIRS
        for (int64_t k = 0; k < inputs; k += 2 * CK_VW) {
            const vi both = __builtin_convertvector(*(const vh *)(from + k), vi);
            store(x + k / 2, bf_pairs(both & 255, both >> 8));
        }
#else
        for (int64_t k = 0; k < inputs; k += CK_VW) {
            const vh pairs = *(const vh *)(from + k), swapped = pairs << 8 | pairs >> 8;
            store(x + k, __builtin_convertvector((vb)swapped, vf));
        }
#endif
    }
}

/// Inputs d0… of all rows, for chains over the rows: [step][BF_LD_BACK]. Asks for what comes next.
INLINE void bf_convert_back(
    const ck_batch *batch, int64_t dimension, int64_t d0, int64_t inputs, float *x
) {
    for (int64_t b = 0; b < batch->count; b += 2, x += BF_STEP_ROWS * BF_LD_BACK) {
        const uint8_t *from = bf_row(batch, dimension, batch->index[b]) + d0;
        const uint8_t *from2 = b + 1 < batch->count ? bf_row(batch, dimension, batch->index[b + 1]) + d0 : from;
        bf_prefetch(from + BF_KF);
        bf_prefetch(from2 + BF_KF);
        for (int64_t k = 0; k < inputs; k += CK_VW) {
            const vi even = __builtin_convertvector(*(const vb *)(from + k), vi);
            const vi odd = __builtin_convertvector(*(const vb *)(from2 + k), vi);
#if CK_PAIRS
            store(x + k, bf_pairs(even, odd));
#else
            store(x + k, __builtin_convertvector(odd, vf));
            store(x + BF_LD_BACK + k, __builtin_convertvector(even, vf));
#endif
        }
    }
}

// MARK: There

static void bf_first_layer(
    ck_shape s, const float *parameters, const float *rounded, const ck_batch *batch, ck_workspace *w
) {
    const ck_layout l = layout_of(s);
    const int64_t panels = panel_count(s.hidden), count = batch->count;
    float *start = w->bf.sums;
    for (int64_t h = 0; h < l.hidden_padded; h++) start[h] = parameters[l.b1 + h] - rounded[h];
    for (int64_t d0 = 0; d0 < s.dimension; d0 += BF_KF) {
        const int64_t inputs = s.dimension - d0 < BF_KF ? s.dimension - d0 : BF_KF;
        for (int64_t first = 0; first < count; first += BF_BC) {
            const int64_t rows = count - first < BF_BC ? count - first : BF_BC;
            if (inputs == BF_KF) bf_convert(batch, s.dimension, d0, BF_KF, first, rows, w->bf.x);
            else bf_convert(batch, s.dimension, d0, inputs, first, rows, w->bf.x);
            for (int64_t p = 0; p < panels; p++) {
                const ck_panel panel = hidden_panel(s, p);
                float *z = w->hidden + panel.first_column * count + first * panel.width;
                const float *weights =
                    rounded + rounded_start(s) + panel.first_column * CK_STEPS(s.dimension) + CK_STEPS(d0) * panel.width;
                const float *init = d0 == 0 ? start + panel.first_column : z;
                const int64_t ldi = d0 == 0 ? 0 : panel.width;
                // The next minibatch is asked for a tile at a time, as in float32.
                const int spreads = p == 0 && batch->next_index;
                const int64_t some = spreads ? tile_rows(panel.width) : rows;
                for (int64_t r = 0; r < rows; r += some) {
                    const int64_t n = rows - r < some ? rows - r : some;
                    for (int64_t i = first + r; spreads && i < first + r + n; i++)
                        bf_prefetch(bf_row(batch, s.dimension, batch->next_index[i]) + d0);
                    bf_multiply(
                        0, panel.width, n, CK_STEPS(inputs), w->bf.x + r * BF_LD, BF_LD, weights, init + r * ldi, ldi,
                        z + r * panel.width);
                }
            }
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
        const int64_t step = panel.width * BF_STEP_ROWS;
        const float *dz = w->hidden + panel.first_column * count;
        float *to = w->bf.dz + panel.first_column * BF_ROWS(count);
        for (int64_t j = 0; j < panel.width; j += CK_VW) {
            vf sum = splat(0);
            for (int64_t b = 0; b < count; b += 2) {
                vf even = load(dz + b * panel.width + j), odd = splat(0);
                if (b + 1 < count) odd = load(dz + (b + 1) * panel.width + j);
                bf_store_rows(to + b / 2 * step + j, panel.width, &even, &odd, panel.width - j);
                sum = sum + even;
                if (b + 1 < count) sum = sum + odd;
            }
            store_some(w->bf.sums + panel.first_column + j, sum, panel.width - j);
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
                d0 + d, width, lanes, even, odd, 1, mean, scale, &mean_sum, out + d / 2 * BF_STEP_ROWS * width + j);
        }
        if (d < inputs) {
            CK_ROW(even, d)
            round_two_rows(
                d0 + d, width, lanes, even, splat(0), 0, mean, scale, &mean_sum,
                out + d / 2 * BF_STEP_ROWS * width + j);
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
    for (int64_t i = 0; i < count * BF_STEP_ROWS / 2; i += 16) __builtin_prefetch(out + i, 1, 2);
    if (optimizer == CK_SGD) return;
    for (int64_t i = 0; i < count; i += 16) __builtin_prefetch(net->first + at + i, 1, 2);
    if (optimizer != CK_ADAM) return;
    for (int64_t i = 0; i < count; i += 16) __builtin_prefetch(net->second + at + i, 1, 2);
}

static void bf_first_layer_back(
    ck_shape s, const ck_net *net, const ck_batch *batch, const ck_update *u, ck_workspace *w
) {
    const ck_layout l = layout_of(s);
    const int64_t panels = panel_count(s.hidden), count = batch->count, start = rounded_start(s);
    float *rounded = net->rounded;
    round_hidden_gradient(s, count, w);
    for (int64_t h = 0; h < l.hidden_padded; h++) net->squares[h] = rounded[h] = 0;
    for (int64_t d0 = 0; d0 < s.dimension; d0 += BF_KF) {
        const int64_t inputs = s.dimension - d0 < BF_KF ? s.dimension - d0 : BF_KF;
        if (inputs == BF_KF) bf_convert_back(batch, s.dimension, d0, BF_KF, w->bf.x);
        else bf_convert_back(batch, s.dimension, d0, inputs, w->bf.x);
        for (int64_t p = 0; p < panels; p++) {
            const ck_panel panel = hidden_panel(s, p);
            const float *dz = w->bf.dz + panel.first_column * BF_ROWS(count);
            for (int64_t k = 0; k < inputs; k += BF_GROUP) {
                const int64_t d = d0 + k, some = inputs - k < BF_GROUP ? inputs - k : BF_GROUP;
                const int64_t at = l.w1 + panel.first_column * s.dimension + d * panel.width;
                float *out = rounded + start + panel.first_column * CK_STEPS(s.dimension) + CK_STEPS(d) * panel.width;
                // What the next group's update needs is fetched while this one's products are made.
                prefetch_weights(
                    net, at + some * panel.width, out + CK_STEPS(some) * panel.width,
                    BF_GROUP * panel.width, u->optimizer);
                for (int64_t b = 0; b < count; b += BF_KB) {
                    const int64_t rows = count - b < BF_KB ? count - b : BF_KB;
                    bf_multiply(
                        1, panel.width, some, CK_STEPS(rows), w->bf.x + CK_STEPS(b) * BF_LD_BACK + k, BF_LD_BACK,
                        dz + CK_STEPS(b) * panel.width, b == 0 ? 0 : w->bf.products, panel.width, w->bf.products);
                }
                bf_update_rows(
                    d, some, panel.width, w->bf.products, w->bf.sums + panel.first_column, batch->mean, batch->scale,
                    net->parameters + at, net->first + at, net->second + at, net->squares + panel.first_column,
                    rounded + panel.first_column, out, u);
            }
        }
    }
    update_rows(
        1, l.hidden_padded, net->parameters + l.b1, net->first + l.b1, net->second + l.b1, 0, w->db1, 0, 0, u, 0);
}
