import Testing

@testable import SweepModel

/// Decisions beside Optuna's on the same learning curves.
@Suite struct PrunerTests {
    private struct Recorded: Decodable {
        struct Case: Decodable {
            struct Median: Decodable {
                let startup, warmup, interval: Int
                let ends: [Int]
            }
            struct Halving: Decodable {
                let eta, min: Int
                let ends: [Int]
            }
            struct Last: Decodable {
                struct Rung: Decodable {
                    let epoch: Int
                    let pruned: [Int]
                }
                let eta, min: Int
                let rungs: [Rung]
            }
            struct Hyperband: Decodable {
                let eta, max: Int
                let ends, brackets: [Int]
            }
            let direction: String
            let curves: [[Double]]
            let median: [Median]
            let halving: [Halving]
            let last: [Last]
            let hyperband: Hyperband
        }
        let cases: [Case]
    }

    private static func cases() throws -> [Recorded.Case] {
        try Fixture.recorded("pruners", as: Recorded.self).cases
    }

    private static func spec(_ rule: String, _ direction: String, _ count: Int, more: String = "") throws -> SweepSpec {
        let metric = direction == "maximize" ? "val_accuracy" : "val_loss"
        return try Fixture.search(
            "random", count,
            more: #""metric": {"name": "\#(metric)"}, "early_terminate": {\#(rule)}"#
                + (more.isEmpty ? "" : ", " + more))
    }

    /// Plays the curves one configuration after another: the epoch at which each is pruned, or 0.
    private static func play(_ spec: SweepSpec, _ curves: [[Double]]) throws -> [Int] {
        let pruner = try #require(Pruner(spec))
        var results: [SearchResult] = []
        var ends: [Int] = []
        for (plan, curve) in zip(try spec.expand(), curves) {
            let group = pruner.group(of: plan.index)
            #expect(group == plan.index..<(plan.index + 1))
            var end = 0
            for (rung, iteration) in pruner.rungs(of: plan.index, iterations: 271, iterationsPerEpoch: 10).enumerated()
            {
                let epoch = (iteration - 1) / 10
                let standing = Fixture.result(plan, .queued, curve: Array(curve.prefix(epoch)))
                let verdict = pruner.verdicts(rung: rung, of: group, results: results + [standing])[plan.index]
                guard let verdict else { throw Problem() }
                if verdict != .goOn {
                    end = epoch
                    break
                }
            }
            ends.append(end)
            results.append(
                end > 0
                    ? Fixture.result(plan, .pruned, curve: Array(curve.prefix(end)))
                    : Fixture.result(plan, .completed, value: curve.last, curve: curve))
        }
        return ends
    }

    private struct Problem: Error {}

    @Test func mediansAreOptunasWhenTrialsFollowEachOther() throws {
        for item in try Self.cases() {
            for rule in item.median {
                let spec = try Self.spec(
                    #""type": "median", "startup_trials": \#(rule.startup), "warmup": \#(rule.warmup), "#
                        + #""interval": \#(rule.interval)"#,
                    item.direction, item.curves.count, more: #""cohort": 1"#)
                // Optuna judges after the last epoch, too, when nothing is left to save.
                let theirs = rule.ends.map { $0 == 27 ? 0 : $0 }
                #expect(try Self.play(spec, item.curves) == theirs)
            }
        }
    }

    @Test func halvingIsOptunasWhenTrialsFollowEachOther() throws {
        for item in try Self.cases() {
            for rule in item.halving {
                let theirs = rule.ends.map { $0 == 27 ? 0 : $0 }
                let rungs = #""min_iter": \#(rule.min), "eta": \#(rule.eta)"#
                for rule in [#""type": "asha""#, #""type": "successive_halving", "asynchronous": true"#] {
                    let more = rule.contains("asynchronous") ? "" : #""cohort": 1"#
                    let spec = try Self.spec("\(rule), \(rungs)", item.direction, item.curves.count, more: more)
                    #expect(try Self.play(spec, item.curves) == theirs)
                }
            }
        }
    }

    /// In Optuna's brackets, whose trials a hash of the study's name picks: each is a halving of its own.
    @Test func bracketsOfHyperbandDecideAsOptunasDo() throws {
        for item in try Self.cases() {
            let theirs = item.hyperband
            for bracket in Set(theirs.brackets).sorted() {
                let members = theirs.brackets.indices.filter { theirs.brackets[$0] == bracket }
                let first = (0..<bracket).reduce(1) { epochs, _ in epochs * theirs.eta }
                guard first < theirs.max else { continue }
                let spec = try Self.spec(
                    #""type": "asha", "eta": \#(theirs.eta), "min_iter": \#(first)"#, item.direction, members.count,
                    more: #""cohort": 1"#)
                let ours = try Self.play(spec, members.map { item.curves[$0] })
                #expect(ours == members.map { theirs.ends[$0] == theirs.max ? 0 : theirs.ends[$0] })
            }
        }
    }

    /// With all that stand at the rung in view, Optuna's rule is the papers': so it decides on who arrives last.
    @Test func synchronousHalvingDecidesOnEveryTrialAsOptunaOnTheLastToArrive() throws {
        for item in try Self.cases() {
            for rule in item.last {
                let spec = try Self.spec(
                    #""type": "successive_halving", "min_iter": \#(rule.min), "eta": \#(rule.eta)"#, item.direction,
                    item.curves.count)
                let pruner = try #require(Pruner(spec))
                var results = zip(try spec.expand(), item.curves).map { Fixture.result($0, .queued, curve: $1) }
                #expect(pruner.group(of: 7) == 0..<item.curves.count)
                for (number, rung) in rule.rungs.enumerated() {
                    let seen = results.map { result in
                        var result = result
                        result.curve.removeAll { $0.epoch > rung.epoch }
                        return result
                    }
                    let verdicts = pruner.verdicts(rung: number, of: 0..<results.count, results: seen)
                    let pruned = verdicts.filter { $0.value != .goOn }.map(\.key).sorted()
                    let values = Dictionary(grouping: seen.filter { !$0.state.isEnded }) { $0.curve.last?.value }
                    if values.values.allSatisfy({ $0.count == 1 }) { #expect(pruned == rung.pruned) }
                    #expect(Set(pruned).isSuperset(of: rung.pruned), "a tie at the cutoff may cost the later one more")
                    for index in rung.pruned { results[index].state = .pruned }
                    for index in rung.pruned { results[index].curve.removeAll { $0.epoch > rung.epoch } }
                }
            }
        }
    }
}
