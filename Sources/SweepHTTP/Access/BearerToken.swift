/// The secret that stands for an administrator over TCP (RFC 6750).
public struct BearerToken: Sendable {
    /// A shorter one could be guessed.
    public static let shortest = 32

    private let bytes: [UInt8]

    /// Nil for a text that is too short, or that has other characters than a header field's value may show.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard (Self.shortest...4096).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        self.bytes = bytes
    }

    /// Whether `candidate` is this token. How long that takes depends on the length of the candidate alone.
    func matches(_ candidate: some StringProtocol) -> Bool {
        var difference = 0
        var count = 0
        for byte in candidate.utf8 {
            difference |= Int(byte ^ bytes[count % bytes.count])
            count += 1
        }
        return difference | (count ^ bytes.count) == 0
    }

    /// The token of an `Authorization` field; nil for another scheme.
    static func shown(in field: String) -> Substring? {
        let scheme = field.prefix { $0 != " " }
        guard scheme.lowercased() == "bearer", scheme.endIndex < field.endIndex else { return nil }
        return field[scheme.endIndex...].drop { $0 == " " }
    }
}
