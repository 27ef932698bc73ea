import SweepAPI
import SweepModel

/// Who may change what: the owner of a sweep, whose uid submitted it, and administrators. Reading, planning,
/// submitting and verifying are for everyone who reaches the daemon.
enum AccessPolicy {
    /// What is asked for, in the words of a refusal.
    enum Act: String, CaseIterable, Sendable {
        case pause, resume, stop, cancel, retry, promote, keep, prune, backup
        case resumeTrial = "resume_trial"

        init(_ verb: SweepVerb) {
            self =
                switch verb {
                case .pause: .pause
                case .resume: .resume
                case .stop: .stop
                case .cancel: .cancel
                }
        }

        fileprivate func words(_ sweep: Sweep?) -> String {
            switch (self, sweep) {
            case (.backup, _): "back up the database"
            case (.prune, nil): "prune all sweeps"
            case (.keep, let sweep?): "keep models of sweep \(sweep.id)"
            case (.resumeTrial, let sweep?): "resume trials of sweep \(sweep.id)"
            case (.retry, let sweep?): "retry trials of sweep \(sweep.id)"
            case (_, let sweep?): "\(rawValue) sweep \(sweep.id)"
            case (_, nil): rawValue
            }
        }
    }

    /// Nil when the caller may.
    ///
    /// - Parameter sweep: nil for what concerns the sweeps of all owners.
    static func refusal(of act: Act, on sweep: Sweep?, to caller: Caller) -> Problem? {
        if caller.isAdministrator { return nil }
        // A uid of -1 is nobody in particular: neither an owner that a caller could be, nor a caller that owns.
        if let sweep, caller.uid >= 0, caller.uid == sweep.caller.uid { return nil }
        let words = act.words(sweep)
        guard let sweep else {
            return Problem(
                .notPermitted,
                "only an administrator may \(words), and you are \(name(caller)); ask root to do it, or to put you into "
                    + "the group sweepd-admin")
        }
        return Problem(
            .notPermitted,
            "only its owner (\(name(sweep.caller))) or an administrator may \(words), and you are \(name(caller)); ask "
                + "them to do it, or root to put you into the group sweepd-admin")
    }

    private static func name(_ caller: Caller) -> String {
        caller.uid >= 0 ? "uid \(caller.uid)" : "a caller without a uid"
    }
}
