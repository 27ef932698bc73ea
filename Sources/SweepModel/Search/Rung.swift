/// The configurations that stand, or stood, at one rung, and the judgement over a group of them.
struct Rung {
    /// A configuration at the rung, its replicates taken together.
    private struct Entry {
        let configuration: Int
        let value: Double
    }

    private let pruner: Pruner
    private let number: Int
    private let epoch: Int
    /// By configurations.
    private let group: Range<Int>
    /// By configuration, ascending.
    private let configurations: [(number: Int, results: ArraySlice<SearchResult>)]

    init(_ pruner: Pruner, number: Int, group: Range<Int>, results: [SearchResult]) {
        self.pruner = pruner
        self.number = number
        epoch = pruner.epoch(of: number, index: group.lowerBound)
        self.group = group.lowerBound / pruner.replicates..<group.upperBound / pruner.replicates
        var configurations: [(number: Int, results: ArraySlice<SearchResult>)] = []
        var first = results.startIndex
        while first < results.endIndex {
            let number = results[first].index / pruner.replicates
            let next = results[first...].firstIndex { $0.index / pruner.replicates != number } ?? results.endIndex
            configurations.append((number, results[first..<next]))
            first = next
        }
        self.configurations = configurations
    }

    func isReached(by result: SearchResult) -> Bool { result.curve.contains { $0.epoch == epoch } }

    /// The best 1/eta go on, or the best one.
    ///
    /// Among a whole group exactly so many go on, the earlier one of two that are equal. Where a group is judged against
    /// all that came to the rung before, all go on that are as good as the last of the best 1/eta.
    func halvingVerdicts() -> [Int: Pruner.Verdict] {
        let isRunning = pruner.termination.kind == .asha || pruner.termination.isAsynchronous
        let bracket = pruner.layout.bracket(of: group.lowerBound)?.number
        var entries: [Entry] = []
        var verdicts: [Int: Pruner.Verdict] = [:]
        for (configuration, results) in configurations {
            guard isRunning || group.contains(configuration) else { continue }
            guard pruner.layout.bracket(of: configuration)?.number == bracket else { continue }
            if let reason = spoiled(results) {
                verdicts[configuration] = .prune(reason: reason)
            } else if let value = mean(results, value) {
                entries.append(Entry(configuration: configuration, value: value))
            }
        }
        let order = entries.sorted { isBetter($0, $1) }
        let kept = max(order.count / pruner.termination.eta, 1)
        for (rank, entry) in order.enumerated() {
            let cutoff = order[kept - 1].value
            let goesOn = rank < kept || isRunning && entry.value == cutoff
            let reason =
                "\(place): \(shown(entry.value)) ranks \(rank + 1) of \(order.count), the cutoff is \(shown(cutoff))"
            verdicts[entry.configuration] = goesOn ? .goOn : .prune(reason: reason)
        }
        return verdicts.filter { group.contains($0.key) }
    }

    /// Ends what is worse at its best so far than the median of the completed configurations at this epoch.
    func medianVerdicts() -> [Int: Pruner.Verdict] {
        let completed = configurations.filter { configuration, results in
            (pruner.termination.isAsynchronous ? !group.contains(configuration) : configuration < group.lowerBound)
                && results.contains { $0.state == .completed } && !results.contains { $0.state == .diverged }
        }
        let values = completed.compactMap { mean($0.results, valueHere) }.sorted()
        let isEarly = completed.count < max(pruner.termination.startupTrials, 1) || values.isEmpty
        let median =
            isEarly ? 0 : values[values.count / 2] - (values[values.count / 2] - values[(values.count - 1) / 2]) / 2
        var verdicts: [Int: Pruner.Verdict] = [:]
        for (configuration, results) in configurations where group.contains(configuration) {
            if let reason = spoiled(results) {
                verdicts[configuration] = .prune(reason: reason)
            } else if let best = mean(results, bestSoFar) {
                let isWorse = pruner.metric.goal == .maximize ? best < median : best > median
                verdicts[configuration] =
                    isEarly || !isWorse
                    ? .goOn
                    : .prune(
                        reason: "\(place): \(shown(best)) is worse than the median \(shown(median)) of "
                            + "\(values.count) completed")
            }
        }
        return verdicts
    }

    // MARK: Values

    /// What counts at the rung: the record there, or the best one up to it when the trial keeps its best weights.
    private func value(_ result: SearchResult) -> Double? {
        pruner.keep == .best ? bestSoFar(result) : valueHere(result)
    }

    private func valueHere(_ result: SearchResult) -> Double? {
        result.curve.first { $0.epoch == epoch && $0.value.isFinite }?.value
    }

    private func bestSoFar(_ result: SearchResult) -> Double? {
        guard valueHere(result) != nil else { return nil }
        let values = result.curve.lazy.filter { $0.epoch <= epoch && $0.value.isFinite }.map(\.value)
        return pruner.metric.goal == .maximize ? values.max() : values.min()
    }

    /// Why a configuration that stands at the rung does not enter it: a replicate of it has diverged, or has no value.
    private func spoiled(_ results: ArraySlice<SearchResult>) -> String? {
        guard results.contains(where: isReached) else { return nil }
        if results.contains(where: { isReached(by: $0) && valueHere($0) == nil }) {
            return "\(place): the metric is not a number"
        }
        return results.contains { $0.state == .diverged && !isReached(by: $0) }
            ? "\(place): a replicate diverged" : nil
    }

    private func mean(_ results: ArraySlice<SearchResult>, _ value: (SearchResult) -> Double?) -> Double? {
        let values = results.compactMap(value)
        return values.isEmpty ? nil : values.mean
    }

    private func isBetter(_ one: Entry, _ other: Entry) -> Bool {
        if one.value == other.value { return one.configuration < other.configuration }
        return pruner.metric.goal == .maximize ? one.value > other.value : one.value < other.value
    }

    // MARK: Words

    private var place: String { "rung \(number + 1) (epoch \(epoch))" }

    private func shown(_ value: Double) -> String { JSONText.number((value * 1e6).rounded() / 1e6) }
}
