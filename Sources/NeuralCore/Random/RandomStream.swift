import CKernels

/// Random numbers by counter: number i of a stream is a function of (seed, stream, i), so a run has no random state to
/// save, and nothing depends on who draws first.
///
/// Philox4x32-10 of Salmon, Moraes, Dror, Shaw: *Parallel random numbers: as easy as 1, 2, 3* (SC 2011). The key is the
/// seed; the counter's words are the position (two), an attempt, and the stream.
public enum RandomStream: UInt32, Sendable {
    /// The seeds of a sweep's trials.
    case trialSeed = 0
    /// The first layer's initial weights, and the second's.
    case firstWeights = 1
    case secondWeights = 2
    /// Dropout masks; the kernels use this number too.
    case dropout = 3
    /// Which samples make a minibatch.
    case minibatch = 4
    /// The training images that accuracy is measured on.
    case probe = 5
    /// Masks of dropped inputs; the kernels use this number too.
    case inputDropout = 6

    /// One block of Philox4x32-10.
    public static func philox(
        counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
    ) -> (UInt32, UInt32, UInt32, UInt32) {
        let counter = [counter.0, counter.1, counter.2, counter.3]
        let key = [key.0, key.1]
        var out: [UInt32] = [0, 0, 0, 0]
        ck_philox(counter, key, &out)
        return (out[0], out[1], out[2], out[3])
    }

    /// The four words at `position`.
    func words(seed: UInt64, position: UInt64) -> (UInt32, UInt32, UInt32, UInt32) {
        Self.philox(
            counter: (UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32), 0, rawValue),
            key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    }

    /// Numbers `first`..<`first + count` of the stream, each in 0..<`bound`.
    func draws(seed: UInt64, first: UInt64, count: Int, bound: Int) -> [UInt32] {
        guard count > 0 else { return [] }
        return [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
            ck_draw(seed, rawValue, first, Int64(count), UInt32(bound), buffer.baseAddress)
            initialized = count
        }
    }

    /// The seed of trial `index` of a sweep: 53 bits, so that JSON keeps it exactly.
    public static func trialSeed(sweepSeed: UInt64, index: Int) -> UInt64 {
        let words = RandomStream.trialSeed.words(seed: sweepSeed, position: UInt64(bitPattern: Int64(index)))
        return (UInt64(words.1) << 32 | UInt64(words.0)) >> 11
    }

    /// `count` different numbers of 0..<`bound` in ascending order, or all of them if there are no more.
    func sample(seed: UInt64, count: Int, bound: Int) -> [UInt32] {
        guard count < bound else { return (0..<bound).map { UInt32($0) } }
        // The first `count` steps of a Fisher-Yates shuffle, which keeps only what has moved.
        var moved: [Int: Int] = [:]
        var chosen: [UInt32] = []
        chosen.reserveCapacity(count)
        for step in 0..<count {
            let draw = Int(draws(seed: seed, first: UInt64(step), count: 1, bound: bound - step)[0]) + step
            chosen.append(UInt32(moved[draw] ?? draw))
            moved[draw] = moved[step] ?? step
        }
        return chosen.sorted()
    }
}
