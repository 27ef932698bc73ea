#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

import SweepModel

/// How one parameter's values lie: on a linear or a logarithmic axis, or as words.
struct ParameterScale: Sendable, Equatable {
    /// Whether every value is a number.
    let isNumeric: Bool
    /// Distinct values, ascending; empty unless all are numbers.
    let numbers: [Double]
    /// Distinct values in the order of their first appearance; empty if all are numbers.
    let words: [ParameterValue]
    let isLogarithmic: Bool
    /// Whether the file lists the values, or counts them off, rather than drawing them from an interval.
    let isListed: Bool
    /// Bounds of the domain, widened to the values; nil for words.
    let bounds: ClosedRange<Double>?
    /// Whether the domain has no bounds and only its draws tell where its mass lies.
    let isUnbounded: Bool

    /// From two decades on, equal factors and not equal steps are what a list was meant to go through; from one
    /// decade on if its factors are the more even ones.
    static let logarithmicSpan = 100.0

    /// - Parameter values: of all trials, in order of index.
    init(_ domain: ParameterDomain?, values: [ParameterValue]) {
        let all = values.compactMap(\.doubleValue)
        isNumeric = !all.isEmpty && all.count == values.count
        numbers = isNumeric ? Self.distinct(all.sorted()) : []
        guard let first = numbers.first, let last = numbers.last else {
            var seen: Set<ParameterValue> = []
            words = values.filter { seen.insert($0).inserted }
            (isLogarithmic, isListed, bounds, isUnbounded) = (false, true, nil, false)
            return
        }
        words = []
        var (low, high) = (first, last)
        switch domain {
        case .logUniform(let min, let max), .qLogUniform(let min, let max, _):
            (isLogarithmic, isListed, isUnbounded) = (first > 0, false, false)
            (low, high) = (Swift.min(min, low), Swift.max(max, high))
        case .uniform(let min, let max):
            (isLogarithmic, isListed, isUnbounded) = (false, false, false)
            (low, high) = (Swift.min(min, low), Swift.max(max, high))
        case .intUniform(let min, let max):
            (isLogarithmic, isListed, isUnbounded) = (false, false, false)
            (low, high) = (Swift.min(Double(min), low), Swift.max(Double(max), high))
        case .qUniform(let multiples):
            (isLogarithmic, isListed, isUnbounded) = (false, false, false)
            (low, high) = (
                Swift.min(multiples.value(at: 0), low), Swift.max(multiples.value(at: multiples.count - 1), high)
            )
        case .normal:
            (isLogarithmic, isListed, isUnbounded) = (false, false, true)
        case .choices, nil:
            isLogarithmic = Self.goesByFactors(numbers, from: first, to: last)
            (isListed, isUnbounded) = (true, false)
        }
        bounds = low...high
    }

    private static func goesByFactors(_ numbers: [Double], from first: Double, to last: Double) -> Bool {
        guard first > 0 else { return false }
        let span = last / first * (1 + 1e-9)
        return span >= logarithmicSpan || span >= 10 && numbers.count > 2 && NextValues.goesByFactors(numbers)
    }

    private static func distinct(_ sorted: [Double]) -> [Double] {
        var result: [Double] = []
        for value in sorted where value != result.last { result.append(value) }
        return result
    }

    /// Place of each value among `numbers` or `words`.
    func ranks(_ values: [ParameterValue]) -> [Int] {
        guard isNumeric else {
            let places = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
            return values.map { places[$0] ?? 0 }
        }
        return values.map { value in
            let number = value.doubleValue ?? 0
            var (low, high) = (0, numbers.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if numbers[middle] < number { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    /// Where `value` lies between the bounds on the parameter's own axis, 0…1.
    func position(_ value: Double) -> Double {
        guard let bounds, bounds.lowerBound < bounds.upperBound else { return 0.5 }
        let (low, high) = (axis(bounds.lowerBound), axis(bounds.upperBound))
        return min(max((axis(value) - low) / (high - low), 0), 1)
    }

    /// The value as the axis measures it.
    func axis(_ value: Double) -> Double { isLogarithmic ? log(value) : value }
}
