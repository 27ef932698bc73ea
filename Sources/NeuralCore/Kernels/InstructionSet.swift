import CKernels
import Synchronization

/// The instruction sets that the kernels are compiled for. All of them make the same bits.
public enum InstructionSet: String, Sendable, CaseIterable {
    /// AVX-512 with instructions for bf16; in float32 about as fast as `avx512`.
    case avx512bf16
    case avx512
    case avx2
    case neon
    case baseline

    private static let chosen = Mutex<InstructionSet?>(nil)

    /// The one that new runs use: what `select` chose, or else the best of this processor.
    public static var current: InstructionSet {
        chosen.withLock { $0 } ?? best
    }

    /// Those that this processor runs, the fastest first.
    public static let available: [InstructionSet] = {
        var sets = allCases.filter { ck_select($0.rawValue) != nil }
        if sets.starts(with: [.avx512bf16, .avx512]), !areBf16PairsFaster { sets.swapAt(0, 1) }
        return sets
    }()

    /// The fastest one of this processor.
    public static var best: InstructionSet { available.first ?? .baseline }

    /// Makes every later run use the set called `name`, as `SWEEPD_ISA` gives it; nil goes back to the best one.
    ///
    /// - Throws: `unsupportedInstructionSet` if the name is unknown or the processor lacks it.
    public static func select(_ name: String?) throws(NeuralCoreError) {
        guard let name else {
            chosen.withLock { $0 = nil }
            return
        }
        guard let set = InstructionSet(rawValue: name), ck_select(name) != nil else {
            let names = available.map(\.rawValue).joined(separator: ", ")
            throw NeuralCoreError(
                .unsupportedInstructionSet, "no kernels for instruction set '\(name)' here; use one of: \(names)")
        }
        chosen.withLock { $0 = set }
    }

    /// Whether multiply-adds of bf16's pairs do more operations a second than float32's, as on AMD's processors, where it is
    /// twice as many; on an Emerald Rapids it is half as many. Both are tried, for some 200 µs in all.
    private static var areBf16PairsFaster: Bool {
        guard let kernels = ck_select(InstructionSet.avx512bf16.rawValue) else { return false }
        var sink = [Float](repeating: 0.999, count: 64)
        let clock = ContinuousClock()
        var speeds = (pairs: 0.0, single: 0.0)
        for _ in 0..<8 {
            let start = clock.now
            let pairs = ck_peak_bf16(kernels, 1000, &sink)
            let middle = clock.now
            let single = ck_peak(kernels, 1000, &sink)
            let end = clock.now
            // The best of each: what else the processor does, and its waking up, only takes time.
            speeds.pairs = max(speeds.pairs, pairs / ((middle - start) / .nanoseconds(1)))
            speeds.single = max(speeds.single, single / ((end - middle) / .nanoseconds(1)))
        }
        return speeds.pairs > speeds.single
    }

    /// The kernels.
    ///
    /// - Precondition: the set is `available`.
    var kernels: OpaquePointer {
        guard let kernels = ck_select(rawValue) else { preconditionFailure("\(rawValue) is not available") }
        return kernels
    }
}
