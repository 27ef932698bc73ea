public import SweepModel

/// The sweep that runs the first configurations of another one again, each with fresh seeds.
///
/// The best of many looks better than it is, because luck is part of what chose it (winner's curse). Seeds that had no
/// part in the choice have none of that luck.
public struct ConfirmationSweep: Sendable {
    public let name: String
    /// A complete sweep file, as JSON text: the candidates in order of rank.
    public let file: String
    /// The same for the same candidates and counts, so that asking twice runs once.
    public let key: String
    /// As they were when they were chosen, in order of rank.
    public let candidates: [ConfigurationOutcome]

    /// What the new sweep takes over from the old one's file; budgets, targets and pruning are for searches.
    private static let keys = ["dataset", "keep", "train_accuracy", "max_parallel", "order", "max_retries"]

    /// - Parameters:
    ///   - file: the sweep file, with its overrides applied.
    ///   - count: configurations, the first so many by rank; fewer when there are fewer.
    public init(
        of sweep: Sweep, _ spec: SweepSpec, file: String, _ standings: Standings, count: Int, seeds: Int
    ) throws(RefinementError) {
        let chosen = standings.configurations
            .filter { $0.mean != nil && $0.standing != .unstable }.prefix(max(count, 1))
        candidates = Array(chosen)
        let assignments = chosen.compactMap { configuration -> ParameterAssignment? in
            var parameters = configuration.completed.first?.parameters
            parameters?["seed"] = nil
            return parameters
        }
        guard !assignments.isEmpty else {
            throw RefinementError("no configuration of sweep \(sweep.id) has completed with every seed")
        }
        // One is the grid's single point; it may set nothing that another one leaves to its default.
        let place = assignments.lastIndex { one in
            assignments.allSatisfy { Set($0.names).isSuperset(of: one.names) }
        }
        guard let place else {
            throw RefinementError("the configurations set different parameters; confirm one at a time")
        }
        let point = assignments[place]
        name = String(sweep.name.unicodeScalars.prefix(180)) + "-confirmed"
        do throws(SweepFileError) {
            let old = try SweepFileText(file)
            var text = SweepFileText()
            text.set("name", text: name)
            text.set("method", text: "grid")
            text.set("metric", "name", text: sweep.metric.rawValue)
            for key in Self.keys { if let value = old.json(at: key) { try text.set(key, json: value) } }
            // Two past the seeds of the sweep's own trials: one past them is its refinement's.
            let seed = TrialSeed.derive(sweepSeed: spec.seed, index: spec.trialCount + 1)
            try text.set("seed", json: "\(seed)")
            try text.set("replicates", json: "\(seeds)")
            for entry in point.entries {
                try text.set("parameters", entry.name, json: "{\"value\": \(entry.value.jsonText)}")
            }
            if assignments.count > 1 {
                let others = (assignments[..<place] + assignments[(place + 1)...]).map(\.jsonObjectText)
                try text.set("enqueue", json: "[\(others.joined(separator: ", "))]")
            }
            self.file = text.text
            _ = try SweepSpec(parsing: self.file)
        } catch {
            throw RefinementError("the sweep file would not be valid: \(error.issues.first?.description ?? "")")
        }
        // Other candidates, as after a retry, are another confirmation.
        key = "confirm-\(sweep.id)-\(SweepFileText.mark(of: self.file))"
    }
}
