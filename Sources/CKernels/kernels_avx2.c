// 16 registers of 8 floats: a tile of 6×2 keeps 12 sums, 2 columns and a value in them.
#include "internal.h"
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define CK_ISA avx2
#define CK_HAS_FMA 1
#define CK_VW 8
#define CK_HALVES 0
#define CK_PAIRS 0
#define CK_NV 2
#define CK_WIDTHS(X) X(1, 0, 12) X(2, 0, 6)
#define CK_MAX_ROWS 12
#define CK_KF 96
#define CK_LD 112
#define CK_KB 100
#define CK_BC 72
#define CK_UNROLL 2
#include "kernels_body.h"
#pragma clang attribute pop
#endif
