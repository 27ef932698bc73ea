public import FoundationEssentials

/// Something that happened, with a sequence number that only grows; the audit log and the event stream are made of these.
public struct Event: Sendable, Equatable {
    public var sequence: Int64
    public var at: Date
    public var content: EventContent

    public init(sequence: Int64, at: Date, content: EventContent) {
        (self.sequence, self.at, self.content) = (sequence, at, content)
    }
}

public struct EventContent: Sendable, Equatable {
    public var kind: Kind
    public var sweep: Int64?
    public var trial: Int64?
    /// Who asked, when somebody did.
    public var caller: Caller?
    /// One line in words.
    public var detail: String

    public enum Kind: String, Codable, Sendable, CaseIterable {
        case daemonStarted = "daemon_started"
        case daemonStopped = "daemon_stopped"
        case sweepSubmitted = "sweep_submitted"
        case sweepStarted = "sweep_started"
        case sweepPaused = "sweep_paused"
        case sweepResumed = "sweep_resumed"
        case sweepStopping = "sweep_stopping"
        case sweepCancelling = "sweep_cancelling"
        case sweepEnded = "sweep_ended"
        case trialsRetried = "trials_retried"
        case trialEnded = "trial_ended"
        /// A pruned trial goes on because somebody asked.
        case trialResumed = "trial_resumed"
        /// The parameters of trials were chosen from the results before them.
        case trialsChosen = "trials_chosen"
        case trialRecovered = "trial_recovered"
        case trialRestarted = "trial_restarted"
        /// The last checkpoint is damaged; it goes on from the one before.
        case trialFellBack = "trial_fell_back"
        /// A crash came from its slice.
        case trialSuspected = "trial_suspected"
        case promoted = "promoted"
        case modelKept = "model_kept"
        case modelsPruned = "models_pruned"
    }

    public init(
        _ kind: Kind, sweep: Int64? = nil, trial: Int64? = nil, caller: Caller? = nil, detail: String = ""
    ) {
        (self.kind, self.sweep, self.trial, self.caller, self.detail) = (kind, sweep, trial, caller, detail)
    }
}
