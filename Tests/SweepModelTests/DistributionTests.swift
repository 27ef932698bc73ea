import Testing

@testable import SweepModel

@Suite struct DistributionTests {
    private static let draws = 20_000

    /// `count` draws of `reg` from the distribution written as JSON members.
    private func drawn(_ members: String, parameter: String = "reg", count: Int = draws, seed: UInt64 = 0) throws
        -> [Double]
    {
        let log = IssueLog()
        let source = SourceCursor(root: try SourceNode(composing: Array("{\(members)}".utf8)))
        let table = try #require(TrainingParameter.named(parameter))
        let parameterSpec = ParameterSpec(table, at: source, method: .random, log)
        try log.throwIfAny()
        let read = try #require(parameterSpec)
        return (0..<count).compactMap { read.value(drawn: $0, seed: seed).doubleValue }
    }

    @Test func uniformFillsItsInterval() throws {
        let values = try drawn(#""min": 0.25, "max": 0.75"#)
        #expect(values.allSatisfy { (0.25...0.75).contains($0) })
        #expect(abs(values.reduce(0, +) / Double(values.count) - 0.5) < 0.005)
        #expect((values.min() ?? 1) < 0.2505 && (values.max() ?? 0) > 0.7495)
    }

    @Test func theUnitIntervalIncludesBothEnds() {
        #expect(DrawStream.unit(of: .max) == 1)
        #expect(DrawStream.unit(of: .min) == 0)
    }

    @Test func logUniformHasItsMedianAtTheGeometricMean() throws {
        let values = try drawn(#""distribution": "log_uniform_values", "min": 1e-4, "max": 1e-1"#).sorted()
        #expect(values.allSatisfy { (1e-4...1e-1).contains($0) })
        let median = values[values.count / 2]
        #expect(median > 0.0030 && median < 0.0034)
        let lowDecade = values.count { $0 < 1e-3 }
        #expect(abs(Double(lowDecade) / Double(values.count) - 1.0 / 3) < 0.01)
    }

    @Test func wholeNumbersReachBothBoundsAlike() throws {
        let values = try drawn(#""min": 3, "max": 7"#, parameter: "hidden_size")
        let counts = Dictionary(grouping: values) { $0 }.mapValues(\.count)
        #expect(counts.keys.sorted() == [3, 4, 5, 6, 7])
        #expect(counts.values.allSatisfy { abs($0 - Self.draws / 5) < 300 })
    }

    @Test func quantizedUniformReachesBothBoundsWithoutRoundingDust() throws {
        let values = try drawn(#""distribution": "q_uniform", "min": 0.1, "max": 0.5, "q": 0.1"#)
        let counts = Dictionary(grouping: values) { $0 }.mapValues(\.count)
        #expect(counts.keys.sorted() == [0.1, 0.2, 0.3, 0.4, 0.5])
        #expect(counts.values.allSatisfy { abs($0 - Self.draws / 5) < 300 })
    }

    @Test func quantizedBoundsThatAreNoMultiplesAreNotCrossed() throws {
        let values = try drawn(#""min": 30, "max": 270, "q": 50"#, parameter: "batch_size")
        #expect(Set(values) == [50, 100, 150, 200, 250])
    }

    @Test func quantizedLogUniformKeepsToMultiplesAndLeansLow() throws {
        let values = try drawn(
            #""distribution": "q_log_uniform_values", "min": 16, "max": 256, "q": 16"#, parameter: "hidden_size")
        #expect(Set(values) == Set(stride(from: 16.0, through: 256, by: 16)))
        let low = Double(values.count { $0 <= 64 }) / Double(values.count)
        // P(X < 72) = ln(72/16) / ln(16), since 64 takes all that rounds to it.
        #expect(abs(low - 0.5425) < 0.015)
    }

    @Test func normalHasItsMeanAndSpread() throws {
        let values = try drawn(#""distribution": "normal", "mu": 100, "sigma": 5"#)
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        #expect(abs(mean - 100) < 0.15)
        #expect(abs(variance.squareRoot() - 5) < 0.1)
    }

    @Test func normalDrawsOutsideTheParametersRangeAreDrawnAgain() throws {
        let values = try drawn(#""distribution": "normal", "mu": 0, "sigma": 1"#, parameter: "dropout")
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(values.count { $0 == 0 } == 0)
    }

    @Test func valuesAreDrawnAlike() throws {
        let values = try drawn(#""values": [1, 2, 4]"#)
        let counts = Dictionary(grouping: values) { $0 }.mapValues(\.count)
        #expect(counts.keys.sorted() == [1, 2, 4])
        #expect(counts.values.allSatisfy { abs($0 - Self.draws / 3) < 300 })
    }

    @Test(arguments: [
        (#""min": 0, "max": 1"#, Distribution.intUniform), (#""min": 0, "max": 1.0"#, .uniform),
        (#""min": 0.0, "max": 1"#, .uniform), (#""min": 0, "max": 1, "q": 0.5"#, .qUniform),
    ]) func boundsWithoutADistributionAreInferred(members: String, distribution: Distribution) throws {
        let log = IssueLog()
        let source = SourceCursor(root: try SourceNode(composing: Array("{\(members)}".utf8)))
        let table = try #require(TrainingParameter.named("reg"))
        #expect(ParameterSpec(table, at: source, method: .random, log)?.domain.distribution == distribution)
        #expect(log.isEmpty)
    }

    @Test func drawsDependOnSeedNameAndNumberAlone() throws {
        let rate = #""learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 0.1}"#
        func rates(_ parameters: String, _ top: String) throws -> [ParameterValue?] {
            try Fixture.spec(parameters, top: top, method: "random").expand().map(\.parameters["learning_rate"])
        }
        let plain = try rates(rate + #", "hidden_size": {"min": 1, "max": 9}"#, #""run_cap": 20"#)
        #expect(Set(plain.map { $0?.doubleValue }).count == 20)
        let more = try rates(
            #""reg": {"min": 0.0, "max": 1.0}, "hidden_size": {"value": 3}, "# + rate, #""run_cap": 30"#)
        #expect(Array(more.prefix(20)) == plain)
        let enqueued = try rates(
            rate + #", "hidden_size": {"value": 3}"#, #""run_cap": 20, "enqueue": [{"learning_rate": 1}]"#)
        #expect(Array(enqueued.dropFirst()) == plain)
        let other = try rates(rate + #", "hidden_size": {"value": 3}"#, #""run_cap": 20, "seed": 1"#)
        #expect(other != plain)
    }
}
