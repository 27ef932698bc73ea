import FoundationEssentials
import Testing

@testable import SweepModel

@Suite struct ParameterAssignmentTests {
    private let values: ParameterAssignment = [
        "reg": .number(1e-5), "learning_rate": .number(2), "hidden_size": .int(80), "optimizer": .string("a\"\\\u{7}é"),
        "flip": .bool(false), "zeta": .number(1.0 / 3),
    ]

    @Test func textKeepsTheOrderAndReadsBack() throws {
        #expect(
            values.jsonObjectText
                == #"{"reg": 1e-05, "learning_rate": 2, "hidden_size": 80, "optimizer": "a\"\\\u0007é", "#
                + #""flip": false, "zeta": 0.3333333333333333}"#)
        let read = try ParameterAssignment(jsonObjectText: values.jsonObjectText)
        #expect(read == values)
        #expect(read.names == values.names)
    }

    @Test func codersKeepTheValues() throws {
        let data = try JSONEncoder().encode(values)
        let read = try JSONDecoder().decode(ParameterAssignment.self, from: data)
        #expect(read == values)
        #expect(read.hashValue == values.hashValue)
        #expect(read.names == ["hidden_size", "learning_rate", "reg", "optimizer", "flip", "zeta"])
        #expect(try JSONDecoder().decode(ParameterAssignment.self, from: Data(values.jsonObjectText.utf8)) == values)
    }

    @Test(arguments: ["", "[]", "{\"a\": [1]}", "{\"a\": null}", "{\"a\": 1, \"a\": 2}", "{\"a\": 1e999}", "{"])
    func otherTextIsRefused(text: String) {
        #expect(throws: SweepFileError.self) { try ParameterAssignment(jsonObjectText: text) }
    }

    @Test func settingReplacesAtThePlaceAndNilRemoves() {
        var assignment = values
        assignment["learning_rate"] = .int(3)
        assignment["flip"] = nil
        assignment["new"] = .int(1)
        #expect(assignment.names == ["reg", "learning_rate", "hidden_size", "optimizer", "zeta", "new"])
        #expect(assignment["learning_rate"] == .int(3) && assignment["flip"] == nil)
        #expect(
            ParameterAssignment([.init(name: "a", value: .int(1)), .init(name: "a", value: .int(2))])["a"] == .int(2))
    }

    @Test func equalNumbersAreEqualValues() {
        #expect(ParameterValue.int(1) == .number(1))
        #expect(ParameterValue.int(1).hashValue == ParameterValue.number(1).hashValue)
        #expect(ParameterValue.int(0) == .number(-0.0))
        #expect(ParameterValue.int(.max) != .number(0x1p63))
        #expect(ParameterValue.int(1) != .number(1.5) && ParameterValue.int(1) != .string("1"))
        #expect(ParameterValue.int(1) != .bool(true))
    }
}
