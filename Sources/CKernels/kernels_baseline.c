// Whatever every processor of the architecture has. Right on all of them, fast on none.
#include "internal.h"
#define CK_ISA baseline
#if defined(__aarch64__)
#define CK_HAS_FMA 1
#else
#define CK_HAS_FMA 0
#endif
#define CK_VW 4
#define CK_HALVES 0
#define CK_PAIRS 0
#define CK_NV 2
#define CK_WIDTHS(X) X(1, 0, 6) X(2, 0, 4)
#define CK_MAX_ROWS 12
#define CK_KF 80
#define CK_LD 80
#define CK_KB 100
#define CK_BC 48
#define CK_UNROLL 1
#include "kernels_body.h"
