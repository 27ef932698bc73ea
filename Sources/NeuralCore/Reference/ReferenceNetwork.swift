/// The exercise's network in `Double`: plain loops, the softmax without the row maximum, sums in the order that
/// reproduces its printed figures to the last digit. What the fast engine is tested against.
public struct ReferenceNetwork: TwoLayerNetwork {
    public var parameters: NetworkParameters
    private let optimizer: TrainingConfiguration.Optimizer
    private let rounding: ReferenceProducts.Rounding
    private var first: NetworkParameters
    private var second: NetworkParameters
    private var steps = 0

    public init(_ parameters: NetworkParameters, optimizer: TrainingConfiguration.Optimizer) {
        self.init(parameters, optimizer: optimizer, isQuick: false)
    }

    /// - Parameter isQuick: rounds products and sums apart, which makes other last digits, several times faster.
    public init(_ parameters: NetworkParameters, optimizer: TrainingConfiguration.Optimizer = .sgd, isQuick: Bool) {
        (self.parameters, self.optimizer, rounding) = (parameters, optimizer, isQuick ? .separate : .fused)
        first = NetworkParameters(
            dimension: parameters.dimension, hidden: parameters.hidden, classes: parameters.classes)
        second = first
    }

    // MARK: Forward

    public func logits(_ batch: Minibatch) -> [Double] { forward(batch, dropout: nil).logits }

    /// Z1, A1 and logits, each with B rows.
    private func forward(
        _ batch: Minibatch, dropout: Objective.Dropout?
    ) -> (z1: [Double], a1: [Double], mask: [Double]?, logits: [Double]) {
        let p = parameters
        let (b, h, c) = (batch.count, p.hidden, p.classes)
        var z1 = ReferenceProducts.product(
            batch.x, p.W1, rows: b, depth: p.dimension, columns: h, rounding)
        for i in z1.indices { z1[i] += p.b1[i % h] }
        // NumPy's maximum(0, z) keeps NaN.
        var a1 = z1.map { $0 < 0 ? 0 : $0 }
        let mask = dropout.map { Self.mask($0, rows: b, hidden: h) }
        if let mask { for i in a1.indices { a1[i] *= mask[i] } }
        var logits = ReferenceProducts.evenOddProduct(a1, p.W2, rows: b, depth: h, columns: c)
        for i in logits.indices { logits[i] += p.b2[i % c] }
        return (z1, a1, mask, logits)
    }

    /// 0 or 1 / (1 − share) for each hidden unit of each row.
    static func mask(_ dropout: Objective.Dropout, rows: Int, hidden: Int) -> [Double] {
        let blocks = (hidden + 3) / 4
        let threshold = UInt32(dropout.share * 4_294_967_296)
        return (0..<rows).flatMap { b in
            (0..<hidden).map { h in
                let words = RandomStream.dropout.words(
                    seed: dropout.seed, position: UInt64((dropout.iteration * rows + b) * blocks + h / 4))
                let word = [words.0, words.1, words.2, words.3][h % 4]
                return word < threshold ? 0 : 1 / (1 - dropout.share)
            }
        }
    }

    /// The minibatch without the inputs that are dropped; the others times 1 / (1 − share).
    static func dropInputs(_ batch: Minibatch, _ dropout: Objective.Dropout) -> Minibatch {
        let groups = (batch.dimension + 63) / 64
        // The share, in as many steps as 16 bits have.
        let threshold = min((dropout.share * 65_536).rounded(), 65_535)
        var x = batch.x
        for i in x.indices {
            let (row, input) = (i / batch.dimension, i % batch.dimension)
            let group = (dropout.iteration * batch.count + row) * groups + input / 64
            let words = RandomStream.inputDropout.words(
                seed: dropout.seed, position: UInt64(group * 8 + input % 32 / 4))
            let word = [words.0, words.1, words.2, words.3][input % 64 / 32 * 2 + input % 4 / 2]
            let half = input % 2 == 0 ? word & 0xFFFF : word >> 16
            x[i] = Double(half) < threshold ? 0 : x[i] * (65_536 / (65_536 - threshold))
        }
        return Minibatch(dimension: batch.dimension, x: x, labels: batch.labels)
    }

    // MARK: Loss and gradients

    public func lossAndGradients(
        _ batch: Minibatch, _ objective: Objective
    ) -> (loss: Double, gradients: NetworkParameters) {
        let p = parameters
        let batch = objective.inputDropout.map { Self.dropInputs(batch, $0) } ?? batch
        let (n, h, c) = (batch.count, p.hidden, p.classes)
        let (z1, a1, mask, logits) = forward(batch, dropout: objective.dropout)
        let (loss, dLogits) = softmax(logits, batch, objective)
        var g = NetworkParameters(dimension: p.dimension, hidden: h, classes: c)
        g.W2 = ReferenceProducts.transposedProduct(a1, dLogits, rows: h, depth: n, columns: c, rounding)
        g.b2 = Self.columnSums(dLogits, columns: c)
        var transposed = [Double](repeating: 0, count: h * c)
        for i in 0..<h { for j in 0..<c { transposed[j * h + i] = p.W2[i * c + j] } }
        var dZ1 = ReferenceProducts.product(dLogits, transposed, rows: n, depth: c, columns: h, rounding)
        for i in dZ1.indices {
            if let mask { dZ1[i] *= mask[i] }
            if z1[i] <= 0 { dZ1[i] = 0 }
        }
        g.W1 = ReferenceProducts.transposedProduct(batch.x, dZ1, rows: p.dimension, depth: n, columns: h, rounding)
        g.b1 = Self.columnSums(dZ1, columns: h)
        for i in g.W1.indices { g.W1[i] += objective.reg * p.W1[i] }
        for i in g.W2.indices { g.W2[i] += objective.reg * p.W2[i] }
        if objective.clipNorm > 0 {
            let norm = g.flat.reduce(0) { $0 + $1 * $1 }.squareRoot()
            if norm > objective.clipNorm { g.flat = g.flat.map { $0 * objective.clipNorm / norm } }
        }
        return (loss, g)
    }

    /// Mean cross-entropy plus L2 term, and (p − target) / B.
    private func softmax(_ logits: [Double], _ batch: Minibatch, _ objective: Objective) -> (Double, [Double]) {
        let (n, c, smoothing) = (batch.count, parameters.classes, objective.labelSmoothing)
        var probabilities = logits.map { Elementary.exp($0) }
        var losses = [Double](repeating: 0, count: n)
        for b in 0..<n {
            let row = (b * c)..<((b + 1) * c)
            let sum = Elementary.sum(probabilities[row])
            for i in row { probabilities[i] /= sum }
            let label = b * c + batch.labels[b]
            losses[b] = -Elementary.log(probabilities[label])
            if smoothing > 0 {
                let others = row.reduce(0) { $0 - Elementary.log(probabilities[$1]) }
                losses[b] = (1 - smoothing) * losses[b] + smoothing / Double(c) * others
                for i in row { probabilities[i] -= smoothing / Double(c) }
            }
            probabilities[label] -= 1 - smoothing
            for i in row { probabilities[i] /= Double(n) }
        }
        let data = Elementary.sum(losses[...]) / Double(n)
        let squares1 = Elementary.sum(parameters.W1.map { $0 * $0 }[...])
        let squares2 = Elementary.sum(parameters.W2.map { $0 * $0 }[...])
        return (data + 0.5 * objective.reg * (squares1 + squares2), probabilities)
    }

    private static func columnSums(_ values: [Double], columns: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: columns)
        for (i, value) in values.enumerated() { sums[i % columns] += value }
        return sums
    }

    // MARK: Optimizers

    public mutating func train(
        _ batch: Minibatch, _ objective: Objective, rate: Double, momentum: Double
    ) -> Double {
        let (loss, gradients) = lossAndGradients(batch, objective)
        steps += 1
        for tensor in [\NetworkParameters.W1, \.b1, \.W2, \.b2] {
            update(tensor, gradients[keyPath: tensor], rate: rate, momentum: momentum)
        }
        return loss
    }

    private mutating func update(
        _ tensor: WritableKeyPath<NetworkParameters, [Double]>, _ g: [Double], rate: Double, momentum: Double
    ) {
        var (w, v, s) = (parameters[keyPath: tensor], first[keyPath: tensor], second[keyPath: tensor])
        for i in w.indices {
            switch optimizer {
            case .sgd: w[i] -= rate * g[i]
            case .momentum:
                v[i] = momentum * v[i] - rate * g[i]
                w[i] += v[i]
            case .nesterov:
                let before = v[i]
                v[i] = momentum * v[i] - rate * g[i]
                w[i] += -momentum * before + (1 + momentum) * v[i]
            case .adam:
                v[i] = 0.9 * v[i] + 0.1 * g[i]
                s[i] = 0.999 * s[i] + 0.001 * g[i] * g[i]
                let m = v[i] / (1 - TrainingConfiguration.Optimizer.power(0.9, steps))
                let n = s[i] / (1 - TrainingConfiguration.Optimizer.power(0.999, steps))
                w[i] -= rate * m / (n.squareRoot() + 1e-8)
            }
        }
        (parameters[keyPath: tensor], first[keyPath: tensor], second[keyPath: tensor]) = (w, v, s)
    }
}
