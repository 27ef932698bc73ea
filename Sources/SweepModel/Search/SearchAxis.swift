/// A parameter as a coordinate on which distances mean something: plain, logarithmic, by rank, or by choice.
struct SearchAxis: Sendable {
    enum Kind: Sendable, Equatable {
        /// Values without order: the coordinate is the index of the choice.
        case choice(Int)
        /// Every coordinate is a value.
        case line
        /// Each value owns a cell of the coordinate.
        case steps

        var isChoice: Bool { if case .choice = self { true } else { false } }
    }

    /// The coordinate of a parameter whose conditions do not hold.
    static let unset = Double.infinity

    let spec: ParameterSpec
    let kind: Kind
    let low: Double
    let high: Double

    init(_ spec: ParameterSpec) {
        self.spec = spec
        switch spec.domain {
        case .choices(let values): (kind, low, high) = (.choice(values.count), 0, Double(values.count))
        case .uniform(let min, let max): (kind, low, high) = (.line, min, max)
        case .logUniform(let min, let max): (kind, low, high) = (.line, PlainMath.log(min), PlainMath.log(max))
        case .intUniform(let min, let max): (kind, low, high) = (.steps, Double(min) - 0.5, Double(max) + 0.5)
        case .qUniform(let multiples): (kind, low, high) = (.steps, -0.5, Double(multiples.count) - 0.5)
        case .qLogUniform(let min, let max, _):
            (kind, low, high) = (.steps, PlainMath.log(min), PlainMath.log(max))
        case .normal: (kind, low, high) = (.line, 0, 1)
        }
    }

    /// Whether there is but one value.
    var isConstant: Bool { spec.domain.count == 1 || low >= high }

    /// Whether neighbouring coordinates are alike: numbers, and lists of them in order.
    var isOrdered: Bool {
        guard case .choices(let values) = spec.domain else { return true }
        let numbers = values.compactMap(\.doubleValue)
        guard numbers.count == values.count, numbers.count > 2 else { return false }
        let pairs = zip(numbers, numbers.dropFirst())
        return pairs.allSatisfy { $0 < $1 } || pairs.allSatisfy { $0 > $1 }
    }

    /// Other coordinates about `step` of the axis' length away, one cell at least; every other choice.
    func neighbours(of coordinate: Double, step: Double) -> [Double] {
        if case .choice(let count) = kind {
            return (0..<count).map(Double.init).filter { $0 != coordinate }
        }
        var reach = step * (high - low)
        if kind == .steps {
            let cell = cell(at: coordinate)
            reach = Swift.max(reach, cell.upper - cell.lower)
        }
        return [coordinate - reach, coordinate + reach].map { snapped(Swift.min(Swift.max($0, low), high)) }
            .filter { $0 != coordinate }
    }

    /// The value at a coordinate, held within the ends.
    func value(at coordinate: Double) -> ParameterValue {
        let place = Swift.min(Swift.max(coordinate, low), high)
        switch spec.domain {
        case .choices(let values): return values[Swift.min(Int(place), values.count - 1)]
        case .uniform: return spec.typed(place)
        case .logUniform(let min, let max):
            if place <= low { return spec.typed(min) }
            return spec.typed(place >= high ? max : Swift.min(Swift.max(PlainMath.exp(place), min), max))
        case .intUniform(let min, let max):
            return spec.value(at: Swift.min(Swift.max(Int(place.rounded()), min), max) - min)
        case .qUniform(let multiples):
            return spec.value(at: Swift.min(Swift.max(Int(place.rounded()), 0), multiples.count - 1))
        case .qLogUniform(_, _, let multiples):
            return spec.value(at: multiples.index(nearest: PlainMath.exp(place)))
        case .normal(let mu, let sigma): return spec.typed(normal(mu, sigma, place))
        }
    }

    /// The value at `unit` of the way, 0 < unit < 1: every value, or cell, is as likely as the domain says.
    func value(atUnit unit: Double) -> ParameterValue {
        value(at: low + unit * (high - low))
    }

    /// The coordinate of a value; nil when it lies outside the domain.
    func coordinate(of value: ParameterValue) -> Double? {
        if case .choices(let values) = spec.domain { return values.firstIndex(of: value).map(Double.init) }
        guard let number = value.doubleValue else { return nil }
        switch spec.domain {
        case .choices: return nil
        case .uniform: return held(number)
        case .intUniform: return held(number)
        case .logUniform(let min, let max):
            return number < min || number > max ? nil : Swift.min(Swift.max(PlainMath.log(number), low), high)
        case .qUniform(let multiples): return held((number / multiples.q).rounded() - Double(multiples.first))
        case .qLogUniform(_, _, let multiples):
            let nearest = multiples.value(at: multiples.index(nearest: number))
            guard abs(nearest - number) <= 1e-9 * multiples.q, number > 0 else { return nil }
            return Swift.min(Swift.max(PlainMath.log(number), low), high)
        case .normal(let mu, let sigma):
            let (below, above) = mass(mu, sigma)
            return held((PlainMath.distribution((number - mu) / sigma) - below) / (above - below))
        }
    }

    /// The cell of the value at `coordinate`, on an axis of steps.
    func cell(at coordinate: Double) -> (lower: Double, upper: Double) {
        guard case .qLogUniform(let min, let max, let multiples) = spec.domain else {
            return (coordinate - 0.5, coordinate + 0.5)
        }
        let value = multiples.value(at: multiples.index(nearest: PlainMath.exp(coordinate)))
        let (lower, upper) = (Swift.max(value - multiples.q / 2, min), Swift.min(value + multiples.q / 2, max))
        return (PlainMath.log(lower), PlainMath.log(upper))
    }

    /// The coordinate of the value at `coordinate`: the middle of its cell, or the index of its choice.
    func snapped(_ coordinate: Double) -> Double {
        switch spec.domain {
        case .uniform, .logUniform, .normal: coordinate
        case .choices(let values): Swift.min(Swift.max(coordinate, 0), Double(values.count - 1)).rounded(.down)
        case .intUniform, .qUniform: Swift.min(Swift.max(coordinate.rounded(), low + 0.5), high - 0.5)
        case .qLogUniform: self.coordinate(of: value(at: coordinate)) ?? coordinate
        }
    }

    private func held(_ number: Double) -> Double? {
        low <= number && number <= high ? number : nil
    }

    /// By the inverse of the distribution function, between the ends of what the parameter accepts.
    private func normal(_ mu: Double, _ sigma: Double, _ unit: Double) -> Double {
        let (below, above) = mass(mu, sigma)
        let value = mu + sigma * PlainMath.quantile(below + unit * (above - below))
        return spec.parameter.accepts(.number(value)) ? value : mu
    }

    /// The normal distribution's mass below the ends of what the parameter accepts.
    private func mass(_ mu: Double, _ sigma: Double) -> (below: Double, above: Double) {
        switch spec.parameter.kind {
        case .number(let range), .numberOrWord(let range, _):
            (PlainMath.distribution((range.lower - mu) / sigma), PlainMath.distribution((range.upper - mu) / sigma))
        case .integer, .word, .flag: (0, 1)
        }
    }
}
