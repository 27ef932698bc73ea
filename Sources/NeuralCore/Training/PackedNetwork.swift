import CKernels

/// A network in the kernels' layout: parameters, the optimizer's moments, sums of squares.
// SAFETY: owned by one run or call, and used by one at a time.
final class PackedNetwork: @unchecked Sendable {
    let kernels: OpaquePointer
    let shape: ck_shape
    let layout: ck_layout
    let parameters: AlignedFloats
    /// Momentum's velocity, or Adam's first and second moment.
    let moments: [AlignedFloats]
    private let squares: AlignedFloats
    /// The first layer's copy in bf16, with the preprocessing that is folded into it; nil in float32.
    private let rounding: (copy: AlignedFloats, preprocessing: Preprocessing)?

    /// - Parameter roundedFor: the preprocessing of all samples to come, for a network in bf16.
    init(
        _ instructionSet: InstructionSet, dimension: Int, hidden: Int, classes: Int, moments: Int,
        roundedFor preprocessing: Preprocessing? = nil
    ) {
        kernels = instructionSet.kernels
        shape = ck_shape(dimension: Int64(dimension), hidden: Int64(hidden), classes: Int64(classes))
        layout = ck_parameter_layout(kernels, shape)
        let count = Int(layout.count)
        parameters = AlignedFloats(count: count)
        self.moments = (0..<moments).map { _ in AlignedFloats(count: count) }
        squares = AlignedFloats(count: Int(layout.hidden_padded + layout.classes_padded))
        let rounded = Int(ck_rounded_bytes(kernels, shape) / 4)
        rounding = preprocessing.map { (AlignedFloats(count: rounded), $0) }
    }

    /// D·H + H + H·C + C.
    var parameterCount: Int { Self.parameterCount(shape) }

    static func parameterCount(_ shape: ck_shape) -> Int {
        Int((shape.dimension + 1) * shape.hidden + (shape.hidden + 1) * shape.classes)
    }

    /// W1 (D×H), b1, W2 (H×C), b2, row-major, one after the other.
    var rowMajor: [Float] {
        get { unpack(parameters) }
        set { pack(newValue, into: parameters) }
    }

    func unpack(_ packed: AlignedFloats) -> [Float] {
        [Float](unsafeUninitializedCapacity: parameterCount) { buffer, initialized in
            ck_unpack(kernels, shape, packed.pointer, buffer.baseAddress)
            initialized = parameterCount
        }
    }

    /// - Precondition: `parameterCount` values.
    func pack(_ rowMajor: [Float], into packed: AlignedFloats) {
        precondition(rowMajor.count == parameterCount)
        ck_pack(kernels, shape, rowMajor, packed.pointer)
        guard packed === parameters else { return }
        ck_squares(kernels, shape, packed.pointer, squares.pointer)
        if let rounding { round(packed, for: rounding.preprocessing, into: rounding.copy) }
    }

    private func round(_ packed: AlignedFloats, for preprocessing: Preprocessing, into copy: AlignedFloats) {
        preprocessing.withPointers { mean, scale in
            ck_round(kernels, shape, packed.pointer, mean, scale, copy.pointer)
        }
    }

    /// What an evaluation of `packed` in bf16 needs: the copy that the steps keep up to date, or a new one for other weights
    /// than the network's own. Nil in float32.
    func rounded(_ packed: AlignedFloats) -> AlignedFloats? {
        guard let rounding, packed !== parameters else { return rounding?.copy }
        let copy = AlignedFloats(count: rounding.copy.count)
        round(packed, for: rounding.preprocessing, into: copy)
        return copy
    }

    /// One step; `loss` tells whether it was taken.
    func step(
        _ batch: ck_batch, _ update: ck_update, _ regularizers: ck_regularizers, _ workspace: Workspace
    ) -> ck_result {
        let first = moments.first ?? parameters
        let second = moments.last ?? parameters
        let gradient = update.clip_norm > 0 ? workspace.gradient(parameters.count) : nil
        let net = ck_net(
            parameters: parameters.pointer, first: first.pointer, second: second.pointer, squares: squares.pointer,
            rounded: rounding?.copy.pointer, gradient: gradient?.pointer)
        let memory = workspace.memory(Int(ck_workspace_bytes(kernels, shape, batch.count)))
        return ck_step(kernels, shape, net, batch, update, regularizers, memory)
    }

    /// ΣW1² and ΣW2².
    var sumsOfSquares: (first: Double, second: Double) {
        let hidden = Int(shape.hidden)
        let padded = Int(layout.hidden_padded)
        var (first, second) = (0.0, 0.0)
        for h in 0..<hidden { first += Double(squares.pointer[h]) }
        for c in 0..<Int(shape.classes) { second += Double(squares.pointer[padded + c]) }
        return (first, second)
    }

    /// Σ(W1 − V1)² against the parameters `other` of a network of the same layout.
    func firstLayerDistance(to other: AlignedFloats) -> Double {
        let columns = AlignedFloats(count: Int(layout.hidden_padded))
        ck_difference_squares(kernels, shape, parameters.pointer, other.pointer, columns.pointer)
        return (0..<Int(shape.hidden)).reduce(0.0) { $0 + Double(columns.pointer[$1]) }
    }
}
