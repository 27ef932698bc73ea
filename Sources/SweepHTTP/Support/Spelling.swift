import SweepModel

/// Words for a name that nobody knows.
enum Spelling {
    /// `unknown key "fiel"; did you mean "file"?`, or the known names where none is near.
    static func unknown(_ noun: String, _ name: String, known: [String]) -> String {
        let beginning = "unknown \(noun) \"\(name.prefix(40))\"; "
        if let nearest = NearestWord.nearest(to: name, in: known) { return beginning + "did you mean \"\(nearest)\"?" }
        return beginning + (known.isEmpty ? "none is taken here" : "write one of \(known.joined(separator: ", "))")
    }
}
