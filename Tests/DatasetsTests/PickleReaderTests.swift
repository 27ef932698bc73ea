import Testing

@testable import Datasets

@Suite struct PickleReaderTests {
    private func read(_ bytes: [UInt8]) throws -> PickleValue { try PickleReader(bytes, name: "p").read() }

    static let integers: [(bytes: [UInt8], value: Int)] = [
        ([0x4b, 127, 46], 127),
        ([0x4d, 0x34, 0x12, 46], 0x1234),
        ([0x4a, 0xfb, 0xff, 0xff, 0xff, 46], -5),
        (ascii("I-12\n."), -12),
        (ascii("L9000000000L\n."), 9_000_000_000),
        ([0x8a, 0, 46], 0),
        ([0x8a, 1, 0xff, 46], -1),
        ([0x8a, 2, 0, 0x80, 46], -32768),
        ([0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0x80, 46], Int.min),
        ([0x8b, 2, 0, 0, 0, 0xff, 0, 46], 255),
    ]

    @Test(arguments: integers)
    func integersOfEveryOpcode(bytes: [UInt8], expected: Int) throws {
        guard case .int(let value) = try read(bytes) else {
            Issue.record("no integer")
            return
        }
        #expect(value == expected)
    }

    @Test(arguments: ["cos\nsystem\n(S'true'\ntR.", "cbuiltins\neval\n.", "c__builtin__\ngetattr\n."])
    func namingAnyOtherGlobalIsRefused(pickle: String) {
        expectError(.badFormat, "which is not allowed") { _ = try read(ascii(pickle)) }
    }

    @Test(arguments: ["i", "o", "P", "Q", "\u{7f}"])
    func opcodesThatMakeObjectsAreRefused(opcode: String) {
        expectError(.badFormat, "not allowed") { _ = try read(ascii("(" + opcode + "os\nsystem\n.")) }
    }

    @Test func listThatHoldsItselfIsReadAndFreed() throws {
        weak var list: PickleItems?
        do {
            let reader = PickleReader(ascii("]q") + [0] + ascii("h") + [0] + ascii("a."), name: "p")
            guard case .list(let items) = try reader.read() else {
                Issue.record("no list")
                return
            }
            list = items
            #expect(items.values.count == 1)
        }
        #expect(list == nil)
    }

    /// Six bytes of a file ask for a copy of a text of any length.
    @Test func aTextIsCopiedOnce() throws {
        func text(_ text: String) -> [UInt8] { ascii("X") + little(UInt32(text.utf8.count), 4) + ascii(text) }
        let made = ascii("c_codecs\nencode\nq\0") + text(String(repeating: "a", count: 1000)) + ascii("q\u{1}")
        let start = made + text("latin1") + ascii("q\u{2}")
        let call = ascii("h\0h\u{1}h\u{2}") + [0x86] + ascii("R")
        guard case .bytes(let bytes) = try read(start + call + ascii(".")) else {
            Issue.record("no bytes")
            return
        }
        #expect(bytes.count == 1000)
        expectError(.badFormat, "more than once") { _ = try read(start + call + call + ascii(".")) }
    }

    /// One byte of a file puts a value on the stack again, and a few put them all into a collection.
    @Test func aCollectionHoldsSoManyValuesAndNoMore() throws {
        let part = ascii("(N" + String(repeating: "2", count: 600_000) + "e")
        _ = try read(ascii("]") + part + ascii("."))
        expectError(.badFormat, "too many values") { _ = try read(ascii("]") + part + part + ascii(".")) }
    }

    @Test func deepNestsEndInAnErrorOrAreFreedWithoutRecursion() throws {
        // Fifty thousand lists in one another, by APPEND alone and without a mark.
        let deep =
            [UInt8](repeating: UInt8(ascii: "]"), count: 50_000)
            + [UInt8](repeating: UInt8(ascii: "a"), count: 49_999) + ascii(".")
        _ = try read(deep)
        expectError(.badFormat, "nest too deeply") {
            _ = try read([UInt8](repeating: UInt8(ascii: "("), count: 100) + ascii("."))
        }
        expectError(.badFormat, "too many collections") {
            _ = try read([UInt8](repeating: UInt8(ascii: "]"), count: 70_000) + ascii("."))
        }
    }

    @Test(arguments: [
        ".", "0.", "a.", "e.", "s.", "R.", "b.", "t.", "h\u{1}.", "q\u{1}.", "I12x\n.", "S'a\n.", "S'\\q'\n.",
    ])
    func misplacedOpcodesAreErrors(pickle: String) {
        expectError(.badFormat) { _ = try read(ascii(pickle)) }
    }

    @Test(arguments: [
        "", "K", "M\u{1}", "X\u{5}\u{0}\u{0}\u{0}abc", "T\u{7f}\u{7f}\u{7f}\u{7f}", "I12", "cnumpy\n", "]",
    ])
    func endsInTheMiddleAreTruncations(pickle: String) {
        expectError(.truncated, "in the middle") { _ = try read(ascii(pickle)) }
    }
}
