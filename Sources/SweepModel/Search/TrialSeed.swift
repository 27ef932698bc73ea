/// Seeds of trials.
public enum TrialSeed {
    /// The seed of the trial at `index` of a sweep: 53 bits that depend on nothing else.
    ///
    /// Below 2^53, so that it survives JSON. The function is frozen: stored sweeps depend on it.
    public static func derive(sweepSeed: UInt64, index: Int) -> UInt64 {
        let stream = SplitMix.mix(sweepSeed &+ SplitMix.gamma)
        let place = UInt64(bitPattern: Int64(index))
        return SplitMix.mix(stream &+ SplitMix.gamma &* (place &+ 1)) >> 11
    }
}
