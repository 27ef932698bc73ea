// Preparing images before a training: contrast normalisation, sums of products for a covariance, projection onto its
// eigenvectors, gradient histograms. docs/preprocessing.md tells the formulas.
//
// Sums of doubles are sixteen chains, lane by lane, of a multiplication and an addition each (no fused ones: the base has
// none for doubles), added up in a fixed order.
typedef double lanes __attribute__((vector_size(128), aligned(8), may_alias));
enum { LANES = 16 };

/// out[d] = (value − mean)·scale − column_mean[d]; zeroes up to `padded`. `row` may be read a vector past its end.
static void centre(
    const void *row, ck_element element, int64_t dimension, float mean, float scale, const float *column_mean,
    float *out, int64_t padded
) {
    const vf m = splat(mean), s = splat(scale);
    int64_t d = 0;
    for (; d + CK_VW <= dimension; d += CK_VW) {
        const vf value = element == CK_BYTE ? __builtin_convertvector(*(const vb *)((const uint8_t *)row + d), vf)
                                            : load((const float *)row + d);
        store(out + d, (value - m) * s - load(column_mean + d));
    }
    for (; d < dimension; d++) {
        const float value = element == CK_BYTE ? (float)((const uint8_t *)row)[d] : ((const float *)row)[d];
        out[d] = (value - mean) * scale - column_mean[d];
    }
    for (; d < padded; d++) out[d] = 0;
}

/// sums[d][j] += Σr x[r][d]·x[r][j] for first ≤ j < first + width and all d ≥ j; other elements of the columns are left in
/// any state. The sum over the rows is one chain of fma in floats, from zero.
static void gram(
    int64_t rows, int64_t dimension, const float *x, int64_t ldx, int64_t first, int64_t width, double *sums,
    float *scratch
) {
    enum { PANEL = CK_NV * CK_VW, GRAM_ROWS = 80 };
    // A block of inputs stays in the cache for all panels.
    for (int64_t d = first; d < dimension; d += GRAM_ROWS) {
        const int64_t inputs = dimension - d < GRAM_ROWS ? dimension - d : GRAM_ROWS;
        for (int64_t j = first; j < first + width && j < d + inputs; j += PANEL) {
            const int64_t left = first + width - j, columns = left < PANEL ? left : PANEL;
            const int64_t padded = ck_vectors(columns, CK_UNIT) * CK_UNIT;
            for (int64_t r = 0; r < rows; r += CK_KB) {
                const int64_t n = rows - r < CK_KB ? rows - r : CK_KB;
                multiply_transposed(
                    padded, inputs, n, x + r * ldx + d, ldx, x + r * ldx + j, ldx, r == 0 ? 0 : scratch, padded, scratch,
                    padded, 0);
            }
            for (int64_t i = 0; i < inputs; i++)
                for (int64_t c = 0; c < columns; c++) sums[(d + i) * dimension + j + c] += (double)scratch[i * padded + c];
        }
    }
}

/// out[r][c] = Σd x[r][d]·packed[d][c], each one chain of fma over d from zero. `packed` as `ck_pack` makes W1 of it.
static void project(
    int64_t rows, int64_t dimension, const float *x, int64_t ldx, int64_t columns, const float *packed, float *out,
    int64_t ldo
) {
    for (int64_t d0 = 0; d0 < dimension; d0 += CK_KF) {
        const int64_t inputs = dimension - d0 < CK_KF ? dimension - d0 : CK_KF;
        for (int64_t first = 0; first < rows; first += CK_BC) {
            const int64_t n = rows - first < CK_BC ? rows - first : CK_BC;
            for (int64_t p = 0; p < panel_count(columns); p++) {
                const ck_panel panel = ck_panel_at(p, columns, CK_VW, CK_UNIT, CK_NV);
                float *c = out + first * ldo + panel.first_column;
                multiply(
                    panel.width, n, inputs, x + first * ldx + d0, ldx,
                    packed + panel.first_column * dimension + d0 * panel.width, panel.width, d0 == 0 ? 0 : c, ldo, c, ldo,
                    0);
            }
        }
    }
}

/// y[r] = Σc a[r][c]·v[c].
static void products(int64_t rows, int64_t columns, const double *a, int64_t lda, const double *v, double *y) {
    const int64_t whole = columns / LANES * LANES;
    for (int64_t r = 0; r < rows; r += 2) {
        const double *one = a + r * lda, *two = r + 1 < rows ? one + lda : one;
        lanes sums[2] = {{0}, {0}};
        for (int64_t c = 0; c < whole; c += LANES) {
            const lanes factor = *(const lanes *)(v + c);
            sums[0] = sums[0] + *(const lanes *)(one + c) * factor;
            sums[1] = sums[1] + *(const lanes *)(two + c) * factor;
        }
        for (int i = 0; i < 2 && r + i < rows; i++) {
            double part[LANES];
            __builtin_memcpy(part, &sums[i], sizeof part);
            for (int64_t c = whole; c < columns; c++) part[c - whole] = part[c - whole] + (i ? two : one)[c] * v[c];
            for (int half = LANES / 2; half > 0; half /= 2)
                for (int k = 0; k < half; k++) part[k] += part[k + half];
            y[r + i] = part[0];
        }
    }
}

/// y[c] −= factor·x[c].
static void subtract(int64_t columns, double factor, const double *x, double *y) {
    for (int64_t c = 0; c < columns; c++) y[c] = y[c] - factor * x[c];
}

/// a[r][c] −= Σj (v[j][r]·w[j][c] + w[j][r]·v[j][c]), j ascending: symmetric bit for bit. `v` and `w` are [pairs][ldv], and
/// `first` is the row that a begins with.
static void subtract_pairs(
    int64_t first, int64_t rows, int64_t columns, int64_t pairs, const double *v, const double *w, int64_t ldv, double *a,
    int64_t lda
) {
    // So many columns of v and w stay in the nearest cache.
    enum { BLOCK = 64 };
    for (int64_t from = 0; from < columns; from += BLOCK) {
        const int64_t left = columns - from, width = left < BLOCK ? left : BLOCK, whole = width / LANES * LANES;
        for (int64_t r = 0; r < rows; r += 2) {
            const int both = r + 1 < rows;
            const int64_t at = first + r, next = at + both;
            double *one = a + r * lda + from, *two = both ? one + lda : one;
            for (int64_t c = 0; c < whole; c += LANES) {
                lanes x = *(const lanes *)(one + c), y = *(const lanes *)(two + c);
                for (int64_t j = 0; j < pairs; j++) {
                    const double *vj = v + j * ldv, *wj = w + j * ldv;
                    const lanes vc = *(const lanes *)(vj + from + c), wc = *(const lanes *)(wj + from + c);
                    x = x - (vj[at] * wc + wj[at] * vc);
                    y = y - (vj[next] * wc + wj[next] * vc);
                }
                *(lanes *)(one + c) = x;
                if (both) *(lanes *)(two + c) = y;
            }
            for (int i = 0; i <= both; i++)
                for (int64_t c = whole; c < width; c++) {
                    double *to = (i ? two : one) + c, x = *to;
                    for (int64_t j = 0; j < pairs; j++) {
                        const double *vj = v + j * ldv, *wj = w + j * ldv;
                        x = x - (vj[at + i] * wj[from + c] + wj[at + i] * vj[from + c]);
                    }
                    *to = x;
                }
        }
    }
}

// MARK: Gradient histograms

enum { HOG_SIGNED = 18, HOG_UNSIGNED = 9, HOG_FEATURES = HOG_SIGNED + HOG_UNSIGNED + 4, HOG_CELL = 4 };

/// Where the gradients' parts lie in the scratch: rows of `stride` pixels, whole vectors of them.
typedef struct {
    /// [channels][height][1 + stride + 1]: the pixels of each channel, those at the edge once more.
    float *planes;
    int64_t stride;
    /// Of each pixel, [height][stride]: the direction below its own, and what of its length that one and the next one get.
    float *low, *high;
    int32_t *direction;
} hog_pixels;

/// A row of each channel, pixel by pixel; what is beyond the image is as the nearest pixel in it.
static void separate(ck_image s, const float *pixels, hog_pixels p) {
    const int64_t line = p.stride + 2;
    for (int64_t y = 0; y < s.height; y++)
        for (int64_t c = 0; c < s.channels; c++) {
            float *to = p.planes + (c * s.height + y) * line + 1;
            const float *from = pixels + y * s.width * s.channels + c;
            CK_ONE_BY_ONE
            for (int64_t x = 0; x < s.width; x++) to[x] = from[x * s.channels];
            to[-1] = to[0];
            for (int64_t x = s.width; x <= p.stride; x++) to[x] = to[s.width - 1];
        }
}

/// Gradients of the channel in which they are largest: √(gx² + gy²), shared by the two directions next to its own.
static void gradients(ck_image s, const float *pixels, hog_pixels p) {
    separate(s, pixels, p);
    const int64_t line = p.stride + 2;
    const vf zero = splat(0), turns = splat(HOG_SIGNED);
    for (int64_t y = 0; y < s.height; y++) {
        const int64_t up = y > 0 ? -line : 0, down = y + 1 < s.height ? line : 0;
        for (int64_t x = 0; x < p.stride; x += CK_VW) {
            vf gx = zero, gy = zero, most = splat(-1);
            for (int64_t c = 0; c < s.channels; c++) {
                const float *here = p.planes + (c * s.height + y) * line + 1 + x;
                const vf dx = load(here + 1) - load(here - 1), dy = load(here + down) - load(here + up);
                const vf square = dx * dx + dy * dy;
                const vi larger = square > most;
                gx = pick(larger, dx, gx), gy = pick(larger, dy, gy), most = pick(larger, square, most);
            }
            // The arctangent of the smaller over the larger, in eighths of a turn; error below 2e-6 of a turn.
            const vf ax = __builtin_elementwise_abs(gx), ay = __builtin_elementwise_abs(gy);
            const vi steep = ay > ax;
            const vf large = pick(steep, ay, ax), small = pick(steep, ax, ay);
            const vf q = pick(large > zero, small / large, zero), z = q * q;
            vf turn = splat(-0.0117212f);
            turn = turn * z + splat(0.05265332f);
            turn = turn * z + splat(-0.11643287f);
            turn = turn * z + splat(0.19354346f);
            turn = turn * z + splat(-0.33262347f);
            turn = turn * z + splat(0.99997726f);
            turn = turn * q * splat((float)(HOG_SIGNED / 6.283185307179586));
            turn = pick(steep, splat(HOG_SIGNED / 4.0f) - turn, turn);
            turn = pick(gx < zero, splat(HOG_SIGNED / 2.0f) - turn, turn);
            turn = pick(gy < zero, turns - turn, turn);
            // What is no number has no direction.
            turn = pick((turn >= zero) & (turn <= turns), turn, zero);
            const vi whole = __builtin_convertvector(turn, vi);
            const vf length = __builtin_elementwise_sqrt(most);
            const vf high = length * (turn - __builtin_convertvector(whole, vf));
            store(p.high + y * p.stride + x, high);
            store(p.low + y * p.stride + x, length - high);
            // A whole turn is none.
            *(vi *)(p.direction + y * p.stride + x) = whole - ((whole >= HOG_SIGNED) & HOG_SIGNED);
        }
    }
}

/// Histograms of gradients: [cells down][cells across][31].
static void hog(ck_image s, const float *pixels, float *scratch, float *out) {
    const int64_t across = s.width / HOG_CELL, down = s.height / HOG_CELL;
    const int64_t stride = ck_hog_stride(s), size = stride * s.height;
    float *cells = scratch, *energy = cells + (across + 2) * (down + 2) * HOG_SIGNED, *low_parts = energy + across * down;
    const hog_pixels p = {
        .planes = low_parts + 3 * size, .stride = stride, .low = low_parts, .high = low_parts + size,
        .direction = (int32_t *)(low_parts + 2 * size)};
    gradients(s, pixels, p);
    // One ring of cells more on each side: it takes what falls there, and is not looked at.
    for (int64_t i = 0; i < (across + 2) * (down + 2) * HOG_SIGNED; i++) cells[i] = 0;
    for (int64_t y = 0; y < down * HOG_CELL; y++) {
        const int64_t cy = (y + HOG_CELL / 2) / HOG_CELL;
        const float fy = ((float)((y + HOG_CELL / 2) % HOG_CELL) + 0.5f) / HOG_CELL;
        for (int64_t x = 0; x < across * HOG_CELL; x++) {
            const int64_t cx = (x + HOG_CELL / 2) / HOG_CELL;
            const float fx = ((float)((x + HOG_CELL / 2) % HOG_CELL) + 0.5f) / HOG_CELL;
            const int64_t low = p.direction[y * stride + x], high = low + 1 == HOG_SIGNED ? 0 : low + 1;
            const float l = p.low[y * stride + x], h = p.high[y * stride + x];
            float *to = cells + (cy * (across + 2) + cx) * HOG_SIGNED, *under = to + (across + 2) * HOG_SIGNED;
            const float a = (1 - fy) * (1 - fx), b = (1 - fy) * fx, c = fy * (1 - fx), d = fy * fx;
            to[low] += l * a, to[high] += h * a;
            to[HOG_SIGNED + low] += l * b, to[HOG_SIGNED + high] += h * b;
            under[low] += l * c, under[high] += h * c;
            under[HOG_SIGNED + low] += l * d, under[HOG_SIGNED + high] += h * d;
        }
    }
    for (int64_t y = 0; y < down; y++)
        for (int64_t x = 0; x < across; x++) {
            const float *cell = cells + ((y + 1) * (across + 2) + x + 1) * HOG_SIGNED;
            float sum = 0;
            for (int k = 0; k < HOG_UNSIGNED; k++) {
                const float both = cell[k] + cell[k + HOG_UNSIGNED];
                sum = sum + both * both;
            }
            energy[y * across + x] = sum;
        }
    for (int64_t y = 0; y < down; y++)
        for (int64_t x = 0; x < across; x++, out += HOG_FEATURES) {
            const float *cell = cells + ((y + 1) * (across + 2) + x + 1) * HOG_SIGNED;
            float *unsigned_part = out + HOG_SIGNED, *texture = unsigned_part + HOG_UNSIGNED;
            for (int k = 0; k < HOG_FEATURES; k++) out[k] = 0;
            // The four squares of 2×2 cells that this one is part of; cells outside are as their nearest ones inside.
            for (int block = 0; block < 4; block++) {
                float sum = 0;
                for (int i = 0; i < 4; i++) {
                    int64_t cy = y + block / 2 - 1 + i / 2, cx = x + block % 2 - 1 + i % 2;
                    cy = cy < 0 ? 0 : cy < down ? cy : down - 1, cx = cx < 0 ? 0 : cx < across ? cx : across - 1;
                    sum = sum + energy[cy * across + cx];
                }
                const float inverse = 1 / __builtin_sqrtf(sum + 6.5025f);
                float total = 0;
                for (int k = 0; k < HOG_SIGNED; k++) {
                    const float value = cell[k] * inverse, cut = value < 0.2f ? value : 0.2f;
                    out[k] = out[k] + 0.5f * cut;
                    total = total + cut;
                }
                for (int k = 0; k < HOG_UNSIGNED; k++) {
                    const float value = (cell[k] + cell[k + HOG_UNSIGNED]) * inverse;
                    unsigned_part[k] = unsigned_part[k] + 0.5f * (value < 0.2f ? value : 0.2f);
                }
                texture[block] = 0.2357f * total;
            }
        }
}
