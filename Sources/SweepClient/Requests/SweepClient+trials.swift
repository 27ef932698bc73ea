import NIOHTTP1
public import SweepAPI
public import SweepModel

/// By what a list of trials is sorted.
public enum TrialSort: String, Sendable, CaseIterable {
    case index
    /// Best first, as are all but `index`.
    case valAccuracy = "val_accuracy"
    case valLoss = "val_loss"
    /// Completed trials by the rank of their configuration; by the sweep's metric where each has one trial.
    case rank
}

extension SweepClient {
    /// Trials that the daemon hands out at once.
    static let largestPage = 1000

    /// One page of a sweep's trials.
    public func trials(
        _ sweep: Int64, states: [TrialState] = [], sort: TrialSort = .index, limit: Int? = nil, offset: Int? = nil
    ) async throws -> TrialsReply {
        let state = states.isEmpty ? nil : states.map(\.rawValue).joined(separator: ",")
        return try await call(
            .GET, APIPath.trials(sweep),
            query: [
                ("state", state), ("sort", sort.rawValue), ("limit", limit.text), ("offset", offset.text),
            ])
    }

    /// All trials, page by page, or the first `top` of them.
    public func allTrials(
        _ sweep: Int64, states: [TrialState] = [], sort: TrialSort = .index, top: Int? = nil
    ) async throws -> TrialsReply {
        var all = try await trials(sweep, states: states, sort: sort, limit: top.map { min($0, Self.largestPage) })
        while let offset = all.nextOffset, top.map({ all.trials.count < $0 }) ?? true {
            let limit = top.map { min($0 - all.trials.count, Self.largestPage) }
            let page = try await trials(sweep, states: states, sort: sort, limit: limit, offset: offset)
            all.trials += page.trials
            // A page that does not move on would be asked for without end.
            all.nextOffset = page.nextOffset.flatMap { $0 > offset ? $0 : nil }
        }
        if let top, all.trials.count > top { all.trials.removeLast(all.trials.count - top) }
        all.nextOffset = nil
        return all
    }

    /// One trial with its learning curve.
    public func trial(_ id: Int64) async throws -> TrialReply { try await call(.GET, APIPath.trial(id)) }

    /// Keeps a trial's model; takes as long as its training when it is gone.
    public func keep(_ trial: Int64) async throws -> KeepReply {
        try await call(.POST, APIPath.keep(trial), timeout: nil)
    }

    /// Lets a pruned trial go on to its end.
    public func resume(trial: Int64) async throws -> TrialReply {
        try await call(.POST, APIPath.resume(trial: trial))
    }

    /// Trains a trial again; takes as long as its training.
    public func verify(_ trial: Int64) async throws -> VerifyReply {
        try await call(.POST, APIPath.verify(trial), timeout: nil)
    }
}
