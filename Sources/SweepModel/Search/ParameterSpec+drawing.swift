#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension ParameterSpec {
    /// The value in draw number `draw` of a random search with `seed`.
    func value(drawn draw: Int, seed: UInt64) -> ParameterValue {
        var stream = DrawStream(seed: seed, name: name, draw: draw)
        return switch domain {
        case .choices(let values): values[stream.index(below: values.count)]
        case .intUniform(let min, let max): value(at: stream.index(below: max - min + 1))
        case .qUniform(let multiples): value(at: stream.index(below: multiples.count))
        case .uniform(let min, let max): typed(Self.between(min, max, stream.unit()))
        case .logUniform(let min, let max): typed(Self.logarithmically(between: min, max, stream.unit()))
        case .qLogUniform(let min, let max, let multiples):
            value(at: multiples.index(nearest: Self.logarithmically(between: min, max, stream.unit())))
        case .normal(let mu, let sigma): typed(normal(mu, sigma, &stream))
        }
    }

    /// Written so that neither the width of the interval nor rounding leads out of it.
    private static func between(_ min: Double, _ max: Double, _ unit: Double) -> Double {
        Swift.min(Swift.max(min * (1 - unit) + max * unit, min), max)
    }

    private static func logarithmically(between min: Double, _ max: Double, _ unit: Double) -> Double {
        if unit == 0 { return min }
        if unit == 1 { return max }
        return Swift.min(Swift.max(exp(between(log(min), log(max), unit)), min), max)
    }

    /// Box and Muller's method; draws again what the parameter does not accept.
    private func normal(_ mu: Double, _ sigma: Double, _ stream: inout DrawStream) -> Double {
        // The file's checks leave at least a third of the draws inside, so the bound is never met in practice.
        for _ in 0..<1000 {
            let radius = (-2 * log(1 - 0.999_999_999_999_999_9 * stream.unit())).squareRoot()
            let value = mu + sigma * radius * cos(2 * .pi * stream.unit())
            if parameter.accepts(.number(value)) { return value }
        }
        return mu
    }
}
