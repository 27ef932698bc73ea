// Matrix products in tiles of registers. One call makes `rows` rows of one panel of `NV` vectors:
//
//     c[r][:] = init[r][:] + Σk a[r, k] · b[k][:]        each element one chain of fma over k, from init on
//
// A value of `init` that was stored by an earlier call goes on where it stopped, so splitting k changes no bit.

/// Of `nv` vectors, the last one half of one if `half`. `init` NULL means zero; row stride 0 means one row for all. `init`
/// may be `c`. If it `asks`, for the sums of the next two tiles, step by step: a product over many rows has pushed them out of
/// the first cache.
INLINE void tile(
    const int mr, const int nv, const int half, const int asks, int64_t depth, const float *a, int64_t row_step, int64_t depth_step,
    const float *restrict b, int64_t ldb, const float *init, int64_t ldi, float *c, int64_t ldc
) {
    const int whole = nv - half;
    const int64_t ask_step = 2 * mr * nv * CK_VW * 4 / CK_KF;
    vf sum[CK_MAX_ROWS][CK_NV];
#if CK_HALVES
    hf last[CK_MAX_ROWS];
#endif
#pragma clang loop unroll(full)
    for (int r = 0; r < mr; r++) {
#pragma clang loop unroll(full)
        for (int v = 0; v < whole; v++) sum[r][v] = init ? load(init + r * ldi + v * CK_VW) : splat(0);
#if CK_HALVES
        if (half) last[r] = init ? *(const hf *)(init + r * ldi + whole * CK_VW) : (hf){};
#endif
    }
#pragma clang loop unroll_count(CK_UNROLL)
    for (int64_t k = 0; k < depth; k++) {
        vf column[CK_NV];
        if (asks) __builtin_prefetch((const char *)(c + mr * ldc) + k * ask_step);
#pragma clang loop unroll(full)
        for (int v = 0; v < whole; v++) column[v] = load(b + k * ldb + v * CK_VW);
#if CK_HALVES
        hf last_column = {};
        if (half) last_column = *(const hf *)(b + k * ldb + whole * CK_VW);
#endif
#pragma clang loop unroll(full)
        for (int r = 0; r < mr; r++) {
            const vf value = splat(a[r * row_step + k * depth_step]);
#pragma clang loop unroll(full)
            for (int v = 0; v < whole; v++) sum[r][v] = fma_v(value, column[v], sum[r][v]);
#if CK_HALVES
            if (half) last[r] = __builtin_elementwise_fma(lower_half(value), last_column, last[r]);
#endif
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < mr; r++) {
#pragma clang loop unroll(full)
        for (int v = 0; v < whole; v++) store(c + r * ldc + v * CK_VW, sum[r][v]);
#if CK_HALVES
        if (half) *(hf *)(c + r * ldc + whole * CK_VW) = last[r];
#endif
    }
}

/// `bytes` of each of `count` rows of a data set that are asked for while a product is computed, a few with each tile: all at
/// once would be more than the processor can wait for.
typedef struct {
    /// Those of row i lie `index[i]·stride` bytes from here.
    const uint8_t *from;
    const uint32_t *index;
    int64_t stride, bytes, count;
} ck_ahead;

/// All rows: whole tiles first, then the rest by fours, twos and ones.
INLINE void product(
    const int nv, const int half, const int mr, const int transposed, int64_t rows, int64_t depth, const float *a, int64_t lda,
    const float *b, int64_t ldb, const float *init, int64_t ldi, float *c, int64_t ldc, ck_ahead ahead
) {
    const int64_t row_step = transposed ? 1 : lda, depth_step = transposed ? lda : 1;
    int64_t r = 0;
#define CK_TILES(n)                                                                                                   \
    for (; r + (n) <= rows; r += (n)) {                                                                               \
        for (int64_t i = r; i < r + (n) && i < ahead.count; i++)                                                      \
            for (int64_t at = 0; at < ahead.bytes; at += 64)                                                          \
                __builtin_prefetch(ahead.from + (int64_t)ahead.index[i] * ahead.stride + at, 0, 2);                   \
        tile((n), nv, half, !transposed, depth, a + r * row_step, row_step, depth_step, b, ldb,                       \
             init ? init + r * ldi : init, ldi, c + r * ldc, ldc);                                                    \
    }
    CK_TILES(mr)
    if (mr > 4) CK_TILES(4)
    CK_TILES(2)
    CK_TILES(1)
#undef CK_TILES
}

// Rows of a tile for each number of vectors: as many as registers allow.
#define CK_ALL_WIDTHS(X) CK_WIDTHS(X)

#define CK_DEFINE(nv, half, mr)                                                                                       \
    static __attribute__((noinline)) void forward_##nv##_##half(                                                      \
        int64_t rows, int64_t depth, const float *a, int64_t lda, const float *b, int64_t ldb, const float *init,     \
        int64_t ldi, float *c, int64_t ldc, ck_ahead ahead                                                            \
    ) {                                                                                                               \
        product(nv, half, mr, 0, rows, depth, a, lda, b, ldb, init, ldi, c, ldc, ahead);                              \
    }                                                                                                                 \
    static __attribute__((noinline)) void transposed_##nv##_##half(                                                   \
        int64_t rows, int64_t depth, const float *a, int64_t lda, const float *b, int64_t ldb, const float *init,     \
        int64_t ldi, float *c, int64_t ldc                                                                            \
    ) {                                                                                                               \
        product(nv, half, mr, 1, rows, depth, a, lda, b, ldb, init, ldi, c, ldc, (ck_ahead){0});                      \
    }
CK_ALL_WIDTHS(CK_DEFINE)
#undef CK_DEFINE

/// Rows of a whole tile of `width` columns.
static int64_t tile_rows(int64_t width) {
    switch (2 * width / CK_VW) {
#define CK_CASE(nv, half, mr) case 2 * nv - half: return mr;
        CK_ALL_WIDTHS(CK_CASE)
#undef CK_CASE
    }
    return 1;
}

/// a (rows×depth, row stride lda) times b (depth×width).
static void multiply(
    int64_t width, int64_t rows, int64_t depth, const float *a, int64_t lda, const float *b, int64_t ldb,
    const float *init, int64_t ldi, float *c, int64_t ldc, ck_ahead ahead
) {
    switch (2 * width / CK_VW) {
#define CK_CASE(nv, half, mr)                                                                                         \
    case 2 * nv - half: forward_##nv##_##half(rows, depth, a, lda, b, ldb, init, ldi, c, ldc, ahead); break;
        CK_ALL_WIDTHS(CK_CASE)
#undef CK_CASE
    }
}

/// aᵀ (a is depth×rows, row stride lda) times b (depth×width).
static void multiply_transposed(
    int64_t width, int64_t rows, int64_t depth, const float *a, int64_t lda, const float *b, int64_t ldb,
    const float *init, int64_t ldi, float *c, int64_t ldc
) {
    switch (2 * width / CK_VW) {
#define CK_CASE(nv, half, mr)                                                                                               \
    case 2 * nv - half: transposed_##nv##_##half(rows, depth, a, lda, b, ldb, init, ldi, c, ldc); break;
        CK_ALL_WIDTHS(CK_CASE)
#undef CK_CASE
    }
}
