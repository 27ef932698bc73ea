/// Finds the known word that a mistyped one was meant to be.
public enum NearestWord {
    /// The nearest of `words` by optimal string alignment distance, if it is near enough to be worth naming.
    public static func nearest(to word: String, in words: [String]) -> String? {
        // Longer input cannot be near any known word, and the distance is quadratic.
        guard word.unicodeScalars.count <= 64 else { return nil }
        let wanted = normalized(word)
        let scored = words.map { (word: $0, distance: distance(wanted, normalized($0))) }
        guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, min(3, best.word.count / 3)) ? best.word : nil
    }

    /// Lower case without separators: `batchSize`, `batch-size` and `batch_size` are one word.
    private static func normalized(_ word: String) -> [Unicode.Scalar] {
        word.lowercased().unicodeScalars.filter { $0 != "_" && $0 != "-" && $0 != " " }
    }

    /// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`.
    static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for j in b.indices {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
                row.append(best)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
