/// The random numbers of one parameter in one draw.
///
/// A stream is keyed by (sweep seed, parameter's name, draw), so that a new parameter leaves the draws of the others
/// as they were. The function is frozen: stored sweeps depend on it.
struct DrawStream {
    private var state: UInt64

    init(seed: UInt64, name: String, draw: Int) {
        state = SplitMix.mix(Self.key(seed: seed, name: name) &+ SplitMix.gamma &* UInt64(bitPattern: Int64(draw)))
    }

    /// Of all streams of one parameter.
    static func key(seed: UInt64, name: String) -> UInt64 {
        // FNV-1a, 64 bits.
        let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return SplitMix.mix(SplitMix.mix(seed &+ SplitMix.gamma) ^ hash)
    }

    mutating func next() -> UInt64 {
        state &+= SplitMix.gamma
        return SplitMix.mix(state)
    }

    /// Uniform in [0, 1], both ends included.
    mutating func unit() -> Double {
        Self.unit(of: next())
    }

    /// The upper 53 bits as a fraction of the largest such number, so that 1 is reached.
    static func unit(of word: UInt64) -> Double {
        Double(word >> 11) / 0x1.fffffffffffffp52
    }

    /// Uniform in 0..<count, count ≥ 1; the bias is below count / 2^64.
    mutating func index(below count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }
}
