import Testing

@testable import SweepModel

@Suite struct TPESearchTests {
    private struct Recorded: Decodable {
        struct Case: Decodable {
            let observations: [String: [Double]]
            let points: [String: [Double]]
            let log_density: [Double]
        }
        let cases: [Case]
    }

    @Test func densitiesAreOptunas() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 0.1}, "#
                + #""reg": {"min": 0.0, "max": 2}, "hidden_size": {"min": 16, "max": 64}, "#
                + #""batch_size": {"min": 50, "max": 2500, "q": 50}, "momentum": {"value": 0.9}, "#
                + #""optimizer": {"values": ["sgd", "nesterov", "adam"]}"#, top: #""run_cap": 30"#, method: "tpe")
        let axes = spec.parameters.map(SearchAxis.init).filter { !$0.isConstant }
        let words = ["sgd", "nesterov", "adam"]
        func columns(_ table: [String: [Double]]) throws -> [[Double]] {
            try axes.map { axis in
                try #require(table[axis.spec.name]).map { number in
                    let value: ParameterValue =
                        axis.spec.name == "optimizer" ? .string(words[Int(number)]) : .number(number)
                    return try #require(axis.coordinate(of: value))
                }
            }
        }
        for item in try Fixture.recorded("tpe", as: Recorded.self).cases {
            let seen = try columns(item.observations)
            let estimator = ParzenEstimator(axes, observations: seen, count: seen[0].count)
            let points = try columns(item.points)
            for (place, theirs) in item.log_density.enumerated() {
                let ours = estimator.logDensity(at: points.map { $0[place] })
                #expect(abs(ours - theirs) < 1e-9 * max(abs(theirs), 1), "\(seen[0].count) observations")
            }
        }
    }

    @Test func drawsFollowTheDensity() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"min": 0.5, "max": 4.5}, "hidden_size": {"min": 1, "max": 4}"#, top: #""run_cap": 30"#,
            method: "tpe")
        let axes = spec.parameters.map(SearchAxis.init)
        let estimator = ParzenEstimator(axes, observations: [[1, 1.5, 4], [2, 2, 4]], count: 3)
        var stream = DrawStream(seed: 1, name: "test", draw: 0)
        let count = 20_000
        var counts: [Int: Int] = [:]
        for _ in 0..<count {
            let point = estimator.draw(&stream)
            #expect(0.5...4.5 ~= point[0])
            counts[Int(point[1]), default: 0] += 1
        }
        // Integrated over the other axis by the midpoint rule.
        for units in 1...4 {
            let steps = 400
            let share = (0..<steps).reduce(0.0) { sum, step in
                let rate = 0.5 + 4 * (Double(step) + 0.5) / Double(steps)
                return sum + PlainMath.exp(estimator.logDensity(at: [rate, Double(units)])) * 4 / Double(steps)
            }
            #expect(abs(Double(counts[units] ?? 0) / Double(count) - share) < 0.015)
        }
    }

    @Test func theFirstTenAreOfTheFileAndTheNextOfTheResults() throws {
        let spec = try Fixture.search("tpe", 30)
        let plans = try spec.expand()
        #expect(plans.prefix(10).allSatisfy { $0.parameters.entries.count == 7 })
        #expect(plans.dropFirst(10).allSatisfy { $0.parameters.entries.isEmpty })
        #expect(spec.cohort(of: 9) == nil && spec.cohort(of: 10) == 10..<14 && spec.cohort(of: 13) == 10..<14)
        #expect(spec.cohort(of: 29) == 26..<30)
        let few = try Fixture.search("tpe", 6)
        #expect((0..<6).allSatisfy { few.cohort(of: $0) == nil })
    }

    @Test func itFindsTheBowlSoonerThanRandomDraws() throws {
        func best(_ method: String) throws -> Double {
            try (0..<4).map { seed in
                try SearchPlay.run(Fixture.search(method, 42, more: #""seed": \#(seed)"#)).compactMap(\.value).max()
                    ?? 0
            }.mean
        }
        let (tpe, random) = (try best("tpe"), try best("random"))
        #expect(tpe > random, "\(tpe) and \(random)")
    }

    @Test func aSuggestionIsAFunctionOfTheFileAndEarlierResults() throws {
        let spec = try Fixture.search("tpe", 40, more: #""cohort": 5"#)
        let results = try SearchPlay.run(spec)
        #expect(try SearchPlay.run(spec) == results)
        let cohort = try #require(spec.cohort(of: 22))
        #expect(cohort == 20..<25)
        let plans = try spec.suggest(cohort, after: Array(results.prefix(20)))
        #expect(plans.map(\.parameters) == results[20..<25].map(\.parameters))
        #expect(Set(plans.map(\.parameters)).count == 5)
        var other = Array(results.prefix(20))
        other[3].value = 0.9
        #expect(try spec.suggest(cohort, after: other) != plans)
        let seeded = try Fixture.search("tpe", 40, more: #""cohort": 5, "seed": 1"#)
        #expect(
            try seeded.suggest(cohort, after: Array(results.prefix(20))).map(\.parameters) != plans.map(\.parameters))
    }

    @Test func divergedTrialsRepelAndFailedOnesSayNothing() throws {
        let spec = try Fixture.search("tpe", 60)
        // Every rate above 0.003 diverges.
        let results = try SearchPlay.run(spec, { _ in .completed })
        let marked = results.prefix(34).map { result in
            var result = result
            if (result.parameters["learning_rate"]?.doubleValue ?? 0) > 3e-3 {
                (result.state, result.value) = (.diverged, nil)
            }
            return result
        }
        let plans = try spec.suggest(34..<60, after: Array(marked))
        #expect(plans.filter { ($0.parameters["learning_rate"]?.doubleValue ?? 1) <= 4e-3 }.count >= 18)

        let failed = results.prefix(34).map { result in
            var result = result
            if result.index % 3 == 0 { (result.state, result.value) = (.failed, nil) }
            return result
        }
        let without = failed.filter { $0.state != .failed }
        #expect(try spec.suggest(34..<42, after: failed) == spec.suggest(34..<42, after: without))
    }

    @Test func withTooFewResultsItDrawsAsSobolDoes() throws {
        let spec = try Fixture.search("tpe", 30)
        let failed = (0..<10).map { Fixture.result(spec.trial(at: $0), .failed) }
        let sobol = try Fixture.search("sobol", 30).expand()
        #expect(try spec.suggest(10..<18, after: failed) == Array(sobol[10..<18]))
    }

    /// Optuna ranks pruned trials after completed ones, those that came farther first.
    @Test func prunedTrialsCountByHowFarTheyCame() throws {
        let spec = try Fixture.search("tpe", 40)
        let plans = Array(try Fixture.search("sobol", 20).expand())
        let early = plans.map { Fixture.result($0, .pruned, curve: [0.5]) }
        func suggestion(best: Int, _ curve: [Double]) throws -> [TrialPlan] {
            var results = early
            results[best] = Fixture.result(plans[best], .pruned, curve: curve)
            results[19 - best] = Fixture.result(plans[19 - best], .completed, value: 0.01)
            return try spec.suggest(20..<28, after: results)
        }
        // Two of twenty are good: the completed one, and the one that came farther though it is worse.
        let farther = try suggestion(best: 4, [0.1, 0.1])
        #expect(try farther == suggestion(best: 4, [0.2, 0.3]))
        #expect(try farther != suggestion(best: 4, [0.4]))
    }

    @Test func finiteSpacesRepeatNoConfigurationBeforeTheyMust() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"values": [1, 2, 3, 4, 5]}, "hidden_size": {"min": 1, "max": 10}"#,
            top: #""run_cap": 36"#, method: "tpe")
        let results = try SearchPlay.run(spec, { _ in .completed }) { plan in
            (plan.parameters["learning_rate"]?.doubleValue ?? 0) * (plan.parameters["hidden_size"]?.doubleValue ?? 0)
                / 50
        }
        #expect(Set(results.dropFirst(10).map(\.parameters)).count >= 22)
    }

    @Test func replicatesShareTheirParametersAndCountAsOne() throws {
        let spec = try Fixture.search("tpe", 20, more: #""replicates": 3, "cohort": 4"#)
        #expect(spec.trialCount == 60 && spec.cohort(of: 30) == 30..<42 && spec.cohort(of: 41) == 30..<42)
        let results = try SearchPlay.run(spec)
        for first in stride(from: 0, to: 60, by: 3) {
            #expect(Set(results[first..<first + 3].map(\.parameters)).count == 1)
        }
        let single = try SearchPlay.run(Fixture.search("tpe", 20, more: #""cohort": 4"#))
        #expect(stride(from: 0, to: 60, by: 3).map { results[$0].parameters } == single.map(\.parameters))
        var mixed = Array(results.prefix(30))
        mixed[4].state = .diverged
        var whole = mixed
        for index in 3..<6 { (whole[index].state, whole[index].value) = (.diverged, nil) }
        #expect(try spec.suggest(30..<42, after: mixed) == spec.suggest(30..<42, after: whole))
    }

    @Test func everyDomainGoesToCoordinatesAndBack() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"distribution": "normal", "mu": 0.1, "sigma": 0.2}, "#
                + #""hidden_size": {"distribution": "q_log_uniform_values", "min": 7, "max": 300, "q": 8}, "#
                + #""reg": {"min": 0.0, "max": 1.0, "q": 0.1}, "batch_size": {"min": 3, "max": 9}, "#
                + #""weight_scale": {"values": ["he", 0.1, 0.01]}, "#
                + #""dropout": {"min": 0.1, "max": 0.5}, "#
                + #""learning_rate_decay": {"distribution": "log_uniform_values", "min": 0.1, "max": 1}"#,
            top: #""run_cap": 200"#, method: "sobol")
        for plan in try spec.expand() {
            for axis in spec.parameters.map(SearchAxis.init) {
                let value = try #require(plan.parameters[axis.spec.name])
                let coordinate = try #require(axis.coordinate(of: value), "\(axis.spec.name) \(value)")
                let back = axis.value(at: axis.snapped(coordinate))
                if axis.kind == .line {
                    let (one, other) = (try #require(back.doubleValue), try #require(value.doubleValue))
                    #expect(abs(one - other) < 1e-11)
                } else {
                    #expect(back == value)
                }
                // Points are compared with those that were tried.
                if axis.kind != .line { #expect(axis.snapped(coordinate) == coordinate, "\(axis.spec.name) \(value)") }
                if axis.kind == .steps {
                    let cell = axis.cell(at: axis.snapped(coordinate))
                    #expect(cell.lower < cell.upper && axis.low <= cell.lower && cell.upper <= axis.high)
                }
            }
        }
    }

    @Test func whatLiesOutsideTheSpaceSaysNothing() throws {
        let spec = try Fixture.search("tpe", 30)
        let plans = try Fixture.search("sobol", 18).expand()
        var results = plans.map { Fixture.result($0, value: SearchPlay.bowl($0.parameters)) }
        let before = try spec.suggest(18..<26, after: results)
        results[5].parameters["learning_rate"] = .number(0.5)
        #expect(try spec.suggest(18..<26, after: results) != before)
        let without = results.filter { $0.index != 5 }
        #expect(try spec.suggest(18..<26, after: results) == spec.suggest(18..<26, after: without))
    }
}
