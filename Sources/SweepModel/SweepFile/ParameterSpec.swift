/// One entry under `parameters`: a training parameter and where its values come from.
public struct ParameterSpec: Sendable, Equatable {
    public let parameter: TrainingParameter
    public let domain: ParameterDomain

    public var name: String { parameter.name }

    /// The value if there is only one.
    public var constant: ParameterValue? {
        domain.count == 1 ? value(at: 0) : nil
    }

    /// The value at `index` of a finite domain, 0 ≤ index < count.
    func value(at index: Int) -> ParameterValue {
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
