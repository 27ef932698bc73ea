// The first layer's way there.

#if CK_VW == 16
/// Sums of the few last columns of a panel, which would fill a small part of a vector: here the lanes are rows.
#endif

/// Z1 = X·W1 + b1 into `w->hidden`: for each element one chain over d. Each row starts from `start`, [padded H]; `weights` is
/// [panel][D][width], in bf16 [panel][steps of D][width].
INLINE void first_layer_by(
    const int rounded, ck_shape s, const float *start, const float *weights, const ck_batch *batch, ck_workspace *w
) {
    const ck_conversion conversion = rounded ? CK_PAIRS_OF_INPUTS : CK_CENTRED;
    const int64_t block = block_inputs(rounded), ld = rounded ? BF_LD : CK_LD;
    const int64_t panels = panel_count(s.hidden), count = batch->count, size = batch->element == CK_BYTE ? 1 : 4;
    const int asks_next = batch->next_index && count * s.dimension * size <= ahead_bytes;
    float *x = w->x, *other = x + CK_BC * ld;
    int converted = 0;
    for (int64_t d0 = 0; d0 < s.dimension; d0 += block) {
        const int64_t inputs = smaller_of(block, s.dimension - d0), steps = rounded ? CK_STEPS(inputs) : inputs;
        const int64_t above = rounded ? CK_STEPS(d0) : d0, depth = rounded ? CK_STEPS(s.dimension) : s.dimension;
        for (int64_t first = 0; first < count; first += CK_BC) {
            const int64_t rows = smaller_of(CK_BC, count - first);
            if (!converted) convert(conversion, batch, s.dimension, d0, inputs, first, rows, w, x);
            // While these rows are multiplied, the next ones are converted.
            const int wraps = first + rows == count;
            const int64_t next_d0 = wraps ? d0 + block : d0, next = wraps ? 0 : first + rows;
            ck_aside aside = {0};
            converted = goes_aside(rounded, batch, s.dimension, next_d0, w);
            if (converted)
                aside = bytes_of(batch, s.dimension, next_d0, next, smaller_of(CK_BC, count - next), other);
            // So are these inputs of the next minibatch asked for.
            if (asks_next) {
                aside.stride = s.dimension * size;
                aside.asked_from = (const uint8_t *)batch->rows + d0 * size;
                aside.asked_index = batch->next_index + first;
                aside.asked = rows;
                aside.asked_bytes = inputs * size;
            }
            for (int64_t p = 0; p < panels; p++) {
                const ck_panel panel = hidden_panel(s, p);
                const float *b = weights + panel.first_column * depth + above * panel.width;
                float *z = w->hidden + panel.first_column * count + first * panel.width;
                const float *init = d0 == 0 ? start + panel.first_column : z;
                const int64_t ldi = d0 == 0 ? 0 : panel.width;
                if (rounded)
                    bf_multiply(0, panel.width, rows, steps, x, ld, b, panel.width, init, ldi, z, panel.width, p ? 0 : &aside);
                else
                    multiply(panel.width, rows, steps, x, ld, b, panel.width, init, ldi, z, panel.width, p ? 0 : &aside);
            }
            float *const free = x;
            x = other;
            other = free;
        }
    }
}

static void first_layer(ck_shape s, const float *parameters, const float *rounded, const ck_batch *batch, ck_workspace *w) {
    const ck_layout l = layout_of(s);
    if (rounded) {
        for (int64_t h = 0; h < l.hidden_padded; h++) w->sums[h] = parameters[l.b1 + h] - rounded[h];
        first_layer_by(1, s, w->sums, rounded + rounded_start(s), batch, w);
    } else {
        first_layer_by(0, s, parameters + l.b1, parameters + l.w1, batch, w);
    }
}
