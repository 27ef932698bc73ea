import Testing

@testable import NeuralCore

/// Warm-up, averaging of weights, patience: what stands around the steps.
struct OptionsTests {
    private let data = Fixtures.prepared()

    @Test(arguments: TrainingConfiguration.Schedule.allCases)
    func warmUpIsALinearFactorOnEverySchedule(_ schedule: TrainingConfiguration.Schedule) throws {
        // Records after iterations 0, 7, 14 and 21; the factor is 1 from iteration 9 on.
        func rates(_ warmup: Int) throws -> [Double] {
            let configuration = Fixtures.configuration { ($0.schedule, $0.warmupIterations) = (schedule, warmup) }
            return Fixtures.finish(try TrainingRun(configuration, data: data)).records.map(\.learningRate)
        }
        let plain = try rates(0)
        #expect(try rates(10) == [plain[0] * 1 / 10, plain[1] * 8 / 10, plain[2], plain[3]])
        #expect(try rates(1) == plain)
    }

    /// Weights after each iteration, by runs that are stepped one at a time.
    private func path(_ iterations: Int) throws -> [[Double]] {
        let run = try TrainingRun(Fixtures.configuration(iterations: iterations + 1), data: data)
        let workspace = Workspace()
        return (0..<iterations).map { _ in
            _ = run.advance(maxIterations: 1, using: workspace)
            return run.model().rowMajor.map { Double($0) }
        }
    }

    private func expectClose(_ found: [Float], _ expected: [Double]) {
        let worst = zip(found, expected).reduce(0.0) { max($0, abs(Double($1.0) - $1.1)) }
        #expect(found.count == expected.count && worst < 1e-6)
    }

    @Test func theTailsAverageIsThePlainMeanOfEveryEighthIteration() throws {
        let path = try path(60)
        let run = try TrainingRun(
            Fixtures.configuration(iterations: 60) { ($0.schedule, $0.averaging) = (.epochDecay, .tail(share: 0.5)) },
            data: data)
        _ = Fixtures.finish(run)
        let chosen = [30, 38, 46, 54]
        let mean = path[0].indices.map { i in chosen.reduce(0) { $0 + path[$1][i] } / 4 }
        expectClose(run.model().rowMajor, mean)
    }

    @Test func theExponentialAverageIsAPlainMeanAtFirst() throws {
        let path = try path(60)
        let decay = 0.95
        let run = try TrainingRun(
            Fixtures.configuration(iterations: 60) { $0.averaging = .exponential(decay: decay) }, data: data)
        _ = Fixtures.finish(run)
        let perStride = (0..<8).reduce(1.0) { product, _ in product * decay }
        var mean = path[0]
        for (n, i) in stride(from: 0, to: 60, by: 8).enumerated().dropFirst() {
            let share = max(1 - perStride, 1 / Double(n + 1))
            for k in mean.indices { mean[k] += share * (path[i][k] - mean[k]) }
        }
        expectClose(run.model().rowMajor, mean)
    }

    @Test func theAveragedWeightsAreEvaluatedAndKept() throws {
        for precision in TrainingConfiguration.Precision.allCases {
            for keep in TrainingConfiguration.Keep.allCases {
                let run = try TrainingRun(
                    Fixtures.configuration(iterations: 22) {
                        ($0.averaging, $0.keep, $0.precision) = (.tail(share: 0.8), keep, precision)
                    }, data: data)
                let (records, end) = Fixtures.finish(run)
                guard case .finished(_, let outcome) = end else { throw Unexpected(end) }
                let (correct, total, loss) = try run.model().accuracy(on: data.data.validation, using: Workspace())
                #expect(outcome.valAccuracy == Double(correct) / Double(total) && outcome.valLoss == loss)
                #expect(keep == .best || records.last?.valLoss == loss)
            }
        }
    }

    @Test func averagingChangesNothingOfTheTrainingItself() throws {
        let plain = try TrainingRun(Fixtures.configuration(), data: data)
        let averaged = try TrainingRun(
            Fixtures.configuration { $0.averaging = .exponential(decay: 0.9) }, data: data)
        let (a, b) = (Fixtures.finish(plain), Fixtures.finish(averaged))
        #expect(a.records.map(\.losses) == b.records.map(\.losses))
        #expect(a.records.map(\.weightNorm) == b.records.map(\.weightNorm))
        #expect(plain.model() != averaged.model())
    }

    @Test(arguments: TrainingConfiguration.Patience.Metric.allCases, [1, 2, 3])
    func patienceEndsTheTrainingAfterSoManyRecordsWithoutImprovement(
        _ metric: TrainingConfiguration.Patience.Metric, _ wanted: Int
    ) throws {
        func change(_ configuration: inout TrainingConfiguration) {
            (configuration.learningRate, configuration.schedule) = (0.6, .constant)
        }
        let whole = try TrainingRun(Fixtures.configuration(iterations: 400, change: change), data: data)
        let all = Fixtures.finish(whole).records
        // Where it must end, by the plain curve.
        let values = all.map { metric == .valAccuracy ? $0.valAccuracy : -$0.valLoss }
        var (best, waited) = (values[0], 0)
        let end = values.indices.dropFirst().first { i in
            if values[i] > best { (best, waited) = (values[i], 0) } else { waited += 1 }
            return waited == wanted
        }
        let stop = try #require(end)
        let run = try TrainingRun(
            Fixtures.configuration(iterations: 400) {
                change(&$0)
                $0.patience = .init(records: wanted, metric: metric)
            }, data: data)
        let (records, progress) = Fixtures.finish(run)
        guard case .finished(let record?, let outcome) = progress else { throw Unexpected(progress) }
        #expect(records == Array(all[...stop]) && record == all[stop])
        #expect(
            outcome.stopped
                == EarlyStop(metric: metric, records: wanted, epoch: stop, iteration: all[stop].iteration))
        #expect(outcome.valAccuracy == record.valAccuracy && run.iteration == record.iteration)
        #expect(run.advance(maxIterations: 1, using: Workspace()) == .finished(nil, outcome))
        #expect(
            "\(outcome.stopped!)"
                == "stopped early at epoch \(stop): \(metric.rawValue) has not improved for \(wanted) epoch"
                + (wanted == 1 ? "" : "s"))
    }

    @Test func aTrainingThatKeepsImprovingEndsWithItsIterations() throws {
        let run = try TrainingRun(
            Fixtures.configuration { ($0.patience, $0.learningRate) = (.init(records: 50), 1e-3) }, data: data)
        guard case .finished(_, let outcome) = Fixtures.finish(run).end else { throw Unexpected(run) }
        #expect(outcome.stopped == nil && run.iteration == 25)
    }

    @Test func keepDecidesWhichWeightsAStoppedTrainingHas() throws {
        func run(_ keep: TrainingConfiguration.Keep) throws -> (TrainingRun, [EpochRecord]) {
            let run = try TrainingRun(
                Fixtures.configuration(iterations: 400) {
                    ($0.learningRate, $0.schedule, $0.keep) = (0.6, .constant, keep)
                    $0.patience = .init(records: 3)
                }, data: data)
            return (run, Fixtures.finish(run).records)
        }
        let (last, records) = try run(.last)
        let (best, _) = try run(.best)
        let validation = data.data.validation
        #expect(
            try best.model().accuracy(on: validation, using: Workspace()).correct
                == Int(((records.map(\.valAccuracy).max() ?? 0) * 50).rounded()))
        #expect(
            try last.model().accuracy(on: validation, using: Workspace()).correct
                == Int(((records.last?.valAccuracy ?? 0) * 50).rounded()))
    }

    @Test func droppedInputsInBf16AreRefusedWithASentence() {
        let error = #expect(throws: NeuralCoreError.self) {
            try TrainingRun(
                Fixtures.configuration { ($0.inputDropout, $0.precision) = (0.1, .bf16) }, data: data)
        }
        #expect(error?.code == .invalidConfiguration && error?.message.contains("use float32") == true)
    }
}
