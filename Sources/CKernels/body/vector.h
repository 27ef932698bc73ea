// Vectors of CK_VW floats, and the few functions on them that the C library does not promise the bits of.
#include "../internal.h"

typedef float vf __attribute__((vector_size(CK_VW * 4), aligned(4), may_alias));
typedef int32_t vi __attribute__((vector_size(CK_VW * 4), aligned(4), may_alias));
typedef uint8_t vb __attribute__((vector_size(CK_VW), aligned(1), may_alias));

#define INLINE static inline __attribute__((always_inline))

/// Before a loop that goes through memory in strides: one value after the other is faster than the gather or scatter
/// instructions that the compiler would take, on Intel's processors several times.
#define CK_ONE_BY_ONE _Pragma("clang loop vectorize(disable)")

INLINE vf load(const float *p) { return *(const vf *)p; }
INLINE void store(float *p, vf v) { *(vf *)p = v; }

#if CK_HALVES
typedef float hf __attribute__((vector_size(CK_VW * 2), aligned(4), may_alias));
INLINE hf lower_half(vf v) {
    hf half;
    __builtin_memcpy(&half, &v, sizeof half);
    return half;
}
/// Stores the first `lanes` lanes, half a vector of them or at least a whole one.
INLINE void store_some(float *p, vf v, int64_t lanes) {
    if (lanes >= CK_VW) store(p, v);
    else *(hf *)p = lower_half(v);
}
enum { CK_UNIT = CK_VW / 2 };
#else
INLINE void store_some(float *p, vf v, int64_t lanes) {
    (void)lanes;
    store(p, v);
}
enum { CK_UNIT = CK_VW };
#endif

static inline ck_layout layout_of(ck_shape s) { return ck_layout_of(s, CK_VW, CK_UNIT); }
static inline int64_t panel_count(int64_t columns) { return ck_panel_count(columns, CK_VW, CK_NV); }
static inline ck_panel hidden_panel(ck_shape s, int64_t p) { return ck_panel_at(p, s.hidden, CK_VW, CK_UNIT, CK_NV); }
static inline ck_panel class_panel(ck_shape s, int64_t p) { return ck_panel_at(p, s.classes, CK_VW, CK_VW, CK_NV); }

INLINE vf splat(float x) { return x - (vf){}; }
INLINE vf pick(vi mask, vf yes, vf no) { return (vf)((mask & (vi)yes) | (~mask & (vi)no)); }

#if CK_HAS_FMA
INLINE vf fma_v(vf a, vf b, vf c) { return __builtin_elementwise_fma(a, b, c); }
#else
/// a·b + c rounded once, for processors without such an instruction.
///
/// The product of two floats is exact in double. The sum is rounded to odd there: when it was inexact and its last bit is
/// even, it moves one step towards the error. 53 bits rounded to odd round to the right 24 (Boldo, Melquiond: Emulation
/// of a FMA and correctly rounded sums, IEEE Transactions on Computers 57, 2008).
INLINE vf fma_v(vf a, vf b, vf c) {
    typedef double vd __attribute__((vector_size(CK_VW * 8)));
    typedef int64_t vl __attribute__((vector_size(CK_VW * 8)));
    const vd p = __builtin_convertvector(a, vd) * __builtin_convertvector(b, vd), w = __builtin_convertvector(c, vd);
    const vd s = p + w, t = s - p, e = (p - (s - t)) + (w - t);
    const vl up = e > 0, down = e < 0, negative = s < 0;
    const vl even = ((vl)s & 1) - 1;
    // +1 away from zero, −1 towards it: comparisons give −1 for true, and an infinite or NaN sum compares false twice.
    const vl away = (up & ~negative) | (down & negative), towards = (up & negative) | (down & ~negative);
    const vl odd = (vl)s + (even & (towards - away));
    return __builtin_convertvector((vd)odd, vf);
}
#endif

/// eˣ for x ≤ 0, relative error below 2⁻²³; 0 below −87, where floats lose digits; NaN stays NaN.
INLINE vf exp_v(vf x) {
    const vf magic = splat(12582912.0f);  // 1.5·2²³: adding it rounds to the nearest integer, ties to even.
    const vf shifted = fma_v(x, splat(1.44269504f), magic), n = shifted - magic;
    vf r = fma_v(n, splat(-0.693145752f), x);
    r = fma_v(n, splat(-1.42860677e-6f), r);  // ln 2 in two parts, the first with few bits, so that n·part is exact.
    vf p = splat(1.0f / 5040);
    p = fma_v(p, r, splat(1.0f / 720));
    p = fma_v(p, r, splat(1.0f / 120));
    p = fma_v(p, r, splat(1.0f / 24));
    p = fma_v(p, r, splat(1.0f / 6));
    p = fma_v(p, r, splat(0.5f));
    p = fma_v(p, r, splat(1.0f));
    p = fma_v(p, r, splat(1.0f));
    const vi power = (((vi)shifted - (vi)magic) + 127) << 23;
    return pick(x < splat(-87.0f), splat(0.0f), p * (vf)power);
}

/// The natural logarithm of a normal positive number, error below two units in the last place.
INLINE double log_d(double x) {
    union { double d; uint64_t u; } bits = {x};
    int64_t e = (int64_t)(bits.u >> 52) - 1023;
    bits.u = (bits.u & 0x000FFFFFFFFFFFFFu) | 0x3FF0000000000000u;
    if (bits.d > 1.4142135623730951) bits.d *= 0.5, e += 1;
    // ln m = 2 artanh s with s = (m − 1) / (m + 1), |s| ≤ 0.172.
    const double s = (bits.d - 1) / (bits.d + 1), z = s * s;
    double p = 1.0 / 23;
    for (int k = 21; k >= 3; k -= 2) p = __builtin_fma(p, z, 1.0 / k);
    const double n = (double)e, m = __builtin_fma(2 * s * z, p, 2 * s);
    return __builtin_fma(n, 0x1.62e42fefa3800p-1, __builtin_fma(n, 0x1.ef35793c76730p-45, m));
}
