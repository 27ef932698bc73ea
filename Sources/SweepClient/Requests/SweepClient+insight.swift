public import FoundationEssentials
import NIOHTTP1
public import SweepAPI

extension SweepClient {
    public func diagnosis(sweep: Int64) async throws -> SweepDiagnosisReply {
        try await call(.GET, APIPath.diagnosis(sweep: sweep))
    }

    public func diagnosis(trial: Int64) async throws -> TrialDiagnosisReply {
        try await call(.GET, APIPath.diagnosis(trial: trial))
    }

    /// The sweep that goes on where this one has ended.
    public func refinement(_ sweep: Int64, trials: Int? = nil) async throws -> RefinementReply {
        try await call(.GET, APIPath.refinement(sweep), query: [("trials", trials.text)])
    }

    /// A plot in the format of the query: SVG or a terminal's text in UTF-8, or a PNG.
    public func plot(_ kind: SweepPlotKind, of sweep: Int64, _ query: PlotQuery) async throws -> Data {
        try await picture(APIPath.plot(kind, of: sweep), query)
    }

    /// As for a sweep.
    public func plot(_ kind: TrialPlotKind, of trial: Int64, _ query: PlotQuery) async throws -> Data {
        try await picture(APIPath.plot(kind, of: trial), query)
    }

    /// What each worker did lately, as for a sweep.
    public func workerTimeline(_ query: PlotQuery) async throws -> Data {
        try await picture(APIPath.workerTimeline, query)
    }

    /// A finished report in UTF-8.
    public func report(_ sweep: Int64, _ format: ReportFormat) async throws -> Data {
        let type =
            switch format {
            case .html: "text/html"
            case .md: "text/markdown"
            }
        return try await bytes(
            .GET, APIPath.report(sweep), query: [("format", format.rawValue)], accept: "\(type), \(Problem.mediaType)",
            timeout: nil)
    }

    private func picture(_ path: String, _ query: PlotQuery) async throws -> Data {
        let type =
            switch query.format {
            case .svg: "image/svg+xml"
            case .png: "image/png"
            case .terminal: "text/plain"
            }
        return try await bytes(
            .GET, path, query: query.items.map { ($0.name, $0.value) }, accept: "\(type), \(Problem.mediaType)")
    }
}
