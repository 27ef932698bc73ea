import Foundation
import SweepModel

/// Plays a sweep without training: prints what is to be tried, reads learning curves, and prints what was trained.
///
/// `benchmarks/search` drives it. Standard output has one JSON line for each set of trials that are chosen together:
/// `{"ask": [{"index", "parameters"}]}`. Standard input answers each with one line, the values of every epoch by trial:
/// `[[0.1, 0.2, …], …]`; a curve that ends with null is of a trial that diverges there. After each answer comes `{"trained": [[index, first, last], …]}`: the epochs that the sweep's
/// `early_terminate` lets each trial run, in the order in which they are run.
@main
struct SearchBench {
    private struct Ask: Encodable {
        struct Item: Encodable {
            let index: Int
            let parameters: ParameterAssignment
        }
        let ask: [Item]
    }

    private struct Trained: Encodable {
        let trained: [[Int]]
    }

    private struct Failure: Error {
        let message: String
    }

    static func main() {
        do {
            guard CommandLine.arguments.count == 2 else { throw Failure(message: "usage: search-bench SWEEP-FILE") }
            let file = try Data(contentsOf: URL(filePath: CommandLine.arguments[1]))
            try play(SweepSpec(parsing: Array(file)))
        } catch {
            FileHandle.standardError.write(Data("search-bench: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func play(_ spec: SweepSpec) throws {
        var results: [SearchResult] = []
        while results.count < spec.trialCount {
            let first = results.count
            let plans: [TrialPlan]
            if let cohort = spec.cohort(of: first) {
                plans = try spec.suggest(cohort, after: results)
            } else {
                let end = (first..<spec.trialCount).first { spec.cohort(of: $0) != nil } ?? spec.trialCount
                plans = (first..<end).map { spec.trial(at: $0) }
            }
            try print(Ask(ask: plans.map { .init(index: $0.index, parameters: $0.parameters) }))
            guard let line = readLine() else { throw Failure(message: "no answer") }
            let curves = try JSONDecoder().decode([[Double?]].self, from: Data(line.utf8))
            guard curves.count == plans.count else { throw Failure(message: "another number of curves") }
            try print(Trained(trained: train(spec, plans, curves, &results)))
        }
    }

    /// Lets the trials run as the pruner says; returns the pieces of each.
    private static func train(
        _ spec: SweepSpec, _ plans: [TrialPlan], _ curves: [[Double?]], _ results: inout [SearchResult]
    ) throws -> [[Int]] {
        var pieces: [[Int]] = []
        let offset = results.count
        for plan in plans {
            results.append(
                SearchResult(
                    index: plan.index, parameters: plan.parameters, state: .queued, value: nil, curve: [], iterations: 0
                ))
        }
        func advance(_ index: Int, to epoch: Int) {
            let done = results[index].curve.count
            guard epoch > done else { return }
            pieces.append([index, done, epoch])
            for (place, value) in curves[index - offset].enumerated() where done..<epoch ~= place {
                if let value {
                    results[index].curve.append(CurveValue(iteration: place + 2, epoch: place + 1, value: value))
                } else {
                    results[index].state = .diverged
                }
            }
        }
        var index = offset
        while index < results.count {
            let group = Pruner(spec)?.group(of: index) ?? index..<index + 1
            if let pruner = Pruner(spec) {
                let longest = group.map { curves[$0 - offset].count }.max() ?? 0
                let rungs = pruner.rungs(of: index, iterations: longest + 1, iterationsPerEpoch: 1)
                for rung in rungs.indices {
                    let epoch = pruner.epoch(of: rung, index: index)
                    for member in group where !results[member].state.isEnded {
                        let curve = curves[member - offset]
                        if epoch < curve.count { advance(member, to: epoch) }
                        // It has ended before the others are judged.
                        if epoch >= curve.count, curve.last == .some(nil) { advance(member, to: curve.count) }
                    }
                    let seen = Array(results[pruner.witnesses(of: group).clamped(to: 0..<results.count)])
                    for (member, verdict) in pruner.verdicts(rung: rung, of: group, results: seen)
                    where verdict != .goOn {
                        results[member].state = .pruned
                    }
                }
            }
            for member in group where !results[member].state.isEnded {
                advance(member, to: curves[member - offset].count)
                guard results[member].state != .diverged else { continue }
                results[member].state = .completed
                results[member].value = results[member].curve.last?.value
            }
            index = group.upperBound
        }
        return pieces
    }

    private static func print(_ value: some Encodable) throws {
        FileHandle.standardOutput.write(try JSONEncoder().encode(value) + Data("\n".utf8))
    }
}
