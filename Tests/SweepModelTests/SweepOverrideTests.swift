import Testing

@testable import SweepModel

@Suite struct SweepOverrideTests {
    private let text = Fixture.text(
        #""learning_rate": {"values": [1, 2]}, "hidden_size": {"value": 8}"#, top: #""seed": 4"#)

    private func spec(_ arguments: String...) throws -> SweepSpec {
        try SweepSpec(parsing: text, overrides: arguments.map { try SweepOverride(argument: $0) })
    }

    @Test func aScalarSetsAParametersValueAtItsPlace() throws {
        let spec = try spec("learning_rate=1e-3", "momentum=0.9", "weight_scale=he")
        #expect(spec.trialCount == 1)
        #expect(
            spec.trial(at: 0).parameters.jsonObjectText
                == #"{"learning_rate": 0.001, "hidden_size": 8, "momentum": 0.9, "weight_scale": "he"}"#)
    }

    @Test func aThousandAreTakenAndNotMore() throws {
        func overrides(_ count: Int) -> [SweepOverride] {
            (0..<count).map { SweepOverride(key: "parameters.hidden_size.value", value: "\($0 + 1)") }
        }
        #expect(try SweepSpec(parsing: text, overrides: overrides(1000)).trialCount == 2)
        let error = #expect(throws: SweepFileError.self) {
            try SweepSpec(parsing: text, overrides: overrides(1001))
        }
        #expect(error?.message.contains("1001 overrides are more than 1000") == true)
    }

    @Test func aListSetsValuesAndAnObjectTheWholeSpecification() throws {
        #expect(try spec("hidden_size=[1, 2, 3]").trialCount == 6)
        #expect(try spec(#"hidden_size={"min": 1, "max": 5}"#).trialCount == 10)
        #expect(try spec("parameters.reg=[0, 1]").trialCount == 4)
        #expect(try spec(#"parameters.reg.values=[0, 1, 2]"#).trialCount == 6)
    }

    @Test(arguments: ["tpe", "bayes"]) func aSearchThatLearnsTakesAThousandChoices(method: String) throws {
        func spec(_ count: Int, _ method: String) throws -> SweepSpec {
            let values = "[" + (1...count).map(String.init).joined(separator: ", ") + "]"
            let overrides = [("hidden_size", values), ("method", method), ("run_cap", "5")]
            return try SweepSpec(parsing: text, overrides: overrides.map { SweepOverride(key: $0.0, value: $0.1) })
        }
        #expect(try spec(1000, method).trialCount == 5)
        #expect(try spec(1001, "random").trialCount == 5)
        let error = #expect(throws: SweepFileError.self) { try spec(1001, method) }
        #expect(error?.issues.first?.detail.contains("hidden_size has 1001 values") == true)
    }

    @Test func oneLengthTakesThePlaceOfTheOther() throws {
        #expect(try spec("epochs=3").trial(at: 0).parameters["epochs"] == .int(3))
        let spec = try spec("epochs=3", "iterations=50")
        #expect(spec.trial(at: 0).parameters["epochs"] == nil)
        #expect(spec.trial(at: 0).parameters["iterations"] == .int(50))
    }

    @Test func nullTakesAParameterAway() throws {
        let spec = try spec("reg=[0, 1]", "momentum=0.5", "reg=null", "parameters.momentum=null", "epochs=null")
        #expect(
            spec.trialCount == 2
                && spec.trial(at: 0).parameters.entries.map(\.name) == ["learning_rate", "hidden_size"])
    }

    @Test func dottedPathsReachTheTop() throws {
        let spec = try spec(
            "dataset.train=500", "dataset.name=mnist", "run_cap=1", "metric.target=0.5", "seed=9", "order=depth",
            #"name="a b""#)
        #expect(spec.dataset == DatasetSpec(name: "mnist", train: 500))
        #expect(spec.runCap == 1 && spec.metric.target == 0.5 && spec.seed == 9 && spec.order == .depth)
        #expect(spec.name == "a b")
    }

    @Test func seedMeansTheSweepsUnlessItIsUnderParameters() throws {
        #expect(try spec("parameters.seed=3").trial(at: 1).seed == 3)
        #expect(try spec("seed=3").trial(at: 1).seed == TrialSeed.derive(sweepSeed: 3, index: 1))
    }

    @Test func theNameGivenApartWins() throws {
        let spec = try SweepSpec(
            parsing: text, overrides: [SweepOverride(key: "name", value: "one")], name: "two")
        #expect(spec.name == "two")
    }

    @Test func theLaterOfTwoOverridesWins() throws {
        #expect(try spec("run_cap=1", "run_cap=2").runCap == 2)
    }

    @Test(arguments: [
        ("learning_rate=-1", "/parameters/learning_rate/value", "out of range"),
        ("learning_rate=[1, x]", "/parameters/learning_rate/values/1", "is not a number"),
        ("learning_rate=", "/parameters/learning_rate/value", "is not a number"),
        ("learning_rate=[1", "", "cannot be read"),
        ("lr=1", "", "here it is called \"learning_rate\""),
        ("runcap=1", "", "did you mean \"run_cap\"?"),
        ("zzzzzzz=1", "", "dataset.train"),
        ("name.first=x", "", "no object"),
        ("dataset..train=1", "", "is no key"),
        ("dataset.trian=1", "/dataset/trian", "did you mean \"train\"?"),
    ]) func aBadOverrideGetsItsSentence(argument: String, pointer: String, fragment: String) throws {
        let error = try #require(throws: SweepFileError.self) {
            try SweepSpec(parsing: text, overrides: [try SweepOverride(argument: argument)])
        }
        let issue = try #require(error.issues.first)
        #expect(issue.pointer == pointer)
        #expect(issue.detail.contains(fragment), "\(issue.detail)")
        #expect(issue.line == nil)
    }

    @Test(arguments: ["", "=", "=3", "seed"]) func anArgumentWithoutKeyOrSignIsRefused(argument: String) {
        #expect(throws: SweepFileError.self) { try SweepOverride(argument: argument) }
    }

    @Test func theValueMayHoldFurtherSigns() throws {
        #expect(try SweepOverride(argument: "name=a=b") == SweepOverride(key: "name", value: "a=b"))
    }

    @Test func overridesWrittenIntoTheTextParseToTheSameSweep() throws {
        let overrides = [
            SweepOverride(key: "reg", value: "[1e-3, 0.5]"), SweepOverride(key: "name", value: "é \" \\ x"),
        ]
        let merged = try SweepOverride.apply(overrides, to: text)
        #expect(merged != text)
        #expect(try SweepSpec(parsing: merged) == SweepSpec(parsing: text, overrides: overrides))
        #expect(try SweepOverride.apply([], to: text) == text)
    }
}
