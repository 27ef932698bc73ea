// Scratch memory, and the conversion of a data set's rows into what the first layer's products take.

enum {
    /// In bf16, words from row to row of a block that is converted for the way there, an odd number of cache lines too. Back it
    /// is CK_LD.
    BF_LD = CK_PAIRS ? CK_KF / 2 + 16 : CK_LD,
    /// In bf16, rows of the minibatch that are added up at a time: of pairs as many steps as in float32.
    BF_KB = CK_PAIRS ? 2 * CK_KB : CK_KB,

    CK_ROWS = 48,
    /// Vectors of inputs that `narrow_columns_back` adds up at a time: a whole block, where registers hold two columns' sums.
    narrow_vectors = CK_VW == 16 ? CK_KF / CK_VW : 5,
    narrow_stride = (CK_KF + narrow_vectors * CK_VW - 1) / (narrow_vectors * CK_VW) * narrow_vectors * CK_VW,
};

/// How the rows of a minibatch are cut into pieces on the way back, and where converted pieces lie: in a ring of slots, so
/// that products can read some while others are written.
typedef struct {
    /// Pieces of nearly one size, `rows` each but for the last: a short one would cost as many loads and stores of sums as
    /// a long one.
    int64_t pieces, rows;
    /// A piece is converted so many pieces before it is used; there is one slot more. A single panel needs each once, several
    /// panels need a whole block at hand.
    int64_t lead;
    /// Words from slot to slot.
    int64_t slot;
} ck_ring;

static ck_ring ring_of(int rounded, ck_shape s, int64_t count) {
    const int64_t most = rounded ? BF_KB : CK_KB;
    ck_ring ring;
    ring.pieces = (count + most - 1) / most;
    ring.rows = (count + ring.pieces - 1) / ring.pieces;
    // Pairs of rows stay together.
    if (rounded) ring.rows += ring.rows % 2;
    ring.pieces = (count + ring.rows - 1) / ring.rows;
    ring.lead = panel_count(s.hidden) == 1 ? 1 : ring.pieces;
    ring.slot = rounded ? CK_STEPS(ring.rows) * CK_LD : ring.rows * CK_LD;
    return ring;
}

/// Words that the rings of `count` rows and of fewer take: 240 rows make three pieces of 80, and 100 rows a longer one.
static int64_t ring_words(int rounded, ck_shape s, int64_t count) {
    const int64_t most = rounded ? BF_KB : CK_KB, rows = count < most ? count + count % 2 : most;
    const int64_t lead = panel_count(s.hidden) == 1 ? 1 : (count + most - 1) / most;
    return (lead + 1) * (rounded ? CK_STEPS(rows) : rows) * CK_LD;
}
_Static_assert(CK_KB % 2 == 0, "a piece of pairs would be longer than the longest");

/// Scratch memory of one worker, carved into views. All floats unless said otherwise.
typedef struct {
    /// Blocks of inputs of some rows, converted: two of CK_BC rows there, a `ck_ring` back.
    float *x;
    /// Z1, then A1, then dZ1: [panel][B][width].
    float *hidden;
    /// dZ1 in bf16: [panel][step][width]. Pairs take the place of dZ1.
    float *rounded;
    /// b1, in bf16 less mean·W', then the column sums of rounded dZ1.
    float *sums;
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
    /// The few last columns of Z1, [CK_VW / 4][there_stride]; then of a block of dW1, [CK_VW / 4][narrow_stride].
    float *narrow;
    /// Column sums of squares of a gradient, where it is clipped: [padded H] and [padded C].
    float *norms;
    /// A bit for each input of the minibatch that is not dropped: [B][mask_stride].
    uint64_t *kept;
    /// What those are multiplied by; 0 where nothing is dropped, and `kept` means nothing.
    float kept_scale;
} ck_workspace;

/// Words of `kept` from row to row.
INLINE int64_t mask_stride(int64_t dimension) { return (dimension + 63) / 64; }

/// Sums of a narrow column of Z1 from column to column: of CK_BC rows at a time, in whole vectors.
enum { narrow_rows = (CK_BC + CK_VW - 1) / CK_VW * CK_VW };
INLINE int64_t there_stride(int64_t count) { return (count + CK_BC - 1) / CK_BC * narrow_rows; }

INLINE int64_t larger_of(int64_t a, int64_t b) { return a > b ? a : b; }

/// Every part is as large as for any smaller `count`: memory for a minibatch serves smaller ones too.
static int64_t carve(ck_workspace *w, uintptr_t memory, ck_shape s, int64_t count) {
    const ck_layout l = layout_of(s);
    const int64_t widest = CK_NV * CK_VW, tallest = larger_of(CK_KF, widest);
    const int64_t there = 2 * CK_BC * CK_LD, back = larger_of(ring_words(0, s, count), ring_words(1, s, count));
    int64_t used = 0;
#define CK_CARVE(view, type, n) \
    w->view = (type *)(memory + (uintptr_t)used); \
    used += ((n) * (int64_t)sizeof(type) + 64 + 63) / 64 * 64;
    // Whole vectors are read where narrow columns are made, past the last row too.
    CK_CARVE(x, float, larger_of(there + CK_VW * CK_LD, back))
    CK_CARVE(hidden, float, count * l.hidden_padded)
    CK_CARVE(rounded, float, CK_PAIRS ? 0 : CK_STEPS(count) * l.hidden_padded)
    CK_CARVE(sums, float, l.hidden_padded)
    CK_CARVE(logits, float, count * l.classes_padded)
    CK_CARVE(gradient, float, tallest * larger_of(l.classes_padded, widest))
    CK_CARVE(w2_transposed, float, s.classes * l.hidden_padded)
    CK_CARVE(rows, float, CK_ROWS * widest)
    CK_CARVE(db1, float, l.hidden_padded)
    CK_CARVE(db2, float, l.classes_padded)
    CK_CARVE(powers, float, s.classes * CK_VW)
    CK_CARVE(narrow, float, CK_VW / 4 * larger_of(narrow_stride, there_stride(count)))
    CK_CARVE(norms, float, l.hidden_padded + l.classes_padded)
    CK_CARVE(kept, uint64_t, count * mask_stride(s.dimension))
#undef CK_CARVE
    if (CK_PAIRS) w->rounded = w->hidden;
    w->kept_scale = 0;
    return used;
}

static int64_t workspace_bytes(ck_shape s, int64_t count) {
    ck_workspace unused;
    return carve(&unused, 0, s, count);
}

// MARK: Dropped inputs

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

/// Rows first…first+rows of the minibatch, inputs d0…d0+inputs, in `x`: times 1/(1−p) where they are kept, 0 where not.
static void drop_inputs(
    int64_t dimension, int64_t d0, int64_t inputs, int64_t first, int64_t rows, const ck_workspace *w, float *x
) {
    const vf scale = splat(w->kept_scale);
    const uint8_t *kept = (const uint8_t *)(w->kept + first * mask_stride(dimension)) + d0 / 8;
    vi lane;
    for (int i = 0; i < CK_VW; i++) lane[i] = 1 << i;
    for (int64_t r = 0; r < rows; r++, x += CK_LD, kept += 8 * mask_stride(dimension))
        for (int64_t k = 0; k < inputs; k += CK_VW) {
            uint32_t bits = kept[k / 8];
#if CK_VW == 16
            bits |= (uint32_t)kept[k / 8 + 1] << 8;
#elif CK_VW == 4
            bits >>= k & 4;
#endif
            store(x + k, pick(((int32_t)bits & lane) != 0, load(x + k) * scale, splat(0)));
        }
}

// MARK: Rows

/// How rows are converted: to floats, for both ways; to bf16 for chains over the inputs, there; or for chains over the rows, back.
typedef enum { CK_CENTRED, CK_PAIRS_OF_INPUTS, CK_PAIRS_OF_ROWS } ck_conversion;

/// Rows of a data set to be converted, and what is asked of memory meanwhile.
typedef struct {
    /// Row i lies `index[i]·stride` bytes from here. The values that follow those that are converted are asked for.
    const uint8_t *from;
    const uint32_t *index;
    int64_t stride, rows;
    ck_element element;
    /// For floats, x = (value − mean)·scale; `scale` NULL means ones. In bf16 both are folded into the weights.
    const float *mean, *scale;
    float *to;
    /// `asked_bytes` of each of `asked` rows, which lie `asked_index[i]·stride` bytes from here, are asked for as well.
    const uint8_t *asked_from;
    const uint32_t *asked_index;
    int64_t asked, asked_bytes;
    /// What is to be updated as soon as the product is there: row i of it makes `updated_words[j]` words of array j.
    const float *updated[4];
    int64_t updated_words[4];
} ck_aside;

/// Values past the last input may be converted too: rubbish, never used.
INLINE void convert_row(
    const ck_element element, const int scales, const uint8_t *from, int64_t inputs, const float *mean, const float *scale,
    float *x
) {
    for (int64_t k = 0; k < inputs; k += CK_VW) {
        const vf value = element == CK_BYTE ? __builtin_convertvector(*(const vb *)(from + k), vf)
                                            : load((const float *)from + k);
        const vf centred = value - load(mean + k);
        store(x + k, scales ? centred * load(scale + k) : centred);
    }
}

// In bf16, what is converted past the last input is some byte or other: the other operand has zeros there, and the product of a
// byte and zero is zero.

#if CK_PAIRS
typedef uint16_t vh __attribute__((vector_size(CK_VW * 2), aligned(1), may_alias));
INLINE vf bf_pairs(vi even, vi odd) {
    const vf low = __builtin_convertvector(even, vf), high = __builtin_convertvector(odd, vf);
    return (vf)((vu)low >> 16 | (vu)high);
}
#else
typedef uint16_t vh __attribute__((vector_size(CK_VW), aligned(1), may_alias));
#endif

INLINE void convert_pairs_of_inputs(const uint8_t *from, int64_t inputs, float *x) {
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

INLINE void convert_pairs_of_rows(const uint8_t *from, const uint8_t *from2, int64_t inputs, float *x) {
    for (int64_t k = 0; k < inputs; k += CK_VW) {
        const vi even = __builtin_convertvector(*(const vb *)(from + k), vi);
        const vi odd = __builtin_convertvector(*(const vb *)(from2 + k), vi);
#if CK_PAIRS
        store(x + k, bf_pairs(even, odd));
#else
        store(x + k, __builtin_convertvector(odd, vf));
        store(x + CK_LD + k, __builtin_convertvector(even, vf));
#endif
    }
}

/// Rows that are converted at once.
INLINE int64_t rows_at_once(const ck_conversion conversion) { return conversion == CK_PAIRS_OF_ROWS ? 2 : 1; }

/// Row i, or rows i and i+1, of which an odd number's last one makes a pair with itself.
INLINE void convert_aside(const ck_conversion conversion, int64_t inputs, const ck_aside *aside, int64_t i) {
    const uint8_t *from = aside->from + (int64_t)aside->index[i] * aside->stride, *from2 = from;
    if (conversion == CK_PAIRS_OF_ROWS && i + 1 < aside->rows)
        from2 = aside->from + (int64_t)aside->index[i + 1] * aside->stride;
    const int64_t bytes = conversion == CK_CENTRED && aside->element == CK_FLOAT ? 4 * inputs : inputs;
    for (int64_t at = 0; at < bytes; at += 64) {
        __builtin_prefetch(from + bytes + at, 0, 2);
        if (conversion == CK_PAIRS_OF_ROWS) __builtin_prefetch(from2 + bytes + at, 0, 2);
    }
    float *x = aside->to + (conversion == CK_PAIRS_OF_ROWS ? i / 2 * BF_PAIR_ROWS * CK_LD : i * (conversion ? BF_LD : CK_LD));
    const float *mean = aside->mean, *scale = aside->scale;
    if (conversion == CK_PAIRS_OF_ROWS) convert_pairs_of_rows(from, from2, inputs, x);
    else if (conversion == CK_PAIRS_OF_INPUTS) convert_pairs_of_inputs(from, inputs, x);
    else if (aside->element == CK_BYTE && !scale) convert_row(CK_BYTE, 0, from, inputs, mean, scale, x);
    else if (aside->element == CK_BYTE) convert_row(CK_BYTE, 1, from, inputs, mean, scale, x);
    else if (!scale) convert_row(CK_FLOAT, 0, from, inputs, mean, scale, x);
    else convert_row(CK_FLOAT, 1, from, inputs, mean, scale, x);
}

/// Rows first…first+rows of the minibatch, inputs d0…, as they are to be converted to `x`.
INLINE ck_aside rows_of(
    const ck_batch *batch, int64_t dimension, int64_t d0, int64_t first, int64_t rows, float *x
) {
    const int64_t size = batch->element == CK_BYTE ? 1 : 4;
    return (ck_aside){
        .from = (const uint8_t *)batch->rows + d0 * size, .index = batch->index + first, .stride = dimension * size,
        .rows = rows, .element = batch->element, .mean = batch->mean + d0, .scale = batch->scale ? batch->scale + d0 : 0,
        .to = x,
    };
}

/// Whether the block from input d0 on is whole and needs nothing but to be converted, so that this can be done on the side of a
/// product.
INLINE int goes_aside(int64_t dimension, int64_t d0, const ck_workspace *w) {
    return d0 + CK_KF <= dimension && w->kept_scale == 0;
}

/// Converts rows first…first+rows, inputs d0…d0+inputs, at once.
INLINE void convert(
    const ck_conversion conversion, const ck_batch *batch, int64_t dimension, int64_t d0, int64_t inputs, int64_t first,
    int64_t rows, const ck_workspace *w, float *x
) {
    const ck_aside aside = rows_of(batch, dimension, d0, first, rows, x);
    const int64_t at_once = rows_at_once(conversion);
    if (inputs == CK_KF)
        for (int64_t i = 0; i < rows; i += at_once) convert_aside(conversion, CK_KF, &aside, i);
    else
        for (int64_t i = 0; i < rows; i += at_once) convert_aside(conversion, inputs, &aside, i);
    if (w->kept_scale != 0) drop_inputs(dimension, d0, inputs, first, rows, w, x);
}
