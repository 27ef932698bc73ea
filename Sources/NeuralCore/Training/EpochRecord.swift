/// What is measured once an epoch, and after the very first iteration.
public struct EpochRecord: Sendable, Equatable {
    /// 0 for the first record.
    public let epoch: Int
    /// Iterations done.
    public let iteration: Int
    /// The minibatch's loss at the last of them, L2 term included, before its update.
    public let trainLoss: Double
    /// On the training sample, after the update.
    public let trainAccuracy: Double
    public let valAccuracy: Double
    /// Mean cross-entropy on the validation split, without L2 term or smoothing.
    public let valLoss: Double
    /// The rate of the iteration's update.
    public let learningRate: Double
    /// √(ΣW1² + ΣW2²) after the update.
    public let weightNorm: Double
    /// ‖ΔW1‖ / ‖W1‖ of the iteration's update; nil if W1 was zero.
    public let updateRatio: Double?
    /// Of 24 to 48 minibatches since the record before, evenly spaced, and last of all this record's own.
    public let losses: [MinibatchLoss]

    public init(
        epoch: Int, iteration: Int, trainLoss: Double, trainAccuracy: Double, valAccuracy: Double, valLoss: Double,
        learningRate: Double, weightNorm: Double, updateRatio: Double?, losses: [MinibatchLoss]
    ) {
        (self.epoch, self.iteration, self.trainLoss) = (epoch, iteration, trainLoss)
        (self.trainAccuracy, self.valAccuracy, self.valLoss) = (trainAccuracy, valAccuracy, valLoss)
        (self.learningRate, self.weightNorm, self.updateRatio) = (learningRate, weightNorm, updateRatio)
        self.losses = losses
    }
}

/// The loss of one minibatch, L2 term included, before its update.
public struct MinibatchLoss: Sendable, Equatable {
    /// Iterations done after it: 1 for the first minibatch.
    public let iteration: Int
    public let loss: Float

    public init(iteration: Int, loss: Float) { (self.iteration, self.loss) = (iteration, loss) }
}

/// How a finished run came out, of the weights that it keeps.
public struct Outcome: Sendable, Equatable {
    /// The last iteration's minibatch loss, whichever weights are kept.
    public let trainLoss: Double
    public let trainAccuracy: Double
    public let valAccuracy: Double
    /// Mean cross-entropy on the validation split.
    public let valLoss: Double
    /// Hidden units that no validation sample activates.
    public let deadUnits: Int
    /// Why it ended before its iterations were done; nil if it did not.
    public let stopped: EarlyStop?

    public init(
        trainLoss: Double, trainAccuracy: Double, valAccuracy: Double, valLoss: Double, deadUnits: Int,
        stopped: EarlyStop? = nil
    ) {
        self.stopped = stopped
        (self.trainLoss, self.trainAccuracy) = (trainLoss, trainAccuracy)
        (self.valAccuracy, self.valLoss, self.deadUnits) = (valAccuracy, valLoss, deadUnits)
    }
}

/// A training that ended because its patience did.
public struct EarlyStop: Sendable, Equatable, CustomStringConvertible {
    public let metric: TrainingConfiguration.Patience.Metric
    /// Epoch records without improvement.
    public let records: Int
    /// The last record's, and the iterations done.
    public let epoch: Int, iteration: Int

    public init(metric: TrainingConfiguration.Patience.Metric, records: Int, epoch: Int, iteration: Int) {
        (self.metric, self.records, self.epoch, self.iteration) = (metric, records, epoch, iteration)
    }

    /// "stopped early at epoch 12: val_accuracy has not improved for 5 epochs".
    public var description: String {
        "stopped early at epoch \(epoch): \(metric.rawValue) has not improved for \(records) epoch\(records == 1 ? "" : "s")"
    }
}
