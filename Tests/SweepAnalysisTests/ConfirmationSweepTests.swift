import SweepModel
import Testing

@testable import SweepAnalysis

@Suite struct ConfirmationSweepTests {
    private func confirmation(
        _ record: SweepRecord, _ count: Int, seeds: Int = 4
    ) throws -> (ConfirmationSweep, SweepSpec) {
        let made = try ConfirmationSweep(
            of: record.sweep, record.spec, file: record.sweep.file, Standings(of: record), count: count, seeds: seeds)
        return (made, try SweepSpec(parsing: made.file))
    }

    @Test func theFirstPlacesRunAgainInTheirOrder() throws {
        let record = try RecordedSweep(named: "cifar10-grid").record()
        let (made, spec) = try confirmation(record, 3)
        let best = record.ranked.prefix(3).map(\.parameters)
        #expect(spec.trialCount == 12 && spec.replicates == 4)
        #expect((0..<3).map { spec.trial(at: $0 * 4 + 1).parameters } == best)
        #expect(made.candidates.map { $0.completed.first?.parameters } == best)
        #expect(spec.name == "cifar10-grid-confirmed" && spec.metric.name == .valAccuracy && spec.metric.target == nil)
        #expect(spec.dataset == record.spec.dataset && spec.keep == record.spec.keep)
    }

    @Test func seedsAreFreshAndDifferent() throws {
        let record = try RecordedSweep(named: "cifar10-grid").record()
        let (_, spec) = try confirmation(record, 5)
        let seeds = Set((0..<spec.trialCount).map { spec.trial(at: $0).seed })
        #expect(seeds.count == 20 && seeds.isDisjoint(with: record.trials.map(\.seed)))
    }

    @Test func askingTwiceIsTheSameAndAskingForMoreIsNot() throws {
        let record = try RecordedSweep(named: "cifar10-grid").record()
        let (first, _) = try confirmation(record, 3)
        let (again, _) = try confirmation(record, 3)
        #expect(first.key == again.key && first.file == again.file)
        #expect(try confirmation(record, 4).0.key != first.key)
        #expect(try confirmation(record, 3, seeds: 5).0.key != first.key)
        #expect((1...200).contains(first.key.utf8.count))
    }

    @Test func whatIsForSearchesStaysBehind() throws {
        var record = try SyntheticSweep.record(
            #""learning_rate": {"values": [1, 2, 3]}, "seed": {"value": 7}, "hidden_size": {"value": 8}"#
        ) { $0.number("learning_rate") == 3 ? nil : 0.1 * $0.number("learning_rate") }
        record.sweep.file = record.sweep.file.replacing(
            "{\"name\"", with: "{\"time_budget_s\": 5, \"run_cap\": 3, \"enqueue\": [], \"max_parallel\": 2, \"name\"",
            maxReplacements: 1)
        let (_, spec) = try confirmation(record, 9)
        // The one that diverged is no candidate, and a fixed seed would make all replicates the same.
        #expect(spec.trialCount == 8 && spec.timeBudgetSeconds == nil && spec.maxParallel == 2)
        #expect(Set((0..<4).map { spec.trial(at: $0).seed }).count == 4)
        #expect(spec.trial(at: 0).parameters["learning_rate"] == .int(2))
    }

    /// `sgd` has momentum, the others don't; `reach` is what each optimizer comes to.
    private func conditional(_ condition: String, _ reach: [String: Double]) throws -> SweepRecord {
        try SyntheticSweep.record(
            #""optimizer": {"values": ["sgd", "adam", "nesterov"]}, "learning_rate": {"value": 0.1}, "#
                + #""momentum": {"values": [0.5, 0.9], "when": {"optimizer": "sgd"}}, \#(condition)"#
                + #""hidden_size": {"value": 8}"#
        ) {
            let own = $0["momentum"] == nil ? 0 : 0.01 * $0.number("momentum")
            return own + (reach[$0["optimizer"]?.description ?? ""] ?? 0)
        }
    }

    @Test func candidatesOfDifferentParametersRunEachAsItWas() throws {
        let record = try conditional("", ["sgd": 0.5, "adam": 0.4, "nesterov": 0.3])
        let (made, spec) = try confirmation(record, 4, seeds: 3)
        let run = (0..<spec.trialCount).map { spec.trial(at: $0).parameters }
        #expect(spec.trialCount == 12)
        // `sgd` leads, with momentum, and yet nothing of it enters the others.
        let first = try #require(made.candidates.first?.completed.first?.parameters)
        #expect(first["momentum"] == .number(0.9))
        for candidate in made.candidates {
            let parameters = try #require(candidate.completed.first?.parameters)
            #expect(run.filter { $0 == parameters }.count == 3, "\(parameters)")
        }
    }

    @Test func candidatesOfWhichEachSetsSomethingOfItsOwnAreRefused() throws {
        let record = try conditional(
            #""ema_decay": {"values": [0.9, 0.99], "when": {"optimizer": "adam"}}, "#,
            ["sgd": 0.5, "adam": 0.495, "nesterov": 0.1])
        let error = try #require(throws: RefinementError.self) { try confirmation(record, 4) }
        #expect(error.message.contains("one at a time"))
    }

    @Test func withoutAWholeResultThereIsNothingToConfirm() throws {
        let record = try SyntheticSweep.record(#""learning_rate": {"values": [1, 2]}, "hidden_size": {"value": 8}"#) {
            _ in nil
        }
        #expect(throws: RefinementError.self) { try confirmation(record, 1) }
    }
}
