import Plots
import SweepAnalysis
import SweepModel

/// Where a parameter's values lie on an axis.
struct ParameterScale {
    enum Kind: Equatable {
        case linear
        case logarithmic
        case categories([ParameterValue])
    }

    /// More listed numbers than these lie on a scale.
    static let mostPlaces = 12

    let name: String
    let kind: Kind
    /// Distinct values of the trials: numbers ascending, all else in the order of the file.
    let values: [ParameterValue]

    init(_ name: String, of record: SweepRecord) {
        self.name = name
        var seen = Set<ParameterValue>()
        var values: [ParameterValue] = []
        let domain = record.spec.parameters.first { $0.name == name }?.domain
        let present = Set(record.trials.compactMap { $0.parameters[name] })
        if case .choices(let listed)? = domain {
            values = listed.filter { present.contains($0) && seen.insert($0).inserted }
        }
        for trial in record.trials {
            if let value = trial.parameters[name], seen.insert(value).inserted { values.append(value) }
        }
        let numbers = values.compactMap { $0.doubleValue.flatMap { $0.isFinite ? $0 : nil } }
        guard numbers.count == values.count, let low = numbers.min(), let high = numbers.max() else {
            (self.values, kind) = (values, .categories(values))
            return
        }
        let sorted = values.sorted { ($0.doubleValue ?? 0) < ($1.doubleValue ?? 0) }
        self.values = sorted
        // A few listed values stand side by side: ticks between them would say nothing.
        if case .choices? = domain, sorted.count <= Self.mostPlaces {
            kind = .categories(sorted)
            return
        }
        let isLogarithmic =
            switch domain {
            case .logUniform?, .qLogUniform?: low > 0
            case .choices?: low > 0 && high >= 10 * low
            default: false
            }
        // Zero among powers of ten has no place on either scale.
        let isMixed = low == 0 && sorted.count <= Self.mostPlaces && numbers.contains { $0 > 0 && high >= 10 * $0 }
        kind = isLogarithmic ? .logarithmic : isMixed ? .categories(sorted) : .linear
    }

    var axis: Axis {
        switch kind {
        case .linear: Axis(name)
        case .logarithmic: Axis(name, scale: .logarithmic)
        case .categories(let values): Axis(name, scale: .categories(values.map(Self.text)))
        }
    }

    /// Nil where it has no place.
    func position(_ value: ParameterValue?) -> Double? {
        guard let value else { return nil }
        switch kind {
        case .linear: return value.doubleValue
        case .logarithmic: return value.doubleValue.flatMap { $0 > 0 ? $0 : nil }
        case .categories(let values): return values.firstIndex(of: value).map(Double.init)
        }
    }

    static func text(_ value: ParameterValue) -> String {
        value.doubleValue.map { NumberText.short($0) } ?? value.description
    }
}
