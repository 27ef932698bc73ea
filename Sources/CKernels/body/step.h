// The training step, the evaluation, and the table that the dispatcher sees.

static double sum_of_squares(ck_shape s, const float *squares) {
    const int64_t padded = layout_of(s).hidden_padded;
    double sum = 0;
    for (int64_t h = 0; h < s.hidden; h++) sum += (double)squares[h];
    for (int64_t c = 0; c < s.classes; c++) sum += (double)squares[padded + c];
    return sum;
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

/// Both layers' way back.
static void backward(
    ck_shape s, const ck_net *net, const ck_batch *batch, const ck_update *u, float dropout_scale, ck_workspace *w
) {
    second_layer_back(s, net, batch->count, u, dropout_scale, w);
    first_layer_back(s, net, batch, u, w);
}

/// What the gradient in `net->gradient` is multiplied by. A norm that is not finite clips nothing: the next loss shows
/// that the net has blown up.
static float clip_factor(ck_shape s, const ck_net *net, float clip_norm, ck_workspace *w) {
    const ck_layout l = layout_of(s);
    squares(s, net->gradient, w->norms);
    double sum = sum_of_squares(s, w->norms);
    for (int64_t h = 0; h < s.hidden; h++) sum += (double)net->gradient[l.b1 + h] * (double)net->gradient[l.b1 + h];
    for (int64_t c = 0; c < s.classes; c++) sum += (double)net->gradient[l.b2 + c] * (double)net->gradient[l.b2 + c];
    const double norm = __builtin_sqrt(sum);
    return norm - norm == 0 && norm > (double)clip_norm ? (float)((double)clip_norm / norm) : 1;
}

/// The same for a gradient whose norm has a limit: as a whole into memory, its norm, then the update.
static void backward_clipped(
    ck_shape s, const ck_net *net, const ck_batch *batch, const ck_update *u, float dropout_scale, ck_workspace *w
) {
    const ck_layout l = layout_of(s);
    ck_net raw = *net;
    ck_update write = *u;
    raw.first = net->gradient;
    write.optimizer = CK_GRADIENT;
    backward(s, &raw, batch, &write, dropout_scale, w);
    const float factor = clip_factor(s, net, u->clip_norm, w);
    for (int64_t p = 0; p < panel_count(s.hidden); p++) {
        const ck_panel panel = hidden_panel(s, p);
        const int64_t at = l.w1 + panel.first_column * s.dimension;
        apply_rows(net, u, at, s.dimension, panel.width, factor, net->squares + panel.first_column);
    }
    apply_rows(net, u, l.b1, 1, l.hidden_padded, factor, 0);
    apply_rows(net, u, l.w2, s.hidden, l.classes_padded, factor, net->squares + l.hidden_padded);
    apply_rows(net, u, l.b2, 1, l.classes_padded, factor, 0);
    if (net->rounded) round_weights(s, net->parameters, batch->mean, batch->scale, net->rounded);
}

static ck_result step(
    ck_shape s, ck_net net, ck_batch batch, ck_update update, ck_regularizers r, void *memory
) {
    ck_workspace w;
    carve(&w, (uintptr_t)memory, s, batch.count);
    if (r.input_threshold != 0) draw_kept(s, batch.count, &r, &w);
    first_layer(s, net.parameters, net.rounded, &batch, &w);
    rectify(w.hidden, batch.count * layout_of(s).hidden_padded);
    if (r.dropout_threshold != 0) drop(s, batch.count, &r, w.hidden);
    second_layer(s, net.parameters, batch.count, &w);
    ck_result result;
    result.data_loss = softmax(s, &batch, r.label_smoothing, &w, &result.correct);
    result.loss = result.data_loss + 0.5 * (double)update.reg * sum_of_squares(s, net.squares);
    if (!(result.loss - result.loss == 0)) return result;
    const float dropout_scale = r.dropout_threshold != 0 ? r.dropout_scale : 1;
    if (update.clip_norm > 0) backward_clipped(s, &net, &batch, &update, dropout_scale, &w);
    else backward(s, &net, &batch, &update, dropout_scale, &w);
    return result;
}

static ck_result evaluate(
    ck_shape s, const float *parameters, const float *rounded, ck_batch batch, uint16_t *predictions, float *logits,
    uint8_t *active, void *memory
) {
    ck_workspace w;
    carve(&w, (uintptr_t)memory, s, batch.count);
    const int64_t padded = layout_of(s).classes_padded;
    first_layer(s, parameters, rounded, &batch, &w);
    rectify(w.hidden, batch.count * layout_of(s).hidden_padded);
    if (active) mark_active(s, batch.count, w.hidden, active);
    second_layer(s, parameters, batch.count, &w);
    ck_result result = {0, 0, 0};
    for (int64_t first = 0; first < batch.count; first += CK_VW) {
        const ck_rows rows = exponentiate(s, first, batch.count, &w);
        for (int64_t b = first; b < batch.count && b < first + CK_VW; b++) {
            const float *row = w.logits + b * padded;
            const int64_t label = batch.labels[batch.index[b]], i = b - first;
            if (logits) __builtin_memcpy(logits + b * s.classes, row, (uint64_t)s.classes * sizeof(float));
            if (predictions) predictions[b] = (uint16_t)rows.predicted[i];
            result.correct += rows.predicted[i] == label;
            result.data_loss += cross_entropy(row, s.classes, label, 0, rows.largest[i], rows.sum[i]);
        }
    }
    result.loss = result.data_loss;
    return result;
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

static void average(int64_t count, float share, const float *parameters, float *average) {
    int64_t i = 0;
    for (; i + CK_VW <= count; i += CK_VW) {
        const vf mean = load(average + i), step = splat(share) * (load(parameters + i) - mean);
        store(average + i, mean + step);
    }
    for (; i < count; i++) {
        const float step = share * (parameters[i] - average[i]);
        average[i] = average[i] + step;
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
    squares,           difference_squares, workspace_bytes, normals, peak, rounded_bytes, round_weights, bf_peak,
    average,
    centre,            gram,               project,         products, subtract, subtract_pairs, hog,
};
