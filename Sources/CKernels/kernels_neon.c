// 32 registers of 4 floats: a tile of 5×5 keeps 25 sums, 5 columns and a value in them.
#include "internal.h"
#if defined(__aarch64__)
#define CK_ISA neon
#define CK_HAS_FMA 1
#define CK_VW 4
#define CK_HALVES 0
#define CK_PAIRS 0
#define CK_NV 5
#define CK_WIDTHS(X) X(1, 0, 12) X(2, 0, 12) X(3, 0, 8) X(4, 0, 6) X(5, 0, 5)
#define CK_MAX_ROWS 12
#define CK_KF 80
#define CK_LD 80
#define CK_KB 100
#define CK_BC 50
#define CK_UNROLL 1
#include "kernels_body.h"
#endif
