/// Small pieces of English.
enum Sentence {
    /// `a`, `a and b`, `a, b and c`.
    static func list(_ words: [String], _ conjunction: String = "and") -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " " + conjunction + " " + last
    }

    /// `1 trial`, `72 trials`.
    static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(NumberText.count(number)) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// With a capital at its start.
    static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
