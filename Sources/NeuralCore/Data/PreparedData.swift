import CKernels

/// A data set after its preparation: rows for training, and what has to be done to any later sample.
public final class PreparedSamples: Sendable {
    /// The training split has all views of all samples, view by view, the plain one first.
    public let data: TrainingData
    /// N, samples before views were made of them.
    public let trainCount: Int
    public let preparation: Preparation
    public let image: ImageShape?
    /// What the kernels do to a row.
    public let preprocessing: Preprocessing
    /// How rows are made of samples; nil when they are used as they are.
    public let transform: FeatureTransform?
    /// A checksum of preprocessing and labels, by which a checkpoint knows its data.
    let fingerprint: UInt64

    init(
        data: TrainingData, trainCount: Int, preparation: Preparation, image: ImageShape?, preprocessing: Preprocessing,
        transform: FeatureTransform?
    ) {
        (self.data, self.trainCount, self.preparation) = (data, trainCount, preparation)
        (self.image, self.preprocessing, self.transform) = (image, preprocessing, transform)
        var hash: UInt64 = 1
        for values in [preprocessing.paddedMean, preprocessing.paddedScale] {
            values.withUnsafeBytes { hash = ck_checksum($0.baseAddress, Int64($0.count), hash) }
        }
        for group in transform?.groups ?? [] {
            for values in [group.mean, group.scale, group.matrix] {
                values.withUnsafeBytes { hash = ck_checksum($0.baseAddress, Int64($0.count), hash) }
            }
        }
        data.train.labels.withUnsafeBytes { hash = ck_checksum($0.baseAddress, Int64($0.count), hash) }
        fingerprint = hash
    }

    /// The training samples as they are, without their views.
    var plain: LabelledSamples { data.train.count == trainCount ? data.train : data.train.slice(0..<trainCount) }
}

/// Training data with what all trials of a sweep share: its preparation, and the sample that accuracy is measured on.
public final class PreparedData: Sendable {
    /// Which training samples accuracy is measured on while training.
    public struct Probe: Sendable, Equatable {
        public let count: Int
        /// The sweep's seed.
        public let seed: UInt64

        public init(count: Int = 1000, seed: UInt64 = 0) { (self.count, self.seed) = (count, seed) }
    }

    public let samples: PreparedSamples
    public let probe: Probe
    /// Row numbers of plain training samples, ascending; all of them if there are no more than `probe.count`.
    let probeRows: [UInt32]

    public var data: TrainingData { samples.data }
    public var preprocessing: Preprocessing { samples.preprocessing }
    public var trainCount: Int { samples.trainCount }
    var fingerprint: UInt64 { samples.fingerprint }

    public init(_ samples: PreparedSamples, probe: Probe = Probe()) {
        (self.samples, self.probe) = (samples, probe)
        probeRows = Self.rows(of: samples.trainCount, probe: probe)
    }

    /// Samples that are used as they are.
    public convenience init(_ data: TrainingData, preprocess: TrainingConfiguration.Preprocess, probe: Probe = Probe())
    {
        self.init(
            PreparedSamples(
                data: data, trainCount: data.train.count, preparation: Preparation(preprocess: preprocess), image: nil,
                preprocessing: Preprocessing(kind: preprocess, of: data), transform: nil),
            probe: probe)
    }

    /// Does all the work on the calling thread.
    ///
    /// - Throws: what `Preparation.validate` throws.
    public convenience init(
        _ data: TrainingData, preparation: Preparation, image: ImageShape?, probe: Probe = Probe()
    ) throws(NeuralCoreError) {
        let job = try PreparationJob(preparation, of: data, image: image)
        guard let samples = job.work() else {
            throw NeuralCoreError(.invalidConfiguration, "the data set could not be prepared")
        }
        self.init(samples, probe: probe)
    }

    static func rows(of count: Int, probe: Probe) -> [UInt32] {
        RandomStream.probe.sample(seed: probe.seed, count: max(probe.count, 1), bound: count)
    }
}
