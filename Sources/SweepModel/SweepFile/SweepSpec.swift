/// A sweep file, read and checked.
public struct SweepSpec: Sendable, Equatable {
    /// Longer texts are refused unread.
    public static let maximumFileBytes = 4 << 20
    /// Larger sweeps are refused; every trial is a row.
    public static let maximumTrials = 100_000
    /// Values in the list of one parameter that a search takes which learns from results.
    static let maximumChoices = 1000

    public let name: String
    public let method: SearchMethod
    public let metric: Metric
    public let dataset: DatasetSpec
    /// 0…2^53-1, so that it survives JSON.
    public let seed: UInt64
    public let keep: KeptWeights
    public let trainAccuracy: TrainAccuracy
    /// In the order of the file.
    public let parameters: [ParameterSpec]
    /// The parameters as a grid, whatever the method is.
    let grid: GridShape
    /// Number of configurations that are searched; the most grid points of a grid.
    public let runCap: Int?
    /// Configurations that are chosen together, or judged together; nil for the method's own number.
    public let cohort: Int?
    /// How often each configuration is run, each time with a seed of its own.
    public let replicates: Int
    public let earlyTermination: EarlyTermination?
    /// -1000…1000, higher first.
    public let priority: Int
    public let maxParallel: Int?
    public let order: TrialOrder
    public let timeBudgetSeconds: Double?
    /// Epochs of all trials together, after which the sweep ends.
    public let epochBudget: Double?
    /// The sweep ends after so many trials, in order of index, none of which was better than all before it.
    public let noProgress: Int?
    /// How often a failed trial is tried again by itself.
    public let maxRetries: Int
    /// The sweep fails after so many failed trials without a completed one between them.
    public let maxConsecutiveFailures: Int?
    /// Complete configurations that come before the search's own.
    public let enqueue: [ParameterAssignment]

    /// Reads JSON or YAML text in UTF-8.
    ///
    /// `overrides` are applied to the file before it is checked, then `name`. The data set is one of `datasets`, or of any
    /// name where these are nil. The error names every finding.
    public init(
        parsing bytes: [UInt8], overrides: [SweepOverride] = [], name: String? = nil, datasets: [String]? = nil
    ) throws(SweepFileError) {
        try self.init(
            SweepFileReader(bytes, overrides: overrides, name: name, datasets: datasets, isSingleTrial: false))
    }

    public init(
        parsing text: String, overrides: [SweepOverride] = [], name: String? = nil, datasets: [String]? = nil
    ) throws(SweepFileError) {
        try self.init(parsing: Array(text.utf8), overrides: overrides, name: name, datasets: datasets)
    }

    /// Reads a file whose parameters are all single values; `name` and `method` may be left out.
    public init(
        parsingSingleTrial bytes: [UInt8], overrides: [SweepOverride] = [], datasets: [String]? = nil
    ) throws(SweepFileError) {
        try self.init(
            SweepFileReader(bytes, overrides: overrides, name: nil, datasets: datasets, isSingleTrial: true))
    }

    public init(parsingSingleTrial text: String, overrides: [SweepOverride] = []) throws(SweepFileError) {
        try self.init(parsingSingleTrial: Array(text.utf8), overrides: overrides)
    }

    private init(_ reader: SweepFileReader) throws(SweepFileError) {
        let settings = reader.settings()
        let parameters = reader.parameters(method: settings.method)
        let enqueue = reader.enqueue(parameters: parameters)
        reader.checkCounts(settings, parameters: parameters, enqueued: enqueue.count)
        reader.checkSearch(settings, parameters: parameters, enqueue: enqueue)
        try reader.log.throwIfAny()
        guard let dataset = settings.dataset else { throw reader.missing("dataset") }
        name = settings.name
        method = settings.method ?? .grid
        metric = settings.metric
        self.dataset = dataset
        seed = settings.seed
        keep = settings.keep
        trainAccuracy = settings.trainAccuracy
        self.parameters = parameters
        grid = GridShape(parameters)
        runCap = settings.runCap
        cohort = settings.cohort
        replicates = settings.replicates
        earlyTermination = settings.earlyTermination
        priority = settings.priority
        maxParallel = settings.maxParallel
        order = settings.order
        timeBudgetSeconds = settings.timeBudgetSeconds
        epochBudget = settings.epochBudget
        noProgress = settings.noProgress
        maxRetries = settings.maxRetries
        maxConsecutiveFailures = settings.maxConsecutiveFailures
        self.enqueue = enqueue
    }
}
