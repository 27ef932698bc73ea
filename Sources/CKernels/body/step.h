// The training step, the evaluation, and the table that the dispatcher sees.

static double sum_of_squares(ck_shape s, const float *squares) {
    const int64_t padded = layout_of(s).hidden_padded;
    double sum = 0;
    for (int64_t h = 0; h < s.hidden; h++) sum += (double)squares[h];
    for (int64_t c = 0; c < s.classes; c++) sum += (double)squares[padded + c];
    return sum;
}

/// dW1 block by block, each used up by its update at once: dW1 as a whole never is in memory.
static void first_layer_back(
    ck_shape s, const ck_net *net, const ck_batch *batch, const ck_update *u, ck_workspace *w
) {
    const ck_layout l = layout_of(s);
    const int64_t panels = panel_count(s.hidden), count = batch->count;
    for (int64_t h = 0; h < l.hidden_padded; h++) net->squares[h] = 0;
    for (int64_t d0 = 0; d0 < s.dimension; d0 += CK_KF) {
        const int64_t inputs = s.dimension - d0 < CK_KF ? s.dimension - d0 : CK_KF;
        convert(batch, w->compact, d0, inputs, 0, count, w->x);
        for (int64_t p = 0; p < panels; p++) {
            const ck_panel panel = hidden_panel(s, p);
            const float *dz = w->hidden + panel.first_column * count;
            for (int64_t b = 0; b < count; b += CK_KB) {
                const int64_t rows = count - b < CK_KB ? count - b : CK_KB;
                multiply_transposed(
                    panel.width, inputs, rows, w->x + b * CK_LD, CK_LD, dz + b * panel.width, panel.width,
                    b == 0 ? 0 : w->gradient, panel.width, w->gradient, panel.width);
            }
            const int64_t at = l.w1 + panel.first_column * s.dimension + d0 * panel.width;
            update_rows(
                inputs, panel.width, net->parameters + at, net->first + at, net->second + at, panel.width, w->gradient,
                panel.width, net->squares + panel.first_column, u, u->reg);
        }
    }
    update_rows(
        1, l.hidden_padded, net->parameters + l.b1, net->first + l.b1, net->second + l.b1, 0, w->db1, 0, 0, u, 0);
}

static ck_result step(
    ck_shape s, ck_net net, ck_batch batch, ck_update update, ck_regularizers r, void *memory
) {
    ck_workspace w;
    carve(&w, (uintptr_t)memory, s, batch.count, batch.element);
    first_layer(s, net.parameters, &batch, &w);
    rectify(w.hidden, batch.count * layout_of(s).hidden_padded);
    if (r.dropout_threshold != 0) drop(s, batch.count, &r, w.hidden);
    second_layer(s, net.parameters, batch.count, &w);
    ck_result result;
    result.data_loss = softmax(s, &batch, r.label_smoothing, &w, &result.correct);
    result.loss = result.data_loss + 0.5 * (double)update.reg * sum_of_squares(s, net.squares);
    if (!(result.loss - result.loss == 0)) return result;
    second_layer_back(s, &net, batch.count, &update, r.dropout_threshold != 0 ? r.dropout_scale : 1, &w);
    first_layer_back(s, &net, &batch, &update, &w);
    return result;
}

static ck_result evaluate(
    ck_shape s, const float *parameters, ck_batch batch, uint16_t *predictions, float *logits, uint8_t *active,
    void *memory
) {
    ck_workspace w;
    carve(&w, (uintptr_t)memory, s, batch.count, batch.element);
    const int64_t padded = layout_of(s).classes_padded;
    first_layer(s, parameters, &batch, &w);
    rectify(w.hidden, batch.count * layout_of(s).hidden_padded);
    if (active) mark_active(s, batch.count, w.hidden, active);
    second_layer(s, parameters, batch.count, &w);
    ck_result result = {0, 0, 0};
    for (int64_t b = 0; b < batch.count; b++) {
        float *row = w.logits + b * padded, sum;
        if (logits)
            for (int64_t c = 0; c < s.classes; c++) logits[b * s.classes + c] = row[c];
        const int64_t label = batch.labels[batch.index[b]], predicted = largest(row, s.classes);
        if (predictions) predictions[b] = (uint16_t)predicted;
        result.correct += predicted == label;
        result.data_loss += cross_entropy(row, s.classes, padded, label, 0, &sum);
    }
    result.loss = result.data_loss;
    return result;
}

/// Chains of squares down the columns of one block of rows.
INLINE void column_squares(int64_t rows, int64_t width, const float *a, const float *minus, float *squares) {
    for (int64_t j = 0; j < width; j += CK_VW) {
        vf sum = splat(0);
        for (int64_t r = 0; r < rows; r++) {
            vf value = load(a + r * width + j);
            if (minus) value = value - load(minus + r * width + j);
            sum = fma_v(value, value, sum);
        }
        store_some(squares + j, sum, width - j);
    }
}

static void difference_squares(ck_shape s, const float *a, const float *b, float *squares) {
    for (int64_t p = 0; p < panel_count(s.hidden); p++) {
        const ck_panel panel = hidden_panel(s, p);
        const int64_t at = panel.first_column * s.dimension;
        column_squares(s.dimension, panel.width, a + at, b ? b + at : b, squares + panel.first_column);
    }
}

static void squares(ck_shape s, const float *packed, float *out) {
    const ck_layout l = layout_of(s);
    difference_squares(s, packed, 0, out);
    column_squares(s.hidden, l.classes_padded, packed + l.w2, 0, out + l.hidden_padded);
}

/// Marsaglia's polar method, two numbers at a time: a pair that falls outside the circle is drawn again with the next
/// value of the counter's third word.
static void normals(uint64_t key, uint32_t stream, int64_t count, double scale, float *out) {
    for (int64_t i = 0; i < count; i += 2) {
        const uint64_t pair = (uint64_t)i / 2;
        for (uint32_t attempt = 0;; attempt++) {
            uint32_t word[4];
            ck_philox_block(
                (uint32_t)pair, (uint32_t)(pair >> 32), attempt, stream, (uint32_t)key, (uint32_t)(key >> 32), word);
            const double x = (double)(((uint64_t)word[1] << 32 | word[0]) >> 11) * 0x1p-52 - 1;
            const double y = (double)(((uint64_t)word[3] << 32 | word[2]) >> 11) * 0x1p-52 - 1;
            const double s = __builtin_fma(x, x, y * y);
            if (s >= 1 || s < 0x1p-1000) continue;
            const double f = __builtin_sqrt(-2 * log_d(s) / s);
            out[i] = (float)(scale * (x * f));
            if (i + 1 < count) out[i + 1] = (float)(scale * (y * f));
            break;
        }
    }
}

static double peak(int64_t rounds, float *sink) {
    enum { CHAINS = CK_VW == 16 ? 24 : 12 };
    vf sum[CHAINS];
    const vf a = splat(sink[0]), b = splat(sink[1]);
    for (int i = 0; i < CHAINS; i++) sum[i] = splat(sink[0] + (float)i);
    for (int64_t n = 0; n < rounds; n++)
#pragma clang loop unroll(full)
        for (int i = 0; i < CHAINS; i++) sum[i] = fma_v(sum[i], a, b);
    for (int i = 0; i < CHAINS; i++) sink[2 + i] = sum[i][0];
    return (double)rounds * CHAINS * CK_VW * 2;
}

#define CK_PASTE(a, b) a##b
#define CK_TABLE(isa) CK_PASTE(ck_isa_, isa)
#define CK_TEXT(x) #x
#define CK_STRING(x) CK_TEXT(x)

extern const ck_isa CK_TABLE(CK_ISA);
const ck_isa CK_TABLE(CK_ISA) = {
    CK_STRING(CK_ISA), CK_VW, CK_UNIT, CK_NV, step, evaluate,
    squares,           difference_squares, workspace_bytes, normals, peak,
};
