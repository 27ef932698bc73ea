import Testing

@testable import SweepModel

@Suite struct BayesSearchTests {
    private static func best(_ method: String, _ count: Int, seed: Int, more: String = "") throws -> Double {
        try SearchPlay.run(Fixture.search(method, count, more: #""seed": \#(seed)"# + more)).compactMap(\.value).max()
            ?? 0
    }

    /// The bowl's best value is 0.6.
    @Test func itFindsTheBowlWhereOthersComeNear() throws {
        let bayes = try (0..<2).map { try Self.best("bayes", 26, seed: $0) }.mean
        #expect(bayes > 0.59, "\(bayes)")
        for method in ["random", "tpe"] {
            let other = try (0..<2).map { try Self.best(method, 26, seed: $0) }.mean
            #expect(bayes > other, "\(bayes), \(method) \(other)")
        }
    }

    @Test func aSuggestionIsAFunctionOfTheFileAndEarlierResults() throws {
        let spec = try Fixture.search("bayes", 18)
        let results = try SearchPlay.run(spec)
        #expect(spec.cohort(of: 9) == nil && spec.cohort(of: 10) == 10..<14)
        let plans = try spec.suggest(10..<14, after: Array(results.prefix(10)))
        #expect(plans.map(\.parameters) == results[10..<14].map(\.parameters))
        #expect(Set(plans.map(\.parameters)).count == 4)
        var other = Array(results.prefix(10))
        other[3].value = 0.9
        #expect(try spec.suggest(10..<14, after: other) != plans)
    }

    @Test func withTooFewResultsItDrawsAsSobolDoes() throws {
        let spec = try Fixture.search("bayes", 30)
        let failed = (0..<10).map { Fixture.result(spec.trial(at: $0), .failed) }
        #expect(try spec.suggest(10..<18, after: failed) == Array(Fixture.search("sobol", 30).expand()[10..<18]))
    }

    @Test func aRateAboveWhichTrialsDivergeIsLeftAlone() throws {
        let spec = try Fixture.search("bayes", 60)
        let marked = try Fixture.search("sobol", 30).expand().map { plan in
            (plan.parameters["learning_rate"]?.doubleValue ?? 0) > 3e-3
                ? Fixture.result(plan, .diverged) : Fixture.result(plan, value: SearchPlay.bowl(plan.parameters))
        }
        let plans = try spec.suggest(30..<38, after: marked)
        #expect(plans.filter { ($0.parameters["learning_rate"]?.doubleValue ?? 1) <= 4e-3 }.count >= 6)
    }

    @Test func finiteSpacesRepeatNoConfigurationBeforeTheyMust() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"values": [1, 2, 3]}, "hidden_size": {"min": 1, "max": 8}"#,
            top: #""run_cap": 24"#, method: "bayes")
        let results = try SearchPlay.run(spec, { _ in .completed }) { plan in
            (plan.parameters["learning_rate"]?.doubleValue ?? 0) * (plan.parameters["hidden_size"]?.doubleValue ?? 0)
        }
        #expect(Set(results.dropFirst(10).map(\.parameters)).count == 14)
    }

    /// A momentum of 0 takes no part with nesterov; here it would be the best there is.
    @Test func theEndOfARangeThatAWordRefusesIsNotSuggested() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"value": 0.1}, "hidden_size": {"value": 8}, "momentum": {"min": 0, "max": 0.95}, "#
                + #""optimizer": {"values": ["sgd", "nesterov"]}"#,
            top: #""run_cap": 40"#, method: "bayes")
        let results = try SearchPlay.run(spec, { _ in .completed }) { plan in
            let isNesterov = plan.parameters["optimizer"] == .string("nesterov")
            return (isNesterov ? 0.5 : 0) - (plan.parameters["momentum"]?.doubleValue ?? 0)
        }
        let nesterov = results.filter { $0.parameters["optimizer"] == .string("nesterov") }
        #expect(nesterov.contains { ($0.parameters["momentum"]?.doubleValue ?? 1) < 0.05 })
        #expect(nesterov.allSatisfy { ($0.parameters["momentum"]?.doubleValue ?? 0) > 0 })
    }

    /// The matrix of this whole cohort would take 3 GB, that of the largest 80.
    @Test func aCohortOfAnySizeIsChosen() throws {
        let spec = try Fixture.search("bayes", 20_000, more: #""cohort": 20000"#)
        let results = try Fixture.search("sobol", 10).expand().map {
            Fixture.result($0, value: SearchPlay.bowl($0.parameters))
        }
        let plans = try spec.suggest(10..<20_000, after: results)
        #expect(plans.count == 19_990 && Set(plans.map(\.parameters)).count > 19_900)
    }

    @Test func oneValueAloneOrAllTheSameResultsAreNoTrouble() throws {
        let single = try Fixture.spec(
            #""learning_rate": {"value": 0.1}, "hidden_size": {"value": 8}"#, top: #""run_cap": 14"#, method: "bayes")
        #expect(try SearchPlay.run(single, { _ in .completed }) { _ in 0.5 }.count == 14)
        #expect(try SearchPlay.run(Fixture.search("bayes", 14), { _ in .completed }) { _ in 0.5 }.count == 14)
        let diverged = try Fixture.search("sobol", 12).expand().map { Fixture.result($0, .diverged) }
        #expect(try Fixture.search("bayes", 20).suggest(14..<18, after: diverged).count == 4)
    }

    /// After two epochs the completed ones gained 0.1, 0.2 and 0.4 more, after one 0.3, 0.4 and 0.5.
    @Test func prunedOnesAreTakenToHaveGainedAsOthersDid() throws {
        let spec = try Fixture.search("bayes", 20)
        let plans = (0..<6).map { spec.trial(at: $0) }
        let curves = [[0.1, 0.3, 0.4], [0.0, 0.2, 0.4], [0.2, 0.3, 0.7]]
        var results = zip(plans, curves).map { Fixture.result($0, value: $1.last, curve: $1) }
        results.append(Fixture.result(plans[3], .pruned, curve: [0.15]))
        results.append(Fixture.result(plans[4], .pruned, curve: [0.15, 0.25]))
        results.append(Fixture.result(plans[5], .diverged))
        func estimates(_ results: [SearchResult]) -> [Double?] {
            let memory = SearchMemory(spec, results: results)
            return memory.observations.map { $0.rank.estimate(memory.gains) }
        }
        let all = estimates(results)
        let expected = [-0.4, -0.4, -0.7, -0.55, -0.45]
        #expect(zip(all, expected).allSatisfy { abs(($0 ?? 9) - $1) < 1e-12 } && all.last == .some(nil))
        // With none completed there is nothing to go by but what was seen.
        #expect(estimates(Array(results[3..<5])) == [-0.15, -0.25])
    }

    @Test func scoresHaveMeanZeroAndVarianceOneWhateverTheScale() {
        let scores = BayesSearch.scores([3, 1, 2, 1e9, .infinity, nil, .nan])
        #expect(abs(scores.mean) < 1e-12 && abs(scores.map { $0 * $0 }.mean - 1) < 1e-12)
        #expect(scores[1] < scores[2] && scores[2] < scores[0] && scores[0] < scores[3])
        #expect(scores[3] == scores[4] && scores[4] == scores[5] && scores[5] == scores[6])
        // An outlier does not make the others one.
        #expect(scores[0] - scores[1] > 0.1)
    }

    @Test func listsOfNumbersInOrderHaveDistances() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"values": [0.1, 0.01, 0.001]}, "hidden_size": {"values": [8, 32, 16]}, "#
                + #""optimizer": {"values": ["sgd", "nesterov", "adam"]}, "batch_size": {"values": [100, 200]}"#,
            top: #""run_cap": 20"#, method: "bayes")
        #expect(spec.parameters.map { SearchAxis($0).isOrdered } == [true, false, false, false])
    }
}
