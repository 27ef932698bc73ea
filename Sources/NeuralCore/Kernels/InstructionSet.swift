import CKernels
import Synchronization

/// The instruction sets that the kernels are compiled for. All of them make the same bits.
public enum InstructionSet: String, Sendable, CaseIterable {
    /// AVX-512 with instructions for bf16; in float32 no other than `avx512`.
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
    public static var available: [InstructionSet] { allCases.filter { ck_select($0.rawValue) != nil } }

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

    /// The kernels.
    ///
    /// - Precondition: the set is `available`.
    var kernels: OpaquePointer {
        guard let kernels = ck_select(rawValue) else { preconditionFailure("\(rawValue) is not available") }
        return kernels
    }
}
