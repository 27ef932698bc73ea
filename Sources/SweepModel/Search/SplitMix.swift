/// The finalizer of SplitMix64: a bijection of 64-bit words whose output bits depend on all input bits.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014), with Stafford's mix 13.
enum SplitMix {
    static let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15

    static func mix(_ word: UInt64) -> UInt64 {
        var z = word
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
