import NeuralCore
import SweepAnalysis
import SweepModel

/// A run's learning curve in the words of the plots, gathered while the reference twin trains.
struct RunCurve {
    private var points: [EpochPoint] = []
    private var rate: Double
    private let decay: Double

    init(rate: Double, decay: Double) { (self.rate, self.decay) = (rate, decay) }

    /// - Parameter trainAccuracy: of the minibatch, as the exercise measures it.
    mutating func addEpoch(iteration: Int, trainAccuracy: Double, valAccuracy: Double) {
        points.append(
            EpochPoint(
                epoch: points.count, iteration: iteration,
                metrics: TrialMetrics(
                    valAccuracy: valAccuracy, trainAccuracy: trainAccuracy, valLoss: .nan, trainLoss: .nan),
                learningRate: rate, seconds: 0))
        rate *= decay
    }

    /// - Parameter losses: of every iteration.
    func record(losses: [Double], valAccuracy: Double?, firstLayer: FirstLayer? = nil) -> TrialRecord {
        let samples = losses.enumerated().map { LossSample(iteration: $0 + 1, loss: Float($1)) }
        var epochs = points.isEmpty ? [Self.bare(losses)] : points
        epochs[epochs.count - 1].losses = samples
        let last = epochs[epochs.count - 1].metrics
        let metrics = TrialMetrics(
            valAccuracy: valAccuracy ?? last.valAccuracy, trainAccuracy: last.trainAccuracy, valLoss: .nan,
            trainLoss: losses.last ?? .nan)
        return TrialRecord(
            trial: Trial(
                id: 1, sweep: 1, index: 0, state: .completed, parameters: ParameterAssignment(), seed: 0,
                iteration: losses.count, iterations: losses.count, metrics: metrics),
            epochs: epochs, firstLayer: firstLayer, hiddenUnits: firstLayer?.hidden ?? 0)
    }

    /// A run of which nothing but the losses is known.
    private static func bare(_ losses: [Double]) -> EpochPoint {
        EpochPoint(
            epoch: 0, iteration: losses.count,
            metrics: TrialMetrics(
                valAccuracy: .nan, trainAccuracy: .nan, valLoss: .nan, trainLoss: losses.last ?? .nan),
            learningRate: .nan, seconds: 0)
    }
}
