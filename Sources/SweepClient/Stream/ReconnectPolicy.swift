/// How long to wait before a lost event stream is opened again: doubling, with an upper bound.
public struct ReconnectPolicy: Sendable {
    public var first: Duration
    public var longest: Duration
    /// Called after each failed attempt; for tests.
    var onRefusal: (@Sendable () -> Void)?

    public init(first: Duration = .milliseconds(100), longest: Duration = .seconds(2)) {
        (self.first, self.longest) = (first, longest)
    }

    /// The pause before attempt `attempt`, counted from 0.
    public func pause(beforeAttempt attempt: Int) -> Duration {
        var pause = first
        for _ in 0..<max(0, min(attempt, 30)) where pause < longest { pause = pause * 2 }
        return min(pause, longest)
    }
}
