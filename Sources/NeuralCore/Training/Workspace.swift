import CKernels

/// A worker's scratch memory. It grows to the largest trial that it has served, and is never shrunk.
// SAFETY: mutable memory without a lock. A workspace belongs to one worker and is used by one call at a time.
public final class Workspace: @unchecked Sendable {
    private var scratch: UnsafeMutableRawPointer?
    private var scratchBytes = 0
    private var before = AlignedFloats(count: 0)
    private var gradient = AlignedFloats(count: 0)
    var index: [UInt32] = []
    var nextIndex: [UInt32] = []

    public init() {}

    deinit { scratch?.deallocate() }

    /// Bytes that a step or an evaluation of this shape takes; 2⁵⁰ for a configuration that is out of range.
    public static func memoryBytes(_ configuration: TrainingConfiguration, dimension: Int, classes: Int) -> Int {
        guard configuration.isValid(dimension: dimension, classes: classes) else { return 1 << 50 }
        let shape = ck_shape(
            dimension: Int64(dimension), hidden: Int64(configuration.hiddenSize), classes: Int64(classes))
        let kernels = InstructionSet.current.kernels
        let rows = max(configuration.batchSize, Evaluation.rowsAtOnce)
        // Weights in bf16 that are kept, but are not the last ones, are rounded when they are evaluated.
        let areOthersEvaluated = configuration.keep == .best || configuration.averaging != .none
        let rounded = configuration.precision == .bf16 && areOthersEvaluated ? Int(ck_rounded_bytes(kernels, shape)) : 0
        return Int(ck_workspace_bytes(kernels, shape, Int64(rows))) + rounded
            + 4 * Int(ck_parameter_layout(kernels, shape).count) * (configuration.clipNorm > 0 ? 2 : 1)
    }

    /// At least `bytes` bytes, aligned to a cache line, with arbitrary content.
    func memory(_ bytes: Int) -> UnsafeMutableRawPointer {
        if let scratch, scratchBytes >= bytes { return scratch }
        scratch?.deallocate()
        // Lanes that pad are computed with, though never used: zeroes are numbers.
        let memory = LargeMemory.allocate(byteCount: bytes)
        (scratch, scratchBytes) = (memory, bytes)
        return memory
    }

    /// Room for a gradient of `count` floats.
    func gradient(_ count: Int) -> AlignedFloats {
        if gradient.count < count { gradient = AlignedFloats(count: count) }
        return gradient
    }

    /// A copy of `parameters`, to measure an update by.
    func copy(_ parameters: AlignedFloats) -> AlignedFloats {
        if before.count < parameters.count { before = AlignedFloats(count: parameters.count) }
        before.pointer.update(from: parameters.pointer, count: parameters.count)
        return before
    }
}

/// Floats at a cache line's start, zero at first.
// SAFETY: plain memory, owned by one network or workspace, whose own rules hold for it.
final class AlignedFloats: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    let count: Int

    init(count: Int) {
        self.count = count
        let memory = LargeMemory.allocate(byteCount: max(count, 1) * 4)
        pointer = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    }

    deinit { pointer.deallocate() }
}
