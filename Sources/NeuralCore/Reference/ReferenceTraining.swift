/// The exercise's `train`: plain SGD, minibatches by `np.random.choice`, the rate decayed after each epoch's first
/// iteration (0, N / B, 2·(N / B), …).
public struct ReferenceTraining {
    public private(set) var network: ReferenceNetwork
    /// The stream, as it stands after the iterations so far.
    public private(set) var random: NumPyRandom
    private var rate: Double
    private let decay: Double, reg: Double
    private let batchSize: Int
    private var iteration = 0

    public init(
        _ network: ReferenceNetwork, random: NumPyRandom, rate: Double, decay: Double, reg: Double, batchSize: Int
    ) {
        (self.network, self.random, self.rate, self.decay) = (network, random, rate, decay)
        (self.reg, self.batchSize) = (reg, batchSize)
    }

    /// Returns each iteration's loss.
    ///
    /// - Parameters:
    ///   - samples: N, of which minibatches are drawn.
    ///   - gather: makes a minibatch of the samples with these numbers.
    ///   - atEpoch: called after the first iteration of each epoch, with the iterations done, the network as it is then
    ///     and the minibatch that it has just learned from.
    public mutating func run(
        iterations: Int, samples: Int, gather: ([Int]) -> Minibatch,
        atEpoch: (Int, ReferenceNetwork, Minibatch) -> Void = { _, _, _ in }
    ) -> [Double] {
        let perEpoch = max(samples / batchSize, 1)
        return (0..<iterations).map { _ in
            let batch = gather(random.choice(samples, count: batchSize))
            let loss = network.train(batch, Objective(reg: reg), rate: rate, momentum: 0)
            iteration += 1
            if (iteration - 1) % perEpoch == 0 {
                atEpoch(iteration, network, batch)
                rate *= decay
            }
            return loss
        }
    }
}
