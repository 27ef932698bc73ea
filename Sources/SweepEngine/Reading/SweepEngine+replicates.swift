public import SweepModel

extension SweepEngine {
    /// How many trials share a configuration.
    ///
    /// Most sweeps have one each, and reading a long file to learn that takes a while: the word is looked for first.
    public nonisolated static func replicates(of sweep: Sweep) throws(EngineError) -> Int {
        guard sweep.file.contains("replicates") || sweep.overrides.contains("replicates") else { return 1 }
        return try spec(of: sweep).replicates
    }

    /// The model that stands for a sweep: the best replicate of its best configuration, nil while none has completed.
    func best(of summary: SweepSummary) async throws(EngineError) -> Trial? {
        let sweep = summary.sweep
        let replicates = try Self.replicates(of: sweep)
        guard replicates > 1, summary.best != nil else { return summary.best }
        let trials = try await storing { () async throws(StoreError) in
            try await store.trials(TrialQuery(sweep: sweep.id))
        }
        return ConfigurationOutcome.ranked(trials, replicates: replicates, metric: sweep.metric)
            .first?.completed.first
    }
}
