/// 32 random bytes as 64 hexadecimal digits.
struct Secret: Sendable {
    let text: String

    /// Draws from the system's generator (getrandom(2) on Linux).
    init() {
        let alphabet = Array("0123456789abcdef".utf8)
        var generator = SystemRandomNumberGenerator()
        var digits: [UInt8] = []
        for _ in 0..<4 {
            let word: UInt64 = generator.next()
            for shift in stride(from: 60, through: 0, by: -4) {
                digits.append(alphabet[Int(word >> UInt64(shift) & 15)])
            }
        }
        text = String(decoding: digits, as: UTF8.self)
    }

    /// Whether `candidate` is this secret; how long that takes says nothing about where they differ.
    func matches(_ candidate: some StringProtocol) -> Bool {
        let (mine, theirs) = (Array(text.utf8), Array(candidate.utf8))
        guard mine.count == theirs.count else { return false }
        var difference: UInt8 = 0
        for (left, right) in zip(mine, theirs) { difference |= left ^ right }
        return difference == 0
    }
}
