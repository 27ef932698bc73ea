import Testing

@testable import SweepModel

/// `when`: parameters that only some configurations have.
@Suite struct ConditionTests {
    /// Momentum only for two optimizers, its decay only with much momentum: a condition under a condition.
    private static let nested =
        #""learning_rate": {"values": [0.1, 0.01]}, "optimizer": {"values": ["sgd", "nesterov", "adam"]}, "#
        + #""momentum": {"values": [0.5, 0.9], "when": {"optimizer": ["sgd", "nesterov"]}}, "#
        + #""hidden_size": {"values": [8, 16]}, "reg": {"values": [0, 1, 2], "when": {"momentum": 0.9, "hidden_size": 16}}"#

    private static let drawn =
        #""learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1e-1}, "#
        + #""hidden_size": {"min": 8, "max": 64}, "optimizer": {"values": ["sgd", "nesterov", "adam"]}, "#
        + #""momentum": {"min": 0.5, "max": 0.99, "when": {"optimizer": ["sgd", "nesterov"]}}, "#
        + #""warmup_epochs": {"min": 1.0, "max": 3.0, "when": {"optimizer": "adam"}}"#

    /// What the grid must be, by nested loops.
    private static var expected: [ParameterAssignment] {
        var all: [ParameterAssignment] = []
        for rate in [0.1, 0.01] {
            for optimizer in ["sgd", "nesterov", "adam"] {
                for momentum in optimizer == "adam" ? [nil] : [0.5, 0.9] {
                    for hidden in [8, 16] {
                        for reg in momentum == 0.9 && hidden == 16 ? [0.0, 1, 2] : [nil] {
                            var one: ParameterAssignment = [
                                "learning_rate": .number(rate), "optimizer": .string(optimizer),
                                "hidden_size": .int(hidden),
                            ]
                            one["momentum"] = momentum.map { .number($0) }
                            one["reg"] = reg.map { .number($0) }
                            all.append(one)
                        }
                    }
                }
            }
        }
        return all
    }

    @Test func aGridHasEachConfigurationOnce() throws {
        let spec = try Fixture.spec(Self.nested)
        let plans = try spec.expand()
        #expect(plans.map(\.parameters) == Self.expected)
        // A rate has two configurations with adam, and with each of the others two of 0.5 and four of 0.9.
        #expect(spec.trialCount == 2 * (2 + 2 * (2 + 4)))
        #expect(plans.enumerated().allSatisfy { spec.trial(at: $0) == $1 })
        let first = try Fixture.spec(Self.nested, top: #""run_cap": 5"#)
        #expect(try first.expand().map(\.parameters) == Array(Self.expected.prefix(5)))
    }

    @Test func numbersOfAGridAreCountedWithoutGoingThroughIt() throws {
        // 10^12 products, of which each has one or 1000 more.
        let list = "[" + (1...1000).map { "\($0)" }.joined(separator: ", ") + "]"
        let text =
            #""learning_rate": {"values": \#(list)}, "batch_size": {"values": \#(list)}, "flip": {"values": [false, true]}, "#
            + #""hidden_size": {"values": \#(list)}, "shift": {"values": [0, 1, 2], "when": {"flip": true}}"#
        let spec = try Fixture.spec(text, top: #""run_cap": 3"#)
        #expect(spec.grid.points == 1_000_000_000 + 3_000_000_000)
        #expect(spec.grid.indices(of: spec.grid.points - 1) == [999, 999, 1, 999, 2])
        #expect(spec.grid.indices(of: 999) == [0, 0, 0, 999, nil])
        #expect(spec.grid.indices(of: 1000) == [0, 0, 1, 0, 0])
    }

    @Test(arguments: ["random", "sobol", "tpe", "bayes"])
    func drawsLeaveOutWhatDoesNotApply(method: String) throws {
        let spec = try Fixture.spec(Self.drawn, top: #""run_cap": 60"#, method: method)
        let without = try Fixture.spec(
            Self.drawn.replacing(#", "when": {"optimizer": "adam"}"#, with: ""), top: #""run_cap": 60"#, method: method)
        var kinds: Set<ParameterValue> = []
        for index in 0..<(spec.method.learns ? 10 : 60) {
            let parameters = spec.trial(at: index).parameters
            let isAdam = parameters["optimizer"] == .string("adam")
            #expect((parameters["momentum"] == nil) == isAdam)
            #expect((parameters["warmup_epochs"] != nil) == isAdam)
            // A condition changes no other draw, nor the parameter's own.
            for entry in parameters.entries { #expect(without.trial(at: index).parameters[entry.name] == entry.value) }
            kinds.insert(try #require(parameters["optimizer"]))
        }
        #expect(kinds.count == 3)
    }

    @Test(arguments: ["tpe", "bayes"])
    func learningMethodsLearnWithinEachBranch(method: String) throws {
        let spec = try Fixture.spec(Self.drawn, top: #""run_cap": 50"#, method: method)
        // Best with nesterov at a momentum of 0.9; adam is worse the longer it warms up.
        func value(_ parameters: ParameterAssignment) -> Double {
            let rate = PlainMath.log(parameters["learning_rate"]?.doubleValue ?? 1) - PlainMath.log(0.01)
            let momentum = parameters["momentum"]?.doubleValue.map { abs($0 - 0.9) } ?? 0.3
            let warmup = parameters["warmup_epochs"]?.doubleValue ?? 0
            return 0.6 - 0.01 * rate * rate - momentum - 0.05 * warmup
                - (parameters["optimizer"] == .string("nesterov") ? 0 : 0.02)
        }
        var results: [SearchResult] = []
        while results.count < spec.trialCount {
            let plans =
                try spec.cohort(of: results.count).map { cohort throws(SweepFileError) in
                    try spec.suggest(cohort, after: results)
                } ?? [spec.trial(at: results.count)]
            for plan in plans {
                let isAdam = plan.parameters["optimizer"] == .string("adam")
                #expect((plan.parameters["momentum"] == nil) == isAdam)
                #expect((plan.parameters["warmup_epochs"] != nil) == isAdam)
                _ = try spec.hyperparameters(for: plan.parameters)
                results.append(Fixture.result(plan, value: value(plan.parameters)))
            }
        }
        let late = results.suffix(20).compactMap(\.value)
        let early = results.prefix(10).compactMap(\.value)
        #expect(late.mean > early.mean + 0.1)
        #expect(results.suffix(20).count { $0.parameters["optimizer"] == .string("adam") } < 5)
        #expect(results.compactMap(\.value).max() ?? 0 > 0.55)
    }

    @Test func anEnqueuedConfigurationNeedsOnlyWhatApplies() throws {
        let spec = try Fixture.spec(
            Self.drawn,
            top: #"""
                "run_cap": 4, "enqueue": [{"learning_rate": 0.1, "hidden_size": 8, "optimizer": "adam", "warmup_epochs": 2},
                                          {"learning_rate": 0.1, "hidden_size": 8, "optimizer": "sgd", "momentum": 0.5}]
                """#, method: "random")
        #expect(spec.enqueue.map(\.names.count) == [4, 4])
        #expect(throws: SweepFileError.self) {
            try Fixture.spec(
                Self.drawn,
                top: #""run_cap": 4, "enqueue": [{"learning_rate": 0.1, "hidden_size": 8, "optimizer": "sgd"}]"#,
                method: "random")
        }
    }

    @Test func valuesThatOnlyMeetWithoutTheConditionAreAccepted() throws {
        let rate = #""learning_rate": {"value": 0.1}, "hidden_size": {"value": 8}, "#
        _ = try Fixture.spec(
            rate + #""precision": {"values": ["float32", "bf16"]}, "#
                + #""input_dropout": {"values": [0, 0.2], "when": {"precision": "float32"}}"#
        ).expand()
        _ = try Fixture.spec(
            rate + #""optimizer": {"values": ["sgd", "nesterov"]}, "#
                + #""momentum": {"values": [0, 0.9], "when": {"optimizer": "sgd"}}"#
        ).expand()
        _ = try Fixture.spec(
            rate + #""features": {"values": ["pixels", "pixels+hog"]}, "#
                + #""preprocess": {"values": ["standardize", "contrast+pca"], "when": {"features": "pixels+hog"}}"#
        ).expand()
        _ = try Fixture.spec(
            rate + #""preprocess": {"values": ["mean", "contrast+pca"]}, "#
                + #""pca_components": {"values": [0, 9], "when": {"preprocess": "mean"}}"#
        ).expand()
        #expect(throws: SweepFileError.self) {
            try Fixture.spec(
                rate + #""features": {"values": ["pixels", "pixels+hog"]}, "#
                    + #""preprocess": {"values": ["standardize"], "when": {"features": "pixels"}}"#)
        }
    }

    @Test func anOverrideOfTheOtherParameterKeepsTheFileValid() throws {
        let spec = try SweepSpec(
            parsing: Fixture.text(Self.nested), overrides: [SweepOverride(key: "optimizer", value: "adam")])
        #expect(spec.trialCount == 4)
        #expect(try spec.expand().allSatisfy { $0.parameters["momentum"] == nil })
        let single = try SweepSpec(
            parsingSingleTrial: Fixture.text(
                #""learning_rate": {"value": 0.1}, "hidden_size": {"value": 8}, "optimizer": {"value": "adam"}, "#
                    + #""momentum": {"value": 0.9, "when": {"optimizer": "sgd"}}"#))
        #expect(single.trial(at: 0).parameters["momentum"] == nil)
    }

    @Test func aPlanSaysWhen() throws {
        let plan = SweepPlan(try Fixture.spec(Self.nested))
        #expect(
            plan.parameters.map(\.condition)
                == [nil, nil, "optimizer is sgd or nesterov", nil, "momentum is 0.9 and hidden_size is 16"])
    }
}
