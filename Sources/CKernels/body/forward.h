// The first layer's way there.

/// How many columns of the last panel, beyond whole vectors, are so few that a vector of them would be mostly padding. Their
/// sums are made with the lanes over inputs or rows instead.
INLINE int64_t narrow_columns(ck_shape s, ck_panel panel) {
    const int64_t left = s.hidden - panel.first_column, tail = left < panel.width ? left % CK_VW : 0;
    return tail <= CK_VW / 4 ? tail : 0;
}

#if CK_VW == 16
#define CK_QUARTERS(a, b, i, j, k, l)                                                                                 \
    __builtin_shufflevector(a, b, i, j, k, l, i + 4, j + 4, k + 4, l + 4, i + 8, j + 8, k + 8, l + 8, i + 12, j + 12, \
                            k + 12, l + 12)
#define CK_EVEN(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define CK_ODD(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)

/// 16×16 floats, rows `stride` floats apart, to their columns.
INLINE void transpose(const float *from, int64_t stride, vf columns[16]) {
    vf quads[16];
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i += 4) {
        // Each quarter of four rows in itself: quads[i + j] has column j of every quarter, rows i to i + 3.
        const vf a = load(from + i * stride), b = load(from + (i + 1) * stride);
        const vf c = load(from + (i + 2) * stride), d = load(from + (i + 3) * stride);
        const vf ab = CK_QUARTERS(a, b, 0, 16, 1, 17), cd = CK_QUARTERS(c, d, 0, 16, 1, 17);
        const vf ab2 = CK_QUARTERS(a, b, 2, 18, 3, 19), cd2 = CK_QUARTERS(c, d, 2, 18, 3, 19);
        quads[i] = CK_QUARTERS(ab, cd, 0, 1, 16, 17), quads[i + 1] = CK_QUARTERS(ab, cd, 2, 3, 18, 19);
        quads[i + 2] = CK_QUARTERS(ab2, cd2, 0, 1, 16, 17), quads[i + 3] = CK_QUARTERS(ab2, cd2, 2, 3, 18, 19);
    }
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) {
        const vf even = CK_EVEN(quads[j], quads[j + 4]), even2 = CK_EVEN(quads[j + 8], quads[j + 12]);
        const vf odd = CK_ODD(quads[j], quads[j + 4]), odd2 = CK_ODD(quads[j + 8], quads[j + 12]);
        columns[j] = CK_EVEN(even, even2), columns[j + 8] = CK_ODD(even, even2);
        columns[j + 4] = CK_EVEN(odd, odd2), columns[j + 12] = CK_ODD(odd, odd2);
    }
}
#endif

/// Whether narrow columns are made apart on the way there too: rows have to be transposed for it.
enum { CK_NARROW_THERE = CK_VW == 16 };

/// X·W1 for narrow columns, lanes over rows; in bf16 `depth` counts steps. `sums` is [columns][stride]; they begin at `start`,
/// [columns], or if that is NULL go on. Rows past the last one of `x` are computed too, and never used.
INLINE void narrow_columns_by(
    const int rounded, const int columns, int64_t depth, int64_t rows, const float *x, const float *weights, int64_t ldw,
    const int64_t *at, const float *start, float *sums, int64_t stride
) {
#if CK_VW == 16
    const int64_t ld = rounded ? BF_LD : CK_LD;
    for (int64_t d = 0; d < depth; d += CK_VW)
        for (int64_t r = 0; r < rows; r += CK_VW) {
            vf values[CK_VW], sum[CK_VW / 4];
            transpose(x + r * ld + d, ld, values);
#pragma clang loop unroll(full)
            for (int c = 0; c < columns; c++)
                sum[c] = start && d == 0 ? splat(start[at[c]]) : load(sums + at[c] * stride + r);
            if (depth - d >= CK_VW) {
#pragma clang loop unroll(full)
                for (int i = 0; i < CK_VW; i++)
#pragma clang loop unroll(full)
                    for (int c = 0; c < columns; c++)
                        sum[c] = multiply_add(rounded, values[i], weights + (d + i) * ldw + at[c], sum[c]);
            } else {
                for (int i = 0; i < depth - d; i++)
                    for (int c = 0; c < columns; c++)
                        sum[c] = multiply_add(rounded, values[i], weights + (d + i) * ldw + at[c], sum[c]);
            }
#pragma clang loop unroll(full)
            for (int c = 0; c < columns; c++) store(sums + at[c] * stride + r, sum[c]);
        }
#else
    (void)rounded, (void)columns, (void)depth, (void)rows, (void)x, (void)weights, (void)ldw, (void)at, (void)start, (void)sums;
    (void)stride;
#endif
}

static void narrow_columns_there(
    const int rounded, int64_t columns, int64_t depth, int64_t rows, const float *x, const float *weights, int64_t ldw, const float *start,
    float *sums, int64_t stride
) {
    // Fewer than two, or than four, are filled up with the last one again.
    int64_t at[CK_VW / 4];
    for (int64_t c = 0; c < CK_VW / 4; c++) at[c] = c < columns ? c : columns - 1;
    const uint64_t before = rounded ? bf_begin() : 0;
#define CK_CASE(rounded, columns) narrow_columns_by(rounded, columns, depth, rows, x, weights, ldw, at, start, sums, stride)
    if (rounded && columns > 2) CK_CASE(1, CK_VW / 4);
    else if (rounded) CK_CASE(1, CK_VW / 8);
    else if (columns > 2) CK_CASE(0, CK_VW / 4);
    else CK_CASE(0, CK_VW / 8);
#undef CK_CASE
    if (rounded) bf_end(before);
}

/// Writes narrow columns' sums, [columns][stride], to where they are used, [rows][ldc], and zeroes the lanes that pad.
static void spread_columns(
    int64_t columns, int64_t rows, const float *sums, int64_t stride, int64_t lanes, float *c, int64_t ldc
) {
    for (int64_t r = 0; r < rows; r++, c += ldc) {
        store_some(c, splat(0), lanes);
        CK_ONE_BY_ONE
        for (int64_t j = 0; j < columns; j++) c[j] = sums[j * stride + r];
    }
}

/// Z1 = X·W1 + b1 into `w->hidden`: for each element one chain over d. Each row starts from `start`, [padded H]; `weights` is
/// [panel][D][width], in bf16 [panel][steps of D][width].
INLINE void first_layer_by(
    const int rounded, ck_shape s, const float *start, const float *weights, const ck_batch *batch, ck_workspace *w
) {
    const ck_conversion conversion = rounded ? CK_PAIRS_OF_INPUTS : CK_CENTRED;
    const int64_t ld = rounded ? BF_LD : CK_LD;
    const int64_t panels = panel_count(s.hidden), count = batch->count, size = batch->element == CK_BYTE ? 1 : 4;
    float *x = w->x, *other = x + CK_BC * ld;
    int converted = 0;
    for (int64_t d0 = 0; d0 < s.dimension; d0 += CK_KF) {
        const int64_t inputs = smaller_of(CK_KF, s.dimension - d0), steps = rounded ? CK_STEPS(inputs) : inputs;
        const int64_t above = rounded ? CK_STEPS(d0) : d0, depth = rounded ? CK_STEPS(s.dimension) : s.dimension;
        for (int64_t first = 0; first < count; first += CK_BC) {
            const int64_t rows = smaller_of(CK_BC, count - first);
            if (!converted) convert(conversion, batch, s.dimension, d0, inputs, first, rows, w, x);
            // While these rows are multiplied, the next ones are converted.
            const int wraps = first + rows == count;
            const int64_t next_d0 = wraps ? d0 + CK_KF : d0, next = wraps ? 0 : first + rows;
            ck_aside aside = {0};
            converted = goes_aside(s.dimension, next_d0, w);
            if (converted)
                aside = rows_of(batch, s.dimension, next_d0, next, smaller_of(CK_BC, count - next), other);
            // Each block asks for the next one as it is converted, so that only the first one's bytes would be waited for, each
            // row's in turn: they are asked for a step ahead.
            if (batch->next_index && d0 == 0) {
                aside.stride = s.dimension * size;
                aside.asked_from = (const uint8_t *)batch->rows;
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
                const int64_t columns = s.hidden - panel.first_column, few = CK_NARROW_THERE ? narrow_columns(s, panel) : 0;
                const int64_t narrow = few < columns ? few : 0, width = narrow ? columns - narrow : panel.width;
                if (rounded)
                    bf_multiply(0, width, rows, steps, x, ld, b, panel.width, init, ldi, z, panel.width, p ? 0 : &aside);
                else multiply(width, rows, steps, x, ld, b, panel.width, init, ldi, z, panel.width, p ? 0 : &aside);
                if (narrow == 0) continue;
                float *sums = w->narrow + first / CK_BC * narrow_rows;
                narrow_columns_there(
                    rounded, narrow, steps, rows, x, b + width, panel.width, d0 == 0 ? start + panel.first_column + width : 0,
                    sums, there_stride(count));
                if (d0 + CK_KF >= s.dimension)
                    spread_columns(
                        narrow, rows, sums, there_stride(count), panel.width - width, z + width, panel.width);
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
