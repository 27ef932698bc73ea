import NeuralCore
import Testing

/// The same assertions for the fast engine, on every instruction set of this machine, and for its twin.
struct EnginesTests {
    static let sets = InstructionSet.available

    @Test(arguments: sets, Shape.odd)
    func logitsAgreeWithTheTwin(_ set: InstructionSet, _ shape: Shape) {
        let (parameters, batch) = Fixtures.problem(shape)
        let fast = KernelNetwork(parameters, optimizer: .sgd, instructionSet: set)
        let twin = ReferenceNetwork(parameters, optimizer: .sgd)
        expectClose(fast.logits(batch), twin.logits(batch), "logits")
    }

    @Test(arguments: sets, Shape.odd)
    func gradientsAgreeWithTheTwin(_ set: InstructionSet, _ shape: Shape) {
        let (parameters, batch) = Fixtures.problem(shape)
        for objective in objectives {
            let fast = KernelNetwork(parameters, optimizer: .sgd, instructionSet: set)
            let twin = ReferenceNetwork(parameters, optimizer: .sgd)
            let (loss, gradients) = fast.lossAndGradients(batch, objective)
            let (expectedLoss, expected) = twin.lossAndGradients(batch, objective)
            expectClose([loss], [expectedLoss], "loss")
            for tensor in [\NetworkParameters.W1, \.b1, \.W2, \.b2] {
                expectClose(gradients[keyPath: tensor], expected[keyPath: tensor], "\(tensor)")
            }
        }
    }

    @Test(arguments: sets, TrainingConfiguration.Optimizer.allCases)
    func tenStepsOfEachOptimizerAgreeWithTheTwin(_ set: InstructionSet, _ optimizer: TrainingConfiguration.Optimizer) {
        for shape in [Shape(d: 23, h: 37, c: 5, b: 29), Shape(d: 83, h: 97, c: 10, b: 31)] {
            let (parameters, batch) = Fixtures.problem(shape, scale: 0.1)
            var fast = KernelNetwork(parameters, optimizer: optimizer, instructionSet: set)
            var twin = ReferenceNetwork(parameters, optimizer: optimizer)
            for iteration in 0..<10 {
                let objective = Objective(
                    reg: 0.1, labelSmoothing: 0.1, dropout: .init(share: 0.25, seed: 4, iteration: iteration))
                let loss = fast.train(batch, objective, rate: 0.01, momentum: 0.9)
                let expected = twin.train(batch, objective, rate: 0.01, momentum: 0.9)
                expectClose([loss], [expected], "loss")
            }
            // Adam divides by √v, which is tiny for some weights: their last digits count for more there.
            expectClose(
                fast.parameters.flat, twin.parameters.flat, "weights", tolerance: optimizer == .adam ? 2e-3 : 2e-5)
        }
    }

    @Test(arguments: [Shape(d: 4, h: 10, c: 3, b: 5), Shape(d: 3, h: 7, c: 5, b: 11)])
    func theTwinsGradientsAgreeWithCentralDifferences(_ shape: Shape) {
        let (parameters, batch) = Fixtures.problem(shape)
        for objective in objectives {
            let numerical = GradientCheck.numerical(at: parameters) {
                ReferenceNetwork($0, optimizer: .sgd).lossAndGradients(batch, objective).loss
            }
            let gradients = ReferenceNetwork(parameters, optimizer: .sgd).lossAndGradients(batch, objective).gradients
            #expect(GradientCheck.relativeError(numerical.flat, gradients.flat) < 1e-5)
        }
    }

    @Test(arguments: sets)
    func theFastGradientsAgreeWithCentralDifferencesOfTheTwin(_ set: InstructionSet) {
        let (parameters, batch) = Fixtures.problem(Shape(d: 7, h: 17, c: 3, b: 13))
        for objective in objectives {
            let numerical = GradientCheck.numerical(at: parameters) {
                ReferenceNetwork($0, optimizer: .sgd).lossAndGradients(batch, objective).loss
            }
            let fast = KernelNetwork(parameters, optimizer: .sgd, instructionSet: set)
            expectClose(fast.lossAndGradients(batch, objective).gradients.flat, numerical.flat, "gradients")
        }
    }

    @Test func bothEnginesFitTheSameFewSamples() {
        fits(KernelNetwork.self)
        fits(ReferenceNetwork.self)
    }

    private func fits<Network: TwoLayerNetwork>(_ type: Network.Type) {
        let (parameters, batch) = Fixtures.problem(Shape(d: 11, h: 23, c: 4, b: 20), scale: 0.1)
        var network = Network(parameters, optimizer: .momentum)
        let first = network.train(batch, Objective(), rate: 0.1, momentum: 0.9)
        for _ in 0..<200 { _ = network.train(batch, Objective(), rate: 0.1, momentum: 0.9) }
        #expect(network.lossAndGradients(batch, Objective()).loss < 0.05 * first)
        #expect(network.predictions(batch) == batch.labels)
    }

    private var objectives: [Objective] {
        [
            Objective(), Objective(reg: 0.3), Objective(reg: 0.1, labelSmoothing: 0.2),
            Objective(reg: 0.1, dropout: .init(share: 0.5, seed: 8, iteration: 3)),
        ]
    }

    /// Within `tolerance` of the largest magnitude: single precision loses digits of small sums of large terms.
    private func expectClose(
        _ a: [Double], _ b: [Double], _ what: String, tolerance: Double = 2e-5,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let scale = b.reduce(1e-3) { max($0, abs($1)) }
        let worst = zip(a, b).reduce(0.0) { worst, pair in
            let distance = abs(pair.0 - pair.1)
            return distance.isNaN ? .infinity : max(worst, distance)
        }
        #expect(a.count == b.count && worst <= tolerance * scale, "\(what)", sourceLocation: sourceLocation)
    }
}
