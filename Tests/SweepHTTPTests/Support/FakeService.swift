import Foundation
import SweepAPI
import SweepClientTestKit
import SweepModel
import Synchronization

/// A service that notes each call, and answers with samples or with the problem that it was given.
final class FakeService: SweepService {
    private struct State {
        var calls: [String] = []
        var administrators: [Bool] = []
        var news: [ServiceNews] = []
        var events: [EventReply] = []
    }

    private let problem: Problem?
    private let flag: Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - flag: `replayed` and `measured_now` of the replies.
    ///   - news: what the first turns of a listener find; nothing after that.
    init(problem: Problem? = nil, flag: Bool = false, events: [EventReply] = [], news: [ServiceNews] = []) {
        (self.problem, self.flag) = (problem, flag)
        state.withLock { ($0.events, $0.news) = (events, news) }
    }

    /// Each call with its arguments.
    var calls: [String] { state.withLock { $0.calls } }
    /// Of each submission, whether an administrator made it.
    var administrators: [Bool] { state.withLock { $0.administrators } }

    func add(_ event: EventReply, news: ServiceNews) {
        state.withLock { state in
            state.events.append(event)
            state.news.append(news)
        }
    }

    /// A trial whose training takes longer than anybody waits.
    static let long: Int64 = 99

    private func waitUntilCancelled(_ call: String) async {
        do { try await Task.sleep(for: .seconds(600)) } catch {
            state.withLock { $0.calls.append("\(call) cancelled") }
        }
    }

    private func note(_ call: String) throws(Problem) {
        state.withLock { $0.calls.append(call) }
        if let problem { throw problem }
    }

    func daemon() async -> DaemonReply {
        state.withLock { $0.calls.append("daemon") }
        return Samples.daemon()
    }

    func status(before: Int64?, limit: Int) async throws(Problem) -> StatusReply {
        try note("status \(before ?? 0) \(limit)")
        return Samples.status([Samples.sweep(2), Samples.completed(1)])
    }

    func submit(_ request: SubmitRequest, caller: Caller) async throws(Problem) -> SubmitReply {
        state.withLock { $0.administrators.append(caller.isAdministrator) }
        try note("submit \(request.file) \(request.key ?? "") uid \(caller.uid)")
        return SubmitReply(sweep: 1, name: "cifar10-grid", state: .queued, trials: 144, replayed: flag)
    }

    func plan(_ request: SubmitRequest) async throws(Problem) -> PlanReply {
        try note("plan \(request.file) \(request.set?.count ?? 0)")
        return WireSamples.plan
    }

    func sweep(_ id: Int64) async throws(Problem) -> SweepReply {
        try note("sweep \(id)")
        return Samples.sweep(id)
    }

    func trials(_ query: TrialQuery) async throws(Problem) -> TrialsReply {
        let states = query.states.map(\.rawValue).sorted().joined(separator: "+")
        try note("trials \(query.sweep) \(states) \(query.order) \(query.limit) \(query.offset)")
        return TrialsReply(sweep: query.sweep, trials: [Samples.trial(1)], nextOffset: nil)
    }

    func best(_ sweep: Int64, top: Int) async throws(Problem) -> BestReply {
        try note("best \(sweep) \(top)")
        return WireSamples.best
    }

    func audit(_ sweep: Int64) async throws(Problem) -> AuditReply {
        try note("audit \(sweep)")
        return WireSamples.audit
    }

    func perform(
        _ verb: SweepVerb, on sweep: Int64, _ request: VerbRequest, caller: Caller
    ) async throws(Problem) -> SweepReply {
        try note("\(verb) \(sweep) \(request.reason ?? "-")")
        return Samples.sweep(sweep)
    }

    func retry(_ sweep: Int64, _ request: RetryRequest, caller: Caller) async throws(Problem) -> RetryReply {
        try note("retry \(sweep) \(request.states?.map(\.rawValue).joined(separator: "+") ?? "-")")
        return RetryReply(sweep: sweep, retried: 3)
    }

    func confirm(_ sweep: Int64, _ request: ConfirmRequest, caller: Caller) async throws(Problem) -> ConfirmReply {
        try note("confirm \(sweep) \(request.configurations ?? 0) \(request.seeds ?? 0)")
        return WireSamples.confirm(replayed: flag)
    }

    func refinement(_ sweep: Int64, trials: Int?) async throws(Problem) -> RefinementReply {
        try note("refinement \(sweep) \(trials ?? 0)")
        return Samples.refinement
    }

    func trial(_ id: Int64) async throws(Problem) -> TrialReply {
        try note("trial \(id)")
        return WireSamples.trial
    }

    func verify(trial: Int64) async throws(Problem) -> VerifyReply {
        try note("verify \(trial)")
        if trial == Self.long { await waitUntilCancelled("verify \(trial)") }
        return WireSamples.verify
    }

    func promote(_ request: PromoteRequest, caller: Caller) async throws(Problem) -> PromotionReply {
        try note("promote \(request.sweep ?? 0) \(request.trial ?? 0)")
        return WireSamples.promotion(measuredNow: flag)
    }

    func promotions(sweep: Int64?) async throws(Problem) -> PromotionsReply {
        try note("promotions \(sweep ?? 0)")
        return PromotionsReply(promotions: [WireSamples.promotion(measuredNow: false)])
    }

    func events(after: Int64, sweep: Int64?, limit: Int) async throws(Problem) -> EventsReply {
        try note("events \(after) \(sweep ?? 0) \(limit)")
        let events = state.withLock { $0.events }.filter { $0.seq > after && (sweep == nil || $0.sweep == sweep) }
        return EventsReply(events: Array(events.prefix(limit)))
    }

    func lastEventSequence() async throws(Problem) -> Int64 {
        try note("lastEventSequence")
        return state.withLock { $0.events.last?.seq ?? 0 }
    }

    func news(since version: UInt64) -> ServiceNews {
        state.withLock { state in
            state.news.isEmpty
                ? ServiceNews(version: version, movedSweeps: [], hasEvents: false) : state.news.removeFirst()
        }
    }

    func check() async throws(Problem) -> CheckReply {
        try note("check")
        return CheckReply(sound: true, findings: [], files: 144)
    }

    func doctor() async throws(Problem) -> DoctorReply {
        try note("doctor")
        return DoctorReply(findings: [.init(.ok, "database", "sound")])
    }

    /// The call that it notes is the file's path.
    func backup(caller: Caller) async throws(Problem) -> BackupCopy {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).db").path()
        try note(path)
        guard FileManager.default.createFile(atPath: path, contents: Data("SQLite format 3\0".utf8)) else {
            throw Problem(.failed, "cannot make the copy")
        }
        return BackupCopy(path: path, contents: WireSamples.backup)
    }

    func prune(_ request: PruneRequest, caller: Caller) async throws(Problem) -> PruneReply {
        try note("prune \(request.sweep ?? 0) \(request.keep ?? -1) \(request.dryRun ?? false)")
        return WireSamples.prune
    }

    func keep(trial: Int64, caller: Caller) async throws(Problem) -> KeepReply {
        try note("keep \(trial)")
        if trial == Self.long { await waitUntilCancelled("keep \(trial)") }
        return KeepReply(trial: trial, model: "ab", bytes: 500, seconds: flag ? 12.5 : nil)
    }

    func resume(trial: Int64, caller: Caller) async throws(Problem) -> TrialReply {
        try note("resume trial \(trial)")
        return WireSamples.trial
    }

    func datasets() async throws(Problem) -> DatasetsReply {
        try note("datasets")
        return DatasetsReply(dataDirectory: "/srv/data", datasets: [WireSamples.dataset])
    }

    func check(dataset name: String) async throws(Problem) -> DatasetReply {
        try note("check \(name)")
        return WireSamples.dataset
    }

    func curves(_ sweep: Int64) async throws(Problem) -> CurvesReply {
        try note("curves \(sweep)")
        return WireSamples.curves
    }

    func table(_ sweep: Int64) async throws(Problem) -> TableReply {
        try note("table \(sweep)")
        return WireSamples.table
    }

    func importance(_ sweep: Int64) async throws(Problem) -> ImportanceReply {
        try note("importance \(sweep)")
        return ImportanceReply(sweep: sweep, importance: flag ? nil : WireSamples.importance)
    }

    func diagnosis(sweep: Int64) async throws(Problem) -> SweepDiagnosisReply {
        try note("diagnosis of sweep \(sweep)")
        return SweepDiagnosisReply(sweep: sweep, findings: [WireSamples.finding])
    }

    func diagnosis(trial: Int64) async throws(Problem) -> TrialDiagnosisReply {
        try note("diagnosis of trial \(trial)")
        return TrialDiagnosisReply(trial: trial, findings: [WireSamples.finding])
    }

    func plot(_ kind: SweepPlotKind, of sweep: Int64, _ query: PlotQuery) async throws(Problem) -> Document {
        try note("\(kind) of sweep \(sweep) \(Self.words(query))")
        return Document(mediaType: "image/svg+xml", text: "<svg/>")
    }

    func plot(_ kind: TrialPlotKind, of trial: Int64, _ query: PlotQuery) async throws(Problem) -> Document {
        try note("\(kind) of trial \(trial) \(Self.words(query))")
        return Document(mediaType: "image/svg+xml", text: "<svg/>")
    }

    func workerTimeline(_ query: PlotQuery) async throws(Problem) -> Document {
        try note("workers \(Self.words(query))")
        return Document(mediaType: "image/svg+xml", text: "<svg/>")
    }

    func report(_ sweep: Int64, _ format: ReportFormat) async throws(Problem) -> Document {
        try note("report \(sweep) \(format)")
        return Document(mediaType: "text/html; charset=utf-8", text: "<!doctype html>")
    }

    func box() async throws(Problem) -> BoxReply {
        try note("box")
        return WireSamples.box
    }

    private static func words(_ query: PlotQuery) -> String {
        query.items.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    }
}
