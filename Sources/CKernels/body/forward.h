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
    /// Column sums of squares of a gradient, where it is clipped: [padded H] and [padded C].
    float *norms;
    /// A bit for each input of the minibatch that is not dropped: [B][mask_stride].
    uint64_t *kept;
    /// What those are multiplied by; 0 where nothing is dropped, and `kept` means nothing.
    float kept_scale;
    bf_workspace bf;
} ck_workspace;

enum {
    CK_ROWS = 48,
    /// Largest minibatch that is asked for ahead: what does not fit into the second cache is gone before it is used.
    ahead_bytes = 1 << 20,
    /// Vectors of inputs that `narrow_columns` adds up at a time.
    narrow_vectors = 5,
    narrow_stride = (CK_KF + narrow_vectors * CK_VW - 1) / (narrow_vectors * CK_VW) * narrow_vectors * CK_VW
};

/// Words of `kept` from row to row.
INLINE int64_t mask_stride(int64_t dimension) { return (dimension + 63) / 64; }

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
    CK_CARVE(norms, float, l.hidden_padded + l.classes_padded)
    CK_CARVE(kept, uint64_t, count * mask_stride(s.dimension))
#undef CK_CARVE
    w->kept_scale = 0;
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

/// Draws which inputs of the minibatch are kept: those whose 16 random bits are not below the threshold. 64 inputs take 8
/// blocks of Philox: word w of block i has the bits of inputs 32·(w / 2) + 4·i + 2·(w mod 2) and the one after that, lower
/// half first. The blocks' position depends on iteration, row and input alone.
static void draw_kept(ck_shape s, int64_t count, const ck_regularizers *r, ck_workspace *w) {
    typedef uint64_t vq __attribute__((vector_size(64)));
    typedef uint16_t halves __attribute__((ext_vector_type(32)));
    typedef _Bool bits __attribute__((ext_vector_type(32)));
    const int64_t groups = mask_stride(s.dimension);
    const uint64_t from = r->iteration * (uint64_t)(count * groups);
    const vq low = (uint32_t)-1 - (vq){0}, lanes = {0, 1, 2, 3, 4, 5, 6, 7};
    for (int64_t g = 0; g < count * groups; g++) {
        const vq at = (from + (uint64_t)g) * 8 + lanes;
        // Of each lane the lower half counts; the upper is whatever the products leave there.
        vq c0 = at, c1 = at >> 32, c2 = {0}, c3 = CK_STREAM_INPUT_DROPOUT - (vq){0};
        uint32_t k0 = (uint32_t)r->dropout_key, k1 = (uint32_t)(r->dropout_key >> 32);
#pragma clang loop unroll(full)
        for (int round = 0; round < 10; round++) {
            const vq p0 = (c0 & low) * (uint64_t)0xD2511F53u, p1 = (c2 & low) * (uint64_t)0xCD9E8D57u;
            c0 = (p1 >> 32) ^ c1 ^ (uint64_t)k0, c2 = (p0 >> 32) ^ c3 ^ (uint64_t)k1;
            c1 = p1, c3 = p0;
            k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
        }
        const vq first = (c0 & low) | c1 << 32, second = (c2 & low) | c3 << 32;
        const halves threshold = (uint16_t)r->input_threshold;
        halves words[2];
        __builtin_memcpy(words, &first, 64);
        __builtin_memcpy(words + 1, &second, 64);
        for (int i = 0; i < 2; i++) {
            const bits kept = __builtin_convertvector(words[i] >= threshold, bits);
            __builtin_memcpy((uint32_t *)(w->kept + g) + i, &kept, 4);
        }
    }
    w->kept_scale = r->input_scale;
}

/// `x` times `scale` where inputs d… are kept, 0 where they are not.
INLINE vf keep_some(const uint64_t *kept, int64_t d, vf scale, vf x) {
    vi lane;
    for (int i = 0; i < CK_VW; i++) lane[i] = 1 << i;
    const uint8_t *at = (const uint8_t *)kept + d / 8;
    uint32_t bits = at[0];
#if CK_VW == 16
    bits |= (uint32_t)at[1] << 8;
#elif CK_VW == 4
    bits >>= d & 4;
#endif
    return pick(((int32_t)bits & lane) != 0, x * scale, splat(0));
}

/// Rows first…first+rows of the minibatch, inputs d0…d0+inputs, as floats, and asks for the inputs that follow. Lanes
/// past the last input hold rubbish, never used.
INLINE void convert_rows(
    const ck_batch *batch, const ck_element element, const int scales, const int drops, int64_t dimension, int64_t d0,
    int64_t inputs, int64_t first, int64_t rows, const ck_workspace *w
) {
    const float *mean = batch->mean + d0, *scale = scales ? batch->scale + d0 : 0;
    const uint64_t *kept = w->kept + first * mask_stride(dimension);
    float *x = w->x;
    for (int64_t r = 0; r < rows; r++, x += CK_LD, kept += mask_stride(dimension)) {
        const int64_t row = batch->index[first + r], at = row * dimension + d0;
        const uint8_t *bytes = (const uint8_t *)batch->rows + at;
        const float *floats = (const float *)batch->rows + at;
        prefetch(batch, dimension, row, d0 + inputs, inputs);
        for (int64_t k = 0; k < inputs; k += CK_VW) {
            const vf value =
                element == CK_BYTE ? __builtin_convertvector(*(const vb *)(bytes + k), vf) : load(floats + k);
            const vf centred = value - load(mean + k);
            const vf scaled = scales ? centred * load(scale + k) : centred;
            store(x + k, drops ? keep_some(kept, d0 + k, splat(w->kept_scale), scaled) : scaled);
        }
    }
}

/// The same for whole blocks of bytes, by far the most common. The means stay in registers: to read them again with each row
/// takes a third more time.
static void convert_bytes(
    const ck_batch *batch, int64_t dimension, int64_t d0, int64_t first, int64_t rows, const ck_workspace *w
) {
    vf mean[CK_KF / CK_VW];
#pragma clang loop unroll(full)
    for (int v = 0; v < CK_KF / CK_VW; v++) mean[v] = load(batch->mean + d0 + v * CK_VW);
    const uint8_t *from = (const uint8_t *)batch->rows + d0;
    const uint32_t *index = batch->index + first;
    float *restrict x = w->x;
    for (int64_t r = 0; r < rows; r++, x += CK_LD) {
        const uint8_t *bytes = from + index[r] * dimension;
#pragma clang loop unroll(full)
        for (int at = CK_KF; at < 2 * CK_KF; at += 64) __builtin_prefetch(bytes + at, 0, 2);
#pragma clang loop unroll(full)
        for (int v = 0; v < CK_KF / CK_VW; v++)
            store(x + v * CK_VW, __builtin_convertvector(*(const vb *)(bytes + v * CK_VW), vf) - mean[v]);
    }
}

/// The same for whatever the batch holds.
static void convert(
    const ck_batch *batch, int64_t dimension, int64_t d0, int64_t inputs, int64_t first, int64_t rows,
    const ck_workspace *w
) {
    if (w->kept_scale != 0)
        if (batch->scale) convert_rows(batch, batch->element, 1, 1, dimension, d0, inputs, first, rows, w);
        else convert_rows(batch, batch->element, 0, 1, dimension, d0, inputs, first, rows, w);
    else if (batch->element == CK_BYTE && !batch->scale && inputs == CK_KF)
        convert_bytes(batch, dimension, d0, first, rows, w);
    else if (batch->scale) convert_rows(batch, batch->element, 1, 0, dimension, d0, inputs, first, rows, w);
    else convert_rows(batch, batch->element, 0, 0, dimension, d0, inputs, first, rows, w);
}

/// Z1 = X·W1 + b1 into `w->hidden`: for each element one chain over d, starting from b1.
static void first_layer(ck_shape s, const float *parameters, const ck_batch *batch, ck_workspace *w) {
    const ck_layout l = layout_of(s);
    const int64_t panels = panel_count(s.hidden), count = batch->count, size = batch->element == CK_BYTE ? 1 : 4;
    const int asks_next = batch->next_index && count * s.dimension * size <= ahead_bytes;
    for (int64_t d0 = 0; d0 < s.dimension; d0 += CK_KF) {
        const int64_t inputs = s.dimension - d0 < CK_KF ? s.dimension - d0 : CK_KF;
        for (int64_t first = 0; first < count; first += CK_BC) {
            const int64_t rows = count - first < CK_BC ? count - first : CK_BC;
            convert(batch, s.dimension, d0, inputs, first, rows, w);
            for (int64_t p = 0; p < panels; p++) {
                const ck_panel panel = hidden_panel(s, p);
                const float *w1 = parameters + l.w1 + panel.first_column * s.dimension + d0 * panel.width;
                float *z = w->hidden + panel.first_column * count + first * panel.width;
                // With the first panel the same inputs of the next minibatch are asked for.
                ck_ahead ahead = {0};
                if (p == 0 && asks_next)
                    ahead = (ck_ahead){
                        (const uint8_t *)batch->rows + d0 * size, batch->next_index + first, s.dimension * size,
                        inputs * size, rows,
                    };
                multiply(
                    panel.width, rows, inputs, w->x, CK_LD, w1, panel.width,
                    d0 == 0 ? parameters + l.b1 + panel.first_column : z, d0 == 0 ? 0 : panel.width, z, panel.width,
                    ahead);
            }
        }
    }
}
