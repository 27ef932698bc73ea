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
}
