import SweepModel

/// A loss over iterations, and what its shape says.
struct LossCurve: Sendable {
    /// Ascending iterations, finite losses.
    let points: [(iteration: Double, loss: Double)]
    /// Whether the points are minibatch losses between the records of epochs.
    let isFine: Bool

    /// From so many points on a curve has a beginning, a middle and an end that are more than single minibatches.
    static let minimumFinePoints = 24
    /// A validation loss has hardly any noise from record to record, so fewer points show its shape.
    static let minimumCoarsePoints = 6

    /// Minibatch losses where there are enough, else the validation losses of the epochs; nil with too few of both.
    init?(_ epochs: [EpochPoint]) {
        let fine = epochs.flatMap(\.losses).map { (Double($0.iteration), Double($0.loss)) }
        if fine.count >= Self.minimumFinePoints, let curve = LossCurve(fine, isFine: true) {
            self = curve
        } else if let curve = LossCurve(validation: epochs) {
            self = curve
        } else {
            return nil
        }
    }

    /// The validation losses of the epochs.
    init?(validation epochs: [EpochPoint]) {
        self.init(epochs.map { (Double($0.iteration), $0.metrics.valLoss) }, isFine: false)
    }

    private init?(_ points: [(Double, Double)], isFine: Bool) {
        var kept: [(iteration: Double, loss: Double)] = []
        for (iteration, loss) in points where loss.isFinite && iteration > kept.last?.iteration ?? -1 {
            kept.append((iteration, loss))
        }
        guard kept.count >= (isFine ? Self.minimumFinePoints : Self.minimumCoarsePoints) else { return nil }
        (self.points, self.isFine) = (kept, isFine)
    }

    // MARK: Noise and means

    /// Standard deviation of a single point around the curve, from second differences: a straight piece has none.
    /// By their median, so that a steep beginning does not count as noise.
    var noise: Double {
        let losses = points.map(\.loss)
        let bends = losses.indices.dropFirst().dropLast()
            .map { abs(losses[$0 - 1] - 2 * losses[$0] + losses[$0 + 1]) }.sorted()
        guard !bends.isEmpty else { return 0 }
        // Second differences of white noise have the deviation √6, and the median of |z| is 0.6745.
        return bends[bends.count / 2] / (0.6745 * 2.449_489_742_783_178)
    }

    /// Mean and standard error of the points from `from` to `to`, both fractions of the length; between two points
    /// where none lies inside.
    func level(_ from: Double, _ to: Double) -> (mean: Double, error: Double) {
        let length = points.last?.iteration ?? 0
        let inside = points.filter { $0.iteration >= from * length && $0.iteration <= to * length }
        guard !inside.isEmpty else { return (value(at: (from + to) / 2), noise) }
        let mean = inside.reduce(0) { $0 + $1.loss } / Double(inside.count)
        return (mean, noise / Double(inside.count).squareRoot())
    }

    /// Between two points on the line through them.
    func value(at fraction: Double) -> Double {
        let iteration = fraction * (points.last?.iteration ?? 0)
        guard let next = points.firstIndex(where: { $0.iteration >= iteration }) else { return points.last?.loss ?? 0 }
        guard next > 0 else { return points[next].loss }
        let (a, b) = (points[next - 1], points[next])
        let share = (iteration - a.iteration) / (b.iteration - a.iteration)
        return a.loss + share * (b.loss - a.loss)
    }

    // MARK: Shape

    /// Ends of the windows in which a curve's middle and end are measured.
    private static let windows = (middle: (0.45, 0.55), end: (0.92, 1.0))

    /// The first point alone: a loss falls fastest at its beginning.
    var start: (mean: Double, error: Double) { (points.first?.loss ?? 0, noise) }
    var middle: (mean: Double, error: Double) { level(Self.windows.middle.0, Self.windows.middle.1) }
    var end: (mean: Double, error: Double) { level(Self.windows.end.0, Self.windows.end.1) }

    /// How far the loss fell from beginning to end, and that figure's standard error.
    var fall: (size: Double, error: Double) { Self.difference(start, end) }

    /// How far it fell in the second half.
    var lateFall: (size: Double, error: Double) { Self.difference(middle, end) }

    /// Share of the fall that came in the second half, and its standard error; nil unless the loss fell by more than
    /// `significance` standard errors.
    func lateShare(significance: Double) -> (share: Double, error: Double)? {
        let (fall, late) = (fall, lateFall)
        guard fall.size > significance * fall.error, fall.size > 0 else { return nil }
        return (late.size / fall.size, late.error / fall.size)
    }

    /// Whether the second half brought next to nothing: less than `part` of the loss, or than noise.
    func isFlat(_ part: Double) -> Bool { lateFall.size < max(part * middle.mean, 2 * lateFall.error) }

    static func difference(
        _ a: (mean: Double, error: Double), _ b: (mean: Double, error: Double)
    ) -> (size: Double, error: Double) {
        (a.mean - b.mean, (a.error * a.error + b.error * b.error).squareRoot())
    }
}
