/// Writes tar archives, also such as nobody should unpack.
enum TarFixture {
    struct Entry {
        var name: String
        var contents: [UInt8] = []
        var kind: Character = "0"
    }

    static func archive(_ entries: [Entry]) -> [UInt8] {
        entries.flatMap(block) + [UInt8](repeating: 0, count: 1024)
    }

    private static func block(_ entry: Entry) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        put(entry.name, at: 0)
        put("0000644\0", at: 100)
        let octal = String(entry.contents.count, radix: 8)
        put(String(repeating: "0", count: 11 - octal.count) + octal, at: 124)
        put(String(entry.kind), at: 156)
        put("ustar\u{0}00", at: 257)
        put("        ", at: 148)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.count) + sum + "\0 ", at: 148)
        let padding = (512 - entry.contents.count % 512) % 512
        return header + entry.contents + [UInt8](repeating: 0, count: padding)
    }
}
