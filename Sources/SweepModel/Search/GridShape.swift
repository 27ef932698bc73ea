/// The sizes of a grid: how many points, and which values belong to a point.
///
/// A parameter whose conditions do not hold has one choice, not to be set. So the points are counted from behind, once for
/// every set of conditions that the values chosen before can break.
struct GridShape: Sendable, Equatable {
    /// Bit p: a condition of the parameter at place p is broken.
    private typealias Broken = UInt64

    /// Number of values by place. Domains that a grid cannot go through count as one.
    private let counts: [Int]
    /// By place and value: whose conditions break. Empty for a parameter on which none depends.
    private let breaks: [[Broken]]
    /// By place: whose conditions break when the parameter itself is not set.
    private let breaksUnset: [Broken]
    /// By place: points of this parameter and those after it, for each set of broken conditions that can occur.
    private var tails: [[Broken: Int]]
    /// False where so many conditions break independently of each other that the points cannot be told.
    private(set) var isCounted = true

    /// Sets of broken conditions that are followed; more of them than any reasonable file has.
    private static let mostSets = 10_000

    init(_ parameters: [ParameterSpec]) {
        counts = parameters.map { $0.domain.count ?? 1 }
        var (breaks, breaksUnset) = (parameters.map { _ in [Broken]() }, parameters.map { _ in Broken(0) })
        for (place, spec) in parameters.enumerated() {
            for condition in spec.conditions {
                guard let other = parameters.firstIndex(where: { $0.name == condition.name }) else { continue }
                if breaks[other].isEmpty { breaks[other] = Array(repeating: 0, count: counts[other]) }
                for value in breaks[other].indices
                where !condition.values.contains(parameters[other].value(at: value)) {
                    breaks[other][value] |= 1 << Broken(place)
                }
                breaksUnset[other] |= 1 << Broken(place)
            }
        }
        (self.breaks, self.breaksUnset) = (breaks, breaksUnset)
        tails = Array(repeating: [:], count: counts.count)
        var sets = 0
        _ = count(0, 0, &sets)
    }

    /// All points; `Int.max` when the number does not fit.
    var points: Int { tail(0, 0) }

    /// The index of each parameter's value at `point`, nil for one that is not set; the last parameter changes fastest.
    func indices(of point: Int) -> [Int?] {
        var (rest, broken) = (point, Broken(0))
        return counts.indices.map { place in
            if isBroken(place, broken) {
                broken |= breaksUnset[place]
                return nil
            }
            guard !breaks[place].isEmpty else {
                let each = tail(place + 1, broken)
                defer { rest %= each }
                return rest / each
            }
            for value in 0..<counts[place] {
                let next = broken | breaks[place][value]
                let points = tail(place + 1, next)
                if rest < points {
                    broken = next
                    return value
                }
                rest -= points
            }
            preconditionFailure("a point lies within the grid")
        }
    }

    private func isBroken(_ place: Int, _ broken: Broken) -> Bool { broken >> Broken(place) & 1 == 1 }

    private func tail(_ place: Int, _ broken: Broken) -> Int {
        place == counts.count ? 1 : tails[place][broken >> Broken(place)] ?? .max
    }

    /// Fills in `tails` from `place` on.
    private mutating func count(_ place: Int, _ broken: Broken, _ sets: inout Int) -> Int {
        guard place < counts.count else { return 1 }
        if let known = tails[place][broken >> Broken(place)] { return known }
        sets += 1
        guard sets < Self.mostSets else {
            isCounted = false
            return .max
        }
        let points: Int
        if isBroken(place, broken) {
            points = count(place + 1, broken | breaksUnset[place], &sets)
        } else if breaks[place].isEmpty {
            points = Self.product(count(place + 1, broken, &sets), counts[place])
        } else {
            points = breaks[place].reduce(0) { sum, own in
                let (next, overflow) = sum.addingReportingOverflow(count(place + 1, broken | own, &sets))
                return overflow ? .max : next
            }
        }
        tails[place][broken >> Broken(place)] = points
        return points
    }

    private static func product(_ points: Int, _ count: Int) -> Int {
        let (product, overflow) = points.multipliedReportingOverflow(by: count)
        return overflow ? .max : product
    }
}
