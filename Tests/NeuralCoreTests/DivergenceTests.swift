import NeuralCore
import Testing

struct DivergenceTests {
    @Test(arguments: InstructionSet.available)
    func aRateFarTooHighEndsTheRunAtItsFirstLossThatIsNotFinite(_ set: InstructionSet) throws {
        let data = Fixtures.prepared(.mean)
        let configuration = Fixtures.configuration(iterations: 200) {
            ($0.learningRate, $0.preprocess, $0.weightScale) = (0.5, .mean, .standardDeviation(1e-2))
        }
        let run = try TrainingRun(configuration, data: data, instructionSet: set)
        let (records, end) = Fixtures.finish(run)
        guard case .diverged(let iteration, let last?) = end else { throw Unexpected(end) }
        #expect(last.isFinite && iteration == run.iteration && iteration < 50 && iteration > 0)
        #expect(records.allSatisfy { $0.trainLoss.isFinite })
        // It stays so, and its weights are those of before the step.
        #expect(run.advance(maxIterations: 5, using: Workspace()) == end)
        #expect(run.model().W1.allSatisfy { $0.isFinite })
        let reference = try TrainingRun(configuration, data: data, instructionSet: .baseline)
        #expect(Fixtures.finish(reference).end == end)
    }

    @Test func aFirstLossThatIsNotFiniteHasNoneBefore() throws {
        let configuration = Fixtures.configuration { $0.weightScale = .standardDeviation(1e15) }
        let run = try TrainingRun(configuration, data: Fixtures.prepared())
        #expect(Fixtures.finish(run).end == .diverged(iteration: 0, lastFiniteLoss: nil))
    }

    /// e⁻⁷⁴⁶ is zero in double, so is the probability, and its negative logarithm infinite; e⁻⁷⁴⁵ is not.
    @Test(arguments: [(745.0, true), (746.0, false), (1e6, false)])
    func aProbabilityOfZeroIsAnInfiniteLoss(_ gap: Double, _ isFinite: Bool) {
        var parameters = NetworkParameters(dimension: 1, hidden: 1, classes: 2)
        (parameters.W1, parameters.W2) = ([1], [gap, 0])
        let batch = Minibatch(dimension: 1, x: [1], labels: [1])
        for set in InstructionSet.available {
            var network = KernelNetwork(parameters, optimizer: .sgd, instructionSet: set)
            let loss = network.train(batch, Objective(), rate: 0.1, momentum: 0)
            #expect(loss.isFinite == isFinite)
            #expect(isFinite ? loss == gap : network.parameters == parameters)
        }
    }

    @Test func aNaNInTheSamplesIsNoticed() {
        let (parameters, batch) = Fixtures.problem(Shape(d: 5, h: 17, c: 3, b: 4))
        var x = batch.x
        x[7] = .nan
        for set in InstructionSet.available {
            var network = KernelNetwork(parameters, optimizer: .sgd, instructionSet: set)
            let broken = Minibatch(dimension: 5, x: x, labels: batch.labels)
            #expect(!network.train(broken, Objective(), rate: 0.1, momentum: 0).isFinite)
        }
    }
}
