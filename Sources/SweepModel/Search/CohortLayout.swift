/// How the configurations of a sweep fall into cohorts: those that are chosen together, or judged together.
///
/// Configurations count from 0 with those of `enqueue` first. The cut depends on the sweep file alone.
struct CohortLayout: Sendable, Equatable {
    /// A bracket of hyperband: how many configurations begin, and where they are judged.
    struct Bracket: Sendable, Equatable {
        let size: Int
        let rungs: RungSchedule
    }

    /// Configurations that `tpe` and `bayes` draw before they learn, as Optuna's default.
    static let startup = 10
    /// Of those two: each configuration that is chosen without the results of its cohort costs a little.
    static let suggested = 4
    static let size = 8

    let configurations: Int
    private let first: Int
    private let size: Int
    private let known: Int
    /// Not empty for hyperband only; they follow each other over and over.
    private let brackets: [Bracket]
    private let cycle: Int

    init(_ spec: SweepSpec) {
        configurations = spec.configurationCount
        let termination = spec.earlyTermination
        brackets = termination.flatMap { Self.brackets($0, length: spec.constantEpochs) } ?? []
        cycle = brackets.reduce(0) { $0 + $1.size }
        let isHalving = termination?.kind == .successiveHalving
        if let cohort = spec.cohort {
            size = cohort
        } else if isHalving, let eta = termination?.eta {
            // All at once when the file alone decides; else as many as three halvings need.
            size = spec.method.learns ? eta * eta * eta : Swift.max(configurations, 1)
        } else {
            size = spec.method.learns ? Self.suggested : Self.size
        }
        guard spec.method.learns else {
            first = size
            known = configurations
            return
        }
        known = Swift.max(Self.startup, spec.enqueue.count)
        first = isHalving ? Swift.max(known, size) : known
    }

    /// Configurations that the file alone decides: whole cohorts, since those that are judged together must be known
    /// together.
    var fixed: Int {
        known >= configurations ? configurations : cohort(of: known - 1).upperBound
    }

    /// The brackets of hyperband, the most ruthless first: Li and others 2018, algorithm 1.
    static func brackets(_ termination: EarlyTermination, length: Int?) -> [Bracket]? {
        guard termination.kind == .hyperband, let most = termination.maxEpochs ?? length else { return nil }
        let eta = termination.eta
        let steps = RungSchedule.steps(
            from: most, to: termination.minEpochs ?? 1, eta: eta, most: termination.maxRungs)
        guard steps > 0 else { return nil }
        return (0...steps).reversed().map { s in
            let begin = (0..<s).reduce(steps + 1) { count, _ in count * eta }
            return Bracket(
                size: (begin + s) / (s + 1), rungs: RungSchedule(downFrom: most, eta: eta, count: s))
        }
    }

    /// The cohort of a configuration, held within the sweep.
    func cohort(of configuration: Int) -> Range<Int> {
        let range: Range<Int>
        if cycle > 0 {
            range = place(of: configuration).range
        } else if configuration < first {
            range = 0..<first
        } else {
            let begin = first + (configuration - first) / size * size
            range = begin..<(begin + size)
        }
        return range.lowerBound..<Swift.min(range.upperBound, configurations)
    }

    /// The bracket of a configuration; nil without hyperband.
    func bracket(of configuration: Int) -> (number: Int, Bracket)? {
        guard cycle > 0 else { return nil }
        let number = place(of: configuration).number
        return (number, brackets[number])
    }

    private func place(of configuration: Int) -> (number: Int, range: Range<Int>) {
        var begin = configuration / cycle * cycle
        for (number, bracket) in brackets.enumerated() {
            if configuration < begin + bracket.size { return (number, begin..<(begin + bracket.size)) }
            begin += bracket.size
        }
        preconditionFailure("a configuration lies within its cycle")
    }
}
