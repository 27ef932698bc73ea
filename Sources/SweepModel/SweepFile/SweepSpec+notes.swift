extension SweepSpec {
    /// What the file says to no effect, a sentence each: a valid file that is likely not what its author means.
    public var notes: [String] { parameters.compactMap(note) + [noteOnRungs].compactMap(\.self) }

    /// Of a parameter whose conditions never hold.
    private func note(_ parameter: ParameterSpec) -> String? {
        for condition in parameter.conditions {
            guard let other = parameters.first(where: { $0.name == condition.name }), let count = other.domain.count,
                !(0..<count).contains(where: { condition.values.contains(other.value(at: $0)) })
            else { continue }
            let values = condition.values.map(\.description).joined(separator: " or ")
            return "\(parameter.name) is never set: no trial has \(condition.name) \(values)"
        }
        return nil
    }

    /// Of a rule that judges no trial, however long.
    private var noteOnRungs: String? {
        guard let pruner = Pruner(self) else { return nil }
        let length = Self.constantEpochs(parameters)
        guard pruner.schedule(of: 0).count(while: { $0 < length ?? .max }) == 0 else { return nil }
        return "early_terminate ends no trial: \(pruner.termination.kind.rawValue) as it is written has no rung"
            + (length.map { " before the end of \($0) epochs" } ?? "")
    }
}
