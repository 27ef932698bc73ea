// The first layer's way back.

/// xᵀ·dZ1 for the few last columns, which would fill a small part of a vector: here the lanes are inputs. In bf16
/// `depth` counts steps. `sums` is [columns][narrow_stride].
INLINE void narrow_columns_by_inputs(
    const int rounded, int64_t columns, int64_t inputs, int64_t depth, const float *x, const float *dz, int64_t ldz, int begins,
    float *sums
) {
    for (int64_t c = 0; c < columns; c += 2) {
        // An odd last column is done twice.
        const int64_t second = c + 1 < columns ? 1 : 0;
        for (int64_t d = 0; d < inputs; d += narrow_vectors * CK_VW) {
            float *a = sums + c * narrow_stride + d, *b = a + second * narrow_stride;
            vf sum[2][narrow_vectors];
#pragma clang loop unroll(full)
            for (int v = 0; v < narrow_vectors; v++) {
                sum[0][v] = begins ? splat(0) : load(a + v * CK_VW);
                sum[1][v] = begins ? splat(0) : load(b + v * CK_VW);
            }
            for (int64_t k = 0; k < depth; k++) {
                const float *one = dz + k * ldz + c, *two = one + second;
#pragma clang loop unroll(full)
                for (int v = 0; v < narrow_vectors; v++) {
                    const vf values = load(x + k * CK_LD + d + v * CK_VW);
                    sum[0][v] = multiply_add(rounded, values, one, sum[0][v]);
                    sum[1][v] = multiply_add(rounded, values, two, sum[1][v]);
                }
            }
#pragma clang loop unroll(full)
            for (int v = 0; v < narrow_vectors; v++) {
                store(b + v * CK_VW, sum[1][v]);
                store(a + v * CK_VW, sum[0][v]);
            }
        }
    }
}

static void narrow_columns_back(
    const int rounded, int64_t columns, int64_t inputs, int64_t depth, const float *x, const float *dz, int64_t ldz, int begins,
    float *sums
) {
    if (!rounded) {
        narrow_columns_by_inputs(0, columns, inputs, depth, x, dz, ldz, begins, sums);
        return;
    }
    const uint64_t before = bf_begin();
    narrow_columns_by_inputs(1, columns, inputs, depth, x, dz, ldz, begins, sums);
    bf_end(before);
}

/// Parameters from `at` on, their moments and their rounded copy are to be updated after a product.
INLINE void ask_for_updated(
    const ck_net *net, ck_optimizer optimizer, int64_t at, const float *copy, int64_t width, ck_aside *aside
) {
    int n = 0;
#define CK_ASK(from, words) aside->updated[n] = from, aside->updated_words[n] = words, n++;
    CK_ASK(net->parameters + at, width)
    CK_ASK(copy, width * BF_PAIR_ROWS / 2)
    if (optimizer != CK_SGD) CK_ASK(net->first + at, width)
    if (optimizer == CK_ADAM) CK_ASK(net->second + at, width)
#undef CK_ASK
}

/// dW1 block by block, each used up by its update at once: dW1 as a whole never is in memory.
INLINE void first_layer_back_by(
    const int rounded, ck_shape s, const ck_net *net, const ck_batch *batch, const ck_update *u, ck_workspace *w
) {
    const ck_layout l = layout_of(s);
    const ck_conversion conversion = rounded ? CK_PAIRS_OF_ROWS : CK_CENTRED;
    const int64_t panels = panel_count(s.hidden), count = batch->count;
    const ck_ring ring = ring_of(rounded, s, count);
    // The number of the block's first piece, counted through all blocks, and of the first one that is not converted yet.
    int64_t turn = 0, converted = 0;
    for (int64_t d0 = 0; d0 < s.dimension; d0 += CK_KF, turn += ring.pieces) {
        const int64_t inputs = smaller_of(CK_KF, s.dimension - d0);
        for (int64_t p = 0; p < panels; p++) {
            const ck_panel panel = hidden_panel(s, p);
            const int64_t narrow = narrow_columns(s, panel);
            const int64_t width = narrow ? s.hidden - panel.first_column - narrow : panel.width;
            const int64_t at = l.w1 + panel.first_column * s.dimension + d0 * panel.width;
            float *copy = rounded ? net->rounded + rounded_start(s) + panel.first_column * CK_STEPS(s.dimension)
                                        + CK_STEPS(d0) * panel.width
                                  : 0;
            const float *dz = rounded ? w->rounded + panel.first_column * BF_ROWS(count) : w->hidden + panel.first_column * count;
            for (int64_t i = 0; i < ring.pieces; i++) {
                const int64_t first = i * ring.rows, rows = smaller_of(ring.rows, count - first);
                const float *dz_rows = dz + (rounded ? CK_STEPS(first) : first) * panel.width;
                float *x = w->x + (turn + i) % (ring.lead + 1) * ring.slot;
                if (converted <= turn + i) {
                    convert(conversion, batch, s.dimension, d0, inputs, first, rows, w, x);
                    converted = turn + i + 1;
                }
                if (narrow)
                    narrow_columns_back(
                        rounded, narrow, inputs, rounded ? CK_STEPS(rows) : rows, x, dz_rows + width, panel.width, i == 0,
                        w->narrow);
                if (width == 0) continue;
                ck_aside aside = {0};
                const int64_t later = i + ring.lead, next = later % ring.pieces * ring.rows;
                const int64_t next_d0 = d0 + later / ring.pieces * CK_KF;
                if (p == panels - 1 && goes_aside(s.dimension, next_d0, w)) {
                    float *to = w->x + (turn + later) % (ring.lead + 1) * ring.slot;
                    aside = rows_of(batch, s.dimension, next_d0, next, smaller_of(ring.rows, count - next), to);
                    converted = turn + later + 1;
                }
                if (rounded && i == ring.pieces - 1) ask_for_updated(net, u->optimizer, at, copy, panel.width, &aside);
                const float *init = i == 0 ? 0 : w->gradient;
                if (rounded)
                    bf_multiply(
                        1, width, inputs, CK_STEPS(rows), x, CK_LD, dz_rows, panel.width, init, panel.width, w->gradient,
                        panel.width, &aside);
                else
                    multiply_transposed(
                        width, inputs, rows, x, CK_LD, dz_rows, panel.width, init, panel.width, w->gradient, panel.width,
                        &aside);
            }
            if (narrow)
                spread_columns(
                    narrow, inputs, w->narrow, narrow_stride, panel.width - width, w->gradient + width, panel.width);
            if (rounded)
                bf_update_rows(
                    d0, inputs, panel.width, w->gradient, w->sums + panel.first_column, batch->mean, batch->scale,
                    net->parameters + at, net->first + at, net->second + at, net->squares + panel.first_column,
                    net->rounded + panel.first_column, copy, u);
            else
                update_rows(
                    inputs, panel.width, net->parameters + at, net->first + at, net->second + at, panel.width, w->gradient,
                    panel.width, net->squares + panel.first_column, u, u->reg);
        }
    }
}

static void first_layer_back(
    ck_shape s, const ck_net *net, const ck_batch *batch, const ck_update *u, ck_workspace *w
) {
    const ck_layout l = layout_of(s);
    for (int64_t h = 0; h < l.hidden_padded; h++) net->squares[h] = 0;
    if (net->rounded) {
        round_hidden_gradient(s, batch->count, w);
        for (int64_t h = 0; h < l.hidden_padded; h++) net->rounded[h] = 0;
        first_layer_back_by(1, s, net, batch, u, w);
    } else {
        first_layer_back_by(0, s, net, batch, u, w);
    }
    update_rows(
        1, l.hidden_padded, net->parameters + l.b1, net->first + l.b1, net->second + l.b1, 0, w->db1, 0, 0, u, 0);
}
