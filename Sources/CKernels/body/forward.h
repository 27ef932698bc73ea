// From bytes of a data set to the first layer's sums.

/// Scratch memory of one worker, carved into views. All floats unless said otherwise.
typedef struct {
    /// The minibatch as stored: [block of CK_KF inputs][B][CK_KF] bytes or floats.
    uint8_t *compact;
    /// One block as floats, mean subtracted and scaled: [B][CK_LD].
    float *x;
    /// Z1, then A1, then dZ1: [panel][B][width].
    float *hidden;
    /// logits, then their gradient: [B][padded C].
    float *logits;
    /// A block of a weight gradient.
    float *gradient;
    /// W2 before its update, transposed: [C][padded H].
    float *w2_transposed;
    /// dA1 of CK_ROWS rows of a panel.
    float *rows;
    float *db1, *db2;
} ck_workspace;

enum { CK_ROWS = 48 };

static int64_t carve(ck_workspace *w, uintptr_t memory, ck_shape s, int64_t count, ck_element element) {
    const ck_layout l = layout_of(s);
    const int64_t blocks = (s.dimension + CK_KF - 1) / CK_KF, element_size = element == CK_BYTE ? 1 : 4;
    const int64_t widest = CK_NV * CK_VW, tallest = CK_KF > widest ? CK_KF : widest;
    const int64_t gradient_width = l.classes_padded > widest ? l.classes_padded : widest;
    int64_t used = 0;
#define CK_CARVE(view, type, n) \
    w->view = (type *)(memory + (uintptr_t)used); \
    used += ((n) * (int64_t)sizeof(type) + 64 + 63) / 64 * 64;
    CK_CARVE(compact, uint8_t, blocks * count * CK_KF * element_size)
    CK_CARVE(x, float, count * CK_LD)
    CK_CARVE(hidden, float, count * l.hidden_padded)
    CK_CARVE(logits, float, count * l.classes_padded)
    CK_CARVE(gradient, float, tallest * gradient_width)
    CK_CARVE(w2_transposed, float, s.classes * l.hidden_padded)
    CK_CARVE(rows, float, CK_ROWS * widest)
    CK_CARVE(db1, float, l.hidden_padded)
    CK_CARVE(db2, float, l.classes_padded)
#undef CK_CARVE
    return used;
}

static int64_t workspace_bytes(ck_shape s, int64_t count, ck_element element) {
    ck_workspace unused;
    return carve(&unused, 0, s, count, element);
}

/// Copies the minibatch's rows next to each other, block by block.
static void gather(const ck_batch *batch, int64_t dimension, uint8_t *compact) {
    const int64_t size = batch->element == CK_BYTE ? 1 : 4, block = CK_KF * size;
    for (int64_t b = 0; b < batch->count; b++) {
        const uint8_t *row = (const uint8_t *)batch->rows + (int64_t)batch->index[b] * dimension * size;
        uint8_t *to = compact + b * block;
        int64_t left = dimension * size;
        if (batch->element == CK_BYTE)
            for (; left >= CK_KF; left -= CK_KF, row += CK_KF, to += batch->count * block)
                __builtin_memcpy(to, row, CK_KF);
        else
            for (; left >= CK_KF * 4; left -= CK_KF * 4, row += CK_KF * 4, to += batch->count * block)
                __builtin_memcpy(to, row, CK_KF * 4);
        if (left > 0) __builtin_memcpy(to, row, (uint64_t)left);
    }
}

/// Rows first…first+rows of the block at input d0, as floats. Lanes past the block's inputs hold rubbish, never used.
static void convert(
    const ck_batch *batch, const uint8_t *compact, int64_t d0, int64_t inputs, int64_t first, int64_t rows, float *x
) {
    if (batch->element == CK_BYTE) {
        const uint8_t *from = compact + d0 * batch->count + first * CK_KF;
        for (int64_t k = 0; k < inputs; k += CK_VW) {
            const vf mean = load(batch->mean + d0 + k), scale = load(batch->scale + d0 + k);
            for (int64_t r = 0; r < rows; r++) {
                const vf value = __builtin_convertvector(*(const vb *)(from + r * CK_KF + k), vf);
                store(x + r * CK_LD + k, (value - mean) * scale);
            }
        }
    } else {
        const float *from = (const float *)(const void *)compact + d0 * batch->count + first * CK_KF;
        for (int64_t k = 0; k < inputs; k += CK_VW) {
            const vf mean = load(batch->mean + d0 + k), scale = load(batch->scale + d0 + k);
            for (int64_t r = 0; r < rows; r++)
                store(x + r * CK_LD + k, (load(from + r * CK_KF + k) - mean) * scale);
        }
    }
}

/// Asks for `inputs` values of rows first…first+rows of the next minibatch, so that its gather finds them in the cache.
INLINE void prefetch(const ck_batch *batch, int64_t dimension, int64_t d0, int64_t inputs, int64_t first, int64_t rows) {
    const int64_t size = batch->element == CK_BYTE ? 1 : 4;
    for (int64_t b = first; b < first + rows; b++) {
        const uint8_t *row = (const uint8_t *)batch->rows + ((int64_t)batch->next_index[b] * dimension + d0) * size;
        for (int64_t at = 0; at < inputs * size; at += 64) __builtin_prefetch(row + at, 0, 2);
    }
}

/// Z1 = X·W1 + b1 into `w->hidden`: for each element one chain over d, starting from b1.
static void first_layer(ck_shape s, const float *parameters, const ck_batch *batch, ck_workspace *w) {
    const ck_layout l = layout_of(s);
    const int64_t panels = panel_count(s.hidden), count = batch->count;
    gather(batch, s.dimension, w->compact);
    for (int64_t d0 = 0; d0 < s.dimension; d0 += CK_KF) {
        const int64_t inputs = s.dimension - d0 < CK_KF ? s.dimension - d0 : CK_KF;
        for (int64_t first = 0; first < count; first += CK_BC) {
            const int64_t rows = count - first < CK_BC ? count - first : CK_BC;
            if (batch->next_index) prefetch(batch, s.dimension, d0, inputs, first, rows);
            convert(batch, w->compact, d0, inputs, first, rows, w->x);
            for (int64_t p = 0; p < panels; p++) {
                const ck_panel panel = hidden_panel(s, p);
                float *z = w->hidden + panel.first_column * count + first * panel.width;
                const float *w1 = parameters + l.w1 + panel.first_column * s.dimension + d0 * panel.width;
                multiply(
                    panel.width, rows, inputs, w->x, CK_LD, w1, panel.width,
                    d0 == 0 ? parameters + l.b1 + panel.first_column : z, d0 == 0 ? 0 : panel.width, z, panel.width);
            }
        }
    }
}
