/// By what trials are ranked, and from which value on a sweep may stop.
public struct Metric: Sendable, Equatable {
    public enum Goal: String, Sendable, Codable, CaseIterable {
        case maximize, minimize
    }

    public let name: RankingMetric
    /// The sweep stops when a trial reaches this.
    public let target: Double?

    public init(name: RankingMetric = .valAccuracy, target: Double? = nil) {
        self.name = name
        self.target = target
    }

    /// Follows from the name: accuracy is maximized, loss minimized.
    public var goal: Goal { name.maximizes ? .maximize : .minimize }

    /// Whether `value` is as good as the target or better; false without a target.
    public func isReached(by value: Double) -> Bool {
        guard let target else { return false }
        return goal == .maximize ? value >= target : value <= target
    }

    /// Reads the object under `metric`.
    init(at cursor: SourceCursor, _ log: IssueLog) {
        let members = cursor.members(known: ["name", "goal", "target"], log) ?? [:]
        let name = members["name"].flatMap { $0.word(RankingMetric.self, log) } ?? .valAccuracy
        let goal: Goal = name.maximizes ? .maximize : .minimize
        if let written = members["goal"], let word = written.word(Goal.self, log), word != goal {
            written.report(
                log, "\(name.rawValue) cannot be \(word.rawValue)d; write \"\(goal.rawValue)\" or leave it out")
        }
        let range = name.maximizes ? NumberRange.closed(0, 1) : NumberRange.closed(0, 1e6)
        let target = members["target"].flatMap { $0.isNull ? nil : $0.number(in: range, log) }
        self.init(name: name, target: target)
    }
}
