/// One entry under `parameters`: a training parameter and where its values come from.
public struct ParameterSpec: Sendable, Equatable {
    public let parameter: TrainingParameter
    public let domain: ParameterDomain
    /// All must hold for the parameter to be set at all; empty for one that always is.
    public let conditions: [ParameterCondition]

    public var name: String { parameter.name }

    /// The value if there is only one, and it is always set.
    public var constant: ParameterValue? {
        domain.count == 1 && conditions.isEmpty ? value(at: 0) : nil
    }

    /// Whether a configuration whose earlier parameters are `assignment` has this one.
    func isSet(in assignment: ParameterAssignment) -> Bool {
        conditions.allSatisfy { condition in
            assignment[condition.name].map(condition.values.contains) ?? false
        }
    }

    /// Whether the conditions leave room for a configuration in which the parameter `name` is `value`.
    func goes(with name: String, _ value: ParameterValue) -> Bool {
        conditions.allSatisfy { $0.name != name || $0.values.contains(value) }
    }

    /// The value at `index` of a finite domain, 0 ≤ index < count.
    public func value(at index: Int) -> ParameterValue {
        switch domain {
        case .choices(let values): values[index]
        case .intUniform(let min, _): typed(Double(min + index))
        case .qUniform(let multiples): typed(multiples.value(at: index))
        case .uniform(let min, _), .logUniform(let min, _): typed(min)
        case .qLogUniform(_, _, let multiples): typed(multiples.value(at: index))
        case .normal(let mu, _): typed(mu)
        }
    }

    /// `value` in the parameter's own type.
    func typed(_ value: Double) -> ParameterValue {
        guard case .integer = parameter.kind, let integer = Int(exactly: value) else { return .number(value) }
        return .int(integer)
    }
}

/// One entry of `when`: another parameter, and the values with which the condition holds.
///
/// It does not hold where that parameter is not set itself.
public struct ParameterCondition: Sendable, Equatable {
    /// Of a parameter that comes earlier in the file.
    public let name: String
    /// At least one.
    public let values: [ParameterValue]
}

extension ParameterAssignment {
    /// A configuration: the values of all parameters whose conditions hold, asked for in the order of the file.
    init(_ parameters: [ParameterSpec], value: (ParameterSpec) -> ParameterValue) {
        self.init()
        for spec in parameters where spec.isSet(in: self) { self[spec.name] = value(spec) }
    }
}
