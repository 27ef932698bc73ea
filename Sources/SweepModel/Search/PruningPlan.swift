/// What `early_terminate` will do to a sweep: groups, rungs, and the epochs that it saves.
public struct PruningPlan: Sendable, Equatable, Codable {
    /// Groups of one size whose trials are judged at the same epochs.
    public struct Group: Sendable, Hashable, Codable {
        /// How many such groups there are.
        public let count: Int
        /// In each.
        public let configurations: Int
        public let rungs: [Rung]
    }

    public struct Rung: Sendable, Hashable, Codable {
        public let epoch: Int
        /// Of a group, as many as stand there if none diverges.
        public let configurations: Int
        /// As many as go on; nil where only the results tell.
        public let goOn: Int?

        private enum CodingKeys: String, CodingKey {
            case epoch, configurations
            case goOn = "go_on"
        }
    }

    public let type: EarlyTermination.Kind
    public let asynchronous: Bool
    /// At most ``mostGroups``, the first ones.
    public let groups: [Group]
    /// Of all trials to their ends; nil when the file does not say how long they are.
    public let epochs: Double?
    /// With early termination, if none diverges; nil where only the results tell.
    public let expectedEpochs: Double?

    /// Trainings of many lengths make groups of many kinds, of which nobody reads more.
    static let mostGroups = 100
    /// Of a group that is judged every few epochs.
    static let mostRungs = 50

    private enum CodingKeys: String, CodingKey {
        case type, asynchronous, groups, epochs
        case expectedEpochs = "expected_epochs"
    }

    /// The share of epochs that is saved, 0…1.
    public var saved: Double? {
        guard let epochs, let expectedEpochs, epochs > 0 else { return nil }
        return 1 - expectedEpochs / epochs
    }

    /// Nil when the sweep ends no trial early.
    public init?(_ spec: SweepSpec) {
        guard let pruner = Pruner(spec) else { return nil }
        type = pruner.termination.kind
        asynchronous = pruner.termination.isAsynchronous
        let lengths = Self.lengths(spec)
        var (total, kept): (Double?, Double?) = (0, 0)
        var shapes: [Group] = []
        var counts: [Group: Int] = [:]
        var first = 0
        while first < spec.configurationCount {
            let cohort = pruner.layout.cohort(of: first)
            let group = lengths[cohort]
            let longest = group.compactMap(\.self).max() ?? 0
            let schedule = pruner.schedule(of: first * spec.replicates)
            let epochs = (0..<min(schedule.count { Double($0) < longest }, Self.mostRungs)).map(schedule.epochs)
            let judged = Judgement(pruner, group, epochs)
            let isKnown = group.allSatisfy { $0 != nil }
            total = isKnown ? total.map { $0 + group.compactMap(\.self).reduce(0, +) } : nil
            kept = judged.epochs.flatMap { own in isKnown ? kept.map { $0 + own } : nil }
            let shape = Group(count: 1, configurations: cohort.count, rungs: judged.rungs)
            if counts[shape] == nil, shapes.count < Self.mostGroups { shapes.append(shape) }
            counts[shape, default: 0] += 1
            first = cohort.upperBound
        }
        groups = shapes.map {
            Group(count: counts[$0] ?? 1, configurations: $0.configurations, rungs: $0.rungs)
        }
        epochs = total.map { $0 * Double(spec.replicates) }
        expectedEpochs = kept.map { $0 * Double(spec.replicates) }
    }

    /// Epochs by configuration; nil where the file does not tell. Those that are chosen later are taken to be as long as
    /// those before them on average.
    private static func lengths(_ spec: SweepSpec) -> [Double?] {
        let fixed = CohortLayout(spec).fixed
        let plans = (0..<fixed).map { spec.trial(at: $0 * spec.replicates).parameters }
        let known: [Double?] = plans.map { parameters in
            guard let iterations = parameters["iterations"]?.doubleValue else {
                return parameters["epochs"]?.doubleValue ?? Hyperparameters.defaultEpochs
            }
            guard let train = spec.dataset.train else { return nil }
            return iterations / Double(max(train / (parameters["batch_size"]?.integerValue ?? 200), 1))
        }
        let later = known.contains { $0 == nil } ? nil : known.compactMap(\.self).mean
        return known + Array(repeating: later, count: spec.configurationCount - fixed)
    }

    /// A group from rung to rung, those who go on taken to be as long as the others.
    private struct Judgement {
        let rungs: [Rung]
        /// Nil where only the results tell.
        let epochs: Double?

        init(_ pruner: Pruner, _ lengths: ArraySlice<Double?>, _ epochs: [Int]) {
            let lengths = lengths.compactMap(\.self)
            let isMedian = pruner.termination.kind == .median
            var (rungs, share, before, sum): ([Rung], Double, Int, Double) = ([], 1, 0, 0)
            func length(from begin: Int, to end: Double) -> Double {
                lengths.reduce(0) { $0 + max(min($1, end) - Double(begin), 0) }
            }
            // Where a cohort is judged against all before it, one in eta goes on in the long run.
            let isRunning = pruner.termination.kind == .asha || pruner.termination.isAsynchronous
            for epoch in epochs {
                let there = lengths.filter { $0 > Double(epoch) }.count
                let standing = Double(there) * share
                sum += share * length(from: before, to: Double(epoch))
                let goOn =
                    isRunning
                    ? standing / Double(pruner.termination.eta)
                    : Double(max(Int(standing.rounded()) / pruner.termination.eta, 1))
                rungs.append(
                    Rung(
                        epoch: epoch, configurations: Int(standing.rounded()),
                        goOn: isMedian || isRunning ? nil : Int(goOn)))
                if !isMedian, standing > 0 { share *= min(goOn / standing, 1) }
                before = epoch
            }
            sum += share * length(from: before, to: .infinity)
            self.rungs = rungs
            self.epochs = isMedian ? nil : sum
        }
    }
}
