/// A learning curve in one line.
enum Sparkline {
    /// One character a value, from the lowest to the highest value; a blank where there is none.
    static func draw(_ values: [Double?], unicode: Bool) -> String {
        let levels = Array(unicode ? "▁▂▃▄▅▆▇█" : "_.-=+*#@")
        let known = values.compactMap { $0 }.filter(\.isFinite)
        guard let lowest = known.min(), let highest = known.max() else { return "" }
        return String(
            values.map { value -> Character in
                guard let value, value.isFinite else { return " " }
                guard highest > lowest else { return levels[levels.count / 2] }
                let share = (value - lowest) / (highest - lowest)
                return levels[min(levels.count - 1, max(0, Int((share * Double(levels.count - 1)).rounded())))]
            })
    }

    /// How many of the values lie in each of `columns` equal stretches from the lowest to the highest; a blank where
    /// there is none. Nil with less than two different values.
    static func histogram(_ values: [Double], columns: Int, unicode: Bool) -> String? {
        let values = values.filter(\.isFinite)
        guard columns > 0, let low = values.min(), let high = values.max(), low < high, high - low < .infinity
        else { return nil }
        var counts = Array(repeating: 0, count: columns)
        for value in values {
            counts[min(columns - 1, Int((value - low) / (high - low) * Double(columns)))] += 1
        }
        let levels = Array(unicode ? "▁▂▃▄▅▆▇█" : "_.-=+*#@")
        let most = counts.max() ?? 1
        return String(counts.map { $0 == 0 ? " " : levels[($0 * levels.count - 1) / most] })
    }

    /// As many values as there are columns, each the last of its stretch, so that the end of the curve stays.
    static func thin(_ values: [Double?], to columns: Int) -> [Double?] {
        guard columns > 0, values.count > columns else { return values }
        return (1...columns).map { values[$0 * values.count / columns - 1] }
    }
}
