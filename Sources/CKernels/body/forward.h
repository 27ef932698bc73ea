// From rows of a data set to the first layer's sums.

/// Scratch memory of one worker, carved into views. All floats unless said otherwise.
typedef struct {
    /// CK_KF inputs of the minibatch as floats, mean subtracted and scaled: [B][CK_LD].
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
    /// Softmax of CK_VW rows: [C][CK_VW].
    float *powers;
    /// The few last columns of dW1: [CK_VW / 4][narrow_stride].
    float *narrow;
    bf_workspace bf;
} ck_workspace;

enum {
    CK_ROWS = 48,
    /// Vectors of inputs that `narrow_columns` adds up at a time.
    narrow_vectors = 5,
    narrow_stride = (CK_KF + narrow_vectors * CK_VW - 1) / (narrow_vectors * CK_VW) * narrow_vectors * CK_VW
};

static int64_t carve(ck_workspace *w, uintptr_t memory, ck_shape s, int64_t count) {
    const ck_layout l = layout_of(s);
    const int64_t widest = CK_NV * CK_VW, tallest = CK_KF > widest ? CK_KF : widest;
    const int64_t gradient_width = l.classes_padded > widest ? l.classes_padded : widest;
    int64_t used = 0;
#define CK_CARVE(view, type, n) \
    w->view = (type *)(memory + (uintptr_t)used); \
    used += ((n) * (int64_t)sizeof(type) + 64 + 63) / 64 * 64;
    CK_CARVE(x, float, count * CK_LD)
    CK_CARVE(hidden, float, count * l.hidden_padded)
    CK_CARVE(logits, float, count * l.classes_padded)
    CK_CARVE(gradient, float, tallest * gradient_width)
    CK_CARVE(w2_transposed, float, s.classes * l.hidden_padded)
    CK_CARVE(rows, float, CK_ROWS * widest)
    CK_CARVE(db1, float, l.hidden_padded)
    CK_CARVE(db2, float, l.classes_padded)
    CK_CARVE(powers, float, s.classes * CK_VW)
    CK_CARVE(narrow, float, CK_VW / 4 * narrow_stride)
#undef CK_CARVE
    return used + bf_carve(&w->bf, memory + (uintptr_t)used, s, count, w->hidden);
}

static int64_t workspace_bytes(ck_shape s, int64_t count) {
    ck_workspace unused;
    return carve(&unused, 0, s, count);
}

/// Asks for `inputs` values of a row, so that whoever reads them soon finds them in the cache.
INLINE void prefetch(const ck_batch *batch, int64_t dimension, int64_t row, int64_t d0, int64_t inputs) {
    const int64_t size = batch->element == CK_BYTE ? 1 : 4;
    const uint8_t *from = (const uint8_t *)batch->rows + (row * dimension + d0) * size;
    for (int64_t at = 0; at < inputs * size; at += 64) __builtin_prefetch(from + at, 0, 2);
}

/// Rows first…first+rows of the minibatch, inputs d0…d0+inputs, as floats, and asks for the inputs that follow. Lanes
/// past the last input hold rubbish, never used.
INLINE void convert_rows(
    const ck_batch *batch, const ck_element element, const int scales, int64_t dimension, int64_t d0, int64_t inputs,
    int64_t first, int64_t rows, float *x
) {
    const float *mean = batch->mean + d0, *scale = scales ? batch->scale + d0 : 0;
    for (int64_t r = 0; r < rows; r++, x += CK_LD) {
        const int64_t row = batch->index[first + r], at = row * dimension + d0;
        const uint8_t *bytes = (const uint8_t *)batch->rows + at;
        const float *floats = (const float *)batch->rows + at;
        prefetch(batch, dimension, row, d0 + inputs, inputs);
        for (int64_t k = 0; k < inputs; k += CK_VW) {
            const vf value =
                element == CK_BYTE ? __builtin_convertvector(*(const vb *)(bytes + k), vf) : load(floats + k);
            const vf centred = value - load(mean + k);
            store(x + k, scales ? centred * load(scale + k) : centred);
        }
    }
}

/// The same for whatever the batch holds; whole blocks of bytes, by far the most common, in a loop of fixed length.
static void convert(
    const ck_batch *batch, int64_t dimension, int64_t d0, int64_t inputs, int64_t first, int64_t rows, float *x
) {
    if (batch->element == CK_BYTE && !batch->scale && inputs == CK_KF)
        convert_rows(batch, CK_BYTE, 0, dimension, d0, CK_KF, first, rows, x);
    else if (batch->scale)
        convert_rows(batch, batch->element, 1, dimension, d0, inputs, first, rows, x);
    else
        convert_rows(batch, batch->element, 0, dimension, d0, inputs, first, rows, x);
}

/// Z1 = X·W1 + b1 into `w->hidden`: for each element one chain over d, starting from b1.
static void first_layer(ck_shape s, const float *parameters, const ck_batch *batch, ck_workspace *w) {
    const ck_layout l = layout_of(s);
    const int64_t panels = panel_count(s.hidden), count = batch->count;
    for (int64_t d0 = 0; d0 < s.dimension; d0 += CK_KF) {
        const int64_t inputs = s.dimension - d0 < CK_KF ? s.dimension - d0 : CK_KF;
        for (int64_t first = 0; first < count; first += CK_BC) {
            const int64_t rows = count - first < CK_BC ? count - first : CK_BC;
            convert(batch, s.dimension, d0, inputs, first, rows, w->x);
            for (int64_t p = 0; p < panels; p++) {
                const ck_panel panel = hidden_panel(s, p);
                const float *w1 = parameters + l.w1 + panel.first_column * s.dimension + d0 * panel.width;
                // The next minibatch is asked for a tile at a time: all at once would be more than the processor
                // can wait for.
                const int spreads = p == 0 && batch->next_index;
                const int64_t step = spreads ? tile_rows(panel.width) : rows;
                for (int64_t r = 0; r < rows; r += step) {
                    const int64_t n = rows - r < step ? rows - r : step;
                    for (int64_t i = first + r; spreads && i < first + r + n; i++)
                        prefetch(batch, s.dimension, batch->next_index[i], d0, inputs);
                    float *z = w->hidden + panel.first_column * count + (first + r) * panel.width;
                    multiply(
                        panel.width, n, inputs, w->x + r * CK_LD, CK_LD, w1, panel.width,
                        d0 == 0 ? parameters + l.b1 + panel.first_column : z, d0 == 0 ? 0 : panel.width, z,
                        panel.width);
                }
            }
        }
    }
}
