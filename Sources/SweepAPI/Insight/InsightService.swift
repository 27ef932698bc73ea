/// What the daemon says and draws about sweeps and trials: curves, tables, pictures, diagnoses, reports.
///
/// Every method throws a ``Problem``.
public protocol InsightService: Sendable {
    /// Learning curves of all trials of a sweep.
    func curves(_ sweep: Int64) async throws(Problem) -> CurvesReply
    /// All trials of a sweep as one table.
    func table(_ sweep: Int64) async throws(Problem) -> TableReply
    func importance(_ sweep: Int64) async throws(Problem) -> ImportanceReply
    func diagnosis(sweep: Int64) async throws(Problem) -> SweepDiagnosisReply
    func diagnosis(trial: Int64) async throws(Problem) -> TrialDiagnosisReply
    /// The sweep that goes on where this one has ended, of at most so many trials.
    func refinement(_ sweep: Int64, trials: Int?) async throws(Problem) -> RefinementReply
    func plot(_ kind: SweepPlotKind, of sweep: Int64, _ query: PlotQuery) async throws(Problem) -> Document
    func plot(_ kind: TrialPlotKind, of trial: Int64, _ query: PlotQuery) async throws(Problem) -> Document
    /// What each worker did lately.
    func workerTimeline(_ query: PlotQuery) async throws(Problem) -> Document
    func report(_ sweep: Int64, _ format: ReportFormat) async throws(Problem) -> Document
    func box() async throws(Problem) -> BoxReply
}

/// A finished file: its bytes, and what they are.
public struct Document: Sendable, Equatable {
    public var mediaType: String
    public var bytes: [UInt8]

    public init(mediaType: String, bytes: [UInt8]) { (self.mediaType, self.bytes) = (mediaType, bytes) }

    public init(mediaType: String, text: String) { self.init(mediaType: mediaType, bytes: Array(text.utf8)) }
}

public enum ReportFormat: String, Sendable, CaseIterable {
    /// One self-contained page.
    case html
    /// CommonMark with tables.
    case md
}
