// Matrix products in tiles of registers. One call makes `rows` rows of one panel of `NV` vectors:
//
//     c[r][:] = init[r][:] + Σk a[r, k] · b[k][:]        each element one chain of fma over k, from init on
//
// A value of `init` that was stored by an earlier call goes on where it stopped, so splitting k changes no bit. In bf16 k counts
// steps, of operands as bf16.h describes them.

/// The sums of a tile.
typedef struct {
    vf sum[CK_MAX_ROWS][CK_NV];
#if CK_HALVES
    hf last[CK_MAX_ROWS];
#endif
} ck_sums;

/// sum + value·*column, in bf16 a step of both.
INLINE vf multiply_add(const int rounded, vf value, const float *column, vf sum) {
    return rounded ? bf_add(value, bf_splat(column), sum) : fma_v(value, splat(*column), sum);
}

/// One k, of `mr` rows and `nv` vectors, the last one half of one if `half`.
INLINE void tile_step(
    const int rounded, const int mr, const int nv, const int half, const float *a, int64_t row_step, const float *restrict b,
    ck_sums *sums
) {
    const int whole = nv - half;
    vf column[CK_NV];
#pragma clang loop unroll(full)
    for (int v = 0; v < whole; v++) column[v] = load(b + v * CK_VW);
#if CK_HALVES
    hf last_column = {};
    if (half) last_column = *(const hf *)(b + whole * CK_VW);
#endif
#pragma clang loop unroll(full)
    for (int r = 0; r < mr; r++) {
        const vf value = rounded ? bf_splat(a + r * row_step) : splat(a[r * row_step]);
#pragma clang loop unroll(full)
        for (int v = 0; v < whole; v++)
            sums->sum[r][v] =
                rounded ? bf_add(value, column[v], sums->sum[r][v]) : fma_v(value, column[v], sums->sum[r][v]);
#if CK_HALVES
        if (half)
            sums->last[r] = rounded ? bf_add_half(lower_half(value), last_column, sums->last[r])
                                    : __builtin_elementwise_fma(lower_half(value), last_column, sums->last[r]);
#endif
    }
}

/// `init` NULL means zero; row stride 0 means one row for all. `init` may be `c`. If it `asks`, for the sums of the next two
/// tiles, step by step: a product over many rows has pushed them out of the first cache.
///
/// Rows `from`…`to` of `aside` are converted meanwhile, each before an equal part of the steps: the multiply-adds leave the
/// processor room for that, as long as it sees both at once.
INLINE void tile(
    const int rounded, const int mr, const int nv, const int half, const int asks, int64_t depth, const float *a, int64_t row_step,
    int64_t depth_step, const float *restrict b, int64_t ldb, const float *init, int64_t ldi, float *c, int64_t ldc,
    const ck_conversion conversion, const ck_aside *aside, int64_t from, int64_t to
) {
    const int whole = nv - half;
    const int64_t ask_step = 2 * mr * nv * CK_VW * 4 / (rounded ? CK_STEPS(CK_KF) : CK_KF);
    const char *ask = (const char *)(c + mr * ldc);
    const int64_t at_once = rows_at_once(conversion), part = depth / ((to - from + at_once - 1) / at_once + 1);
    ck_sums sums;
#pragma clang loop unroll(full)
    for (int r = 0; r < mr; r++) {
#pragma clang loop unroll(full)
        for (int v = 0; v < whole; v++) sums.sum[r][v] = init ? load(init + r * ldi + v * CK_VW) : splat(0);
#if CK_HALVES
        if (half) sums.last[r] = init ? *(const hf *)(init + r * ldi + whole * CK_VW) : (hf){};
#endif
    }
    for (int64_t k = 0;; from += at_once) {
        if (from < to) convert_aside(conversion, CK_KF, aside, from);
        const int64_t end = from < to ? k + part : depth;
#pragma clang loop unroll_count(CK_UNROLL)
        for (; k < end; k++, a += depth_step, b += ldb) {
            if (asks) __builtin_prefetch(ask + k * ask_step);
            tile_step(rounded, mr, nv, half, a, row_step, b, &sums);
        }
        if (from >= to) break;
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < mr; r++) {
#pragma clang loop unroll(full)
        for (int v = 0; v < whole; v++) store(c + r * ldc + v * CK_VW, sums.sum[r][v]);
#if CK_HALVES
        if (half) *(hf *)(c + r * ldc + whole * CK_VW) = sums.last[r];
#endif
    }
}

INLINE int64_t smaller_of(int64_t a, int64_t b) { return a < b ? a : b; }

/// All rows: whole tiles first, then the rest by fours, twos and ones. What is done on the side is spread over the tiles.
INLINE void product(
    const int rounded, const int nv, const int half, const int mr, const int transposed, int64_t rows, int64_t depth,
    const float *a, int64_t lda, const float *b, int64_t ldb, const float *init, int64_t ldi, float *c, int64_t ldc,
    const ck_aside *aside
) {
    static const ck_aside nothing = {0};
    if (!aside) aside = &nothing;
    const ck_conversion conversion = !rounded ? CK_CENTRED : transposed ? CK_PAIRS_OF_ROWS : CK_PAIRS_OF_INPUTS;
    const int64_t row_step = transposed ? 1 : lda, depth_step = transposed ? lda : 1;
    const int64_t tiles = rows < mr ? 1 : rows / mr, at_once = rows_at_once(conversion);
    const int64_t converted = (aside->rows + tiles * at_once - 1) / (tiles * at_once) * at_once;
    const int64_t asked = (aside->asked + tiles - 1) / tiles;
    int64_t r = 0, from = 0, to = 0, ask = 0;
#define CK_TILES(n)                                                                                                   \
    for (; r + (n) <= rows; r += (n), from = to) {                                                                    \
        to = smaller_of(from + converted, aside->rows);                                                               \
        for (const int64_t end = smaller_of(ask + asked, aside->asked); ask < end; ask++)                             \
            for (int64_t at = 0; at < aside->asked_bytes; at += 64)                                                   \
                __builtin_prefetch(                                                                                   \
                    aside->asked_from + (int64_t)aside->asked_index[ask] * aside->stride + at, 0, 2);                 \
        if (rounded && transposed)                                                                                    \
            for (int j = 0; j < 4 && aside->updated[j]; j++)                                                          \
                for (int64_t at = r * aside->updated_words[j]; at < (r + (n)) * aside->updated_words[j]; at += 16)    \
                    __builtin_prefetch(aside->updated[j] + at, 1);                                                    \
        tile(rounded, (n), nv, half, !transposed, depth, a + r * row_step, row_step, depth_step, b, ldb,              \
             init ? init + r * ldi : init, ldi, c + r * ldc, ldc, conversion, aside, from, to);                       \
    }
    CK_TILES(mr)
    if (mr > 4) CK_TILES(4)
    CK_TILES(2)
    CK_TILES(1)
#undef CK_TILES
}

// Rows of a tile for each number of vectors: as many as registers allow.
#define CK_ALL_WIDTHS(X) CK_WIDTHS(X)

#define CK_ARGUMENTS                                                                                                  \
    int64_t rows, int64_t depth, const float *a, int64_t lda, const float *b, int64_t ldb, const float *init,         \
        int64_t ldi, float *c, int64_t ldc, const ck_aside *aside

#define CK_DEFINE_ONE(name, rounded, transposed, nv, half, mr)                                                        \
    static __attribute__((noinline)) void name##_##nv##_##half(CK_ARGUMENTS) {                                        \
        product(rounded, nv, half, mr, transposed, rows, depth, a, lda, b, ldb, init, ldi, c, ldc, aside);            \
    }
#define CK_DEFINE(nv, half, mr)                                                                                       \
    CK_DEFINE_ONE(forward, 0, 0, nv, half, mr)                                                                        \
    CK_DEFINE_ONE(transposed, 0, 1, nv, half, mr)                                                                     \
    CK_DEFINE_ONE(bf_forward, 1, 0, nv, half, mr)                                                                     \
    CK_DEFINE_ONE(bf_transposed, 1, 1, nv, half, mr)
CK_ALL_WIDTHS(CK_DEFINE)
#undef CK_DEFINE
#undef CK_DEFINE_ONE

/// a (rows×depth, row stride lda) times b (depth×width).
static void multiply(int64_t width, CK_ARGUMENTS) {
    switch (2 * width / CK_VW) {
#define CK_CASE(nv, half, mr)                                                                                         \
    case 2 * nv - half: forward_##nv##_##half(rows, depth, a, lda, b, ldb, init, ldi, c, ldc, aside); break;
        CK_ALL_WIDTHS(CK_CASE)
#undef CK_CASE
    }
}

/// aᵀ (a is depth×rows, row stride lda) times b (depth×width).
static void multiply_transposed(int64_t width, CK_ARGUMENTS) {
    switch (2 * width / CK_VW) {
#define CK_CASE(nv, half, mr)                                                                                         \
    case 2 * nv - half: transposed_##nv##_##half(rows, depth, a, lda, b, ldb, init, ldi, c, ldc, aside); break;
        CK_ALL_WIDTHS(CK_CASE)
#undef CK_CASE
    }
}

/// Both in bf16; `depth` counts steps.
static void bf_multiply(int transposed, int64_t width, CK_ARGUMENTS) {
    const uint64_t before = bf_begin();
    switch (4 * width / CK_VW + transposed) {
#define CK_CASE(nv, half, mr)                                                                                         \
    case 4 * nv - 2 * half: bf_forward_##nv##_##half(rows, depth, a, lda, b, ldb, init, ldi, c, ldc, aside); break;   \
    case 4 * nv - 2 * half + 1:                                                                                       \
        bf_transposed_##nv##_##half(rows, depth, a, lda, b, ldb, init, ldi, c, ldc, aside);                           \
        break;
        CK_ALL_WIDTHS(CK_CASE)
#undef CK_CASE
    }
    bf_end(before);
}
