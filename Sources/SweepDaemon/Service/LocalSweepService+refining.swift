import SweepAPI
import SweepAnalysis
import SweepEngine
import SweepModel

/// What follows from a sweep: the next one, and the first places run again.
extension LocalSweepService {
    func refinement(_ id: Int64, trials: Int?) async throws(Problem) -> RefinementReply {
        let record = try await records.sweep(id)
        let file = try await file(of: record.sweep)
        return try await drawing.run { () throws(Problem) in
            try Self.refining { () throws(RefinementError) in
                RefinementReply(sweep: id, try Refinement(of: record, file: file, limit: trials))
            }
        }
    }

    func confirm(_ id: Int64, _ request: ConfirmRequest, caller: Caller) async throws(Problem) -> ConfirmReply {
        let (count, seeds) = (request.configurations ?? 3, request.seeds ?? 5)
        guard 1...ConfirmRequest.mostConfigurations ~= count, ConfirmRequest.seedCounts ~= seeds else {
            throw Problem(
                .invalidRequest,
                "configurations is 1 to \(ConfirmRequest.mostConfigurations), seeds \(ConfirmRequest.seedCounts.lowerBound) "
                    + "to \(ConfirmRequest.seedCounts.upperBound)")
        }
        let sweep = try await requireSweep(id)
        guard sweep.state.isEnded else {
            throw Problem(
                .conflict, "sweep \(id) is \(sweep.state.rawValue); its first places may still change: wait for it")
        }
        // Before anything is trained: its winner would be promoted on them.
        try await asking { () async throws(EngineError) in try await engine.requireTestData(of: sweep) }
        let standings = try await standings(of: sweep)
        let file = try await file(of: sweep)
        let spec = try await asking { () throws(EngineError) in try SweepEngine.spec(of: sweep) }
        let confirmation = try Self.refining { () throws(RefinementError) in
            try ConfirmationSweep(of: sweep, spec, file: file, standings, count: count, seeds: seeds)
        }
        let reply = try await submit(
            SubmitRequest(file: confirmation.file, priority: sweep.priority, key: confirmation.key), caller: caller)
        return ConfirmReply(
            sweep: reply.sweep, of: id, name: reply.name, state: reply.state, trials: reply.trials,
            replayed: reply.replayed, candidates: confirmation.candidates.compactMap { BestTrial($0, standings) })
    }

    private func file(of sweep: Sweep) async throws(Problem) -> String {
        try await asking { () throws(EngineError) in try SweepEngine.file(of: sweep) }
    }

    private static func refining<R>(_ body: () throws(RefinementError) -> R) throws(Problem) -> R {
        do { return try body() } catch { throw Problem(.conflict, error.message) }
    }
}
