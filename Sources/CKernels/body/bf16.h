// bf16: numbers rounded to 8 bits of mantissa, and products of pairs of them.
//
// The arithmetic is that of AVX512-BF16's `vdpbf16ps`. For each lane, two multiply-adds, each rounded to nearest even:
//
//     sum = flush(fma(odd·, ·odd, flush(sum)))        the odd one of a pair first,
//     sum = flush(fma(even·, ·even, sum))
//
// where `flush` makes zero, with its sign, of what is smaller than the smallest normal number. (One factor is a byte, a
// whole number, so all sums are multiples of 2⁻¹⁴⁹ and exact where they are that small: it is the same whether smallness is
// judged before rounding or after.) Where the instruction exists (CK_PAIRS), operands are kept as pairs, the even one in
// the lower half. Elsewhere they are kept as floats, the odd one of a pair first, and each chain is of single multiply-adds.
// Either way an operand of n rows takes CK_STEPS(n) rows of 32-bit words; an odd n is padded with zeros.
#if CK_PAIRS
#define CK_STEPS(n) (((n) + 1) / 2)
#else
#define CK_STEPS(n) (((n) + 1) / 2 * 2)
#endif

// MARK: Blocks

enum {
    /// Inputs of a block, and words from row to row when it is converted, there and back.
    BF_KF = CK_PAIRS ? 160 : CK_VW == 8 ? 192 : 80,
    BF_LD = CK_VW == 8 ? 208 : 80,
    BF_LD_BACK = CK_PAIRS ? 176 : BF_LD,
    /// Rows of the minibatch that are converted at a time, there; that are added up at a time, back.
    BF_BC = CK_NV == 5 ? 50 : 48,
    BF_KB = CK_PAIRS || CK_VW == 8 ? 200 : 100,
    /// Inputs, back, in one call of a product: the weights of the next ones are asked for in between.
    BF_GROUP = 20,
};

/// Scratch memory beyond what float32 takes.
typedef struct {
    /// A block of inputs, converted: [row][BF_LD], or back [step][BF_LD_BACK].
    float *x;
    /// dZ1, rounded: [panel][step][width].
    float *dz;
    /// The products' sums of a block of dW1.
    float *products;
    /// b1 − mean·W', then the column sums of rounded dZ1.
    float *sums;
} bf_workspace;

/// `hidden` is where dZ1 comes from: pairs take its place.
INLINE int64_t bf_carve(bf_workspace *w, uintptr_t memory, ck_shape s, int64_t count, float *hidden) {
    const int64_t padded = layout_of(s).hidden_padded, back = CK_STEPS(count) * BF_LD_BACK, there = BF_BC * BF_LD;
    int64_t used = 0;
#define CK_CARVE(view, n) \
    w->view = (float *)(memory + (uintptr_t)used); \
    used += ((n) * 4 + 64 + 63) / 64 * 64;
    CK_CARVE(x, back > there ? back : there)
    CK_CARVE(dz, CK_PAIRS ? 0 : CK_STEPS(count) * padded)
    CK_CARVE(products, BF_KF * CK_NV * CK_VW)
    CK_CARVE(sums, padded)
#undef CK_CARVE
    if (CK_PAIRS) w->dz = hidden;
    return used;
}

// MARK: Rounding

typedef uint32_t vu __attribute__((vector_size(CK_VW * 4), aligned(4), may_alias));

/// The nearest bf16 (ties to even) as the upper half of a float. Subnormal numbers become zero; NaN stays NaN.
INLINE vf bf_round(vf x) {
    const vu bits = (vu)x, magnitude = bits & 0x7FFFFFFF;
    const vi tiny = magnitude < 0x00800000, nan = magnitude > 0x7F800000;
    const vu nearest = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000;
    const vf some = pick(tiny, (vf)(bits & 0x80000000), (vf)nearest);
    return pick(nan, (vf)((bits | 0x00400000) & 0xFFFF0000), some);
}

/// Two rows of an operand, even and odd, stored at its step `to`; each is rounded. Returns the rounded values in place.
INLINE void bf_store_rows(float *to, int64_t width, vf *even, vf *odd, int64_t lanes) {
#if CK_PAIRS
    // The two conversions leave all of `even` in the lower half of a register, all of `odd` in the upper.
    static const uint16_t zip[32] = {0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23,
        8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
    const __m512i both = (__m512i)_mm512_cvtne2ps_pbh((__m512)*odd, (__m512)*even);
    const vu pairs = (vu)_mm512_permutexvar_epi16(_mm512_loadu_si512(zip), both);
    (void)width;
    store_some(to, (vf)pairs, lanes);
    *even = (vf)(pairs << 16);
    *odd = (vf)(pairs & 0xFFFF0000);
#else
    *even = bf_round(*even);
    *odd = bf_round(*odd);
    store_some(to, *odd, lanes);
    store_some(to + width, *even, lanes);
#endif
}

// MARK: Flushing

// Processors flush as said above when they are told to.
#if CK_PAIRS
INLINE uint64_t bf_begin(void) { return 0; }
INLINE void bf_end(uint64_t before) { (void)before; }
#elif defined(__x86_64__)
INLINE uint64_t bf_begin(void) {
    const unsigned before = _mm_getcsr();
    _mm_setcsr((before & ~0x6000u) | 0x8040);  // To nearest; flush to zero; denormals are zero.
    return before;
}
INLINE void bf_end(uint64_t before) { _mm_setcsr((unsigned)before); }
#elif defined(__aarch64__)
INLINE uint64_t bf_begin(void) {
    uint64_t before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before)::"memory");
    __asm__ volatile("msr fpcr, %0" ::"r"((before & ~(3ull << 22)) | 1ull << 24) : "memory");
    return before;
}
INLINE void bf_end(uint64_t before) { __asm__ volatile("msr fpcr, %0" ::"r"(before) : "memory"); }
#else
#define CK_FLUSHES 1
INLINE uint64_t bf_begin(void) { return 0; }
INLINE void bf_end(uint64_t before) { (void)before; }
INLINE vf bf_flush(vf x) {
    const vi magnitude = (vi)x & 0x7FFFFFFF;
    return (vf)((vi)x & ((magnitude > 0x007FFFFF) | (int32_t)0x80000000));
}
#endif

/// One step of a chain.
INLINE vf bf_add(vf value, vf column, vf sum) {
#if CK_PAIRS
    return (vf)_mm512_dpbf16_ps((__m512)sum, (__m512bh)value, (__m512bh)column);
#elif CK_FLUSHES
    return bf_flush(fma_v(value, column, bf_flush(sum)));
#else
    return fma_v(value, column, sum);
#endif
}

INLINE vf bf_splat(const float *p) {
    uint32_t bits;
    __builtin_memcpy(&bits, p, 4);
    return (vf)(bits - (vu){});
}

// MARK: Products

/// As `tile` in tiles.h; `depth` counts steps.
INLINE void bf_tile(
    const int mr, const int nv, const int half, int64_t depth, const float *a, int64_t row_step, int64_t depth_step,
    const float *restrict b, int64_t ldb, const float *init, int64_t ldi, float *c, int64_t ldc
) {
    const int whole = nv - half;
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
    for (int64_t k = 0; k < depth; k++) {
        vf column[CK_NV];
#pragma clang loop unroll(full)
        for (int v = 0; v < whole; v++) column[v] = load(b + k * ldb + v * CK_VW);
#if CK_HALVES
        hf last_column = {};
        if (half) last_column = *(const hf *)(b + k * ldb + whole * CK_VW);
#endif
#pragma clang loop unroll(full)
        for (int r = 0; r < mr; r++) {
            const vf value = bf_splat(a + r * row_step + k * depth_step);
#pragma clang loop unroll(full)
            for (int v = 0; v < whole; v++) sum[r][v] = bf_add(value, column[v], sum[r][v]);
#if CK_HALVES
            if (half) {
#if CK_PAIRS
                last[r] = (hf)_mm256_dpbf16_ps((__m256)last[r], (__m256bh)lower_half(value), (__m256bh)last_column);
#else
                last[r] = __builtin_elementwise_fma(lower_half(value), last_column, last[r]);
#endif
            }
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

INLINE void bf_product(
    const int nv, const int half, const int mr, const int transposed, int64_t rows, int64_t depth, const float *a,
    int64_t lda, const float *b, int64_t ldb, const float *init, int64_t ldi, float *c, int64_t ldc
) {
    const int64_t row_step = transposed ? 1 : lda, depth_step = transposed ? lda : 1;
    int64_t r = 0;
#define CK_TILES(n)                                                                                                   \
    for (; r + (n) <= rows; r += (n))                                                                                 \
    bf_tile((n), nv, half, depth, a + r * row_step, row_step, depth_step, b, ldb, init ? init + r * ldi : init, ldi,  \
            c + r * ldc, ldc)
    CK_TILES(mr);
    if (mr > 4) CK_TILES(4);
    CK_TILES(2);
    CK_TILES(1);
#undef CK_TILES
}

#define CK_DEFINE(nv, half, mr)                                                                                       \
    static __attribute__((noinline)) void bf_forward_##nv##_##half(                                                   \
        int64_t rows, int64_t depth, const float *a, int64_t lda, const float *b, int64_t ldb, const float *init,     \
        int64_t ldi, float *c, int64_t ldc                                                                            \
    ) {                                                                                                               \
        bf_product(nv, half, mr, 0, rows, depth, a, lda, b, ldb, init, ldi, c, ldc);                                  \
    }                                                                                                                 \
    static __attribute__((noinline)) void bf_transposed_##nv##_##half(                                                \
        int64_t rows, int64_t depth, const float *a, int64_t lda, const float *b, int64_t ldb, const float *init,     \
        int64_t ldi, float *c, int64_t ldc                                                                            \
    ) {                                                                                                               \
        bf_product(nv, half, mr, 1, rows, depth, a, lda, b, ldb, init, ldi, c, ldc);                                  \
    }
CK_ALL_WIDTHS(CK_DEFINE)
#undef CK_DEFINE

/// As `multiply` and `multiply_transposed` in tiles.h, of operands as described above.
static void bf_multiply(
    int transposed, int64_t width, int64_t rows, int64_t depth, const float *a, int64_t lda, const float *b,
    const float *init, int64_t ldi, float *c
) {
    const uint64_t before = bf_begin();
    switch (4 * width / CK_VW + transposed) {
#define CK_CASE(nv, half, mr)                                                                                         \
    case 4 * nv - 2 * half: bf_forward_##nv##_##half(rows, depth, a, lda, b, width, init, ldi, c, width); break;      \
    case 4 * nv - 2 * half + 1: bf_transposed_##nv##_##half(rows, depth, a, lda, b, width, init, ldi, c, width); break;
        CK_ALL_WIDTHS(CK_CASE)
#undef CK_CASE
    }
    bf_end(before);
}

static double bf_peak(int64_t rounds, float *sink) {
    enum { CHAINS = CK_VW == 16 ? 24 : 12 };
    vf sum[CHAINS];
    const vf a = splat(sink[0]), b = splat(sink[1]);
    for (int i = 0; i < CHAINS; i++) sum[i] = splat(sink[0] + (float)i);
    const uint64_t before = bf_begin();
    for (int64_t n = 0; n < rounds; n++)
#pragma clang loop unroll(full)
        for (int i = 0; i < CHAINS; i++) sum[i] = bf_add(a, b, sum[i]);
    bf_end(before);
    for (int i = 0; i < CHAINS; i++) sink[2 + i] = sum[i][0];
    return (double)rounds * CHAINS * CK_VW * (CK_PAIRS ? 4 : 2);
}
