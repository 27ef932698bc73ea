import Testing

@testable import SweepModel

@Suite struct SweepSpecTests {
    @Test func theExerciseHas144TrialsInItsOwnOrder() throws {
        let spec = try SweepSpec(parsing: try Fixture.config("grid"))
        #expect(spec.name == "cifar10-grid")
        #expect(spec.trialCount == 144)
        #expect(spec.dataset == DatasetSpec(name: "cifar10", train: 49000, validation: 1000, test: 1000))
        #expect(
            spec.trial(at: 0).parameters.jsonObjectText
                == #"{"learning_rate": 0.1, "reg": 0.1, "batch_size": 200, "hidden_size": 80, "iterations": 2000, "#
                + #""learning_rate_decay": 0.95}"#)
        #expect(spec.trial(at: 1).parameters["hidden_size"] == .int(160))
        #expect(spec.trial(at: 3).parameters["batch_size"] == .int(400))
        #expect(spec.trial(at: 9).parameters["reg"] == .number(0.01))
        #expect(spec.trial(at: 36).parameters["learning_rate"] == .number(0.01))
        #expect(spec.trial(at: 143).parameters["hidden_size"] == .int(320))
        let plans = try spec.expand()
        #expect(plans.map(\.index) == Array(0..<144))
        #expect(Set(plans.map(\.parameters)).count == 144)
        #expect(Set(plans.map(\.seed)).count == 144)
    }

    @Test(arguments: [("grid", 144), ("random", 144), ("quickstart", 144), ("first-run", 1)])
    func everyConfigParses(name: String, trials: Int) throws {
        let plans = try SweepSpec(parsing: try Fixture.config(name)).expand()
        #expect(plans.count == trials)
    }

    @Test func defaultsAreFilledIn() throws {
        let spec = try Fixture.spec(#""learning_rate": {"value": 0.1}, "hidden_size": {"value": 8}"#)
        #expect(spec.metric == Metric(name: .valAccuracy, target: nil))
        #expect(spec.seed == 0)
        #expect(spec.keep == .last)
        #expect(spec.trainAccuracy == .sample)
        #expect(spec.priority == 0)
        #expect(spec.order == .breadth)
        #expect(spec.maxRetries == 0)
        #expect(spec.maxParallel == nil && spec.runCap == nil && spec.timeBudgetSeconds == nil)
        #expect(spec.maxConsecutiveFailures == nil)
        #expect(spec.enqueue.isEmpty)
    }

    @Test func everyTopLevelKeyIsRead() throws {
        let spec = try SweepSpec(
            parsing: """
                {"name": "n", "method": "random", "run_cap": 7, "seed": 9007199254740991, "keep": "best",
                 "metric": {"name": "val_loss", "goal": "minimize", "target": 1.5}, "train_accuracy": "full",
                 "dataset": {"name": "synthetic", "train": 100, "validation": 20, "test": 10, "inputs": 4, "classes": 3,
                             "path": "/x"},
                 "priority": -1000, "max_parallel": 3, "order": "depth", "time_budget_s": 0.5, "max_retries": 2,
                 "max_consecutive_failures": 4, "early_terminate": false, "epoch_budget": 12.5, "no_progress": 6,
                 "enqueue": [{"learning_rate": 0.5}],
                 "parameters": {"learning_rate": {"min": 0.1, "max": 1.0}, "hidden_size": {"value": 5}}}
                """)
        #expect(spec.method == .random && spec.runCap == 7 && spec.seed == 9_007_199_254_740_991)
        #expect(spec.keep == .best && spec.trainAccuracy == .full && spec.order == .depth)
        #expect(spec.metric == Metric(name: .valLoss, target: 1.5) && spec.metric.goal == .minimize)
        #expect(
            spec.dataset
                == DatasetSpec(
                    name: "synthetic", path: "/x", train: 100, validation: 20, test: 10, inputs: 4, classes: 3))
        #expect(spec.priority == -1000 && spec.maxParallel == 3 && spec.timeBudgetSeconds == 0.5)
        #expect(spec.maxRetries == 2 && spec.maxConsecutiveFailures == 4)
        #expect(spec.epochBudget == 12.5 && spec.noProgress == 6)
        #expect(spec.trialCount == 8)
        #expect(spec.trial(at: 0).parameters == ["learning_rate": .number(0.5), "hidden_size": .int(5)])
    }

    @Test func yamlSaysTheSameAsJSON() throws {
        let yaml = """
            # a comment
            name: cifar10-grid
            method: grid
            metric: {name: val_accuracy, goal: maximize}
            dataset:
              name: cifar10
              train: 49000
              validation: 1000
              test: 1000
            seed: 0
            keep: "last"
            parameters:
              learning_rate:
                values:
                  - 1e-1
                  - 1e-2
                  - 1e-3
                  - 1e-4
              reg: {values: [1e-1, 1e-2, 1e-3, 1e-4]}
              batch_size: {values: [200, 400, 800]}
              hidden_size: {values: [80, 160, 320]}
              iterations: {value: 2000}
              learning_rate_decay: {value: 0.95}
            """
        #expect(try SweepSpec(parsing: yaml) == SweepSpec(parsing: try Fixture.config("grid")))
    }

    @Test func numbersThatAreEqualAreOneGridPoint() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"values": [1, 1.0, 1e-1, 0.1, 10e-2]}, "hidden_size": {"values": [2e2, 200, 200.0]}"#)
        #expect(spec.trialCount == 2)
        #expect(try spec.expand().map(\.parameters["hidden_size"]) == [.int(200), .int(200)])
    }

    @Test func runCapTakesTheFirstGridPoints() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"values": [1, 2, 3]}, "hidden_size": {"min": 1, "max": 60000}"#, top: #""run_cap": 5"#)
        #expect(try spec.expand().map(\.parameters["hidden_size"]) == (1...5).map { .int($0) })
    }

    @Test func gridsGoThroughWholeAndQuantizedDistributions() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"distribution": "q_uniform", "min": 0.1, "max": 0.5, "q": 0.1}, "#
                + #""hidden_size": {"min": 3, "max": 5}"#)
        #expect(spec.trialCount == 15)
        let plans = try spec.expand()
        let rates = plans.compactMap { $0.parameters["learning_rate"]?.doubleValue }
        #expect(Set(rates) == [0.1, 0.2, 0.3, 0.4, 0.5])
        #expect(Set(plans.map(\.parameters["hidden_size"])) == [.int(3), .int(4), .int(5)])
    }

    @Test func enqueuedConfigurationsComeFirstAndAreComplete() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"values": [1, 2]}, "hidden_size": {"value": 8}, "iterations": {"value": 5}"#,
            top: #""enqueue": [{"epochs": 2, "learning_rate": 0.5, "momentum": 0.9}, {"learning_rate": 3}]"#)
        #expect(spec.trialCount == 4)
        #expect(
            spec.trial(at: 0).parameters.jsonObjectText
                == #"{"learning_rate": 0.5, "hidden_size": 8, "epochs": 2, "momentum": 0.9}"#)
        #expect(
            spec.trial(at: 1).parameters.jsonObjectText == #"{"learning_rate": 3, "hidden_size": 8, "iterations": 5}"#)
        #expect(spec.trial(at: 2).parameters["learning_rate"] == .number(1))
    }

    @Test func aTrialMaySetItsOwnSeed() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"value": 1}, "hidden_size": {"value": 8}, "seed": {"values": [7, 9007199254740991]}"#)
        #expect(try spec.expand().map(\.seed) == [7, 9_007_199_254_740_991])
        #expect(try spec.hyperparameters(for: spec.trial(at: 1).parameters).seed == 9_007_199_254_740_991)
    }

    @Test func aSingleTrialNeedsNoNameAndNoMethod() throws {
        let text = """
            {"dataset": {"name": "synthetic"},
             "parameters": {"learning_rate": {"value": 0.1}, "hidden_size": {"values": [4]}}}
            """
        let spec = try SweepSpec(parsingSingleTrial: text)
        #expect(spec.trialCount == 1)
        #expect(spec.trial(at: 0).seed == TrialSeed.derive(sweepSeed: 0, index: 0))
        #expect(throws: SweepFileError.self) { try SweepSpec(parsing: text) }
        let several = text.replacing("[4]", with: "[4, 5]")
        let error = #expect(throws: SweepFileError.self) { try SweepSpec(parsingSingleTrial: several) }
        #expect(error?.issues.map(\.pointer) == ["/parameters/hidden_size"])
    }

    @Test func aNullValueCountsAsLeftOut() throws {
        let spec = try Fixture.spec(
            #""learning_rate": {"value": 1}, "hidden_size": {"value": 8}"#,
            top: #""run_cap": null, "metric": {"name": "val_loss", "target": null}"#)
        #expect(spec.runCap == nil && spec.metric.target == nil && spec.metric.name == .valLoss)
    }

    @Test func tabsAndAByteOrderMarkAreWhiteSpaceOfJSON() throws {
        let text = String(decoding: try Fixture.config("grid"), as: UTF8.self).replacing("  ", with: "\t")
        let spec = try SweepSpec(parsing: "\u{FEFF}\n\t" + text + "\n\t\n")
        #expect(spec.trialCount == 144)
    }
}
