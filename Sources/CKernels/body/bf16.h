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
/// Rows of an operand that hold two rows of the matrix.
enum { BF_PAIR_ROWS = CK_PAIRS ? 1 : 2 };

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

/// Where W' begins in the weights' rounded copy.
static int64_t rounded_start(ck_shape s) { return (layout_of(s).hidden_padded + 15) / 16 * 16; }

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

#if CK_HALVES
INLINE hf bf_add_half(hf value, hf column, hf sum) {
#if CK_PAIRS
    return (hf)_mm256_dpbf16_ps((__m256)sum, (__m256bh)value, (__m256bh)column);
#else
    return __builtin_elementwise_fma(value, column, sum);
#endif
}
#endif

INLINE vf bf_splat(const float *p) {
    uint32_t bits;
    __builtin_memcpy(&bits, p, 4);
    return (vf)(bits - (vu){});
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
