/// Reads the top level of a sweep file; findings gather in `log`.
struct SweepFileReader {
    static let keys = [
        "name", "method", "metric", "dataset", "seed", "keep", "train_accuracy", "parameters", "run_cap", "priority",
        "max_parallel", "order", "time_budget_s", "max_retries", "max_consecutive_failures", "enqueue",
        "epoch_budget", "no_progress", "early_terminate", "cohort", "replicates",
    ]

    let log = IssueLog()
    let root: SourceCursor
    /// Without the keys whose value is null.
    let members: [String: SourceCursor]
    /// The names that a data set can have; nil for any.
    let datasets: [String]?
    let isSingleTrial: Bool

    init(
        _ bytes: [UInt8], overrides: [SweepOverride], name: String?, datasets: [String]?, isSingleTrial: Bool
    ) throws(SweepFileError) {
        var node = try SourceNode(composing: bytes)
        guard node.members != nil else {
            throw SweepFileError(
                SweepFileIssue(
                    line: node.line, column: node.column, pointer: "",
                    detail:
                        "\(node.described) stands where the sweep belongs; write an object, as in docs/sweep-file.md"))
        }
        try SweepOverride.apply(overrides, to: &node)
        if let name { node.set(["name"], to: SourceNode(content: .string(name))) }
        root = SourceCursor(root: node)
        (self.datasets, self.isSingleTrial) = (datasets, isSingleTrial)
        let members = root.members(known: Self.keys, log) { key in
            TrainingParameter.named(key) == nil ? nil : "it is a training parameter and belongs under \"parameters\""
        }
        self.members = (members ?? [:]).filter { !$0.value.isNull }
    }

    func missing(_ key: String) -> SweepFileError {
        SweepFileError(
            SweepFileIssue(
                line: root.node.line, column: root.node.column, pointer: "", detail: "\"\(key)\" is missing; add it"))
    }

    func settings() -> SweepSettings {
        var settings = SweepSettings()
        readIdentity(&settings)
        readBudget(&settings)
        if let cursor = members["metric"] { settings.metric = Metric(at: cursor, log) }
        if let cursor = members["dataset"] {
            settings.dataset = DatasetSpec(at: cursor, names: datasets, log)
        } else {
            root.report(log, "\"dataset\" is missing; add it, such as \"dataset\": {\"name\": \"cifar10\"}")
        }
        if let seed = members["seed"]?.integer(in: 0...TrainingParameter.maximumSeed, log) {
            settings.seed = UInt64(seed)
        }
        if let word = members["keep"]?.word(KeptWeights.self, log) { settings.keep = word }
        if let word = members["train_accuracy"]?.word(TrainAccuracy.self, log) { settings.trainAccuracy = word }
        if let word = members["order"]?.word(TrialOrder.self, log) { settings.order = word }
        return settings
    }

    private func readIdentity(_ settings: inout SweepSettings) {
        if let cursor = members["name"] {
            if let name = cursor.text(log) {
                if Self.isName(name) {
                    settings.name = name
                } else {
                    cursor.report(log, "a name has 1 to 200 characters on one line; write another")
                }
            }
        } else if !isSingleTrial {
            root.report(log, "\"name\" is missing; add it, such as \"name\": \"cifar10-grid\"")
        }
        if let cursor = members["method"] {
            settings.method = cursor.word(SearchMethod.self, log)
        } else if isSingleTrial {
            settings.method = .grid
        } else {
            root.report(log, "\"method\" is missing; add \"method\": \"grid\" or \"method\": \"random\"")
        }
    }

    private func readBudget(_ settings: inout SweepSettings) {
        settings.runCap = members["run_cap"]?.integer(in: 1...SweepSpec.maximumTrials, log)
        settings.cohort = members["cohort"]?.integer(in: 1...SweepSpec.maximumTrials, log)
        settings.replicates = members["replicates"]?.integer(in: 1...1000, log) ?? 1
        settings.earlyTermination = members["early_terminate"].flatMap { EarlyTermination(at: $0, log) }
        settings.priority = members["priority"]?.integer(in: -1000...1000, log) ?? 0
        settings.maxParallel = members["max_parallel"]?.integer(in: 1...SweepSpec.maximumTrials, log)
        settings.timeBudgetSeconds = members["time_budget_s"]?.number(in: .above(0, through: 1e9), log)
        settings.epochBudget = members["epoch_budget"]?.number(in: .above(0, through: 1e9), log)
        settings.noProgress = members["no_progress"]?.integer(in: 1...SweepSpec.maximumTrials, log)
        settings.maxRetries = members["max_retries"]?.integer(in: 0...100, log) ?? 0
        settings.maxConsecutiveFailures =
            members["max_consecutive_failures"]?.integer(in: 1...SweepSpec.maximumTrials, log)
    }

    private static func isName(_ name: String) -> Bool {
        let scalars = name.unicodeScalars
        return (1...200).contains(scalars.count)
            && scalars.contains { !$0.properties.isWhitespace }
            && scalars.allSatisfy {
                $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && !(0x2028...0x2029).contains($0.value)
            }
    }
}
