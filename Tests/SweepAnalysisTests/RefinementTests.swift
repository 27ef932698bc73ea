import SweepModel
import Testing

@testable import SweepAnalysis

@Suite struct RefinementTests {
    private static let rest = #""hidden_size": {"value": 8}"#

    private func refined(_ record: SweepRecord, limit: Int? = nil) throws -> Refinement {
        try Refinement(of: record, file: record.sweep.file, limit: limit)
    }

    private func next(_ record: SweepRecord, limit: Int? = nil) throws -> (Refinement, SweepSpec) {
        let refinement = try refined(record, limit: limit)
        return (refinement, try SweepSpec(parsing: refinement.file))
    }

    private func values(_ spec: SweepSpec, _ name: String) -> [Double] {
        guard case .choices(let values) = spec.parameters.first(where: { $0.name == name })?.domain else { return [] }
        return values.compactMap(\.doubleValue)
    }

    private func action(_ refinement: Refinement, _ name: String) -> Refinement.Action? {
        refinement.parameters.first { $0.name == name }?.action
    }

    // MARK: The exercise's grid

    @Test func theExercisesGridGoesOnRoundItsBest() throws {
        let record = try RecordedSweep(named: "cifar10-grid").record()
        let (refinement, spec) = try next(record)
        #expect(refinement.name == "cifar10-grid-refined" && spec.name == refinement.name)
        #expect(refinement.method == .grid && refinement.trials == spec.trialCount && spec.trialCount <= 144)
        // 0.01 diverged with everything: there is room between.
        #expect(values(spec, "learning_rate") == [0.0003, 0.001, 0.002, 0.003, 0.006])
        #expect(action(refinement, "learning_rate") == .refine)
        // The border that the diagnosis finds: nothing larger than 320 was tried.
        #expect(action(refinement, "hidden_size") == .extend)
        #expect(Array(values(spec, "hidden_size").suffix(3)) == [320, 640, 1280])
        #expect(values(spec, "reg").contains(0.01))
        #expect(spec.dataset == record.spec.dataset && spec.keep == record.spec.keep)
        #expect(spec.seed != record.spec.seed)
        #expect(spec.parameters.map(\.name) == record.spec.parameters.map(\.name))
        for parameter in refinement.parameters { #expect(parameter.reason.hasSuffix(".")) }
        #expect(try refined(record) == refinement)
    }

    @Test(arguments: [2, 12, 40]) func aLimitTakesFromWhatMattersLeast(limit: Int) throws {
        let record = try RecordedSweep(named: "cifar10-grid").record()
        let (refinement, spec) = try next(record, limit: limit)
        #expect(spec.trialCount <= limit && spec.trialCount > 1)
        #expect(refinement.parameters.contains { $0.reason.contains("left out, so that there are at most \(limit)") })
        // The best configuration is always among them.
        for (name, value) in [("learning_rate", 0.001), ("hidden_size", 320), ("reg", 0.01), ("batch_size", 400)] {
            #expect(values(spec, name).contains(value))
        }
    }

    // MARK: Lists

    private func byRate(_ peak: Double, diverges: Double = .infinity) throws -> SweepRecord {
        try SyntheticSweep.record(
            #""learning_rate": {"values": [0.1, 0.01, 0.001]}, "reg": {"values": [0.1, 0.2, 0.3, 0.4]}, "# + Self.rest
        ) {
            $0.number("learning_rate") >= diverges
                ? nil : 0.6 - 0.1 * abs(log10(of: $0.number("learning_rate")) - log10(of: peak))
        }
    }

    private func log10(of value: Double) -> Double { value == 1 ? 0 : value == 0.1 ? -1 : value == 0.01 ? -2 : -3 }

    @Test func whatMakesNoDifferenceIsFixed() throws {
        let (refinement, spec) = try next(try byRate(0.01))
        #expect(action(refinement, "reg") == .fix && values(spec, "reg") == [0.1])
        #expect(values(spec, "learning_rate") == [0.003, 0.01, 0.03])
        #expect(refinement.parameters[1].reason.contains("no more than noise: fixed at the best trial's 0.1."))
    }

    @Test func aBestOnTheBorderIsGoneBeyond() throws {
        let (refinement, spec) = try next(try byRate(0.1))
        #expect(action(refinement, "learning_rate") == .extend)
        #expect(values(spec, "learning_rate") == [0.1, 1, 10])
        #expect(refinement.parameters[0].reason.contains("the largest that was tried"))
    }

    @Test func theBorderOfWhatConvergesIsLookedAtClosely() throws {
        let (refinement, spec) = try next(try byRate(1, diverges: 0.1))
        #expect(action(refinement, "learning_rate") == .refine)
        #expect(values(spec, "learning_rate") == [0.003, 0.01, 0.02, 0.03, 0.06])
    }

    @Test func wordsThatLostAreLeftOut() throws {
        let record = try SyntheticSweep.record(
            #""optimizer": {"values": ["sgd", "adam"]}, "learning_rate": {"values": [0.1, 0.01, 0.001, 0.0001]}, "#
                + Self.rest
        ) {
            ($0["optimizer"] == .string("adam") ? 0.5 : 0.2)
                + ($0.number("learning_rate") == 0.01 ? 0.3 : $0.number("learning_rate") == 0.1 ? 0.1 : 0.05)
        }
        let (refinement, spec) = try next(record)
        #expect(action(refinement, "optimizer") == .fix)
        #expect(spec.parameters.first { $0.name == "optimizer" }?.constant == .string("adam"))
        #expect(refinement.parameters[0].reason.contains("sgd (0.500) is not among the leading trials."))
    }

    @Test func namesCount() {
        #expect(Refinement.successor(of: "a") == "a-refined")
        #expect(Refinement.successor(of: "a-refined") == "a-refined-2")
        #expect(Refinement.successor(of: "a-refined-2") == "a-refined-3")
        #expect(Refinement.successor(of: "a-3") == "a-3-refined")
        #expect(Refinement.successor(of: String(repeating: "é", count: 200)).unicodeScalars.count == 200)
    }

    @Test func withoutResultsThereIsNothingToRefine() throws {
        #expect(throws: RefinementError.self) { try refined(try byRate(0.01, diverges: 0)) }
        let single = try SyntheticSweep.record(#""learning_rate": {"value": 0.1}, "# + Self.rest) { _ in 0.5 }
        #expect(throws: RefinementError.self) { try refined(single) }
        let record = try byRate(0.01)
        #expect(throws: RefinementError.self) { try refined(record, limit: 1) }
    }

    // MARK: Intervals

    private func drawn(_ method: String = "random", peak: Double = 1e-3, slope: Double = 0.2) throws -> SweepRecord {
        try SyntheticSweep.record(
            #""learning_rate": {"distribution": "log_uniform_values", "min": 1e-5, "max": 1e-1}, "#
                + #""hidden_size": {"distribution": "q_uniform", "min": 80, "max": 1280, "q": 80}, "#
                + #""dropout": {"min": 0.0, "max": 0.5}"#, method: "\"method\": \"\(method)\", \"run_cap\": 80"
        ) {
            let rate = $0.number("learning_rate") / peak
            let size = $0.number("hidden_size")
            return 0.6 - slope * (rate > 1 ? rate / (1 + rate) : 1 / (1 + rate)) - 0.1 * abs(size - 640) / 640
        }
    }

    @Test(arguments: ["random", "sobol"]) func intervalsNarrowRoundTheLeaders(method: String) throws {
        guard let record = try? drawn(method) else { return }
        let (refinement, spec) = try next(record)
        #expect(refinement.method.rawValue == method)
        #expect(spec.trialCount == 80 && spec.runCap == 79)
        guard case .logUniform(let low, let high) = spec.parameters[0].domain else {
            Issue.record("\(spec.parameters[0].domain)")
            return
        }
        #expect(low > 1e-5 && high < 1e-1 && low < 1e-3 && high > 1e-3)
        #expect(spec.parameters[1].domain.distribution == .qUniform)
        // The old best once more, with another seed.
        #expect(spec.enqueue == [try #require(record.best).parameters])
    }

    @Test func whatAnIntervalDoesNotDecideIsFixedOrStays() throws {
        let refinement = try refined(try drawn())
        #expect([.fix, .keep].contains(action(refinement, "dropout")))
    }

    @Test func anIntervalGoesBeyondItsBorder() throws {
        let record = try SyntheticSweep.record(
            #""learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1e-2}, "#
                + #""dropout": {"min": 0.0, "max": 0.5}, "# + Self.rest, method: #""method": "random", "run_cap": 80"#
        ) { 0.5 + 20 * $0.number("learning_rate") - 0.2 * abs($0.number("dropout") - 0.25) }
        let (refinement, spec) = try next(record)
        #expect(action(refinement, "learning_rate") == .extend)
        guard case .logUniform(let low, let high) = spec.parameters[0].domain else { return }
        #expect(high == 0.03 && low > 1e-3)
    }

    /// Half the way to the limit of 1 has three digits; with two it would be the limit itself.
    @Test func beyondABorderLiesWhatTheParameterTakes() throws {
        let record = try SyntheticSweep.record(
            #""learning_rate": {"value": 0.1}, "momentum": {"min": 0.5, "max": 0.99}, "# + Self.rest,
            method: #""method": "sobol", "run_cap": 60"#
        ) { 0.2 + 0.4 * $0.number("momentum") }
        let (refinement, spec) = try next(record)
        #expect(action(refinement, "momentum") == .extend)
        #expect(spec.parameters.first { $0.name == "momentum" }?.domain.largest == 0.995)
    }

    @Test(arguments: ["grid", "random"]) func listedSeedsStay(method: String) throws {
        let record = try SyntheticSweep.record(
            #""learning_rate": {"values": [0.1, 0.01, 0.001]}, "seed": {"values": [1, 2, 3]}, "# + Self.rest,
            method: #""method": "\#(method)""# + (method == "grid" ? "" : #", "run_cap": 40"#)
        ) { 0.6 - $0.number("learning_rate") - ($0.number("seed") == 1 ? 0 : 0.001) }
        let (_, spec) = try next(record)
        #expect(values(spec, "seed") == [1, 2, 3])
        // The old best has to be beaten with another seed.
        #expect(spec.enqueue.map { $0["seed"] } == (method == "grid" ? [] : [.int(2)]))
    }

    @Test(arguments: [nil, 8]) func aRangeOfAGridCountsAsItsValues(limit: Int?) throws {
        let record = try SyntheticSweep.record(
            #""learning_rate": {"values": [0.001, 0.01, 0.1]}, "hidden_size": {"min": 1, "max": 8}"#
        ) { 0.6 - abs($0.number("learning_rate") - 0.01) - 0.02 * abs($0.number("hidden_size") - 5) }
        let (refinement, spec) = try next(record, limit: limit)
        #expect(refinement.trials == spec.trialCount && spec.trialCount <= limit ?? 24)
        #expect(values(spec, "learning_rate").contains(0.01) && values(spec, "hidden_size").contains(5))
    }

    @Test func replicatesStayAndCount() throws {
        var record = try byRate(0.01)
        let file = record.sweep.file.replacing("{\"name\"", with: "{\"replicates\": 2, \"name\"", maxReplacements: 1)
        record.sweep.file = file
        record.spec = try SweepSpec(parsing: file)
        let plans = (0..<record.spec.trialCount).map(record.spec.trial)
        record.trials = plans.map { plan in
            Trial(
                id: Int64(plan.index + 1), sweep: 1, index: plan.index, state: .completed, parameters: plan.parameters,
                seed: plan.seed,
                metrics: TrialMetrics(
                    valAccuracy: plan.parameters.number("learning_rate") == 0.01 ? 0.6 : 0.4, trainAccuracy: 0.5,
                    valLoss: 1, trainLoss: 1), seconds: 1)
        }
        let spec = try SweepSpec(parsing: try refined(record).file)
        #expect(spec.replicates == 2 && spec.trialCount <= 24)
    }

    // MARK: Parameters that only some configurations have

    /// Momentum helps `sgd` alone, up to 0.9; `adam` is `lead` better than `sgd` without momentum.
    private func conditional(lead: Double) throws -> SweepRecord {
        try SyntheticSweep.record(
            #""learning_rate": {"distribution": "log_uniform_values", "min": 1e-5, "max": 1e-1}, "#
                + #""optimizer": {"values": ["sgd", "adam"]}, "#
                + #""momentum": {"min": 0.0, "max": 0.9, "when": {"optimizer": "sgd"}}, "# + Self.rest,
            method: #""method": "random", "run_cap": 80"#
        ) {
            let rate = $0.number("learning_rate") / 1e-3
            let base = 0.4 - 0.2 * (rate > 1 ? rate / (1 + rate) : 1 / (1 + rate))
            guard $0["optimizer"] == .string("sgd") else { return base + lead }
            return base + 0.3 * $0.number("momentum")
        }
    }

    @Test func aConditionStaysWhileItCanHold() throws {
        let record = try conditional(lead: 0)
        let (refinement, spec) = try next(record)
        let best = try #require(record.best).parameters.number("momentum")
        let momentum = try #require(spec.parameters.first { $0.name == "momentum" })
        #expect(momentum.conditions.map(\.name) == ["optimizer"] && momentum.conditions[0].values == [.string("sgd")])
        guard case .uniform(let low, let high) = momentum.domain else {
            Issue.record("\(momentum.domain)")
            return
        }
        #expect(0.2 < low && low < best && best < high, "\(low), \(best), \(high)")
        // How much it matters nobody has computed, so nobody says that it does not.
        #expect(refinement.parameters.allSatisfy { $0.name != "momentum" || $0.action != .fix })
    }

    @Test func whatNoConfigurationCanHaveIsLeftOut() throws {
        let record = try conditional(lead: 0.5)
        #expect(record.best?.parameters["momentum"] == nil)
        let (refinement, spec) = try next(record)
        #expect(action(refinement, "optimizer") == .fix && action(refinement, "momentum") == nil)
        #expect(
            spec.parameters.contains { $0.name == "optimizer" } && !spec.parameters.contains { $0.name == "momentum" })
    }

    // MARK: Tidy numbers

    @Test(arguments: [
        (1e-4, 1e-3, true, 0.0003), (80, 160, true, 110), (160, 320, true, 230), (0.25, 0.5, false, 0.4),
        (0, 1e-4, true, 3e-05), (200, 400, true, 300),
    ])
    func halfwayIsATidyNumber(low: Double, high: Double, isLogarithmic: Bool, expected: Double) throws {
        let name = low >= 80 ? "hidden_size" : "reg"
        let tidy = TidyNumbers(parameter: try #require(TrainingParameter.named(name)))
        #expect(tidy.between(low, high, isLogarithmic: isLogarithmic) == expected)
    }

    @Test func boundsAreRoundedOutwards() throws {
        let tidy = TidyNumbers(parameter: try #require(TrainingParameter.named("reg")))
        #expect(tidy.down(0.00123) == 0.0012 && tidy.up(0.00123) == 0.0013)
        #expect(tidy.down(0.0012) == 0.0012 && tidy.up(0.0012) == 0.0012)
        #expect(tidy.up(1234) == 1300 && tidy.down(0) == 0)
        let whole = TidyNumbers(parameter: try #require(TrainingParameter.named("hidden_size")))
        #expect(whole.between(1, 2, isLogarithmic: true) == nil && whole.between(2, 4, isLogarithmic: true) == 3)
    }
}
