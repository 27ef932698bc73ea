import SweepAPI
import SweepAnalysis
import SweepEngine
import SweepModel

/// Who is ahead, and how sure that is.
extension LocalSweepService {
    func best(_ id: Int64, top: Int) async throws(Problem) -> BestReply {
        let sweep = try await requireSweep(id)
        let standings = try await standings(of: sweep)
        return await drawing.run { BestReply(sweep, standings, top: max(top, 1)) }
    }

    func standings(of sweep: Sweep) async throws(Problem) -> Standings {
        let replicates = try await replicates(of: sweep)
        // Without replicates only completed trials have a place; with them diverged ones keep others back.
        let query = TrialQuery(sweep: sweep.id, states: replicates == 1 ? [.completed] : [])
        let trials = try await reading { () async throws(StoreError) in try await store.trials(query) }
        let images = try await validationExamples(of: sweep)
        return await drawing.run {
            Standings(trials, replicates: replicates, metric: sweep.metric, validationExamples: images)
        }
    }

    /// The best configuration of a sweep that is shown by itself or in a list.
    func best(of summary: SweepSummary) async throws(Problem) -> BestTrial? {
        guard let best = summary.best else { return nil }
        if let known = ended.best(of: summary.sweep) { return known }
        let found = try await standing(best, of: summary.sweep)
        if let found { ended.keep(found, of: summary.sweep) }
        return found
    }

    private func standing(_ best: Trial, of sweep: Sweep) async throws(Problem) -> BestTrial? {
        guard try await replicates(of: sweep) == 1 else {
            let standings = try await standings(of: sweep)
            return standings.best.flatMap { BestTrial($0, standings) }
        }
        // The others are not needed for the interval of one.
        let images = try await validationExamples(of: sweep)
        let alone = Standings([best], replicates: 1, metric: sweep.metric, validationExamples: images)
        return alone.best.flatMap { BestTrial($0, alone) }
    }

    /// Trials in the order of `query`; by rank, those of the best configuration come first.
    func ranked(_ query: TrialQuery, of sweep: Sweep) async throws(Problem) -> [Trial] {
        var query = query
        // Whoever asks for ranks need not know the metric.
        if case .ranking = query.order { query.order = .ranking(sweep.metric) }
        let wanted = query
        guard case .ranking = query.order, try await replicates(of: sweep) > 1 else {
            return try await reading { () async throws(StoreError) in try await store.trials(wanted) }
        }
        let standings = try await standings(of: sweep)
        let places = standings.configurations.flatMap(\.completed)
            .filter { query.states.isEmpty || query.states.contains($0.state) }
        return Array(places.dropFirst(query.offset).prefix(query.limit))
    }

    func replicates(of sweep: Sweep) async throws(Problem) -> Int {
        try await asking { () throws(EngineError) in try SweepEngine.replicates(of: sweep) }
    }

    private func validationExamples(of sweep: Sweep) async throws(Problem) -> Int {
        let facts = try await asking { () async throws(EngineError) in try await engine.facts(of: sweep) }
        return facts.validationExamples ?? 0
    }
}
