import Datasets
import FoundationEssentials
import NeuralCore
import Plots
import SweepAPI
import SweepAnalysis
import SweepEngine
import SweepModel
import SweepReport

/// What is said and drawn about sweeps and trials.
extension LocalSweepService {
    func curves(_ id: Int64) async throws(Problem) -> CurvesReply {
        try await requireSweep(id)
        let trials = try await reading { () async throws(StoreError) in try await store.trials(TrialQuery(sweep: id)) }
        let epochs = try await reading { () async throws(StoreError) in
            try await store.curves(sweep: id, withLosses: false)
        }
        return CurvesReply(sweep: id, trials: trials.map { .init($0, epochs[$0.id] ?? []) })
    }

    func table(_ id: Int64) async throws(Problem) -> TableReply {
        let record = try await records.sweep(id, withCurves: false)
        return TableReply(sweep: id, parameters: record.variedParameters, trials: record.trials)
    }

    func importance(_ id: Int64) async throws(Problem) -> ImportanceReply {
        let record = try await records.sweep(id, withCurves: false)
        return ImportanceReply(sweep: id, importance: await drawing.run { ParameterImportance(of: record) })
    }

    func diagnosis(sweep id: Int64) async throws(Problem) -> SweepDiagnosisReply {
        let record = try await records.sweep(id)
        let findings = await drawing.run { Diagnosis.findings(of: record) }
        return SweepDiagnosisReply(sweep: id, findings: findings.map(FindingReply.init))
    }

    func diagnosis(trial id: Int64) async throws(Problem) -> TrialDiagnosisReply {
        let (trial, data) = try await records.wholeTrial(id)
        let findings = await drawing.run {
            Diagnosis.findings(
                of: trial, validationExamples: data.validationExamples, classes: data.classes)
        }
        return TrialDiagnosisReply(trial: id, findings: findings.map(FindingReply.init))
    }

    func plot(_ kind: SweepPlotKind, of id: Int64, _ query: PlotQuery) async throws(Problem) -> Document {
        let record = try await records.sweep(id)
        return try await drawing.run { () throws(Problem) in
            try query.document(
                try PlotError.asProblem { () throws(PlotError) in
                    try SweepPlot(kind).figure(of: record, query.choices)
                })
        }
    }

    func plot(_ kind: TrialPlotKind, of id: Int64, _ query: PlotQuery) async throws(Problem) -> Document {
        let (trial, data) = try await records.trial(id, with: kind.extras)
        return try await drawing.run { () throws(Problem) in
            try query.document(
                try PlotError.asProblem { () throws(PlotError) in
                    try TrialPlot(kind).figure(of: trial, pictures: data.pictures, query.choices)
                })
        }
    }

    func workerTimeline(_ query: PlotQuery) async throws(Problem) -> Document {
        let slices = await engine.workerSlices().map {
            WorkerSlice(worker: $0.worker, trial: $0.trial, sweep: $0.sweep, range: $0.range)
        }
        return try await drawing.run { () throws(Problem) in
            try query.document(WorkerTimeline.figure(slices: slices, link: query.choices.link))
        }
    }

    func report(_ id: Int64, _ format: ReportFormat) async throws(Problem) -> Document {
        let record = try await records.sweep(id)
        var best: (record: TrialRecord, data: RecordLoader.DataSide)?
        if let trial = record.reportedTrial { best = try await records.wholeTrial(trial) }
        let input = ReportInput(
            record: record, best: best?.record, pictures: best?.data.pictures ?? TrialPictures(),
            testLooks: try await testLooks(record.sweep), kernelRevision: engine.kernelRevision, now: .now,
            box: "\(engine.workers) workers, \(engine.instructionSet.rawValue), sweepd \(APIVersion.program)")
        return await drawing.run {
            switch format {
            case .html: Document(mediaType: "text/html; charset=utf-8", text: Report.html(input))
            case .md: Document(mediaType: "text/markdown; charset=utf-8", text: Report.markdown(input))
            }
        }
    }

    func box() async throws(Problem) -> BoxReply {
        let box = BoxService(
            stateDirectory: engine.stateDirectory, dataDirectory: engine.dataPool.locator.dataFolder)
        return await drawing.run { box.reply() }
    }
}

extension SweepRecord {
    /// The trial that a report shows in full: the one that was promoted last, or else the best one.
    fileprivate var reportedTrial: Int64? { promotions.first?.trial ?? best?.id }
}

extension TrialPlotKind {
    fileprivate var extras: Set<RecordLoader.Extra> {
        switch self {
        case .weights: [.firstLayer]
        case .mistakes: [.mistakes]
        case .loss, .accuracy, .updates, .confusion: []
        }
    }
}
