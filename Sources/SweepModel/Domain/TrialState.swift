/// Where a trial is in its life: `queued → running → completed | diverged | pruned | failed | cancelled`.
///
/// `running → queued` when the daemon stops or crashes or the sweep is paused; `failed → queued` by a retry.
public enum TrialState: String, Codable, Sendable, CaseIterable {
    case queued, running, completed, diverged, pruned, failed, cancelled

    /// No further state follows by itself.
    public var isEnded: Bool {
        switch self {
        case .queued, .running: false
        case .completed, .diverged, .pruned, .failed, .cancelled: true
        }
    }
}

/// Where a sweep is in its life: `queued → running ⇄ paused → completed | cancelled | failed`.
public enum SweepState: String, Codable, Sendable, CaseIterable {
    case queued, running, paused, completed, cancelled, failed

    public var isEnded: Bool {
        switch self {
        case .queued, .running, .paused: false
        case .completed, .cancelled, .failed: true
        }
    }
}

/// Why a sweep takes no new trials although some are not done; kept until the last running trial has ended.
public enum SweepClosing: String, Codable, Sendable, CaseIterable {
    /// Running trials may end; the sweep is then `completed`.
    case stop
    /// Running trials end now; the sweep is then `completed` (its target or its time budget was reached).
    case finish
    /// Running trials end now; the sweep is then `cancelled`.
    case cancel
    /// Running trials end now; the sweep is then `failed`.
    case fail

    /// The sweep's state once no trial is left.
    public var finalState: SweepState {
        switch self {
        case .stop, .finish: .completed
        case .cancel: .cancelled
        case .fail: .failed
        }
    }

    /// Whether running trials are ended within a slice rather than left to end.
    public var endsRunningTrials: Bool { self != .stop }
}
