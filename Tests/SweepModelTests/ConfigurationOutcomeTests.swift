import SweepModel
import Testing

@Suite struct ConfigurationOutcomeTests {
    /// Trials with these accuracies in order of index; a state in place of one without.
    static func trials(_ outcomes: [Outcome]) -> [Trial] {
        outcomes.enumerated().map { index, outcome in
            let (state, accuracy): (TrialState, Double?) =
                switch outcome {
                case .reached(let accuracy): (.completed, accuracy)
                case .ended(let state): (state, nil)
                }
            return Trial(
                id: Int64(index + 1), sweep: 1, index: index, state: state, parameters: ["reg": .int(index)], seed: 1,
                metrics: accuracy.map {
                    TrialMetrics(valAccuracy: $0, trainAccuracy: $0, valLoss: 1 - $0, trainLoss: 1)
                })
        }
    }

    enum Outcome: ExpressibleByFloatLiteral {
        case reached(Double)
        case ended(TrialState)
        init(floatLiteral value: Double) { self = .reached(value) }
    }

    private func ranked(_ outcomes: [Outcome], _ replicates: Int, _ metric: RankingMetric = .valAccuracy)
        -> [ConfigurationOutcome]
    {
        ConfigurationOutcome.ranked(Self.trials(outcomes), replicates: replicates, metric: metric)
    }

    @Test func theMeanRanksAndNotTheLuckiestSeed() {
        let order = ranked([0.6, 0.4, 0.3, 0.5, 0.5, 0.5], 3)
        #expect(order.map(\.number) == [1, 0])
        #expect(order.map { $0.mean.map { ($0 * 1e6).rounded() } } == [500_000, 433_333])
        #expect(order[0].variance == 0 && order[0].standardError == 0)
        #expect(abs((order[1].standardError ?? 0) - 0.0881917) < 1e-6)
        #expect(order[1].completed.map(\.index) == [0, 1, 2])
    }

    @Test func aLossRanksFromBelow() {
        #expect(ranked([0.4, 0.4, 0.5, 0.5], 2, .valLoss).map(\.number) == [1, 0])
    }

    @Test func equalMeansGoByNumber() {
        #expect(ranked([0.4, 0.5, 0.5, 0.4], 2).map(\.number) == [0, 1])
    }

    @Test func whatDivergedWithOneSeedRanksBehindAllThatNeverDid() {
        let order = ranked([0.9, .ended(.diverged), 0.1, 0.1, 0.5, .ended(.running)], 2)
        #expect(order.map(\.number) == [1, 2, 0])
        #expect(order.map(\.standing) == [.whole, .partial, .unstable])
        #expect(order[0].note == nil)
        #expect(order[1].note == "of 2 replicates 1 not ended; ranks behind those that are whole")
        #expect(order[2].note == "of 2 replicates 1 diverged; ranks behind those of which none diverged")
        #expect(order[2].mean == 0.9 && order[2].standardError == nil)
    }

    @Test func failedAndCancelledReplicatesAreNamed() {
        let order = ranked([0.5, .ended(.failed), .ended(.cancelled), .ended(.queued)], 4)
        #expect(
            order[0].note == "of 4 replicates 1 failed, 1 cancelled, 1 not ended; ranks behind those that are whole")
    }

    @Test func withoutAResultAConfigurationComesLast() {
        let order = ranked([.ended(.diverged), .ended(.diverged), .ended(.queued), .ended(.queued), 0.2, 0.1], 2)
        #expect(order.map(\.number) == [2, 0, 1])
        #expect(order[1].mean == nil)
    }

    @Test func withoutReplicatesItIsTheRankingOfTrials() {
        let order = ranked([0.2, 0.5, .ended(.diverged), 0.5], 1)
        #expect(order.map(\.number) == [1, 3, 0, 2])
        #expect(order[0].standardError == nil && order[0].planned == 1 && order[0].standing == .whole)
    }

    @Test func anAccuracyThatIsNoNumberDoesNotRank() {
        #expect(ranked([.reached(.nan), 0.5], 1).map(\.mean) == [0.5, nil])
    }
}
