/// The exercise's toy: 4 inputs, 10 hidden units, 3 classes, 5 samples, and the seven figures that it prints.
///
/// CS231n, winter 2016, assignment 1, "two-layer net". Model and data are drawn from NumPy's stream, seeds 0 and 1.
public enum ToyExercise {
    public static let scoresDifference = 3.68027204961e-08
    public static let lossDifference = 1.79412040779e-13
    public static let firstWeightsError = 3.669858e-09
    public static let secondWeightsError = 3.440708e-09
    public static let secondBiasError = 3.865028e-11
    public static let firstBiasError = 2.738422e-09
    public static let finalLoss = 0.0171496079387

    /// The scores that the exercise prints, 5×3, all with eight decimals. Divided rather than written out: on x86 Swift
    /// rounds a literal to 80 bits first, which gives −0.00618733 another last bit, and the sum other digits.
    static let printedScores = [
        -81_233_741, -127_654_624, -70_335_995, -17_129_677, -118_803_311, -47_310_444, -51_590_475, -101_354_314,
        -85_042_150, -15_419_291, -48_629_638, -52_901_952, -618_733, -12_435_261, -15_226_949,
    ].map { Double($0) / 1e8 }
    static let printedLoss = 1.30378789133

    /// One figure of the exercise beside ours.
    public struct Figure: Sendable {
        public let name: String
        /// As the exercise prints it.
        public let printed: Double
        public let ours: Double
        /// How the exercise prints it, as `printf` puts it.
        public let format: String
    }

    /// W1, b1, W2, b2 as `init_toy_model` makes them.
    ///
    /// - Parameter random: a stream of seed 0, which goes on after the 70 numbers drawn.
    public static func model(_ random: inout NumPyRandom) -> NetworkParameters {
        var parameters = NetworkParameters(dimension: 4, hidden: 10, classes: 3)
        parameters.W1 = random.normals(40, scale: 0.1)
        parameters.W2 = random.normals(30, scale: 0.1)
        return parameters
    }

    /// `init_toy_data`.
    public static func data() -> Minibatch {
        var random = NumPyRandom(seed: 1)
        return Minibatch(dimension: 4, x: random.normals(20, scale: 10), labels: [0, 1, 2, 2, 1])
    }

    /// All seven, the losses of the toy's training, and the random stream as it stands after it, from which the
    /// exercise's first run goes on.
    public static func figures() -> (figures: [Figure], losses: [Double], random: NumPyRandom) {
        var random = NumPyRandom(seed: 0)
        let parameters = model(&random)
        let data = data()
        let objective = Objective(reg: 0.1)
        let network = ReferenceNetwork(parameters, optimizer: .sgd)
        let scores = zip(network.logits(data), printedScores).map { abs($0 - $1) }
        let (loss, gradients) = network.lossAndGradients(data, objective)
        let numerical = GradientCheck.numerical(at: parameters) {
            ReferenceNetwork($0, optimizer: .sgd).lossAndGradients(data, objective).loss
        }
        func error(_ tensor: KeyPath<NetworkParameters, [Double]>) -> Double {
            GradientCheck.relativeError(numerical[keyPath: tensor], gradients[keyPath: tensor])
        }
        var training = ReferenceTraining(
            network, random: random, rate: 0.1, decay: 0.95, reg: 1e-5, batchSize: 200)
        let losses = training.run(iterations: 100, samples: data.count) { data.rows($0) }
        let figures = [
            Figure(
                name: "scores, sum of differences", printed: scoresDifference, ours: Elementary.sum(scores[...]),
                format: "%.12g"),
            Figure(name: "loss, difference", printed: lossDifference, ours: abs(loss - printedLoss), format: "%.12g"),
            Figure(name: "gradient check, W1", printed: firstWeightsError, ours: error(\.W1), format: "%e"),
            Figure(name: "gradient check, W2", printed: secondWeightsError, ours: error(\.W2), format: "%e"),
            Figure(name: "gradient check, b2", printed: secondBiasError, ours: error(\.b2), format: "%e"),
            Figure(name: "gradient check, b1", printed: firstBiasError, ours: error(\.b1), format: "%e"),
            Figure(name: "training, final loss", printed: finalLoss, ours: losses.last ?? .nan, format: "%.12g"),
        ]
        return (figures, losses, training.random)
    }
}
