// One body, compiled once per instruction set by kernels_*.c, which say how wide and how tall.
//
// CK_VW      floats in a vector
// CK_NV      vectors in the widest panel; CK_WIDTHS lists each width, whether its last vector is half of one, and the rows
//            of its tile, at most CK_MAX_ROWS
// CK_HALVES  1 where half a vector costs less than a whole one
// CK_PAIRS   1 where the processor multiplies pairs of bf16 (AVX-512 only)
// CK_KF      inputs converted at a time; CK_LD floats from row to row of that block (an odd number of cache lines)
// CK_KB      rows of the minibatch that the backward pass adds up at a time
// CK_BC      rows of the minibatch that the forward pass converts at a time
#include "body/vector.h"
#include "body/bf16.h"
#include "body/convert.h"
#include "body/tiles.h"
#include "body/update.h"
#include "body/forward.h"
#include "body/head.h"
#include "body/bf16_layer.h"
#include "body/backward.h"
#include "body/features.h"
#include "body/step.h"
