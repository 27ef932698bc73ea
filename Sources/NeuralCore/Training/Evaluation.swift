import CKernels

/// The forward pass over many samples.
enum Evaluation {
    /// A multiple of all tiles' heights, and small enough for the cache.
    static let rowsAtOnce = 240

    struct Result {
        var correct = 0
        var total = 0
        /// Sum of the samples' cross-entropies.
        var loss = 0.0

        var accuracy: Double { total == 0 ? 0 : Double(correct) / Double(total) }
        var meanLoss: Double { total == 0 ? 0 : loss / Double(total) }
    }

    /// Of the samples `rows`, or of all of them for nil.
    ///
    /// - Parameters:
    ///   - active: H flags, to be set for the hidden units that any sample activates.
    ///   - logits: gets each piece's logits, row by row.
    ///   - visit: gets each piece's predictions.
    static func run(
        _ network: PackedNetwork, parameters: AlignedFloats, on samples: LabelledSamples, rows: [UInt32]? = nil,
        preprocessing: Preprocessing, using workspace: Workspace, active: UnsafeMutablePointer<UInt8>? = nil,
        logits: ((ArraySlice<Float>) -> Void)? = nil, visit: (ArraySlice<UInt16>) -> Void = { _ in }
    ) -> Result {
        let total = rows?.count ?? samples.count
        let memory = workspace.memory(Int(ck_workspace_bytes(network.kernels, network.shape, Int64(rowsAtOnce))))
        var index = [UInt32](repeating: 0, count: rowsAtOnce)
        var predictions = [UInt16](repeating: 0, count: rowsAtOnce)
        var values = [Float](repeating: 0, count: logits == nil ? 0 : rowsAtOnce * samples.classes)
        let rounded = network.rounded(parameters)
        var result = Result(total: total)
        for first in stride(from: 0, to: total, by: rowsAtOnce) {
            let count = min(rowsAtOnce, total - first)
            for i in 0..<count { index[i] = rows.map { $0[first + i] } ?? UInt32(first + i) }
            let piece = index.withUnsafeBufferPointer { index in
                samples.withBatch(index, next: nil, count: count, preprocessing) { batch in
                    values.withUnsafeMutableBufferPointer { values in
                        ck_evaluate(
                            network.kernels, network.shape, parameters.pointer, rounded?.pointer, batch, &predictions,
                            logits == nil ? nil : values.baseAddress, active, memory)
                    }
                }
            }
            result.correct += Int(piece.correct)
            result.loss += piece.data_loss
            logits?(values[..<(count * samples.classes)])
            visit(predictions[..<count])
        }
        return result
    }
}

extension LabelledSamples {
    /// Calls `body` with a minibatch whose pointers live as long as the call.
    func withBatch<R>(
        _ index: UnsafeBufferPointer<UInt32>, next: UnsafeBufferPointer<UInt32>?, count: Int,
        _ preprocessing: Preprocessing, _ body: (ck_batch) -> R
    ) -> R {
        defer { withExtendedLifetime(samples) {} }
        return labels.withUnsafeBufferPointer { labels in
            preprocessing.withPointers { mean, scale in
                body(
                    ck_batch(
                        rows: samples.pointer, element: samples.element == .byte ? CK_BYTE : CK_FLOAT,
                        index: index.baseAddress, next_index: next?.baseAddress, labels: labels.baseAddress,
                        count: Int64(count), mean: mean, scale: scale))
            }
        }
    }
}
