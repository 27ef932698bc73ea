import Testing

@testable import SweepModel

@Suite struct SweepFileFuzzTests {
    /// Parsing must end in a sweep or in findings, whatever the bytes; a trap would end the test process.
    private func outcome(_ bytes: [UInt8]) -> Bool {
        do {
            let spec = try SweepSpec(parsing: bytes)
            return spec.trialCount > 0
        } catch {
            return !error.issues.isEmpty && error.issues.allSatisfy { !$0.detail.isEmpty }
        }
    }

    @Test(arguments: ["grid", "random"]) func everyTruncationIsAnswered(name: String) throws {
        let bytes = try Fixture.config(name)
        for count in bytes.indices { #expect(outcome(Array(bytes.prefix(count))), "the first \(count) bytes") }
    }

    @Test(arguments: [UInt64(1), 2, 3]) func flippedBytesAreAnswered(seed: UInt64) throws {
        let original = try Fixture.config("grid")
        var stream = DrawStream(seed: seed, name: "flips", draw: 0)
        for round in 0..<1000 {
            var bytes = original
            for _ in 0...stream.index(below: 4) {
                bytes[stream.index(below: bytes.count)] = UInt8(truncatingIfNeeded: stream.next())
            }
            #expect(outcome(bytes), "round \(round)")
        }
    }

    @Test(arguments: [UInt64(4), 5]) func splicedIndicatorsAreAnswered(seed: UInt64) throws {
        let original = try Fixture.config("random")
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"", "'", "- ", "? ", "&a ", "*a ", "!!x ", "|\n", ">\n", "#", "\n", "\t",
            "%",
            "---\n", "...\n", "1e999", "\\", "\\u0000", "\u{E000}", "\u{2028}", "null", "-", "<<: ",
        ].map { Array($0.utf8) }
        var stream = DrawStream(seed: seed, name: "splices", draw: 0)
        for round in 0..<1000 {
            var bytes = original
            for _ in 0...stream.index(below: 5) {
                let place = stream.index(below: bytes.count)
                let end = min(bytes.count, place + stream.index(below: 3))
                bytes.replaceSubrange(place..<end, with: pieces[stream.index(below: pieces.count)])
            }
            #expect(outcome(bytes), "round \(round)")
        }
    }

    @Test func randomIndicatorsAloneAreAnswered() {
        let alphabet = Array("{}[],:\"'-?&*!|>#%@` \n\tab01.~<=".utf8)
        var stream = DrawStream(seed: 6, name: "noise", draw: 0)
        for round in 0..<3000 {
            let bytes = (0..<stream.index(below: 60)).map { _ in alphabet[stream.index(below: alphabet.count)] }
            #expect(outcome(bytes), "round \(round)")
        }
    }
}
