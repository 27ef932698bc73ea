/// Words for a name that nobody knows.
enum Spelling {
    /// `unknown key "fiel"; did you mean "file"?`, or the known names where none is near.
    static func unknown(_ noun: String, _ name: String, known: [String]) -> String {
        let beginning = "unknown \(noun) \"\(name.prefix(40))\"; "
        if let nearest = nearest(to: name, in: known) { return beginning + "did you mean \"\(nearest)\"?" }
        return beginning + (known.isEmpty ? "none is taken here" : "write one of \(known.joined(separator: ", "))")
    }

    /// At most two edits away, and not all of the word.
    private static func nearest(to name: String, in known: [String]) -> String? {
        guard name.utf8.count <= 40 else { return nil }
        let scored = known.map { (word: $0, distance: distance(Array(name.lowercased()), Array($0))) }
        guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= min(2, best.word.count - 2) ? best.word : nil
    }

    /// Levenshtein's distance.
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices { row.append(min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))) }
            last = row
        }
        return last[b.count]
    }
}
