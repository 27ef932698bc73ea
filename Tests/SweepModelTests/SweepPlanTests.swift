import FoundationEssentials
import Testing

@testable import SweepModel

@Suite struct SweepPlanTests {
    @Test func theExercisesPlanShowsTypesCountsAndEnds() throws {
        let plan = SweepPlan(try SweepSpec(parsing: try Fixture.config("grid")))
        #expect(plan.trials == 144 && plan.gridPoints == 144 && plan.enqueued == 0)
        #expect(plan.parameters.map(\.count) == [4, 4, 3, 3, 1, 1])
        #expect(plan.parameters.map(\.type) == ["number", "number", "integer", "integer", "integer", "number"])
        #expect(plan.parameters[0].text == "0.1, 0.01, 0.001, 0.0001")
        #expect(plan.parameters[4].source == "value")
        #expect(plan.firstTrials.map(\.index) == [0, 1, 2] && plan.lastTrials.map(\.index) == [141, 142, 143])
        #expect(plan.defaults["optimizer"] == "sgd" && plan.defaults["reg"] == nil && plan.defaults["flip"] == "false")
    }

    @Test func aSmallSweepShowsNoTrialTwice() throws {
        let spec = try Fixture.spec(#""learning_rate": {"values": [1, 2, 3, 4]}, "hidden_size": {"value": 8}"#)
        let plan = SweepPlan(spec)
        #expect(plan.firstTrials.map(\.index) == [0, 1, 2] && plan.lastTrials.map(\.index) == [3])
        #expect(SweepPlan(spec, shown: 0).firstTrials.isEmpty && SweepPlan(spec, shown: 9).lastTrials.isEmpty)
    }

    @Test func distributionsSayWhatTheyAre() throws {
        let plan = SweepPlan(
            try Fixture.spec(
                #""learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 0.1}, "#
                    + #""hidden_size": {"min": 10, "max": 99}, "batch_size": {"min": 50, "max": 149, "q": 50}, "#
                    + #""reg": {"distribution": "normal", "mu": 1, "sigma": 0.5}"#, top: #""run_cap": 9"#,
                method: "random"))
        #expect(
            plan.parameters.map(\.text) == [
                "log_uniform_values 0.0001…0.1", "int_uniform 10…99", "q_uniform 50…100 by 50",
                "normal mu 1, sigma 0.5",
            ])
        #expect(plan.parameters.map(\.count) == [nil, 90, 2, nil])
        #expect(plan.gridPoints == nil)
    }

    @Test func plansRoundTripWithSnakeCaseKeys() throws {
        let plan = SweepPlan(try SweepSpec(parsing: try Fixture.config("grid")))
        let data = try JSONEncoder().encode(plan)
        #expect(try JSONDecoder().decode(SweepPlan.self, from: data) == plan)
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains("\"first_trials\":") && text.contains("\"grid_points\":144"))
    }

    @Test func whatHasNoEffectIsNoted() throws {
        func notes(_ parameters: String, top: String = "") throws -> [String] {
            try Fixture.spec(#""learning_rate": {"value": 0.1}, "# + parameters, top: top).notes
        }
        let dropout = #""dropout": {"values": [0.3, 0.5], "when": {"hidden_size": "#
        #expect(try notes(#""hidden_size": {"values": [8, 16]}, "# + dropout + "16}}") == [])
        #expect(
            try notes(#""hidden_size": {"values": [8, 16]}, "# + dropout + "[32, 64]}}")
                == ["dropout is never set: no trial has hidden_size 32 or 64"])
        let single = #""hidden_size": {"values": [8, 16]}"#
        let none = "early_terminate ends no trial: "
        #expect(try notes(single, top: #""early_terminate": {"type": "asha"}"#) == [])
        #expect(
            try notes(single, top: #""early_terminate": {"type": "asha", "min_iter": 10}"#)
                == [none + "asha as it is written has no rung before the end of 10 epochs"])
        #expect(
            try notes(
                single + #", "iterations": {"value": 100}"#, top: #""early_terminate": {"type": "asha", "max_iter": 2}"#
            )
                == [none + "asha as it is written has no rung"])
        #expect(
            try notes(single, top: #""early_terminate": {"type": "median", "warmup": 30}"#)
                == [none + "median as it is written has no rung before the end of 10 epochs"])
    }
}
