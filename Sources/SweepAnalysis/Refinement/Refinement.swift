public import SweepModel

/// The sweep that goes on where another has ended: closer round the best region, beyond a border where the best trial
/// sits on it, without what makes no difference.
///
/// A function of the recorded sweep and its file alone, so that the same sweep always proposes the same next one.
public struct Refinement: Sendable, Equatable {
    public enum Action: String, Codable, Sendable, CaseIterable {
        /// Closer round the best region.
        case refine
        /// Beyond the last value that was tried.
        case extend
        /// One value from now on.
        case fix
        /// As it was, or those of its words that are still in the race.
        case keep
    }

    /// What becomes of one parameter, and why.
    public struct Parameter: Sendable, Equatable {
        public var name: String
        public var action: Action
        /// In words: the values, or the bounds.
        public var range: String
        /// One sentence with its figures.
        public var reason: String
    }

    public let name: String
    public let method: SearchMethod
    /// Of the proposed sweep.
    public let trials: Int
    /// A complete sweep file, as JSON text.
    public let file: String
    /// One for each parameter that varied, in the order of the file.
    public let parameters: [Parameter]

    /// - Parameters:
    ///   - file: the sweep file, with its overrides applied.
    ///   - limit: trials that the next sweep has at most; as many as the last one had when nil.
    public init(of record: SweepRecord, file: String, limit: Int? = nil) throws(RefinementError) {
        let spec = record.spec
        guard var best = record.best?.parameters else {
            throw RefinementError("no trial has completed: there is no best region to refine")
        }
        guard !record.variedParameters.isEmpty else {
            throw RefinementError("every parameter has one value: there is nothing to refine")
        }
        let allowed = (limit ?? record.trials.count) / spec.replicates
        guard allowed > 1 else {
            throw RefinementError(
                "with \(spec.replicates) replicates, \(limit ?? record.trials.count) trials are less than two "
                    + "configurations; allow more")
        }
        var choices = RegionFinder(record).choices()
        if spec.method == .grid { RegionFinder.trim(&choices, to: allowed) }
        guard choices.contains(where: { $0.domain.isOpen }) else {
            throw RefinementError(
                "nothing is left to search: "
                    + Wording.list(choices.map { "\($0.name) \($0.domain.text)" }) + "; confirm the best instead")
        }
        do throws(SweepFileError) {
            var text = try SweepFileText(file)
            name = Self.successor(of: record.sweep.name)
            text.set("name", text: name)
            // One past the seeds of the sweep's own trials.
            let seed = TrialSeed.derive(sweepSeed: spec.seed, index: spec.trialCount)
            try text.set("seed", json: "\(seed)")
            for choice in choices {
                let condition = text.json(at: "parameters", choice.name, "when")
                try text.set("parameters", choice.name, json: choice.domain.jsonText)
                if let condition { try text.set("parameters", choice.name, "when", json: condition) }
            }
            text.remove("enqueue")
            text.remove("run_cap")
            if spec.method != .grid {
                // The old best again, with another seed: what the new ones have to beat.
                best["seed"] = Self.otherSeed(than: best["seed"], spec)
                try text.set("run_cap", json: "\(allowed - 1)")
                try text.set("enqueue", json: "[\(best.jsonObjectText)]")
            }
            var next = try SweepSpec(parsing: text.text)
            let lost = Self.unreachable(next.parameters)
            if !lost.isEmpty {
                for name in lost { text.remove("parameters", name) }
                next = try SweepSpec(parsing: text.text)
            }
            self.file = text.text
            (method, trials) = (next.method, next.trialCount)
            let plan = SweepPlan(next, shown: 0)
            let ranges = Dictionary(plan.parameters.map { ($0.name, $0.text) }) { first, _ in first }
            parameters = choices.map {
                Parameter(name: $0.name, action: $0.action, range: ranges[$0.name] ?? $0.domain.text, reason: $0.reason)
            }
        } catch {
            throw RefinementError("the next sweep's file would not be valid: \(error.issues.first?.description ?? "")")
        }
    }

    /// Of the seeds that the file has several of, one that the best trial did not have; nil where it sets none, or one.
    private static func otherSeed(than seed: ParameterValue?, _ spec: SweepSpec) -> ParameterValue? {
        guard let seeds = spec.parameters.first(where: { $0.name == "seed" }), let count = seeds.domain.count, count > 1
        else { return nil }
        return (0..<2).map(seeds.value(at:)).first { $0 != seed }
    }

    /// Parameters that no configuration can have, since a value that they depend on is left out.
    private static func unreachable(_ parameters: [ParameterSpec]) -> [String] {
        var lost: [String] = []
        for parameter in parameters {
            let canBeSet = parameter.conditions.allSatisfy { condition in
                if lost.contains(condition.name) { return false }
                guard case .choices(let values)? = parameters.first(where: { $0.name == condition.name })?.domain else {
                    return true
                }
                return condition.values.contains(where: values.contains)
            }
            if !canBeSet { lost.append(parameter.name) }
        }
        return lost
    }

    /// `grid`, `grid-refined`, `grid-refined-2`, …
    static func successor(of name: String) -> String {
        let mark = "-refined"
        if name.hasSuffix(mark) { return name + "-2" }
        if let dash = name.lastIndex(of: "-"), name[..<dash].hasSuffix(mark),
            let number = Int(name[name.index(after: dash)...]), number > 1, number < 1_000_000
        {
            return "\(name[..<dash])-\(number + 1)"
        }
        return String(name.unicodeScalars.prefix(200 - mark.count)) + mark
    }
}

/// Why no next sweep is proposed.
public struct RefinementError: Error {
    public var message: String

    init(_ message: String) { self.message = message }
}
