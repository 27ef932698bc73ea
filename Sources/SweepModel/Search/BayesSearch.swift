/// Suggestions of Bayesian optimization: a Gaussian process is fitted to the observations, and the point is taken from which it
/// expects most improvement. Jones, Schonlau and Welch, "Efficient global optimization of expensive black-box functions"
/// (1998).
struct BayesSearch: LearningSearch {
    /// The process is fitted to so many observations: the better half, and the newest of the others.
    private static let most = 160
    /// So many of a cohort are chosen by it; the others, of a larger one, are drawn at random.
    private static let assumed = 64
    /// Points that are drawn from the whole space, and as many near the best.
    private static let draws = 256
    /// From so many of either the search goes on uphill.
    private static let starts = 4

    private var process: GaussianProcess?
    /// The least mean at a point that has been tried.
    private var least = 0.0
    private var embeddings: [Embedding] = []

    mutating func point(_ number: Int, _ memory: SearchMemory) -> [Double] {
        guard memory.pending.count < Self.assumed else { return Self.random(number, memory) }
        if var process {
            if let last = memory.pending.last { process.assume(embedded(last)) }
            self.process = process
        } else {
            fit(memory)
        }
        return search(number, memory)
    }

    // MARK: The process

    private mutating func fit(_ memory: SearchMemory) {
        embeddings = memory.axes.map(Embedding.init)
        let observations = Self.chosen(memory.observations)
        let points = observations.map { embedded($0.point) }
        let gains = memory.gains
        let values = Self.scores(observations.map { $0.rank.estimate(gains) })
        let kernel = KernelFit(coordinates: embeddings.map(\.coordinate), points: points, values: values).best()
        let process = GaussianProcess(
            kernel, points: points, values: values, room: Self.assumed)
        least = points.map { process.posterior(at: $0).mean }.min() ?? 0
        self.process = process
    }

    private static func chosen(_ observations: [SearchMemory.Observation]) -> [SearchMemory.Observation] {
        guard observations.count > most else { return observations }
        let order = observations.indices.sorted {
            let (left, right) = (observations[$0].rank, observations[$1].rank)
            return left == right ? $0 < $1 : left < right
        }
        let good = order.prefix(most / 2)
        let others = order.dropFirst(most / 2).sorted().suffix(most - most / 2)
        return (good + others).sorted().map { observations[$0] }
    }

    /// What the process is fitted to: mean 0, variance 1, less is better.
    ///
    /// Diverged ones count as the worst, and the worst as no farther from the median than ten times the best one is.
    static func scores(_ estimates: [Double?]) -> [Double] {
        let known = estimates.compactMap { $0 }.filter(\.isFinite).sorted()
        guard let best = known.first, var worst = known.last else { return estimates.map { _ in 0 } }
        let median = known[known.count / 2]
        if median > best { worst = min(worst, median + 10 * (median - best)) }
        let values = estimates.map { value in
            guard let value, value.isFinite else { return worst }
            return min(value, worst)
        }
        let mean = values.mean
        let deviation = values.map { ($0 - mean) * ($0 - mean) }.mean.squareRoot()
        return values.map { deviation > 0 ? ($0 - mean) / deviation : 0 }
    }

    private func embedded(_ point: [Double]) -> [Double] { zip(embeddings, point).map { $0.place(of: $1) } }

    // MARK: The point

    private struct Candidate {
        var point: [Double]
        var score: Double
    }

    private func search(_ number: Int, _ memory: SearchMemory) -> [Double] {
        var stream = DrawStream(seed: memory.spec.seed, name: "bayes", draw: number)
        let best = Self.chosen(memory.observations).sorted { $0.rank < $1.rank }.prefix(4)
        var (far, near): ([Candidate], [Candidate]) = ([], [])
        for draw in 0..<Self.draws {
            far.append(candidate(Self.anywhere(memory, &stream), memory))
            near.append(candidate(Self.point(near: best[draw % best.count].point, memory, &stream), memory))
        }
        let starts = [far, near].flatMap { $0.sorted { $0.score > $1.score }.prefix(Self.starts) }
        return starts.map { climb($0, memory) }.max { $0.score < $1.score }?.point ?? memory.observations[0].point
    }

    private static func random(_ number: Int, _ memory: SearchMemory) -> [Double] {
        var stream = DrawStream(seed: memory.spec.seed, name: "bayes", draw: number)
        var point = memory.settled(anywhere(memory, &stream))
        for _ in 1..<draws where !memory.isNew(point) { point = memory.settled(anywhere(memory, &stream)) }
        return point
    }

    private static func anywhere(_ memory: SearchMemory, _ stream: inout DrawStream) -> [Double] {
        memory.axes.map { $0.snapped($0.low + stream.unit() * ($0.high - $0.low)) }
    }

    /// Each coordinate stays as it is in `center`, or moves a little; a word changes in one of five.
    private static func point(
        near center: [Double], _ memory: SearchMemory, _ stream: inout DrawStream
    ) -> [Double] {
        var point = anywhere(memory, &stream)
        for (place, axis) in memory.axes.enumerated() where center[place] != SearchAxis.unset {
            let unit = stream.unit()
            if axis.kind.isChoice {
                if unit < 0.8 { point[place] = center[place] }
            } else {
                let shift = 0.1 * PlainMath.quantile(min(max(unit, 1e-9), 1 - 1e-9))
                point[place] = axis.snapped(
                    min(max(center[place] + shift * (axis.high - axis.low), axis.low), axis.high))
            }
        }
        return point
    }

    private func candidate(_ point: [Double], _ memory: SearchMemory) -> Candidate {
        let point = memory.settled(point)
        return Candidate(point: point, score: score(point, memory))
    }

    /// The logarithm of the expected improvement; points that were tried and need not be again come last, but for those
    /// that no trial can have.
    private func score(_ point: [Double], _ memory: SearchMemory) -> Double {
        guard let process else { return 0 }
        guard memory.isAllowed(point) else { return -1e9 }
        let posterior = process.posterior(at: embedded(point))
        let deviation = posterior.variance.squareRoot()
        let score = Self.logImprovement((least - posterior.mean) / deviation) + PlainMath.log(deviation)
        return memory.isNew(point) ? score : score - 1e6
    }

    /// Steps along one coordinate at a time, while they lead upward; then half as long.
    private func climb(_ start: Candidate, _ memory: SearchMemory) -> Candidate {
        var best = start
        var step = 0.1
        while step > 0.002 {
            let before = best.score
            for (place, axis) in memory.axes.enumerated() where best.point[place] != SearchAxis.unset {
                for coordinate in axis.neighbours(of: best.point[place], step: step) {
                    var point = best.point
                    point[place] = coordinate
                    point = memory.settled(point)
                    let score = score(point, memory)
                    if score > best.score { best = Candidate(point: point, score: score) }
                }
            }
            if best.score <= before { step /= 2 }
        }
        return best
    }

    /// log(φ(z) + z Φ(z)), also where both nearly cancel.
    static func logImprovement(_ z: Double) -> Double {
        if z > -1 { return PlainMath.log(PlainMath.exp(PlainMath.logDensity(z)) + z * PlainMath.distribution(z)) }
        // 1 + z Φ(z) / φ(z), which goes to 1 / z².
        let rest =
            z > -1000
            ? 1 + z * 1.2533141373155003 * PlainMath.scaledComplementaryError(-z * 0.7071067811865476) : 1 / (z * z)
        return PlainMath.logDensity(z) + PlainMath.log(rest)
    }
}

/// How an axis lies in the unit cube.
private struct Embedding {
    let coordinate: MaternKernel.Coordinate
    private let low: Double
    private let length: Double

    init(_ axis: SearchAxis) {
        coordinate = axis.isOrdered ? .metric : .nominal
        (low, length) = axis.kind.isChoice ? (0, axis.high - 1) : (axis.low, axis.high - axis.low)
    }

    /// A parameter that is not set lies in the middle: what decides that it is not is a coordinate, too.
    func place(of coordinate: Double) -> Double {
        if coordinate == SearchAxis.unset { return 0.5 }
        return self.coordinate == .nominal ? coordinate : (coordinate - low) / length
    }
}
