/// Gradients by central differences, (f(w + h) − f(w − h)) / 2h.
public enum GradientCheck {
    /// Of a loss with respect to each parameter, one at a time.
    public static func numerical(
        at parameters: NetworkParameters, step h: Double = 1e-5, loss: (NetworkParameters) -> Double
    ) -> NetworkParameters {
        var (moved, gradients) = (parameters, parameters)
        for tensor in [\NetworkParameters.W1, \.b1, \.W2, \.b2] {
            for i in parameters[keyPath: tensor].indices {
                let value = parameters[keyPath: tensor][i]
                moved[keyPath: tensor][i] = value + h
                let above = loss(moved)
                moved[keyPath: tensor][i] = value - h
                let below = loss(moved)
                moved[keyPath: tensor][i] = value
                gradients[keyPath: tensor][i] = (above - below) / (2 * h)
            }
        }
        return gradients
    }

    /// max |a − b| / max(1e-8, |a| + |b|), the exercise's `rel_error`; infinite where a value is NaN, or one is missing.
    public static func relativeError(_ a: [Double], _ b: [Double]) -> Double {
        guard a.count == b.count else { return .infinity }
        return zip(a, b).reduce(0) { most, pair in
            let error = abs(pair.0 - pair.1) / max(1e-8, abs(pair.0) + abs(pair.1))
            return error.isNaN ? .infinity : max(most, error)
        }
    }
}
