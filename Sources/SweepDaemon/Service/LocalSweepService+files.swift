import SweepAPI
import SweepEngine
import SweepModel

/// Backups, checks, and which models stay.
extension LocalSweepService {
    func backup(caller: Caller) async throws(Problem) -> BackupCopy {
        try access.require(.backup, on: nil, caller)
        let (path, report) = try await asking { () async throws(EngineError) in try await engine.backup() }
        return BackupCopy(path: path, contents: BackupContents(report))
    }

    func check() async throws(Problem) -> CheckReply {
        let check = try await asking { () async throws(EngineError) in try await engine.checkFiles() }
        return CheckReply(sound: check.findings.isEmpty, findings: check.findings, files: check.files)
    }

    func prune(_ request: PruneRequest, caller: Caller) async throws(Problem) -> PruneReply {
        if let sweep = request.sweep {
            try await requireAccess(caller, to: .prune, sweep)
        } else {
            try access.require(.prune, on: nil, caller)
        }
        guard request.keep.map({ (0...1_000_000).contains($0) }) ?? true else {
            throw Problem(
                .invalidRequest, "keep is not a whole number from 0 to 1000000",
                errors: [Problem.Place(pointer: "/keep", detail: "not a whole number from 0 to 1000000")])
        }
        let dryRun = request.dryRun ?? false
        let pruning = try await asking { () async throws(EngineError) in
            try await engine.prune(sweep: request.sweep, keep: request.keep, dryRun: dryRun, caller: caller)
        }
        return PruneReply(
            sweep: request.sweep, dryRun: dryRun, models: pruning.models, bytes: pruning.bytes,
            checkpoints: pruning.checkpoints, checkpointBytes: pruning.checkpointBytes,
            damaged: pruning.damaged, damagedBytes: pruning.damagedBytes)
    }

    func keep(trial id: Int64, caller: Caller) async throws(Problem) -> KeepReply {
        guard let trial = try await reading({ () async throws(StoreError) in try await store.trial(id) }) else {
            throw Problem.noTrial(id)
        }
        try await requireAccess(caller, to: .keep, trial.sweep)
        let keeping = try await asking { () async throws(EngineError) in try await engine.keep(id, caller: caller) }
        return KeepReply(
            trial: id, model: keeping.model.digest, bytes: keeping.model.bytes, seconds: keeping.trainedSeconds)
    }
}

extension BackupContents {
    init(_ report: BackupReport) {
        let models = report.files.count { $0.path.hasPrefix("\(StateFolder.models)/") }
        self.init(
            sweeps: report.sweeps, trials: report.trials, promotions: report.promotions, models: models,
            checkpoints: report.files.count - models, missing: report.missing.map(\.path))
    }
}
