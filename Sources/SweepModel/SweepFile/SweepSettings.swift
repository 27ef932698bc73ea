/// The top level of a sweep file without its parameters, defaults filled in.
struct SweepSettings {
    var name = "trial"
    /// Nil when missing or malformed; both are reported.
    var method: SearchMethod?
    var metric = Metric()
    var dataset: DatasetSpec?
    var seed: UInt64 = 0
    var keep = KeptWeights.last
    var trainAccuracy = TrainAccuracy.sample
    var runCap: Int?
    var cohort: Int?
    var replicates = 1
    var earlyTermination: EarlyTermination?
    var priority = 0
    var maxParallel: Int?
    var order = TrialOrder.breadth
    var timeBudgetSeconds: Double?
    var epochBudget: Double?
    var noProgress: Int?
    var maxRetries = 0
    var maxConsecutiveFailures: Int?
}
