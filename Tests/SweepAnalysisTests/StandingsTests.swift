import SweepModel
import Testing

@testable import SweepAnalysis

@Suite struct StandingsTests {
    /// Accuracies of configurations, each with one value a replicate; nil diverged.
    private func standings(_ configurations: [[Double?]], images: Int = 1000, metric: RankingMetric = .valAccuracy)
        -> Standings
    {
        let replicates = configurations[0].count
        let trials = configurations.joined().enumerated().map { index, value in
            Trial(
                id: Int64(index + 1), sweep: 1, index: index, state: value == nil ? .diverged : .completed,
                parameters: [:], seed: 1,
                metrics: value.map {
                    TrialMetrics(
                        valAccuracy: metric == .valAccuracy ? $0 : 0.5, trainAccuracy: 0.5,
                        valLoss: metric == .valLoss ? $0 : 1, trainLoss: 1)
                })
        }
        return Standings(trials, replicates: replicates, metric: metric, validationExamples: images)
    }

    /// Numbers of the configurations that are tied with the best.
    private func tied(_ standings: Standings) -> [Int] { standings.tied.map { standings.configurations[$0].number } }

    @Test func theIntervalOverSeedsIsStudents() throws {
        let standings = standings([[0.50, 0.52, 0.54, 0.51, 0.53]])
        let best = try #require(standings.best)
        #expect(standings.basis(of: best) == .seeds)
        // s = 0.0158114, n = 5: 0.52 ± 2.7764451 · 0.0070711.
        let interval = try #require(standings.interval95(of: best))
        #expect(abs(interval.lower - 0.5003676) < 1e-6 && abs(interval.upper - 0.5396324) < 1e-6)
        #expect(abs((standings.standardError(of: best) ?? 0) - 0.0070711) < 1e-6)
    }

    @Test func theIntervalOfOneSeedIsWilsons() throws {
        let standings = standings([[0.54]])
        let best = try #require(standings.best)
        #expect(standings.basis(of: best) == .images)
        let interval = try #require(standings.interval95(of: best))
        #expect(abs(interval.lower - 0.5090153) < 1e-6 && abs(interval.upper - 0.5706786) < 1e-6)
    }

    @Test func aLossWithOneSeedHasNoInterval() throws {
        let standings = standings([[1.2], [1.3]], metric: .valLoss)
        let best = try #require(standings.best)
        #expect(standings.basis(of: best) == nil)
        #expect(standings.interval95(of: best) == nil && standings.standardError(of: best) == nil)
        // Accuracies decide, and they are equal here.
        #expect(tied(standings) == [1])
    }

    /// Welch's t = 5.5114, 4 degrees (scipy: one-sided p = 0.002644); with many rivals the level is 0.05 / (k - 1).
    @Test func theLevelFallsWithTheNumberOfRivals() {
        let pair: [[Double?]] = [[0.54, 0.55, 0.56], [0.495, 0.505, 0.515]]
        #expect(tied(standings(pair)) == [])
        let far = [[Double?]](repeating: [0.10, 0.11, 0.12], count: 18)
        // 0.05 / 18 = 0.00278 still rejects, 0.05 / 19 = 0.00263 does not.
        #expect(tied(standings(pair + far.dropLast())) == [])
        #expect(tied(standings(pair + far)) == [1])
    }

    @Test func unequalSpreadsCountBySatterthwaite() {
        // scipy: t = 2.607 with 2.0001 degrees, one-sided p = 0.0605; with pooled variances it would be 0.0298.
        let steady: [Double?] = [0.5000, 0.5001, 0.5002]
        #expect(tied(standings([steady, [0.450, 0.470, 0.490]])) == [1])
        // p = 0.0369.
        #expect(tied(standings([steady, [0.440, 0.460, 0.480]])) == [])
    }

    @Test func whatDivergedIsToldApart() throws {
        let standings = standings([[0.5, 0.5, 0.5], [0.5, 0.5, nil], [0.499, 0.501, 0.5]])
        #expect(standings.best?.number == 0)
        #expect(tied(standings) == [2])
        #expect(standings.configurations.last?.number == 1)
    }

    @Test func aLonelyReplicateBorrowsTheSpreadOfOthers() throws {
        var trials = [0.50, 0.51, 0.52, 0.40, 0.41, 0.42].enumerated().map { index, value in
            Trial(
                id: Int64(index + 1), sweep: 1, index: index, state: .completed, parameters: [:], seed: 1,
                metrics: TrialMetrics(valAccuracy: value, trainAccuracy: 0.5, valLoss: 1, trainLoss: 1))
        }
        for (index, state) in [(6, TrialState.completed), (7, .queued), (8, .queued)] {
            trials.append(
                Trial(
                    id: Int64(index + 1), sweep: 1, index: index, state: state, parameters: [:], seed: 1,
                    metrics: state == .completed
                        ? TrialMetrics(valAccuracy: 0.505, trainAccuracy: 0.5, valLoss: 1, trainLoss: 1) : nil))
        }
        let standings = Standings(trials, replicates: 3, metric: .valAccuracy, validationExamples: 1000)
        #expect(tied(standings) == [2])
        #expect(standings.configurations.map(\.number) == [0, 1, 2])
        #expect(standings.basis(of: standings.configurations[2]) == .images)
    }

    @Test func withOneSeedTheBinomialSpreadDecides() {
        // One rival: 1.645 · 0.0223 = 0.0367 apart is told apart.
        #expect(tied(standings([[0.54], [0.51]])) == [1])
        #expect(tied(standings([[0.54], [0.50]])) == [])
        // Of 71 rivals the level is 0.0007: 3.19 standard errors.
        let many = (0..<70).map { _ -> [Double?] in [0.3] }
        #expect(tied(standings([[0.54], [0.50]] + many)) == [1])
        #expect(tied(standings([[0.54], [0.46]] + many)) == [])
    }

    @Test func theTrueBestIsInTheListAsOftenAsPromised() {
        // 6 configurations with 4 seeds; the first is truly the best, by a little.
        var draws = RandomDraws(seed: 7)
        func normal() -> Double {
            (0..<12).reduce(0.0) { sum, _ in sum + Double(draws.index(below: 1_000_001)) / 1e6 } - 6
        }
        var missed = 0
        for _ in 0..<400 {
            let result = standings(
                (0..<6).map { number in
                    (0..<4).map { _ in 0.5 + (number == 0 ? 0.002 : 0) + 0.01 * normal() }
                }, images: 1_000_000)
            if result.best?.number != 0, !tied(result).contains(0) { missed += 1 }
        }
        // 5 % of 400 at most, and the rule is known to be on the safe side.
        #expect(missed <= 20)
    }

    @Test(arguments: [
        (1.0, 0.025, 12.7062047), (2, 0.025, 4.3026527), (4, 0.025, 2.7764451), (9, 0.005, 3.2498355),
        (2.5, 0.05, 2.5582187), (100, 0.025, 1.9839715), (.infinity, 0.025, 1.9599640),
    ])
    func quantilesAreThoseOfTheTables(degrees: Double, tail: Double, expected: Double) {
        let t = StudentT(degrees: degrees)
        #expect(abs(t.quantile(upperTail: tail) - expected) < 1e-6)
        #expect(abs(t.upperTail(expected) - tail) < 1e-7)
        #expect(abs(t.upperTail(-expected) - (1 - tail)) < 1e-7)
    }
}
