import Foundation

/// A table of the exercise's figures beside ours.
enum FigureTable {
    struct Row {
        let name: String
        let exercise: String
        let ours: String
    }

    static func print(_ title: String, _ rows: [Row]) {
        Swift.print("\(title)\n")
        Swift.print(line("figure", "exercise", "ours", "difference"))
        for row in rows { Swift.print(line(row.name, row.exercise, row.ours, difference(row))) }
        Swift.print("")
        // The first run takes a while: what came before should be seen meanwhile, in a pipe too.
        fflush(nil)
    }

    private static func difference(_ row: Row) -> String {
        if row.exercise == row.ours { return "none" }
        guard let exercise = Double(row.exercise), let ours = Double(row.ours) else { return "differs" }
        return String(format: "%+.2g", ours - exercise)
    }

    private static func line(_ name: String, _ exercise: String, _ ours: String, _ difference: String) -> String {
        func left(_ text: String, _ width: Int) -> String {
            text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
        }
        func right(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(width - text.count, 0)) + text
        }
        return "  \(left(name, 28)) \(right(exercise, 18)) \(right(ours, 18)) \(right(difference, 12))"
    }
}
