import SweepModel
import Testing

@testable import SweepAnalysis

@Suite struct NextValuesTests {
    private func parameter(_ name: String) throws -> TrainingParameter { try #require(TrainingParameter.named(name)) }

    private static let lists: [(String, [Double], Bool, [Double])] = [
        ("hidden_size", [80.0, 160, 320], true, [640.0, 1280]), ("hidden_size", [80, 160, 320], false, [40, 20]),
        ("hidden_size", [16, 32, 48, 64], true, [80, 96]), ("hidden_size", [16, 32, 48, 64], false, [8, 4]),
        ("learning_rate", [1e-4, 1e-3, 1e-2, 1e-1], true, [1, 10]),
        ("learning_rate", [0.01, 0.03, 0.1, 0.3], true, [1, 3]),
        ("learning_rate", [0.01, 0.03, 0.1, 0.3], false, [0.003, 0.001]),
        ("reg", [0, 1e-4, 1e-3], true, [0.01, 0.1]), ("reg", [0, 0.1, 0.2], false, []),
        ("momentum", [0.5, 0.9], true, [0.95, 0.975]), ("dropout", [0, 0.25, 0.5], true, [0.75]),
        ("dropout", [0, 0.25, 0.5], false, []), ("learning_rate_decay", [0.9, 0.95], true, [1]),
        ("learning_rate_decay", [0.9, 1], true, []), ("batch_size", [1, 2, 4], false, []),
        ("optimizer", [1, 2], true, []),
    ]

    @Test(arguments: lists) func listsGoOnAsTheyBegan(name: String, values: [Double], isUpper: Bool, expected: [Double])
        throws
    {
        #expect(NextValues(parameter: try parameter(name)).beyond(values, isUpper: isUpper) == expected)
    }

    @Test func valuesBetweenGoByEqualFactors() throws {
        #expect(NextValues(parameter: try parameter("learning_rate")).between(1e-3, 1e-2) == [0.002, 0.003, 0.006])
        #expect(NextValues(parameter: try parameter("learning_rate")).between(0.1, 0.2) == [0.12, 0.14, 0.17])
        #expect(NextValues(parameter: try parameter("hidden_size")).between(1, 2) == [])
    }

    @Test(arguments: [
        (0.5, 3, "0.500"), (0.53449, 3, "0.534"), (-0.0004, 3, "0.000"), (-1.25, 1, "-1.3"), (12.0, 0, "12"),
        (0.0049, 2, "0.00"),
    ])
    func fixedDigits(value: Double, digits: Int, expected: String) {
        #expect(Wording.fixed(value, digits) == expected)
    }

    @Test func numbersInWords() {
        #expect(Wording.significant(0.30000000000000004, 3) == 0.3)
        #expect(Wording.significant(123_456, 2) == 120_000)
        #expect(Wording.significant(0, 2) == 0)
        #expect(Wording.number(640) == "640")
        #expect(Wording.percent(0.004) == "less than 1 %")
        #expect(Wording.percent(0.997) == "more than 99 %")
        #expect(Wording.percent(0.994) == "99 %")
        #expect(Wording.percent(1) == "100 %")
        #expect(Wording.percent(0) == "0 %")
        #expect(Wording.list(["a", "b", "c"]) == "a, b and c")
        #expect(Wording.list(["a", "b"], "or") == "a or b")
        #expect(Wording.count(1, "trial") == "1 trial")
        #expect(Wording.distinct(0.02514, 0.02513).0 != Wording.distinct(0.02514, 0.02513).1)
    }
}
