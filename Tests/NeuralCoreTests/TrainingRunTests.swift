import Testing

@testable import NeuralCore

struct TrainingRunTests {
    private let data = Fixtures.prepared()

    @Test func recordsFollowTheFirstIterationAndThenEachEpoch() throws {
        let run = try TrainingRun(Fixtures.configuration(), data: data)
        #expect(run.iterationsPerEpoch == 7)
        let (records, end) = Fixtures.finish(run)
        #expect(records.map(\.iteration) == [1, 8, 15, 22])
        #expect(records.map(\.epoch) == [0, 1, 2, 3])
        #expect(run.epoch == 4 && run.iteration == 25)
        var rate = 5e-2
        for record in records {
            #expect(record.learningRate == rate)
            rate *= 0.95
            #expect(record.weightNorm > 0 && (record.updateRatio ?? 0) > 0)
        }
        guard case .finished(nil, let outcome) = end else { throw Unexpected(end) }
        #expect(outcome.valAccuracy > 0.8 && outcome.trainAccuracy > 0.8 && outcome.valLoss < 1)
    }

    /// Epochs of 7 (each loss), of 49 (every second), and of 120 (every fifth) iterations.
    @Test(arguments: [(17, 1), (2, 2), (1, 5)])
    func lossesAreKeptAtEvenDistancesAndAtEachRecord(_ batchSize: Int, _ stride: Int) throws {
        let training = stride == 2 ? Fixtures.training(train: 98) : Fixtures.training()
        let data = PreparedData(training, preprocess: .standardize, probe: .init(count: 60, seed: 3))
        let configuration = Fixtures.configuration(iterations: 250) {
            ($0.batchSize, $0.learningRate) = (batchSize, 1e-3)
        }
        let run = try TrainingRun(configuration, data: data)
        let records = Fixtures.finish(run).records
        #expect(records[0].losses.map(\.iteration) == [1])
        let perEpoch = run.iterationsPerEpoch
        for record in records.dropFirst() {
            let expected = (record.iteration - perEpoch + 1...record.iteration).filter {
                $0 % stride == 0 || $0 == record.iteration
            }
            #expect(record.losses.map(\.iteration) == expected)
            #expect(record.losses.last?.loss == Float(record.trainLoss))
        }
        // Each is the minibatch's own loss, which a run that stops there has as its last one.
        let sample = records[1].losses[records[1].losses.count / 2]
        let short = try TrainingRun(
            Fixtures.configuration(iterations: sample.iteration) {
                ($0.batchSize, $0.learningRate) = (batchSize, 1e-3)
            }, data: data)
        guard case .finished(_, let outcome) = Fixtures.finish(short).end else { throw Unexpected(short) }
        #expect(Float(outcome.trainLoss) == sample.loss)
    }

    @Test func deadUnitsAreThoseThatNoValidationSampleActivates() throws {
        // Of few samples, some units are active on none.
        for (count, keep) in [(3, TrainingConfiguration.Keep.last), (3, .best), (50, .last)] {
            let training = Fixtures.training(validation: count)
            let data = PreparedData(training, preprocess: .standardize, probe: .init(count: 60, seed: 3))
            let run = try TrainingRun(
                Fixtures.configuration { ($0.keep, $0.dropout) = (keep, 0.1) }, data: data)
            guard case .finished(_, let outcome) = Fixtures.finish(run).end else { throw Unexpected(run) }
            let (w1, b1) = (run.model().W1.map { Double($0) }, run.model().b1.map { Double($0) })
            let validation = data.data.validation
            let (mean, scale) = (data.preprocessing.mean, data.preprocessing.scale)
            var isActive = [Bool](repeating: false, count: 19)
            for row in 0..<validation.count {
                let x = (0..<37).map { (validation.samples[row, $0] - Double(mean[$0])) * Double(scale[$0]) }
                for h in 0..<19 where (0..<37).reduce(b1[h], { $0 + x[$1] * w1[$1 * 19 + h] }) > 0 {
                    isActive[h] = true
                }
            }
            #expect(outcome.deadUnits == isActive.count { !$0 })
            #expect((outcome.deadUnits > 0) == (count == 3))
        }
    }

    @Test func aRunThatEndsOnARecordHasIt() throws {
        let run = try TrainingRun(Fixtures.configuration(iterations: 15), data: data)
        guard case .finished(let record?, let outcome) = Fixtures.finish(run).end else { throw Unexpected(run) }
        #expect(record.iteration == 15 && record.valAccuracy == outcome.valAccuracy)
        #expect(record.trainAccuracy == outcome.trainAccuracy && record.trainLoss == outcome.trainLoss)
        #expect(run.advance(maxIterations: 1, using: Workspace()) == .finished(nil, outcome))
    }

    @Test(arguments: [0, -1])
    func aSliceOfNoIterationsChangesNothing(_ count: Int) throws {
        let run = try TrainingRun(Fixtures.configuration(), data: data)
        let before = run.checkpoint()
        #expect(run.advance(maxIterations: count, using: Workspace()) == .running)
        #expect(run.checkpoint() == before)
    }

    @Test func aBatchLargerThanTheDataMakesEachIterationAnEpoch() throws {
        let run = try TrainingRun(Fixtures.configuration(iterations: 4) { $0.batchSize = 500 }, data: data)
        #expect(run.iterationsPerEpoch == 1)
        #expect(Fixtures.finish(run).records.map(\.iteration) == [1, 2, 3, 4])
    }

    /// The same minibatches through the twin, in double.
    @Test(arguments: TrainingConfiguration.Optimizer.allCases)
    func lossesFollowTheTwin(_ optimizer: TrainingConfiguration.Optimizer) throws {
        let configuration = Fixtures.configuration(optimizer: optimizer)
        let run = try TrainingRun(configuration, data: data)
        var twin = ReferenceNetwork(parameters(run.model()), optimizer: optimizer)
        let train = data.data.train
        let preprocessing = data.preprocessing
        let (mean, scale) = (preprocessing.mean, preprocessing.scale)
        let workspace = Workspace()
        var rate = configuration.learningRate
        for iteration in 0..<configuration.iterations {
            let rows = RandomStream.minibatch.draws(seed: 11, first: UInt64(iteration * 17), count: 17, bound: 120)
                .map { Int($0) }
            let x = rows.flatMap { row in
                (0..<37).map { (train.samples[row, $0] - Double(mean[$0])) * Double(scale[$0]) }
            }
            let batch = Minibatch(dimension: 37, x: x, labels: rows.map { Int(train.labels[$0]) })
            let expected = twin.train(batch, Objective(reg: configuration.reg), rate: rate, momentum: 0.9)
            switch run.advance(maxIterations: 1, using: workspace) {
            case .epoch(let record):
                rate *= 0.95
                #expect(abs(record.trainLoss - expected) < 1e-4)
            case .finished(_, let outcome): #expect(abs(outcome.trainLoss - expected) < 1e-4)
            default: continue
            }
        }
        #expect(run.iteration == configuration.iterations)
    }

    @Test func theBestWeightsAreThoseOfTheBestRecord() throws {
        let configuration = Fixtures.configuration(iterations: 100) {
            ($0.learningRate, $0.schedule, $0.keep) = (0.6, .constant, .best)
        }
        let run = try TrainingRun(configuration, data: data)
        let (records, end) = Fixtures.finish(run)
        guard case .finished(_, let outcome) = end else { throw Unexpected(end) }
        #expect(outcome.valAccuracy == records.map(\.valAccuracy).max())
        // Of equal records the earlier one: a run that stops there has the same model.
        let best = try #require(records.first { $0.valAccuracy == outcome.valAccuracy })
        let early = try TrainingRun(configuration, data: data)
        let workspace = Workspace()
        while early.iteration < best.iteration { _ = early.advance(maxIterations: 1, using: workspace) }
        #expect(early.model() == run.model())
        #expect(
            try run.model().accuracy(on: data.data.validation, using: workspace).correct
                == Int((outcome.valAccuracy * 50).rounded()))
    }

    @Test func fullTrainAccuracyCountsAllSamples() throws {
        let run = try TrainingRun(Fixtures.configuration { $0.trainAccuracy = .full }, data: data)
        guard case .finished(_, let outcome) = Fixtures.finish(run).end else { throw Unexpected(run) }
        let (correct, total, _) = try run.model().accuracy(on: data.data.train, using: Workspace())
        #expect(total == 120 && outcome.trainAccuracy == Double(correct) / 120)
    }

    @Test(arguments: TrainingConfiguration.Schedule.allCases)
    func schedulesGiveTheirRates(_ schedule: TrainingConfiguration.Schedule) throws {
        let run = try TrainingRun(Fixtures.configuration { $0.schedule = schedule }, data: data)
        let rates = Fixtures.finish(run).records.map(\.learningRate)
        switch schedule {
        case .constant: #expect(rates == [5e-2, 5e-2, 5e-2, 5e-2])
        case .epochDecay: #expect(rates == [5e-2, 5e-2 * 0.95, 5e-2 * 0.95 * 0.95, 5e-2 * 0.95 * 0.95 * 0.95])
        case .cosine:
            for (rate, expected) in zip(rates, [0.0500000, 0.0409356, 0.0203155, 0.0030923]) {
                #expect(abs(rate - expected) < 1e-6)
            }
        }
    }

    private func parameters(_ model: Model) -> NetworkParameters {
        var parameters = NetworkParameters(dimension: model.dimension, hidden: model.hidden, classes: model.classes)
        parameters.flat = (model.W1 + model.b1 + model.W2 + model.b2).map { Double($0) }
        return parameters
    }
}

struct Unexpected: Error {
    let value: String

    init(_ value: Any) { self.value = String(describing: value) }
}
