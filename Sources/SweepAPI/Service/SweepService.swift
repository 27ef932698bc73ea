public import SweepModel

/// What the daemon does for its clients, in the words of the wire. The HTTP room needs nothing else of the daemon.
///
/// Every method throws a ``Problem``.
public protocol SweepService: InsightService {
    func daemon() async -> DaemonReply
    /// Newest first; `before` pages to older ones.
    func status(before: Int64?, limit: Int) async throws(Problem) -> StatusReply

    func submit(_ request: SubmitRequest, caller: Caller) async throws(Problem) -> SubmitReply
    func plan(_ request: SubmitRequest) async throws(Problem) -> PlanReply
    func sweep(_ id: Int64) async throws(Problem) -> SweepReply
    func trials(_ query: TrialQuery) async throws(Problem) -> TrialsReply
    func best(_ sweep: Int64, top: Int) async throws(Problem) -> BestReply
    func audit(_ sweep: Int64) async throws(Problem) -> AuditReply
    func perform(
        _ verb: SweepVerb, on sweep: Int64, _ request: VerbRequest, caller: Caller
    ) async throws(Problem) -> SweepReply
    func retry(_ sweep: Int64, _ request: RetryRequest, caller: Caller) async throws(Problem) -> RetryReply
    /// Runs the first configurations of an ended sweep again, with fresh seeds; once for the same request.
    func confirm(_ sweep: Int64, _ request: ConfirmRequest, caller: Caller) async throws(Problem) -> ConfirmReply

    func trial(_ id: Int64) async throws(Problem) -> TrialReply
    func verify(trial: Int64) async throws(Problem) -> VerifyReply
    /// Lets a pruned trial go on to its end.
    func resume(trial: Int64, caller: Caller) async throws(Problem) -> TrialReply
    func promote(_ request: PromoteRequest, caller: Caller) async throws(Problem) -> PromotionReply
    func promotions(sweep: Int64?) async throws(Problem) -> PromotionsReply

    /// In order of sequence.
    func events(after: Int64, sweep: Int64?, limit: Int) async throws(Problem) -> EventsReply
    func lastEventSequence() async throws(Problem) -> Int64
    /// What is new since a version that an earlier call returned; 0 means everything.
    func news(since version: UInt64) -> ServiceNews

    func check() async throws(Problem) -> CheckReply
    func doctor() async throws(Problem) -> DoctorReply
    /// A consistent copy of the database with the files that it names; the caller removes it.
    func backup(caller: Caller) async throws(Problem) -> BackupCopy
    func prune(_ request: PruneRequest, caller: Caller) async throws(Problem) -> PruneReply
    func keep(trial: Int64, caller: Caller) async throws(Problem) -> KeepReply
    func datasets() async throws(Problem) -> DatasetsReply
    func check(dataset name: String) async throws(Problem) -> DatasetReply
}

/// That there is something to read.
public struct ServiceNews: Sendable, Equatable {
    /// Give it back at the next call.
    public var version: UInt64
    public var movedSweeps: Set<Int64>
    public var hasEvents: Bool

    public init(version: UInt64, movedSweeps: Set<Int64>, hasEvents: Bool) {
        (self.version, self.movedSweeps, self.hasEvents) = (version, movedSweeps, hasEvents)
    }
}
