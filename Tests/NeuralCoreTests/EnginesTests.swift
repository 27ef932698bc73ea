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
                    reg: 0.1, labelSmoothing: 0.1, dropout: .init(share: 0.25, seed: 4, iteration: iteration),
                    inputDropout: iteration % 2 == 0 ? nil : .init(share: 0.1, seed: 4, iteration: iteration),
                    clipNorm: iteration % 3 == 0 ? 0 : 0.5)
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
            #expect(GradientCheck.relativeError(numerical.flat, numerical.flat.map { _ in .nan }) == .infinity)
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
            Objective(reg: 0.1, inputDropout: .init(share: 0.3, seed: 8, iteration: 3)),
            Objective(
                dropout: .init(share: 0.25, seed: 8, iteration: 5),
                inputDropout: .init(share: 0.5, seed: 8, iteration: 5)),
        ]
    }

    private func norm(_ parameters: NetworkParameters) -> Double {
        parameters.flat.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    @Test(arguments: sets)
    func aClippedGradientPointsTheSameWayAndIsNoLongerThanItsLimit(_ set: InstructionSet) {
        let (parameters, batch) = Fixtures.problem(Shape(d: 67, h: 53, c: 7, b: 31))
        let network = KernelNetwork(parameters, optimizer: .sgd, instructionSet: set)
        let whole = network.lossAndGradients(batch, Objective(reg: 0.1)).gradients
        for limit in [0.01, 0.5, 2] as [Double] {
            let factor = limit * norm(whole)
            let clipped = network.lossAndGradients(batch, Objective(reg: 0.1, clipNorm: factor)).gradients
            expectClose(clipped.flat, whole.flat.map { $0 * min(limit, 1) }, "gradients")
            #expect(norm(clipped) <= factor * 1.00001)
            let twin = ReferenceNetwork(parameters, optimizer: .sgd)
            expectClose(
                clipped.flat, twin.lossAndGradients(batch, Objective(reg: 0.1, clipNorm: factor)).gradients.flat, "twin"
            )
        }
    }

    @Test(arguments: sets)
    func theShareOfInputsThatAreDroppedIsTheOneAskedFor(_ set: InstructionSet) {
        // With one unit, one class and one row the gradient of W1 is a multiple of the input: its zeros are what was dropped.
        let (d, share) = (997, 0.3)
        var parameters = NetworkParameters(dimension: d, hidden: 1, classes: 2)
        (parameters.b1, parameters.W2) = ([1], [1, -1])
        let batch = Minibatch(dimension: d, x: .init(repeating: 1, count: d), labels: [0])
        var kept = [Int](repeating: 0, count: d)
        for iteration in 0..<200 {
            let objective = Objective(inputDropout: .init(share: share, seed: 3, iteration: iteration))
            let network = KernelNetwork(parameters, optimizer: .sgd, instructionSet: set)
            let gradient = network.lossAndGradients(batch, objective).gradients.W1
            let twin = ReferenceNetwork(parameters, optimizer: .sgd).lossAndGradients(batch, objective).gradients.W1
            #expect(gradient.map { $0 == 0 } == twin.map { $0 == 0 })
            for (i, value) in gradient.enumerated() where value != 0 { kept[i] += 1 }
        }
        let total = Double(kept.reduce(0, +)) / Double(200 * d)
        // Five standard deviations of as many draws, and of the 200 of one input.
        #expect(abs(total - (1 - share)) < 5 * (share * (1 - share) / Double(200 * d)).squareRoot())
        #expect(kept.allSatisfy { abs(Double($0) - 140) < 5 * (200 * share * (1 - share)).squareRoot() })
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
