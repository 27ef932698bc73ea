import ArgumentParser
import SweepAPI
import SweepModel

/// Which picture: of a sweep, of a trial, or of the workers.
enum PlotKind: Sendable, Equatable {
    case sweep(SweepPlotKind)
    case trial(TrialPlotKind)
    case workers

    static let all =
        SweepPlotKind.allCases.map(PlotKind.sweep) + TrialPlotKind.allCases.map(PlotKind.trial) + [.workers]

    var name: String {
        switch self {
        case .sweep(let kind): kind.rawValue
        case .trial(let kind): kind.rawValue
        case .workers: "workers"
        }
    }

    var summary: String {
        switch self {
        case .sweep(let kind): kind.summary
        case .trial(let kind): kind.summary
        case .workers: "what each worker of the daemon did lately"
        }
    }

    /// Whether it is made of pixels and can be had as PNG.
    var isPicture: Bool {
        if case .trial(let kind) = self { kind.isPicture } else { false }
    }

    init?(_ name: String) {
        guard let kind = Self.all.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}

/// A picture of one thing.
enum PlotSubject: Sendable, Equatable {
    case sweep(Int64, SweepPlotKind)
    case trial(Int64, TrialPlotKind)
    case workers

    var kind: PlotKind {
        switch self {
        case .sweep(_, let kind): .sweep(kind)
        case .trial(_, let kind): .trial(kind)
        case .workers: .workers
        }
    }

    /// `sweep-1-heatmap`, `trial-17-weights`, `workers`.
    var fileName: String {
        switch self {
        case .sweep(let id, let kind): "sweep-\(id)-\(kind.rawValue)"
        case .trial(let id, let kind): "trial-\(id)-\(kind.rawValue)"
        case .workers: "workers"
        }
    }
}

/// What stands behind `plot`: the number of a sweep, the name of a plot, both in any order, or nothing.
struct PlotWords: Equatable {
    var sweep: Int64?
    var kind: PlotKind?

    init(_ words: [String]) throws {
        for word in words {
            if word.utf8.first.map({ (48...57).contains($0) || $0 == 45 }) ?? true {
                guard sweep == nil else { throw ValidationError("one sweep at a time; a trial is named with --trial") }
                sweep = try Identifier.sweep(word)
            } else {
                guard kind == nil else {
                    throw ValidationError("one plot at a time; --all --output DIR writes them all")
                }
                guard let named = PlotKind(word) else { throw ValidationError(Self.unknown(word)) }
                kind = named
            }
        }
    }

    private static func unknown(_ word: String) -> String {
        let names = PlotKind.all.map(\.name)
        let remedy =
            NearestWord.nearest(to: word, in: names).map { "did you mean \($0)?" }
            ?? "`sweepctl plot --list` lists them; a sweep is named by its number"
        return "there is no plot '\(word)'; \(remedy)"
    }
}
