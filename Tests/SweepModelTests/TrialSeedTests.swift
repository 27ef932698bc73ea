import Testing

@testable import SweepModel

@Suite struct TrialSeedTests {
    /// The output of SplitMix64 seeded with 1234567, as published with its reference code.
    @Test func theMixerAgreesWithThePublishedSequence() {
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        let actual = (1...5).map { SplitMix.mix(1_234_567 &+ SplitMix.gamma &* $0) }
        #expect(actual == expected)
    }

    @Test func seedsOfOneSweepAndOfNeighbouringSweepsAreDistinct() {
        let seeds = (0..<50).flatMap { sweep in
            (0..<2000).map { TrialSeed.derive(sweepSeed: UInt64(sweep), index: $0) }
        }
        #expect(Set(seeds).count == seeds.count)
        #expect(seeds.allSatisfy { $0 < 1 << 53 })
    }

    /// Stored sweeps depend on these; they may never change.
    @Test func seedsAreThoseOfTheFirstRelease() {
        let expected: [UInt64] = [
            5_876_733_520_225_071, 6_315_957_190_297_641, 3_486_904_274_089_342, 5_912_449_053_150_337,
        ]
        #expect((0..<4).map { TrialSeed.derive(sweepSeed: 0, index: $0) } == expected)
        #expect(TrialSeed.derive(sweepSeed: 9_007_199_254_740_991, index: 143) == 5_522_578_690_004_466)
    }

    @Test func drawsAreThoseOfTheFirstRelease() throws {
        let spec = try SweepSpec(parsing: try Fixture.config("random"))
        // The logarithm of the C library may differ in its last bit.
        func close(_ value: ParameterValue?, _ expected: Double) -> Bool {
            abs((value?.doubleValue ?? 0) / expected - 1) < 1e-14
        }
        let (first, last) = (spec.trial(at: 0).parameters, spec.trial(at: 143).parameters)
        #expect(close(first["learning_rate"], 0.00023545946307996265) && close(first["reg"], 0.00636978378044126))
        #expect(first["batch_size"] == .int(400) && first["hidden_size"] == .int(160))
        #expect(close(last["learning_rate"], 0.0008871677091598899) && close(last["reg"], 0.004917031006567794))
        #expect(last["batch_size"] == .int(400) && last["hidden_size"] == .int(320))
    }

    @Test func anySeedAndIndexIsAccepted() {
        #expect(TrialSeed.derive(sweepSeed: .max, index: .max) < 1 << 53)
        #expect(TrialSeed.derive(sweepSeed: .max, index: .min) < 1 << 53)
    }
}
