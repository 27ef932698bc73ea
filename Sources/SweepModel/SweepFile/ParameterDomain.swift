/// Where a parameter's values come from. Bounds are inclusive.
public enum ParameterDomain: Sendable, Equatable {
    /// `value` or `values`: distinct, at least one, in the order of the file.
    case choices([ParameterValue])
    case uniform(min: Double, max: Double)
    /// Uniform in the logarithm; the bounds are plain values, min > 0.
    case logUniform(min: Double, max: Double)
    case intUniform(min: Int, max: Int)
    /// Multiples of q, each as likely.
    case qUniform(Multiples)
    /// Uniform in the logarithm between the bounds, then rounded to a multiple of q.
    case qLogUniform(min: Double, max: Double, Multiples)
    /// Draws outside the parameter's range are drawn again.
    case normal(mu: Double, sigma: Double)

    /// The name in the sweep file; nil for `value` and `values`.
    public var distribution: Distribution? {
        switch self {
        case .choices: nil
        case .uniform: .uniform
        case .logUniform: .logUniformValues
        case .intUniform: .intUniform
        case .qUniform: .qUniform
        case .qLogUniform: .qLogUniformValues
        case .normal: .normal
        }
    }

    /// Number of values that a grid may go through; nil when a grid cannot.
    public var count: Int? {
        switch self {
        case .choices(let values): values.count
        case .intUniform(let min, let max): max - min + 1
        case .qUniform(let multiples): multiples.count
        case .uniform, .logUniform, .qLogUniform, .normal: nil
        }
    }
}

extension ParameterDomain {
    /// The largest number; nil where there is none.
    public var largest: Double? {
        switch self {
        case .choices(let values): values.compactMap(\.doubleValue).max()
        case .uniform(_, let max), .logUniform(_, let max), .qLogUniform(_, let max, _): max
        case .intUniform(_, let max): Double(max)
        case .qUniform(let multiples): multiples.value(at: multiples.count - 1)
        case .normal: nil
        }
    }

    /// Whether `value` is drawn with a probability that is not negligible.
    func contains(_ value: Int) -> Bool {
        switch self {
        case .choices(let values): values.contains(.int(value))
        case .intUniform(let min, let max): min <= value && value <= max
        case .qUniform(let multiples), .qLogUniform(_, _, let multiples):
            multiples.value(at: multiples.index(nearest: Double(value))) == Double(value)
        case .uniform, .logUniform, .normal: false
        }
    }
}

/// The words after `distribution`.
public enum Distribution: String, Sendable, Codable, CaseIterable {
    case uniform
    case logUniformValues = "log_uniform_values"
    case intUniform = "int_uniform"
    case qUniform = "q_uniform"
    case qLogUniformValues = "q_log_uniform_values"
    case normal
}

/// The multiples of `q` from `first·q` to `last·q`.
public struct Multiples: Sendable, Equatable {
    public let q: Double
    let first: Int
    let last: Int

    /// All multiples of `q` in [min, max]; nil when there is none, or more than can be counted exactly.
    public init?(of q: Double, min: Double, max: Double) {
        // A bound that is a multiple up to rounding, such as 0.3 of 0.1, is meant to be one.
        let slack = 1e-9
        let low = (min / q - slack).rounded(.up)
        let high = (max / q + slack).rounded(.down)
        guard q > 0, low <= high, abs(low) < 0x1p52, abs(high) < 0x1p52 else { return nil }
        self.q = q
        first = Int(low)
        last = Int(high)
    }

    public var count: Int { last - first + 1 }

    /// `index` counts from the smallest, 0 ≤ index < count.
    public func value(at index: Int) -> Double {
        let multiple = Double(first + index)
        // 3 · 0.1 is 0.30000000000000004, but 3 / 10 is 0.3.
        let inverse = (1 / q).rounded()
        return q < 1 && abs(inverse * q - 1) < 1e-12 ? multiple / inverse : multiple * q
    }

    /// The index of the multiple nearest to `value`, held within the ends.
    func index(nearest value: Double) -> Int {
        let multiple = (value / q).rounded()
        return multiple <= Double(first) ? 0 : multiple >= Double(last) ? last - first : Int(multiple) - first
    }
}
