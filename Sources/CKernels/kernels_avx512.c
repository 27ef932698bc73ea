// 32 registers of 16 floats: a tile of 5×5 keeps 25 sums, 5 columns and a value in them.
//
// Processors without bf16 are those of Intel before Sapphire Rapids: two 512-bit multiply-adds a cycle, 32 KiB of first cache.
// There half a vector costs as much as a whole one, a vector across two cache lines twice, and blocks must leave room in that
// cache. Those with bf16 have 48 KiB of it and two multiply-adds a cycle (Zen 5, Sapphire Rapids), or one and need less (Zen 4).
#include "internal.h"
#if defined(__x86_64__)
#ifndef CK_ISA
#define CK_ISA avx512
#define CK_TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"
#define CK_PAIRS 0
#endif
#pragma clang attribute push(__attribute__((target(CK_TARGET))), apply_to = function)
#define CK_HAS_FMA 1
#define CK_VW 16
#define CK_NV 5
#define CK_MAX_ROWS 12
#define CK_BC 100
#if CK_PAIRS
#define CK_HALVES 1
#define CK_WIDTHS(X) X(1, 0, 12) X(2, 0, 12) X(3, 0, 8) X(4, 0, 6) X(5, 0, 5) \
    X(1, 1, 12) X(2, 1, 12) X(3, 1, 8) X(4, 1, 6) X(5, 1, 5)
#define CK_KF 128
#define CK_LD 144
#define CK_KB 100
#else
#define CK_HALVES 0
#define CK_WIDTHS(X) X(1, 0, 12) X(2, 0, 12) X(3, 0, 8) X(4, 0, 6) X(5, 0, 5)
#define CK_KF 64
#define CK_LD 80
#define CK_KB 64
#endif
#define CK_UNROLL 1
#include "kernels_body.h"
#pragma clang attribute pop
#endif
