import CKernels
import Synchronization

/// The work of preparing a data set, for as many threads as come to help, each for as long as it likes.
///
/// A list of stages; the items of a stage can be done in any order, and the next stage begins when all are done. Which
/// thread does an item, and when, changes no bit: each writes to its own place, and sums have a fixed order.
// SAFETY: what the items write are disjoint parts of memory; stages are separated by the lock of `state`.
public final class PreparationJob: @unchecked Sendable {
    private struct Stage {
        var items: Int
        /// What one takes, in float32 multiply-adds, by rule of thumb; stages that take next to nothing have none.
        var cost = 0.0
        /// One item after the other, in order.
        var isSerial = false
        var run: (Int) -> Void
    }

    private struct State {
        var stage = 0
        var next = 0
        var inFlight = 0
        var cost = 0.0
        var isDone = false
    }

    /// Samples that are measured together; sums of floats are no longer than this.
    static let block = 500
    /// Columns of a covariance that are made together.
    private static let stripe = 240
    private static let rowsOfAnItem = 1000

    private let data: TrainingData
    private let preparation: Preparation
    private let image: ImageShape?
    private var stages: [Stage] = []
    private let state = Mutex(State())

    private var groups: [FeatureTransform.Group] = []
    private var transform: FeatureTransform?
    private var spaces: [FeatureTransform.Space] = []
    private let spaceLock = Mutex(())
    private var prepared: PreparedSamples?

    /// - Throws: what `Preparation.validate` throws.
    public init(_ preparation: Preparation, of data: TrainingData, image: ImageShape?) throws(NeuralCoreError) {
        try preparation.validate(train: data.train.count, dimension: data.dimension, image: image)
        (self.preparation, self.data, self.image) = (preparation.canonical, data, image)
        for group in self.preparation.groups(dimension: data.dimension, image: image) { measure(group) }
        if !self.preparation.isPlain { stages.append(Stage(items: 1) { [unowned self] _ in makeTransform() }) }
        produce()
    }

    /// Helps until the work is done, for about `seconds`, or until there is nothing to do but to wait for others. Returns the
    /// result if the work is done.
    public func work(for seconds: Double = .infinity) -> PreparedSamples? {
        let clock = ContinuousClock()
        let start = clock.now
        while let item = take() {
            item()
            finish()
            if (clock.now - start) / .seconds(1) >= seconds { break }
        }
        return state.withLock { $0.isDone } ? prepared : nil
    }

    /// How much of the work is done, about, 0…1.
    public var fraction: Double {
        state.withLock { state in
            let total = stages.reduce(0) { $0 + $1.cost * Double($1.items) }
            return total > 0 ? min(1, state.cost / total) : 0
        }
    }

    /// How long the whole work takes, by rule of thumb, where each of `threads` does so many operations a second in training.
    public func seconds(operationsPerSecond: Double, threads: Int) -> Double {
        stages.reduce(0) { seconds, stage in
            let together = stage.isSerial ? 1 : max(1, min(threads, stage.items))
            return seconds + 2 * stage.cost * Double(stage.items) / (operationsPerSecond * Double(together))
        }
    }

    private func take() -> (() -> Void)? {
        state.withLock { state in
            guard state.stage < stages.count else { return nil }
            let stage = stages[state.stage]
            guard state.next < stage.items, !stage.isSerial || state.inFlight == 0 else { return nil }
            let index = state.next
            state.next += 1
            state.inFlight += 1
            return { stage.run(index) }
        }
    }

    private func finish() {
        state.withLock { state in
            state.inFlight -= 1
            state.cost += stages[state.stage].cost
            guard state.inFlight == 0, state.next == stages[state.stage].items else { return }
            // What only this stage needed is given back.
            stages[state.stage].run = { _ in }
            (state.stage, state.next) = (state.stage + 1, 0)
            state.isDone = state.stage == stages.count
        }
    }

    // MARK: Measuring

    /// Of making a group's values of one sample: gradients and their bins take more than pixels do.
    private static func rawCost(_ group: Preparation.Group) -> Double {
        Double(group.inputs) * (group.kind == .pixels ? 10 : 100)
    }

    /// Of one view of one sample.
    private var costOfRow: Double {
        let groups = preparation.groups(dimension: data.dimension, image: image)
        return groups.reduce(Double(data.dimension)) {
            $0 + Self.rawCost($1) + Double($1.isWhitened ? $1.inputs * $1.outputs : $1.inputs)
        }
    }

    /// What a group's stages share, freed with the last of them.
    private final class Measuring {
        let group: Preparation.Group
        let stride: Int
        /// N×stride: the group's values of all training samples, then less their mean.
        let x: AlignedFloats
        /// Of each block of samples, and then of all.
        let partial: AlignedDoubles
        var mean: [Float] = []
        var covariance: AlignedDoubles?
        var eigen: SymmetricEigen?

        init(_ group: Preparation.Group, train: Int, blocks: Int) {
            self.group = group
            stride = FeatureTransform.stride(group.inputs)
            x = AlignedFloats(count: train * stride)
            partial = AlignedDoubles(count: blocks * group.inputs)
        }
    }

    /// Its memory exists from its first stage on.
    private final class Box { var measuring: Measuring? }

    private func measure(_ group: Preparation.Group) {
        let (train, inputs, box) = (data.train.samples, group.inputs, Box())
        let blocks = (train.count + Self.block - 1) / Self.block
        func rows(_ block: Int) -> Range<Int> { block * Self.block..<min((block + 1) * Self.block, train.count) }
        func sumColumns(_ m: Measuring, _ block: Int, squared: Bool) {
            let sums = m.partial.pointer + block * inputs
            for c in 0..<inputs { sums[c] = 0 }
            for row in rows(block) {
                let values = m.x.pointer + row * m.stride
                for c in 0..<inputs {
                    let value = Double(values[c])
                    sums[c] += squared ? value * value : value
                }
            }
        }
        /// Of all samples, divided by their number.
        func average(_ m: Measuring) -> [Double] {
            (0..<inputs).map { c in
                (0..<blocks).reduce(0.0) { $0 + m.partial.pointer[$1 * inputs + c] } / Double(train.count)
            }
        }
        stages.append(Stage(items: 1) { _ in box.measuring = Measuring(group, train: train.count, blocks: blocks) })
        stages.append(
            Stage(items: blocks, cost: Double(Self.block) * Self.rawCost(group)) { [unowned self] block in
                guard let m = box.measuring else { return }
                let space = RawFeatures.Space(dimension: train.dimension, image: image)
                for row in rows(block) {
                    RawFeatures.fill(
                        m.x.pointer + row * m.stride, group.kind, of: train, row: row, image: image,
                        view: Preparation.View(), isNormalized: group.isWhitened, mean: nil, using: space)
                }
                sumColumns(m, block, squared: false)
            })
        stages.append(
            Stage(items: 1) { _ in box.measuring?.mean = box.measuring.map { average($0).map { Float($0) } } ?? [] })
        stages.append(
            Stage(items: blocks) { block in
                guard let m = box.measuring else { return }
                for row in rows(block) {
                    let values = m.x.pointer + row * m.stride
                    for c in 0..<inputs { values[c] -= m.mean[c] }
                }
                if !group.isWhitened { sumColumns(m, block, squared: true) }
            })
        if group.isWhitened {
            whiten(group, box)
        } else {
            stages.append(
                Stage(items: 1) { [unowned self] _ in
                    guard let m = box.measuring else { return }
                    let variance = average(m)
                    groups.append(
                        FeatureTransform.Group(
                            kind: group.kind, mean: m.mean,
                            scale: variance.map { $0 > 0 ? Float(1 / $0.squareRoot()) : 1 }, matrix: [],
                            deviation: variance.map { $0 > 0 ? 1 : 0 }))
                    box.measuring = nil
                })
        }
    }

    /// The covariance of centred samples, its largest eigenvalues λ, and of those W = vectors / √(λ + ε·λ₁), times the factor
    /// that makes the mean variance of the outputs 1.
    private func whiten(_ group: Preparation.Group, _ box: Box) {
        let (inputs, outputs, count) = (group.inputs, group.outputs, data.train.count)
        let kernels = InstructionSet.current.kernels
        let stripes = (inputs + Self.stripe - 1) / Self.stripe
        stages.append(Stage(items: 1) { _ in box.measuring?.covariance = AlignedDoubles(count: inputs * inputs) })
        stages.append(
            // The largest first.
            Stage(items: stripes, cost: Double(count) * Double(inputs * min(Self.stripe, inputs)) / 2) { stripe in
                guard let m = box.measuring, let covariance = m.covariance else { return }
                let scratch = AlignedFloats(count: Int(CK_GRAM_SCRATCH))
                let first = stripe * Self.stripe
                for row in Swift.stride(from: 0, to: count, by: Self.block) {
                    ck_gram(
                        kernels, Int64(min(Self.block, count - row)), Int64(inputs), m.x.pointer + row * m.stride,
                        Int64(m.stride), Int64(first), Int64(min(Self.stripe, inputs - first)), covariance.pointer,
                        scratch.pointer)
                }
            })
        stages.append(
            Stage(items: 1) { _ in
                guard let m = box.measuring, let covariance = m.covariance else { return }
                for row in 0..<inputs {
                    for c in 0...row {
                        let value = covariance.pointer[row * inputs + c] / Double(count)
                        covariance.pointer[row * inputs + c] = value
                        covariance.pointer[c * inputs + row] = value
                    }
                }
                m.eigen = SymmetricEigen(covariance, n: inputs, count: outputs)
                m.covariance = nil
            })
        let panels = (inputs + SymmetricEigen.panelWidth - 1) / SymmetricEigen.panelWidth
        let cube = Double(inputs) * Double(inputs) * Double(inputs)
        stages.append(
            Stage(items: panels, cost: 10 * cube / Double(panels), isSerial: true) { panel in
                box.measuring?.eigen?.reduce(panel: panel)
            })
        stages.append(Stage(items: 1) { _ in box.measuring?.eigen?.solve() })
        let vectorGroups = (outputs + SymmetricEigen.group - 1) / SymmetricEigen.group
        stages.append(Stage(items: vectorGroups) { index in box.measuring?.eigen?.turnBack(group: index) })
        stages.append(
            Stage(items: 1) { [unowned self] _ in
                guard let m = box.measuring, let eigen = m.eigen, let largest = eigen.values.first else { return }
                let ownsEpsilon = group.kind == .hog && preparation.hogEpsilon >= 0
                let epsilon = ownsEpsilon ? preparation.hogEpsilon : preparation.pcaEpsilon
                var matrix = [Float](repeating: 0, count: inputs * outputs)
                var deviation: [Float] = []
                for (k, value) in eigen.values.enumerated() {
                    let sum = value + epsilon * largest
                    let scale = sum > 0 ? 1 / sum.squareRoot() : 0
                    let vector = eigen.vectors.pointer + k * inputs
                    for d in 0..<inputs { matrix[d * outputs + k] = Float(vector[d] * scale) }
                    deviation.append(value > 0 ? Float(value.squareRoot() * scale) : 0)
                }
                // So that groups weigh the same, whatever ε leaves of their small components.
                let mean = deviation.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(outputs)
                let factor = mean > 0 ? Float(1 / mean.squareRoot()) : 1
                for i in matrix.indices { matrix[i] *= factor }
                for i in deviation.indices { deviation[i] *= factor }
                groups.append(
                    FeatureTransform.Group(
                        kind: group.kind, mean: m.mean, scale: [], matrix: matrix, deviation: deviation))
                box.measuring = nil
            })
    }

    private func makeTransform() {
        transform = FeatureTransform(inputs: data.dimension, image: image, store: preparation.store, groups: groups)
    }

    // MARK: Rows

    /// All views of all training samples, view by view, the plain one first; the validation samples' plain ones.
    private func produce() {
        let (train, validation, views) = (data.train, data.validation, preparation.views)
        guard !preparation.isPlain || views.count > 1 else {
            let (data, preparation, image) = (data, preparation, image)
            stages.append(
                Stage(items: 1) { [unowned self] _ in
                    prepared = PreparedSamples(
                        data: data, trainCount: train.count, preparation: preparation, image: image,
                        preprocessing: Preprocessing(kind: preparation.preprocess, of: data), transform: nil)
                })
            return
        }
        final class Rows { var train: SampleMatrix?, validation: SampleMatrix? }
        let rows = Rows()
        func matrix(_ count: Int) -> SampleMatrix {
            let dimension = preparation.inputs(dimension: data.dimension, image: image)
            return preparation.element(of: train.samples.element) == .byte
                ? SampleMatrix(bytes: count, dimension: dimension) { _ in }
                : SampleMatrix(floats: count, dimension: dimension) { _ in }
        }
        stages.append(
            Stage(items: 1) { [unowned self] _ in
                rows.train = matrix(train.count * views.count)
                rows.validation = preparation.isPlain ? validation.samples : matrix(validation.count)
            })
        let perView = (train.count + Self.rowsOfAnItem - 1) / Self.rowsOfAnItem
        let more = preparation.isPlain ? 0 : (validation.count + Self.rowsOfAnItem - 1) / Self.rowsOfAnItem
        stages.append(
            Stage(items: perView * views.count + more, cost: Double(Self.rowsOfAnItem) * costOfRow) {
                [unowned self] item in
                let isTrain = item < perView * views.count
                let source = isTrain ? train.samples : validation.samples
                guard let target = isTrain ? rows.train : rows.validation else { return }
                let number = isTrain ? item / perView : 0
                let first = (isTrain ? item % perView : item - perView * views.count) * Self.rowsOfAnItem
                write(
                    first..<min(first + Self.rowsOfAnItem, source.count), of: source, as: views[number], to: target,
                    from: number * source.count)
            })
        stages.append(
            Stage(items: 1) { [unowned self] _ in
                guard let samples = rows.train, let validationSamples = rows.validation else { return }
                let labels = (0..<views.count).flatMap { _ in train.labels }
                let result = TrainingData(
                    train: LabelledSamples(samples: samples, labels: labels, classes: train.classes),
                    validation: LabelledSamples(
                        samples: validationSamples, labels: validation.labels, classes: validation.classes))
                prepared = PreparedSamples(
                    data: result, trainCount: train.count, preparation: preparation, image: image,
                    preprocessing: transform?.decoding ?? Preprocessing(kind: preparation.preprocess, of: data),
                    transform: transform)
            })
    }

    /// Writes one view of some samples to the rows of `target` that begin at `offset`.
    private func write(
        _ rows: Range<Int>, of source: SampleMatrix, as view: Preparation.View, to target: SampleMatrix,
        from offset: Int
    ) {
        let bytes = target.dimension * target.element.size
        // The matrix is nobody else's until all of its rows are there.
        let base = UnsafeMutableRawPointer(mutating: target.pointer) + offset * bytes
        guard let transform else {
            guard let image else { return }
            for row in rows {
                ck_view(
                    image.kernelShape, Int64(source.element.size), source.pointer + row * bytes, Int64(view.down),
                    Int64(view.right), view.isMirrored ? 1 : 0, base + row * bytes)
            }
            return
        }
        let space = spaceLock.withLock { _ in spaces.popLast() } ?? FeatureTransform.Space(transform)
        for first in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: FeatureTransform.rowsAtOnce) {
            transform.apply(
                to: source, rows: first..<min(first + FeatureTransform.rowsAtOnce, rows.upperBound), view: view,
                into: base + first * bytes, using: space)
        }
        spaceLock.withLock { _ in spaces.append(space) }
    }
}
