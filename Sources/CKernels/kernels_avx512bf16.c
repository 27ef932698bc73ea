// AVX-512 on processors that also multiply pairs of bf16, newer ones: other blocks in float32 too, and the same bits.
#define CK_ISA avx512bf16
#define CK_TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma"
#define CK_PAIRS 1
#include "kernels_avx512.c"
