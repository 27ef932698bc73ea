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

    /// As many values as there are columns, each the last of its stretch, so that the end of the curve stays.
    static func thin(_ values: [Double?], to columns: Int) -> [Double?] {
        guard columns > 0, values.count > columns else { return values }
        return (1...columns).map { values[$0 * values.count / columns - 1] }
    }
}
