// ReLU, dropout, the second layer, softmax, and their way back.

/// A1 = max(0, Z1) in place. NaN stays NaN, so that a net that has blown up is noticed.
static void rectify(float *hidden, int64_t count) {
    for (int64_t i = 0; i < count; i += CK_VW) {
        const vf z = load(hidden + i);
        store(hidden + i, pick(z < splat(0), splat(0), z));
    }
}

/// Multiplies A1 by 0 or 1/(1−p). The random number of unit h of row b depends on iteration, b and h alone.
static void drop(ck_shape s, int64_t count, const ck_regularizers *r, float *hidden) {
    const int64_t panels = panel_count(s.hidden), blocks = (s.hidden + 3) / 4;
    for (int64_t p = 0; p < panels; p++) {
        const ck_panel panel = hidden_panel(s, p);
        float *a = hidden + panel.first_column * count;
        for (int64_t b = 0; b < count; b++, a += panel.width)
            for (int64_t j = 0; j < panel.width; j += 4) {
                const uint64_t at =
                    (r->iteration * (uint64_t)count + (uint64_t)b) * (uint64_t)blocks + (uint64_t)(panel.first_column + j) / 4;
                uint32_t words[4];
                ck_philox_block(
                    (uint32_t)at, (uint32_t)(at >> 32), 0, CK_STREAM_DROPOUT, (uint32_t)r->dropout_key,
                    (uint32_t)(r->dropout_key >> 32), words);
                for (int i = 0; i < 4; i++)
                    a[j + i] *= words[i] < r->dropout_threshold ? 0.0f : r->dropout_scale;
            }
    }
}

/// Sets `active[h]` for the units that are not zero in every row; NaN is not zero. Lanes that pad have no flag.
static void mark_active(ck_shape s, int64_t count, const float *hidden, uint8_t *active) {
    for (int64_t p = 0; p < panel_count(s.hidden); p++) {
        const ck_panel panel = hidden_panel(s, p);
        for (int64_t j = 0; j < panel.width; j += CK_VW) {
            const float *a = hidden + panel.first_column * count + j;
            vi any = {0};
            for (int64_t b = 0; b < count; b++, a += panel.width) any = any | (load(a) != splat(0));
            const int64_t first = panel.first_column + j, left = s.hidden - first;
            for (int64_t i = 0; i < CK_VW && i < left; i++)
                if (any[i]) active[first + i] = 1;
        }
    }
}

/// logits = A1·W2 + b2: for each element one chain over h, starting from b2.
static void second_layer(ck_shape s, const float *parameters, int64_t count, ck_workspace *w) {
    const ck_layout l = layout_of(s);
    const int64_t panels = panel_count(s.hidden);
    const int64_t groups = panel_count(s.classes);
    for (int64_t q = 0; q < groups; q++) {
        const ck_panel group = class_panel(s, q);
        float *out = w->logits + group.first_column;
        for (int64_t p = 0; p < panels; p++) {
            const ck_panel panel = hidden_panel(s, p);
            const int64_t left = s.hidden - panel.first_column, units = left < panel.width ? left : panel.width;
            multiply(
                group.width, count, units, w->hidden + panel.first_column * count, panel.width,
                parameters + l.w2 + panel.first_column * l.classes_padded + group.first_column, l.classes_padded,
                p == 0 ? parameters + l.b2 + group.first_column : out, p == 0 ? 0 : l.classes_padded, out,
                l.classes_padded, 0);
        }
    }
}

/// What softmax and cross-entropy need to know of CK_VW rows, a row in each lane.
typedef struct {
    /// The largest logit, and the first class that has it; a NaN is never larger.
    vf largest;
    vi predicted;
    /// Σc e^(logit − largest), one chain over c.
    vf sum;
} ck_rows;

/// e^(logit − largest) of rows first…first+CK_VW into `w->powers`, [C][CK_VW]. Lanes past the last row repeat it.
INLINE ck_rows exponentiate(ck_shape s, int64_t first, int64_t count, ck_workspace *w) {
    const int64_t padded = layout_of(s).classes_padded;
    float *powers = w->powers;
    for (int64_t i = 0; i < CK_VW; i++) {
        const float *row = w->logits + (first + i < count ? first + i : count - 1) * padded;
        CK_ONE_BY_ONE
        for (int64_t c = 0; c < s.classes; c++) powers[c * CK_VW + i] = row[c];
    }
    ck_rows rows = {load(powers), {0}, splat(0)};
    for (int64_t c = 1; c < s.classes; c++) {
        const vf logit = load(powers + c * CK_VW);
        const vi larger = logit > rows.largest;
        rows.predicted = (larger & (int32_t)c) | (~larger & rows.predicted);
        rows.largest = pick(larger, logit, rows.largest);
    }
    for (int64_t c = 0; c < s.classes; c++) {
        const vf x = load(powers + c * CK_VW) - rows.largest, power = exp_v(pick(x > splat(0), splat(0), x));
        store(powers + c * CK_VW, power);
        rows.sum = rows.sum + power;
    }
    return rows;
}

/// Cross-entropy of one row of logits against (1−ε)·[c = label] + ε/C.
INLINE double cross_entropy(const float *row, int64_t classes, int64_t label, double smoothing, float largest, float sum) {
    const double right = (double)row[label] - (double)largest;
    double others = 0;
    if (smoothing != 0)
        for (int64_t c = 0; c < classes; c++) others += (double)row[c] - (double)largest;
    // A NaN in the row makes `sum` NaN; log_d takes only numbers.
    const double log_sum = sum == sum ? log_d((double)sum) : (double)sum;
    return log_sum - (1 - smoothing) * right - smoothing * others / (double)classes;
}

/// The largest x with eˣ = 0 in double, rounded to nearest.
#define CK_UNDERFLOW -745.1332191019412

/// Mean cross-entropy; `w->logits` become their gradient, (p − target) / B, padding zero.
static double softmax(ck_shape s, const ck_batch *batch, double smoothing, ck_workspace *w, int64_t *correct) {
    const int64_t padded = layout_of(s).classes_padded, count = batch->count;
    const float share = (float)(smoothing / (double)s.classes), per_row = 1 / (float)count;
    const vf wrong = splat(share), right = splat(share + (float)(1 - smoothing));
    double loss = 0;
    *correct = 0;
    for (int64_t first = 0; first < count; first += CK_VW) {
        const ck_rows rows = exponentiate(s, first, count, w);
        const int64_t lanes = count - first < CK_VW ? count - first : CK_VW;
        vi labels = {0};
        for (int64_t i = 0; i < lanes; i++) {
            const float *row = w->logits + (first + i) * padded;
            const int64_t label = batch->labels[batch->index[first + i]];
            labels[i] = (int32_t)label;
            *correct += rows.predicted[i] == label;
            loss += cross_entropy(row, s.classes, label, smoothing, rows.largest[i], rows.sum[i]);
            // Where e^(logit − largest) is 0 even in double, the probability is 0 and −log 0 infinite. The shifted sum
            // above would hide that for a while: a net on its way to NaN is told from one that learns by this.
            if ((double)row[label] - (double)rows.largest[i] < CK_UNDERFLOW) loss = __builtin_inf();
        }
        const vf inverse = splat(1) / rows.sum;
        for (int64_t c = 0; c < s.classes; c++) {
            const vf target = pick(labels == (int32_t)c, right, wrong);
            store(w->powers + c * CK_VW, (load(w->powers + c * CK_VW) * inverse - target) * splat(per_row));
        }
        for (int64_t i = 0; i < lanes; i++) {
            float *row = w->logits + (first + i) * padded;
            CK_ONE_BY_ONE
            for (int64_t c = 0; c < s.classes; c++) row[c] = w->powers[c * CK_VW + i];
            for (int64_t c = s.classes; c < padded; c++) row[c] = 0;
        }
    }
    return loss / (double)count;
}

/// dW2 and db2 with their update, then dZ1 in place of A1 and db1 into `w->db1`.
static void second_layer_back(
    ck_shape s, const ck_net *net, int64_t count, const ck_update *u, float dropout_scale, ck_workspace *w
) {
    const ck_layout l = layout_of(s);
    const int64_t panels = panel_count(s.hidden), padded = l.classes_padded;
    const int64_t groups = panel_count(s.classes);
    float *w2 = net->parameters + l.w2, *squares = net->squares + l.hidden_padded;
    for (int64_t c = 0; c < s.classes; c++)
        CK_ONE_BY_ONE
        for (int64_t h = 0; h < l.hidden_padded; h++)
            w->w2_transposed[c * l.hidden_padded + h] = h < s.hidden ? w2[h * padded + c] : 0;
    for (int64_t c = 0; c < padded; c++) squares[c] = 0;
    for (int64_t p = 0; p < panels; p++) {
        const ck_panel panel = hidden_panel(s, p);
        const int64_t left = s.hidden - panel.first_column, units = left < panel.width ? left : panel.width;
        const int64_t at = panel.first_column * padded;
        float *a = w->hidden + panel.first_column * count;
        for (int64_t q = 0; q < groups; q++) {
            const ck_panel group = class_panel(s, q);
            multiply_transposed(
                group.width, units, count, a, panel.width, w->logits + group.first_column, padded, 0, 0,
                w->gradient + group.first_column, padded, 0);
        }
        update_rows(
            units, padded, w2 + at, net->first + l.w2 + at, net->second + l.w2 + at, padded, w->gradient, padded, squares,
            u, u->reg);

        for (int64_t j = 0; j < panel.width; j++) w->db1[panel.first_column + j] = 0;
        for (int64_t first = 0; first < count; first += CK_ROWS) {
            const int64_t rows = count - first < CK_ROWS ? count - first : CK_ROWS;
            multiply(
                panel.width, rows, s.classes, w->logits + first * padded, padded,
                w->w2_transposed + panel.first_column, l.hidden_padded, 0, 0, w->rows, panel.width,
                0);
            for (int64_t j = 0; j < panel.width; j += CK_VW) {
                vf sum = load(w->db1 + panel.first_column + j);
                for (int64_t r = 0; r < rows; r++) {
                    float *value = a + (first + r) * panel.width + j;
                    const vf dz = pick(
                        load(value) > splat(0), load(w->rows + r * panel.width + j) * splat(dropout_scale), splat(0));
                    store_some(value, dz, panel.width - j);
                    sum = sum + dz;
                }
                store_some(w->db1 + panel.first_column + j, sum, panel.width - j);
            }
        }
    }
    for (int64_t c = 0; c < padded; c += CK_VW) {
        vf sum = splat(0);
        for (int64_t b = 0; b < count; b++) sum = sum + load(w->logits + b * padded + c);
        store(w->db2 + c, sum);
    }
    update_rows(1, padded, net->parameters + l.b2, net->first + l.b2, net->second + l.b2, 0, w->db2, 0, 0, u, 0);
}
