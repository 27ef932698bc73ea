import CKernels

/// The weights that a finished trial keeps, with the preprocessing that belongs to them.
public struct Model: Sendable, Equatable {
    /// H.
    public let hidden: Int
    /// D, inputs of the network: a sample's values, or what `transform` makes of them.
    public let dimension: Int
    /// C.
    public let classes: Int
    public let preprocessing: Preprocessing
    /// What the first layer's products are computed in: as in the training, so that the test figure goes with the others.
    public let precision: TrainingConfiguration.Precision
    /// What makes inputs of a sample; nil when its values are the inputs.
    public let transform: FeatureTransform?
    /// W1 (D×H), b1 (H), W2 (H×C), b2 (C), one after the other.
    let rowMajor: [Float]

    /// - Precondition: as many weights as the shape has.
    init(
        hidden: Int, dimension: Int, classes: Int, rowMajor: [Float], preprocessing: Preprocessing,
        precision: TrainingConfiguration.Precision, transform: FeatureTransform? = nil
    ) {
        precondition(transform.map { $0.outputs == dimension } ?? true)
        precondition(rowMajor.count == (dimension + 1) * hidden + (hidden + 1) * classes)
        (self.hidden, self.dimension, self.classes) = (hidden, dimension, classes)
        (self.rowMajor, self.preprocessing, self.precision) = (rowMajor, preprocessing, precision)
        self.transform = transform
    }

    /// D×H, row-major.
    public var W1: [Float] { part(0, dimension * hidden) }
    /// H.
    public var b1: [Float] { part(dimension * hidden, hidden) }
    /// H×C, row-major.
    public var W2: [Float] { part((dimension + 1) * hidden, hidden * classes) }
    /// C.
    public var b2: [Float] { part((dimension + 1) * hidden + hidden * classes, classes) }

    /// Values of a sample.
    public var sampleDimension: Int { transform?.inputs ?? dimension }

    /// W1 as it is for the values of a sample, D×H: with whitened pixels the whitening times their rows of W1. Other inputs
    /// are left out. Nil for a model that has no pixels.
    public var pixelWeights: [Float]? {
        guard let transform else { return W1 }
        guard let group = transform.groups.first, group.kind == .pixels else { return nil }
        let rows = part(0, group.outputs * hidden)
        guard group.isWhitened else {
            return rows.indices.map { rows[$0] * group.scale[$0 / hidden] }
        }
        let kernels = InstructionSet.current.kernels
        let shape = ck_shape(dimension: Int64(group.outputs), hidden: Int64(hidden), classes: 1)
        let layout = ck_parameter_layout(kernels, shape)
        let packed = AlignedFloats(count: Int(layout.count))
        ck_pack(kernels, shape, rows + [Float](repeating: 0, count: 2 * hidden + 1), packed.pointer)
        let width = Int(layout.hidden_padded)
        let out = AlignedFloats(count: group.inputs * width)
        ck_project(
            kernels, Int64(group.inputs), Int64(group.outputs), group.matrix, Int64(group.outputs), Int64(hidden),
            packed.pointer, out.pointer, Int64(width))
        return (0..<group.inputs).flatMap { d in (0..<hidden).map { out.pointer[d * width + $0] } }
    }

    private func part(_ from: Int, _ count: Int) -> [Float] { Array(rowMajor[from..<(from + count)]) }

    /// How many of `samples` are classified as labelled, and the mean cross-entropy.
    ///
    /// - Throws: `shapeMismatch` if the samples have another dimension or another number of classes, or are floats and the
    ///   model is in bf16.
    public func accuracy(
        on samples: LabelledSamples, using workspace: Workspace
    ) throws(NeuralCoreError) -> (correct: Int, total: Int, loss: Double) {
        let result = try evaluate(samples, workspace) { _ in }
        return (result.correct, result.total, result.meanLoss)
    }

    /// The most likely class of each sample; of equally likely ones the first.
    public func predictions(
        on samples: LabelledSamples, using workspace: Workspace
    ) throws(NeuralCoreError) -> [UInt16] {
        var predictions: [UInt16] = []
        predictions.reserveCapacity(samples.count)
        _ = try evaluate(samples, workspace) { predictions += $0 }
        return predictions
    }

    /// N×C, row by row; the sum of both views' with mirror images.
    func logits(
        on samples: LabelledSamples, mirroredAs image: ImageShape?, using workspace: Workspace
    ) throws(NeuralCoreError) -> [Float] {
        guard image.map({ $0.size == samples.samples.dimension }) ?? true else {
            throw NeuralCoreError(
                .shapeMismatch, "the samples have \(samples.samples.dimension) values, which is no such image")
        }
        var logits: [Float] = []
        logits.reserveCapacity(samples.count * classes)
        _ = try evaluate(samples, workspace, logits: { logits += $0 }) { _ in }
        guard let image else { return logits }
        var at = 0
        _ = try evaluate(
            samples, mirroredAs: image, workspace,
            logits: { piece in
                for value in piece {
                    logits[at] += value
                    at += 1
                }
            }
        ) { _ in }
        return logits
    }

    /// As `predictions`, of the mean of the logits of each image and of its mirror image.
    ///
    /// - Throws: `shapeMismatch` too if the samples are no images of that shape.
    public func predictions(
        on samples: LabelledSamples, mirroredAs image: ImageShape, using workspace: Workspace
    ) throws(NeuralCoreError) -> [UInt16] {
        let logits = try logits(on: samples, mirroredAs: image, using: workspace)
        return (0..<samples.count).map { row in
            let own = logits[(row * classes)..<((row + 1) * classes)]
            var best = own.startIndex
            for c in own.indices where own[c] > own[best] { best = c }
            return UInt16(best - own.startIndex)
        }
    }

    /// - Parameters:
    ///   - image: evaluates the mirror images of images of this shape.
    ///   - logits: gets each piece's logits, row by row.
    ///   - visit: gets each piece's predictions.
    func evaluate(
        _ samples: LabelledSamples, mirroredAs image: ImageShape? = nil, _ workspace: Workspace,
        logits: ((ArraySlice<Float>) -> Void)? = nil, _ visit: (ArraySlice<UInt16>) -> Void
    ) throws(NeuralCoreError) -> Evaluation.Result {
        guard samples.samples.dimension == sampleDimension && samples.classes == classes else {
            throw NeuralCoreError(
                .shapeMismatch,
                "the model has \(sampleDimension) inputs and \(classes) classes, "
                    + "the samples \(samples.samples.dimension) and \(samples.classes)")
        }
        guard precision == .float32 || transform != nil || samples.samples.element == .byte else {
            throw NeuralCoreError(.shapeMismatch, "the model is in bf16 and takes samples of bytes; these are floats")
        }
        let network = PackedNetwork(
            .current, dimension: dimension, hidden: hidden, classes: classes, moments: 0,
            roundedFor: precision == .bf16 ? preprocessing : nil)
        network.rowMajor = rowMajor
        var result = Evaluation.Result()
        // In pieces, for the rows that are made of samples take memory.
        for first in stride(from: 0, to: samples.count, by: 3000) {
            let piece = samples.slice(first..<min(first + 3000, samples.count))
            let part = Evaluation.run(
                network, parameters: network.parameters, on: prepared(piece, mirroredAs: image),
                preprocessing: preprocessing, using: workspace, logits: logits, visit: visit)
            result.correct += part.correct
            result.total += part.total
            result.loss += part.loss
        }
        return result
    }

    private func prepared(_ samples: LabelledSamples, mirroredAs image: ImageShape?) -> LabelledSamples {
        guard transform != nil || image != nil else { return samples }
        let matrix =
            transform.map { $0.apply(to: samples.samples, mirrored: image != nil) }
            ?? samples.samples.mirrored(image)
        return LabelledSamples(samples: matrix, labels: samples.labels, classes: samples.classes)
    }
}

extension SampleMatrix {
    /// Each image's mirror image; the same for nil.
    func mirrored(_ image: ImageShape?) -> SampleMatrix {
        guard let image else { return self }
        func fill(_ base: UnsafeMutableRawPointer?) {
            guard let base else { return }
            let bytes = dimension * element.size
            for row in 0..<count {
                ck_view(image.kernelShape, Int64(element.size), pointer + row * bytes, 0, 0, 1, base + row * bytes)
            }
        }
        return element == .byte
            ? SampleMatrix(bytes: count, dimension: dimension) { fill($0.baseAddress) }
            : SampleMatrix(floats: count, dimension: dimension) { fill($0.baseAddress) }
    }
}
