import SweepAPI
import SweepModel

/// How many trials of a sweep are in each state, as stretches of one line.
enum StateBar {
    /// What has ended stands left of what runs and waits.
    private static let order: [TrialState] = [
        .completed, .pruned, .diverged, .failed, .cancelled, .running, .queued,
    ]

    /// Exactly `columns` characters; empty for a sweep without trials, or where states have no room.
    static func draw(_ sweep: SweepReply, columns: Int, _ page: Page) -> String {
        columnsByState(sweep, columns: columns).map { state, count in
            let stretch = String(repeating: sign(state, unicode: page.unicode), count: count)
            return page.colors ? state.tone.paint(stretch) : stretch
        }.joined()
    }

    /// Shares by largest remainder, but a column at least for each state that there is.
    static func columnsByState(_ sweep: SweepReply, columns: Int) -> [(state: TrialState, columns: Int)] {
        let states = order.map { ($0, sweep.count($0)) }.filter { $0.1 > 0 }
        let total = states.reduce(0.0) { $0 + Double($1.1) }
        guard total > 0, columns >= states.count else { return [] }
        let shares = states.map { Double($0.1) / total * Double(columns) }
        var result = shares.map { max(1, Int($0.rounded(.down))) }
        let byRemainder = shares.indices.sorted { a, b in
            shares[a] - Double(result[a]) > shares[b] - Double(result[b])
        }
        for index in byRemainder.prefix(max(0, columns - result.reduce(0, +))) { result[index] += 1 }
        // What was raised to a column is taken from where it is missed the least.
        while result.reduce(0, +) > columns, let index = result.indices.max(by: { result[$0] < result[$1] }) {
            result[index] -= 1
        }
        return zip(states, result).map { ($0.0.0, $0.1) }
    }

    private static func sign(_ state: TrialState, unicode: Bool) -> Character {
        switch state {
        case .completed: unicode ? "█" : "#"
        case .pruned: unicode ? "▆" : "p"
        case .diverged: unicode ? "▚" : "x"
        case .failed: unicode ? "▞" : "!"
        case .cancelled: unicode ? "▁" : "c"
        case .running: unicode ? "▒" : "="
        case .queued: unicode ? "░" : "-"
        }
    }
}
