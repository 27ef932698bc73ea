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

    /// Entry by entry, and 2 apart from 2.0.
    private func exact(_ assignment: ParameterAssignment?) -> [String]? {
        assignment?.entries.map { entry in
            switch entry.value {
            case .int(let value): "\(entry.name) int \(value)"
            case .number(let value): "\(entry.name) number \(value.bitPattern)"
            case .string(let value): "\(entry.name) string \(value)"
            case .bool(let value): "\(entry.name) bool \(value)"
            }
        }
    }

    private func composed(_ text: String) -> ParameterAssignment? {
        do throws(SweepFileError) { return try ParameterAssignment(composing: text) } catch { return nil }
    }

    private func read(_ text: String) -> ParameterAssignment? {
        do throws(SweepFileError) { return try ParameterAssignment(jsonObjectText: text) } catch { return nil }
    }

    @Test func bothReadersAgreeOnRandomAssignments() {
        var random = Random(seed: 1)
        var scanned = 0
        for _ in 0..<2000 {
            let assignment = random.assignment()
            let text = assignment.jsonObjectText
            if AssignmentScanner.entries(of: text) != nil { scanned += 1 }
            let found = read(text)
            #expect(found != nil && exact(found) == exact(composed(text)), "\(text)")
            #expect(found == assignment)
        }
        #expect(scanned > 500 && scanned < 2000)
    }

    /// Found by the fuzzer `assignment`: the full reader takes them for aliases.
    @Test(arguments: [1, 16, 17, 30]) func bothReadersAgreeOnWordsThatLookLikeAliases(_ count: Int) {
        let text = "{\"a\": \"" + String(repeating: "*b ", count: count) + "\"}"
        #expect(exact(read(text)) == exact(composed(text)))
        #expect((composed(text) == nil) == (count > 16))
    }

    @Test func bothReadersAgreeOnDamagedText() {
        var random = Random(seed: 2)
        let signs = Array(" {}[]:,\"\\0123456789+-.eEtruefalsn\u{7F}".utf8)
        for _ in 0..<4000 {
            var bytes = Array(random.assignment().jsonObjectText.utf8)
            for _ in 0...random.below(2) {
                let place = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(signs[random.below(signs.count)], at: place)
                default: bytes[place] = signs[random.below(signs.count)]
                }
                if bytes.isEmpty { break }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(exact(read(text)) == exact(composed(text)), "\(text)")
        }
    }

    @Test(arguments: [
        "{}", #"{"a": 0}"#, #"{"a": -0}"#, #"{"a": 9223372036854775807}"#, #"{"a": 9223372036854775808}"#,
        #"{"a": 123456789012345}"#, #"{"a": 1234567890123456}"#, #"{"a": 1e-05, "b": 0.5, "c": 1e300}"#,
        #"{"a": "", "b": true, "c": false, "d": "true", "e": "1"}"#, #"{"learning_rate_decay": 0.95}"#,
    ])
    func theQuickReaderTakesWhatWeWrite(text: String) throws {
        let entries = try #require(AssignmentScanner.entries(of: text))
        #expect(exact(ParameterAssignment(entries)) == exact(composed(text)))
    }

    @Test(arguments: [
        "", "{", "{}x", " {}", #"{"a":1}"#, #"{"a": 1 }"#, #"{"a": 01}"#, #"{"a": +1}"#, #"{"a": tru}"#, #"{"a": nan}"#,
        #"{"a": 1e999}"#, #"{"a": 1, "a": 2}"#, #"{"a": null}"#, #"{"a": [1]}"#, #"{"a": "é"}"#, #"{"a": "\n"}"#,
        #"{"a": 1,"b": 2}"#, #"{"a": 1, }"#, #"{"a": 1"#, #"{"a": "#, #"{"a"#, "{\"a\": \"\n\"}",
    ])
    func theQuickReaderLeavesAllElseToTheOther(text: String) {
        #expect(AssignmentScanner.entries(of: text) == nil)
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

/// Assignments of all kinds of values.
private struct Random {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func bits() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(bits() % UInt64(bound)) }

    mutating func assignment() -> ParameterAssignment {
        ParameterAssignment(
            (0..<below(6)).map { index in
                .init(name: below(4) == 0 ? word() + String(index) : "parameter_\(index)", value: value())
            })
    }

    mutating func value() -> ParameterValue {
        switch below(8) {
        case 0: return .int(below(1000) - 500)
        case 1: return .int(Int(truncatingIfNeeded: bits()))
        case 2: return .number(1 / pow10(below(20)))
        case 3: return .number(Double(below(1_000_000)) * pow10(below(40)) / pow10(below(60)))
        case 4:
            let value = Double(bitPattern: bits())
            return .number(value.isFinite ? value : 1e-5)
        case 5: return .bool(below(2) == 0)
        case 6: return .string(["sgd", "momentum", "true", "1e-3", "", "null", "he"][below(7)])
        default: return .string(word())
        }
    }

    private func pow10(_ exponent: Int) -> Double { (0..<exponent).reduce(1) { power, _ in power * 10 } }

    mutating func word() -> String {
        let signs: [Character] = [
            "a", "Z", "\"", "\\", "\n", "\t", "é", "😀", "\u{7}", " ", "#", ":", "'", "{", ",", "\u{7F}",
        ]
        return String((0..<below(6)).map { _ in signs[below(signs.count)] })
    }
}
