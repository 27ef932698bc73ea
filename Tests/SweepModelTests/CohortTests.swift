import Testing

@testable import SweepModel

/// Groups, rungs and what the plan says of them.
@Suite struct CohortTests {
    private func groups(_ spec: SweepSpec) throws -> [Range<Int>] {
        let pruner = try #require(Pruner(spec))
        var groups: [Range<Int>] = []
        while let first = groups.last?.upperBound ?? Optional(0), first < spec.trialCount {
            let group = pruner.group(of: first)
            #expect(group.lowerBound == first)
            for index in group { #expect(pruner.group(of: index) == group) }
            groups.append(group)
        }
        return groups
    }

    private func search(_ method: String, _ count: Int, _ rule: String, _ more: String = "") throws -> SweepSpec {
        try Fixture.search(method, count, more: #""early_terminate": {\#(rule)}"# + (more.isEmpty ? "" : ", " + more))
    }

    @Test func halvingTakesTheSweepAndAshaCohorts() throws {
        #expect(try groups(search("random", 30, #""type": "successive_halving""#)) == [0..<30])
        #expect(
            try groups(search("random", 30, #""type": "successive_halving""#, #""cohort": 12"#)).map(\.count) == [
                12, 12, 6,
            ])
        #expect(try groups(search("sobol", 20, #""type": "asha""#)) == [0..<8, 8..<16, 16..<20])
        #expect(try groups(search("tpe", 60, #""type": "successive_halving""#)).map(\.count) == [27, 27, 6])
        #expect(
            try groups(search("tpe", 60, #""type": "successive_halving", "eta": 2"#)).map(\.count).prefix(3) == [
                10, 8, 8,
            ])
        #expect(try groups(search("tpe", 20, #""type": "asha""#)).map(\.count) == [10, 4, 4, 2])
        #expect(
            try groups(search("tpe", 30, #""type": "median""#, #""replicates": 2"#)).map(\.count) == [
                20, 8, 8, 8, 8, 8,
            ])
        #expect(try groups(search("random", 3, #""type": "asha", "asynchronous": true"#)).map(\.count) == [1, 1, 1])
    }

    /// Li and others 2018, table 1, with R = 81 and η = 3.
    @Test func hyperbandHasTheBracketsOfThePaper() throws {
        let spec = try search("random", 300, #""type": "hyperband", "max_iter": 81"#)
        #expect(try groups(spec).map(\.count) == [81, 34, 15, 8, 5, 81, 34, 15, 8, 5, 14])
        let pruner = try #require(Pruner(spec))
        func rungs(_ index: Int) -> [Int] { Array(pruner.rungs(of: index, iterations: 811, iterationsPerEpoch: 10)) }
        #expect(rungs(0) == [11, 31, 91, 271] && rungs(80) == rungs(0) && rungs(143) == rungs(0))
        #expect(rungs(81) == [31, 91, 271] && rungs(115) == [91, 271] && rungs(130) == [271] && rungs(138) == [])
    }

    @Test func rungsLieAtRecordsBeforeTheEnd() throws {
        func rungs(_ rule: String, iterations: Int = 1000) throws -> [Int] {
            let pruner = try #require(Pruner(search("random", 9, rule)))
            let rungs = pruner.rungs(of: 0, iterations: iterations, iterationsPerEpoch: 10)
            for iteration in [0, 1, 11, 12, 91, 2000] {
                #expect(rungs.count(before: iteration) == rungs.filter { $0 < iteration }.count)
            }
            return Array(rungs)
        }
        #expect(try rungs(#""type": "asha""#) == [11, 31, 91, 271, 811])
        #expect(try rungs(#""type": "asha", "min_iter": 2, "eta": 4"#) == [21, 81, 321])
        #expect(try rungs(#""type": "asha", "max_iter": 27"#) == [11, 31, 91])
        #expect(try rungs(#""type": "asha", "max_epochs": 100, "s": 2"#) == [111, 331])
        #expect(try rungs(#""type": "asha", "min_epochs": 1, "s": 2"#) == [11, 31])
        #expect(try rungs(#""type": "asha""#, iterations: 31) == [11])
        #expect(try rungs(#""type": "asha""#, iterations: 1) == [])
        #expect(try rungs(#""type": "median", "warmup": 3, "interval": 5"#, iterations: 200) == [31, 81, 131, 181])
        #expect(try rungs(#""type": "median", "interval": 50"#) == [501])
    }

    @Test func aGroupIsReadyWhenAllOfItStandsThereAndWhatItIsJudgedBy() throws {
        func isReady(_ rule: String, _ group: Range<Int>, _ standing: [(Bool, Int)]) throws -> Bool {
            try #require(Pruner(search("random", 6, rule, #""cohort": 2"#))).isReady(group, rung: 1) {
                Pruner.Standing(isEnded: standing[$0].0, epoch: standing[$0].1)
            }
        }
        let asha = #""type": "asha""#
        #expect(try isReady(asha, 0..<2, [(false, 3), (false, 3)]))
        #expect(try isReady(asha, 0..<2, [(false, 3), (true, 1)]))
        #expect(try !isReady(asha, 0..<2, [(false, 3), (false, 1)]))
        #expect(try isReady(asha, 2..<4, [(false, 3), (true, 1), (false, 3), (false, 3)]))
        #expect(try !isReady(asha, 2..<4, [(false, 1), (true, 1), (false, 3), (false, 3)]))
        let halving = #""type": "successive_halving""#
        #expect(try isReady(halving, 2..<4, [(false, 1), (false, 0), (false, 3), (false, 3)]))
        let median = #""type": "median""#
        #expect(try !isReady(median, 2..<4, [(true, 9), (false, 9), (false, 2), (false, 2)]))
        #expect(try isReady(median, 2..<4, [(true, 9), (true, 9), (false, 2), (false, 2)]))
        let loose = try #require(Pruner(search("random", 6, #""type": "asha", "asynchronous": true"#)))
        #expect(loose.isReady(3..<4, rung: 0) { Pruner.Standing(isEnded: false, epoch: $0 == 3 ? 1 : 0) })
    }

    /// Verdicts do not change when the others have moved on, or ended, since.
    @Test(arguments: ["asha", "successive_halving", "median"])
    func aJudgementIsTheSameWheneverItIsMade(type: String) throws {
        let more = type == "median" ? #", "startup_trials": 1"# : ""
        let spec = try search("random", 16, #""type": "\#(type)""# + more)
        let pruner = try #require(Pruner(spec))
        let plans = try spec.expand()
        func results(_ later: Int, _ state: TrialState) -> [SearchResult] {
            plans.map { plan in
                let curve = (0..<9).map { Double((plan.index * 7 + $0) % 16) / 16 }
                if plan.index < 8, type != "successive_halving" {
                    return Fixture.result(plan, .completed, value: 0.5, curve: curve)
                }
                return plan.index == 15
                    ? Fixture.result(plan, .queued, curve: Array(curve.prefix(3)))
                    : Fixture.result(plan, state, curve: Array(curve.prefix(later)))
            }
        }
        let group = pruner.group(of: 15)
        let rung = type == "median" ? 2 : 1
        let verdict = pruner.verdicts(rung: rung, of: group, results: results(3, .queued))[15]
        #expect(verdict != nil)
        for state in [TrialState.pruned, .diverged, .cancelled, .completed] where state != .diverged || type != "median"
        {
            #expect(pruner.verdicts(rung: rung, of: group, results: results(9, state)) == [15: verdict])
        }
    }

    @Test func divergedTrialsNeverEnterARung() throws {
        let spec = try search("random", 6, #""type": "successive_halving", "eta": 2"#)
        let pruner = try #require(Pruner(spec))
        var results = try spec.expand().map { Fixture.result($0, .queued, curve: [Double($0.index) / 10]) }
        for index in [4, 5] { (results[index].state, results[index].curve) = (.diverged, []) }
        let verdicts = pruner.verdicts(rung: 0, of: 0..<6, results: results)
        #expect(verdicts.filter { $0.value == .goOn }.keys.sorted() == [2, 3] && verdicts.count == 4)
        #expect(verdicts[0] == .prune(reason: "rung 1 (epoch 1): 0 ranks 4 of 4, the cutoff is 0.2"))
        results[3].curve[0].value = .nan
        let without = pruner.verdicts(rung: 0, of: 0..<6, results: results)
        #expect(without[3] == .prune(reason: "rung 1 (epoch 1): the metric is not a number"))
        #expect(without[2] == .goOn && without[1] != .goOn)
    }

    @Test func theBestUpToTheRungCountsWhenItIsKept() throws {
        func kept(_ keep: String) throws -> [Int] {
            let spec = try search("random", 3, #""type": "successive_halving", "min_iter": 2"#, #""keep": "\#(keep)""#)
            let curves = [[0.9, 0.1], [0.4, 0.5], [0.6, 0.4]]
            let results = zip(try spec.expand(), curves).map { Fixture.result($0, .queued, curve: $1) }
            let verdicts = try #require(Pruner(spec)).verdicts(rung: 0, of: 0..<3, results: results)
            return verdicts.filter { $0.value == .goOn }.map(\.key)
        }
        #expect(try kept("last") == [1] && kept("best") == [0])
    }

    @Test func replicatesGoOnOrEndTogetherByTheirMean() throws {
        let spec = try search("random", 3, #""type": "successive_halving""#, #""replicates": 2"#)
        let pruner = try #require(Pruner(spec))
        #expect(pruner.group(of: 3) == 0..<6)
        var results = zip(try spec.expand(), [0.9, 0.1, 0.6, 0.7, 0.5, 0.5]).map {
            Fixture.result($0, .queued, curve: [$1])
        }
        #expect(Set(results.map(\.parameters)).count == 3)
        let verdicts = pruner.verdicts(rung: 0, of: 0..<6, results: results)
        #expect(verdicts.filter { $0.value == .goOn }.keys.sorted() == [2, 3])
        (results[2].state, results[2].curve) = (.diverged, [])
        let later = pruner.verdicts(rung: 0, of: 0..<6, results: results)
        #expect(later[3] == .prune(reason: "rung 1 (epoch 1): a replicate diverged"))
        // 0.5 and 0.5: the earlier configuration.
        #expect(later[0] == .goOn && later[4] != .goOn)
    }

    @Test func asynchronousDecisionsSeeWhatIsThere() throws {
        let spec = try search("random", 9, #""type": "asha", "asynchronous": true"#)
        let pruner = try #require(Pruner(spec))
        #expect(pruner.witnesses(of: 4..<5) == 0..<9)
        let results = try spec.expand().map {
            Fixture.result($0, .queued, curve: $0.index < 3 || $0.index == 8 ? [0.1 * Double($0.index)] : [])
        }
        #expect(pruner.verdicts(rung: 0, of: 2..<3, results: results) != [2: .goOn])
        #expect(pruner.verdicts(rung: 0, of: 8..<9, results: results) == [8: .goOn])
        #expect(pruner.verdicts(rung: 0, of: 4..<5, results: results).isEmpty)
    }

    @Test func thePlanShowsRungsAndWhatTheySave() throws {
        let halving = try #require(SweepPlan(search("random", 27, #""type": "successive_halving""#)).earlyTermination)
        #expect(halving.groups.count == 1 && halving.groups[0].rungs.map(\.goOn) == [9, 3, 1])
        #expect(halving.groups[0].rungs.map(\.configurations) == [27, 9, 3])
        // 27 · 1 + 9 · 2 + 3 · 6 + 1 · 18 of 27 · 27.
        #expect(halving.epochs == 729 && halving.expectedEpochs == 81)
        let bands = try #require(SweepPlan(search("random", 98, #""type": "hyperband""#)).earlyTermination)
        #expect(bands.groups.map(\.count) == [2, 2, 2, 2] && bands.groups.map(\.configurations) == [27, 12, 6, 4])
        #expect(bands.groups.last?.rungs.isEmpty == true && bands.saved.map { 0.7 < $0 && $0 < 0.8 } == true)
        let asha = try #require(SweepPlan(search("tpe", 90, #""type": "asha""#)).earlyTermination)
        #expect(asha.groups.map(\.count) == [1, 20] && asha.groups[0].rungs.map(\.goOn) == [nil, nil, nil])
        #expect(asha.expectedEpochs.map { 260 < $0 && $0 < 280 } == true)
        let median = try #require(SweepPlan(search("random", 9, #""type": "median", "interval": 9"#)).earlyTermination)
        #expect(median.expectedEpochs == nil && median.epochs == 243 && median.groups[0].rungs.map(\.epoch) == [9, 18])
        #expect(try SweepPlan(Fixture.search("random", 3)).earlyTermination == nil)
        let plan = SweepPlan(try search("random", 9, #""type": "asha""#, #""replicates": 3"#))
        #expect(plan.trials == 27 && plan.configurations == 9 && plan.earlyTermination?.epochs == 729)
    }

    @Test func trainingsOfOtherLengthsShareTheRungsThatTheyReach() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"value": 1}, "hidden_size": {"value": 8}, "iterations": {"value": 2000}, "#
                + #""batch_size": {"values": [200, 400, 800]}"#,
            top: #""early_terminate": {"type": "successive_halving", "eta": 2}"#)
        #expect(PruningPlan(spec)?.epochs == nil)
        let known = try SweepSpec(
            parsing: Fixture.text(
                #""learning_rate": {"value": 1}, "hidden_size": {"value": 8}, "iterations": {"value": 2000}, "#
                    + #""batch_size": {"values": [200, 400, 800]}"#,
                top: #""early_terminate": {"type": "successive_halving", "eta": 2}"#),
            overrides: [SweepOverride(key: "dataset.train", value: "49000")])
        let plan = try #require(PruningPlan(known))
        #expect(plan.groups[0].rungs.map(\.epoch) == [1, 2, 4, 8, 16, 32])
        let pruner = try #require(Pruner(known))
        #expect(pruner.rungs(of: 0, iterations: 2000, iterationsPerEpoch: 245).map { $0 / 245 } == [1, 2, 4, 8])
        // The short one has ended before epoch 16 and does not compete there.
        let plans = try known.expand()
        let results = [
            Fixture.result(plans[0], .completed, value: 0.9, curve: Array(repeating: 0.9, count: 8)),
            Fixture.result(plans[1], .queued, curve: Array(repeating: 0.3, count: 16)),
            Fixture.result(plans[2], .queued, curve: Array(repeating: 0.4, count: 16)),
        ]
        let verdicts = pruner.verdicts(rung: 4, of: 0..<3, results: results)
        #expect(verdicts[2] == .goOn && verdicts[1] != .goOn && verdicts[0] == nil)
    }
}
