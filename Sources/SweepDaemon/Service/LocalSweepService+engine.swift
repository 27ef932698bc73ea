import Datasets
import FoundationEssentials
import SweepAPI
import SweepEngine
import SweepModel

/// What the engine does: sweeps taken in and changed, trials proved and promoted, the box looked at.
extension LocalSweepService {
    func submit(_ request: SubmitRequest, caller: Caller) async throws(Problem) -> SubmitReply {
        try access.admitSubmission(caller)
        let submission = try await asking { () async throws(EngineError) in
            try await engine.submit(SweepEngine.Request(request), caller: caller)
        }
        if submission.isReplay { access.submits.giveBack(caller.uid) }
        let sweep = submission.sweep
        return SubmitReply(
            sweep: sweep.id, name: sweep.name, state: sweep.state, trials: sweep.trials, replayed: submission.isReplay,
            notes: SweepEngine.notes(on: SweepEngine.Request(request)))
    }

    func plan(_ request: SubmitRequest) async throws(Problem) -> PlanReply {
        PlanReply(
            try await asking { () async throws(EngineError) in try await engine.plan(SweepEngine.Request(request)) })
    }

    func audit(_ id: Int64) async throws(Problem) -> AuditReply {
        try await requireSweep(id)
        let audit = try await asking { () async throws(EngineError) in try await engine.audit(id) }
        return AuditReply(
            sweep: id, trials: audit.trials, ended: audit.ended, sound: audit.findings.isEmpty,
            findings: audit.findings, digest: audit.digest)
    }

    func perform(
        _ verb: SweepVerb, on id: Int64, _ request: VerbRequest, caller: Caller
    ) async throws(Problem) -> SweepReply {
        try await requireAccess(caller, to: .init(verb), id)
        try await asking { () async throws(EngineError) in
            switch verb {
            case .pause: try await engine.pause(id, reason: request.reason, caller: caller)
            case .resume: try await engine.resume(id, caller: caller)
            case .stop: try await engine.stop(id, reason: request.reason, caller: caller)
            case .cancel: try await engine.cancel(id, reason: request.reason, caller: caller)
            }
        }
        return try await sweep(id)
    }

    func retry(_ id: Int64, _ request: RetryRequest, caller: Caller) async throws(Problem) -> RetryReply {
        try await requireAccess(caller, to: .retry, id)
        let count = try await asking { () async throws(EngineError) in
            try await engine.retry(id, states: Set(request.states ?? [.failed]), caller: caller)
        }
        return RetryReply(sweep: id, retried: count)
    }

    func resume(trial id: Int64, caller: Caller) async throws(Problem) -> TrialReply {
        guard let trial = try await reading({ () async throws(StoreError) in try await store.trial(id) }) else {
            throw Problem.noTrial(id)
        }
        try await requireAccess(caller, to: .resumeTrial, trial.sweep)
        _ = try await asking { () async throws(EngineError) in try await engine.resumeTrial(id, caller: caller) }
        return try await self.trial(id)
    }

    func verify(trial id: Int64) async throws(Problem) -> VerifyReply {
        let result = try await asking { () async throws(EngineError) in try await engine.verify(id) }
        return VerifyReply(
            trial: id, identical: result.differences.isEmpty, differences: result.differences, stored: result.stored,
            again: result.again, seconds: result.seconds)
    }

    func promote(_ request: PromoteRequest, caller: Caller) async throws(Problem) -> PromotionReply {
        let sweep = try await sweep(ofPromotion: request)
        try await requireAccess(caller, to: .promote, sweep)
        if request.ensemble != nil, request.trial != nil {
            throw Problem(.invalidRequest, "an ensemble is of a sweep's best trials; leave out trial, or ensemble")
        }
        let (promotion, measuredNow) = try await asking { () async throws(EngineError) in
            if let count = request.ensemble {
                return try await engine.promote(
                    sweep: sweep, ensemble: count, mirrored: request.mirror ?? false, caller: caller)
            }
            if request.mirror ?? false {
                return try await engine.promoteMirrored(
                    sweep: request.sweep ?? sweep, trial: request.trial, caller: caller)
            }
            return try await engine.promote(sweep: request.sweep ?? sweep, trial: request.trial, caller: caller)
        }
        return try await reply(promotion, measuredNow: measuredNow)
    }

    /// The named one, the one of the named trial, or the latest.
    private func sweep(ofPromotion request: PromoteRequest) async throws(Problem) -> Int64 {
        if let id = request.trial {
            guard let trial = try await reading({ () async throws(StoreError) in try await store.trial(id) }) else {
                throw Problem.noTrial(id)
            }
            return trial.sweep
        }
        if let sweep = request.sweep { return sweep }
        guard let latest = try await reading({ () async throws(StoreError) in try await store.latestSweepID() }) else {
            throw Problem(.notFound, "there is no sweep yet")
        }
        return latest
    }

    func doctor() async throws(Problem) -> DoctorReply {
        DoctorReply(
            findings: try await asking { () async throws(EngineError) in
                try await DoctorService(engine: engine).findings()
            })
    }

    func datasets() async throws(Problem) -> DatasetsReply {
        let found = try await asking { () async throws(EngineError) in
            try await engine.dataPool.inspect { locator throws(DatasetError) in locator.listing() }
        }
        return DatasetsReply(
            dataDirectory: engine.dataPool.locator.dataFolder,
            datasets: found.map {
                DatasetReply(
                    name: $0.name, location: $0.location, layout: $0.layout, trainSamples: $0.trainSamples,
                    testSamples: $0.testSamples, bytes: $0.bytes, problem: $0.problem)
            })
    }

    func check(dataset name: String) async throws(Problem) -> DatasetReply {
        // A result, because all that a look throws becomes one code of the engine's.
        let result = try await asking { () async throws(EngineError) in
            try await engine.dataPool.inspect { locator -> Result<DatasetCheck, DatasetError> in
                Result { () throws(DatasetError) in try locator.check(name) }
            }
        }
        switch result {
        case .success(let check):
            return DatasetReply(
                name: check.name, location: check.location, layout: check.layout, trainSamples: check.trainSamples,
                testSamples: check.testSamples, bytes: check.files.reduce(0) { $0 + $1.bytes })
        case .failure(let error): throw Problem(error)
        }
    }
}

extension Problem {
    /// What is wrong with a data set that is looked at for its own sake; the exit statuses are those of `sweepctl`
    /// without a daemon.
    fileprivate init(_ error: DatasetError) {
        let code: ProblemCode =
            switch error.code {
            case .notFound, .unknownName: .notFound
            case .invalidPath: .invalidRequest
            case .missingFile, .truncated, .wrongSize, .badLabel, .badValue, .badFormat, .unsupported, .tooFewSamples,
                .changed, .checksum, .download, .io:
                .failed
            }
        self.init(code, error.message)
    }
}

extension SweepEngine.Request {
    init(_ request: SubmitRequest) {
        self.init(
            file: request.file, overrides: request.set ?? [], name: request.name, priority: request.priority,
            key: request.key)
    }
}

extension PlanReply {
    init(_ plan: SweepEngine.Plan) {
        let shown = SweepPlan(plan.spec)
        self.init(
            name: shown.name, method: shown.method.rawValue, dataset: plan.spec.dataset.name, trials: plan.trials,
            configurations: shown.configurations, earlyTermination: shown.earlyTermination,
            parameters: shown.parameters.map {
                Parameter(name: $0.name, kind: $0.source, type: $0.type, range: $0.text, when: $0.condition)
            },
            together: plan.together, memoryBytes: plan.memoryBytes,
            preparedBytes: plan.preparedBytes > 0 ? plan.preparedBytes : nil, datasetBytes: plan.datasetBytes,
            flop: plan.flop,
            estimateSeconds: plan.estimateSeconds,
            samples: (shown.firstTrials + shown.lastTrials).map {
                Sample(index: $0.index, seed: $0.seed, parameters: $0.parameters)
            },
            notes: plan.spec.notes.isEmpty ? nil : plan.spec.notes)
    }
}
